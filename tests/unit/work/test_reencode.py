"""A photo made anew: upright, small enough, nothing in it but the picture, whatever came in."""

import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from halkla_iliskiler.services.uploads import MAX_PIXELS
from halkla_iliskiler.testing import png
from halkla_iliskiler.work import reencode
from halkla_iliskiler.work.photos import run_reencode

RED, BLUE = (220, 20, 20), (20, 20, 220)
GPS = 0x8825


def two_colours(size: tuple[int, int] = (400, 200)) -> Image.Image:
    """Return a picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, size[0], size[1]))
    return picture


def as_taken(orientation: int, *, hidden: str = "Gizli kalsın", size: tuple[int, int] = (400, 200)) -> bytes:
    """Return a JPEG as a telephone makes it: a place, a maker, a comment, a profile, and which way it was held."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x010E] = orientation, "Deneme Telefon", hidden
    exif[GPS] = {1: "N", 2: (38.0, 27.0, 44.0), 3: "E", 4: (27.0, 13.0, 12.0)}
    written = BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    two_colours(size).save(written, "JPEG", exif=exif, comment=hidden.encode(), icc_profile=profile, quality=95)
    return written.getvalue()


@pytest.fixture
def anew(tmp_path: Path) -> Callable[..., Image.Image]:
    """``anew(content)``: the picture that comes out of the process of its own."""

    def made(content: bytes, kind: str = "image/jpeg") -> Image.Image:
        source, target = tmp_path / "source", tmp_path / "target"
        source.write_bytes(content)
        assert run_reencode(source, target, kind) == ""
        picture = Image.open(BytesIO(target.read_bytes()))
        picture.load()
        assert picture.format == "JPEG"
        return picture

    return made


def is_like(point: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(point, tuple)
    return all(abs(one - other) < 30 for one, other in zip(point, colour, strict=True))


def test_the_place_where_it_was_taken_is_gone(anew: Callable[..., Image.Image]) -> None:
    taken = as_taken(1)
    assert dict(Image.open(BytesIO(taken)).getexif().get_ifd(GPS))[1] == "N", "the sample has a place"
    picture = anew(taken)
    assert dict(picture.getexif()) == {}
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    ("orientation", "size", "red_at", "blue_at"),
    [
        (1, (400, 200), (20, 100), (380, 100)),
        (2, (400, 200), (380, 100), (20, 100)),
        (3, (400, 200), (380, 100), (20, 100)),
        (6, (200, 400), (100, 20), (100, 380)),
        (8, (200, 400), (100, 380), (100, 20)),
    ],
)
def test_it_stands_upright_however_the_telephone_was_held(
    anew: Callable[..., Image.Image],
    orientation: int,
    size: tuple[int, int],
    red_at: tuple[int, int],
    blue_at: tuple[int, int],
) -> None:
    picture = anew(as_taken(orientation))
    assert picture.size == size
    assert is_like(picture.getpixel(red_at), RED)
    assert is_like(picture.getpixel(blue_at), BLUE)


