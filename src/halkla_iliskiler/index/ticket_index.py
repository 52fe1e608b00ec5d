"""The SQLite file: schema, following the database, and answering queries."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from .queries import Page, TicketQuery, conditions, match_expression
from .rows import Row

__all__ = ["IndexUnusable", "TicketIndex"]

_VERSION = 4
_COLUMNS = [name for name in Row._fields if name != "text"]
_LIST = ", ".join(f"tickets.{name}" for name in _COLUMNS)
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
    suspected INTEGER NOT NULL, repeats INTEGER NOT NULL, snippet TEXT NOT NULL
);
CREATE INDEX open_by_due ON tickets (due, id) WHERE is_open = 1;
CREATE INDEX open_by_department ON tickets (department, due, id) WHERE is_open = 1;
CREATE INDEX open_by_assignee ON tickets (assignee, due, id) WHERE is_open = 1;
CREATE INDEX finished_by_change ON tickets (updated, id) WHERE is_open = 0;
CREATE INDEX finished_by_department ON tickets (department, updated, id) WHERE is_open = 0;
CREATE INDEX by_number ON tickets (number);
CREATE INDEX by_words ON tickets (words_hash, created);
CREATE INDEX by_relation ON tickets (related_to) WHERE related_to IS NOT NULL;
CREATE INDEX open_by_place ON tickets (category, neighbourhood, created) WHERE is_open = 1 AND sensitive = 0;
CREATE INDEX open_by_point ON tickets (category, latitude)
WHERE is_open = 1 AND sensitive = 0 AND latitude IS NOT NULL;
CREATE VIRTUAL TABLE words USING fts5 (text, detail = none, columnsize = 0, prefix = '2 3 4 5 6 7 8');
-- Counters that are right in the same transaction, so that a count costs the same at any size.
CREATE TABLE tallies (
    department TEXT NOT NULL, status TEXT NOT NULL, sensitive INTEGER NOT NULL, is_open INTEGER NOT NULL,
    check_pending INTEGER NOT NULL, suspected INTEGER NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (department, status, sensitive, is_open, check_pending, suspected)
) WITHOUT ROWID;
CREATE TRIGGER tally_in AFTER INSERT ON tickets BEGIN
    INSERT INTO tallies
    VALUES (ifnull(new.department, ''), new.status, new.sensitive, new.is_open, new.check_pending, new.suspected, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_out AFTER DELETE ON tickets BEGIN
    UPDATE tallies SET n = n - 1 WHERE department = ifnull(old.department, '') AND status = old.status
    AND sensitive = old.sensitive AND is_open = old.is_open AND check_pending = old.check_pending
    AND suspected = old.suspected;
END;
CREATE TRIGGER tally_move AFTER UPDATE OF department, status, sensitive, is_open, check_pending, suspected ON tickets
WHEN old.department IS NOT new.department OR old.status <> new.status OR old.sensitive <> new.sensitive
  OR old.is_open <> new.is_open OR old.check_pending <> new.check_pending
  OR old.suspected <> new.suspected BEGIN
    UPDATE tallies SET n = n - 1 WHERE department = ifnull(old.department, '') AND status = old.status
    AND sensitive = old.sensitive AND is_open = old.is_open AND check_pending = old.check_pending
    AND suspected = old.suspected;
    INSERT INTO tallies
    VALUES (ifnull(new.department, ''), new.status, new.sensitive, new.is_open, new.check_pending, new.suspected, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
"""


class IndexUnusable(Exception):
    """The index does not belong to the database beside it, or cannot be read; it has to be rebuilt."""


