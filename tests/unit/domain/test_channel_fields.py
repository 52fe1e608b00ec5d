"""What belongs to a way in: kept as it was given, refused only where it cannot be read."""

from datetime import date

import pytest

from halkla_iliskiler.domain.channel_fields import fields_of, foreign_keys, received_on
from halkla_iliskiler.domain.errors import InvalidInput
from halkla_iliskiler.domain.feedback import Channel, ChannelField

TODAY = date(2026, 1, 5)
CIMER = Channel(
    "cimer",
    "CİMER",
    (
        ChannelField("foreign_number", "No", unique=True, expected=True),
        ChannelField("received", "Sent on", "date", received=True),
        ChannelField("identity", "Identity", "choice", options=(("open", "open"), ("hidden", "hidden"))),
        ChannelField("link", "Link", "link"),
    ),
)


def test_what_nobody_gave_and_what_nobody_knows_is_left_out() -> None:
    given = {"foreign_number": "  2600  123 ", "identity": "", "password": "x"}
    assert fields_of(CIMER, given) == (("foreign_number", "2600 123"),)


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("received", "yarın", "date"),
        ("identity", "perhaps", "unknown"),
        ("link", "javascript:alert(1)", "link"),
        ("link", "example.org/post", "link"),
        ("foreign_number", "1" * 201, "too_long"),
    ],
)
def test_what_cannot_be_read_is_named(field: str, value: str, problem: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        fields_of(CIMER, {field: value})
    assert (refused.value.field, refused.value.problem) == (field, problem)


def test_the_day_it_reached_us_lies_in_the_past_or_is_today() -> None:
    assert received_on(CIMER, (("received", "2026-01-02"),), TODAY) == date(2026, 1, 2)
    assert received_on(CIMER, (("received", "2026-01-05"),), TODAY) == TODAY
    assert received_on(CIMER, (), TODAY) is None
    for day, problem in (("2026-01-06", "in_future"), ("1926-01-02", "long_ago")):
        with pytest.raises(InvalidInput) as refused:
            received_on(CIMER, (("received", day),), TODAY)
        assert refused.value.problem == problem


def test_one_foreign_number_is_one_however_it_is_written() -> None:
    spellings = ("2600-123", "2600 123", "2600123")
    keys = {tuple(foreign_keys(CIMER, fields_of(CIMER, {"foreign_number": text}), 2026)) for text in spellings}
    assert keys == {(("foreign_number", "cimer:2600123"),)}
