"""Covering abuse up in lists. Nothing is ever changed in what a citizen wrote; only what a list repeats is covered."""

import re
from functools import cache, lru_cache
from importlib.resources import files

from .text import fold

__all__ = ["mask_insults"]

_TOKEN = re.compile(r"\w+")
_STRETCHED = re.compile(r"(.)\1{2,}")


@cache
def _listed() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the words that count whole, and the beginnings that count with every ending."""
    text = files(__package__).joinpath("insults_tr.txt").read_text("utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    whole = frozenset(fold(line) for line in lines if not line.endswith("*"))
    return whole, tuple(fold(line[:-1]) for line in lines if line.endswith("*"))


def mask_insults(text: str) -> str:
    """Return *text* with every insult cut down to its first letter: ``ş•••``."""
    return _TOKEN.sub(lambda found: f"{found[0][0]}•••" if _is_insult(found[0]) else found[0], text)


@lru_cache(maxsize=20_000)  # about as many different words as people use in their applications
def _is_insult(word: str) -> bool:
    whole, beginnings = _listed()
    # "aptaaaal" is "aptal" said louder.
    folded = _STRETCHED.sub(r"\1", fold(word))
    return folded in whole or folded.startswith(beginnings)
