"""What a list can be narrowed by, in words: the quick choices above it, and what is chosen."""

from collections.abc import Iterator, Mapping
from datetime import date

from pyramid.request import Request

from ...domain.text import sort_key
from ...domain.workflow import OPEN_STATUSES
from ...i18n import _
from ...services.lists import Queue, Urgency
from ...storage import City, Site
from ..labels import BREAK_CAUSES, KINDS, OUTCOMES, REGIMES, STATUSES
from ..page import Page
from ..values import Values
from .asked import NOBODY, Asked

__all__ = ["LABELS", "QUICK", "chips", "choices", "options_html"]

QUICK = ("durum", "konu", "mahalle", "kanal")
"""What can be chosen above the list itself; one value each, the rest on a page of its own."""

LABELS = {
    "q": _("Words"),
    "durum": _("Status"),
    "konu": _("Subject"),
    "kategori": _("Category"),
    "birim": _("Directorate"),
    "mahalle": _("Neighbourhood"),
    "kanal": _("Channel"),
    "tur": _("Kind"),
    "mevzuat": _("Law"),
    "kisi": _("Assigned to"),
    "vade": _("Due"),
    "foto": _("Photos"),
    "gizli": _("Confidential"),
    "ayni": _("Duplicates"),
    "etiket": _("Tag"),
    "ilk": _("Filed from"),
    "son": _("Filed until"),
    "soz": _("Promised answer"),
    "neden": _("Why the answer was late"),
    "cozum": _("Solution"),
    "sonuc": _("Outcome"),
    "yeniden": _("Opened again"),
    "acik": _("Open or finished"),
}
_RUNNING_OR_NONE = {"suruyor": _("still in time"), "yok": _("nothing promised")}
_WITHOUT = {
    "kategori": _("Not sorted yet"), "birim": _("No directorate"), "mahalle": _("No neighbourhood"),
}  # fmt: skip
_DUE = {Urgency.LATE: _("Late"), Urgency.TODAY: _("Due today"), Urgency.WEEK: _("This week")}


def choices(request: Request, city: City, asked: Asked, name: str) -> list[tuple[str, str]]:
    """Return the values of a filter with their words, in the order in which they are offered."""
    page: Page = request.page
    if name == "durum":
        is_open = asked.queue is not Queue.FINISHED
        is_everything = asked.is_search or asked.queue is Queue.ALL
        codes = [code for code in STATUSES if is_everything or (code in OPEN_STATUSES) is is_open]
        return [(code, page.say(STATUSES[code])) for code in codes]
    if name == "konu":
        groups = dict.fromkeys(category.group for category in city.categories if category.group)
        return [(group, group) for group in sorted(groups, key=sort_key)]
    if name == "kategori":
        return _sorted([(category.code, category.label) for category in city.categories])
    if name == "birim":
        return _sorted([(department.code, department.name) for department in city.departments])
    if name == "mahalle":
        return _sorted([(place.code, place.name) for place in city.neighbourhoods])
    if name == "etiket":
        return _sorted([(tag, words) for tag, (words, _count) in request.services.tagging.in_use().items()])
    if name == "kanal":
        channels = request.assembly.extensions.channels
        return [(code, page.say(channel.label)) for code, channel in channels.items()]
    labels: dict[str, Mapping[str, str]] = {
        "tur": KINDS,
        "mevzuat": REGIMES,
        "vade": {code.value: label for code, label in _DUE.items()},
        "foto": {"var": _("with photos"), "yok": _("without photos")},
        "ayni": {"yok": _("without duplicates"), "var": _("only duplicates")},
        "gizli": {"var": _("confidential"), "yok": _("not confidential")},
        "soz": {"tutuldu": _("answered in time"), "tutulmadi": _("not answered in time"), **_RUNNING_OR_NONE},
        "cozum": {"tutuldu": _("finished in time"), "tutulmadi": _("not finished in time"), **_RUNNING_OR_NONE},
        "neden": BREAK_CAUSES,
        "sonuc": OUTCOMES,
        "yeniden": {"var": _("opened again"), "yok": _("never opened again")},
        "acik": {"var": _("open"), "yok": _("finished")},
    }
    return [(str(code), page.say(label)) for code, label in labels.get(name, {}).items()]


def _sorted(named: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(named, key=lambda one: sort_key(one[1]))


def options_html(request: Request, city: City, asked: Asked) -> str:
    """Return the quick choices as HTML: the same for everybody who has chosen the same in the same sort of list."""
    page: Page = request.page
    quick = tuple(asked.chosen[name] for name in QUICK)
    hidden = tuple((name, value) for name, value in asked.pairs if name not in QUICK or len(asked.chosen[name]) > 1) + (
        (("gorunum", "harita"),) if asked.is_map else ()
    )
    shown = (asked.is_search, asked.queue is Queue.FINISHED)
    drawn = request.registry.rendered.get(
        ("options", page.language, city.edition, quick, shown), lambda: _options(request, city, asked)
    )
    template = request.registry.templates["staff/queue_hidden.pt"]
    return str(template.render(hidden=hidden)) + drawn


def _options(request: Request, city: City, asked: Asked) -> str:
    page: Page = request.page
    filters = []
    for name in QUICK:
        chosen = asked.chosen[name]
        if len(chosen) > 1:
            continue  # what is chosen stands below the list's name
        label = page.say(LABELS[name])
        values = [("", label, False)]
        values += [(value, words, value in chosen) for value, words in choices(request, city, asked, name)]
        filters.append(Values(name=name, label=label, options=values, active=bool(chosen)))
    template = request.registry.templates["staff/queue_options.pt"]
    return str(template.render(filters=filters, target_language=page.speech))


def chips(request: Request, site: Site, asked: Asked, *, every: bool = False) -> list[Values]:
    """Return what is chosen besides the quick choices (or *every* choice), each with the list's address without it."""
    return [
        Values(label=request.page.say(LABELS[name]), words=words, href=asked.without(name, value))
        for name, value, words in _chosen(request, site, asked, every)
    ]


def _chosen(request: Request, site: Site, asked: Asked, every: bool) -> Iterator[tuple[str, str, str]]:
    if every and asked.words:
        yield "q", asked.words, asked.words
    for name, values in asked.chosen.items():
        if not values or (name in QUICK and len(values) == 1 and not every):
            continue
        known = {} if name in ("kisi", "ilk", "son") else dict(choices(request, site.city, asked, name))
        for value in values:
            yield name, value, known.get(value) or _other(request, site, name, value)


def _other(request: Request, site: Site, name: str, value: str) -> str:
    page: Page = request.page
    if value == NOBODY and name in _WITHOUT:
        return str(page.say(_WITHOUT[name]))
    if name == "kisi":
        user = site.users.get(value)
        # What nobody is called here may still be somebody's name: it is not repeated.
        unnamed = page.say(_("nobody") if value == NOBODY else _("somebody unknown"))
        return str(user.name if user is not None else unnamed)
    if name in ("ilk", "son"):
        try:
            return str(page.day(date.fromisoformat(value).isoformat()))
        except ValueError:
            return value
    return value
