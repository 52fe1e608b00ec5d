"""Where a ticket stands in the list one came from: back to it, to the one before and to the next."""

from typing import Any

from pyramid.request import Request

from ...domain.errors import NotFound
from ...domain.ticket import Ticket
from ...services.lists import COUNTED_UP_TO
from ...storage import Site
from ..page import Page
from ..values import Values
from .asked import asked_of_ticket, ticket_href

__all__ = ["list_values"]


def list_values(request: Request, site: Site, ticket: Ticket) -> dict[str, Any]:
    """Return the list's address and the ticket's place in it; looked up only when the address names a list."""
    page: Page = request.page
    asked = asked_of_ticket(request)
    if asked is None:
        return {"position": None, "back_href": page.url("staff.queue")}
    try:
        found = request.services.lists.neighbours(asked.listed(site.city), ticket.id)
    except NotFound:
        # A search by person is remembered for half an hour only.
        return {"position": None, "back_href": page.url("staff.queue")}
    if found is None:
        return {"position": None, "back_href": asked.back}
    total = f"{COUNTED_UP_TO - 1}+" if found.total >= COUNTED_UP_TO else str(found.total)
    following = ticket_href(request, found.next, asked) if found.next is not None else None
    page.next_in_list = following
    position = Values(
        previous_href=ticket_href(request, found.previous, asked) if found.previous is not None else None,
        next_href=following,
        words=f"{found.place} / {total}" if found.place else "",
    )
    return {"position": position, "back_href": asked.back}
