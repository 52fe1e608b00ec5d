"""The core's own steps, the oldest first. One that has been released is never renamed, moved or taken away.

A new attribute needs none: it gets its default in the class. A step is for what has to be reckoned from what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from BTrees.OOBTree import OOBTree

from ..domain.outbox import DeliveryState
from ..domain.steps import Key, Step
from ..storage import CITY_KINDS, Site

__all__ = ["STEPS"]


class _SiteRoom(Protocol):
    site: Site


def _messages(room: _SiteRoom, after: Key | None) -> Iterator[int]:
    entries = room.site.outbox.entries
    return iter(entries.keys() if after is None else entries.keys(min=int(after) + 1))


def _queue_call(room: _SiteRoom, identity: int) -> None:
    """Put a message that somebody has to tell into the queue of its ticket's group.

    Versions until November 2026 kept no such queue. One that stands in it keeps its place: it may have been put off.
    """
    site = room.site
    if site.outbox.calls is None:
        site.outbox.calls = OOBTree()
    entry = site.outbox.entries[identity]
    if entry.state == DeliveryState.TO_BE_TOLD and entry.call_at is None:
        entry.group = site.tickets[entry.ticket_id].call_group
        site.outbox.put(entry, DeliveryState.TO_BE_TOLD, entry.created_at)


def _city_values(room: _SiteRoom, after: Key | None) -> Iterator[str]:
    """Yield kind and code of everything the city has, in order."""
    city = room.site.city
    names = sorted(f"{kind}/{value.code}" for kind in CITY_KINDS for value in getattr(city, kind))
    return (name for name in names if after is None or name > str(after))


def _remember_provided(room: _SiteRoom, name: str) -> None:
    """Remember a value of the city as the one its provider gave.

    Until now nobody could change the city's data, so what stands in the site is what the providers gave. From now on
    the administration changes it, and ``halkla plugins sync`` has to tell the city's own changes from the providers'.
    """
    kind, _, code = name.partition("/")
    city = room.site.city
    if city.provided_value(kind, code) is None:
        value = next(value for value in getattr(city, kind) if value.code == code)
        city.remember_provided(kind, value)


STEPS = (
    Step("2026_11_queue_calls", "Queue the applicants who have to be called", _messages, _queue_call),
    Step("2026_11_remember_provided", "Remember what the plugins gave as city data", _city_values, _remember_provided),
)
