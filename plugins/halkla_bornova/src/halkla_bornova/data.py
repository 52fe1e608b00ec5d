"""The city's data files, read into the plain values the core knows.

The files under ``data/`` are meant to be read and corrected by people of the city; README.md explains them.
"""

import csv
import math
import re
import tomllib
from datetime import date, datetime, timedelta
from importlib.resources import files
from random import Random
from typing import Any

from halkla_iliskiler.api import (
    Body,
    Brand,
    Category,
    Danger,
    DemoTicket,
    Department,
    Neighbourhood,
    Question,
    ReplyTemplate,
    Synonym,
)

from .everyday import Patterns

__all__ = [
    "bodies",
    "brand",
    "categories",
    "dangers",
    "demo_tickets",
    "departments",
    "neighbourhoods",
    "questions",
    "reply_templates",
    "synonyms",
    "time_span",
]

_SEED = 2021
_TIME_SPAN = re.compile(r"([1-9][0-9]*)(s|g|ig)")
_NAMED_IN_A_SOURCE = frozenset({"BYH", "FEN", "TEM", "PRK", "ZAB", "VET", "MUH", "KTS"})
"""Directorates that a source names for Bornova; the other names are usual in neighbouring municipalities."""


def brand() -> Brand:
    """Read ``brand.toml``, the emblem and the privacy notice in both languages."""
    values = _toml("brand.toml")
    return Brand(
        **values | {"tokens": tuple(values["tokens"].items())},
        emblem_svg=_text("emblem.svg"),
        privacy_text=_text("privacy_tr.txt"),
        privacy_text_en=_text("privacy_en.txt"),
    )


def departments() -> list[Department]:
    """Read ``departments.csv``."""
    return [
        Department(
            code=row["code"],
            name=row["name"],
            level=row["level"],
            parent=row["parent"] or None,
            email=row["email"],
            name_en=row["name_en"],
            # Who answers to whom is an assumption throughout.
            unchecked=_marks(name=row["code"] not in _NAMED_IN_A_SOURCE, parent=bool(row["parent"])),
        )
        for row in _rows("departments.csv")
    ]


def categories() -> list[Category]:
    """Read ``categories.csv`` and ``groups.csv``.

    ``services.toml`` says what a service is, ``scripts.toml`` what an agent asks about it.
    """
    services, scripts = _toml("services.toml"), _toml("scripts.toml")
    by_group = scripts.pop("group")
    rows = _rows("categories.csv")
    codes = {row["code"] for row in rows}
    for name, described in (("services.toml", services), ("scripts.toml", scripts)):
        if unknown := described.keys() - codes:
            raise ValueError(f"{name} describes unknown categories: {', '.join(sorted(unknown))}")
    if unknown := by_group.keys() - {row["group"] for row in rows}:
        raise ValueError(f"scripts.toml describes unknown groups: {', '.join(sorted(unknown))}")
    groups = {row["group"]: row["label_en"] for row in _rows("groups.csv")}
    return [
        _category(
            row | {"group_en": groups[row["group"]]},
            services.get(row["code"], {}) | scripts.get(row["code"], by_group.get(row["group"], {})),
        )
        for row in rows
    ]


def neighbourhoods() -> list[Neighbourhood]:
    """Read ``neighbourhoods.csv``; other spellings and *semt* names both become aliases."""
    return [
        Neighbourhood(
            code=row["code"],
            name=row["name"],
            aliases=_list(row["spellings"]) + _list(row["semts"]),
            is_rural=row["rural"] == "yes",
            region=row["region"] or None,
            is_common_word=row["common"] == "yes",
            unchecked=_marks(aliases=bool(row["semts"]), is_rural=row["rural"] == "yes"),
        )
        for row in _rows("neighbourhoods.csv")
    ]


def bodies() -> list[Body]:
    """Read ``bodies.csv``."""
    return [
        Body(
            code=row["code"],
            name=row["name"],
            subjects=row["subjects"],
            phone=row["phone"],
            method=row["method"],
            follow_up=row["follow_up"] == "yes",
            checked_on=date.fromisoformat(row["checked_on"]) if row["checked_on"] else None,
            keywords=_list(row["keywords"]),
            name_en=row["name_en"],
            subjects_en=row["subjects_en"],
        )
        for row in _rows("bodies.csv")
    ]


