"""The worker as a thread of the web process, for a small town and for trying things out."""

import threading

from ..services import Assembly
from .runner import Runner

__all__ = ["WorkerThread"]

_TICK_SECONDS = 1.0


class WorkerThread:
    """Runs the jobs every second, and at once when a message has been put into the outbox."""

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="halkla-worker", daemon=True)
        self.runner = Runner(assembly)

    def start(self) -> None:
        """Start working."""
        self.runner.seen = self._assembly.now()
        self._thread.start()

    def stop(self) -> None:
        """Finish the job at hand and stop. A delivery that hangs is left to its lease."""
        self._stopping.set()
        self._assembly.outbox_filled.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._assembly.outbox_filled.wait(_TICK_SECONDS)
            self._assembly.outbox_filled.clear()
            if not self._stopping.is_set():
                self.runner.run_due(self._assembly.now())
