"""What must hold between the city's values: nothing names what there is not, and nothing that is needed is ended."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ..domain.city import (
    Body,
    Category,
    Danger,
    Department,
    DepartmentTree,
    Neighbourhood,
    Question,
    ReplyTemplate,
    Synonym,
)
from ..domain.errors import InvalidInput
from ..domain.questions import NO, YES
from ..domain.text import fold_key, tokens
from ..domain.workflow import Outcome, Regime
from ..storage import City
from .named_fields import FIELDS, loose_in

__all__ = ["BODY_METHODS", "PURPOSES", "QUESTION_KINDS", "refuse_what_cannot_be", "users_of"]

QUESTION_KINDS = ("text", "number", "choice", "several", "date", "plate", "yes_no", "photo")
_WITH_OPTIONS = ("choice", "several")
_DECIDING = ("choice", "several", "yes_no")
BODY_METHODS = ("telephone", "letter", "email", "link", "signpost")
PURPOSES = ("answer", "question", "decline", "referral", "plan")
_LONGEST_TARGET = timedelta(days=366)


def refuse_what_cannot_be(city: City, kind: str, value: Any, today: date) -> None:
    """Check one value against the others of the city.

    Raises:
        InvalidInput: the field, and what is wrong with it.
    """
    _CHECKS[kind](city, value, today)


def users_of(city: City, kind: str, code: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, code and name of what names a value and has not been ended itself."""
    if kind in ("departments", "bodies", "questions"):
        for category in city.offered:
            named = {"departments": category.department, "bodies": category.often_body}.get(kind)
            if named == code or (kind == "questions" and code in category.questions):
                yield "categories", category.code, category.label
    if kind == "departments":
        for unit in city.departments:
            if code in (unit.parent, unit.successor):
                yield "departments", unit.code, unit.name
    if kind == "questions":
        for question in city.questions:
            if question.asked_if == code and question.ended_on is None:
                yield "questions", question.code, question.label
    if kind == "categories":
        for template in city.reply_templates:
            if template.category == code and template.ended_on is None:
                yield "reply_templates", template.code, template.title
    if kind in ("categories", "bodies"):
        for danger in city.dangers:
            if danger.body == code if kind == "bodies" else code in danger.categories:
                yield "dangers", danger.code, danger.title


def _required(value: Any, *names: str) -> None:
    for name in names:
        if not getattr(value, name):
            raise InvalidInput(name, "required")


def _department(city: City, unit: Department, today: date) -> None:
    _required(unit, "name")
    tree = city.tree
    if unit.parent and (unit.parent not in tree or _leads_to(city, unit.parent, unit.code, "parent")):
        raise InvalidInput("parent", "above_itself" if unit.parent in tree else "unknown")
    if unit.valid_from and unit.valid_until and unit.valid_until < unit.valid_from:
        raise InvalidInput("valid_until", "ends_before_it_begins")
    if unit.successor:
        if unit.successor not in tree:
            raise InvalidInput("successor", "unknown")
        if _leads_to(city, unit.successor, unit.code, "successor"):
            raise InvalidInput("successor", "succeeds_itself")
        heir = tree.get(unit.successor)
        if heir is not None and unit.valid_until and not heir.is_valid_on(unit.valid_until + timedelta(days=1)):
            raise InvalidInput("successor", "successor_closed")
    if unit.valid_until and not unit.successor and _subjects_end_at(city, unit, unit.valid_until):
        raise InvalidInput("successor", "successor_needed")
    if _twice(city.departments, unit, lambda other: other.name if other.is_valid_on(today) else ""):
        raise InvalidInput("name", "name_taken")


def _subjects_end_at(city: City, unit: Department, last_day: date) -> bool:
    """Tell whether a subject leads to *unit* when it is closed: its own, or one of a unit it took over from.

    Whoever leads there may be closed later than *unit* itself: the last of all days is asked for as well.
    """
    others = tuple(other for other in city.departments if other.code != unit.code)
    tree, days = DepartmentTree((*others, unit)), (last_day + timedelta(days=1), date.max)
    return any(tree.taking_over(one.department, day) == unit.code for one in city.offered for day in days)


def _leads_to(city: City, start: str, goal: str, by: str) -> bool:
    """Tell whether going on by an attribute from *start* comes to *goal*."""
    seen: set[str] = set()
    code: str | None = start
    while code and code not in seen:
        if code == goal:
            return True
        seen.add(code)
        unit = city.tree.get(code)
        code = getattr(unit, by) if unit is not None else None
    return False


def _category(city: City, category: Category, today: date) -> None:
    _required(category, "label", "department")
    unit = city.tree.get(category.department)
    if unit is None:
        raise InvalidInput("department", "unknown_department")
    heir = city.tree.get(city.tree.taking_over(unit.code, today))
    if category.ended_on is None and (heir is None or not heir.is_valid_on(max(today, heir.valid_from or today))):
        raise InvalidInput("department", "department_closed")
    last = city.tree.get(city.tree.taking_over(unit.code, date.max))
    if category.ended_on is None and last is not None and last.valid_until is not None:
        # Whoever does its work in the end is to be closed: the subject would lead nowhere then.
        raise InvalidInput("department", "department_closes")
    if not timedelta() < category.solve_within <= _LONGEST_TARGET:
        raise InvalidInput("solve_within", "target")
    if category.regime not in {regime.value for regime in Regime}:
        raise InvalidInput("regime", "unknown")
    if category.often_body and city.body(category.often_body) is None:
        raise InvalidInput("often_body", "unknown")
    known = {question.code: question for question in city.questions}
    for place, code in enumerate(category.questions):
        question = known.get(code)
        if question is None or (question.ended_on is not None and category.ended_on is None):
            raise InvalidInput("questions", "unknown")
        if question.asked_if and question.asked_if not in category.questions[:place]:
            raise InvalidInput("questions", "asked_before")
    if len(set(category.questions)) != len(category.questions):
        raise InvalidInput("questions", "twice")
    if category.ended_on is None and _twice(
        city.offered, category, lambda other: f"{other.group}/{other.label}"
    ):  # fmt: skip
        raise InvalidInput("label", "name_taken")


