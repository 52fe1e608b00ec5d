"""Running something for a certain time only: in a thread of its own, which is abandoned when the time is over.

Python cannot kill a thread. One that hangs goes on hanging, and nobody waits for it any more; threads that come back
are used again. What an abandoned one still asks of the house is refused (:func:`refuse_when_abandoned`).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

import transaction

__all__ = ["Budgets", "Ran", "refuse_when_abandoned", "run_within"]

_KEPT = 8
"""Threads that wait for work; more than run at a time are seldom needed."""


@dataclass(frozen=True)
class Budgets:
    """How many seconds an implementation has, by where it is called.

    ``start`` at start-up, ``transaction`` while a ticket is being saved, ``panel`` while a page is drawn, ``page`` for
    a page of the plugin's own, ``button`` while an administrator waits, ``event``, ``delivery`` and ``job`` in the
    worker.
    """

    start: float = 60.0
    transaction: float = 2.0
    panel: float = 2.0
    page: float = 10.0
    button: float = 30.0
    event: float = 60.0
    delivery: float = 120.0
    job: float = 600.0

    @classmethod
    def of(cls, seconds: float) -> "Budgets":
        """Return the same budget everywhere (for tests)."""
        return cls(*[seconds] * 8)


@dataclass(frozen=True)
class Ran:
    """What came of running something. ``is_late``: it was abandoned, and may still be running."""

    answer: Any = None
    problem: BaseException | None = None
    is_late: bool = False
    ended_transaction: bool = False


class _Watch:
    """Notices that somebody commits or aborts the transaction of this thread (a synchroniser of ``transaction``).

    The program's own transactions belong to no thread and cannot be reached from here; whoever tries has misunderstood.
    """

    def __init__(self) -> None:
        self.has_ended = False

    def beforeCompletion(self, _transaction: object) -> None:  # noqa: N802  (the name is the protocol's)
        self.has_ended = True

    def afterCompletion(self, _transaction: object) -> None:  # noqa: N802
        pass

    def newTransaction(self, _transaction: object) -> None:  # noqa: N802
        pass


class _Task:
    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function
        self.outcome = Ran(is_late=True)
        self.guard = threading.Lock()
        self.has_begun = False
        self.is_done = False
        self.is_abandoned = False
        self.finished = threading.Lock()
        self.finished.acquire()

    def run(self, watch: _Watch) -> None:
        watch.has_ended = False
        self.has_begun = True
        try:
            answer, problem = self.function(), None
        except BaseException as raised:  # noqa: BLE001  (sys.exit in a plugin is a fault and ends nothing)
            answer, problem = None, raised
        self.outcome = Ran(answer, problem, ended_transaction=watch.has_ended)
        with self.guard:
            self.is_done = True
        self.finished.release()

    def abandon(self) -> bool:
        """Give up waiting; ``False`` when it has come back in this very moment."""
        with self.guard:
            self.is_abandoned = not self.is_done
            return self.is_abandoned


_here = threading.local()


class _Helper(threading.Thread):
    """Runs one task after the other; ends when one of them was abandoned."""

    def __init__(self) -> None:
        super().__init__(name="halkla-plugin", daemon=True)
        self.tasks: SimpleQueue[_Task] = SimpleQueue()

    def run(self) -> None:
        watch = _Watch()  # held here: the transaction manager remembers it weakly
        transaction.manager.registerSynch(watch)
        while True:
            task = self.tasks.get()
            _here.task = task
            task.run(watch)
            _here.task = None
            if task.is_abandoned:
                return


_idle: list[_Helper] = []
"""Helpers that came back. A list's ``append`` and ``pop`` are atomic."""


def run_within(seconds: float, function: Callable[[], Any]) -> Ran:
    """Call *function* in a thread of its own and wait for it at most *seconds*. Never raises what it raises."""
    task = _Task(function)
    try:
        helper = _idle.pop()
    except IndexError:
        helper = _Helper()
        helper.start()
    helper.tasks.put(task)
    is_finished = task.finished.acquire(timeout=seconds)
    if not is_finished and not task.has_begun:
        # The machine is so busy that the thread has not come to it yet: nobody's fault.
        is_finished = task.finished.acquire(timeout=seconds)
    if not is_finished and task.abandon():
        return Ran(is_late=True)
    if len(_idle) < _KEPT:
        _idle.append(helper)
    else:
        helper.tasks.put(_end())
    return task.outcome


def _end() -> _Task:
    """Return a task after which a helper that is not needed goes home."""
    task = _Task(lambda: None)
    task.is_abandoned = True
    return task


class Abandoned(BaseException):
    """Nobody waits for this thread any more. No ``Exception``, so that a plugin's ``except`` does not hide it."""


def refuse_when_abandoned() -> None:
    """Raise :class:`Abandoned` in a thread whose budget is over: it must not change anything any more."""
    task = getattr(_here, "task", None)
    if task is not None and task.is_abandoned:
        raise Abandoned
