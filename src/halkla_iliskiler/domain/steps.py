"""What has to be changed in stored data when a new version, or a plugin, keeps it otherwise."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from .ticket import Ticket

__all__ = ["KeptValues", "Key", "Step", "StepRoom"]

Key: TypeAlias = int | str
"""What names one object of a step: a ticket's identity, the key of a stored value."""


class KeptValues(Protocol):
    """The values a plugin keeps, inside the transaction that is under way."""

    def get(self, key: str, default: Any = None) -> Any:
        """Return what is kept under *key*."""

    def put(self, key: str, value: Any) -> None:
        """Keep a plain value (``None``, bool, int, float, str, and lists and dicts of them)."""

    def delete(self, key: str) -> bool:
        """Forget what is kept under *key*; tell whether there was something."""

    def items(self, prefix: str = "", after: str | None = None) -> Iterable[tuple[str, Any]]:
        """Yield the keys that begin with *prefix* and come behind *after*, in order, with their values."""


class StepRoom(Protocol):
    """What a step works with: the stored objects themselves, inside a transaction that somebody else commits."""

    @property
    def data(self) -> KeptValues:
        """What the plugin keeps."""

    def now(self) -> datetime:
        """Return the moment it is, in UTC."""

    def ticket_ids(self, after: Key | None = None) -> Iterable[int]:
        """Yield the identities of the tickets behind *after*, in order."""

    def ticket(self, identity: int) -> Ticket:
        """Return the stored ticket; whoever changes it says so with :meth:`touch`."""

    def touch(self, ticket: Ticket) -> None:
        """Say that a ticket was changed, so that the lists learn of it."""


@dataclass(frozen=True)
class Step:
    """One change of the stored data, done object by object, once for each site (``halkla evolve``).

    ``code`` is the month and what it does (``2026_11_queue_calls``) and never changes; with the plugin's name before
    it, it stands in the site for ever. ``title`` is a sentence for the administrator. ``keys(room, after)`` yields, in
    ascending order, what names the objects behind *after* (``None``: from the first). ``change(room, key)`` does one of
    them. It must be idempotent: killed in the middle, the last few are done again. It never commits, and reaches
    nothing outside the room.
    """

    code: str
    title: str
    keys: Callable[[Any, Key | None], Iterable[Key]]
    change: Callable[[Any, Any], None]
