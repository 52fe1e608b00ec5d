"""The numbers of the day: how many came, were answered in time, broke their promise and why, wait, and where.

Every number has a list with exactly that many rows, and is counted by the same conditions as that list: of what the
actor may see, of the directorates whose numbers are theirs. What looks as if no person had written it is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from operator import add
from typing import TYPE_CHECKING

from ..domain.access import allows, visibility
from ..domain.errors import Forbidden
from ..domain.workflow import Permission, TicketStatus
from ..index import Row, TicketQuery, figures
from .figure_book import Blocks, Measures, Period, added

if TYPE_CHECKING:
    from .facade import Services

__all__ = [
    "GROUPS",
    "LONGEST_PERIOD",
    "SMALLEST_SHARE",
    "Figures",
    "Measures",
    "Now",
    "Period",
    "Report",
    "Span",
    "period_of",
]

SMALLEST_SHARE = 10
"""Of fewer than these no share is given: one ticket would change it by more than ten per cent."""
LONGEST_PERIOD = 366
"""Days of one report."""
GROUPS = ("department", "category", "neighbourhood", "channel")
_OLDEST = 10
_EVERY = 1 << 40


class Span(StrEnum):
    """The periods that are offered; ``RANGE`` is from one day to another."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    LAST_30 = "last_30"
    MONTH = "month"
    LAST_MONTH = "last_month"
    RANGE = "range"


def period_of(span: Span, today: date) -> tuple[Period, Period]:
    """Return the days of a span, and those it is compared with: as many, of the day, week or month before."""
    if span is Span.TODAY:
        return Period(today, today), _days_before(Period(today, today), 1)
    if span is Span.YESTERDAY:
        yesterday = today - timedelta(days=1)
        return Period(yesterday, yesterday), _days_before(Period(yesterday, yesterday), 1)
    if span is Span.WEEK:
        this = Period(today - timedelta(days=today.weekday()), today)
        return this, _days_before(this, 7)
    if span is Span.LAST_30:
        this = Period(today - timedelta(days=29), today)
        return this, before(this)
    first = today.replace(day=1)
    end_before = first - timedelta(days=1)
    first_before = end_before.replace(day=1)
    if span is Span.MONTH:
        last = min(first_before + timedelta(days=today.day - 1), end_before)
        return Period(first, today), Period(first_before, last)
    end_then = first_before - timedelta(days=1)
    return Period(first_before, end_before), Period(end_then.replace(day=1), end_then)


def before(period: Period) -> Period:
    """Return as many days right before *period*."""
    return _days_before(period, period.days)


def _days_before(period: Period, days: int) -> Period:
    return Period(period.first - timedelta(days=days), period.last - timedelta(days=days))


