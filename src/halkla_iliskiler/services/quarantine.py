"""Faults and quarantine of plugins, carried into the database and back: for all processes, over restarts."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from BTrees.OOBTree import OOBTree

from ..domain.access import allows
from ..domain.errors import Forbidden
from ..domain.workflow import Permission
from ..extension import Faults, Quarantine
from ..hookspecs.values import Fault
from ..storage import Database, GateBusy, Site

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["QuarantineDesk", "keep_faults", "read_faults"]

log = logging.getLogger(__name__)
_KEPT = 50
"""Faults of a plugin that stay in the database."""


def read_faults(site: Site, faults: Faults) -> None:
    """Let what the database says hold in this process."""
    known = [
        Fault(at, plugin, hook, kind, where)
        for plugin, kept in (site.plugin_faults or {}).items()
        for at, hook, kind, where in kept
    ]
    faults.take_over(_quarantined(site), known)


def _quarantined(site: Site) -> dict[str, Quarantine]:
    return {plugin: Quarantine(*kept) for plugin, kept in (site.quarantined or {}).items()}


def keep_faults(database: Database, faults: Faults) -> int:
    """Write what is new, and take over what another process has imposed or lifted. Return how many faults were new."""
    unkept, imposed = faults.unkept(), faults.imposed()
    if unkept or imposed:
        try:
            database.write(lambda site: _write(site, unkept, imposed), "faults of plugins")
        except GateBusy:
            return 0
        faults.were_kept(unkept, imposed)
    with database.reading() as site:
        faults.take_over(_quarantined(site))
    return len(unkept)


def _write(site: Site, unkept: list[Fault], imposed: dict[str, Quarantine]) -> None:
    if site.plugin_faults is None:
        site.plugin_faults = OOBTree()
    if site.quarantined is None:
        site.quarantined = OOBTree()
    for fault in unkept:
        before = site.plugin_faults.get(fault.plugin, ())
        site.plugin_faults[fault.plugin] = (*before, (fault.at, fault.hook, fault.kind, fault.where))[-_KEPT:]
    for plugin, quarantine in imposed.items():
        site.quarantined[plugin] = (quarantine.since, quarantine.hook, quarantine.kind)


class QuarantineDesk:
    """What administrators see of it, and the one button."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def faults(self) -> list[Fault]:
        """Return the faults of the last day, the newest first."""
        return self._services.assembly.faults.last_day()

    def quarantined(self) -> dict[str, Quarantine]:
        """Return the plugins that are not asked any more."""
        return dict(self._services.assembly.faults.quarantined())

    def lift(self, plugin: str) -> None:
        """Let a plugin be asked again (raises :class:`Forbidden`). Nothing happens to one that is asked already."""
        if not allows(self._services.actor, Permission.ADMINISTER):
            raise Forbidden(Permission.ADMINISTER)

        def change(site: Site) -> None:
            if site.quarantined is not None and plugin in site.quarantined:
                del site.quarantined[plugin]

        self._services.assembly.database.write(change, "lift a quarantine")
        self._services.assembly.faults.lift(plugin)
        log.warning("the plugin %s is asked again; %s lifted its quarantine", plugin, self._services.actor.id)

    def keep(self) -> int:
        """Write what is new (a job)."""
        return keep_faults(self._services.assembly.database, self._services.assembly.faults)
