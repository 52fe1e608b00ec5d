"""What a citizen's free words are about: a subject of ours, or another body's; and where.

Words are compared folded and by their beginnings. Everything is prepared once for a city's data, so that a text costs
a look-up by the first three letters of each of its words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from .city import Body, Category, Danger, Neighbourhood, Synonym
from .text import fold, tokens

__all__ = ["Alarms", "Matcher", "Places", "Subject"]

Subject = Category | Body

_SHORTEST = 3
_KEYWORD_WEIGHT = 3.0
_LABEL_WEIGHT = 2.0
_LEAST = 1.5
"""What scores less fits by accident."""
_OF_BEST = 0.3
"""What scores less than this part of the best is no proposal beside it."""
_APART = 9
"""How many words may lie between the words of one phrase."""
_SAID_OFTEN = 4
"""A label's word that more subjects than this share says nothing about any of them."""


class _Words:
    """Numbers every distinct word of the phrases, and finds which of them a text's words begin with."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._by_letters: dict[str, list[tuple[str, int]]] = defaultdict(list)

    def number(self, word: str) -> int:
        known = self._numbers.get(word)
        if known is None:
            known = self._numbers[word] = len(self._numbers)
            self._by_letters[word[:_SHORTEST]].append((word, known))
        return known

    def found_in(self, said: list[str]) -> dict[int, list[int]]:
        """Return the places at which each known word stands in a text."""
        found: dict[int, list[int]] = {}
        for place, token in enumerate(said):
            for word, number in self._by_letters.get(token[:_SHORTEST], ()):
                if _fits(word, token):
                    found.setdefault(number, []).append(place)
        return found


class _Phrases:
    """Phrases of words, each with what it says and how much that weighs."""

    def __init__(self) -> None:
        self.words = _Words()
        self._phrases: list[tuple[tuple[int, ...], int, float]] = []
        self._by_word: dict[int, list[int]] = defaultdict(list)

    def add(self, phrase: Iterable[str], owner: int, weight: float) -> None:
        numbers = tuple(dict.fromkeys(self.words.number(word) for word in phrase))
        if numbers:
            for number in numbers:
                self._by_word[number].append(len(self._phrases))
            self._phrases.append((numbers, owner, weight * len(numbers) ** 1.5))

    def found_in(self, said: list[str]) -> Iterator[tuple[int, float]]:
        """Yield owner and weight of every phrase all of whose words stand near each other in a text."""
        found = self.words.found_in(said)
        complete: Counter[int] = Counter(phrase for number in found for phrase in self._by_word[number])
        for place, count in complete.items():
            numbers, owner, weight = self._phrases[place]
            if count == len(numbers) and (count == 1 or _stand_together(found, numbers)):
                yield owner, weight


def _stand_together(found: dict[int, list[int]], numbers: tuple[int, ...]) -> bool:
    rest = [found[number] for number in numbers[1:]]
    return any(
        all(any(abs(start - other) <= _APART for other in places) for places in rest) for start in found[numbers[0]]
    )


class Matcher:
    """Ranks categories and bodies by what a text says.

    A word fits when it begins with a keyword ("kaldırımda" and "kaldırım"); the keyword's last letter may differ,
    because Turkish softens it (ağaç, ağacı; köpek, köpeği). A phrase counts when all of its words fit, and counts
    more the longer it is. The name of a neighbourhood is where something is, never what it is.
    """

    def __init__(
        self,
        categories: Iterable[Category],
        bodies: Iterable[Body] = (),
        synonyms: Iterable[Synonym] = (),
        neighbourhoods: Iterable[Neighbourhood] = (),
    ) -> None:
        self._subjects: list[Subject] = [*categories, *bodies]
        self.places = Places(neighbourhoods)
        self._means: list[list[str]] = []
        self._synonyms = _Phrases()
        for synonym in synonyms:
            self._means.append(tokens(synonym.means))
            for words in synonym.words:
                self._synonyms.add(tokens(words), len(self._means) - 1, 1.0)
        self._phrases = _Phrases()
        labels = [_label_words(subject) for subject in self._subjects]
        shared = Counter(word for words in labels for word in words)
        for owner, subject in enumerate(self._subjects):
            for keyword in subject.keywords:
                self._phrases.add(tokens(keyword), owner, _KEYWORD_WEIGHT)
            for word in labels[owner]:
                if shared[word] <= _SAID_OFTEN:
                    self._phrases.add((word,), owner, _LABEL_WEIGHT / shared[word])

    def best(self, text: str, limit: int) -> list[Subject]:
        """Return at most *limit* subjects a citizen may choose, the likeliest first; what does not fit is left out.

        Subjects only staff may choose are ranked with the others: a text that is clearly about one of them (a request
        under the law on information, say) proposes nothing else in its place.
        """
        said = self.places.without(text)
        said += [word for owner in dict(self._synonyms.found_in(said)) for word in self._means[owner]]
        scores: dict[int, float] = defaultdict(float)
        for owner, weight in self._phrases.found_in(said):
            scores[owner] += weight
        least = max(_LEAST, _OF_BEST * max(scores.values(), default=0.0))
        ranked = sorted(((score, -owner) for owner, score in scores.items() if score >= least), reverse=True)
        found = [self._subjects[-owner] for _, owner in ranked]
        if found and not _is_public(found[0]):
            return []
        return [subject for subject in found if _is_public(subject)][:limit]


def _is_public(subject: Subject) -> bool:
    return not isinstance(subject, Category) or subject.is_public


def _label_words(subject: Subject) -> list[str]:
    if isinstance(subject, Category):
        return [word for word in dict.fromkeys(tokens(f"{subject.label} {subject.label_en}")) if len(word) > _SHORTEST]
    # Without keywords, a body is known by what it says it is responsible for.
    return [] if subject.keywords else [word for word in dict.fromkeys(tokens(subject.subjects)) if len(word) > 3]


class Alarms:
    """Recognises immediate danger in a text, or in the subject somebody chose."""

    def __init__(self, dangers: Iterable[Danger]) -> None:
        self._dangers = list(dangers)
        self._phrases = _Phrases()
        self._exceptions = _Phrases()
        for owner, danger in enumerate(self._dangers):
            for words in danger.words:
                self._phrases.add(tokens(words), owner, 1.0)
            for words in danger.unless:
                self._exceptions.add(tokens(words), owner, 1.0)

    def in_text(self, text: str) -> list[Danger]:
        """Return the dangers a text tells of, in the city's order."""
        said = tokens(text)
        harmless = {owner for owner, _ in self._exceptions.found_in(said)}
        found = {owner for owner, _ in self._phrases.found_in(said)} - harmless
        return [self._dangers[owner] for owner in sorted(found)]

    def of_category(self, code: str | None) -> list[Danger]:
        """Return the dangers that a subject always means."""
        return [danger for danger in self._dangers if code in danger.categories] if code else []


