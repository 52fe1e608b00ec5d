"""Everything a list can be narrowed by, on one page, several values at once, with counts where they are cheap."""

from collections import Counter
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.errors import NotFound
from ...domain.text import sort_key
from ...domain.workflow import Permission
from ...i18n import _
from ...services.lists import SHARES_UP_TO, Filters, Listed, Queue
from ...storage import City, Site
from ..contexts import StaffContext
from ..labels import QUEUES
from ..page import Page
from ..values import Values
from .asked import NOBODY, Asked
from .figure_words import count_words
from .filter_words import LABELS, choices
from .navigation import bounded_words

__all__ = ["filters"]

_COLUMNS = {
    "durum": "status",
    "kategori": "category",
    "birim": "department",
    "mahalle": "neighbourhood",
    "kanal": "channel",
    "tur": "kind",
    "mevzuat": "regime",
    "kisi": "assignee",
    "neden": "promise_cause",
    "sonuc": "outcome",
}
"""The columns of the index that are counted by value."""
_COUNTED = {**_COLUMNS, "konu": "group", "etiket": "tags"}
"""Where the counts of a filter's values stand."""
_SEVERAL = (
    "durum",
    "birim",
    "konu",
    "kategori",
    "mahalle",
    "kanal",
    "tur",
    "mevzuat",
    "kisi",
    "etiket",
    "soz",
    "neden",
    "cozum",
    "sonuc",
)
_ONE = ("vade", "foto", "gizli", "ayni", "yeniden")
_OF_ALL = {Queue.ALL: ("acik",)}
"""What narrows the list of open and finished ones alone."""
_LONG = 12
"""More values than these are folded away until somebody opens them."""


@view_config(route_name="staff.filters", request_method="GET", renderer="staff/filters.pt", permission=Permission.VIEW)
def filters(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Show every filter of a list, with what is chosen."""
    asked, page = Asked(request), request.page
    page.navigation.list = "" if asked.is_search else asked.queue
    page.title = page.say(_("Narrow the list"))
    try:
        with request.assembly.database.reading() as site:
            listed = asked.listed(site.city)
            counts = _counts(request, site.city, asked)
            total = request.services.lists.count(listed)
            groups = [_group(request, site, asked, name, counts) for name in _SEVERAL]
    except NotFound:
        page.flash("info", _("That search is over. Please search once more."))
        return HTTPSeeOther(page.url("staff.queue"))
    return {
        "list_label": page.say(_("Search")) if asked.is_search else page.say(QUEUES[asked.queue]),
        "total": bounded_words(total) or "0",
        "uncounted": count_words(page, SHARES_UP_TO) if asked.is_search and not counts else "",
        "groups": [group for group in groups if group.options],
        "ones": [_one(request, site, asked, name) for name in (*_ONE, *_OF_ALL.get(asked.queue, ()))],
        "days": [
            Values(name=name, label=page.say(LABELS[name]), value=next(iter(asked.chosen[name]), ""))
            for name in ("ilk", "son")
        ],
        "hidden": [pair for pair in asked.pairs if pair[0] in ("liste", "q", "ara")],
        "list_href": asked.narrowed_address(),
        "clear_href": asked.address(),
        "query": asked.words,
    }


def _counts(request: Request, city: City, asked: Asked) -> dict[str, dict[object, int]]:
    """Return how many of the list have each value, before anything but words narrows it; nothing where not known."""
    whole = Listed(asked.queue, Filters(words=asked.words), asked.person)
    counts = request.services.lists.shares(whole, tuple(_COLUMNS.values()))
    if not counts:
        return {}
    groups = Counter[object]()
    for category in city.categories:
        groups[category.group] += counts["category"].get(category.code, 0)
    return {**counts, "group": groups}


def _group(request: Request, site: Site, asked: Asked, name: str, counts: dict[str, dict[object, int]]) -> Values:
    """Return one kind of filter; a value nothing has is left out where that is known, unless it is chosen."""
    counted = counts.get(_COUNTED.get(name, ""))
    is_people = name == "kisi"
    offered = _people(request, site, counted) if is_people else choices(request, site.city, asked, name)
    options = []
    for value, words in offered:
        key = None if value == NOBODY else value
        count = counted.get(key, 0) if counted is not None else 0
        is_chosen = value in asked.chosen[name]
        if counted is None or count or is_chosen:
            options.append(Values(value=value, label=words, chosen=is_chosen, count=str(count or "")))
    is_open = len(options) <= _LONG or any(option.chosen for option in options)
    return Values(name=name, label=request.page.say(LABELS[name]), options=options, is_open=is_open)


def _people(request: Request, site: Site, counted: dict[object, int] | None) -> list[tuple[str, str]]:
    """Return who may have a ticket: the actor, nobody, and those whom the list knows or who work beside the actor."""
    page: Page = request.page
    actor = request.identity
    own = set(actor.departments)
    found = []
    for user in site.users.values():
        is_near = bool(own & {grant.department for grant in user.grants})
        if user.username != actor.id and (user.username in counted if counted is not None else is_near):
            found.append((user.username, user.name))
    found.sort(key=lambda person: sort_key(person[1]))
    return [(actor.id, page.say(_("me"))), (NOBODY, page.say(_("nobody"))), *found]


def _one(request: Request, site: Site, asked: Asked, name: str) -> Values:
    chosen = next(iter(asked.chosen[name]), "")
    return Values(
        name=name,
        label=request.page.say(LABELS[name]),
        options=[("", request.page.say(_("all")), not chosen)]
        + [(value, words, value == chosen) for value, words in choices(request, site.city, asked, name)],
    )
