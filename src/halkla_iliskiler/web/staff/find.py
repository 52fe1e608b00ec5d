"""The one search box. It is sent, not asked for, so that nobody's number or name is ever in an address."""

from urllib.parse import urlencode

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.errors import NotFound
from ...domain.workflow import Permission
from ...i18n import _
from ..contexts import StaffContext
from ..posted import posted
from .asked import ticket_href

__all__ = ["find"]


@view_config(route_name="staff.find", request_method="POST", permission=Permission.VIEW)
def find(context: StaffContext, request: Request) -> Response:
    """Lead to the ticket whose number was typed, to what a person has applied with, or to what holds the words."""
    finder, home = request.services.finder, request.page.url("staff.queue")
    token, typed = posted(request, "ara", 40), posted(request, "q").strip()
    if token:
        try:
            found = finder.in_texts(token)
        except NotFound:
            request.page.flash("info", _("That search is over. Please search once more."))
            return HTTPSeeOther(home)
    elif typed:
        found = finder.find(typed, request.client_addr or "", among_names="adlarda" in request.POST)
    else:
        return HTTPSeeOther(home)
    if found.ticket_id is not None:
        return HTTPSeeOther(ticket_href(request, found.ticket_id, None))
    return HTTPSeeOther(f"{home}?{urlencode({'ara': found.person} if found.person else {'q': found.words})}")
