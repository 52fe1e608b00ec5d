"""The Turkish national identity number (T.C. kimlik no): its spelling, its two check digits, its mask.

Numbers of foreigners who live in Türkiye begin with 99 and are checked the same way. Nothing here knows whose a number
is. Nobody is asked for one but where a law demands that an application sent electronically carries it.
"""

import unicodedata

from .workflow import Regime

__all__ = ["REGIMES_ASKING", "is_foreigner", "is_national_id", "mask_national_id", "normalise_national_id"]

REGIMES_ASKING = frozenset({Regime.INFORMATION_4982.value, Regime.DATA_SUBJECT_6698.value})
"""The laws under which who applies without a signature says who they are by it: right to information (law 4982,
art. 6, and its regulation's form), data subject requests (the communiqué on applications, art. 5)."""

_LENGTH = 11
_FOREIGNERS = "99"


def normalise_national_id(typed: str) -> str:
    """Return the eleven digits of a number as people write it (blanks, dots, dashes, any digits of Unicode), or ``""``.

    Only the spelling is looked at; whether the digits are a number is what :func:`is_national_id` answers.
    """
    kept = [sign for sign in typed if not (sign.isspace() or sign in ".-‐‑–—·/")]
    digits = [unicodedata.decimal(sign, None) for sign in kept]
    if len(digits) != _LENGTH or None in digits:
        return ""
    return "".join(str(digit) for digit in digits)


def is_national_id(number: str) -> bool:
    """Tell whether *number* (normalised) has the form and both check digits of an identity number."""
    if len(number) != _LENGTH or not (number.isascii() and number.isdigit()) or number[0] == "0":
        return False
    digits = [int(sign) for sign in number]
    odd, even = sum(digits[0:9:2]), sum(digits[1:8:2])
    return digits[9] == (odd * 7 - even) % 10 and digits[10] == sum(digits[:10]) % 10


def is_foreigner(number: str) -> bool:
    """Tell whether *number* is one of those given to foreigners who live here."""
    return is_national_id(number) and number.startswith(_FOREIGNERS)


def mask_national_id(number: str) -> str:
    """Show three digits and the last two, enough to tell two people apart at the desk: ``100******46``."""
    return f"{number[:3]}{'*' * (_LENGTH - 5)}{number[-2:]}" if len(number) == _LENGTH else "*" * len(number)
