"""Invented applications for a demonstration site, as plain values a city's plugin provides."""

from dataclasses import dataclass

__all__ = ["DemoTicket"]


@dataclass(frozen=True)
class DemoTicket:
    """One invented application and how far it has travelled.

    ``reaches`` is the status it ends in (one without a category stays ``NEW`` until somebody sorts it);
    ``hours_ago`` is when it came. ``place`` is told in the citizen's own words.
    ``phone`` and ``email`` are invented and reachable by nobody.
    ``note`` is what staff wrote for themselves, ``question`` what the applicant was asked, ``answer`` what the
    applicant was told, ``reopening`` why the applicant did not agree. ``answers`` are pairs of a question's code and
    what was said to it.
    """

    text: str
    kind: str
    channel: str
    reaches: str
    hours_ago: float
    category: str | None = None
    neighbourhood: str | None = None
    place: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    note: str = ""
    question: str = ""
    answer: str = ""
    outcome: str = ""
    body: str | None = None
    reopening: str = ""
    answers: tuple[tuple[str, str], ...] = ()
