"""The second factor: codes that change every 30 seconds (TOTP, RFC 6238), and recovery codes for a lost telephone.

The secret is encrypted with a key derived from the site's, recovery codes are kept as keyed hashes: the database alone
opens nothing. A code is accepted one step early or late and never twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pyotp
from cryptography.fernet import Fernet, InvalidToken

from ..domain.access import Grant
from ..domain.account import RECOVERY_CODES, User
from ..domain.errors import InvalidInput
from .passwords import hand_typed, made_up_code

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Enrolment", "SecondFactor", "accepts_code", "requires_factor"]

_STEP = 30
_TOLERATED = 1
_OFFER_LIFE = timedelta(minutes=30)


@dataclass(frozen=True)
class Enrolment:
    """A secret on its way to somebody's telephone: nothing is stored until a code of it has come back.

    ``token`` carries it, encrypted, from one page to the next; ``secret`` is what can be typed instead of the picture
    of ``uri``.
    """

    token: str
    secret: str
    uri: str


def requires_factor(roles: Collection[str], grants: Collection[Grant]) -> bool:
    """Tell whether somebody with *grants* has to have a second factor where the city asks *roles* for one."""
    return any(grant.role in roles for grant in grants)


def accepts_code(secret: bytes, user: User, typed: str, now: datetime) -> bool:
    """Tell whether *typed* is a code of the second factor or a recovery code, and use it up.

    Called inside a transaction: of two that bring the same code at once only one finds it unused.
    """
    return _accepts_step(secret, user, typed, now) or _accepts_recovery(secret, user, typed)


def _accepts_step(secret: bytes, user: User, typed: str, now: datetime) -> bool:
    stored = _opened(secret, user.factor_secret)
    step = _matching_step(stored, typed, now) if stored else None
    if step is None or step <= user.factor_step:
        return False
    user.factor_step = step
    return True


def _matching_step(secret: str, typed: str, now: datetime) -> int | None:
    digits = "".join(letter for letter in typed if letter.isdecimal()).encode("utf-8", "replace")
    present, codes = int(now.timestamp()) // _STEP, pyotp.TOTP(secret, interval=_STEP)
    found = None
    for step in range(present - _TOLERATED, present + _TOLERATED + 1):
        if hmac.compare_digest(codes.generate_otp(step).encode(), digits):
            found = step
    return found


def _accepts_recovery(secret: bytes, user: User, typed: str) -> bool:
    hashed = _recovery_hash(secret, user.username, typed)
    left = tuple(known for known in user.recovery_codes if not hmac.compare_digest(hashed, known))
    if len(left) == len(user.recovery_codes):
        return False
    user.recovery_codes = left
    return True


def _key(secret: bytes, purpose: str) -> bytes:
    return hmac.new(secret, f"second factor: {purpose}".encode(), hashlib.sha256).digest()


def _recovery_hash(secret: bytes, username: str, typed: str) -> str:
    said = f"{username}:{hand_typed(typed)}".encode("utf-8", "replace")
    return hmac.new(_key(secret, "recovery"), said, hashlib.sha256).hexdigest()


def _box(secret: bytes, purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(secret, purpose)))


def _opened(secret: bytes, stored: str) -> str:
    """Return the secret that is stored; empty when there is none or this site's key does not open it."""
    try:
        return _box(secret, "storage").decrypt(stored.encode()).decode() if stored else ""
    except InvalidToken:
        return ""


class SecondFactor:
    """Gives somebody a second factor, and new recovery codes."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._secret = services.assembly.secret

    def is_required(self, grants: Collection[Grant]) -> bool:
        """Tell whether the city asks one of these roles for it."""
        return requires_factor(self._services.assembly.options.second_factor, grants)

    def offer(self, username: str, token: str = "") -> Enrolment:
        """Return a new secret for *username*, or the one that *token* carries (a form that came back)."""
        said = self._carried(username, token) or pyotp.random_base32()
        return self._enrolment(username, said)

    def _enrolment(self, username: str, secret: str) -> Enrolment:
        issuer = self._services.assembly.extensions.brand.name
        uri = pyotp.TOTP(secret, interval=_STEP).provisioning_uri(name=username, issuer_name=issuer)
        now = int(self._services.now().timestamp())
        token = _box(self._secret, "offer").encrypt_at_time(f"{username}:{secret}".encode(), now).decode()
        return Enrolment(token, secret, uri)

    def _carried(self, username: str, token: str) -> str:
        now = int(self._services.now().timestamp())
        try:
            said = _box(self._secret, "offer").decrypt_at_time(
                token.encode("utf-8", "replace"), int(_OFFER_LIFE.total_seconds()), now
            )
        except InvalidToken:
            return ""
        name, _colon, secret = said.decode().partition(":")
        return secret if name == username else ""

    def confirmed(self, username: str, token: str, typed: str) -> tuple[str, int]:
        """Return the secret that *token* carries, and the step of the code that shows that it has arrived.

        Raises:
            InvalidInput: the code is wrong, or the offer is older than half an hour.
        """
        secret = self._carried(username, token)
        step = _matching_step(secret, typed, self._services.now()) if secret else None
        if step is None:
            raise InvalidInput("code", "factor_code")
        return secret, step

    def enter(self, user: User, secret: str, step: int, codes: Collection[str]) -> None:
        """Let *user*'s log-in ask for codes of *secret* from now on; inside a transaction."""
        user.factor_secret = _box(self._secret, "storage").encrypt(secret.encode()).decode()
        user.factor_since, user.factor_step = self._services.now(), step
        self.enter_codes(user, codes)

    def enter_codes(self, user: User, codes: Collection[str]) -> None:
        """Keep recovery codes in the place of those before; inside a transaction."""
        user.recovery_codes = tuple(_recovery_hash(self._secret, user.username, code) for code in codes)

    @staticmethod
    def new_codes() -> list[str]:
        """Return ten new recovery codes, to be shown once."""
        return [made_up_code() for _ in range(RECOVERY_CODES)]
