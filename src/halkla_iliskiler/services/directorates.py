"""Closing a directorate: who takes over, and what becomes of the applications that are open there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ..domain.errors import InvalidInput, NotFound
from ..domain.linking import close_question
from ..domain.sharing import succeed
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
_SEEN_THERE = "(opinion_from = ? OR (shared <> '' AND instr(shared, ?) > 0))"
"""What the index is asked for tickets that a directorate sees besides; its values are of :func:`_seen_there`."""


def _seen_there(code: str) -> list[str]:
    """Return the values of :data:`_SEEN_THERE`."""
    return [code, f",{code},"]


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

        Status, clocks and history stay; whoever handled it there does not any more. What the closed one only sees or
        is asked about, the successor sees and is asked about. In steps, so that nobody waits long: what is interrupted
        is gone on with by asking again.

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
        lies_there, is_seen = "is_open = 1 AND department = ?", f"is_open = 1 AND {_SEEN_THERE}"
        moved = self._in_steps(code, lies_there, [code], lambda ticket: self._take_over(ticket, code, heir))
        return moved + self._in_steps(
            code, is_seen, _seen_there(code), lambda ticket: self._see_instead(ticket, code, heir)
        )

    def seen_by(self, code: str, *, is_open: bool | None = None) -> int:
        """Return how many applications a directorate sees that are another's: shared with it, or it is asked."""
        condition, values = _SEEN_THERE, _seen_there(code)
        if is_open is not None:
            # Written out, so that the indexes of what is open are used.
            condition = f"is_open = {int(is_open)} AND {condition}"
        return int(self._services.assembly.index.columns(["count(*)"], condition, values)[0][0])

    def _in_steps(self, code: str, condition: str, values: list[str], do: Callable[[Ticket], bool]) -> int:
        """Do something with the tickets that fit, some at a time; return with how many it was done."""
        done, last = 0, 0

        def change(unit: Unit) -> int:
            tickets = [unit.site.tickets.get(row.id) for row in found]
            changed = [ticket for ticket in tickets if ticket is not None and ticket.is_open and do(ticket)]
            for ticket in changed:
                unit.touch(ticket)
            return len(changed)

        index = self._services.assembly.index
        while found := index.select(f"{condition} AND id > ?", [*values, last], "id", _AT_ONCE):
            last = found[-1].id
            done += self._services.write(change, f"hand over the applications of {code}")
        return done

    def _see_instead(self, ticket: Ticket, code: str, heir: str) -> bool:
        if code not in ticket.shared_with and ticket.opinion_from != code:
            return False
        succeed(ticket, code, heir, self._services.circumstances)
        return True

    def _take_over(self, ticket: Ticket, code: str, heir: str) -> bool:
        if ticket.department != code:
            return False
        actor, now = self._services.actor, self._services.now()
        ticket.department, ticket.assignee = heir, None
        if ticket.opinion_from == heir:
            # Nobody asks themselves.
            close_question(ticket)
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
        return True
