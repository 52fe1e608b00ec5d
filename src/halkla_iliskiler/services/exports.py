"""Lists as files: short ones at once, long ones by the worker, with a page that says how far it is.

Whoever orders one says what for, and that is written into the read log before a row is read. Rights are asked for when
the file is made, row by row where it is about people: a right that was taken away meanwhile is not there any more. A
finished file is its owner's as long as they may do what they could when it was made.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..domain.access import Actor, Grant, allows
from ..domain.errors import Forbidden, InvalidInput, NotFound
from ..domain.ticket import Ticket, address_of
from ..domain.workflow import Permission
from ..index import Row, Standing
from ..index.rows import NEVER
from ..storage import ExportFiles, Site
from .lists import Listed
from .queues import Filters, Queue, Urgency
from .sheets import Cell, SheetFormat, open_sheet

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["AT_ONCE", "KEPT_FOR", "MOST", "Export", "ExportDesk", "ExportState", "ListOrder", "Words"]

log = logging.getLogger(__name__)

AT_ONCE = 2_000
"""Rows of a file that is made while somebody waits for it; more are the worker's."""
MOST = 1_000_000
"""Rows of one file; a spreadsheet has room for 1,048,576."""
KEPT_FOR = timedelta(hours=6)
_MOST_OF_ONE = 5
"""Files that one person may have at a time."""
_SLICE = 200
_PATIENCE = 200.0
"""Seconds after which the worker shows that it is alive before it goes on."""
_NOTED_EVERY = 1.0


