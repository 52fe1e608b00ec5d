"""Floods are slowed down, and nobody is ever shut out."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.services.throttle import FilingLimits, RecentWords, TooManyFilings
from halkla_iliskiler.testing import START

SECOND = timedelta(seconds=1)


def test_below_the_limit_nothing_is_noticed() -> None:
    limits = FilingLimits()
    assert [limits.admit({"a": 3}, START) for _ in range(3)] == [False, False, False]


def test_past_it_one_a_minute_goes_through_and_is_marked() -> None:
    limits = FilingLimits()
    for _ in range(2):
        limits.admit({"a": 2}, START)
    assert limits.admit({"a": 2}, START + SECOND) is True
    with pytest.raises(TooManyFilings) as refused:
        limits.admit({"a": 2}, START + 11 * SECOND)
    assert refused.value.wait == timedelta(seconds=50)
    assert limits.admit({"a": 2}, START + 11 * SECOND + refused.value.wait) is True


def test_ten_quiet_minutes_forgive() -> None:
    limits = FilingLimits()
    limits.admit({"a": 1}, START)
    assert limits.admit({"a": 1}, START + limits.window) is False


def test_what_was_refused_for_another_reason_is_not_counted() -> None:
    limits = FilingLimits()
    for second in range(20):
        now = START + second * SECOND
        assert limits.admit({"a": 1}, now) is False
        limits.give_back({"a": 1}, now)


def test_a_slow_lane_given_back_is_open_again() -> None:
    limits = FilingLimits()
    limits.admit({"a": 1}, START)
    assert limits.admit({"a": 1}, START + SECOND)
    limits.give_back({"a": 1}, START + SECOND)
    assert limits.admit({"a": 1}, START + 2 * SECOND)


def test_one_full_limit_does_not_count_against_the_others() -> None:
    limits = FilingLimits()
    limits.admit({"phone": 1}, START)
    limits.admit({"phone": 1, "client": 9}, START + SECOND)
    with pytest.raises(TooManyFilings):
        limits.admit({"phone": 1, "client": 9}, START + 2 * SECOND)
    assert not limits.admit({"client": 9}, START + 2 * SECOND)


@given(st.lists(st.integers(0, 90), max_size=60), st.integers(1, 4))
def test_whoever_waits_as_long_as_told_goes_through(pauses: list[int], free: int) -> None:
    limits, now = FilingLimits(), START
    for pause in pauses:
        now += pause * SECOND
        wait = timedelta()
        try:
            limits.admit({"a": free}, now)
        except TooManyFilings as refused:
            wait = refused.wait
        if wait:
            assert wait <= limits.slow_pace
            now += wait
            limits.admit({"a": free}, now)


def test_words_are_remembered_for_a_minute() -> None:
    recent = RecentWords()
    recent.note(b"a", 7, START)
    assert recent.find(b"a", START + 59 * SECOND) == 7
    assert recent.find(b"a", START + 60 * SECOND) is None
    assert recent.find(b"b", START) is None
