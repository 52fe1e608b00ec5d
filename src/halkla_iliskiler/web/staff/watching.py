"""Who else has a ticket open, and whether it was changed meanwhile: asked by the page itself every few seconds."""

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.ticket import Ticket
from ...domain.workflow import Permission
from ...i18n import _
from ..contexts import StaffContext
from ..page import Page

__all__ = ["others_words", "watching"]


@view_config(route_name="staff.watching", request_method="GET", permission=Permission.VIEW)
def watching(context: StaffContext, request: Request) -> Response:
    """Say who else looks at the ticket, and whether the page still shows it as it is."""
    page: Page = request.page
    with request.services.handling.opened(context.ticket_id) as (_site, ticket):
        others = others_words(request, ticket)
        seen = request.GET.get("surum", "")
        is_old = seen != str(ticket.revision)
    said = {"others": others, "changed": page.say(_("It was changed meanwhile – show")) if is_old else ""}
    answer = Response(json_body=said, charset="utf-8", content_type="application/json")
    answer.cache_control = "private, no-store"
    return answer


def others_words(request: Request, ticket: Ticket) -> str:
    """Note that this page is looked at, and return who else looks, as a sentence; empty when nobody does."""
    page: Page = request.page
    actor = request.identity
    others = request.assembly.presence.look(ticket.id, actor.id, actor.name, request.services.now())
    if not others:
        return ""
    if len(others) == 1:
        return page.say(_("${name} has it open, too."), name=others[0])
    return page.say(_("${name} and ${count} others have it open, too."), name=others[0], count=len(others) - 1)
