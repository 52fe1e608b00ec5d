"""Tickets that have something to do with another: the same words, the same place, one said to be about the other."""

import math
from collections.abc import Collection

from ..domain.access import Visibility
from ..domain.geo import METRES_PER_DEGREE, Point, distance
from .queries import visible
from .rows import Row
from .ticket_index import TicketIndex

__all__ = ["around", "in_neighbourhood", "related", "same_words", "same_words_counts"]

_ASKED = 50
_OFFERED = (
    # Written out, not as parameters: SQLite uses a partial index only when it can prove the condition.
    "is_open = 1 AND sensitive = 0 AND suspected = 0 AND kind IN ('SERVICE_REQUEST', 'COMPLAINT') AND category = ?"
)


def same_words(
    index: TicketIndex, visibility: Visibility, words_hash: int, span: tuple[int, int], limit: int
) -> list[Row]:
    """Return tickets with the same words filed within *span* (seconds since 1970), the newest first."""
    condition, values = visible(visibility)
    return index.select(
        f"words_hash = ? AND created BETWEEN ? AND ? AND {condition}",
        [words_hash, *span, *values],
        "created DESC, id DESC",
        limit,
    )


def same_words_counts(
    index: TicketIndex, visibility: Visibility, hashes: Collection[int], created_from: int
) -> dict[int, int]:
    """Return how many tickets filed since then have each of these words, as far as they may be seen."""
    if not hashes:
        return {}
    condition, values = visible(visibility)
    found = index.count_by(
        "words_hash",
        f"words_hash IN ({', '.join('?' * len(hashes))}) AND created >= ? AND {condition}",
        [*hashes, created_from, *values],
    )
    return {int(str(words)): count for words, count in found.items()}


def related(index: TicketIndex, visibility: Visibility, identity: int, limit: int) -> list[Row]:
    """Return the tickets whose writers said that they are about the same thing as this one."""
    condition, values = visible(visibility)
    return index.select(f"related_to = ? AND {condition}", [identity, *values], "id", limit)


def in_neighbourhood(index: TicketIndex, category: str, neighbourhood: str, created_from: int, limit: int) -> list[Row]:
    """Return open ordinary tickets of a category in a neighbourhood, the newest first. For everybody: show little."""
    return index.select(
        f"{_OFFERED} AND neighbourhood = ? AND created >= ?",
        [category, neighbourhood, created_from],
        "created DESC, id DESC",
        limit,
    )


def around(index: TicketIndex, category: str, point: Point, metres: float, created_from: int, limit: int) -> list[Row]:
    """Return open ordinary tickets of a category within *metres* of a point, the nearest first."""
    north = metres / METRES_PER_DEGREE
    east = north / max(math.cos(math.radians(point.latitude)), 0.01)
    box = (point.latitude - north, point.latitude + north, point.longitude - east, point.longitude + east)
    rows = index.select(
        f"{_OFFERED} AND latitude IS NOT NULL AND latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ? "
        "AND created >= ?",
        [category, *box, created_from],
        "created DESC, id DESC",
        _ASKED,
    )
    near = [(_apart(row, point), row) for row in rows]
    return [row for apart, row in sorted(near, key=lambda found: found[0]) if apart <= metres][:limit]


def _apart(row: Row, point: Point) -> float:
    return distance(Point(row.latitude or 0.0, row.longitude or 0.0), point)
