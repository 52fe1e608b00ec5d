"""Directorates learn of new work: the urgent at once, the rest in the morning, and nothing of whose it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.outbox import Delivery, Notification
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services, notices
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import FakeNow, TestMethod, draft
from halkla_iliskiler.work import Runner

As = Callable[..., Services]
MORNING = timedelta(hours=23, minutes=30)
"""From the moment time begins in tests (Monday 09.00) to the next morning's digest."""
WORDS = "Ayşe Yılmaz teyzenin evinin önündeki bank"


@pytest.fixture(autouse=True)
def addresses(assembly: Assembly) -> Callable[..., None]:
    """Every directorate but one has an address; ``addresses(parks="")`` changes them."""

    def give(**emails: str) -> None:
        def change(unit: Any) -> None:
            city = unit.site.city
            city.replace(departments=tuple(replace(d, email=emails.get(d.code, d.email)) for d in city.departments))

        assembly.write(change, "addresses of directorates")

    give(parks="parks@city.example", roads="roads@city.example", family="family@city.example")
    return give


@pytest.fixture
def morning(assembly: Assembly, services: As, now: FakeNow) -> Callable[[], int]:
    """Let it become the next morning, and return how many digests were written."""

    def come() -> int:
        now.advance(MORNING if now().hour != 5 else timedelta(days=1))
        return services("system").notices.write_digests()

    return come


@pytest.fixture
def letters(services: As, method: TestMethod) -> Callable[[], list[tuple[str, str, str]]]:
    """Deliver what is due and return ``(to, subject, body)`` of what went to directorates since the last time."""

    def take() -> list[tuple[str, str, str]]:
        while services("system").delivery.deliver_due():
            pass
        found = [(note.to, note.subject, note.body) for note in method.delivered if note.to.endswith("@city.example")]
        method.delivered.clear()
        return found

    return take


def file(services: As, **values: Any) -> Filed:
    details = ContactDetails("Ayşe Yılmaz", phone="+905990000067")
    return services().intake.file(draft(**{"words": WORDS, "details": details, **values}))


def test_the_morning_brings_one_digest_for_each_directorate_with_news(
    services: As, morning: Callable[[], int], letters: Callable[[], list[tuple[str, str, str]]]
) -> None:
    first = file(services, category="tree")
    second = file(services)
    file(services, category="rubbish")  # its directorate has no address
    file(services, category=None)
    assert letters() == []
    assert morning() == 1
    ((to, subject, body),) = letters()
    assert to == "parks@city.example"
    assert subject == "Müdürlüğünüze gelen yeni başvurular: 2"
    assert body.index(first.number) < body.index(second.number)
    for filed, subject_line in ((first, "Ağaç budama"), (second, "Kırık bank")):
        assert f"http://localhost/panel/basvurular/{filed.address}" in body
        assert subject_line in body
    assert morning() == 0
    assert letters() == []


def test_nothing_of_the_citizen_stands_in_a_notice(
    services: As, morning: Callable[[], int], letters: Callable[[], list[tuple[str, str, str]]]
) -> None:
    file(services)
    file(services, category="leak")
    hidden = file(services, category="hardship")
    morning()
    texts = "".join(subject + body for _, subject, body in letters())
    for canary in ("Ayşe", "Yılmaz", "teyze", "0599", "0000067", hidden.code):
        assert canary not in texts
    assert hidden.number in texts
    assert "Sosyal yardım" not in texts


@pytest.mark.parametrize(
    ("category", "department"),
    [("leak", "roads"), ("home_visit", ""), ("tree", "")],
    ids=["urgent", "3 days", "10 days"],
)
def test_what_is_urgent_is_told_at_once(
    services: As, letters: Callable[[], list[tuple[str, str, str]]], category: str, department: str
) -> None:
    filed = file(services, category=category)
    found = letters()
    urgent = (f"{department}@city.example", f"Acil: {filed.number} numaralı yeni başvuru")
    assert [(to, subject) for to, subject, _ in found] == ([urgent] if department else [])


def test_a_burst_of_urgent_matters_is_one_message(
    services: As, method: TestMethod, now: FakeNow, letters: Callable[[], list[tuple[str, str, str]]]
) -> None:
    filed = [file(services, category="leak") for _ in range(3)]
    method.break_down()
    assert services("system").delivery.deliver_due() == 1
    filed.append(file(services, category="leak"))
    method.recover()
    now.advance(timedelta(minutes=1))
    ((_, subject, body),) = letters()
    assert subject == "Acil: 4 yeni başvuru"
    assert all(one.number in body for one in filed)
    file(services, category="leak")
    assert len(letters()) == 1


def test_no_notice_of_a_long_burst_leaves_a_ticket_unnamed(
    services: As, monkeypatch: pytest.MonkeyPatch, letters: Callable[[], list[tuple[str, str, str]]]
) -> None:
    monkeypatch.setattr(notices, "_LONGEST_NOTICE", 2)
    filed = [file(services, category="leak") for _ in range(5)]
    found = letters()
    assert [subject for _, subject, _ in found][:2] == ["Acil: 2 yeni başvuru"] * 2
    assert all(any(one.number in body for _, _, body in found) for one in filed)


def test_what_is_due_within_a_day_is_urgent_for_whoever_gets_it(
    services: As, now: FakeNow, letters: Callable[[], list[tuple[str, str, str]]], morning: Callable[[], int]
) -> None:
    filed = file(services)
    now.advance(timedelta(hours=25))  # of the 48 of the promise
    services("supervisor").handling.act(filed.ticket_id, Order(Action.ASSIGN, department="roads"), None)
    assert [to for to, _, _ in letters()] == ["roads@city.example"]
    morning()
    assert letters() == [], "it is with another directorate now, which knows"


