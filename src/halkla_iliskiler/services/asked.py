"""What was given to the questions of a subject, photos among it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.city import Category, Question
from ..domain.questions import photo_questions
from .unit import Unit

if TYPE_CHECKING:
    from .intake import Draft

__all__ = ["given_to", "loose_photos"]


def _photographed(unit: Unit, draft: Draft) -> list[str]:
    """Return the questions that photos were sent for, once for each photo."""
    staged = (unit.site.staging.get(token) for token in draft.kept)
    files = [*draft.uploads, *(photo for photo in staged if photo is not None)]
    return [file.question for file in files if file.question]


def given_to(unit: Unit, draft: Draft, questions: list[Question]) -> dict[str, tuple[str, ...]]:
    """Return what was answered by question; a photo is given by sending it, whatever else a form may say."""
    said = {code: values for code, values in draft.answers if code not in _asking_for_photos(questions)}
    sent = photo_questions(questions, said) & set(_photographed(unit, draft))
    return {**said, **dict.fromkeys(sent, ("photo",))}


def _asking_for_photos(questions: list[Question]) -> set[str]:
    return {question.code for question in questions if question.kind == "photo"}


def loose_photos(unit: Unit, draft: Draft, category: Category | None) -> int:
    """Return how many photos there are besides one for each question that asks for one."""
    asked = photo_questions(unit.site.city.questions_of(category), dict(draft.answers))
    return len(draft.uploads) + len(draft.kept) - len(asked & set(_photographed(unit, draft)))
