"""Queues, counts and search: what the index answers, restricted to what the actor may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar, cast

from ..domain.access import visibility
from ..domain.ticket import Ticket, id_from_address
from ..domain.workflow import TicketStatus
from ..index import Page, Row, TicketQuery, kin
from ..index.rows import words_hash

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["COUNTED_BY_HAND", "COUNTED_UP_TO", "Filters", "Lists", "Queue", "Urgency"]

COUNTED_UP_TO = 1000
"""A person reads "999+" as well as 4,370, and it costs the same at any size."""


class Queue(StrEnum):
    """The lists everybody works from."""

    MINE = "mine"
    DIRECTORATE = "directorate"
    UNROUTED = "unrouted"
    WAITING = "waiting"
    CHECK = "check"
    OVERDUE = "overdue"
    OPEN = "open"
    SUSPECTED = "suspected"
    FINISHED = "finished"


_SAME_WORDS_WITHIN = timedelta(days=30)

T = TypeVar("T")
_COUNTS_HOLD = 10
"""Seconds for which a count may stand when nothing has changed in this process."""
_COUNTS_KEPT = 2000
COUNTED_BY_HAND = frozenset({Queue.MINE, Queue.OVERDUE})
"""Queues whose counts depend on the person or the hour: exact up to :data:`COUNTED_UP_TO`."""


class Urgency(StrEnum):
    """When the clock that breaks first breaks: it has, it does today, it does later this week."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"


@dataclass(frozen=True)
class Filters:
    """What narrows a list. Several values of one kind mean any of them; empty means all."""

    words: str = ""
    statuses: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    neighbourhoods: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    urgency: Urgency | None = None


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
        if filters.urgency:
            query = self._narrowed(query, filters.urgency)
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

    def same_words(self, ticket: Ticket, limit: int) -> list[Row]:
        """Return others with the same words as *ticket*, filed within a month before or after it, newest first."""
        at, span = int(ticket.created_at.timestamp()), int(_SAME_WORDS_WITHIN.total_seconds())
        found = kin.same_words(
            self._services.assembly.index,
            self._visibility,
            words_hash(ticket.words),
            (at - span, at + span),
            limit + 1,
        )
        return [row for row in found if row.id != ticket.id][:limit]

    def same_words_counts(self, rows: list[Row]) -> dict[int, int]:
        """Return how many tickets of the last month have the words of each row, by the row's ``words_hash``."""
        since = self._seconds - int(_SAME_WORDS_WITHIN.total_seconds())
        hashes = {row.words_hash for row in rows}
        return kin.same_words_counts(self._services.assembly.index, self._visibility, hashes, since)

    def related(self, ticket: Ticket, limit: int) -> list[Row]:
        """Return the tickets whose writers said that they are about the same thing as *ticket*."""
        return kin.related(self._services.assembly.index, self._visibility, ticket.id, limit)

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
        if queue is Queue.SUSPECTED:
            return replace(query, suspected=True)
        if queue in _WITHOUT_SUSPECTED:
            query = replace(query, suspected=False)
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
        """Return how many tickets each queue holds, for the actor; of finished ones nobody needs the number."""
        return self._remembered(
            "counts", lambda: {queue: self._count(queue) for queue in self.queues() if queue is not Queue.FINISHED}
        )

    def _remembered(self, what: str, count: Callable[[], T]) -> T:
        """Count, or repeat what was counted since the index last changed; what the hour changes is counted anew."""
        assembly = self._services.assembly
        key = (what, self._services.actor)
        state = (assembly.index.generation, self._seconds // _COUNTS_HOLD)
        known = assembly.counts.get(key)
        if known is not None and known[0] == state:
            return cast(T, known[1])
        found = count()
        if len(assembly.counts) > _COUNTS_KEPT:
            assembly.counts.clear()
        assembly.counts[key] = (state, found)
        return found

    def _count(self, queue: Queue) -> int:
        index, query = self._services.assembly.index, self._query(queue)
        return index.count(query, COUNTED_UP_TO) if queue in COUNTED_BY_HAND else index.tally(query)

    def urgencies(self, queue: Queue) -> dict[Urgency, int]:
        """Return how many of a queue are late, due today, and due later this week."""
        index, query = self._services.assembly.index, self._query(queue)
        return self._remembered(
            f"urgencies {queue}",
            lambda: {urgency: index.count(self._narrowed(query, urgency), COUNTED_UP_TO) for urgency in Urgency},
        )

    def _narrowed(self, query: TicketQuery, urgency: Urgency) -> TicketQuery:
        today, zone = self._services.today, self._services.zone
        midnight = datetime.combine(today + timedelta(days=1), time(), zone)
        end_of_week = midnight + timedelta(days=6 - today.weekday())
        first, second = int(midnight.timestamp()), int(end_of_week.timestamp())
        bounds = {
            Urgency.LATE: (None, self._seconds),
            Urgency.TODAY: (self._seconds, first),
            Urgency.WEEK: (first, second),
        }
        due_from, due_before = bounds[urgency]
        # The overdue ones are narrowed further, never widened to what is due later.
        return replace(query, due_from=due_from, due_before=min(due_before, query.due_before or due_before))


_WITHOUT_SUSPECTED = frozenset({Queue.DIRECTORATE, Queue.UNROUTED, Queue.OVERDUE, Queue.OPEN})
"""Lists of work not begun: what no person may have written must not bury the rest. It has a list of its own."""

_WAITING = (TicketStatus.WAITING_FOR_APPLICANT.value, TicketStatus.WAITING_FOR_BODY.value)
