"""``halkla plugins sync``: what the providers have changed, without what the city has changed itself.

Three values of everything are compared: the one the plugin gave last, the one it gives now, and the city's own. A field
that the city has left as it was given follows the plugin; one that it has changed stays. What a plugin gives no more is
ended, never removed: tickets name it. What cannot be beside the city's other values is not taken, and said every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ..domain.errors import InvalidInput
from ..domain.plain import as_plain
from ..domain.workflow import Permission
from ..storage import CITY_KINDS, City
from .catalogue import name_of, note_for_lists
from .catalogue_rules import refuse_what_cannot_be, users_of
from .changes import permits

if TYPE_CHECKING:
    from .facade import Services
    from .unit import Unit

__all__ = ["Difference", "Syncing", "What"]

_NOBODYS = frozenset({"unchecked", "checked_on", "ended_on"})
"""Fields that say what was done with a value; a city that confirms one has not made it another."""


class What(StrEnum):
    """What happens to a value."""

    NEW = "new"
    CHANGED = "changed"
    ENDED = "ended"
    KEPT = "kept"  # the plugin has changed it, the city's own is left as it is
    REFUSED = "refused"  # it does not fit the city's other values, and is not taken


@dataclass(frozen=True)
class Difference:
    """One value that the plugins give otherwise than they did.

    ``fields`` are (name, before, after) of what changes; ``own`` names the fields that the plugin changed and the city
    keeps as they are. ``refused`` is the field that cannot be and what is wrong with it, of one that is not taken.
    """

    kind: str
    code: str
    title: str
    what: What
    fields: tuple[tuple[str, Any, Any], ...] = ()
    own: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class _Pending:
    said: Difference
    value: Any  # as it will stand in the city; ``None``: it is taken away
    given: Any  # as the plugin gives it now; ``None``: it does not any more


class Syncing:
    """Compares the city's data with what its providers give now, and takes over the difference."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def differences(self) -> list[Difference]:
        """Return what would be taken over, and what is left to the city. Nothing is changed.

        Raises:
            Forbidden: the actor does not administer.
            PluginRefused: a provider failed.
        """
        permits(self._services, Permission.ADMINISTER)
        given = self._given()
        with self._services.assembly.database.reading() as site:
            today = self._services.today
            return [pending.said for pending in _checked(site.city, _compare(site.city, given, today), today)]

    def take_over(self, agreed: list[Difference]) -> list[Difference]:
        """Take over what was shown; return what was done. What has changed since then is left for the next time.

        Raises:
            Forbidden: the actor does not administer.
        """
        permits(self._services, Permission.ADMINISTER)
        given = self._given()

        def change(unit: Unit) -> list[Difference]:
            city, today = unit.site.city, self._services.today
            wanted = [one for one in _compare(city, given, today) if one.said in agreed]
            # What was left out, because it was not shown or has changed since, may be what another one needs.
            done = [one for one in _checked(city, wanted, today) if one.said.what is not What.REFUSED]
            self._take(unit, done)
            return [one.said for one in done if one.said.what is not What.KEPT]

        done = self._services.write(change, "take over what the plugins changed")
        self._services.catalogue.relist()
        return done

    def _given(self) -> dict[str, dict[str, Any]]:
        data = self._services.assembly.extensions.city_data()
        return {kind: {value.code: value for value in getattr(data, kind)} for kind in CITY_KINDS}

    def _take(self, unit: Unit, done: list[_Pending]) -> None:
        city = unit.site.city
        for kind in CITY_KINDS:
            here = [one for one in done if one.said.kind == kind]
            before = {value.code: value for value in getattr(city, kind)}
            after = {**before, **{one.said.code: one.value for one in here}}
            if after != before:
                city.replace(**{kind: tuple(value for value in after.values() if value is not None)})
            for one in here:
                self._note(unit, one, before.get(one.said.code))

    def _note(self, unit: Unit, one: _Pending, before: Any) -> None:
        city, kind, code = unit.site.city, one.said.kind, one.said.code
        if one.given is None:
            city.forget_provided(kind, code)
        else:
            city.remember_provided(kind, one.given)
        self._services.changes.record(unit, kind, code, one.said.title, _plain(before), _plain(one.value))
        if one.value is not None:
            note_for_lists(city, kind, before, one.value)


def _plain(value: Any) -> dict[str, Any] | None:
    return None if value is None else as_plain(value)