def _question(city: City, question: Question, today: date) -> None:
    _required(question, "label")
    if question.kind not in QUESTION_KINDS:
        raise InvalidInput("kind", "unknown")
    if question.kind in _WITH_OPTIONS:
        if len(question.options) < 2:
            raise InvalidInput("options", "two_options")
        if len(set(question.options)) != len(question.options):
            raise InvalidInput("options", "twice")
        if question.options_en and len(question.options_en) != len(question.options):
            raise InvalidInput("options_en", "as_many")
    _condition(city, question)
    _conditions_on(city, question)
    askers = [category for category in city.offered if question.code in category.questions]
    if question.ended_on is not None and askers:
        raise InvalidInput("ended_on", "in_use")
    for category in askers:
        before = category.questions[: category.questions.index(question.code)]
        if question.asked_if and question.asked_if not in before:
            raise InvalidInput("asked_if", "asked_before")


def _condition(city: City, question: Question) -> None:
    if not question.asked_if:
        return
    other = next((one for one in city.questions if one.code == question.asked_if), None)
    if other is None or other.code == question.code or other.kind not in _DECIDING:
        raise InvalidInput("asked_if", "deciding_question")
    if not question.asked_if_answers or not set(question.asked_if_answers) <= _possible(other):
        raise InvalidInput("asked_if_answers", "unknown_answer")


def _conditions_on(city: City, question: Question) -> None:
    """Refuse what would leave a question that depends on this one never asked, and its answers dropped."""
    for other in city.questions:
        if other.asked_if != question.code or other.ended_on is not None:
            continue
        if question.kind not in _DECIDING:
            raise InvalidInput("kind", "decides_others")
        if not set(other.asked_if_answers) <= _possible(question):
            raise InvalidInput("kind" if question.kind == "yes_no" else "options", "answer_needed")


def _possible(question: Question) -> set[str]:
    """Return the answers to a question on which another can depend."""
    return {YES, NO} if question.kind == "yes_no" else set(question.options)


def _synonym(city: City, synonym: Synonym, today: date) -> None:
    _required(synonym, "means", "words")
    if any(not tokens(words) for words in (synonym.means, *synonym.words)):
        raise InvalidInput("words", "no_word")
    if synonym.means in synonym.words:
        raise InvalidInput("words", "means_itself")


def _neighbourhood(city: City, place: Neighbourhood, today: date) -> None:
    _required(place, "name")
    if place.ended_on is not None:
        return
    others = [other for other in city.neighbourhoods if other.code != place.code and other.ended_on is None]
    names = {fold_key(other.name) for other in others}
    if fold_key(place.name) in names:
        raise InvalidInput("name", "name_taken")
    spoken_for = {fold_key(alias) for other in others for alias in other.aliases} | names
    if any(fold_key(alias) in spoken_for or not fold_key(alias) for alias in place.aliases):
        raise InvalidInput("aliases", "alias_taken")


def _body(city: City, body: Body, today: date) -> None:
    _required(body, "name", "subjects")
    if body.method not in BODY_METHODS:
        raise InvalidInput("method", "unknown")
    if body.checked_on and not body.phone:
        raise InvalidInput("phone", "required")
    if body.ended_on is not None and any(users_of(city, "bodies", body.code)):
        raise InvalidInput("ended_on", "in_use")
    if _twice(city.offered_bodies, body, lambda other: other.name):
        raise InvalidInput("name", "name_taken")


def _template(city: City, template: ReplyTemplate, today: date) -> None:
    _required(template, "title", "text")
    if template.purpose not in PURPOSES:
        raise InvalidInput("purpose", "unknown")
    if loose := loose_in(template.text, FIELDS, may_wait=True):
        raise InvalidInput("text", "template_field", loose.sentence)
    if template.category and city.category(template.category) is None:
        raise InvalidInput("category", "unknown")
    if template.group and template.group not in {category.group for category in city.categories}:
        raise InvalidInput("group", "unknown")
    if template.outcome and template.outcome not in {outcome.value for outcome in Outcome}:
        raise InvalidInput("outcome", "unknown")


def _danger(city: City, danger: Danger, today: date) -> None:
    _required(danger, "title", "advice")


def _twice(values: Any, value: Any, name: Any) -> bool:
    """Tell whether another value is called the same."""
    mine = fold_key(name(value))
    return bool(mine) and any(fold_key(name(other)) == mine for other in values if other.code != value.code)


_CHECKS: dict[str, Any] = {
    "departments": _department,
    "categories": _category,
    "questions": _question,
    "synonyms": _synonym,
    "neighbourhoods": _neighbourhood,
    "bodies": _body,
    "reply_templates": _template,
    "dangers": _danger,
}
