"""The lists of the city's data: all of a kind, searched, and those that were ended or nobody has checked."""

from typing import Any
from urllib.parse import urlencode

from pyramid.httpexceptions import HTTPForbidden
from pyramid.request import Request
from pyramid.view import view_config

from ....domain.text import sort_key, tokens
from ....domain.workflow import Permission
from ....i18n import _
from ....services.catalogue import KINDS, name_of
from ....storage import City
from ...contexts import StaffContext
from ...page import Page
from ...values import Values
from .kinds import BY_PATH, KindPage
from .landing import crumbs

__all__ = ["kind_of", "listed"]

_STATES = {"": _("In use"), "denetlenmemis": _("To be confirmed"), "sonlanan": _("Ended")}
_MOST_TYPED = 100


def kind_of(request: Request) -> KindPage:
    """Return the kind an address is about; who may not change it gets nothing of it."""
    kind = BY_PATH[request.matchdict["kind"]]
    if not request.page.may(KINDS[kind.kind].permission):
        raise HTTPForbidden
    return kind


@view_config(
    route_name="staff.admin_list",
    request_method="GET",
    renderer="staff/admin/list.pt",
    permission=Permission.MANAGE_CATALOGUE,
)
def listed(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show every value of a kind, or those that are searched for."""
    page: Page = request.page
    kind = kind_of(request)
    page.title = page.say(kind.title)
    typed = request.GET.get("q", "").strip()[:_MOST_TYPED]
    state = request.GET.get("durum", "") if request.GET.get("durum", "") in _STATES else ""
    here = page.url("staff.admin_list", kind=kind.path)
    with request.assembly.database.reading() as site:
        city = site.city
        values = getattr(city, kind.kind)
        by_state = {code: [one for one in values if _is_in(request, one, code)] for code in _STATES}
        found = [one for one in by_state[state] if _says(kind, city, one, tokens(typed))]
        groups = _grouped(page, kind, city, found)
    tabs = [
        Values(
            words=page.say(words),
            count=str(len(by_state[code])),
            href=f"{here}?{urlencode({'durum': code})}" if code else here,
            is_here=code == state,
        )
        for code, words in _STATES.items()
        if code in ("", state) or by_state[code]
    ]
    return {
        "crumbs": crumbs(page),
        "lead": page.say(kind.intro),
        "typed": typed,
        "search_href": here,
        "hidden": [("durum", state)] if state else [],
        "tabs": tabs,
        "headings": [page.say(heading) for heading in kind.headings],
        "groups": groups,
        "count": len(found),
        "new_href": page.url("staff.admin_new", kind=kind.path),
        "new_words": page.say(kind.new),
        "tries": kind.kind in ("synonyms", "categories", "bodies", "neighbourhoods"),
    }


def _is_in(request: Request, value: Any, state: str) -> bool:
    ended = getattr(value, "ended_on", None) is not None
    if hasattr(value, "valid_until"):
        ended = value.valid_until is not None and value.valid_until < request.services.today
    if state == "denetlenmemis":
        is_open = bool(getattr(value, "unchecked", ()))
        if hasattr(value, "checked_on"):
            is_open = bool(value.phone) and value.checked_on is None
        return is_open and not ended
    return ended is (state == "sonlanan")


def _says(kind: KindPage, city: City, value: Any, words: list[str]) -> bool:
    """Tell whether every word typed begins one of the value's."""
    if not words:
        return True
    said = [token for text in kind.found_by(city, value) for token in tokens(text)]
    return all(any(token.startswith(word) for token in said) for word in words)


def _grouped(page: Page, kind: KindPage, city: City, found: list[Any]) -> list[Values]:
    groups: dict[str, list[Values]] = {}
    has_groups = any(kind.group(city, one) for one in found)
    in_order = found if has_groups else sorted(found, key=lambda one: sort_key(name_of(kind.kind, one)))
    for one in in_order:
        row = Values(
            name=name_of(kind.kind, one),
            code=one.code,
            href=page.url("staff.admin_edit", kind=kind.path, code=one.code),
            cells=list(zip([page.say(heading) for heading in kind.headings], kind.row(page, city, one), strict=True)),
        )
        title = kind.group(city, one)
        groups.setdefault(page.say(title) if title else "", []).append(row)
    return [Values(id=f"a-rows-{place}", title=title, rows=rows) for place, (title, rows) in enumerate(groups.items())]
