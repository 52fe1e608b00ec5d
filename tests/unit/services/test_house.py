"""What a plugin may ask of the house: what it says it needs, in one transaction, and nothing after its time is over."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import Any

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.api import (
    About,
    AccountChange,
    ContactDetails,
    Department,
    House,
    Job,
    Refused,
    TicketEvent,
    hookimpl,
)
from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM, Actor
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.extension import Budgets
from halkla_iliskiler.hookspecs.values import POWERS
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.house import house_of
from halkla_iliskiler.testing import FakeNow, TestMethod, actor, draft, open_site
from halkla_iliskiler.work import Runner

ALL = About("Invented", powers=POWERS)


def module(**hooks: Any) -> ModuleType:
    found = ModuleType("invented.guest")
    for name, answer in {"halkla_about": lambda: ALL, **hooks}.items():
        setattr(found, name, hookimpl(answer))
    return found


@pytest.fixture
def opened(site_directory: Path, now: FakeNow) -> Iterator[Callable[..., Assembly]]:
    found: list[Assembly] = []

    def make(**hooks: Any) -> Assembly:
        found.append(open_site(site_directory, now, modules=(testing, module(**hooks)), budgets=Budgets.of(0.3)))
        return found[-1]

    yield make
    for assembly in found:
        assembly.close()


@pytest.fixture
def assembly(opened: Callable[..., Assembly]) -> Assembly:
    return opened()


def house(assembly: Assembly, who: Actor = SYSTEM) -> House:
    return house_of(assembly.services(who), "guest")


def done(assembly: Assembly) -> int:
    """Return a ticket that is over, of somebody with an e-mail address."""
    details = ContactDetails("Ayşe Işık", "", "ayse@example.org")
    ticket = assembly.services(ANONYMOUS).intake.file(draft(details=details)).ticket_id
    assembly.services(actor("clerk")).handling.act(ticket, Order(Action.FINISH, text="Tamam", outcome="SOLVED"), None)
    return ticket


def test_tickets_are_found_by_every_name_and_read_in_order(assembly: Assembly) -> None:
    first, second = (assembly.services(ANONYMOUS).intake.file(draft()) for _ in range(2))
    door = house(assembly)
    seen = door.ticket(first.ticket_id)
    assert seen is not None
    assert door.ticket(first.number) == door.ticket(first.address) == seen
    assert door.ticket("2026-999999") is None
    assert [one.id for one in door.tickets()] == [first.ticket_id, second.ticket_id]
    assert [one.id for one in door.tickets(first.ticket_id)] == [second.ticket_id]
    assert [one.code for one in door.departments()] == ["parks", "cleaning", "roads", "family"]


def test_several_things_are_written_together_or_not_at_all(assembly: Assembly) -> None:
    ticket = done(assembly)
    door = house(assembly)

    def fail(data: Any) -> None:
        data.put("a", 1)
        door.rate(ticket, 5, "", "web")
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        door.write(fail)
    seen = door.ticket(ticket)
    assert (door.data.get("a"), seen and seen.satisfaction) == (None, None)

    def work(data: Any) -> str:
        data.put("a", 1)
        door.rate(ticket, 5, "Sağ olun", "web")
        return str(data.get("a"))

    assert door.write(work) == "1"
    seen = door.ticket(ticket)
    assert seen is not None
    assert seen.satisfaction is not None
    assert (door.data.get("a"), seen.satisfaction.rating, seen.satisfaction.text) == (1, 5, "Sağ olun")


def test_a_message_is_told_once_for_each_key_with_the_way_back_to_the_follow_page(
    assembly: Assembly, now: FakeNow
) -> None:
    ticket = done(assembly)
    door = house(assembly)
    assert door.tell(ticket, "ask", "Memnun musunuz?")
    assert door.tell(ticket, "ask", "Memnun musunuz?")
    Runner(assembly).run_due(now(), everything=True)
    method = assembly.extensions.feedback_methods["test"]
    assert isinstance(method, TestMethod)
    asked = [told for told in method.delivered if "Memnun musunuz?" in told.body]
    assert len(asked) == 1
    assert "/takip/" in asked[0].body
    silent = assembly.services(ANONYMOUS).intake.file(draft()).ticket_id
    assert not door.tell(silent, "ask", "Memnun musunuz?")
    with pytest.raises(Refused):
        door.tell(5, "ask", "Memnun musunuz?")


@pytest.mark.parametrize("rating", [0, 6])
def test_what_the_house_refuses_is_said_in_its_own_words(assembly: Assembly, rating: int) -> None:
    with pytest.raises(Refused):
        house(assembly).rate(done(assembly), rating, "", "web")


def test_nobody_writes_an_answer_down_in_somebody_elses_name(assembly: Assembly) -> None:
    ticket = done(assembly)
    house(assembly, actor("agent")).rate(ticket, 4, "", "telephone", by="supervisor")
    seen = house(assembly).ticket(ticket)
    assert seen is not None
    assert seen.satisfaction is not None
    assert seen.satisfaction.by != "supervisor"


def test_departments_are_changed_as_an_administrator_would(assembly: Assembly) -> None:
    park = Department("parks", "Park Müdürlüğü", name_en="Parks")
    house(assembly, actor("administrator")).apply_departments([park, Department("sea", "Deniz Müdürlüğü")], "nightly")
    names = {one.code: one.name for one in house(assembly).departments()}
    assert (names["parks"], names["sea"]) == ("Park Müdürlüğü", "Deniz Müdürlüğü")
    with pytest.raises(Refused):
        house(assembly, actor("clerk")).apply_departments([park], "not theirs")


def test_accounts_are_made_changed_and_closed_together(assembly: Assembly) -> None:
    door = house(assembly, actor("administrator"))
    passwords = door.apply_accounts(
        [
            AccountChange("derya", "Derya Su", "derya@example.org", (("clerk", "roads"),)),
            AccountChange("clerk", "Serpil Doğru", "", (("clerk", "parks"),), is_disabled=True),
        ],
        "nightly",
    )
    known = {one.username: one for one in door.accounts()}
    assert set(passwords) == {"derya"}
    assert known["derya"].grants == (("clerk", "roads"),)
    assert known["clerk"].is_disabled
    with pytest.raises(Refused):
        door.apply_accounts([AccountChange("x", "X", "", (("king", ""),)), AccountChange("y", "Y")], "wrong")
    assert "y" not in {one.username for one in door.accounts()}


def test_a_right_to_sensitive_matters_is_neither_given_nor_taken(assembly: Assembly) -> None:
    change = AccountChange("clerk-family", "Gülay Çetinkaya", "", (("clerk", "family"), ("clerk", "parks")))
    house(assembly, actor("administrator")).apply_accounts([change], "nightly")
    with assembly.database.reading() as site:
        grants = {grant.department: grant.sensitive for grant in site.users["clerk-family"].grants}
    assert grants == {"family": True, "parks": False}


def test_who_is_on_the_page_is_known_and_nobody_is_in_a_job(assembly: Assembly) -> None:
    assert (house(assembly, actor("agent")).actor_id, house(assembly).actor_id) == ("agent", "")
    assert house(assembly, actor("agent")).actor_name == "Deniz Aksu"
    assert house(assembly).now() == assembly.now()


def test_whoever_comes_too_late_changes_nothing(opened: Callable[..., Assembly], now: FakeNow) -> None:
    release, over = Event(), Event()
    came_back: list[BaseException] = []

    def late(event: TicketEvent, house: House) -> None:
        release.wait()
        try:
            house.data.put("late", True)
        except BaseException as stopped:  # noqa: BLE001  (whatever stops it)
            came_back.append(stopped)
        over.set()

    assembly = opened(halkla_on_ticket_event=late)
    assembly.services(ANONYMOUS).intake.file(draft())
    Runner(assembly).run_due(now(), everything=True)
    assert [fault.kind for fault in assembly.faults.last_day()] == ["late"]
    release.set()
    assert over.wait(10)
    assert house(assembly).data.get("late") is None
    assert [type(stopped).__name__ for stopped in came_back] == ["Abandoned"]


def test_accounts_whose_first_passwords_nobody_waits_for_are_not_made(assembly: Assembly) -> None:
    release, over = Event(), Event()

    def slowly() -> Iterator[AccountChange]:
        yield AccountChange("yeni.kisi", "Gülşen İğde", "", (("clerk", "parks"),))
        release.wait()

    def late(house: House) -> int:
        try:
            house.apply_accounts(slowly(), "nightly")  # type: ignore[arg-type]
        finally:
            over.set()
        return 1

    calls = assembly.services(actor("administrator")).plugin_calls
    assert calls.run_job("guest", Job("late", timedelta(days=1), late)) == 0
    release.set()
    assert over.wait(10)
    with assembly.database.reading() as site:
        assert "yeni.kisi" not in site.users


def test_jobs_of_plugins_are_run_when_their_time_has_come(opened: Callable[..., Assembly], now: FakeNow) -> None:
    def count(house: House) -> int:
        house.data.put("count", house.data.get("count", 0) + 1)
        return 1

    def fail(house: House) -> int:
        raise ValueError

    jobs = [Job("fail", timedelta(minutes=1), fail), Job("count", timedelta(hours=1), count)]
    assembly = opened(halkla_jobs=lambda: jobs)
    worker = Runner(assembly)
    for _ in range(3):
        now.advance(timedelta(minutes=40))
        worker.run_due(now())
    assert house(assembly).data.get("count") == 2
    assert [fault.hook for fault in assembly.faults.last_day()] == ["the job fail"] * 3
