"""The SQLite file: schema, following the database, and answering queries."""

import hashlib
import heapq
import hmac
import secrets
import sqlite3
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ..domain.tagging import folded_tag
from .queries import Page, TicketQuery, conditions, halves, match_expression
from .rows import Row

__all__ = ["IndexUnusable", "TicketIndex"]

_VERSION = 8
_CHANGES_KEPT = 5000
"""So many changes are remembered for pages that ask what is new; an older page is told to be loaded again."""
_COLUMNS = [name for name in Row._fields if name != "text"]
_LIST = ", ".join(f"tickets.{name}" for name in _COLUMNS if name != "person")
_UPSERT = (
    f"INSERT INTO tickets ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "  # noqa: S608
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}"
)
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE cursors (writer TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY, version INTEGER NOT NULL, number TEXT NOT NULL, status TEXT NOT NULL,
    kind TEXT NOT NULL, category TEXT, department TEXT, assignee TEXT, neighbourhood TEXT, channel TEXT NOT NULL,
    sensitive INTEGER NOT NULL, is_open INTEGER NOT NULL, check_pending INTEGER NOT NULL,
    created INTEGER NOT NULL, updated INTEGER NOT NULL, due INTEGER NOT NULL,
    photos INTEGER NOT NULL, latitude REAL, longitude REAL, related_to INTEGER, words_hash INTEGER NOT NULL,
    suspected INTEGER NOT NULL, repeats INTEGER NOT NULL, shared TEXT NOT NULL,
    snippet TEXT NOT NULL, regime TEXT NOT NULL, planned INTEGER, opinion_from TEXT, mentioned TEXT NOT NULL,
    returned_to TEXT, hidden INTEGER NOT NULL, duplicate_of INTEGER, duplicates INTEGER NOT NULL, tags TEXT NOT NULL,
    promise_due INTEGER, promise_met INTEGER, promise_cause TEXT NOT NULL, solve_due INTEGER, solve_met INTEGER,
    outcome TEXT, reopened INTEGER NOT NULL, person TEXT NOT NULL
);
CREATE TABLE mentions (user TEXT NOT NULL, ticket INTEGER NOT NULL, PRIMARY KEY (user, ticket)) WITHOUT ROWID;
CREATE TABLE tags (tag TEXT NOT NULL, ticket INTEGER NOT NULL, PRIMARY KEY (tag, ticket)) WITHOUT ROWID;
CREATE TABLE names (token TEXT NOT NULL, ticket INTEGER NOT NULL, PRIMARY KEY (token, ticket)) WITHOUT ROWID;
CREATE INDEX open_by_due ON tickets (due, id) WHERE is_open = 1;
CREATE INDEX open_by_department ON tickets (department, due, id) WHERE is_open = 1;
CREATE INDEX open_by_assignee ON tickets (assignee, due, id) WHERE is_open = 1;
CREATE INDEX finished_by_change ON tickets (updated, id) WHERE is_open = 0;
CREATE INDEX finished_by_department ON tickets (department, updated, id) WHERE is_open = 0;
CREATE INDEX open_shared ON tickets (due, id) WHERE is_open = 1 AND shared <> '';
CREATE INDEX finished_shared ON tickets (updated, id) WHERE is_open = 0 AND shared <> '';
CREATE INDEX open_rare ON tickets (status, due, id) WHERE is_open = 1
AND status IN ('WAITING_FOR_APPLICANT', 'WAITING_FOR_BODY', 'PLANNED', 'REOPEN_REQUESTED');
CREATE INDEX open_check ON tickets (due, id) WHERE is_open = 1 AND check_pending = 1;
CREATE INDEX open_suspected ON tickets (due, id) WHERE is_open = 1 AND suspected = 1;
CREATE INDEX open_planned ON tickets (planned, id) WHERE is_open = 1 AND planned IS NOT NULL;
CREATE INDEX open_planned_there ON tickets (department, planned, id) WHERE is_open = 1 AND planned IS NOT NULL;
CREATE INDEX open_asked ON tickets (opinion_from, due, id) WHERE is_open = 1 AND opinion_from IS NOT NULL;
CREATE INDEX open_returned ON tickets (returned_to, due, id) WHERE is_open = 1 AND returned_to IS NOT NULL;
CREATE INDEX by_number ON tickets (number);
CREATE INDEX by_created ON tickets (created, id);
CREATE INDEX open_by_age ON tickets (created, id) WHERE is_open = 1;
CREATE INDEX unrouted_by_age ON tickets (created, id) WHERE department IS NULL;
CREATE INDEX reopened_by_age ON tickets (created, id) WHERE reopened > 0;
CREATE INDEX by_words ON tickets (words_hash, created);
CREATE INDEX by_relation ON tickets (related_to) WHERE related_to IS NOT NULL;
CREATE INDEX open_by_place ON tickets (category, neighbourhood, created) WHERE is_open = 1 AND sensitive = 0;
CREATE INDEX open_by_point ON tickets (category, latitude)
WHERE is_open = 1 AND sensitive = 0 AND latitude IS NOT NULL;
CREATE VIRTUAL TABLE words USING fts5 (text, detail = none, columnsize = 0, prefix = '2 3 4 5 6 7 8');
-- Counters that are right in the same transaction, so that a count costs the same at any size.
CREATE TABLE tallies (
    department TEXT NOT NULL, status TEXT NOT NULL, sensitive INTEGER NOT NULL, is_open INTEGER NOT NULL,
    check_pending INTEGER NOT NULL, suspected INTEGER NOT NULL, shared TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (department, status, sensitive, is_open, check_pending, suspected, shared)
) WITHOUT ROWID;
CREATE TRIGGER tally_in AFTER INSERT ON tickets BEGIN
    INSERT INTO tallies
    VALUES (ifnull(new.department, ''), new.status, new.sensitive, new.is_open, new.check_pending, new.suspected,
    new.shared, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_out AFTER DELETE ON tickets BEGIN
    UPDATE tallies SET n = n - 1 WHERE department = ifnull(old.department, '') AND status = old.status
    AND sensitive = old.sensitive AND is_open = old.is_open AND check_pending = old.check_pending
    AND suspected = old.suspected AND shared = old.shared;
END;
CREATE TRIGGER tally_move AFTER UPDATE OF department, status, sensitive, is_open, check_pending, suspected, shared
ON tickets
WHEN old.department IS NOT new.department OR old.status <> new.status OR old.sensitive <> new.sensitive
  OR old.is_open <> new.is_open OR old.check_pending <> new.check_pending
  OR old.suspected <> new.suspected OR old.shared <> new.shared BEGIN
    UPDATE tallies SET n = n - 1 WHERE department = ifnull(old.department, '') AND status = old.status
    AND sensitive = old.sensitive AND is_open = old.is_open AND check_pending = old.check_pending
    AND suspected = old.suspected AND shared = old.shared;
    INSERT INTO tallies
    VALUES (ifnull(new.department, ''), new.status, new.sensitive, new.is_open, new.check_pending, new.suspected,
    new.shared, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
"""


class IndexUnusable(Exception):
    """The index does not belong to the database beside it, or cannot be read; it has to be rebuilt."""


def _enter(
    connection: sqlite3.Connection, table: str, ticket: int, before: Sequence[str], after: Sequence[str]
) -> None:
    """Let *table* hold the words of *after* for a ticket that had those of *before*."""
    if before == after:
        return
    column = {"mentions": "user", "names": "token", "tags": "tag"}[table]
    gone, new = set(before) - set(after) - {""}, set(after) - set(before) - {""}
    for sql, words in (
        (f"DELETE FROM {table} WHERE {column} = ? AND ticket = ?", gone),  # noqa: S608
        (f"INSERT INTO {table} VALUES (?, ?)", new),  # noqa: S608
    ):
        if words:
            connection.executemany(sql, [(word, ticket) for word in words])


def _tags(kept: str) -> list[str]:
    return [folded_tag(words) for words in kept.split(",")]


class TicketIndex:
    """The index of one host. Reads use a connection per thread; writes are serialised.

    ``is_stale`` is set when a write failed after the data was saved: the next catch-up makes it good. ``is_damaged``
    is set when SQLite cannot make sense of the file: only building it anew helps. ``generation`` rises with every
    change that is followed in this process, whose name is ``life``. ``key`` marks names.
    """

    def __init__(self, path: Path, key: bytes = b"") -> None:
        self.path = path
        self._key = key
        self.is_stale = False
        self.generation = 0
        self.life = secrets.token_hex(4)
        self._changed: deque[tuple[int, int]] = deque(maxlen=_CHANGES_KEPT)
        self.is_damaged = False
        self._local = threading.local()
        self._writing = threading.Lock()
        self._connections: list[sqlite3.Connection] = []

    # -- life ---------------------------------------------------------------------------------------------------

    def belongs_to(self, database_id: str, epoch: int) -> bool:
        """Tell whether the file is an index of that database in its present history."""
        try:
            with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
                meta = dict(connection.execute("SELECT name, value FROM meta"))
        except sqlite3.Error:
            return False
        return not self.is_damaged and meta == self._meta(database_id, epoch)

    @staticmethod
    def _meta(database_id: str, epoch: int) -> dict[str, str]:
        return {"database": database_id, "epoch": str(epoch), "version": str(_VERSION)}

    def create(self, database_id: str, epoch: int) -> None:
        """Begin an empty index; an old file is thrown away.

        Other threads may be reading: their connections to the old file stay open until :meth:`close`, and each makes
        itself a new one the next time.
        """
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        self.path.touch(mode=0o600)
        self._local = threading.local()
        self.is_damaged = False
        connection = self._connection()
        connection.executescript(_SCHEMA)
        with connection:
            connection.executemany("INSERT INTO meta VALUES (?, ?)", self._meta(database_id, epoch).items())

    def close(self) -> None:
        """Close every connection of every thread."""
        connections, self._connections = self._connections, []
        self._local = threading.local()
        for connection in connections:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        local = self._local
        connection: sqlite3.Connection | None = getattr(local, "connection", None)
        if connection is None:
            # A change waits for it behind the write gate: shorter than others wait for the gate.
            connection = sqlite3.connect(self.path, timeout=2, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            # The index is derived: after a power cut it catches up from the journal, so it need not be synced.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA cache_size = -16000")
            local.connection = connection
            self._connections.append(connection)
        return connection

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection, and notice when the file is damaged.

        Raises:
            IndexUnusable: it is; it has to be built anew.
        """
        try:
            yield self._connection()
        except sqlite3.DatabaseError as problem:
            # Its subclasses are busy, full, read-only and the like; it itself is "malformed" and "not a database".
            if type(problem) is not sqlite3.DatabaseError:
                raise
            self.is_damaged = True
            raise IndexUnusable(f"{self.path} is damaged: {problem}") from problem

    def _ask(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._opened() as connection:
            return connection.execute(sql, values).fetchall()

    # -- following the database ---------------------------------------------------------------------------------

    def follow(self, rows: Iterable[Row], positions: dict[str, int]) -> None:
        """Take over changed tickets and note how far each writer's journal has been followed, in one transaction.

        A row that is older than the one in the index is passed over, so the order of two hosts does not matter.
        """
        followed: list[int] = []
        with self._opened() as connection, self._writing:
            connection.execute("BEGIN IMMEDIATE")
            try:
                for row in rows:
                    self._take(connection, self.as_kept(row))
                    followed.append(row.id)
                connection.executemany(
                    "INSERT INTO cursors VALUES (?, ?) ON CONFLICT (writer) DO UPDATE "
                    "SET position = max(position, excluded.position)",
                    positions.items(),
                )
                connection.execute("COMMIT")
            except BaseException:
                # SQLite has rolled back already where the file itself is the problem.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            # Afterwards: what was counted before the change must not pass for what is counted after it.
            generation = self.generation + 1
            self._changed.extend((generation, identity) for identity in followed)
            self.generation = generation

    def changed_since(self, generation: int) -> set[int] | None:
        """Return the tickets changed after *generation*; ``None`` when that is too long ago to be known."""
        changed = list(self._changed)
        if generation > self.generation or (len(changed) == _CHANGES_KEPT and changed[0][0] > generation):
            return None
        return {identity for at, identity in changed if at > generation}

    @staticmethod
    def _take(connection: sqlite3.Connection, row: Row) -> None:
        known = connection.execute(
            "SELECT version, (SELECT text FROM words WHERE rowid = tickets.id), mentioned, person, tags "
            "FROM tickets WHERE id = ?",
            (row.id,),
        ).fetchone()
        if known is not None and known[0] > row.version:
            return
        connection.execute(_UPSERT, row[:-1])
        _enter(
            connection,
            "mentions",
            row.id,
            known[2].strip(",").split(",") if known else (),
            row.mentioned.strip(",").split(","),
        )
        _enter(connection, "tags", row.id, _tags(known[4]) if known else (), _tags(row.tags))
        _enter(connection, "names", row.id, known[3].split() if known else (), row.person.split())
        if known is None:
            connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row.id, row.text))
        elif known[1] != row.text:
            connection.execute("DELETE FROM words WHERE rowid = ?", (row.id,))
            connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row.id, row.text))

    def mark(self, name: str) -> str:
        """Return the mark under which a folded word of a name is kept: without the site's key it tells nothing."""
        return hmac.new(self._key, f"name:{name}".encode(), hashlib.sha256).hexdigest()[:16]

    def as_kept(self, row: Row) -> Row:
        """Return *row* as the index keeps it, with marks in the place of names."""
        return row._replace(person=" ".join(self.mark(name) for name in row.person.split()))

    def positions(self) -> dict[str, int]:
        """Return how far each writer's journal has been followed."""
        return dict(self._ask("SELECT writer, position FROM cursors"))

    # -- answering ----------------------------------------------------------------------------------------------

    def find(self, query: TicketQuery) -> Page:
        """Return one page of a list."""
        if query.words:
            return self._search(query, *conditions(query))
        key = query.key
        forwards = query.ascends is not query.backwards
        found: list[Row] = []
        asked = halves(query)
        for parts, values in asked:
            self._from_cursor(query, parts, values)
            direction = "ASC" if forwards else "DESC"
            sql = (
                f"SELECT {_LIST} FROM tickets WHERE {' AND '.join(parts)} "  # noqa: S608
                f"ORDER BY {key} {direction}, id {direction} LIMIT ?"
            )
            found += self._rows(sql, [*values, query.limit + 1])
        if len(asked) > 1:
            found.sort(key=lambda row: (getattr(row, key), row.id), reverse=not forwards)
        return self._page(found, query)

    @staticmethod
    def _from_cursor(query: TicketQuery, parts: list[str], values: list[object]) -> None:
        """Begin behind the cursor, in the direction asked for."""
        if query.cursor is None:
            return
        comparison = ">" if query.ascends is not query.backwards else "<"
        if query.key == "id":
            parts.append(f"id {comparison} ?")
            values.append(query.cursor[1])
        else:
            parts.append(f"({query.key}, id) {comparison} (?, ?)")
            values += query.cursor

    def _search(self, query: TicketQuery, parts: list[str], values: list[object]) -> Page:
        expression = match_expression(query.words)
        if not expression:
            return Page([], False)
        self._from_cursor(query, parts, values)
        direction = "ASC" if query.backwards else "DESC"
        sql = (
            f"SELECT {_LIST} FROM words CROSS JOIN tickets ON tickets.id = words.rowid "  # noqa: S608
            f"WHERE words MATCH ? AND {' AND '.join(parts)} ORDER BY words.rowid {direction} LIMIT ?"
        )
        return self._page(self._rows(sql, [expression, *values, query.limit + 1]), query)

    def _rows(self, sql: str, values: list[object]) -> list[Row]:
        return [Row._make((*found, "", "")) for found in self._ask(sql, values)]

    def _page(self, rows: list[Row], query: TicketQuery) -> Page:
        has_more = len(rows) > query.limit
        rows = rows[: query.limit]
        if query.backwards:
            rows.reverse()
        return Page(rows, has_more)

    def count(self, query: TicketQuery, at_most: int = 1000) -> int:
        """Count a list up to *at_most*: a person reads "999+" as well as 4,370, and it costs the same at any size."""
        if query.words:
            return self._count_found(query, at_most)
        counted = 0
        for parts, values in halves(query):
            self._from_cursor(query, parts, values)
            sql = f"SELECT count(*) FROM (SELECT 1 FROM tickets WHERE {' AND '.join(parts)} LIMIT ?)"  # noqa: S608
            counted += int(self._ask(sql, [*values, at_most - counted])[0][0])
        return counted

    def values_found(self, query: TicketQuery, columns: Sequence[str], at_most: int) -> list[tuple[Any, ...]]:
        """Return some columns of a list or of what a search finds, of no more than *at_most* tickets, in no order."""
        names, found = ", ".join(f"tickets.{name}" for name in columns), list[tuple[Any, ...]]()
        expression = match_expression(query.words)
        if query.words and not expression:
            return found
        source = "words CROSS JOIN tickets ON tickets.id = words.rowid" if expression else "tickets"
        for parts, values in [conditions(query)] if expression else halves(query):
            where = " AND ".join(["words MATCH ?"] * bool(expression) + parts)
            sql = f"SELECT {names} FROM {source} WHERE {where} LIMIT ?"  # noqa: S608
            found += self._ask(sql, [*([expression] if expression else ()), *values, at_most - len(found)])
        return found

    def _count_found(self, query: TicketQuery, at_most: int) -> int:
        expression = match_expression(query.words)
        if not expression:
            return 0
        parts, values = conditions(query)
        self._from_cursor(query, parts, values)
        sql = (
            "SELECT count(*) FROM (SELECT 1 FROM words CROSS JOIN tickets ON tickets.id = words.rowid "  # noqa: S608
            f"WHERE words MATCH ? AND {' AND '.join(parts)} LIMIT ?)"
        )
        return int(self._ask(sql, [expression, *values, at_most])[0][0])

    def tally(self, query: TicketQuery) -> int:
        """Count a list exactly, at the same cost at any size.

        The query may narrow by directorate, status, check, openness and suspicion only: the counters are kept by those.
        """
        parts, values = conditions(query)
        sql = (
            "SELECT ifnull(sum(n), 0) FROM (SELECT nullif(department, '') AS department, status, sensitive, is_open, "  # noqa: S608
            f"check_pending, suspected, shared, n FROM tallies) WHERE {' AND '.join(parts)}"
        )
        return int(self._ask(sql, values)[0][0])

    def select(self, condition: str, values: Sequence[object], order: str, limit: int) -> list[Row]:
        """Return the rows that fit *condition*, an SQL text of our own whose question marks stand for *values*."""
        sql = f"SELECT {_LIST} FROM tickets WHERE {condition} ORDER BY {order} LIMIT ?"  # noqa: S608
        return self._rows(sql, [*values, limit])

    def columns(self, names: Sequence[str], condition: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Return some columns of the rows that fit *condition*, in no order; names and texts are our own."""
        return self._ask(f"SELECT {', '.join(names)} FROM tickets WHERE {condition}", values)  # noqa: S608

    def each(self, query: TicketQuery) -> Iterator[Row]:
        """Yield a whole list in its order, as it is at one moment, without holding more than a row of it.

        Of a search by words there may be many: they come as :meth:`find` orders them.
        """
        key, direction = query.key, "ASC" if query.ascends else "DESC"
        with self._opened() as connection:
            if query.words:
                parts, values = conditions(query)
                expression = match_expression(query.words)
                sql = (
                    f"SELECT {_LIST} FROM words CROSS JOIN tickets ON tickets.id = words.rowid "  # noqa: S608
                    f"WHERE words MATCH ? AND {' AND '.join(parts)} ORDER BY words.rowid DESC"
                )
                found = [connection.execute(sql, [expression, *values])] if expression else []
            else:
                # All of them begin at once, so that they see the same moment.
                found = [
                    connection.execute(
                        f"SELECT {_LIST} FROM tickets WHERE {' AND '.join(parts)} "  # noqa: S608
                        f"ORDER BY {key} {direction}, id {direction}",
                        values,
                    )
                    for parts, values in halves(query)
                ]
            rows = [(Row._make((*one, "", "")) for one in cursor) for cursor in found]
            yield from heapq.merge(*rows, key=lambda row: (getattr(row, key), row.id), reverse=direction == "DESC")

    def count_by(self, column: str, condition: str, values: Sequence[object]) -> dict[object, int]:
        """Count the rows that fit *condition* for each value of *column*; names and texts are our own."""
        sql = f"SELECT {column}, count(*) FROM tickets WHERE {condition} GROUP BY {column}"  # noqa: S608
        return dict(self._ask(sql, list(values)))

    def count_values(self, query: TicketQuery, column: str) -> dict[object, int]:
        """Count how many of a list have each value of *column*."""
        counted: dict[object, int] = {}
        for parts, values in halves(query):
            for value, count in self.count_by(column, " AND ".join(parts), values).items():
                counted[value] = counted.get(value, 0) + count
        return counted

    def count_tags(self, query: TicketQuery) -> dict[str, tuple[str, int]]:
        """Return the tags of a list (without its words): each folded, as one ticket spells it, and how many have it."""
        counted: dict[str, tuple[str, int]] = {}
        for parts, values in halves(query):
            sql = (
                "SELECT tags.tag, min(tickets.tags), count(*) FROM tags CROSS JOIN tickets "  # noqa: S608
                f"ON tickets.id = tags.ticket WHERE {' AND '.join(parts)} GROUP BY tags.tag"
            )
            for tag, spelled, count in self._ask(sql, values):
                words = next((one for one in spelled.split(",") if folded_tag(one) == tag), tag)
                counted[tag] = (words, counted.get(tag, (words, 0))[1] + count)
        return counted

    def newest(self) -> int:
        """Return the identity of the newest ticket; 0 when there is none."""
        return int(self._ask("SELECT ifnull(max(id), 0) FROM tickets")[0][0])

    def id_of(self, number: str) -> int | None:
        """Return the ticket whose printed number is exactly *number*, or ``None``."""
        found = self._ask("SELECT id FROM tickets WHERE number = ?", (number,))
        return int(found[0][0]) if found else None

    def all_rows(self) -> Iterator[Row]:
        """Yield every row with its text, by identity (``halkla check`` compares them with the tickets)."""
        sql = (
            f"SELECT {_LIST}, tickets.person, words.text FROM tickets "  # noqa: S608
            "LEFT JOIN words ON words.rowid = tickets.id ORDER BY tickets.id"
        )
        with self._opened() as connection:
            for found in connection.execute(sql):
                yield Row._make(found)

    def tallies_are_right(self) -> bool:
        """Tell whether the counters equal a count of the rows."""
        sql = (
            "SELECT ifnull(department, ''), status, sensitive, is_open, check_pending, suspected, shared, count(*) "
            "FROM tickets GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7"
        )
        kept = "SELECT * FROM tallies WHERE n <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7"
        return self._ask(sql) == self._ask(kept)
