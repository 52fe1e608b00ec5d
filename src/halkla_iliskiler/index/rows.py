"""What the index keeps of a ticket, as plain values taken inside the transaction."""

from typing import NamedTuple

from ..domain.city import Category
from ..domain.text import fold
from ..domain.ticket import Ticket

__all__ = ["NEVER", "Row", "row_of"]

NEVER = 1 << 52
"""The due time of a ticket on which no clock runs: sorts behind everything."""

_SNIPPET = 160


class Row(NamedTuple):
    """One ticket in the index. Times are whole seconds since 1970 (UTC)."""

    id: int
    revision: int
    number: str
    status: str
    kind: str
    category: str | None
    department: str | None
    assignee: str | None
    neighbourhood: str | None
    channel: str
    sensitive: int
    is_open: int
    check_pending: int
    created: int
    updated: int
    due: int
    photos: int
    snippet: str
    text: str


def row_of(ticket: Ticket, category: Category | None, neighbourhood_name: str) -> Row:
    """Build the row of *ticket*. The searched text never holds a name, a telephone or an address of a person."""
    due = ticket.next_due if ticket.is_open else None
    words = " ".join(contact.words for contact in ticket.contacts)
    label = category.label if category else ""
    return Row(
        id=ticket.id,
        revision=ticket.revision,
        number=ticket.number,
        status=ticket.status,
        kind=ticket.kind,
        category=ticket.category,
        department=ticket.department,
        assignee=ticket.assignee,
        neighbourhood=ticket.location.neighbourhood,
        channel=ticket.channel,
        sensitive=int(ticket.sensitive),
        is_open=int(ticket.is_open),
        check_pending=int(ticket.check_pending),
        created=int(ticket.created_at.timestamp()),
        updated=int(ticket.updated_at.timestamp()),
        due=int(due.timestamp()) if due else NEVER,
        photos=len(ticket.attachments),
        snippet=" ".join(ticket.words.split())[:_SNIPPET],
        text=fold(f"{words} {ticket.location.text} {neighbourhood_name} {label} {ticket.number} {ticket.address}"),
    )
