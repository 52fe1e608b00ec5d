"""Data of an earlier version is brought up to date step by step, whatever ends the process in the middle."""

import itertools
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from halkla_iliskiler.api import Step, hookimpl
from halkla_iliskiler.cli import main
from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.extension import PluginRefused
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.evolving import Evolver, evolve_again, evolving
from halkla_iliskiler.services.plugin_data import PluginData, PluginStore
from halkla_iliskiler.storage import CITY_KINDS, Site, StorageRefused, open_database
from halkla_iliskiler.testing import START, FakeNow, actor, city, draft, open_site, site_settings

DATA = Path(__file__).parents[2] / "data"
OLD_SITES = ("site-e6434b9", "site-809b48b")
CALLS, PROVIDED = "core.2026_11_queue_calls", "core.2026_11_remember_provided"
BATCH = 3


class Killed(BaseException):
    """What ends the process."""


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """``unpacked("site-809b48b")``: a site made by the code of that commit; only to be copied."""
    found: dict[str, Path] = {}

    def unpack(name: str) -> Path:
        if name not in found:
            directory = tmp_path_factory.mktemp(name)
            with tarfile.open(DATA / f"{name}.tar.xz") as archive:
                # Debian's 3.11.2 does not know filters yet; the archive is our own.
                archive.extraction_filter = getattr(tarfile, "data_filter", None)
                archive.extractall(directory)  # noqa: S202
            found[name] = directory / "site"
        return found[name]

    return unpack


@pytest.fixture(params=OLD_SITES)
def old(request: pytest.FixtureRequest, tmp_path: Path, unpacked: Callable[[str], Path]) -> Path:
    return Path(shutil.copytree(unpacked(request.param), tmp_path / "site"))


@contextmanager
def evolver(directory: Path, modules: tuple[ModuleType, ...] = (), **kw: Any) -> Iterator[Evolver]:
    with evolving(site_settings(directory), now=FakeNow(), modules=modules, **kw) as found:
        yield found


def state(directory: Path) -> dict[str, object]:
    """Return everything the steps change, as plain values."""
    database = open_database(directory, read_only=True)
    try:
        with database.reading() as site:
            return {
                "calls": {group: list(queue) for group, queue in (site.outbox.calls or {}).items()},
                "groups": {entry.key: (entry.group, entry.call_at) for entry in site.outbox.entries.values()},
                "provided": provided(site),
                "finished": sorted(site.evolved or {}),
                "under way": dict(site.evolving or {}),
            }
    finally:
        database.close()


def provided(site: Site) -> dict[str, list[str]]:
    return {kind: sorted(values) for kind, values in (site.city.provided or {}).items()}


def version(directory: Path) -> bytes:
    database = open_database(directory, read_only=True)
    try:
        return database.version
    finally:
        database.close()


def test_a_site_with_unfinished_steps_is_refused_and_not_changed(old: Path) -> None:
    before = version(old)
    for read_only in (False, True):
        with pytest.raises(StorageRefused, match=rf"{CALLS}, {PROVIDED}.*run: halkla evolve\.$"):
            open_site(old, read_only=read_only)
    assert version(old) == before


def test_what_would_be_done_is_said_without_doing_it(old: Path) -> None:
    before = version(old)
    with evolver(old, read_only=True) as found:
        plan = {step.name: left for step, left in found.plan()}
    assert list(plan) == [CALLS, PROVIDED]
    assert all(left > 0 for left in plan.values())
    assert version(old) == before


def test_an_old_site_is_read_and_written_after_its_steps(old: Path) -> None:
    with evolver(old) as found:
        assert found.run() > 0
    assembly = open_site(old, FakeNow())
    try:
        assert list(problems(assembly.database, assembly.index)) == []
        with assembly.database.reading() as site:
            tickets = list(site.tickets.keys())
            assert len(tickets) == 20
            waiting = sum(len(queue) for queue in site.outbox.calls.values())
            told = [entry for entry in site.outbox.entries.values() if entry.state == "TO_BE_TOLD"]
            assert waiting == len(told) > 0
            for kind in CITY_KINDS:
                codes = {value.code for value in getattr(site.city, kind)}
                assert codes == set(provided(site).get(kind, []))
        supervisor = assembly.services(actor("supervisor"))
        for identity in tickets:
            supervisor.handling.act(identity, Order(Action.NOTE, text="Okundu."), None)
        assert assembly.services(ANONYMOUS).intake.file(draft()).number
        assert list(problems(assembly.database, assembly.index)) == []
    finally:
        assembly.close()


