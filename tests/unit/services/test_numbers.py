"""Telephone numbers and e-mail addresses in every spelling people use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.domain.errors import InvalidInput
from halkla_iliskiler.services.numbers import show_phone, tidy_email, tidy_phone


@pytest.mark.parametrize(
    "typed",
    [
        "05321234567", "5321234567", "0532 123 45 67", "0 532 123 4567", "(0532) 123-45-67", "0532.123.45.67",
        "+90 532 123 45 67", "+90 (532) 123 45 67", "00905321234567", "0090 532 1234567", "905321234567",
        "  0532 123 45 67\n", "٠٥٣٢١٢٣٤٥٦٧", "０５３２１２３４５６７", "۰۵۳۲ ۱۲۳ ۴۵ ۶۷", "0.532.123.45.67",
        "0532/123/45/67", "0532–123–45–67", "+90(532)1234567", "+90 0532 123 45 67", "00 90 532 123 45 67",
        "O532 123 45 67", "o532 I23 45 67", "+9O 532 l23 45 67", "0532\u00a0123\u00a045\u00a067",
        "\u200e0532 123 45 67",
        "Tel: 0532 123 45 67", "tel:+905321234567", "0532 123 45 67 (eşim)", "0532 123 45 67, akşam arayın",
    ],
)  # fmt: skip
def test_every_spelling_is_the_same_number(typed: str) -> None:
    assert tidy_phone(typed) == "+905321234567"


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("0532 123 45 67", "+905321234567", "0532 123 45 67"),
        ("0232 999 19 19", "+902329991919", "(0232) 999 19 19"),
        ("444 80 07", "+904448007", "444 8 007"),
        ("+49 30 901820", "+4930901820", "+49 30 901820"),
    ],
)
def test_a_number_is_shown_as_people_read_it(typed: str, stored: str, shown: str) -> None:
    assert tidy_phone(typed) == stored
    assert show_phone(stored) == shown


@pytest.mark.parametrize(
    "typed", ["12", "112", "153", "0532 123", "05321234567890", "telefonum yok", "+90", "0", "abc@example.org", "🙂"]
)
def test_what_nobody_can_be_called_on_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        tidy_phone(typed)
    assert (refused.value.field, refused.value.problem) == ("phone", "phone")


@pytest.mark.parametrize("typed", ["0511 123 45 67", "0520 000 00 00", "0599 999 99 99"])
def test_numbers_that_belong_to_nobody_are_for_demonstrations_only(typed: str) -> None:
    assert tidy_phone(typed, demo=True).startswith("+905")
    with pytest.raises(InvalidInput):
        tidy_phone(typed)


@pytest.mark.parametrize("typed", ["0599 999 99 9", "0599 999 99 990"])
def test_a_demonstration_too_wants_whole_numbers(typed: str) -> None:
    with pytest.raises(InvalidInput):
        tidy_phone(typed, demo=True)


def test_no_number_and_no_address_are_none() -> None:
    assert tidy_phone("  ") == tidy_email(" \n") == ""


@given(st.text())
def test_whatever_is_typed_is_a_number_or_a_refusal(typed: str) -> None:
    try:
        stored = tidy_phone(typed)
    except InvalidInput:
        return
    assert stored == "" or (stored.startswith("+") and stored[1:].isascii() and stored[1:].isdigit())
    assert tidy_phone(stored) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ayse@example.org", "ayse@example.org"),
        (" Ayse.Yilmaz+park@EXAMPLE.ORG ", "Ayse.Yilmaz+park@example.org"),
        ("info@ISIL.example", "info@isil.example"),
        ("oneri@Örnek.example", "oneri@xn--rnek-4qa.example"),
    ],
)
def test_the_domain_is_lowered_and_written_as_machines_do_and_the_name_kept(typed: str, stored: str) -> None:
    assert tidy_email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "ayse", "ayse@", "@example.org", "ayse@example", "a b@example.org", "a@b@example.org", "ayse@example.",
        "ayse@example.o", "a@example.org, b@example.org", "Ayşe <ayse@example.org>", "a;b@example.org",
        "a@example.org\nBcc: b@example.org", "x" * 65 + "@example.org", "a@" + "x" * 200 + ".org",
    ],
)  # fmt: skip
def test_what_cannot_be_an_address_or_could_end_a_header_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        tidy_email(typed)
    assert (refused.value.field, refused.value.problem) == ("email", "email")


@given(st.text())
def test_whatever_is_typed_is_an_address_or_a_refusal(typed: str) -> None:
    try:
        stored = tidy_email(typed)
    except InvalidInput:
        return
    assert tidy_email(stored) == stored
    assert not any(letter.isspace() for letter in stored)


@pytest.mark.parametrize("typed", ["ayşe@example.org", "öneri@örnek.example", "İletisim@example.org"])
def test_turkish_letters_before_the_sign_are_said_to_be_the_mistake(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        tidy_email(typed)
    assert (refused.value.field, refused.value.problem) == ("email", "email_letters")