class TicketIndex:
    """The index of one host. Reads use a connection per thread; writes are serialised.

    ``is_stale`` is set when a write failed after the data was saved: the next catch-up makes it good. ``is_damaged``
    is set when SQLite cannot make sense of the file: only building it anew helps.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_stale = False
        self.generation = 0
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
        self.generation += 1
        with self._opened() as connection, self._writing:
            connection.execute("BEGIN IMMEDIATE")
            try:
                for row in rows:
                    self._take(connection, row)
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

    @staticmethod
    def _take(connection: sqlite3.Connection, row: Row) -> None:
        known = connection.execute(
            "SELECT version, (SELECT text FROM words WHERE rowid = tickets.id) FROM tickets WHERE id = ?", (row.id,)
        ).fetchone()
        if known is not None and known[0] > row.version:
            return
        connection.execute(_UPSERT, row[:-1])
        if known is None:
            connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row.id, row.text))
        elif known[1] != row.text:
            connection.execute("DELETE FROM words WHERE rowid = ?", (row.id,))
            connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row.id, row.text))

    def positions(self) -> dict[str, int]:
        """Return how far each writer's journal has been followed."""
        return dict(self._ask("SELECT writer, position FROM cursors"))

    # -- answering ----------------------------------------------------------------------------------------------

    def find(self, query: TicketQuery) -> Page:
        """Return one page of a list."""
        parts, values = conditions(query)
        if query.words:
            return self._search(query, parts, values)
        key = "updated" if query.is_open is False else "due"
        forwards = (key == "due") is not query.backwards
        if query.cursor is not None:
            parts.append(f"({key}, id) {'>' if forwards else '<'} (?, ?)")
            values += query.cursor
        direction = "ASC" if forwards else "DESC"
        sql = (
            f"SELECT {_LIST} FROM tickets WHERE {' AND '.join(parts)} "  # noqa: S608
            f"ORDER BY {key} {direction}, id {direction} LIMIT ?"
        )
        return self._page(sql, [*values, query.limit + 1], query)

    def _search(self, query: TicketQuery, parts: list[str], values: list[object]) -> Page:
        expression = match_expression(query.words)
        if not expression:
            return Page([], False)
        if query.cursor is not None:
            parts.append("id > ?" if query.backwards else "id < ?")
            values.append(query.cursor[1])
        direction = "ASC" if query.backwards else "DESC"
        sql = (
            f"SELECT {_LIST} FROM words CROSS JOIN tickets ON tickets.id = words.rowid "  # noqa: S608
            f"WHERE words MATCH ? AND {' AND '.join(parts)} ORDER BY words.rowid {direction} LIMIT ?"
        )
        return self._page(sql, [expression, *values, query.limit + 1], query)

    def _page(self, sql: str, values: list[object], query: TicketQuery) -> Page:
        rows = [Row._make((*found, "")) for found in self._ask(sql, values)]
        has_more = len(rows) > query.limit
        rows = rows[: query.limit]
        if query.backwards:
            rows.reverse()
        return Page(rows, has_more)

    def count(self, query: TicketQuery, at_most: int = 1000) -> int:
        """Count a list up to *at_most*: a person reads "999+" as well as 4,370, and it costs the same at any size."""
        parts, values = conditions(query)
        sql = f"SELECT count(*) FROM (SELECT 1 FROM tickets WHERE {' AND '.join(parts)} LIMIT ?)"  # noqa: S608
        return int(self._ask(sql, [*values, at_most])[0][0])

    def tally(self, query: TicketQuery) -> int:
        """Count a list exactly, at the same cost at any size.

        The query may narrow by directorate, status, check, openness and suspicion only: the counters are kept by those.
        """
        parts, values = conditions(query)
        sql = (
            "SELECT ifnull(sum(n), 0) FROM (SELECT nullif(department, '') AS department, status, sensitive, is_open, "  # noqa: S608
            f"check_pending, suspected, n FROM tallies) WHERE {' AND '.join(parts)}"
        )
        return int(self._ask(sql, values)[0][0])

    def select(self, condition: str, values: Sequence[object], order: str, limit: int) -> list[Row]:
        """Return the rows that fit *condition*, an SQL text of our own whose question marks stand for *values*."""
        sql = f"SELECT {_LIST} FROM tickets WHERE {condition} ORDER BY {order} LIMIT ?"  # noqa: S608
        return [Row._make((*found, "")) for found in self._ask(sql, [*values, limit])]

    def count_by(self, column: str, condition: str, values: Sequence[object]) -> dict[object, int]:
        """Count the rows that fit *condition* for each value of *column*; names and texts are our own."""
        sql = f"SELECT {column}, count(*) FROM tickets WHERE {condition} GROUP BY {column}"  # noqa: S608
        return dict(self._ask(sql, list(values)))

    def id_of(self, number: str) -> int | None:
        """Return the ticket whose printed number is exactly *number*, or ``None``."""
        found = self._ask("SELECT id FROM tickets WHERE number = ?", (number,))
        return int(found[0][0]) if found else None

    def all_rows(self) -> Iterator[Row]:
        """Yield every row with its text, by identity (``halkla check`` compares them with the tickets)."""
        sql = f"SELECT {_LIST}, words.text FROM tickets LEFT JOIN words ON words.rowid = tickets.id ORDER BY tickets.id"  # noqa: S608
        with self._opened() as connection:
            for found in connection.execute(sql):
                yield Row._make(found)

    def tallies_are_right(self) -> bool:
        """Tell whether the counters equal a count of the rows."""
        sql = (
            "SELECT ifnull(department, ''), status, sensitive, is_open, check_pending, suspected, count(*) "
            "FROM tickets GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"
        )
        kept = "SELECT * FROM tallies WHERE n <> 0 ORDER BY 1, 2, 3, 4, 5, 6"
        return self._ask(sql) == self._ask(kept)
