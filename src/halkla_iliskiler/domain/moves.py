"""What each action does to a ticket, once access and revision have been settled by the service.

Every function checks the workflow table first, changes the ticket, and appends one entry to its history. None of
them tells the applicant anything: :func:`tells` says what a move has to tell, and the service writes the outbox.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, tzinfo

from . import linking
from .city import Category
from .clocks import PROMISE_WITHIN, Clock, ClockKind, start_clocks
from .errors import InvalidInput
from .order import Circumstances, Details, Order
from .outbox import Purpose
from .ticket import HistoryEntry, Referral, Ticket
from .undo import UNDO, UNDOABLE, Undoable, put_back, remembered
from .workflow import Action, Outcome, Regime, TicketStatus, move_for

__all__ = ["RATINGS", "Circumstances", "Order", "carry_out", "meet_promise", "take_back", "tells", "tells_applicant"]

RATINGS = range(1, 6)
"""From not content at all to very content."""


def carry_out(ticket: Ticket, order: Order, by: Circumstances) -> int:
    """Do what *order* says and return the place of its history entry.

    Raises:
        IllegalMove: the action does not fit the status.
        InvalidInput: something the action needs is missing or impossible.
    """
    move = move_for(order.action, ticket.status, ticket.check_pending, ticket.facts)
    for need in move.needs:
        _require(order, need)
    was, before = ticket.status, remembered(ticket)
    # An effect that refuses does so before it changes anything.
    effect = _EFFECTS.get(order.action)
    details = effect(ticket, order, by) if effect else ()
    if move.target is not None:
        ticket.status = move.target.value
    _tidy(ticket)
    ticket.updated_at = by.now
    linking.mention(ticket, order, by)
    place = ticket.record(
        HistoryEntry(
            at=by.now,
            actor=by.actor.id,
            actor_name=by.actor.name,
            action=order.action.value,
            from_status=was,
            to_status=ticket.status,
            text=ticket.answer_given if order.action is Action.ACCEPT else order.text,
            is_public=_is_public(ticket, order),
            details=(*details, *(("mention", name) for name in order.mentions)),
        )
    )
    ticket.undoable = Undoable(place, by.now, by.actor.id, before) if order.action in UNDOABLE else None
    return place


def take_back(ticket: Ticket, point: Undoable, by: Circumstances) -> None:
    """Undo the last action: the ticket is as it was before, and the history says that this was taken back."""
    undone, was = ticket.entry(point.place), ticket.status
    put_back(ticket, point)
    ticket.updated_at = by.now
    ticket.record(
        HistoryEntry(
            at=by.now,
            actor=by.actor.id,
            actor_name=by.actor.name,
            action=UNDO,
            from_status=was,
            to_status=ticket.status,
            details=(("undone", str(point.place)), ("action", undone.action)),
        )
    )


def _tidy(ticket: Ticket) -> None:
    """Drop what does not outlive a status or a directorate: the planned day, the question to somebody else."""
    if ticket.status != TicketStatus.PLANNED:
        ticket.planned_for = None
    if ticket.opinion_from and (not ticket.is_open or ticket.opinion_from == ticket.department):
        linking.close_question(ticket)


# An answer is public at once, except the one of a finished ticket, which waits for the centre's check where one is
# required: the entry of the acceptance then repeats it, so that the history itself is never changed.
_PUBLIC = frozenset(
    {Action.ASK, Action.REPLY, Action.PLAN, Action.REFER, Action.REFUSE_REOPENING, Action.REQUEST_REOPENING,
     Action.APPLICANT_MESSAGE, Action.WITHDRAW, Action.CHANGE_CONTACT, Action.RATE, Action.SPLIT}
)  # fmt: skip
_OUTCOMES = frozenset(Outcome)
_ENDINGS = frozenset({Action.FINISH, Action.ACCEPT})
_ANSWERS = frozenset({Action.REPLY, Action.PLAN, Action.REFER, Action.REFUSE_REOPENING})


def _is_public(ticket: Ticket, order: Order) -> bool:
    if order.action is Action.DUPLICATE:
        # The other application is nobody's business; what we tell this applicant about it is theirs.
        return bool(order.text.strip())
    return order.action in _PUBLIC or (order.action in _ENDINGS and not ticket.check_pending)


def tells(ticket: Ticket, action: Action) -> Purpose | None:
    """Return what the applicant is told after *action* (on the ticket as it is now), or ``None``.

    What the applicant of a duplicate is told depends on the other ticket: the service that links them sees to it.
    """
    if action is Action.ASK:
        return Purpose.QUESTION
    if action in _ANSWERS or action is Action.ACCEPT:
        return Purpose.ANSWER
    if action is Action.FINISH and not ticket.check_pending:
        return Purpose.ANSWER
    return None


def tells_applicant(action: str) -> bool:
    """Tell whether an entry of that action, once public, is something we answered."""
    return action in _ANSWERS or action in _ENDINGS or action == Action.DUPLICATE


def meet_promise(ticket: Ticket, at: datetime) -> bool:
    """End the 48 h clocks: an answer has reached the applicant. Return whether one was still running."""
    running = [clock for clock in ticket.clocks if clock.kind == ClockKind.PROMISE and clock.is_running]
    for clock in running:
        ticket.replace_clock(clock, clock.end(at))
    return bool(running)


def _require(order: Order, need: str) -> None:
    value = {
        # Signs that cannot be seen, or a dash, say nothing.
        "text": any(sign.isalnum() for sign in order.text),
        "department": order.department,
        "outcome": order.outcome,
        "body": order.body,
        "date": order.planned_for,
        "main": order.main,
    }[need]
    if not value:
        raise InvalidInput(need, "required")


def _assign(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    if ticket.status == TicketStatus.REOPEN_REQUESTED:
        # Whoever gives it to somebody has judged the wish to reopen it.
        _reopen(ticket, order, by)
    details: list[tuple[str, str]] = [("department", order.department or "")]
    ticket.department = order.department
    ticket.assignee = order.assignee
    ticket.shared_with = tuple(code for code in ticket.shared_with if code != order.department)
    if order.assignee:
        details.append(("assignee", order.assignee))
    if order.category is not None and order.category.code != ticket.category:
        _sort_into(ticket, order.category, by)
        details.append(("category", order.category.code))
    return tuple(details)


def _sort_into(ticket: Ticket, category: Category, by: Circumstances) -> None:
    """Give the ticket another category: its sensitivity, check, regime and time to solve come with it.

    Under another regime other promises run: what ran is dropped, as it was promised by mistake, and what the new
    regime promises counts from when the application was made. What was met stays on record.
    """
    ticket.category = category.code
    ticket.sensitive = category.sensitive
    # Never the other way round: whoever sorts it must not be able to uncover who complained.
    ticket.names_hidden = ticket.names_hidden or category.hides_identity
    ticket.needs_check = category.needs_check
    regime = _regime_in(ticket, category, by)
    if regime != ticket.regime:
        ticket.regime = regime
        met = tuple(clock for clock in ticket.clocks if not clock.is_running)
        fresh = start_clocks(ticket.kind, regime, category.solve_within, ticket.counted_from, by.calendar)
        kinds = {clock.kind for clock in met if clock.kind == ClockKind.PROMISE}
        ticket.clocks = (*met, *(clock for clock in fresh if clock.kind not in kinds))
        return
    clock = ticket.clock(ClockKind.SOLVE)
    if clock is not None and clock.is_running:
        ticket.replace_clock(clock, clock.move_due(by.calendar.after(clock.started, category.solve_within)))


def _regime_in(ticket: Ticket, category: Category, by: Circumstances) -> str:
    """Return the law a ticket falls under in another category; what staff have chosen for it stays."""
    present = by.category.regime if by.category else Regime.SERVICE.value
    if category.regime == present or ticket.regime not in (present, by.channel_regime):
        return ticket.regime
    return category.regime if category.regime != Regime.SERVICE else by.channel_regime


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
    ticket.planned_for = _put_off(ticket, order.planned_for, by)
    return (("planned_for", ticket.planned_for.isoformat()),)


def _put_off(ticket: Ticket, day: date | None, by: Circumstances) -> date:
    """Let the ticket come back to the lists on *day*: the time to solve it ends when that day is over."""
    if day is None or day <= by.today:
        raise InvalidInput("date", "not_in_future")
    clock = ticket.clock(ClockKind.SOLVE)
    if clock is not None and clock.is_running:
        ticket.replace_clock(clock, clock.move_due(_end_of(day, by.zone)))
    return day


def _refer(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    """Hand the matter to another body (law 3071, art. 5); with a day it is asked on, it comes back by itself."""
    details = [("body", order.body or "")]
    if order.planned_for is not None:
        details.append(("follow_up", _put_off(ticket, order.planned_for, by).isoformat()))
    ticket.referrals += (Referral(order.body or "", by.now, order.text, order.planned_for),)
    return tuple(details)


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
    """Open it again: the time to solve begins anew and is the category's, whatever was planned before."""
    ticket.outcome = None
    ticket.reopenings += 1
    if ticket.clock(ClockKind.SOLVE) is not None:
        due = by.calendar.after(by.now, by.solve_within)
        ticket.clocks += (Clock(ClockKind.SOLVE.value, by.now, due),)
    return ()


