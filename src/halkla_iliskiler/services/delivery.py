"""The outbox from the worker's side: claim, deliver outside any transaction, record."""

from __future__ import annotations

import logging
import re
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ..domain.access import PersonSeen, allows, person_seen
from ..domain.applicant import ContactDetails, mask_email
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
from .plugin_events import given_up
from .telling import compose, compose_code, follow_link, masked
from .together import Part, told_with
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
            unit.site.outbox.put(entry, DeliveryState.PENDING, entry.lease_until)
            claimed.append(Claimed(entry.id, notification, method))
        return claimed

    def _rendered(self, site: Site, entry: OutboxEntry, method: FeedbackMethod) -> Notification | None:
        """Return the message as it leaves; ``None`` when a one-time code is not worth sending any more.

        A code goes to the address it proves and to no other, even when another one was asked for in the meantime.
        """
        assembly = self._services.assembly
        if entry.purpose == Purpose.DEPARTMENT_NOTICE:
            return self._services.notices.rendered(site, entry)
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
            also=[
                Part(other, other.entry(one.place).text, follow_link(assembly, other))
                for other, one in told_with(site, entry)
            ],
        )

    def _record(self, unit: Unit, entry_id: int, outcome: Delivery) -> None:
        entry = unit.site.outbox.entries.get(entry_id)
        if entry is None:
            # A one-time code whose time was over while it was on its way, or a notice that the next one took up.
            return
        entry.lease_until = None
        if not outcome.is_accepted:
            self._postpone(unit, entry, outcome)
        elif entry.ticket_id == NO_TICKET or entry.purpose == Purpose.DEPARTMENT_NOTICE:
            # A code or a notice has done its work; who asked for a code is nothing to be kept.
            unit.site.outbox.forget(entry)
        else:
            entry.attempts += 1
            self.settle(unit, unit.site.tickets[entry.ticket_id], entry)

    def settle(self, unit: Unit, ticket: Ticket, entry: OutboxEntry, told_by: str = "") -> None:
        """Record that a message has reached the applicant; the first answer meets the promise.

        What was told with it about other tickets of theirs has reached them, too.
        """
        now = self._services.now()
        for about, one in ((ticket, entry), *told_with(unit.site, entry)):
            unit.site.outbox.put(one, DeliveryState.DELIVERED)
            one.delivered_at = now
            one.told_by = told_by
            one.last_error = ""
            if Purpose(one.purpose).is_answer and meet_promise(about, now):
                unit.touch(about)

    def _postpone(self, unit: Unit, entry: OutboxEntry, outcome: Delivery) -> None:
        now = self._services.now()
        entry.attempts += 1
        method = self._services.assembly.extensions.feedback_methods.get(entry.method)
        entry.last_error = _without_addresses(outcome.error, entry.address, method)[:500]
        if outcome.is_permanent or entry.attempts >= GIVE_UP_AFTER:
            for _ticket, one in told_with(unit.site, entry):
                one.last_error = entry.last_error
                unit.site.outbox.put(one, DeliveryState.UNDELIVERABLE)
            unit.site.outbox.put(entry, DeliveryState.UNDELIVERABLE)
            log.warning("message %s could not be delivered and is before staff now", entry.key)
        else:
            unit.site.outbox.put(entry, DeliveryState.PENDING, now + retry_after(entry.attempts))

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

    def undeliverable_count(self) -> int:
        """Return how many messages could not be delivered, and how many events plugins could not be told."""

        def counted() -> int:
            with self._services.assembly.database.reading() as site:
                return len(site.outbox.undeliverable) + given_up(site)

        return self._services.assembly.counts.get("undeliverable", self._services.now(), counted)

    def _state(self, entry: OutboxEntry, ticket: Ticket | None) -> MessageState:
        method = self._services.assembly.extensions.feedback_methods.get(entry.method)
        actor = self._services.actor
        is_seen = ticket is not None and allows(actor, Permission.VIEW, ticket)
        is_hidden = ticket is not None and person_seen(actor, ticket) is PersonSeen.NOTHING
        # Of a ticket that may not be seen the fault is shown to whoever runs the system, and not even a mail server.
        is_address_hidden = is_hidden or (ticket is not None and not is_seen)
        return MessageState(
            entry_id=entry.id,
            ticket=ticket.address if ticket is not None and is_seen else None,
            purpose=entry.purpose,
            method=entry.method,
            masked_address=masked(method, entry.address) if method and not is_address_hidden else "•••",
            state=entry.state,
            attempts=entry.attempts,
            # Relays repeat addresses in spellings of their own.
            last_error="•••" if is_hidden and entry.last_error else entry.last_error,
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
    except Exception as problem:  # noqa: BLE001  (a plugin's; whatever it is, it may pass)
        log.error("the method %s failed: %s", item.method.code, _for_the_log(problem))
        return Delivery(False, f"{type(problem).__name__}: {problem}")


def _for_the_log(problem: BaseException) -> str:
    """Return what kind of fault it was and where: its text may hold somebody's address and stays out of the log."""
    code = getattr(problem, "smtp_code", "")
    frames = traceback.extract_tb(problem.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return " ".join(str(part) for part in (type(problem).__name__, code) if part) + where


# Also inside <> or quotes.
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'=]+@[^\s<>()\[\],;:\"'=]+")


def _without_addresses(text: str, address: str, method: FeedbackMethod | None) -> str:
    """Mask what a relay repeats of anybody's address, however it spells it: staff read this in a list."""
    hidden = masked(method, address) if method else "•••"
    text = re.sub(re.escape(address), lambda _: hidden, text, flags=re.IGNORECASE) if address else text
    return _ADDRESS.sub(lambda found: found[0] if "•" in found[0] else mask_email(found[0]), text)
