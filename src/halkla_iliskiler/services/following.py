"""What an applicant sees of a ticket, and what they can say: everything needs the code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from ..domain.access import SYSTEM
from ..domain.codes import matches, tracking_code
from ..domain.errors import NotFound
from ..domain.moves import Order, carry_out
from ..domain.ticket import Ticket, id_from_address
from ..domain.workflow import Action
from ..storage import Site
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Following", "TooManyTries"]


class TooManyTries(Exception):
    """Codes were guessed too often; ``wait`` is how long until the next try."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait.total_seconds():.0f} s")
        self.wait = wait


class Following:
    """The applicant's side of a ticket."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @contextmanager
    def opened(self, address: str, code: str) -> Iterator[tuple[Site, Ticket]]:
        """Give a consistent view of the ticket that *code* opens, for the body of the ``with`` statement.

        Raises:
            NotFound: no such number, or another code; the two cannot be told apart.
        """
        with self._services.assembly.database.reading() as site:
            yield site, self._ticket(site, address, code, short_allowed=False)

    def _ticket(self, site: Site, address: str, code: str, *, short_allowed: bool) -> Ticket:
        identity = id_from_address(address)
        ticket = site.tickets.get(identity) if identity is not None else None
        # The code of a ticket that does not exist is computed too, so that the time tells nothing.
        generation = ticket.code_generation if ticket is not None else 0
        expected = tracking_code(self._services.assembly.secret, identity or 0, generation)
        if not matches(expected, code, short_allowed=short_allowed) or ticket is None:
            raise NotFound(address)
        return ticket

    def find(self, typed_number: str, typed_code: str, client: str) -> tuple[str, str]:
        """Return ``(address, whole code)`` for a number and the first twelve characters of its code, as typed.

        Raises:
            NotFound: they do not belong together.
            TooManyTries: too many wrong codes for this number or from this client.
        """
        services = self._services
        address = typed_number.strip()
        identity = services.lists.by_number(address)
        keys = {f"number:{identity}:{client}": 5, f"client:{client}": 20, f"number:{identity}": 50}
        if wait := services.assembly.code_throttle.wait(keys, services.now()):
            raise TooManyTries(wait)
        with services.assembly.database.reading() as site:
            try:
                from_index = site.tickets.get(identity) if identity is not None else None
                spelled = from_index.address if from_index is not None else address
                ticket = self._ticket(site, spelled, typed_code, short_allowed=True)
            except NotFound:
                services.assembly.code_throttle.failed(keys, services.now())
                raise
            return ticket.address, tracking_code(services.assembly.secret, ticket.id, ticket.code_generation)

    def ask_to_reopen(self, address: str, code: str, reason: str) -> None:
        """Record that the applicant does not agree; a person judges it (raises :class:`IllegalMove` and the like)."""
        self._say(address, code, Order(Action.REQUEST_REOPENING, text=reason))

    def add_message(self, address: str, code: str, text: str) -> None:
        """Add the applicant's word; a ticket that waits for it goes on by itself."""
        self._say(address, code, Order(Action.APPLICANT_MESSAGE, text=text))

    def _say(self, address: str, code: str, order: Order) -> None:
        as_program = self._services.acting_as(SYSTEM)

        def change(unit: Unit) -> None:
            ticket = self._ticket(unit.site, address, code, short_allowed=False)
            carry_out(ticket, order, as_program.circumstances)
            unit.touch(ticket)

        self._services.write(change, f"{order.action} by an applicant")