def _request_reopening(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    """Promise an answer to whoever says that it is not solved, within the same time as the first one.

    Where they said it to staff, the contact is kept as well.
    """
    if order.contact is not None:
        ticket.contacts += (order.contact,)
    if ticket.clock(ClockKind.PROMISE) is not None:
        due = by.calendar.after(by.now, PROMISE_WITHIN)
        ticket.clocks += (Clock(ClockKind.PROMISE.value, by.now, due),)
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
        raise InvalidInput("rating", "not_over")
    ticket.satisfaction, ticket.satisfaction_text, ticket.satisfaction_at = order.rating, order.text, by.now
    ticket.satisfaction_method = order.method
    ticket.satisfaction_by = "" if by.actor.is_system else by.actor.id
    return (("rating", str(order.rating)), *((("method", order.method),) if order.method else ()))


def _withdraw(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    """End it on the applicant's word: nothing is promised any more, and no clock counts as kept or broken by us."""
    ticket.outcome = Outcome.WITHDRAWN.value
    ticket.check_pending = False
    for clock in ticket.clocks:
        if clock.is_running:
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
    Action.REQUEST_REOPENING: _request_reopening,
    Action.DUPLICATE: linking.duplicate,
    Action.NOT_DUPLICATE: linking.not_duplicate,
    Action.SPLIT: linking.split,
    Action.CONSULT: linking.consult,
    Action.OPINION: linking.opinion,
    Action.END_CONSULT: linking.end_consult,
}
