"""Fields of the forms of the city's data: each with its words, its widget, and the way from and to a value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import colander
from deform.widget import CheckboxWidget, SelectWidget, TextInputWidget, Widget

from ....domain.errors import InvalidInput
from ....domain.text import clean
from ....i18n import _
from ....services.numbers import tidy_email
from ...forms import CleanString, hidden, text_area
from ...labels import PROBLEMS

__all__ = ["Field", "area", "box", "choice", "day", "email", "line", "lines", "questions", "schema_of", "target"]

Choices = Sequence[tuple[str, str]]
_MOST_LINES = 200
_HOUR, _DAY = "hours", "days"


@dataclass(frozen=True)
class Field:
    """One attribute of a value in a form. It may be drawn as several nodes, whose names begin with its own."""

    name: str
    title: str
    nodes: Callable[["Field"], list[colander.SchemaNode]]
    to_text: Callable[[Any], dict[str, str]]
    from_text: Callable[[Mapping[str, str]], Any]
    help: str = ""
    section: str = ""
    half: bool = False
    required: bool = False


def _node(field: Field, widget: Widget, name: str = "", **kw: Any) -> colander.SchemaNode:
    if field.half:
        widget.item_css_class = "is-half"
    # Nearly everything may be left empty here; to say so at each field would be noise.
    widget.optional_mark = False
    if field.name.endswith("_en"):
        widget.attributes = {**(getattr(widget, "attributes", None) or {}), "lang": "en"}
    needed = {"missing_msg": PROBLEMS["required"]} if field.required else {"missing": ""}
    settings = {"title": field.title, "description": field.help, **needed, **kw}
    return colander.SchemaNode(CleanString(), name=name or field.name, widget=widget, **settings)


def _length(most: int) -> colander.Length:
    return colander.Length(max=most, max_err=PROBLEMS["too_long"])


def line(name: str, title: str, *, most: int = 120, **kw: Any) -> Field:
    """Return a line of text."""

    def nodes(field: Field) -> list[colander.SchemaNode]:
        widget = TextInputWidget(attributes={"autocomplete": "off", "maxlength": str(most)})
        return [_node(field, widget, validator=_length(most))]

    return Field(name, title, nodes, lambda value: {name: value or ""}, lambda typed: _one_line(typed[name]), **kw)


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def email(name: str, title: str, **kw: Any) -> Field:
    """Return an e-mail address, or nothing."""

    def validate(node: colander.SchemaNode, value: str) -> None:
        try:
            tidy_email(value)
        except InvalidInput as problem:
            raise colander.Invalid(node, PROBLEMS[problem.problem]) from None

    def nodes(field: Field) -> list[colander.SchemaNode]:
        widget = TextInputWidget(type="email", attributes={"autocomplete": "off", "inputmode": "email"})
        return [_node(field, widget, validator=validate)]

    return Field(name, title, nodes, lambda value: {name: value or ""}, lambda typed: tidy_email(typed[name]), **kw)


def area(name: str, title: str, *, rows: int = 3, most: int = 2000, **kw: Any) -> Field:
    """Return a text of several lines."""

    def nodes(field: Field) -> list[colander.SchemaNode]:
        return [_node(field, text_area(rows), validator=_length(most))]

    return Field(name, title, nodes, lambda value: {name: value or ""}, lambda typed: clean(typed[name]), **kw)


def lines(name: str, title: str, *, rows: int = 4, most: int = 120, **kw: Any) -> Field:
    """Return a list, a line each; empty lines and repetitions are left out."""

    def validate(node: colander.SchemaNode, value: str) -> None:
        said = value.split("\n")
        if len(said) > _MOST_LINES or any(len(one.strip()) > most for one in said):
            raise colander.Invalid(node, PROBLEMS["too_long"])

    def nodes(field: Field) -> list[colander.SchemaNode]:
        return [_node(field, text_area(rows), validator=validate)]

    def read(typed: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for one in map(_one_line, clean(typed[name]).split("\n")) if one))

    return Field(name, title, nodes, lambda value: {name: "\n".join(value)}, read, **kw)


def box(name: str, title: str, **kw: Any) -> Field:
    """Return yes or no."""

    def nodes(field: Field) -> list[colander.SchemaNode]:
        widget = CheckboxWidget(true_val="1", false_val="")
        widget.item_css_class = "is-box"
        return [_node(field, widget)]

    return Field(name, title, nodes, lambda value: {name: "1" if value else ""}, lambda typed: typed[name] == "1", **kw)


def choice(name: str, title: str, values: Choices, *, nothing: Any = "", **kw: Any) -> Field:
    """Return one of a list; *nothing* is what an empty choice means."""
    known = {value for value, _words in values}

    def validate(node: colander.SchemaNode, value: str) -> None:
        if value not in known:
            raise colander.Invalid(node, PROBLEMS["unknown"])

    def nodes(field: Field) -> list[colander.SchemaNode]:
        return [_node(field, SelectWidget(values=list(values)), validator=validate)]

    return Field(name, title, nodes, lambda value: {name: value or ""}, lambda typed: typed[name] or nothing, **kw)


def day(name: str, title: str, **kw: Any) -> Field:
    """Return a day, or none."""

    def validate(node: colander.SchemaNode, value: str) -> None:
        try:
            fits = 1900 <= date.fromisoformat(value).year <= 2200
        except ValueError:
            fits = False
        if not fits:
            raise colander.Invalid(node, PROBLEMS["date"])

    def nodes(field: Field) -> list[colander.SchemaNode]:
        return [_node(field, TextInputWidget(type="date", css_class="is-short"), validator=validate)]

    def read(typed: Mapping[str, str]) -> date | None:
        return date.fromisoformat(typed[name]) if typed[name] else None

    return Field(name, title, nodes, lambda value: {name: value.isoformat() if value else ""}, read, **kw)


def target(name: str, title: str, units: Choices, **kw: Any) -> Field:
    """Return a time span in whole hours or days: a number and its unit side by side."""
    number, unit = f"{name}_number", f"{name}_unit"

    def validate(node: colander.SchemaNode, value: str) -> None:
        if not (value.isascii() and value.isdigit() and 0 < int(value[:6]) < 10_000):
            raise colander.Invalid(node, PROBLEMS["target"])

    def nodes(field: Field) -> list[colander.SchemaNode]:
        typed = TextInputWidget(attributes={"inputmode": "numeric", "autocomplete": "off", "maxlength": "4"})
        chosen = SelectWidget(values=list(units))
        typed.item_css_class = chosen.item_css_class = "is-quarter"
        return [
            _node(field, typed, number, validator=validate),
            _node(field, chosen, unit, title=_("Hours or days"), description="", missing=_DAY),
        ]

    def show(value: timedelta) -> dict[str, str]:
        hours = int(value.total_seconds()) // 3600
        in_days = hours % 24 == 0 and hours > 48
        return {number: str(hours // 24 if in_days else hours or ""), unit: _DAY if in_days else _HOUR}

    def read(typed: Mapping[str, str]) -> timedelta:
        span = int(typed[number])
        return timedelta(hours=span) if typed[unit] == _HOUR else timedelta(days=span)

    return Field(name, title, nodes, show, read, required=True, **kw)


def questions(name: str, title: str, values: Choices, shown: int, **kw: Any) -> Field:
    """Return an ordered list of choices, a field each, with room for one or two more."""
    names = [f"{name}_{place}" for place in range(shown)]

    def nodes(field: Field) -> list[colander.SchemaNode]:
        made = []
        for place, one in enumerate(names):
            widget = SelectWidget(values=list(values))
            words = _("Question ${number}", mapping={"number": place + 1})
            made.append(_node(field, widget, one, title=words, description=field.help if not place else ""))
        return made

    def read(typed: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(typed[one] for one in names if typed.get(one))

    return Field(name, title, nodes, lambda value: dict(zip(names, (*value, *[""] * shown), strict=False)), read, **kw)


def schema_of(fields: Sequence[Field]) -> colander.SchemaNode:
    """Return the form's schema, with the revision that keeps two people from overwriting each other."""
    schema = colander.SchemaNode(colander.Mapping(), name="admin")
    section = ""
    for field in fields:
        for place, node in enumerate(field.nodes(field)):
            if place == 0 and field.section and field.section != section:
                section = field.section
                node.widget.section = section
            schema.add(node)
    schema.add(hidden("revision"))
    return schema
