"""Answers to a subject's questions, checked by their kind and kept as plain values."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from .city import Question
from .errors import InvalidInput
from .text import clean, tr_upper

__all__ = [
    "NO",
    "PHOTO_GIVEN",
    "YES",
    "Answer",
    "answer_to",
    "answers_to",
    "is_asked",
    "is_ruled_out",
    "photo_questions",
    "tidy_plate",
]

Answer = tuple[str, str, str]
"""Code, question and answer as people read them: plain values that outlive the catalogue."""

YES, NO = "yes", "no"
_YES_NO = {YES: "Evet", NO: "Hayır"}  # the city's language, as everything staff read
PHOTO_GIVEN = "Fotoğraf"
"""What is kept as the answer to a question for a photo; the picture itself is among the ticket's attachments."""
_MAX_TEXT = 500
_NUMBER = re.compile(r"[0-9]{1,6}")
_PLATE = re.compile(r"(0[1-9]|[1-7][0-9]|8[01])([A-PR-VYZ][0-9]{4,5}|[A-PR-VYZ]{2}[0-9]{3,4}|[A-PR-VYZ]{3}[0-9]{2,3})")
_PLATE_PARTS = re.compile(r"([0-9]{2})([A-Z]+)([0-9]+)")


def tidy_plate(typed: str) -> str:
    """Return a Turkish number plate as it is written on the car (``35 ABC 123``).

    Raises:
        InvalidInput: no plate looks like that.
    """
    plain = "".join(sign for sign in tr_upper(clean(typed)) if sign.isalnum())
    # Plates have no İ; whoever types a small i means the plain letter.
    plain = plain.replace("İ", "I")
    if not _PLATE.fullmatch(plain):
        raise InvalidInput("plate", "plate")
    return " ".join(_PLATE_PARTS.fullmatch(plain).groups())  # type: ignore[union-attr]


def answer_to(question: Question, given: Sequence[str]) -> str:
    """Return what is kept of what was given to one question; an empty text when nothing was.

    Raises:
        InvalidInput: it does not fit the question's kind; the field is the question's code.
    """
    said = [text for text in (clean(value) for value in given) if text]
    if not said:
        return ""
    try:
        return _kept(question, said)
    except InvalidInput as problem:
        raise InvalidInput(question.code, problem.problem) from None


def _kept(question: Question, said: list[str]) -> str:
    if question.kind == "several":
        if set(said) - set(question.options):
            raise InvalidInput(question.code, "unknown")
        return ", ".join(option for option in question.options if option in said)
    if question.kind == "photo":
        return PHOTO_GIVEN
    text = said[0]
    if question.kind == "plate":
        return tidy_plate(text)
    if question.kind == "number":
        if not _NUMBER.fullmatch(text):
            raise InvalidInput(question.code, "number")
        return str(int(text))
    if question.kind == "date":
        return _day(question.code, text)
    if question.kind in ("choice", "yes_no"):
        known = _YES_NO if question.kind == "yes_no" else {option: option for option in question.options}
        if text not in known:
            raise InvalidInput(question.code, "unknown")
        return known[text]
    if len(text) > _MAX_TEXT:
        raise InvalidInput(question.code, "too_long")
    return text


def _day(code: str, text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(code, "date") from None
    if not 1900 <= day.year <= 2200:
        raise InvalidInput(code, "date")
    return f"{day.day:02d}.{day.month:02d}.{day.year}"


def is_asked(question: Question, given: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether *question* is asked after what was answered to the one it depends on."""
    return not question.asked_if or any(
        clean(value) in question.asked_if_answers for value in given.get(question.asked_if, ())
    )


def is_ruled_out(question: Question, given: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether another answer says that *question* has no sense.

    An open one does not: without a script the question stands on the page all the same, and what somebody wrote there
    is worth keeping.
    """
    is_answered = any(clean(value) for value in given.get(question.asked_if, ()))
    return is_answered and not is_asked(question, given)


def photo_questions(questions: Sequence[Question], given: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the codes of the questions a photo may be the answer to."""
    return frozenset(
        question.code for question in questions if question.kind == "photo" and not is_ruled_out(question, given)
    )


def answers_to(
    questions: Sequence[Question], given: Mapping[str, Sequence[str]], *, is_strict: bool = True
) -> tuple[Answer, ...]:
    """Return the answers that are kept, in the order of the questions. What nobody asked is left out.

    Raises:
        InvalidInput: one does not fit its kind, or (when *is_strict*) a required one is missing.
    """
    kept = []
    for question in questions:
        if is_ruled_out(question, given):
            continue
        answer = answer_to(question, given.get(question.code, ()))
        if answer:
            kept.append((question.code, question.label, answer))
        elif question.required and is_strict and is_asked(question, given):
            raise InvalidInput(question.code, "required")
    return tuple(kept)
