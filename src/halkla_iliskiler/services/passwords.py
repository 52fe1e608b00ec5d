"""Passwords: how they are hashed, checked and made up.

People's own passwords are argon2id hashes. What the program makes up is random enough (59 bits) to be kept as a keyed
hash, so that three hundred accounts are made in an instant.
"""

import hashlib
import hmac
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..domain.errors import InvalidInput
from ..domain.text import tr_lower
from .processor import let_out

__all__ = [
    "MAXIMUM_PASSWORD",
    "MINIMUM_PASSWORD",
    "check_password",
    "first_password_hash",
    "hand_typed",
    "hash_password",
    "hasher",
    "is_first_password",
    "is_right",
    "made_up_code",
    "needs_new_hash",
]

MINIMUM_PASSWORD = 12
MAXIMUM_PASSWORD = 128
hasher = PasswordHasher()
"""argon2id with the library's defaults (RFC 9106, second recommendation: 64 MiB, 3 passes)."""
_nobody: list[str] = []
_verifying = threading.BoundedSemaphore(2)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter that looks like another one in print, none that Turkish keyboards write differently."""


def made_up_code() -> str:
    """Return twelve random letters that can be read aloud and typed: ``k7qm-4t2p-xw9r``."""
    letters = [secrets.choice(_LETTERS) for _ in range(12)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 12, 4))


def hand_typed(typed: str) -> str:
    """Return a made-up code as it is compared: without dashes, blanks and capitals."""
    return tr_lower("".join(letter for letter in typed if letter.isalnum()))


def first_password_hash(secret: bytes, username: str, password: str) -> str:
    """Return what is kept of a password that the administration hands out."""
    key = hmac.new(secret, b"first password", hashlib.sha256).digest()
    said = f"{username}:{hand_typed(password)}".encode("utf-8", "replace")
    return hmac.new(key, said, hashlib.sha256).hexdigest()


def is_first_password(secret: bytes, stored: str, username: str, password: str) -> bool:
    """Tell whether *password* is the one that was handed out; with none it takes as long and is not."""
    given = first_password_hash(secret, username, password[: MAXIMUM_PASSWORD + 1])
    return hmac.compare_digest(given, stored or "0" * len(given)) and bool(stored)


def check_password(password: str) -> None:
    """Refuse a password that is too short or too long.

    Raises:
        InvalidInput: with the problem ``password_length``.
    """
    if not MINIMUM_PASSWORD <= len(password) <= MAXIMUM_PASSWORD:
        raise InvalidInput("password", "password_length")


def hash_password(password: str) -> str:
    """Return what is kept of somebody's own password."""
    with _verifying, let_out():
        return hasher.hash(password)


def is_right(stored: str, password: str) -> bool:
    """Verify a password; with none stored, verify against a made-up hash and say no, so that it takes as long."""
    if not _nobody:
        _nobody.append(hasher.hash(secrets.token_urlsafe(16)))
    try:
        # Each verification takes 64 MiB and a core: however many try at once, two are at work.
        with _verifying, let_out():
            hasher.verify(stored or _nobody[0], password[: MAXIMUM_PASSWORD + 1])
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)


def needs_new_hash(stored: str) -> bool:
    """Tell whether a password was hashed with other parameters than today's."""
    return hasher.check_needs_rehash(stored)
