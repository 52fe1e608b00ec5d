"""Turkish text: case, folding for search, and alphabetical order.

Python's ``str.lower``, ``str.title`` and ``sorted`` are wrong for Turkish ('I'.lower() is 'i', not 'ı'), so
nothing else in the project may use them on a citizen's words.
"""

import re
import unicodedata

__all__ = ["clean", "fold", "fold_key", "sort_key", "tokens", "tr_lower", "tr_upper"]

_TO_LOWER = str.maketrans({"İ": "i", "I": "ı"})
_TO_UPPER = str.maketrans({"i": "İ", "ı": "I"})
_FOLD = str.maketrans("ÇĞİIÖŞÜÂÎÛçğıöşüâîû", "cgiiosuaiucgiosuaiu")
_APOSTROPHE_SUFFIX = re.compile(r"(?<=\w)['’`´]\w+")
_WORD = re.compile(r"[a-z0-9]+(?:/[0-9]+)?")
_CONTROL = {code: None for code in range(32) if code not in (9, 10)} | {127: None}
_ALPHABET = "abcçdefgğhıijklmnoöpqrsştuüvwxyz"
_ORDER = {letter: chr(ord("a") + place) for place, letter in enumerate(_ALPHABET)}
_ORDER |= {"â": _ORDER["a"], "î": _ORDER["i"], "û": _ORDER["u"]}


def clean(text: str) -> str:
    """Return *text* as it is kept: NFC, unix line ends, no control characters, no outer white space."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return composed.translate(_CONTROL).strip()


def tr_lower(text: str) -> str:
    """Lower-case by the Turkish rule (I → ı, İ → i)."""
    return text.translate(_TO_LOWER).lower()


def tr_upper(text: str) -> str:
    """Upper-case by the Turkish rule (i → İ, ı → I)."""
    return text.translate(_TO_UPPER).upper()


def fold(text: str) -> str:
    """Reduce text to what search compares: no case, no diacritics, no suffix after an apostrophe.

    The index and every query use this one function: ``IŞIKLAR``, ``Işıklar`` and ``isiklar`` are the same,
    and so are ``Çayırbaşı'nın`` and ``cayirbasi``.
    """
    composed = unicodedata.normalize("NFC", text)
    plain = _APOSTROPHE_SUFFIX.sub("", composed).translate(_FOLD).lower()
    if plain.isascii():
        # Nearly always, in Turkish: this runs some fifty times for one application.
        return plain
    decomposed = unicodedata.normalize("NFD", plain)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def fold_key(name: str) -> str:
    """Fold a name to a look-up key in which spaces and hyphens do not count (``EVKA-3`` = ``Evka 3``)."""
    return "".join(_WORD.findall(fold(name)))


def tokens(text: str) -> list[str]:
    """Split into folded words; ``372/15`` (a street of İzmir) stays one word."""
    return _WORD.findall(fold(text))


def sort_key(text: str) -> str:
    """Return a key that sorts as the Turkish alphabet does (c ç d … g ğ h ı i j … o ö p … s ş t u ü v)."""
    return "".join(_ORDER.get(letter, letter) for letter in tr_lower(unicodedata.normalize("NFC", text)))
