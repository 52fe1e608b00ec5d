"""As many invented applications as a demonstration is asked for, made of what people say on ordinary days."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from halkla_iliskiler.api import DemoTicket

__all__ = ["Patterns"]

_ZONE = ZoneInfo("Europe/Istanbul")
_CHANNELS = ("telephone",) * 81 + ("web",) * 7 + ("desk",) * 4 + ("social",) * 4 + ("email",) * 2 + ("field",) * 2


@dataclass(frozen=True)
class _Pattern:
    category: str
    kind: str
    texts: Sequence[str]
    extras: Sequence[str]
    answer: str
    outcome: str
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Patterns:
    """The patterns of ``everyday.toml``. *with_photo* are categories that are solved only with a photo of the work."""

    def __init__(self, read: dict[str, Any], neighbourhoods: Sequence[str], with_photo: frozenset[str]) -> None:
        self._since, self._streets = read["since"], read["streets"]
        self._first, self._last = read["first_names"].split(), read["last_names"].split()
        self._neighbourhoods = neighbourhoods
        self._patterns: list[_Pattern] = []
        self._shares: list[int] = []
        for pattern in read["pattern"]:
            values = dict(pattern)
            self._shares.append(values.pop("share"))
            is_solved = values["category"] not in with_photo and values["kind"] not in ("QUESTION", "PRAISE")
            self._patterns.append(_Pattern(**values, outcome="SOLVED" if is_solved else "INFORMED"))

    def tickets(
        self, count: int, random: Random, present: datetime, oldest: float, newest: float
    ) -> Iterator[DemoTicket]:
        """Yield *count* applications between *oldest* and *newest* hours before *present*, as *random* will have it."""
        for pattern in random.choices(self._patterns, self._shares, k=count):
            yield self._ticket(pattern, random, _hours_ago(random, present, oldest, newest))

    def _ticket(self, pattern: _Pattern, random: Random, hours_ago: float) -> DemoTicket:
        number, other = random.sample(range(110, 7400), 2)
        street = random.choice(self._streets).format(number=number, other=other, door=random.randint(1, 120))
        extra, since = random.choice(pattern.extras), random.choice(self._since)
        text = random.choice(pattern.texts).format(
            street=street, since=since, extra=extra.format(since=since.capitalize())
        )
        has_place = street in text
        return DemoTicket(
            text=_tidy(text),
            kind=pattern.kind,
            channel=random.choice(_CHANNELS),
            reaches=_reached(hours_ago, pattern.kind, random),
            hours_ago=hours_ago,
            category=pattern.category,
            neighbourhood=random.choice(self._neighbourhoods) if has_place or random.random() < 0.3 else None,
            place=street if has_place else "",
            name=f"{random.choice(self._first)} {random.choice(self._last)}",
            phone=f"+90511{random.randrange(10**7):07d}",  # a prefix that belongs to no operator
            answer=pattern.answer,
            outcome=pattern.outcome,
            answers=tuple((question, random.choice(said)) for question, said in pattern.answers.items()),
        )


def _hours_ago(random: Random, present: datetime, oldest: float, newest: float) -> float:
    """Return when it came: hardly anybody calls at night, fewer at the weekend."""
    hours_ago = random.uniform(max(newest, 0.2), oldest)
    for _ in range(8):
        at = (present - timedelta(hours=hours_ago)).astimezone(_ZONE)
        if random.random() < (0.03 if at.hour < 7 else 0.4 if at.weekday() > 4 or at.hour > 20 else 1.0):
            break
        hours_ago = random.uniform(max(newest, 0.2), oldest)
    return round(hours_ago, 2)


def _reached(hours_ago: float, kind: str, random: Random) -> str:
    """Return how far it has got: most are answered in two days and closed a week later; a few take longer."""
    if kind == "PRAISE":
        return "CLOSED" if hours_ago > 24 else "ASSIGNED"
    chance = random.random()
    if hours_ago > 10 * 24:
        return "CLOSED" if chance < 0.985 else "PLANNED"
    if hours_ago > 48:
        return "CLOSED" if chance < 0.45 else "DONE" if chance < 0.9 else "PLANNED" if chance < 0.96 else "IN_PROGRESS"
    if hours_ago > 20:
        return "DONE" if chance < 0.6 else "IN_PROGRESS" if chance < 0.85 else "ASSIGNED"
    return "DONE" if chance < 0.2 else "IN_PROGRESS" if chance < 0.45 else "ASSIGNED"


def _tidy(text: str) -> str:
    """Return a sentence that begins with a capital letter: streets stand first in some, in the middle of others."""
    text = " ".join(text.replace(", .", ".").split())
    first = {"i": "İ", "ı": "I"}.get(text[0], text[0].upper())
    return first + text[1:]
