"""The geometry of charts, for templates that draw them as SVG. Numbers in, places out; words and colours are theirs.

A chart never stands alone: whoever draws it gives it a title and puts a table with the same numbers beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Bar", "Chart", "Part", "columns", "shares", "ticks"]

_WIDTH, _HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 4, 10, 24
_WIDEST = 44
_LABELS = 12


@dataclass(frozen=True)
class Part:
    """A piece of a bar: its ``kind`` (a class of the style sheet) and its place."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Bar:
    """One bar with its pieces; ``label`` is empty where there is no room for one."""

    parts: tuple[Part, ...]
    label: str
    middle: float


@dataclass(frozen=True)
class Chart:
    """Bars in a frame, with the lines behind them: ``(y, number)``."""

    width: int
    height: int
    left: float
    right: float
    base: float
    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, int], ...]


def ticks(most: int, about: int = 4) -> list[int]:
    """Return round numbers from 0 up to at least *most*: steps of 1, 2 or 5 times a power of ten, whole ones."""
    step, factors = 1, (2, 5, 10)
    while most > step * about:
        power = 10 ** (len(str(step)) - 1)
        step = next(power * factor for factor in factors if power * factor > step)
    end = max(-(-most // step), 1)
    return [step * place for place in range(end + 1)]


def columns(labels: Sequence[str], values: Sequence[Sequence[tuple[str, int]]]) -> Chart:
    """Return a column for each of *values*, its pieces stacked from the bottom in the order given."""
    marks = ticks(max((sum(number for _, number in pieces) for pieces in values), default=0))
    base, scale = _HEIGHT - _BOTTOM, (_HEIGHT - _BOTTOM - _TOP) / marks[-1]
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(values), 1)
    wide = min(step * 0.72, _WIDEST)
    every = -(-len(labels) // _LABELS) or 1
    bars = []
    for place, (label, pieces) in enumerate(zip(labels, values, strict=True)):
        middle = _LEFT + step * (place + 0.5)
        parts, y = [], float(base)
        for kind, number in pieces:
            if number:
                high = number * scale
                y -= high
                parts.append(Part(kind, _round(middle - wide / 2), _round(y), _round(wide), _round(high)))
        bars.append(Bar(tuple(parts), label if place % every == 0 else "", _round(middle)))
    lines = tuple((_round(base - mark * scale), mark) for mark in marks)
    return Chart(_WIDTH, _HEIGHT, _LEFT, _WIDTH - _RIGHT, base, tuple(bars), lines)


def shares(pieces: Sequence[tuple[str, int]], whole: int, width: int = 120, height: int = 10) -> tuple[Part, ...]:
    """Return the pieces of a bar that lies down, as long as its part of *whole*."""
    parts, x = [], 0.0
    for kind, number in pieces:
        if number and whole:
            wide = width * number / whole
            parts.append(Part(kind, _round(x), 0, _round(wide), height))
            x += wide
    return tuple(parts)


def _round(number: float) -> float:
    return round(number, 1)
