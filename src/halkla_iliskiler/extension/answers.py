"""Whether an answer is what the hook's specification says: its type, its size, and nothing but plain values in it.

What is taken over is a copy made of the exact types. A class derived from one of them (an enumeration of texts, a
number of a library) would run its author's code where nothing guards it, and could be stored and not be read again.
Everything is read from the annotation of the specification, so that a new hook is checked the day it is written.
"""

import dataclasses
import math
import re
import sys
import types
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from translationstring import TranslationString

from ..hookspecs import FAMILIES, city_data

__all__ = [
    "HOOKS",
    "TooLarge",
    "WrongAnswer",
    "answer_to",
    "arguments_of",
    "is_asked_at_start",
    "kind_of",
    "plain",
]

HOOKS: Mapping[str, Callable[..., Any]] = types.MappingProxyType(
    {name: spec for family in FAMILIES for name, spec in vars(family).items() if name.startswith("halkla_")}
)
"""Every specification by its name."""

LARGEST_AT_START = 8_000_000
LARGEST = 256_000
"""Characters and bytes in an answer. A city's data may be large; what is asked while somebody waits may not."""

_DEEPEST = 16
_STORED = frozenset(name for name in vars(city_data) if name.startswith("halkla_"))
"""Hooks whose answers the database keeps: a text marked for translation becomes the text it is."""
_PANEL_CODE = re.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


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


def answer_to(hook: str, answer: object) -> Any:
    """Return *answer* as exact plain values.

    Raises:
        WrongAnswer: *hook* may not be answered so.
    """
    expected = _hints(HOOKS[hook])["return"]
    if answer is None and _allows_none(expected):
        return None
    kind = kind_of(hook)
    found = plain(
        answer,
        expected,
        LARGEST_AT_START if is_asked_at_start(hook) else LARGEST,
        # A single text is a code.
        keeps_marks=hook not in _STORED and kind != "on" and expected != str | None,
    )
    if kind == "panels":
        _refuse_odd_panels([panel.code for panel in found])
    return found


def plain(answer: object, expected: Any, largest: int = LARGEST, *, keeps_marks: bool = True) -> Any:
    """Return *answer* as exact plain values of the annotated type.

    With *keeps_marks* a text that is marked for translation stays so; otherwise it becomes the text it is.

    Raises:
        WrongAnswer: it is of another type, too large, or cannot be made plain.
    """
    return _Copy(largest, keeps_marks).value(answer, expected, 0)


def _refuse_odd_panels(codes: list[str]) -> None:
    if len(set(codes)) != len(codes):
        raise WrongAnswer("a panel's code may be given once")
    if not all(map(_PANEL_CODE.fullmatch, codes)):
        raise WrongAnswer("a panel's code is made of letters, digits, _, . and -, at most 64")


def _allows_none(expected: Any) -> bool:
    return expected is None or expected is type(None) or type(None) in get_args(expected)


def _said(expected: Any) -> str:
    if get_origin(expected) in (list, tuple):
        return f"{get_origin(expected).__name__} of {', '.join(_said(part) for part in get_args(expected))}"
    return getattr(expected, "__name__", None) or str(expected).replace("typing.", "")


