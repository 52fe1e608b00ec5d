"""A city's values as plain ones (for histories, comparisons and files), and back."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

__all__ = ["Plain", "as_plain", "from_plain", "revision_of"]

Plain = dict[str, Any]
"""JSON-like: texts, whole numbers, yes and no, nothing, and lists of them. A time span is its seconds."""
T = TypeVar("T")


def as_plain(value: Any) -> Plain:
    """Return the fields of a city's value (a dataclass) as plain values."""
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def from_plain(cls: type[T], values: Mapping[str, Any]) -> T:
    """Make a value of *cls* of plain ones. What is missing has its default; what *cls* does not know is left out."""
    hints: Mapping[str, Any] = _hints(cls)  # type: ignore[arg-type]  # a class is hashable
    return cls(**{name: _from_plain(hint, values[name]) for name, hint in hints.items() if name in values})


@cache
def _hints(cls: Any) -> Mapping[str, Any]:
    known = get_type_hints(cls)
    return {field.name: known[field.name] for field in fields(cls)}


def _from_plain(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if hint is timedelta:
        return timedelta(seconds=value)
    if hint is date or date in get_args(hint):
        return date.fromisoformat(value)
    return tuple(value) if get_origin(hint) is tuple else value


def revision_of(values: Plain | None) -> str:
    """Return what tells one state of a thing from another: the same values, the same sixteen letters."""
    said = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
