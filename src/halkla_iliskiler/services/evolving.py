"""Changing what is stored when a new version, or a plugin, keeps it otherwise: steps with names, each done once.

The core's own come first, then the plugins' in the order of the ini. A step is done object by object, a batch to a
transaction, and the last object's name is kept in the same transaction: whatever ends the process, the next run goes on
behind what was saved. Finished steps stand in the site by name. The program does not serve a site with unfinished
steps, nor one that a newer version has changed (see docs/adr/019-named-evolve-steps.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from types import ModuleType

from BTrees.OOBTree import OOBTree

from ..domain.steps import Key, Step
from ..domain.ticket import Ticket
from ..extension import Extensions, PluginRefused, build_plugins
from ..extension.loading import RESERVED
from ..extension.refusals import said_of
from ..settings import Options, read_options
from ..storage import Database, Site, StorageRefused, open_database
from .core_steps import STEPS
from .plugin_data import NOTHING, PluginData, kept_by
from .unit import Unit

__all__ = [
    "CORE",
    "Evolver",
    "NamedStep",
    "Room",
    "evolve_again",
    "evolve_what_is_empty",
    "evolving",
    "refuse_unfinished",
    "steps_of",
    "unfinished",
]

CORE = RESERVED
BATCH = 200
_MOST_FOR_EACH, _MOST_AT_LEAST = 100, 10_000
"""Objects of a plugin's step for each ticket and each kept value: whoever names more never ends."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class NamedStep:
    """A step with the name under which it is known: the plugin's, or ``core``, and its own."""

    plugin: str
    step: Step

    @property
    def name(self) -> str:
        """The name in the site, for ever."""
        return f"{self.plugin}.{self.step.code}"


class Room:
    """What a step works with inside a transaction (a :class:`~halkla_iliskiler.domain.steps.StepRoom`)."""

    def __init__(self, plugin: str, unit: Unit, now: Callable[[], datetime]) -> None:
        self._unit = unit
        self.data = PluginData(plugin, unit.site)
        self.now = now

    def ticket_ids(self, after: Key | None = None) -> Iterator[int]:
        """Yield the identities of the tickets behind *after*, in order."""
        tickets = self._unit.site.tickets
        return iter(tickets.keys() if after is None else tickets.keys(min=int(after) + 1))

    def ticket(self, identity: int) -> Ticket:
        """Return the stored ticket."""
        found: Ticket = self._unit.site.tickets[identity]
        return found

    def touch(self, ticket: Ticket) -> None:
        """Say that a ticket was changed."""
        self._unit.touch(ticket)


class CoreRoom(Room):
    """What the core's own steps work with: the whole site."""

    def __init__(self, plugin: str, unit: Unit, now: Callable[[], datetime]) -> None:
        super().__init__(plugin, unit, now)
        self.site = unit.site


def steps_of(extensions: Extensions) -> list[NamedStep]:
    """Return every step there is, in the order in which they are done.

    Raises:
        PluginRefused: a plugin failed, or gives one code twice.
    """
    given = [NamedStep(plugin, step) for plugin, step in extensions.plugins.steps()]
    return [*(NamedStep(CORE, step) for step in STEPS), *given]


def unfinished(site: Site, steps: Sequence[NamedStep]) -> list[NamedStep]:
    """Return the steps that are not finished, in their order."""
    finished = site.evolved or {}
    return [step for step in steps if step.name not in finished]


def evolve_what_is_empty(
    database: Database, extensions: Extensions, options: Options, now: Callable[[], datetime]
) -> None:
    """Say of a site in which there is nothing yet that every step is finished: there is nothing to change."""
    if database.is_read_only:
        return
    with database.reading() as site:
        is_empty = not (len(site.tickets) or len(site.users) or site.city.departments)
        if not is_empty or not unfinished(site, steps_of(extensions)):
            return
    Evolver(database, extensions, options, now).run()


def evolve_again(database: Database, extensions: Extensions, options: Options, now: Callable[[], datetime]) -> None:
    """Let every plugin take in what was put into the site past it, as it does with what was there before it.

    For a demonstration: its applications come with a past that plugins were not told of.
    """

    def change(site: Site) -> None:
        for step in steps_of(extensions):
            if step.plugin != CORE and site.evolved is not None:
                site.evolved.pop(step.name, None)
                if site.evolving is not None:
                    site.evolving.pop(step.name, None)

    database.write(change, "what plugins take in")
    Evolver(database, extensions, options, now).run()


def refuse_unfinished(site: Site, extensions: Extensions) -> None:
    """Let nobody work with data that this version, or an enabled plugin, would misread.

    Raises:
        StorageRefused: steps are unfinished, or the data is newer than the code.
    """
    steps = steps_of(extensions)
    _refuse_newer(site, steps, extensions.plugins.names)
    if left := unfinished(site, steps):
        names = ", ".join(step.name for step in left)
        raise StorageRefused(f"The data has to be brought up to date first ({names}); run: halkla evolve.")


def _refuse_newer(site: Site, steps: Sequence[NamedStep], plugins: Sequence[str]) -> None:
    """Refuse a site changed by steps nobody knows. Those of a plugin that is not enabled are no one's business."""
    known = {step.name for step in steps}
    for name in site.evolved or ():
        owner = name.partition(".")[0]
        if name in known or (owner != CORE and owner not in plugins):
            continue
        whose = "the program" if owner == CORE else f"the plugin {owner!r}"
        raise StorageRefused(f"The data is newer than {whose} (it was changed by {name}); install the newer version.")


