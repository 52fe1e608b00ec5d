"""What may be seen of a person without a reason to know more."""

import pytest

from halkla_iliskiler.domain.applicant import Applicant, ContactDetails, mask_email, mask_name, mask_phone


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("+905321234567", "0532 ••• •• 67"), ("+493012345678", "+49•••78"), ("+1234", "•••"), ("", "•••")],
)
def test_a_masked_number_can_be_recognised_and_not_dialled(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


def test_masked_addresses_and_names() -> None:
    assert mask_email("ayse.yilmaz@example.com") == "a•••@example.com"
    assert mask_name("Ayşe Nur Yılmaz") == "A••• N••• Y•••"
    assert mask_name("") == ""


def test_a_person_keeps_every_number_they_have_used() -> None:
    person = Applicant(1, ContactDetails("", "+905990000001"))
    person.learn(ContactDetails("Ayşe Yılmaz", "+905990000002", "ayse@example.org"))
    person.learn(ContactDetails("Fatma Demir", "+905990000001"))
    assert person.name == "Ayşe Yılmaz"
    assert person.phones == ("+905990000001", "+905990000002")
    assert person.emails == ("ayse@example.org",)


def test_the_same_name_is_the_same_person_however_it_is_spelled() -> None:
    person = Applicant(1, ContactDetails("IŞIL ÇINAR", "+905990000001"))
    assert person.is_named_like("Işıl Çınar")
    assert person.is_named_like("isil cinar")
    assert person.is_named_like("")
    assert not person.is_named_like("Işıl Çelik")


def test_a_name_alone_reaches_nobody() -> None:
    assert ContactDetails("Ayşe").is_empty
    assert not ContactDetails(phone="+905990000001").is_empty
    assert not ContactDetails(email="a@example.org").is_empty


def test_names_in_other_letters_are_different_people() -> None:
    applicant = Applicant(1, ContactDetails("Анна Петрова", "+905990000001"))
    assert applicant.is_named_like("Анна  Петрова")
    assert not applicant.is_named_like("Иван Петров")
    assert not applicant.is_named_like("Ayşe Yılmaz")