@dataclass
class Report:
    """The numbers of a period. ``drawn`` is for whoever shows them: what was made of these very numbers.

    ``groups`` has for each of :data:`GROUPS` a row for every value that has a ticket, the most received first; beside
    it how many were received in the period before. ``steps`` are the days or months of the period.
    """

    period: Period
    compared: Period
    departments: tuple[str, ...]
    total: Measures
    before: Measures
    groups: dict[str, list[tuple[str | None, Measures, int]]]
    causes: list[tuple[str, int]]
    outcomes: list[tuple[str, int]]
    steps: list[tuple[Period, Measures]]
    drawn: dict[object, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Now:
    """What is open at this moment, whenever it came; ``by_status`` leaves out what nobody waits for.

    ``check`` alone counts what looks as if no person had written it, too: its list has them.
    """

    open: int
    late: int
    unrouted: int
    by_status: tuple[tuple[str, int], ...]
    check: int


_WAITING = (
    TicketStatus.WAITING_FOR_APPLICANT.value, TicketStatus.WAITING_FOR_BODY.value, TicketStatus.PLANNED.value,
    TicketStatus.REOPEN_REQUESTED.value,
)  # fmt: skip


class Figures:
    """Counts, for those whose business the numbers are."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def departments(self) -> tuple[str, ...]:
        """The directorates whose numbers are the actor's; empty when all are (raises :class:`Forbidden`)."""
        actor = self._services.actor
        if not allows(actor, Permission.SEE_NUMBERS):
            raise Forbidden(Permission.SEE_NUMBERS)
        reach = visibility(actor, Permission.SEE_NUMBERS)
        return () if reach.all_ordinary else tuple(sorted(reach.own | reach.own_ordinary))

    def scope(self, department: str = "") -> TicketQuery:
        """Return what is counted: all that is the actor's, or one directorate of it (raises :class:`Forbidden`)."""
        own = self.departments
        if department and own and department not in own:
            raise Forbidden(Permission.SEE_NUMBERS)
        return TicketQuery(
            visibility(self._services.actor),
            is_open=None,
            suspected=False,
            departments=(department,) if department else own,
        )

    def report(self, period: Period, compared: Period, department: str = "") -> Report:
        """Count a period and the one before (raises :class:`Forbidden`)."""
        services, scope = self._services, self.scope(department)
        book, now = services.assembly.figures, services.now()
        return book.made_of(
            scope,
            (period, compared),
            now,
            lambda blocks: _report(
                period,
                compared,
                scope.departments,
                blocks[0],
                *(book.made_of(scope, (days,), now, _sum) for days in (period, compared)),
            ),
        )

    def now(self, department: str = "") -> Now:
        """Count what is open at this moment (raises :class:`Forbidden`)."""
        services, scope = self._services, self.scope(department)
        return services.assembly.counts.get(("open now", scope), services.now(), lambda: self._now(scope))

    def _now(self, scope: TicketQuery) -> Now:
        index = self._services.assembly.index
        is_open = replace(scope, is_open=True)
        late = replace(is_open, due_before=int(self._services.now().timestamp()))
        return Now(
            open=index.tally(is_open),
            late=index.count(late, _EVERY),
            unrouted=0 if scope.departments else index.tally(replace(is_open, unrouted=True)),
            by_status=tuple((status, index.tally(replace(is_open, statuses=(status,)))) for status in _WAITING),
            # Somebody has worked on it: what waits to be checked is counted as its queue and the navigation do.
            check=index.tally(replace(is_open, check_pending=True, suspected=None)),
        )

    def oldest(self, department: str = "") -> list[Row]:
        """Return the ten that are open and have been here longest (raises :class:`Forbidden`)."""
        services, scope = self._services, self.scope(department)
        query = replace(scope, is_open=True)
        return services.assembly.counts.get(
            ("oldest", scope), services.now(), lambda: figures.oldest_open(services.assembly.index, query, _OLDEST)
        )


def _report(
    period: Period,
    compared: Period,
    departments: tuple[str, ...],
    blocks: Blocks,
    here: Sums,
    there: Sums,
) -> Report:
    groups = {}
    for group in GROUPS:
        rows = [
            (value, numbers, there.get((group, value), _NONE).received)
            for (what, value), numbers in here.items()
            if what == group
        ]
        groups[group] = sorted(rows, key=lambda row: (-row[1].received, row[0] or ""))
    return Report(
        period=period,
        compared=compared,
        departments=departments,
        total=here.get(("", ""), _NONE),
        before=there.get(("", ""), _NONE),
        groups=groups,
        causes=_counts(here, "cause"),
        outcomes=_counts(here, "outcome"),
        steps=list(_steps(blocks)),
    )


_NONE = Measures()


Sums = dict[tuple[str, str | None], Measures]


def _sum(periods: list[Blocks]) -> Sums:
    sums: dict[tuple[str, str | None], Iterable[int]] = {}
    for blocks in periods:
        for _, block in blocks:
            for key, numbers in block.counts.items():
                known = sums.get(key)
                sums[key] = numbers if known is None else [*map(add, known, numbers)]
    return {key: Measures(*numbers) for key, numbers in sums.items()}


def _counts(sums: Sums, what: str) -> list[tuple[str, int]]:
    found = [(value or "", numbers.received) for (name, value), numbers in sums.items() if name == what]
    return sorted(found, key=lambda one: (-one[1], one[0]))


def _steps(blocks: Blocks) -> list[tuple[Period, Measures]]:
    """Return the whole of each day, or of each month where the blocks are months."""
    by_month = any(days.days > 1 for days, _ in blocks)
    steps: list[tuple[Period, Measures]] = []
    for days, block in blocks:
        numbers = block.counts.get(("", ""), _NONE)
        last = steps[-1][0] if steps else None
        if by_month and last is not None and (last.first.year, last.first.month) == (days.first.year, days.first.month):
            steps[-1] = (Period(last.first, days.last), added(steps[-1][1], numbers))
        else:
            steps.append((days, numbers))
    return steps
