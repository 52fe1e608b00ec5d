"""Accounts from a file: what it would do is shown first, and only what was shown is done.

One line is one role of one person; several lines with one user name are one person with several roles. The same file
once more changes nothing. Accounts that are not in the file stay as they are.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken

from ..domain.access import ROLES, Grant
from ..domain.errors import InvalidInput
from ..domain.text import clean, fold_key
from ..domain.workflow import Permission
from ..storage import Site
from .account_rules import Desired, account_values, check_account, check_username, looked_after
from .handling import require
from .passwords import made_up_code
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = [
    "COLUMNS",
    "MOST_LINES",
    "Handed",
    "LineProblem",
    "PeopleImport",
    "Plan",
    "PlanChanged",
    "Planned",
    "decoded",
]

MOST_LINES = 2000
_MOST_BYTES = 1 << 20
_SHEET_LIFE = timedelta(minutes=30)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "username": ("username", "kullaniciadi", "kullanici"),
    "name": ("name", "adsoyad", "ad", "isim", "adisoyadi"),
    "role": ("role", "rol", "gorev"),
    "department": ("directorate", "department", "mudurluk", "birim"),
    "email": ("email", "eposta", "mail", "epostaadresi"),
    "sensitive": ("sensitive", "hassas", "hassaskonular"),
}
"""What a column may be called; letters and spelling as :func:`~..domain.text.fold_key` leaves them."""
_NEEDED = ("username", "name", "role")
_YES = frozenset({"evet", "e", "yes", "y", "1", "x", "true", "var"})
_NO = frozenset({"", "hayir", "h", "no", "n", "0", "false", "yok"})


@dataclass(frozen=True)
class LineProblem:
    """What is wrong with a line (0: with the file), in which column (empty: in none), and what stood there.

    With a ``sentence`` that is what people read of it.
    """

    line: int
    column: str
    problem: str
    said: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Planned:
    """What becomes of an account: ``new``, ``changed`` or ``same``, and which fields differ."""

    kind: str
    wanted: Desired
    lines: tuple[int, ...]
    fields: tuple[str, ...] = ()
    before: tuple[tuple[str, object], ...] = ()
    is_disabled: bool = False


@dataclass(frozen=True)
class Plan:
    """What a file would do. It can be carried out when there are no problems and something would happen.

    ``seal`` is the same as long as it would do the same; ``others`` is how many accounts are not in the file.
    """

    planned: tuple[Planned, ...]
    problems: tuple[LineProblem, ...]
    others: int
    seal: str

    def of_kind(self, kind: str) -> list[Planned]:
        """Return the accounts of one kind."""
        return [one for one in self.planned if one.kind == kind]

    @property
    def is_ready(self) -> bool:
        """Tell whether it can be carried out."""
        return not self.problems and any(one.kind != "same" for one in self.planned)


class PlanChanged(Exception):
    """The accounts have changed since the plan was shown; nothing was done. ``plan`` is what the file would do now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("the accounts have changed since")
        self.plan = plan


@dataclass(frozen=True)
class Handed:
    """A password to be handed out, with whose it is."""

    username: str
    name: str
    password: str


def decoded(content: bytes) -> str:
    """Return the text of a file as spreadsheets write it: UTF-8 with or without its mark, UTF-16, or windows-1254.

    Raises:
        InvalidInput: it is empty, too large or no text.
    """
    if not content.strip():
        raise InvalidInput("file", "file_empty")
    if len(content) > _MOST_BYTES:
        raise InvalidInput("file", "file_large")
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "windows-1254")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InvalidInput("file", "file_no_text")


