"""The worker as threads of the web process, for a small town and for trying things out."""

import threading
from datetime import datetime

from ..services import Assembly
from .jobs import OUTGOING, Job, jobs_of
from .runner import Runner

__all__ = ["WorkerThread"]

_TICK_SECONDS = 1.0
_PATIENCE = 10.0


class WorkerThread:
    """Runs the jobs every second, each lane in a thread of its own, and mail at once when there is some."""

    def __init__(self, assembly: Assembly, jobs: tuple[Job, ...] | None = None) -> None:
        self._assembly = assembly
        self._stopping = threading.Event()
        jobs = jobs_of(assembly) if jobs is None else jobs
        lanes = dict.fromkeys(job.lane for job in jobs)
        self.runners = {lane: Runner(assembly, tuple(job for job in jobs if job.lane == lane)) for lane in lanes}
        self._threads = [
            threading.Thread(target=self._run, args=(lane,), name=f"halkla-worker-{lane}", daemon=True)
            for lane in self.runners
        ]

    @property
    def seen(self) -> datetime | None:
        """When the lane that has been silent longest last finished its round; ``None`` before all have begun."""
        rounds = [runner.seen for runner in self.runners.values()]
        return min((seen for seen in rounds if seen is not None), default=None) if None not in rounds else None

    @property
    def is_alive(self) -> bool:
        """Tell whether any lane still runs."""
        return any(thread.is_alive() for thread in self._threads)

    def start(self) -> None:
        """Start working."""
        for runner in self.runners.values():
            runner.seen = self._assembly.now()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish the jobs at hand and stop. A delivery that hangs is left to its lease."""
        self._stopping.set()
        self._assembly.outbox_filled.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(timeout=_PATIENCE)

    def _run(self, lane: str) -> None:
        while not self._stopping.is_set():
            if lane == OUTGOING:
                self._assembly.outbox_filled.wait(_TICK_SECONDS)
                self._assembly.outbox_filled.clear()
            else:
                self._stopping.wait(_TICK_SECONDS)
            if not self._stopping.is_set():
                self.runners[lane].run_due(self._assembly.now())
