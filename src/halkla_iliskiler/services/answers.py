"""What was answered to the questions of subjects, as a table: for lists that are saved as a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..domain.access import allows
from ..domain.ticket import Ticket
from ..domain.workflow import Permission
from ..storage import Site

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["AnswerTable", "Answers"]


@dataclass(frozen=True)
class AnswerTable:
    """``columns`` are codes and questions; ``rows`` have a ticket's identity and its answers in that order."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


class Answers:
    """Brings the answers of many tickets into one shape."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def table(self, site: Site, ticket_ids: Iterable[int]) -> AnswerTable:
        """Return the answers of tickets, in their order, with a column for every question that one of them answers.

        Columns stand in the order of the catalogue, under the words that were asked last; questions that are not asked
        any more stand behind them. Tickets that the actor may not see are left out. Sensitive matters are as guarded
        here as on their own page.
        """
        found = [ticket for ticket in map(site.tickets.get, ticket_ids) if ticket is not None and self._is_seen(ticket)]
        asked = {code: label for ticket in found for code, label, _answer in ticket.answers}
        known = [question.code for question in site.city.questions if question.code in asked]
        codes = [*known, *(code for code in asked if code not in known)]
        rows = []
        for ticket in found:
            said = {code: answer for code, _label, answer in ticket.answers}
            rows.append((ticket.id, tuple(said.get(code, "") for code in codes)))
        return AnswerTable(tuple((code, asked[code]) for code in codes), tuple(rows))

    def _is_seen(self, ticket: Ticket) -> bool:
        return allows(self._services.actor, Permission.VIEW, ticket)
