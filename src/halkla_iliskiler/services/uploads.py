"""Photos that come with a form: looked at by content, written down outside any transaction, kept when refused."""

import os
import secrets
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

import filetype
from PIL import Image
from ZODB.blob import Blob

from ..domain.errors import InvalidInput
from ..domain.text import clean
from ..storage import Site, StagedUpload

__all__ = [
    "HEIC",
    "KEPT_FOR",
    "MAX_BYTES",
    "MAX_PHOTOS",
    "MAX_PIXELS",
    "MAX_QUESTION_PHOTOS",
    "PDF",
    "Upload",
    "accepted_types",
    "as_blob",
    "discard",
    "new_token",
    "receive",
    "remove_abandoned",
    "staged",
]

HEIC = "image/heic"
PDF = "application/pdf"
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
MAX_BYTES = 10 * 1024 * 1024
MAX_PHOTOS = 5
MAX_QUESTION_PHOTOS = 3
"""How many of a subject's questions may be answered with a photo; those come on top of :data:`MAX_PHOTOS`."""
MAX_PIXELS = 70_000_000
"""More than a telephone's camera takes (50 and 64 megapixels are sold as such), less than what is sent to do harm."""
KEPT_FOR = timedelta(hours=12)
_CHUNK = 1 << 20
# The library's own limit only warns; ours is looked at before anything is unpacked.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class Upload:
    """A received file, on disk beside the blobs, not yet part of anything.

    ``question`` is the code of the question it answers, empty for what nobody asked for.
    """

    path: Path
    filename: str
    content_type: str
    size: int
    question: str = ""


def receive(stream: BinaryIO, filename: str, directory: Path, *, documents: bool = False) -> Upload:
    """Write a file down and say what it is, by its content and not by its name; a scanned paper only with *documents*.

    Raises:
        InvalidInput: it is empty, larger than :data:`MAX_BYTES`, not of an accepted type, or a bomb.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=directory, prefix="upload-")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            size = _copy(stream, file)
        kind = filetype.guess(str(path))
        if size == 0 or kind is None or kind.mime not in (*accepted_types(), *([PDF] if documents else [])):
            if documents:
                raise InvalidInput("photos", "scan_type")
            raise InvalidInput("photos", "photo_type_or_heic" if HEIC in accepted_types() else "photo_type")
        _refuse_bomb(path, kind.mime)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Upload(path, _tidy_name(filename, kind.extension), kind.mime, size)


@cache
def accepted_types() -> tuple[str, ...]:
    """Return what may be sent; HEIC only where the extra that reads it is installed."""
    return (*_FORMATS, HEIC) if find_spec("pillow_heif") is not None else tuple(_FORMATS)


def _refuse_bomb(path: Path, content_type: str) -> None:
    """Refuse a picture whose header promises more points than a camera takes; nothing is unpacked for it.

    One whose header cannot be read is no danger here: the worker will say that it is broken. A HEIC's is only read
    there, because the library that knows it is best kept in a process of its own.
    """
    if content_type not in _FORMATS:
        return
    try:
        with Image.open(path, formats=[_FORMATS[content_type]]) as picture:
            points = picture.width * picture.height
    except Exception:  # noqa: BLE001  (the library raises whatever it meets)
        return
    if points > MAX_PIXELS:
        raise InvalidInput("photos", "photo_pixels")


def _copy(source: BinaryIO, target: BinaryIO) -> int:
    size = 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > MAX_BYTES:
            raise InvalidInput("photos", "photo_size")
        target.write(chunk)
    return size


def _tidy_name(filename: str, extension: str) -> str:
    """Return a name fit to be shown: no path, no directions for the eye, the extension its content has."""
    last = clean(filename.replace("\\", "/").rpartition("/")[2])
    stem = last.rpartition(".")[0] or last
    kept = "".join(letter for letter in stem if letter.isprintable() and letter not in '"<>:|?*')[:80].strip(" .")
    return f"{kept or 'foto'}.{extension}"


def as_blob(upload: Upload, site: Site) -> Blob:
    """Make a blob of the file without copying it. May be repeated when a transaction is."""
    link = upload.path.with_name(f"{upload.path.name}-{secrets.token_hex(4)}")
    os.link(upload.path, link)
    blob = Blob()
    # Without a connection of its own a blob takes the way through /tmp: another file system, in others' sight.
    site._p_jar.add(blob)
    blob.consumeFile(str(link))
    return blob


def discard(uploads: Iterable[Upload]) -> None:
    """Remove the received files; what became a blob stays."""
    for upload in uploads:
        upload.path.unlink(missing_ok=True)


def remove_abandoned(directory: Path, now: datetime) -> None:
    """Remove files that became part of nothing: the process that received them was killed."""
    for path in directory.glob("*"):
        if path.is_file() and now.timestamp() - path.stat().st_mtime > KEPT_FOR.total_seconds():
            path.unlink(missing_ok=True)


def new_token() -> str:
    """Return a name under which a refused form's photo is kept: nobody can guess it."""
    return secrets.token_urlsafe(18)


def staged(upload: Upload, expires_at: datetime, site: Site) -> StagedUpload:
    """Make the stored form of a photo that waits for its form to come back."""
    photo = StagedUpload(upload.filename, upload.content_type, upload.size, expires_at, as_blob(upload, site))
    photo.question = upload.question
    return photo
