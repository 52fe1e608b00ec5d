"""Sharing a ticket with other directorates, by whoever may give it to one altogether."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..domain.errors import InvalidInput
from ..domain.moves import Circumstances
from ..domain.sharing import share, unshare
from ..domain.ticket import Ticket
from ..domain.workflow import Permission
from .handling import require, visible_ticket
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Sharing"]


class Sharing:
    """Lets a directorate see what another one handles."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def share(self, ticket_id: int, department: str) -> None:
        """Let *department* read a ticket and write notes on it.

        Raises:
            NotFound, Forbidden: access; it takes the right to route the ticket.
            InvalidInput: there is no such directorate, or it sees it already.
        """
        self._change(ticket_id, department, share, "share a ticket")

    def unshare(self, ticket_id: int, department: str) -> None:
        """Take it back; what it wrote stays (raises the same)."""
        self._change(ticket_id, department, unshare, "share a ticket no longer")

    def _change(
        self, ticket_id: int, department: str, change: Callable[[Ticket, str, Circumstances], int], note: str
    ) -> None:
        def in_unit(unit: Unit) -> None:
            ticket = visible_ticket(self._services, unit.site, ticket_id)
            require(self._services, Permission.ROUTE, ticket)
            if department not in unit.site.city.tree:
                raise InvalidInput("department", "unknown")
            change(ticket, department, self._services.circumstances)
            unit.touch(ticket)

        self._services.write(in_unit, note)
