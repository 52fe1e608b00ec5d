"""The accounts of the house: who works with the system, in which roles, and what is done when they cannot get in."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from typing import TYPE_CHECKING

from ..domain.access import Actor, Grant
from ..domain.account import FIRST_PASSWORD_LIFE, User
from ..domain.errors import InvalidInput, NotFound
from ..domain.plain import Plain
from ..domain.text import clean
from ..domain.workflow import Permission
from ..storage import Site
from .account_rules import (
    Desired,
    Person,
    account_values,
    check_account,
    check_username,
    keeping_an_administrator,
    person_of,
    put_away,
)
from .accounts import end_sessions
from .changes import Area, EditConflict, UndoRefused, register, revision_of
from .handling import require
from .passwords import check_password, first_password_hash, hash_password, made_up_code
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["AREA", "Desired", "People", "Person"]

AREA = "accounts"
_AWAY = ("away_from", "away_until", "deputy")


class People:
    """Keeps the accounts. Every change stands in the log of changes, without anything secret.

    Whatever asks for it needs the right to manage accounts.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    # -- looking --------------------------------------------------------------------------------------------------

    def all(self) -> list[Person]:
        """Return every account, by user name."""
        require(self._services, Permission.MANAGE_USERS)
        with self._services.assembly.database.reading() as site:
            return [person_of(user, self._services.now()) for user in site.users.values()]

    def one(self, username: str) -> Person:
        """Return one account (raises :class:`NotFound`)."""
        require(self._services, Permission.MANAGE_USERS)
        with self._services.assembly.database.reading() as site:
            return person_of(_user(site, username), self._services.now())

    def open_sessions(self, username: str) -> int:
        """Return on how many machines somebody is signed in."""
        require(self._services, Permission.MANAGE_USERS)
        now = self._services.now()
        with self._services.assembly.database.reading() as site:
            found = (one for one in site.sessions.values() if one.username == username)
            return sum(1 for one in found if not one.steps and not one.is_over(now))

    # -- creating and changing ------------------------------------------------------------------------------------

    def add(self, wanted: Desired) -> str:
        """Create an account; return the password to hand out, which has to be replaced at the first log-in.

        Raises:
            InvalidInput: the name is taken or malformed, a role or department unknown.
        """
        password = made_up_code()
        self._services.write(lambda unit: self.enter(unit, wanted, password), "add an account")
        return password

    def add_with_password(self, username: str, name: str, password: str, grants: tuple[Grant, ...]) -> None:
        """Create an account whose password is known already (the command line's way).

        Raises:
            InvalidInput: the name is taken or malformed, the password too short, a role or department unknown.
        """
        check_username(username)
        check_password(password)
        hashed = hash_password(password)
        wanted = Desired(username, name, grants)

        def change(unit: Unit) -> None:
            self._create(unit, wanted).choose_password(hashed, self._services.now())

        self._services.write(change, "add an account")

    def enter(self, unit: Unit, wanted: Desired, password: str) -> None:
        """Create an account with a password to hand out, inside a transaction."""
        user = self._create(unit, wanted)
        self._hand_out(user, password)

    def _create(self, unit: Unit, wanted: Desired) -> User:
        require(self._services, Permission.MANAGE_USERS)
        check_username(wanted.username)
        if wanted.username.casefold() in {username.casefold() for username in unit.site.users}:
            raise InvalidInput("username", "taken")
        check_account(unit.site, wanted)
        user = User(wanted.username, clean(wanted.name), "", wanted.grants, self._services.now())
        user.email = clean(wanted.email or "")
        unit.site.users[wanted.username] = user
        # An account's creation is not taken back (its name may stand in histories by then): it is disabled.
        said = {name: value for name, value in account_values(user).items() if value}
        self._record(unit, user, None, {"username": user.username, **said})
        return user

    def change(self, wanted: Desired, seen: str = "") -> None:
        """Change name, roles and e-mail address; a new set of roles counts from the next page on.

        *seen* is :func:`revision_of` what was shown in the form; empty: whatever it was.

        Raises:
            NotFound: there is no such account.
            EditConflict: somebody has changed it since.
            InvalidInput: a role or department is unknown, or nobody would be left to run the system.
        """

        def change(unit: Unit) -> None:
            current = account_values(self._held(unit, wanted.username))
            if seen and seen != revision_of(current):
                raise EditConflict(current, self._services.changes.last(unit.site, AREA, wanted.username))
            self.adapt(unit, wanted)

        self._services.write(change, "change an account")

    def adapt(self, unit: Unit, wanted: Desired, *, is_one_of_many: bool = False) -> None:
        """Change an account, inside a transaction; who changes many looks himself after who is left."""
        user = self._held(unit, wanted.username)
        before = account_values(user)
        check_account(unit.site, wanted, known=user.grants)
        with nullcontext() if is_one_of_many else keeping_an_administrator(unit.site):
            user.name, user.grants = clean(wanted.name), wanted.grants
        if wanted.email is not None:
            user.email = clean(wanted.email)
        _ask_for_factor(self._services, unit, user)
        self._record(unit, user, before, account_values(user))

    def set_away(self, username: str, start: date | None, until: date | None, deputy: str | None) -> None:
        """Say from when until which day somebody is not at work and who stands in; ``until=None``: they are back.

        Raises:
            NotFound: there is no such account.
            InvalidInput: the deputy is nobody or the person themselves, or the last day comes before the first.
        """

        def change(unit: Unit) -> None:
            user = self._held(unit, username)
            before = account_values(user)
            put_away(unit.site, user, start, until, deputy)
            self._record(unit, user, before, account_values(user))

        self._services.write(change, "somebody is away")

    # -- who cannot get in, or must not any more --------------------------------------------------------------------

    def disable(self, username: str) -> None:
        """Let nobody sign in with the account any more, and end its sessions.

        Raises:
            NotFound: there is no such account.
            InvalidInput: it is one's own, or nobody would be left to run the system.
        """

        def change(unit: Unit) -> None:
            self._not_own(self._held(unit, username))
            self._set_disabled(unit, username, True)

        self._services.write(change, "disable an account")

    def enable(self, username: str) -> None:
        """Let somebody sign in again, with the password they had (raises :class:`NotFound`)."""
        self._services.write(lambda unit: self._set_disabled(unit, username, False), "enable an account")

    def _set_disabled(self, unit: Unit, username: str, is_disabled: bool) -> None:
        user = self._held(unit, username)
        before = account_values(user)
        with keeping_an_administrator(unit.site):
            user.is_disabled = is_disabled
        if is_disabled:
            end_sessions(unit, username)
        self._record(unit, user, before, account_values(user))

    def reset_password(self, username: str) -> str:
        """End the account's sessions and return a password to hand out; the one before opens nothing any more.

        Raises:
            NotFound: there is no such account.
            InvalidInput: it is one's own (which is changed on the page for that).
        """
        password = made_up_code()

        def change(unit: Unit) -> None:
            user = self._held(unit, username)
            self._not_own(user)
            self._hand_out(user, password)
            end_sessions(unit, username)
            self.note(unit, user, "password", "", "reset")

        self._services.write(change, "reset a password")
        return password

    def set_password(self, username: str, password: str) -> None:
        """Set a known password and end the account's sessions (the command line's way; raises :class:`NotFound`)."""
        check_password(password)
        hashed = hash_password(password)

        def change(unit: Unit) -> None:
            user = self._held(unit, username)
            user.choose_password(hashed, self._services.now())
            end_sessions(unit, username)
            self.note(unit, user, "password", "", "reset")

        self._services.write(change, "change a password")

    def reset_factor(self, username: str) -> None:
        """Ask for no code of the second factor any more: the telephone is lost, or there is a new one.

        Where the role requires one, the next log-in sets it up anew. Sessions end.

        Raises:
            NotFound: there is no such account.
            InvalidInput: it is one's own (an open screen would be enough to do without it).
        """

        def change(unit: Unit) -> None:
            user = self._held(unit, username)
            self._not_own(user)
            had_factor = user.has_factor
            user.forget_factor()
            end_sessions(unit, username)
            if had_factor:
                self.note(unit, user, "factor", "on", "reset")

        self._services.write(change, "reset a second factor")

    def end_sessions(self, username: str) -> int:
        """Sign somebody out everywhere; return on how many machines they were (raises :class:`NotFound`)."""

        def change(unit: Unit) -> int:
            user = self._held(unit, username)
            count = end_sessions(unit, username)
            if count:
                self.note(unit, user, "sessions", "", "ended")
            return count

        return self._services.write(change, "end somebody's sessions")

    # -- the log of changes -----------------------------------------------------------------------------------------

    def note(self, unit: Unit, user: User, field: str, before: str, after: str, by: Actor | None = None) -> None:
        """Write into the log of changes what has no value that could be put back (a new password, a second factor)."""
        services = self._services.acting_as(by) if by is not None else self._services
        services.changes.record(unit, AREA, user.username, user.name, {field: before}, {field: after})

    def _record(self, unit: Unit, user: User, before: Plain | None, after: Plain | None) -> None:
        self._services.changes.record(unit, AREA, user.username, user.name, before, after)

    def _held(self, unit: Unit, username: str) -> User:
        require(self._services, Permission.MANAGE_USERS)
        return _user(unit.site, username)

    def _not_own(self, user: User) -> None:
        actor = self._services.actor
        if user.username == actor.id and not actor.is_system:
            raise InvalidInput("username", "own_account")

    def _hand_out(self, user: User, password: str) -> None:
        hashed = first_password_hash(self._services.assembly.secret, user.username, password)
        user.hand_out(hashed, self._services.now() + FIRST_PASSWORD_LIFE)


