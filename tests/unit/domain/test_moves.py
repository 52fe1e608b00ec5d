"""What each action does to a ticket, without services or database."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.clocks import ClockKind
from halkla_iliskiler.domain.errors import IllegalMove, InvalidInput
from halkla_iliskiler.domain.moves import Circumstances, Order, carry_out, meet_promise, tells, tells_applicant
from halkla_iliskiler.domain.outbox import Purpose
from halkla_iliskiler.domain.ticket import Contact, Ticket
from halkla_iliskiler.domain.workflow import Action, Outcome
from halkla_iliskiler.testing import START, FakeNow, actor

Tickets = Callable[..., Ticket]
By = Callable[..., Circumstances]
CATEGORIES = {category.code: category for category in testing.halkla_categories()}


def due(ticket: Ticket, kind: ClockKind) -> datetime:
    clock = ticket.clock(kind)
    assert clock is not None
    return clock.due_at


def is_running(ticket: Ticket, kind: ClockKind) -> bool:
    clock = ticket.clock(kind)
    assert clock is not None
    return clock.is_running


def shown(ticket: Ticket) -> list[str]:
    """Return what the applicant reads."""
    return [entry.text for _, entry in ticket.history if entry.is_public]


# -- what is needed -----------------------------------------------------------------------------------------------

MISSING = [
    (Action.ASSIGN, "department"), (Action.SEND_BACK, "text"), (Action.NOTE, "text"), (Action.ASK, "text"),
    (Action.REPLY, "text"), (Action.PLAN, "date"), (Action.PLAN, "text"), (Action.REFER, "body"),
    (Action.REFER, "text"), (Action.FINISH, "outcome"), (Action.FINISH, "text"),
]  # fmt: skip
WHOLE = {"department": "parks", "text": "Metin", "outcome": "SOLVED", "body": "water", "planned_for": date(2026, 2, 1)}


@pytest.mark.parametrize(("action", "need"), MISSING)
def test_what_an_action_needs_is_named_when_it_is_missing(a_ticket: Tickets, by: By, action: Action, need: str) -> None:
    values = {**WHOLE, {"date": "planned_for"}.get(need, need): "  " if need == "text" else None}
    ticket = a_ticket(status="ASSIGNED")
    with pytest.raises(InvalidInput) as refused:
        carry_out(ticket, Order(action, **values), by())  # type: ignore[arg-type]
    assert (refused.value.field, refused.value.problem) == (need, "required")
    assert list(ticket.history) == []
    assert ticket.status == "ASSIGNED"


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (Order(Action.PLAN, "Yapılacak", planned_for=date(2026, 1, 5)), "date"),
        (Order(Action.PLAN, "Yapılacak", planned_for=date(2025, 12, 31)), "date"),
        (Order(Action.REFER, "İlettik", body="water", planned_for=date(2026, 1, 5)), "date"),
        (Order(Action.DUPLICATE, main=202600000001), "main"),
        (Order(Action.FINISH, "Bitti", outcome="NOT_EXAMINED_6A"), "outcome"),
        (Order(Action.FINISH, "Bitti", outcome="FORGOTTEN"), "outcome"),
    ],
)
def test_a_refused_action_leaves_the_ticket_as_it_was(a_ticket: Tickets, by: By, order: Order, field: str) -> None:
    ticket = a_ticket(status="IN_PROGRESS")
    before = {name: value for name, value in vars(ticket).items() if name != "_history"}
    with pytest.raises(InvalidInput) as refused:
        carry_out(ticket, order, by())
    assert refused.value.field == field
    assert {name: value for name, value in vars(ticket).items() if name != "_history"} == before
    assert list(ticket.history) == []


def test_an_illegal_move_leaves_the_ticket_as_it_was(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(status="CLOSED")
    with pytest.raises(IllegalMove) as refused:
        carry_out(ticket, Order(Action.REPLY, "Geç kaldık"), by())
    assert "reopen" in refused.value.allowed
    assert (ticket.status, list(ticket.history)) == ("CLOSED", [])


# -- the solving clock --------------------------------------------------------------------------------------------


def test_a_plan_moves_the_solving_clock_to_the_end_of_its_day_in_the_city(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(status="IN_PROGRESS")
    carry_out(ticket, Order(Action.PLAN, "Programda", planned_for=date(2026, 3, 2)), by())
    assert (ticket.status, ticket.planned_for) == ("PLANNED", date(2026, 3, 2))
    assert due(ticket, ClockKind.SOLVE) == datetime(2026, 3, 2, 20, 59, tzinfo=UTC)
    assert due(ticket, ClockKind.PROMISE) == START + timedelta(hours=48)
    assert ticket.is_open


def test_the_city_decides_when_tomorrow_begins(a_ticket: Tickets, by: By, now: FakeNow) -> None:
    now.advance(timedelta(hours=15, minutes=30))  # 21.30 UTC is already the next day in the city
    ticket = a_ticket(status="IN_PROGRESS")
    with pytest.raises(InvalidInput):
        carry_out(ticket, Order(Action.PLAN, "Yarın", planned_for=date(2026, 1, 6)), by())
    carry_out(ticket, Order(Action.PLAN, "Yarın", planned_for=date(2026, 1, 7)), by())


def test_finishing_stops_the_solving_clock_and_not_the_promise(a_ticket: Tickets, by: By, now: FakeNow) -> None:
    ticket = a_ticket(status="IN_PROGRESS")
    now.advance(timedelta(days=3))
    carry_out(ticket, Order(Action.FINISH, "Onarıldı.", outcome="SOLVED"), by())
    solve = ticket.clock(ClockKind.SOLVE)
    assert solve is not None
    assert solve.ended_at == now()
    assert is_running(ticket, ClockKind.PROMISE)
    assert (ticket.status, ticket.outcome, ticket.is_open) == ("DONE", "SOLVED", False)


def test_given_back_the_clock_counts_on_as_if_it_had_not_been_stopped(a_ticket: Tickets, by: By, now: FakeNow) -> None:
    ticket = a_ticket(status="IN_PROGRESS", needs_check=True)
    before = due(ticket, ClockKind.SOLVE)
    carry_out(ticket, Order(Action.FINISH, "Onarıldı.", outcome="SOLVED"), by())
    now.advance(timedelta(days=1))
    carry_out(ticket, Order(Action.GIVE_BACK, "Fotoğraf eksik."), by(actor("supervisor")))
    assert is_running(ticket, ClockKind.SOLVE)
    assert due(ticket, ClockKind.SOLVE) == before
    assert (ticket.status, ticket.outcome, ticket.check_pending) == ("IN_PROGRESS", None, False)
    assert shown(ticket) == []


def test_reopening_starts_a_new_clock(a_ticket: Tickets, by: By, now: FakeNow) -> None:
    ticket = a_ticket(status="IN_PROGRESS", solve_within=timedelta(days=5))
    carry_out(ticket, Order(Action.FINISH, "Onarıldı.", outcome="SOLVED"), by())
    first = ticket.clock(ClockKind.SOLVE)
    now.advance(timedelta(days=40))
    carry_out(ticket, Order(Action.REOPEN, "Yeniden kırılmış."), by(actor("supervisor")))
    assert due(ticket, ClockKind.SOLVE) == now() + timedelta(days=5)
    assert first in ticket.clocks
    assert (ticket.status, ticket.outcome, ticket.is_open) == ("IN_PROGRESS", None, True)


def test_reopened_it_has_the_time_of_its_subject_whatever_was_planned(a_ticket: Tickets, by: By, now: FakeNow) -> None:
    ticket = a_ticket(status="IN_PROGRESS", solve_within=timedelta(days=5))
    carry_out(ticket, Order(Action.PLAN, "Programda", planned_for=date(2026, 6, 1)), by())
    carry_out(ticket, Order(Action.FINISH, "Onarıldı.", outcome="SOLVED"), by())
    now.advance(timedelta(days=10))
    carry_out(ticket, Order(Action.REOPEN, "Yeniden kırılmış."), by(actor("supervisor")))
    assert due(ticket, ClockKind.SOLVE) == now() + timedelta(days=5)


def test_the_planned_day_is_over_when_the_plan_is(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(status="IN_PROGRESS")
    carry_out(ticket, Order(Action.PLAN, "Programda", planned_for=date(2026, 3, 2)), by())
    carry_out(ticket, Order(Action.RESUME, "Malzeme geldi."), by())
    assert (ticket.status, ticket.planned_for) == ("IN_PROGRESS", None)


def test_who_asks_to_reopen_is_promised_an_answer_like_the_first_one(a_ticket: Tickets, by: By, now: FakeNow) -> None:
    ticket = a_ticket(status="IN_PROGRESS")
    carry_out(ticket, Order(Action.FINISH, "Onarıldı.", outcome="SOLVED"), by())
    meet_promise(ticket, now())
    assert ticket.next_due is None
    now.advance(timedelta(days=3))
    carry_out(ticket, Order(Action.REQUEST_REOPENING, "Hâlâ kırık."), by())
    assert ticket.next_due == now() + timedelta(hours=48)
    assert meet_promise(ticket, now())
    assert ticket.next_due is None


def test_a_referral_comes_back_on_the_day_it_is_asked_about(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(status="IN_PROGRESS")
    meet_promise(ticket, START)
    carry_out(ticket, Order(Action.REFER, "İlettik.", body="water", planned_for=date(2026, 2, 10)), by())
    assert ticket.next_due == datetime(2026, 2, 10, 20, 59, tzinfo=UTC)


@pytest.mark.parametrize("promise_is_met", [True, False])
def test_sorted_under_another_law_it_has_the_promises_of_that_law(
    a_ticket: Tickets, by: By, now: FakeNow, promise_is_met: bool
) -> None:
    ticket = a_ticket(status="IN_PROGRESS")
    if promise_is_met:
        meet_promise(ticket, now())
    now.advance(timedelta(days=1))
    petition, bench = CATEGORIES["petition"], CATEGORIES["bench"]
    carry_out(ticket, Order(Action.ASSIGN, department="roads", category=petition), by(actor("agent")))
    assert ticket.regime == "PETITION_3071"
    assert ticket.next_due is None
    back = Order(Action.ASSIGN, department="parks", category=bench)
    carry_out(ticket, back, by(actor("agent"), category=petition))
    assert ticket.regime == "SERVICE"
    assert due(ticket, ClockKind.SOLVE) == START + bench.solve_within, "counted from when it was made"
    assert is_running(ticket, ClockKind.PROMISE) != promise_is_met


def test_the_law_that_staff_have_chosen_stays_when_the_subject_changes(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(regime="INFORMATION_4982", status="ASSIGNED")
    carry_out(ticket, Order(Action.ASSIGN, department="roads", category=CATEGORIES["petition"]), by(actor("agent")))
    assert ticket.regime == "INFORMATION_4982"


def test_what_came_by_a_channel_with_a_law_of_its_own_falls_back_to_it(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(regime="PETITION_3071", status="ASSIGNED")
    order = Order(Action.ASSIGN, department="parks", category=CATEGORIES["bench"])
    by_letter = by(actor("agent"), category=CATEGORIES["petition"], channel_regime="PETITION_3071")
    carry_out(ticket, order, by_letter)
    assert ticket.regime == "PETITION_3071"


# -- opinions, mentions ---------------------------------------------------------------------------------------------


def test_whoever_is_asked_sees_it_until_the_opinion_is_given(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(status="IN_PROGRESS")
    before = ticket.clocks
    carry_out(ticket, Order(Action.CONSULT, "Su sizde mi?", department="roads"), by())
    assert (ticket.opinion_from, ticket.shared_with) == ("roads", ("roads",))
    assert (ticket.department, ticket.status, ticket.clocks) == ("parks", "IN_PROGRESS", before)
    carry_out(ticket, Order(Action.OPINION, "Bizde."), by(actor("clerk-roads")))
    assert (ticket.opinion_from, ticket.shared_with) == (None, ())
    assert ticket.mentioned == ("clerk",), "who asked is to read it"
    assert shown(ticket) == []


@pytest.mark.parametrize(
    "order",
    [
        Order(Action.END_CONSULT),
        Order(Action.FINISH, "Onarıldı.", outcome="SOLVED"),
        Order(Action.ASSIGN, department="roads"),
    ],
)
def test_a_question_to_others_ends_with_what_it_was_about(a_ticket: Tickets, by: By, order: Order) -> None:
    ticket = a_ticket(status="IN_PROGRESS")
    carry_out(ticket, Order(Action.CONSULT, "Su sizde mi?", department="roads"), by())
    carry_out(ticket, order, by())
    assert (ticket.opinion_from, ticket.shared_with) == (None, ())


def test_who_saw_it_before_being_asked_sees_it_afterwards(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(status="IN_PROGRESS", shared_with=("roads",))
    carry_out(ticket, Order(Action.CONSULT, "Su sizde mi?", department="roads"), by())
    carry_out(ticket, Order(Action.OPINION, "Bizde."), by(actor("clerk-roads")))
    assert ticket.shared_with == ("roads",)


def test_nobody_asks_themselves(a_ticket: Tickets, by: By) -> None:
    with pytest.raises(InvalidInput):
        carry_out(a_ticket(status="ASSIGNED"), Order(Action.CONSULT, "Ne dersiniz?", department="parks"), by())


def test_who_acts_has_read_what_mentions_them(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(status="ASSIGNED")
    carry_out(ticket, Order(Action.NOTE, "@director bakar mısınız?", mentions=("director", "field-crew")), by())
    assert ticket.mentioned == ("director", "field-crew")
    assert ticket.entry(0).details_of("mention") == ("director", "field-crew")
    carry_out(ticket, Order(Action.NOTE, "Baktım."), by(actor("director")))
    assert ticket.mentioned == ("field-crew",)


def test_to_assign_what_its_applicant_wants_reopened_is_to_reopen_it(a_ticket: Tickets, by: By, now: FakeNow) -> None:
    ticket = a_ticket(status="IN_PROGRESS", solve_within=timedelta(days=5))
    carry_out(ticket, Order(Action.FINISH, "Onarıldı.", outcome="SOLVED"), by())
    carry_out(ticket, Order(Action.REQUEST_REOPENING, "Hâlâ kırık."), by())
    now.advance(timedelta(days=1))
    carry_out(ticket, Order(Action.ASSIGN, department="roads"), by(actor("agent")))
    assert (ticket.status, ticket.department, ticket.outcome) == ("ASSIGNED", "roads", None)
    assert due(ticket, ClockKind.SOLVE) == now() + timedelta(days=5)


def test_another_category_brings_its_own_time_sensitivity_and_check(a_ticket: Tickets, by: By, now: FakeNow) -> None:
    ticket = a_ticket(status="NEW")
    now.advance(timedelta(hours=7))
    carry_out(ticket, Order(Action.ASSIGN, department="family", category=CATEGORIES["hardship"]), by())
    assert (ticket.category, ticket.department, ticket.sensitive) == ("hardship", "family", True)
    assert due(ticket, ClockKind.SOLVE) == START + timedelta(days=15)
    carry_out(ticket, Order(Action.ASSIGN, department="roads", category=CATEGORIES["pothole"]), by())
    assert (ticket.sensitive, ticket.needs_check) == (False, True)


def test_praise_travels_without_clocks(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(kind="PRAISE", status="IN_PROGRESS")
    carry_out(ticket, Order(Action.FINISH, "Teşekkür ederiz.", outcome="INFORMED"), by())
    carry_out(ticket, Order(Action.REOPEN, "Yanlış kapatıldı."), by())
    assert ticket.clocks == ()
    assert ticket.next_due is None
    assert not meet_promise(ticket, START)


# -- who has it ---------------------------------------------------------------------------------------------------


def test_taking_makes_it_ones_own_and_sending_back_nobodys(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(status="ASSIGNED")
    carry_out(ticket, Order(Action.TAKE), by())
    assert (ticket.status, ticket.assignee) == ("IN_PROGRESS", "clerk")
    carry_out(ticket, Order(Action.SEND_BACK, "Bizim değil.", department="roads"), by())
    assert (ticket.status, ticket.department, ticket.assignee) == ("NEW", None, None)
    entry = ticket.entry(1)
    assert (entry.detail("from_department"), entry.detail("proposed")) == ("parks", "roads")
    assert not entry.is_public


def test_a_referral_is_kept_with_the_day_it_is_looked_at_again(a_ticket: Tickets, by: By, now: FakeNow) -> None:
    ticket = a_ticket(status="NEW")
    order = Order(Action.REFER, "Su idaresine ilettik.", body="water", planned_for=date(2026, 1, 20))
    carry_out(ticket, order, by())
    (referral,) = ticket.referrals
    assert (referral.body, referral.at, referral.follow_up_on) == ("water", now(), date(2026, 1, 20))
    assert (ticket.status, ticket.is_open, shown(ticket)) == ("WAITING_FOR_BODY", True, ["Su idaresine ilettik."])


# -- what the applicant reads -------------------------------------------------------------------------------------


def test_an_answer_that_waits_for_the_check_is_hidden_until_it_is_accepted(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(status="IN_PROGRESS", needs_check=True)
    carry_out(ticket, Order(Action.FINISH, "Kapattık.", outcome="SOLVED"), by())
    assert (shown(ticket), tells(ticket, Action.FINISH), ticket.is_open) == ([], None, True)
    carry_out(ticket, Order(Action.GIVE_BACK, "Hâlâ açık."), by())
    carry_out(ticket, Order(Action.FINISH, "Bu kez kapattık.", outcome="SOLVED"), by())
    carry_out(ticket, Order(Action.ACCEPT), by(actor("supervisor")))
    assert (shown(ticket), tells(ticket, Action.ACCEPT)) == (["Bu kez kapattık."], Purpose.ANSWER)
    assert ticket.entry(3).detail("outcome") == "SOLVED"
    assert not ticket.is_open


def test_without_a_check_the_answer_stands_there_at_once(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(status="IN_PROGRESS")
    carry_out(ticket, Order(Action.FINISH, "Onarıldı.", outcome="SOLVED"), by())
    assert (shown(ticket), tells(ticket, Action.FINISH)) == (["Onarıldı."], Purpose.ANSWER)


@pytest.mark.parametrize(
    ("action", "purpose"),
    [
        (Action.ASK, Purpose.QUESTION), (Action.REPLY, Purpose.ANSWER), (Action.PLAN, Purpose.ANSWER),
        (Action.REFER, Purpose.ANSWER), (Action.REFUSE_REOPENING, Purpose.ANSWER), (Action.NOTE, None),
        (Action.ASSIGN, None), (Action.TAKE, None), (Action.SEND_BACK, None), (Action.RESUME, None),
        (Action.CLOSE, None), (Action.REOPEN, None), (Action.GIVE_BACK, None),
    ],
)  # fmt: skip
def test_what_is_told_and_what_stays_in_the_house(a_ticket: Tickets, action: Action, purpose: Purpose | None) -> None:
    assert tells(a_ticket(), action) == purpose


def test_only_answers_count_as_answered() -> None:
    answers = {action for action in Action if tells_applicant(action)}
    assert answers == {"reply", "plan", "refer", "refuse_reopening", "finish", "accept", "duplicate"}


@pytest.mark.parametrize("action", [Action.NOTE, Action.ASSIGN, Action.SEND_BACK, Action.RESUME])
def test_what_colleagues_write_to_each_other_is_never_public(a_ticket: Tickets, by: By, action: Action) -> None:
    ticket = a_ticket(status="PLANNED" if action is Action.RESUME else "IN_PROGRESS")
    carry_out(ticket, Order(action, "Aramızda kalsın", department="parks"), by())
    assert shown(ticket) == []


def test_the_open_question_is_the_last_one_until_it_is_answered(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(status="IN_PROGRESS")
    assert ticket.open_question is None
    carry_out(ticket, Order(Action.ASK, "Neresi?"), by())
    assert ticket.open_question is not None
    assert ticket.open_question.text == "Neresi?"
    said = Contact(2, START, "web", "Köşedeki park.", "key-2", "1")
    carry_out(ticket, Order(Action.APPLICANT_MESSAGE, "Köşedeki park.", contact=said), by())
    assert (ticket.status, ticket.open_question) == ("IN_PROGRESS", None)
    assert ticket.contacts[-1] == said
    assert ticket.words == "Parktaki bank kırık."


@pytest.mark.parametrize("status", ["NEW", "ASSIGNED", "PLANNED", "DONE", "CLOSED", "REOPEN_REQUESTED"])
def test_a_word_that_nobody_waits_for_changes_no_status(a_ticket: Tickets, by: By, status: str) -> None:
    ticket = a_ticket(status=status)
    carry_out(ticket, Order(Action.APPLICANT_MESSAGE, "Bir şey daha var."), by())
    assert ticket.status == status
    assert shown(ticket) == ["Bir şey daha var."]


# -- history and promise ------------------------------------------------------------------------------------------


def test_history_only_grows_and_says_who_when_and_from_where_to_where(a_ticket: Tickets, by: By, now: FakeNow) -> None:
    ticket = a_ticket(status="ASSIGNED")
    orders = [
        (Order(Action.TAKE), "ASSIGNED", "IN_PROGRESS"),
        (Order(Action.NOTE, "Yerinde bakıldı."), "IN_PROGRESS", "IN_PROGRESS"),
        (Order(Action.PLAN, "Programda.", planned_for=date(2026, 2, 1)), "IN_PROGRESS", "PLANNED"),
        (Order(Action.FINISH, "Yapıldı.", outcome="SOLVED"), "PLANNED", "DONE"),
        (Order(Action.CLOSE), "DONE", "CLOSED"),
    ]
    seen: list[object] = []
    for place, (order, before, after) in enumerate(orders):
        now.advance(timedelta(hours=1))
        assert carry_out(ticket, order, by()) == place
        entries = [entry for _, entry in ticket.history]
        assert entries[:-1] == seen
        seen = list(entries)
        last = entries[-1]
        assert (last.from_status, last.to_status, last.at, last.text) == (before, after, now(), order.text)
        assert (last.actor, last.actor_name, last.action) == ("clerk", "Serpil Doğru", order.action)
    assert ticket.updated_at == now()


def test_the_first_answer_meets_the_promise_and_later_ones_change_nothing(a_ticket: Tickets, now: FakeNow) -> None:
    ticket = a_ticket()
    assert meet_promise(ticket, now.advance(timedelta(hours=47)))
    assert not meet_promise(ticket, now.advance(timedelta(hours=47)))
    promise = ticket.clock(ClockKind.PROMISE)
    assert promise is not None
    assert promise.ended_at == START + timedelta(hours=47)
    assert not promise.is_broken(now())


def test_the_clock_that_breaks_first_leads(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket(status="IN_PROGRESS", solve_within=timedelta(days=5))
    assert ticket.next_due == START + timedelta(hours=48)
    meet_promise(ticket, START)
    assert ticket.next_due == START + timedelta(days=5)
    carry_out(ticket, Order(Action.FINISH, "Bitti.", outcome="SOLVED"), by())
    assert ticket.next_due is None


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_petition_may_end_in_every_way_the_law_knows(a_ticket: Tickets, by: By, outcome: Outcome) -> None:
    ticket = a_ticket(regime="PETITION_3071", status="IN_PROGRESS")
    carry_out(ticket, Order(Action.FINISH, "Sonuç.", outcome=outcome), by())
    assert (ticket.status, ticket.outcome) == ("DONE", outcome)


def test_withdrawn_no_clock_counts_as_kept_or_broken_by_us(a_ticket: Tickets, by: By, now: FakeNow) -> None:
    ticket = a_ticket(status="PLANNED")
    now.advance(timedelta(days=30))
    carry_out(ticket, Order(Action.WITHDRAW, "Gerek kalmadı."), by())
    assert (ticket.status, ticket.outcome, ticket.next_due) == ("DONE", "WITHDRAWN", None)
    assert {clock.cause for clock in ticket.clocks} == {"withdrawn"}
    assert not ticket.may_be_rated


def test_a_rating_is_given_only_when_it_is_over_and_can_be_replaced(a_ticket: Tickets, by: By, now: FakeNow) -> None:
    ticket = a_ticket(status="DONE", check_pending=True)
    assert not ticket.may_be_rated, "the applicant knows of no outcome yet"
    ticket.check_pending = False
    for rating in (None, 0, 6):
        with pytest.raises(InvalidInput):
            carry_out(ticket, Order(Action.RATE, rating=rating), by())
    carry_out(ticket, Order(Action.RATE, "Sağ olun.", rating=5, method="page"), by())
    assert (ticket.satisfaction, ticket.satisfaction_text, ticket.satisfaction_at) == (5, "Sağ olun.", now())
    place = carry_out(ticket, Order(Action.RATE, rating=1, method="telephone"), by())
    assert (ticket.satisfaction, ticket.satisfaction_text, ticket.satisfaction_method) == (1, "", "telephone")
    assert ticket.entry(place).details == (("rating", "1"), ("method", "telephone"))
    ticket.outcome = "WITHDRAWN"
    with pytest.raises(InvalidInput, match="not_over"):
        carry_out(ticket, Order(Action.RATE, rating=1), by())


def test_the_history_says_that_an_address_changed_and_not_to_what(a_ticket: Tickets, by: By) -> None:
    ticket = a_ticket()
    with pytest.raises(InvalidInput):
        carry_out(ticket, Order(Action.CHANGE_CONTACT), by())
    place = carry_out(ticket, Order(Action.CHANGE_CONTACT, reach=ContactDetails(email="yeni@example.org")), by())
    assert ticket.entry(place).details == (("changed", "email"),)
    assert ticket.details.email == "yeni@example.org"
