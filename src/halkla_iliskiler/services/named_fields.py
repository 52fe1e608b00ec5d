"""The named fields of ready answers: what ``{number}`` and the like become on a ticket."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..domain.ticket import Ticket
from ..i18n import _
from ..storage import Site

__all__ = ["FIELDS", "FIELDS_OF_A_TICKET", "Loose", "fields_of", "filled_in", "loose_in", "names_in"]

FIELDS_OF_A_TICKET = ("number", "category", "department", "place")
"""The names that a ticket itself gives a value; a plan's day and another body come from the action."""

FIELDS = (*FIELDS_OF_A_TICKET, "planned_for", "body")
"""Every name that a ready answer may have in braces."""

_FIELD = re.compile(r"\{([a-z_]+)\}")
_LOOSE = re.compile(r"\{[^{}\n]*\}?|\[[^][]*\]|\[[^][\n]*")
_LOOSE_BRACE = re.compile(r"\{[^{}\n]*\}?|\}")
_SHOWN_AT_MOST = 40
_NO_FIELD = _("There is no field ${piece}. Correct it, or write the words themselves.")
_WAITS = _("${piece} is still to be filled in.")
_OPEN_BRACE = _("The brace in “${piece}” is not closed.")
_OPEN_BRACKET = _("The square bracket in “${piece}” is not closed.")
_STRAY_BRACE = _("The brace in “${piece}” closes nothing that was opened.")


@dataclass(frozen=True)
class Loose:
    """A piece of a text that is no word yet: its code among the refusals, and the sentence that names it."""

    problem: str
    sentence: str


def fields_of(site: Site, ticket: Ticket, brand_name: str) -> dict[str, str]:
    """Return what each name of :data:`FIELDS_OF_A_TICKET` becomes; empty where the ticket has nothing to say."""
    city = site.city
    category = city.category(ticket.category)
    where = (city.territory.name_of(ticket.location.neighbourhood), ticket.location.text)
    return {
        "number": ticket.number,
        "category": category.label if category else "",
        "department": city.tree.name_of(ticket.department) or brand_name,
        "place": ", ".join(part for part in where if part),
    }


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """Return *text* with its named fields filled in, in one go: what a citizen wrote is never read as a field."""
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), text).strip()


def names_in(text: str) -> list[str]:
    """Return the names that stand in *text* as fields, in their order."""
    return list(dict.fromkeys(_FIELD.findall(text)))


def loose_in(text: str, known: Collection[str] = (), *, may_wait: bool = False) -> Loose | None:
    """Return the first piece of *text* that is no word yet and that nothing makes one; ``None`` when all is well.

    *known* are the names that are filled in later. With *may_wait* what stands in [brackets] is left to be filled in by
    hand, as in a ready answer, and a brace that closes nothing is a slip; in what somebody writes it may be meant.
    """
    for found in (_LOOSE_BRACE if may_wait else _LOOSE).finditer(text):
        piece = found[0]
        if piece.startswith("["):
            is_closed = piece.endswith("]")
            return Loose("placeholder", _named(_WAITS if is_closed else _OPEN_BRACKET, piece))
        if piece == "}":
            before = text[max(0, found.start() - _SHOWN_AT_MOST // 2) : found.end()]
            return Loose("field_unknown", _named(_STRAY_BRACE, before.rpartition("\n")[2]))
        if not piece.endswith("}"):
            return Loose("field_unknown", _named(_OPEN_BRACE, piece))
        name = piece[1:-1]
        if name not in known:
            return Loose("field_unknown", _named(_WAITS if name in FIELDS else _NO_FIELD, piece))
    return None


def _named(sentence: str, piece: str) -> str:
    words = piece.strip()
    shown = words if len(words) <= _SHOWN_AT_MOST else f"{words[: _SHOWN_AT_MOST - 1]}…"
    return _(sentence, mapping={"piece": shown})
