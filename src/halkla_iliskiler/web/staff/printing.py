"""A ticket on paper. That it was printed is entered in the read log."""

from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from ...domain.workflow import Permission
from ..contexts import StaffContext
from .ticket_page import ticket_page

__all__ = ["printed"]


@view_config(route_name="staff.print", request_method="GET", renderer="staff/print.pt", permission=Permission.VIEW)
def printed(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show a ticket as it goes on paper: everything that is masked on its page is masked here too."""
    request.services.disclosure.printed(context.ticket_id, request.client_addr or "")
    with request.services.handling.opened(context.ticket_id) as (site, ticket):
        return {**ticket_page(request, site, ticket), "printed_at": request.page.times.exact(request.assembly.now())}