def kill_after(count: int) -> Callable[[], None]:
    done = 0

    def after_each() -> None:
        nonlocal done
        done += 1
        if done >= count:
            raise Killed

    return after_each


@pytest.mark.parametrize("name", OLD_SITES)
def test_killed_after_every_single_object_it_goes_on_and_ends_the_same(
    name: str, tmp_path: Path, unpacked: Callable[[str], Path]
) -> None:
    whole = Path(shutil.copytree(unpacked(name), tmp_path / "whole"))
    with evolver(whole) as found:
        total = found.run()
    wanted = state(whole)
    assert wanted["under way"] == {}
    for k in range(1, total + 1):
        site = Path(shutil.copytree(unpacked(name), tmp_path / f"killed-{k}"))
        with pytest.raises(Killed), evolver(site, batch=BATCH, after_each=kill_after(k)) as found:
            found.run()
        with pytest.raises(StorageRefused, match="halkla evolve"):
            open_site(site)
        with evolver(site, batch=BATCH) as found:
            # What was committed is not done again.
            assert found.run() <= total - (k - 1) // BATCH * BATCH + BATCH
        assert state(site) == wanted
        before = version(site)
        with evolver(site) as found:
            assert found.run() == 0
        assert version(site) == before
        shutil.rmtree(site)


def test_killed_again_and_again_it_still_arrives(old: Path) -> None:
    for _ in range(200):
        try:
            with evolver(old, batch=1, after_each=kill_after(2)) as found:
                found.run()
        except Killed:
            continue
        break
    open_site(old, FakeNow()).close()


def test_a_process_that_is_killed_outright_leaves_a_site_that_goes_on(old: Path) -> None:
    program = """
import os, signal, sys
from pathlib import Path
from halkla_iliskiler.services.evolving import evolving
from halkla_iliskiler.testing import FakeNow, site_settings

done = 0
def after_each():
    global done
    done += 1
    if done == 10:
        os.kill(os.getpid(), signal.SIGKILL)

with evolving(site_settings(Path(sys.argv[1])), now=FakeNow(), batch=4, after_each=after_each) as found:
    found.run()
"""
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", program, str(old)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert state(old)["under way"]
    with evolver(old) as found:
        found.run()
    assembly = open_site(old, FakeNow())
    assert list(problems(assembly.database, assembly.index)) == []
    assembly.close()


def test_each_step_alone_changes_nothing_the_second_time(old: Path) -> None:
    """Idempotent: done again from its first object (whoever lost the note that it was done), nothing differs."""
    with evolver(old) as found:
        found.run()
    wanted = state(old)
    database = open_database(old)
    database.write(lambda site: site.evolved.clear(), "forget what was done")
    database.close()
    with evolver(old) as found:
        assert found.run() > 0
    assert state(old) == wanted


def test_a_new_site_has_nothing_to_do(site_directory: Path) -> None:
    with evolver(site_directory) as found:
        assert found.plan() == []
    assert state(site_directory)["finished"] == [CALLS, PROVIDED]


@pytest.mark.parametrize(
    ("name", "says"),
    [("core.2031_01_from_the_future", "newer than the program"), ("channels.2031_01_more", "newer than the plugin")],
)
def test_data_that_is_newer_than_the_code_is_refused(site_directory: Path, name: str, says: str) -> None:
    database = open_database(site_directory)
    database.write(lambda site: site.evolved.__setitem__(name, START), "from the future")
    database.close()
    with pytest.raises(StorageRefused, match=rf"{says}.*{name}.*install the newer version"):
        open_site(site_directory)
    with pytest.raises(StorageRefused, match=says), evolver(site_directory):
        pass


def test_steps_of_a_plugin_that_is_gone_are_nobodys_business(site_directory: Path) -> None:
    database = open_database(site_directory)
    database.write(lambda site: site.evolved.__setitem__("gone.2026_11_something", START), "of a plugin")
    database.close()
    open_site(site_directory).close()


