"""What stands beside the form of a value: whether it is used, by what, and how it is ended."""

from typing import Any
from urllib.parse import urlencode

from pyramid.request import Request

from ....domain.plain import as_plain
from ....domain.workflow import Permission
from ....i18n import _
from ....services.catalogue_rules import users_of
from ....storage import Site
from ...page import Page
from ...values import Values
from .kinds import BY_KIND, KindPage, field_words
from .words import said

__all__ = ["said_of", "state_of"]

_HELD_BY_USERS = ("questions", "bodies")
"""Kinds that cannot be ended while something names them."""
_FILTERS = {"categories": "kategori", "departments": "birim", "neighbourhoods": "mahalle"}


def state_of(request: Request, site: Site, kind: KindPage, value: Any) -> Values:
    """Return the facts about a value, and what can be done with it besides changing its fields."""
    page: Page = request.page
    users = [_user(page, *user) for user in users_of(site.city, kind.kind, value.code)]
    ended = getattr(value, "ended_on", None)
    is_department = kind.kind == "departments"
    if is_department:
        ended = value.valid_until
    catalogue = request.services.catalogue
    tickets = catalogue.tickets_of(kind.kind, value.code)
    still_open = catalogue.tickets_of(kind.kind, value.code, is_open=True) if tickets else 0
    seen_open = request.services.directorates.seen_by(value.code, is_open=True) if is_department else 0
    is_closed = is_department and ended is not None and ended < request.services.today
    return Values(
        ended=page.day(ended.isoformat()) if ended else "",
        is_department=is_department,
        is_closed=is_closed,
        successor=site.city.tree.name_of(value.successor) if is_department else "",
        tickets=tickets,
        still_open=still_open,
        seen_open=seen_open,
        tickets_href=_tickets_href(page, kind.kind, value.code) if tickets else None,
        people=_people(site, value.code) if is_department else 0,
        hand_over_href=page.url("staff.admin_hand_over", code=value.code)
        if is_closed and (still_open or seen_open) and value.successor
        else None,
        users=users,
        can_end=is_department or not (users and kind.kind in _HELD_BY_USERS),
        end_href=page.url("staff.admin_end", kind=kind.path, code=value.code),
        close_href=page.url("staff.admin_close", code=value.code) if is_department else None,
        own=_own(page, site, kind, value),
        unchecked=_unchecked(page, site, kind, value),
        check_href=page.url("staff.admin_unchecked"),
        here=page.url("staff.admin_edit", kind=kind.path, code=value.code),
    )


def _user(page: Page, kind: str, code: str, name: str) -> Values:
    known = BY_KIND.get(kind)
    href = page.url("staff.admin_edit", kind=known.path, code=code) if known is not None else None
    return Values(name=name, href=href, kind=page.say(known.title) if known is not None else page.say(_("Dangers")))


def _tickets_href(page: Page, kind: str, code: str) -> str | None:
    if kind not in _FILTERS or not page.may(Permission.VIEW):
        return None
    return f"{page.url('staff.queue')}?{urlencode({'liste': 'open', _FILTERS[kind]: code})}"


def _people(site: Site, code: str) -> int:
    return sum(
        not user.is_disabled and any(grant.department == code for grant in user.grants) for user in site.users.values()
    )


_MARKS = frozenset({"unchecked", "checked_on", "ended_on"})


def _own(page: Page, site: Site, kind: KindPage, value: Any) -> str:
    """Say which fields are the city's own by now: taking over a newer plugin's data leaves them alone."""
    given = site.city.provided_value(kind.kind, value.code)
    if given is None:
        return page.say(_("Made here"))
    mine, theirs = as_plain(value), as_plain(given)
    words = field_words(kind.kind)
    names = [page.say(words.get(name, name)) for name in mine if mine[name] != theirs[name] and name not in _MARKS]
    return ", ".join(names)


def _unchecked(page: Page, site: Site, kind: KindPage, value: Any) -> list[Values]:
    names = getattr(value, "unchecked", ())
    if kind.kind == "bodies":
        names = ("phone",) if value.phone and value.checked_on is None else ()
    return [
        Values(
            mark=f"{kind.kind}:{value.code}:{name}",
            label=page.say(field_words(kind.kind).get(name, name)),
            value=said_of(page, site, kind.kind, name, value),
        )
        for name in names
    ]


def said_of(page: Page, site: Site, kind: str, name: str, value: Any) -> str:
    """Say what stands in a field of a value."""
    return said(page, site, kind, name, as_plain(value).get(name))
