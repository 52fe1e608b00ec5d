"""Two promises run on a ticket: the first answer, and the solution."""

from datetime import timedelta

import pytest

from halkla_iliskiler.domain.clocks import Clock, ClockKind, WallCalendar, start_clocks
from halkla_iliskiler.domain.workflow import Kind, Regime
from halkla_iliskiler.testing import START

_FIVE_DAYS = timedelta(days=5)


def test_a_service_ticket_promises_an_answer_in_48_hours_and_a_solution_in_its_own_time() -> None:
    promise, solve = start_clocks(Kind.COMPLAINT, Regime.SERVICE, _FIVE_DAYS, START, WallCalendar())
    assert (promise.kind, promise.due_at) == (ClockKind.PROMISE, START + timedelta(hours=48))
    assert (solve.kind, solve.due_at) == (ClockKind.SOLVE, START + _FIVE_DAYS)


def test_nothing_is_promised_for_a_thank_you() -> None:
    assert start_clocks(Kind.PRAISE, Regime.SERVICE, _FIVE_DAYS, START, WallCalendar()) == ()


@pytest.mark.parametrize("regime", [regime for regime in Regime if regime is not Regime.SERVICE])
def test_the_clocks_of_other_laws_are_not_pretended(regime: Regime) -> None:
    assert start_clocks(Kind.COMPLAINT, regime, _FIVE_DAYS, START, WallCalendar()) == ()


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.PRAISE])
def test_every_other_kind_has_both(kind: Kind) -> None:
    assert len(start_clocks(kind, Regime.SERVICE, _FIVE_DAYS, START, WallCalendar())) == 2


def test_a_clock_is_broken_only_after_its_time() -> None:
    clock = Clock(ClockKind.SOLVE, START, START + _FIVE_DAYS)
    assert not clock.is_broken(START + _FIVE_DAYS)
    assert clock.is_broken(START + _FIVE_DAYS + timedelta(seconds=1))


def test_a_promise_met_in_time_stays_met_and_one_met_late_stays_broken() -> None:
    clock = Clock(ClockKind.SOLVE, START, START + _FIVE_DAYS)
    in_time, late = clock.end(START + timedelta(days=4)), clock.end(START + timedelta(days=6))
    much_later = START + timedelta(days=400)
    assert not in_time.is_broken(much_later)
    assert late.is_broken(much_later)
    assert not in_time.is_running


def test_meeting_a_promise_twice_changes_nothing() -> None:
    met = Clock(ClockKind.SOLVE, START, START + _FIVE_DAYS).end(START)
    assert met.end(START + timedelta(days=9)) == met


def test_a_clock_given_back_counts_on_from_where_it_began() -> None:
    clock = Clock(ClockKind.SOLVE, START, START + _FIVE_DAYS)
    assert clock.end(START + timedelta(days=1)).resume() == clock
