"""Queues, counts and search: what the index answers, restricted to what the actor may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from ..domain.access import allows, visibility
from ..domain.tagging import folded_tag
from ..domain.ticket import Ticket, id_from_address
from ..domain.workflow import Permission
from ..index import Page, Row, TicketQuery, kin
from ..index.rows import words_hash
from .queues import COUNTED_BY_HAND, Filters, Queue, Urgency, narrowed, query_of, queues_of, urgent

if TYPE_CHECKING:
    from .facade import Services

__all__ = [
    "COUNTED_BY_HAND",
    "COUNTED_UP_TO",
    "SHARES_UP_TO",
    "Filters",
    "Listed",
    "Lists",
    "Neighbours",
    "News",
    "Queue",
    "Urgency",
]

COUNTED_UP_TO = 1000
"""A person reads "999+" as well as 4,370, and it costs the same at any size."""

SHARES_UP_TO = 5_000
"""What a search finds more of is not counted by value: all of it would have to be read."""

_SAME_WORDS_WITHIN = timedelta(days=30)
_ALWAYS_COUNTED = 20_000
"""A narrowed list of more open tickets than that is counted anew every few seconds, not after every change."""

T = TypeVar("T")


@dataclass(frozen=True)
class Listed:
    """A list somebody looks at: a queue, or everything where there are words or a person to be found."""

    queue: Queue
    filters: Filters = field(default_factory=Filters)
    person: str = ""
    """The token of a search by person (see :class:`..finding.Finder`); empty for every other list."""


@dataclass(frozen=True)
class News:
    """What has happened to a list: how many of its tickets are new, how many others have changed.

    ``is_known`` is unset when it was last asked too long ago to say.
    """

    new: int = 0
    changed: int = 0
    is_known: bool = True


@dataclass(frozen=True)
class Neighbours:
    """Where a ticket stands in a list: the one before, the one after, its place, how many there are.

    ``place`` is 0 when the ticket is not in the list any more, or too far down to count.
    """

    previous: int | None
    next: int | None
    place: int
    total: int


class Lists:
    """Answers from the index. Everything asked here goes through the access rule."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._visibility = visibility(services.actor)

    def look(self, listed: Listed, cursor: tuple[int, int] | None = None, *, backwards: bool = False) -> Page:
        """Return one page of whatever list somebody looks at."""
        return self._find(self.asks(listed), cursor, backwards=backwards, limit=50)

    def asks(self, listed: Listed) -> TicketQuery:
        """Return what a list asks of the index, in the actor's name."""
        now, zone = self._services.now(), self._services.zone
        if listed.person:
            query = self._services.finder.query(listed.person)
            return narrowed(query, replace(listed.filters, words=query.words), now, zone)
        everything = TicketQuery(self._visibility, is_open=None)
        return narrowed(everything if listed.filters.words else self._query(listed.queue), listed.filters, now, zone)

    def _find(self, query: TicketQuery, cursor: tuple[int, int] | None, *, backwards: bool = False, limit: int) -> Page:
        return self._services.assembly.index.find(replace(query, cursor=cursor, backwards=backwards, limit=limit))

    def news(self, listed: Listed, generation: int, newest: int) -> News:
        """Return what of a list is new since *generation* of the index; *newest* was the newest ticket of all then."""
        index = self._services.assembly.index
        changed = index.changed_since(generation)
        if changed is None:
            return News(is_known=False)
        if not changed:
            return News()
        found = index.find(replace(self.asks(listed).only(changed), limit=_NEWS_LOOKED_AT)).rows
        new = sum(1 for row in found if row.id > newest)
        return News(new, len(found) - new)

    def neighbours(self, listed: Listed, ticket_id: int) -> Neighbours | None:
        """Return where a ticket stands in a list; ``None`` when the index does not know it."""
        index, query = self._services.assembly.index, self.asks(listed)
        found = index.select("id = ?", [ticket_id], "id", 1)
        if not found:
            return None
        key = getattr(found[0], query.key)
        cursor = (-1 if key is None else int(key), ticket_id)
        before = self._find(query, cursor, backwards=True, limit=1).rows
        after = self._find(query, cursor, limit=1).rows
        is_there = bool(index.find(replace(query.only([ticket_id]), limit=1)).rows)
        ahead = index.count(replace(query, cursor=cursor, backwards=True), COUNTED_UP_TO) if is_there else COUNTED_UP_TO
        total = self.count(listed)
        place = ahead + 1 if ahead + 1 < COUNTED_UP_TO else 0
        return Neighbours(before[0].id if before else None, after[0].id if after else None, place, total)

    def count(self, listed: Listed) -> int:
        """Count a list up to :data:`COUNTED_UP_TO`."""
        index = self._services.assembly.index
        if listed.person:
            return index.count(self.asks(listed), COUNTED_UP_TO)
        is_small = self.counts().get(Queue.OPEN, 0) <= _ALWAYS_COUNTED
        return self._remembered(
            f"list {listed}", lambda: index.count(self.asks(listed), COUNTED_UP_TO), is_exact=is_small
        )

    def shares(self, listed: Listed, columns: tuple[str, ...]) -> dict[str, dict[object, int]]:
        """Return how many of a list have each value of *columns*, and each tag; nothing where counting would take long.

        Of what a search finds that is known up to :data:`SHARES_UP_TO`.
        """
        query = self.asks(listed)
        most = SHARES_UP_TO if listed.filters.words or listed.person else _ALWAYS_COUNTED
        if most == _ALWAYS_COUNTED and not self._is_small(query):
            return {}
        # All in one pass: a directorate's rows are read once, not once for each column.
        found = self._services.assembly.index.values_found(query, (*columns, "tags"), most + 1)
        if len(found) > most:
            return {}
        tags = Counter[object](one for row in found if row[-1] for one in {*map(folded_tag, row[-1].split(","))})
        return {**{column: Counter(row[place] for row in found) for place, column in enumerate(columns)}, "tags": tags}

    def _is_small(self, query: TicketQuery) -> bool:
        """Tell whether a list that is worked from is short enough to be read as a whole."""
        if query.is_open is False or self.counts().get(Queue.OPEN, 0) > _ALWAYS_COUNTED:
            return False
        return not query.by_age or self._services.assembly.index.tally(self._query(Queue.ALL)) <= _ALWAYS_COUNTED

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
        """Return the ticket a typed number means, or ``None``.

        That is ours (``2026-000123``, or as the brand prints it), or the one another institution gave (CİMER, KEP …).
        """
        ours = id_from_address(typed) or self._services.assembly.index.id_of(typed.strip())
        return ours or self._services.contacts.by_foreign_number(typed)

    def visible(self, ticket_id: int) -> bool:
        """Tell whether the ticket exists and the actor may see it."""
        with self._services.assembly.database.reading() as site:
            ticket = site.tickets.get(ticket_id)
            return ticket is not None and allows(self._services.actor, Permission.VIEW, ticket)

    def _query(self, queue: Queue) -> TicketQuery:
        return query_of(queue, self._services.actor, self._services.now(), self._services.zone)

    @property
    def _seconds(self) -> int:
        return int(self._services.now().timestamp())

    def queues(self) -> list[Queue]:
        """Return the queues that mean something to the actor."""
        return queues_of(self._services.actor)

    def counts(self) -> dict[Queue, int]:
        """Return how many tickets each queue holds, for the actor; of finished ones nobody needs the number."""
        return self._remembered(
            "counts", lambda: {queue: self._count(queue) for queue in self.queues() if queue is not Queue.FINISHED}
        )

    def _remembered(self, what: str, count: Callable[[], T], *, is_exact: bool = True) -> T:
        """Count, or repeat what was counted since the index last changed; what the hour changes is counted anew."""
        services = self._services
        return services.assembly.counts.get((what, services.actor), services.now(), count, is_exact=is_exact)

    def _count(self, queue: Queue) -> int:
        index, query = self._services.assembly.index, self._query(queue)
        return index.count(query, COUNTED_UP_TO) if queue in COUNTED_BY_HAND else index.tally(query)

    def urgencies(self, queue: Queue) -> dict[Urgency, int]:
        """Return how many of a queue are late, due today, and due later this week."""
        index, query = self._services.assembly.index, self._query(queue)
        now, zone = self._services.now(), self._services.zone
        return self._remembered(
            f"urgencies {queue}",
            lambda: {one: index.count(urgent(query, one, now, zone), COUNTED_UP_TO) for one in Urgency},
        )


_NEWS_LOOKED_AT = 200
