"""What a subject brings with it: its danger, whose it is, its promise of discretion, its questions."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import colander
from deform.widget import MappingWidget, RadioChoiceWidget, SelectWidget, TextInputWidget, Widget
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.applicant import ApplicantKind
from ...domain.city import Body, Category, Danger, Question
from ...domain.errors import InvalidInput
from ...domain.matching import Subject
from ...domain.questions import NO, YES, answer_to, is_asked
from ...i18n import _
from ...services.intake import KeptPhoto
from ...services.uploads import Upload
from ...storage import City
from ..contexts import CitizenContext
from ..forms import CleanString, Form
from ..labels import PROBLEMS
from ..page import Page
from ..photos import PHOTO_FIELD, PhotosWidget, as_rows
from ..posted import posted
from ..values import Values
from .identity import add_identity, asks_identity, law_note

__all__ = [
    "BODY",
    "alarm_values",
    "body_code",
    "category_of",
    "chosen_subject",
    "given_answers",
    "has_required",
    "is_known_choice",
    "loose_photos",
    "photographed",
    "question_node",
    "questions_cstruct",
    "questions_of",
    "subject_rows",
    "subject_value",
]

BODY = "body:"
"""What a choice begins with that names another body and no category of ours."""
_FIELD = "q-"
_MOST_VALUES = 20
Given = Mapping[str, Sequence[str]]
_NOTHING: Given = MappingProxyType({})
_FEW = 4


def body_code(choice: str) -> str:
    """Return the code of the body that was chosen, or an empty text."""
    return choice.removeprefix(BODY) if choice.startswith(BODY) else ""


def subject_value(subject: Subject) -> str:
    """Return what the form sends for a subject."""
    return f"{BODY}{subject.code}" if isinstance(subject, Body) else subject.code


def chosen_subject(city: City, choice: str) -> Subject | None:
    """Return what a citizen chose; ``None`` for nothing, and for what only staff may choose."""
    if code := body_code(choice):
        return city.body(code) if city.is_offered_body(code) else None
    category = city.offered_category(choice)
    return category if category is not None and category.is_public else None


def is_known_choice(city: City, choice: str) -> bool:
    """Tell whether a citizen may choose that."""
    return chosen_subject(city, choice) is not None


def subject_rows(page: Page, subjects: Sequence[Subject]) -> list[tuple[str, str, str, str]]:
    """Return subjects as the form proposes them: value, words, hint, what kind of choice it is."""
    return [_row(page, subject) for subject in subjects]


def _row(page: Page, subject: Subject) -> tuple[str, str, str, str]:
    value = subject_value(subject)
    if isinstance(subject, Body):
        hint = page.say(_("Another institution's subject; we forward it and tell you."))
        if subject.known_phone:
            hint = f"{hint} {page.say(_('Telephone: ${phone}'), phone=subject.known_phone)}"
        return value, subject.name_for(page.language), hint, "body"
    if subject.sensitive:
        return value, subject.label_for(page.language), page.say(_("Handled with discretion")), "discreet"
    return value, subject.label_for(page.language), subject.group_for(page.language), ""


def alarm_values(page: Page, city: City, dangers: Sequence[Danger]) -> list[Values]:
    """Return the dangers as the panel shows them: 112 always first, another line only when it was checked."""
    return [
        Values(
            code=danger.code,
            title=danger.title_for(page.language),
            advice=danger.advice_for(page.language),
            lines=_lines(page, city.body(danger.body)),
        )
        for danger in dangers
    ]


def _lines(page: Page, body: Body | None) -> list[Values]:
    lines = [Values(words=page.say(_("Call 112")), tel="tel:112")]
    if body is not None and body.known_phone and body.known_phone != "112":
        words = f"{body.name_for(page.language)}: {body.known_phone}"
        lines.append(Values(words=words, tel=_tel(body.known_phone)))
    return lines


def _tel(phone: str) -> str:
    return "tel:" + "".join(sign for sign in phone if sign.isdigit() or sign == "+")


class QuestionsWidget(MappingWidget):
    """The questions of the subject chosen, with what is to be said about it. Empty until one is chosen."""

    template = "questions"

    def __init__(self, url: str, asked: str, chosen: Values | None) -> None:
        super().__init__()
        self.url = url
        self.asked = asked
        self.chosen = chosen


class SeveralWidget(Widget):
    """Some of a few, as boxes to tick."""

    template = "several"
    layout = "group"

    def __init__(self, values: list[tuple[str, str]]) -> None:
        super().__init__()
        self.values = values

    def serialize(self, field: Any, cstruct: Any, **kw: Any) -> str:
        """Draw it."""
        ticked = cstruct if isinstance(cstruct, (list, tuple)) else [cstruct] if isinstance(cstruct, str) else []
        return str(field.renderer(self.template, field=field, cstruct=ticked, values=self.values))


def chosen_values(page: Page, city: City, choice: str, dangers: Sequence[Danger] = ()) -> Values | None:
    """Return what there is to say about a choice, or ``None`` when there is nothing."""
    subject = chosen_subject(city, choice)
    body = subject if isinstance(subject, Body) else None
    alarms = alarm_values(page, city, dangers)
    discreet = isinstance(subject, Category) and subject.sensitive
    law = law_note(page, subject) if isinstance(subject, Category) else ""
    if not (body or alarms or discreet or law):
        return None
    return Values(
        alarms=alarms,
        law=law,
        discreet=discreet,
        body=Values(
            name=body.name_for(page.language),
            subjects=body.subjects_for(page.language),
            phone=body.known_phone,
            tel=_tel(body.known_phone),
        )
        if body
        else None,
    )


def question_node(
    page: Page,
    city: City,
    choice: str,
    *,
    url: str = "",
    dangers: Sequence[Danger] = (),
    given: Given = _NOTHING,
    photos: Sequence[KeptPhoto] = (),
    applicant_kind: str = "",
    by_staff: bool = False,
) -> colander.SchemaNode:
    """Build the part of the form that belongs to the subject chosen; staff may choose what citizens are not offered.

    *given* is what was answered: a question that depends on another is required only where that one asks for it.
    *photos* are those kept from a refusal; each is shown at its question. With an *applicant_kind* it is also asked who
    applies, where the law of the subject asks it.
    """
    chosen = chosen_values(page, city, choice, dangers)
    node = colander.SchemaNode(
        colander.Mapping(),
        name="questions",
        title=_("A few questions about this subject"),
        widget=QuestionsWidget(url, choice, chosen),
    )
    asked = {question.code: question for question in questions_of(city, choice, by_staff=by_staff)}
    for question in asked.values():
        child = _node(page, question, photos, is_needed=question.required and is_asked(question, given))
        if question.required:
            child.widget.optional_mark = False
        child.widget.only_if = _only_if(page, question, asked.get(question.asked_if))
        node.add(child)
    if applicant_kind and asks_identity(category_of(city, choice)):
        add_identity(node, applicant_kind)
    return node


def questions_of(city: City, choice: str, *, by_staff: bool = False) -> list[Question]:
    """Return what is asked about a choice of the form."""
    subject = city.category(choice) if by_staff else chosen_subject(city, choice)
    return city.questions_of(subject) if isinstance(subject, Category) else []


def _only_if(page: Page, question: Question, other: Question | None) -> Values | None:
    """Return what says when a question is asked: to people in words, to the script as a field and its values."""
    if other is None:
        return None
    shown = dict(other.options_for(page.language)) or {YES: page.say(_("Yes")), NO: page.say(_("No"))}
    answers = [shown[answer] for answer in question.asked_if_answers if answer in shown]
    text = page.say(
        _("Only if you answered “${answer}” to “${question}”"),
        answer=page.say(_("” or “")).join(answers),
        question=other.label_for(page.language),
    )
    return Values(
        note_id=f"only-if-{question.code}",
        note=text,
        field=_FIELD + other.code,
        answers=json.dumps(question.asked_if_answers),
    )


def field_of(question: Question) -> str:
    """Return the name of the field a question is answered in."""
    return (PHOTO_FIELD if question.kind == "photo" else _FIELD) + question.code


def _node(page: Page, question: Question, photos: Sequence[KeptPhoto], *, is_needed: bool) -> colander.SchemaNode:
    def validate(node: colander.SchemaNode, value: Any) -> None:
        try:
            answer_to(question, value if isinstance(value, list) else [value])
        except InvalidInput as problem:
            raise colander.Invalid(node, PROBLEMS[problem.problem]) from None

    required = {"missing": colander.required, "missing_msg": PROBLEMS["required"]}
    return colander.SchemaNode(
        colander.List() if question.kind == "several" else CleanString(),
        name=field_of(question),
        oid=field_of(question),
        title=question.label_for(page.language),
        description=question.help_for(page.language),
        widget=_widget(page, question, photos),
        validator=validate,
        **(required if is_needed else {"missing": ""}),
    )


def _widget(page: Page, question: Question, photos: Sequence[KeptPhoto]) -> Widget:
    if question.kind == "photo":
        return PhotosWidget(as_rows([photo for photo in photos if photo.question == question.code]), 1)
    options = question.options_for(page.language)
    if question.kind == "several":
        return SeveralWidget(options)
    if question.kind == "yes_no":
        return RadioChoiceWidget(values=[(YES, page.say(_("Yes"))), (NO, page.say(_("No")))], inline=True)
    if question.kind == "choice":
        if len(options) <= _FEW:
            return RadioChoiceWidget(values=options, inline=True)
        return SelectWidget(values=[("", page.say(_("Choose"))), *options])
    if question.kind == "date":
        return TextInputWidget(type="date", css_class="is-short")
    if question.kind == "number":
        return TextInputWidget(attributes={"inputmode": "numeric", "autocomplete": "off"}, css_class="is-short")
    if question.kind == "plate":
        attributes = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        return TextInputWidget(attributes=attributes, css_class="is-short")
    return TextInputWidget(attributes={"autocomplete": "off", "maxlength": 500})


def photographed(uploads: Sequence[Upload], kept: Sequence[KeptPhoto]) -> dict[str, tuple[str, ...]]:
    """Return the questions that photos were sent for, as the other answers are: by the code of the question."""
    asked = [upload.question for upload in uploads] + [photo.question for photo in kept]
    return {code: ("photo",) for code in asked if code}


def given_answers(post: Any) -> dict[str, tuple[str, ...]]:
    """Take the answers out of a request, by the code of the question."""
    names = [name for name in dict.fromkeys(post.keys()) if isinstance(name, str) and name.startswith(_FIELD)]
    return {
        name.removeprefix(_FIELD): tuple(
            value for value in post.getall(name)[:_MOST_VALUES] if isinstance(value, str) and value
        )
        for name in names[:_MOST_VALUES]
    }


def questions_cstruct(questions: Sequence[Question], given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the answers as the form's part takes them."""
    return {
        field_of(question): list(given.get(question.code, ()))
        if question.kind == "several"
        else next(iter(given.get(question.code, ())), "")
        for question in questions
    }


