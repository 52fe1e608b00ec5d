"""What a citizen's free words are about: keywords and labels compared as folded prefixes."""

from collections.abc import Iterable

from .city import Category
from .text import tokens

__all__ = ["Matcher"]

_SHORTEST = 3
_KEYWORD_WEIGHT = 3.0
_LABEL_WEIGHT = 2.0


class Matcher:
    """Scores every category against a text.

    A word fits when one is the beginning of the other ("kaldırımda" and "kaldırım"); the last letter of the shorter
    may differ, because Turkish softens it (ağaç, ağacı; köpek, köpeği). A phrase counts when all of its words fit,
    and counts more the longer it is.
    """

    def __init__(self, categories: Iterable[Category]) -> None:
        self._categories = list(categories)
        self._phrases: list[list[tuple[tuple[str, ...], float]]] = []
        for category in self._categories:
            phrases = [(tuple(tokens(keyword)), _KEYWORD_WEIGHT) for keyword in category.keywords]
            phrases += [((token,), _LABEL_WEIGHT) for token in tokens(category.label) if len(token) > _SHORTEST]
            self._phrases.append([(words, weight) for words, weight in phrases if words])

    def best(self, text: str, limit: int) -> list[Category]:
        """Return at most *limit* categories, the likeliest first; those that do not fit at all are left out."""
        said = [token for token in dict.fromkeys(tokens(text)) if len(token) >= _SHORTEST]
        if not said:
            return []
        scores = [(self._score(phrases, said), -place) for place, phrases in enumerate(self._phrases)]
        ranked = sorted((score for score in scores if score[0] > 0), reverse=True)
        return [self._categories[-place] for _, place in ranked[:limit]]

    @staticmethod
    def _score(phrases: list[tuple[tuple[str, ...], float]], said: list[str]) -> float:
        total = 0.0
        for words, weight in phrases:
            if all(any(_fits(word, token) for token in said) for word in words):
                total += weight * len(words) ** 1.5
        return total


def _fits(word: str, token: str) -> bool:
    if len(word) < _SHORTEST:
        return word == token
    if token.startswith(word):
        return True
    stem = word[:-1]
    return len(stem) > _SHORTEST and token.startswith(stem) and len(token) >= len(word) - 1 and _softens(word, token)


_SOFTENED = {"k": "g", "c": "c", "p": "b", "t": "d"}


def _softens(word: str, token: str) -> bool:
    """Tell whether the last letter of *word* is one that changes before a vowel, and did in *token*."""
    last, found = word[-1], token[len(word) - 1 : len(word)]
    return _SOFTENED.get(last) == found
