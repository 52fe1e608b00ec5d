"""When somebody who was not reached is called again."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from halkla_iliskiler.domain.calls import MAX_TRIES, call_again_at, is_office_open, next_opening
from halkla_iliskiler.domain.clocks import WallCalendar

ISTANBUL = ZoneInfo("Europe/Istanbul")
CALENDAR = WallCalendar()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of the first days of 2026, in the city's time; the fifth is a Monday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=ISTANBUL).astimezone(UTC)


@pytest.mark.parametrize(
    ("tries", "now", "again"),
    [
        (1, at(5, 9), at(5, 11)),
        (1, at(5, 15, 29), at(5, 17, 29)),
        (1, at(5, 15, 30), at(6, 8, 30)),  # two hours later the office is closed
        (1, at(5, 7), at(5, 9)),
        (1, at(5, 5), at(5, 8, 30)),  # and before it opens, too
        (1, at(9, 16), at(12, 8, 30)),  # Friday
        (2, at(5, 9), at(6, 8, 30)),
        (2, at(9, 11), at(12, 8, 30)),
        (2, at(10, 11), at(12, 8, 30)),  # Saturday
    ],
)
def test_again_after_two_hours_and_then_on_the_next_working_day(tries: int, now: datetime, again: datetime) -> None:
    assert call_again_at(tries, now, CALENDAR, ISTANBUL) == again


def test_after_the_last_try_nobody_calls_again() -> None:
    assert [call_again_at(tries, at(5, 9), CALENDAR, ISTANBUL) is None for tries in (1, 2, MAX_TRIES)] == [
        False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize("hour", range(24))
def test_an_opening_is_later_and_somebody_is_there_then(hour: int) -> None:
    for day in range(5, 12):
        opening = next_opening(at(day, hour), CALENDAR, ISTANBUL)
        assert at(day, hour) < opening < at(day, hour) + timedelta(days=4)
        assert is_office_open(opening, CALENDAR, ISTANBUL)
        assert not is_office_open(opening - timedelta(seconds=1), CALENDAR, ISTANBUL)
