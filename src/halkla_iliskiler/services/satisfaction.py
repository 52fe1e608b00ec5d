"""How content applicants are: an answer belongs to its ticket. Who asks, when and how is a plugin's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.access import SYSTEM, Actor
from ..domain.errors import InvalidInput, NotFound
from ..domain.moves import Order, carry_out
from ..domain.text import clean
from ..domain.ticket import Ticket
from ..domain.workflow import Action
from .intake import MAX_WORDS
from .unit import Unit
from .views import ended_at

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["SatisfactionDesk"]


class SatisfactionDesk:
    """Keeps what applicants say about what we did. Whoever calls it has found out that it is they who say it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def record(self, ticket_id: int, rating: int, text: str, method: str, by: Actor = SYSTEM) -> None:
        """Keep an answer, 1 to 5, in the place of the one before; *method* is how it was asked, *by* who wrote it down.

        The same answer once more is the one there is: nothing happens.

        Raises:
            NotFound: there is no such ticket.
            IllegalMove: it is not over, or is being looked at again.
            InvalidInput: it was withdrawn, the outcome is not accepted yet, or the answer is none.
        """
        words = clean(text)
        if len(words) > MAX_WORDS:
            raise InvalidInput("text", "too_long")

        def change(unit: Unit) -> None:
            ticket = unit.site.tickets.get(ticket_id)
            if ticket is None:
                raise NotFound(str(ticket_id))
            if _is_said_already(ticket, rating, words, method):
                return
            order = Order(Action.RATE, text=words, rating=rating, method=method)
            carry_out(ticket, order, self._services.acting_as(by).circumstances)
            unit.touch(ticket)

        self._services.write(change, "how content an applicant is")


def _is_said_already(ticket: Ticket, rating: int, words: str, method: str) -> bool:
    """Tell whether an answer is the one that stands: what was said before it last ended is about something else."""
    said = (ticket.satisfaction, ticket.satisfaction_text, ticket.satisfaction_method)
    if said != (rating, words, method) or not ticket.may_be_rated:
        return False
    at, ended = ticket.satisfaction_at, ended_at(ticket)
    return at is not None and (ended is None or at >= ended)
