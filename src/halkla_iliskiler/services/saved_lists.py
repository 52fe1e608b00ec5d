"""Lists kept under a name. What one shows goes through the access rule of whoever opens it, like every other list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..domain.access import Actor, visibility
from ..domain.errors import Forbidden, InvalidInput, NotFound
from ..domain.saved_list import SavedList
from ..domain.text import clean, sort_key
from ..storage import City, Site
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Kept", "SavedLists"]

_LONGEST_NAME = 60
_LONGEST_QUERY = 2000
_MOST = 40
"""So many one person can keep."""


@dataclass(frozen=True)
class Kept:
    """A kept list as it is shown: ``is_mine`` ones can be changed."""

    id: int
    name: str
    query: str
    department: str
    owner: str
    is_mine: bool
    is_pinned: bool


class SavedLists:
    """Keeps, shows, changes and forgets lists."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def all(self) -> list[Kept]:
        """Return the lists the actor sees: their own, and those shared with their directorates, by name."""
        with self._services.assembly.database.reading() as site:
            return self._of(site)

    def pinned(self) -> list[Kept]:
        """Return those that stand in the side navigation. Costs nothing while nobody has changed any."""
        assembly, actor = self._services.assembly, self._services.actor
        known = assembly.pinned_lists.get(actor)
        if known is None:
            known = assembly.pinned_lists[actor] = tuple(kept for kept in self.all() if kept.is_pinned)
        return list(known)

    def _of(self, site: Site) -> list[Kept]:
        actor = self._services.actor
        found = [
            Kept(one.id, one.name, one.query, one.department, one.owner, one.owner == actor.id, one.is_pinned)
            for one in (site.saved_lists.values() if site.saved_lists is not None else ())
            if one.owner == actor.id or one.department in actor.departments
        ]
        return sorted(found, key=lambda kept: sort_key(kept.name))

    def shareable(self, city: City) -> list[str]:
        """Return the directorates the actor may share a list with: their own, and for the centre every one."""
        actor = self._services.actor
        if visibility(actor).all_ordinary:
            return [department.code for department in city.departments]
        return [code for code in actor.departments if code in city.tree]

    def keep(self, name: str, query: str, department: str = "", *, is_pinned: bool = True) -> int:
        """Keep a list under a name. Return its identity.

        Raises:
            Forbidden: the actor sees no tickets at all.
            InvalidInput: no name, a name they have used, too many, a directorate they may not share with, a list
                narrowed by too much.
        """
        actor, now = self._services.actor, self._services.now()
        if visibility(actor).is_empty:
            raise Forbidden("keep a list")

        def change(unit: Unit) -> int:
            tidy = self._checked(unit.site, name, department)
            if len(query) > _LONGEST_QUERY:
                # Cut, it would be another list.
                raise InvalidInput("query", "list_too_long")
            if len([one for one in _lists(unit.site) if one.owner == actor.id]) >= _MOST:
                raise InvalidInput("name", "too_many_lists")
            made = SavedList(unit.block.next_identity(), actor.id, tidy, query, department, now)
            made.is_pinned = is_pinned
            unit.site.keep_list(made)
            return made.id

        return self._changed(change, "keep a list")

    def change(self, identity: int, name: str, department: str, *, is_pinned: bool) -> None:
        """Rename a list, share it or not, pin it or not (raises as :meth:`keep`, and :class:`NotFound`)."""

        def change(unit: Unit) -> int:
            found = self._own(unit.site, identity)
            found.name = self._checked(unit.site, name, department, besides=identity)
            found.department, found.is_pinned = department, is_pinned
            return identity

        self._changed(change, "change a list that is kept")

    def forget(self, identity: int) -> None:
        """Forget a list (raises :class:`NotFound`: there is none of the actor's)."""

        def change(unit: Unit) -> int:
            self._own(unit.site, identity)
            unit.site.forget_list(identity)
            return identity

        self._changed(change, "forget a list")

    def _changed(self, change: object, note: str) -> int:
        identity: int = self._services.write(change, note)  # type: ignore[arg-type]
        self._services.assembly.pinned_lists.clear()
        return identity

    def _own(self, site: Site, identity: int) -> SavedList:
        found = next((one for one in _lists(site) if one.id == identity), None)
        if found is None or found.owner != self._services.actor.id:
            raise NotFound(str(identity))
        return found

    def _checked(self, site: Site, name: str, department: str, besides: int = 0) -> str:
        tidy = " ".join(clean(name).split())
        if not tidy:
            raise InvalidInput("name", "required")
        if len(tidy) > _LONGEST_NAME:
            raise InvalidInput("name", "too_long")
        if any(one.name == tidy and one.id != besides for one in _lists(site) if one.owner == self._actor.id):
            raise InvalidInput("name", "list_name_taken")
        if department and department not in self.shareable(site.city):
            raise InvalidInput("department", "unknown")
        return tidy

    @property
    def _actor(self) -> Actor:
        return self._services.actor


def _lists(site: Site) -> list[SavedList]:
    return list(site.saved_lists.values()) if site.saved_lists is not None else []
