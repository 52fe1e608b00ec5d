"""What differs from city to city, as plain values: departments, categories, territory, bodies, templates.

Providers (plugins) return these values; ``halkla init`` reads them into the database, and from then on the
running system reads the database. They are immutable: a change replaces the value.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches

from .text import fold, fold_key, sort_key

__all__ = [
    "Body",
    "Brand",
    "Category",
    "Danger",
    "Department",
    "DepartmentTree",
    "Neighbourhood",
    "Question",
    "ReplyTemplate",
    "Synonym",
    "Territory",
]


@dataclass(frozen=True)
class Department:
    """A unit of the municipality; *directorate* (müdürlük) is one of its levels.

    ``email`` is where it learns of new work; without one it is not told. ``successor`` is the code of the unit that
    takes over its work when it is closed. ``unchecked`` names the fields that nobody of the city has confirmed yet.
    """

    code: str
    name: str
    level: str = "directorate"
    parent: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    email: str = ""
    name_en: str = ""
    successor: str | None = None
    unchecked: tuple[str, ...] = ()

    def name_for(self, language: str) -> str:
        """Return the name in *language* where it was translated."""
        return self.name_en if language != "tr" and self.name_en else self.name

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the unit existed on *day* (directorates open and close by council decision)."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True)
class Category:
    """A leaf of the catalogue: what the matter is about, who handles it and how fast.

    ``solve_within`` is the category's own promise; a sensitive category is visible to those of its directorate
    who have the named right only; ``needs_contact`` marks services that cannot be given to somebody unknown (an
    appointment, a home visit); ``needs_check`` asks the centre to accept the outcome before the answer goes out;
    ``needs_after_photo`` lets nobody say that it is solved without a photo of how it is now;
    ``hides_identity`` keeps who complains from the directorate that handles it (about a neighbour, about staff);
    ``is_public`` says whether the citizen's form offers it. ``questions`` are codes of :class:`Question` asked about
    this subject; ``documents`` is what the office needs and cannot get itself; ``about`` is a sentence on what the
    service is. ``script`` is what an agent asks a caller about it, a line each, and ``first_answer`` what can be said
    at once; both are the staff's own language. ``ended_on`` is the day on which the subject was ended: tickets keep it,
    nobody is offered it any more. ``unchecked`` names the fields that nobody of the city has confirmed yet.
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
    needs_after_photo: bool = False
    hides_identity: bool = False
    often_body: str | None = None
    regime: str = "SERVICE"
    is_public: bool = True
    questions: tuple[str, ...] = ()
    about: str = ""
    about_en: str = ""
    documents: tuple[str, ...] = ()
    documents_en: tuple[str, ...] = ()
    script: tuple[str, ...] = ()
    first_answer: str = ""
    group_en: str = ""
    ended_on: date | None = None
    unchecked: tuple[str, ...] = ()

    def label_for(self, language: str) -> str:
        """Return the label in *language*, the city's own words where there is no translation."""
        return self.label_en if language != "tr" and self.label_en else self.label

    def group_for(self, language: str) -> str:
        """Return the group in *language* where it was translated."""
        return self.group_en if language != "tr" and self.group_en else self.group

    def about_for(self, language: str) -> str:
        """Return what the service is, in *language* where somebody wrote it."""
        return self.about_en if language != "tr" and self.about_en else self.about

    def documents_for(self, language: str) -> tuple[str, ...]:
        """Return what to bring, in *language* where somebody wrote it."""
        return self.documents_en if language != "tr" and self.documents_en else self.documents


