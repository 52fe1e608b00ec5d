"""The named fields of ready answers: what ``{number}`` and the like become on a ticket."""

import re
from collections.abc import Mapping

from ..domain.ticket import Ticket
from ..storage import Site

__all__ = ["FIELDS_OF_A_TICKET", "fields_of", "filled_in", "names_in"]

FIELDS_OF_A_TICKET = ("number", "category", "department", "place")
"""The names that a ticket itself gives a value; a plan's day and another body come from the action."""

_FIELD = re.compile(r"\{([a-z_]+)\}")


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
