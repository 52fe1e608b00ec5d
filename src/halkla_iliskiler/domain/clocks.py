"""Promises with a due time. A ticket carries several; lists sort by the one that breaks first.

For now every span is wall clock. Business days, holidays and pauses enter through :class:`Calendar` and
:attr:`Clock.pauses` without a change to those who read a clock.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from .workflow import Kind, Regime

__all__ = [
    "DEFAULT_SOLVE_WITHIN",
    "PROMISE_WITHIN",
    "Calendar",
    "Clock",
    "ClockKind",
    "Pause",
    "WallCalendar",
    "start_clocks",
]

PROMISE_WITHIN = timedelta(hours=48)
"""The city's word: within 48 hours somebody answers."""

DEFAULT_SOLVE_WITHIN = timedelta(days=7)
"""The solving time of an application nobody has sorted yet; the category's own replaces it."""


class ClockKind(StrEnum):
    """What is promised: the first answer, or the solution."""

    PROMISE = "PROMISE"
    SOLVE = "SOLVE"


@dataclass(frozen=True)
class Pause:
    """A span in which a clock did not run, and why."""

    started: datetime
    reason: str
    ended: datetime | None = None


class Calendar(Protocol):
    """Knows when a span of time that starts now is over."""

    def after(self, start: datetime, span: timedelta) -> datetime:
        """Return the instant at which *span*, begun at *start*, ends."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether the offices work on *day*."""


class WallCalendar:
    """Promises run seven days a week, day and night; the offices work from Monday to Friday."""

    def after(self, start: datetime, span: timedelta) -> datetime:
        """Return ``start + span``."""
        return start + span

    def is_working_day(self, day: date) -> bool:
        """Leave out Saturday and Sunday."""
        return day.weekday() < 5


@dataclass(frozen=True)
class Clock:
    """One promise. ``ended_at`` is when it was met; ``cause`` says why it was broken, where somebody has said so."""

    kind: str
    started: datetime
    due_at: datetime
    ended_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    cause: str = ""

    @property
    def is_running(self) -> bool:
        """Tell whether the promise is still to be met."""
        return self.ended_at is None

    def is_broken(self, now: datetime) -> bool:
        """Tell whether it was met too late, or is not met and the time is over."""
        return (self.ended_at or now) > self.due_at

    def end(self, at: datetime) -> "Clock":
        """Return the clock as met; one met before stays as it was."""
        return self if self.ended_at else replace(self, ended_at=at)

    def resume(self) -> "Clock":
        """Return the clock counting on, as if it had not been stopped (an outcome was given back)."""
        return replace(self, ended_at=None)

    def move_due(self, due_at: datetime) -> "Clock":
        """Return the clock with another due time (a planned date, another category)."""
        return replace(self, due_at=due_at)


def start_clocks(
    kind: str, regime: str, solve_within: timedelta, at: datetime, calendar: Calendar
) -> tuple[Clock, ...]:
    """Return the clocks a new ticket carries: two under the SERVICE regime, none for praise.

    The legal clocks of the other regimes come with their own issue; those tickets carry none until then.
    """
    if regime != Regime.SERVICE or kind == Kind.PRAISE:
        return ()
    return (
        Clock(ClockKind.PROMISE.value, at, calendar.after(at, PROMISE_WITHIN)),
        Clock(ClockKind.SOLVE.value, at, calendar.after(at, solve_within)),
    )
