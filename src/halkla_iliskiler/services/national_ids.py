"""National identity numbers: kept only where a law asks for them, encrypted, found by a keyed hash.

Both keys are derived from the site's secret, so the database alone, a copy of it or its index tells nobody's number.
No number is ever in the index, in an address, in a message or in a log.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken

from ..domain.errors import InvalidInput
from ..domain.national_id import is_national_id, mask_national_id, normalise_national_id
from ..domain.ticket import Ticket
from ..domain.workflow import Permission
from .handling import require

if TYPE_CHECKING:
    from .facade import Services
    from .unit import Unit

__all__ = ["NationalIds", "decrypted", "encrypted", "national_id_hash", "tidy_national_id"]


def _key(secret: bytes, purpose: str) -> bytes:
    return hmac.new(secret, f"national id: {purpose}".encode(), hashlib.sha256).digest()


def national_id_hash(secret: bytes, number: str) -> str:
    """Return under what a number is looked up: the same for the same eleven digits, nothing without the site's key.

    There are so few numbers that a hash without a key could be tried out.
    """
    return hmac.new(_key(secret, "look-up"), normalise_national_id(number).encode(), hashlib.sha256).hexdigest()


def encrypted(secret: bytes, number: str) -> str:
    """Return *number* as it is stored; the same number never looks the same twice."""
    return Fernet(base64.urlsafe_b64encode(_key(secret, "storage"))).encrypt(number.encode()).decode()


def decrypted(secret: bytes, stored: str) -> str:
    """Return the number that was stored; empty when there is none or this site's key does not open it."""
    if not stored:
        return ""
    try:
        return Fernet(base64.urlsafe_b64encode(_key(secret, "storage"))).decrypt(stored.encode()).decode()
    except InvalidToken:
        return ""


def tidy_national_id(typed: str) -> str:
    """Return the eleven digits of what was typed, and an empty text for nothing.

    Raises:
        InvalidInput: the digits are no identity number (their two check digits do not fit).
    """
    if not typed.strip():
        return ""
    number = normalise_national_id(typed)
    if not is_national_id(number):
        raise InvalidInput("national_id", "national_id")
    return number


class NationalIds:
    """Keeps numbers with the tickets they were asked for, and shows as much of them as somebody may see."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._secret = services.assembly.secret

    def keep(self, unit: Unit, ticket: Ticket, number: str) -> None:
        """Keep *number* (tidied) with *ticket*, and let its applicant be found by it.

        Two applicants with one number stay two: whoever types somebody's number is not them.
        """
        ticket.national_id = encrypted(self._secret, number)
        if ticket.applicant_id is not None:
            unit.site.note_national_id(national_id_hash(self._secret, number), ticket.applicant_id)

    def masked(self, ticket: Ticket) -> str:
        """Return enough of the number to tell two people apart (``100******46``), or an empty text."""
        return mask_national_id(decrypted(self._secret, ticket.national_id))

    def decrypted(self, ticket: Ticket) -> str:
        """Return the whole number. Whoever shows it writes down who read it and why (see :mod:`.disclosure`).

        Raises:
            Forbidden: the actor may not see who applied.
        """
        require(self._services, Permission.SEE_CONTACT, ticket)
        return decrypted(self._secret, ticket.national_id)
