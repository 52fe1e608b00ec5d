"""Whether an answer is what the hook's specification says: its type, its size, and nothing but plain values in it.

Everything is read from the annotation of the specification, so that a new hook is checked the day it is written.
"""

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from ..hookspecs import FAMILIES

__all__ = ["HOOKS", "TooLarge", "WrongAnswer", "arguments_of", "check", "check_value", "is_asked_at_start", "kind_of"]

HOOKS: Mapping[str, Callable[..., Any]] = types.MappingProxyType(
    {name: spec for family in FAMILIES for name, spec in vars(family).items() if name.startswith("halkla_")}
)
"""Every specification by its name."""

LARGEST_AT_START = 8_000_000
LARGEST = 256_000
"""Characters and bytes in an answer. A city's data may be large; what is asked while somebody waits may not."""

_SCALARS = (str, bytes, int, float, bool, date, time, timedelta, Enum)
_DEEPEST = 16


class WrongAnswer(Exception):
    """An answer is not what the specification says; ``str()`` says what was expected, not what was given."""


class TooLarge(WrongAnswer):
    """An answer is larger than anything that makes sense."""


@cache
def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    # The house is known by name only where values and house would import each other; there it is a function's argument.
    return get_type_hints(function, localns={"House": Any})


def arguments_of(hook: str) -> tuple[str, ...]:
    """Return the names of the arguments of a specification."""
    return tuple(name for name in _hints(HOOKS[hook]) if name != "return")


def kind_of(hook: str) -> str:
    """Return what the name promises: ``provider``, ``choose``, ``check``, ``on``, ``panels`` or ``button``."""
    name = hook.removeprefix("halkla_")
    if name.startswith("on_"):
        return "on"
    if name.startswith("check_"):
        return "check"
    if name.startswith("choose_"):
        return "choose"
    if name.endswith("_panels"):
        return "panels"
    return "button" if name == "try_it" else "provider"


def is_asked_at_start(hook: str) -> bool:
    """Tell whether an implementation that fails refuses the start: whoever is given nothing of the moment."""
    kind = kind_of(hook)
    return kind == "provider" or (kind == "choose" and not arguments_of(hook))


def check(hook: str, answer: object) -> None:
    """Raise :class:`WrongAnswer` unless *answer* is what *hook* may answer."""
    expected = _hints(HOOKS[hook])["return"]
    if answer is None and _allows_none(expected):
        return
    check_value(answer, expected, LARGEST_AT_START if is_asked_at_start(hook) else LARGEST)


def check_value(answer: object, expected: Any, largest: int = LARGEST) -> None:
    """Raise :class:`WrongAnswer` unless *answer* is of the annotated type, not too large, and plain all through."""
    _Measure(largest).value(answer, expected, 0)


def _allows_none(expected: Any) -> bool:
    return expected is None or expected is type(None) or type(None) in get_args(expected)


def _said(expected: Any) -> str:
    if get_origin(expected) in (list, tuple):
        return f"{get_origin(expected).__name__} of {', '.join(_said(part) for part in get_args(expected))}"
    return getattr(expected, "__name__", None) or str(expected).replace("typing.", "")


class _Measure:
    def __init__(self, largest: int) -> None:
        self._left = largest

    def value(self, value: Any, expected: Any, depth: int) -> None:
        """Check *value* against an annotation."""
        if depth > _DEEPEST:
            raise WrongAnswer("values are nested too deeply")
        origin = get_origin(expected)
        if expected is Any or expected is object:
            self._plain(value, depth)
        elif origin in (Union, types.UnionType):
            self._one_of(value, get_args(expected), depth)
        elif origin in (list, tuple):
            self._sequence(value, expected, depth)
        elif origin is not None and issubclass(origin, Mapping):
            self._mapping(value, expected, depth)
        elif origin is not None or expected is Callable:
            if not callable(value):
                raise WrongAnswer("a function is expected")
        else:
            self._instance(value, expected, depth)

    def _one_of(self, value: Any, choices: tuple[Any, ...], depth: int) -> None:
        if value is None and type(None) in choices:
            return
        problem: WrongAnswer | None = None
        for choice in choices:
            if choice is type(None):
                continue
            left = self._left
            try:
                self.value(value, choice, depth)
            except TooLarge:
                raise
            except WrongAnswer as wrong:
                self._left, problem = left, wrong
            else:
                return
        raise problem or WrongAnswer("nothing is expected")

    def _sequence(self, value: Any, expected: Any, depth: int) -> None:
        # A tuple is as good as a list to whoever reads it.
        if type(value) not in (list, tuple):
            raise WrongAnswer(f"a {_said(expected)} is expected")
        parts = get_args(expected)
        fixed = get_origin(expected) is tuple and parts and parts[-1] is not Ellipsis
        if fixed and len(value) != len(parts):
            raise WrongAnswer(f"a {_said(expected)} is expected")
        for place, part in enumerate(value):
            self.value(part, parts[place] if fixed else parts[0] if parts else Any, depth + 1)

    def _mapping(self, value: Any, expected: Any, depth: int) -> None:
        if not isinstance(value, Mapping):
            raise WrongAnswer("a mapping is expected")
        key, content = get_args(expected) or (Any, Any)
        for name, part in value.items():
            self.value(name, key, depth + 1)
            self.value(part, content, depth + 1)

    def _instance(self, value: Any, expected: Any, depth: int) -> None:
        if expected is float and type(value) is int:
            return
        if dataclasses.is_dataclass(expected):
            # A subclass of the plugin's own could be neither stored nor read once the plugin is gone.
            if type(value) is not expected:
                raise WrongAnswer(f"{_said(expected)} is expected")
            for name, annotation in _hints(expected).items():  # type: ignore[arg-type]
                self.value(getattr(value, name), annotation, depth + 1)
        elif expected is None or expected is type(None):
            if value is not None:
                raise WrongAnswer("nothing is expected")
        elif not isinstance(value, expected) or (isinstance(value, bool) and expected is int):
            raise WrongAnswer(f"{_said(expected)} is expected")
        else:
            self._weigh(value)

    def _plain(self, value: Any, depth: int) -> None:
        if depth > _DEEPEST:
            raise WrongAnswer("values are nested too deeply")
        if value is None or isinstance(value, _SCALARS):
            self._weigh(value)
        elif isinstance(value, Mapping):
            for name, part in value.items():
                self._plain(name, depth + 1)
                self._plain(part, depth + 1)
        elif isinstance(value, (list, tuple, set, frozenset)):
            for part in value:
                self._plain(part, depth + 1)
        elif dataclasses.is_dataclass(value) and type(value).__module__.startswith("halkla_iliskiler."):
            for field in dataclasses.fields(value):
                self._plain(getattr(value, field.name), depth + 1)
        else:
            raise WrongAnswer("a plain value is expected")

    def _weigh(self, value: object) -> None:
        self._left -= len(value) if isinstance(value, (str, bytes)) else 8
        if self._left < 0:
            raise TooLarge("it is larger than anything that makes sense")
