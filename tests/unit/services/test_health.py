"""What the health page tells, and that it tells nothing about anybody."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.health import look
from halkla_iliskiler.testing import FakeNow, TestMethod, draft, open_site
from halkla_iliskiler.work import Runner

As = Callable[..., Services]


def test_a_quiet_house_is_well(assembly: Assembly, services: As) -> None:
    services().intake.file(draft())
    health = look(assembly, None)
    assert (health.database, health.index_lag, health.outbox_age_seconds, health.undeliverable) == (True, 0, 0, 0)
    assert (health.worker, health.is_well) == ("elsewhere", True)


def test_it_tells_how_long_messages_wait_and_how_many_nobody_could_deliver(
    assembly: Assembly, services: As, method: TestMethod, now: FakeNow
) -> None:
    services().intake.file(draft(details=ContactDetails(email="a@example.org")))
    now.advance(timedelta(minutes=3))
    assert look(assembly, None).outbox_age_seconds == 180
    method.break_down("no", permanent=True)
    services("system").delivery.deliver_due()
    health = look(assembly, None)
    assert (health.outbox_age_seconds, health.undeliverable) == (0, 1)


def test_it_tells_when_the_index_is_behind(
    assembly: Assembly, services: As, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(assembly.index, "follow", lambda rows, positions: 1 / 0)
        for _ in range(30):
            services().intake.file(draft())
    assert (look(assembly, None).index_lag, look(assembly, None).is_well) == (30, False)
    Runner(assembly).run_due(assembly.now())
    assert (look(assembly, None).index_lag, look(assembly, None).is_well) == (0, True)


def test_a_worker_that_has_stopped_is_noticed(site_directory: Path, now: FakeNow) -> None:
    assembly = open_site(site_directory, now, worker="thread")
    try:
        runner = Runner(assembly)
        assert (look(assembly, runner.seen).worker, look(assembly, runner.seen).is_well) == ("silent", False)
        runner.run_due(now())
        assert (look(assembly, runner.seen).worker, look(assembly, runner.seen).is_well) == ("running", True)
        now.advance(timedelta(minutes=5, seconds=1))
        assert look(assembly, runner.seen).worker == "silent"
    finally:
        assembly.close()


def test_a_closed_database_is_not_well_and_no_error(site_directory: Path, now: FakeNow) -> None:
    assembly = open_site(site_directory, now)
    assembly.close()
    health = look(assembly, None)
    assert (health.database, health.is_well, health.index_lag) == (False, False, None)
