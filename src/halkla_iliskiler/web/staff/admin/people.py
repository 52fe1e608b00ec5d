"""The accounts of the house: the list, with search and filters."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from pyramid.request import Request
from pyramid.view import view_config

from ....domain.access import ROLES as ALL_ROLES
from ....domain.text import fold, sort_key
from ....domain.workflow import Permission
from ....i18n import _
from ....services.people import Person
from ....storage import Site
from ...contexts import StaffContext
from ...page import Page
from ...values import Values
from .landing import crumbs
from .people_words import STATES, grant_words, role_of

__all__ = ["ON_A_PAGE", "people"]

ON_A_PAGE = 50
_FILTERS = ("q", "rol", "mudurluk", "durum", "adim")
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "durum": {
        "": _("Any state"),
        "acik": _("Open accounts"),
        "kapali": _("Closed accounts"),
        "girmedi": _("Never signed in"),
        "izinli": _("Away now"),
    },
    "adim": {
        "": _("With or without second step"),
        "var": _("With second step"),
        "yok": _("Without second step"),
        "eksik": _("Required, but not set up"),
    },
}


@view_config(
    route_name="staff.people",
    request_method="GET",
    renderer="staff/admin/people.pt",
    permission=Permission.MANAGE_USERS,
)
def people(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show the accounts that fit what is asked for, by name."""
    page: Page = request.page
    page.title = page.say(_("People"))
    asked = {name: request.GET.get(name, "").strip()[:100] for name in _FILTERS}
    everybody = request.services.people.all()
    with request.assembly.database.reading() as site:
        found = sorted(
            (one for one in everybody if _fits(request, site, one, asked)), key=lambda one: sort_key(one.name)
        )
        first = _first(request, len(found))
        rows = [_row(request, site, one) for one in found[first : first + ON_A_PAGE]]
        filters = _filters(page, site, everybody, asked)
    kept = {name: value for name, value in asked.items() if value}
    return {
        "crumbs": crumbs(page),
        "rows": rows,
        "typed": asked["q"],
        "filters": filters,
        "search_href": page.url("staff.people"),
        "is_narrowed": bool(kept),
        "count": _count_words(page, len(found), len(everybody)),
        "previous_href": _address(page, kept, first - ON_A_PAGE) if first else None,
        "next_href": _address(page, kept, first + ON_A_PAGE) if first + ON_A_PAGE < len(found) else None,
    }


def _first(request: Request, count: int) -> int:
    """Return where the page begins: at a multiple of its length that exists."""
    said = request.GET.get("ilk", "")
    first = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0
    return first // ON_A_PAGE * ON_A_PAGE if first < count else 0


def _address(page: Page, kept: Mapping[str, str], first: int) -> str:
    values = {**kept, "ilk": str(first)} if first > 0 else dict(kept)
    return f"{page.url('staff.people')}?{urlencode(values)}" if values else page.url("staff.people")


def _count_words(page: Page, found: int, all_of_them: int) -> str:
    if found == all_of_them:
        return page.say(_("${count} accounts"), count=found)
    return page.say(_("${found} of ${count} accounts"), found=found, count=all_of_them)


def _fits(request: Request, site: Site, one: Person, asked: Mapping[str, str]) -> bool:
    today = request.services.today
    return (
        _has_words(site, one, asked["q"])
        and (not asked["rol"] or any(grant.role == asked["rol"] for grant in one.grants))
        and (not asked["mudurluk"] or any(grant.department == asked["mudurluk"] for grant in one.grants))
        and _STATES[asked["durum"] if asked["durum"] in _STATES else ""](one, today)
        and _has_step(request, one, asked["adim"])
    )


def _has_words(site: Site, one: Person, typed: str) -> bool:
    departments = [site.city.tree.name_of(grant.department) for grant in one.grants if grant.department]
    text = fold(" ".join([one.username, one.name, one.email, *departments]))
    return all(word in text for word in fold(typed).split())


def _is_away(one: Person, today: date) -> bool:
    return one.away_until is not None and (one.away_from or today) <= today <= one.away_until


_STATES: Mapping[str, Callable[[Person, date], bool]] = {
    "": lambda one, today: True,
    "acik": lambda one, today: not one.is_disabled,
    "kapali": lambda one, today: one.is_disabled,
    "girmedi": lambda one, today: one.last_log_in is None and not one.is_disabled,
    "izinli": _is_away,
}


def _has_step(request: Request, one: Person, wanted: str) -> bool:
    if wanted == "eksik":
        return not one.has_factor and request.services.second_factor.is_required(one.grants)
    return wanted not in ("var", "yok") or one.has_factor is (wanted == "var")


def _filters(page: Page, site: Site, everybody: list[Person], asked: Mapping[str, str]) -> list[Values]:
    used = {grant.department for one in everybody for grant in one.grants if grant.department}
    departments = sorted(((code, site.city.tree.name_of(code)) for code in used), key=lambda one: sort_key(one[1]))
    options = {
        "rol": [("", page.say(_("Any role"))), *((code, role_of(page, code)) for code in ALL_ROLES)],
        "mudurluk": [("", page.say(_("Any directorate"))), *departments],
        **{name: [(code, page.say(words)) for code, words in values.items()] for name, values in _CHOICES.items()},
    }
    labels = {
        "rol": _("Role"),
        "mudurluk": _("Directorate"),
        "durum": _("State"),
        "adim": _("Second step at log-in"),
    }
    return [
        Values(
            name=name,
            label=page.say(labels[name]),
            options=[(code, words, code == asked[name]) for code, words in values],
        )
        for name, values in options.items()
    ]


def _row(request: Request, site: Site, one: Person) -> Values:
    page: Page = request.page
    words, tone = STATES[one.state]
    is_away = _is_away(one, request.services.today)
    return Values(
        name=one.name,
        username=one.username,
        href=page.url("staff.person", username=one.username),
        roles=[grant_words(page, site, grant) for grant in one.grants],
        state=page.say(words),
        tone=tone,
        away=page.say(_("away until ${day}"), day=page.day(one.away_until.isoformat()))
        if is_away and one.away_until
        else "",
        has_factor=one.has_factor,
        lacks_factor=not one.has_factor and request.services.second_factor.is_required(one.grants),
        last=page.moment(one.last_log_in) if one.last_log_in else None,
    )
