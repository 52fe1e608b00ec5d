"""The table of periodic jobs. Every job is safe to run twice and safe to be killed in the middle."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from ..services import Services
from ..services.indexing import catch_up, journal_lag, trim_journals

__all__ = ["JOBS", "Job"]


@dataclass(frozen=True)
class Job:
    """Something done every now and then. ``run`` returns how much there was to do."""

    name: str
    every: timedelta
    run: Callable[[Services], int]


def _catch_up(services: Services) -> int:
    assembly = services.assembly
    if not assembly.index.is_stale and not journal_lag(assembly.database, assembly.index):
        return 0
    # Behind the gate, so that no change slips in between the journal that was read and the flag that is cleared.
    with assembly.database.gate.entered(patience=60):
        return catch_up(assembly.database, assembly.index)


def _trim(services: Services) -> int:
    return services.write(lambda unit: trim_journals(unit.site), "trim the journals")


JOBS: tuple[Job, ...] = (
    Job("deliver_outbox", timedelta(), lambda services: services.delivery.deliver_due()),
    Job("catch_up_index", timedelta(seconds=10), _catch_up),
    Job("sweep_staging", timedelta(minutes=30), lambda services: services.intake.sweep_staging()),
    Job("sweep_sessions", timedelta(hours=1), lambda services: services.accounts.sweep_sessions()),
    Job("trim_journals", timedelta(hours=6), _trim),
)
