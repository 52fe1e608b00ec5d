"""How a ticket stands with what was promised for it: what numbers are made from. Nothing here depends on the hour."""

from enum import StrEnum

from .clocks import Clock, ClockKind
from .moves import tells_applicant
from .ticket import Ticket
from .undo import UNDO
from .workflow import Action, TicketStatus

__all__ = ["BreakCause", "break_cause", "deciding_clock", "times_reopened"]


class BreakCause(StrEnum):
    """Where a ticket lay when the time for an answer ran out."""

    UNROUTED = "UNROUTED"  # no directorate had been chosen, or one had sent it back
    NOT_TAKEN = "NOT_TAKEN"  # with a directorate, where nobody had taken it on
    IN_WORK = "IN_WORK"  # taken on, not answered
    OPINION = "OPINION"  # another directorate had been asked for its opinion
    APPLICANT = "APPLICANT"  # the applicant had been asked something
    BODY = "BODY"  # another body had it, and the applicant had not been told
    CHECK = "CHECK"  # finished, and waiting for the centre's check
    UNTOLD = "UNTOLD"  # the answer was written, and had not reached the applicant
    REOPENING = "REOPENING"  # they had said that it is not solved, and nobody had judged that


_BY_STATUS = {
    TicketStatus.NEW: BreakCause.UNROUTED,
    TicketStatus.ASSIGNED: BreakCause.NOT_TAKEN,
    TicketStatus.WAITING_FOR_APPLICANT: BreakCause.APPLICANT,
    TicketStatus.WAITING_FOR_BODY: BreakCause.BODY,
    TicketStatus.DONE: BreakCause.CHECK,
    TicketStatus.REOPEN_REQUESTED: BreakCause.REOPENING,
}
_CLOSES_QUESTION = frozenset({Action.OPINION, Action.END_CONSULT})


def deciding_clock(ticket: Ticket, kind: ClockKind) -> Clock | None:
    """Return the clock by which a promise counts as kept or broken; ``None`` where none counts.

    A ticket that was opened again has several, and one broken promise is not made good by a later one: the first that
    was met too late decides, else the one that still runs, else the last. What ended on the applicant's own word (they
    withdrew it) is neither kept nor broken.
    """
    counted = [clock for clock in ticket.clocks if clock.kind == kind and clock.cause != "withdrawn"]
    late = (clock for clock in counted if clock.ended_at is not None and clock.ended_at > clock.due_at)
    running = (clock for clock in counted if clock.is_running)
    return next(late, None) or next(running, None) or next(reversed(counted), None)


def break_cause(ticket: Ticket, clock: Clock) -> BreakCause | None:
    """Return where *ticket* lay when *clock* ran out; ``None`` for one that was met in time.

    Of a clock that still runs it is what will be true if nothing happens until then.
    """
    if clock.ended_at is not None and clock.ended_at <= clock.due_at:
        return None
    before = [(place, entry) for place, entry in ticket.history if entry.at <= clock.due_at]
    undone = {entry.detail("undone") for _, entry in before if entry.action == UNDO}
    before = [(place, entry) for place, entry in before if str(place) not in undone]
    if any(entry.is_public and tells_applicant(entry.action) and entry.at > clock.started for _, entry in before):
        return BreakCause.UNTOLD
    is_asked = False
    for _, entry in before:
        is_asked = entry.action == Action.CONSULT or (is_asked and entry.action not in _CLOSES_QUESTION)
    status = before[-1][1].to_status if before else TicketStatus.NEW
    if is_asked and status not in (TicketStatus.DONE, TicketStatus.CLOSED):
        return BreakCause.OPINION
    return _BY_STATUS.get(TicketStatus(status), BreakCause.IN_WORK)


def times_reopened(ticket: Ticket) -> int:
    """Return how often it was opened again after it had been finished."""
    # In data of an earlier version only the clocks tell.
    solving = sum(1 for clock in ticket.clocks if clock.kind == ClockKind.SOLVE)
    return max(ticket.reopenings, solving - 1, 0)
