"""The read log: who of the staff opened, searched, printed or exported whose data. Append-only files of this host.

One JSON object a line. Each line carries the SHA-256 of the line before it (``before``), so that a line that was
changed, taken out or put in between is noticed by :meth:`ReadLog.problems`; whoever keeps the newest seal elsewhere
(it stands at the foot of the page that shows the log) notices a cut-off end as well. When ``reads.log`` has grown large
it is put aside as ``reads-000001.log`` and so on, and the chain goes on in a new one.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

__all__ = ["ReadLine", "ReadLog"]

_BLOCK = 1 << 16
_LONGEST = 1 << 16
"""Bytes: no line is that long; what has no end by then is no line of ours and is taken apart."""


@dataclass(frozen=True)
class ReadLine:
    """One line: its place (file name and first byte), its bytes without the line's end, and what it says."""

    file: str
    offset: int
    raw: bytes

    @property
    def seal(self) -> str:
        """The hash that the next line carries."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def values(self) -> dict[str, str]:
        """What it says; empty for a line that cannot be read."""
        try:
            found = json.loads(self.raw)
        except ValueError:
            return {}
        return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


class ReadLog:
    """The log in one directory. *rotate_at* is the size in bytes from which a new file is begun."""

    def __init__(self, directory: Path, rotate_at: int = 64 << 20) -> None:
        self._directory = directory
        self._path = directory / "reads.log"
        self._rotate_at = rotate_at

    # -- writing ------------------------------------------------------------------------------------------------

    def append(self, values: dict[str, str]) -> None:
        """Write a line, on the disk before this returns: nothing is shown that is not in the log.

        Raises:
            OSError: it could not be written (a full disk); nothing of it is left behind.
        """
        with self._locked():
            with self._opened() as file:
                size = os.fstat(file.fileno()).st_size
                last = next(_backwards(file, self._path.name, size), None)
            if last is None:
                last = self.newest()
            elif size >= self._rotate_at:
                self._path.rename(self._next_older())
            line = json.dumps({**values, "before": last.seal if last else ""}, ensure_ascii=False)
            with self._opened() as file:
                _write(file, line.encode() + b"\n")

    def _next_older(self) -> Path:
        older = self._older()
        number = int(older[-1].stem.removeprefix("reads-")) + 1 if older else 1
        return self._directory / f"reads-{number:06d}.log"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let no other process of this host write or put the file aside meanwhile."""
        lock = os.open(self._directory / "reads.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _opened(self) -> BinaryIO:
        handle = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return os.fdopen(handle, "r+b", 0)

    # -- reading ------------------------------------------------------------------------------------------------

    def _older(self) -> list[Path]:
        return sorted(self._directory.glob("reads-[0-9]*.log"))

    def _files(self) -> list[Path]:
        return [*self._older(), *([self._path] if self._path.exists() else [])]

    def newest_first(self, before: tuple[str, int] | None = None, until: datetime | None = None) -> Iterator[ReadLine]:
        """Yield lines backwards, a block in memory at a time: from the end, from *before* a place, or from a time."""
        for path in self._files_down_from(before[0] if before else ""):
            with path.open("rb") as file:
                end = os.fstat(file.fileno()).st_size
                if before is not None and path.name == before[0]:
                    end = min(end, before[1])
                if until is not None:
                    moment = until.astimezone(UTC).isoformat(timespec="seconds")
                    end = min(end, _first_from(file, end, moment))
                yield from _backwards(file, path.name, end)

    def _files_down_from(self, name: str) -> list[Path]:
        """Return the files, newest first, beginning with the one of that name."""
        files = self._files()[::-1]
        names = [path.name for path in files]
        return files[names.index(name) :] if name in names else files

    def size(self) -> tuple[int, int]:
        """Return which file is the newest and how long it is: what changes when somebody was entered."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_ino, found.st_size

    def added(self, offset: int) -> Iterator[ReadLine]:
        """Yield the lines of the newest file from byte *offset* on, oldest first."""
        with self._path.open("rb") as file:
            file.seek(offset)
            yield from _forwards(file, self._path.name, offset)

    def newest(self) -> ReadLine | None:
        """Return the last line, or ``None``."""
        return next(self.newest_first(), None)

    def forwards(self) -> Iterator[ReadLine]:
        """Yield every line, oldest first."""
        for path in self._files():
            with path.open("rb") as file:
                yield from _forwards(file, path.name, 0)

    def problems(self) -> Iterator[str]:
        """Yield a sentence for every place where the chain is broken.

        The oldest file may begin anywhere (what was before it has been archived), and with lines of a version that
        made no chain.
        """
        previous: ReadLine | None = None
        is_chained, number = False, 0
        for line in self.forwards():
            number = number + 1 if previous is not None and previous.file == line.file else 1
            values = line.values
            is_chained = is_chained or "before" in values
            if not values:
                yield f"line {number} of {line.file} cannot be read"
            elif is_chained and previous is not None and values.get("before") != previous.seal:
                yield f"line {number} of {line.file} does not follow the one before it: the read log was changed there"
            previous = line


def _write(file: BinaryIO, line: bytes) -> None:
    size = os.fstat(file.fileno()).st_size
    is_torn = size and os.pread(file.fileno(), 1, size - 1) != b"\n"
    data = b"\n" + line if is_torn else line
    try:
        written = os.write(file.fileno(), data)
        if written != len(data):
            raise OSError(f"only {written} of {len(data)} bytes of the read log could be written")
        os.fdatasync(file.fileno())
    except OSError:
        os.ftruncate(file.fileno(), size)
        raise


def _forwards(file: BinaryIO, name: str, offset: int) -> Iterator[ReadLine]:
    for raw in file:
        if raw.strip():
            yield ReadLine(name, offset, raw.removesuffix(b"\n"))
        offset += len(raw)


def _backwards(file: BinaryIO, name: str, end: int) -> Iterator[ReadLine]:
    """Yield the lines that begin before byte *end*, the last one first."""
    rest = b""
    while end > 0:
        start = max(0, end - _BLOCK)
        block = os.pread(file.fileno(), end - start, start) + rest
        pieces = block.split(b"\n")
        at = start + len(block)
        # The first piece may have its beginning in the block before.
        rest = pieces.pop(0) if start and len(pieces[0]) < _LONGEST else b""
        for raw in reversed(pieces):
            at -= len(raw)
            if raw:
                yield ReadLine(name, at, raw)
            at -= 1
        end = start


def _first_from(file: BinaryIO, end: int, moment: str) -> int:
    """Return where the first line at or after *moment* begins: the lines are in the order of time."""
    low, high = 0, end
    while low < high:
        middle = (low + high) // 2
        start, line = _line_from(file, middle, end)
        if line is None or ReadLine("", start, line).values.get("at", "") >= moment:
            high = middle
        else:
            low = start + len(line) + 1
    return low


def _line_from(file: BinaryIO, offset: int, end: int) -> tuple[int, bytes | None]:
    """Return the first line that begins at or after *offset*."""
    if offset:
        offset += len(os.pread(file.fileno(), _LONGEST, offset - 1).split(b"\n", 1)[0])
    if offset >= end:
        return end, None
    return offset, os.pread(file.fileno(), _LONGEST, offset).split(b"\n", 1)[0]
