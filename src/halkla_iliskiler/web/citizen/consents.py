"""Permissions on the follow page: what was permitted, and taking it back."""

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.errors import InvalidInput
from ...domain.ticket import Ticket
from ...i18n import _
from ..contexts import CitizenContext
from ..labels import CONSENTS
from ..page import Page
from ..posted import posted
from ..values import Values

__all__ = ["consent_values", "withdraw_consent"]


def consent_values(page: Page, ticket: Ticket) -> list[Values]:
    """Return the permissions of a ticket that stand, for ``consents.pt``."""
    return [
        Values(purpose=consent.purpose, text=page.say(CONSENTS[consent.purpose]), when=page.moment(consent.given_at))
        for consent in ticket.consents
        if consent.stands and consent.purpose in CONSENTS
    ]


@view_config(route_name="follow.consent", request_method="POST", permission=NO_PERMISSION_REQUIRED)
def withdraw_consent(context: CitizenContext, request: Request) -> Response | dict[str, Any]:
    """Take a permission back. Doing it twice does no harm."""
    purpose = posted(request, "consent")
    try:
        request.services.following.withdraw_consent(context.address, context.code, purpose)
        request.page.flash("ok", _("Your permission has been taken back."))
    except InvalidInput:
        request.page.flash("info", _("There is no such permission any more."))
    return HTTPSeeOther(request.route_path("follow", number=context.address, code=context.code))
