"""A change of the administration in words: what each field is called, and what its values mean to people."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pyramid.request import Request

from ....domain.changes import Change, EditConflict
from ....domain.plain import Plain
from ....i18n import _
from ....services.changes import AREAS as KEPT_AREAS
from ....storage import Site
from ...page import Page
from ...values import Values

__all__ = ["AREAS", "UNDO_REFUSED", "AreaWords", "conflict_values", "history_of", "said"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NOTHING = "—"
UNDO_REFUSED = {
    "changed_since": _("That cannot be taken back any more: the same has been changed since."),
    "undone_already": _("That has been taken back already."),
    "in_use": _("That cannot be taken back: what was made is used by now. It can be ended instead."),
    "not_undoable": _("That cannot be taken back."),
}


def _no_words(page: Page, site: Site, name: str, value: Any) -> str | None:
    return None


@dataclass(frozen=True)
class AreaWords:
    """How an area speaks: its title, its fields, what a value means (``None``: said as it is), where a thing stands."""

    title: str
    fields: Mapping[str, str] = field(default_factory=dict)
    say: Callable[[Page, Site, str, Any], str | None] = _no_words
    href: Callable[[Page, str], str | None] = lambda page, key: None


AREAS: dict[str, AreaWords] = {}
"""The words of every area, by its code (see :mod:`halkla_iliskiler.services.changes`)."""


def said(page: Page, site: Site, area: str, name: str, value: Any) -> str:
    """Say a value of a field to people."""
    words = AREAS.get(area)
    meant = words.say(page, site, name, value) if words is not None else None
    if meant is not None:
        return meant or NOTHING
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, bool):
        return page.say(_("Yes")) if value else page.say(_("No"))
    if isinstance(value, list):
        return ", ".join(said(page, site, area, name, one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {said(page, site, area, name, one)}" for key, one in value.items())
    if isinstance(value, str) and _DAY.fullmatch(value):
        return page.day(value)
    return str(value)


def field_label(page: Page, area: str, name: str) -> str:
    """Return what a field is called; one that nobody has named keeps its own name."""
    words = AREAS.get(area)
    return page.say(words.fields.get(name, name)) if words is not None else name


def rows_of(request: Request, site: Site, change: Change) -> Iterator[Values]:
    """Yield what differs: the field, before and after, in words."""
    page: Page = request.page
    before, after = change.before or {}, change.after or {}
    words = AREAS.get(change.area)
    for name in {**before, **after}:
        if words is not None and name not in words.fields:
            continue
        old = said(page, site, change.area, name, before.get(name)) if change.before is not None else ""
        new = said(page, site, change.area, name, after.get(name)) if change.after is not None else ""
        if old != new and {old, new} != {"", NOTHING}:
            yield Values(label=field_label(page, change.area, name), before=old, after=new)


def change_values(request: Request, site: Site, change: Change) -> Values:
    """Return a change as the macro ``history`` shows it."""
    page: Page = request.page
    words, changes = AREAS.get(change.area), request.services.changes
    can_undo = changes.may(change.area) and changes.refusal(site, change) is None
    at: datetime = change.at
    return Values(
        id=change.id,
        when=page.moment(at),
        exact=page.times.exact(at),
        who=change.who_name or page.say(_("The program")),
        what=page.say(_what(change)),
        area=page.say(words.title) if words is not None else change.area,
        title=change.title,
        href=words.href(page, change.key) if words is not None else None,
        rows=list(rows_of(request, site, change)),
        undo_href=page.url("staff.admin_undo", change=change.id) if can_undo else None,
    )


def _what(change: Change) -> str:
    if change.undoes:
        return _("took a change back")
    if change.before is None:
        return _("made it")
    if change.after is None:
        return _("removed it")
    names = set(change.after)
    if names <= {"unchecked", "checked_on"}:
        return _("checked it")
    if names == {"ended_on"}:
        return _("ended it") if change.after["ended_on"] else _("took it up again")
    return _("changed it")


def history_of(request: Request, site: Site, area: str, key: str, limit: int = 20) -> list[Values]:
    """Return what was done to one thing, for the macro ``history``; nothing where the actor may not see it."""
    if area not in KEPT_AREAS or not request.services.changes.may(area):
        return []
    return [change_values(request, site, change) for change in request.services.changes.of(site, area, key, limit)]


def conflict_values(
    request: Request, site: Site, area: str, problem: EditConflict, yours: Plain, seen: Plain | None = None
) -> Values:
    """Return both sides of a conflict for the macro ``conflict``: what stands there now, and what was typed.

    Where it is known what both had *seen*, what only one of them changed is no matter between them.
    """
    page: Page = request.page
    now, words = problem.current or {}, AREAS.get(area)
    rows = [
        Values(
            label=field_label(page, area, name),
            theirs=said(page, site, area, name, now.get(name)),
            yours=page.say(_("not touched: theirs stands in the form"))
            if seen is not None and seen.get(name) == value
            else said(page, site, area, name, value),
        )
        for name, value in yours.items()
        if now.get(name) != value
        and (words is None or name in words.fields)
        and (seen is None or now.get(name) != seen.get(name))
    ]
    return Values(
        who=problem.by.who_name if problem.by is not None else "",
        when=page.moment(problem.by.at).words if problem.by is not None else "",
        rows=rows,
    )
