"""Messages leave the house after the commit, at least once, and what became of each is known."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.clocks import ClockKind
from halkla_iliskiler.domain.errors import Forbidden, InvalidInput, NotFound
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.outbox import GIVE_UP_AFTER, Delivery, retry_after
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.delivery import MessageState
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import FakeNow, TestMethod, draft
from halkla_iliskiler.work import Runner

As = Callable[..., Services]
BY_EMAIL = ContactDetails("Ayşe Yılmaz", email="ayse@example.org")
BY_PHONE = ContactDetails("Ayşe Yılmaz", phone="+905990000067")
UNREACHABLE = ContactDetails("Ayşe Yılmaz")


@pytest.fixture
def deliver(services: As) -> Callable[[], int]:
    """Let the worker deliver what is due, and return how many it tried."""
    return lambda: services("system").delivery.deliver_due()


def messages(services: As, filed: Filed, role: str = "supervisor") -> list[MessageState]:
    """Return what staff see of the messages about a ticket, newest first."""
    with services(role).handling.opened(filed.ticket_id) as (site, ticket):
        return services(role).delivery.states_of(site, ticket)


def promise_met(services: As, filed: Filed) -> bool:
    with services("system").handling.opened(filed.ticket_id) as (_, ticket):
        clock = ticket.clock(ClockKind.PROMISE)
        return clock is not None and not clock.is_running


def reply(services: As, filed: Filed, text: str = "Ekibimiz yarın geliyor.", role: str = "clerk") -> None:
    services(role).handling.act(filed.ticket_id, Order(Action.REPLY, text), None)


# -- the way of a message ------------------------------------------------------------------------------------------


def test_a_receipt_goes_out_with_everything_the_applicant_needs(
    services: As, deliver: Callable[[], int], method: TestMethod
) -> None:
    filed = services().intake.file(draft(details=BY_EMAIL))
    assert method.tried == []
    assert deliver() == 1
    (note,) = method.delivered
    assert (note.to, note.to_name, note.language) == ("ayse@example.org", "Ayşe Yılmaz", "tr")
    assert filed.number in note.subject
    assert f"http://localhost/takip/{filed.address}/{filed.code}" in note.body
    assert "Ayşe Yılmaz" in note.body
    assert "Deneme İletişim Merkezi" in note.body
    assert (deliver(), len(method.tried)) == (0, 1)


def test_the_answer_arrives_in_the_clerks_words_and_the_applicants_language(
    services: As, deliver: Callable[[], int], method: TestMethod
) -> None:
    filed = services().intake.file(draft(details=BY_EMAIL, language="en"))
    reply(services, filed, "Wir kommen morgen.\nİyi günler.")
    deliver()
    answer = method.delivered[-1]
    assert answer.language == "en"
    assert "An answer to your application" in answer.subject
    assert "Wir kommen morgen.\nİyi günler." in answer.body


def test_of_a_sensitive_matter_the_message_tells_only_that_there_is_news(
    services: As, deliver: Callable[[], int], method: TestMethod
) -> None:
    filed = services().intake.file(draft(category="hardship", words="Erzak yardımı", details=BY_EMAIL))
    reply(services, filed, "Yardım başvurunuz kabul edildi.", "clerk-family")
    deliver()
    for note in method.delivered:
        assert "ardım" not in note.subject + note.body
        assert "Erzak" not in note.subject + note.body
    assert filed.code in method.delivered[-1].body


def test_each_message_keeps_its_key_over_all_attempts_and_shares_it_with_none(
    services: As, deliver: Callable[[], int], method: TestMethod, now: FakeNow
) -> None:
    filed = services().intake.file(draft(details=BY_EMAIL))
    reply(services, filed)
    method.break_down()
    for _ in range(3):
        deliver()
        now.advance(timedelta(hours=1))
    keys = [note.key for note in method.tried]
    assert len(keys) == 6
    assert len(set(keys)) == 2
    assert all(keys.count(key) == 3 for key in keys)


def test_a_batch_is_limited_and_the_rest_follows(services: As, deliver: Callable[[], int], method: TestMethod) -> None:
    for _ in range(5):
        services().intake.file(draft(details=BY_EMAIL))
    assert services("system").delivery.deliver_due(limit=2) == 2
    assert services("system").delivery.deliver_due(limit=2) == 2
    assert deliver() == 1
    assert len({note.key for note in method.delivered}) == 5


def test_the_worker_delivers_when_it_runs(assembly: Assembly, services: As, method: TestMethod) -> None:
    assert not assembly.outbox_filled.is_set()
    services().intake.file(draft(details=BY_EMAIL))
    assert assembly.outbox_filled.is_set()
    Runner(assembly).run_due(assembly.now())
    assert len(method.delivered) == 1


# -- when it does not work -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Delivery(False, "busy"), OSError("no route to host"), ValueError("bug")])
def test_a_failure_that_may_pass_is_tried_again_later_and_later(
    services: As,
    deliver: Callable[[], int],
    method: TestMethod,
    now: FakeNow,
    outcome: Delivery | Exception,
) -> None:
    filed = services().intake.file(draft(details=BY_EMAIL))
    method.outcome = outcome
    for attempt in range(1, 4):
        assert deliver() == 1
        (state,) = messages(services, filed)
        assert (state.state, state.attempts, state.next_attempt) == ("PENDING", attempt, now() + retry_after(attempt))
        assert ("busy" if isinstance(outcome, Delivery) else str(outcome)) in state.last_error
        now.advance(retry_after(attempt) - timedelta(seconds=1))
        assert deliver() == 0
        now.advance(timedelta(seconds=1))
    method.recover()
    assert deliver() == 1
    (state,) = messages(services, filed)
    assert (state.state, state.delivered_at, state.last_error) == ("DELIVERED", now(), "")
    assert len(method.delivered) == 1


def test_it_is_tried_for_a_day_and_a_half_and_then_put_before_staff(
    services: As, deliver: Callable[[], int], method: TestMethod, now: FakeNow
) -> None:
    filed = services().intake.file(draft(details=BY_EMAIL))
    method.break_down("mailbox full")
    began = now()
    while deliver():
        now.advance(timedelta(hours=8))
    assert len(method.tried) == GIVE_UP_AFTER
    (state,) = messages(services, filed)
    assert (state.state, state.next_attempt) == ("UNDELIVERABLE", None)
    assert "mailbox full" in state.last_error
    spans = sum((retry_after(attempt) for attempt in range(1, GIVE_UP_AFTER)), timedelta())
    assert timedelta(hours=36) < spans < timedelta(hours=48)
    assert now() > began
    assert [one.entry_id for one in services("supervisor").delivery.troubled()] == [state.entry_id]


def test_a_refusal_for_good_is_not_tried_again(
    services: As, deliver: Callable[[], int], method: TestMethod, now: FakeNow
) -> None:
    filed = services().intake.file(draft(details=BY_EMAIL))
    method.break_down("no such user", permanent=True)
    assert deliver() == 1
    (state,) = messages(services, filed)
    assert (state.state, state.attempts) == ("UNDELIVERABLE", 1)
    now.advance(timedelta(days=30))
    assert deliver() == 0


def test_a_message_that_fails_holds_up_no_other(services: As, deliver: Callable[[], int], method: TestMethod) -> None:
    services().intake.file(draft(details=BY_EMAIL))
    method.break_down()
    deliver()
    method.recover()
    services().intake.file(draft(details=ContactDetails("Can", email="can@example.org")))
    deliver()
    assert [note.to for note in method.delivered] == ["can@example.org"]


def test_a_worker_that_dies_while_delivering_is_followed_by_another_with_the_same_key(
    services: As, deliver: Callable[[], int], method: TestMethod, now: FakeNow
) -> None:
    class Killed(BaseException):
        pass

    filed = services().intake.file(draft(details=BY_EMAIL))
    method.outcome = Killed()  # type: ignore[assignment]
    method.deliver = lambda note: (method.tried.append(note), (_ for _ in ()).throw(Killed()))[1]  # type: ignore[method-assign,assignment]
    with pytest.raises(Killed):
        deliver()
    del method.deliver  # type: ignore[method-assign]
    method.recover()
    assert deliver() == 0  # the lease: the first one may still be at it
    now.advance(timedelta(minutes=10))
    assert deliver() == 1
    assert method.tried[0].key == method.tried[1].key
    assert [state.state for state in messages(services, filed)] == ["DELIVERED"]


def test_while_its_method_is_switched_off_a_message_waits_and_staff_see_why(
    assembly: Assembly, services: As, deliver: Callable[[], int], method: TestMethod, now: FakeNow
) -> None:
    filed = services().intake.file(draft(details=BY_EMAIL))
    present = assembly.extensions.feedback_methods
    without = {code: one for code, one in present.items() if code != "test"}
    object.__setattr__(assembly.extensions, "feedback_methods", without)
    assert deliver() == 0
    (state,) = messages(services, filed)
    assert (state.state, state.masked_address) == ("PENDING", "•••")
    assert "not installed" in state.last_error
    object.__setattr__(assembly.extensions, "feedback_methods", present)
    now.advance(timedelta(minutes=1))
    assert (deliver(), len(method.delivered)) == (1, 1)


# -- the promise ---------------------------------------------------------------------------------------------------


def test_a_receipt_or_a_question_that_arrives_does_not_meet_the_promise(
    services: As, deliver: Callable[[], int]
) -> None:
    filed = services().intake.file(draft(details=BY_EMAIL))
    services("clerk").handling.act(filed.ticket_id, Order(Action.ASK, "Neresi?"), None)
    services("clerk").handling.act(filed.ticket_id, Order(Action.NOTE, "Bekliyoruz."), None)
    assert deliver() == 2
    assert not promise_met(services, filed)


def test_an_answer_meets_the_promise_when_the_relay_accepts_it_and_not_before(
    services: As, deliver: Callable[[], int], method: TestMethod, now: FakeNow
) -> None:
    filed = services().intake.file(draft(details=BY_EMAIL))
    method.break_down()
    reply(services, filed)
    deliver()
    assert not promise_met(services, filed)
    method.recover()
    now.advance(timedelta(hours=1))
    deliver()
    assert promise_met(services, filed)
    with services("clerk").handling.opened(filed.ticket_id) as (_, ticket):
        clock = ticket.clock(ClockKind.PROMISE)
        assert clock is not None
        assert clock.ended_at == now()


def test_by_telephone_it_is_met_when_somebody_has_said_it(services: As, deliver: Callable[[], int]) -> None:
    filed = services().intake.file(draft(details=BY_PHONE))
    reply(services, filed)
    assert deliver() == 0
    (state,) = messages(services, filed)
    assert (state.state, state.purpose, state.masked_address) == ("TO_BE_TOLD", "ANSWER", "0599 ••• •• 67")
    assert not promise_met(services, filed)
    services("clerk").handling.told(filed.ticket_id, state.entry_id)
    assert promise_met(services, filed)
    (state,) = messages(services, filed)
    assert (state.state, state.told_by) == ("DELIVERED", "clerk")
    with pytest.raises(InvalidInput):
        services("clerk").handling.told(filed.ticket_id, state.entry_id)


@pytest.mark.parametrize("details", [UNREACHABLE, ContactDetails()])
def test_for_who_left_no_address_it_is_met_when_it_stands_on_the_follow_page(
    services: As, deliver: Callable[[], int], details: ContactDetails
) -> None:
    filed = services().intake.file(draft(details=details))
    reply(services, filed)
    assert deliver() == 0
    assert promise_met(services, filed)
    assert [state.state for state in messages(services, filed)] == ["STANDING"]


def test_an_answer_that_waits_for_the_check_meets_nothing_until_it_is_accepted(
    services: As, deliver: Callable[[], int], method: TestMethod
) -> None:
    filed = services().intake.file(draft(category="pothole", details=BY_EMAIL))
    deliver()
    done = Order(Action.FINISH, "Çukuru kapattık.", outcome="SOLVED")
    services("clerk-roads").handling.act(filed.ticket_id, done, None)
    assert (deliver(), promise_met(services, filed)) == (0, False)
    services("supervisor").handling.act(filed.ticket_id, Order(Action.ACCEPT), None)
    assert (deliver(), promise_met(services, filed)) == (1, True)
    assert "Çukuru kapattık." in method.delivered[-1].body


# -- what staff see and do -----------------------------------------------------------------------------------------


def test_a_message_is_sent_again_whatever_became_of_it(
    services: As, deliver: Callable[[], int], method: TestMethod
) -> None:
    filed = services().intake.file(draft(details=BY_EMAIL))
    method.break_down("no such user", permanent=True)
    deliver()
    (state,) = messages(services, filed)
    method.recover()
    services("clerk").handling.send_again(filed.ticket_id, state.entry_id)
    assert services("supervisor").delivery.troubled()[0].state == "PENDING"
    assert deliver() == 1
    services("clerk").handling.send_again(filed.ticket_id, state.entry_id)
    assert deliver() == 1
    assert len({note.key for note in method.delivered}) == 1
    assert services("supervisor").delivery.troubled() == []


def test_what_a_person_has_to_tell_the_program_cannot_send(services: As) -> None:
    filed = services().intake.file(draft(details=BY_PHONE))
    reply(services, filed)
    (state,) = messages(services, filed)
    with pytest.raises(InvalidInput) as refused:
        services("clerk").handling.send_again(filed.ticket_id, state.entry_id)
    assert refused.value.problem == "not_sendable"


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        ("clerk-roads", NotFound), ("field_crew", Forbidden), ("deputy_mayor", Forbidden), ("auditor", Forbidden),
        ("administrator", NotFound), ("", NotFound),
    ],
)  # fmt: skip
def test_who_may_not_send_again_cannot(services: As, role: str, refusal: type[Exception]) -> None:
    filed = services().intake.file(draft(details=BY_EMAIL))
    (state,) = messages(services, filed)
    for use in (services(role).handling.send_again, services(role).handling.told):
        with pytest.raises(refusal):
            use(filed.ticket_id, state.entry_id)


def test_a_message_of_another_ticket_cannot_be_reached_through_this_one(services: As) -> None:
    mine, other = (services().intake.file(draft(details=BY_EMAIL)) for _ in range(2))
    (state,) = messages(services, other)
    with pytest.raises(NotFound):
        services("clerk").handling.send_again(mine.ticket_id, state.entry_id)


def test_the_list_of_troubles_names_no_ticket_that_its_reader_may_not_see(
    services: As, deliver: Callable[[], int], method: TestMethod
) -> None:
    services().intake.file(draft(category="hardship", details=BY_EMAIL))
    method.break_down()
    deliver()
    (for_auditor,) = services("auditor").delivery.troubled()
    (for_supervisor,) = services("supervisor").delivery.troubled()
    assert (for_auditor.ticket, for_auditor.masked_address) == (None, "•••")
    assert (for_supervisor.ticket is not None, for_supervisor.masked_address) == (True, "a•••@example.org")
    for role in ("clerk", "director", "agent", "field_crew", ""):
        with pytest.raises(Forbidden):
            services(role).delivery.troubled()


def test_the_preview_is_what_is_sent_but_for_the_code(
    services: As, deliver: Callable[[], int], method: TestMethod
) -> None:
    filed = services().intake.file(draft(details=BY_EMAIL))
    deliver()
    order = Order(Action.REPLY, "Ekibimiz yarın geliyor.")
    shown = services("clerk").handling.preview(filed.ticket_id, order)
    assert shown is not None
    services("clerk").handling.act(filed.ticket_id, order, None)
    deliver()
    sent = method.delivered[-1]
    assert filed.code not in shown[0].body
    assert (shown[0].subject, shown[0].body) == (sent.subject, sent.body.replace(filed.code, "••••"))
    assert services("clerk").handling.preview(filed.ticket_id, Order(Action.NOTE, "x")) is None


def test_a_delivery_meanwhile_is_no_change_that_a_form_has_to_fear(services: As, deliver: Callable[[], int]) -> None:
    # The page after "done" is drawn before the worker has sent the answer; "close" on it must work all the same.
    filed = services().intake.file(draft(details=BY_EMAIL))
    done = Order(Action.FINISH, "Onarıldı.", outcome="SOLVED")
    seen = services("director").handling.act(filed.ticket_id, done, None)
    deliver()
    assert promise_met(services, filed)
    services("director").handling.act(filed.ticket_id, Order(Action.CLOSE), seen)
