"""``halkla check``: proves that what is kept twice is equal, and that every object can be read."""

from collections.abc import Callable, Iterator

from ..domain.outbox import NO_TICKET, Purpose
from ..domain.ticket import PhotoState
from ..index import TicketIndex
from ..storage import Database, ReadLog, Site, Unreadable
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
            yield from _links(site)
            yield from _people(site)
            yield from _outbox(site)
            yield from _photos(site)
        yield from ReadLog(database.files.directory).problems()
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


def _links(site: Site) -> Iterator[str]:
    """Yield what is said by one of two tickets only: duplicates and parts are known on both sides."""
    for identity, ticket in site.tickets.items():
        main = site.tickets.get(ticket.duplicate_of) if ticket.duplicate_of is not None else None
        if ticket.duplicate_of is not None and (main is None or identity not in main.duplicates):
            yield f"ticket {ticket.number} is a duplicate of one that does not know of it"
        for other in ticket.duplicates:
            if other not in site.tickets or site.tickets[other].duplicate_of != identity:
                yield f"ticket {ticket.number} names a duplicate that is none of it"
        for other in ticket.splits:
            if other not in site.tickets or site.tickets[other].split_from != identity:
                yield f"ticket {ticket.number} names a part that was not made of it"


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
    for applicants in (site.by_national_id or {}).values():
        for identity in applicants:
            if identity not in site.applicants:
                yield f"an identity number leads to the applicant {identity}, who does not exist"


def _outbox(site: Site) -> Iterator[str]:
    yield from _queues(site)
    scheduled = {identity for _, identity in site.outbox.due}
    for identity, entry in site.outbox.entries.items():
        if (entry.state == "PENDING") != (identity in scheduled):
            yield f"message {entry.key} is {entry.state} but its place in the queue says otherwise"
        if entry.ticket_id == NO_TICKET:
            if entry.purpose not in (Purpose.CODE, Purpose.DEPARTMENT_NOTICE):
                yield f"message {entry.key} is no one-time code and belongs to no ticket"
            continue
        if entry.purpose == Purpose.DEPARTMENT_NOTICE:
            continue
        carrier = site.outbox.entries.get(entry.goes_with)
        if entry.state == "TOGETHER" and (carrier is None or identity not in carrier.also):
            yield f"message {entry.key} goes with one that does not take it"
        ticket = site.tickets.get(entry.ticket_id)
        if ticket is None or identity not in ticket.notifications:
            yield f"message {entry.key} belongs to no ticket"


def _queues(site: Site) -> Iterator[str]:
    """Compare the calls to be made and the messages given up with what each message says of itself."""
    outbox = site.outbox
    queued = {} if outbox.calls is None else {
        identity: group for group, queue in outbox.calls.items() for _, identity in queue
    }  # fmt: skip
    for identity, entry in outbox.entries.items():
        ticket = site.tickets.get(entry.ticket_id)
        is_call = entry.state == "TO_BE_TOLD" and outbox.calls is not None and ticket is not None
        if queued.pop(identity, None) != (ticket.call_group if is_call and ticket is not None else None):
            yield f"message {entry.key} is {entry.state} but its place among the calls says otherwise"
        if (entry.state == "UNDELIVERABLE") != (identity in outbox.undeliverable):
            yield f"message {entry.key} is {entry.state} but the list of those given up says otherwise"
    for identity in queued:
        yield f"the calls name the message {identity}, which does not exist"


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
