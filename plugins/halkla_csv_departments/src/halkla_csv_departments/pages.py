"""The page on which an administrator confirms what the files say, or leaves it as it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from halkla_iliskiler.api import Asked, Department, House, Said

from .applying import confirm, decline, pending
from .difference import Change, grants_of
from .files import State
from .settings import Settings
from .words import FIELDS, LEVELS, PROBLEMS, REFUSALS, ROLES, WHAT, _

__all__ = ["said", "show"]

_SHOWN = 200
"""Changes on one page; those after them come when these are done."""


def show(asked: Asked, house: House) -> Mapping[str, object]:
    """Show the reports on the files, and what is to be confirmed."""
    state, now = State(house.data), pending(house)
    departments = list(now.departments.values())
    names = {department.code: department.name for department in departments}
    names |= {change.key: change.name for change in now.changes if change.subject == "unit" and change.what == "new"}
    return {
        "is_idle": Settings.of(house.settings).is_idle,
        "reports": [
            _report(house, title, state.reports[subject])
            for subject, title in (("units", _("File of the units")), ("people", _("File of the people")))
            if subject in state.reports
        ],
        "units": [_row(change, names, now.alarming) for change in now.changes if change.subject == "unit"][:_SHOWN],
        "people": [_row(change, names, now.alarming) for change in now.changes if change.subject == "person"][:_SHOWN],
        "more": max(0, len(now.changes) - _SHOWN),
        "declined": [_row(change, names, now.alarming) for change in now.declined][:_SHOWN],
        "alarming": bool(now.alarming),
        "opening": any(change.opens_more for change in now.changes),
        "successors": _successors(departments, house),
        "done": "",
        "refused": [],
        "passwords": [],
    }


def said(asked: Asked, house: House) -> Said:
    """Confirm or decline what was ticked."""
    chosen = asked.form.all("change")
    if not chosen:
        return Said(problem=_("Please tick what is to be done first."))
    if "decline" in asked.form:
        count = decline(house, chosen)
        return Said(_("Left as they are until a file says something else: ${count}.", mapping={"count": count}))
    successors = {identity: asked.form.get(f"successor-{identity}", "") for identity in chosen}
    done = confirm(house, chosen, successors)
    message = _("Changes made: ${count}. They stand in the log of changes.", mapping={"count": done.count})
    if done.left:
        message = _(
            "Changes made: ${count}. There was no time for ${left} more: please confirm them again below.",
            mapping={"count": done.count, "left": done.left},
        )
    if not done.refused and not done.passwords:
        return Said(message)
    # Drawn at once and not after a redirect: first passwords are kept nowhere, and are seen here or never.
    shown = {
        "done": message,
        "refused": [{"name": change.name, "why": REFUSALS.get(code, REFUSALS[""])} for change, code in done.refused],
        "passwords": [{"username": name, "password": word} for name, word in sorted(done.passwords.items())],
    }
    return Said(values=shown)


def _report(house: House, title: str, report: Mapping[str, object]) -> Mapping[str, object]:
    at = datetime.fromisoformat(str(report["at"])).astimezone(house.zone)
    problems = report["problems"]
    assert isinstance(problems, list)  # noqa: S101  (as this plugin has kept it)
    return {
        "title": title,
        "at": at.strftime("%d.%m.%Y %H:%M"),
        "count": report["count"],
        "is_broken": bool(problems),
        "problems": [
            {
                "line": problem["line"] or "",
                "column": problem["column"],
                "value": problem["value"],
                "words": PROBLEMS[problem["code"]],
            }
            for problem in problems
        ],
    }


def _row(change: Change, names: Mapping[str, str], alarming: frozenset[str]) -> Mapping[str, object]:
    return {
        "id": change.id,
        "name": change.name,
        "key": change.key,
        "what": WHAT[change.what],
        "tone": {"new": "ok", "gone": "late"}.get(change.what, "soon"),
        "fields": [
            {"label": FIELDS[name], "before": _said(name, before, names), "after": _said(name, after, names)}
            for name, before, after in change.fields
            if name != "name" or change.what != "new"
        ],
        "is_ticked": not (change.opens_more or (change.what == "gone" and change.subject in alarming)),
        "ends": change.subject == "unit" and bool(change.after("valid_until")),
        "successor": change.after("successor") or "",
    }


def _said(field: str, text: str, names: Mapping[str, str]) -> object:
    if not text:
        return _("no") if field == "disabled" else "—"
    if field == "disabled":
        return _("yes")
    if field in ("parent", "successor"):
        return names.get(text, text)
    if field in ("valid_from", "valid_until"):
        return ".".join(reversed(text.split("-")))
    if field == "level":
        return LEVELS.get(text, text)
    if field == "grants":
        return [
            {"role": ROLES.get(role, role), "department": names.get(department, department)}
            for role, department in grants_of(text)
        ]
    return text


def _successors(departments: Sequence[Department], house: House) -> list[Mapping[str, str]]:
    today = house.now().astimezone(house.zone).date()
    return [
        {"code": department.code, "name": department.name}
        for department in departments
        if department.level == "directorate" and department.is_valid_on(today)
    ]
