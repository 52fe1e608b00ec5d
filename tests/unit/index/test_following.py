"""The index follows the database, makes good what it missed, and is built anew when it is another's."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.index import IndexUnusable, Row
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.indexing import bring_up_to_date, catch_up, journal_lag, rebuild, trim_journals
from halkla_iliskiler.services.intake import Draft
from halkla_iliskiler.services.lists import Listed, Queue
from halkla_iliskiler.testing import FakeNow, actor, draft, open_site
from halkla_iliskiler.work import Runner

As = Callable[..., Services]


def shown(services: Services) -> list[str]:
    return [found.number for found in services.lists.look(Listed(Queue.OPEN)).rows]


def file(assembly: Assembly, application: Draft | None = None) -> int:
    return assembly.services(ANONYMOUS).intake.file(application or draft()).ticket_id


def break_once(assembly: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the index fail at the next change, and only then."""
    really = assembly.index.follow

    def fail(rows: list[Row], positions: dict[str, int]) -> None:
        monkeypatch.setattr(assembly.index, "follow", really)
        raise sqlite3.OperationalError("disk is full")

    monkeypatch.setattr(assembly.index, "follow", fail)


def test_a_person_sees_their_own_change_at_once(services: As) -> None:
    filed = services().intake.file(draft())
    assert shown(services("clerk")) == [filed.number]
    services("clerk").handling.act(filed.ticket_id, Order(Action.FINISH, "Onarıldı.", outcome="SOLVED"), None)
    assert shown(services("clerk")) == []
    (found,) = services("clerk").lists.look(Listed(Queue.FINISHED)).rows
    assert (found.number, found.status) == (filed.number, "DONE")


