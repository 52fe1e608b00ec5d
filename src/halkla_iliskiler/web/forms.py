"""Forms: colander checks, deform's widgets draw, our own templates say it so that everybody can use it."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import colander
import deform
from deform.widget import HiddenWidget, TextAreaWidget
from pyramid.request import Request

from ..domain.errors import InvalidInput
from .labels import PROBLEMS

__all__ = ["CleanString", "Form", "add_problem", "hidden", "text_area"]

MAX_TEXT = 5000


class CleanString(colander.String):
    """A string as the application keeps it; a list or a file in its place is refused, not a crash."""

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        """Return the text without NUL and outer white space."""
        if cstruct is colander.null:
            return colander.null
        if not isinstance(cstruct, str):
            raise colander.Invalid(node, PROBLEMS["unknown"])
        return cstruct.replace("\x00", "").strip() or colander.null


def hidden(name: str) -> colander.SchemaNode:
    """Return a hidden field."""
    return colander.SchemaNode(CleanString(), name=name, missing="", widget=HiddenWidget())


def text_area(rows: int = 5) -> TextAreaWidget:
    """Return a text area of some height."""
    return TextAreaWidget(rows=rows)


class Form:
    """One form on one page: what is shown, what came, what was wrong with it."""

    def __init__(
        self,
        request: Request,
        schema: colander.SchemaNode,
        *,
        formid: str,
        action: str,
        buttons: Sequence[deform.Button],
        submit_note: str = "",
        note_language: str | None = None,
        note_link: tuple[str, str] | None = None,
    ) -> None:
        self._request = request
        self._form = deform.Form(
            schema, formid=formid, action=action, buttons=tuple(buttons), renderer=self._render, use_ajax=False
        )
        self._form.csrf_token = request.page.csrf_token
        self._form.widget.submit_note = submit_note
        self._form.widget.note_language = note_language
        self._form.widget.note_link = note_link

    def _render(self, template: str, **values: Any) -> str:
        found = self._request.registry.templates[f"deform/{template}.pt"]
        return str(found.render(target_language=self._request.page.speech, **values))

    def html(self, cstruct: Mapping[str, Any] | None = None, error: colander.Invalid | None = None) -> str:
        """Draw the form with what was typed and what is wrong with it."""
        if error is not None:
            self._form.widget.handle_error(self._form, error)
        typed = cstruct or {}
        self._form.cstruct = {
            child.name: typed.get(child.name, {} if child.children else "") for child in self._form.schema
        }
        self._form.widget.groups = self._groups()
        return str(self._form.widget.serialize(self._form, self._form.cstruct))

    def part(self, name: str, cstruct: Mapping[str, Any]) -> str:
        """Draw one structural field alone, with what was typed in it: a piece to be put into a form that is shown."""
        self._form.cstruct = {child.name: cstruct if child.name == name else "" for child in self._form.schema}
        field = self._form[name]
        return str(field.serialize(field.cstruct))

    def _groups(self) -> list[tuple[Any, bool, list[deform.Field]]]:
        """Return the fields, those of one ``widget.fold`` together behind its words: open where something was said."""
        groups = []
        for fold, fields in groupby(self._form.children, key=lambda field: getattr(field.widget, "fold", None)):
            together = list(fields)
            is_open = any(field.error or self._form.cstruct[field.name] != _unsaid(field) for field in together)
            groups.append((fold, is_open, together))
        return groups


def _unsaid(field: deform.Field) -> str:
    """Return what a field holds when nobody has said anything in it."""
    return field.schema.missing if isinstance(field.schema.missing, str) else ""


def add_problem(
    schema: colander.SchemaNode, problem: InvalidInput, fields: Mapping[str, str] | None = None
) -> colander.Invalid:
    """Turn what a service refused into an error at the field it is about (or at the form, where there is none)."""
    error = colander.Invalid(schema)
    name = (fields or {}).get(problem.field, problem.field)
    message = problem.sentence or PROBLEMS[problem.problem]
    for place, child in enumerate(schema.children):
        if child.name == name:
            error.add(colander.Invalid(child, message), place)
            return error
    error.msg = message
    return error
