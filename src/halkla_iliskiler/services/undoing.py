"""Taking back what one has just done: see :mod:`halkla_iliskiler.domain.undo`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..domain.access import allows
from ..domain.errors import InvalidInput, NotFound
from ..domain.moves import take_back
from ..domain.outbox import DeliveryState
from ..domain.ticket import Ticket
from ..domain.undo import UNDO_WITHIN, Undoable
from ..domain.workflow import MOVES, Action, Permission
from ..storage import Site
from .together import hand_on
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Undoing"]

_PERMISSIONS = {move.action: move.permission for move in MOVES}


@dataclass(frozen=True)
class _AsItWas:
    """What the access rule needs to know of a ticket, before the action that is taken back."""

    department: str | None
    sensitive: bool
    shared_with: tuple[str, ...]
    hides_identity: bool


class Undoing:
    """Takes back one's own last action."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def offered(self, site: Site, ticket_id: int) -> int | None:
        """Return the place of the actor's own last action on a ticket if it can be taken back now, or ``None``."""
        ticket = site.tickets.get(ticket_id)
        if ticket is None or ticket.undoable is None or ticket.undoable.actor != self._services.actor.id:
            return None
        return ticket.undoable.place if self._problem(site, ticket, ticket.undoable) is None else None

    def undo(self, ticket_id: int, place: int) -> Action:
        """Take back the actor's own action at *place* of the history, with its messages; return which it was.

        What was answered together is taken back together, or not at all. Who has sent a ticket out of their own sight
        can still take that back.

        Raises:
            NotFound: there is no such ticket, or it is not the actor's action.
            InvalidInput: it is too late, somebody has acted since, or a message has left.
        """

        def change(unit: Unit) -> Action:
            ticket = unit.site.tickets.get(ticket_id)
            point = ticket.undoable if ticket is not None else None
            if ticket is None or not self._is_own(ticket, point, place):
                raise NotFound(str(ticket_id))
            if point is None or point.place != place:
                raise InvalidInput("undo", "changed_since")
            action = Action(ticket.entry(place).action)
            others = [(unit.site.tickets[identity], at) for identity, at in point.others]
            for one, at in ((ticket, place), *others):
                self._take_back(unit, one, at)
            return action

        return self._services.write(change, f"undone by {self._services.actor.id}")

    def _is_own(self, ticket: Ticket, point: Undoable | None, place: int) -> bool:
        """Tell whether the actor did that, and may do it to the ticket as it was; or at least sees it."""
        actor = self._services.actor
        if point is None or point.place != place:
            return (
                allows(actor, Permission.VIEW, ticket)
                and 0 <= place < ticket.revision
                and ticket.entry(place).actor == actor.id
            )
        before = dict(point.before)
        was = _AsItWas(
            before.get("department", ticket.department),
            before.get("sensitive", ticket.sensitive),
            before.get("shared_with", ticket.shared_with),
            ticket.hides_identity,
        )
        permission = _PERMISSIONS[Action(ticket.entry(place).action)]
        return point.actor == actor.id and permission is not None and allows(actor, permission, was)

    def _take_back(self, unit: Unit, ticket: Ticket, place: int) -> None:
        point = ticket.undoable
        if point is None or point.place != place:
            raise InvalidInput("undo", "changed_since")
        problem = self._problem(unit.site, ticket, point)
        if problem is not None:
            raise InvalidInput("undo", problem)
        for identity in point.messages:
            hand_on(self._services, unit, unit.site.outbox.entries[identity])
            unit.site.outbox.forget(unit.site.outbox.entries[identity])
        take_back(ticket, point, self._services.circumstances)
        unit.touch(ticket)

    def _problem(self, site: Site, ticket: Ticket, point: Undoable) -> str | None:
        if self._services.now() - point.at > UNDO_WITHIN:
            return "too_late"
        if ticket.revision != point.place + 1:
            return "changed_since"
        return None if all(self._is_here(site, identity) for identity in point.messages) else "has_left"

    def _is_here(self, site: Site, identity: int) -> bool:
        """Tell whether a message has not been given to anybody: not tried, not being told on the telephone."""
        entry = site.outbox.entries.get(identity)
        if entry is not None and entry.state == DeliveryState.TOGETHER:
            entry = site.outbox.entries.get(entry.goes_with)
        if entry is None or entry.attempts or entry.lease_until is not None:
            return False
        return entry.state in (DeliveryState.PENDING, DeliveryState.TO_BE_TOLD, DeliveryState.STANDING)
