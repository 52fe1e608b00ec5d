"""Reading the files in the night, keeping what they say, and telling what is wrong with them."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from halkla_iliskiler.api import House, PluginData

from .difference import linked
from .rows import MOST_BYTES, Problem
from .settings import Settings
from .wanted import Person, Unit, read_people, read_units

__all__ = ["SETTLED", "State", "read_files"]

SETTLED = 60
"""Seconds for which nobody must have written to a file: half of one is not read."""
SUBJECTS = ("units", "people")
_SHOWN = 200
"""Problems of one file that are kept; who has more of them has one problem."""
_LONGEST = 80


class State:
    """What the files said the last time they were good, and what was wrong with them since; from the plugin's data.

    A line of a file is a value of its own; what a later file does not have any more is kept as what was named once.
    """

    def __init__(self, data: PluginData) -> None:
        units, people = dict(data.items("unit/")), dict(data.items("person/"))
        self.units = [Unit(**kept["said"]) for kept in units.values() if kept["is_in"]]
        self.people = [Person.of(kept["said"]) for kept in people.values() if kept["is_in"]]
        self.links: dict[str, str] = {kept["said"]["code"]: kept["ours"] for kept in units.values()}
        self.named = {
            "units": {kept["ours"] for kept in units.values()},
            "people": {kept["said"]["username"] for kept in people.values()},
        }
        self.reports = {subject: report for subject in SUBJECTS if (report := data.get(f"report/{subject}"))}
        self.declined = frozenset(key.removeprefix("declined/") for key, _ in data.items("declined/"))


def read_files(house: House) -> int:
    """Read what has changed since the last time; return how many files that were. A broken one stays where it is."""
    settings = Settings.of(house.settings)
    return sum(
        1
        for subject, path in (("units", settings.units), ("people", settings.people))
        if path is not None and _read_one(house, subject, path)
    )


def _read_one(house: House, subject: str, path: Path) -> bool:
    content, problem = _content(house, path)
    if content is None:
        return problem is not None and _report(house, subject, "", [problem])
    digest = hashlib.sha256(content).hexdigest()
    before = house.data.get(f"report/{subject}") or {}
    # A broken file of people may be broken only because the units were, so it is looked at again.
    if before.get("digest") == digest and not before.get("problems"):
        return False
    ours = {department.code for department in house.departments()}
    if subject == "units":
        units, problems = read_units(content, ours)
        found: Sequence[Unit | Person] = units
    else:
        found, problems = read_people(content, ours | {unit.code for unit in State(house.data).units})
    if problems:
        return _report(house, subject, digest, problems)
    _keep(house, subject, digest, found)
    return True


def _content(house: House, path: Path) -> tuple[bytes | None, Problem | None]:
    try:
        status = path.stat()
        if 0 <= house.now().timestamp() - status.st_mtime < SETTLED:
            return None, None
        if not path.is_file():
            return None, Problem(0, "unreadable")
        if status.st_size > MOST_BYTES:
            return None, Problem(0, "too_large")
        return path.read_bytes(), None
    except FileNotFoundError:
        return None, Problem(0, "missing")
    except OSError:
        return None, Problem(0, "unreadable")


def _report(house: House, subject: str, digest: str, problems: Sequence[Problem]) -> bool:
    """Keep what is wrong; tell whether it is news."""
    kept = [{**asdict(problem), "value": problem.value[:_LONGEST]} for problem in problems[:_SHOWN]]

    def change(data: PluginData) -> bool:
        before = data.get(f"report/{subject}") or {}
        is_news = bool(before.get("digest") != digest or before.get("problems") != kept)
        if is_news:
            data.put(f"report/{subject}", _reported(house, digest, kept, len(problems)))
        return is_news

    return house.write(change)


def _reported(house: House, digest: str, problems: list[dict[str, Any]], count: int) -> dict[str, Any]:
    return {"digest": digest, "at": house.now().isoformat(), "problems": problems, "count": count}


def _keep(house: House, subject: str, digest: str, found: Sequence[Unit | Person]) -> None:
    departments = house.departments()

    def change(data: PluginData) -> None:
        links = linked([one for one in found if isinstance(one, Unit)], departments, State(data).links)
        new: dict[str, dict[str, Any]] = {}
        for one in found:
            if isinstance(one, Unit):
                new[f"unit/{one.code}"] = {"is_in": True, "ours": links[one.code], "said": one.kept()}
            else:
                new[f"person/{one.username}"] = {"is_in": True, "said": one.kept()}
        old = dict(data.items("unit/" if subject == "units" else "person/"))
        for key, value in old.items():
            if key not in new:
                new[key] = {**value, "is_in": False}
        for key, value in new.items():
            if old.get(key) != value:
                data.put(key, value)
        data.put(f"report/{subject}", _reported(house, digest, [], len(found)))

    house.write(change)
