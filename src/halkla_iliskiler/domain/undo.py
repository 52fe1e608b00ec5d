"""Taking back what one has just done. The history stays as it was written: the undoing is an entry of its own.

What an action changed is remembered on the ticket until the next one: the values from before it, and the messages it
put into the outbox. It can be taken back by whoever did it, within :data:`UNDO_WITHIN`, until somebody else acts and
as long as none of its messages has left the building.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .clocks import Clock, ClockKind
from .workflow import Action

if TYPE_CHECKING:
    from .ticket import Ticket

__all__ = ["UNDO", "UNDOABLE", "UNDO_WITHIN", "Undoable", "put_back", "remembered", "settle"]

UNDO = "undo"
"""The action of the history entry that takes another one back."""

UNDO_WITHIN = timedelta(minutes=1)

UNDOABLE = frozenset(
    {Action.ASSIGN, Action.TAKE, Action.SEND_BACK, Action.NOTE, Action.ASK, Action.RESUME, Action.REPLY, Action.PLAN,
     Action.REFER, Action.FINISH, Action.GIVE_BACK, Action.CLOSE}
)  # fmt: skip

_KEPT = (
    "status", "department", "assignee", "category", "regime", "sensitive", "names_hidden", "needs_check", "outcome",
    "check_pending", "planned_for", "referrals", "clocks", "shared_with", "opinion_from", "mentioned", "reopenings",
)  # fmt: skip


@dataclass(frozen=True)
class Undoable:
    """What the last action changed: its place in the history, who did it and when, and what was there before it.

    ``messages`` are the outbox entries it wrote; ``others`` are ``(ticket, place)`` of the duplicates that were given
    the same answer with it. ``met_promise`` says that its own answer, which stood on the follow page at once, met one.
    """

    place: int
    at: datetime
    actor: str
    before: tuple[tuple[str, Any], ...]
    messages: tuple[int, ...] = ()
    others: tuple[tuple[int, int], ...] = ()
    met_promise: bool = False


def remembered(ticket: "Ticket") -> tuple[tuple[str, Any], ...]:
    """Return what an action may change, as it is now."""
    return tuple((name, getattr(ticket, name)) for name in _KEPT)


def settle(ticket: "Ticket", messages: tuple[int, ...], others: tuple[tuple[int, int], ...] = ()) -> None:
    """Complete what is remembered of the last action, once all of it has been done; what it left alone is dropped."""
    point = ticket.undoable
    if point is not None:
        before = tuple((name, value) for name, value in point.before if getattr(ticket, name) != value)
        clocks = dict(before).get("clocks", ())
        met = any(clock.is_running and _met(ticket, place, clock) for place, clock in enumerate(clocks))
        ticket.undoable = replace(point, before=before, messages=messages, others=others, met_promise=met)


def put_back(ticket: "Ticket", point: Undoable) -> None:
    """Give the ticket the values from before; a promise that an earlier answer has met meanwhile stays met."""
    clocks = dict(point.before).get("clocks", ticket.clocks)
    if not point.met_promise:
        clocks = tuple(_met(ticket, place, clock) or clock for place, clock in enumerate(clocks))
    for name, value in point.before:
        setattr(ticket, name, value)
    ticket.clocks = clocks
    ticket.notifications = tuple(entry for entry in ticket.notifications if entry not in point.messages)
    ticket.undoable = None


def _met(ticket: "Ticket", place: int, clock: Clock) -> Clock | None:
    """Return the promise at that place among the ticket's clocks as it is now, if it has been met."""
    now = ticket.clocks[place] if place < len(ticket.clocks) else clock
    is_same = now.kind == clock.kind == ClockKind.PROMISE and now.started == clock.started
    return now if is_same and not now.is_running else None