def test_nothing_that_was_hidden_behind_the_picture_comes_along(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(as_taken(6, hidden="GIZLI-YAZI") + b"PK\x03\x04<script>alert(1)</script>")
    assert run_reencode(source, target, "image/jpeg") == ""
    made = target.read_bytes()
    assert not [word for word in (b"GIZLI", b"script", b"PK\x03", b"Telefon", b"Exif", b"ICC") if word in made]


@pytest.mark.parametrize(
    ("size", "expected"), [((3200, 2400), (1600, 1200)), ((300, 4000), (120, 1600)), ((5, 3), (5, 3))]
)
def test_it_is_as_large_as_it_needs_to_be(
    anew: Callable[..., Image.Image], size: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert anew(as_taken(1, size=size)).size == expected


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK"])
def test_every_sort_of_points_becomes_a_plain_picture(anew: Callable[..., Image.Image], mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    picture = two_colours()
    if mode in ("RGBA", "LA"):
        picture.putalpha(0)
        picture = picture.convert(mode)
    else:
        picture = picture.convert("I").convert("I;16") if mode == "I;16" else picture.convert(mode)
    if kind == "TIFF":
        kind = "JPEG"
    written = BytesIO()
    picture.save(written, kind)
    made = anew(written.getvalue(), f"image/{kind.lower()}")
    assert (made.mode, made.size) == ("RGB", (400, 200))
    if mode in ("RGBA", "LA"):
        assert is_like(made.getpixel((9, 9)), (255, 255, 255)), "what was transparent is white, not black"


def test_a_webp_is_a_photo_too(anew: Callable[..., Image.Image]) -> None:
    written = BytesIO()
    two_colours().save(written, "WEBP")
    assert anew(written.getvalue(), "image/webp").size == (400, 200)


def test_a_heic_is_read_where_the_extra_is_installed(anew: Callable[..., Image.Image]) -> None:
    heif = pytest.importorskip("pillow_heif", reason="the extra 'heic' is not installed")
    heif.register_heif_opener()
    written = BytesIO()
    two_colours().save(written, "HEIF")
    assert anew(written.getvalue(), "image/heic").size == (400, 200)


def bomb(width: int = 20_000, height: int = 20_000) -> bytes:
    """Return a few kilobytes that would be 1.2 GB of points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = zlib.compressobj(9)
    line = b"\0" * (1 + width * 3)
    data = b"".join(row.compress(line) for _ in range(height // 100)) + row.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "kind", "problem"),
    [
        (bomb(), "image/png", "too_large"),
        (as_taken(1)[:-900], "image/jpeg", "unreadable"),
        (as_taken(1)[:300], "image/jpeg", "unreadable"),
        (b"", "image/jpeg", "unreadable"),
        (png(), "image/jpeg", "unreadable"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(300), "image/webp", "unreadable"),
        (b"GIF89a" + bytes(90), "image/gif", "unreadable"),
    ],
    ids=["bomb", "cut off", "cut off early", "empty", "another kind", "no picture", "no kind of ours"],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_one_word(tmp_path: Path, content: bytes, kind: str, problem: str) -> None:
    (tmp_path / "source").write_bytes(content)
    assert run_reencode(tmp_path / "source", tmp_path / "target", kind) == problem


def test_form_and_worker_agree_on_what_is_too_large() -> None:
    assert reencode.MAX_PIXELS == MAX_PIXELS


PROGRAM = """
import resource, sys
from halkla_iliskiler.work import reencode
reencode.limit_resources()
{body}
"""


@pytest.mark.parametrize(
    ("body", "ends"),
    [
        ("held = bytearray(3 << 30)", "MemoryError"),
        ("open('big', 'wb').write(bytes(33 << 20))", "File too large"),
        ("held = [open('/dev/null') for _ in range(100)]", "Too many open files"),
        ("print(resource.getrlimit(resource.RLIMIT_CPU)); raise SystemExit('20 seconds')", "20 seconds"),
    ],
)
def test_the_process_limits_itself(tmp_path: Path, body: str, ends: str) -> None:
    code = PROGRAM.format(body=body)
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert run.returncode != 0
    assert ends in run.stderr


def test_a_process_that_hangs_is_ended(tmp_path: Path) -> None:
    # A pipe nobody writes into: reading it waits for ever.
    os.mkfifo(tmp_path / "source")
    assert run_reencode(tmp_path / "source", tmp_path / "target", "image/jpeg", seconds=1.5) == "timeout"


def test_a_process_that_dies_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "dies.py"
    program.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    monkeypatch.setattr("halkla_iliskiler.work.photos._PROGRAM", (sys.executable, "-I", str(program)))
    (tmp_path / "source").write_bytes(as_taken(1))
    assert run_reencode(tmp_path / "source", tmp_path / "target", "image/jpeg") == "killed"


def test_it_is_a_program_that_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "tells.py"
    program.write_text("import os, sys\nopen(sys.argv[2], 'w').write(repr(dict(os.environ)))\n")
    monkeypatch.setattr("halkla_iliskiler.work.photos._PROGRAM", (sys.executable, "-I", str(program)))
    monkeypatch.setenv("HALKLA_EMAIL_PASSWORD", "geheim")
    (tmp_path / "source").write_bytes(b"x")
    assert run_reencode(tmp_path / "source", tmp_path / "target", "image/jpeg") == ""
    assert "geheim" not in (tmp_path / "target").read_text()


def test_it_can_be_run_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(as_taken(6))
    name = [sys.executable, "-W", "ignore", "-m", "halkla_iliskiler.work.reencode"]
    run = subprocess.run(
        [*name, tmp_path / "source", tmp_path / "target", "image/jpeg"], check=False, capture_output=True
    )
    assert (run.returncode, run.stderr) == (0, b"")
    with Image.open(tmp_path / "target") as picture:
        assert picture.size == (200, 400)
