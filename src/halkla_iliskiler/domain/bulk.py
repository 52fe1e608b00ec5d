"""Many tickets at once: what somebody asked to be done with them, how far it is, and what became of each.

A job is a note of what was chosen and asked. It has no rules of its own: each ticket is given the same order that
somebody would give it by hand, in the name of whoever asked, with the rights they have at that moment.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from BTrees.LOBTree import LOBTree
from persistent import Persistent

from .city import Category, DepartmentTree
from .order import Order
from .outbox import retry_after
from .ticket import Ticket
from .workflow import Action, Permission, TicketStatus

__all__ = [
    "ACTIONS",
    "AT_ONCE",
    "DONE",
    "KEPT_FOR",
    "MOST_TICKETS",
    "MOST_TRIES",
    "NEEDS",
    "TELLING",
    "BulkJob",
    "BulkKind",
    "BulkList",
    "BulkOrder",
    "BulkShelf",
    "BulkState",
    "is_so_already",
    "order_for",
]

MOST_TICKETS = 2000
"""So many tickets one job can be about; a longer list is narrowed."""
AT_ONCE = 25
"""A job about no more tickets is done while whoever asked waits; a larger one by the worker."""
KEPT_FOR = timedelta(days=7)
"""How long what became of a job can be read."""
MOST_TRIES = 6
"""So often in a row a job may fail, with pauses that grow from 15 seconds to 4 minutes, before it is stuck."""
DONE = "done"
"""The result of a ticket with which it was done; any other result is the code of a reason."""


class BulkKind(StrEnum):
    """What can be done with many tickets at once."""

    ASSIGN = "assign"
    CATEGORY = "category"
    REPLY = "reply"
    PLAN = "plan"
    FINISH = "finish"
    CLOSE = "close"
    TAG = "tag"
    UNTAG = "untag"

    @property
    def is_tagging(self) -> bool:
        """Tell whether it is about tags, which are no move of the workflow."""
        return self in (BulkKind.TAG, BulkKind.UNTAG)


ACTIONS = {
    BulkKind.ASSIGN: Action.ASSIGN,
    BulkKind.CATEGORY: Action.ASSIGN,
    BulkKind.REPLY: Action.REPLY,
    BulkKind.PLAN: Action.PLAN,
    BulkKind.FINISH: Action.FINISH,
    BulkKind.CLOSE: Action.CLOSE,
}
"""The move of the workflow that it is; tags are none."""
NEEDS = {
    BulkKind.ASSIGN: Permission.ROUTE,
    BulkKind.CATEGORY: Permission.ROUTE,
    BulkKind.REPLY: Permission.HANDLE,
    BulkKind.PLAN: Permission.HANDLE,
    BulkKind.FINISH: Permission.HANDLE,
    BulkKind.CLOSE: Permission.CLOSE,
    BulkKind.TAG: Permission.NOTE,
    BulkKind.UNTAG: Permission.NOTE,
}
"""Without which permission there is no point in offering it; whether it is allowed is asked for each ticket."""
TELLING = frozenset({BulkKind.REPLY, BulkKind.PLAN, BulkKind.FINISH})
"""What the applicants are told of."""


class BulkState(StrEnum):
    """Where a job stands."""

    CHOSEN = "CHOSEN"  # the tickets are chosen, nothing is asked yet
    READY = "READY"  # what would happen has been looked at; nothing has happened
    RUNNING = "RUNNING"
    STUCK = "STUCK"  # it failed again and again; whoever asked for it can let it go on
    FINISHED = "FINISHED"
    CANCELLED = "CANCELLED"  # what was done until then stays done

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is going to happen any more."""
        return self in (BulkState.FINISHED, BulkState.CANCELLED)


@dataclass(frozen=True)
class BulkOrder:
    """What is asked for every ticket, as plain values. ``text`` may hold named fields that a ticket gives a value.

    ``follow`` gives a ticket to the directorate of its new subject; without it a ticket stays where it is, unless it is
    nowhere yet.
    """

    kind: BulkKind
    text: str = ""
    department: str = ""
    assignee: str = ""
    category: str = ""
    outcome: str = ""
    planned_for: date | None = None
    tag: str = ""
    follow: bool = False