def has_required(questions: Sequence[Question]) -> bool:
    """Tell whether a subject cannot do without an answer."""
    return any(question.required for question in questions)


def loose_photos(photos: Sequence[KeptPhoto], questions: Sequence[Question]) -> list[KeptPhoto]:
    """Return the kept photos that stand at no question."""
    asked = {question.code for question in questions if question.kind == "photo"}
    return [photo for photo in photos if photo.question not in asked]


def category_of(city: City, choice: str) -> Category | None:
    """Return the category chosen; ``None`` for a body, for nothing, and for what only staff may choose."""
    category = city.offered_category(choice)
    return category if category is not None and category.is_public else None


@view_config(route_name="questions", request_method="POST", permission=NO_PERMISSION_REQUIRED)
def questions(context: CitizenContext, request: Request) -> Response:
    """Return the part of the form that belongs to a subject, with what was answered already. Nothing is kept."""
    choice = posted(request, "category")
    with request.assembly.database.reading() as site:
        choice = choice if is_known_choice(site.city, choice) else ""
        dangers = request.services.city.dangers(site, "", choice)
        schema = colander.SchemaNode(colander.Mapping(), name="apply")
        answers = given_answers(request.POST)
        schema.add(
            question_node(
                request.page,
                site.city,
                choice,
                url=request.page.url("questions"),
                dangers=dangers,
                given=answers,
                applicant_kind=ApplicantKind.PERSON.value,
            )
        )
        given = questions_cstruct(questions_of(site.city, choice), answers)
    form = Form(request, schema, formid="apply", action=request.page.url("apply"), buttons=())
    return Response(form.part("questions", given), content_type="text/html", charset="utf-8")
