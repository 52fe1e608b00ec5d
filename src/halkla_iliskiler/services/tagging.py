"""Tags on tickets: given, taken away, suggested from those in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.access import visibility
from ..domain.tagging import folded_tag, tag, untag
from ..domain.text import sort_key
from ..domain.workflow import Permission
from ..index import TicketQuery
from .handling import require, visible_ticket
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Tagging"]


class Tagging:
    """Gives tickets tags. Whoever may write a note may do that."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def add(self, ticket_id: int, words: str, seen_spellings: tuple[str, ...] | None = None) -> int | None:
        """Give a ticket a tag; return the place in its history, or ``None`` when it has the tag already.

        *seen_spellings* are the tags in use, where whoever asks knows them already.

        Raises:
            NotFound, Forbidden: access; it takes the right to write notes.
            InvalidInput: it is no tag, or the ticket has as many as it can have.
        """
        known = self.spellings() if seen_spellings is None else seen_spellings

        def change(unit: Unit) -> int | None:
            ticket = visible_ticket(self._services, unit.site, ticket_id)
            require(self._services, Permission.NOTE, ticket)
            place = tag(ticket, words, self._services.circumstances, known)
            if place is not None:
                unit.touch(ticket)
            return place

        return self._services.write(change, f"tagged by {self._services.actor.id}")

    def remove(self, ticket_id: int, words: str) -> int | None:
        """Take a tag from a ticket; return the place in its history, or ``None`` (raises as :meth:`add`)."""

        def change(unit: Unit) -> int | None:
            ticket = visible_ticket(self._services, unit.site, ticket_id)
            require(self._services, Permission.NOTE, ticket)
            place = untag(ticket, words, self._services.circumstances)
            if place is not None:
                unit.touch(ticket)
            return place

        return self._services.write(change, f"a tag taken away by {self._services.actor.id}")

    def in_use(self, *, lately: bool = False) -> dict[str, tuple[str, int]]:
        """Return the tags on tickets the actor may see: each folded, as it is spelled, and on how many.

        *lately*: as it was a few seconds ago, which costs nothing.
        """
        services = self._services
        query = TicketQuery(visibility(services.actor), is_open=None)
        return services.assembly.counts.get(
            ("tags", lately, services.actor),
            services.now(),
            lambda: services.assembly.index.count_tags(query),
            is_exact=not lately,
        )

    def spellings(self, *, lately: bool = False) -> tuple[str, ...]:
        """Return the tags in use as they are spelled, in the alphabet's order: what is suggested."""
        return tuple(sorted((words for words, _count in self.in_use(lately=lately).values()), key=sort_key))

    def words_of(self, folded: str) -> str:
        """Return a tag as it is spelled; as it was asked for where nobody uses it."""
        return self.in_use().get(folded_tag(folded), (folded, 0))[0]
