"""Fixtures for the tests of plugins.

A ``conftest.py`` imports those it wants, and says in a fixture ``lines`` of its own what the ini says.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .clock import FakeNow
from .running import RunningCity

__all__ = ["city", "now"]


@pytest.fixture
def now() -> FakeNow:
    """The time of the test: it stands still until ``now.advance(timedelta(hours=1))``."""
    return FakeNow()


@pytest.fixture
def city(tmp_path: Path, now: FakeNow, lines: dict[str, str]) -> Iterator[RunningCity]:
    """A running test city with what the fixture ``lines`` says: ``{"plugins": "kiosk", "halkla_kiosk.hall": "3"}``."""
    settings = dict(lines)
    running = RunningCity(tmp_path / "site", now, plugins=settings.pop("plugins").split(), settings=settings)
    yield running
    running.close()
