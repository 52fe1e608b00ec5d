"""Who sees a ticket besides the directorate that has it, who has opened it, and the ticket on paper."""

from collections.abc import Iterator
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.access import allows
from ...domain.errors import InvalidInput
from ...domain.ticket import Ticket
from ...domain.workflow import Permission
from ...i18n import _
from ...storage import Site
from ..contexts import StaffContext
from ..labels import PROBLEMS
from ..page import Page
from ..posted import posted
from ..values import Values
from .reads import reading_values

__all__ = ["access_values", "share", "unshare"]


def access_values(request: Request, site: Site, ticket: Ticket) -> dict[str, Any]:
    """Return what the ticket's page shows of who else sees it and who has opened it."""
    may_route = allows(request.identity, Permission.ROUTE, ticket)
    return {
        "shared_with": list(_shared_with(request, site, ticket, may_route=may_route)),
        "share_href": request.page.url("staff.share", number=ticket.address) if may_route else None,
        "share_options": _options(request, site, ticket) if may_route else "",
        "readings": [reading_values(request, row) for row in request.services.reads.of_ticket(site, ticket)],
        "readings_href": _readings_href(request, ticket),
    }


def _shared_with(request: Request, site: Site, ticket: Ticket, *, may_route: bool) -> Iterator[Values]:
    href = request.page.url("staff.unshare", number=ticket.address)
    for code in ticket.shared_with:
        yield Values(code=code, name=site.city.tree.name_of(code), take_back_href=href if may_route else None)


def _options(request: Request, site: Site, ticket: Ticket) -> str:
    """Return the directorates it may be shared with, drawn; they are the same on every page of a directorate's."""
    today, registry = request.services.today, request.registry

    def drawn() -> str:
        seen = {ticket.department, *ticket.shared_with}
        units = [unit for unit in site.city.tree.directorates_on(today) if unit.code not in seen]
        return str(registry.templates["staff/share_options.pt"].render(units=units))

    key = ("share", site.city.edition, today, ticket.department, ticket.shared_with)
    return str(registry.rendered.get(key, drawn))


def _readings_href(request: Request, ticket: Ticket) -> str | None:
    if not request.services.reads.may_be_seen:
        return None
    return f"{request.page.url('staff.reads')}?basvuru={ticket.address}"


@view_config(route_name="staff.share", request_method="POST", permission=Permission.ROUTE)
def share(context: StaffContext, request: Request) -> Response:
    """Let another directorate read the ticket and write notes on it."""
    return _changed(request, request.services.sharing.share, _("${department} sees this application now."))


@view_config(route_name="staff.unshare", request_method="POST", permission=Permission.ROUTE)
def unshare(context: StaffContext, request: Request) -> Response:
    """Take it back."""
    return _changed(
        request, request.services.sharing.unshare, _("${department} does not see this application any more.")
    )


def _changed(request: Request, change: Any, done: str) -> Response:
    page: Page = request.page
    code = posted(request, "department", 40)
    try:
        change(request.context.ticket_id, code)
    except InvalidInput as problem:
        page.flash("error", PROBLEMS[problem.problem if code else "required"])
    else:
        with request.assembly.database.reading() as site:
            page.flash("ok", done, department=site.city.tree.name_of(code))
    return HTTPSeeOther(page.url("staff.ticket", number=request.matchdict["number"]))