class _Copy:
    """Copies one answer, and weighs it on the way."""

    def __init__(self, largest: int, keeps_marks: bool) -> None:
        self._left = largest
        self._keeps_marks = keeps_marks

    def value(self, value: Any, expected: Any, depth: int) -> Any:
        """Return *value* as an annotation says."""
        if depth > _DEEPEST:
            raise WrongAnswer("values are nested too deeply")
        origin = get_origin(expected)
        if expected is Any or expected is object:
            return self._any(value, depth)
        if origin in (Union, types.UnionType):
            return self._one_of(value, get_args(expected), depth)
        if origin in (list, tuple):
            return self._sequence(value, expected, depth)
        if origin is not None and issubclass(origin, Mapping):
            key, content = get_args(expected) or (Any, Any)
            return self._mapping(value, key, content, depth)
        if origin is not None or expected is Callable:
            if not callable(value):
                raise WrongAnswer("a function is expected")
            return value
        return self._instance(value, expected, depth)

    def _one_of(self, value: Any, choices: tuple[Any, ...], depth: int) -> Any:
        if value is None and type(None) in choices:
            return None
        problem: WrongAnswer | None = None
        for choice in choices:
            if choice is type(None):
                continue
            left = self._left
            try:
                return self.value(value, choice, depth)
            except TooLarge:
                raise
            except WrongAnswer as wrong:
                self._left, problem = left, wrong
        raise problem or WrongAnswer("nothing is expected")

    def _sequence(self, value: Any, expected: Any, depth: int) -> Any:
        # A tuple is as good as a list to whoever reads it.
        values = _members(value)
        if values is None:
            raise WrongAnswer(f"a {_said(expected)} is expected")
        kind, parts = get_origin(expected), get_args(expected)
        is_fixed = kind is tuple and parts and parts[-1] is not Ellipsis
        if is_fixed and len(values) != len(parts):
            raise WrongAnswer(f"a {_said(expected)} is expected")
        self._weigh(8)
        copied = []
        for place, part in enumerate(values):
            copied.append(self.value(part, parts[place] if is_fixed else parts[0] if parts else Any, depth + 1))
        return copied if kind is list else tuple(copied)

    def _mapping(self, value: Any, key: Any, content: Any, depth: int) -> dict[Any, Any]:
        if not issubclass(type(value), Mapping):
            raise WrongAnswer("a mapping is expected")
        self._weigh(8)
        pairs = dict.items(value) if issubclass(type(value), dict) else value.items()
        return {self.value(name, key, depth + 1): self.value(part, content, depth + 1) for name, part in pairs}

    def _instance(self, value: Any, expected: Any, depth: int) -> Any:
        if expected is str:
            return self._text(value, depth)
        if expected is None or expected is type(None):
            if value is not None:
                raise WrongAnswer("nothing is expected")
            return None
        kind = type(value)
        if dataclasses.is_dataclass(expected):
            # A subclass of the plugin's own could be neither stored nor read once the plugin is gone.
            if kind is not expected:
                raise WrongAnswer(f"{_said(expected)} is expected")
            return self._rebuilt(value, _hints(expected), depth)  # type: ignore[arg-type]
        if expected in (bool, int, float, bytes, date, datetime, time, timedelta):
            is_right = issubclass(kind, (int, float) if expected is float else expected)
            if not is_right or (kind is bool and expected is not bool):
                raise WrongAnswer(f"{_said(expected)} is expected")
            copied = self._scalar(value)
            if expected is float and not math.isfinite(copied):
                raise WrongAnswer("a number is expected")
            return copied
        if not issubclass(kind, expected):
            raise WrongAnswer(f"{_said(expected)} is expected")
        self._weigh(8)
        return value

    def _any(self, value: Any, depth: int) -> Any:
        """Return a plain value of whichever kind it is."""
        if depth > _DEEPEST:
            raise WrongAnswer("values are nested too deeply")
        kind = type(value)
        if issubclass(kind, str):
            return self._text(value, depth)
        if value is None or issubclass(kind, _SCALARS):
            return self._scalar(value)
        if issubclass(kind, Mapping):
            return self._mapping(value, Any, Any, depth)
        self._weigh(8)
        if (values := _members(value)) is not None:
            copied = [self._any(part, depth + 1) for part in values]
            return copied if issubclass(kind, list) else tuple(copied)
        for of_set in (set, frozenset):
            if issubclass(kind, of_set):
                return of_set(self._any(part, depth + 1) for part in of_set.__iter__(value))
        if _is_ours(kind) and issubclass(kind, Enum):
            return value
        if _is_ours(kind) and dataclasses.is_dataclass(kind):
            return self._rebuilt(value, {field.name: Any for field in dataclasses.fields(kind)}, depth)
        raise WrongAnswer("a plain value is expected")

    def _rebuilt(self, value: Any, annotations: Mapping[str, Any], depth: int) -> Any:
        """Return another of one of our values, made of copies."""
        twin = object.__new__(type(value))
        for name, annotation in annotations.items():
            held = self.value(getattr(value, name), annotation, depth + 1)
            # What identifies something is compared and stored, never translated.
            object.__setattr__(twin, name, str(held) if name == "code" and type(held) is TranslationString else held)
        return twin

    def _text(self, value: Any, depth: int) -> str:
        kind = type(value)
        if not issubclass(kind, str):
            raise WrongAnswer("str is expected")
        text = str.__str__(value)
        self._weigh(len(text) + 1)
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise WrongAnswer("a text that can be written is expected") from None
        if self._keeps_marks and issubclass(kind, TranslationString):
            return self._marked(value, text, depth)
        return text

    def _marked(self, value: Any, text: str, depth: int) -> TranslationString:
        """Return a text that is marked for translation, with plain values to be filled in."""
        if depth > _DEEPEST:
            raise WrongAnswer("values are nested too deeply")
        domain, default, context = (
            None if held is None else str.__str__(self.value(held, str, depth + 1))
            for held in (value.domain, value.default, value.context)
        )
        try:
            mapping = self._mapping(value.mapping, str, _FILLED_IN, depth + 1) if value.mapping is not None else None
        except TooLarge:
            raise
        except WrongAnswer:
            raise WrongAnswer("plain values are expected to be filled into a text") from None
        return TranslationString(text, domain=domain, default=default, mapping=mapping, context=context)

    def _scalar(self, value: Any) -> Any:
        kind = type(value)
        self._weigh(8 if not issubclass(kind, bytes) else len(bytes.__getitem__(value, slice(None))) + 1)
        if kind in _EXACT:
            return value
        for base, copied in _COPIED.items():
            if issubclass(kind, base):
                return copied(value)
        raise WrongAnswer("a plain value is expected")

    def _weigh(self, weight: int) -> None:
        self._left -= weight
        if self._left < 0:
            raise TooLarge("it is larger than anything that makes sense")


