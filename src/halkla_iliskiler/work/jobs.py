"""The table of periodic jobs. Every job is safe to run twice and safe to be killed in the middle."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from ..hookspecs import values
from ..services import Assembly, Services
from ..services.indexing import bring_up_to_date, is_in_step, trim_journals
from .photos import prepare_photos

__all__ = ["BULK", "EXPORTS", "HOUSE", "JOBS", "OUTGOING", "PLUGINS", "Job", "jobs_of"]


HOUSE, OUTGOING, PLUGINS, BULK, EXPORTS = "house", "outgoing", "plugins", "bulk", "exports"


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
    Job("relist_tickets", timedelta(seconds=10), lambda services: services.catalogue.relist()),
    Job("run_bulk", timedelta(), lambda services: services.bulk.run_due(), lane=BULK),
    Job("sweep_bulk", timedelta(hours=1), lambda services: services.bulk.sweep()),
    Job("sweep_staging", timedelta(minutes=30), lambda services: services.intake.sweep_staging()),
    Job("sweep_proofs", timedelta(minutes=5), lambda services: services.proofs.sweep()),
    Job("sweep_sessions", timedelta(hours=1), lambda services: services.accounts.sweep_sessions()),
    Job("write_exports", timedelta(), lambda services: services.exports.work(), lane=EXPORTS),
    Job("sweep_exports", timedelta(minutes=10), lambda services: services.exports.sweep()),
    Job("trim_journals", timedelta(hours=6), _trim),
    Job("keep_faults", timedelta(seconds=10), lambda services: services.quarantine.keep()),
    Job("tell_plugins", timedelta(), lambda services: services.plugin_events.tell_due(), lane=PLUGINS),
)


def jobs_of(assembly: Assembly) -> tuple[Job, ...]:
    """Return the table with what the plugins add to it, each job by its plugin's name and its own."""
    return (*JOBS, *(_of_plugin(plugin, job) for plugin, job in assembly.extensions.jobs))


def _of_plugin(plugin: str, job: values.Job) -> Job:
    return Job(f"{plugin}.{job.code}", job.every, lambda services: services.plugin_calls.run_job(plugin, job), PLUGINS)
