"""Counts of the days, kept in memory: a change costs no more than counting the day of the ticket that changed anew.

A *block* is some days in a row, seen by somebody: a single day, or a whole month where a long period is asked about.
What is remembered is told by the scope (what may be seen, and of which directorates), never by the person.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from operator import is_
from typing import NamedTuple, TypeVar, cast

from ..index import TicketIndex, TicketQuery, figures
from .queues import midnight

__all__ = ["Block", "Blocks", "FigureBook", "Measures", "Period", "added", "counted"]

T = TypeVar("T")
_NEVER = 1 << 60
_MADE_KEPT = 60
_KEPT = 800
"""Blocks; a day of a large city takes about 40 kB."""
_BY_DAY = 62
"""Periods up to so many days are counted day by day, longer ones by whole months where they hold some."""


class Measures(NamedTuple):
    """How many tickets came (``received``), and what became of them.

    ``kept``, ``broken`` and ``running`` are of those that were promised an answer; the ``solve_…`` are the same of the
    time to solve. ``open`` are open now, ``reopened`` have been opened again.
    """

    received: int = 0
    kept: int = 0
    broken: int = 0
    running: int = 0
    solve_kept: int = 0
    solve_broken: int = 0
    solve_running: int = 0
    open: int = 0
    reopened: int = 0

    @property
    def decided(self) -> int:
        """Return of how many it is known whether they were answered in time: what a share is a share of."""
        return self.kept + self.broken

    @property
    def solve_decided(self) -> int:
        """Return of how many it is known whether they were finished in time."""
        return self.solve_kept + self.solve_broken


def added(one: Measures, other: Measures) -> Measures:
    """Return the sum of two."""
    return Measures(*map(sum, zip(one, other, strict=True)))


@dataclass(frozen=True)
class Period:
    """Days of the city, the last one included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days that are."""
        return (self.last - self.first).days + 1

    def span(self, zone: tzinfo) -> tuple[int, int]:
        """Return from when until before when that is, in seconds since 1970."""
        return midnight(self.first, zone), midnight(self.last + timedelta(days=1), zone)

    def blocks(self) -> Iterator["Period"]:
        """Yield the days one by one, of a long period whole months where it holds them."""
        day = self.first
        while day <= self.last:
            month = Period(day, _last_of_month(day))
            is_month = self.days > _BY_DAY and day.day == 1 and month.last <= self.last
            yield month if is_month else Period(day, day)
            day = (month.last if is_month else day) + timedelta(days=1)


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


@dataclass
class Block:
    """Counts by ``(what, value)``: ``("department", "parks")``; the whole is ``("", "")``, nothing chosen is ``None``.

    ``holds_until`` is when a promise breaks and changes them, in seconds since 1970.
    """

    counts: dict[tuple[str, str | None], Measures] = field(default_factory=dict)
    holds_until: int = _NEVER


def counted(index: TicketIndex, query: TicketQuery) -> Block:
    """Count what *query* holds, as it stands at its ``as_of``."""
    sums: dict[tuple[str, str | None], list[int]] = {}
    holds_until = _NEVER
    for fact in figures.facts(index, query):
        promise = _stands(fact.promise_due, fact.promise_met, query.as_of)
        solve = _stands(fact.solve_due, fact.solve_met, query.as_of)
        if promise == _RUNNING:
            holds_until = min(holds_until, fact.promise_due or _NEVER)
        if solve == _RUNNING:
            holds_until = min(holds_until, fact.solve_due or _NEVER)
        keys: list[tuple[str, str | None]] = [
            ("", ""), ("department", fact.department), ("category", fact.category),
            ("neighbourhood", fact.neighbourhood), ("channel", fact.channel),
        ]  # fmt: skip
        if promise == _BROKEN:
            keys.append(("cause", fact.promise_cause))
        if fact.outcome is not None:
            keys.append(("outcome", fact.outcome))
        for key in keys:
            sum_ = sums.get(key)
            if sum_ is None:
                sum_ = sums[key] = [0] * len(Measures._fields)
            sum_[0] += 1
            if promise:
                sum_[promise] += 1
            if solve:
                sum_[3 + solve] += 1
            if fact.is_open:
                sum_[7] += 1
            if fact.reopened:
                sum_[8] += 1
    return Block({key: Measures(*numbers) for key, numbers in sums.items()}, holds_until)


_KEPT_IN_TIME, _BROKEN, _RUNNING = 1, 2, 3
"""The places of these in :class:`Measures`; a promise that was never made is 0."""


def _stands(due: int | None, met: int | None, now: int) -> int:
    if due is None:
        return 0
    if met is not None:
        return _KEPT_IN_TIME if met <= due else _BROKEN
    return _BROKEN if due < now else _RUNNING


Blocks = list[tuple[Period, Block]]


class _Made(NamedTuple):
    generation: int
    holds_until: int
    blocks: list[Block]
    result: object


class FigureBook:
    """The blocks of one process, and what was made of them."""

    def __init__(self, index: TicketIndex, zone: tzinfo) -> None:
        self._index = index
        self._zone = zone
        self._blocks: OrderedDict[tuple[TicketQuery, Period], Block] = OrderedDict()
        self._generation = index.generation
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, _Made] = OrderedDict()

    def made_of(
        self, scope: TicketQuery, periods: tuple[Period, ...], now: datetime, make: Callable[[list[Blocks]], T]
    ) -> T:
        """Return what *make* makes of the blocks of each period, made anew only when one of them has changed."""
        key, generation, seconds = (scope, periods), self._index.generation, int(now.timestamp())
        known = self._made.get(key)
        if known is not None and known.generation == generation and seconds <= known.holds_until:
            return cast(T, known.result)
        found = [self.blocks(scope, period, now) for period in periods]
        blocks = [block for several in found for _, block in several]
        # Blocks are never changed, only replaced.
        if known is not None and len(known.blocks) == len(blocks) and all(map(is_, known.blocks, blocks)):
            result = cast(T, known.result)
        else:
            result = make(found)
        holds_until = min((block.holds_until for block in blocks), default=_NEVER)
        with self._lock:
            self._made[key] = _Made(generation, holds_until, blocks, result)
            self._made.move_to_end(key)
            while len(self._made) > _MADE_KEPT:
                self._made.popitem(last=False)
        return result

    def blocks(self, scope: TicketQuery, period: Period, now: datetime) -> Blocks:
        """Return the blocks of *period*; *scope* is what is counted, without its days."""
        return [(days, self._block(scope, days, int(now.timestamp()))) for days in period.blocks()]

    def _block(self, scope: TicketQuery, days: Period, now: int) -> Block:
        key = (scope, days)
        with self._lock:
            generation = self._forget_what_changed()
            known = self._blocks.get(key)
            if known is not None and now <= known.holds_until:
                self._blocks.move_to_end(key)
                return known
        first, end = days.span(self._zone)
        found = counted(self._index, replace(scope, created_from=first, created_before=end, as_of=now))
        with self._lock:
            # What was changed while it was counted may be in it or not.
            if self._forget_what_changed() == generation:
                self._blocks[key] = found
                while len(self._blocks) > _KEPT:
                    self._blocks.popitem(last=False)
        return found

    def _forget_what_changed(self) -> int:
        """Drop the blocks in which a ticket has changed since the last look; return how far the index is."""
        generation = self._index.generation
        if generation == self._generation:
            return generation
        changed = self._index.changed_since(self._generation)
        if changed is None:
            self._blocks.clear()
        else:
            times = figures.filed_at(self._index, changed)
            days = {datetime.fromtimestamp(at, UTC).astimezone(self._zone).date() for at in times}
            for key in [key for key in self._blocks if any(key[1].first <= day <= key[1].last for day in days)]:
                del self._blocks[key]
        self._generation = generation
        return generation
