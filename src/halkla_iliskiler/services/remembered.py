"""Counts that are repeated until something changes: every page shows a dozen of them."""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import TypeVar, cast

from ..index import TicketIndex

__all__ = ["Remembered"]

T = TypeVar("T")
_HOLDS = 10
"""Seconds for which a count may stand when nothing has changed in this process: the hour changes some of them."""
_KEPT = 2000


class Remembered:
    """What was counted lately, for whom. In memory, per process."""

    def __init__(self, index: TicketIndex) -> None:
        self._index = index
        self._known: dict[Hashable, tuple[object, object]] = {}

    def get(self, what: Hashable, now: datetime, count: Callable[[], T], *, is_exact: bool = True) -> T:
        """Count, or repeat what was counted since the index last changed; where it need not be *exact*, just lately."""
        state = (self._index.generation if is_exact else -1, int(now.timestamp()) // _HOLDS)
        known = self._known.get(what)
        if known is not None and known[0] == state:
            return cast(T, known[1])
        found = count()
        if len(self._known) > _KEPT:
            self._known.clear()
        self._known[what] = (state, found)
        return found
