"""Calling an applicant: how long somebody has a call, and when one that was not answered is tried again.

The rule stands here and nowhere else. After the first try that reached nobody, two hours later; after the second, when
the office opens on the next working day; the third is the last. A time at which the office is closed becomes the next
opening.
"""

from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from .clocks import Calendar

__all__ = [
    "CALL_LEASE",
    "CLOSES",
    "MAX_TRIES",
    "OPENS",
    "CallResult",
    "call_again_at",
    "is_office_open",
    "next_opening",
]

CALL_LEASE = timedelta(minutes=10)
"""How long a call belongs to whoever took it."""

MAX_TRIES = 3
"""Tries that reach nobody before the answer stands on the follow page."""


class CallResult(StrEnum):
    """What becomes of a call; also the action of its history entry."""

    TOLD = "told"
    NOT_REACHED = "not_reached"
    WRONG_NUMBER = "wrong_number"


OPENS, CLOSES = time(8, 30), time(17, 30)
"""The office's hours, in the city's time."""

_SAME_DAY = timedelta(hours=2)


def call_again_at(tries: int, now: datetime, calendar: Calendar, zone: tzinfo) -> datetime | None:
    """Return when somebody is called again after *tries* that reached nobody; ``None`` after the last one."""
    if tries >= MAX_TRIES:
        return None
    if tries == 1 and is_office_open(later := now + _SAME_DAY, calendar, zone):
        return later
    return next_opening(now, calendar, zone)


def is_office_open(at: datetime, calendar: Calendar, zone: tzinfo) -> bool:
    """Tell whether somebody is in the office at *at*."""
    local = at.astimezone(zone)
    return calendar.is_working_day(local.date()) and OPENS <= local.time() < CLOSES


def next_opening(after: datetime, calendar: Calendar, zone: tzinfo) -> datetime:
    """Return when the office opens next, later than *after*."""
    day = after.astimezone(zone).date()
    while True:
        opening = datetime.combine(day, OPENS, zone).astimezone(UTC)
        if opening > after and calendar.is_working_day(day):
            return opening
        day += timedelta(days=1)
