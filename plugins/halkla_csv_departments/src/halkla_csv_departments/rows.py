"""A file of the personnel system as rows: whichever of the usual encodings and separators it was written in."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from halkla_iliskiler.api import fold

__all__ = ["MOST_BYTES", "Problem", "Row", "Table", "read_table"]

MOST_BYTES = 20_000_000
"""Larger than the file of any municipality; what is larger is something else."""
_MOST_ROWS = 100_000
_MOST_COLUMNS = 200


@dataclass(frozen=True)
class Problem:
    """What is wrong with a file, where, and the word it is about. ``code`` is a key of ``words.PROBLEMS``."""

    line: int
    code: str
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the file: its number as an editor shows it, and its values by the name of the column."""

    line: int
    values: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return a value, empty where the file has no such column."""
        return self.values.get(column, "")


@dataclass(frozen=True)
class Table:
    """What a file holds, how it was written, or what is wrong with it."""

    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    encoding: str = ""
    delimiter: str = ""


def read_table(content: bytes, columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]) -> Table:
    """Return the rows of *content*.

    *columns* are the names a column may have (compared without case, dots and Turkish letters), by our own; *needed*
    are those the file cannot do without.
    """
    if len(content) > MOST_BYTES:
        return _broken("too_large")
    encoding, text = _decoded(content)
    if not encoding:
        return _broken("encoding")
    if not text.strip():
        return _broken("empty")
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = list(_lines(reader))
    except csv.Error:
        return Table(problems=(Problem(max(1, reader.line_num), "quotes"),), encoding=encoding, delimiter=delimiter)
    if len(lines) > _MOST_ROWS:
        return _broken("too_large")
    if not lines:
        return _broken("empty")
    (_, head), *rest = lines
    if len(head) > _MOST_COLUMNS:
        return _broken("too_wide")
    names = [_known(title, columns) for title in head]
    problems = [Problem(1, "column_missing", columns[name][0]) for name in needed if name not in names]
    problems += [Problem(1, "column_twice", name) for name in columns if names.count(name) > 1]
    if problems:
        return Table(problems=tuple(problems), encoding=encoding, delimiter=delimiter)
    rows = []
    for line, cells in rest:
        if len(cells) != len(head):
            problems.append(Problem(line, "cells", value=f"{len(cells)} / {len(head)}"))
            continue
        values = {name: cell.strip() for name, cell in zip(names, cells, strict=True) if name}
        rows.append(Row(line, values))
    if not rows and not problems:
        problems.append(Problem(1, "empty"))
    return Table(tuple(rows), tuple(problems), encoding, delimiter)


def _broken(code: str) -> Table:
    return Table(problems=(Problem(1, code),))


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the encoding and the text; Windows' Turkish is what an older program writes when it is not UTF-8."""
    if b"\x00" in content:
        return "", ""
    has_mark = content.startswith(codecs.BOM_UTF8)
    for encoding in ("utf-8-sig",) if has_mark else ("utf-8", "windows-1254"):
        try:
            return encoding, content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return "", ""


def _delimiter(text: str) -> str:
    """Return ``;`` or ``,``: whichever the first line has more of. Excel writes the first in Turkey."""
    first = text.lstrip().splitlines()[0]
    return ";" if first.count(";") >= first.count(",") and ";" in first else ","


def _lines(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield each line that holds something, with the number of the line on which it begins."""
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1  # type: ignore[attr-defined]


def _known(title: str, columns: Mapping[str, tuple[str, ...]]) -> str:
    wanted = _plain(title)
    return next((name for name, titles in columns.items() if wanted in map(_plain, titles)), "")


def _plain(title: str) -> str:
    return "".join(sign for sign in fold(title) if sign.isalnum())
