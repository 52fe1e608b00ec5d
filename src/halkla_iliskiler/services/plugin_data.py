"""What a plugin keeps: plain values under its own name, readable without it, kept when it is uninstalled."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ..storage import PluginValues, Site

if TYPE_CHECKING:
    from .facade import Services
    from .unit import Unit

__all__ = [
    "MAX_KEPT",
    "MAX_KEY",
    "MAX_VALUE",
    "NOTHING",
    "Kept",
    "PluginData",
    "PluginStore",
    "ValueRefused",
    "kept_by",
]

T = TypeVar("T")
MAX_KEY = 200
"""Characters of a key."""
MAX_VALUE = 65_536
"""Bytes of one value, written as JSON."""
MAX_KEPT = 256 * 1024 * 1024
"""Bytes a plugin may keep in all."""
_MAX_DEPTH = 20
_PAGE = 500


class ValueRefused(ValueError):
    """A key or a value cannot be kept; ``str()`` is one sentence for the plugin's author."""


def _in_words(value: object) -> str:
    return type(value).__name__


def _check(value: object, depth: int = 0) -> None:
    if depth > _MAX_DEPTH:
        raise ValueRefused(f"A value is nested deeper than {_MAX_DEPTH} levels.")
    # The exact types: what is derived from them (an enumeration, a dict of a library) would come back as another.
    if value is None or type(value) in (bool, int, float, str):
        return
    if type(value) is list:
        for inner in value:
            _check(inner, depth + 1)
    elif type(value) is dict:
        for key, inner in value.items():
            if type(key) is not str:
                raise ValueRefused(f"A dict is kept with text as keys, not with {_in_words(key)}.")
            _check(inner, depth + 1)
    else:
        raise ValueRefused(
            f"A plugin keeps None, bool, int, float, str, and lists and dicts of them; {_in_words(value)} is none."
        )


def _text_of(value: object) -> str:
    _check(value)
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
        size = len(text.encode())
    except ValueError as problem:
        raise ValueRefused(f"A value cannot be written as JSON: {problem}") from None
    if size > MAX_VALUE:
        raise ValueRefused(f"A value has {size:,} bytes; a plugin keeps at most {MAX_VALUE:,} under one key.")
    return text


def _checked_key(key: object) -> str:
    if type(key) is not str or not 0 < len(key) <= MAX_KEY or not key.isprintable():
        raise ValueRefused(f"A key is a printable text of 1 to {MAX_KEY} characters.")
    return key


class PluginData:
    """The values of one plugin inside a transaction, or while somebody reads."""

    def __init__(self, name: str, site: Site) -> None:
        self._name = name
        self._site = site

    def _values(self) -> PluginValues | None:
        return None if self._site.plugin_data is None else self._site.plugin_data.get(self._name)

    def get(self, key: str, default: Any = None) -> Any:
        """Return what is kept under *key*, a fresh copy; *default* when there is nothing."""
        values = self._values()
        text = None if values is None else values.get(key)
        return default if text is None else json.loads(text)

    def put(self, key: str, value: Any) -> None:
        """Keep *value* under *key*.

        Raises:
            ValueRefused: it is no plain value, or too large, or the plugin keeps too much already.
        """
        text = _text_of(value)
        values = self._site.values_of_plugin(self._name)
        if values.size() + len(text) > MAX_KEPT:
            raise ValueRefused(f"The plugin {self._name!r} keeps {MAX_KEPT:,} bytes already; delete something first.")
        values.put(_checked_key(key), text)

    def delete(self, key: str) -> bool:
        """Forget what is kept under *key*; tell whether there was something."""
        values = self._values()
        return values is not None and values.delete(key)

    def items(self, prefix: str = "", after: str | None = None) -> Iterator[tuple[str, Any]]:
        """Yield key and value of what begins with *prefix* and comes behind *after*, in the order of the keys."""
        values = self._values()
        if values is None:
            return
        start = prefix if after is None or after < prefix else after
        for key, text in values.texts.items(min=start):
            if not key.startswith(prefix):
                return
            if key != after:
                yield key, json.loads(text)


class PluginStore:
    """The same four methods, each in a transaction of its own; inside one under way they join it."""

    def __init__(self, name: str, services: Services) -> None:
        self._name = name
        self._services = services

    def _read(self, ask: Callable[[PluginData], T]) -> T:
        if self._services.unit is not None:
            return ask(PluginData(self._name, self._services.unit.site))
        with self._services.assembly.database.reading() as site:
            return ask(PluginData(self._name, site))

    def write(self, change: Callable[[PluginData], T]) -> T:
        """Do several things with the values in one transaction; *change* may be run more than once."""

        def in_unit(unit: Unit) -> T:
            return change(PluginData(self._name, unit.site))

        return self._services.write(in_unit, f"plugin {self._name}: data")

    def get(self, key: str, default: Any = None) -> Any:
        """Return what is kept under *key*; *default* when there is nothing."""
        return self._read(lambda data: data.get(key, default))

    def put(self, key: str, value: Any) -> None:
        """Keep *value* under *key* (raises :class:`ValueRefused`)."""
        self.write(lambda data: data.put(key, value))

    def delete(self, key: str) -> bool:
        """Forget what is kept under *key*; tell whether there was something."""
        return self.write(lambda data: data.delete(key))

    def items(self, prefix: str = "", after: str | None = None) -> Iterator[tuple[str, Any]]:
        """Yield keys and values in order. Read in pages: what changes meanwhile may or may not be among them."""
        while True:
            page = self._read(lambda data: _first(data.items(prefix, after), _PAGE))  # noqa: B023  (run at once)
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1][0]


def _first(pairs: Iterator[tuple[str, Any]], limit: int) -> list[tuple[str, Any]]:
    return [pair for _, pair in zip(range(limit), pairs, strict=False)]


@dataclass(frozen=True)
class Kept:
    """How much somebody keeps: values and bytes."""

    count: int = 0
    size: int = 0


NOTHING = Kept()


def kept_by(site: Site) -> dict[str, Kept]:
    """Return how much each plugin keeps, whether it is enabled, installed, or neither."""
    stores = site.plugin_data or {}
    return {name: Kept(values.count(), values.size()) for name, values in stores.items() if values.count()}
