"""Tags on a ticket's page: given and taken away by hand."""

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.access import allows
from ...domain.errors import InvalidInput
from ...domain.tagging import LONGEST_TAG, folded_tag
from ...domain.ticket import Ticket
from ...domain.workflow import Permission
from ...i18n import _
from ..contexts import StaffContext
from ..labels import PROBLEMS
from ..page import Page
from ..posted import posted
from ..values import Values

__all__ = ["tag", "tag_values", "untag"]


def tag_values(request: Request, ticket: Ticket) -> dict[str, Any]:
    """Return what the ticket's page shows of its tags."""
    page: Page = request.page
    may_tag = allows(request.identity, Permission.NOTE, ticket)
    home = page.url("staff.queue")
    return {
        "tags": [Values(words=words, href=f"{home}?liste=open&etiket={folded_tag(words)}") for words in ticket.tags],
        "tag_href": page.url("staff.tag", number=ticket.address) if may_tag else None,
        "untag_href": page.url("staff.untag", number=ticket.address) if may_tag else None,
        "suggested_tags": _suggested(request, ticket) if may_tag else [],
        "longest_tag": LONGEST_TAG,
    }


def _suggested(request: Request, ticket: Ticket) -> list[str]:
    own = set(ticket.tags)
    return [words for words in request.services.tagging.spellings(lately=True) if words not in own]


@view_config(route_name="staff.tag", request_method="POST", permission=Permission.NOTE)
def tag(context: StaffContext, request: Request) -> Response:
    """Give a ticket a tag."""
    page, words = request.page, posted(request, "tag", 200)
    try:
        place = request.services.tagging.add(context.ticket_id, words)
    except InvalidInput as problem:
        page.flash("error", PROBLEMS[problem.problem])
    else:
        page.flash("ok", _("Tagged.") if place is not None else _("It has this tag already."))
    return HTTPSeeOther(page.url("staff.ticket", number=request.matchdict["number"]))


@view_config(route_name="staff.untag", request_method="POST", permission=Permission.NOTE)
def untag(context: StaffContext, request: Request) -> Response:
    """Take a tag from a ticket."""
    page, words = request.page, posted(request, "tag", 200)
    place = request.services.tagging.remove(context.ticket_id, words)
    page.flash("ok" if place is not None else "info", _("The tag is taken away."))
    return HTTPSeeOther(page.url("staff.ticket", number=request.matchdict["number"]))
