"""What each action does to a ticket, once access and revision have been settled by the service.

Every function checks the workflow table first, changes the ticket, and appends one entry to its history. None of
them tells the applicant anything: :func:`tells` says what a move has to tell, and the service writes the outbox.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from .access import Actor
from .applicant import ContactDetails
from .city import Category
from .clocks import Calendar, Clock, ClockKind
from .errors import InvalidInput
from .outbox import Purpose
from .ticket import Contact, HistoryEntry, Referral, Ticket
from .workflow import Action, Outcome, Regime, TicketStatus, move_for

__all__ = ["RATINGS", "Circumstances", "Order", "carry_out", "meet_promise", "tells", "tells_applicant"]

RATINGS = range(1, 6)
"""From not content at all to very content."""


@dataclass(frozen=True)
class Order:
    """What a person asks to be done; only the fields its action needs are filled."""

    action: Action
    text: str = ""
    department: str | None = None
    assignee: str | None = None
    category: Category | None = None
    outcome: str | None = None
    body: str | None = None
    planned_for: date | None = None
    contact: Contact | None = None
    reach: ContactDetails | None = None
    rating: int | None = None


@dataclass(frozen=True)
class Circumstances:
    """Who acts, when, and by which calendar and local time."""

    actor: Actor
    now: datetime
    calendar: Calendar
    zone: tzinfo

    @property
    def today(self) -> date:
        """The day it is in the city."""
        return self.now.astimezone(self.zone).date()


def carry_out(ticket: Ticket, order: Order, by: Circumstances) -> int:
    """Do what *order* says and return the place of its history entry.

    Raises:
        IllegalMove: the action does not fit the status.
        InvalidInput: something the action needs is missing or impossible.
    """
    move = move_for(order.action, ticket.status, ticket.check_pending)
    for need in move.needs:
        _require(order, need)
    before = ticket.status
    # An effect that refuses does so before it changes anything.
    effect = _EFFECTS.get(order.action)
    details = effect(ticket, order, by) if effect else ()
    if move.target is not None:
        ticket.status = move.target.value
    ticket.updated_at = by.now
    return ticket.record(
        HistoryEntry(
            at=by.now,
            actor=by.actor.id,
            actor_name=by.actor.name,
            action=order.action.value,
            from_status=before,
            to_status=ticket.status,
            text=_answer_given(ticket) if order.action is Action.ACCEPT else order.text,
            is_public=order.action in _PUBLIC or (order.action in _ENDINGS and not ticket.check_pending),
            details=details,
        )
    )


# An answer is public at once, except the one of a finished ticket, which waits for the centre's check where one is
# required: the entry of the acceptance then repeats it, so that the history itself is never changed.
_PUBLIC = frozenset(
    {Action.ASK, Action.REPLY, Action.PLAN, Action.REFER, Action.REFUSE_REOPENING, Action.REQUEST_REOPENING,
     Action.APPLICANT_MESSAGE, Action.WITHDRAW, Action.CHANGE_CONTACT, Action.RATE}
)  # fmt: skip
_OUTCOMES = frozenset(Outcome)
_ENDINGS = frozenset({Action.FINISH, Action.ACCEPT})
_ANSWERS = frozenset({Action.REPLY, Action.PLAN, Action.REFER, Action.REFUSE_REOPENING})


def tells(ticket: Ticket, action: Action) -> Purpose | None:
    """Return what the applicant is told after *action* (on the ticket as it is now), or ``None``."""
    if action is Action.ASK:
        return Purpose.QUESTION
    if action in _ANSWERS or action is Action.ACCEPT:
        return Purpose.ANSWER
    if action is Action.FINISH and not ticket.check_pending:
        return Purpose.ANSWER
    return None


def tells_applicant(action: str) -> bool:
    """Tell whether an entry of that action, once public, is something we answered."""
    return action in _ANSWERS or action in _ENDINGS


def meet_promise(ticket: Ticket, at: datetime) -> bool:
    """End the 48 h clock: the first answer has reached the applicant. Return whether it was still running."""
    clock = ticket.clock(ClockKind.PROMISE)
    if clock is None or not clock.is_running:
        return False
    ticket.replace_clock(clock, clock.end(at))
    return True


def _require(order: Order, need: str) -> None:
    value = {
        "text": order.text.strip(),
        "department": order.department,
        "outcome": order.outcome,
        "body": order.body,
        "date": order.planned_for,
    }[need]
    if not value:
        raise InvalidInput(need, "required")


def _answer_given(ticket: Ticket) -> str:
    finished = [entry.text for _, entry in ticket.history if entry.action == Action.FINISH]
    return finished[-1] if finished else ""


Details = tuple[tuple[str, str], ...]


def _assign(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    if ticket.status == TicketStatus.REOPEN_REQUESTED:
        # Whoever gives it to somebody has judged the wish to reopen it.
        _reopen(ticket, order, by)
    details: list[tuple[str, str]] = [("department", order.department or "")]
    ticket.department = order.department
    ticket.assignee = order.assignee
    if order.assignee:
        details.append(("assignee", order.assignee))
    if order.category is not None and order.category.code != ticket.category:
        _sort_into(ticket, order.category, by)
        details.append(("category", order.category.code))
    return tuple(details)


def _sort_into(ticket: Ticket, category: Category, by: Circumstances) -> None:
    """Give the ticket another category: its sensitivity, its check and its time to solve come with it."""
    ticket.category = category.code
    ticket.sensitive = category.sensitive
    ticket.needs_check = category.needs_check
    clock = ticket.clock(ClockKind.SOLVE)
    if clock is not None and clock.is_running:
        ticket.replace_clock(clock, clock.move_due(by.calendar.after(clock.started, category.solve_within)))


def _take(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    ticket.assignee = by.actor.id
    return ()


def _send_back(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    sender = ticket.department or ""
    ticket.department = None
    ticket.assignee = None
    details = [("from_department", sender)]
    if order.department:
        details.append(("proposed", order.department))
    return tuple(details)


def _plan(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    if order.planned_for is None or order.planned_for <= by.today:
        raise InvalidInput("date", "not_in_future")
    ticket.planned_for = order.planned_for
    clock = ticket.clock(ClockKind.SOLVE)
    if clock is not None and clock.is_running:
        ticket.replace_clock(clock, clock.move_due(_end_of(order.planned_for, by.zone)))
    return (("planned_for", order.planned_for.isoformat()),)


def _refer(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    ticket.referrals += (Referral(order.body or "", by.now, order.text, order.planned_for),)
    return (("body", order.body or ""),)


def _finish(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    if order.outcome not in _OUTCOMES:
        raise InvalidInput("outcome", "unknown")
    outcome = Outcome(order.outcome)
    if outcome.is_for_petitions_only and ticket.regime != Regime.PETITION_3071:
        raise InvalidInput("outcome", "petitions_only")
    ticket.outcome = outcome.value
    ticket.check_pending = ticket.needs_check
    _stop(ticket, ClockKind.SOLVE, by.now)
    details = [("outcome", outcome.value)]
    if order.body:
        details.append(("body", order.body))
    return tuple(details)


def _accept(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    ticket.check_pending = False
    return (("outcome", ticket.outcome or ""),)


def _give_back(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    ticket.check_pending = False
    ticket.outcome = None
    clock = ticket.clock(ClockKind.SOLVE)
    if clock is not None:
        ticket.replace_clock(clock, clock.resume())
    return ()


def _reopen(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    ticket.outcome = None
    first = ticket.clock(ClockKind.SOLVE)
    if first is not None:
        span: timedelta = first.due_at - first.started
        ticket.clocks += (Clock(ClockKind.SOLVE.value, by.now, by.calendar.after(by.now, span)),)
    return ()


def _applicant_message(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    if order.contact is not None:
        ticket.contacts += (order.contact,)
    if ticket.status == TicketStatus.WAITING_FOR_APPLICANT:
        ticket.status = TicketStatus.IN_PROGRESS.value
    return ()


def _change_contact(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    if order.reach is None or order.reach.is_empty:
        raise InvalidInput("contact", "required")
    before = ticket.details
    changed = [name for name in ("phone", "email") if getattr(before, name) != getattr(order.reach, name)]
    ticket.reach = order.reach
    # What changed, not to what: the history is read by more people than may see an address.
    return tuple(("changed", name) for name in changed)


def _rate(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    if order.rating not in RATINGS:
        raise InvalidInput("rating", "required")
    if not ticket.may_be_rated:
        raise InvalidInput("rating", "already_rated")
    ticket.satisfaction, ticket.satisfaction_text, ticket.satisfaction_at = order.rating, order.text, by.now
    return (("rating", str(order.rating)),)


def _withdraw(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    """End it on the applicant's word: nothing is promised any more, and no clock counts as kept or broken by us."""
    ticket.outcome = Outcome.WITHDRAWN.value
    ticket.check_pending = False
    for kind in ClockKind:
        clock = ticket.clock(kind)
        if clock is not None and clock.is_running:
            ticket.replace_clock(clock, replace(clock.end(by.now), cause="withdrawn"))
    return (("outcome", Outcome.WITHDRAWN.value),)


def _stop(ticket: Ticket, kind: ClockKind, at: datetime) -> None:
    clock = ticket.clock(kind)
    if clock is not None:
        ticket.replace_clock(clock, clock.end(at))


def _end_of(day: date, zone: tzinfo) -> datetime:
    """Return the last minute of *day* in the city: a planned matter is late when its day is over."""
    return datetime.combine(day, time(23, 59), zone).astimezone(UTC)


_EFFECTS: dict[Action, Callable[[Ticket, Order, Circumstances], Details]] = {
    Action.ASSIGN: _assign,
    Action.TAKE: _take,
    Action.SEND_BACK: _send_back,
    Action.PLAN: _plan,
    Action.REFER: _refer,
    Action.FINISH: _finish,
    Action.ACCEPT: _accept,
    Action.GIVE_BACK: _give_back,
    Action.REOPEN: _reopen,
    Action.APPLICANT_MESSAGE: _applicant_message,
    Action.WITHDRAW: _withdraw,
    Action.CHANGE_CONTACT: _change_contact,
    Action.RATE: _rate,
}
