"""What the ticket page says of the way a matter came by, and of what it lacks."""

from collections.abc import Iterator

from pyramid.request import Request

from ...domain.access import PersonSeen, person_seen
from ...domain.ticket import Ticket
from ...domain.workflow import Action
from ...i18n import _
from ...storage import Site
from ..labels import REGIMES
from ..values import Values
from .missing import missing_words, prepared_question

__all__ = ["entry_facts", "missing_notice"]


def entry_facts(request: Request, ticket: Ticket) -> Iterator[Values]:
    """Yield the law it falls under, where that is another than a service's, and the fields of the channels."""
    say = request.page.say
    if ticket.regime != "SERVICE":
        yield Values(label=say(_("Legal basis")), text=say(REGIMES.get(ticket.regime, ticket.regime)), href=None)
    knows_who = person_seen(request.identity, ticket) is PersonSeen.NAME
    for contact in ticket.contacts:
        channel = request.assembly.extensions.channels.get(contact.channel)
        for code, value in contact.fields:
            field = channel.field(code) if channel else None
            if field is not None and field.personal and not knows_who:
                continue
            text = value
            if field is not None and field.kind == "choice":
                text = say(dict(field.options).get(value, value))
            elif field is not None and field.kind == "date":
                text = request.page.day(value)
            is_link = field is not None and field.kind == "link"
            yield Values(label=say(field.label) if field else code, text=text, href=value if is_link else None)


def missing_notice(request: Request, site: Site, ticket: Ticket) -> Values | None:
    """Say what is missing, with the way to ask the applicant for it where that is possible and they can be reached."""
    if not ticket.is_open or person_seen(request.identity, ticket) is PersonSeen.NOTHING:
        # Even that a name is missing says something of who applied.
        return None
    words = missing_words(request, site, ticket)
    if not words:
        return None
    may_ask = (
        Action.ASK in request.services.handling.possible_actions(ticket)
        and not ticket.details.is_empty
        and bool(prepared_question(request, site, ticket))
    )
    href = request.page.url("staff.action", number=ticket.address, action=Action.ASK.value) if may_ask else None
    return Values(text=words, href=f"{href}#action" if href else None)
