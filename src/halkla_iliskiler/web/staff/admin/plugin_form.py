"""The form of a plugin's settings, made from its schema: the plugin's own widgets where it brings some."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import colander
import deform
from deform.widget import (
    CheckboxChoiceWidget,
    CheckboxWidget,
    PasswordWidget,
    SelectWidget,
    TextAreaWidget,
    TextInputWidget,
    Widget,
)
from peppercorn import parse
from pyramid.httpexceptions import HTTPBadRequest
from pyramid.request import Request

from ....i18n import _
from ....services.plugin_settings import Shown, is_secret, is_sent_where
from ...forms import Form, hidden
from ...page import Page

__all__ = ["Typed", "form_of", "problems_of", "read_typed"]

_FORGET = "forget__"
_REVISION = "revision"
_LONG = 200
"""A text that may be longer than this gets a text area."""
_MAX_POSTED = 20_000


@dataclass(frozen=True)
class Typed:
    """What came of the form: texts for the schema, secrets (empty: leave it, ``None``: forget it), what was seen."""

    texts: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str | None] = field(default_factory=dict)
    seen: str = ""


def _is_list(node: colander.SchemaNode) -> bool:
    return isinstance(node.typ, (colander.Sequence, colander.Set, colander.List))


def _widget_of(node: colander.SchemaNode) -> Widget:
    """Return the widget of a node: the plugin's own, or one that fits its type."""
    if node.widget is not None:
        return node.widget
    if isinstance(node.typ, colander.Boolean):
        return CheckboxWidget(true_val="true", false_val="false")
    if isinstance(node.validator, colander.OneOf):
        return SelectWidget(values=[(choice, choice) for choice in node.validator.choices])
    if _is_list(node) or (isinstance(node.validator, colander.Length) and (node.validator.max or 0) > _LONG):
        return TextAreaWidget(rows=3)
    if isinstance(node.typ, colander.Number):
        return TextInputWidget(css_class="is-short", attributes={"inputmode": "decimal", "autocomplete": "off"})
    return TextInputWidget(attributes={"autocomplete": "off"})


def _schema(shown: Shown, page: Page) -> colander.SchemaNode:
    """Return the schema of the form: without what the ini fixes and what comes from outside."""
    schema = colander.SchemaNode(colander.Mapping(), name="plugin")
    for node in shown.schema.children:
        if is_secret(node):
            if shown.secrets[node.name] != "outside":
                _add_secret(schema, node, page, _about_secret(node, shown, page), shown.secrets[node.name] == "kept")
        elif node.name not in shown.fixed:
            made = node.clone()
            made.widget = _widget_of(node)
            # Nearly all of them have a default; what is needed says so when it is missing.
            made.widget.optional_mark = False
            made.validator = None
            schema.add(made)
    schema.add(hidden(_REVISION))
    return schema


def _about_secret(node: colander.SchemaNode, shown: Shown, page: Page) -> str:
    """Say of a secret that it is there, and when it is forgotten or not used."""
    places = ", ".join(page.say(shown.schema[name].title) for name in is_sent_where(node))
    said = [page.say(node.description)]
    if shown.secrets[node.name] == "kept":
        said.append(page.say(_("It is there and never shown. Type a new one to replace it.")))
        if places:
            said.append(page.say(_("It is forgotten when one of these is changed: ${places}."), places=places))
    if node.name in shown.withheld:
        words = _("The one of the installation is not used, because one of these was changed here: ${places}.")
        said.append(page.say(words, places=places))
    return " ".join(part for part in said if part)


def _add_secret(schema: colander.SchemaNode, node: colander.SchemaNode, page: Page, words: str, is_kept: bool) -> None:
    widget = PasswordWidget(attributes={"autocomplete": "new-password"})
    widget.optional_mark = False
    schema.add(
        colander.SchemaNode(
            colander.String(), name=node.name, title=node.title, description=words, missing="", widget=widget
        )
    )
    if is_kept:
        schema.add(
            colander.SchemaNode(
                colander.Boolean(),
                name=f"{_FORGET}{node.name}",
                title=page.say(_("Forget what is kept: ${title}"), title=page.say(node.title)),
                missing=False,
                widget=CheckboxWidget(true_val="true", false_val="false"),
            )
        )


