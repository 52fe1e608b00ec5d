"""One-time codes: six digits that prove that an address is somebody's own.

Neither a code nor anything it could be guessed from is stored (a hash of six digits is guessed in no time): the code is
derived from the site's key and a random salt. What is stored is whose address is to be proved, how often somebody
tried, and until when.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from persistent import Persistent

__all__ = ["CODE_LIFE", "DIGITS", "MOST_TRIES", "VISIT_LIFE", "Proof", "hidden_key", "new_secret"]

DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
VISIT_LIFE = timedelta(minutes=30)


class Proof(Persistent):
    """Somebody says that an address is theirs, and proves it with a code; or has proved it and looks around.

    ``is_known`` is false when nobody applied with the address: it is asked for a code all the same, and none is right.
    """

    tries = 0
    is_proven = False

    def __init__(self, phone: str, email: str, expires_at: datetime, *, is_known: bool = True) -> None:
        self.phone = phone
        self.email = email
        self.expires_at = expires_at
        self.is_known = is_known
        self.salt = secrets.token_hex(16)

    def is_over(self, now: datetime) -> bool:
        """Tell whether its time has passed."""
        return now >= self.expires_at

    def code(self, key: bytes) -> str:
        """Return the six digits that prove it."""
        digest = hmac.new(key, f"one-time:{self.salt}:{self.phone}:{self.email}".encode(), hashlib.sha256).digest()
        return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"

    def accepts(self, key: bytes, typed: str, now: datetime) -> bool:
        """Count a try and tell whether it was right: in time, among the first five, of an address that is known."""
        digits = "".join(letter for letter in typed if letter.isdecimal())
        is_same = hmac.compare_digest(self.code(key).encode(), digits.encode("utf-8", "replace"))
        may_try = self.tries < MOST_TRIES and not self.is_over(now) and not self.is_proven
        self.tries += 1
        return is_same and may_try and self.is_known


def new_secret() -> str:
    """Return what a browser keeps to show that it is the one that asked."""
    return secrets.token_urlsafe(24)


def hidden_key(secret: str) -> str:
    """Return the key under which a proof is kept: from it nobody finds the secret the browser has."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
