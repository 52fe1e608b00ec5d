"""With how many of the chosen tickets something can be done at all: asked before anybody writes an answer.

It is a count by state and permission, from the index. What it lets through may still be refused for another reason,
which :func:`~halkla_iliskiler.services.bulk_doing.foresee` finds out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ..domain.access import allows, visibility
from ..domain.bulk import ACTIONS, MOST_TICKETS, NEEDS, BulkJob, BulkKind
from ..domain.workflow import allowed_actions
from ..index import TicketQuery

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Fitting", "fittings"]


@dataclass(frozen=True)
class Fitting:
    """Of ``total`` chosen tickets ``covered`` are those the actor may do it with, ``fit`` those it can be done with."""

    kind: BulkKind
    total: int
    covered: int
    fit: int


class _Alike(NamedTuple):
    """What tickets have in common for which the answer is the same."""

    department: str | None
    sensitive: bool
    shared_with: tuple[str, ...]
    hides_identity: bool
    status: str
    check_pending: bool
    has_tags: bool

    def takes(self, kind: BulkKind) -> bool:
        """Tell whether its state lets it be done."""
        if kind is BulkKind.UNTAG:
            return self.has_tags
        return kind.is_tagging or ACTIONS[kind] in allowed_actions(self.status, self.check_pending)


def fittings(services: Services, job: BulkJob) -> list[Fitting]:
    """Return what the actor may do with some tickets at least, and with how many of the chosen ones it can be done."""
    actor = services.actor
    query = TicketQuery(visibility(actor), is_open=None, limit=MOST_TICKETS).only(job.chosen.values)
    alike = Counter(
        _Alike(
            row.department,
            bool(row.sensitive),
            tuple(code for code in row.shared.split(",") if code),
            bool(row.hidden),
            row.status,
            bool(row.check_pending),
            bool(row.tags),
        )
        for row in services.assembly.index.find(query).rows
    )
    found = []
    for kind in services.bulk.kinds:
        covered = {one: count for one, count in alike.items() if allows(actor, NEEDS[kind], one)}
        fit = sum(count for one, count in covered.items() if one.takes(kind))
        found.append(Fitting(kind, job.asked_for, sum(covered.values()), fit))
    return found
