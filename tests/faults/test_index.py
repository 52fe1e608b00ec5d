"""The index is lost, damaged or fails while the server runs: tickets are saved all the same, and it mends itself."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest

from halkla_iliskiler.domain.ticket import id_from_address
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.health import look
from tests.faults.house import House
from tests.faults.running import Place

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def open_house(untouched_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    place = Place(tmp_path_factory.mktemp("index"))
    shutil.copytree(untouched_site, place.site)
    house = House(place)
    yield house
    house.assembly.close()


@pytest.fixture
def house(open_house: House) -> Iterator[House]:
    """The house with its index in step, before and after the test."""
    assert list(problems(open_house.assembly.database, open_house.assembly.index)) == []
    yield open_house
    assert list(problems(open_house.assembly.database, open_house.assembly.index)) == []


def delete(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def scribble(path: Path) -> None:
    with open(path, "r+b") as file:
        file.write(b"nobody's database" * 2000)


def replace_by_another(path: Path) -> None:
    delete(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE somebody (elses TEXT)")


T = TypeVar("T")


def by_another_thread(do: Callable[[], T]) -> T:
    """Do it as a thread of the server does that has not used the index before."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(do).result()


@pytest.mark.parametrize("damage", [delete, empty, cut, scribble, replace_by_another])
def test_what_happened_to_the_file_is_mended_while_the_server_runs(
    house: House, damage: Callable[[Path], None]
) -> None:
    before = house.citizen_applies()
    with closing(sqlite3.connect(house.assembly.index.path)) as other:
        # Everything into the one file, so that the damage hits it.
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damage(house.assembly.index.path)
    by_known_thread = house.citizen_applies()
    by_new_thread = by_another_thread(house.citizen_applies)
    for address in (by_known_thread, by_new_thread):
        assert_saved(house, address)
    found = by_another_thread(lambda: look(house.assembly, house.now()))
    assert (found.is_well, found.database) == (False, True)
    by_another_thread(house.work_an_hour)
    later = house.citizen_applies()
    for everybody in (lambda do: do(), by_another_thread):
        everybody(lambda: assert_well(house))
        queue = everybody(lambda: house.signed_in("supervisor").get("/panel?liste=unrouted", status=200))
        assert [address for address in (before, by_known_thread, by_new_thread, later) if address not in queue] == []


def test_an_index_that_cannot_be_written_catches_up(house: House) -> None:
    for connection in house.assembly.index._connections:
        connection.execute("PRAGMA query_only = ON")
    addresses = [house.citizen_applies(words=f"Başvuru {number}") for number in range(3)]
    for address in addresses:
        assert_saved(house, address)
    found = look(house.assembly, house.now())
    assert (found.database, found.index_lag) == (True, 3)
    house.work_an_hour()
    assert look(house.assembly, house.now()).index_lag == 3
    for connection in house.assembly.index._connections:
        connection.execute("PRAGMA query_only = OFF")
    house.work_an_hour()
    assert_well(house)


def test_an_index_that_refuses_rows_catches_up(house: House) -> None:
    with closing(sqlite3.connect(house.assembly.index.path)) as other:
        other.execute("CREATE TRIGGER refuse BEFORE INSERT ON tickets BEGIN SELECT RAISE(ABORT, 'refused'); END")
        address = house.citizen_applies()
        assert_saved(house, address)
        # Staff go on with what the index knows, and with the ticket itself.
        browser = house.signed_in("supervisor")
        assert address not in browser.get("/panel?liste=unrouted", status=200)
        house.clerk_answers(address)
        found = look(house.assembly, house.now())
        assert (found.database, found.index_lag) == (True, 2)
        other.execute("DROP TRIGGER refuse")
    house.work_an_hour()
    assert_well(house)
    assert address in house.signed_in("supervisor").get("/panel?liste=unrouted")


def assert_saved(house: House, address: str) -> None:
    with house.assembly.database.reading() as site:
        assert id_from_address(address) in site.tickets


def assert_well(house: House) -> None:
    found = look(house.assembly, house.now())
    assert (found.is_well, found.index_lag) == (True, 0)
    assert not house.assembly.index.is_stale


@pytest.mark.parametrize("damage", [delete, empty, cut, scribble, replace_by_another])
def test_a_damaged_file_is_built_anew_at_the_start(
    new_place: Callable[..., Place], damage: Callable[[Path], None]
) -> None:
    place = new_place()
    damage(place.site / "index.sqlite")
    with closing(Assembly.open(place.settings)) as assembly:
        assert list(problems(assembly.database, assembly.index)) == []
