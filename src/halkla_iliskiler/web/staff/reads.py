"""The read log: who has looked at whose data, for those who answer for it."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from pyramid.request import Request
from pyramid.view import view_config

from ...domain.text import sort_key
from ...domain.ticket import address_of
from ...domain.workflow import Permission
from ...i18n import _
from ...services.disclosure import ReadKind
from ...services.reads import ReadFilters, Reading
from ...storage import Site
from ..contexts import StaffContext
from ..labels import EXPORTED, READS, SEARCHED_BY
from ..page import Page
from ..values import Values

__all__ = ["reading_values", "reads"]

_PLACE = re.compile(r"(reads(?:-[0-9]{6})?\.log):([0-9]{1,15})")
_FILTERS = ("kim", "basvuru", "tur", "gun")


@view_config(route_name="staff.reads", request_method="GET", renderer="staff/reads.pt", permission=Permission.SEE_READS)
def reads(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show the log, newest first; looking at it is entered too."""
    page: Page = request.page
    page.title = page.say(_("Log of readings"))
    chosen = {name: request.GET.get(name, "").strip()[:40] for name in _FILTERS}
    filters, unknown = _filters(request, chosen)
    place = _place(request.GET.get("sonra", ""))
    found = request.services.reads.page(filters, request.client_addr or "", place) if not unknown else None
    with request.assembly.database.reading() as site:
        people = _people(site)
    older = found.older if found else None
    kept = {name: value for name, value in chosen.items() if value}
    return {
        "rows": [reading_values(request, row) for row in found.rows] if found else [],
        "chosen": Values(**chosen),
        "people": [("", page.say(_("Everybody")), False), *((u, n, u == chosen["kim"]) for u, n in people)],
        "kinds": [
            ("", page.say(_("Everything")), False),
            *((code.value, page.say(READS[code]), code == chosen["tur"]) for code in ReadKind),
        ],
        "unknown": unknown,
        "is_narrowed": bool(kept),
        "clear_href": page.url("staff.reads"),
        "older_href": _address(page, {**kept, "sonra": f"{older[0]}:{older[1]}"}) if older else None,
        "first_href": _address(page, kept) if place else None,
        "seal": request.services.reads.seal(),
        "printed": page.times.exact(request.assembly.now()),
    }


def _address(page: Page, values: dict[str, str]) -> str:
    return f"{page.url('staff.reads')}?{urlencode(values)}" if values else page.url("staff.reads")


def _filters(request: Request, chosen: dict[str, str]) -> tuple[ReadFilters, str]:
    """Return the filters, and a sentence about what cannot be looked for."""
    ticket = day = None
    if chosen["basvuru"]:
        ticket = request.services.lists.by_number(chosen["basvuru"])
        if ticket is None:
            return ReadFilters(), request.page.say(_("There is no application of that number."))
    if chosen["gun"]:
        try:
            day = date.fromisoformat(chosen["gun"])
        except ValueError:
            return ReadFilters(), request.page.say(_("This is no day."))
        if not date.min < day < date.max:
            return ReadFilters(), request.page.say(_("This is no day."))
    what = chosen["tur"] if chosen["tur"] in set(ReadKind) else ""
    return ReadFilters(chosen["kim"], address_of(ticket) if ticket else "", what, day), ""


def _place(text: str) -> tuple[str, int] | None:
    found = _PLACE.fullmatch(text)
    return (found[1], int(found[2])) if found else None


def _people(site: Site) -> list[tuple[str, str]]:
    people = [(user.username, user.name) for user in site.users.values()]
    return sorted(people, key=lambda person: sort_key(person[1]))


def reading_values(request: Request, row: Reading) -> Values:
    """Put one line into words."""
    page: Page = request.page
    kind = READS.get(row.what, row.what)
    if row.is_hidden:
        about = page.say(_("a sensitive application"))
    elif row.by and row.what == ReadKind.SEARCH:
        about = page.say(SEARCHED_BY.get(row.by, row.by))
    elif row.by and row.what == ReadKind.EXPORTED:
        about = page.say(EXPORTED.get(row.by, row.by))
    elif row.what == ReadKind.LOG_READ:
        parts = [part.partition("=") for part in row.by.split()]
        about = " · ".join(page.say(READS[value]) if value in READS else value for _name, _sign, value in parts)
    else:
        about = row.by
    return Values(
        when=page.moment(row.at),
        exact=page.times.exact(row.at),
        who=row.name,
        username=row.who,
        what=page.say(kind),
        number=row.number,
        href=page.url("staff.ticket", number=row.ticket) if row.ticket else None,
        about=about,
        found=page.say(_("${count} found"), count=row.found) if row.found else "",
        why=row.why,
        client=row.client,
    )