class PeopleImport:
    """Makes and changes accounts from a file."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def plan(self, text: str, roles: Mapping[str, str]) -> Plan:
        """Return what a file would do. *roles* are the names of roles as they may be written, folded, with the code."""
        require(self._services, Permission.MANAGE_USERS)
        with self._services.assembly.database.reading() as site:
            return _plan(site, text, roles)

    def carry_out(self, text: str, roles: Mapping[str, str], seal: str) -> list[Handed]:
        """Do what was shown; return the passwords to be handed out.

        Raises:
            PlanChanged: it would do something else now.
        """
        passwords: dict[str, str] = {}

        def change(unit: Unit) -> list[Handed]:
            require(self._services, Permission.MANAGE_USERS)
            plan = _plan(unit.site, text, roles)
            if plan.seal != seal or not plan.is_ready:
                raise PlanChanged(plan)
            return list(self._enter(unit, plan, passwords))

        return self._services.write(change, "accounts from a file")

    def _enter(self, unit: Unit, plan: Plan, passwords: dict[str, str]) -> Iterator[Handed]:
        people = self._services.people
        # Who is made an administrator comes before who is one no longer.
        for one in sorted(plan.planned, key=lambda one: one.kind != "new"):
            wanted = one.wanted
            if one.kind == "new":
                password = passwords.setdefault(wanted.username, made_up_code())
                people.enter(unit, wanted, password)
                yield Handed(wanted.username, wanted.name, password)
            elif one.kind == "changed":
                people.adapt(unit, wanted, is_one_of_many=True)

    # -- the sheet of passwords, from the page that shows it to a file ------------------------------------------------

    def sealed(self, handed: Sequence[Handed]) -> str:
        """Return passwords as only this site, for whoever made them, can open for half an hour."""
        said = json.dumps([self._services.actor.id, [[one.username, one.name, one.password] for one in handed]])
        return self._box.encrypt_at_time(said.encode(), int(self._services.now().timestamp())).decode()

    def opened(self, sealed: str) -> list[Handed]:
        """Return what :meth:`sealed` was given; empty when it is somebody else's, or too old."""
        require(self._services, Permission.MANAGE_USERS)
        now, life = int(self._services.now().timestamp()), int(_SHEET_LIFE.total_seconds())
        try:
            said = json.loads(self._box.decrypt_at_time(sealed.encode("utf-8", "replace"), life, now))
        except InvalidToken:
            return []
        return [Handed(*one) for one in said[1]] if said[0] == self._services.actor.id else []

    @property
    def _box(self) -> Fernet:
        key = hmac.new(self._services.assembly.secret, b"passwords to hand out", hashlib.sha256).digest()
        return Fernet(base64.urlsafe_b64encode(key))


# -- reading --------------------------------------------------------------------------------------------------------


def _plan(site: Site, text: str, roles: Mapping[str, str]) -> Plan:
    lines, problems = _lines(text)
    reader = _Reader(site, roles)
    for number, cells in lines:
        problems += reader.take(number, cells)
    planned, more = reader.planned()
    problems += more
    if not problems and not _keeps_an_administrator(site, planned):
        problems.append(LineProblem(0, "", "last_administrator"))
    seal = hashlib.sha256(repr([(one.kind, one.wanted, one.before) for one in planned]).encode()).hexdigest()
    others = sum(1 for username in site.users if username not in {one.wanted.username for one in planned})
    return Plan(tuple(planned), tuple(sorted(problems, key=lambda one: one.line)), others, seal)


