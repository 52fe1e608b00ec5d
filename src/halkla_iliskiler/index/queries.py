"""What can be asked of the index, and the SQL it becomes. Values always travel as parameters."""

from dataclasses import dataclass
from typing import NamedTuple

from ..domain.access import Visibility
from ..domain.text import tokens
from .rows import Row

__all__ = ["Page", "TicketQuery", "conditions", "match_expression", "visible"]


@dataclass(frozen=True)
class TicketQuery:
    """A list of tickets as somebody may see it.

    ``due_before`` is in seconds since 1970. ``cursor`` is the ``(due or updated, id)`` of the last row of the page
    before. Words are searched newest first; otherwise the clock that breaks first comes first, and of finished
    tickets the one changed last.
    """

    visibility: Visibility
    words: str = ""
    is_open: bool | None = True
    statuses: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    neighbourhoods: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    assignee: str | None = None
    unrouted: bool = False
    check_pending: bool = False
    suspected: bool | None = None
    due_before: int | None = None
    due_from: int | None = None
    cursor: tuple[int, int] | None = None
    backwards: bool = False
    limit: int = 50


class Page(NamedTuple):
    """Some rows of a list and whether there are more in the direction asked for."""

    rows: list[Row]
    has_more: bool


def visible(visibility: Visibility) -> tuple[str, list[object]]:
    """Return the access rule as an SQL condition (the counterpart of :meth:`Visibility.includes`)."""
    if visibility.all_ordinary and visibility.all_sensitive:
        return "1", []
    parts: list[str] = []
    values: list[object] = []
    if visibility.all_ordinary:
        parts.append("sensitive = 0")
    if visibility.all_sensitive:
        parts.append("sensitive = 1")
    if visibility.own:
        parts.append(f"department IN ({_marks(visibility.own)})")
        values += sorted(visibility.own)
    if visibility.own_ordinary:
        parts.append(f"(sensitive = 0 AND department IN ({_marks(visibility.own_ordinary)}))")
        values += sorted(visibility.own_ordinary)
    if visibility.centre:
        parts.append("(sensitive = 0 AND department IS NULL)")
    return (f"({' OR '.join(parts)})" if parts else "0"), values


def conditions(query: TicketQuery) -> tuple[list[str], list[object]]:
    """Return the SQL conditions of a query, without words and cursor."""
    condition, values = visible(query.visibility)
    parts = [condition]
    if query.is_open is not None:
        # Written out, not as a parameter: SQLite uses a partial index only when it can prove the condition.
        parts.append("is_open = 1" if query.is_open else "is_open = 0")
    for column, wanted in (
        ("status", query.statuses),
        ("category", query.categories),
        ("department", query.departments),
        ("neighbourhood", query.neighbourhoods),
        ("channel", query.channels),
    ):
        if wanted:
            parts.append(f"{column} IN ({_marks(wanted)})")
            values += wanted
    if query.assignee is not None:
        parts.append("assignee = ?")
        values.append(query.assignee)
    if query.unrouted:
        parts.append("department IS NULL")
    if query.check_pending:
        parts.append("check_pending = 1")
    if query.suspected is not None:
        parts.append("suspected = 1" if query.suspected else "suspected = 0")
    if query.due_before is not None:
        parts.append("due < ?")
        values.append(query.due_before)
    if query.due_from is not None:
        parts.append("due >= ?")
        values.append(query.due_from)
    return parts, values


_LONGEST_PREFIX = 8
"""The index knows prefixes up to here; a longer word is compared by its first letters, which in Turkish is its stem."""


def match_expression(words: str) -> str:
    """Return what FTS5 matches: every word, each as a prefix. Empty when nothing searchable was typed."""
    # A slash (372/15) is a separator to FTS5 too; quoting keeps every other sign from being read as syntax.
    parts = [part for token in tokens(words) for part in token.split("/")]
    return " ".join(f'"{part[:_LONGEST_PREFIX]}"*' for part in parts[:12])


def _marks(values: object) -> str:
    return ", ".join("?" * len(values))  # type: ignore[arg-type]
