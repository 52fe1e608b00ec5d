"""What is opened, what is refused, and that a refusal changes nothing and says what to do."""

import os
import shutil
import struct
from pathlib import Path

import pytest
import transaction
from ZODB import DB
from ZODB.FileStorage import FileStorage
from ZODB.POSException import POSError

from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.storage import StorageRefused, create_database, open_database
from halkla_iliskiler.testing import START, draft, make_site, open_site


@pytest.fixture
def site(site_directory: Path) -> Path:
    """A closed site with five tickets, each filed in a transaction of its own."""
    assembly = open_site(site_directory)
    for _ in range(5):
        assembly.services(ANONYMOUS).intake.file(draft())
    assembly.close()
    return site_directory


def tickets(assembly: Assembly) -> list[str]:
    with assembly.database.reading() as site:
        return [ticket.number for ticket in site.tickets.values()]


def transactions(data: Path) -> list[tuple[int, int]]:
    """Return ``(position, length)`` of every transaction in a data file."""
    content = data.read_bytes()
    found, position = [], 4
    while position < len(content):
        (length,) = struct.unpack_from(">Q", content, position + 8)
        found.append((position, length + 8))
        position += length + 8
    return found


def change(path: Path, position: int, new: bytes) -> None:
    with open(path, "r+b") as file:
        file.seek(position)
        file.write(new)


def refused(directory: Path) -> str:
    """Return the sentence with which a site is refused; nothing below it may have changed."""
    files = [path for path in directory.rglob("*") if path.is_file() and path.suffix not in (".lock", ".tmp")]
    before = {path: path.read_bytes() for path in files}
    with pytest.raises(StorageRefused) as why:
        open_site(directory)
    assert {path: path.read_bytes() for path in before} == before
    sentence = str(why.value)
    assert sentence.endswith(".") or "run: chmod" in sentence
    assert str(directory) in sentence
    return sentence


def test_a_site_is_created_once_and_opened_again(tmp_path: Path, site: Path) -> None:
    assembly = open_site(site)
    assert len(tickets(assembly)) == 5
    assembly.close()
    with pytest.raises(StorageRefused, match="exists already; nothing was changed"):
        create_database(site, START)


def test_nobody_else_can_read_a_site(site: Path) -> None:
    assert site.stat().st_mode & 0o077 == 0
    assert (site / "secret.key").stat().st_mode & 0o077 == 0
    assert (site / "index.sqlite").stat().st_mode & 0o077 == 0


def test_a_site_that_was_closed_opens_without_reading_the_whole_file(site: Path) -> None:
    assert (site / "Data.fs.index").exists()


def test_two_sites_have_nothing_in_common(tmp_path: Path) -> None:
    identities = {create_database(tmp_path / name, START) for name in "ab"}
    keys = {(tmp_path / name / "secret.key").read_text() for name in "ab"}
    assert len(identities) == len(keys) == 2


def test_a_directory_without_a_site_is_not_filled_with_one(tmp_path: Path) -> None:
    assert "halkla init" in refused(tmp_path)
    with pytest.raises(StorageRefused):
        open_site(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_missing_data_file_is_not_replaced_by_an_empty_one(site: Path) -> None:
    (site / "Data.fs").unlink()
    assert "missing" in refused(site)
    assert not (site / "Data.fs").exists()


def test_an_empty_data_file_is_refused(site: Path) -> None:
    (site / "Data.fs").write_bytes(b"")
    assert "empty" in refused(site)


def test_a_file_that_is_no_database_is_refused(site: Path) -> None:
    change(site / "Data.fs", 0, b"SQLi")
    assert "not a database" in refused(site)


def test_a_database_of_another_program_is_refused(site: Path) -> None:
    for name in ("Data.fs", "Data.fs.index"):
        (site / name).unlink()
    db = DB(FileStorage(str(site / "Data.fs")))
    with db.transaction() as connection:
        connection.root()["something"] = 1
    db.close()
    assert "holds no site of this application" in refused(site)


def test_the_database_of_another_site_is_refused(tmp_path: Path, site: Path) -> None:
    make_site(tmp_path / "other").close()
    (site / "Data.fs.index").unlink()
    shutil.copy(tmp_path / "other" / "Data.fs", site / "Data.fs")
    assert "belongs to another site" in refused(site)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"database_id"'])
def test_a_damaged_marker_is_refused(site: Path, content: bytes) -> None:
    (site / "site.json").write_bytes(content)
    assert "damaged" in refused(site)


def test_data_of_a_newer_version_is_refused(site: Path) -> None:
    database = open_database(site)
    database.write(lambda root: setattr(root, "schema", root.schema + 1), "from the future")
    database.close()
    with pytest.raises(StorageRefused, match="newer version"):
        open_site(site)


def test_an_open_site_is_not_opened_a_second_time(site: Path) -> None:
    first = open_site(site)
    try:
        assert "in use by another process" in refused(site)
        first.services(ANONYMOUS).intake.file(draft())
    finally:
        first.close()
    again = open_site(site)
    assert len(tickets(again)) == 6
    again.close()


def test_a_command_may_read_beside_the_server_and_not_write(site: Path) -> None:
    server = open_site(site)
    beside = open_site(site, read_only=True)
    try:
        assert len(tickets(beside)) == 5
        with pytest.raises(StorageRefused, match="Stop the server first"):
            beside.services(ANONYMOUS).intake.file(draft())
    finally:
        beside.close()
        server.close()


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda key: key.unlink(), "cannot be read"),
        (lambda key: key.chmod(0o640), "chmod 600"),
        (lambda key: key.chmod(0o604), "chmod 600"),
        (lambda key: key.write_text("too short"), "damaged"),
        (lambda key: key.write_text("x" * 64), "damaged"),
        (lambda key: key.write_bytes(b"\xff" * 64), "damaged"),
    ],
)
def test_a_key_that_is_missing_readable_by_others_or_damaged_is_refused(
    site: Path, prepare: object, sentence: str
) -> None:
    prepare(site / "secret.key")  # type: ignore[operator]
    assert sentence in refused(site)


