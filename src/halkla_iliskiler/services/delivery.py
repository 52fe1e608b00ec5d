"""The outbox from the worker's side: claim, deliver outside any transaction, record."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..domain.access import allows
from ..domain.applicant import ContactDetails
from ..domain.errors import Forbidden
from ..domain.feedback import FeedbackMethod
from ..domain.moves import meet_promise
from ..domain.outbox import (
    GIVE_UP_AFTER,
    NO_TICKET,
    Delivery,
    DeliveryState,
    Notification,
    OutboxEntry,
    Purpose,
    retry_after,
)
from ..domain.ticket import Ticket
from ..domain.workflow import Permission
from ..storage import Site
from .telling import compose, compose_code, follow_link, masked
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Claimed", "DeliveryDesk", "MessageState"]

log = logging.getLogger(__name__)
_LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Claimed:
    """A message this worker has taken on, rendered, with the method that delivers it."""

    entry_id: int
    notification: Notification
    method: FeedbackMethod


@dataclass(frozen=True)
class MessageState:
    """What staff read about a message; ``ticket`` is ``None`` for one they may not see, or where there is none."""

    entry_id: int
    ticket: str | None
    purpose: str
    method: str
    masked_address: str
    state: str
    attempts: int
    last_error: str
    created_at: datetime
    next_attempt: datetime | None
    delivered_at: datetime | None
    told_by: str


class DeliveryDesk:
    """Takes messages from the outbox and records what became of them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def deliver_due(self, limit: int = 8) -> int:
        """Deliver what is due, at most *limit* messages. Return how many were tried.

        A job of three steps: claim in a short transaction, deliver with none, record in a short transaction. A
        crash between the last two delivers again after the lease, with the same key: at least once.
        """
        claimed = (
            self._services.write(lambda unit: self._claim(unit, limit), "claim messages") if self.has_due() else []
        )
        for item in claimed:
            outcome = _attempt(item)
            self._services.write(
                lambda unit, item=item, outcome=outcome: self._record(unit, item.entry_id, outcome),  # type: ignore[misc]
                "record a delivery",
            )
        return len(claimed)

    def has_due(self) -> bool:
        """Tell whether any message's time has come, without writing."""
        with self._services.assembly.database.reading() as site:
            return bool(site.outbox.due_before(self._services.now(), 1))

    def _claim(self, unit: Unit, limit: int) -> list[Claimed]:
        now = self._services.now()
        assembly = self._services.assembly
        claimed = []
        for entry in unit.site.outbox.due_before(now, limit):
            method = assembly.extensions.feedback_methods.get(entry.method)
            if method is None:
                # The plugin is switched off: the message waits, and staff see why.
                self._postpone(unit, entry, Delivery(False, f"the method {entry.method!r} is not installed"))
                continue
            notification = self._rendered(unit.site, entry, method)
            if notification is None:
                unit.site.outbox.forget(entry)
                continue
            entry.lease_until = now + _LEASE
            unit.site.outbox.schedule(entry, entry.lease_until)
            claimed.append(Claimed(entry.id, notification, method))
        return claimed

    def _rendered(self, site: Site, entry: OutboxEntry, method: FeedbackMethod) -> Notification | None:
        """Return the message as it leaves; ``None`` when a one-time code is not worth sending any more.

        A code goes to the address it proves and to no other, even when another one was asked for in the meantime.
        """
        assembly = self._services.assembly
        if entry.ticket_id == NO_TICKET:
            proof = (site.proofs or {}).get(entry.reference)
            if proof is None or proof.is_proven or proof.is_over(self._services.now()):
                return None
            if method.address_of(ContactDetails(phone=proof.phone, email=proof.email)) != entry.address:
                return None
            code = proof.code(assembly.secret)
            return compose_code(assembly, code, entry.language, key=entry.key, address=entry.address)
        ticket = site.tickets[entry.ticket_id]
        return compose(
            assembly,
            ticket,
            Purpose(entry.purpose),
            ticket.entry(entry.place).text,
            key=entry.key,
            address=entry.address,
            link=follow_link(assembly, ticket),
        )

    def _record(self, unit: Unit, entry_id: int, outcome: Delivery) -> None:
        entry = unit.site.outbox.entries.get(entry_id)
        if entry is None:
            # A one-time code whose time was over while it was on its way.
            return
        entry.lease_until = None
        if not outcome.is_accepted:
            self._postpone(unit, entry, outcome)
        elif entry.ticket_id == NO_TICKET:
            # What proves an address has done its work; who asked for a code is nothing to be kept.
            unit.site.outbox.forget(entry)
        else:
            entry.attempts += 1
            self.settle(unit, unit.site.tickets[entry.ticket_id], entry)

    def settle(self, unit: Unit, ticket: Ticket, entry: OutboxEntry, told_by: str = "") -> None:
        """Record that a message has reached the applicant; the first answer meets the promise."""
        now = self._services.now()
        unit.site.outbox.unschedule(entry)
        unit.site.outbox.undeliverable.discard(entry.id)
        entry.state = DeliveryState.DELIVERED.value
        entry.delivered_at = now
        entry.told_by = told_by
        entry.last_error = ""
        if Purpose(entry.purpose).is_answer and meet_promise(ticket, now):
            unit.touch(ticket)

    def _postpone(self, unit: Unit, entry: OutboxEntry, outcome: Delivery) -> None:
        now = self._services.now()
        entry.attempts += 1
        # Relays like to repeat the address, and staff read this in a list.
        method = self._services.assembly.extensions.feedback_methods.get(entry.method)
        entry.last_error = outcome.error.replace(entry.address, masked(method, entry.address) if method else "•••")[
            :500
        ]
        if outcome.is_permanent or entry.attempts >= GIVE_UP_AFTER:
            unit.site.outbox.unschedule(entry)
            entry.state = DeliveryState.UNDELIVERABLE.value
            unit.site.outbox.undeliverable.insert(entry.id)
            log.warning("message %s could not be delivered and is before staff now", entry.key)
        else:
            unit.site.outbox.schedule(entry, now + retry_after(entry.attempts))

    def states_of(self, site: Site, ticket: Ticket) -> list[MessageState]:
        """Return what became of each message about *ticket*, newest first."""
        entries = (site.outbox.entries[identity] for identity in reversed(ticket.notifications))
        return [self._state(entry, ticket) for entry in entries]

    def troubled(self, limit: int = 200) -> list[MessageState]:
        """Return the messages that wait or could not be delivered, newest first.

        Of a ticket the actor may not see only the message is named.

        Raises:
            Forbidden: the actor may not see the outbox.
        """
        if not allows(self._services.actor, Permission.SEE_OUTBOX):
            raise Forbidden(Permission.SEE_OUTBOX)
        with self._services.assembly.database.reading() as site:
            waiting = [identity for _, identity in site.outbox.due]
            newest = sorted([*site.outbox.undeliverable, *waiting], reverse=True)[:limit]
            entries = [site.outbox.entries[identity] for identity in newest]
            return [self._state(entry, site.tickets.get(entry.ticket_id)) for entry in entries]

    def _state(self, entry: OutboxEntry, ticket: Ticket | None) -> MessageState:
        method = self._services.assembly.extensions.feedback_methods.get(entry.method)
        return MessageState(
            entry_id=entry.id,
            ticket=ticket.address if ticket and allows(self._services.actor, Permission.VIEW, ticket) else None,
            purpose=entry.purpose,
            method=entry.method,
            masked_address=masked(method, entry.address) if method else "•••",
            state=entry.state,
            attempts=entry.attempts,
            last_error=entry.last_error,
            created_at=entry.created_at,
            next_attempt=entry.next_attempt,
            delivered_at=entry.delivered_at,
            told_by=entry.told_by,
        )

    def oldest_waiting(self, site: Site) -> timedelta:
        """Return how long the longest waiting message has been due."""
        due = site.outbox.due_before(self._services.now(), 1)
        return self._services.now() - due[0].created_at if due else timedelta()


def _attempt(item: Claimed) -> Delivery:
    try:
        return item.method.deliver(item.notification)
    except Exception as problem:
        log.exception("the method %s failed", item.method.code)
        return Delivery(False, f"{type(problem).__name__}: {problem}")
