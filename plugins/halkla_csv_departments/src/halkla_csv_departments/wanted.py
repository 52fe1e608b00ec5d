"""What the two files say there is: units of the municipality, and people with their roles."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from halkla_iliskiler.api import fold

from .rows import Problem, Row, read_table

__all__ = ["Person", "Unit", "read_people", "read_units"]

UNIT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("Kod", "Birim kodu", "Birim no", "code"),
    "name": ("Ad", "Birim adı", "Birim", "name"),
    "parent": ("Üst kod", "Üst birim kodu", "Üst birim", "Bağlı olduğu birim", "parent"),
    "level": ("Düzey", "Tür", "Birim türü", "level"),
    "valid_from": ("Başlangıç", "Geçerlilik başlangıcı", "Başlangıç tarihi", "valid from"),
    "valid_until": ("Bitiş", "Geçerlilik bitişi", "Bitiş tarihi", "valid until"),
    "successor": ("Yerine geçen", "Devralan birim", "successor"),
    "email": ("E-posta", "Eposta adresi", "e-mail", "email"),
}
PEOPLE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "username": ("Kullanıcı adı", "Kullanıcı", "username"),
    "name": ("Ad soyad", "Adı soyadı", "Ad ve soyad", "name"),
    "email": ("E-posta", "Eposta adresi", "e-mail", "email"),
    "role": ("Rol", "Görev", "role"),
    "department": ("Birim kodu", "Birim", "Müdürlük kodu", "department"),
}

# As programs of personnel departments write them, and the codes themselves.
_LEVELS = {
    "mudurluk": "directorate", "directorate": "directorate", "daire": "directorate", "baskan": "mayor",
    "baskanlik": "mayor", "mayor": "mayor", "baskanyardimciligi": "deputy_mayor", "deputymayor": "deputy_mayor",
    "seflik": "unit", "birim": "unit", "servis": "unit", "unit": "unit",
}  # fmt: skip
_ROLES = {
    "temsilci": "agent", "cagrimerkezi": "agent", "agent": "agent",
    "memur": "clerk", "birimgorevlisi": "clerk", "clerk": "clerk",
    "mudur": "director", "director": "director",
    "baskanyardimcisi": "deputy_mayor", "deputymayor": "deputy_mayor",
    "saha": "field_crew", "sahaekibi": "field_crew", "fieldcrew": "field_crew",
    "sorumlu": "supervisor", "supervisor": "supervisor",
}  # fmt: skip
"""A file makes nobody an administrator or an auditor: whoever can write the file would make themselves one."""
_WITH_DEPARTMENT = frozenset({"clerk", "director", "deputy_mayor", "field_crew"})

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,38}[a-z0-9])?")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")


@dataclass(frozen=True)
class Unit:
    """A unit as the file has it; days are ISO dates. What is empty the file does not say."""

    code: str
    name: str
    parent: str = ""
    level: str = ""
    valid_from: str = ""
    valid_until: str = ""
    successor: str = ""
    email: str = ""

    def kept(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Person:
    """Somebody as the file has them: a line for each of their roles has become one person with all of them."""

    username: str
    name: str
    email: str = ""
    grants: tuple[tuple[str, str], ...] = ()

    def kept(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {**asdict(self), "grants": [list(grant) for grant in self.grants]}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Person":
        """Return what :meth:`kept` has written down."""
        return cls(kept["username"], kept["name"], kept["email"], tuple((r, d) for r, d in kept["grants"]))


def read_units(content: bytes, known: Collection[str] = ()) -> tuple[list[Unit], list[Problem]]:
    """Return the units of a file, and what is wrong with it. *known* are codes that may be named besides."""
    table = read_table(content, UNIT_COLUMNS, ("code", "name"))
    problems, units, lines = list(table.problems), {}, {}
    for row in table.rows:
        found = list(_unit_problems(row))
        if row.get("code") in units:
            found.append(Problem(row.line, "code_twice", "Kod", row.get("code")))
        problems += found
        if not found:
            units[row.get("code")] = _unit(row)
            lines[row.get("code")] = row.line
    for unit in units.values():
        for column, other in (("parent", unit.parent), ("successor", unit.successor)):
            if other and other not in units and other not in known:
                problems.append(Problem(lines[unit.code], "unit_unknown", UNIT_COLUMNS[column][0], other))
    problems += [Problem(lines[code], "circle", "Üst kod", code) for code in _in_circles(units)]
    return list(units.values()), sorted(problems, key=lambda problem: problem.line)


def _unit(row: Row) -> Unit:
    return Unit(
        row.get("code"),
        row.get("name"),
        row.get("parent"),
        _LEVELS.get(_plain(row.get("level")), ""),
        _day(row.get("valid_from")) or "",
        _day(row.get("valid_until")) or "",
        row.get("successor"),
        row.get("email"),
    )


def _unit_problems(row: Row) -> Iterator[Problem]:
    if not _CODE.fullmatch(row.get("code")):
        yield Problem(row.line, "code", "Kod", row.get("code"))
    if not row.get("name") or len(row.get("name")) > 120:
        yield Problem(row.line, "name", "Ad", row.get("name")[:120])
    if row.get("level") and _plain(row.get("level")) not in _LEVELS:
        yield Problem(row.line, "level", "Düzey", row.get("level"))
    if row.get("email") and not _EMAIL.fullmatch(row.get("email")):
        yield Problem(row.line, "email", "E-posta", row.get("email"))
    days = [_day(row.get(column)) for column in ("valid_from", "valid_until")]
    for column, day in zip(("valid_from", "valid_until"), days, strict=True):
        if day is None:
            yield Problem(row.line, "day", UNIT_COLUMNS[column][0], row.get(column))
    if days[0] and days[1] and days[1] < days[0]:
        yield Problem(row.line, "days", "Bitiş", row.get("valid_until"))


def _in_circles(units: Mapping[str, Unit]) -> Iterator[str]:
    for code in units:
        seen, above = {code}, units[code].parent
        while above in units and above not in seen:
            seen.add(above)
            above = units[above].parent
        if above == code:
            yield code


def read_people(content: bytes, departments: Collection[str]) -> tuple[list[Person], list[Problem]]:
    """Return the people of a file, and what is wrong with it. *departments* are the codes there are."""
    table = read_table(content, PEOPLE_COLUMNS, ("name", "role"))
    problems = list(table.problems)
    people: dict[str, Person] = {}
    if table.rows and not {"username", "email"} & set(table.rows[0].values):
        problems.append(Problem(1, "column_missing", "E-posta"))
    for row in table.rows:
        username = _username(row)
        found = list(_person_problems(row, username, departments))
        before = people.get(username)
        person = _person(row, username)
        if before and not found and (fold(before.name), before.email) != (fold(person.name), person.email):
            found.append(Problem(row.line, "person_twice", "Kullanıcı adı", username))
        problems += found
        if not found:
            grants = (*(before.grants if before else ()), *person.grants)
            people[username] = Person(username, person.name, person.email, tuple(dict.fromkeys(grants)))
    return list(people.values()), sorted(problems, key=lambda problem: problem.line)


def _person(row: Row, username: str) -> Person:
    role = _ROLES.get(_plain(row.get("role")), "")
    department = row.get("department") if role in _WITH_DEPARTMENT else ""
    return Person(username, " ".join(row.get("name").split()), row.get("email").lower(), ((role, department),))


def _username(row: Row) -> str:
    """Return the user name: the file's, or what stands before the @ of the address."""
    return (row.get("username") or row.get("email").partition("@")[0]).lower()


def _person_problems(row: Row, username: str, departments: Collection[str]) -> Iterator[Problem]:
    if not _USERNAME.fullmatch(username):
        yield Problem(row.line, "username", "Kullanıcı adı", username)
    if not row.get("name") or len(row.get("name")) > 80:
        yield Problem(row.line, "name", "Ad soyad", row.get("name")[:80])
    if row.get("email") and not _EMAIL.fullmatch(row.get("email")):
        yield Problem(row.line, "email", "E-posta", row.get("email"))
    role = _ROLES.get(_plain(row.get("role")))
    if role is None:
        yield Problem(row.line, "role", "Rol", row.get("role"))
    elif role in _WITH_DEPARTMENT and row.get("department") not in departments:
        yield Problem(row.line, "department", "Birim kodu", row.get("department"))


def _day(text: str) -> str | None:
    """Return a day as ISO, an empty string for none, ``None`` for what is no day (``31.12.2026``, ``2026-12-31``)."""
    if not text:
        return ""
    if found := _DAY.fullmatch(text):
        text = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _plain(text: str) -> str:
    return "".join(sign for sign in fold(text) if sign.isalnum())
