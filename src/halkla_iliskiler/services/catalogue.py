"""The city's data as its own people change it. What a ticket may name is never removed, only ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ..domain.city import (
    Body,
    Category,
    Danger,
    Department,
    Neighbourhood,
    Question,
    ReplyTemplate,
    Synonym,
)
from ..domain.errors import InvalidInput, NotFound
from ..domain.plain import Plain, as_plain, from_plain, revision_of
from ..domain.text import fold, tokens
from ..domain.workflow import Permission
from ..storage import City, Site
from .catalogue_rules import refuse_what_cannot_be, users_of
from .changes import Area, EditConflict, UndoRefused, permits, register
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["KINDS", "Catalogue", "Kind", "name_of", "note_for_lists", "plain_of", "value_of"]


@dataclass(frozen=True)
class Kind:
    """A kind of the city's values: its name in :class:`~halkla_iliskiler.storage.City`, its class, what a name is."""

    code: str
    cls: type[Any]
    named: str
    permission: Permission = Permission.MANAGE_CATALOGUE


KINDS = {
    kind.code: kind
    for kind in (
        Kind("departments", Department, "name", Permission.ADMINISTER),
        Kind("categories", Category, "label"),
        Kind("questions", Question, "label"),
        Kind("synonyms", Synonym, "means"),
        Kind("neighbourhoods", Neighbourhood, "name"),
        Kind("bodies", Body, "name"),
        Kind("reply_templates", ReplyTemplate, "title"),
        Kind("dangers", Danger, "title"),
    )
}
_LONGEST_CODE = 24
_RELISTED_AT_ONCE = 500
_IN_LISTS = {"categories": "label", "neighbourhoods": "name"}
"""What the searched text of a ticket holds of the city's data, and therefore has to follow it."""


def value_of(city: City, kind: str, code: str) -> Any:
    """Return a value of the city, or ``None``."""
    return next((value for value in getattr(city, kind) if value.code == code), None)


def plain_of(city: City, kind: str, code: str) -> Plain | None:
    """Return a value of the city as plain ones, or ``None``."""
    value = value_of(city, kind, code)
    return as_plain(value) if value is not None else None


def name_of(kind: str, value: Any) -> str:
    """Return what a value is called."""
    return str(getattr(value, KINDS[kind].named))


