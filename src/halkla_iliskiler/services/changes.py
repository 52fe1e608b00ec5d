"""The log of changes of the administration, and taking one back. Nothing in it is a ticket's: those have a history."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ..domain.access import allows
from ..domain.changes import Change, EditConflict, UndoRefused
from ..domain.errors import Forbidden, NotFound
from ..domain.plain import Plain, revision_of
from ..domain.workflow import Permission
from ..storage import Site
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["AREAS", "Area", "Changes", "EditConflict", "UndoRefused", "permits", "register", "revision_of"]


@dataclass(frozen=True)
class Area:
    """A kind of thing whose changes are kept: how it looks now, and how it is put back.

    ``current`` returns a thing's plain values, ``None`` when there is none of that key. ``restore`` is given all values
    as they will be, or ``None`` to remove what a change created (it raises :class:`UndoRefused` when that is used).
    """

    code: str
    permission: Permission
    current: Callable[[Site, str], Plain | None]
    restore: Callable[[Services, Unit, str, Plain | None], None]
    can_undo: bool = True
    undoable_fields: frozenset[str] | None = None


AREAS: dict[str, Area] = {}
"""Every area, by its code; the services that change things register theirs when they are imported."""


def register(area: Area) -> Area:
    """Let the changes of an area be kept."""
    AREAS[area.code] = area
    return area


def permits(services: Services, permission: Permission) -> None:
    """Let nobody pass who may not do that.

    Raises:
        Forbidden: the actor has no role that grants it.
    """
    if not allows(services.actor, permission):
        raise Forbidden(permission)


class Changes:
    """Keeps changes, shows them, takes them back."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def record(
        self, unit: Unit, area: str, key: str, title: str, before: Plain | None, after: Plain | None, *, undoes: int = 0
    ) -> int | None:
        """Keep a change, in the transaction that makes it. Return its identity; ``None`` when nothing differs."""
        if before is not None and after is not None:
            differing = [name for name in {**before, **after} if before.get(name) != after.get(name)]
            if not differing:
                return None
            before = {name: before.get(name) for name in differing}
            after = {name: after.get(name) for name in differing}
        actor = self._services.actor
        at = self._services.now()
        return unit.site.keep_change(
            at, lambda identity: Change(identity, at, actor.id, actor.name, area, key, title, before, after, undoes)
        )

    def of(self, site: Site, area: str, key: str, limit: int = 50) -> list[Change]:
        """Return what was done to one thing, the newest first."""
        return list(islice(site.changes_of(area, key), limit))

    def latest(
        self, site: Site, areas: Iterable[str] | None = None, older_than: int | None = None, limit: int = 50
    ) -> list[Change]:
        """Return what was done in some areas (all that the actor may see), the newest first."""
        seen = {code for code in (AREAS if areas is None else areas) if code in AREAS and self.may(code)}
        return list(islice((one for one in site.changes_before(older_than) if one.area in seen), limit))

    def may(self, area: str) -> bool:
        """Tell whether the actor sees the changes of an area, and takes them back."""
        return area in AREAS and allows(self._services.actor, AREAS[area].permission)

    def refusal(self, site: Site, change: Change) -> UndoRefused | None:
        """Return why a change cannot be taken back, as far as can be said without trying; ``None`` when it can."""
        area = AREAS.get(change.area)
        fields = {*(change.before or ()), *(change.after or ())}
        is_partly = area is not None and area.undoable_fields is not None and not fields <= area.undoable_fields
        if area is None or not area.can_undo or is_partly or change.after is None:
            return UndoRefused("not_undoable")
        since = [one for one in site.changes_of(change.area, change.key) if one.id > change.id]
        taken_back = {one.undoes for one in since}
        if any(one.undoes == change.id and one.id not in taken_back for one in since):
            return UndoRefused("undone_already")
        current = area.current(site, change.key)
        if current is None or any(current.get(name) != value for name, value in change.after.items()):
            touched = (one for one in since if change.after.keys() & {*(one.after or ()), *(one.before or ())})
            return UndoRefused("changed_since", next(touched, None))
        return None

    def undo(self, identity: int) -> Change:
        """Take a change back and keep that, too. Return the change that was taken back.

        Raises:
            NotFound: there is no such change.
            Forbidden: the actor may not change that area.
            UndoRefused: something newer has changed the same, or what was created is used.
        """

        def change(unit: Unit) -> Change:
            found = unit.site.change(identity)
            if found is None or found.area not in AREAS:
                raise NotFound(str(identity))
            area = AREAS[found.area]
            permits(self._services, area.permission)
            if refused := self.refusal(unit.site, found):
                raise refused
            current = area.current(unit.site, found.key)
            wanted = None if found.before is None else {**(current or {}), **found.before}
            area.restore(self._services, unit, found.key, wanted)
            self.record(unit, found.area, found.key, found.title, current, wanted, undoes=identity)
            return found

        return self._services.write(change, "take back a change of the administration")

    def as_seen(self, site: Site, area: str, key: str, revision: str) -> Plain | None:
        """Return what a thing looked like in *revision*, which a form showed, out of the log; ``None`` if unknown."""
        found = AREAS[area].current(site, key) if area in AREAS else None
        if found is None:
            return None
        if revision_of(found) == revision:
            return found
        for change in site.changes_of(area, key):
            if change.before is None:
                return None
            found = {**found, **change.before}
            if revision_of(found) == revision:
                return found
        return None

    def last(self, site: Site, area: str, key: str) -> Change | None:
        """Return the newest change of a thing."""
        return next(site.changes_of(area, key), None)