def _compare(city: City, given: Mapping[str, Mapping[str, Any]], today: date) -> Iterator[_Pending]:
    for kind in CITY_KINDS:
        own = {value.code: value for value in getattr(city, kind)}
        for code, theirs in given[kind].items():
            pending = _of_given(kind, own.get(code), city.provided_value(kind, code), theirs)
            if pending is not None:
                yield pending
        for code, base in ((city.provided or {}).get(kind) or {}).items():
            if code not in given[kind]:
                yield _of_gone(city, kind, own.get(code), base, today)


def _checked(city: City, pending: Iterable[_Pending], today: date) -> list[_Pending]:
    """Return them all, with those marked that cannot be once the others are taken."""
    found, is_stable = list(pending), False
    while not is_stable:
        there = _with(city, found)
        fresh = [_refused_or_same(there, one, today) for one in found]
        # What needs one that is refused cannot be either.
        found, is_stable = fresh, fresh == found
    return found


def _with(city: City, pending: list[_Pending]) -> City:
    """Return the city as it would be; nothing is written."""
    there = City()
    for kind in CITY_KINDS:
        values = {value.code: value for value in getattr(city, kind)}
        taken = [one for one in pending if one.said.kind == kind and one.said.what is not What.REFUSED]
        values.update({one.said.code: one.value for one in taken})
        there.replace(**{kind: tuple(value for value in values.values() if value is not None)})
    return there


def _refused_or_same(there: City, one: _Pending, today: date) -> _Pending:
    said = one.said
    if one.value is None or said.what in (What.KEPT, What.REFUSED):
        return one
    try:
        refuse_what_cannot_be(there, said.kind, one.value, today)
    except InvalidInput as problem:
        refused = f"{problem.field}: {problem.problem}"
        return replace(one, said=replace(said, what=What.REFUSED, refused=refused))
    return one


def _of_given(kind: str, own: Any, base: Any, theirs: Any) -> _Pending | None:
    """Return what follows from a value that a plugin gives; ``None`` when nothing does."""
    if base == theirs:
        return None
    title = name_of(kind, theirs)
    if own is None:
        # The city has none: a new one, unless it was given before and the city has done away with it.
        what = What.NEW if base is None else What.KEPT
        return _Pending(Difference(kind, theirs.code, title, what), theirs if base is None else None, theirs)
    merged, kept = _merged(own, base, theirs)
    changed = tuple(
        (field.name, getattr(own, field.name), getattr(merged, field.name))
        for field in fields(own)
        if getattr(own, field.name) != getattr(merged, field.name)
    )
    what = What.CHANGED if changed else What.KEPT
    return _Pending(Difference(kind, theirs.code, title, what, changed, kept), merged, theirs)


def _merged(own: Any, base: Any, theirs: Any) -> tuple[Any, tuple[str, ...]]:
    """Return the city's value, with each field it has left alone as it is given now, and the names of others."""
    fresh: dict[str, Any] = {}
    kept: list[str] = []
    for field in fields(own):
        mine, new = getattr(own, field.name), getattr(theirs, field.name)
        if mine == new:
            continue
        if base is not None and mine == getattr(base, field.name):
            fresh[field.name] = new
        elif field.name not in _NOBODYS and (base is None or getattr(base, field.name) != new):
            kept.append(field.name)
    return replace(own, **fresh), tuple(kept)


def _of_gone(city: City, kind: str, own: Any, base: Any, today: date) -> _Pending:
    """Return what follows from a value that no plugin gives any more."""
    title = name_of(kind, own if own is not None else base)
    if own is None or _is_own(own, base) or any(users_of(city, kind, base.code)):
        return _Pending(Difference(kind, base.code, title, What.KEPT), own, None)
    ended = _ended(own, today)
    name = "valid_until" if kind == "departments" else "ended_on"
    before, after = getattr(own, name, None), getattr(ended, name, None)
    return _Pending(Difference(kind, base.code, title, What.ENDED, ((name, before, after),)), ended, None)


def _is_own(own: Any, base: Any) -> bool:
    names = {field.name for field in fields(own)} - _NOBODYS
    return any(getattr(own, name) != getattr(base, name) for name in names)


def _ended(own: Any, today: date) -> Any:
    if hasattr(own, "ended_on"):
        return replace(own, ended_on=own.ended_on or today)
    if hasattr(own, "valid_until"):
        return replace(own, valid_until=own.valid_until or today)
    return None
