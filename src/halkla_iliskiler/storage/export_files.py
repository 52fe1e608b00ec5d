"""Files that staff have asked for, beside the database and not in it: they are many megabytes and live for hours.

Each has a note of its own (who, what, how far), a small file that is replaced in one piece. Whatever lies here and is
older than a file may become is swept away, half-written ones of a process that was killed too.
"""

import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["ExportFiles"]

_NAME = re.compile("[0-9a-f]{32}")


class ExportFiles:
    """The directory of one site."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def new(self) -> str:
        """Return a name nobody can guess; the directory is there afterwards."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        return secrets.token_hex(16)

    def path(self, name: str) -> Path:
        """Return where the file of that name is, or will be (``ValueError``: no name of ours)."""
        return self._checked(name, "file")

    def part(self, name: str) -> Path:
        """Return where a file is written before it is whole."""
        return self._checked(name, "part")

    def note(self, name: str) -> dict[str, Any] | None:
        """Return what is known of a file; ``None`` when there is none of that name."""
        try:
            note: dict[str, Any] = json.loads(self._checked(name, "json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return note

    def write_note(self, name: str, note: Mapping[str, Any], *, is_new: bool = False) -> bool:
        """Write down how a file stands. Return whether it did: one that was forgotten meanwhile is not begun again."""
        target, fresh = self._checked(name, "json"), self._checked(name, "new")
        if not is_new and not target.exists():
            return False
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(note, file, ensure_ascii=False)
        fresh.replace(target)
        return True

    def finish(self, name: str) -> None:
        """Make what was written the file."""
        self.part(name).replace(self.path(name))

    def forget(self, name: str) -> None:
        """Delete a file and what is known of it."""
        for ending in ("json", "file", "part", "new"):
            self._checked(name, ending).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Return every file there is a note of, in no order."""
        if not self.directory.is_dir():
            return []
        return [path.stem for path in self.directory.glob("*.json") if _NAME.fullmatch(path.stem)]

    def sweep(self, before: float) -> int:
        """Delete what nobody knows of and was last touched before that time. Return how many files that were.

        *before* is in seconds since 1970, by the clock of the disk.
        """
        swept = 0
        known = set(self.names())
        for path in self._files():
            if path.stem in known:
                continue
            try:
                if path.stat().st_mtime < before:
                    path.unlink()
                    swept += 1
            except FileNotFoundError:
                continue
        return swept

    def _files(self) -> Iterator[Path]:
        return self.directory.iterdir() if self.directory.is_dir() else iter(())

    def _checked(self, name: str, ending: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(name)
        return self.directory / f"{name}.{ending}"
