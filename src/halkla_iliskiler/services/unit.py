"""A unit of work: what one transaction changes, and what the index has to know of it."""

from ..domain.outbox import DeliveryState
from ..domain.ticket import Ticket
from ..index import Row, row_of
from ..storage import NumberBlock, Site

__all__ = ["Unit"]


class Unit:
    """Collects the tickets a transaction touches. Made anew when the transaction has to be repeated."""

    def __init__(self, site: Site, writer: str) -> None:
        self.site = site
        self._writer = writer
        self._touched: dict[int, Ticket] = {}
        self._relisted: dict[int, Ticket] = {}
        self.rows: list[Row] = []
        self.journal_head = 0
        self.has_filled_outbox = False

    @property
    def block(self) -> NumberBlock:
        """The counters and the journal of this process."""
        return self.site.writer(self._writer)

    @property
    def touched(self) -> list[Ticket]:
        """The tickets that change."""
        return list(self._touched.values())

    def touch(self, ticket: Ticket) -> None:
        """Say that *ticket* changes; its version rises once in a unit."""
        if ticket.id not in self._touched:
            self._touched[ticket.id] = ticket
            ticket.version += 1

    def relist(self, ticket: Ticket) -> None:
        """Say that the lists have to show *ticket* anew although it does not change itself: its subject's name did."""
        self._relisted[ticket.id] = ticket

    def finish(self) -> None:
        """Write the journal and build the index rows, still inside the transaction."""
        city, outbox = self.site.city, self.site.outbox
        for identity, ticket in {**self._relisted, **self._touched}.items():
            for entry in (outbox.entries[message] for message in ticket.notifications):
                if entry.state == DeliveryState.TO_BE_TOLD:
                    outbox.regroup(entry, ticket.call_group)
            self.journal_head = self.block.note_change(identity)
            name = city.territory.name_of(ticket.location.neighbourhood)
            self.rows.append(row_of(ticket, city.category(ticket.category), name))
