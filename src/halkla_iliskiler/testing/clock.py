"""The time of a test."""

from datetime import UTC, datetime, timedelta

__all__ = ["START", "FakeNow"]

START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
"""Where time begins in tests: a Monday, nine in the morning in the city."""


class FakeNow:
    """A clock that stands still until it is told to go on: ``now()``, ``now.advance(timedelta(hours=1))``."""

    def __init__(self, start: datetime = START) -> None:
        self.value = start

    def __call__(self) -> datetime:
        """Return the moment it is."""
        return self.value

    def advance(self, span: timedelta) -> datetime:
        """Let *span* pass and return the moment it is then."""
        self.value += span
        return self.value
