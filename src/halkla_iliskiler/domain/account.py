"""Staff accounts and their log-in sessions."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from persistent import Persistent

from .access import Actor, Grant

__all__ = [
    "ABSOLUTE_SESSION_LIFE",
    "FIRST_PASSWORD_LIFE",
    "IDLE_SESSION_LIFE",
    "PENDING_LIFE",
    "RECOVERY_CODES",
    "StaffSession",
    "Step",
    "User",
]

ABSOLUTE_SESSION_LIFE = timedelta(hours=12)
IDLE_SESSION_LIFE = timedelta(minutes=60)
PENDING_LIFE = timedelta(minutes=10)
"""How long a log-in may wait for its next step."""
FIRST_PASSWORD_LIFE = timedelta(days=14)
"""How long a password that the administration has handed out opens the account."""
RECOVERY_CODES = 10
_LOG_INS_KEPT = 10


class Step(StrEnum):
    """What a log-in still asks for after name and password, in this order."""

    CODE = "code"  # a code of the second factor
    PASSWORD = "password"  # noqa: S105  (a new password in the place of one that was handed out)
    ENROL = "enrol"  # setting up the second factor that the role requires


class User(Persistent):
    """A member of staff who may sign in. ``password_hash`` is an argon2id string; empty: no password has been chosen.

    ``first_password`` is the keyed hash of one that the administration has handed out; it opens the account until
    ``first_password_until`` and has to be replaced at the first log-in. ``away_from`` and ``away_until`` are the first
    and the last day on which they are not at work; ``deputy`` is the user name of who stands in for them.
    ``factor_secret`` is the encrypted secret of the second factor, ``factor_step`` the last step of time whose code was
    used, ``recovery_codes`` keyed hashes. ``log_ins`` are the last times and network addresses, the newest first.
    """

    is_disabled = False
    email = ""
    deputy: str | None = None
    away_from: date | None = None
    away_until: date | None = None
    first_password = ""
    first_password_until: datetime | None = None
    password_changed_at: datetime | None = None
    factor_secret = ""
    factor_since: datetime | None = None
    factor_step = 0
    recovery_codes: tuple[str, ...] = ()
    log_ins: tuple[tuple[datetime, str, str], ...] = ()

    def __init__(
        self, username: str, name: str, password_hash: str, grants: tuple[Grant, ...], created_at: datetime
    ) -> None:
        self.username = username
        self.name = name
        self.password_hash = password_hash
        self.grants = grants
        self.created_at = created_at

    def is_away(self, day: date) -> bool:
        """Tell whether they are not at work on *day*."""
        has_begun = self.away_from is None or self.away_from <= day
        return has_begun and self.away_until is not None and day <= self.away_until

    @property
    def has_factor(self) -> bool:
        """Tell whether the log-in asks for a code."""
        return bool(self.factor_secret)

    def has_first_password(self, now: datetime) -> bool:
        """Tell whether a password that was handed out opens the account."""
        return bool(self.first_password) and self.first_password_until is not None and now < self.first_password_until

    def hand_out(self, hashed: str, until: datetime) -> None:
        """Let a password that was handed out open the account, and no other."""
        self.password_hash = ""
        self.first_password, self.first_password_until = hashed, until

    def choose_password(self, password_hash: str, now: datetime) -> None:
        """Let the person's own password open the account, and no other."""
        self.password_hash, self.password_changed_at = password_hash, now
        self.first_password, self.first_password_until = "", None

    def forget_factor(self) -> None:
        """Ask for no code any more."""
        self.factor_secret, self.factor_since, self.factor_step, self.recovery_codes = "", None, 0, ()

    def note_log_in(self, at: datetime, client: str, browser: str) -> None:
        """Remember a log-in; the oldest one goes."""
        self.log_ins = ((at, client, browser), *self.log_ins)[:_LOG_INS_KEPT]

    def as_actor(self) -> Actor:
        """Return the user as somebody who acts."""
        return Actor(self.username, self.name, self.grants)


class StaffSession(Persistent):
    """A log-in. Kept under the hash of its id, so a stolen database opens no session.

    ``steps`` are what it still waits for; until there are none it opens nothing. ``client`` and ``browser`` tell its
    owner which of their machines it is.
    """

    steps: tuple[str, ...] = ()
    client = ""
    browser = ""

    def __init__(
        self, username: str, started_at: datetime, steps: tuple[str, ...] = (), client: str = "", browser: str = ""
    ) -> None:
        self.username = username
        self.started_at = started_at
        self.steps, self.client, self.browser = steps, client, browser

    def is_over(self, now: datetime) -> bool:
        """Tell whether its life has passed: half a day, or a few minutes while it waits for a step."""
        return now - self.started_at > (PENDING_LIFE if self.steps else ABSOLUTE_SESSION_LIFE)