def order_for(
    order: BulkOrder, ticket: Ticket, category: Category | None, text: str, tree: DepartmentTree, today: date
) -> Order:
    """Return the order that gives *ticket* by hand what *order* asks; *text* is that of this ticket.

    What a directorate has that is closed goes to whoever has taken over its work by *today*.
    """
    if order.kind is BulkKind.CATEGORY:
        own = category.department if category is not None and (order.follow or not ticket.department) else None
        department = tree.taking_over(own or ticket.department, today)
        stays = department == ticket.department
        return Order(
            Action.ASSIGN,
            department=department,
            assignee=ticket.assignee if stays else None,
            category=category,
        )
    return Order(
        ACTIONS[order.kind],
        text=text,
        department=order.department or None,
        assignee=order.assignee or None,
        outcome=order.outcome or None,
        planned_for=order.planned_for,
    )


def is_so_already(order: BulkOrder, ticket: Ticket) -> bool:
    """Tell whether a ticket is as *order* wants it: doing it again would only set back whoever is at work on it."""
    if order.kind is BulkKind.CATEGORY:
        return ticket.category == order.category
    if order.kind is not BulkKind.ASSIGN or ticket.status == TicketStatus.REOPEN_REQUESTED:
        return False
    return ticket.department == order.department and order.assignee in ("", ticket.assignee)


class BulkList(Persistent):
    """Plain values of a job that are written once, so that its progress is written without them."""

    def __init__(self, values: tuple[Any, ...] = ()) -> None:
        self.values = values


class BulkJob(Persistent):
    """One job. Times are in UTC; ``chosen`` holds tickets, in the order of the list they were chosen from.

    ``query`` is what the list's address says, so that one finds the way back; ``asked_for`` is how many tickets were
    chosen. ``groups`` holds, for each person who is told something, ``(ticket, revision)`` of their tickets: one
    message goes to each. ``cursor`` is how many groups are done with. ``results`` says of each ticket, by its identity,
    what became of it and at which place of its history. ``version`` rises whenever it is asked for something else.
    ``told`` is how many people are told, by the code of a method. ``failures`` is how often it has failed in a row, for
    a reason that is not one ticket's; it is not tried before ``next_try``.
    """

    state: str = BulkState.CHOSEN.value
    order: tuple[tuple[str, object], ...] = ()
    version = 0
    cursor = 0
    done = 0
    refused = 0
    total = 0
    told: tuple[tuple[str, int], ...] = ()
    standing = 0
    """How many answers nobody has to be told: they are read on the follow page."""
    waits = 0
    """How many answers wait for the centre's check before anybody is told."""
    samples: tuple[tuple[int, ...], ...] = ()
    """For each way of telling the groups of which one shows, before anything is sent, what will be."""
    failures = 0
    next_try: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    def __init__(self, identity: int, owner: str, query: str, chosen: tuple[int, ...], created_at: datetime) -> None:
        self.id = identity
        self.owner = owner
        self.query = query
        self.chosen = BulkList(chosen)
        self.asked_for = len(chosen)
        self.created_at = created_at
        self.groups = BulkList()
        self.foreseen = BulkList()
        self.results: LOBTree[int, tuple[str, int]] = LOBTree()

    @property
    def asked(self) -> BulkOrder | None:
        """What is asked for every ticket; ``None`` while nothing is."""
        if not self.order:
            return None
        values = dict(self.order)
        return BulkOrder(**{**values, "kind": BulkKind(str(values["kind"]))})  # type: ignore[arg-type]

    def ask(self, order: BulkOrder) -> None:
        """Keep what is asked."""
        plain = {name: getattr(order, name) for name in BulkOrder.__dataclass_fields__}
        self.order = tuple((plain | {"kind": order.kind.value}).items())

    def fail(self, at: datetime) -> bool:
        """Write down that it has failed as a whole; tell whether that was once too often."""
        self.failures += 1
        self.next_try = at + retry_after(self.failures)
        return self.failures >= MOST_TRIES

    def has_gone_on(self) -> None:
        """Forget that it has failed; nothing is written when it has not."""
        if self.failures:
            self.failures, self.next_try = 0, None

    def note(self, ticket_id: int, result: str, place: int = -1) -> None:
        """Write down what became of a ticket; of each only once."""
        if ticket_id in self.results:
            return
        self.results[ticket_id] = (result, place)
        if result == DONE:
            self.done += 1
        else:
            self.refused += 1


class BulkShelf(Persistent):
    """Every job that is kept; ``running`` are those somebody has to do something about."""

    def __init__(self) -> None:
        self.jobs: LOBTree[int, BulkJob] = LOBTree()
        self.running: tuple[int, ...] = ()
