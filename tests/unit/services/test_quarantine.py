"""Faults and quarantine hold for every process, are bounded, and are for administrators to lift."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from BTrees.OOBTree import OOBTree

from halkla_iliskiler import testing
from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM
from halkla_iliskiler.domain.errors import Forbidden
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.health import look
from halkla_iliskiler.storage import Site
from halkla_iliskiler.testing import FakeNow, actor, draft, open_site
from halkla_iliskiler.work import Runner
from tests.faults.misbehaving import Misbehaving

CHOOSE = "halkla_choose_department"


@pytest.fixture
def bad() -> Misbehaving:
    return Misbehaving(CHOOSE, "raises")


@pytest.fixture
def assembly(site_directory: Path, now: FakeNow, bad: Misbehaving) -> Iterator[Assembly]:
    opened = open_site(site_directory, now, modules=(testing, bad.module))
    yield opened
    opened.close()


def file(assembly: Assembly, times: int = 1) -> None:
    for _ in range(times):
        assembly.services(ANONYMOUS).intake.file(draft())


def elsewhere(assembly: Assembly, change: Callable[[Site], None]) -> None:
    """Let another process write, and the worker of this one come round."""
    assembly.database.write(change, "another process")
    assembly.services(SYSTEM).quarantine.keep()


def test_faults_far_apart_are_borne(assembly: Assembly, bad: Misbehaving, now: FakeNow) -> None:
    for _ in range(12):
        file(assembly)
        now.advance(timedelta(minutes=16))
    assert bad.asked == 12
    assert not assembly.faults.quarantined()


def test_what_another_process_imposes_holds_here(assembly: Assembly, bad: Misbehaving, now: FakeNow) -> None:
    def impose(site: Site) -> None:
        site.quarantined = OOBTree({"bad": (now(), CHOOSE, "ValueError")})

    elsewhere(assembly, impose)
    file(assembly)
    assert not bad.asked


def test_what_another_process_lifts_is_lifted_here_and_counts_anew(assembly: Assembly, bad: Misbehaving) -> None:
    file(assembly, 6)
    assert bad.asked == 5

    def lift(site: Site) -> None:
        assert site.quarantined is not None
        del site.quarantined["bad"]

    elsewhere(assembly, lift)
    file(assembly, 6)
    assert bad.asked == 10


def test_a_quarantine_is_in_the_database_before_the_worker_comes_round(assembly: Assembly) -> None:
    file(assembly, 5)
    with assembly.database.reading() as site:
        assert set(site.quarantined or ()) == {"bad"}


def test_faults_are_kept_for_a_day_and_only_the_last_of_them(
    assembly: Assembly, now: FakeNow, site_directory: Path, bad: Misbehaving
) -> None:
    for _ in range(80):
        file(assembly)
        now.advance(timedelta(minutes=15))
    Runner(assembly).run_due(now(), everything=True)
    with assembly.database.reading() as site:
        assert site.plugin_faults is not None
        assert len(site.plugin_faults["bad"]) == 50
    assert len(assembly.faults.last_day()) == 80
    now.advance(timedelta(days=1))
    assert assembly.faults.last_day() == []


def test_only_an_administrator_lifts(assembly: Assembly) -> None:
    file(assembly, 5)
    for role in ("supervisor", "clerk", "auditor"):
        with pytest.raises(Forbidden):
            assembly.services(actor(role)).quarantine.lift("bad")
    assembly.services(actor("administrator")).quarantine.lift("bad")
    assert not assembly.faults.quarantined()


def test_health_says_so_and_the_house_is_well_without_it(assembly: Assembly) -> None:
    assert look(assembly, None).quarantined == ()
    file(assembly, 6)
    seen = look(assembly, None)
    assert (seen.quarantined, seen.plugin_faults, seen.is_well) == (("bad",), 5, True)
