"""What the file says against what there is: reckoned anew each time, so that the same file makes no second difference.

What the file never named is none of its business: it ends no unit and disables no account that it has not had once. An
empty cell says nothing, except that a unit without a parent stands at the top and one without an end goes on.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from halkla_iliskiler.api import AccountView, Department, fold

from .wanted import Person, Unit

__all__ = ["ALARMING", "Change", "differences", "grants_of", "grants_text", "is_alarming", "linked"]

FILE_GIVES = frozenset({"agent", "clerk", "director", "deputy_mayor", "field_crew", "supervisor"})
"""Roles a file gives and takes; others (administrator, auditor) stay as somebody has given them."""
ALARMING = 0.2
"""The share of what is known that may go at once before the file looks cut off."""
_FEW = 3
_SEES_LITTLE = frozenset({"clerk", "field_crew"})
"""Roles in which one sees the work of one directorate alone; every other one is looked at before it is given."""


@dataclass(frozen=True)
class Change:
    """One thing to be confirmed. ``what`` is ``new``, ``changed``, ``back`` (valid or enabled again) or ``gone``.

    ``fields`` are (name, before, after). ``key`` is our code or the user name. ``id`` is the same as long as nothing
    about the change is different, so that what was declined is not asked again.
    """

    subject: str
    what: str
    key: str
    name: str
    fields: tuple[tuple[str, str, str], ...] = ()

    @property
    def id(self) -> str:
        """What tells it from every other change."""
        told = json.dumps([self.subject, self.what, self.key, self.fields], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def opens_more(self) -> bool:
        """Tell whether somebody gets in again, or gets a role that sees more than the work of one directorate.

        An administrator may have closed the account by hand; and whoever can write the file could help themselves.
        """
        if self.subject != "person":
            return False
        new = (
            set(grants_of(after)) - set(grants_of(before)) for name, before, after in self.fields if name == "grants"
        )
        return self.what == "back" or any(role not in _SEES_LITTLE for grants in new for role, _ in grants)

    def after(self, field: str) -> str | None:
        """Return what a field is to be, ``None`` where it stays."""
        return next((after for name, _, after in self.fields if name == field), None)


def linked(units: Iterable[Unit], departments: Sequence[Department], known: Mapping[str, str]) -> dict[str, str]:
    """Return our code for each code of the file: the one it was given, the same, or that of the unit of that name."""
    ours = {department.code for department in departments}
    taken = set(known.values()) & ours
    links = dict(known)
    by_name: dict[str, list[str]] = {}
    for department in departments:
        by_name.setdefault(fold(department.name), []).append(department.code)
    for unit in units:
        if links.get(unit.code) in ours:
            continue
        same_name = [code for code in by_name.get(fold(unit.name), []) if code not in taken]
        if unit.code in ours:
            links[unit.code] = unit.code
        elif len(same_name) == 1:
            links[unit.code] = same_name[0]
        else:
            links[unit.code] = unit.code
        taken.add(links[unit.code])
    return links


def differences(
    units: Sequence[Unit],
    people: Sequence[Person],
    departments: Sequence[Department],
    accounts: Sequence[AccountView],
    *,
    links: Mapping[str, str],
    named: Mapping[str, Collection[str]],
    today: date,
) -> list[Change]:
    """Return what is to be confirmed, in the order in which it can be carried out. *named*: what files have had."""
    return [
        *_of_units(units, departments, links, named.get("units", ()), today),
        *_of_people(people, accounts, links, named.get("people", ())),
    ]


def is_alarming(changes: Iterable[Change], subject: str, known: int) -> bool:
    """Tell whether so much would go at once that the file may have been cut off."""
    gone = sum(1 for change in changes if change.subject == subject and change.what == "gone")
    return gone >= _FEW and gone > known * ALARMING


# -- units ------------------------------------------------------------------------------------------------------------


def _of_units(
    units: Sequence[Unit],
    departments: Sequence[Department],
    links: Mapping[str, str],
    named: Collection[str],
    today: date,
) -> Iterator[Change]:
    ours = {department.code: department for department in departments}
    inside = {links[unit.code] for unit in units}
    if units:
        for unit in _parents_first(units):
            change = _of_unit(unit, ours.get(links[unit.code]), links, today)
            if change is not None:
                yield change
        for code in sorted(set(named) - inside):
            old = ours.get(code)
            if old is not None and (old.valid_until is None or old.valid_until > today):
                yield Change(
                    "unit", "gone", code, old.name, (("valid_until", _iso(old.valid_until), today.isoformat()),)
                )


def _parents_first(units: Sequence[Unit]) -> Iterator[Unit]:
    by_code: dict[str, Unit] = {unit.code: unit for unit in units}
    begun: set[str] = set()
    for first in units:
        # A stack and no recursion: a file may nest its units as deep as it likes.
        waiting = [first] if first.code not in begun else []
        begun.add(first.code)
        while waiting:
            unit = waiting[-1]
            before = (code for code in (unit.parent, unit.successor) if code in by_code and code not in begun)
            if (code := next(before, None)) is not None:
                begun.add(code)
                waiting.append(by_code[code])
            else:
                yield waiting.pop()


def _of_unit(unit: Unit, old: Department | None, links: Mapping[str, str], today: date) -> Change | None:
    code = links[unit.code]
    wanted = {
        "name": unit.name,
        "parent": links.get(unit.parent, unit.parent),
        "level": unit.level or (old.level if old else "directorate"),
        "valid_from": unit.valid_from or _iso(old.valid_from if old else None),
        "valid_until": unit.valid_until,
        "successor": links.get(unit.successor, unit.successor) or (old.successor or "" if old else ""),
        "email": unit.email or (old.email if old else ""),
    }
    if old is None:
        if unit.valid_until and unit.valid_until < today.isoformat():
            return None  # over before we ever heard of it
        return Change(
            "unit", "new", code, unit.name, tuple((name, "", value) for name, value in wanted.items() if value)
        )
    before = {
        "name": old.name,
        "parent": old.parent or "",
        "level": old.level,
        "valid_from": _iso(old.valid_from),
        "valid_until": _iso(old.valid_until),
        "successor": old.successor or "",
        "email": old.email,
    }
    fields = tuple((name, before[name], value) for name, value in wanted.items() if value != before[name])
    if not fields:
        return None
    was_over = old.valid_until is not None and old.valid_until <= today
    return Change("unit", "back" if was_over and not unit.valid_until else "changed", code, old.name, fields)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


# -- people -----------------------------------------------------------------------------------------------------------


def _of_people(
    people: Sequence[Person], accounts: Sequence[AccountView], links: Mapping[str, str], named: Collection[str]
) -> Iterator[Change]:
    ours = {account.username: account for account in accounts}
    if not people:
        return
    for person in sorted(people, key=lambda person: person.username):
        change = _of_person(person, ours.get(person.username), links)
        if change is not None:
            yield change
    for username in sorted(set(named) - {person.username for person in people}):
        old = ours.get(username)
        if old is not None and not old.is_disabled:
            yield Change("person", "gone", username, old.name, (("disabled", "", "1"),))


def _of_person(person: Person, old: AccountView | None, links: Mapping[str, str]) -> Change | None:
    grants = {(role, links.get(department, department)) for role, department in person.grants}
    if old is None:
        said = (("name", "", person.name), ("email", "", person.email), ("grants", "", grants_text(grants)))
        return Change("person", "new", person.username, person.name, tuple(field for field in said if field[2]))
    kept = {grant for grant in old.grants if grant[0] not in FILE_GIVES}
    wanted = {
        "name": person.name,
        "email": person.email or old.email,
        "grants": grants_text(grants | kept),
        "disabled": "",
    }
    before = {
        "name": old.name,
        "email": old.email,
        "grants": grants_text(old.grants),
        "disabled": "1" if old.is_disabled else "",
    }
    fields = tuple((name, before[name], value) for name, value in wanted.items() if value != before[name])
    if not fields:
        return None
    return Change("person", "back" if old.is_disabled else "changed", person.username, old.name, fields)


def grants_text(grants: Iterable[tuple[str, str]]) -> str:
    """Return roles as one text: ``clerk:parks director:roads``, in a fixed order."""
    return " ".join(sorted(f"{role}:{department}" if department else role for role, department in grants))


def grants_of(text: str) -> tuple[tuple[str, str], ...]:
    """Return what :func:`grants_text` has written."""
    return tuple((role, department) for role, _, department in (word.partition(":") for word in text.split()))
