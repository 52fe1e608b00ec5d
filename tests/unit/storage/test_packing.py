"""Packing drops what nobody sees any more, and nothing else."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from halkla_iliskiler.cli import main as halkla
from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.uploads import receive
from halkla_iliskiler.storage import StorageRefused
from halkla_iliskiler.testing import FakeNow, draft, open_site, png
from halkla_iliskiler.work.photos import prepare_photos


def fill(assembly: Assembly, words: str) -> int:
    filed = assembly.services(ANONYMOUS).intake.file(draft(words=words))
    return filed.ticket_id


def test_old_words_are_gone_from_the_disk_and_everything_else_is_there(site_directory: Path, now: FakeNow) -> None:
    assembly = open_site(site_directory, now)
    ticket_id = fill(assembly, "Kalıcı sözler")

    def change(text: str) -> Callable[[Any], None]:
        def say(unit: Any) -> None:
            unit.site.tickets[ticket_id].satisfaction_text = text

        return say

    assembly.write(change("GECICIGIZLI"), "said")
    assembly.write(change("son hali"), "said otherwise")
    assert b"GECICIGIZLI" in (site_directory / "Data.fs").read_bytes()
    before, after = assembly.database.pack()
    assert after < before
    assert (site_directory / "Data.fs").stat().st_size == after
    assert b"GECICIGIZLI" not in b"".join(path.read_bytes() for path in site_directory.glob("Data.fs*"))
    assert not list(site_directory.glob("*.old"))
    assert list(problems(assembly.database, assembly.index)) == []
    fill(assembly, "Paketten sonra")
    assembly.close()
    again = open_site(site_directory, now)
    with again.database.reading() as site:
        assert site.tickets[ticket_id].words == "Kalıcı sözler"
        assert len(site.tickets) == 2
    assert list(problems(again.database, again.index)) == []
    again.close()


def test_a_photo_as_it_was_sent_is_gone_when_it_was_made_anew(site_directory: Path, now: FakeNow) -> None:
    assembly = open_site(site_directory, now)
    content = png()
    files = assembly.database.files
    files.uploads.mkdir(parents=True, exist_ok=True)
    upload = receive(BytesIO(content), "foto.png", files.uploads)
    assembly.services(ANONYMOUS).intake.file(draft(uploads=(upload,)))

    def blobs() -> list[bytes]:
        return [path.read_bytes() for path in files.blobs.rglob("*.blob")]

    assert content in blobs()
    system = assembly.services(SYSTEM)

    def make_anew(source: Path, target: Path, kind: str) -> str:
        target.write_bytes(b"anew")
        return ""

    assert prepare_photos(system, make_anew) == 1
    assembly.database.pack()
    assert blobs() == [b"anew"]
    assert not files.blobs.with_name("blobs.old").exists()
    assembly.close()


def test_without_room_nothing_is_begun(assembly: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    size = assembly.database.files.data.stat().st_size
    with pytest.raises(StorageRefused, match="no room to pack"):
        assembly.database.pack()
    assert assembly.database.files.data.stat().st_size == size


def test_the_command_works_on_a_stopped_site_and_is_refused_beside_a_running_one(
    site_directory: Path, now: FakeNow, tmp_path: Path
) -> None:
    ini = tmp_path / "site.ini"
    ini.write_text(f"[app:main]\nuse = egg:halkla-iliskiler\nhalkla.data = {site_directory}\n", encoding="utf-8")
    running = open_site(site_directory, now)
    beside = CliRunner().invoke(halkla, ["-c", str(ini), "pack"])
    assert beside.exit_code == 1
    assert "is in use by another process" in beside.output
    running.close()
    done = CliRunner().invoke(halkla, ["-c", str(ini), "pack"])
    assert (done.exit_code, done.output.startswith("Data.fs had ")) == (0, True), done.output
