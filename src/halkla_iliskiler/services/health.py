"""What ``/healthz`` tells: whether the parts of the house are well, without a word about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..domain.access import SYSTEM
from .indexing import journal_lag
from .plugin_events import given_up

if TYPE_CHECKING:
    from .assembly import Assembly

__all__ = ["Health", "look"]

_WORKER_SILENT_AFTER = timedelta(minutes=5)
"""Longer than a whole batch of messages takes at a relay that stalls over each of them."""
_LAG_IN_PASSING = 20
"""Changes that were committed a moment ago and reach the index in this moment."""


@dataclass(frozen=True)
class Health:
    """One look.

    ``undeliverable`` are messages and events that were given up. A plugin in quarantine costs no application, so that
    the house is well without it: it is named for whoever looks after the machine, with the ``plugin_faults`` of the
    last day.
    """

    database: bool
    index_lag: int | None
    outbox_age_seconds: int | None
    undeliverable: int | None
    worker: str
    is_following: bool = True
    quarantined: tuple[str, ...] = ()
    plugin_faults: int = 0

    @property
    def is_well(self) -> bool:
        """Tell whether everything is as it should be."""
        in_step = self.index_lag is not None and self.index_lag <= _LAG_IN_PASSING
        return self.database and in_step and self.is_following and self.worker != "silent"


def look(assembly: Assembly, worker_seen: datetime | None) -> Health:
    """Look at database, index, outbox and worker."""
    worker = _worker(assembly, worker_seen)
    try:
        services = assembly.services(SYSTEM)
        with assembly.database.reading() as site:
            age = services.delivery.oldest_waiting(site)
            undeliverable = len(site.outbox.undeliverable) + given_up(site)
    except Exception:  # noqa: BLE001  (whatever it is, the answer is that the house is not well)
        return Health(False, None, None, None, worker)
    lag, is_following = _lag(assembly), not assembly.index.is_stale
    return Health(
        database=True,
        index_lag=lag,
        outbox_age_seconds=int(age.total_seconds()),
        undeliverable=undeliverable,
        worker=worker,
        is_following=is_following,
        quarantined=tuple(sorted(assembly.faults.quarantined())),
        plugin_faults=len(assembly.faults.last_day()),
    )


def _lag(assembly: Assembly) -> int | None:
    """Return how many changes the index is behind; ``None`` when it cannot be read."""
    try:
        return journal_lag(assembly.database, assembly.index)
    except Exception:  # noqa: BLE001  (a broken index is not a broken database)
        return None


def _worker(assembly: Assembly, seen: datetime | None) -> str:
    if assembly.options.worker == "none":
        return "elsewhere"
    if seen is None or assembly.now() - seen > _WORKER_SILENT_AFTER:
        return "silent"
    return "running"
