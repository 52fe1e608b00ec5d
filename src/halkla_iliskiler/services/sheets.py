"""Tables as files for a spreadsheet, written row by row: whatever their length, they take no memory.

Nothing that stands in a cell is ever calculated: a citizen's words that begin with ``=`` are words (OWASP, CSV
injection).
"""

import csv
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

__all__ = ["CONTENT_TYPES", "Cell", "Sheet", "SheetFormat", "harmless", "open_sheet"]

Cell = str | int | float | datetime | None
"""A text, a number, or a time of the city without its zone."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet would calculate instead of showing it."""
_LONGEST = 32_000
"""Signs in a cell; Excel reads 32,767."""
_LONGEST_NAME = 31
"""Signs in the name of a sheet: more Excel does not read."""
_WIDTHS = (14, 17, 28, 14, 20, 28, 20, 16, 17, 60, 44)


class SheetFormat(StrEnum):
    """The files that are written."""

    XLSX = "xlsx"
    CSV = "csv"


CONTENT_TYPES = {
    SheetFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SheetFormat.CSV: "text/csv",
}


class Sheet(Protocol):
    """A file being written. Close it, or there is none."""

    def head(self, cells: Sequence[str]) -> None:
        """Write a line of headings."""

    def row(self, cells: Iterable[Cell]) -> None:
        """Write a line."""

    def part(self, title: str) -> None:
        """Begin another part: a sheet of its own, or a line with its title."""

    def close(self) -> None:
        """Finish the file."""


def open_sheet(path: Path, kind: SheetFormat, title: str) -> Sheet:
    """Begin a file at *path*; *title* is the name of its first sheet. Nobody else may read it."""
    path.touch(mode=0o600)
    return _Xlsx(path, title) if kind is SheetFormat.XLSX else _Csv(path)


def harmless(text: str) -> str:
    """Return a text so that a spreadsheet that opens a CSV shows it and calculates nothing."""
    return f"'{text}" if text.startswith(_FORMULA) else text


class _Csv:
    """As a Turkish spreadsheet opens it: semicolons, and the mark that says UTF-8 in front."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "w", encoding="utf-8-sig", newline="")  # noqa: SIM115  (open until it is closed)
        self._writer = csv.writer(self._file, delimiter=";", lineterminator="\r\n")
        self._is_empty = True

    def head(self, cells: Sequence[str]) -> None:
        self.row(cells)

    def row(self, cells: Iterable[Cell]) -> None:
        self._is_empty = False
        self._writer.writerow([_csv_cell(cell) for cell in cells])

    def part(self, title: str) -> None:
        if not self._is_empty:
            self._writer.writerow([])
        self.row([title])

    def close(self) -> None:
        self._file.close()


def _csv_cell(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    return harmless(cell[:_LONGEST]) if isinstance(cell, str) else cell


def _sheet_name(title: str, taken: Collection[str]) -> str:
    """Return a title as Excel takes it: cut behind a word, without its forbidden signs, and unlike those *taken*."""
    name = " ".join("".join(" " if sign in "[]:*?/\\'" else sign for sign in title).split()) or "1"
    made, count = _cut(name, _LONGEST_NAME), 1
    while made.casefold() in taken:
        count += 1
        made = f"{_cut(name, _LONGEST_NAME - len(f' {count}'))} {count}"
    return made


def _cut(name: str, most: int) -> str:
    """Cut a name behind a word and say so; a single long word is cut inside."""
    if len(name) <= most:
        return name
    kept, _space, _rest = name[:most].rpartition(" ")
    return f"{(kept or name[: most - 1]).rstrip(' ,;–-')}…"


class _Xlsx:
    """An Excel file; every text is written as a text, no link is made of it, and rows leave the memory at once."""

    def __init__(self, path: Path, title: str) -> None:
        self._book = Workbook(
            str(path),
            {
                "constant_memory": True,
                "tmpdir": str(path.parent),
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._bold = self._book.add_format({"bold": True})
        self._time = self._book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        self._sheet, self._next, self._is_empty = self._begin(title), 0, True

    def _begin(self, title: str) -> Worksheet:
        taken = {sheet.get_name().casefold() for sheet in self._book.worksheets()}
        sheet: Worksheet = self._book.add_worksheet(_sheet_name(title, taken))
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width)
        return sheet

    def head(self, cells: Sequence[str]) -> None:
        if self._next == 0:
            self._sheet.freeze_panes(1, 0)
        for place, cell in enumerate(cells):
            self._sheet.write_string(self._next, place, cell, self._bold)
        self._next += 1
        self._is_empty = False

    def row(self, cells: Iterable[Cell]) -> None:
        for place, cell in enumerate(cells):
            if isinstance(cell, datetime):
                self._sheet.write_datetime(self._next, place, cell, self._time)
            elif isinstance(cell, str):
                if cell:
                    self._sheet.write_string(self._next, place, cell[:_LONGEST])
            elif cell is not None:
                self._sheet.write_number(self._next, place, cell)
        self._next += 1
        self._is_empty = False

    def part(self, title: str) -> None:
        if self._is_empty:
            return  # the first sheet has its name already
        self._sheet, self._next, self._is_empty = self._begin(title), 0, True

    def close(self) -> None:
        self._book.close()
