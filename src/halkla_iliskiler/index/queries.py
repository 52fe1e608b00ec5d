"""What can be asked of the index, and the SQL it becomes. Values always travel as parameters."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from ..domain.access import Visibility
from ..domain.text import tokens
from .rows import Row

__all__ = ["Page", "Personal", "Standing", "TicketQuery", "conditions", "halves", "match_expression", "visible"]


class Standing(StrEnum):
    """How a promise stands: met in time; met late, or not met and the time is over; still to be met; never made."""

    KEPT = "kept"
    BROKEN = "broken"
    RUNNING = "running"
    NONE = "none"


@dataclass(frozen=True)
class TicketQuery:
    """A list of tickets as somebody may see it.

    ``due_before`` and ``created_before`` are in seconds since 1970, ``planned_until`` is a day (``date.toordinal``).
    ``cursor`` is the ``(key, id)`` of the last row of the page before, :attr:`key` being what the list is ordered by.
    Of ``assignees`` an empty one is nobody; ``tags`` are folded. ``personal`` is what needs one person; ``ids`` are the
    only tickets asked about. ``names`` are folded words of whoever applied, as the index marks them; ``by_person`` says
    that ``ids`` are somebody's. Either way, where the name is hidden ``identity_known`` must hold.

    Of ``categories``, ``departments`` and ``neighbourhoods`` an empty one is none. ``promise`` and ``solve`` are how
    the promises stand at ``as_of``; ``causes`` are why the answer came too late. ``by_age`` puts the newest first.
    """

    visibility: Visibility
    words: str = ""
    is_open: bool | None = True
    statuses: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    neighbourhoods: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    unrouted: bool = False
    check_pending: bool = False
    suspected: bool | None = None
    due_before: int | None = None
    due_from: int | None = None
    kinds: tuple[str, ...] = ()
    regimes: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    sensitive: bool | None = None
    has_photos: bool | None = None
    is_duplicate: bool | None = None
    tags: tuple[str, ...] = ()
    promise: tuple[Standing, ...] = ()
    solve: tuple[Standing, ...] = ()
    as_of: int = 0
    causes: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    is_reopened: bool | None = None
    by_age: bool = False
    created_from: int | None = None
    created_before: int | None = None
    planned_until: int | None = None
    personal: "Personal | None" = None
    ids: tuple[int, ...] | None = None
    names: tuple[str, ...] = ()
    by_person: bool = False
    identity_known: Visibility | None = None
    cursor: tuple[int, int] | None = None
    backwards: bool = False
    limit: int = 50

    @property
    def key(self) -> str:
        """The column the list is ordered by: newest first when searched, else the clock or the day that comes first."""
        if self.words or self.names or self.by_person:
            return "id"
        if self.by_age:
            return "created"
        if self.planned_until is not None:
            return "planned"
        return "updated" if self.is_open is False else "due"

    def only(self, ids: Collection[int]) -> "TicketQuery":
        """Return the same list of no more than these tickets."""
        return replace(self, ids=tuple(ids) if self.ids is None else tuple(set(ids) & set(self.ids)))

    @property
    def ascends(self) -> bool:
        """Tell whether the smallest of :attr:`key` comes first."""
        return self.key in ("due", "planned")


@dataclass(frozen=True)
class Personal:
    """What needs one person: assigned to them, given back to them, naming them, or asked of their directorates."""

    user: str
    advising: tuple[str, ...] = ()


class Page(NamedTuple):
    """Some rows of a list and whether there are more in the direction asked for."""

    rows: list[Row]
    has_more: bool


def visible(visibility: Visibility) -> tuple[str, list[object]]:
    """Return the access rule as an SQL condition (the counterpart of :meth:`Visibility.includes`)."""
    condition, values = _held(visibility)
    shared, more = _shared(visibility)
    return (f"({condition} OR ({shared}))", [*values, *more]) if shared else (condition, values)


def _held(visibility: Visibility) -> tuple[str, list[object]]:
    """Return the rule without what others share."""
    if visibility.all_ordinary and visibility.all_sensitive:
        return "1", []
    parts: list[str] = []
    values: list[object] = []
    if visibility.all_ordinary:
        parts.append("sensitive = 0")
    if visibility.all_sensitive:
        parts.append("sensitive = 1")
    if visibility.own:
        parts.append(f"department IN ({_marks(visibility.own)})")
        values += sorted(visibility.own)
    if visibility.own_ordinary:
        parts.append(f"(sensitive = 0 AND department IN ({_marks(visibility.own_ordinary)}))")
        values += sorted(visibility.own_ordinary)
    if visibility.centre:
        parts.append("(sensitive = 0 AND department IS NULL)")
    return (f"({' OR '.join(parts)})" if parts else "0"), values


def _shared(visibility: Visibility) -> tuple[str, list[object]]:
    """Return the rule for what others share; empty where nothing is shared with anybody who sees this."""
    parts: list[str] = []
    values: list[object] = []
    if visibility.all_ordinary and visibility.all_sensitive:
        return "", []
    for departments, more in ((visibility.shared, ""), (visibility.shared_ordinary, "sensitive = 0 AND ")):
        parts += [f"({more}instr(shared, ?) > 0)"] * len(departments)
        values += [f",{code}," for code in sorted(departments)]
    # The first comparison lets SQLite use the partial indexes of what is shared at all.
    return (f"shared <> '' AND ({' OR '.join(parts)})" if parts else ""), values


def conditions(query: TicketQuery) -> tuple[list[str], list[object]]:
    """Return the SQL conditions of a query, without words and cursor."""
    condition, values = visible(query.visibility)
    parts, more = _asked(query)
    return [condition, *parts], [*values, *more]


def halves(query: TicketQuery) -> list[tuple[list[str], list[object]]]:
    """Return the conditions of :func:`conditions` as queries that have no row in common.

    What a directorate handles and what others share with it are in two indexes, each in the order of a list; asked with
    an OR, SQLite would read the list of the whole city.
    """
    if query.personal is not None:
        return _personal(query, query.personal)
    parts, values = _asked(query)
    condition, held = _held(query.visibility)
    found = [([condition, *parts], [*held, *values])]
    shared, more = _shared(query.visibility)
    if shared:
        found.append(([shared, f"{condition} IS NOT TRUE", *parts], [*more, *held, *values]))
    return found


def _personal(query: TicketQuery, personal: Personal) -> list[tuple[list[str], list[object]]]:
    """Return a query for each reason why something needs a person, each in the order of its own index."""
    condition, seen = visible(query.visibility)
    parts, values = _asked(query)
    reasons: list[tuple[str, list[object]]] = [("is_open = 1 AND assignee = ?", [personal.user])]
    if personal.advising:
        reasons.append((f"is_open = 1 AND opinion_from IN ({_marks(personal.advising)})", [*personal.advising]))
    reasons.append(("is_open = 1 AND returned_to = ?", [personal.user]))
    # Who was mentioned reads it, finished or not.
    reasons.append(("id IN (SELECT ticket FROM mentions WHERE user = ?)", [personal.user]))
    found = []
    for place, (reason, of) in enumerate(reasons):
        before = [f"({other}) IS NOT TRUE" for other, _ in reasons[:place]]
        earlier = [value for _, others in reasons[:place] for value in others]
        found.append(([reason, *before, condition, *parts], [*of, *earlier, *seen, *values]))
    return found


def _asked(query: TicketQuery) -> tuple[list[str], list[object]]:
    parts: list[str] = []
    values: list[object] = []
    if query.is_open is not None:
        # Written out, not as a parameter: SQLite uses a partial index only when it can prove the condition.
        parts.append("is_open = 1" if query.is_open else "is_open = 0")
    if query.statuses and set(query.statuses) <= _RARE:
        parts.append(_IS_RARE)
    for column, wanted in (
        ("status", query.statuses),
        ("category", query.categories),
        ("department", query.departments),
        ("neighbourhood", query.neighbourhoods),
        ("channel", query.channels),
        ("kind", query.kinds),
        ("regime", query.regimes),
        ("promise_cause", query.causes),
        ("outcome", query.outcomes),
    ):
        if wanted:
            codes = [value for value in wanted if value]
            either = [f"{column} IN ({_marks(codes)})"] if codes else []
            either += [f"{column} IS NULL"] if "" in wanted else []
            parts.append(either[0] if len(either) == 1 else f"({' OR '.join(either)})")
            values += codes
    for name, standings in (("promise", query.promise), ("solve", query.solve)):
        if standings:
            parts.append(f"({' OR '.join(_STANDING[one].format(name) for one in standings)})")
            values += [query.as_of] * sum(one in (Standing.BROKEN, Standing.RUNNING) for one in standings)
    if query.assignees:
        # Written so that the index of assignees is used; nobody is an assignee, too.
        people = [name for name in query.assignees if name]
        named = f"assignee IN ({_marks(people)})" if people else ""
        nobody = "assignee IS NULL" if "" in query.assignees else ""
        parts.append(f"({' OR '.join(filter(None, (named, nobody)))})")
        values += people
    for yes, no, wish in (
        ("department IS NULL", "", query.unrouted or None),
        ("check_pending = 1", "", query.check_pending or None),
        ("suspected = 1", "suspected = 0", query.suspected),
        ("sensitive = 1", "sensitive = 0", query.sensitive),
        ("photos > 0", "photos = 0", query.has_photos),
        ("duplicate_of IS NOT NULL", "duplicate_of IS NULL", query.is_duplicate),
        ("reopened > 0", "reopened = 0", query.is_reopened),
    ):
        if wish is not None:
            parts.append(yes if wish else no)
    for comparison, bound in (
        ("due < ?", query.due_before),
        ("due >= ?", query.due_from),
        ("created < ?", query.created_before),
        ("created >= ?", query.created_from),
        ("planned <= ?", query.planned_until),
    ):
        if bound is not None:
            parts.append(comparison)
            values.append(bound)
    if query.tags:
        parts.append(f"id IN (SELECT ticket FROM tags WHERE tag IN ({_marks(query.tags)}))")  # noqa: S608  (marks only)
        values += query.tags
    if query.ids is not None:
        parts.append(f"id IN ({_marks(query.ids)})")
        values += query.ids
    if query.names or query.by_person:
        names, more = _named(query)
        parts += names
        values += more
    return parts, values


def _named(query: TicketQuery) -> tuple[list[str], list[object]]:
    """Return the conditions of a search by name: whose name is hidden is found only where it may be known."""
    parts: list[str] = []
    values: list[object] = []
    for name in query.names:
        parts.append("id IN (SELECT ticket FROM names WHERE token = ?)")
        values.append(name)
    if query.identity_known is not None:
        condition, known = visible(query.identity_known)
        parts.append(f"(hidden = 0 OR {condition})")
        values += known
    return parts, values


_STANDING = {
    Standing.KEPT: "{0}_met <= {0}_due",
    Standing.BROKEN: "({0}_met > {0}_due OR ({0}_met IS NULL AND {0}_due < ?))",
    Standing.RUNNING: "({0}_met IS NULL AND {0}_due >= ?)",
    Standing.NONE: "{0}_due IS NULL",
}

_RARE = frozenset(("WAITING_FOR_APPLICANT", "WAITING_FOR_BODY", "PLANNED", "REOPEN_REQUESTED"))
_IS_RARE = "status IN ('WAITING_FOR_APPLICANT', 'WAITING_FOR_BODY', 'PLANNED', 'REOPEN_REQUESTED')"
"""Written as in the schema: what few tickets are has an index of its own, which SQLite uses when it can prove this."""


_LONGEST_PREFIX = 8
"""The index knows prefixes up to here; a longer word is compared by its first letters, which in Turkish is its stem."""


def match_expression(words: str) -> str:
    """Return what FTS5 matches: every word, each as a prefix. Empty when nothing searchable was typed."""
    # A slash (372/15) is a separator to FTS5 too; quoting keeps every other sign from being read as syntax.
    parts = [part for token in tokens(words) for part in token.split("/")]
    return " AND ".join(_alternatives(part) for part in parts[:12])


_SOFT = {"p": "b", "t": "d", "k": "g"}  # ç and c are one letter when folded
_HARD = {"c": "c"} | {soft: hard for hard, soft in _SOFT.items()}
_SOFTENED = re.compile(r"([a-z]{3,})([bcdg])([aeiou][a-z]{0,5})")
_SHORTEST_SOFTENED = 4


def _alternatives(word: str) -> str:
    """Return a word, and the same with the consonant that a Turkish suffix softens: ``kapak``, ``kapağı``."""
    found = [f'"{word[:_LONGEST_PREFIX]}"*']
    if _SHORTEST_SOFTENED <= len(word) < _LONGEST_PREFIX and word[-1] in _SOFT:
        found.append(f'"{word[:-1]}{_SOFT[word[-1]]}"*')
    softened = _SOFTENED.fullmatch(word)
    if softened and len(softened[1]) < _LONGEST_PREFIX:
        # Only the whole word: "lamba" is no suffixed "lamp", and nothing else begins where the stem ends.
        found.append(f'"{softened[1]}{_HARD[softened[2]]}"')
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})"


def _marks(values: object) -> str:
    return ", ".join("?" * len(values))  # type: ignore[arg-type]
