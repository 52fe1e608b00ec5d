"""*Aranacaklar*: who has to be called, who has the call, and what became of it.

The list costs the same at any size: the outbox keeps a queue for each group of tickets that the access rule treats
alike, and only the heads of those queues are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from BTrees.OOBTree import OOTreeSet

from ..domain.access import PersonSeen, allows, person_seen
from ..domain.applicant import mask_name
from ..domain.calls import CALL_LEASE, CallResult, call_again_at
from ..domain.errors import InvalidInput, NotFound
from ..domain.moves import meet_promise
from ..domain.outbox import CallGroup, DeliveryState, OutboxEntry, Purpose
from ..domain.ticket import HistoryEntry, Ticket
from ..domain.workflow import Permission
from ..storage import Site
from .handling import require, visible_ticket
from .telling import masked, sending_method, spoken, tell
from .together import Part, let_go_together, told_with
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["COUNTED_UP_TO", "Call", "CallDesk", "OpenCall", "Recorded", "Waiting"]

COUNTED_UP_TO = 1000
_NEEDED = (Permission.RESEND, Permission.SEE_CONTACT)
_ALWAYS = 1 << 62


@dataclass(frozen=True)
class Call:
    """Somebody to be called, as the list shows it: nothing is opened here.

    ``caller`` is the name of whoever has the call, ``is_mine`` whether that is the actor; ``tries`` reached nobody.
    """

    entry_id: int
    address: str
    number: str
    subject: str
    purpose: str
    name: str
    masked_phone: str
    tries: int
    since: datetime
    caller: str
    is_mine: bool


@dataclass(frozen=True)
class OpenCall:
    """A call the actor has: the number in full until ``until``, and every word to be said, in ``language``.

    ``earlier`` are the tries before: when, by whom, and their note.
    """

    call: Call
    phone: str
    script: list[str]
    language: str
    is_sensitive: bool
    until: datetime
    earlier: list[tuple[datetime, str, str]]


@dataclass(frozen=True)
class Waiting:
    """The calls that are due, longest waiting first, and when the next of those that are not comes back."""

    calls: list[Call]
    comes_back: datetime | None


@dataclass(frozen=True)
class Recorded:
    """What follows from a call: when it comes back, or the way the applicant learns of it instead (a method's code)."""

    again_at: datetime | None = None
    other_way: str = ""


@dataclass(frozen=True)
class _Group:
    """A queue of calls, as the access rule looks at a ticket."""

    department: str | None
    sensitive: bool
    hides_identity: bool
    shared_with: tuple[str, ...] = ()


class CallDesk:
    """The work list of those who tell answers by telephone."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def count(self) -> int:
        """Return how many calls are due for the actor, at most :data:`COUNTED_UP_TO`."""
        services = self._services

        def counted() -> int:
            with services.assembly.database.reading() as site:
                return sum(1 for _ in islice(self._due(site), COUNTED_UP_TO))

        return services.assembly.counts.get(("calls", services.actor), services.now(), counted)

    @property
    def _seconds(self) -> int:
        return int(self._services.now().timestamp())

    def waiting(self, limit: int = 50) -> Waiting:
        """Return the first *limit* calls that are due, among those the actor may make."""
        with self._services.assembly.database.reading() as site:
            calls = [self._shown(site, identity) for _, identity in islice(self._due(site), limit)]
            later = next(self._later(site), None)
            comes_back = site.outbox.entries[later[1]].call_at if later else None
            return Waiting(calls, comes_back)

    def _due(self, site: Site) -> Iterator[tuple[int, int]]:
        return merge(*(queue.keys(max=(self._seconds, _ALWAYS)) for queue in self._queues(site)))

    def _later(self, site: Site) -> Iterator[tuple[int, int]]:
        return merge(*(queue.keys(min=(self._seconds + 1, 0)) for queue in self._queues(site)))

    def _queues(self, site: Site) -> Iterator[OOTreeSet[tuple[int, int]]]:
        """Yield the queues of the tickets whose applicants the actor may call."""
        for group, queue in (site.outbox.calls or {}).items():
            if self._may_call(group):
                yield queue

    def _may_call(self, group: CallGroup) -> bool:
        department, sensitive, hides_identity = group
        of = _Group(department or None, bool(sensitive), bool(hides_identity))
        return all(allows(self._services.actor, permission, of) for permission in _NEEDED)

    def _shown(self, site: Site, entry_id: int) -> Call:
        entry = site.outbox.entries[entry_id]
        ticket = site.tickets[entry.ticket_id]
        actor = self._services.actor
        method = self._services.assembly.extensions.feedback_methods.get(entry.method)
        caller = entry.caller_at(self._services.now())
        user = site.users.get(caller)
        category = site.city.category(ticket.category)
        name = ticket.details.name
        return Call(
            entry_id=entry.id,
            address=ticket.address,
            number=ticket.number,
            subject=category.label if category else "",
            purpose=entry.purpose,
            name=name if person_seen(actor, ticket) is PersonSeen.NAME else mask_name(name),
            masked_phone=masked(method, self._phone(ticket, entry)) if method else "•••",
            tries=entry.attempts,
            since=entry.created_at,
            caller="" if caller == actor.id else user.name if user else caller,
            is_mine=caller == actor.id,
        )

    def _phone(self, ticket: Ticket, entry: OutboxEntry) -> str:
        """Return where to call: the number as it is now; of a changed one its old owner is told."""
        if entry.purpose == Purpose.CONTACT_CHANGED:
            return entry.address
        method = self._services.assembly.extensions.feedback_methods.get(entry.method)
        return (method.address_of(ticket.details) if method else "") or entry.address

    def take(self, entry_id: int, client: str, reason: str) -> None:
        """Take a call, or hold it longer: nobody else calls meanwhile, and the opened number is in the read log.

        Raises:
            NotFound, Forbidden: access.
            InvalidInput: somebody else has it, or nobody has to be called any more.
        """

        def change(unit: Unit) -> int:
            ticket, entry = self._call(unit.site, entry_id)
            entry.caller, entry.lease_until = self._services.actor.id, self._services.now() + CALL_LEASE
            return ticket.id

        ticket_id = self._services.write(change, "take a call")
        try:
            self._services.disclosure.contact_details(ticket_id, reason, client)
        except BaseException:
            # What could not be written into the read log is not shown.
            self.give_back(entry_id)
            raise

    def opened(self, entry_id: int) -> OpenCall | None:
        """Return the call with its number and its words while the actor has it; ``None`` when they do not.

        Raises:
            NotFound, Forbidden: access.
            InvalidInput: somebody else has it, or nobody has to be called any more.
        """
        with self._services.assembly.database.reading() as site:
            ticket, entry = self._call(site, entry_id)
            if not entry.caller_at(self._services.now()) or entry.lease_until is None:
                return None
            text = ticket.entry(entry.place).text
            return OpenCall(
                call=self._shown(site, entry_id),
                phone=self._phone(ticket, entry),
                script=spoken(self._services.assembly, ticket, Purpose(entry.purpose), text, self._also(site, entry)),
                language=ticket.language,
                is_sensitive=ticket.sensitive,
                until=entry.lease_until,
                earlier=[
                    (one.at, one.actor_name, one.text)
                    for _, one in ticket.history
                    if one.action == CallResult.NOT_REACHED
                ],
            )

    def _also(self, site: Site, entry: OutboxEntry) -> list[Part]:
        """Return what is said with it about other tickets of theirs, as far as the actor may see those.

        Of a ticket whose number is another one by now nothing is said on this.
        """
        phone = self._phone(site.tickets[entry.ticket_id], entry)
        return [
            Part(other, other.entry(one.place).text)
            for other, one in told_with(site, entry)
            if allows(self._services.actor, Permission.VIEW, other) and self._phone(other, one) == phone
        ]

    def give_back(self, entry_id: int) -> None:
        """Let others make a call one has taken (raises as :meth:`take`)."""

        def change(unit: Unit) -> None:
            _, entry = self._call(unit.site, entry_id)
            _let_go(entry)

        self._services.write(change, "give a call back")

    def record(self, entry_id: int, result: CallResult, note: str = "", ticket_id: int | None = None) -> Recorded:
        """Write down what became of a call (with *ticket_id*: only of one about that ticket).

        Raises:
            NotFound, Forbidden: access.
            InvalidInput: somebody else has the call, or nobody has to be called any more.
        """

        def change(unit: Unit) -> Recorded:
            ticket, entry = self._call(unit.site, entry_id, told=result is CallResult.TOLD)
            if ticket_id not in (None, ticket.id):
                raise NotFound(str(entry_id))
            _let_go(entry)
            recorded = self._recorded(unit, ticket, entry, result)
            actor, now, status = self._services.actor, self._services.now(), ticket.status
            details = (("tries", str(entry.attempts)),) if result is CallResult.NOT_REACHED else ()
            ticket.record(HistoryEntry(now, actor.id, actor.name, result.value, status, status, note, details=details))
            unit.touch(ticket)
            return recorded

        return self._services.write(change, f"a call: {result}")

    def _call(self, site: Site, entry_id: int, *, told: bool = False) -> tuple[Ticket, OutboxEntry]:
        entry = site.outbox.entries.get(entry_id)
        if entry is None or entry.ticket_id not in site.tickets:
            raise NotFound(str(entry_id))
        ticket = visible_ticket(self._services, site, entry.ticket_id)
        # What was told in person opens nothing.
        for permission in (Permission.RESEND,) if told else _NEEDED:
            require(self._services, permission, ticket)
        if entry.id not in ticket.notifications:
            raise NotFound(str(entry_id))
        if entry.state != DeliveryState.TO_BE_TOLD:
            raise InvalidInput("method", "already_told")
        if entry.caller_at(self._services.now()) not in ("", self._services.actor.id):
            raise InvalidInput("call", "call_taken")
        return ticket, entry

    def _recorded(self, unit: Unit, ticket: Ticket, entry: OutboxEntry, result: CallResult) -> Recorded:
        services = self._services
        self._part(unit, ticket, entry)
        if result is CallResult.TOLD:
            self._leave_the_unsaid(unit, entry)
            services.delivery.settle(unit, ticket, entry, told_by=services.actor.id)
            return Recorded()
        if result is CallResult.WRONG_NUMBER:
            return self._wrong_number(unit, ticket, entry)
        entry.attempts += 1
        again_at = call_again_at(entry.attempts, services.now(), services.assembly.calendar, services.zone)
        if again_at is None:
            return self._told_otherwise(unit, ticket, entry)
        unit.site.outbox.put(entry, DeliveryState.TO_BE_TOLD, again_at)
        return Recorded(again_at=again_at)

    def _leave_the_unsaid(self, unit: Unit, entry: OutboxEntry) -> None:
        """Let what whoever called may not see, and has not said, be a call of its own."""
        for other, one in told_with(unit.site, entry):
            if not allows(self._services.actor, Permission.VIEW, other):
                self._call_for(unit, other, one)

    def _part(self, unit: Unit, ticket: Ticket, entry: OutboxEntry) -> None:
        """Let what is told on another number by now be a call of its own: a ticket's contact details were changed."""
        phone = self._phone(ticket, entry)
        for other, one in told_with(unit.site, entry):
            if self._phone(other, one) != phone:
                self._call_for(unit, other, one)

    def _call_for(self, unit: Unit, ticket: Ticket, entry: OutboxEntry) -> None:
        entry.goes_with, entry.group = 0, ticket.call_group
        unit.site.outbox.put(entry, DeliveryState.TO_BE_TOLD, self._services.now())

    def _wrong_number(self, unit: Unit, ticket: Ticket, entry: OutboxEntry) -> Recorded:
        """Mark the number; whatever else was to be told on it finds another way, too."""
        phone = self._phone(ticket, entry)
        for about in (ticket, *(other for other, _one in told_with(unit.site, entry))):
            about.wrong_phones = tuple(dict.fromkeys((*about.wrong_phones, phone)))
            unit.touch(about)
        recorded = self._told_otherwise(unit, ticket, entry)
        for identity in ticket.notifications:
            other = unit.site.outbox.entries[identity]
            if other.state == DeliveryState.TO_BE_TOLD and self._phone(ticket, other) == phone:
                self._told_otherwise(unit, ticket, other)
        return recorded

    def _told_otherwise(self, unit: Unit, ticket: Ticket, entry: OutboxEntry) -> Recorded:
        """Let it stand on the follow page, and send it by what else reaches them: an answer that could not be told.

        What would have been told with it goes where its own applicant is reached: they had the telephone in common, not
        more, and who has the message has the follow links in it.
        """
        others = told_with(unit.site, entry)
        entry.also = ()
        own = self._sent_elsewhere(unit, ticket, entry)
        sent = [(ticket, own)]
        for about, one in others:
            sent.append((about, self._sent_elsewhere(unit, about, one)))
            unit.touch(about)
        let_go_together(unit, [(about, one) for about, one in sent if one is not None])
        return Recorded(other_way=own.method if own is not None else "")

    def _sent_elsewhere(self, unit: Unit, ticket: Ticket, entry: OutboxEntry) -> OutboxEntry | None:
        services, purpose = self._services, Purpose(entry.purpose)
        unit.site.outbox.put(entry, DeliveryState.STANDING)
        entry.goes_with = 0
        elsewhere = replace(ticket.details, phone="")
        if sending_method(services.assembly, elsewhere) is not None:
            return tell(services, unit, ticket, entry.place, purpose, elsewhere)
        if purpose.is_answer:
            meet_promise(ticket, services.now())
        return None


def _let_go(entry: OutboxEntry) -> None:
    entry.caller, entry.lease_until = "", None
