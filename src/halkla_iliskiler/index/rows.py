"""What the index keeps of a ticket, as plain values taken inside the transaction."""

import hashlib
from typing import Any, NamedTuple

from ..domain.city import Category
from ..domain.clocks import ClockKind
from ..domain.insults import mask_insults
from ..domain.standing import break_cause, deciding_clock, times_reopened
from ..domain.text import fold, tokens
from ..domain.ticket import Ticket
from ..domain.workflow import Action, TicketStatus

__all__ = ["NEVER", "Row", "row_of", "words_hash"]

NEVER = 1 << 52
"""The due time of a ticket on which no clock runs: sorts behind everything."""

_SNIPPET = 160
_LOOKED_AT = 400  # of the words, for the snippet: enough to fill it whatever is covered up


class Row(NamedTuple):
    """One ticket in the index. Times are whole seconds since 1970 (UTC); ``shared`` is ``,parks,roads,`` or empty.

    ``planned`` is the day (``date.toordinal``) on which it comes back to whoever handles it; ``mentioned`` are user
    names written like ``shared``; ``returned_to`` is who routed what a directorate has sent back; ``hidden`` says that
    only the centre knows who complained; ``tags`` are ``fırtına,su baskını``. ``person`` are the folded names of who
    applied: never listed, and kept only as the index marks them.

    ``promise_due`` and ``promise_met`` are the clock by which the promised answer counts as kept or broken (no due
    time: none counts), ``promise_cause`` is where it lay when that broke or will break; ``solve_…`` are the same for
    the solution.
    """

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
    shared: str
    snippet: str
    regime: str = "SERVICE"
    planned: int | None = None
    opinion_from: str | None = None
    mentioned: str = ""
    returned_to: str | None = None
    hidden: int = 0
    duplicate_of: int | None = None
    duplicates: int = 0
    tags: str = ""
    promise_due: int | None = None
    promise_met: int | None = None
    promise_cause: str = ""
    solve_due: int | None = None
    solve_met: int | None = None
    outcome: str | None = None
    reopened: int = 0
    person: str = ""
    text: str = ""


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
        shared=f",{','.join(ticket.shared_with)}," if ticket.shared_with else "",
        regime=ticket.regime,
        planned=_planned(ticket),
        opinion_from=ticket.opinion_from,
        mentioned=f",{','.join(ticket.mentioned)}," if ticket.mentioned else "",
        returned_to=_returned_to(ticket),
        hidden=int(ticket.hides_identity),
        duplicate_of=ticket.duplicate_of,
        duplicates=len(ticket.duplicates),
        tags=",".join(ticket.tags),
        **_standing(ticket),
        outcome=ticket.outcome,
        reopened=times_reopened(ticket),
        person=" ".join(dict.fromkeys(tokens(_names(ticket)))),
        # A list is read over shoulders; the ticket's own page says every word as it was written.
        snippet=mask_insults(" ".join(ticket.words[:_LOOKED_AT].split()))[:_SNIPPET],
        text=fold(
            f"{words} {ticket.location.words} {neighbourhood_name} {label} {ticket.number} {ticket.address} "
            f"{answers} {ticket.sticker} {_registered(ticket)} {' '.join(ticket.tags)}"
        ),
    )


def _standing(ticket: Ticket) -> dict[str, Any]:
    """Return what the numbers of the day ask about the promises."""
    promise, solve = deciding_clock(ticket, ClockKind.PROMISE), deciding_clock(ticket, ClockKind.SOLVE)
    said: dict[str, Any] = {}
    for name, clock in (("promise", promise), ("solve", solve)):
        if clock is not None:
            said[f"{name}_due"] = int(clock.due_at.timestamp())
            said[f"{name}_met"] = int(clock.ended_at.timestamp()) if clock.ended_at else None
    cause = break_cause(ticket, promise) if promise is not None else None
    return {**said, "promise_cause": cause.value} if cause else said


def _planned(ticket: Ticket) -> int | None:
    """Return the day on which somebody has to look at it again: planned work, or what another body was asked."""
    day = None
    if ticket.status == TicketStatus.PLANNED:
        day = ticket.planned_for
    elif ticket.status == TicketStatus.WAITING_FOR_BODY and ticket.referrals:
        day = ticket.referrals[-1].follow_up_on
    return day.toordinal() if day else None


def _returned_to(ticket: Ticket) -> str | None:
    """Return who had given it to the directorate that sent it back: they know why, and choose the next one."""
    if ticket.department is not None or ticket.status != TicketStatus.NEW or ticket.revision < 2:
        return None
    if ticket.last_entry(Action.SEND_BACK) is None:
        return None
    given = ticket.last_entry(Action.ASSIGN)
    return given.actor if given else None


_REGISTERED = frozenset(("registry_number", "file_number", "foreign_number"))
"""Fields of a channel that are numbers of a paper, not of a person."""


def _registered(ticket: Ticket) -> str:
    return " ".join(value for contact in ticket.contacts for code, value in contact.fields if code in _REGISTERED)


def _names(ticket: Ticket) -> str:
    said = [ticket.details.name, *(contact.details.name for contact in ticket.contacts)]
    return " ".join([*said, ticket.representation.organisation, ticket.representation.on_behalf_of])


def words_hash(words: str) -> int:
    """Return what the same words have in common, however they are capitalised, accented and punctuated."""
    # Words in another script have no folded tokens; they are compared with their blanks evened out.
    folded = " ".join(tokens(words)) or " ".join(fold(words).split())
    return int.from_bytes(hashlib.blake2b(folded.encode(), digest_size=7).digest(), "big")
