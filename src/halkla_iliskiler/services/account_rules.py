"""What an account may be, and how it is shown: the rules every way of changing one keeps to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from ..domain.access import ROLES, SYSTEM, Grant
from ..domain.account import User
from ..domain.errors import InvalidInput
from ..domain.plain import Plain
from ..domain.text import clean
from ..domain.workflow import Permission
from ..i18n import _
from ..storage import Site

__all__ = [
    "Desired",
    "Person",
    "account_values",
    "check_account",
    "check_username",
    "keeping_an_administrator",
    "looked_after",
    "person_of",
    "put_away",
]

_USERNAME_AT_MOST = 40
_NAME_AT_MOST = 80
_EMAIL_AT_MOST = 200


@dataclass(frozen=True)
class Person:
    """An account as lists and pages show it.

    ``state`` is ``disabled``, ``waiting`` (a password was handed out and not yet used), ``expired`` (and it is too late
    for that now) or ``active``.
    """

    username: str
    name: str
    grants: tuple[Grant, ...]
    email: str
    state: str
    has_factor: bool
    factor_since: datetime | None
    recovery_codes: int
    last_log_in: datetime | None
    first_password_until: datetime | None
    away_from: date | None
    away_until: date | None
    deputy: str | None
    created_at: datetime

    @property
    def is_disabled(self) -> bool:
        """Tell whether nobody can sign in with it."""
        return self.state == "disabled"


@dataclass(frozen=True)
class Desired:
    """What an account is to be. ``email`` is ``None`` where nothing is said of it."""

    username: str
    name: str
    grants: tuple[Grant, ...]
    email: str | None = None


def person_of(user: User, now: datetime) -> Person:
    """Return an account as it is shown; nothing secret is in it."""
    if user.is_disabled:
        state = "disabled"
    elif user.password_hash:
        state = "active"
    else:
        state = "waiting" if user.has_first_password(now) else "expired"
    return Person(
        user.username,
        user.name,
        user.grants,
        user.email,
        state,
        user.has_factor,
        user.factor_since,
        len(user.recovery_codes),
        user.log_ins[0][0] if user.log_ins else None,
        user.first_password_until,
        user.away_from,
        user.away_until,
        user.deputy,
        user.created_at,
    )


def account_values(user: User) -> Plain:
    """Return what the log of changes keeps of an account."""
    return {
        "name": user.name,
        "email": user.email,
        "grants": [[grant.role, grant.department, grant.sensitive] for grant in user.grants],
        "disabled": user.is_disabled,
        "away_from": user.away_from.isoformat() if user.away_from else None,
        "away_until": user.away_until.isoformat() if user.away_until else None,
        "deputy": user.deputy,
    }


def put_away(site: Site, user: User, start: date | None, until: date | None, deputy: str | None) -> None:
    """Put down from when until when somebody is away, inside a transaction.

    Raises:
        InvalidInput: the deputy is nobody or the person themselves, or the last day comes before the first.
    """
    stands_in = site.users.get(deputy) if deputy is not None else None
    if deputy is not None and (deputy == user.username or stands_in is None or stands_in.is_disabled):
        raise InvalidInput("deputy", "unknown")
    if start is not None and until is not None and until < start:
        raise InvalidInput("until", "before_start")
    if until is None:
        start = deputy = None
    user.away_from, user.away_until, user.deputy = start, until, deputy


def check_account(site: Site, wanted: Desired, known: Iterable[Grant] = ()) -> None:
    """Refuse what makes no sense for an account; a role that somebody has already may name a directorate that is gone.

    Raises:
        InvalidInput: a field is missing or too long, or a role or a directorate is unknown.
    """
    if not clean(wanted.name):
        raise InvalidInput("name", "required")
    if len(clean(wanted.name)) > _NAME_AT_MOST:
        raise InvalidInput("name", "too_long", _too_long(_NAME_AT_MOST))
    email = clean(wanted.email or "")
    if len(email) > _EMAIL_AT_MOST:
        raise InvalidInput("email", "too_long", _too_long(_EMAIL_AT_MOST))
    if email and not _is_email(email):
        raise InvalidInput("email", "email")
    had = set(known)
    for grant in wanted.grants:
        if grant not in had:
            _check_grant(site, grant)
    if len({(grant.role, grant.department) for grant in wanted.grants}) < len(wanted.grants):
        raise InvalidInput("grants", "grant_twice")


def _too_long(most: int) -> str:
    return _("This is too long: at most ${most} letters.", mapping={"most": most})


def _is_email(text: str) -> bool:
    name, at, domain = text.rpartition("@")
    return bool(at and name and "." in domain.strip(".") and " " not in text and text.isprintable())


def _check_grant(site: Site, grant: Grant) -> None:
    role = ROLES.get(grant.role)
    if role is None:
        raise InvalidInput("role", "unknown")
    if role.needs_department and grant.department not in site.city.tree:
        raise InvalidInput("department", "unknown")


def check_username(username: str) -> None:
    """Refuse a name nobody could sign in with, and the program's own (raises :class:`InvalidInput`)."""
    plain = username.replace(".", "").replace("-", "")
    if not username.isascii() or not plain.isalnum() or len(username) > _USERNAME_AT_MOST:
        raise InvalidInput("username", "username")
    if username.casefold() == SYSTEM.id:
        # What the program does stands under this name in histories and in the log of changes.
        raise InvalidInput("username", "taken")


@contextmanager
def keeping_an_administrator(site: Site) -> Iterator[None]:
    """Refuse a change that leaves the house without an account that can make and change accounts.

    Raises:
        InvalidInput: nobody of that kind would be left, or nobody who has ever signed in.
    """
    before = _looked_after_now(site)
    yield
    if _looked_after_now(site) < before:
        raise InvalidInput("grants", "last_administrator")


def _looked_after_now(site: Site) -> int:
    return looked_after((user.grants, bool(user.password_hash)) for user in site.users.values() if not user.is_disabled)


def looked_after(everybody: Iterable[tuple[tuple[Grant, ...], bool]]) -> int:
    """Tell how well the accounts are looked after by *everybody*: the roles of each, and whether they have a password.

    Returns:
        2: somebody with a password of their own may make and change accounts; 1: only who has never signed in may, and
        what was handed out to them may be lost or too old tomorrow; 0: nobody may.
    """
    roles = {role.code for role in ROLES.values() if Permission.MANAGE_USERS in role.permissions}
    return max((1 + is_in for grants, is_in in everybody if any(grant.role in roles for grant in grants)), default=0)
