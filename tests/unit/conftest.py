"""Domain objects without a database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from halkla_iliskiler.domain.access import Actor
from halkla_iliskiler.domain.city import Category
from halkla_iliskiler.domain.clocks import WallCalendar, start_clocks
from halkla_iliskiler.domain.moves import Circumstances
from halkla_iliskiler.domain.ticket import Contact, Location, Ticket
from halkla_iliskiler.testing import START, FakeNow, actor, halkla_categories

BENCH = next(category for category in halkla_categories() if category.code == "bench")


@pytest.fixture
def a_ticket() -> Callable[..., Ticket]:
    """``a_ticket(status="DONE", check_pending=True)``: one that nobody has filed; attributes as given."""

    def make(
        kind: str = "COMPLAINT", regime: str = "SERVICE", solve_within: timedelta = timedelta(days=5), **kw: object
    ) -> Ticket:
        ticket = Ticket(
            identity=202600000001,
            number="2026/00001",
            kind=kind,
            regime=regime,
            contact=Contact(1, START, "web", "Parktaki bank kırık.", "key", "1"),
            location=Location(),
            category="bench",
            department="parks",
            sensitive=False,
            clocks=start_clocks(kind, regime, solve_within, START, WallCalendar()),
        )
        for name, value in kw.items():
            setattr(ticket, name, value)
        return ticket

    return make


@pytest.fixture
def by(now: FakeNow) -> Callable[..., Circumstances]:
    """``by()``: a clerk acts at the present moment, on a ticket about a bench."""

    def make(person: Actor | None = None, category: Category | None = BENCH, **kw: Any) -> Circumstances:
        zone = ZoneInfo("Europe/Istanbul")
        return Circumstances(person or actor("clerk"), now(), WallCalendar(), zone, category, **kw)

    return make