def form_of(
    request: Request, plugin: str, shown: Shown, typed: Typed | None = None, invalid: colander.Invalid | None = None
) -> str:
    """Draw the form, with what was typed and what is wrong with it; a secret that was typed is not given back.

    Raises:
        SettingsFailed: the plugin's own schema or widgets cannot be drawn.
    """
    settings = request.assembly.plugin_settings
    drawn: str = settings.guarded(plugin, partial(_drawn, request, plugin, shown, typed, invalid))
    return drawn


def _drawn(request: Request, plugin: str, shown: Shown, typed: Typed | None, invalid: colander.Invalid | None) -> str:
    page: Page = request.page
    schema = _schema(shown, page)
    form = Form(
        request,
        schema,
        formid="plugin",
        action=page.url("staff.plugin", plugin=plugin),
        buttons=[deform.Button("save", page.say(_("Save the settings")))],
        submit_note=page.say(_("It holds at once; nothing has to be restarted.")),
    )
    texts = {**shown.texts, **(typed.texts if typed is not None else {}), _REVISION: shown.revision}
    texts = {name: "" if text is colander.null else text for name, text in texts.items()}
    for node in schema.children:
        if _is_list(node) and isinstance(node.widget, TextAreaWidget) and not isinstance(texts.get(node.name), str):
            texts[node.name] = "\n".join(texts.get(node.name) or ())
    return form.html(texts, problems_of(schema, invalid) if invalid is not None else None)


def problems_of(schema: colander.SchemaNode, invalid: colander.Invalid) -> colander.Invalid:
    """Return what the plugin's schema refused, at the fields of the form's own."""
    error = colander.Invalid(schema)
    places = {node.name: place for place, node in enumerate(schema.children)}
    for child in invalid.children:
        messages = [message for path in child.paths() for one in path for message in one.messages()]
        place = places.get(child.node.name)
        if place is None:
            # It is about what the ini fixes: there is no field to say it at.
            error.msg = messages
        else:
            error.add(colander.Invalid(schema.children[place], messages), place)
    if invalid.msg:
        error.msg = [*(error.msg or ()), *invalid.messages()]
    return error


def read_typed(request: Request, plugin: str, shown: Shown) -> Typed:
    """Read the form that came. What is no field of it is passed over.

    Raises:
        SettingsFailed: the plugin's own widgets cannot read it.
    """
    pairs = [(name, value) for name, value in request.POST.items() if isinstance(value, str)]
    try:
        posted: Mapping[str, Any] = parse([(name, value[:_MAX_POSTED]) for name, value in pairs])
    except ValueError:
        raise HTTPBadRequest from None
    read: Typed = request.assembly.plugin_settings.guarded(plugin, partial(_read, request.page, shown, posted))
    return read


def _read(page: Page, shown: Shown, posted: Mapping[str, Any]) -> Typed:
    form = deform.Form(_schema(shown, page))
    texts: dict[str, Any] = {}
    secrets: dict[str, str | None] = {}
    for child in form.children:
        if child.name == _REVISION or child.name.startswith(_FORGET):
            continue
        given = posted.get(child.name, colander.null)
        if child.name in shown.secrets:
            is_forgotten = posted.get(f"{_FORGET}{child.name}") == "true"
            secrets[child.name] = (given.strip() if isinstance(given, str) else "") or (None if is_forgotten else "")
            continue
        # A browser says nothing of a box that is not ticked, and something of every other field.
        is_unsaid = given is colander.null and not isinstance(child.widget, (CheckboxWidget, CheckboxChoiceWidget))
        texts[child.name] = shown.texts.get(child.name) if is_unsaid else _text(child, given)
    seen = posted.get(_REVISION)
    return Typed(texts, secrets, seen if isinstance(seen, str) else "")


def _text(child: deform.Field, given: Any) -> Any:
    """Return what a field holds as the schema reads it; what no browser would send counts as nothing."""
    if _is_list(child.schema) and isinstance(child.widget, TextAreaWidget):
        return [line.strip() for line in given.splitlines() if line.strip()] if isinstance(given, str) else []
    try:
        read = child.widget.deserialize(child, given)
    except (colander.Invalid, AttributeError, TypeError, ValueError):
        return colander.null
    return read
