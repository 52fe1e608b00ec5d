"""What a list's address asks for that means nothing any more: said above the list, never passed over in silence."""

from collections.abc import Collection, Iterator

from pyramid.request import Request

from ...domain.standing import BreakCause
from ...domain.workflow import Kind, Outcome, Regime, TicketStatus
from ...i18n import _
from ...services.lists import Urgency
from ...storage import Site
from ..labels import QUEUES
from ..page import Page
from ..values import Values
from .asked import NOBODY, STANDINGS, YES_OR_NO, Asked, day_of
from .filter_words import LABELS

__all__ = ["unknown_filters"]

_FIXED: dict[str, Collection[str]] = {
    "durum": frozenset(TicketStatus),
    "tur": frozenset(Kind),
    "mevzuat": frozenset(Regime),
    "vade": frozenset(Urgency),
    "foto": YES_OR_NO,
    "gizli": YES_OR_NO,
    "ayni": YES_OR_NO,
    "soz": STANDINGS,
    "neden": frozenset(BreakCause),
    "cozum": STANDINGS,
    "sonuc": frozenset(Outcome),
    "yeniden": YES_OR_NO,
    "acik": YES_OR_NO,
}
_UNSAID = frozenset({"kisi"})
"""Filters whose value may be somebody's name: it is not repeated."""
_GONE = _("This filter does not exist any more: ${filter}.")


def unknown_filters(request: Request, site: Site, asked: Asked) -> list[Values]:
    """Return what of the address means nothing, each as ``text`` with ``href``, the list's address without it."""
    page: Page = request.page
    found = []
    if asked.is_list_unknown:
        text = page.say(_("There is no such list for you. You see: ${list}."), list=page.say(QUEUES[asked.queue]))
        found.append(Values(text=text, href=asked.narrowed_address()))
    if asked.is_place_unknown:
        text = page.say(_("The address names no page of this list. You see its beginning."))
        found.append(Values(text=text, href=asked.narrowed_address()))
    for name, value in _unknown(request, site, asked):
        label = page.say(LABELS[name])
        words = label if name in _UNSAID else f"{label}: {value}"
        found.append(Values(text=page.say(_GONE, filter=words), href=asked.without(name, value)))
    return found


def _unknown(request: Request, site: Site, asked: Asked) -> Iterator[tuple[str, str]]:
    for name, values in asked.chosen.items():
        if not values:
            continue
        for value in values:
            if not _is_known(request, site, name, value):
                yield name, value


def _is_known(request: Request, site: Site, name: str, value: str) -> bool:
    city = site.city
    if name in _FIXED:
        return value in _FIXED[name]
    if name in ("ilk", "son"):
        return day_of(value) is not None
    if name == "konu":
        return any(category.group == value for category in city.categories)
    if name == "kanal":
        return value in request.assembly.extensions.channels
    if name == "etiket":
        return True  # people make tags, and one that nobody uses today may be in use tomorrow
    if value == NOBODY:
        return True
    if name == "kisi":
        return value in site.users
    if name == "kategori":
        return city.category(value) is not None
    if name == "birim":
        return value in city.tree
    return any(place.code == value for place in city.neighbourhoods)
