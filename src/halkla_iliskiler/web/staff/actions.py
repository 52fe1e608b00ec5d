"""The form of each action, and the order it becomes."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import colander
from deform import Button
from deform.widget import DateInputWidget, SelectWidget
from pyramid.request import Request

from ...domain.city import ReplyTemplate
from ...domain.moves import Order
from ...domain.ticket import Ticket
from ...domain.workflow import MOVES, Action, Outcome, Regime
from ...i18n import _
from ...services.handling import MAX_ANSWER_PHOTOS
from ...services.intake import KeptPhoto
from ...storage import Site
from ..forms import CleanString, hidden, text_area
from ..labels import OUTCOMES, PROBLEMS
from ..page import Page
from ..photos import PhotosWidget, as_rows

__all__ = ["DIRECT", "FIELDS", "TELLS", "ActionForm"]

DIRECT = frozenset({Action.TAKE, Action.ACCEPT, Action.CLOSE})
"""Actions that need nothing but to be done."""

TELLS = frozenset({Action.ASK, Action.REPLY, Action.PLAN, Action.REFER, Action.FINISH, Action.REFUSE_REOPENING})
"""Actions that send something; what they send is shown before it is sent."""

FIELDS: dict[Action, tuple[str, ...]] = {
    Action.ASSIGN: ("department", "assignee", "category", "text"),
    Action.SEND_BACK: ("text", "department"),
    Action.NOTE: ("text",),
    Action.ASK: ("template", "text"),
    Action.RESUME: ("text",),
    Action.REPLY: ("template", "text"),
    Action.PLAN: ("date", "template", "text"),
    Action.REFER: ("body", "date", "template", "text"),
    Action.FINISH: ("outcome", "template", "text"),
    Action.GIVE_BACK: ("text",),
    Action.REOPEN: ("text",),
    Action.REFUSE_REOPENING: ("template", "text"),
}
_PURPOSES = {
    Action.ASK: ("question",),
    Action.REPLY: ("answer",),
    Action.PLAN: ("plan",),
    Action.REFER: ("referral",),
    Action.FINISH: ("answer", "decline"),
    Action.REFUSE_REOPENING: ("answer", "decline"),
}
_TEXT_TITLES = {
    Action.NOTE: _("Note for colleagues"),
    Action.ASSIGN: _("A word for the directorate"),
    Action.SEND_BACK: _("Why is it not yours?"),
    Action.ASK: _("Question to the applicant"),
    Action.RESUME: _("What has come in?"),
    Action.GIVE_BACK: _("What is missing?"),
    Action.REOPEN: _("Why is it reopened?"),
}
_NEEDS = {move.action: move.needs for move in MOVES}


class ActionForm:
    """What one action asks for on one ticket."""

    def __init__(self, request: Request, site: Site, ticket: Ticket, action: Action) -> None:
        self._request = request
        self._page: Page = request.page
        self._site = site
        self._ticket = ticket
        self.action = action
        self.kept_photos: list[KeptPhoto] = []

    @property
    def templates(self) -> list[ReplyTemplate]:
        """The ready answers for this action and the ticket's group of categories."""
        category = self._site.city.category(self._ticket.category)
        group = category.group if category else ""
        purposes = _PURPOSES.get(self.action, ())
        fitting = [t for t in self._site.city.reply_templates if t.purpose in purposes and t.group in ("", group)]
        # Those for this very group first.
        return sorted(fitting, key=lambda template: template.group == "")

    def filled(self, code: str, values: dict[str, str]) -> str:
        """Return a ready answer with its named fields filled in; names it does not know stay as they are."""
        template = next((found for found in self.templates if found.code == code), None)
        if template is None:
            return ""
        city, ticket = self._site.city, self._ticket
        category, body = city.category(ticket.category), city.body(values.get("body"))
        where = (city.territory.name_of(ticket.location.neighbourhood), ticket.location.text)
        known = {
            "number": ticket.number,
            "category": category.label if category else "",
            "department": city.tree.name_of(ticket.department) or self._page.brand.name,
            "place": ", ".join(part for part in where if part),
            "planned_for": self._page.day(values["date"]) if _is_day(values.get("date", "")) else "{planned_for}",
            "body": body.name if body else "{body}",
        }
        text = template.text
        for name, value in known.items():
            text = text.replace("{" + name + "}", value)
        return text.strip()

    def schema(self) -> colander.SchemaNode:
        """Build the form's schema."""
        schema = colander.SchemaNode(colander.Mapping(), name=self.action.value)
        for name in FIELDS.get(self.action, ()):
            node = _MAKERS[name](self)
            if node is not None:
                schema.add(node)
        if self.takes_photos:
            widget = PhotosWidget(as_rows(self.kept_photos), MAX_ANSWER_PHOTOS)
            title = _("Photos of how it is now")
            schema.add(colander.SchemaNode(CleanString(), name="photos", title=title, widget=widget, missing=""))
        schema.add(hidden("revision"))
        schema.add(hidden("previewed"))
        return schema

    @property
    def takes_photos(self) -> bool:
        """Tell whether the answer can show how it is now."""
        return self.action is Action.FINISH

    def _needs(self, name: str) -> bool:
        return name in _NEEDS[self.action]

    def _node(self, name: str, title: str, widget: Any, **kw: Any) -> colander.SchemaNode:
        if self._needs(name):
            kw.setdefault("missing_msg", PROBLEMS["required"])
        else:
            kw.setdefault("missing", "")
        return colander.SchemaNode(CleanString(), name=name, title=title, widget=widget, **kw)

    def _text(self) -> colander.SchemaNode:
        title = _TEXT_TITLES.get(self.action, _("Answer to the applicant"))
        length = colander.Length(max=5000, max_err=PROBLEMS["too_long"])
        rows = 8 if self.action in TELLS else 4
        return self._node("text", title, text_area(rows), validator=colander.All(length, self._no_placeholder))

    def _no_placeholder(self, node: colander.SchemaNode, value: str) -> None:
        if self.action in TELLS and ("[" in value or "{" in value):
            raise colander.Invalid(node, PROBLEMS["placeholder"])

    def _department(self) -> colander.SchemaNode:
        tree = self._site.city.tree
        values: list[tuple[str, str]] = [("", _("Choose a directorate"))]
        values += [(unit.code, unit.name) for unit in tree.directorates_on(self._request.services.today)]
        title = _("Directorate") if self.action is Action.ASSIGN else _("Whose is it, do you think?")
        return self._node("department", title, SelectWidget(values=values))

    def _assignee(self) -> colander.SchemaNode:
        handling = self._request.services.handling
        values: list[tuple[str, str]] = [("", _("Nobody yet"))]
        for unit in self._site.city.tree.directorates_on(self._request.services.today):
            people = handling.assignees(self._site, unit.code)
            values += [(username, f"{name} – {unit.name}") for username, name in people]
        return self._node("assignee", _("Person"), SelectWidget(values=values))

    def _category(self) -> colander.SchemaNode:
        values: list[tuple[str, str]] = [("", _("Leave as it is"))]
        values += [(c.code, f"{c.group}: {c.label}" if c.group else c.label) for c in self._site.city.categories]
        return self._node("category", _("Subject"), SelectWidget(values=values))

    def _outcome(self) -> colander.SchemaNode:
        is_petition = self._ticket.regime == Regime.PETITION_3071
        codes = [outcome for outcome in Outcome if is_petition or not outcome.is_for_petitions_only]
        values: list[tuple[str, str]] = [
            ("", _("Choose how it ended")),
            *((code.value, OUTCOMES[code]) for code in codes),
        ]
        return self._node("outcome", _("Outcome"), SelectWidget(values=values))

    def _body(self) -> colander.SchemaNode:
        values: list[tuple[str, str]] = [
            ("", _("Choose a body")),
            *((body.code, body.name) for body in self._site.city.bodies),
        ]
        return self._node("body", _("Competent body"), SelectWidget(values=values))

    def _date(self) -> colander.SchemaNode:
        title = _("Planned for") if self.action is Action.PLAN else _("Follow up on")
        return self._node("date", title, DateInputWidget(), validator=_day)

    def _template(self) -> colander.SchemaNode | None:
        ready = self.templates
        if not ready:
            return None
        values: list[tuple[str, str]] = [
            ("", _("Choose a ready answer")),
            *((template.code, template.title) for template in ready),
        ]
        return self._node("template", _("Ready answer"), SelectWidget(values=values))

    def buttons(self, *, is_previewed: bool) -> list[Button]:
        """Return the form's buttons, the next sensible one first."""
        buttons = [Button("do", self._main_title(is_previewed=is_previewed))]
        if self.action in TELLS and self.templates:
            buttons.append(Button("use_template", _("Put the ready answer in"), css_class="is-quiet"))
        return buttons

    def _main_title(self, *, is_previewed: bool) -> str:
        if self.action not in TELLS:
            return _("Save")
        return _("Send it like this") if is_previewed else _("See what will be sent")

    def order(self, values: dict[str, str]) -> Order:
        """Return what the checked values ask for."""
        day = values.get("date")
        return Order(
            self.action,
            text=values.get("text") or "",
            department=values.get("department") or None,
            assignee=values.get("assignee") or None,
            category=self._site.city.category(values.get("category")),
            outcome=values.get("outcome") or None,
            body=values.get("body") or None,
            planned_for=date.fromisoformat(day) if day else None,
        )


_MAKERS: dict[str, Callable[[ActionForm], colander.SchemaNode | None]] = {
    "text": ActionForm._text,
    "department": ActionForm._department,
    "assignee": ActionForm._assignee,
    "category": ActionForm._category,
    "outcome": ActionForm._outcome,
    "body": ActionForm._body,
    "date": ActionForm._date,
    "template": ActionForm._template,
}


def seal(order: Order) -> str:
    """Return a mark of what was previewed; a text changed after the preview is shown again before it is sent."""
    parts = (order.action, order.text, order.outcome or "", order.body or "", str(order.planned_for or ""))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _day(node: colander.SchemaNode, value: str) -> None:
    if value and not _is_day(value):
        raise colander.Invalid(node, PROBLEMS["unknown"])


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
