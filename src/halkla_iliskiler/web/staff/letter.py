"""The covering letter with which a matter goes to the body that is competent for it (law 3071, art. 5)."""

from datetime import datetime
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.view import view_config

from ...domain.access import PersonSeen, person_seen
from ...domain.regimes import LAWS
from ...domain.ticket import Referral, Ticket
from ...domain.workflow import Permission
from ...i18n import _, translate
from ...services.handling import require
from ...storage import Site
from ..contexts import StaffContext
from ..values import Values

__all__ = ["letter"]

_OFFICIAL = "tr"
_BY_LAW = _(
    "The application below was made to our municipality. Its subject belongs to your duties; under article 5 of law "
    "3071 it is sent to you for what is to be done. The applicant has been informed of this."
)
_PLAIN = _(
    "The application below was made to our municipality. Its subject belongs to your duties, and it is sent to you for "
    "what is to be done. The applicant has been informed of this."
)
_NOT_NAMED = _("Who applied and how they are reached is not passed on: it is not needed for what is to be done.")


@view_config(route_name="staff.letter", request_method="GET", renderer="staff/letter.pt", permission=Permission.VIEW)
def letter(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show the letter of one referral, to be printed. That it was opened is written to the log of readings."""
    place = int(request.matchdict["referral"]) - 1
    with request.services.handling.opened(context.ticket_id) as (site, ticket):
        require(request.services, Permission.NOTE, ticket)
        if not 0 <= place < len(ticket.referrals):
            raise HTTPNotFound
        request.services.disclosure.printed(ticket.id, request.client_addr or "")
        shown = _letter(request, site, ticket, ticket.referrals[place])
        request.page.title = f"{ticket.number} {shown.to}"
        return {"letter": shown, "back_href": request.page.url("staff.ticket", number=ticket.address)}


def _letter(request: Request, site: Site, ticket: Ticket, referral: Referral) -> Values:
    """Return the letter in Turkish, whatever language the page is read in: it leaves the house."""
    city, brand = site.city, request.page.brand
    category, body = city.category(ticket.category), city.body(referral.body)
    where = (city.territory.name_of(ticket.location.neighbourhood), ticket.location.words)
    by_law = ticket.regime in LAWS

    def say(message: str) -> str:
        return translate(message, _OFFICIAL)

    def day(at: datetime) -> str:
        return f"{at.astimezone(request.services.zone):%d.%m.%Y}"

    facts = [
        (say(_("Number")), ticket.number),
        (say(_("Day of the letter")), day(referral.at)),
        (say(_("Subject")), category.label if category else ""),
        (say(_("Applied on")), day(ticket.counted_from)),
        (say(_("Place")), ", ".join(part for part in where if part)),
    ]
    person = _person(request, ticket) if by_law else []
    return Values(
        municipality=brand.municipality,
        service=brand.name,
        to=body.name if body else referral.body,
        facts=[Values(label=label, text=text) for label, text in facts if text],
        opening=say(_BY_LAW) if by_law else say(_PLAIN),
        words_title=say(_("In the applicant's own words")),
        words=ticket.words,
        person_title=say(_("Applicant")),
        person=person,
        not_named="" if person else say(_NOT_NAMED),
        department=city.tree.name_of(ticket.department) or brand.name,
    )


def _person(request: Request, ticket: Ticket) -> list[str]:
    """Return who applied and where they live: what the body needs to answer them itself, and no more.

    Only under a law by which it answers them, and only as far as whoever prints it knows it.
    """
    if person_seen(request.identity, ticket) is not PersonSeen.NAME:
        return []
    return [part for part in (ticket.representation.organisation, ticket.details.name, ticket.details.address) if part]