def test_who_is_assigned_it_is_told_and_who_takes_it_over_again(
    services: As, morning: Callable[[], int], letters: Callable[[], list[tuple[str, str, str]]]
) -> None:
    filed = file(services, category=None)
    services("supervisor").handling.act(filed.ticket_id, Order(Action.ASSIGN, department="parks"), None)
    services("director").handling.act(filed.ticket_id, Order(Action.ASSIGN, department="parks", assignee="clerk"), None)
    services("clerk").handling.act(filed.ticket_id, Order(Action.SEND_BACK, "Bizim değil"), None)
    assert morning() == 0
    services("supervisor").handling.act(filed.ticket_id, Order(Action.ASSIGN, department="parks"), None)
    services("clerk").handling.act(filed.ticket_id, Order(Action.TAKE), None)
    services("clerk").handling.act(filed.ticket_id, Order(Action.REPLY, "Bakıyoruz."), None)
    assert morning() == 1
    ((to, _, body),) = letters()
    assert (to, body.count(filed.number)) == ("parks@city.example", 1)


def test_what_is_finished_before_the_morning_is_no_news_and_what_is_reopened_is(
    services: As, morning: Callable[[], int], letters: Callable[[], list[tuple[str, str, str]]]
) -> None:
    filed = file(services)
    services("clerk").handling.act(filed.ticket_id, Order(Action.FINISH, "Onarıldı", outcome="SOLVED"), None)
    assert morning() == 0
    services().following.ask_to_reopen(filed.address, filed.code, "Yine kırık")
    assert morning() == 1
    assert filed.number in letters()[0][2]


def test_what_no_person_may_have_written_is_told_when_somebody_says_that_one_did(
    services: As, morning: Callable[[], int]
) -> None:
    filed = file(services, suspicions=("too_fast",))
    assert morning() == 0
    services("agent").handling.trust(filed.ticket_id)
    assert morning() == 1


def test_a_directorate_without_an_address_has_switched_it_off(
    services: As, morning: Callable[[], int], addresses: Callable[..., None], letters: Callable[[], list[Any]]
) -> None:
    file(services)
    addresses(parks="")
    assert morning() == 0
    file(services, category="leak")
    addresses(roads="")
    assert letters() == [], "switched off while it was on its way"


def test_a_digest_goes_to_the_address_there_is_when_it_leaves(
    services: As, morning: Callable[[], int], addresses: Callable[..., None], letters: Callable[[], list[Any]]
) -> None:
    file(services)
    morning()
    addresses(parks="new@city.example")
    assert [to for to, _, _ in letters()] == ["new@city.example"]


@pytest.mark.parametrize(
    ("hours", "written"),
    [(0, 1), (7.9, 1), (8.5, 0), (12, 0), (23, 0), (23.5, 1), (5 * 24, 0), (6 * 24, 0), (7 * 24, 1)],
)
def test_digests_are_written_in_working_hours_only(services: As, now: FakeNow, hours: float, written: int) -> None:
    file(services)
    now.advance(timedelta(hours=hours))
    assert services("system").notices.write_digests() == written


def test_a_worker_that_is_killed_doubles_nothing(
    assembly: Assembly, services: As, method: TestMethod, morning: Callable[[], int], now: FakeNow
) -> None:
    class Killed(BaseException):
        pass

    file(services)
    assert morning() == 1

    def deliver(note: Notification) -> Delivery:
        method.tried.append(note)
        raise Killed

    method.deliver = deliver  # type: ignore[method-assign,assignment]
    with pytest.raises(Killed):
        services("system").delivery.deliver_due()
    del method.deliver
    now.advance(timedelta(minutes=6))
    Runner(assembly).run_due(now(), everything=True)
    assert [note.key for note in method.delivered] == [method.tried[0].key]
    with assembly.database.reading() as site:
        assert [entry.purpose for entry in site.outbox.entries.values() if entry.purpose == "DEPARTMENT_NOTICE"] == []


def test_what_could_not_be_delivered_stands_before_staff_and_comes_with_the_next_digest(
    services: As, method: TestMethod, morning: Callable[[], int], letters: Callable[[], list[tuple[str, str, str]]]
) -> None:
    lost = file(services)
    method.break_down("550 parks@city.example unknown", permanent=True)
    morning()
    letters()
    (state,) = services("supervisor").delivery.troubled()
    assert (state.purpose, state.ticket, state.masked_address) == ("DEPARTMENT_NOTICE", None, "p•••@city.example")
    assert "parks@" not in state.last_error
    method.recover()
    assert morning() == 1
    assert lost.number in letters()[0][2]
    assert services("supervisor").delivery.troubled() == []


def test_tickets_of_an_earlier_version_are_no_news_until_they_change_hands(
    assembly: Assembly, services: As, morning: Callable[[], int]
) -> None:
    filed = file(services)

    def age(unit: Any) -> None:
        del unit.site.tickets[filed.ticket_id].announced_to
        unit.site.outbox.news = None
        unit.site.tickets[filed.ticket_id]._p_changed = True

    assembly.write(age, "as an earlier version wrote it")
    services("clerk").handling.act(filed.ticket_id, Order(Action.TAKE), None)
    assert morning() == 0
    services("supervisor").handling.act(filed.ticket_id, Order(Action.ASSIGN, department="roads"), None)
    assert morning() == 1