class ExportState(StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class Words:
    """What the codes in a list are called, in the language of whoever ordered it; ``headings`` stand above columns."""

    headings: tuple[str, ...]
    people: tuple[str, ...]
    other_answers: str
    unsorted: str
    title: str
    kinds: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ListOrder:
    """A list that is wanted as a file.

    ``has_people`` asks for names and ways to reach the applicants. ``address`` is what a ticket's address begins with.
    ``reason`` and ``client`` go into the read log.
    """

    listed: Listed
    format: SheetFormat
    has_people: bool
    reason: str
    client: str
    address: str
    label: str
    words: Words


@dataclass(frozen=True)
class Export:
    """A file somebody has ordered, as its note says. ``done`` of ``total`` rows are written."""

    name: str
    owner: str
    at: datetime
    state: ExportState
    done: int
    total: int
    format: SheetFormat
    label: str
    reason: str
    has_people: bool
    size: int = 0
    grants: tuple[Grant, ...] | None = None
    """What its owner might do when it was made; ``None`` in the note of an earlier version."""


class ExportDesk:
    """Makes files of lists, and keeps them for their owners."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def files(self) -> ExportFiles:
        """Where they lie."""
        return ExportFiles(self._services.assembly.database.files.exports)

    def count(self, listed: Listed) -> int:
        """Return how many rows a list has, exactly (raises :class:`NotFound`: a search by person that is over)."""
        return self._services.assembly.index.count(self._services.lists.asks(listed), MOST + 1)

    def begin(self, order: ListOrder) -> tuple[Path | None, str]:
        """Make a short list a file at once, or leave a long one to the worker. Return its path, or the order's name.

        Whoever gets a path sends the file and deletes it.

        Raises:
            InvalidInput: there is no reason; the list is too long; a search by person is too long to be kept; too many.
            Forbidden: people were asked for by somebody who may not have them in a file.
            NotFound: the search is over.
            OSError: the log could not be written; then there is no file.
        """
        services, total = self._services, self.count(order.listed)
        if order.has_people and not allows(services.actor, Permission.EXPORT_PEOPLE):
            raise Forbidden(Permission.EXPORT_PEOPLE)
        if total > MOST:
            raise InvalidInput("list", "too_many_rows")
        if total > AT_ONCE:
            # What was searched for is a person's and kept in memory only; so many are no one person's.
            if order.listed.person:
                raise InvalidInput("list", "too_many_rows")
            if len(self.mine()) >= _MOST_OF_ONE:
                raise InvalidInput("list", "too_many_files")
        what = "people" if order.has_people else "list"
        services.disclosure.exported(what, total, order.reason, order.client)
        name = self.files.new()
        if total <= AT_ONCE:
            return self._at_once(name, order), name
        note: dict[str, Any] = {"owner": services.actor.id, "at": services.now().isoformat()}
        note |= {"state": ExportState.WAITING.value, "grants": _plain_grants(services.actor)}
        note |= {"done": 0, "total": total, "order": plain_order(order)}
        self.files.write_note(name, note, is_new=True)
        return None, name

    def _at_once(self, name: str, order: ListOrder) -> Path:
        path = self.files.part(name)
        try:
            for _ in self._written(path, order, has_exact_columns=True):
                pass
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    # -- what somebody has ordered ------------------------------------------------------------------------------

    def mine(self) -> list[Export]:
        """Return the actor's files, the newest first; what they may not fetch any more is not among them."""
        found = [self._export(name) for name in self.files.names()]
        own = [export for export in found if export is not None and self._is_theirs(export)]
        return sorted(own, key=lambda export: export.at, reverse=True)

    def get(self, name: str) -> Export:
        """Return one of the actor's files.

        Raises:
            NotFound: there is none, it is somebody else's, or it was made when the actor might do something else.
        """
        export = self._export(name)
        if export is None or not self._is_theirs(export):
            raise NotFound(name)
        return export

    def _is_theirs(self, export: Export) -> bool:
        actor = self._services.actor
        if export.owner != actor.id or (export.has_people and not allows(actor, Permission.EXPORT_PEOPLE)):
            return False
        # What is not made yet is made with the rights there are then.
        return export.state is not ExportState.READY or (
            export.grants is not None and set(export.grants) == set(actor.grants)
        )

    def path(self, name: str) -> Path:
        """Return where a finished file of the actor's is (raises :class:`NotFound`)."""
        export = self.get(name)
        path = self.files.path(name)
        if export.state is not ExportState.READY or not path.exists():
            raise NotFound(name)
        return path

    def forget(self, name: str) -> None:
        """Delete one of the actor's files, or stop making it (raises :class:`NotFound`)."""
        self.get(name)
        self.files.forget(name)

    def _export(self, name: str) -> Export | None:
        note = self.files.note(name)
        if note is None:
            return None
        at, order = datetime.fromisoformat(note["at"]), note["order"]
        if self._services.now() - at > KEPT_FOR:
            return None
        return Export(
            name=name,
            owner=note["owner"],
            at=at,
            state=ExportState(note["state"]),
            done=note["done"],
            total=note["total"],
            format=SheetFormat(order["format"]),
            label=order["label"],
            reason=order["reason"],
            has_people=order["has_people"],
            size=note.get("size", 0),
            grants=tuple(Grant(*grant) for grant in note["grants"]) if "grants" in note else None,
        )

    # -- the worker's side --------------------------------------------------------------------------------------

    def work(self) -> int:
        """Make the file that has waited longest. Return how many were finished; a long one is gone on with next time.

        One that a process which ended had begun is begun anew.
        """
        waiting = [export for name in self.files.names() if (export := self._export(name)) is not None]
        waiting = [export for export in waiting if export.state in (ExportState.WAITING, ExportState.RUNNING)]
        under_way: dict[str, Iterator[int]] = self._services.assembly.exports_under_way
        for name in set(under_way) - {export.name for export in waiting}:
            del under_way[name]
        for export in sorted(waiting, key=lambda one: one.at):
            run = under_way.get(export.name)
            if run is None:
                run = under_way[export.name] = self._made(export)
            return int(self._go_on(export.name, run))
        return 0

    def _go_on(self, name: str, run: Iterator[int]) -> bool:
        """Go on with a file, with a breath after each slice: who waits for a page comes first. Return if it is done."""
        begun, noted = time.monotonic(), 0.0
        try:
            while time.monotonic() - begun < _PATIENCE:
                started = time.monotonic()
                done = next(run, None)
                now = time.monotonic()
                if done is None:
                    return self._finished(name)
                if now - noted > _NOTED_EVERY:
                    noted = now
                    if not self._note(name, state=ExportState.RUNNING.value, done=done):
                        break  # its owner does not want it any more
                time.sleep(min(now - started, 0.1))
            else:
                return False
        except Exception:
            log.exception("a file could not be made")
            self._note(name, state=ExportState.FAILED.value)
        self._services.assembly.exports_under_way.pop(name, None)
        self.files.part(name).unlink(missing_ok=True)
        return False

    def _finished(self, name: str) -> bool:
        self._services.assembly.exports_under_way.pop(name, None)
        note = self.files.note(name)
        if note is None:
            self.files.part(name).unlink(missing_ok=True)
            return False
        size = self.files.part(name).stat().st_size
        self.files.finish(name)
        return self._note(name, state=ExportState.READY.value, done=note["total"], size=size)

    def _note(self, name: str, **news: object) -> bool:
        note = self.files.note(name)
        return note is not None and self.files.write_note(name, {**note, **news})

    def _made(self, export: Export) -> Iterator[int]:
        note = self.files.note(export.name)
        if note is None:
            return
        order, actor = order_of(note["order"]), self._owner(export.owner)
        if actor is None or (order.has_people and not allows(actor, Permission.EXPORT_PEOPLE)):
            raise Forbidden(Permission.VIEW)
        if not self._note(export.name, grants=_plain_grants(actor)):
            return
        desk = ExportDesk(self._services.acting_as(actor))
        yield from desk._written(self.files.part(export.name), order, has_exact_columns=False)

    def _owner(self, username: str) -> Actor | None:
        """Return who ordered it, with what they may do now."""
        with self._services.assembly.database.reading() as site:
            user = site.users.get(username)
            if user is None or user.is_disabled:
                return None
            return Actor(user.username, user.name, tuple(user.grants))

    def sweep(self) -> int:
        """Delete files that nobody may fetch any more. Return how many."""
        files, now, swept = self.files, self._services.now(), 0
        for name in files.names():
            note = files.note(name)
            if note is not None and now - datetime.fromisoformat(note["at"]) > KEPT_FOR:
                files.forget(name)
                swept += 1
        # What a killed process has left behind has no note: only the disk knows how old it is.
        return swept + files.sweep(time.time() - KEPT_FOR.total_seconds())

    # -- rows ---------------------------------------------------------------------------------------------------

    def _written(self, path: Path, order: ListOrder, *, has_exact_columns: bool) -> Iterator[int]:
        """Write the list to *path*; yield how many rows are written, after each slice."""
        services = self._services
        query = services.lists.asks(order.listed)
        rows = services.assembly.index.each(query)
        asked = self._questions(order, has_exact_columns)
        path.unlink(missing_ok=True)
        sheet, done = open_sheet(path, order.format, order.words.title), 0
        people = order.words.people if order.has_people else ()
        sheet.head((*order.words.headings, *people, *asked.values(), order.words.other_answers))
        while some := list(islice(rows, _SLICE)):
            with services.assembly.database.reading() as site:
                for row in some:
                    sheet.row(self._cells(site, row, order, asked))
                site._p_jar.cacheGC()
            done += len(some)
            yield done
        sheet.close()

    def _questions(self, order: ListOrder, is_exact: bool) -> dict[str, str]:
        """Return the questions that have a column: those answered, or of a long list those of its categories."""
        services = self._services
        query = services.lists.asks(order.listed)
        index = services.assembly.index
        with services.assembly.database.reading() as site:
            if is_exact:
                return dict(services.answers.table(site, [row.id for row in index.each(query)]).columns)
            categories = index.count_values(query, "category") if not query.words else {}
            codes = [str(code) for code in categories if code] or [category.code for category in site.city.categories]
            asked = [question for code in codes for question in site.city.questions_of(site.city.category(code))]
            return {question.code: question.label for question in asked}

    def _cells(self, site: Site, row: Row, order: ListOrder, asked: Mapping[str, str]) -> list[Cell]:
        city, words = site.city, order.words
        category = city.category(row.category)
        ticket = site.tickets.get(row.id)
        # A ticket that was changed since the index was asked may be another's now.
        is_seen = ticket is not None and allows(self._services.actor, Permission.VIEW, ticket)
        cells: list[Cell] = [
            row.number,
            self._time(row.created),
            category.label if category else words.unsorted,
            words.kinds.get(row.kind, row.kind),
            words.statuses.get(row.status, row.status),
            city.tree.name_of(row.department),
            city.territory.name_of(row.neighbourhood),
            words.channels.get(row.channel, row.channel),
            None if row.due == NEVER else self._time(row.due),
            row.snippet if is_seen else "",
            f"{order.address}{address_of(row.id)}",
        ]
        if order.has_people:
            cells += self._person(ticket)
        if not is_seen or ticket is None or not ticket.answers:
            return [*cells, *([""] * (len(asked) + 1))]
        said = {code: answer for code, _label, answer in ticket.answers}
        others = [f"{label}: {answer}" for code, label, answer in ticket.answers if code not in asked and answer]
        return [*cells, *(said.get(code, "") for code in asked), "; ".join(others)]

    def _person(self, ticket: Ticket | None) -> tuple[str, str, str]:
        """Return name, telephone and e-mail, of whom the actor may have them; never where the identity is hidden."""
        actor = self._services.actor
        if ticket is None or not allows(actor, Permission.EXPORT_PEOPLE, ticket):
            return "", "", ""
        if not allows(actor, Permission.SEE_CONTACT, ticket):
            return "", "", ""
        details = ticket.details
        return details.name, details.phone, details.email

    def _time(self, seconds: int) -> datetime:
        """Return a time of the city without its zone, as a spreadsheet keeps it."""
        return datetime.fromtimestamp(seconds, UTC).astimezone(self._services.zone).replace(tzinfo=None)


def _plain_grants(actor: Actor) -> list[list[Any]]:
    return [[grant.role, grant.department, grant.sensitive] for grant in actor.grants]


def plain_order(order: ListOrder) -> dict[str, Any]:
    """Return an order as values that JSON has."""
    filters = {name: _plain(value) for name, value in asdict(order.listed.filters).items()}
    words = {name: dict(value) if isinstance(value, Mapping) else value for name, value in vars(order.words).items()}
    return {
        "queue": order.listed.queue.value,
        "filters": filters,
        "format": order.format.value,
        "has_people": order.has_people,
        "reason": order.reason,
        "client": order.client,
        "address": order.address,
        "label": order.label,
        "words": words,
    }


def order_of(plain: Mapping[str, Any]) -> ListOrder:
    """Return the order that :func:`plain_order` made these values of."""
    known = {one.name for one in fields(Filters)}
    filters = Filters(**{name: _filter(name, value) for name, value in plain["filters"].items() if name in known})
    words: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in plain["words"].items()
    }
    return ListOrder(
        listed=Listed(Queue(plain["queue"]), filters),
        format=SheetFormat(plain["format"]),
        has_people=plain["has_people"],
        reason=plain["reason"],
        client=plain["client"],
        address=plain["address"],
        label=plain["label"],
        words=Words(**words),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _filter(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in ("filed_from", "filed_until"):
        return date.fromisoformat(value)
    if name == "urgency":
        return Urgency(value)
    if name in ("promise", "solve"):
        return tuple(Standing(one) for one in value)
    return tuple(value) if isinstance(value, list) else value
