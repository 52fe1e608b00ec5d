"""How a ticket stands with its promises: which clock decides, and where it lay when that ran out."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from halkla_iliskiler.domain.clocks import ClockKind
from halkla_iliskiler.domain.moves import Circumstances, Order, carry_out, meet_promise
from halkla_iliskiler.domain.standing import BreakCause, break_cause, deciding_clock, times_reopened
from halkla_iliskiler.domain.ticket import HistoryEntry, Ticket
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.testing import FakeNow

Make = Callable[..., Ticket]
By = Callable[..., Circumstances]


@pytest.fixture
def ticket(a_ticket: Make, now: FakeNow) -> Ticket:
    """One that is with a directorate since it was filed."""
    made = a_ticket(status="ASSIGNED")
    made.record(HistoryEntry(now(), "", "", "recorded", "", "ASSIGNED", is_public=True))
    return made


def cause(ticket: Ticket) -> BreakCause | None:
    clock = deciding_clock(ticket, ClockKind.PROMISE)
    return break_cause(ticket, clock) if clock is not None else None


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ((), BreakCause.NOT_TAKEN),
        ((Order(Action.TAKE),), BreakCause.IN_WORK),
        ((Order(Action.TAKE), Order(Action.NOTE, "bakıyoruz")), BreakCause.IN_WORK),
        ((Order(Action.SEND_BACK, "bizim değil"),), BreakCause.UNROUTED),
        ((Order(Action.SEND_BACK, "değil"), Order(Action.ASSIGN, department="roads")), BreakCause.NOT_TAKEN),
        ((Order(Action.ASK, "neresi?"),), BreakCause.APPLICANT),
        ((Order(Action.ASK, "neresi?"), Order(Action.RESUME)), BreakCause.IN_WORK),
        ((Order(Action.CONSULT, "ne dersiniz?", department="roads"),), BreakCause.OPINION),
        (
            (Order(Action.CONSULT, "ne dersiniz?", department="roads"), Order(Action.OPINION, "olur")),
            BreakCause.NOT_TAKEN,
        ),
        ((Order(Action.REPLY, "yakında geliyoruz"),), BreakCause.UNTOLD),
        ((Order(Action.REFER, "iletildi", body="water"),), BreakCause.UNTOLD),
        ((Order(Action.FINISH, "bitti", outcome="SOLVED"),), BreakCause.UNTOLD),
    ],
)
def test_where_it_lay_when_the_promise_broke(
    ticket: Ticket, by: By, now: FakeNow, orders: tuple[Order, ...], expected: BreakCause
) -> None:
    for order in orders:
        now.advance(timedelta(hours=1))
        carry_out(ticket, order, by())
    assert cause(ticket) is expected
    # What happens after the time is over changes nothing of where it lay.
    now.advance(timedelta(hours=50))
    ticket.record(HistoryEntry(now(), "x", "X", "note", ticket.status, "IN_PROGRESS"))
    assert cause(ticket) is expected


def test_finished_and_not_checked_lies_with_the_centre(a_ticket: Make, by: By, now: FakeNow) -> None:
    ticket = a_ticket(status="ASSIGNED", needs_check=True)
    carry_out(ticket, Order(Action.FINISH, "bitti", outcome="SOLVED"), by())
    assert cause(ticket) is BreakCause.CHECK


def test_met_in_time_has_no_cause_and_met_late_keeps_it(ticket: Ticket, by: By, now: FakeNow) -> None:
    meet_promise(ticket, now.advance(timedelta(hours=47)))
    assert cause(ticket) is None
    carry_out(ticket, Order(Action.FINISH, "bitti", outcome="SOLVED"), by())
    carry_out(ticket, Order(Action.REQUEST_REOPENING, "çözülmedi"), by())
    assert cause(ticket) is BreakCause.REOPENING
    meet_promise(ticket, now.advance(timedelta(hours=49)))
    clock = deciding_clock(ticket, ClockKind.PROMISE)
    assert clock is not None
    assert clock.is_broken(now())
    assert cause(ticket) is BreakCause.REOPENING


def test_one_broken_promise_is_not_made_good_by_a_later_one(ticket: Ticket, by: By, now: FakeNow) -> None:
    first = now.advance(timedelta(hours=60))
    meet_promise(ticket, first)
    carry_out(ticket, Order(Action.FINISH, "bitti", outcome="SOLVED"), by())
    carry_out(ticket, Order(Action.REQUEST_REOPENING, "çözülmedi"), by())
    meet_promise(ticket, now.advance(timedelta(hours=1)))
    clock = deciding_clock(ticket, ClockKind.PROMISE)
    assert clock is not None
    assert clock.ended_at == first


def test_withdrawn_is_neither_kept_nor_broken(ticket: Ticket, by: By, now: FakeNow) -> None:
    now.advance(timedelta(hours=50))
    carry_out(ticket, Order(Action.WITHDRAW), by())
    assert deciding_clock(ticket, ClockKind.PROMISE) is None
    assert deciding_clock(ticket, ClockKind.SOLVE) is None


def test_thanks_are_promised_nothing(a_ticket: Make) -> None:
    assert deciding_clock(a_ticket(kind="PRAISE"), ClockKind.PROMISE) is None


def test_how_often_it_was_opened_again(ticket: Ticket, by: By) -> None:
    assert times_reopened(ticket) == 0
    for times in (1, 2):
        carry_out(ticket, Order(Action.FINISH, "bitti", outcome="SOLVED"), by())
        carry_out(ticket, Order(Action.REOPEN, "olmamış"), by())
        assert times_reopened(ticket) == times
    # As an earlier version left it: only its clocks tell.
    ticket.reopenings = 0
    assert times_reopened(ticket) == 2
