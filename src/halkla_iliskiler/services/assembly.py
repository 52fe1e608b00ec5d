"""What web, worker and command line share in a process: settings, plugins, database, index, keys."""

import logging
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType, ModuleType
from typing import TypeVar

from ..domain.access import ROLES, Actor
from ..domain.clocks import Calendar, WallCalendar
from ..extension import Budgets, Extensions, Faults, PluginRefused, build_plugins
from ..hookspecs.values import Refused
from ..index import TicketIndex
from ..settings import Options, SettingRefused, read_options
from ..storage import Database, GateBusy, ReadLog, Site, StorageRefused, open_database
from .evolving import evolve_what_is_empty, refuse_unfinished
from .facade import Services
from .figure_book import FigureBook
from .finding import PersonSearches
from .indexing import bring_up_to_date
from .known_sessions import KnownSessions
from .notices import announce
from .plugin_events import publish
from .plugin_settings import PluginSettings
from .presence import Presence
from .quarantine import keep_faults, read_faults
from .reads import RecentReads
from .remembered import Remembered
from .saved_lists import Kept
from .throttle import FilingLimits, RecentWords, Throttle
from .unit import Unit

__all__ = ["Assembly", "system_now"]

log = logging.getLogger(__name__)
T = TypeVar("T")
_KEY = re.compile("[0-9a-f]{64}")


def system_now() -> datetime:
    """Return the present, in UTC."""
    return datetime.now(UTC)


class Assembly:
    """Everything a process needs to serve one site. Close it when done.

    ``now`` is where all time comes from; tests inject their own. ``settings`` is the section of the ini.
    """

    def __init__(
        self,
        options: Options,
        extensions: Extensions,
        database: Database,
        index: TicketIndex,
        now: Callable[[], datetime] = system_now,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.options = options
        self.extensions = extensions
        self.database = database
        self.index = index
        self.now = now
        self.calendar: Calendar = WallCalendar()
        self.secret = _read_secret(database)
        self.plugin_settings = PluginSettings(extensions, database, self.secret, settings)
        extensions.plugins.settings_source = self.plugin_settings.values_of
        extensions.plugins.not_their_fault = (PluginRefused, Refused, GateBusy)
        self.reads = ReadLog(database.files.directory)
        self.recent_reads = RecentReads(self.reads)
        self.outbox_filled = threading.Event()
        self.counts = Remembered(index)
        self.figures = FigureBook(index, options.time_zone)
        self.exports_under_way: dict[str, Iterator[int]] = {}
        self.log_in_throttle = Throttle()
        self.code_throttle = Throttle()
        self.filing_limits = FilingLimits()
        self.recent_words = RecentWords()
        self.presence = Presence()
        self.known_sessions = KnownSessions(database)
        self.person_searches = PersonSearches()
        self.pinned_lists: dict[Actor, tuple[Kept, ...]] = {}

    @classmethod
    def open(
        cls,
        settings: Mapping[str, str],
        *,
        read_only: bool = False,
        now: Callable[[], datetime] = system_now,
        modules: Sequence[ModuleType] = (),
        progress: Callable[[int, int], None] | None = None,
        budgets: Budgets | None = None,
    ) -> "Assembly":
        """Open the site the settings name, with its index in step.

        *modules* are plugins that are used without being installed (a test's own city), *budgets* how long they may
        take.

        Raises:
            SettingRefused, PluginRefused, StorageRefused: with one sentence for the administrator.
        """
        options = read_options(settings)
        _check_roles(options)
        plugins = build_plugins(
            options.plugins, settings, modules, without=options.without, faults=Faults(now), budgets=budgets
        )
        extensions = Extensions.collect(plugins)
        database = open_database(options.data, read_only=read_only, threads=options.threads)
        try:
            index = TicketIndex(database.files.index, _read_secret(database))
            evolve_what_is_empty(database, extensions, options, now)
            with database.reading() as site:
                refuse_unfinished(site, extensions)
                read_faults(site, extensions.plugins.faults)
            bring_up_to_date(database, index, may_write=not read_only, progress=progress)
            assembly = cls(options, extensions, database, index, now, settings)
            assembly.plugin_settings.check_ini()
            return assembly
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Close index and database cleanly."""
        if not self.database.is_read_only and self.faults.unkept():
            self._keep_faults()
        self.index.close()
        self.database.close()

    @property
    def faults(self) -> Faults:
        """What plugins have done wrong, and which are in quarantine."""
        return self.extensions.plugins.faults

    def services(self, actor: Actor) -> "Services":
        """Return the use cases, to be used in *actor*'s name."""
        return Services(self, actor, self.now)

    def write(self, change: Callable[[Unit], T], note: str, patience: float | None = None) -> T:
        """Run one unit of work: change, commit, and let the index follow before anybody is answered."""

        def in_transaction(site: Site) -> tuple[T, Unit]:
            unit = Unit(site, self.options.writer)
            result = change(unit)
            announce(self, unit)
            publish(self, unit)
            unit.finish()
            return result, unit

        result, unit = self.database.write(in_transaction, note, self._after_commit, patience)
        if unit.has_filled_outbox:
            self.outbox_filled.set()
        self.plugin_settings.look_again()
        if self.faults.has_imposed:
            # It must hold after a restart, too; the faults themselves can wait for the worker.
            self._keep_faults()
        return result

    def _keep_faults(self) -> None:
        try:
            keep_faults(self.database, self.faults)
        except Exception:
            # What was asked for is saved; nobody is told otherwise because of this. The worker tries again.
            log.exception("the quarantine of a plugin could not be written")

    def _after_commit(self, done: Sequence[tuple[object, Unit]]) -> None:
        rows = [row for _, unit in done for row in unit.rows]
        if not rows:
            return
        try:
            if not self.index.is_stale:
                self.index.follow(rows, {self.options.writer: max(unit.journal_head for _, unit in done)})
        except Exception:
            # The ticket is saved; the index makes it good from the journal (see jobs: catch_up).
            self.index.is_stale = True
            log.exception("the index could not follow a change; it will catch up")


def _check_roles(options: Options) -> None:
    if unknown := sorted(set(options.second_factor) - set(ROLES)):
        raise SettingRefused(f"halkla.second_factor: {unknown[0]} is no role; roles are {', '.join(sorted(ROLES))}.")


def _read_secret(database: Database) -> bytes:
    path = database.files.secret
    try:
        text = path.read_text(encoding="utf-8", errors="replace").strip()
        mode = os.stat(path).st_mode
    except OSError as problem:
        raise StorageRefused(f"The key file {path} cannot be read ({problem}); restore it from the backup.") from None
    if mode & 0o077:
        raise StorageRefused(f"The key file {path} is readable by others; run: chmod 600 {path}")
    if not _KEY.fullmatch(text):
        raise StorageRefused(f"The key file {path} is damaged; restore it from the backup.")
    return bytes.fromhex(text)
