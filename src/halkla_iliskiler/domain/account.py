"""Staff accounts and their log-in sessions."""

from datetime import date, datetime, timedelta

from persistent import Persistent

from .access import Actor, Grant

__all__ = ["ABSOLUTE_SESSION_LIFE", "IDLE_SESSION_LIFE", "StaffSession", "User"]

ABSOLUTE_SESSION_LIFE = timedelta(hours=12)
IDLE_SESSION_LIFE = timedelta(minutes=60)


class User(Persistent):
    """A member of staff who may sign in. ``password_hash`` is an argon2id string.

    ``away_until`` is the last day on which they are not at work; ``deputy`` is the user name of who stands in for them.
    """

    is_disabled = False
    deputy: str | None = None
    away_until: date | None = None

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
        return self.away_until is not None and day <= self.away_until

    def as_actor(self) -> Actor:
        """Return the user as somebody who acts."""
        return Actor(self.username, self.name, self.grants)


class StaffSession(Persistent):
    """A log-in. Kept under the hash of its id, so a stolen database opens no session."""

    def __init__(self, username: str, started_at: datetime) -> None:
        self.username = username
        self.started_at = started_at

    def is_over(self, now: datetime) -> bool:
        """Tell whether the absolute life of the session has passed."""
        return now - self.started_at > ABSOLUTE_SESSION_LIFE
