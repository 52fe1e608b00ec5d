"""Photos on their way from what was sent to what is shown: claimed, made anew, recorded; nothing is lost on the way."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM
from halkla_iliskiler.domain.errors import InvalidInput, NotFound
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Attachment, Ticket
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.photos import GIVE_UP_AFTER, RawPhoto
from halkla_iliskiler.services.uploads import Upload, receive
from halkla_iliskiler.testing import FakeNow, draft, make_site, open_site, png
from halkla_iliskiler.work.photos import prepare_photos

As = Callable[..., Services]
BROKEN = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(300)


@pytest.fixture
def sent(assembly: Assembly, services: As) -> Callable[..., Filed]:
    """``sent(png(1), png(2))``: an application with these photos."""

    def filed(*contents: bytes) -> Filed:
        directory = assembly.database.files.uploads
        uploads = tuple(receive(BytesIO(content), "bank.png", directory) for content in contents)
        return services().intake.file(draft(uploads=uploads))

    return filed


def photos_of(assembly: Assembly, filed: Filed) -> list[Attachment]:
    with assembly.database.reading() as site:
        ticket: Ticket = site.tickets[filed.ticket_id]
        for photo in ticket.attachments:
            photo._p_activate()
        return list(ticket.attachments)


def waiting(assembly: Assembly) -> int:
    with assembly.database.reading() as site:
        return len(site.photos_due)


def test_a_photo_is_shown_to_nobody_before_it_was_made_anew(
    assembly: Assembly, services: As, sent: Callable[..., Filed]
) -> None:
    filed = sent(png(3))
    (photo,) = photos_of(assembly, filed)
    assert (photo.state, photo.content_type, photo.filename) == ("RAW", "image/png", "bank.png")
    with pytest.raises(NotFound):
        services("clerk").handling.attachment(filed.ticket_id, photo.id)
    with pytest.raises(NotFound):
        services().following.photo(filed.address, filed.code, photo.id, "")
    revision = services("clerk").handling
    with revision.opened(filed.ticket_id) as (_, ticket):
        before = ticket.revision
    assert prepare_photos(services("system")) == 1
    (photo,) = photos_of(assembly, filed)
    assert (photo.state, photo.content_type, photo.filename, photo.problem) == ("READY", "image/jpeg", "bank.jpg", "")
    content = services("clerk").handling.attachment(filed.ticket_id, photo.id).content
    assert content.startswith(b"\xff\xd8\xff")
    assert photo.size == len(content)
    assert services().following.photo(filed.address, filed.code, photo.id, "") == content
    with revision.opened(filed.ticket_id) as (_, ticket):
        assert ticket.revision == before, "whoever is writing an answer is not told that something has changed"
    assert waiting(assembly) == 0
    assert prepare_photos(services("system")) == 0
    assert list(assembly.database.files.uploads.glob("prepare-*")) == []


def test_a_photo_that_cannot_be_read_is_tried_again_and_kept(
    assembly: Assembly, services: As, sent: Callable[..., Filed], now: FakeNow
) -> None:
    filed = sent(BROKEN)
    for attempt in range(1, GIVE_UP_AFTER + 1):
        assert prepare_photos(services("system")) == 1
        (photo,) = photos_of(assembly, filed)
        assert (photo.attempts, photo.problem) == (attempt, "unreadable")
        assert photo.state == ("FAILED" if attempt == GIVE_UP_AFTER else "RAW")
        assert prepare_photos(services("system")) == 0, "not at once"
        now.advance(timedelta(minutes=11))
    assert prepare_photos(services("system")) == 0, "given up"
    content = services("clerk").handling.attachment(filed.ticket_id, photo.id).content
    assert content == BROKEN
    with pytest.raises(NotFound):
        services().following.photo(filed.address, filed.code, photo.id, "")


def test_one_broken_photo_does_not_hold_up_the_others(
    assembly: Assembly, services: As, sent: Callable[..., Filed]
) -> None:
    filed = sent(png(1), BROKEN, png(2))
    while prepare_photos(services("system")):
        pass
    assert [photo.state for photo in photos_of(assembly, filed)] == ["READY", "RAW", "READY"]


def test_a_worker_that_is_killed_over_a_photo_leaves_it_for_the_next(
    assembly: Assembly, services: As, sent: Callable[..., Filed], now: FakeNow
) -> None:
    filed = sent(png(1))
    (claimed,) = services("system").photos.claim(5)
    assert services("system").photos.claim(5) == [], "it is somebody's for a while"
    # The worker is gone, and so is what it had in its hands.
    claimed.path.unlink()
    now.advance(timedelta(minutes=2))
    assert prepare_photos(services("system")) == 1
    assert photos_of(assembly, filed)[0].state == "READY"


def test_a_photo_that_takes_the_worker_down_each_time_is_given_up(
    assembly: Assembly, services: As, sent: Callable[..., Filed], now: FakeNow
) -> None:
    filed = sent(png(1))
    for _ in range(GIVE_UP_AFTER):
        assert len(services("system").photos.claim(5)) == 1
        now.advance(timedelta(minutes=2))
    assert services("system").photos.claim(5) == []
    (photo,) = photos_of(assembly, filed)
    assert (photo.state, photo.problem) == ("FAILED", "killed")


def test_recorded_twice_is_recorded_once(
    assembly: Assembly, services: As, sent: Callable[..., Filed], tmp_path: Path, now: FakeNow
) -> None:
    filed = sent(png(1))
    (first,) = services("system").photos.claim(1)
    now.advance(timedelta(minutes=2))
    (second,) = services("system").photos.claim(1)
    directory = assembly.database.files.uploads
    for number, raw in enumerate((first, second)):
        made = directory / f"made-{number}"
        made.write_bytes(b"\xff\xd8\xff" + bytes([number]))
        services("system").photos.prepared(raw, made)
    services("system").photos.failed(second, "timeout")
    (photo,) = photos_of(assembly, filed)
    assert (photo.state, photo.problem) == ("READY", "")
    assert services("clerk").handling.attachment(filed.ticket_id, photo.id).content == b"\xff\xd8\xff\x00"


def test_what_is_recorded_of_a_photo_that_is_gone_changes_nothing(
    assembly: Assembly, services: As, tmp_path: Path
) -> None:
    gone = RawPhoto(1, 2, "image/png", tmp_path / "raw")
    (tmp_path / "made").write_bytes(b"x")
    services("system").photos.prepared(gone, tmp_path / "made")
    services("system").photos.failed(gone, "timeout")
    assert waiting(assembly) == 0


def test_an_answer_has_three_photos_and_nothing_else_has_any(
    assembly: Assembly, services: As, sent: Callable[..., Filed]
) -> None:
    filed = sent()
    directory = assembly.database.files.uploads

    def photos(many: int) -> tuple[Upload, ...]:
        return tuple(receive(BytesIO(png(shade)), "sonra.png", directory) for shade in range(many))

    with pytest.raises(InvalidInput) as refused:
        services("clerk").handling.act(filed.ticket_id, Order(Action.NOTE, text="x"), None, photos(1))
    assert refused.value.problem == "photo_count_answer"
    finish = Order(Action.FINISH, text="Bitti.", outcome="SOLVED")
    with pytest.raises(InvalidInput):
        services("clerk").handling.act(filed.ticket_id, finish, None, photos(4))
    kept = services("clerk").intake.keep(photos(1))
    services("clerk").handling.act(filed.ticket_id, finish, None, photos(2), tuple(one.token for one in kept))
    found = photos_of(assembly, filed)
    assert [(photo.by_staff, photo.place) for photo in found] == [(True, 1)] * 3


def test_the_photos_of_an_answer_wait_for_its_check_and_go_with_it_when_it_is_given_back(
    assembly: Assembly, services: As
) -> None:
    filed = services().intake.file(draft(category="pothole"))
    clerk, supervisor, citizen = services("clerk-roads"), services("supervisor"), services()
    directory = assembly.database.files.uploads
    finish = Order(Action.FINISH, text="Kapatıldı.", outcome="SOLVED")

    def finish_with(shade: int) -> int:
        clerk.handling.act(filed.ticket_id, finish, None, (receive(BytesIO(png(shade)), "s.png", directory),))
        prepare_photos(services("system"))
        return photos_of(assembly, filed)[-1].id

    first = finish_with(1)
    with pytest.raises(NotFound):
        citizen.following.photo(filed.address, filed.code, first, "")
    supervisor.handling.act(filed.ticket_id, Order(Action.GIVE_BACK, text="Bu yol değil."), None)
    second = finish_with(2)
    supervisor.handling.act(filed.ticket_id, Order(Action.ACCEPT), None)
    assert citizen.following.photo(filed.address, filed.code, second, "").startswith(b"\xff\xd8\xff")
    with pytest.raises(NotFound):
        citizen.following.photo(filed.address, filed.code, first, "")


def test_the_photos_of_an_earlier_version_are_made_anew_too(
    assembly: Assembly, services: As, sent: Callable[..., Filed]
) -> None:
    filed = sent(png(1), png(2))

    def age(unit: object) -> None:
        site = unit.site  # type: ignore[attr-defined]
        site.photos_due = None
        for photo in site.tickets[filed.ticket_id].attachments:
            photo.next_attempt = None

    assembly.write(age, "as it was before")
    assert services("system").photos.has_due()
    assert prepare_photos(services("system")) == 2
    assert [photo.state for photo in photos_of(assembly, filed)] == ["READY", "READY"]
    assert not services("system").photos.has_due()


def test_the_check_notices_a_photo_the_queue_has_lost(tmp_path: Path) -> None:
    assembly = make_site(tmp_path / "site")
    upload = receive(BytesIO(png()), "a.png", assembly.database.files.uploads)
    assembly.services(ANONYMOUS).intake.file(draft(uploads=(upload,)))
    assembly.write(lambda unit: unit.site.photos_due.clear(), "lose it")
    found = list(problems(assembly.database, assembly.index, deep=False))
    assembly.close()
    assert any("photo" in problem for problem in found), found


KILLED = """
import os, signal, sys
from pathlib import Path
from halkla_iliskiler.domain.access import SYSTEM
from halkla_iliskiler.testing import open_site
from halkla_iliskiler.work.photos import prepare_photos
assembly = open_site(Path(sys.argv[1]))
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
prepare_photos(assembly.services(SYSTEM), die)
"""


def test_a_process_killed_between_the_steps_loses_nothing(tmp_path: Path) -> None:
    now = FakeNow()
    assembly = make_site(tmp_path / "site", now)
    upload = receive(BytesIO(png(4)), "a.png", assembly.database.files.uploads)
    filed = assembly.services(ANONYMOUS).intake.file(draft(uploads=(upload,)))
    upload.path.unlink()
    assembly.close()
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", KILLED, str(tmp_path / "site")], check=False)
    assert run.returncode == -signal.SIGKILL
    again = open_site(tmp_path / "site", now)
    try:
        assert prepare_photos(again.services(SYSTEM)) == 0, "the dead one's claim still holds"
        now.advance(timedelta(minutes=2))
        assert prepare_photos(again.services(SYSTEM)) == 1
        assert photos_of(again, filed)[0].state == "READY"
        left = list(again.database.files.uploads.iterdir())
        assert len(left) == 1
        assert left[0].name.startswith("prepare-")
        os.utime(left[0], (0, 0))
        again.services(SYSTEM).intake.sweep_staging()
        assert list(again.database.files.uploads.iterdir()) == []
        assert list(problems(again.database, again.index)) == []
    finally:
        again.close()