@dataclass(frozen=True)
class Question:
    """What is asked about a subject besides the words and the place.

    ``kind`` is ``text``, ``number``, ``choice``, ``several``, ``date``, ``plate``, ``yes_no`` or ``photo``; ``options``
    are the answers to choose from, and ``options_en`` the same in English, in the same order.

    ``asked_if`` is the code of an earlier question (``choice``, ``several`` or ``yes_no``) of the same subject, and
    ``asked_if_answers`` are those answers to it (options, or ``yes`` and ``no``) after which this one is asked; without
    it the question is always asked.
    """

    code: str
    label: str
    kind: str = "text"
    label_en: str = ""
    options: tuple[str, ...] = ()
    options_en: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    help_en: str = ""
    asked_if: str = ""
    asked_if_answers: tuple[str, ...] = ()
    ended_on: date | None = None
    unchecked: tuple[str, ...] = ()

    def label_for(self, language: str) -> str:
        """Return the question in *language* where it was translated."""
        return self.label_en if language != "tr" and self.label_en else self.label

    def help_for(self, language: str) -> str:
        """Return the help in *language* where it was translated."""
        return self.help_en if language != "tr" and self.help_en else self.help

    def options_for(self, language: str) -> list[tuple[str, str]]:
        """Return the options as ``(what is kept, what is shown)``; the city's own words are kept."""
        is_translated = language != "tr" and len(self.options_en) == len(self.options)
        shown = self.options_en if is_translated else self.options
        return list(zip(self.options, shown, strict=True))


@dataclass(frozen=True)
class Synonym:
    """What people also say: whoever says one of ``words`` (each may be a phrase) also means the word ``means``."""

    code: str
    means: str
    words: tuple[str, ...]
    ended_on: date | None = None


@dataclass(frozen=True)
class Danger:
    """Words that tell of an immediate danger, and what to do before anything else.

    ``words`` are words and phrases, ``unless`` those that say it is something else (a fire road is no fire), and
    ``categories`` the subjects that always show it. ``body`` is whose line to call besides 112.
    """

    code: str
    words: tuple[str, ...]
    title: str
    advice: str
    title_en: str = ""
    advice_en: str = ""
    body: str | None = None
    unless: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    def title_for(self, language: str) -> str:
        """Return the sentence in *language* where it was translated."""
        return self.title_en if language != "tr" and self.title_en else self.title

    def advice_for(self, language: str) -> str:
        """Return what to do in *language* where it was translated."""
        return self.advice_en if language != "tr" and self.advice_en else self.advice


@dataclass(frozen=True)
class Neighbourhood:
    """A *mahalle*. ``aliases`` are old spellings and *semt* names that lie in it.

    ``is_common_word`` says that the name alone proves nothing (Zafer, Merkez, Işıklar): it counts only where the word
    *mahalle* or an apostrophe stands by it.
    """

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    is_rural: bool = False
    region: str | None = None
    is_common_word: bool = False
    ended_on: date | None = None
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Body:
    """Another institution a matter may belong to.

    ``checked_on`` is empty until somebody in the city has confirmed the telephone number; an unchecked number
    is never shown to a citizen. ``keywords`` are what citizens say when the matter is this body's.
    """

    code: str
    name: str
    subjects: str
    phone: str = ""
    method: str = "letter"
    follow_up: bool = False
    checked_on: date | None = None
    keywords: tuple[str, ...] = ()
    name_en: str = ""
    subjects_en: str = ""
    ended_on: date | None = None

    def name_for(self, language: str) -> str:
        """Return the name in *language* where it was translated."""
        return self.name_en if language != "tr" and self.name_en else self.name

    def subjects_for(self, language: str) -> str:
        """Return what it is responsible for, in *language* where it was translated."""
        return self.subjects_en if language != "tr" and self.subjects_en else self.subjects

    @property
    def known_phone(self) -> str:
        """The number that may be shown to a citizen: a checked one, and 112 always."""
        return self.phone if self.checked_on or self.phone == "112" else ""


