"""Staff accounts: signing in and out, and what the command line does with them."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..domain.access import ROLES, Actor, Grant
from ..domain.account import StaffSession, User
from ..domain.errors import InvalidInput, NotFound
from .processor import let_out
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["MINIMUM_PASSWORD", "Account", "Accounts", "LogInRefused", "hasher"]

MINIMUM_PASSWORD = 12
MAXIMUM_PASSWORD = 128

hasher = PasswordHasher()
"""argon2id with the library's defaults (RFC 9106, second recommendation: 64 MiB, 3 passes)."""


class LogInRefused(Exception):
    """Name or password is wrong, the account is disabled, or it was tried too often (then ``wait`` says how long)."""

    def __init__(self, wait: timedelta = timedelta()) -> None:
        super().__init__("log-in refused")
        self.wait = wait


@dataclass(frozen=True)
class Account:
    """What a list of accounts shows."""

    username: str
    name: str
    grants: tuple[Grant, ...]
    is_disabled: bool


class Accounts:
    """Signs people in and keeps their accounts."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def log_in(self, username: str, password: str, client: str) -> str:
        """Check name and password and return the id of a new session.

        The password is verified with no transaction and no gate held; an unknown name takes as long as a wrong
        password.

        Raises:
            LogInRefused: without saying which of the two was wrong.
        """
        throttle, now = self._services.assembly.log_in_throttle, self._services.now()
        keys = {f"account:{username}:{client}": 5, f"client:{client}": 30, f"account:{username}": 50}
        if wait := throttle.wait(keys, now):
            raise LogInRefused(wait)
        with self._services.assembly.database.reading() as site:
            user = site.users.get(username)
            stored = user.password_hash if user is not None and not user.is_disabled else None
        if not _is_right(stored, password):
            throttle.failed(keys, now)
            raise LogInRefused
        throttle.succeeded([f"account:{username}:{client}"])
        session_id = secrets.token_urlsafe(32)
        fresh_hash = hasher.hash(password) if stored and hasher.check_needs_rehash(stored) else None
        self._services.write(lambda unit: self._open(unit, username, session_id, fresh_hash), "log in")
        return session_id

    def _open(self, unit: Unit, username: str, session_id: str, fresh_hash: str | None) -> None:
        unit.site.sessions[_key(session_id)] = StaffSession(username, self._services.now())
        if fresh_hash:
            unit.site.users[username].password_hash = fresh_hash

    def actor_of(self, session_id: str) -> Actor | None:
        """Return who a session belongs to, or ``None`` when it is over, revoked, or its account is disabled."""
        with self._services.assembly.database.reading() as site:
            session = site.sessions.get(_key(session_id))
            if session is None or session.is_over(self._services.now()):
                return None
            user = site.users.get(session.username)
            return user.as_actor() if user is not None and not user.is_disabled else None

    def log_out(self, session_id: str) -> None:
        """End a session; a copy of its cookie opens nothing any more."""
        self._services.write(lambda unit: unit.site.sessions.pop(_key(session_id), None), "log out")

    def sweep_sessions(self) -> int:
        """Remove sessions that are over. Return how many."""
        now = self._services.now()

        def change(unit: Unit) -> int:
            over = [key for key, session in unit.site.sessions.items() if session.is_over(now)]
            for key in over:
                del unit.site.sessions[key]
            return len(over)

        return self._services.write(change, "forget sessions that are over")

    # -- administration (the command line; pages come with the administration) ----------------------------------

    def add(self, username: str, name: str, password: str, grants: tuple[Grant, ...]) -> None:
        """Create an account.

        Raises:
            InvalidInput: the name is taken or malformed, the password too short, a role or department unknown.
        """
        if not username.isascii() or not username.replace(".", "").replace("-", "").isalnum():
            raise InvalidInput("username", "username")
        self._check_password(password)
        user = User(username, name, hasher.hash(password), grants, self._services.now())

        def change(unit: Unit) -> None:
            if username in unit.site.users:
                raise InvalidInput("username", "taken")
            for grant in grants:
                _check_grant(unit, grant)
            unit.site.users[username] = user

        self._services.write(change, "add an account")

    def change_password(self, username: str, password: str) -> None:
        """Set a new password and end every session of the account (raises :class:`NotFound`)."""
        self._check_password(password)
        hashed = hasher.hash(password)

        def change(unit: Unit) -> None:
            _user(unit, username).password_hash = hashed
            _end_sessions(unit, username)

        self._services.write(change, "change a password")

    def disable(self, username: str) -> None:
        """Let nobody sign in with the account any more, and end its sessions (raises :class:`NotFound`)."""

        def change(unit: Unit) -> None:
            _user(unit, username).is_disabled = True
            _end_sessions(unit, username)

        self._services.write(change, "disable an account")

    def set_away(self, username: str, until: date | None, deputy: str | None) -> None:
        """Say until which day somebody is not at work, and who stands in for them; ``None`` says that they are back.

        Raises:
            NotFound: there is no such account.
            InvalidInput: the deputy is nobody, or the person themselves.
        """

        def change(unit: Unit) -> None:
            user = _user(unit, username)
            if deputy is not None and (deputy == username or deputy not in unit.site.users):
                raise InvalidInput("deputy", "unknown")
            user.away_until, user.deputy = until, deputy

        self._services.write(change, "somebody is away")

    def all(self) -> list[Account]:
        """Return every account, by name."""
        with self._services.assembly.database.reading() as site:
            return [Account(user.username, user.name, user.grants, user.is_disabled) for user in site.users.values()]

    @staticmethod
    def _check_password(password: str) -> None:
        if not MINIMUM_PASSWORD <= len(password) <= MAXIMUM_PASSWORD:
            raise InvalidInput("password", "password_length")


_nobody: list[str] = []
_verifying = threading.BoundedSemaphore(2)


def _is_right(stored: str | None, password: str) -> bool:
    """Verify a password; with no account behind the name, verify against a made-up hash and say no."""
    if not _nobody:
        _nobody.append(hasher.hash(secrets.token_urlsafe(16)))
    try:
        # Each verification takes 64 MiB and a core: however many try at once, two are at work.
        with _verifying, let_out():
            hasher.verify(stored or _nobody[0], password[: MAXIMUM_PASSWORD + 1])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def _key(session_id: str) -> str:
    return hashlib.sha256(session_id.encode("utf-8", "replace")).hexdigest()


def _user(unit: Unit, username: str) -> User:
    user: User | None = unit.site.users.get(username)
    if user is None:
        raise NotFound(username)
    return user


def _end_sessions(unit: Unit, username: str) -> None:
    for key in [key for key, session in unit.site.sessions.items() if session.username == username]:
        del unit.site.sessions[key]


def _check_grant(unit: Unit, grant: Grant) -> None:
    role = ROLES.get(grant.role)
    if role is None:
        raise InvalidInput("role", "unknown")
    if role.needs_department and grant.department not in unit.site.city.tree:
        raise InvalidInput("department", "unknown")
