"""Showing the read log: who has looked at whose data, to those who answer for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ..domain.access import allows
from ..domain.errors import Forbidden
from ..domain.ticket import Ticket, id_from_address
from ..domain.workflow import Permission
from ..storage import ReadLine, ReadLog, Site
from .disclosure import ReadKind

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["READ_BACK", "ReadFilters", "Reading", "Readings", "Reads", "RecentReads"]

READ_BACK = 8 << 20
"""Bytes of the log that are looked through for one page; what is older is looked through when it is asked for."""
_REMEMBERED = 4 << 20
_SHOWN_OF_TICKET = 10


@dataclass(frozen=True)
class ReadFilters:
    """What narrows the log: a user name, a ticket's address, a kind, a day in the city. Empty means all."""

    who: str = ""
    ticket: str = ""
    what: str = ""
    day: date | None = None

    @property
    def words(self) -> str:
        """The filters as they are written down when the log is read."""
        parts = {"who": self.who, "ticket": self.ticket, "what": self.what, "day": str(self.day or "")}
        return " ".join(f"{name}={value}" for name, value in parts.items() if value)


@dataclass(frozen=True)
class Reading:
    """One line of the log. ``ticket`` is an address, empty where there is none or it may not be seen."""

    at: datetime
    who: str
    name: str
    what: str
    ticket: str
    number: str
    is_hidden: bool
    by: str
    found: str
    why: str
    client: str


@dataclass(frozen=True)
class Readings:
    """Some lines, newest first; ``older`` is where to go on, ``None`` at the end of the log."""

    rows: list[Reading]
    older: tuple[str, int] | None


class Reads:
    """Shows the log."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def may_be_seen(self) -> bool:
        """Tell whether the actor may see the log."""
        return allows(self._services.actor, Permission.SEE_READS)

    def page(
        self, filters: ReadFilters, client: str, before: tuple[str, int] | None = None, limit: int = 50
    ) -> Readings:
        """Return a page of the log; that it is read is written into it, once for all its pages.

        Raises:
            Forbidden: the actor may not see it.
        """
        if not self.may_be_seen:
            raise Forbidden(Permission.SEE_READS)
        if before is None:
            self._services.disclosure.note(ReadKind.LOG_READ, client, by=filters.words)
        with self._services.assembly.database.reading() as site:
            if filters.ticket and not self._sees(site, filters.ticket):
                return Readings([], None)
            found: list[Reading] = []
            read = 0
            place = before
            for line in self._lines(filters, before):
                reading = self._fitting(site, line, filters)
                if reading is not None and len(found) == limit:
                    return Readings(found, place)
                if reading is not None:
                    found.append(reading)
                place = line.file, line.offset
                read += len(line.raw)
                if read > READ_BACK:
                    return Readings(found, place)
            return Readings(found, None)

    def of_ticket(self, site: Site, ticket: Ticket) -> list[Reading]:
        """Return who has opened or printed a ticket lately, newest first; nothing to whoever may not see the log."""
        if not self.may_be_seen:
            return []
        lines = self._services.assembly.recent_reads.of(ticket.address)
        return [self._reading(site, values) for values in lines]

    def seal(self) -> str:
        """Return the newest seal: written down elsewhere, it proves later that nothing before it was changed."""
        newest = self._services.assembly.reads.newest()
        return newest.seal if newest else ""

    def _lines(self, filters: ReadFilters, before: tuple[str, int] | None) -> Iterator[ReadLine]:
        until, since = None, ""
        if filters.day is not None:
            midnight = datetime.combine(filters.day, time(), self._services.zone)
            until = midnight + timedelta(days=1)
            since = _in_log(midnight)
        for line in self._services.assembly.reads.newest_first(before, until if before is None else None):
            if since and line.values.get("at", since) < since:
                return
            yield line

    def _fitting(self, site: Site, line: ReadLine, filters: ReadFilters) -> Reading | None:
        wanted = {"who": filters.who, "ticket": filters.ticket, "what": filters.what}
        # Most lines are passed over without being taken apart.
        if any(value and json.dumps(value, ensure_ascii=False).encode() not in line.raw for value in wanted.values()):
            return None
        values = line.values
        if not values.get("at") or any(value and values.get(name) != value for name, value in wanted.items()):
            return None
        return self._reading(site, values)

    def _reading(self, site: Site, values: dict[str, str]) -> Reading:
        address = values.get("ticket", "")
        is_seen = self._sees(site, address) if address else False
        user = site.users.get(values.get("who", ""))
        return Reading(
            at=datetime.fromisoformat(values["at"]),
            who=values.get("who", ""),
            name=user.name if user is not None else values.get("who", ""),
            what=values.get("what", ""),
            ticket=address if is_seen else "",
            number=site.tickets[id_from_address(address) or 0].number if is_seen else "",
            is_hidden=bool(address) and not is_seen,
            by=self._by(site, values),
            found=values.get("found", ""),
            why=values.get("why", ""),
            client=values.get("from", ""),
        )

    def _by(self, site: Site, values: dict[str, str]) -> str:
        """Return what was searched by or read of the log; a ticket that may not be seen is named there neither."""
        said = values.get("by", "")
        if values.get("what") != ReadKind.LOG_READ:
            return said
        parts = [part.partition("=") for part in said.split()]
        return " ".join(f"{name}={value}" for name, _, value in parts if name != "ticket" or self._sees(site, value))

    def _sees(self, site: Site, address: str) -> bool:
        ticket = site.tickets.get(id_from_address(address) or 0)
        return ticket is not None and allows(self._services.actor, Permission.VIEW, ticket)


class RecentReads:
    """The newest lines about each ticket, in memory: a ticket's page asks with every look. One a process."""

    def __init__(self, log: ReadLog) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._known: dict[str, list[dict[str, str]]] = {}
        self._file, self._size = -1, 0

    def of(self, address: str) -> list[dict[str, str]]:
        """Return what the newest lines about a ticket say, newest first; what has come in since is taken over first."""
        with self._lock:
            file, size = self._log.size()
            if (file, size) != (self._file, self._size):
                self._follow(file, size)
            return self._known.get(address, [])[:_SHOWN_OF_TICKET]

    def _follow(self, file: int, size: int) -> None:
        if file == self._file and size > self._size:
            for line in self._log.added(self._size):
                self._enter(line, 0)
        else:
            self._known, read = {}, 0
            for line in self._log.newest_first():
                read += len(line.raw)
                if read > _REMEMBERED:
                    break
                self._enter(line, _SHOWN_OF_TICKET)
        self._file, self._size = file, size

    def _enter(self, line: ReadLine, place: int) -> None:
        values = line.values
        address = values.get("ticket")
        if address and values.get("at"):
            known = self._known.setdefault(address, [])
            known.insert(
                place, {name: values[name] for name in ("at", "who", "what", "why", "ticket") if name in values}
            )
            del known[_SHOWN_OF_TICKET:]


def _in_log(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