def reply_templates() -> list[ReplyTemplate]:
    """Read ``reply_templates.toml``."""
    return [
        ReplyTemplate(**values | {"text": values["text"].strip(), "unchecked": ("text",)})
        for values in _toml("reply_templates.toml")["template"]
    ]


def questions() -> list[Question]:
    """Read ``questions.toml``."""
    return [Question(code=code, **_tuples(values)) for code, values in _toml("questions.toml").items()]


def synonyms() -> list[Synonym]:
    """Read ``synonyms.csv``."""
    return [Synonym(row["code"], row["means"], _list(row["words"])) for row in _rows("synonyms.csv")]


def dangers() -> list[Danger]:
    """Read ``dangers.toml``."""
    return [
        Danger(code=code, unchecked=("advice",), **_tuples(values)) for code, values in _toml("dangers.toml").items()
    ]


def demo_tickets(
    count: int = 0, present: datetime | None = None, oldest: float = math.inf, newest: float = 0.0
) -> list[DemoTicket]:
    """Return the invented applications between *oldest* and *newest* hours before *present*.

    Those of ``demo_tickets.toml`` first; when *count* asks for more, ``everyday.toml`` makes them.
    """
    told = [DemoTicket(**values) for values in _toml("demo_tickets.toml")["ticket"]]
    told = [ticket for ticket in told if newest <= ticket.hours_ago < oldest]
    if present is None or count <= len(told):
        return told
    with_photo = frozenset(row["code"] for row in _rows("categories.csv") if "photo" in row["flags"].split())
    common = [row["code"] for row in _rows("neighbourhoods.csv") if row["common"]]
    patterns = Patterns(_toml("everyday.toml"), common, with_photo)
    # Seeded by the stretch: the same demonstration every time.
    random = Random(f"{_SEED} {oldest} {newest}")  # noqa: S311  (a demonstration, not a secret)
    return told + list(patterns.tickets(count - len(told), random, present, oldest, newest))


def time_span(text: str) -> timedelta:
    """Read a target: ``4s`` hours, ``30g`` days, ``15ig`` business days, five of which count as a week.

    >>> time_span("15ig").days
    21
    """
    match = _TIME_SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"not a target like 4s, 30g or 15ig: {text!r}")
    number, unit = int(match[1]), match[2]
    if unit == "s":
        return timedelta(hours=number)
    return timedelta(days=number if unit == "g" else math.ceil(number * 7 / 5))


def _category(row: dict[str, str], service: dict[str, Any]) -> Category:
    flags = set(row["flags"].split())
    if unknown := flags - {"urgent", "sensitive", "contact", "check", "hidden", "secret_identity", "photo"}:
        raise ValueError(f"unknown flags of {row['code']}: {', '.join(sorted(unknown))}")
    return Category(
        code=row["code"],
        label=row["label"],
        department=row["department"],
        solve_within=time_span(row["target"]),
        group=row["group"],
        group_en=row["group_en"],
        label_en=row["label_en"],
        keywords=_list(row["keywords"]),
        sensitive="sensitive" in flags,
        urgent="urgent" in flags,
        needs_contact="contact" in flags,
        needs_check="check" in flags,
        needs_after_photo="photo" in flags,
        hides_identity="secret_identity" in flags,
        often_body=row["body"] or None,
        regime=row["regime"] or "SERVICE",
        is_public="hidden" not in flags,
        # A target is a promise, and the city's to make; what to bring is a proposal.
        unchecked=_marks(solve_within=True, documents=bool(service.get("documents"))),
        **_tuples(service),
    )


def _marks(**marked: bool) -> tuple[str, ...]:
    """Return the names of the fields that nobody of the city has confirmed."""
    return tuple(name for name, is_marked in marked.items() if is_marked)


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _list(cell: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in cell.split(";") if item.strip())


def _text(name: str) -> str:
    return (files(__package__) / "data" / name).read_text(encoding="utf-8")


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(_text(name).splitlines()))


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(_text(name))
