"""Tags: a city's free words on a ticket ("fırtına 24 kasım"), by which a list finds what belongs together.

Two spellings of one word are one tag: they are compared folded, and shown as whoever used them first has written them.
"""

from collections.abc import Iterable

from .errors import InvalidInput
from .order import Circumstances
from .text import clean, fold
from .ticket import HistoryEntry, Ticket

__all__ = ["LONGEST_TAG", "MOST_TAGS", "TAGGED", "UNTAGGED", "folded_tag", "tag", "tidy_tag", "untag"]

TAGGED, UNTAGGED = "tagged", "untagged"
"""Actions of the history entries that say which tag a ticket got, and which it has no longer."""
LONGEST_TAG = 40
MOST_TAGS = 12
"""So many one ticket can have."""


def tidy_tag(words: str) -> str:
    """Return a tag as it is kept: one line, without a leading number sign.

    Raises:
        InvalidInput: nothing is left, or it is too long.
    """
    tidy = " ".join(clean(words).replace(",", " ").lstrip("#").split())
    if not folded_tag(tidy):
        raise InvalidInput("tag", "required")
    if len(tidy) > LONGEST_TAG:
        raise InvalidInput("tag", "too_long")
    return tidy


def folded_tag(words: str) -> str:
    """Return what two spellings of one tag have in common; empty where there is no letter and no digit."""
    folded = " ".join(fold(words).replace(",", " ").split())
    return folded if any(sign.isalnum() for sign in folded) else ""


def tag(ticket: Ticket, words: str, by: Circumstances, known: Iterable[str] = ()) -> int | None:
    """Give *ticket* a tag, spelled as one of *known* where it is one of them.

    Return the place of the history entry, or ``None`` when it has the tag already.

    Raises:
        InvalidInput: it is no tag, or the ticket has as many as it can have.
    """
    tidy = tidy_tag(words)
    key = folded_tag(tidy)
    if any(folded_tag(one) == key for one in ticket.tags):
        return None
    if len(ticket.tags) >= MOST_TAGS:
        raise InvalidInput("tag", "too_many_tags")
    spelled = next((one for one in known if folded_tag(one) == key), tidy)
    ticket.tags += (spelled,)
    return _recorded(ticket, TAGGED, spelled, by)


def untag(ticket: Ticket, words: str, by: Circumstances) -> int | None:
    """Take a tag from *ticket*. Return the place of the history entry, or ``None`` when it has no such tag."""
    key = folded_tag(words)
    gone = next((one for one in ticket.tags if folded_tag(one) == key), None)
    if gone is None:
        return None
    ticket.tags = tuple(one for one in ticket.tags if one != gone)
    return _recorded(ticket, UNTAGGED, gone, by)


def _recorded(ticket: Ticket, action: str, words: str, by: Circumstances) -> int:
    ticket.updated_at = by.now
    return ticket.record(
        HistoryEntry(
            at=by.now,
            actor=by.actor.id,
            actor_name=by.actor.name,
            action=action,
            from_status=ticket.status,
            to_status=ticket.status,
            details=(("tag", words),),
        )
    )