# -- steps of plugins -----------------------------------------------------------------------------------------------


def a_plugin(name: str, *steps: Step) -> ModuleType:
    """Return a plugin that gives *steps* and nothing else."""
    module = ModuleType(name)

    @hookimpl
    def halkla_evolve_steps() -> list[Step]:
        return list(steps)

    module.halkla_evolve_steps = halkla_evolve_steps  # type: ignore[attr-defined]
    return module


def noting(code: str, done: list[str]) -> Step:
    """Return a step over the tickets that gives each a sticker and keeps what it has seen as the plugin's data."""

    def change(room: Any, identity: int) -> None:
        ticket = room.ticket(identity)
        if ticket.sticker != code:
            ticket.sticker = code
            room.touch(ticket)
        room.data.put(f"seen/{identity}", ticket.number)
        done.append(code)

    return Step(code, f"Do {code}", lambda room, after: room.ticket_ids(after), change)


@pytest.fixture
def with_tickets(site_directory: Path) -> Path:
    assembly = open_site(site_directory)
    for _ in range(7):
        assembly.services(ANONYMOUS).intake.file(draft())
    assembly.close()
    return site_directory


def opened(directory: Path, *plugins: ModuleType) -> Assembly:
    return open_site(directory, FakeNow(), modules=(city, *plugins))


def test_enabling_a_plugin_that_brings_steps_asks_for_them_once(with_tickets: Path) -> None:
    done: list[str] = []
    plugin = a_plugin("weather", noting("stickers", done))
    with pytest.raises(StorageRefused, match=r"weather\.stickers.*run: halkla evolve"):
        opened(with_tickets, plugin)
    open_site(with_tickets).close()
    with evolver(with_tickets, (city, plugin), batch=3) as found:
        assert [(step.name, left) for step, left in found.plan()] == [("weather.stickers", 7)]
        assert found.run() == 7
    assembly = opened(with_tickets, plugin)
    assert list(problems(assembly.database, assembly.index)) == []
    kept = dict(PluginStore("weather", assembly.services(actor("administrator"))).items("seen/"))
    assert len(kept) == 7
    assembly.close()
    assert done == ["stickers"] * 7


def test_what_came_past_a_plugin_is_taken_in_without_touching_the_core(site_directory: Path) -> None:
    done: list[str] = []
    plugin = a_plugin("weather", noting("stickers", done))
    with evolver(site_directory, (city, plugin)) as found:
        found.run()
    assembly = opened(site_directory, plugin)
    for _ in range(4):
        assembly.services(ANONYMOUS).intake.file(draft())
    with assembly.database.reading() as site:
        before = {name: at for name, at in (site.evolved or {}).items() if name.startswith("core.")}
    evolve_again(assembly.database, assembly.extensions, assembly.options, assembly.now)
    with assembly.database.reading() as site:
        assert {name: at for name, at in (site.evolved or {}).items() if name.startswith("core.")} == before
        assert "weather.stickers" in (site.evolved or {})
    assembly.close()
    assert done == ["stickers"] * 4


def test_steps_are_done_in_the_order_of_the_ini_and_of_the_plugin(with_tickets: Path) -> None:
    done: list[str] = []
    first = a_plugin("first", noting("one", done), noting("two", done))
    second = a_plugin("second", noting("three", done))
    with evolver(with_tickets, (city, first, second)) as found:
        found.run()
    assert list(dict.fromkeys(done)) == ["one", "two", "three"]


def test_a_plugins_step_is_killed_after_every_object_and_still_done_once_for_each(with_tickets: Path) -> None:
    for k in range(1, 8):
        done: list[str] = []
        plugin = a_plugin(f"weather_{k}", noting(f"stickers_{k}", done))
        with pytest.raises(Killed), evolver(with_tickets, (city, plugin), batch=2, after_each=kill_after(k)) as found:
            found.run()
        with evolver(with_tickets, (city, plugin), batch=2) as found:
            found.run()
        assert len(done) <= 7 + 2
        before = version(with_tickets)
        with evolver(with_tickets, (city, plugin)) as found:
            assert found.run() == 0
        assert version(with_tickets) == before


