"""Sharing a ticket with another directorate: it reads and comments, the one that has it goes on handling it."""

from .errors import InvalidInput
from .linking import SEEN_BY_HEIR, close_question, is_seen_anyway
from .moves import Circumstances
from .ticket import HistoryEntry, Ticket

__all__ = ["SHARED", "UNSHARED", "share", "succeed", "unshare"]

SHARED = "shared"
UNSHARED = "unshared"
"""Actions of the history entries that say with whom a ticket is shared, and no longer."""


def share(ticket: Ticket, department: str, by: Circumstances) -> int:
    """Let *department* see *ticket* besides; return the place of the history entry.

    Raises:
        InvalidInput: it sees it already.
    """
    if department == ticket.department or department in ticket.shared_with:
        raise InvalidInput("department", "already_shared")
    ticket.shared_with += (department,)
    return _recorded(ticket, SHARED, department, by)


def unshare(ticket: Ticket, department: str, by: Circumstances) -> int:
    """Take *ticket* back from *department*; return the place of the history entry.

    Raises:
        InvalidInput: it was not shared with it.
    """
    if department not in ticket.shared_with:
        raise InvalidInput("department", "unknown")
    ticket.shared_with = tuple(code for code in ticket.shared_with if code != department)
    if ticket.opinion_from == department:
        # Who sees it no longer cannot answer: the question is over, and somebody else can be asked.
        ticket.opinion_from = None
    return _recorded(ticket, UNSHARED, department, by)


def succeed(ticket: Ticket, closed: str, heir: str, by: Circumstances) -> int:
    """Let *heir* see *ticket* in the place of a *closed* directorate; return the place of the history entry.

    A question that was put to the closed one is the heir's now; one that would be put to whoever handles the ticket is
    over.

    Raises:
        InvalidInput: it was not shared with the closed one.
    """
    if closed not in ticket.shared_with and ticket.opinion_from != closed:
        raise InvalidInput("department", "unknown")
    is_asked = ticket.opinion_from == closed
    if heir == ticket.department:
        if is_asked:
            close_question(ticket)
        ticket.shared_with = tuple(code for code in ticket.shared_with if code != closed)
        return _recorded(ticket, UNSHARED, closed, by)
    stays = heir in ticket.shared_with or (is_asked and is_seen_anyway(ticket, closed))
    others = tuple(code for code in ticket.shared_with if code not in (closed, heir))
    ticket.shared_with = (*others, heir)
    if is_asked:
        ticket.opinion_from = heir
    return _recorded(ticket, SEEN_BY_HEIR, heir, by, (("sees_it", "already"),) if stays else ())


def _recorded(
    ticket: Ticket, action: str, department: str, by: Circumstances, more: tuple[tuple[str, str], ...] = ()
) -> int:
    ticket.updated_at = by.now
    return ticket.record(
        HistoryEntry(
            at=by.now,
            actor=by.actor.id,
            actor_name=by.actor.name,
            action=action,
            from_status=ticket.status,
            to_status=ticket.status,
            details=(("department", department), *more),
        )
    )
