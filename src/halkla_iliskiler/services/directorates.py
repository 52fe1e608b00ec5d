"""Closing a directorate: who takes over, and what becomes of the applications that are open there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ..domain.errors import InvalidInput, NotFound
from ..domain.ticket import HistoryEntry, Ticket
from ..domain.workflow import Permission
from .changes import permits
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["HANDED_OVER", "Directorates"]

HANDED_OVER = "handed_over"
"""What the history calls it: the directorate was closed, and another took the application over as it stands."""
_AT_ONCE = 100


class Directorates:
    """Closes directorates and hands their open applications over."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def close(self, code: str, last_day: date | None, successor: str | None, seen: str = "") -> None:
        """Say until which day a directorate exists and who does its work from then on.

        Raises:
            Forbidden: the actor does not administer.
            NotFound: there is no such directorate.
            InvalidInput: no day; subjects name it and nobody takes over; the successor is closed itself.
        """
        permits(self._services, Permission.ADMINISTER)
        with self._services.assembly.database.reading() as site:
            unit = site.city.tree.get(code)
        if unit is None:
            raise NotFound(code)
        if last_day is None:
            raise InvalidInput("valid_until", "required")
        self._services.catalogue.put("departments", replace(unit, valid_until=last_day, successor=successor), seen)

    def hand_over(self, code: str) -> int:
        """Give the open applications of a closed directorate to its successor; return how many.

        Status, clocks and history stay; whoever handled it there does not any more. In steps, so that nobody waits
        long: what is interrupted is gone on with by asking again.

        Raises:
            Forbidden: the actor does not administer.
            NotFound: there is no such directorate.
            InvalidInput: it is not closed, or nobody takes over.
        """
        permits(self._services, Permission.ADMINISTER)
        with self._services.assembly.database.reading() as site:
            unit = site.city.tree.get(code)
            if unit is None:
                raise NotFound(code)
            heir = site.city.tree.taking_over(code, self._services.today)
        if heir is None or heir == code:
            raise InvalidInput("successor", "successor_needed")
        moved, last = 0, 0
        while found := self._services.assembly.index.select(
            "department = ? AND is_open = 1 AND id > ?", [code, last], "id", _AT_ONCE
        ):
            last = found[-1].id
            moved += self._move([row.id for row in found], code, heir)
        return moved

    def _move(self, identities: list[int], code: str, heir: str) -> int:
        def change(unit: Unit) -> int:
            tickets = [unit.site.tickets.get(identity) for identity in identities]
            still_there = [one for one in tickets if one is not None and one.is_open and one.department == code]
            for ticket in still_there:
                self._take_over(unit, ticket, heir)
            return len(still_there)

        return self._services.write(change, f"hand over the applications of {code}")

    def _take_over(self, unit: Unit, ticket: Ticket, heir: str) -> None:
        actor, now = self._services.actor, self._services.now()
        ticket.department, ticket.assignee = heir, None
        ticket.shared_with = tuple(other for other in ticket.shared_with if other != heir)
        ticket.updated_at = now
        ticket.record(
            HistoryEntry(
                at=now,
                actor=actor.id,
                actor_name=actor.name,
                action=HANDED_OVER,
                from_status=ticket.status,
                to_status=ticket.status,
                is_public=True,
                details=(("department", heir),),
            )
        )
        unit.touch(ticket)