def _lines(text: str) -> tuple[list[tuple[int, dict[str, str]]], list[LineProblem]]:
    """Return the lines with the number a person counts them by, each as column and cell."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter=delimiter)
    columns: list[str] = []
    found: list[tuple[int, dict[str, str]]] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = [_column(cell) for cell in cells]
                continue
            found.append(
                (reader.line_num, {name: clean(cell) for name, cell in zip(columns, cells, strict=False) if name})
            )
    except csv.Error:
        return [], [LineProblem(reader.line_num, "", "line_unreadable")]
    if missing := [name for name in _NEEDED if name not in columns]:
        return [], [LineProblem(1, name, "column_missing") for name in missing]
    if twice := [name for name in COLUMNS if columns.count(name) > 1]:
        return [], [LineProblem(1, name, "column_twice") for name in twice]
    if len(found) > MOST_LINES:
        return [], [LineProblem(0, "", "file_large")]
    return found, [] if found else [LineProblem(0, "", "file_empty")]


def _column(cell: str) -> str:
    key = fold_key(clean(cell.lstrip("\ufeff")))
    return next((name for name, words in COLUMNS.items() if key in words), "")


class _Reader:
    """Gathers lines into people."""

    def __init__(self, site: Site, roles: Mapping[str, str]) -> None:
        self._site, self._roles = site, roles
        self._departments = {fold_key(one.name): one.code for one in site.city.departments}
        self._departments |= {fold_key(one.code): one.code for one in site.city.departments}
        self._wanted: dict[str, Desired] = {}
        self._lines: dict[str, tuple[int, ...]] = {}
        self._broken: set[str] = set()

    def take(self, number: int, cells: Mapping[str, str]) -> list[LineProblem]:
        """Take a line; return what is wrong with it."""
        username, name = cells.get("username", ""), cells.get("name", "")
        problems = [LineProblem(number, column, "required") for column in _NEEDED if not cells.get(column, "")]
        grant, wrong = self._grant(number, cells)
        email = cells.get("email") if "email" in cells else None
        problems += wrong or ([] if problems or grant is None else self._check(number, username, name, grant, email))
        if problems or grant is None:
            self._broken.add(username)
            return problems
        known = self._wanted.get(username)
        if known is None:
            self._wanted[username] = Desired(username, name, (grant,), email)
        else:
            problems += self._also(number, known, name, grant, email)
            self._wanted[username] = replace(known, grants=(*known.grants, grant), email=email or known.email)
        self._lines[username] = (*self._lines.get(username, ()), number)
        return problems

    def _also(self, number: int, known: Desired, name: str, grant: Grant, email: str | None) -> Iterator[LineProblem]:
        """Yield why one more line about somebody does not fit the ones before."""
        if name != known.name:
            yield LineProblem(number, "name", "line_other_name", name)
        if email and known.email and email != known.email:
            yield LineProblem(number, "email", "line_other_email", email)
        if any((one.role, one.department) == (grant.role, grant.department) for one in known.grants):
            yield LineProblem(number, "role", "grant_twice", grant.role)

    def _grant(self, number: int, cells: Mapping[str, str]) -> tuple[Grant | None, list[LineProblem]]:
        said, where = cells.get("role", ""), cells.get("department", "")
        code = self._roles.get(fold_key(said))
        if not said:
            return None, []
        if code is None:
            return None, [LineProblem(number, "role", "line_role", said)]
        department = self._departments.get(fold_key(where)) if where else None
        if ROLES[code].needs_department and department is None:
            return None, [
                LineProblem(number, "department", "line_department" if where else "line_no_department", where)
            ]
        sensitive = fold_key(cells.get("sensitive", ""))
        if sensitive not in _YES | _NO:
            return None, [LineProblem(number, "sensitive", "line_yes_no", cells["sensitive"])]
        return Grant(code, department if ROLES[code].needs_department else None, sensitive in _YES), []

    def _check(self, number: int, username: str, name: str, grant: Grant, email: str | None) -> list[LineProblem]:
        try:
            check_username(username)
            check_account(self._site, Desired(username, name, (grant,), email))
        except InvalidInput as problem:
            said = {"username": username, "name": name, "email": email or ""}.get(problem.field, "")
            return [LineProblem(number, problem.field, problem.problem, said, problem.sentence)]
        return []

    def planned(self) -> tuple[list[Planned], list[LineProblem]]:
        """Return what becomes of everybody, in the order of the file."""
        sound = [one for one in self._wanted.values() if one.username not in self._broken]
        planned = [self._planned(one) for one in sound]
        return planned, list(self._cases(planned))

    def _cases(self, planned: Sequence[Planned]) -> Iterator[LineProblem]:
        """Yield which new user names are there already, or stand in the file before, in other letters."""
        there = {username.casefold(): username for username in self._site.users}
        before: dict[str, str] = {}
        for one in (one for one in planned if one.kind == "new"):
            key = one.wanted.username.casefold()
            if key in there:
                yield LineProblem(one.lines[0], "username", "line_other_case", there[key])
            elif key in before:
                yield LineProblem(one.lines[0], "username", "line_two_cases", before[key])
            before.setdefault(key, one.wanted.username)

    def _planned(self, wanted: Desired) -> Planned:
        lines = self._lines[wanted.username]
        user = self._site.users.get(wanted.username)
        if user is None:
            return Planned("new", wanted, lines)
        # An empty cell says nothing about the address.
        wanted = replace(wanted, email=wanted.email or user.email)
        fields = [name for name in ("name", "email") if getattr(user, name) != getattr(wanted, name)]
        if set(user.grants) != set(wanted.grants):
            fields.append("grants")
        before = tuple(sorted((name, repr(value)) for name, value in account_values(user).items()))
        return Planned("changed" if fields else "same", wanted, lines, tuple(fields), before, user.is_disabled)


def _keeps_an_administrator(site: Site, planned: Sequence[Planned]) -> bool:
    now = {
        user.username: (user.grants, bool(user.password_hash)) for user in site.users.values() if not user.is_disabled
    }
    then = now | {
        name: (one.wanted.grants, name in now and now[name][1])
        for one in planned
        if not one.is_disabled and (name := one.wanted.username)
    }
    return looked_after(then.values()) >= looked_after(now.values())
