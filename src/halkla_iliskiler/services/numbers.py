"""Telephone numbers and e-mail addresses as people write them, turned into what is stored."""

import re
from functools import lru_cache

import phonenumbers

from ..domain.errors import InvalidInput
from ..domain.text import clean

__all__ = ["show_phone", "tidy_email", "tidy_phone"]

# One sign, a dot somewhere in the domain, nothing that could end a header. The rest only the mail system knows.
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,190}\.[^\s@<>()\[\],;:\"\\.]{2,63}")

# Prefixes nobody was given (by the library's own data): demonstrations use them, and only they may.
_UNALLOCATED = ("+90511", "+90520", "+90599")


# "O5O5 …": who types the letter for the digit. Only where nothing else in it is a letter.
_LIKE_DIGITS = re.compile(r"[\dOoIıl\s+().,/\-‐-―−]+")
_READ_AS = str.maketrans("OoIıl", "00111")
# "0532 123 45 67 (my sister)"
_NOTE_BEHIND = re.compile(r"(?<=\d)[\s(,;:/-]+[^\W\d_]\D*$")


@lru_cache(maxsize=16)
def tidy_phone(typed: str, *, demo: bool = False) -> str:
    """Return a number in E.164, from any Turkish spelling (``0532…``, ``532…``, ``+90 (532)…``, ``0090…``).

    Any digits of Unicode are read, and the letter O where somebody took it for a nought.

    Raises:
        InvalidInput: it is not a number somebody can be called on.
    """
    text = clean(typed)
    if not text:
        return ""
    text = _NOTE_BEHIND.sub("", text)
    if _LIKE_DIGITS.fullmatch(text):
        text = text.translate(_READ_AS)
    try:
        number = phonenumbers.parse(text, "TR")
    except phonenumbers.NumberParseException:
        raise InvalidInput("phone", "phone") from None
    tidy = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    is_demo_number = demo and tidy.startswith(_UNALLOCATED) and len(tidy) == 13
    if not (is_demo_number or phonenumbers.is_valid_number(number)):
        raise InvalidInput("phone", "phone")
    return tidy


def show_phone(phone: str) -> str:
    """Return a stored number as people read it: ``0532 123 45 67``."""
    if phone.startswith("+905") and len(phone) == 13:
        return f"0{phone[3:6]} {phone[6:9]} {phone[9:11]} {phone[11:]}"
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return phone
    is_home = number.country_code == 90
    style = phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def tidy_email(typed: str) -> str:
    """Return an address with its domain in lower case and as machines write it (``örnek.com`` is ``xn--…``).

    Signs that are not ASCII before the @ are refused: nearly always they are Turkish letters typed by habit, most mail
    systems cannot deliver to them, and whoever typed them would wait for an answer that never comes.

    Raises:
        InvalidInput: it cannot be an address, or not one that can be reached.
    """
    text = clean(typed)
    if not text:
        return ""
    if not _EMAIL.fullmatch(text):
        raise InvalidInput("email", "email")
    local, _, domain = text.rpartition("@")
    if not local.isascii():
        raise InvalidInput("email", "email_letters")
    try:
        # A domain is ASCII or IDNA; the Turkish rule for I does not apply to it.
        return f"{local}@{domain.lower().encode('idna').decode('ascii')}"
    except UnicodeError:
        raise InvalidInput("email", "email") from None
