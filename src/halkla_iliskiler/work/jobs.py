"""The table of periodic jobs. Every job is safe to run twice and safe to be killed in the middle."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from ..services import Services
from ..services.indexing import bring_up_to_date, is_in_step, trim_journals
from .photos import prepare_photos

__all__ = ["HOUSE", "JOBS", "OUTGOING", "Job"]


HOUSE, OUTGOING = "house", "outgoing"


@dataclass(frozen=True)
class Job:
    """Something done every now and then. ``run`` returns how much there was to do.

    A job that waits for another machine has a lane of its own: a mail relay that answers slowly holds up mail alone.
    """

    name: str
    every: timedelta
    run: Callable[[Services], int]
    lane: str = HOUSE


def _catch_up(services: Services) -> int:
    database, index = services.assembly.database, services.assembly.index
    if is_in_step(database, index):
        return 0
    # Behind the gate, so that no change slips in between the journal that was read and the flag that is cleared.
    with database.gate.entered(patience=60):
        bring_up_to_date(database, index)
    return 1


def _trim(services: Services) -> int:
    return services.write(lambda unit: trim_journals(unit.site), "trim the journals")


JOBS: tuple[Job, ...] = (
    Job("deliver_outbox", timedelta(), lambda services: services.delivery.deliver_due(), lane=OUTGOING),
    Job("prepare_photos", timedelta(), prepare_photos),
    Job("write_digests", timedelta(minutes=1), lambda services: services.notices.write_digests()),
    Job("catch_up_index", timedelta(seconds=10), _catch_up),
    Job("sweep_staging", timedelta(minutes=30), lambda services: services.intake.sweep_staging()),
    Job("sweep_proofs", timedelta(minutes=5), lambda services: services.proofs.sweep()),
    Job("sweep_sessions", timedelta(hours=1), lambda services: services.accounts.sweep_sessions()),
    Job("trim_journals", timedelta(hours=6), _trim),
)
