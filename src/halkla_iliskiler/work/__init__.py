"""What happens without anybody asking: delivering messages, catching up, sweeping."""

from .jobs import JOBS, Job
from .runner import Runner
from .thread import WorkerThread

__all__ = ["JOBS", "Job", "Runner", "WorkerThread"]
