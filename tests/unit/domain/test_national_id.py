"""The identity number: spelling, check digits, mask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.domain.national_id import (
    is_foreigner,
    is_national_id,
    mask_national_id,
    normalise_national_id,
)


def with_check_digits(nine: str) -> str:
    """Return the eleven digits that begin with *nine*, by the rule as it is published."""
    digits = [int(sign) for sign in nine]
    tenth = ((digits[0] + digits[2] + digits[4] + digits[6] + digits[8]) * 7) - (
        digits[1] + digits[3] + digits[5] + digits[7]
    )
    digits.append(tenth % 10)
    digits.append(sum(digits) % 10)
    return "".join(map(str, digits))


_nines = st.from_regex(r"[1-9][0-9]{8}", fullmatch=True)


@given(_nines)
def test_the_check_digits_make_a_number(nine: str) -> None:
    assert is_national_id(with_check_digits(nine))


@given(_nines, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(nine: str, place: int, off: int) -> None:
    number = with_check_digits(nine)
    wrong = number[:place] + str((int(number[place]) + off) % 10) + number[place + 1 :]
    assert not is_national_id(wrong)


@pytest.mark.parametrize(
    "typed",
    [
        "10000000146",
        " 100 0000 0146",
        "100.000.001-46",
        "١٠٠٠٠٠٠٠١٤٦",
        "１０００００００１４６",
        "100\u00a0000\u00a0001\u00a046",
    ],
)
def test_every_spelling_is_the_same_number(typed: str) -> None:
    number = normalise_national_id(typed)
    assert number == "10000000146"
    assert is_national_id(number)
    assert not is_foreigner(number)


@pytest.mark.parametrize("typed", ["", "1000000014", "100000001466", "1000000014O", "1000000014²", "Ayşe"])
def test_what_is_no_number_is_nothing(typed: str) -> None:
    assert normalise_national_id(typed) == ""


@pytest.mark.parametrize("number", ["", "00000000000", "01234567890", "12345678901", "1000000014", "abcdefghijk"])
def test_what_only_looks_like_one_is_none(number: str) -> None:
    assert not is_national_id(number)


@given(st.from_regex(r"99[0-9]{7}", fullmatch=True))
def test_numbers_of_foreigners_begin_with_99(nine: str) -> None:
    assert is_foreigner(with_check_digits(nine))


def test_the_mask_shows_the_beginning_and_the_end() -> None:
    assert mask_national_id("10000000146") == "100******46"
    assert mask_national_id("12345") == "*****"


@given(st.text())
def test_anything_may_be_typed(typed: str) -> None:
    number = normalise_national_id(typed)
    assert number == "" or (len(number) == 11 and number.isascii() and number.isdigit())
    mask_national_id(typed)
    is_national_id(typed)
