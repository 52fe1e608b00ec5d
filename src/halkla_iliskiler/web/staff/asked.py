"""What a list's address asks for. Everything that narrows a list stands in its address, and nothing of a person."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from webob.multidict import MultiDict

from ...domain.standing import BreakCause
from ...domain.tagging import folded_tag
from ...domain.ticket import address_of
from ...domain.workflow import Kind, Outcome, Regime, TicketStatus
from ...index import Row, Standing
from ...services.lists import Filters, Listed, Queue, Urgency
from ...storage import City
from ..labels import PROBLEMS
from ..posted import posted

__all__ = [
    "FILTERS",
    "NOBODY",
    "STANDINGS",
    "YES_OR_NO",
    "Asked",
    "asked_of_ticket",
    "day_of",
    "no_such_list",
    "ticket_href",
]

FILTERS = (
    "durum", "konu", "kategori", "birim", "mahalle", "kanal", "tur", "mevzuat", "kisi", "vade", "foto", "gizli",
    "ayni", "etiket", "ilk", "son", "soz", "neden", "cozum", "sonuc", "yeniden", "acik",
)  # fmt: skip
"""The parameters that narrow, in the order in which an address names them."""
NOBODY = "-"
"""What ``kisi`` says for tickets nobody has; ``kategori``, ``birim`` and ``mahalle`` for those that have none."""
STANDINGS = {
    "tutuldu": Standing.KEPT, "tutulmadi": Standing.BROKEN, "suruyor": Standing.RUNNING, "yok": Standing.NONE,
}  # fmt: skip
"""What ``soz`` and ``cozum`` say of a promise."""
_SINGLE = frozenset({"vade", "foto", "gizli", "ayni", "ilk", "son", "yeniden", "acik"})
_MOST_VALUES, _LONGEST_VALUE, _LONGEST_WORDS = 40, 80, 200
_LONGEST_QUERY = 3 * len(FILTERS) * _MOST_VALUES * _LONGEST_VALUE
"""Signs of an address with every filter full, each sign as ``%20``. It is never cut: what is cut off narrows it."""
YES_OR_NO = {"var": True, "yok": False}
"""What ``foto``, ``gizli``, ``ayni``, ``yeniden`` and ``acik`` say."""


class Asked:
    """A list as an address asks for it; what it cannot ask for is passed over (see ``unknown_filters``)."""

    def __init__(self, request: Request, params: Mapping[str, str] | None = None) -> None:
        self._path = request.page.url("staff.queue")
        get: Any = request.GET if params is None else params
        allowed = request.services.lists.queues()
        wanted = get.get("liste", "")
        # Everything is no list that anybody works from, but an address may ask for it.
        known = {*allowed, *([Queue.ALL] if allowed else [])}
        self.queue = Queue(wanted) if wanted in known else _first(request, allowed)
        self.person = get.get("ara", "")[:40]
        self.words = "" if self.person else get.get("q", "").strip()[:_LONGEST_WORDS]
        self.chosen = {name: _values(get, name) for name in FILTERS}
        self.backwards = "once" in get
        place = get.get("once", "") or get.get("sonra", "")
        self.cursor = _cursor(place)
        # A search goes through every list.
        self.is_list_unknown = bool(wanted) and wanted not in known and not self.is_search
        self.is_place_unknown = "sayfa" in get or (bool(place) and self.cursor is None)
        self.is_map = get.get("gorunum", "") == "harita"

    @classmethod
    def kept(cls, request: Request, query: str) -> "Asked":
        """Read a list that was kept as the text of its address."""
        return cls(request, MultiDict(parse_qsl(query)))

    @classmethod
    def posted(cls, request: Request) -> "Asked | None":
        """Read the list a form was sent from; ``None`` where its address is longer than one can be."""
        query = posted(request, "sorgu")
        return cls.kept(request, query) if len(query) <= _LONGEST_QUERY else None

    @property
    def is_search(self) -> bool:
        """Tell whether it is found by words or by person, not worked from."""
        return bool(self.words or self.person)

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything narrows it."""
        return any(self.chosen.values()) or self.is_search

    def listed(self, city: City) -> Listed:
        """Return the list itself."""
        chosen, groups = self.chosen, set(self.chosen["konu"])
        categories = _or_none(chosen["kategori"])
        if groups:
            categories += tuple(category.code for category in city.categories if category.group in groups)
        filters = Filters(
            words=self.words,
            statuses=_known(chosen["durum"], TicketStatus),
            categories=categories,
            departments=_or_none(chosen["birim"]),
            neighbourhoods=_or_none(chosen["mahalle"]),
            channels=chosen["kanal"],
            kinds=_known(chosen["tur"], Kind),
            regimes=_known(chosen["mevzuat"], Regime),
            assignees=_or_none(chosen["kisi"]),
            sensitive=YES_OR_NO.get(self._single("gizli")),
            has_photos=YES_OR_NO.get(self._single("foto")),
            tags=tuple(filter(None, map(folded_tag, chosen["etiket"]))),
            is_duplicate=YES_OR_NO.get(self._single("ayni")),
            promise=tuple(STANDINGS[value] for value in _known(chosen["soz"], STANDINGS)),
            solve=tuple(STANDINGS[value] for value in _known(chosen["cozum"], STANDINGS)),
            causes=_known(chosen["neden"], BreakCause),
            outcomes=_known(chosen["sonuc"], Outcome),
            is_reopened=YES_OR_NO.get(self._single("yeniden")),
            is_open=YES_OR_NO.get(self._single("acik")),
            filed_from=day_of(self._single("ilk")),
            filed_until=day_of(self._single("son")),
            urgency=Urgency(self._single("vade")) if self._single("vade") in set(Urgency) else None,
        )
        return Listed(self.queue, filters, self.person)

    def _single(self, name: str) -> str:
        return next(iter(self.chosen[name]), "")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the list, without the place in it."""
        found = [("liste", str(self.queue))]
        found += [(name, value) for name, value in (("q", self.words), ("ara", self.person)) if value]
        return found + [(name, value) for name in FILTERS for value in self.chosen[name]]

    def query(self, *more: tuple[str, str]) -> str:
        """Return the list as the part of an address behind the question mark."""
        return urlencode([*self.pairs, *more])

    def address(self, **changes: str) -> str:
        """Return the address of this list with other parameters beside the queue's name."""
        return f"{self._path}?{urlencode({'liste': self.queue, **changes})}"

    def narrowed_address(self, **changes: str) -> str:
        """Return the address of this list as it is narrowed, with parameters added."""
        shown = [("gorunum", "harita")] if self.is_map and "gorunum" not in changes else []
        return f"{self._path}?{self.query(*shown, *((name, value) for name, value in changes.items() if value))}"

    def without(self, name: str, value: str) -> str:
        """Return the address of this list with one thing less that narrows it."""
        return f"{self._path}?{urlencode([pair for pair in self.pairs if pair != (name, value)])}"

    @property
    def back(self) -> str:
        """The address that shows this very page of the list again."""
        place = f"{self.cursor[0]}.{self.cursor[1]}" if self.cursor else ""
        return self.narrowed_address(**({"once" if self.backwards else "sonra": place} if place else {}))

    @property
    def suffix(self) -> str:
        """What a ticket's address carries, so that its page knows the list one came from."""
        return self.back.removeprefix(self._path)

    def place(self, key: str, row: Row) -> str:
        """Return the cursor of a row in a list ordered by *key*."""
        return f"{getattr(row, key)}.{row.id}"


