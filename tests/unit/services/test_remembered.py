"""A count is repeated only as long as it is right."""

from collections.abc import Callable
from datetime import timedelta

from halkla_iliskiler.services import Services
from halkla_iliskiler.services.lists import Queue
from halkla_iliskiler.testing import FakeNow, draft


def test_a_count_is_right_at_once_after_every_change(services: Callable[[str], Services]) -> None:
    clerk = services("clerk")
    for filed in range(1, 4):
        services("").intake.file(draft(category="tree"))
        assert clerk.lists.counts()[Queue.DIRECTORATE] == filed


def test_what_the_hour_changes_is_counted_anew(services: Callable[[str], Services], now: FakeNow) -> None:
    services("").intake.file(draft(category="tree"))
    assert services("clerk").lists.counts()[Queue.OVERDUE] == 0
    now.advance(timedelta(days=40))
    assert services("clerk").lists.counts()[Queue.OVERDUE] == 1
