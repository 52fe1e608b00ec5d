"""Tracking codes and addresses: what a citizen is given and types back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.domain.codes import SHORT_LENGTH, group, matches, tracking_code
from halkla_iliskiler.domain.ticket import address_of, id_from_address, ticket_id

KEY = b"k" * 32


def test_a_code_is_the_same_every_time_and_nobody_elses() -> None:
    code = tracking_code(KEY, 1, 1)
    assert code == tracking_code(KEY, 1, 1)
    assert re.fullmatch("[A-Z2-7]{26}", code)
    others = {tracking_code(KEY, 2, 1), tracking_code(KEY, 1, 2), tracking_code(b"x" * 32, 1, 1)}
    assert len(others | {code}) == 4


def test_identity_and_generation_cannot_be_shifted_into_each_other() -> None:
    assert tracking_code(KEY, 11, 1) != tracking_code(KEY, 1, 11)


@given(st.integers(0, 10**12), st.integers(1, 9))
def test_a_code_opens_however_it_is_typed(identity: int, generation: int) -> None:
    code = tracking_code(KEY, identity, generation)
    printed = group(code)
    assert re.fullmatch("(?:[A-Z2-7]{4} ){2}[A-Z2-7]{4}", printed)
    as_typed = {
        printed,
        printed.lower(),
        printed.replace(" ", "-"),
        f"  {printed}\n",
        printed.replace("O", "0").replace("I", "1").replace("B", "8"),
        printed.lower().replace("i", "ı"),
        printed.replace("I", "İ"),
    }
    assert all(matches(code, typed, short_allowed=True) for typed in as_typed)
    assert matches(code, code, short_allowed=False)


def test_only_the_whole_code_opens_a_link() -> None:
    code = tracking_code(KEY, 5, 1)
    assert not matches(code, code[:SHORT_LENGTH], short_allowed=False)
    assert matches(code, code[:SHORT_LENGTH], short_allowed=True)


@pytest.mark.parametrize("short_allowed", [True, False])
@pytest.mark.parametrize("wrong", ["", " ", "A", "çöp", "\ud800", "\x00", "A" * 26, "A" * 5000])
def test_anything_else_opens_nothing(wrong: str, short_allowed: bool) -> None:
    assert not matches(tracking_code(KEY, 5, 1), wrong, short_allowed=short_allowed)


def test_more_or_less_than_the_short_code_opens_nothing() -> None:
    code = tracking_code(KEY, 5, 1)
    lengths = [length for length in range(27) if matches(code, code[:length], short_allowed=True)]
    assert lengths == [SHORT_LENGTH, 26]


@given(st.integers(1, 9999), st.integers(1, 10**8 - 1))
def test_an_address_leads_back_to_its_ticket(year: int, sequence: int) -> None:
    identity = ticket_id(year, sequence)
    if year >= 1000:
        assert id_from_address(address_of(identity)) == identity


def test_identities_sort_by_age() -> None:
    assert ticket_id(2025, 99_999_999) < ticket_id(2026, 1) < ticket_id(2026, 2)


def test_a_number_may_be_typed_without_its_zeros() -> None:
    assert address_of(ticket_id(2026, 123)) == "2026-000123"
    assert id_from_address(" 2026-123 ") == id_from_address("2026-000123") == ticket_id(2026, 123)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "2026",
        "2026-",
        "-1",
        "26-000001",
        "2026-123456789",
        "2026-12a",
        "２０２６-000001",
        "2026-٣",
        "a-b",
        "2026–1",
    ],
)
def test_what_is_not_an_address_is_none(typed: str) -> None:
    assert id_from_address(typed) is None
