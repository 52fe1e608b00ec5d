"""What a subject brings with it: its danger, whose it is, its promise of discretion, its questions."""

from collections.abc import Mapping, Sequence
from typing import Any

import colander
from deform.widget import MappingWidget, RadioChoiceWidget, SelectWidget, TextInputWidget, Widget
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.city import Body, Category, Danger, Question
from ...domain.errors import InvalidInput
from ...domain.matching import Subject
from ...domain.questions import NO, YES, answer_to
from ...i18n import _
from ...storage import City
from ..contexts import CitizenContext
from ..forms import CleanString, Form
from ..labels import PROBLEMS
from ..page import Page
from ..values import Values

__all__ = [
    "BODY",
    "alarm_values",
    "body_code",
    "chosen_subject",
    "given_answers",
    "has_required",
    "is_known_choice",
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
        return city.body(code)
    category = city.category(choice)
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
    return value, subject.label_for(page.language), subject.group, ""


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
    if not (body or alarms or discreet):
        return None
    return Values(
        alarms=alarms,
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
    page: Page, city: City, choice: str, *, url: str = "", dangers: Sequence[Danger] = ()
) -> colander.SchemaNode:
    """Build the part of the form that belongs to the subject chosen."""
    chosen = chosen_values(page, city, choice, dangers)
    node = colander.SchemaNode(
        colander.Mapping(),
        name="questions",
        title=_("A few questions about this subject"),
        widget=QuestionsWidget(url, choice, chosen),
    )
    for question in questions_of(city, choice):
        node.add(_node(page, question))
    return node


def questions_of(city: City, choice: str) -> list[Question]:
    """Return what is asked about a choice of the form."""
    subject = chosen_subject(city, choice)
    return city.questions_of(subject) if isinstance(subject, Category) else []


def _node(page: Page, question: Question) -> colander.SchemaNode:
    def validate(node: colander.SchemaNode, value: Any) -> None:
        try:
            answer_to(question, value if isinstance(value, list) else [value])
        except InvalidInput as problem:
            raise colander.Invalid(node, PROBLEMS[problem.problem]) from None

    required = {"missing": colander.required, "missing_msg": PROBLEMS["required"]}
    return colander.SchemaNode(
        colander.List() if question.kind == "several" else CleanString(),
        name=_FIELD + question.code,
        oid=_FIELD + question.code,
        title=question.label_for(page.language),
        description=question.help_for(page.language),
        widget=_widget(page, question),
        validator=validate,
        **(required if question.required else {"missing": ""}),
    )


def _widget(page: Page, question: Question) -> Widget:
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
        _FIELD + question.code: list(given.get(question.code, ()))
        if question.kind == "several"
        else next(iter(given.get(question.code, ())), "")
        for question in questions
    }


def has_required(questions: Sequence[Question]) -> bool:
    """Tell whether a subject cannot do without an answer."""
    return any(question.required for question in questions)


def category_of(city: City, choice: str) -> Category | None:
    """Return the category chosen; ``None`` for a body, for nothing, and for what only staff may choose."""
    category = city.category(choice)
    return category if category is not None and category.is_public else None


@view_config(route_name="questions", request_method="POST", permission=NO_PERMISSION_REQUIRED)
def questions(context: CitizenContext, request: Request) -> Response:
    """Return the part of the form that belongs to a subject, with what was answered already. Nothing is kept."""
    choice = request.POST.get("category", "")
    if not isinstance(choice, str):
        choice = ""
    with request.assembly.database.reading() as site:
        choice = choice if is_known_choice(site.city, choice) else ""
        dangers = request.services.city.dangers(site, "", choice)
        schema = colander.SchemaNode(colander.Mapping(), name="apply")
        schema.add(question_node(request.page, site.city, choice, url=request.page.url("questions"), dangers=dangers))
        given = questions_cstruct(questions_of(site.city, choice), given_answers(request.POST))
    form = Form(request, schema, formid="apply", action=request.page.url("apply"), buttons=())
    return Response(form.part("questions", given), content_type="text/html", charset="utf-8")
