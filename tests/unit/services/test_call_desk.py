"""Who has only a telephone is called: by one person at a time, three times at most, and nobody calls a wrong number."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.calls import CALL_LEASE, CallResult
from halkla_iliskiler.domain.clocks import ClockKind
from halkla_iliskiler.domain.errors import Forbidden, InvalidInput, NotFound
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.calls import Call
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.contacts import Addition
from halkla_iliskiler.services.evolving import evolving
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import FakeNow, TestMethod, city, draft, open_site, site_settings

As = Callable[..., Services]
PHONE = "+905990000067"
BY_PHONE = ContactDetails("Ayşe Yılmaz", phone=PHONE)
ANSWER = "Ekibimiz yarın geliyor."


def answered(services: As, role: str = "clerk", text: str = ANSWER, **values: Any) -> Filed:
    """File an application of somebody who has a telephone, and answer it."""
    filed = services().intake.file(draft(**{"details": BY_PHONE, **values}))
    services(role).handling.act(filed.ticket_id, Order(Action.REPLY, text), None)
    return filed


def listed(services: As, role: str = "agent") -> list[Call]:
    return services(role).calls.waiting().calls


def first(services: As, role: str = "agent") -> int:
    return listed(services, role)[0].entry_id


def states(services: As, filed: Filed) -> list[tuple[str, str]]:
    with services("supervisor").handling.opened(filed.ticket_id) as (site, ticket):
        return [(found.method, found.state) for found in services("supervisor").delivery.states_of(site, ticket)]


def history(services: As, filed: Filed) -> list[tuple[str, str, str]]:
    with services("supervisor").handling.opened(filed.ticket_id) as (_, ticket):
        return [(entry.action, entry.text, entry.detail("tries")) for _, entry in ticket.history]


def promise_met(services: As, filed: Filed) -> bool:
    with services("system").handling.opened(filed.ticket_id) as (_, ticket):
        clock = ticket.clock(ClockKind.PROMISE)
        return clock is not None and not clock.is_running


# -- the list ------------------------------------------------------------------------------------------------------


def test_who_waits_longest_is_called_first(services: As, now: FakeNow) -> None:
    filed = []
    for _ in range(3):
        filed.append(answered(services))
        now.advance(timedelta(minutes=5))
    assert [call.number for call in listed(services)] == [one.number for one in filed]
    assert services("agent").calls.count() == 3
    call = listed(services)[0]
    assert (call.name, call.masked_phone, call.purpose, call.tries) == ("Ayşe Yılmaz", "0599 ••• •• 67", "ANSWER", 0)


def test_the_list_costs_the_same_at_any_size(services: As) -> None:
    for _ in range(12):
        answered(services)
    assert len(services("agent").calls.waiting(limit=5).calls) == 5
    assert services("agent").calls.count() == 12


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("agent", {"bench"}), ("clerk", {"bench"}), ("director", {"bench"}), ("clerk-roads", set()),
        ("supervisor", {"bench", "hardship"}), ("field_crew", set()), ("auditor", set()), ("administrator", set()),
        ("deputy_mayor", set()), ("", set()),
    ],
)  # fmt: skip
def test_everybody_sees_the_calls_they_may_make(services: As, role: str, seen: set[str]) -> None:
    made = {"bench": answered(services)}
    made["hardship"] = answered(services, "system", category="hardship")
    numbers = {category: filed.number for category, filed in made.items()}
    assert {call.number for call in listed(services, role)} == {numbers[category] for category in seen}
    assert services(role).calls.count() == len(seen)


def test_a_call_follows_its_ticket_to_another_directorate(services: As) -> None:
    filed = answered(services)
    assert (services("clerk").calls.count(), services("clerk-roads").calls.count()) == (1, 0)
    services("supervisor").handling.act(filed.ticket_id, Order(Action.ASSIGN, department="roads"), None)
    assert (services("clerk").calls.count(), services("clerk-roads").calls.count()) == (0, 1)
    assert listed(services, "clerk") == []


def test_where_who_complains_is_hidden_only_the_centre_calls(services: As) -> None:
    answered(services, kind="TIP_OFF")
    assert listed(services, "clerk") == []
    assert services("clerk").calls.count() == 0
    assert [call.name for call in listed(services)] == ["Ayşe Yılmaz"]


def test_a_database_of_an_earlier_version_is_queued_by_its_step(site_directory: Path, now: FakeNow) -> None:
    old = open_site(site_directory, now)
    services: As = lambda role="": old.services({"": _anonymous(), "system": _system()}.get(role) or _actor(role))  # noqa: E731
    answered(services)
    told = answered(services)
    services("agent").calls.record(listed(services)[1].entry_id, CallResult.TOLD)

    def age(unit: Any) -> None:
        del unit.site.outbox.calls, unit.site.outbox.news
        unit.site.evolved = None
        for entry in unit.site.outbox.entries.values():
            entry.__dict__.pop("group", None)
            entry.__dict__.pop("call_at", None)
            entry._p_changed = True

    old.write(age, "as an earlier version wrote it")
    old.close()
    with evolving(site_settings(site_directory), now=now, modules=(city,)) as evolver:
        evolver.run()
    young = open_site(site_directory, now)
    try:
        services = lambda role="": young.services(_actor(role))  # noqa: E731
        assert [call.number for call in listed(services)] != [told.number]
        assert services("agent").calls.count() == 1
        assert list(problems(young.database, young.index, deep=False)) == []
    finally:
        young.close()


def _actor(role: str) -> Any:
    from halkla_iliskiler.testing import actor

    return actor(role)


def _anonymous() -> Any:
    from halkla_iliskiler.domain.access import ANONYMOUS

    return ANONYMOUS


def _system() -> Any:
    from halkla_iliskiler.domain.access import SYSTEM

    return SYSTEM


def test_the_check_finds_a_call_that_is_on_no_list_or_on_a_wrong_one(site_directory: Path, now: FakeNow) -> None:
    broken = open_site(site_directory, now)
    services: As = lambda role="": broken.services({"": _anonymous(), "system": _system()}.get(role) or _actor(role))  # noqa: E731
    answered(services)

    def lose(unit: Any) -> None:
        unit.site.outbox.calls.clear()

    def mislay(unit: Any) -> None:
        (entry,) = unit.site.outbox.entries.values()
        unit.site.outbox.regroup(entry, ("roads", 0, 0))

    try:
        for change in (mislay, lose):
            broken.write(change, "on purpose")
            (problem,) = problems(broken.database, broken.index, deep=False)
            assert "place among the calls" in problem
    finally:
        broken.close()


# -- one person at a time ------------------------------------------------------------------------------------------


def test_who_takes_a_call_has_the_number_and_every_word_of_it_and_stands_in_the_read_log(
    services: As, assembly: Assembly
) -> None:
    filed = answered(services)
    entry = first(services)
    assert services("agent").calls.opened(entry) is None
    services("agent").calls.take(entry, "203.0.113.9", "To tell the answer")
    opened = services("agent").calls.opened(entry)
    assert opened is not None
    assert opened.phone == PHONE
    assert opened.script[0].endswith("Ayşe Yılmaz ile mi görüşüyorum?")
    assert opened.script[-1] == ANSWER
    assert filed.number in opened.script[1]
    (line,) = (assembly.database.files.directory / "reads.log").read_text(encoding="utf-8").splitlines()
    read = json.loads(line)
    assert (read["who"], read["ticket"], read["why"]) == ("agent", filed.address, "To tell the answer")


def test_no_two_are_on_one_call(services: As, now: FakeNow) -> None:
    answered(services)
    entry = first(services)
    services("agent").calls.take(entry, "", "call")
    assert [(call.caller, call.is_mine) for call in listed(services, "agent")] == [("", True)]
    assert [(call.caller, call.is_mine) for call in listed(services, "clerk")] == [("Deniz Aksu", False)]
    desk = services("clerk").calls
    uses: list[Callable[[], object]] = [
        lambda: desk.take(entry, "", "call"),
        lambda: desk.opened(entry),
        lambda: desk.give_back(entry),
        lambda: desk.record(entry, CallResult.TOLD),
        lambda: desk.record(entry, CallResult.NOT_REACHED),
    ]
    for use in uses:
        with pytest.raises(InvalidInput) as refused:
            use()
        assert refused.value.problem == "call_taken"
    now.advance(CALL_LEASE)
    desk.take(entry, "", "call")
    with pytest.raises(InvalidInput):
        services("agent").calls.opened(entry)


def test_a_call_is_held_longer_given_back_or_over_by_itself(services: As, now: FakeNow) -> None:
    answered(services)
    entry = first(services)
    services("agent").calls.take(entry, "", "call")
    now.advance(CALL_LEASE - timedelta(minutes=1))
    services("agent").calls.take(entry, "", "call")
    now.advance(CALL_LEASE - timedelta(minutes=1))
    assert services("agent").calls.opened(entry) is not None
    services("agent").calls.give_back(entry)
    assert services("agent").calls.opened(entry) is None
    services("clerk").calls.take(entry, "", "call")
    now.advance(CALL_LEASE)
    assert services("clerk").calls.opened(entry) is None


def test_what_cannot_be_written_into_the_read_log_is_not_opened(services: As, assembly: Assembly) -> None:
    answered(services)
    entry = first(services)
    log = assembly.database.files.directory / "reads.log"
    log.unlink(missing_ok=True)
    log.mkdir()
    with pytest.raises(OSError, match="directory"):
        services("agent").calls.take(entry, "", "call")
    log.rmdir()
    assert services("agent").calls.opened(entry) is None


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        ("clerk-roads", NotFound), ("field_crew", Forbidden), ("deputy_mayor", Forbidden), ("auditor", Forbidden),
        ("administrator", NotFound), ("", NotFound),
    ],
)  # fmt: skip
def test_who_may_not_call_cannot(services: As, role: str, refusal: type[Exception]) -> None:
    answered(services)
    entry, desk = first(services), services(role).calls
    uses: list[Callable[[], object]] = [
        lambda: desk.take(entry, "", "call"),
        lambda: desk.opened(entry),
        lambda: desk.give_back(entry),
        *(partial(desk.record, entry, result) for result in CallResult),
    ]
    for use in uses:
        with pytest.raises(refusal):
            use()


def test_a_call_that_does_not_exist(services: As) -> None:
    filed = services().intake.file(draft(details=ContactDetails("Can", email="can@example.org")))
    with services("supervisor").handling.opened(filed.ticket_id) as (_, ticket):
        by_mail = ticket.notifications[0]
    with pytest.raises(NotFound):
        services("agent").calls.take(1 << 59, "", "call")
    with pytest.raises(InvalidInput):
        services("agent").calls.take(by_mail, "", "call")


# -- what becomes of it --------------------------------------------------------------------------------------------


def test_told_it_is_over_and_the_promise_is_met(services: As) -> None:
    filed = answered(services)
    entry = first(services)
    services("agent").calls.take(entry, "", "call")
    assert not promise_met(services, filed)
    services("agent").calls.record(entry, CallResult.TOLD, "Kızı teşekkür etti.")
    assert promise_met(services, filed)
    assert (listed(services), services("agent").calls.count()) == ([], 0)
    assert states(services, filed) == [("telephone", "DELIVERED")]
    assert history(services, filed)[-1] == ("told", "Kızı teşekkür etti.", "")
    with pytest.raises(InvalidInput) as refused:
        services("agent").calls.record(entry, CallResult.TOLD)
    assert refused.value.problem == "already_told"


def test_who_is_not_reached_is_called_three_times_and_then_reads_it_on_the_follow_page(
    services: As, now: FakeNow
) -> None:
    filed = answered(services)
    entry = first(services)
    expected = [now() + timedelta(hours=2), now() + timedelta(hours=23, minutes=30)]
    for tries, again in enumerate(expected, 1):
        services("agent").calls.take(entry, "", "call")
        recorded = services("agent").calls.record(entry, CallResult.NOT_REACHED, "Meşgul")
        assert recorded.again_at == again
        assert (listed(services), services("agent").calls.count()) == ([], 0)
        assert services("agent").calls.waiting().comes_back == again
        assert history(services, filed)[-1] == ("not_reached", "Meşgul", str(tries))
        now.value = again
        (call,) = listed(services)
        assert (call.tries, call.is_mine, call.caller) == (tries, False, "")
    services("agent").calls.take(entry, "", "call")
    opened = services("agent").calls.opened(entry)
    assert opened is not None
    assert [note for _, _, note in opened.earlier] == ["Meşgul", "Meşgul"]
    assert not promise_met(services, filed)
    assert services("agent").calls.record(entry, CallResult.NOT_REACHED).other_way == ""
    assert states(services, filed) == [("telephone", "STANDING")]
    assert promise_met(services, filed)
    now.advance(timedelta(days=30))
    assert listed(services) == []


def test_a_wrong_number_is_never_called_again_about_this_application(services: As, now: FakeNow) -> None:
    filed = answered(services)
    services("clerk").handling.act(filed.ticket_id, Order(Action.ASK, "Hangi park?"), None)
    assert services("agent").calls.count() == 2
    services("agent").calls.record(first(services), CallResult.WRONG_NUMBER)
    assert (listed(services), services("agent").calls.count()) == ([], 0)
    assert history(services, filed)[-1][0] == "wrong_number"
    services("clerk").handling.act(filed.ticket_id, Order(Action.REPLY, "Bank onarıldı."), None)
    assert (listed(services), services("agent").calls.count()) == ([], 0)
    by_telephone = ("telephone", "STANDING")
    assert states(services, filed) == [("follow_page", "STANDING"), by_telephone, by_telephone]
    shown = services("clerk").handling.preview(filed.ticket_id, Order(Action.REPLY, "x"))
    assert shown is not None
    assert shown[1] is not None
    assert shown[1].method == "follow_page"


@pytest.mark.parametrize("result", [CallResult.WRONG_NUMBER, CallResult.NOT_REACHED])
def test_who_has_an_address_too_is_told_by_it_when_the_telephone_fails(
    services: As, method: TestMethod, now: FakeNow, result: CallResult
) -> None:
    both = ContactDetails("Ayşe Yılmaz", phone=PHONE, email="ayse@example.org")
    answered(services, details=both, preferred_method="telephone")
    entry = first(services)
    recorded = services("agent").calls.record(entry, result)
    while recorded.again_at:
        now.value = recorded.again_at
        recorded = services("agent").calls.record(entry, result)
    assert recorded.other_way == "test"
    services("system").delivery.deliver_due()
    assert ANSWER in method.delivered[-1].body


def test_a_number_changed_meanwhile_is_the_one_that_is_called(services: As) -> None:
    filed = answered(services)
    services().following.change_contact(filed.address, filed.code, "+905990000099", "")
    answer, notice = listed(services)
    # Whoever had the old number is told that it was changed.
    assert (answer.masked_phone, notice.masked_phone) == ("0599 ••• •• 99", "0599 ••• •• 67")
    services("agent").calls.take(answer.entry_id, "", "call")
    opened = services("agent").calls.opened(answer.entry_id)
    assert opened is not None
    assert opened.phone == "+905990000099"


def test_in_person_it_is_told_without_a_call_but_not_past_somebody_who_is_calling(services: As) -> None:
    filed = answered(services)
    entry = first(services)
    services("agent").calls.take(entry, "", "call")
    with pytest.raises(InvalidInput):
        services("clerk").handling.told(filed.ticket_id, entry)
    services("agent").calls.give_back(entry)
    services("clerk").handling.told(filed.ticket_id, entry)
    assert history(services, filed)[-1][0] == "told"


def test_what_is_said_of_a_sensitive_matter_greets_without_naming_it(services: As) -> None:
    answered(services, "system", "Yardım başvurunuz kabul edildi.", category="hardship")
    entry = first(services, "supervisor")
    services("supervisor").calls.take(entry, "", "call")
    opened = services("supervisor").calls.opened(entry)
    assert opened is not None
    assert opened.is_sensitive
    assert "ardım" not in opened.script[0]


def test_nobody_is_called_to_be_asked_what_they_have_answered_or_about_what_they_withdrew(services: As) -> None:
    asked = services().intake.file(draft(details=BY_PHONE))
    services("clerk").handling.act(asked.ticket_id, Order(Action.ASK, "Hangi bank?"), None)
    assert [call.number for call in listed(services)] == [asked.number]
    services("agent").contacts.add(Addition(asked.ticket_id, "Havuzun yanındaki.", "telephone", "add:1"))
    assert listed(services) == []
    withdrawn = answered(services)
    services().following.withdraw(withdrawn.address, withdrawn.code, "Kendim hallettim.")
    assert listed(services) == []
    # What was told stays to be read on the follow page.
    assert states(services, withdrawn)[-1][1] == "STANDING"