def _user(site: Site, username: str) -> User:
    user: User | None = site.users.get(username)
    if user is None:
        raise NotFound(username)
    return user


def _ask_for_factor(services: Services, unit: Unit, user: User) -> None:
    """End the sessions of whoever has to have a second factor now and has none: the next log-in sets it up."""
    if services.second_factor.is_required(user.grants) and not user.has_factor:
        end_sessions(unit, user.username)


# -- taking a change back -------------------------------------------------------------------------------------------


def _restore(services: Services, unit: Unit, key: str, values: Plain | None) -> None:
    if values is None:
        # Its name may stand in histories already; an account that is not wanted is disabled.
        raise UndoRefused("not_undoable", None)
    user = _user(unit.site, key)
    grants = tuple(Grant(role, department, sensitive) for role, department, sensitive in values["grants"])
    check_account(unit.site, Desired(key, str(values["name"]), grants, str(values["email"])), known=user.grants)
    current = account_values(user)
    if any(values[field] != current[field] for field in _AWAY):
        # Only then: what is not put back may name a deputy who has been closed since.
        put_away(unit.site, user, _day(values["away_from"]), _day(values["away_until"]), values["deputy"])
    if values["disabled"] and key == services.actor.id:
        raise InvalidInput("username", "own_account")
    if values["disabled"] and not user.is_disabled:
        end_sessions(unit, key)
    with keeping_an_administrator(unit.site):
        user.name, user.email, user.grants = str(values["name"]), str(values["email"]), grants
        user.is_disabled = bool(values["disabled"])
    _ask_for_factor(services, unit, user)


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _current(site: Site, key: str) -> Plain | None:
    user = site.users.get(key)
    return account_values(user) if user is not None else None


register(
    Area(
        AREA,
        Permission.MANAGE_USERS,
        current=_current,
        restore=_restore,
        can_undo=True,
        undoable_fields=frozenset({"name", "email", "grants", "disabled", *_AWAY}),
    )
)
