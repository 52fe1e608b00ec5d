"""Runs the jobs whose time has come. One function drives them all: from a thread, a loop or cron."""

import logging
from datetime import datetime

from ..domain.access import SYSTEM
from ..services import Assembly
from ..storage import GateBusy
from .jobs import Job, jobs_of

__all__ = ["Runner"]

log = logging.getLogger(__name__)


class Runner:
    """Remembers when each job ran last, in this process."""

    def __init__(self, assembly: Assembly, jobs: tuple[Job, ...] | None = None) -> None:
        self._assembly = assembly
        self._jobs = jobs_of(assembly) if jobs is None else jobs
        self._last: dict[str, datetime] = {}
        self.seen: datetime | None = None

    def run_due(self, now: datetime, *, everything: bool = False) -> int:
        """Run each job whose time has come (*everything*: all of them) and return how much was done.

        A job that fails is logged and tried again at its next time; the others still run.
        """
        done = 0
        for job in self._jobs:
            last = self._last.get(job.name)
            if not everything and last is not None and now - last < job.every:
                continue
            self._last[job.name] = now
            done += self._run(job)
        self.seen = self._assembly.now()
        return done

    def deliver(self) -> int:
        """Deliver another batch of what is due. Return how many messages that were."""
        return self._assembly.services(SYSTEM).delivery.deliver_due()

    def _run(self, job: Job) -> int:
        try:
            return job.run(self._assembly.services(SYSTEM))
        except GateBusy:
            return 0
        except Exception:
            log.exception("the job %s failed and will be tried again", job.name)
            return 0
