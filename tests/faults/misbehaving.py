"""Plugins that do everything a plugin must not, made for whatever hook there is from its specification alone."""

import dataclasses
import itertools
import sys
import threading
import types
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args, get_origin, get_type_hints

import colander
import transaction

from halkla_iliskiler.api import FeedbackMethod, hookimpl
from halkla_iliskiler.extension.answers import HOOKS, arguments_of
from halkla_iliskiler.hookspecs.house import House
from halkla_iliskiler.testing import TestMethod

__all__ = ["FAULTS", "Hanging", "Misbehaving", "answer_of", "arguments", "derived", "pairs", "plugin", "sample"]

_numbers = itertools.count()


def sample(annotation: Any) -> Any:
    """Return a value of an annotated type, whichever it is: what a hook may be given, or may answer."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if type(None) in parts:
        return sample(next(part for part in parts if part is not type(None)))
    if origin in (list, tuple):
        return origin([sample(parts[0])])
    if origin is not None and issubclass(origin, Mapping):
        return {}
    plain: dict[Any, Any] = {
        str: f"code{next(_numbers)}", int: 1, float: 1.0, bool: False, bytes: b"", Any: None, datetime: _NOW,
        date: _NOW.date(), timedelta: timedelta(days=1), FeedbackMethod: _another_method(), House: object(),
        colander.SchemaNode: colander.SchemaNode(colander.Mapping()),
    }  # fmt: skip
    if annotation in plain:
        return plain[annotation]
    if origin is not None:
        return _called  # a function
    needed = [field for field in dataclasses.fields(annotation) if field.default is field.default_factory]
    hints = get_type_hints(annotation, localns={"House": Any})
    return annotation(**{field.name: sample(hints[field.name]) for field in needed})


def _another_method() -> FeedbackMethod:
    made = TestMethod()
    made.code = "another"
    return made


_NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def _called(*_: object, **__: object) -> None:
    return None


def answer_of(hook: str) -> Any:
    """Return a good answer to *hook* that is not ``None``."""
    return sample(get_type_hints(HOOKS[hook])["return"])


def arguments(hook: str) -> dict[str, Any]:
    """Return what *hook* may be given."""
    hints = get_type_hints(HOOKS[hook])
    return {name: sample(hints[name]) for name in arguments_of(hook) if name != "settings"}  # those it has anyway


def plugin(name: str, **hooks: Callable[..., object]) -> types.ModuleType:
    """Return a module that answers *hooks*; each function takes the arguments of its hook as keywords."""
    module = types.ModuleType(f"invented_{name}.{name}")
    for hook, answer in hooks.items():
        names = arguments_of(hook)
        # As written by hand: the arguments by their names.
        source = f"lambda {', '.join(names)}: answer({', '.join(f'{one}={one}' for one in names)})"
        setattr(module, hook, hookimpl(eval(source, {"answer": answer})))  # noqa: S307  (our own words)
    return module


class _Words(str):
    """A text that works against whoever looks at it."""

    def _refuse(self, *_: object) -> Any:
        raise ValueError("somebody's words, 0532 000 00 00")

    __eq__ = __ne__ = __hash__ = __str__ = __len__ = __iter__ = encode = isascii = _refuse


class _Number(int):
    pass


class _Fraction(float):
    pass


class _Bytes(bytes):
    pass


class _Moment(datetime):
    pass


class _Day(date):
    pass


class _Stretch(timedelta):
    pass


class _List(list):  # type: ignore[type-arg]
    pass


class _Tuple(tuple):  # type: ignore[type-arg]
    pass


def derived(value: Any) -> Any:
    """Return *value* made of classes that are only derived from the plain ones, all through."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        held = {field.name: derived(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **held)
    made: dict[type, Callable[[Any], Any]] = {
        str: _Words,
        int: _Number,
        float: _Fraction,
        bytes: _Bytes,
        datetime: lambda at: _Moment(*at.timetuple()[:6], tzinfo=at.tzinfo),
        date: lambda day: _Day(*day.timetuple()[:3]),
        timedelta: lambda pause: _Stretch(pause.days, pause.seconds),
        list: lambda values: _List(map(derived, values)),
        tuple: lambda values: _Tuple(map(derived, values)),
    }
    return made[type(value)](value) if type(value) in made else value


