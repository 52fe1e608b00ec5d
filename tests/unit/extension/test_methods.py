"""A feedback method that misbehaves costs nobody an application, and no message."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.api import ContactDetails, Delivery, FeedbackMethod, Notification, hookimpl
from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.extension import Budgets
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import FakeNow, TestMethod, actor, draft, open_site
from halkla_iliskiler.work import Runner
from tests.faults.misbehaving import Hanging, derived

WITH_MAIL = ContactDetails("Ayşe Işık", "", "ayse@example.org")


class Pigeon(FeedbackMethod):
    """A method whose functions a test puts in; the arguments have other names than ours."""

    code, label = "pigeon", "Güvercin"
    on_address: Callable[[], Any] = staticmethod(lambda: "roof")
    on_deliver: Callable[[], Any] = staticmethod(lambda: Delivery(True))

    def address_of(self, of_whom: ContactDetails) -> str:
        return self.on_address()

    def mask(self, roof: str) -> str:
        return self.on_address()

    def deliver(self, letter: Notification) -> Delivery:
        return self.on_deliver()


def _exit() -> None:
    sys.exit(1)


def _raise() -> None:
    raise ValueError("ayse@example.org is nowhere")


BAD: dict[str, Callable[[], Any]] = {
    "raises": _raise,
    "exits": _exit,
    "wrong type": lambda: 5,
    "nothing": lambda: None,
    "too large": lambda: "x" * 10_000_000,
}


@pytest.fixture
def pigeon() -> Pigeon:
    return Pigeon()


@pytest.fixture
def opened(site_directory: Path, now: FakeNow, pigeon: Pigeon) -> Iterator[Assembly]:
    module = ModuleType("invented_pigeon.pigeon")
    module.halkla_feedback_methods = hookimpl(lambda: [pigeon])  # type: ignore[attr-defined]
    assembly = open_site(site_directory, now, modules=(testing, module), budgets=Budgets.of(0.2))
    yield assembly
    assembly.close()


def file(assembly: Assembly) -> Filed:
    return assembly.services(ANONYMOUS).intake.file(draft(details=WITH_MAIL))


@pytest.mark.parametrize("fault", BAD)
def test_one_that_cannot_say_where_it_reaches_somebody_is_passed_over(
    opened: Assembly, pigeon: Pigeon, now: FakeNow, fault: str
) -> None:
    pigeon.on_address = BAD[fault]
    file(opened)
    Runner(opened).run_due(now(), everything=True)
    other = opened.extensions.feedback_methods["test"]
    assert isinstance(other, TestMethod)
    assert len(other.delivered) == 1
    (found,) = {(one.plugin, one.hook) for one in opened.faults.last_day()}
    assert found == ("pigeon", "address_of of the method pigeon")
    assert pigeon.mask("roof") == "•••"


@pytest.mark.parametrize("fault", ["exits", "wrong type", "nothing"])
def test_a_delivery_that_goes_wrong_is_tried_again(opened: Assembly, pigeon: Pigeon, now: FakeNow, fault: str) -> None:
    pigeon.on_deliver = BAD[fault]
    file(opened)
    Runner(opened).run_due(now(), everything=True)
    (waiting,) = opened.services(actor("supervisor")).delivery.troubled()
    assert (waiting.attempts, waiting.state) == (1, "PENDING")
    assert [one.hook for one in opened.faults.last_day()] == ["deliver of the method pigeon"]


def test_a_relay_that_is_down_is_no_fault_of_the_plugin(opened: Assembly, pigeon: Pigeon, now: FakeNow) -> None:
    pigeon.on_deliver = _raise
    file(opened)
    Runner(opened).run_due(now(), everything=True)
    (waiting,) = opened.services(actor("supervisor")).delivery.troubled()
    assert "nowhere" in waiting.last_error
    assert "ayse@" not in waiting.last_error
    assert not opened.faults.last_day()


def test_a_delivery_that_hangs_is_given_up_for_this_time(opened: Assembly, pigeon: Pigeon, now: FakeNow) -> None:
    hanging = Hanging()
    pigeon.on_deliver = hanging
    file(opened)
    Runner(opened).run_due(now(), everything=True)
    (waiting,) = opened.services(actor("supervisor")).delivery.troubled()
    assert waiting.last_error == "late"
    hanging.release()


@pytest.mark.parametrize("fault", ["hangs", "derived"])
def test_an_address_is_asked_for_in_time_and_stored_as_plain_text(
    opened: Assembly, pigeon: Pigeon, now: FakeNow, fault: str
) -> None:
    hanging = Hanging()
    pigeon.on_address = hanging if fault == "hangs" else lambda: derived("roof")
    for _ in range(4):
        file(opened)
    with opened.database.reading() as site:
        told = [(type(entry.address), entry.method) for entry in site.outbox.entries.values()]
    assert told == [(str, "test" if fault == "hangs" else "pigeon")] * 4
    # Each time it held up everybody; it is not asked for ever.
    assert opened.faults.is_quarantined("pigeon") == (fault == "hangs")
    hanging.release()


def test_a_method_given_twice_by_one_object_asks_once(pigeon: Pigeon, site_directory: Path, now: FakeNow) -> None:
    asked: list[str] = []
    pigeon.on_address = lambda: asked.append("once") or "roof"
    module = ModuleType("invented_pigeon.pigeon")
    module.halkla_feedback_methods = hookimpl(lambda: [pigeon])  # type: ignore[attr-defined]
    for _ in range(3):
        open_site(site_directory, now, modules=(testing, module)).close()
    assert pigeon.address_of(WITH_MAIL) == "roof"
    assert asked == ["once"]