@dataclass(frozen=True)
class ReplyTemplate:
    """A ready answer.

    ``text`` may name the fields ``{number}``, ``{category}``, ``{department}``, ``{place}``, ``{planned_for}`` and
    ``{body}``. ``purpose`` is ``answer``, ``question``, ``decline``, ``referral`` or ``plan``; ``group`` restricts the
    template to a group of categories, ``category`` to one, empty means all; ``outcome`` names the outcome it is
    written for, so that it is offered first where that is chosen.
    """

    code: str
    title: str
    text: str
    purpose: str = "answer"
    group: str = ""
    category: str = ""
    outcome: str = ""
    ended_on: date | None = None
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Brand:
    """What a city calls the service and how it looks: tokens and texts, never layout.

    ``number_pattern`` is a ``str.format`` pattern over ``year`` and ``sequence`` written by the plugin's author;
    ``tokens`` are CSS custom properties (without the leading dashes) that override the first six of the theme;
    ``emblem_svg`` is the emblem itself; ``map_base`` is the city's map as GeoJSON text (polygons and lines with a
    ``name``), and where it is empty no map is shown; ``notice`` is a sentence for every page (a demonstration says so).
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
    map_base: str = ""


class DepartmentTree:
    """The departments of a city with their parents, looked up by code."""

    def __init__(self, departments: tuple[Department, ...]) -> None:
        self._by_code = {department.code: department for department in departments}
        directorates = [department for department in departments if department.level == "directorate"]
        self._directorates = sorted(directorates, key=lambda department: sort_key(department.name))

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str | None) -> Department | None:
        """Return the department, or ``None`` when there is none of that code."""
        return self._by_code.get(code) if code else None

    def taking_over(self, code: str | None, day: date) -> str | None:
        """Return the code of who does the work of *code* on *day*: itself, or the successor of a closed unit.

        Without a successor, and for a unit nobody knows, it is *code* itself.
        """
        seen: set[str] = set()
        unit = self.get(code)
        while unit is not None and not unit.is_valid_on(day) and unit.successor and unit.code not in seen:
            seen.add(unit.code)
            unit = self.get(unit.successor) or unit
        return unit.code if unit is not None else code

    def name_of(self, code: str | None) -> str:
        """Return the name people read; a code nobody knows any more is shown as it is."""
        department = self.get(code)
        return department.name if department else (code or "")

    def name_for(self, code: str | None, language: str) -> str:
        """Return the name a citizen reads, in their language where it was translated."""
        department = self.get(code)
        return department.name_for(language) if department else (code or "")

    def directorates_on(self, day: date) -> list[Department]:
        """Return the directorates that exist on *day*, in the order people expect to read them."""
        return [department for department in self._directorates if department.is_valid_on(day)]


_ALIKE = 0.7
"""From here on (1: the same) two spellings of a place are like each other."""
# "Mah.", "mahallesi", "mh", "semti", "köyü" behind a name (folded).
_KIND_OF_PLACE = re.compile(r"[\s,./-]*\b(?:mah(?:alle(?:si(?:nde)?)?)?|mhl?|semti?|koyu?)\b[\s,./-]*$")


class Territory:
    """The neighbourhoods of a city; finds one by name, old spelling or *semt*."""

    def __init__(self, neighbourhoods: tuple[Neighbourhood, ...]) -> None:
        self._by_code = {place.code: place for place in neighbourhoods}
        there_are = [place for place in neighbourhoods if place.ended_on is None]
        self._in_order = tuple(sorted(there_are, key=lambda place: sort_key(place.name)))
        self._by_name: dict[str, Neighbourhood] = {}
        for place in there_are:
            for name in place.aliases:
                self._by_name.setdefault(fold_key(name), place)
        # A real name wins over another place's alias.
        for place in there_are:
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
        """Find a neighbourhood by any of its spellings ("KAZIM DİRİK", "evka-3", "Özkanlar", "Evka 3 Mah.")."""
        found = self._by_name.get(fold_key(name))
        if found is None and (bare := _KIND_OF_PLACE.sub("", fold(name))):
            found = self._by_name.get(fold_key(bare))
        return found

    def like(self, name: str, most: int = 3) -> list[Neighbourhood]:
        """Return the neighbourhoods whose spellings are like a name that none of them has, the likest first."""
        bare = fold_key(_KIND_OF_PLACE.sub("", fold(name)))
        found = get_close_matches(bare, self._by_name, n=2 * most, cutoff=_ALIKE) if bare else []
        return list({place.code: place for place in map(self._by_name.__getitem__, found)}.values())[:most]

    def in_order(self) -> tuple[Neighbourhood, ...]:
        """Return those there are, in Turkish alphabetical order; what was ended is still found by its code."""
        return self._in_order