class Hanging:
    """Hangs until it is released, and notices whether it ever came back."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def __call__(self) -> None:
        self._event.wait()

    def release(self) -> None:
        """Let everything that hangs come back."""
        self._event.set()


def _raise(_hook: str, _given: dict[str, Any], _hanging: Hanging) -> Any:
    raise ValueError("somebody's words, 0532 000 00 00")


def _raise_base(_hook: str, _given: dict[str, Any], _hanging: Hanging) -> Any:
    raise BaseException("no Exception at all")


def _interrupt(_hook: str, _given: dict[str, Any], _hanging: Hanging) -> Any:
    raise KeyboardInterrupt


def _exit(_hook: str, _given: dict[str, Any], _hanging: Hanging) -> Any:
    sys.exit(3)


def _wrong_type(_hook: str, _given: dict[str, Any], _hanging: Hanging) -> Any:
    return object()


def _too_large(_hook: str, _given: dict[str, Any], _hanging: Hanging) -> Any:
    return "ş" * 10_000_000


def _many(_hook: str, _given: dict[str, Any], _hanging: Hanging) -> Any:
    return ["ş" * 1000] * 10_000


def _unpicklable(_hook: str, _given: dict[str, Any], _hanging: Hanging) -> Any:
    return lambda: None


def _hang(hook: str, _given: dict[str, Any], hanging: Hanging) -> Any:
    hanging()
    return answer_of(hook)


def _change(hook: str, given: dict[str, Any], _hanging: Hanging) -> Any:
    for value in given.values():
        if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                object.__setattr__(value, field.name, "changed")
        elif isinstance(value, Mapping):
            value["changed"] = "by a plugin"  # type: ignore[index]
    return answer_of(hook)


def _unwritable(_hook: str, _given: dict[str, Any], _hanging: Hanging) -> Any:
    return "\ud800"


class _Compared:
    """Does something when it is compared."""

    def __init__(self, does: Callable[[], Any]) -> None:
        self._does = does

    def __eq__(self, _other: object) -> bool:
        return bool(self._does())

    __hash__ = None  # type: ignore[assignment]


def _change_to(value: object, given: dict[str, Any]) -> None:
    for one in given.values():
        if dataclasses.is_dataclass(one):
            object.__setattr__(one, dataclasses.fields(one)[0].name, value)
        elif isinstance(one, Mapping):
            one["changed"] = value  # type: ignore[index]


def _change_and_exit(hook: str, given: dict[str, Any], _hanging: Hanging) -> Any:
    _change_to(_Compared(sys.exit), given)
    return answer_of(hook)


def _change_and_hang(hook: str, given: dict[str, Any], hanging: Hanging) -> Any:
    _change_to(_Compared(hanging), given)
    return answer_of(hook)


def _commit(hook: str, _given: dict[str, Any], _hanging: Hanging) -> Any:
    transaction.commit()
    return answer_of(hook)


def _abort(hook: str, _given: dict[str, Any], _hanging: Hanging) -> Any:
    transaction.abort()
    return answer_of(hook)


def _recurse(hook: str, given: dict[str, Any], hanging: Hanging) -> Any:
    return _recurse(hook, given, hanging)


FAULTS: dict[str, Callable[[str, dict[str, Any], Hanging], Any]] = {
    "raises": _raise,
    "raises BaseException": _raise_base,
    "raises KeyboardInterrupt": _interrupt,
    "exits": _exit,
    "answers with the wrong type": _wrong_type,
    "answers with 10 MB": _too_large,
    "answers with many": _many,
    "answers with what cannot be pickled": _unpicklable,
    "hangs": _hang,
    "answers with what cannot be written": _unwritable,
    "changes its arguments": _change,
    "changes its arguments to what exits": _change_and_exit,
    "changes its arguments to what hangs": _change_and_hang,
    "commits": _commit,
    "aborts": _abort,
    "recurses": _recurse,
}


class Misbehaving:
    """A plugin that answers one hook and does one thing wrong in it; counts how often it was asked."""

    def __init__(self, hook: str, fault: str) -> None:
        self.hook, self.fault = hook, fault
        self.asked = 0
        self.hanging = Hanging()
        self.module = plugin("bad", **{hook: self._answer})

    def _answer(self, **given: Any) -> Any:
        self.asked += 1
        return FAULTS[self.fault](self.hook, given, self.hanging)


def pairs(hooks: Iterable[str]) -> list[tuple[str, str]]:
    """Return each of *hooks* with each fault that is possible in it."""
    return [
        (hook, fault)
        for hook in hooks
        for fault in FAULTS
        if not fault.startswith("changes its arguments") or _can_change(hook)
    ]


def _can_change(hook: str) -> bool:
    """Tell whether a hook is given something that could be changed."""
    return "settings" in arguments_of(hook) or any(map(dataclasses.is_dataclass, arguments(hook).values()))