_SUFFIX = re.compile(r"(?:n?[dt][ae]n?|n?[dt][ae]ki\w*|n?in|n?un|y?[aeiu]|l[iu]|n[ae])?")
_MARKED = re.compile(r"(\w+)['’`´][dt][ae]", re.IGNORECASE)
_MAHALLE = re.compile(r"mah(?:alle\w*|al\w*)?|mh|mahallle\w*|koy(?:u|unde|unden|une)?|semt\w*")
_STREETS = ("cad", "cd", "bulvar", "blv", "sok", "sk", "park", "okul", "lise", "ilkok", "ortaok", "hastane")


class Places:
    """Finds the neighbourhoods a text names: by name, old spelling or *semt*, with or without suffixes."""

    def __init__(self, neighbourhoods: Iterable[Neighbourhood]) -> None:
        self._by_letters: dict[str, list[tuple[list[str], bool, Neighbourhood]]] = defaultdict(list)
        known = list(neighbourhoods)
        real = {fold(place.name) for place in known}
        for place in known:
            for name in (place.name, *place.aliases):
                if name != place.name and fold(name) in real:
                    continue  # A real name wins over another place's alias.
                self._add(name, place)
        for names in self._by_letters.values():
            names.sort(key=lambda entry: -len(entry[0]))

    def _add(self, name: str, place: Neighbourhood) -> None:
        words = tokens(name)
        if not words:
            return
        is_common = place.is_common_word and len(words) == 1
        for spelling in {tuple(words), ("".join(words),)}:
            self._by_letters[spelling[0][:_SHORTEST]].append((list(spelling), is_common, place))

    def find(self, text: str) -> Neighbourhood | None:
        """Return the neighbourhood a text names, when it names exactly one."""
        found = {place.code: place for _, _, place in self._named(tokens(text), _marked(text))}
        return next(iter(found.values())) if len(found) == 1 else None

    def without(self, text: str) -> list[str]:
        """Return the text's words but for those that only say where."""
        said = tokens(text)
        where = {place for start, end, _ in self._named(said, _marked(text)) for place in range(start, end)}
        return [word for place, word in enumerate(said) if place not in where] if where else said

    def _named(self, said: list[str], marked: set[str]) -> Iterator[tuple[int, int, Neighbourhood]]:
        start = 0
        while start < len(said):
            end = start + 1
            for name, is_common, place in self._by_letters.get(said[start][:_SHORTEST], ()):
                stop = start + len(name)
                if self._stands(name, said, start) and self._means_place(said, start, stop, is_common, marked):
                    yield start, stop, place
                    end = stop
                    break
            start = end

    @staticmethod
    def _stands(name: list[str], said: list[str], start: int) -> bool:
        here = said[start : start + len(name)]
        if len(here) < len(name) or here[:-1] != name[:-1]:
            return False
        last, word = here[-1], name[-1]
        return last == word or (last.startswith(word) and bool(_SUFFIX.fullmatch(last[len(word) :])))

    @staticmethod
    def _means_place(said: list[str], start: int, stop: int, is_common: bool, marked: set[str]) -> bool:
        following = said[stop] if stop < len(said) else ""
        if said[stop - 1] in marked or (following and _MAHALLE.fullmatch(following)):
            return True
        if following.startswith(_STREETS):
            return False  # Atatürk Caddesi, Zafer İlkokulu: named after somebody or something.
        return not is_common


def _marked(text: str) -> set[str]:
    """Return the folded words that an apostrophe and "at" or "from" follow: in Turkish, proper names of places."""
    return {fold(word) for word in _MARKED.findall(text)}


_SOFTENED = {"k": "g", "c": "c", "p": "b", "t": "d"}


def _fits(word: str, token: str) -> bool:
    if len(word) < _SHORTEST:
        return word == token
    if token.startswith(word):
        return True
    stem = word[:-1]
    return len(stem) > _SHORTEST and token.startswith(stem) and _softens(word, token)


def _softens(word: str, token: str) -> bool:
    """Tell whether the last letter of *word* is one that changes before a vowel, and did in *token*."""
    last, found = word[-1], token[len(word) - 1 : len(word)]
    return _SOFTENED.get(last) == found