def test_a_failing_index_never_turns_a_saved_ticket_into_an_error(
    assembly: Assembly, services: As, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    break_once(assembly, monkeypatch)
    first = services().intake.file(draft())
    assert "could not follow" in caplog.text
    assert journal_lag(assembly.database, assembly.index) == 1
    # What comes after it must not make the index believe that it is in step.
    second = services().intake.file(draft())
    assert shown(services("clerk")) == []
    assert journal_lag(assembly.database, assembly.index) == 2
    assert list(problems(assembly.database, assembly.index, deep=False)) != []
    Runner(assembly).run_due(assembly.now())
    assert shown(services("clerk")) == [first.number, second.number]
    assert journal_lag(assembly.database, assembly.index) == 0
    third = services().intake.file(draft())
    assert shown(services("clerk")) == [first.number, second.number, third.number]


def test_the_worker_has_nothing_to_do_while_the_index_is_in_step(assembly: Assembly, services: As) -> None:
    services().intake.file(draft())
    assert catch_up(assembly.database, assembly.index) == 0


def test_what_was_missed_before_a_crash_is_caught_up_at_the_next_start(
    site_directory: Path, now: FakeNow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assembly = open_site(site_directory, now)
    file(assembly)
    break_once(assembly, monkeypatch)
    identity = file(assembly)
    assembly.services(actor("clerk")).handling.act(identity, Order(Action.TAKE), None)
    assembly.close()
    again = open_site(site_directory, now)
    assert list(problems(again.database, again.index)) == []
    again.close()


def spoil_missing(index: Path) -> None:
    index.unlink()


def spoil_foreign(index: Path) -> None:
    with closing(sqlite3.connect(index)) as connection, connection:
        connection.execute("UPDATE meta SET value = 'another' WHERE name = 'database'")


def spoil_version(index: Path) -> None:
    with closing(sqlite3.connect(index)) as connection, connection:
        connection.execute("UPDATE meta SET value = '0' WHERE name = 'version'")


def spoil_garbage(index: Path) -> None:
    index.write_bytes(b"not a database at all" * 100)


def spoil_empty(index: Path) -> None:
    index.write_bytes(b"")


def spoil_ahead(index: Path) -> None:
    # As after the database was restored from a backup and the index was not.
    with closing(sqlite3.connect(index)) as connection, connection:
        connection.execute("UPDATE cursors SET position = position + 5")
        connection.execute("UPDATE tickets SET status = 'CLOSED', version = 99")


def spoil_stranger(index: Path) -> None:
    with closing(sqlite3.connect(index)) as connection, connection:
        connection.execute("INSERT INTO cursors VALUES ('a writer the database does not know', 1)")


SPOILT = [
    spoil_missing, spoil_foreign, spoil_version, spoil_garbage, spoil_empty, spoil_ahead, spoil_stranger,
]  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILT)
def test_an_index_that_is_not_this_databases_is_built_anew(
    site_directory: Path, now: FakeNow, spoil: Callable[[Path], None]
) -> None:
    assembly = open_site(site_directory, now)
    numbers = [file(assembly) for _ in range(3)]
    assembly.close()
    spoil(site_directory / "index.sqlite")
    again = open_site(site_directory, now)
    try:
        assert list(problems(again.database, again.index)) == []
        assert len(shown(again.services(actor("clerk")))) == len(numbers)
        assert (site_directory / "index.sqlite").stat().st_mode & 0o077 == 0
    finally:
        again.close()


@pytest.mark.parametrize("spoil", [spoil_missing, spoil_foreign, spoil_garbage, spoil_version])
def test_a_command_that_only_reads_builds_no_index(
    site_directory: Path, now: FakeNow, spoil: Callable[[Path], None]
) -> None:
    assembly = open_site(site_directory, now)
    file(assembly)
    assembly.close()
    spoil(site_directory / "index.sqlite")
    with pytest.raises(IndexUnusable, match="halkla reindex"):
        open_site(site_directory, now, read_only=True)


def test_a_restored_database_beside_a_newer_index_is_believed(
    site_directory: Path, tmp_path: Path, now: FakeNow
) -> None:
    assembly = open_site(site_directory, now)
    file(assembly)
    assembly.close()
    for name in ("Data.fs", "Data.fs.index"):
        shutil.copy(site_directory / name, tmp_path / name)
    later = open_site(site_directory, now)
    file(later)
    later.close()
    for name in ("Data.fs", "Data.fs.index"):
        shutil.copy(tmp_path / name, site_directory / name)
    restored = open_site(site_directory, now)
    try:
        assert list(problems(restored.database, restored.index)) == []
        assert len(shown(restored.services(actor("clerk")))) == 1
    finally:
        restored.close()


def test_an_index_behind_what_the_journal_still_knows_is_built_anew(
    site_directory: Path, tmp_path: Path, now: FakeNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("halkla_iliskiler.services.indexing._JOURNAL_KEPT", 2)
    assembly = open_site(site_directory, now)
    file(assembly)
    assembly.close()
    shutil.copy(site_directory / "index.sqlite", tmp_path / "old.sqlite")
    assembly = open_site(site_directory, now)
    for _ in range(5):
        file(assembly)
    assert assembly.write(lambda unit: trim_journals(unit.site), "trim") == 4
    assembly.close()
    shutil.copy(tmp_path / "old.sqlite", site_directory / "index.sqlite")
    again = open_site(site_directory, now)
    try:
        assert list(problems(again.database, again.index)) == []
    finally:
        again.close()


def test_building_anew_tells_how_far_it_has_got(assembly: Assembly, services: As) -> None:
    for _ in range(3):
        services().intake.file(draft())
    seen: list[tuple[int, int]] = []
    assert rebuild(assembly.database, assembly.index, lambda done, total: seen.append((done, total))) == 3
    assert seen == [(3, 3)]
    bring_up_to_date(assembly.database, assembly.index)


def test_older_news_never_replaces_newer(assembly: Assembly, services: As) -> None:
    filed = services().intake.file(draft())
    (old,) = assembly.index.all_rows()
    services("clerk").handling.act(filed.ticket_id, Order(Action.TAKE), None)
    assembly.index.follow([old], {})
    (found,) = assembly.index.all_rows()
    assert (found.status, found.version) == ("IN_PROGRESS", old.version + 1)


def test_a_follow_that_fails_half_way_leaves_nothing_behind(assembly: Assembly, services: As) -> None:
    services().intake.file(draft())
    (good,) = assembly.index.all_rows()
    before = assembly.index.positions()
    with pytest.raises(sqlite3.Error):
        assembly.index.follow([good._replace(id=5), good._replace(id=6, status=None)], {"main": 99})  # type: ignore[arg-type]
    assert list(assembly.index.all_rows()) == [good]
    assert assembly.index.positions() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE tickets SET status = 'CLOSED'", "the index shows"),
        ("DELETE FROM tickets", "the index shows nothing"),
        ("UPDATE tallies SET n = n + 1", "counters"),
        ("DELETE FROM words", "the index shows"),
    ],
)
def test_a_difference_is_said(site_directory: Path, now: FakeNow, change: str, said: str) -> None:
    assembly = open_site(site_directory, now)
    try:
        file(assembly)
        with closing(sqlite3.connect(site_directory / "index.sqlite")) as connection, connection:
            connection.execute(change)
        found = list(problems(assembly.database, assembly.index, deep=False))
        assert any(said in problem for problem in found)
    finally:
        assembly.close()


def test_no_name_telephone_or_address_of_a_person_is_in_the_index(assembly: Assembly, services: As) -> None:
    details = ContactDetails("Zeynep Karahanoğlu", "+905990001122", "zeynep@example.org")
    services().intake.file(draft(details=details))
    with closing(sqlite3.connect(assembly.index.path)) as connection:
        dumped = "\n".join(connection.iterdump())
    assert "arahano" not in dumped
    assert "5990001122" not in dumped
    assert "zeynep" not in dumped.lower()