_SCALARS = (bytes, int, float, date, time, timedelta)
_EXACT = frozenset({type(None), bool, int, float, bytes, date, timedelta})
_FILLED_IN = str | int | float | bool | date | time | timedelta | None


def _members(value: Any) -> list[Any] | tuple[Any, ...] | None:
    """Return what a list or tuple holds, whatever its author made of it; ``None`` for anything else."""
    kind = type(value)
    if kind is list or kind is tuple:
        return value
    if issubclass(kind, list):
        return list(list.__iter__(value))
    return tuple(tuple.__iter__(value)) if issubclass(kind, tuple) else None


def _is_ours(kind: type) -> bool:
    """Tell whether a class is one of the core's, whatever it says of itself."""
    return kind.__module__.startswith("halkla_iliskiler.") and (
        getattr(sys.modules.get(kind.__module__), kind.__qualname__, None) is kind
    )


def _zone_of(value: Any) -> Any:
    zone = value.tzinfo
    return zone if zone is None or type(zone) in (timezone, ZoneInfo) else UTC


def _copied_moment(value: datetime) -> datetime:
    """Return the same moment. One in a time zone of a library's own is told in UTC."""
    zone = _zone_of(value)
    if zone is not value.tzinfo:
        value = datetime.astimezone(value, UTC)
    return datetime(
        value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond, zone,
        fold=value.fold,
    )  # fmt: skip


def _copied_time(value: time) -> time:
    if _zone_of(value) is not value.tzinfo:
        raise WrongAnswer("a time of day is expected without a time zone of a library's own")
    return time(value.hour, value.minute, value.second, value.microsecond, value.tzinfo, fold=value.fold)


_COPIED: Mapping[type, Callable[[Any], Any]] = {
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    int: int.__int__,
    float: float.__float__,
    datetime: _copied_moment,
    date: lambda value: date(value.year, value.month, value.day),
    time: _copied_time,
    timedelta: lambda value: timedelta(value.days, value.seconds, value.microseconds),
}
"""How a value becomes one of exactly the built-in type; a moment before the day it also is."""
