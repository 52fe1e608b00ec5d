"""Whose session it is, found in the database once for each commit instead of once for each page."""

from dataclasses import dataclass
from datetime import datetime

from ..domain.access import Actor
from ..domain.account import StaffSession
from ..storage import Database

__all__ = ["KnownSessions"]

_ROOM = 5000
"""Sessions; more than a city has staff."""


@dataclass(frozen=True)
class _Known:
    version: bytes
    session: StaffSession
    actor: Actor


class KnownSessions:
    """Who is signed in, in memory. Nothing in it outlives a commit, so a session that is ended is ended at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, _Known] = {}

    def actor_of(self, key: str, now: datetime) -> Actor | None:
        """Return whose session is kept under *key*; ``None`` when it waits, is over, or the account is disabled."""
        version = self._database.version
        known = self._known.get(key)
        if known is None or known.version != version:
            # A commit after the version was asked for is no harm: the next look asks again.
            known = self._read(key, version)
        return known.actor if known is not None and not known.session.is_over(now) else None

    def _read(self, key: str, version: bytes) -> _Known | None:
        with self._database.reading() as site:
            stored = site.sessions.get(key)
            user = site.users.get(stored.username) if stored is not None else None
            if stored is None or stored.steps or user is None or user.is_disabled:
                self._known.pop(key, None)
                return None
            # A copy: the stored one belongs to the connection that is given back here.
            known = _Known(version, StaffSession(stored.username, stored.started_at), user.as_actor())
        if len(self._known) >= _ROOM:
            self._known.clear()
        self._known[key] = known
        return known
