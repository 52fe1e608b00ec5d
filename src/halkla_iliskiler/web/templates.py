"""Chameleon as Pyramid's renderer, a small one of our own: pyramid_chameleon has not been released since 2014."""

import os
import sys
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from chameleon import PageTemplateFile, PageTemplateLoader
from chameleon.utils import Scope
from pyramid.config import Configurator
from translationstring import TranslationString

from ..extension import Plugins
from ..i18n import DOMAIN, _fill, catalogue, translate

__all__ = ["TemplateRenderer", "includeme", "loader"]

_HERE = Path(__file__).parent / "templates"


def _translate(
    message: Any,
    domain: str | None = None,
    mapping: dict[str, object] | None = None,
    context: object = None,
    target_language: str | None = None,
    default: str | None = None,
) -> str | None:
    """Translate for Chameleon: marked-up text of templates, and translation strings put in by Python."""
    language = target_language or "en"
    if isinstance(message, TranslationString):
        return translate(message, language, **(mapping or {}))
    if not isinstance(message, str):
        return str(message)
    found, is_said = _found(message, language, domain or DOMAIN)
    said = found if is_said or default is None else default
    return _fill(said, mapping, language) if mapping else said


@lru_cache(maxsize=8192)
def _found(message: str, language: str, domain: str) -> tuple[str, bool]:
    """Return what the catalogue says of a message, and whether it says anything of its own."""
    # White space that is only the template's line breaks is no part of a sentence.
    text = " ".join(message.split()) if "\n" in message else message
    found = catalogue(language, domain).gettext(text)
    return found, found != text


class _UnknownName(KeyError, NameError):
    """A template uses a name that it was not given."""


class _Names(Scope):
    """The names of one rendering, looked up and copied by ``dict`` itself.

    The library does both in Python, some hundred times a page. A name of the whole page (``tal:define="global …"``) is
    found as before.
    """

    __slots__ = ()
    __getitem__ = dict.__getitem__
    __iter__ = dict.__iter__
    get_name = dict.__getitem__  # type: ignore[assignment]

    def __missing__(self, name: str) -> Any:
        value = self.get(name, _ABSENT)
        if value is _ABSENT:
            raise _UnknownName(name)
        return value

    def copy(self) -> "_Names":
        """Return the names as a macro is given them."""
        names = _Names(self)
        names._root = getattr(self, "_root", self)  # type: ignore[attr-defined]
        return names


_ABSENT = object()


class _Template(PageTemplateFile):
    """A template that looks its names up in :class:`_Names`."""

    def cook(self, body: str) -> None:
        """Compile the template, or take what was compiled before."""
        super().cook(body)
        draw: Callable[..., None] = self._render  # type: ignore[has-type]

        def render(stream: list[str], names: Scope, *rest: Any, **options: Any) -> None:
            draw(stream, _Names(names), *rest, **options)

        self._render = render


@cache
def loader(before: tuple[str, ...] = ()) -> PageTemplateLoader:
    """Return the templates of the core, each compiled once a process however many applications it serves.

    *before* are folders that are looked into first.
    """
    return PageTemplateLoader(
        [*before, str(_HERE)],
        formats={"xml": _Template},
        translate=_translate,
        auto_reload=os.environ.get("HALKLA_RELOAD_TEMPLATES") == "1",
        boolean_attributes={"checked", "disabled", "hidden", "multiple", "open", "selected", "required"},
    )


class TemplateRenderer:
    """Renders one template with the page's language; every template is given ``page``."""

    def __init__(self, template: Any) -> None:
        self._template = template

    def __call__(self, value: dict[str, Any], system: dict[str, Any]) -> str:
        """Render (Pyramid's renderer interface)."""
        page = value.get("page") or system["request"].page
        return str(self._template.render(**{**value, "page": page}, target_language=page.speech))


def _overrides(plugins: Plugins) -> tuple[str, ...]:
    """Return the folders ``overrides`` of the plugins' packages, that of the plugin listed last in the ini first."""
    found = []
    for name in reversed(plugins.names):
        package = sys.modules.get(plugins.module_of(name).__name__.partition(".")[0])
        for path in getattr(package, "__path__", ()) if not plugins.is_builtin(name) else ():
            folder = Path(path) / "overrides"
            if folder.is_dir() and str(folder) not in found:
                found.append(str(folder))
    return tuple(found)


def includeme(config: Configurator) -> None:
    """Make ``.pt`` a renderer. Names are relative to the template folder; what a plugin puts over one comes first."""
    templates = config.registry.templates = loader(_overrides(config.registry.assembly.extensions.plugins))
    config.add_renderer(".pt", lambda info: TemplateRenderer(templates[info.name]))