def test_a_step_that_fails_names_its_plugin_and_keeps_what_was_done_before(with_tickets: Path) -> None:
    done: list[str] = []
    fine = noting("stickers", done)

    def change(room: Any, identity: int) -> None:
        if len(done) == 5:
            raise LookupError("somebody's words")
        fine.change(room, identity)

    plugin = a_plugin("weather", replace(fine, change=change))
    with (
        pytest.raises(PluginRefused, match=r"'weather' failed in its step stickers"),
        evolver(with_tickets, (city, plugin), batch=2) as found,
    ):
        found.run()
    assert state(with_tickets)["under way"].keys() == {"weather.stickers"}  # type: ignore[attr-defined]
    mended = a_plugin("weather", fine)
    with evolver(with_tickets, (city, mended), batch=2) as found:
        assert found.plan()[0][1] == 3
        found.run()
    opened(with_tickets, mended).close()


def test_a_step_that_cannot_say_what_it_is_about_names_its_plugin(with_tickets: Path) -> None:
    def keys(room: Any, after: Any) -> Iterator[int]:
        yield from list(room.ticket_ids(after))[:1]
        raise LookupError("somebody's words")

    plugin = a_plugin("weather", Step("look", "Look", keys, lambda room, key: None))
    with evolver(with_tickets, (city, plugin)) as found:
        for ask in (found.plan, found.run):
            with pytest.raises(PluginRefused, match=r"'weather' failed in its step look: LookupError"):
                ask()
    assert "weather.look" not in state(with_tickets)["finished"]  # type: ignore[operator]


@pytest.mark.parametrize("place", ["keys", "change"])
def test_a_plugin_that_ends_the_program_does_not_look_like_success(with_tickets: Path, place: str) -> None:
    def leave(room: Any, key: Any) -> Any:
        sys.exit(0)

    plugin = a_plugin("weather", replace(noting("stickers", []), **{place: leave}))
    with (
        pytest.raises(PluginRefused, match=r"'weather' failed in its step stickers.*SystemExit\(0\)"),
        evolver(with_tickets, (city, plugin)) as found,
    ):
        found.run()


def test_who_stops_a_step_from_outside_is_no_fault_of_the_plugin(with_tickets: Path) -> None:
    def stop(room: Any, key: Any) -> Any:
        raise KeyboardInterrupt

    plugin = a_plugin("weather", replace(noting("stickers", []), change=stop))
    with pytest.raises(KeyboardInterrupt), evolver(with_tickets, (city, plugin)) as found:
        found.run()


def test_a_step_of_a_plugin_reaches_nothing_but_tickets_and_its_own_data(with_tickets: Path) -> None:
    seen: list[set[str]] = []

    def keys(room: Any, after: Any) -> list[int]:
        seen.append({name for name in dir(room) if not name.startswith("_")})
        return []

    with evolver(
        with_tickets, (city, a_plugin("weather", Step("look", "Look", keys, lambda room, key: None)))
    ) as found:
        found.run()
    assert seen[0] == {"data", "now", "ticket", "ticket_ids", "touch"}


def test_the_survey_counts_what_tickets_of_an_earlier_version_hold(
    tmp_path: Path, unpacked: Callable[[str], Path]
) -> None:
    """A shipped plugin's step, rehearsed on a site made before the plugin was, killed after every object."""

    def run(site: Path, **kw: Any) -> int:
        with evolving(site_settings(site, plugins="survey"), now=FakeNow(), batch=2, **kw) as found:
            return found.run()

    def kept(site: Path) -> dict[str, Any]:
        database = open_database(site, read_only=True)
        with database.reading() as root:
            found = dict(PluginData("survey", root).items())
        database.close()
        return found

    whole = Path(shutil.copytree(unpacked("site-809b48b"), tmp_path / "whole"))
    with evolver(whole) as found:
        found.run()
    before = Path(shutil.copytree(whole, tmp_path / "before"))
    total = run(whole)
    assert total == 5
    assert kept(whole)
    for k in range(1, total + 1):
        site = Path(shutil.copytree(before, tmp_path / f"killed-{k}"))
        with pytest.raises(Killed):
            run(site, after_each=kill_after(k))
        run(site)
        assert kept(site) == kept(whole)
        assert run(site) == 0
    open_site(whole, FakeNow(), plugins="survey").close()


