"""What an administrator sees of the plugins, and the deliberate end of what one has kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..domain.errors import DomainError, NotFound
from ..domain.workflow import Permission
from ..extension import Quarantine, build_plugins
from ..extension.loading import RESERVED, built_in_names
from ..hookspecs.values import Fault
from ..settings import read_options
from ..storage import Site
from .changes import permits
from .plugin_data import NOTHING, Kept, kept_by
from .plugin_events import events_of, forget_events

if TYPE_CHECKING:
    from .facade import Services
    from .unit import Unit

__all__ = ["PluginDesk", "PluginSeen", "PurgeRefused", "Purged", "listed"]

_BATCH = 1000


class PurgeRefused(DomainError):
    """The data of a plugin was not deleted; ``str()`` is one sentence for the administrator."""


@dataclass(frozen=True)
class PluginSeen:
    """One plugin as its page shows it.

    ``place`` is its place in the order (built-ins first, 1 is the first); 0 for one that is not enabled and has left
    data behind. ``sends_abroad`` says where it sends data abroad to, empty when it does not. ``kept`` is what is stored
    under its name, ``faults`` those of the last day, the newest first.
    """

    name: str
    title: str
    summary: str = ""
    version: str = ""
    place: int = 0
    is_builtin: bool = False
    hooks: tuple[str, ...] = ()
    keeps: str = ""
    kept: Kept = NOTHING
    has_settings: bool = False
    can_be_tried: bool = False
    powers: tuple[str, ...] = ()
    sends_abroad: str = ""
    faults: tuple[Fault, ...] = ()
    quarantine: Quarantine | None = None

    @property
    def is_enabled(self) -> bool:
        """Tell whether the ini lists it, or the core brings it."""
        return self.place > 0


@dataclass(frozen=True)
class Purged:
    """What was deleted of a plugin, or would be.

    Values and bytes, whether it had saved settings, finished steps, and events that waited for it.
    """

    plugin: str
    kept: Kept
    has_settings: bool
    steps: int
    events: int = 0

    @property
    def is_nothing(self) -> bool:
        """Tell whether there was nothing to delete."""
        return not (self.kept.count or self.has_settings or self.steps or self.events)


class PluginDesk:
    """Shows the plugins, tries them out, and deletes what a removed one has left."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def all(self, site: Site) -> list[PluginSeen]:
        """Return the enabled plugins in their order, then those that are gone and have left data behind.

        Raises:
            Forbidden: the actor does not administer.
        """
        permits(self._services, Permission.ADMINISTER)
        plugins = self._services.assembly.extensions.plugins
        kept = kept_by(site)
        seen = [self._seen(name, place, kept.get(name, NOTHING)) for place, name in enumerate(plugins.names, 1)]
        left = {*kept, *(site.plugin_settings or ())} - set(plugins.names)
        return seen + [PluginSeen(name, name, kept=kept.get(name, NOTHING)) for name in sorted(left)]

    def one(self, site: Site, name: str) -> PluginSeen:
        """Return one plugin.

        Raises:
            NotFound: there is none of that name, nor data of one.
            Forbidden: the actor does not administer.
        """
        found = next((plugin for plugin in self.all(site) if plugin.name == name), None)
        if found is None:
            raise NotFound(name)
        return found

    def _seen(self, name: str, place: int, kept: Kept) -> PluginSeen:
        assembly = self._services.assembly
        plugins = assembly.extensions.plugins
        about, hooks = plugins.about(name), tuple(plugins.hooks_of(name))
        return PluginSeen(
            name=name,
            title=about.title,
            summary=about.summary,
            version=plugins.version_of(name),
            place=place,
            is_builtin=plugins.is_builtin(name),
            hooks=hooks,
            keeps=about.keeps,
            kept=kept,
            has_settings=assembly.plugin_settings.schema(name) is not None,
            can_be_tried="halkla_try_it" in hooks,
            powers=about.powers,
            sends_abroad=about.sends_abroad,
            faults=tuple(plugins.faults.of(name)),
            quarantine=plugins.faults.quarantined().get(name),
        )

    def purge(self, name: str, *, dry_run: bool = False) -> Purged:
        """Delete what a removed plugin has kept: its data, its settings with their secrets, the note of its steps.

        What it wrote into the tickets' histories stays: that is the applicants'. Older versions of what was deleted are
        on the disk until the database is packed.

        Raises:
            PurgeRefused: the plugin is enabled, or is no plugin but the program itself.
            Forbidden: the actor does not administer.
        """
        permits(self._services, Permission.ADMINISTER)
        if name == RESERVED or name in built_in_names():
            raise PurgeRefused(f"{name!r} is part of the program; nothing of it can be deleted.")
        if name in self._services.assembly.extensions.plugins.names:
            raise PurgeRefused(f"The plugin {name!r} is enabled; take it out of halkla.plugins first.")
        with self._services.assembly.database.reading() as site:
            found = _left_by(site, name)
        if not dry_run and not found.is_nothing:
            while self._services.write(lambda unit: _delete_some(unit, name), f"delete the data of the plugin {name}"):
                pass
        return found


def listed(settings: Mapping[str, str]) -> list[PluginSeen]:
    """Return the plugins the ini lists, as far as that can be said without a site.

    Raises:
        SettingRefused, PluginRefused: as at a start.
    """
    options = read_options(settings)
    plugins = build_plugins(options.plugins, settings, without=options.without)
    return [
        PluginSeen(
            name=name,
            title=plugins.about(name).title,
            version=plugins.version_of(name),
            place=place,
            is_builtin=plugins.is_builtin(name),
            hooks=tuple(plugins.hooks_of(name)),
            sends_abroad=plugins.about(name).sends_abroad,
        )
        for place, name in enumerate(plugins.names, 1)
    ]


def _left_by(site: Site, name: str) -> Purged:
    steps = {*(site.evolved or ()), *(site.evolving or ())}
    of_it = [step for step in steps if step.partition(".")[0] == name]
    has_settings, events = name in (site.plugin_settings or ()), len(events_of(site, name))
    return Purged(name, kept_by(site).get(name, NOTHING), has_settings, len(of_it), events)


def _delete_some(unit: Unit, name: str) -> bool:
    """Delete the next values; tell whether there are more. What says that there was something goes last."""
    site = unit.site
    values = (site.plugin_data or {}).get(name)
    if values is not None and values.delete_first(_BATCH) == _BATCH:
        return True
    if forget_events(site, name, _BATCH):
        return True
    for tree in (site.plugin_data, site.plugin_settings, site.plugin_faults, site.quarantined):
        if tree is not None and name in tree:
            del tree[name]
    for steps in (site.evolved, site.evolving):
        if steps is not None:
            for step in [step for step in steps if step.partition(".")[0] == name]:
                del steps[step]
    return False
