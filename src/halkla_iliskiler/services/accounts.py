"""Signing in, step by step, and staying signed in."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ..domain.access import Actor, Grant
from ..domain.account import StaffSession, Step, User
from ..domain.errors import InvalidInput, NotFound
from .passwords import (
    MAXIMUM_PASSWORD,
    MINIMUM_PASSWORD,
    check_password,
    hash_password,
    is_first_password,
    is_right,
    needs_new_hash,
)
from .second_factor import Enrolment, accepts_code
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services
    from .people import Person

__all__ = ["MAXIMUM_PASSWORD", "MINIMUM_PASSWORD", "Accounts", "LogInRefused", "Waiting", "end_sessions", "session_key"]


class LogInRefused(Exception):
    """Name, password or code is wrong, the account is disabled, or it was tried too often (``wait`` says how long)."""

    def __init__(self, wait: timedelta = timedelta()) -> None:
        super().__init__("log-in refused")
        self.wait = wait


@dataclass(frozen=True)
class Waiting:
    """A log-in that waits for a step, and whose it is."""

    step: Step
    username: str
    name: str


class Accounts:
    """Signs people in and keeps them signed in.

    A log-in that needs more than name and password (see :class:`~..domain.account.Step`) opens a session that opens
    nothing yet; each step that is passed replaces it by a new one, so an id that was seen before is worth nothing.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._secret = services.assembly.secret

    def log_in(self, username: str, password: str, client: str, browser: str = "") -> str:
        """Check name and password and return the id of a new session.

        The password is verified with no transaction and no gate held; an unknown name takes as long as a wrong
        password. A password that the administration has handed out is accepted in its place.

        Raises:
            LogInRefused: without saying which of the two was wrong; also when the password was replaced or the account
                disabled while it was being verified.
        """
        throttle, now = self._services.assembly.log_in_throttle, self._services.now()
        keys = {f"account:{username}:{client}": 5, f"client:{client}": 30, f"account:{username}": 50}
        if wait := throttle.wait(keys, now):
            raise LogInRefused(wait)
        stored, first = self._stored(username)
        # Both are always looked at, so that the time it takes does not tell which of them there is.
        is_first = is_first_password(self._secret, first, username, password)
        is_own = is_right(stored, password)
        if not (is_own or is_first):
            throttle.failed(keys, now)
            raise LogInRefused
        session_id = secrets.token_urlsafe(32)
        fresh_hash = hash_password(password) if is_own and needs_new_hash(stored) else ""

        def change(unit: Unit) -> None:
            user = _user(unit, username)
            # What was verified outside may have been replaced since, by somebody who had a reason to.
            is_still_right = user.password_hash == stored if is_own else user.first_password == first
            if user.is_disabled or not is_still_right:
                raise LogInRefused
            if fresh_hash:
                user.password_hash = fresh_hash
            self._open(unit, session_id, StaffSession(username, now, self._steps(user, is_first), client, browser))

        self._services.write(change, "log in")
        throttle.succeeded([f"account:{username}:{client}"])
        return session_id

    def _stored(self, username: str) -> tuple[str, str]:
        """Return the hashes of the own and of the handed-out password; empty where there is none to be right."""
        with self._services.assembly.database.reading() as site:
            user = site.users.get(username)
            if user is None or user.is_disabled:
                return "", ""
            return user.password_hash, user.first_password if user.has_first_password(self._services.now()) else ""

    def _steps(self, user: User, is_first: bool) -> tuple[str, ...]:
        required = self._services.second_factor.is_required(user.grants)
        asked = {
            Step.CODE: user.has_factor,
            Step.PASSWORD: is_first,
            Step.ENROL: required and not user.has_factor,
        }
        return tuple(step.value for step, is_asked in asked.items() if is_asked)

    def _open(self, unit: Unit, session_id: str, session: StaffSession) -> None:
        unit.site.sessions[session_key(session_id)] = session
        if not session.steps:
            _user(unit, session.username).note_log_in(session.started_at, session.client, session.browser)

    # -- the steps after the password -----------------------------------------------------------------------------

    def waiting(self, session_id: str) -> Waiting | None:
        """Return the step a log-in waits for; ``None`` when it waits for none, is over or nobody's."""
        with self._services.assembly.database.reading() as site:
            session = site.sessions.get(session_key(session_id))
            if session is None or not session.steps or session.is_over(self._services.now()):
                return None
            user = site.users.get(session.username)
            step = Step(session.steps[0])
            if user is None or user.is_disabled or not _is_still_asked(user, step):
                return None
            return Waiting(step, user.username, user.name)

    def enter_code(self, session_id: str, typed: str, client: str) -> str:
        """Take a code of the second factor, or a recovery code, and return the id of the session that goes on.

        Raises:
            NotFound: no log-in waits for one.
            LogInRefused: it is wrong or was used before, or there were too many tries.
        """
        username = self._username(session_id, Step.CODE)
        throttle, now = self._services.assembly.log_in_throttle, self._services.now()
        keys = {f"code:{username}": 5, f"client:{client}": 30}
        if wait := throttle.wait(keys, now):
            raise LogInRefused(wait)
        new_id = secrets.token_urlsafe(32)

        def change(unit: Unit) -> bool:
            user = self._held(unit, session_id, Step.CODE)
            if not accepts_code(self._secret, user, typed, now):
                return False
            self._go_on(unit, session_id, new_id)
            return True

        if not self._services.write(change, "a code of the second factor"):
            throttle.failed(keys, now)
            raise LogInRefused
        throttle.succeeded([f"code:{username}"])
        return new_id

    def choose_password(self, session_id: str, password: str) -> str:
        """Replace the password that was handed out, and return the id of the session that goes on.

        Raises:
            NotFound: no log-in waits for it.
            InvalidInput: it is too short or too long, or the one that was handed out.
        """
        username = self._username(session_id, Step.PASSWORD)
        check_password(password)
        _stored, first = self._stored(username)
        if is_first_password(self._secret, first, username, password):
            raise InvalidInput("password", "password_same")
        hashed, new_id, now = hash_password(password), secrets.token_urlsafe(32), self._services.now()

        def change(unit: Unit) -> None:
            user = self._held(unit, session_id, Step.PASSWORD)
            user.choose_password(hashed, now)
            end_sessions(unit, username, but=session_key(session_id))
            self._go_on(unit, session_id, new_id)

        self._services.write(change, "choose a password")
        return new_id

    def offer_factor(self, session_id: str, token: str = "") -> Enrolment:
        """Return what has to be scanned to set the second factor up (raises :class:`NotFound`)."""
        return self._services.second_factor.offer(self._username(session_id, Step.ENROL), token)

    def enrol(self, session_id: str, token: str, typed: str) -> tuple[str, list[str]]:
        """Set up the second factor; return the id of the session that goes on, and the recovery codes.

        Every other session of the account ends: they were opened with the password alone.

        Raises:
            NotFound: no log-in waits for it, or the account has got one meanwhile.
            InvalidInput: the code does not fit what was scanned.
        """
        username, factor = self._username(session_id, Step.ENROL), self._services.second_factor
        secret, step = factor.confirmed(username, token, typed)
        new_id, codes = secrets.token_urlsafe(32), factor.new_codes()

        def change(unit: Unit) -> None:
            user = self._held(unit, session_id, Step.ENROL)
            factor.enter(user, secret, step, codes)
            self._services.people.note(unit, user, "factor", "off", "on", by=user.as_actor())
            end_sessions(unit, username, but=session_key(session_id))
            self._go_on(unit, session_id, new_id)

        self._services.write(change, "set up the second factor")
        return new_id, codes

    def _username(self, session_id: str, step: Step) -> str:
        waiting = self.waiting(session_id)
        if waiting is None or waiting.step is not step:
            raise NotFound(session_id)
        return waiting.username

    def _held(self, unit: Unit, session_id: str, step: Step) -> User:
        """Return whose log-in waits for *step*, inside the transaction."""
        session = unit.site.sessions.get(session_key(session_id))
        if session is None or session.steps[:1] != (step.value,):
            raise NotFound(session_id)
        user = _user(unit, session.username)
        if not _is_still_asked(user, step):
            raise NotFound(session_id)
        return user

    def _go_on(self, unit: Unit, session_id: str, new_id: str) -> None:
        session = unit.site.sessions.pop(session_key(session_id))
        now = self._services.now()
        self._open(
            unit, new_id, StaffSession(session.username, now, session.steps[1:], session.client, session.browser)
        )

    # -- being signed in ------------------------------------------------------------------------------------------

    def actor_of(self, session_id: str) -> Actor | None:
        """Return who a session belongs to, or ``None`` when it waits, is over, or its account is disabled."""
        return self._services.assembly.known_sessions.actor_of(session_key(session_id), self._services.now())

    def log_out(self, session_id: str) -> None:
        """End a session; a copy of its cookie opens nothing any more."""
        self._services.write(lambda unit: unit.site.sessions.pop(session_key(session_id), None), "log out")

    def sweep_sessions(self) -> int:
        """Remove sessions that are over. Return how many."""
        now = self._services.now()

        def change(unit: Unit) -> int:
            over = [key for key, session in unit.site.sessions.items() if session.is_over(now)]
            for key in over:
                del unit.site.sessions[key]
            return len(over)

        return self._services.write(change, "forget sessions that are over")

    # -- short ways for programs (the command line, a demonstration): see :mod:`.people` ----------------------------

    def add(self, username: str, name: str, password: str, grants: tuple[Grant, ...]) -> None:
        """Create an account with a password of its own."""
        self._services.people.add_with_password(username, name, password, grants)

    def change_password(self, username: str, password: str) -> None:
        """Set a new password and end every session of the account."""
        self._services.people.set_password(username, password)

    def disable(self, username: str) -> None:
        """Let nobody sign in with the account any more, and end its sessions."""
        self._services.people.disable(username)

    def set_away(self, username: str, until: date | None, deputy: str | None, start: date | None = None) -> None:
        """Say from when until which day somebody is not at work, and who stands in for them."""
        self._services.people.set_away(username, start, until, deputy)

    def all(self) -> list[Person]:
        """Return every account, by user name."""
        return self._services.people.all()


def session_key(session_id: str) -> str:
    """Return under what a session is kept: from it nobody finds the id that the browser has."""
    return hashlib.sha256(session_id.encode("utf-8", "replace")).hexdigest()


def end_sessions(unit: Unit, username: str, but: str = "") -> int:
    """End every session of an account but one (its key); return how many were open."""
    ended = [key for key, session in unit.site.sessions.items() if session.username == username and key != but]
    for key in ended:
        del unit.site.sessions[key]
    return len(ended)


def _is_still_asked(user: User, step: Step) -> bool:
    """Tell whether a log-in may take a step: a second factor that is there is never replaced by whoever lacks it."""
    return step is not Step.ENROL or not user.has_factor


def _user(unit: Unit, username: str) -> User:
    user: User | None = unit.site.users.get(username)
    if user is None:
        raise NotFound(username)
    return user
