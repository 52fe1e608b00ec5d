"""Photos are as durable as the ticket they came with, and never leave the site's own directory."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.uploads import KEPT_FOR, Upload, discard, receive
from halkla_iliskiler.testing import FakeNow, actor, draft, open_site, png

As = Callable[..., Services]


@pytest.fixture
def photo(assembly: Assembly) -> Iterator[Callable[[int], Upload]]:
    received: list[Upload] = []

    def make(shade: int = 0) -> Upload:
        received.append(receive(BytesIO(png(shade)), "kırık bank.png", assembly.database.files.uploads))
        return received[-1]

    yield make
    discard(received)


def all_files(directory: Path) -> set[Path]:
    return {path for path in directory.rglob("*") if path.is_file()}


def test_a_photo_and_every_directory_on_the_way_to_it_are_synced_before_the_ticket_is(
    assembly: Assembly, services: As, photo: Callable[[int], Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    really = os.fsync

    def record(handle: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        really(handle)

    monkeypatch.setattr(os, "fsync", record)
    monkeypatch.setattr(sys.modules["ZODB.FileStorage.FileStorage"], "fsync", record)
    services().intake.file(draft(uploads=(photo(1),)))
    blobs = assembly.database.files.blobs
    (stored,) = blobs.rglob("*.blob")
    on_the_way = {str(directory) for directory in stored.parents if directory.is_relative_to(blobs)}
    assert on_the_way <= set(synced)
    # Its content was synced under the name it had before it was moved into place.
    first_content = next(place for place, name in enumerate(synced) if Path(name).is_relative_to(blobs / "tmp"))
    data = next(place for place, name in enumerate(synced) if name.endswith("Data.fs"))
    assert first_content < min(synced.index(name) for name in on_the_way) < data


def test_a_photo_never_takes_the_way_through_a_directory_others_can_see(
    assembly: Assembly, services: As, photo: Callable[[int], Upload], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))  # whoever used it would fail
    services().intake.file(draft(uploads=(photo(1), photo(2))))
    services().intake.keep((photo(3),))
    assert len(list(assembly.database.files.blobs.rglob("*.blob"))) == 3


def test_a_photo_comes_back_as_it_was_also_after_a_restart(site_directory: Path, now: FakeNow) -> None:
    assembly = open_site(site_directory, now)
    upload = receive(BytesIO(png(7)), "kırık bank.png", assembly.database.files.uploads)
    filed = assembly.services(ANONYMOUS).intake.file(draft(uploads=(upload,)))
    discard([upload])
    assembly.close()
    again = open_site(site_directory, now)
    with again.services(actor("clerk")).handling.opened(filed.ticket_id) as (_, ticket):
        (found,) = ticket.attachments
        with found.blob.open("r") as file:
            assert file.read() == png(7)
        assert (found.content_type, found.filename, found.size) == ("image/png", "kırık bank.png", len(png(7)))
    again.close()


def test_a_transaction_that_fails_leaves_the_photo_for_the_next_try(
    assembly: Assembly, services: As, photo: Callable[[int], Upload]
) -> None:
    upload = photo(1)

    def fail(shared: Services) -> None:
        shared.intake.file(draft(uploads=(upload,)))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        services().together(fail, "fails")
    assert list(assembly.database.files.blobs.rglob("*.blob")) == []
    filed = services().intake.file(draft(uploads=(upload,)))
    with services("clerk").handling.opened(filed.ticket_id) as (_, ticket):
        assert len(ticket.attachments) == 1


KILLED_IN_THE_MIDDLE = """
import os, sys
from io import BytesIO
from pathlib import Path
from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.services.uploads import receive
from halkla_iliskiler.testing import open_site, png
assembly = open_site(Path(sys.argv[1]))
uploads = tuple(receive(BytesIO(png(shade)), "a.png", assembly.database.files.uploads) for shade in (1, 2))
def die(services):
    services.intake.keep(uploads)
    os._exit(9)
assembly.services(ANONYMOUS).together(die, "is killed")
"""


def test_what_a_killed_process_was_receiving_is_swept_and_nothing_else_is(site_directory: Path, now: FakeNow) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(site_directory)], check=False)
    assert killed.returncode == 9
    assembly = open_site(site_directory, now)
    try:
        services, files = assembly.services(SYSTEM), assembly.database.files
        abandoned = all_files(files.uploads) | all_files(files.blobs / "tmp")
        assert len(abandoned) == 4
        for path in abandoned:
            os.utime(path, (now().timestamp(), now().timestamp()))
        fresh = receive(BytesIO(png(3)), "a.png", files.uploads)
        os.utime(fresh.path, (now().timestamp() + 60, now().timestamp() + 60))
        services.intake.sweep_staging()
        assert len(all_files(files.uploads) | all_files(files.blobs / "tmp")) == 5
        now.advance(KEPT_FOR)
        now.advance(KEPT_FOR / KEPT_FOR.total_seconds())
        services.intake.sweep_staging()
        assert all_files(files.uploads) == {fresh.path}
        assert all_files(files.blobs / "tmp") == set()
        with assembly.database.reading() as root:
            assert len(root.staging) == 0
    finally:
        assembly.close()
