"""What plugins have done wrong, and which of them are not asked any more until an administrator says so.

Kept in this process; ``services/quarantine.py`` carries it into the database and back, so that it holds for every
process and after a restart.
"""

import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..hookspecs.values import Fault

__all__ = ["CHANGED", "ENDED", "LARGE", "LATE", "WRONG", "Faults", "Quarantine", "where"]

log = logging.getLogger(__name__)

LATE, WRONG, LARGE = "late", "wrong answer", "too large"
CHANGED, ENDED = "changed its arguments", "ended a transaction"

DAY = timedelta(days=1)
_WITHIN = timedelta(hours=1)
_BEARABLE = 5
"""Faults in an hour after which a plugin is not asked any more. Being late weighs double: somebody waited for it."""
_KEPT = 500


@dataclass(frozen=True)
class Quarantine:
    """Since when a plugin is not asked any more, and what it did last."""

    since: datetime
    hook: str
    kind: str


class Faults:
    """The faults of the last day, and the plugins in quarantine. Any thread may use it."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self._guard = threading.Lock()
        self._faults: deque[Fault] = deque(maxlen=_KEPT)
        self._unkept: deque[Fault] = deque(maxlen=_KEPT)
        self._quarantined: dict[str, Quarantine] = {}
        self._imposed: dict[str, Quarantine] = {}
        self._counted: dict[str, deque[tuple[datetime, int]]] = {}

    def note(self, plugin: str, hook: str, kind: str, at_line: str = "", *, may_quarantine: bool = True) -> None:
        """Remember and log a fault; too many in an hour put the plugin into quarantine."""
        fault = Fault(self.now(), plugin, hook, kind, at_line)
        log.error("the plugin %s failed in %s: %s%s", plugin, hook, kind, f" at {at_line}" if at_line else "")
        with self._guard:
            self._faults.append(fault)
            self._unkept.append(fault)
            is_too_much = may_quarantine and plugin not in self._quarantined and self._weight(fault) >= _BEARABLE
            if is_too_much:
                self._quarantined[plugin] = self._imposed[plugin] = Quarantine(fault.at, hook, kind)
        if is_too_much:
            log.error("the plugin %s is in quarantine: not asked any more until an administrator lifts it", plugin)

    def _weight(self, last: Fault) -> int:
        counted = self._counted.setdefault(last.plugin, deque(maxlen=_BEARABLE))
        counted.append((last.at, 2 if last.kind == LATE else 1))
        return sum(weight for at, weight in counted if at > last.at - _WITHIN)

    def is_quarantined(self, plugin: str) -> bool:
        """Tell whether a plugin is not asked any more."""
        return plugin in self._quarantined

    def quarantined(self) -> Mapping[str, Quarantine]:
        """Return the plugins that are not asked any more."""
        return dict(self._quarantined)

    def last_day(self) -> list[Fault]:
        """Return the faults of the last day, the newest first; at most the last few hundred."""
        begin = self.now() - DAY
        with self._guard:
            return [fault for fault in reversed(self._faults) if fault.at >= begin]

    def of(self, plugin: str) -> list[Fault]:
        """Return a plugin's faults of the last day, the newest first."""
        return [fault for fault in self.last_day() if fault.plugin == plugin]

    def lift(self, plugin: str) -> None:
        """Let a plugin be asked again; what it did before does not count any more."""
        with self._guard:
            self._quarantined.pop(plugin, None)
            self._imposed.pop(plugin, None)
            self._counted.pop(plugin, None)

    # -- carried into the database and back --------------------------------------------------------------------------

    @property
    def has_imposed(self) -> bool:
        """Tell whether a quarantine is not in the database yet."""
        return bool(self._imposed)

    def unkept(self) -> list[Fault]:
        """Return the faults that are not in the database yet, the oldest first."""
        with self._guard:
            return list(self._unkept)

    def imposed(self) -> dict[str, Quarantine]:
        """Return the quarantines that are not in the database yet."""
        with self._guard:
            return dict(self._imposed)

    def were_kept(self, faults: list[Fault], imposed: Mapping[str, Quarantine]) -> None:
        """Forget that these have to be written."""
        with self._guard:
            for fault in faults:
                if fault in self._unkept:
                    self._unkept.remove(fault)
            for plugin in imposed:
                self._imposed.pop(plugin, None)

    def take_over(self, quarantined: Mapping[str, Quarantine], faults: list[Fault] | None = None) -> None:
        """Let what the database says hold here: what another process did, or this one before it was started again."""
        with self._guard:
            for plugin in set(self._quarantined) - set(quarantined) - set(self._imposed):
                del self._quarantined[plugin]
                self._counted.pop(plugin, None)
            self._quarantined.update(quarantined)
            if faults is not None:
                self._faults = deque(sorted(faults, key=lambda fault: fault.at), maxlen=_KEPT)


def where(problem: BaseException) -> str:
    """Return where in the code it happened. The text of an exception may hold somebody's words and is never kept."""
    frames = traceback.extract_tb(problem.__traceback__)[-3:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
