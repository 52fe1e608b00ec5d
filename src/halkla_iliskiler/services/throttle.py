"""Slowing down whoever guesses or floods: passwords, codes, applications. In memory, per process, never stored."""

import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

__all__ = ["FilingLimits", "RecentWords", "Throttle", "TooManyFilings"]

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


class TooManyFilings(Exception):
    """More applications came from there than can be; ``wait`` is how long until the next one goes through."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait.total_seconds():.0f} s")
        self.wait = wait


class FilingLimits:
    """How many applications may come from one network address, one telephone, one e-mail address, in ten minutes.

    A whole neighbourhood may sit behind one address, and anybody may type anybody's telephone, so nobody is ever shut
    out: past the limit one application a minute still goes through, and staff see that it came that way.
    """

    window = timedelta(minutes=10)
    slow_pace = timedelta(minutes=1)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._filed: dict[str, deque[datetime]] = {}
        self._slow: dict[str, datetime] = {}

    def admit(self, keys: Mapping[str, int], now: datetime) -> bool:
        """Count an application under every key; *keys* say how many each may have. Tell whether it took the slow lane.

        Raises:
            TooManyFilings: nothing was counted.
        """
        with self._lock:
            if len(self._filed) > _REMEMBERED:
                self._forget(now)
            full = [key for key, free in keys.items() if len(self._recent(key, now)) >= free]
            if wait := max((self._wait_of(key, keys[key], now) for key in full), default=timedelta()):
                raise TooManyFilings(wait)
            for key in full:
                self._slow[key] = now
            for key in keys:
                self._filed.setdefault(key, deque()).append(now)
            return bool(full)

    def _recent(self, key: str, now: datetime) -> Sequence[datetime]:
        recent = self._filed.get(key, deque())
        while recent and now - recent[0] >= self.window:
            recent.popleft()
        if not recent:
            self._filed.pop(key, None)
        return recent

    def _wait_of(self, key: str, free: int, now: datetime) -> timedelta:
        lane_opens = self._slow[key] + self.slow_pace if key in self._slow else now
        recent = self._filed.get(key, ())
        window_opens = recent[-free] + self.window if free and len(recent) >= free else now
        return max(min(lane_opens, window_opens) - now, timedelta())

    def give_back(self, keys: Iterable[str], admitted_at: datetime) -> None:
        """Uncount an application of that moment that was not filed after all."""
        with self._lock:
            for key in keys:
                filed = self._filed.get(key, deque())
                if admitted_at in filed:
                    filed.remove(admitted_at)
                if self._slow.get(key) == admitted_at:
                    del self._slow[key]

    def _forget(self, now: datetime) -> None:
        for key in list(self._filed):
            self._recent(key, now)
        for key in list(self._filed)[: max(0, len(self._filed) - _REMEMBERED)]:
            del self._filed[key]
        self._slow = {key: at for key, at in self._slow.items() if now - at < self.slow_pace}


class RecentWords:
    """Who said what within the last minute, so that the same words from the same sender are one application."""

    span = timedelta(minutes=1)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # In the order of time: the oldest stands first.
        self._said: OrderedDict[bytes, tuple[int, datetime]] = OrderedDict()

    def find(self, key: bytes, now: datetime) -> int | None:
        """Return the application that was filed under *key* within the last minute."""
        with self._lock:
            identity, at = self._said.get(key, (None, now))
            return identity if now - at < self.span else None

    def note(self, key: bytes, identity: int, now: datetime) -> None:
        """Remember an application under *key*."""
        with self._lock:
            while self._said and now - next(iter(self._said.values()))[1] >= self.span:
                self._said.popitem(last=False)
            self._said[key] = (identity, now)
            self._said.move_to_end(key)
