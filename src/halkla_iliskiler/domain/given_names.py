"""Telling that words may be somebody's name, without asking who there is."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from .text import fold

__all__ = ["holds_a_given_name"]


@cache
def _listed() -> frozenset[str]:
    text = files(__package__).joinpath("given_names.txt").read_text("utf-8")
    return frozenset(fold(name) for line in text.splitlines() if not line.startswith("#") for name in line.split())


def holds_a_given_name(words: Iterable[str]) -> bool:
    """Tell whether one of the folded *words* is a given name that many bear.

    Asked of a list and not of the applicants: whether anybody of that name has ever applied is nothing to let out.
    """
    return not _listed().isdisjoint(words)
