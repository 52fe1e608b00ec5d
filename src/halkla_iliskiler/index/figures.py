"""What the numbers of the day are counted from: a few columns of the tickets of a span of time."""

from collections.abc import Iterable
from typing import NamedTuple

from .queries import TicketQuery, conditions
from .rows import Row
from .ticket_index import TicketIndex

__all__ = ["Fact", "facts", "filed_at", "oldest_open"]


class Fact(NamedTuple):
    """What of a ticket is counted; times in seconds since 1970, see :class:`.rows.Row`."""

    department: str | None
    category: str | None
    neighbourhood: str | None
    channel: str
    outcome: str | None
    is_open: int
    reopened: int
    promise_due: int | None
    promise_met: int | None
    promise_cause: str
    solve_due: int | None
    solve_met: int | None


def facts(index: TicketIndex, query: TicketQuery) -> Iterable[Fact]:
    """Return what is counted of every ticket that *query* holds, in no order."""
    parts, values = conditions(query)
    return map(Fact._make, index.columns(Fact._fields, " AND ".join(parts), values))


def filed_at(index: TicketIndex, identities: Iterable[int]) -> set[int]:
    """Return when these tickets were filed, in seconds since 1970."""
    known, found = sorted(identities), set()
    for first in range(0, len(known), 500):
        some = known[first : first + 500]
        rows = index.columns(("created",), f"id IN ({', '.join('?' * len(some))})", some)
        found |= {created for (created,) in rows}
    return found


def oldest_open(index: TicketIndex, query: TicketQuery, limit: int) -> list[Row]:
    """Return the open tickets of *query* that have been here longest, the oldest first."""
    parts, values = conditions(query)
    return index.select(" AND ".join(parts), values, "created, id", limit)
