"""The periodic jobs: each at its time, and none of them in another's way."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.storage import GateBusy
from halkla_iliskiler.testing import FakeNow
from halkla_iliskiler.work import Job, Runner, WorkerThread


def job(name: str, ran: list[str], minutes: int, problem: Exception | None = None) -> Job:
    def run(services: Services) -> int:
        ran.append(name)
        if problem is not None:
            raise problem
        return 1

    return Job(name, timedelta(minutes=minutes), run)


def test_each_job_runs_when_its_time_has_come(assembly: Assembly, now: FakeNow) -> None:
    ran: list[str] = []
    runner = Runner(assembly, (job("always", ran, 0), job("hourly", ran, 60)))
    assert runner.run_due(now()) == 2
    assert runner.run_due(now.advance(timedelta(minutes=59))) == 1
    assert runner.run_due(now.advance(timedelta(minutes=1))) == 2
    assert runner.run_due(now(), everything=True) == 2
    assert ran == ["always", "hourly", "always", "always", "hourly", "always", "hourly"]


@pytest.mark.parametrize("problem", [ZeroDivisionError(), GateBusy(), OSError(28, "No space left on device")])
def test_a_job_that_fails_keeps_no_other_from_running_and_is_tried_again(
    assembly: Assembly, now: FakeNow, problem: Exception
) -> None:
    ran: list[str] = []
    runner = Runner(assembly, (job("fails", ran, 0, problem), job("works", ran, 0)))
    assert (runner.run_due(now()), runner.run_due(now())) == (1, 1)
    assert ran == ["fails", "works"] * 2
    assert runner.seen == now()


def test_the_worker_begins_at_once_when_there_is_a_message_and_ends_when_it_is_told(
    assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked = threading.Event()
    worker = WorkerThread(assembly)
    outgoing = worker.runners["outgoing"]
    record: Callable[..., int] = lambda *_, **__: worked.set() or 0  # type: ignore[func-returns-value] # noqa: E731
    monkeypatch.setattr(outgoing, "run_due", record)
    worker.start()
    assembly.outbox_filled.set()
    assert worked.wait(30)
    worker.stop()
    assert not worker.is_alive
    WorkerThread(assembly).stop()


def test_a_relay_that_keeps_silent_holds_up_mail_alone(assembly: Assembly) -> None:
    is_waiting, may_go_on, worked = threading.Event(), threading.Event(), threading.Event()

    def send(services: Services) -> int:
        is_waiting.set()
        may_go_on.wait(30)
        return 1

    def prepare(services: Services) -> int:
        if is_waiting.is_set():
            worked.set()
        return 0

    jobs = (Job("mail", timedelta(), send, lane="outgoing"), Job("photos", timedelta(), prepare))
    worker = WorkerThread(assembly, jobs)
    worker.start()
    try:
        assembly.outbox_filled.set()
        assert is_waiting.wait(30)
        assert worked.wait(30)
    finally:
        may_go_on.set()
        worker.stop()
    assert not worker.is_alive


def test_the_worker_is_as_old_as_its_most_silent_lane(assembly: Assembly, now: FakeNow) -> None:
    worker = WorkerThread(assembly)
    assert worker.seen is None
    for runner in worker.runners.values():
        runner.seen = now()
    began = now()
    worker.runners["house"].run_due(now.advance(timedelta(minutes=6)))
    assert worker.seen == began
