"""The first-run list: what the city's data holds that nobody of the city has confirmed."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..domain.access import Actor, allows
from ..storage import City
from .catalogue import KINDS, name_of

__all__ = ["Unchecked", "unchecked", "unchecked_count"]


@dataclass(frozen=True)
class Unchecked:
    """A field of a value of the city that nobody has confirmed; ``group`` is what belongs together on a page."""

    kind: str
    code: str
    name: str
    field: str
    value: object
    group: str = ""


def unchecked(city: City) -> Iterator[Unchecked]:
    """Yield everything that is still marked, in the order of the kinds. What has been ended need not be checked."""
    for kind in KINDS:
        for value in getattr(city, kind):
            if getattr(value, "ended_on", None) is not None or getattr(value, "valid_until", None) is not None:
                continue
            group = value.department if kind == "categories" else ""
            if kind == "bodies":
                names: tuple[str, ...] = ("phone",) if value.phone and value.checked_on is None else ()
            else:
                names = getattr(value, "unchecked", ())
            for field in names:
                yield Unchecked(kind, value.code, name_of(kind, value), field, getattr(value, field, None), group)


def unchecked_count(city: City, actor: Actor) -> int:
    """Return how many values have something to be checked that *actor* may say of."""
    return len({(one.kind, one.code) for one in unchecked(city) if allows(actor, KINDS[one.kind].permission)})