# -- damage -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("offset", "what"), [(8, "length"), (15, "length"), (16, "status")])
@pytest.mark.parametrize("which", [0, 2, -2])
def test_damage_in_the_middle_is_refused_and_not_cut_away(site: Path, which: int, offset: int, what: str) -> None:
    (site / "Data.fs.index").unlink()
    data = site / "Data.fs"
    position = transactions(data)[which][0] + offset
    change(data, position, bytes([data.read_bytes()[position] ^ 0x40]))
    assert "damaged at byte" in refused(site)


@pytest.mark.parametrize("offset", [8, 16])
def test_damage_in_the_header_of_the_last_transaction_is_refused_too(site: Path, offset: int) -> None:
    # It was acknowledged: whoever cuts it away loses a ticket that somebody has the number of.
    (site / "Data.fs.index").unlink()
    data = site / "Data.fs"
    position = transactions(data)[-1][0] + offset
    change(data, position, bytes([data.read_bytes()[position] ^ 0x40]))
    assert "damaged at byte" in refused(site)


def test_damage_before_a_torn_tail_is_refused_too(site: Path) -> None:
    # The tail alone would be cut away, rightly; everything between it and the damage would go with it.
    (site / "Data.fs.index").unlink()
    data = site / "Data.fs"
    all_of_them = transactions(data)
    change(data, all_of_them[2][0] + 8, b"\x55")
    os.truncate(data, sum(all_of_them[-1]) - 10)
    assert "damaged at byte" in refused(site)


@pytest.mark.parametrize("with_index", [True, False])
@pytest.mark.parametrize("left", [1, 15, 23, 60, -9, -1])
def test_a_tail_torn_off_by_a_power_cut_is_accepted(site: Path, left: int, with_index: bool) -> None:
    # The process was killed in the middle of a commit: the index was saved before, or there is none.
    data = site / "Data.fs"
    whole = file_one_and_die(site, with_index)
    start, length = transactions(data)[-1]
    os.truncate(data, start + left if left > 0 else start + length + left)
    assembly = open_site(site)
    assert tickets(assembly) == whole[:-1]
    filed = assembly.services(ANONYMOUS).intake.file(draft())
    assert filed.number == whole[-1]
    assembly.close()


def file_one_and_die(site: Path, with_index: bool) -> list[str]:
    """File one more ticket and leave what a killed process would: the saved object index knows nothing of it."""
    saved = (site / "Data.fs.index").read_bytes()
    assembly = open_site(site)
    assembly.services(ANONYMOUS).intake.file(draft())
    numbers = tickets(assembly)
    assembly.close()
    (site / "Data.fs.index").write_bytes(saved)
    if not with_index:
        (site / "Data.fs.index").unlink()
    return numbers


def test_a_commit_that_was_written_and_never_finished_is_accepted_as_not_made(site: Path) -> None:
    # FileStorage marks a transaction "c" until the last moment; a kill between leaves it whole, and unacknowledged.
    (site / "Data.fs.index").unlink()
    data = site / "Data.fs"
    change(data, transactions(data)[-1][0] + 16, b"c")
    assembly = open_site(site)
    assert len(tickets(assembly)) == 4
    assembly.close()


def test_a_closed_database_says_so(site: Path) -> None:
    database = open_database(site)
    database.close()
    with pytest.raises(StorageRefused, match="closed"), database.reading():
        pass
    database.close()


# -- the closed list of classes ------------------------------------------------------------------------------------


def test_an_object_of_any_other_class_is_refused_when_it_is_read(site: Path) -> None:
    db = DB(FileStorage(str(site / "Data.fs"), blob_dir=str(site / "blobs")))
    manager = transaction.TransactionManager()
    connection = db.open(manager)
    connection.root()["site"].city.bodies = (Path("/etc/passwd"),)
    manager.commit()
    connection.close()
    db.close()
    assembly = open_site(site)
    try:
        with assembly.database.reading() as root, pytest.raises(POSError) as why:
            root.city.bodies  # noqa: B018  (loading it is what is refused)
        assert "pathlib" in str(why.value.__cause__)
        assert any("pathlib" in problem for problem in assembly.database.verify())
    finally:
        assembly.close()


def test_a_root_of_another_class_is_not_opened(site: Path) -> None:
    db = DB(FileStorage(str(site / "Data.fs"), blob_dir=str(site / "blobs")))
    manager = transaction.TransactionManager()
    connection = db.open(manager)
    connection.root()["site"] = Path("/")
    manager.commit()
    connection.close()
    db.close()
    assert "holds no site of this application" in refused(site)
