"""Slowing down whoever guesses: passwords, tracking codes. In memory, per process, never in the database."""

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

__all__ = ["Throttle"]

_LONGEST = timedelta(minutes=15)
_REMEMBERED = 50_000


class Throttle:
    """Counts failures by key (an account, an address, both); past what a key has free each one doubles the wait.

    Callers give each key with the number of failures it has free: few for one account from one address, more for an
    address behind which a whole office may sit. Nobody is locked out for good, so a stranger cannot lock out a
    colleague: the longest wait is 15 minutes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures: dict[str, tuple[int, datetime]] = {}

    def wait(self, keys: Mapping[str, int], now: datetime) -> timedelta:
        """Return how long the caller has to wait before the next try; zero when it may try now."""
        with self._lock:
            return max((self._wait_of(key, free, now) for key, free in keys.items()), default=timedelta())

    def _wait_of(self, key: str, free: int, now: datetime) -> timedelta:
        failures, last = self._failures.get(key, (0, now))
        if failures < free:
            return timedelta()
        pause = min(timedelta(seconds=2 ** min(failures - free + 1, 12)), _LONGEST)
        return max(last + pause - now, timedelta())

    def failed(self, keys: Iterable[str], now: datetime) -> None:
        """Count one more failure."""
        with self._lock:
            if len(self._failures) > _REMEMBERED:
                self._forget(now)
            for key in keys:
                failures, last = self._failures.get(key, (0, now))
                # A quiet hour forgives.
                self._failures[key] = (1 if now - last > timedelta(hours=1) else failures + 1, now)

    def succeeded(self, keys: Iterable[str]) -> None:
        """Forget the failures of *keys*."""
        with self._lock:
            for key in keys:
                self._failures.pop(key, None)

    def _forget(self, now: datetime) -> None:
        old = [key for key, (_, last) in self._failures.items() if now - last > _LONGEST]
        for key in old or list(self._failures)[: _REMEMBERED // 10]:
            del self._failures[key]
