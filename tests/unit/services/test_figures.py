"""Numbers of the day against the lists they open, for any tickets; and remembered ones against those counted anew."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halkla_iliskiler.domain.access import Visibility
from halkla_iliskiler.domain.errors import Forbidden
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.standing import BreakCause
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.index import Row, Standing, TicketIndex, TicketQuery
from halkla_iliskiler.services import Services
from halkla_iliskiler.services.figure_book import FigureBook, Measures, Period, counted
from halkla_iliskiler.services.figures import Span, period_of
from halkla_iliskiler.services.lists import Filters, Listed, Queue
from halkla_iliskiler.services.unit import Unit
from halkla_iliskiler.testing import FakeNow, draft
from tests.unit.index.test_asking import row

ISTANBUL = ZoneInfo("Europe/Istanbul")
EVERYTHING = Visibility(all_ordinary=True, all_sensitive=True)
NOON = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
HOUR, DAY = 3600, 86400
a_few = settings(max_examples=40)


@contextmanager
def an_index(rows: list[Row]) -> Iterator[TicketIndex]:
    with TemporaryDirectory() as directory:
        index = TicketIndex(Path(directory) / "index.sqlite")
        index.create("database", 1)
        index.follow(rows, {})
        try:
            yield index
        finally:
            index.close()


_times = st.one_of(st.none(), st.integers(-80, 80).map(lambda hours: int(NOON.timestamp()) + hours * HOUR))


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    found = []
    for place in range(draw(st.integers(0, 14))):
        due, solve = draw(_times), draw(_times)
        found.append(
            row(
                place + 1,
                version=draw(st.integers(1, 3)),
                department=draw(st.sampled_from([None, "parks", "roads"])),
                category=draw(st.sampled_from([None, "bench", "tree"])),
                neighbourhood=draw(st.sampled_from([None, "isikli"])),
                channel=draw(st.sampled_from(["web", "telephone"])),
                sensitive=draw(st.integers(0, 1)),
                suspected=draw(st.sampled_from([0, 0, 1])),
                is_open=draw(st.integers(0, 1)),
                # A ticket is filed once: the same one always on the same day.
                created=int(NOON.timestamp()) - place * 7 % 10 * DAY,
                promise_due=due,
                promise_met=draw(_times) if due is not None else None,
                promise_cause=draw(st.sampled_from([cause.value for cause in BreakCause])),
                solve_due=solve,
                solve_met=draw(_times) if solve is not None else None,
                outcome=draw(st.sampled_from([None, "SOLVED", "DECLINED"])),
                reopened=draw(st.integers(0, 2)),
            )
        )
    return found


_scopes = st.sampled_from(
    [
        TicketQuery(EVERYTHING, is_open=None, suspected=False),
        TicketQuery(Visibility(all_ordinary=True), is_open=None, suspected=False),
        TicketQuery(
            Visibility(own=frozenset({"parks"})), is_open=None, suspected=False, departments=("parks",)
        ),
    ]
)  # fmt: skip
_NARROWED: tuple[tuple[str, dict[str, object]], ...] = (
    ("received", {}),
    ("kept", {"promise": (Standing.KEPT,)}),
    ("broken", {"promise": (Standing.BROKEN,)}),
    ("running", {"promise": (Standing.RUNNING,)}),
    ("solve_kept", {"solve": (Standing.KEPT,)}),
    ("solve_broken", {"solve": (Standing.BROKEN,)}),
    ("solve_running", {"solve": (Standing.RUNNING,)}),
    ("open", {"is_open": True}),
    ("reopened", {"is_reopened": True}),
)
_COLUMNS = {"department": "departments", "category": "categories", "neighbourhood": "neighbourhoods"}


@a_few
@given(rows(), _scopes)
def test_every_number_counts_what_its_list_holds(tickets: list[Row], scope: TicketQuery) -> None:
    asked = replace(scope, as_of=int(NOON.timestamp()))
    with an_index(tickets) as index:
        block = counted(index, asked)
        for (group, value), numbers in block.counts.items():
            if group == "cause":
                narrowed = replace(asked, promise=(Standing.BROKEN,), causes=(value or "",))
                assert numbers.received == index.count(narrowed)
            elif group == "outcome":
                assert numbers.received == index.count(replace(asked, outcomes=(value or "",)))
            elif group != "channel":
                here = replace(asked, **{_COLUMNS[group]: (value or "",)}) if group else asked  # type: ignore[arg-type]
                for name, filters in _NARROWED:
                    listed = replace(here, **filters)  # type: ignore[arg-type]
                    assert getattr(numbers, name) == index.count(listed), (group, value, name)


@a_few
@given(rows(), st.lists(rows(), max_size=3), _scopes, st.lists(st.integers(0, 40), min_size=4, max_size=4))
def test_what_is_remembered_is_what_would_be_counted_anew(
    tickets: list[Row], changes: list[list[Row]], scope: TicketQuery, hours: list[int]
) -> None:
    """Tickets change and hours pass; after each step the book says what a fresh one does."""
    period = Period(date(2026, 3, 1), date(2026, 3, 10))
    with an_index(tickets) as index:
        book, now = FigureBook(index, ISTANBUL), NOON
        for step, pause in zip([[], *changes], hours, strict=False):
            now += timedelta(hours=pause)
            index.follow([one._replace(version=9) for one in step], {})
            fresh = FigureBook(index, ISTANBUL).blocks(scope, period, now)
            assert [block.counts for _, block in book.blocks(scope, period, now)] == [b.counts for _, b in fresh]


def test_only_the_day_of_a_changed_ticket_is_counted_anew() -> None:
    first = int(NOON.timestamp())
    with an_index([row(place, created=first - place * DAY) for place in range(1, 5)]) as index:
        book = FigureBook(index, ISTANBUL)
        scope, period = TicketQuery(EVERYTHING, is_open=None), Period(date(2026, 3, 6), date(2026, 3, 10))
        before = [block for _, block in book.blocks(scope, period, NOON)]
        index.follow([row(2, created=first - 2 * DAY, version=2, is_open=0)], {})
        after = [block for _, block in book.blocks(scope, period, NOON)]
        assert [one is other for one, other in zip(before, after, strict=True)] == [True, True, False, True, True]


def test_a_long_period_is_counted_by_months() -> None:
    blocks = list(Period(date(2026, 1, 10), date(2026, 4, 2)).blocks())
    assert [(block.first, block.days) for block in blocks if block.days > 1] == [
        (date(2026, 2, 1), 28), (date(2026, 3, 1), 31),
    ]  # fmt: skip
    assert sum(block.days for block in blocks) == 83
    assert all(block.days == 1 for block in Period(date(2026, 1, 1), date(2026, 3, 1)).blocks())


@pytest.mark.parametrize(
    ("span", "this", "before"),
    [
        (Span.TODAY, ("2026-03-10", "2026-03-10"), ("2026-03-09", "2026-03-09")),
        (Span.YESTERDAY, ("2026-03-09", "2026-03-09"), ("2026-03-08", "2026-03-08")),
        (Span.WEEK, ("2026-03-09", "2026-03-10"), ("2026-03-02", "2026-03-03")),
        (Span.LAST_30, ("2026-02-09", "2026-03-10"), ("2026-01-10", "2026-02-08")),
        (Span.MONTH, ("2026-03-01", "2026-03-10"), ("2026-02-01", "2026-02-10")),
        (Span.LAST_MONTH, ("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31")),
    ],
)
def test_periods_and_those_before(span: Span, this: tuple[str, str], before: tuple[str, str]) -> None:
    found = period_of(span, date(2026, 3, 10))
    assert [(one.first.isoformat(), one.last.isoformat()) for one in found] == [this, before]


def test_the_last_days_of_a_month_are_compared_with_a_shorter_one() -> None:
    _, before = period_of(Span.MONTH, date(2026, 3, 31))
    assert before == Period(date(2026, 2, 1), date(2026, 2, 28))


@pytest.mark.parametrize("role", ["", "agent", "clerk", "field_crew", "administrator"])
def test_whose_business_it_is_not_gets_no_number(services: Callable[[str], Services], role: str) -> None:
    desk, today = services(role).figures, Period(date(2026, 1, 5), date(2026, 1, 5))
    for ask in (lambda: desk.report(today, today), desk.now, desk.oldest):
        with pytest.raises(Forbidden):
            ask()


def test_a_director_cannot_ask_for_another_directorate(services: Callable[[str], Services], now: FakeNow) -> None:
    services("").intake.file(draft(category="rubbish"))
    today = Period(date(2026, 1, 5), date(2026, 1, 5))
    with pytest.raises(Forbidden):
        services("director").figures.report(today, today, "cleaning")
    assert services("director").figures.report(today, today).total == Measures()
    assert services("supervisor").figures.report(today, today, "cleaning").total.received == 1


def test_what_waits_to_be_checked_is_as_many_as_its_list_and_the_navigation_say(
    services: Callable[[str], Services],
) -> None:
    def suspect(unit: Unit) -> None:
        ticket = unit.site.tickets[suspected.ticket_id]
        ticket.suspicions = ("too_fast",)
        unit.touch(ticket)

    suspected, other = (services("").intake.file(draft(category="pothole")) for _ in range(2))
    services("system").write(suspect, "it looks as if no person had written it")
    for one in (suspected, other):
        services("clerk-roads").handling.act(one.ticket_id, Order(Action.FINISH, "Bitti.", outcome="INFORMED"), None)
    desk = services("supervisor")
    there = desk.lists.count(Listed(Queue.CHECK, Filters(departments=("roads",))))
    assert (desk.figures.now().check, desk.figures.now("roads").check, there) == (2, 2, 2)
    assert desk.lists.counts()[Queue.CHECK] == 2