class Evolver:
    """Does the steps of one open site. ``after_each`` is called after every object; a test ends the process there."""

    def __init__(
        self,
        database: Database,
        extensions: Extensions,
        options: Options,
        now: Callable[[], datetime],
        batch: int = BATCH,
        after_each: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._steps = steps_of(extensions)
        self._writer = options.writer
        self._now = now
        self._batch = batch
        self._after_each = after_each
        self._mosts: dict[str, int] = {}
        with database.reading() as site:
            _refuse_newer(site, self._steps, extensions.plugins.names)

    def plan(self) -> list[tuple[NamedStep, int]]:
        """Return the unfinished steps with how many objects each still has before it. Nothing is changed."""
        with self._database.reading() as site:
            return [(step, self._left(site, step)) for step in unfinished(site, self._steps)]

    def run(self, progress: Callable[[NamedStep], Progress] | None = None) -> int:
        """Do every unfinished step. Return how many objects were done.

        Raises:
            PluginRefused: a plugin's step failed; what was done before it stays.
        """
        done = 0
        with self._database.reading() as site:
            left = unfinished(site, self._steps)
        for step in left:
            done += self._do(step, progress(step) if progress else None)
        return done

    def _left(self, site: Site, step: NamedStep) -> int:
        after = (site.evolving or {}).get(step.name)
        with _answering(step):
            count, most = 0, self._most(site, step)
            for _ in _in_order(step, self._room(step, Unit(site, self._writer)), after):
                count += 1
                if count > most:
                    raise _endless(step, count)
            return count

    def _most(self, site: Site, step: NamedStep) -> float:
        if step.plugin == CORE:
            return math.inf
        known = self._mosts.get(step.name)
        if known is None:
            held = len(site.tickets) + kept_by(site).get(step.plugin, NOTHING).count
            known = self._mosts[step.name] = max(_MOST_AT_LEAST, _MOST_FOR_EACH * held)
        return known

    def _room(self, step: NamedStep, unit: Unit) -> Room:
        return (CoreRoom if step.plugin == CORE else Room)(step.plugin, unit, self._now)

    def _do(self, step: NamedStep, progress: Progress | None) -> int:
        with self._database.reading() as site:
            total, most = self._left(site, step) if progress else 0, self._most(site, step)
        done, is_over = 0, False
        while not is_over:
            count, is_over = self._database.write(
                lambda site: self._do_batch(site, step), f"evolve: {step.name}"
            )  # fmt: skip
            done += count
            if done > most:
                raise _endless(step, done)
            if progress:
                # Counted before: a step may have made itself more to do since.
                progress(min(done, total), total)
        return done

    def _do_batch(self, site: Site, step: NamedStep) -> tuple[int, bool]:
        """Do the next objects of a step. Return how many, and whether the step is finished by that."""
        unit = Unit(site, self._writer)
        room = self._room(step, unit)
        if site.evolving is None:
            site.evolving = OOBTree()
        if site.evolved is None:
            site.evolved = OOBTree()
        after = site.evolving.get(step.name)
        with _answering(step):
            batch = list(islice(_in_order(step, room, after), self._batch + 1))
        is_over = len(batch) <= self._batch
        for key in batch[: self._batch]:
            with _answering(step, f" at {key}"):
                step.step.change(room, key)
            site.evolving[step.name] = key
            self._after_each()
        if is_over:
            site.evolved[step.name] = self._now()
            site.evolving.pop(step.name, None)
        unit.finish()
        return len(batch[: self._batch]), is_over


def _in_order(step: NamedStep, room: Room, after: Key | None) -> Iterator[Key]:
    """Yield the keys behind *after*; a step that goes back is stopped with a sentence."""
    last = after
    for key in step.step.keys(room, after):
        if type(key) not in (int, str):
            raise _refusal(step, f"names an object by a {type(key).__name__}, which is neither int nor str")
        if last is not None and (type(key) is not type(last) or key <= last):  # type: ignore[operator]
            raise _refusal(step, f"names {key!r} behind {last!r}; its keys have to ascend, each behind the one before")
        last = key
        yield key


def _endless(step: NamedStep, count: int) -> _StepRefused:
    return _refusal(step, f"has named {count:,} objects, more than there can be, and would never end")


class _StepRefused(PluginRefused):
    """Said by ourselves, not by the step."""


def _refusal(step: NamedStep, what: str) -> _StepRefused:
    return _StepRefused(
        f"The step {step.step.code} of the plugin {step.plugin!r} {what}. Install a version that mends it, or take the "
        "plugin out of halkla.plugins."
    )


@contextmanager
def _answering(step: NamedStep, where: str = "") -> Iterator[None]:
    """Name the plugin whose step fails, whatever it raises: a plugin's ``sys.exit(0)`` must not look like success."""
    try:
        yield
    except (KeyboardInterrupt, _StepRefused):
        raise
    except BaseException as problem:
        if step.plugin == CORE:
            raise
        raise PluginRefused(
            f"The plugin {step.plugin!r} failed in its step {step.step.code}{where}: {said_of(problem)}. "
            "Install a version that mends it, or take the plugin out of halkla.plugins."
        ) from problem


@contextmanager
def evolving(
    settings: Mapping[str, str],
    *,
    now: Callable[[], datetime],
    read_only: bool = False,
    modules: Sequence[ModuleType] = (),
    batch: int = BATCH,
    after_each: Callable[[], None] = lambda: None,
) -> Iterator[Evolver]:
    """Open a site for nothing but its steps; the index follows from the journal at the next start.

    Raises:
        SettingRefused, PluginRefused, StorageRefused: with one sentence for the administrator.
    """
    options = read_options(settings)
    without = options.without
    extensions = Extensions.collect(build_plugins(options.plugins, settings, modules, without=without))
    database = open_database(options.data, read_only=read_only, threads=options.threads)
    try:
        yield Evolver(database, extensions, options, now, batch, after_each)
    finally:
        database.close()
