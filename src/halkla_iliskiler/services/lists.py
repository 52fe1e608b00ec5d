"""Queues, counts and search: what the index answers, restricted to what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from ..domain.access import visibility
from ..domain.ticket import id_from_address
from ..domain.workflow import TicketStatus
from ..index import Page, Tally, TicketQuery

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["COUNTED_UP_TO", "Filters", "Lists", "Queue"]

COUNTED_UP_TO = 1000
"""Counts that depend on the hour are exact up to here; a person reads "999+" beyond."""


class Queue(StrEnum):
    """The lists everybody works from."""

    MINE = "mine"
    DIRECTORATE = "directorate"
    UNROUTED = "unrouted"
    WAITING = "waiting"
    CHECK = "check"
    OVERDUE = "overdue"
    OPEN = "open"
    FINISHED = "finished"


@dataclass(frozen=True)
class Filters:
    """What narrows a list. Several values of one kind mean any of them; empty means all."""

    words: str = ""
    statuses: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    neighbourhoods: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


class Lists:
    """Answers from the index. Everything asked here goes through the access rule."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._visibility = visibility(services.actor)

    def page(
        self,
        queue: Queue,
        filters: Filters,
        cursor: tuple[int, int] | None = None,
        *,
        backwards: bool = False,
        limit: int = 50,
    ) -> Page:
        """Return one page of a queue, the clock that breaks first at the top (search: newest first)."""
        query = replace(
            self._query(queue),
            words=filters.words,
            categories=filters.categories,
            neighbourhoods=filters.neighbourhoods,
            channels=filters.channels,
            cursor=cursor,
            backwards=backwards,
            limit=limit,
        )
        if filters.statuses:
            query = replace(query, statuses=filters.statuses)
        return self._services.assembly.index.find(query)

    def search(self, filters: Filters, cursor: tuple[int, int] | None = None, *, backwards: bool = False) -> Page:
        """Search open and finished tickets alike."""
        query = TicketQuery(
            self._visibility,
            is_open=None,
            words=filters.words,
            statuses=filters.statuses,
            categories=filters.categories,
            neighbourhoods=filters.neighbourhoods,
            channels=filters.channels,
            cursor=cursor,
            backwards=backwards,
        )
        return self._services.assembly.index.find(query)

    def by_number(self, typed: str) -> int | None:
        """Return the ticket a typed number means (``2026-000123``, or as the brand prints it), or ``None``."""
        return id_from_address(typed) or self._services.assembly.index.id_of(typed.strip())

    def visible(self, ticket_id: int) -> bool:
        """Tell whether the ticket exists and the actor may see it."""
        with self._services.assembly.database.reading() as site:
            ticket = site.tickets.get(ticket_id)
            return ticket is not None and self._visibility.includes(ticket.department, ticket.sensitive)

    def _query(self, queue: Queue) -> TicketQuery:
        actor = self._services.actor
        query = TicketQuery(self._visibility)
        if queue is Queue.MINE:
            return replace(query, assignee=actor.id)
        if queue is Queue.DIRECTORATE:
            return replace(query, departments=actor.departments)
        if queue is Queue.UNROUTED:
            return replace(query, unrouted=True)
        if queue is Queue.WAITING:
            return replace(query, statuses=_WAITING)
        if queue is Queue.CHECK:
            return replace(query, check_pending=True)
        if queue is Queue.OVERDUE:
            return replace(query, due_before=self._seconds)
        if queue is Queue.FINISHED:
            return replace(query, is_open=False)
        return query

    @property
    def _seconds(self) -> int:
        return int(self._services.now().timestamp())

    def queues(self) -> list[Queue]:
        """Return the queues that mean something to the actor."""
        if self._visibility.is_empty:
            return []
        return [queue for queue in Queue if queue is not Queue.DIRECTORATE or self._services.actor.departments]

    def counts(self) -> dict[Queue, int]:
        """Return how many tickets each queue holds, for the actor."""
        tallies = [tally for tally in self._services.assembly.index.tallies(self._visibility) if tally.is_open]
        index = self._services.assembly.index
        counts = {
            Queue.MINE: index.count(self._query(Queue.MINE), COUNTED_UP_TO),
            Queue.DIRECTORATE: _sum(tally for tally in tallies if tally.department in self._services.actor.departments),
            Queue.UNROUTED: _sum(tally for tally in tallies if tally.department is None),
            Queue.WAITING: _sum(tally for tally in tallies if tally.status in _WAITING),
            Queue.CHECK: _sum(tally for tally in tallies if tally.check_pending),
            Queue.OVERDUE: index.count(self._query(Queue.OVERDUE), COUNTED_UP_TO),
            Queue.OPEN: _sum(tallies),
        }
        return {queue: counts[queue] for queue in self.queues() if queue in counts}

    def urgency(self, queue: Queue, *, end_of_today: int, end_of_week: int) -> tuple[int, int, int]:
        """Return how many of a queue are late, due today, and due later this week (times in seconds)."""
        now, query, index = self._seconds, self._query(queue), self._services.assembly.index
        bounds = ((None, now), (now, end_of_today), (end_of_today, end_of_week))
        late, today, week = (
            index.count(replace(query, due_from=low, due_before=high), COUNTED_UP_TO) for low, high in bounds
        )
        return late, today, week


_WAITING = (TicketStatus.WAITING_FOR_APPLICANT.value, TicketStatus.WAITING_FOR_BODY.value)


def _sum(tallies: object) -> int:
    found: list[Tally] = list(tallies)  # type: ignore[call-overload]
    return sum(tally.number for tally in found)