class Catalogue:
    """Shows and changes departments, subjects, questions, synonyms, neighbourhoods, bodies and ready answers."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def put(self, kind: str, value: Any, seen: str = "") -> Any:
        """Keep a value, new or changed; return it as it is kept. A new one without a code is given one.

        *seen* is :func:`revision_of` the plain value that was changed; where it is given, nothing newer is overwritten.

        Raises:
            Forbidden: the actor may not change that kind.
            InvalidInput: it does not fit the rest of the city's data.
            EditConflict: somebody was faster.
        """
        permits(self._services, KINDS[kind].permission)
        made = self._services.write(lambda unit: self._put(unit, kind, value, seen), f"change the {kind}")
        self.relist()
        return made

    def check(self, site: Site, kind: str, value: Any) -> None:
        """Refuse what :meth:`put` would refuse of a value; nothing is kept.

        Raises:
            Forbidden: the actor may not change that kind.
            InvalidInput: it does not fit the rest of the city's data.
        """
        permits(self._services, KINDS[kind].permission)
        refuse_what_cannot_be(site.city, kind, value, self._services.today)

    def _put(self, unit: Unit, kind: str, value: Any, seen: str = "") -> Any:
        city = unit.site.city
        if not value.code:
            value = replace(value, code=_new_code(city, kind, name_of(kind, value)))
        before = value_of(city, kind, value.code)
        if seen and seen != revision_of(as_plain(before) if before is not None else None):
            current = as_plain(before) if before is not None else None
            raise EditConflict(current, self._services.changes.last(unit.site, kind, value.code))
        value = _confirmed_by_changing(before, value)
        refuse_what_cannot_be(city, kind, value, self._services.today)
        _replace(city, kind, value)
        self._services.changes.record(
            unit,
            kind,
            value.code,
            name_of(kind, value),
            as_plain(before) if before is not None else None,
            as_plain(value),
        )
        note_for_lists(city, kind, before, value)
        return value

    def end(self, kind: str, code: str, day: date | None = None) -> None:
        """End a value: tickets keep it, nobody is offered it any more. A department is closed with its own form.

        Raises:
            Forbidden, NotFound: as usual.
            InvalidInput: something that is not ended needs it.
        """
        self._set(kind, code, ended_on=day or self._services.today)

    def take_up_again(self, kind: str, code: str) -> None:
        """Offer a value again that was ended (raises as :meth:`end`)."""
        self._set(kind, code, ended_on=None)

    def confirm(self, kind: str, code: str, names: Iterable[str]) -> None:
        """Say that somebody of the city has checked fields of a value (raises as :meth:`end`)."""
        self.confirm_all([(kind, code, tuple(names))])

    def confirm_all(self, checked: Iterable[tuple[str, str, tuple[str, ...]]]) -> None:
        """Say that fields of several values (kind, code, names) have been checked (raises as :meth:`end`)."""
        wanted = list(checked)
        for kind in {kind for kind, _, _ in wanted}:
            permits(self._services, KINDS[kind].permission)

        def change(unit: Unit) -> None:
            for kind, code, names in wanted:
                value = value_of(unit.site.city, kind, code)
                if value is None:
                    raise NotFound(code)
                fresh = _checked(value, names, self._services.today)
                if fresh != value:
                    _replace(unit.site.city, kind, fresh)
                    self._services.changes.record(
                        unit, kind, code, name_of(kind, fresh), as_plain(value), as_plain(fresh)
                    )

        self._services.write(change, "say that the city's data was checked")

    def _set(self, kind: str, code: str, **values: Any) -> None:
        permits(self._services, KINDS[kind].permission)

        def change(unit: Unit) -> None:
            value = value_of(unit.site.city, kind, code)
            if value is None:
                raise NotFound(code)
            if not hasattr(value, "ended_on"):
                raise InvalidInput("ended_on", "unknown")
            self._put(unit, kind, replace(value, **values))

        self._services.write(change, f"end or take up one of the {kind}")

    def tickets_of(self, kind: str, code: str, *, is_open: bool | None = None) -> int:
        """Return how many tickets name a value, as the lists know it; kinds that no list knows count as none."""
        column = {"departments": "department", "categories": "category", "neighbourhoods": "neighbourhood"}.get(kind)
        if column is None:
            return 0
        condition, values = f"{column} = ?", [code]
        if is_open is not None:
            condition, values = f"{condition} AND is_open = ?", [*values, str(int(is_open))]
        return sum(self._services.assembly.index.count_by(column, condition, values).values())

    def relist(self, most: int = _RELISTED_AT_ONCE) -> int:
        """Let tickets be found by the new name of their subject or neighbourhood; return how many were looked at.

        At once for as many as there usually are; the worker goes on with the rest.
        """
        with self._services.assembly.database.reading() as site:
            pending = site.city.relisting
        if not pending or self._services.unit is not None:
            return 0
        kind, code, after = pending[0]
        column = "category" if kind == "categories" else "neighbourhood"
        rows = self._services.assembly.index.select(f"{column} = ? AND id > ?", [code, after], "id", most)
        found = [row.id for row in rows]

        def change(unit: Unit) -> None:
            for identity in found:
                if (ticket := unit.site.tickets.get(identity)) is not None:
                    unit.relist(ticket)
            city = unit.site.city
            rest = tuple(one for one in city.relisting if one[:2] != (kind, code))
            city.relisting = rest if len(found) < most else (*rest, (kind, code, found[-1]))

        self._services.write(change, "let tickets be found by a new name")
        return len(found)


def _new_code(city: City, kind: str, name: str) -> str:
    """Return a code that no value of the kind has, made of a name: it stands in addresses, and is never changed."""
    plain = "-".join(tokens(fold(name).replace("/", " ")))[:_LONGEST_CODE].strip("-") or "yeni-kayit"
    taken = {value.code for value in getattr(city, kind)} | {"yeni"}
    number, code = 2, plain
    while code in taken:
        code, number = f"{plain}-{number}", number + 1
    return code


def _replace(city: City, kind: str, value: Any) -> None:
    values = getattr(city, kind)
    is_known = any(other.code == value.code for other in values)
    fresh = tuple(value if other.code == value.code else other for other in values)
    city.replace(**{kind: fresh if is_known else (*values, value)})


def _confirmed_by_changing(before: Any, value: Any) -> Any:
    """Return the value without the marks of fields that were just changed: whoever writes something vouches for it."""
    if before is None or not getattr(value, "unchecked", ()):
        return value
    return replace(
        value, unchecked=tuple(name for name in value.unchecked if getattr(before, name) == getattr(value, name))
    )


def _checked(value: Any, names: Iterable[str], today: date) -> Any:
    if isinstance(value, Body):
        return replace(value, checked_on=today) if value.phone else value
    left = tuple(name for name in value.unchecked if name not in set(names))
    return replace(value, unchecked=left)


def note_for_lists(city: City, kind: str, before: Any, value: Any) -> None:
    """Remember that tickets have to be found by a new name (see :meth:`Catalogue.relist`)."""
    name = _IN_LISTS.get(kind)
    if name and before is not None and getattr(before, name) != getattr(value, name):
        city.relisting = (*(one for one in city.relisting if one[:2] != (kind, value.code)), (kind, value.code, 0))


def _restore(services: Services, unit: Unit, kind: str, key: str, values: Plain | None) -> None:
    city = unit.site.city
    if values is not None:
        before, value = value_of(city, kind, key), from_plain(KINDS[kind].cls, values)
        refuse_what_cannot_be(city, kind, value, services.today)
        _replace(city, kind, value)
        note_for_lists(city, kind, before, value)
        return
    if any(users_of(city, kind, key)) or _is_used(services, unit.site, kind, key):
        raise UndoRefused("in_use")
    city.replace(**{kind: tuple(value for value in getattr(city, kind) if value.code != key)})


def _is_used(services: Services, site: Site, kind: str, key: str) -> bool:
    """Tell whether a ticket or an account names a value: then it is ended, not removed."""
    if services.catalogue.tickets_of(kind, key):
        return True
    if kind == "departments":
        if services.directorates.seen_by(key):
            return True
        return any(grant.department == key for user in site.users.values() for grant in user.grants)
    if kind == "bodies":
        return bool(site.tickets)  # which body a matter was forwarded to stands in the tickets alone
    return False


def _area(kind: Kind) -> Area:
    return Area(
        kind.code,
        kind.permission,
        current=lambda site, key: plain_of(site.city, kind.code, key),
        restore=lambda services, unit, key, values: _restore(services, unit, kind.code, key, values),
    )


for _kind in KINDS.values():
    register(_area(_kind))
