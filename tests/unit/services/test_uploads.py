"""Photos: looked at by content, and kept when their form is refused."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from halkla_iliskiler.domain.errors import InvalidInput, NotFound
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.uploads import KEPT_FOR, MAX_BYTES, Upload, discard, receive
from halkla_iliskiler.testing import FakeNow, draft, png
from halkla_iliskiler.work.photos import prepare_photos

As = Callable[..., Services]
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(300)
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(300)


@pytest.mark.parametrize(
    ("content", "kind", "extension"),
    [(png(), "image/png", "png"), (JPEG, "image/jpeg", "jpg"), (WEBP, "image/webp", "webp")],
)
def test_a_photo_is_what_its_content_says(tmp_path: Path, content: bytes, kind: str, extension: str) -> None:
    upload = receive(BytesIO(content), "çukur.exe", tmp_path / "uploads")
    assert (upload.content_type, upload.filename, upload.size) == (kind, f"çukur.{extension}", len(content))
    assert upload.path.read_bytes() == content
    assert upload.path.stat().st_mode & 0o077 == 0
    discard([upload])
    discard([upload])
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"", b"x", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"GIF89a" + bytes(50),
        b"%PDF-1.7" + bytes(50), b"PK\x03\x04" + bytes(50), b"MZ" + bytes(50), b"<html><script>" + bytes(50),
        b"BM" + bytes(300), b"II*\x00" + bytes(300),
    ],
)  # fmt: skip
def test_anything_else_is_refused_whatever_it_is_called(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        receive(BytesIO(content), "foto.jpg", tmp_path)
    assert refused.value.problem.startswith("photo_type")
    assert list(tmp_path.iterdir()) == []


def test_a_photo_may_have_ten_megabytes_and_not_a_byte_more(tmp_path: Path) -> None:
    assert receive(BytesIO(JPEG.ljust(MAX_BYTES, b"\0")), "a.jpg", tmp_path).size == MAX_BYTES
    with pytest.raises(InvalidInput) as refused:
        receive(BytesIO(JPEG.ljust(MAX_BYTES + 1, b"\0")), "a.jpg", tmp_path)
    assert refused.value.problem == "photo_size"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("IMG_1234.JPG", "IMG_1234.png"), ("/etc/passwd", "passwd.png"), ("..\\..\\kedi.png", "kedi.png"),
        ("", "foto.png"), (".png", ".png.png"), ("...", "foto.png"), ("a\x00b\nc.png", "abc.png"),
        ("kırık \u202egnp.exe", "kırık gnp.png"), ('"; rm -rf <x>|?*.png', "; rm -rf x.png"), ("/", "foto.png"),
        ("x" * 300 + ".png", "x" * 80 + ".png"),
    ],
)  # fmt: skip
def test_a_name_is_only_ever_shown(tmp_path: Path, sent: str, shown: str) -> None:
    upload = receive(BytesIO(png()), sent, tmp_path)
    if sent == ".png":
        assert upload.filename in {"png.png", "foto.png"}
    else:
        assert upload.filename == shown
    assert upload.path.parent == tmp_path


@pytest.fixture
def photo(assembly: Assembly) -> Callable[[int], Upload]:
    return lambda shade: receive(BytesIO(png(shade)), f"{shade}.png", assembly.database.files.uploads)


def contents(services: As, ticket_id: int) -> list[bytes]:
    """Return what was sent, byte for byte, before the worker has made anything of it."""
    found = []
    with services("supervisor").handling.opened(ticket_id) as (_, ticket):
        for attachment in ticket.attachments:
            with attachment.blob.open("r") as file:
                found.append(file.read())
    return found


def test_the_photos_of_a_refused_form_come_with_it_when_it_is_right(
    assembly: Assembly, services: As, photo: Callable[[int], Upload]
) -> None:
    received = (photo(1), photo(2))
    kept = services().intake.keep(received)
    discard(received)
    tokens = tuple(one.token for one in kept)
    assert [one.filename for one in services().intake.kept(tokens)] == ["1.png", "2.png"]
    filed = services().intake.file(draft(kept=tokens, uploads=(photo(3),)))
    assert sorted(contents(services, filed.ticket_id)) == sorted([png(1), png(2), png(3)])
    assert services().intake.kept(tokens) == []


def test_a_kept_photo_becomes_part_of_one_application_only(services: As, photo: Callable[[int], Upload]) -> None:
    (kept,) = services().intake.keep((photo(1),))
    first = services().intake.file(draft(kept=(kept.token,)))
    second = services().intake.file(draft(kept=(kept.token, "gone", "")))
    assert (len(contents(services, first.ticket_id)), contents(services, second.ticket_id)) == (1, [])


def test_kept_photos_have_names_nobody_can_guess(services: As, photo: Callable[[int], Upload]) -> None:
    tokens = {one.token for one in services().intake.keep((photo(1), photo(2), photo(3)))}
    assert len(tokens) == 3
    assert all(len(token) >= 22 for token in tokens)
    assert services().intake.keep(()) == []


def test_photos_whose_form_never_comes_back_are_forgotten(
    assembly: Assembly, services: As, photo: Callable[[int], Upload], now: FakeNow
) -> None:
    (old,) = services().intake.keep((photo(1),))
    now.advance(KEPT_FOR)
    (fresh,) = services().intake.keep((photo(2),))
    assert services("system").intake.sweep_staging() == 0
    now.advance(timedelta(seconds=1))
    assert services("system").intake.sweep_staging() == 1
    assert [one.token for one in services().intake.kept((old.token, fresh.token))] == [fresh.token]


def test_a_photo_is_shown_to_who_may_see_the_ticket_once_it_was_made_anew(
    services: As, photo: Callable[[int], Upload]
) -> None:
    filed = services().intake.file(draft(uploads=(photo(1),)))
    with services("clerk").handling.opened(filed.ticket_id) as (_, ticket):
        (identity,) = [attachment.id for attachment in ticket.attachments]
    with pytest.raises(NotFound):
        services("clerk").handling.attachment(filed.ticket_id, identity)
    copy = lambda source, target, _: target.write_bytes(b"new " + source.read_bytes()) and ""  # noqa: E731
    assert prepare_photos(services("system"), copy) == 1
    assert services("clerk").handling.attachment(filed.ticket_id, identity).content == b"new " + png(1)
    for role, other in (("clerk-roads", 0), ("administrator", 0), ("", 0), ("clerk", 1)):
        with pytest.raises(NotFound):
            services(role).handling.attachment(filed.ticket_id, identity + other)


def test_a_disk_without_room_refuses_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        receive(Full(), "a.png", tmp_path)
    assert list(tmp_path.iterdir()) == []
