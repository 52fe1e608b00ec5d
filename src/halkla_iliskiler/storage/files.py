"""What stands on the disk, looked at before ZODB may touch it.

FileStorage used bare starts empty when its file is missing, and cuts a damaged file at the first record it cannot
read, with a warning in the log. Both have cost people their data, so both are refused here.
"""

import json
import os
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ZODB.blob import BlobStorage  # noqa: F401  (registers the blob layout)
from ZODB.FileStorage import FileStorage
from ZODB.fsIndex import fsIndex
from ZODB.utils import u64

from .refusals import StorageRefused

__all__ = ["DurableFileStorage", "Marker", "SiteFiles", "inspect"]

_MAGIC = b"FS30"
_TRANSACTION = struct.Struct(">8sQcHHH")
_TAIL = 8


@dataclass(frozen=True)
class SiteFiles:
    """The files of one site, all below one directory that belongs to the service alone."""

    directory: Path

    @property
    def data(self) -> Path:
        """The ZODB file."""
        return self.directory / "Data.fs"

    @property
    def blobs(self) -> Path:
        """Photos and other files."""
        return self.directory / "blobs"

    @property
    def uploads(self) -> Path:
        """Received files that are not part of anything yet; on the blobs' file system, so that they need no copy."""
        return self.blobs / "uploads"

    @property
    def exports(self) -> Path:
        """Files of lists that staff have asked for; may be deleted at any time, they live for hours."""
        return self.directory / "exports"

    @property
    def marker(self) -> Path:
        """Which database belongs here."""
        return self.directory / "site.json"

    @property
    def index(self) -> Path:
        """The SQLite index; may be deleted at any time, it is rebuilt."""
        return self.directory / "index.sqlite"

    @property
    def secret(self) -> Path:
        """The key of tracking codes and cookies; part of every backup."""
        return self.directory / "secret.key"


@dataclass(frozen=True)
class Marker:
    """Says which database this directory holds, so that an empty or foreign one is noticed."""

    database_id: str

    def write(self, path: Path) -> None:
        """Write the marker durably."""
        with open(path, "x", encoding="utf-8") as file:
            json.dump({"database_id": self.database_id}, file)
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def read(cls, path: Path) -> "Marker":
        """Read the marker (raises :class:`StorageRefused`)."""
        try:
            return cls(str(json.loads(path.read_text(encoding="utf-8"))["database_id"]))
        except FileNotFoundError:
            raise StorageRefused(
                f"There is no site in {path.parent}; create one with 'halkla init', or mount the right directory."
            ) from None
        except (ValueError, KeyError, TypeError):
            raise StorageRefused(f"{path} is damaged; restore it from the backup together with Data.fs.") from None


class DurableFileStorage(FileStorage):
    """A FileStorage that also makes blobs and packs durable: stock ZODB syncs only what it appends to Data.fs.

    A power cut would lose photos, and after a pack everything.
    """

    @staticmethod
    def packer(storage: "DurableFileStorage", referencesf: object, stop: bytes, gc: bool) -> object:
        """Write the packed file, whole and on the disk, before it takes the place of the old one."""
        result = FileStorage.packer(storage, referencesf, stop, gc)
        if result is not None:
            _sync(f"{storage._file_name}.pack")
        return result

    def remove_what_was_packed(self) -> None:
        """Remove the old file and the photos that only it named: the packed one is in its place for good."""
        directory = Path(self._file_name).parent
        _sync(directory)
        Path(f"{self._file_name}.old").unlink(missing_ok=True)
        # Pieces of the last change; the next one begins at its start again.
        os.truncate(f"{self._file_name}.tmp", 0)
        shutil.rmtree(f"{self.blob_dir}.old", ignore_errors=True)
        _sync(directory)

    def _blob_storeblob(self, oid: bytes, serial: bytes, blobfilename: str) -> None:
        _sync(blobfilename)
        super()._blob_storeblob(oid, serial, blobfilename)
        # The directories on the way to it may be new too.
        for directory in Path(self.fshelper.getBlobFilename(oid, serial)).parents:
            _sync(directory)
            if directory == Path(self.fshelper.base_dir):
                return


def _sync(path: str | Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def inspect(files: SiteFiles) -> None:
    """Refuse a data file that is missing, empty, not a FileStorage, or damaged before its last transaction.

    A last transaction that is cut off is normal after a power cut or a kill: it was never acknowledged, and ZODB
    removes it. A cut that would also remove complete transactions behind it is damage.

    Raises:
        StorageRefused: with one sentence; nothing has been changed.
    """
    path = files.data
    if not path.exists():
        raise StorageRefused(
            f"{path} is missing although a site was created here; restore it from the backup (a pack that was "
            "interrupted leaves it as Data.fs.old) or mount the right directory."
        )
    size = path.stat().st_size
    if size == 0:
        raise StorageRefused(f"{path} is empty although a site was created here; restore it from the backup.")
    with open(path, "rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise StorageRefused(f"{path} is not a database of this application; restore it from the backup.")
        good = _last_good_position(file, size, _start_position(files, size))
        if good < size and _holds_acknowledged_work(file, good, size):
            raise StorageRefused(
                f"{path} is damaged at byte {good}: the {size - good} bytes from there hold complete transactions that "
                "would be lost. Restore it from the backup; nothing was changed."
            )


def _start_position(files: SiteFiles, size: int) -> int:
    """Return where to begin looking: behind what the saved index covers, or at the first transaction."""
    try:
        saved = fsIndex.load(str(files.data) + ".index")
        position = int(saved["pos"])
    except Exception:  # noqa: BLE001  (an index that cannot be read only means looking at the whole file)
        return len(_MAGIC)
    return position if len(_MAGIC) <= position <= size else len(_MAGIC)


def _last_good_position(file: BinaryIO, size: int, position: int) -> int:
    while position < size:
        length = _whole_transaction_at(file, position, size)
        if length is None:
            return position
        position += length + _TAIL
    return position


def _whole_transaction_at(file: BinaryIO, position: int, size: int) -> int | None:
    """Return the length of the complete transaction at *position*, or ``None``."""
    if position + _TRANSACTION.size + _TAIL > size:
        return None
    file.seek(position)
    _, length, status, *_ = _TRANSACTION.unpack(file.read(_TRANSACTION.size))
    if status not in (b" ", b"u", b"p") or length < _TRANSACTION.size or position + length + _TAIL > size:
        return None
    file.seek(position + length)
    return length if u64(file.read(_TAIL)) == length else None


def _holds_acknowledged_work(file: BinaryIO, start: int, size: int) -> bool:
    """Tell whether the bytes from *start*, which are no sound transaction, are more than the tail of a cut-off commit.

    They are when the file's last word says that a transaction begins just there (its header is damaged; unless it is
    marked as not finished yet), or when a complete transaction follows.
    """
    file.seek(start)
    tail = file.read(size - start)
    if len(tail) >= _TRANSACTION.size + _TAIL and u64(tail[-_TAIL:]) == len(tail) - _TAIL and tail[16:17] != b"c":
        return True
    marks = (place for place in range(17, len(tail)) if tail[place] in b" up" and not any(tail[place - 8 : place - 4]))
    return any(_whole_transaction_at(file, start + place - 16, size) is not None for place in marks)
