"""What happens to tickets is told to plugins: after the commit, at least once, with one key, and given up visibly."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.api import About, ContactDetails, Delivery, TicketEvent, hookimpl
from halkla_iliskiler.domain.errors import Forbidden, NotFound
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.extension import Budgets
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.testing import FakeNow, actor, draft, open_site
from halkla_iliskiler.work import Runner

SECRET_WORDS = "Komşum Rıza Bey gece gürültü yapıyor."


class Listener:
    """A plugin that remembers what it was told, and answers as it is told to."""

    def __init__(self, name: str) -> None:
        self.told: list[TicketEvent] = []
        self.answer: Delivery | Exception | None = None
        self.module = ModuleType(f"invented_{name}.{name}")

        def halkla_on_ticket_event(event: TicketEvent) -> Delivery | None:
            self.told.append(event)
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

        self.module.halkla_on_ticket_event = hookimpl(halkla_on_ticket_event)  # type: ignore[attr-defined]

    @property
    def names(self) -> list[str]:
        return [event.name for event in self.told]


@pytest.fixture
def listener() -> Listener:
    return Listener("listener")


@pytest.fixture
def opened(site_directory: Path, now: FakeNow) -> Iterator[Callable[..., Assembly]]:
    found: list[Assembly] = []

    def make(*listeners: Listener, **settings: str) -> Assembly:
        modules = (testing, *(one.module for one in listeners))
        found.append(open_site(site_directory, now, modules=modules, budgets=Budgets.of(1), **settings))
        return found[-1]

    yield make
    for assembly in found:
        assembly.close()


def file(assembly: Assembly, **values: object) -> int:
    details = ContactDetails("Ayşe Işık", "+905990000001", "ayse@example.org")
    given = {"words": SECRET_WORDS, "details": details, **values}
    return assembly.services(actor("agent")).intake.file(draft(**given)).ticket_id


def act(assembly: Assembly, ticket: int, action: Action, role: str = "clerk", **values: Any) -> None:
    assembly.services(actor(role)).handling.act(ticket, Order(action, **values), None)


def work(assembly: Assembly, now: FakeNow, later: timedelta = timedelta()) -> None:
    now.advance(later)
    Runner(assembly).run_due(now(), everything=True)


def test_without_a_plugin_that_answers_nothing_is_stored(assembly: Assembly) -> None:
    file(assembly)
    with assembly.database.reading() as site:
        assert site.plugin_events is None


def test_only_what_a_plugin_wants_to_know_is_noted(
    opened: Callable[..., Assembly], listener: Listener, now: FakeNow
) -> None:
    about = About("Listener", events=("taken",), idle_without="address")
    listener.module.halkla_about = hookimpl(lambda: about)  # type: ignore[attr-defined]
    assembly = opened(listener)
    ticket = file(assembly)
    act(assembly, ticket, Action.TAKE)
    with assembly.database.reading() as site:
        assert site.plugin_events is None
    assembly.close()
    assembly = opened(listener, **{"invented_listener.address": "https://city.example"})
    ticket = file(assembly)
    act(assembly, ticket, Action.TAKE)
    work(assembly, now, timedelta(minutes=2))
    assert listener.names == ["taken"]


def test_what_is_written_down_long_afterwards_is_told_to_nobody(
    opened: Callable[..., Assembly], listener: Listener, now: FakeNow
) -> None:
    assembly = opened(listener)
    past = now()
    now.advance(timedelta(days=2))
    assembly.services(actor("agent")).acting_as(actor("agent"), lambda: past).intake.file(draft())
    work(assembly, now)
    assert not listener.told


def test_what_happens_is_told_in_order_with_keys_of_their_own(
    opened: Callable[..., Assembly], listener: Listener, now: FakeNow
) -> None:
    assembly = opened(listener)
    ticket = file(assembly)
    work(assembly, now)
    assert listener.names == ["filed"]
    act(assembly, ticket, Action.TAKE)
    act(assembly, ticket, Action.NOTE, text="İç not")
    act(assembly, ticket, Action.FINISH, text="Yapıldı.", outcome="SOLVED")
    work(assembly, now, timedelta(minutes=2))
    act(assembly, ticket, Action.CLOSE, role="supervisor")
    work(assembly, now, timedelta(minutes=2))
    assert listener.names == ["filed", "taken", "done", "closed"]
    assert len({event.key for event in listener.told}) == 4
    with assembly.database.reading() as site:
        assert site.plugin_events is not None
        assert not site.plugin_events.entries


def test_no_person_and_no_words_are_told(opened: Callable[..., Assembly], listener: Listener, now: FakeNow) -> None:
    assembly = opened(listener)
    file(assembly, category="tree")
    file(assembly, category="hardship")
    work(assembly, now)
    plain, sensitive = (event.ticket for event in listener.told)
    assert not {"Ayşe", "Rıza", "+90599", "example.org"} & set(str(listener.told).replace("'", " ").split())
    assert "Rıza" not in str(listener.told)
    assert "ayse@" not in str(listener.told)
    assert (plain.category, plain.department, plain.status) == ("tree", "parks", "ASSIGNED")
    # That there is one, and whose it is: what it is about, no.
    assert (sensitive.category, sensitive.category_label, sensitive.department) == (None, "", "family")


def test_an_outcome_that_must_be_accepted_is_done_when_it_is(
    opened: Callable[..., Assembly], listener: Listener, now: FakeNow
) -> None:
    assembly = opened(listener)
    ticket = file(assembly, category="pothole")
    act(assembly, ticket, Action.FINISH, role="clerk-roads", text="Yapıldı.", outcome="SOLVED")
    work(assembly, now, timedelta(minutes=2))
    assert listener.names == ["filed"]
    act(assembly, ticket, Action.ACCEPT, role="supervisor")
    work(assembly, now)
    assert listener.names == ["filed", "done"]
    assert listener.told[-1].ticket.is_over


def test_what_is_taken_back_in_time_is_never_told(
    opened: Callable[..., Assembly], listener: Listener, now: FakeNow
) -> None:
    assembly = opened(listener)
    ticket = file(assembly)
    act(assembly, ticket, Action.TAKE)
    work(assembly, now, timedelta(seconds=30))
    clerk = assembly.services(actor("clerk"))
    with assembly.database.reading() as site:
        place = clerk.undoing.offered(site, ticket)
    assert place is not None
    clerk.undoing.undo(ticket, place)
    work(assembly, now, timedelta(minutes=5))
    assert listener.names == ["filed"]


@pytest.mark.parametrize("answer", [Delivery(False, "down"), ValueError("broken")])
def test_a_failure_is_tried_again_with_the_same_key_and_growing_pauses(
    opened: Callable[..., Assembly], listener: Listener, now: FakeNow, answer: Delivery | Exception
) -> None:
    listener.answer = answer
    assembly = opened(listener)
    file(assembly)
    work(assembly, now)
    work(assembly, now, timedelta(seconds=5))
    assert len(listener.told) == 1
    work(assembly, now, timedelta(seconds=15))
    assert [event.attempt for event in listener.told] == [1, 2]
    assert len({event.key for event in listener.told}) == 1
    listener.answer = None
    work(assembly, now, timedelta(hours=1))
    work(assembly, now, timedelta(hours=1))
    assert [event.attempt for event in listener.told] == [1, 2, 3]


def test_a_failure_outside_is_no_fault_of_the_plugin(
    opened: Callable[..., Assembly], listener: Listener, now: FakeNow
) -> None:
    listener.answer = Delivery(False, "down")
    assembly = opened(listener)
    file(assembly)
    for _ in range(16):
        work(assembly, now, timedelta(hours=9))
    assert len(listener.told) == 16
    assert not assembly.faults.last_day()
    (given_up,) = assembly.services(actor("supervisor")).plugin_events.given_up()
    assert (given_up.plugin, given_up.name, given_up.attempts, given_up.last_error) == ("listener", "filed", 16, "down")
    assert given_up.ticket is not None


def test_what_was_given_up_stands_before_staff_and_can_be_told_again(
    opened: Callable[..., Assembly], listener: Listener, now: FakeNow
) -> None:
    listener.answer = Delivery(False, "410 gone", is_permanent=True)
    assembly = opened(listener)
    file(assembly)
    work(assembly, now)
    desk = assembly.services(actor("supervisor")).plugin_events
    (given_up,) = desk.given_up()
    assert desk.waiting("listener") == 1
    with pytest.raises(Forbidden):
        assembly.services(actor("clerk")).plugin_events.given_up()
    with pytest.raises(Forbidden):
        assembly.services(actor("clerk")).plugin_events.try_again(given_up.entry_id)
    with pytest.raises(NotFound):
        desk.try_again(0)
    listener.answer = None
    desk.try_again(given_up.entry_id)
    work(assembly, now)
    assert len(listener.told) == 2
    assert (desk.given_up(), desk.waiting("listener")) == ([], 0)


def test_each_plugin_is_told_by_itself(opened: Callable[..., Assembly], listener: Listener, now: FakeNow) -> None:
    other = Listener("other")
    listener.answer = RuntimeError("broken")
    assembly = opened(listener, other)
    file(assembly)
    work(assembly, now)
    work(assembly, now, timedelta(minutes=1))
    assert other.names == ["filed"]
    assert len(listener.told) == 2
    assert {event.key for event in other.told}.isdisjoint(event.key for event in listener.told)


def test_a_plugin_in_quarantine_is_told_when_it_is_lifted(
    opened: Callable[..., Assembly], listener: Listener, now: FakeNow
) -> None:
    listener.answer = RuntimeError("broken")
    assembly = opened(listener)
    for _ in range(6):
        file(assembly)
    work(assembly, now)
    assert len(listener.told) == 5
    assert assembly.faults.is_quarantined("listener")
    work(assembly, now, timedelta(days=2))
    assert len(listener.told) == 5
    listener.answer = None
    assembly.services(actor("administrator")).quarantine.lift("listener")
    work(assembly, now, timedelta(minutes=16))
    work(assembly, now)
    assert {event.key for event in listener.told[5:]} >= {event.key for event in listener.told[:5]}
    assert assembly.services(actor("supervisor")).plugin_events.waiting("listener") == 0


def test_what_happened_while_a_plugin_is_away_comes_back_with_it(
    opened: Callable[..., Assembly], listener: Listener, now: FakeNow
) -> None:
    assembly = opened(listener)
    file(assembly)
    assembly.close()
    assembly = opened()
    work(assembly, now)
    file(assembly)
    assembly.close()
    assembly = opened(listener)
    work(assembly, now, timedelta(hours=1))
    # What was filed without it was never meant for it.
    assert listener.names == ["filed"]


def test_an_event_that_was_on_its_way_when_the_process_ended_is_told_again_with_the_same_key(
    opened: Callable[..., Assembly], listener: Listener, now: FakeNow
) -> None:
    assembly = opened(listener)
    file(assembly)
    services: Services = assembly.services(actor("agent"))
    claimed = services.write(services.plugin_events._claim, "claimed by a process that ends now")
    work(assembly, now)
    assert not listener.told
    work(assembly, now, timedelta(minutes=6))
    assert [event.key for event in listener.told] == [claimed[0].event.key]


def test_what_waits_for_a_plugin_that_is_gone_for_good_goes_with_its_data(
    opened: Callable[..., Assembly], listener: Listener
) -> None:
    assembly = opened(listener)
    file(assembly)
    file(assembly)
    assembly.close()
    desk = opened().services(actor("administrator")).plugin_desk
    assert desk.purge("listener", dry_run=True).events == 2
    assert desk.purge("listener").events == 2
    assert desk.purge("listener").is_nothing
