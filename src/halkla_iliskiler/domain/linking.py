"""What binds a ticket to another one, to another directorate, to a colleague: duplicates, opinions, mentions.

Each function changes one ticket only; what follows for the other one is the service's.
"""

from .errors import InvalidInput
from .order import Circumstances, Details, Order
from .ticket import Ticket
from .workflow import Action

__all__ = [
    "SEEN_BY_HEIR",
    "close_question",
    "consult",
    "duplicate",
    "end_consult",
    "is_seen_anyway",
    "mention",
    "not_duplicate",
    "opinion",
    "split",
]

SEEN_BY_HEIR = "seen_by_heir"
"""Action of the history entry that says who stands in the place of a closed directorate that saw the ticket."""


def duplicate(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    """Say that it is about the same thing as ``order.main``. Number, status and clocks stay its own."""
    if order.main == ticket.id:
        raise InvalidInput("main", "same_ticket")
    if ticket.duplicates:
        raise InvalidInput("main", "has_duplicates")
    ticket.duplicate_of = order.main
    return (("ticket", str(order.main)),)


def not_duplicate(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    """Say that it is another matter after all; what was answered together stays answered."""
    main, ticket.duplicate_of = ticket.duplicate_of, None
    return (("ticket", str(main)),)


def split(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    """Say that a part of it is now ``order.main``, with a number of its own."""
    return (("ticket", str(order.main)),)


def consult(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    """Ask another directorate for its opinion: it sees the ticket while the question is open, and owns nothing of it.

    A sensitive one is seen there by those alone who have the right to sensitive matters.
    """
    if order.department == ticket.department:
        raise InvalidInput("department", "asks_itself")
    if order.department in ticket.shared_with:
        # It sees it already, and goes on seeing it when it has answered.
        details: Details = (("department", order.department or ""), ("sees_it", "already"))
    else:
        ticket.shared_with += (order.department or "",)
        details = (("department", order.department or ""),)
    ticket.opinion_from = order.department
    return details


def opinion(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    """Give the opinion. Whoever asked finds it among what mentions them."""
    asked = close_question(ticket)
    question = ticket.last_entry(Action.CONSULT)
    if question is not None and question.actor not in ("", by.actor.id, *ticket.mentioned):
        ticket.mentioned += (question.actor,)
    return (("department", asked),)


def end_consult(ticket: Ticket, order: Order, by: Circumstances) -> Details:
    """Go on without the opinion."""
    return (("department", close_question(ticket)),)


def close_question(ticket: Ticket) -> str:
    """End the open question: the directorate that was asked sees the ticket no longer, unless it did before."""
    asked, ticket.opinion_from = ticket.opinion_from or "", None
    if not is_seen_anyway(ticket, asked):
        ticket.shared_with = tuple(code for code in ticket.shared_with if code != asked)
    return asked


def is_seen_anyway(ticket: Ticket, asked: str) -> bool:
    """Tell whether the directorate that is asked saw the ticket before, and goes on seeing it."""
    said = (entry for _, entry in reversed(list(ticket.history)) if entry.action in (Action.CONSULT, SEEN_BY_HEIR))
    question = next((entry for entry in said if entry.detail("department") == asked), None)
    return question is not None and bool(question.detail("sees_it"))


def mention(ticket: Ticket, order: Order, by: Circumstances) -> None:
    """Keep who is to read it; whoever acts has read what mentioned them."""
    wanted = (*ticket.mentioned, *order.mentions)
    ticket.mentioned = tuple(name for name in dict.fromkeys(wanted) if name != by.actor.id)
