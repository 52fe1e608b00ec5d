"""The fields of the actions' forms, each by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import colander
from deform.widget import CheckboxWidget, DateInputWidget, HiddenWidget, SelectWidget, TextInputWidget

from ...domain.ticket import Ticket
from ...domain.workflow import MOVES, Action, Outcome, Regime
from ...i18n import _
from ...services.linking import likely_mains
from ...services.named_fields import loose_in
from ..forms import CleanString, text_area
from ..labels import OUTCOMES, PROBLEMS, STATUSES
from .ready_answers import is_day

if TYPE_CHECKING:
    from .actions import ActionForm

__all__ = ["MAKERS", "TELLS"]

TELLS = frozenset(
    {Action.ASK, Action.REPLY, Action.PLAN, Action.REFER, Action.FINISH, Action.REFUSE_REOPENING, Action.DUPLICATE}
)
"""Actions that send something; what they send is shown before it is sent."""

_TITLES = {
    Action.NOTE: _("Note for colleagues"),
    Action.ASSIGN: _("A word for the directorate"),
    Action.SEND_BACK: _("Why is it not yours?"),
    Action.ASK: _("Question to the applicant"),
    Action.RESUME: _("What has come in?"),
    Action.GIVE_BACK: _("What is missing?"),
    Action.REOPEN: _("Why is it reopened?"),
    Action.DUPLICATE: _("What this applicant is told"),
    Action.NOT_DUPLICATE: _("Why is it another matter?"),
    Action.SPLIT: _("The second matter, in the citizen's words"),
    Action.CONSULT: _("What do you want to know?"),
    Action.OPINION: _("Your opinion"),
}
_HELP = {
    Action.NOTE: _("With @ and a user name a colleague finds it in their work."),
    Action.DUPLICATE: _("Leave it empty to tell them nothing now; they get the answer together with the others."),
    Action.SPLIT: _("Take out what belongs to the first matter. The applicant gets the new number."),
    Action.CONSULT: _("They see the application until they have answered. It stays yours, and the time goes on."),
}
_NEEDS = {move.action: move.needs for move in MOVES}
_MOST = 5000
_DEPARTMENT_TITLES = {
    Action.ASSIGN: _("Directorate"),
    Action.SEND_BACK: _("Whose is it, do you think?"),
    Action.CONSULT: _("Whom do you ask?"),
}


def _node(form: ActionForm, name: str, title: str, widget: Any, **kw: Any) -> colander.SchemaNode:
    if name in _NEEDS[form.action]:
        kw.setdefault("missing_msg", PROBLEMS["required"])
    else:
        kw.setdefault("missing", "")
    return colander.SchemaNode(CleanString(), name=name, title=title, widget=widget, **kw)


def _text(form: ActionForm) -> colander.SchemaNode:
    is_long = form.action in TELLS or form.action is Action.SPLIT
    widget = text_area(8 if is_long else 4)
    if form.action in TELLS:
        widget.attributes = {"data-count": str(form.part_length)}
    length = colander.Length(max=_MOST, max_err=PROBLEMS["too_long"])
    return _node(
        form,
        "text",
        _TITLES.get(form.action, _("Answer to the applicant")),
        widget,
        description=_HELP.get(form.action, ""),
        validator=colander.All(length, _no_placeholder) if form.action in TELLS else length,
    )


def _no_placeholder(node: colander.SchemaNode, value: str) -> None:
    if loose := loose_in(value):
        raise colander.Invalid(node, loose.sentence)


def _department(form: ActionForm) -> colander.SchemaNode:
    tree = form.site.city.tree
    own = form.ticket.department if form.action is Action.CONSULT else None
    values: list[tuple[str, str]] = [("", _("Choose a directorate"))]
    values += [(unit.code, unit.name) for unit in tree.directorates_on(form.services.today) if unit.code != own]
    return _node(form, "department", _DEPARTMENT_TITLES[form.action], SelectWidget(values=values))


def _assignee(form: ActionForm) -> colander.SchemaNode:
    handling, today = form.services.handling, form.services.today
    values: list[tuple[str, str]] = [("", _("Nobody yet"))]
    for unit in form.site.city.tree.directorates_on(today):
        for username, name in handling.assignees(form.site, unit.code):
            words = f"{name} – {unit.name}"
            if form.site.users[username].is_away(today):
                words = form.page.say(_("${person} (away)"), person=words)
            values.append((username, words))
    return _node(form, "assignee", _("Person"), SelectWidget(values=values))


def _offered(form: ActionForm) -> colander.SchemaNode:
    return _node(form, "offered", "", HiddenWidget())


def _colleague(form: ActionForm) -> colander.SchemaNode:
    people = form.services.handling.colleagues(form.site, form.ticket)
    values: list[tuple[str, str]] = [("", _("Nobody in particular"))]
    values += sorted(((username, f"{name} (@{username})") for username, name in people), key=lambda one: one[1])
    return _node(form, "colleague", _("Who should read it?"), SelectWidget(values=values))


def _category(form: ActionForm) -> colander.SchemaNode:
    is_new = form.action is Action.SPLIT
    values: list[tuple[str, str]] = [("", _("Not sorted yet") if is_new else _("Leave as it is"))]
    values += [(c.code, f"{c.group}: {c.label}" if c.group else c.label) for c in form.site.city.offered]
    title = _("Subject of the second matter") if is_new else _("Subject")
    return _node(form, "category", title, SelectWidget(values=values))


def _neighbourhood(form: ActionForm) -> colander.SchemaNode:
    values: list[tuple[str, str]] = [("", _("Choose a neighbourhood"))]
    values += [(place.code, place.name) for place in form.site.city.territory.in_order()]
    return _node(form, "neighbourhood", _("Neighbourhood"), SelectWidget(values=values))


def _outcome(form: ActionForm) -> colander.SchemaNode:
    is_petition = form.ticket.regime == Regime.PETITION_3071
    codes = [outcome for outcome in Outcome if is_petition or not outcome.is_for_petitions_only]
    values: list[tuple[str, str]] = [
        ("", _("Choose how it ended")),
        *((code.value, OUTCOMES[code]) for code in codes),
    ]
    return _node(form, "outcome", _("Outcome"), SelectWidget(values=values))


def _body(form: ActionForm) -> colander.SchemaNode:
    values: list[tuple[str, str]] = [
        ("", _("Choose a body")),
        *((body.code, body.name) for body in form.site.city.offered_bodies),
    ]
    return _node(form, "body", _("Competent body"), SelectWidget(values=values))


def _date(form: ActionForm) -> colander.SchemaNode:
    title = _("Planned for") if form.action is Action.PLAN else _("Follow up on")
    return _node(form, "date", title, DateInputWidget(), validator=_day)


def _day(node: colander.SchemaNode, value: str) -> None:
    if value and not is_day(value):
        raise colander.Invalid(node, PROBLEMS["unknown"])


def _template(form: ActionForm) -> colander.SchemaNode | None:
    ready = form.templates
    if not ready:
        return None
    values: list[tuple[str, str]] = [
        ("", _("Choose a ready answer")),
        *((template.code, template.title) for template in ready),
    ]
    return _node(form, "template", _("Ready answer"), SelectWidget(values=values))


def _main(form: ActionForm) -> colander.SchemaNode | None:
    found = likely_mains(form.services, form.site, form.ticket)
    if not found:
        return None
    values: list[tuple[str, str]] = [("", _("Another one, by its number"))]
    values += [(str(other.id), _in_words(form, other)) for other in found]
    widget = SelectWidget(values=values)
    widget.optional_mark = False
    return _node(form, "main", _("Which one is it the same as?"), widget, missing="")


def _in_words(form: ActionForm, other: Ticket) -> str:
    city, page = form.site.city, form.page
    category = city.category(other.category)
    parts = (
        other.number,
        category.label if category else page.say(_("Not sorted yet")),
        city.territory.name_of(other.location.neighbourhood) or other.location.words,
        page.moment(other.created_at).words,
        page.say(STATUSES[other.status]),
    )
    return " · ".join(part for part in parts if part)


def _number(form: ActionForm) -> colander.SchemaNode:
    widget = TextInputWidget(attributes={"autocomplete": "off", "maxlength": 40})
    widget.optional_mark = False
    return _node(form, "number", _("Number of the other application"), widget)


def _together(form: ActionForm) -> colander.SchemaNode | None:
    others = form.others
    if not others:
        return None
    label = form.page.say(_("Give the same answer to the open duplicates: ${count}"), count=len(others))
    described = ", ".join(other.number for other in others)
    widget = CheckboxWidget(true_val="true", false_val="")
    return _node(form, "together", _("Duplicates"), widget, label=label, description=described)


MAKERS: dict[str, Callable[[Any], colander.SchemaNode | None]] = {
    "text": _text,
    "department": _department,
    "assignee": _assignee,
    "offered": _offered,
    "colleague": _colleague,
    "category": _category,
    "neighbourhood": _neighbourhood,
    "outcome": _outcome,
    "body": _body,
    "date": _date,
    "template": _template,
    "main": _main,
    "number": _number,
    "together": _together,
}
