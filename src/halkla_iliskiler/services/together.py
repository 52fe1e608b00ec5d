"""One message for several tickets of one person: who answers many at once does not write to anybody twice.

Each ticket keeps a message of its own, so that its page says how its applicant learned of the answer. One of them is
sent and names the others in ``also``; those are ``TOGETHER`` and share its fate: delivered with it, given up with it.
Where the one is not sent after all (taken back, nobody needs the call any more), the next of them is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..domain.outbox import DeliveryState, OutboxEntry, Purpose
from ..domain.text import tr_lower
from ..domain.ticket import Ticket
from ..i18n import _, translate
from ..storage import Site
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = [
    "DISCREET",
    "Part",
    "hand_on",
    "let_go_together",
    "recipient",
    "rejoin",
    "told_with",
    "words_of_several",
]

DISCREET = _("There is news about your application. You can read it with the link below.")


@dataclass(frozen=True)
class Part:
    """What a message says about one ticket, and where it is followed."""

    ticket: Ticket
    text: str
    link: str = ""


def told_with(site: Site, entry: OutboxEntry) -> list[tuple[Ticket, OutboxEntry]]:
    """Return the tickets and messages that are told with *entry*, as far as they still are."""
    found = (site.outbox.entries.get(identity) for identity in entry.also)
    return [
        (site.tickets[one.ticket_id], one)
        for one in found
        if one is not None and one.state == DeliveryState.TOGETHER and one.goes_with == entry.id
    ]


_WAITING = (DeliveryState.PENDING, DeliveryState.TO_BE_TOLD)


def recipient(ticket: Ticket, entry: OutboxEntry) -> tuple[object, object] | None:
    """Return what answers that can go as one message have in common: whom they reach, and how they are told it.

    ``None`` where nobody has to be told: it stands on the follow page. The way and the name have to be the same. A
    telephone may be a household's, so somebody without a name is not taken for the one who has one; names are compared
    letter by letter, for a search key has no letters of other scripts. Only calls that the same people may make are put
    together, and only messages in the same language.
    """
    if entry.state not in _WAITING or entry.purpose != Purpose.ANSWER or not entry.address:
        return None
    name = tr_lower(" ".join(ticket.details.name.split()))
    group = entry.group if entry.state == DeliveryState.TO_BE_TOLD else None
    return (ticket.applicant_id, name, entry.method, entry.address), (ticket.language, entry.state, group)


def let_go_together(unit: Unit, told: Iterable[tuple[Ticket, OutboxEntry]]) -> None:
    """Let answers that the same person would get by the same way go as one message: the first carries the others."""
    carriers: dict[object, OutboxEntry] = {}
    for ticket, entry in told:
        key = recipient(ticket, entry)
        if key is None:
            continue
        carrier = carriers.setdefault(key, entry)
        if carrier is not entry:
            carrier.also += (entry.id,)
            _join(unit, entry, carrier)


def _join(unit: Unit, entry: OutboxEntry, carrier: OutboxEntry) -> None:
    entry.goes_with = carrier.id
    unit.site.outbox.put(entry, DeliveryState.TOGETHER)


def hand_on(services: Services, unit: Unit, entry: OutboxEntry) -> None:
    """Say that *entry* is not going to be sent: what would have gone with it is sent without it, at the same time."""
    others = told_with(unit.site, entry)
    entry.also = ()
    if not others:
        return
    ticket, first = others[0]
    method = services.assembly.extensions.feedback_methods.get(first.method)
    state = method.initial_state if method is not None else DeliveryState.PENDING
    first.also, first.goes_with, first.group = tuple(one.id for _, one in others[1:]), 0, ticket.call_group
    unit.site.outbox.put(first, state, entry.next_attempt or entry.call_at or services.now())
    unit.has_filled_outbox = unit.has_filled_outbox or state is DeliveryState.PENDING
    for _ticket, one in others[1:]:
        one.goes_with = first.id


def rejoin(unit: Unit, entry: OutboxEntry) -> None:
    """Let what was given up together with *entry* be sent with it once more."""
    for one in (unit.site.outbox.entries.get(identity) for identity in entry.also):
        if one is not None and one.goes_with == entry.id and one.state == DeliveryState.UNDELIVERABLE:
            unit.site.outbox.put(one, DeliveryState.TOGETHER)


_SUBJECT = _("An answer to your applications ${numbers}")
_SUBJECT_OF_MANY = _("An answer to ${count} of your applications")
_OPENING = _("This is our answer to your applications ${numbers}:")
_FOLLOW = _("You can follow your applications here:")
_NAMED = 3


def words_of_several(parts: Sequence[Part], language: str, *, is_aloud: bool = False) -> tuple[str, list[str], str]:
    """Return subject, content and links of one message about several tickets of one person.

    What is the same for all is said once. Of a sensitive matter a letter only says that there is news.
    """
    numbers = ", ".join(part.ticket.number for part in parts)
    many = translate(_SUBJECT_OF_MANY, language, count=len(parts))
    subject = translate(_SUBJECT, language, numbers=numbers) if len(parts) <= _NAMED else many
    discreet = translate(DISCREET, language)
    texts = [discreet if part.ticket.sensitive and not is_aloud else part.text for part in parts]
    opening = translate(_OPENING, language, numbers=numbers)
    if len(set(texts)) == 1:
        content = [opening, texts[0]]
    else:
        content = [opening] + [
            text if part.ticket.number in text else f"{part.ticket.number}: {text}"
            for part, text in zip(parts, texts, strict=True)
        ]
    links = "\n".join(f"{part.ticket.number}  {part.link}" for part in parts)
    return subject, content, f"{translate(_FOLLOW, language)}\n{links}"
