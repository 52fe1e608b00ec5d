"""Pieces of pages that are the same for many: made once, kept while there is room."""

import re
from collections.abc import Callable, Hashable, Sequence
from html import escape
from typing import TypeVar

from pyramid.config import Configurator

__all__ = ["Rendered", "filled", "includeme", "mark"]

T = TypeVar("T")
_ROOM = 12_000
"""Pieces; a row of a list is about one kilobyte."""


class Rendered:
    """HTML by everything it says. What it says is the key, so nothing in it is ever old. One an application."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._kept: dict[Hashable, str] = {}

    def get(self, key: Hashable, make: Callable[[], str]) -> str:
        """Return the piece of *key*, made by *make* when it is not here."""
        return self.get_all([(key, None)], lambda _: [make()])[0]

    def get_all(self, wanted: Sequence[tuple[Hashable, T]], make: Callable[[list[T]], list[str]]) -> list[str]:
        """Return a piece for each key; *make* is given what belongs to those that are not here, and makes them all."""
        found = [self._kept.get(key) for key, _ in wanted]
        places = [place for place, piece in enumerate(found) if piece is None]
        if places:
            made = make([wanted[place][1] for place in places])
            if len(self._kept) + len(made) > self._room:
                # All of them at once: what is looked at now comes back at the next look.
                self._kept.clear()
            for place, piece in zip(places, made, strict=True):
                found[place] = self._kept[wanted[place][0]] = piece
        return [piece or "" for piece in found]

    def __len__(self) -> int:
        """Return how many pieces are kept."""
        return len(self._kept)


# No request can carry this character, so nothing anybody types is taken for a mark.
_MARK = re.compile("\0([a-z]+)\0")


def mark(name: str) -> str:
    """Return what stands in a kept piece where each page has something of its own."""
    return f"\0{name}\0"


def filled(piece: str, html: dict[str, str] | None = None, **texts: str) -> str:
    """Put a page's own *texts*, and what is drawn already (*html*), into the marks of a kept piece."""
    values = {name: escape(text) for name, text in texts.items()} | (html or {})
    return _MARK.sub(lambda found: values[found[1]], piece)


def includeme(config: Configurator) -> None:
    """Give the application its pieces."""
    config.registry.rendered = Rendered()
