"""What the index keeps of a ticket, as plain values taken inside the transaction."""

import hashlib
from typing import NamedTuple

from ..domain.city import Category
from ..domain.insults import mask_insults
from ..domain.text import fold, tokens
from ..domain.ticket import Ticket

__all__ = ["NEVER", "Row", "row_of", "words_hash"]

NEVER = 1 << 52
"""The due time of a ticket on which no clock runs: sorts behind everything."""

_SNIPPET = 160
_LOOKED_AT = 400  # of the words, for the snippet: enough to fill it whatever is covered up


class Row(NamedTuple):
    """One ticket in the index. Times are whole seconds since 1970 (UTC)."""

    id: int
    version: int
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
    latitude: float | None
    longitude: float | None
    related_to: int | None
    words_hash: int
    suspected: int
    repeats: int
    snippet: str
    text: str


def row_of(ticket: Ticket, category: Category | None, neighbourhood_name: str) -> Row:
    """Build the row of *ticket*. The searched text never holds a name, a telephone or an address of a person."""
    due = ticket.next_due if ticket.is_open else None
    words = " ".join(contact.words for contact in ticket.contacts)
    answers = " ".join(answer for _, _, answer in ticket.answers)
    label = category.label if category else ""
    return Row(
        id=ticket.id,
        version=ticket.version,
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
        latitude=ticket.location.latitude,
        longitude=ticket.location.longitude,
        related_to=ticket.related_to,
        words_hash=words_hash(ticket.words),
        suspected=int(bool(ticket.suspicions)),
        repeats=ticket.repeats,
        # A list is read over shoulders; the ticket's own page says every word as it was written.
        snippet=mask_insults(" ".join(ticket.words[:_LOOKED_AT].split()))[:_SNIPPET],
        text=fold(
            f"{words} {ticket.location.words} {neighbourhood_name} {label} {ticket.number} {ticket.address} "
            f"{answers} {ticket.sticker}"
        ),
    )


def words_hash(words: str) -> int:
    """Return what the same words have in common, however they are capitalised, accented and punctuated."""
    # Words in another script have no folded tokens; they are compared with their blanks evened out.
    folded = " ".join(tokens(words)) or " ".join(fold(words).split())
    return int.from_bytes(hashlib.blake2b(folded.encode(), digest_size=7).digest(), "big")