def no_such_list(request: Request) -> HTTPSeeOther:
    """Return the answer to a form whose list could not be read: nothing is done with any other list."""
    request.page.flash("error", PROBLEMS["list_too_long"])
    return HTTPSeeOther(request.page.url("staff.queue"))


def asked_of_ticket(request: Request) -> Asked | None:
    """Return the list whose address a ticket's address carries, or ``None``."""
    return Asked(request) if request.GET.get("liste") else None


def ticket_href(request: Request, identity: int, asked: Asked | None) -> str:
    """Return the address of a ticket, with the list it is looked at from."""
    address = str(request.page.url("staff.ticket", number=address_of(identity)))
    return address + (asked.suffix if asked else "")


def _first(request: Request, allowed: list[Queue]) -> Queue:
    """Return the list somebody begins with: their directorate's, or all."""
    if request.identity is None:
        return Queue.MINE
    return Queue.DIRECTORATE if Queue.DIRECTORATE in allowed else Queue.OPEN


def _values(get: Any, name: str) -> tuple[str, ...]:
    every = [value[:_LONGEST_VALUE] for value in get.getall(name) if value]
    return tuple(dict.fromkeys(every[:1] if name in _SINGLE else every[:_MOST_VALUES]))


def _or_none(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("" if value == NOBODY else value for value in values)


def _known(values: tuple[str, ...], allowed: Iterable[str]) -> tuple[str, ...]:
    known = set(allowed)
    return tuple(value for value in values if value in known)


def day_of(text: str) -> date | None:
    """Return the day that ``ilk`` or ``son`` names, or ``None``."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # The day after the last one is no day, nor is the last one's midnight in every zone.
    return day if date.min < day < date.max else None


def _cursor(text: str) -> tuple[int, int] | None:
    first, _dot, second = text.partition(".")
    is_number = first.isascii() and second.isascii() and first.isdigit() and second.isdigit()
    return (int(first[:17]), int(second[:17])) if is_number else None
