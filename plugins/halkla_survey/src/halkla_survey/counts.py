"""How many gave which answer: a count for each month, directorate, subject and way of asking.

Sensitive matters are counted apart, and only for those who may see them: in a total that others see, too, one person's
answer could be reckoned from what is missing in the rows below.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

__all__ = ["Bucket", "Tally", "counted", "tallies"]

PREFIX = "count/"
_SENSITIVE = "sensitive"
_RATINGS = 5
_CONTENT = 4
"""From this answer on somebody counts as content."""


@dataclass(frozen=True)
class Bucket:
    """Where an answer is counted. It stays there when its ticket is sorted elsewhere later."""

    month: str
    department: str
    category: str
    method: str
    is_sensitive: bool = False

    @property
    def key(self) -> str:
        """The key its counts are kept under."""
        parts = (self.month, self.department, self.category, self.method, *((_SENSITIVE,) if self.is_sensitive else ()))
        return PREFIX + "/".join(quote(part, safe="") for part in parts)

    @classmethod
    def of(cls, key: str) -> "Bucket":
        """Return the bucket of a key."""
        month, department, category, method, *more = (unquote(part) for part in key.removeprefix(PREFIX).split("/"))
        return cls(month, department, category, method, _SENSITIVE in more)


def counted(counts: Sequence[int] | None, rating: int, by: int) -> list[int]:
    """Return counts with *by* more (or fewer) of a rating, 1 to 5."""
    made = list(counts or [0] * _RATINGS)
    made[rating - 1] = max(0, made[rating - 1] + by)
    return made


@dataclass
class Tally:
    """Answers of one directorate, one subject or all: how many, how content, asked how."""

    ratings: list[int] = field(default_factory=lambda: [0] * _RATINGS)
    methods: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many have answered: the *n* that belongs to every rate."""
        return sum(self.ratings)

    def rate(self, minimum: int) -> int | None:
        """Return how many of a hundred are content; ``None`` where too few have answered to say so."""
        if self.count < max(1, minimum):
            return None
        return round(100 * sum(self.ratings[_CONTENT - 1 :]) / self.count)

    def add(self, counts: Sequence[int], method: str) -> None:
        """Count some more."""
        self.ratings = [here + more for here, more in zip(self.ratings, counts, strict=True)]
        self.methods[method] = self.methods.get(method, 0) + sum(counts)


def tallies(
    kept: Iterable[tuple[str, Any]],
    since: str,
    departments: Iterable[str] | None = None,
    sensitive_departments: Iterable[str] | None = None,
) -> tuple[Tally, Mapping[str, Tally], Mapping[tuple[str, str], Tally]]:
    """Return the tally of all, of each directorate, and of each directorate's subjects, from the month *since* on.

    *departments* are those that may be seen, *sensitive_departments* those whose sensitive matters may be seen, too;
    ``None`` for all of them.
    """
    ordinary, sensitive = (None if seen is None else frozenset(seen) for seen in (departments, sensitive_departments))
    total = Tally()
    by_department: dict[str, Tally] = {}
    by_category: dict[tuple[str, str], Tally] = {}
    for key, counts in kept:
        bucket = Bucket.of(key)
        allowed = sensitive if bucket.is_sensitive else ordinary
        if bucket.month < since or not any(counts) or (allowed is not None and bucket.department not in allowed):
            continue
        for tally in (
            total,
            by_department.setdefault(bucket.department, Tally()),
            by_category.setdefault((bucket.department, bucket.category), Tally()),
        ):
            tally.add(counts, bucket.method)
    return total, by_department, by_category
