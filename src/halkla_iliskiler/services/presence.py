"""Who has a ticket open just now, so that two people do not begin the same. In memory, per process, never stored."""

import threading
from collections import deque
from datetime import datetime, timedelta

__all__ = ["Presence"]


class Presence:
    """Remembers for a short while who looked at which ticket."""

    span = timedelta(seconds=50)
    """A page that is looked at says so every twenty seconds; one that was closed is forgotten soon after."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looking: dict[int, dict[str, tuple[str, datetime]]] = {}
        # Each look in the order of time, so that what is over is found without looking through the rest.
        self._looks: deque[tuple[datetime, int, str]] = deque()

    def look(self, ticket_id: int, person: str, name: str, now: datetime) -> list[str]:
        """Note that *person* looks at the ticket, and return the names of the others who do, in the order they came."""
        with self._lock:
            self._forget(now)
            here = self._looking.setdefault(ticket_id, {})
            here[person] = (name, now)
            self._looks.append((now, ticket_id, person))
            return [other for who, (other, _) in here.items() if who != person]

    def _forget(self, now: datetime) -> None:
        while self._looks and now - self._looks[0][0] > self.span:
            at, ticket_id, person = self._looks.popleft()
            here = self._looking.get(ticket_id, {})
            # Who has looked again since stays.
            if person in here and here[person][1] == at:
                del here[person]
                if not here:
                    del self._looking[ticket_id]
