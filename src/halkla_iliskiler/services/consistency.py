"""``halkla check``: proves that what is kept twice is equal, and that every object can be read."""

from collections.abc import Callable, Iterator

from ..domain.outbox import NO_TICKET, Purpose
from ..domain.ticket import PhotoState
from ..index import TicketIndex
from ..storage import Database, Site, Unreadable
from .indexing import differences

__all__ = ["problems"]


def problems(
    database: Database, index: TicketIndex, *, deep: bool = True, progress: Callable[[int, int], None] | None = None
) -> Iterator[str]:
    """Yield a sentence for everything that is not as it should be. Nothing is changed.

    ``deep`` loads every object and every file too.
    """
    try:
        yield from differences(database, index, progress)
        with database.reading() as site:
            yield from _tickets(site)
            yield from _people(site)
            yield from _outbox(site)
            yield from _photos(site)
    except Unreadable as problem:
        yield f"the comparison stopped at something that cannot be read: {problem.__cause__ or problem}"
    if deep:
        yield from database.verify()


def _tickets(site: Site) -> Iterator[str]:
    numbers: dict[str, int] = {}
    for identity, ticket in site.tickets.items():
        if ticket.id != identity:
            yield f"ticket {ticket.number} is kept under the identity of another"
        if ticket.number in numbers:
            yield f"the number {ticket.number} was given twice"
        numbers[ticket.number] = identity
        for contact in ticket.contacts[:1]:
            if site.intake_keys.get(contact.intake_key) != identity:
                yield f"ticket {ticket.number} is not known by its intake key"
        if ticket.category and site.city.category(ticket.category) is None:
            yield f"ticket {ticket.number} has the category {ticket.category}, which the catalogue does not know"
    for key, identity in site.intake_keys.items():
        if identity not in site.tickets:
            yield f"the intake key {key} leads to no ticket"


def _people(site: Site) -> Iterator[str]:
    for identity, applicant in site.applicants.items():
        for ticket_id in applicant.tickets:
            ticket = site.tickets.get(ticket_id)
            if ticket is None or ticket.applicant_id != identity:
                yield f"applicant {identity} names a ticket that does not name them"
        for look_up, values in ((site.by_phone, applicant.phones), (site.by_email, applicant.emails)):
            for value in values:
                if identity not in look_up.get(value, ()):
                    yield f"applicant {identity} is not found by one of their addresses"


def _outbox(site: Site) -> Iterator[str]:
    scheduled = {identity for _, identity in site.outbox.due}
    for identity, entry in site.outbox.entries.items():
        if (entry.state == "PENDING") != (identity in scheduled):
            yield f"message {entry.key} is {entry.state} but its place in the queue says otherwise"
        if entry.ticket_id == NO_TICKET:
            if entry.purpose != Purpose.CODE:
                yield f"message {entry.key} is no one-time code and belongs to no ticket"
            continue
        ticket = site.tickets.get(entry.ticket_id)
        if ticket is None or identity not in ticket.notifications:
            yield f"message {entry.key} belongs to no ticket"


def _photos(site: Site) -> Iterator[str]:
    if site.photos_due is None:
        return
    scheduled = {(ticket_id, identity) for _, ticket_id, identity in site.photos_due}
    waiting = {
        (ticket.id, photo.id)
        for ticket in site.tickets.values()
        for photo in ticket.attachments
        if photo.state == PhotoState.RAW
    }
    for ticket_id, identity in sorted(waiting ^ scheduled):
        yield f"photo {identity} of ticket {ticket_id} and the queue of photos to be prepared disagree"