def count_up(room: Any, after: Any) -> Iterator[int]:
    return itertools.count(0 if after is None else after + 1)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (lambda room, after: [1, 2, 3, 4], "names 1 behind 3; its keys have to ascend"),
        (lambda room, after: [3, 2], "names 2 behind 3"),
        (lambda room, after: [1, 1], "names 1 behind 1"),
        (lambda room, after: [1, "2"], "names '2' behind 1"),
        (lambda room, after: [True], "names an object by a bool"),
        (lambda room, after: [None], "names an object by a NoneType"),
        (lambda room, after: [1.5], "names an object by a float"),
        (count_up, "more than there can be"),
        (lambda room, after: itertools.repeat(1), "names 1 behind 1"),
    ],
)
def test_a_step_that_would_never_end_is_stopped_with_its_name(with_tickets: Path, keys: Any, says: str) -> None:
    module = a_plugin("survey", Step("2026_12_round", "Go round", keys, lambda room, key: None))
    with pytest.raises(PluginRefused) as why, evolver(with_tickets, (city, module), batch=3) as found:
        found.run()
    assert str(why.value).startswith("The step 2026_12_round of the plugin 'survey' ")
    assert says in str(why.value)
    assert str(why.value).endswith("or take the plugin out of halkla.plugins.")


def test_what_would_be_done_by_a_step_without_an_end_is_said_in_a_sentence(with_tickets: Path) -> None:
    module = a_plugin("survey", Step("2026_12_round", "Go round", count_up, lambda room, key: None))
    with (
        pytest.raises(PluginRefused, match=r"2026_12_round of the plugin 'survey' has named 10,001 objects"),
        evolver(with_tickets, (city, module), read_only=True) as found,
    ):
        found.plan()


def test_progress_never_passes_the_whole(with_tickets: Path) -> None:
    """A step that gives itself more to do while it runs does it, and is at a hundred per cent meanwhile."""
    seen: list[tuple[int, int]] = []

    def keys(room: Any, after: Any) -> list[int]:
        last = 6 if len(list(room.data.items())) else 3
        return [key for key in range(1, last) if after is None or key > after]

    step = Step("2026_12_more", "More", keys, lambda room, key: room.data.put(f"{key}", 1))
    with evolver(with_tickets, (city, a_plugin("survey", step)), batch=1) as found:
        assert found.run(lambda step: lambda done, total: seen.append((done, total))) == 5
    assert all(done <= total for done, total in seen)


# -- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def halkla(tmp_path: Path) -> Callable[..., Any]:
    def run(*arguments: str, demo: bool = False) -> Any:
        ini = tmp_path / "site.ini"
        settings = {**site_settings(tmp_path / "site"), "halkla.demo": "true" if demo else "false"}
        ini.write_text(
            "[app:main]\nuse = egg:halkla-iliskiler\n"
            + "".join(f"{key} = {value}\n" for key, value in settings.items())
        )
        return CliRunner().invoke(main, ["-c", str(ini), *arguments])

    return run


def test_the_command_says_what_it_did_and_then_that_nothing_is_left(old: Path, halkla: Callable[..., Any]) -> None:
    said = halkla("evolve", "--dry-run")
    assert said.exit_code == 0, said.output
    assert f"{CALLS}: Queue the applicants" in said.output
    assert "Nothing was changed." in said.output
    refused = halkla("check")
    assert refused.exit_code == 1
    assert "run: halkla evolve" in refused.output
    done = halkla("evolve")
    assert done.exit_code == 0, done.output
    assert CALLS in done.output
    assert "The data is up to date" in done.output
    before = version(old)
    assert halkla("evolve").output.strip() == "The data is up to date."
    assert halkla("evolve", "--dry-run").output.strip() == "The data is up to date."
    assert version(old) == before
    assert halkla("check").exit_code == 0


def test_beside_a_running_server_only_the_dry_run_works(site_directory: Path, halkla: Callable[..., Any]) -> None:
    running = open_site(site_directory)
    try:
        refused = halkla("evolve")
        assert refused.exit_code == 1
        assert "in use by another process" in refused.output
        assert halkla("evolve", "--dry-run").exit_code == 0
    finally:
        running.close()
