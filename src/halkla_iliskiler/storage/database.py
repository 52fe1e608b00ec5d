"""One open database: consistent reads, and writes behind the gate."""

import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import transaction
from zc.lockfile import LockError
from ZODB import DB
from ZODB.interfaces import IConnection  # noqa: F401
from ZODB.POSException import POSError, StorageError

from .allowed import ForbiddenClass, class_factory
from .files import DurableFileStorage, Marker, SiteFiles, inspect
from .gate import WriteGate
from .refusals import StorageRefused
from .site import SCHEMA, Site
from .writing import Writing

__all__ = ["Database", "Unreadable", "create_database", "open_database"]

log = logging.getLogger(__name__)
T = TypeVar("T")
Unreadable = POSError
"""What is raised when an object or a file of the database cannot be read."""
_ROOT_NAME = "site"


class Database:
    """A site's database. Made by :func:`open_database` only."""

    def __init__(self, files: SiteFiles, db: DB, gate: WriteGate, read_only: bool) -> None:
        self.files = files
        self.gate = gate
        self.is_read_only = read_only
        self._db: DB | None = db
        self._writing = Writing(self._connection)

    @contextmanager
    def reading(self) -> Iterator[Site]:
        """Give a consistent view of the site for the body of the ``with`` statement; nothing can be written."""
        with self._connection() as (manager, site):
            try:
                yield site
            finally:
                manager.abort()

    @property
    def version(self) -> bytes:
        """The newest commit: what was read under a version holds as long as it stays the same."""
        if self._db is None:
            raise StorageRefused("The database is closed.")
        return bytes(self._db.lastTransaction())

    def write(
        self,
        change: Callable[[Site], T],
        note: str,
        after: Callable[[Sequence[T]], None] | None = None,
        patience: float | None = None,
    ) -> T:
        """Run *change* in a transaction behind the gate, again when that failed with the changes of others, and commit.

        It may run in another thread, in one transaction with what other threads have brought (see :mod:`.writing`).
        *after* runs behind the gate when the commit has succeeded (the index follows there, in order); it is given what
        the changes returned that were committed together and have the same *after*. It must not raise: the data is
        already saved.

        Raises:
            GateBusy: the gate did not open; nothing was begun.
            ConflictError: another process was faster five times in a row.
        """
        if self.is_read_only:
            raise StorageRefused("The server is running; this command only reads beside it. Stop the server first.")
        return self._writing.write(self.gate, change, note, after, patience)

    @contextmanager
    def _connection(self) -> Iterator[tuple[transaction.TransactionManager, Site]]:
        if self._db is None:
            raise StorageRefused("The database is closed.")
        manager = transaction.TransactionManager(explicit=True)
        manager.begin()
        connection = self._db.open(transaction_manager=manager)
        try:
            yield manager, connection.root()[_ROOT_NAME]
        finally:
            # A commit or abort has ended the transaction; a connection is never returned with changes in it. One that
            # could not even be aborted (the disk is full) refuses to be returned, and is not used again.
            connection.close()

    def verify(self) -> Iterator[str]:
        """Load every object and every blob; yield a sentence for each that cannot be read."""
        if self._db is None:
            return
        connection = self._db.open(transaction_manager=transaction.TransactionManager())
        try:
            for oid in _all_oids(self._db.storage):
                try:
                    loaded = connection.get(oid)
                    loaded._p_activate()
                    if hasattr(loaded, "committed"):
                        loaded.committed()
                except (POSError, ForbiddenClass, OSError, AttributeError, TypeError) as problem:
                    yield f"object {oid.hex()} cannot be read: {problem.__cause__ or problem}"
                connection.cacheGC()
        finally:
            connection.close()

    def pack(self) -> tuple[int, int]:
        """Drop old versions of objects, and objects and photos that nothing names any more.

        Return the size of the database file before and after, in bytes. Nobody may be writing: the server is stopped.
        Killed at any moment the site is whole, packed or not; only between two renames the old file stands as
        ``Data.fs.old``, which the next start says.

        Raises:
            StorageRefused: there is no room for the packed file beside the old one.
        """
        if self._db is None:
            raise StorageRefused("The database is closed.")
        before = self.files.data.stat().st_size
        if shutil.disk_usage(self.files.directory).free < before:
            raise StorageRefused(f"There is no room to pack: {self.files.directory} needs {before} free bytes.")
        self._db.pack()
        self._db.storage.remove_what_was_packed()
        return before, self.files.data.stat().st_size

    def close(self) -> None:
        """Close cleanly: the object index is saved, so that the next start does not read the whole file."""
        db, self._db = self._db, None
        if db is not None:
            db.close()


def _all_oids(storage: object) -> Iterator[bytes]:
    oid: bytes | None = None
    while True:
        found, _, _, oid = storage.record_iternext(oid)  # type: ignore[attr-defined]
        yield found
        if oid is None:
            return


def create_database(directory: Path, now: datetime) -> str:
    """Create an empty site in *directory* and return its database id. The only place that creates one.

    Raises:
        StorageRefused: there is something already.
    """
    files = SiteFiles(directory)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    directory.chmod(0o700)
    for path in (files.marker, files.data):
        if path.exists():
            raise StorageRefused(f"{path} exists already; nothing was changed.")
    database_id = secrets.token_hex(16)
    write_secret(files.secret)
    storage = DurableFileStorage(str(files.data), create=True, blob_dir=str(files.blobs))
    db = DB(storage, class_factory=class_factory)
    with db.transaction("halkla init") as connection:
        connection.root()[_ROOT_NAME] = Site(database_id, now)
    db.close()
    Marker(database_id).write(files.marker)
    return database_id


def write_secret(path: Path) -> None:
    """Write a new random key to *path*, readable by its owner only; an existing one is kept."""
    if path.exists():
        return
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())


def open_database(
    directory: Path, *, read_only: bool = False, threads: int = 8, cache_objects: int = 30_000
) -> Database:
    """Open the site in *directory*, after looking at what stands there.

    Raises:
        StorageRefused: missing, empty, foreign, damaged, already open elsewhere, or newer than this program.
    """
    files = SiteFiles(directory)
    marker = Marker.read(files.marker)
    inspect(files)
    try:
        storage = DurableFileStorage(str(files.data), create=False, read_only=read_only, blob_dir=str(files.blobs))
    except LockError:
        raise StorageRefused(
            f"The site in {directory} is in use by another process; stop that server first, or work in its pages."
        ) from None
    except (StorageError, OSError, ValueError) as problem:
        raise StorageRefused(f"{files.data} cannot be opened: {problem}. Restore it from the backup.") from problem
    db = DB(storage, pool_size=threads + 6, cache_size=cache_objects, class_factory=class_factory)
    database = Database(files, db, WriteGate(threads - 2), read_only)
    try:
        _recognise(database, marker)
    except BaseException:
        database.close()
        raise
    return database


def _recognise(database: Database, marker: Marker) -> None:
    try:
        with database.reading() as site:
            database_id, schema = site.database_id, site.schema
    except (KeyError, POSError, ForbiddenClass, AttributeError) as problem:
        raise StorageRefused(
            f"{database.files.data} holds no site of this application ({problem.__cause__ or problem}); "
            "restore it from the backup."
        ) from problem
    if database_id != marker.database_id:
        raise StorageRefused(
            f"{database.files.data} belongs to another site than {database.files.marker}; restore both from one backup."
        )
    if schema > SCHEMA:
        raise StorageRefused("The data was written by a newer version of the program; install that version.")
