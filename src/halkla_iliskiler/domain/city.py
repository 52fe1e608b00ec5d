"""What differs from city to city, as plain values: departments, categories, territory, bodies, templates.

Providers (plugins) return these values; ``halkla init`` reads them into the database, and from then on the
running system reads the database. They are immutable: a change replaces the value.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from .text import fold_key, sort_key

__all__ = [
    "Body",
    "Brand",
    "Category",
    "Department",
    "DepartmentTree",
    "Neighbourhood",
    "ReplyTemplate",
    "Territory",
]


@dataclass(frozen=True)
class Department:
    """A unit of the municipality; *directorate* (müdürlük) is one of its levels."""

    code: str
    name: str
    level: str = "directorate"
    parent: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the unit existed on *day* (directorates open and close by council decision)."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True)
class Category:
    """A leaf of the catalogue: what the matter is about, who handles it and how fast.

    ``solve_within`` is the category's own promise; a sensitive category is visible to its directorate and to
    named roles only; ``needs_contact`` marks services that cannot be given to somebody unknown (an appointment,
    a home visit); ``needs_check`` asks the centre to accept the outcome before the answer goes out;
    ``is_public`` says whether the citizen's form offers it.
    """

    code: str
    label: str
    department: str
    solve_within: timedelta
    group: str = ""
    label_en: str = ""
    keywords: tuple[str, ...] = ()
    sensitive: bool = False
    urgent: bool = False
    needs_contact: bool = False
    needs_check: bool = False
    often_body: str | None = None
    regime: str = "SERVICE"
    is_public: bool = True

    def label_for(self, language: str) -> str:
        """Return the label in *language*, the city's own words where there is no translation."""
        return self.label_en if language == "en" and self.label_en else self.label


@dataclass(frozen=True)
class Neighbourhood:
    """A *mahalle*. ``aliases`` are old spellings and *semt* names that lie in it."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    is_rural: bool = False
    region: str | None = None


@dataclass(frozen=True)
class Body:
    """Another institution a matter may belong to.

    ``checked_on`` is empty until somebody in the city has confirmed the telephone number; an unchecked number
    is never shown to a citizen.
    """

    code: str
    name: str
    subjects: str
    phone: str = ""
    method: str = "letter"
    follow_up: bool = False
    checked_on: date | None = None


@dataclass(frozen=True)
class ReplyTemplate:
    """A ready answer.

    ``text`` may name the fields ``{number}``, ``{category}``, ``{department}``, ``{place}``, ``{planned_for}`` and
    ``{body}``. ``purpose`` is ``answer``, ``question``, ``decline``, ``referral`` or ``plan``; ``group`` restricts the
    template to a group of categories, empty means all.
    """

    code: str
    title: str
    text: str
    purpose: str = "answer"
    group: str = ""


@dataclass(frozen=True)
class Brand:
    """What a city calls the service and how it looks: tokens and texts, never layout.

    ``number_pattern`` is a ``str.format`` pattern over ``year`` and ``sequence`` written by the plugin's author;
    ``tokens`` are CSS custom properties (without the leading dashes) that override the first six of the theme;
    ``emblem_svg`` is the emblem itself; ``notice`` is a sentence shown on every page (a demonstration says so).
    """

    name: str
    municipality: str
    slogan: str = ""
    slogan_en: str = ""
    number_pattern: str = "{year}-{sequence:06d}"
    tokens: tuple[tuple[str, str], ...] = ()
    emblem_svg: str = ""
    phone: str = ""
    notice: str = ""
    notice_en: str = ""
    privacy_version: str = "1"
    privacy_summary: str = ""
    privacy_summary_en: str = ""
    privacy_text: str = ""
    privacy_text_en: str = ""
    is_demo: bool = False


class DepartmentTree:
    """The departments of a city with their parents, looked up by code."""

    def __init__(self, departments: tuple[Department, ...]) -> None:
        self._by_code = {department.code: department for department in departments}

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str | None) -> Department | None:
        """Return the department, or ``None`` when there is none of that code."""
        return self._by_code.get(code) if code else None

    def name_of(self, code: str | None) -> str:
        """Return the name people read; a code nobody knows any more is shown as it is."""
        department = self.get(code)
        return department.name if department else (code or "")

    def directorates_on(self, day: date) -> list[Department]:
        """Return the directorates that exist on *day*, in the order people expect to read them."""
        valid = (
            department
            for department in self._by_code.values()
            if department.level == "directorate" and department.is_valid_on(day)
        )
        return sorted(valid, key=lambda department: sort_key(department.name))


class Territory:
    """The neighbourhoods of a city; finds one by name, old spelling or *semt*."""

    def __init__(self, neighbourhoods: tuple[Neighbourhood, ...]) -> None:
        self._by_code = {place.code: place for place in neighbourhoods}
        self._by_name: dict[str, Neighbourhood] = {}
        for place in neighbourhoods:
            for name in place.aliases:
                self._by_name.setdefault(fold_key(name), place)
        # A real name wins over another place's alias.
        for place in neighbourhoods:
            self._by_name[fold_key(place.name)] = place

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str | None) -> Neighbourhood | None:
        """Return the neighbourhood of that code, or ``None``."""
        return self._by_code.get(code) if code else None

    def name_of(self, code: str | None) -> str:
        """Return the name people read, or an empty string."""
        place = self.get(code)
        return place.name if place else (code or "")

    def find(self, name: str) -> Neighbourhood | None:
        """Find a neighbourhood by any of its spellings ("KAZIM DİRİK", "evka-3", "Özkanlar")."""
        return self._by_name.get(fold_key(name))

    def in_order(self) -> list[Neighbourhood]:
        """Return all, in Turkish alphabetical order."""
        return sorted(self._by_code.values(), key=lambda place: sort_key(place.name))
