"""Message catalogues: the core's, the plugins', and Turkish ones for deform and colander, which ship none.

Message ids are English sentences. Staff read Turkish or English; citizens Arabic and Russian, too, and easy Turkish.
What a catalogue does not say is said in the next language of its chain, and at last by the message id itself.
"""

import gettext
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from translationstring import TranslationString, TranslationStringFactory

__all__ = [
    "DOMAIN",
    "EASY",
    "LANGUAGES",
    "LOCALES",
    "RIGHT_TO_LEFT",
    "STAFF_LANGUAGES",
    "_",
    "catalogue",
    "translate",
]

DOMAIN = "halkla_iliskiler"
LANGUAGES = {"tr": "Türkçe", "en": "English", "ar": "العربية", "ru": "Русский"}
"""What citizens can read, each with its own name for itself."""
STAFF_LANGUAGES = ("tr", "en")
RIGHT_TO_LEFT = frozenset({"ar"})
EASY = {"tr": "tr_easy"}
"""The catalogues in plain words: short sentences, no word from an office."""
_OURS = frozenset({DOMAIN, "deform", "colander"})
_CHAINS = {"tr_easy": ("tr_easy", "tr"), "ar": ("ar", "en"), "ru": ("ru", "en")}
LOCALES = Path(__file__).parent / "locales"

_ = TranslationStringFactory(DOMAIN)


@lru_cache
def catalogue(language: str, domain: str = DOMAIN) -> gettext.NullTranslations:
    """Return a catalogue with those it falls back to; a language or domain without one reads its message ids.

    A plugin's domain is the name of its package, and its catalogues stand in the package's folder ``locales``.
    """
    return gettext.translation(domain, str(_folder(domain)), _CHAINS.get(language, (language,)), fallback=True)


def _folder(domain: str) -> Path:
    if domain in _OURS:
        return LOCALES
    try:
        package = find_spec(domain)
    except (ImportError, ValueError, AttributeError):
        package = None  # a typing error of its author: read as it is written
    places = package.submodule_search_locations if package else None
    return Path(next(iter(places))) / "locales" if places else LOCALES


def translate(message: str, language: str, **values: object) -> str:
    """Return *message* in *language* with its ``${names}`` filled in from its own mapping and *values*."""
    if not message:
        # What a catalogue has for nothing is its own head.
        return ""
    domain, mapping, text = DOMAIN, values, str(message)
    if isinstance(message, TranslationString):
        domain = message.domain or DOMAIN
        mapping = {**message.mapping, **values} if message.mapping else values
        text = message.default or text
    said = _said(str(message), text, language, domain)
    return _fill(said, mapping, language) if mapping else said


@lru_cache(maxsize=8192)
def _said(message: str, default: str, language: str, domain: str) -> str:
    found = catalogue(language, domain).gettext(message)
    return default if found == message else found


def _fill(text: str, mapping: dict[str, object], language: str) -> str:
    for name, value in mapping.items():
        said = translate(value, language) if isinstance(value, TranslationString) else str(value)
        text = text.replace("${" + name + "}", said)
    return text
