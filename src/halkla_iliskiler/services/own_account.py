"""What everybody does with their own account: password, second factor, signed-in machines, who stands in for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ..domain.account import StaffSession, User
from ..domain.errors import InvalidInput, NotFound
from ..storage import Site
from .account_rules import Person, account_values, person_of, put_away
from .accounts import LogInRefused, end_sessions, session_key
from .passwords import check_password, hash_password, is_right
from .people import AREA
from .second_factor import Enrolment
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["OpenSession", "OwnAccount"]

_HANDLE = 16
"""Letters of a session's key that are enough to name it; the key itself opens nothing."""


@dataclass(frozen=True)
class OpenSession:
    """A machine on which somebody is signed in."""

    handle: str
    started_at: datetime
    client: str
    browser: str
    is_this: bool


class OwnAccount:
    """Acts on the account of whoever is signed in, and on no other."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def look(self) -> Person:
        """Return one's own account."""
        with self._services.assembly.database.reading() as site:
            return person_of(self._user(site), self._services.now())

    def log_ins(self) -> tuple[tuple[datetime, str, str], ...]:
        """Return one's last log-ins, the newest first: when, network address, browser."""
        with self._services.assembly.database.reading() as site:
            return self._user(site).log_ins

    def colleagues(self) -> list[tuple[str, str]]:
        """Return who can stand in: user name and name of everybody else who can sign in."""
        own = self._services.actor.id
        with self._services.assembly.database.reading() as site:
            others = (one for one in site.users.values() if one.username != own and not one.is_disabled)
            return [(one.username, one.name) for one in others]

    # -- password -------------------------------------------------------------------------------------------------

    def change_password(self, old: str, new: str, session_id: str, client: str) -> None:
        """Set a new password and sign out every other machine.

        Raises:
            InvalidInput: the old one is wrong, or the new one is too short, too long or the same.
            LogInRefused: the old one was guessed too often.
        """
        proved = self._prove(old, client, "old")
        check_password(new)
        if new == old:
            raise InvalidInput("password", "password_same")
        hashed, now = hash_password(new), self._services.now()

        def change(unit: Unit) -> None:
            user = self._proved(unit.site, proved, "old")
            user.choose_password(hashed, now)
            end_sessions(unit, user.username, but=session_key(session_id))
            self._services.people.note(unit, user, "password", "", "changed")

        self._services.write(change, "change one's password")

    def _prove(self, password: str, client: str, field: str) -> str:
        """Ask for the password once more before something that whoever finds an open screen must not do.

        Returns what it was proved against, for :meth:`_proved`.
        """
        throttle, now = self._services.assembly.log_in_throttle, self._services.now()
        own = self._services.actor.id
        keys = {f"account:{own}:{client}": 5, f"client:{client}": 30, f"account:{own}": 50}
        if wait := throttle.wait(keys, now):
            raise LogInRefused(wait)
        with self._services.assembly.database.reading() as site:
            stored = self._user(site).password_hash
        if not is_right(stored, password):
            throttle.failed(keys, now)
            raise InvalidInput(field, "password_wrong")
        return stored

    def _proved(self, site: Site, proved: str, field: str) -> User:
        """Return oneself, unless the password was reset since it was proved: that took a while, outside the gate."""
        user = self._user(site)
        if user.password_hash != proved:
            raise InvalidInput(field, "password_wrong")
        return user

    # -- machines -------------------------------------------------------------------------------------------------

    def sessions(self, session_id: str) -> list[OpenSession]:
        """Return where one is signed in: this machine, then the others, the newest first."""
        now, this = self._services.now(), session_key(session_id)
        with self._services.assembly.database.reading() as site:
            found = [
                OpenSession(key[:_HANDLE], one.started_at, one.client, one.browser, key == this)
                for key, one in site.sessions.items()
                if self._is_open(one, now)
            ]
        return sorted(found, key=lambda one: (not one.is_this, -one.started_at.timestamp()))

    def _is_open(self, session: StaffSession, now: datetime) -> bool:
        return session.username == self._services.actor.id and not session.steps and not session.is_over(now)

    def end_session(self, handle: str) -> None:
        """Sign one machine out (raises :class:`NotFound` when one is not signed in there)."""
        now = self._services.now()

        def change(unit: Unit) -> None:
            own = (key for key, one in unit.site.sessions.items() if self._is_open(one, now))
            found = [key for key in own if key[:_HANDLE] == handle]
            if not found:
                raise NotFound(handle)
            for key in found:
                del unit.site.sessions[key]

        self._services.write(change, "end a session of one's own")

    def end_others(self, session_id: str) -> int:
        """Sign out every machine but this one; return how many there were."""
        own = self._services.actor.id
        return self._services.write(
            lambda unit: end_sessions(unit, own, but=session_key(session_id)), "end one's other sessions"
        )

    # -- away -----------------------------------------------------------------------------------------------------

    def set_away(self, start: date | None, until: date | None, deputy: str | None) -> None:
        """Say from when until which day one is not at work, and who stands in; ``until=None``: one is back.

        Raises:
            InvalidInput: the deputy is nobody, or the last day comes before the first or is over.
        """
        if until is not None and until < self._services.today:
            raise InvalidInput("until", "day_over")

        def change(unit: Unit) -> None:
            user = self._user(unit.site)
            before = account_values(user)
            put_away(unit.site, user, start, until, deputy)
            self._services.changes.record(unit, AREA, user.username, user.name, before, account_values(user))

        self._services.write(change, "somebody is away")

    # -- second factor --------------------------------------------------------------------------------------------

    def offer_factor(self, token: str = "") -> Enrolment:
        """Return what has to be scanned to set up the second factor."""
        return self._services.second_factor.offer(self._services.actor.id, token)

    def enrol(self, token: str, code: str, password: str, session_id: str, client: str) -> list[str]:
        """Set up the second factor (anew), sign out every other machine, and return the recovery codes (shown once).

        Raises:
            InvalidInput: the password is wrong, or the code does not fit what was scanned.
            LogInRefused: the password was guessed too often.
        """
        factor = self._services.second_factor
        secret, step = factor.confirmed(self._services.actor.id, token, code)
        proved = self._prove(password, client, "password")
        codes = factor.new_codes()

        def change(unit: Unit) -> None:
            user = self._proved(unit.site, proved, "password")
            before = "on" if user.has_factor else "off"
            factor.enter(user, secret, step, codes)
            # Log-ins that wait end, too: one that was to set it up would take this one's place.
            end_sessions(unit, user.username, but=session_key(session_id))
            self._services.people.note(unit, user, "factor", before, "renewed" if before == "on" else "on")

        self._services.write(change, "set up the second factor")
        return codes

    def new_codes(self, password: str, client: str) -> list[str]:
        """Return ten new recovery codes, which are shown once; those before open nothing any more.

        Raises:
            InvalidInput: the password is wrong.
            NotFound: there is no second factor.
            LogInRefused: the password was guessed too often.
        """
        proved = self._prove(password, client, "password")
        codes = self._services.second_factor.new_codes()

        def change(unit: Unit) -> None:
            user = self._proved(unit.site, proved, "password")
            if not user.has_factor:
                raise NotFound("second factor")
            self._services.second_factor.enter_codes(user, codes)
            self._services.people.note(unit, user, "recovery_codes", "", "renewed")

        self._services.write(change, "new recovery codes")
        return codes

    def drop_factor(self, password: str, client: str) -> None:
        """Sign in without a code again.

        Raises:
            InvalidInput: the password is wrong, or one's role requires the second factor.
            LogInRefused: the password was guessed too often.
        """
        if self._services.second_factor.is_required(self._services.actor.grants):
            raise InvalidInput("password", "factor_required")
        proved = self._prove(password, client, "password")

        def change(unit: Unit) -> None:
            user = self._proved(unit.site, proved, "password")
            if user.has_factor:
                user.forget_factor()
                self._services.people.note(unit, user, "factor", "on", "off")

        self._services.write(change, "drop the second factor")

    def _user(self, site: Site) -> User:
        user: User | None = site.users.get(self._services.actor.id)
        if user is None:
            raise NotFound(self._services.actor.id)
        return user
