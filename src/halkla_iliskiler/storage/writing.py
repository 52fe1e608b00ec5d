"""Writing behind the gate. Whoever is let in writes with what the others in the line have brought, in one commit.

A commit costs as much for four small changes as for one: a transaction, a wait for the disk, a transaction of the
index. Under load most of a server's threads stand in the line with a change in their hands, so the first takes along
what the next have brought; when it is their turn they find it done. Nobody is answered before the commit, and a change
that fails does not take the others with it: then everything is taken back, and each is written by itself.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, TypeVar

from transaction import TransactionManager
from ZODB.POSException import ConflictError

from .gate import GateBusy, WriteGate
from .site import Site

__all__ = ["Writing"]

T = TypeVar("T")
After = Callable[[Sequence[Any]], None]
_ATTEMPTS = 5
_TOGETHER = 8
_UNTIL_DONE = 600.0
"""Seconds: a change that somebody has taken along is over when the gate opens."""


class _Change:
    """What somebody has brought, and what became of it."""

    def __init__(self, change: Callable[[Site], Any], note: str, after: After | None) -> None:
        self.change = change
        self.note = note
        self.after = after
        self.is_over = False
        self._result: Any = None
        self._problem: BaseException | None = None

    def succeeded(self, result: object) -> None:
        """Note what it returned: it is in the database."""
        self._result, self.is_over = result, True

    def failed(self, problem: BaseException) -> None:
        """Note what it raised: nothing of it is in the database."""
        self._problem, self.is_over = problem, True

    def outcome(self) -> Any:
        """Return what it returned, or raise what it raised."""
        if self._problem is not None:
            raise self._problem
        return self._result


class Writing:
    """The changes of one process. *connected* gives a connection with a transaction of its own."""

    def __init__(self, connected: Callable[[], AbstractContextManager[tuple[TransactionManager, Site]]]) -> None:
        self._connected = connected
        self._guard = threading.Lock()
        self._brought: deque[_Change] = deque()

    def write(
        self,
        gate: WriteGate,
        change: Callable[[Site], T],
        note: str,
        after: Callable[[Sequence[T]], None] | None,
        patience: float | None,
    ) -> T:
        """Commit *change*, perhaps with those of others (see :meth:`.Database.write`)."""
        own = _Change(change, note, after)
        with self._guard:
            self._brought.append(own)
        try:
            with gate.entered(patience):
                self._do(own)
        except GateBusy:
            if self._withdrawn(own):
                raise
            # Somebody took it along in the very moment this one lost its patience.
            with gate.entered(_UNTIL_DONE):
                self._do(own)
        result: T = own.outcome()
        return result

    def _withdrawn(self, own: _Change) -> bool:
        with self._guard, suppress(ValueError):
            self._brought.remove(own)
            return True
        return False

    def _do(self, own: _Change) -> None:
        if own.is_over:
            return
        changes = [own, *self._taken_along(own)]
        if len(changes) == 1 or not self._commit_together(changes):
            for one in changes:
                self._commit_alone(one)

    def _taken_along(self, own: _Change) -> list[_Change]:
        with self._guard:
            with suppress(ValueError):
                self._brought.remove(own)
            return [self._brought.popleft() for _ in range(min(_TOGETHER - 1, len(self._brought)))]

    def _commit_together(self, changes: list[_Change]) -> bool:
        """Commit all of them; ``False`` when one of them cannot be, and nothing is."""
        with self._connected() as (manager, site):
            try:
                results = [one.change(site) for one in changes]
                manager.get().note("; ".join(dict.fromkeys(one.note for one in changes)))
                manager.commit()
            except Exception:  # noqa: BLE001  (whose it is shows when each is written by itself)
                manager.abort()
                return False
            except BaseException:
                manager.abort()
                raise
        # First of all: whatever happens from here on, nothing of this may be written twice.
        for one, result in zip(changes, results, strict=True):
            one.succeeded(result)
        for after in dict.fromkeys(one.after for one in changes if one.after is not None):
            after([result for one, result in zip(changes, results, strict=True) if one.after == after])
        return True

    def _commit_alone(self, one: _Change) -> None:
        try:
            result = self._committed(one.change, one.note)
        except BaseException as problem:  # noqa: BLE001  (whoever brought it raises it)
            one.failed(problem)
            return
        one.succeeded(result)
        if one.after is not None:
            one.after([result])

    def _committed(self, change: Callable[[Site], T], note: str) -> T:
        for attempt in range(1, _ATTEMPTS + 1):
            with self._connected() as (manager, site):
                try:
                    result = change(site)
                    manager.get().note(note)
                    manager.commit()
                    return result
                except ConflictError:
                    manager.abort()
                    if attempt == _ATTEMPTS:
                        raise
                except BaseException:
                    manager.abort()
                    raise
        raise AssertionError("unreachable")
