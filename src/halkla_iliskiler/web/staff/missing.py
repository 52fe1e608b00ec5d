"""What the law or the matter needs and an application lacks: said to staff, prepared as a question to the applicant."""

from pyramid.request import Request

from ...domain.regimes import Missing, missing_of
from ...domain.ticket import Ticket
from ...i18n import _, translate
from ...storage import Site
from ..labels import MISSING

__all__ = ["missing_words", "prepared_question"]


def missing_words(request: Request, site: Site, ticket: Ticket) -> str:
    """Return what is missing as one sentence for staff, with the article that asks for it; empty when nothing is."""
    found = _missing(request, site, ticket)
    if not found:
        return ""
    say = request.page.say
    names = ", ".join(say(_label(request, ticket, one)) for one in found)
    law = next((one.law for one in found if one.law), None)
    if law is None:
        return str(say(_("Missing: ${what}."), what=names))
    return str(say(_("Missing: ${what} (law ${law}, art. ${article})."), what=names, law=law[0], article=law[1]))


def prepared_question(request: Request, site: Site, ticket: Ticket) -> str:
    """Return a question for what only the applicant can give, in the applicant's language; empty when there is none."""
    found = [one for one in _missing(request, site, ticket) if one.code in MISSING]
    if not found:
        return ""

    def say(message: str, **values: object) -> str:
        return translate(message, ticket.language, **values)

    names = ", ".join(say(MISSING[one.code]) for one in found)
    law = next((one.law for one in found if one.law), None)
    if law is None:
        return say(_("To go on with your application we still need: ${what}."), what=names)
    return say(
        _("To examine your application under law ${law} (art. ${article}) we still need: ${what}."),
        what=names,
        law=law[0],
        article=law[1],
    )


def _missing(request: Request, site: Site, ticket: Ticket) -> list[Missing]:
    category = site.city.category(ticket.category)
    channel = request.assembly.extensions.channels.get(ticket.channel)
    # Citizens who applied without leaving anything have read that they may; only what staff recorded is asked after.
    needs_contact = bool(category and category.needs_contact and ticket.contacts[0].staff)
    return missing_of(ticket, channel, needs_contact=needs_contact)


def _label(request: Request, ticket: Ticket, one: Missing) -> str:
    if one.code in MISSING:
        return MISSING[one.code]
    channel = request.assembly.extensions.channels.get(ticket.channel)
    field = channel.field(one.code) if channel else None
    return field.label if field else one.code
