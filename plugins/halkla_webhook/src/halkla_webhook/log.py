"""The last calls, for the administrator: when, to which host, what it said. No numbers of tickets, no addresses."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from halkla_iliskiler.api import House, PluginData

from .calling import Answer
from .words import problem_of

__all__ = ["KEPT", "Call", "last_calls", "note", "taken_by"]

KEPT = 200


@dataclass(frozen=True)
class Call:
    """One call. ``event`` is ``test`` for a test call; ``target`` tells two addresses of a host apart, unnamed."""

    at: datetime
    event: str
    message: str
    host: str
    target: str
    attempt: int
    status: int
    problem: str

    @property
    def is_taken(self) -> bool:
        """Tell whether the other side took it."""
        return not self.problem


def note(house: House, event: str, message: str, address: str, host: str, attempt: int, answer: Answer) -> Call:
    """Write a call down, in the place of the oldest."""
    problem = answer.problem or problem_of(answer.status)
    at = house.now()
    call = Call(at, event, message, host, target_of(address), attempt, answer.status, problem)
    kept = {**call.__dict__, "at": at.isoformat()}

    def change(data: PluginData) -> None:
        count = int(data.get("calls", 0))
        data.put(f"call/{count % KEPT:03d}", {**kept, "count": count})
        data.put("calls", count + 1)

    house.write(change)
    return call


def last_calls(house: House, limit: int = KEPT) -> list[Call]:
    """Return the last calls, the newest first."""
    found = sorted(_kept(house), key=lambda pair: -pair[0])
    return [call for _, call in found[:limit]]


def taken_by(house: House, message: str) -> frozenset[str]:
    """Return the targets that have taken a message already: it is not repeated to them because another one failed."""
    return frozenset(call.target for _, call in _kept(house) if call.message == message and call.is_taken)


def _kept(house: House) -> Iterator[tuple[int, Call]]:
    for _, value in house.data.items("call/"):
        known: dict[str, Any] = dict(value)
        count = int(known.pop("count"))
        yield count, Call(**{**known, "at": datetime.fromisoformat(known["at"])})


def target_of(address: str) -> str:
    """Return what stands for an address in the log: its path may be a secret of the receiver's."""
    return hashlib.sha256(address.encode()).hexdigest()[:8]
