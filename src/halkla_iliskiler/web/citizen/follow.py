"""The receipt and the follow page: what an applicant reads about their own matter. Everything needs the code."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import segno
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.clocks import ClockKind
from ...domain.codes import group, normalise
from ...domain.errors import InvalidInput, NotFound
from ...domain.outbox import DeliveryState
from ...domain.ticket import Ticket
from ...i18n import _
from ...services.following import TooManyTries
from ...services.telling import choose_method, masked
from ...storage import Site
from ..contexts import CitizenContext
from ..posted import posted
from ..values import Values
from .follow_page import follow_page, matter
from .place import same_thing_rows

__all__ = ["follow", "receipt"]

_ASKED_FOR = timedelta(hours=24)
"""How long after filing the receipt asks whether it is the same thing as another one."""


@view_config(route_name="receipt", request_method="GET", renderer="receipt.pt", permission=NO_PERMISSION_REQUIRED)
def receipt(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Say that we have it, and what happens next."""
    page = request.page
    page.title = page.say(_("We have your application"))
    with request.services.following.opened(context.address, context.code, request.client_addr or "") as (site, ticket):
        promise = ticket.clock(ClockKind.PROMISE)
        method, address = choose_method(request.assembly, ticket.details, ticket.preferred_method)
        is_told = method.initial_state is not DeliveryState.STANDING
        return {
            "number": ticket.number,
            "code_groups": group(normalise(context.code)).split(),
            "due": promise.due_at if promise and promise.is_running else None,
            "told_by": page.say(method.label) if is_told else "",
            "sent_to": masked(method, address) if is_told else "",
            "follow_url": request.route_url("follow", number=ticket.address, code=context.code),
            "address": ticket.address,
            "code": context.code,
            "qr_url": page.url("receipt.qr", number=ticket.address, code=context.code),
            "filed": ticket.created_at,
            "offers": _offers(request, site, ticket),
            "joined": ticket.related_to is not None,
            "photo_count": sum(1 for photo in ticket.attachments if photo.place is None),
            **matter(page, site, ticket),
        }


def _offers(request: Request, site: Site, ticket: Ticket) -> list[Values]:
    """Return what is open nearby about the same subject, for somebody who has not said yet whether it is the same."""
    is_fresh = request.assembly.now() - ticket.created_at < _ASKED_FOR
    if not is_fresh or ticket.related_to is not None or ticket.suspicions:
        return []
    found = request.services.nearby.offered(site, ticket.category, ticket.location, besides=ticket.id)
    return same_thing_rows(request.page, found)


@view_config(route_name="receipt.same", request_method="POST", permission=NO_PERMISSION_REQUIRED)
def same(context: CitizenContext, request: Request) -> Response:
    """Add oneself to an older open application."""
    token = posted(request, "same_as", 80)
    with request.services.following.opened(context.address, context.code, request.client_addr or ""):
        pass  # a wrong code is found out here, where guessing is slowed down
    if token:
        try:
            request.services.following.join(context.address, context.code, token)
            request.page.flash("ok", _("Thank you, now we know that it is the same thing."))
        except InvalidInput:
            request.page.flash("info", _("That one is not open any more. Yours stays as it is."))
    return HTTPSeeOther(request.page.url("receipt", number=context.address, code=context.code))


@view_config(route_name="receipt.qr", request_method="GET", permission=NO_PERMISSION_REQUIRED)
def receipt_qr(context: CitizenContext, request: Request) -> Response:
    """Draw the link of the follow page, so that a printed receipt can be followed with a telephone's camera."""
    with request.services.following.opened(context.address, context.code, request.client_addr or "") as (_site, ticket):
        link = request.route_url("follow", number=ticket.address, code=context.code)
    drawn = BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False)
    return Response(drawn.getvalue(), content_type="image/svg+xml", cache_control="private, no-store")


@view_config(route_name="follow", request_method="GET", renderer="follow.pt", permission=NO_PERMISSION_REQUIRED)
def follow(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Say where it stands, what we answered, and what has happened until today."""
    with request.services.following.opened(context.address, context.code, request.client_addr or "") as (site, ticket):
        return follow_page(request, site, ticket, context.code)


@view_config(route_name="follow.photo", request_method="GET", permission=NO_PERMISSION_REQUIRED)
def photo(context: CitizenContext, request: Request) -> Response:
    """Serve a photo the applicant may see, made anew by us."""
    client, identity = request.client_addr or "", int(request.matchdict["photo"])
    content = request.services.following.photo(context.address, context.code, identity, client)
    response = Response(content, content_type="image/jpeg", cache_control="private, no-store")
    response.content_disposition = f"inline; filename=foto-{identity}.jpg"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@view_config(
    route_name="follow_form", request_method="GET", renderer="follow_form.pt", permission=NO_PERMISSION_REQUIRED
)
def follow_form(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Ask for number and code."""
    request.page.title = request.page.say(_("Follow my application"))
    return {"number": "", "code": "", "error": ""}


@view_config(
    route_name="follow_form", request_method="POST", renderer="follow_form.pt", permission=NO_PERMISSION_REQUIRED
)
def open_follow_page(context: CitizenContext, request: Request) -> dict[str, Any] | Response:
    """Lead to the follow page. A wrong pair reveals nothing, and too many of them have to wait."""
    page = request.page
    page.title = page.say(_("Follow my application"))
    page.form_here = "follow-form"
    number, code = (posted(request, name, 80) for name in ("number", "code"))
    if page.is_asked_to_speak:
        page.keep_choices()
        return {"number": number, "code": code, "error": ""}
    try:
        address, whole = request.services.following.find(number, code, request.client_addr or "")
    except NotFound:
        return {
            "number": number,
            "code": code,
            "error": page.say(_("We found no application with this number and code.")),
        }
    except TooManyTries as refused:
        request.response.status_int = 429
        request.response.headers["Retry-After"] = str(max(1, int(refused.wait.total_seconds())))
        return {"number": number, "code": code, "error": page.say(_("That was too many tries. Please wait a little."))}
    return HTTPSeeOther(request.route_path("follow", number=address, code=whole))
