"""Whether the schema of a plugin's settings can be kept, drawn and asked for. What cannot be refuses the start."""

import re
from collections.abc import Iterator
from typing import Any

import colander
from translationstring import TranslationString

from ..extension import PluginRefused

__all__ = ["DRAWN", "refuse_unusable_settings"]

DRAWN = frozenset({
    "checkbox", "checkbox_choice", "dateinput", "datetimeinput", "hidden", "password", "radio_choice", "select",
    "textarea", "textinput",
})  # fmt: skip
"""The templates of widgets there are (``web/templates/deform``)."""
_PLAIN = (
    colander.String, colander.Number, colander.Boolean, colander.Date, colander.DateTime, colander.Time, colander.Enum,
    colander.Set, colander.List,
)  # fmt: skip
_NAMED = "String, Integer, Float, Decimal, Boolean, Date, DateTime, Time, Enum, Set, List, or a Sequence of one of them"
_NAME = re.compile("[A-Za-z][A-Za-z0-9_]{0,63}")
_TAKEN = frozenset({"csrf_token", "plugin", "revision", "save"})
"""What the form calls its own."""
_FORGET = "forget__"


def refuse_unusable_settings(plugin: str, schema: Any) -> None:
    """Refuse settings that have no form, or that would not come back as they were kept.

    Raises:
        PluginRefused: with the setting and the cure.
    """
    try:
        problem = next(_problems(schema), "")
    except KeyboardInterrupt:
        raise
    except BaseException as raised:  # noqa: BLE001  (a plugin's own classes)
        problem = f"cannot be looked at ({type(raised).__name__}); give a plain schema of colander"
    if problem:
        raise PluginRefused(f"The settings of the plugin {plugin!r} {problem}.")


def _problems(schema: Any) -> Iterator[str]:
    if not isinstance(schema.typ, colander.Mapping):
        yield "are no colander.Mapping; put them into one"
    names: set[str] = set()
    for node in schema.children:
        name = node.name
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in _TAKEN or name.startswith(_FORGET):
            yield f"have one called {name!r}, which no form can have; rename it (letters, digits and _)"
        if name in names:
            yield f"have two called {name!r}; rename one of them"
        names.add(name)
        yield from _problems_of_node(node)


def _problems_of_node(node: Any) -> Iterator[str]:
    name = node.name
    for part in ("title", "description", "missing", "default", "validator", "preparer", "widget"):
        if isinstance(getattr(node, part, None), colander.deferred):
            yield f"leave the {part} of {name!r} for later (colander.deferred), and nobody binds it; give it outright"
    if not _is_plain(node.typ, node.children):
        yield f"have {name!r} of the type {type(node.typ).__name__}, which cannot be kept as text; use {_NAMED}"
    widget = getattr(node, "widget", None)
    if widget is not None and getattr(widget, "template", None) not in DRAWN:
        yield (
            f"draw {name!r} with {type(widget).__name__}, for which there is no template; leave the widget out, or "
            f"take one of {', '.join(sorted(DRAWN))}"
        )
    for part in ("title", "description"):
        if not _is_words(getattr(node, part, "")):
            yield f"have a {part} of {name!r} that is no plain text; give a str, with numbers and texts in its mapping"


def _is_plain(typ: Any, children: Any) -> bool:
    if isinstance(typ, colander.Sequence):
        return len(children) == 1 and isinstance(children[0].typ, _PLAIN) and not children[0].children
    return isinstance(typ, _PLAIN) and not children


def _is_words(words: Any) -> bool:
    if type(words) is not TranslationString:
        return words is None or type(words) is str
    default, mapping = getattr(words, "default", None), getattr(words, "mapping", None) or {}
    if default is not None and type(default) not in (str, TranslationString):
        return False
    return all(type(name) is str and type(value) in (str, int, float) for name, value in mapping.items())
