"""What a plugin tells an applicant besides what we answer: one message a key, by a way that needs nobody's time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.access import SYSTEM
from ..domain.outbox import DeliveryState, OutboxEntry, Purpose
from ..domain.text import clean
from ..domain.ticket import HistoryEntry, Ticket
from ..i18n import translate
from .telling import reachable, sending_method
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["TOLD_MORE", "tell_more"]

TOLD_MORE = "told_more"
"""What the history calls it."""


def tell_more(services: Services, unit: Unit, ticket: Ticket, key: str, message: str) -> bool:
    """Put *message* into the outbox, in the applicant's language where it is marked for translation.

    Greeting, follow link and signature are put around it when it is sent; of a sensitive matter only that there is
    news. The same *key* again is the same message: it was told. Nobody is called for it, it stands on no page, and
    nothing is sent to an address that a program typed in.

    Returns:
        Whether it is on its way; ``False`` when no method reaches the applicant by itself.
    """
    if any(entry.action == TOLD_MORE and entry.detail("key") == key for _, entry in ticket.history):
        return True
    found = None if ticket.suspicions else sending_method(services.assembly, reachable(ticket, ticket.details))
    if found is None:
        return False
    method, address = found
    now = services.now()
    place = ticket.record(
        HistoryEntry(
            at=now,
            actor=SYSTEM.id,
            actor_name="",
            action=TOLD_MORE,
            from_status=ticket.status,
            to_status=ticket.status,
            text=clean(translate(message, ticket.language, number=ticket.number)),
            details=(("key", key),),
        )
    )
    entry = OutboxEntry(
        identity=unit.block.next_identity(),
        ticket_id=ticket.id,
        place=place,
        purpose=Purpose.MORE.value,
        method=method.code,
        address=address,
        state=DeliveryState.PENDING.value,
        created_at=now,
    )
    unit.site.outbox.enter(entry, ticket.call_group)
    ticket.notifications += (entry.id,)
    unit.has_filled_outbox = True
    unit.touch(ticket)
    return True
