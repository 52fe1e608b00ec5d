"""The form of what is to be done with many tickets, and the order it becomes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import colander
from deform import Button
from deform.widget import CheckboxWidget, SelectWidget, TextInputWidget
from pyramid.request import Request

from ...domain.bulk import TELLING, BulkJob, BulkKind, BulkOrder
from ...domain.city import ReplyTemplate
from ...domain.tagging import LONGEST_TAG
from ...domain.workflow import Action, Regime
from ...i18n import _
from ...services import Services
from ...storage import Site
from ..forms import CleanString, hidden, text_area
from ..labels import PROBLEMS
from ..page import Page
from ..values import Values
from .action_fields import MAKERS
from .ready_answers import PURPOSES, is_day

__all__ = ["BULK_FIELDS", "BulkForm"]

BULK_FIELDS: dict[BulkKind, tuple[str, ...]] = {
    BulkKind.ASSIGN: ("department", "assignee", "text"),
    BulkKind.CATEGORY: ("category", "follow"),
    BulkKind.REPLY: ("template", "text"),
    BulkKind.PLAN: ("date", "template", "text"),
    BulkKind.FINISH: ("outcome", "template", "text"),
    BulkKind.CLOSE: (),
    BulkKind.TAG: ("tag",),
    BulkKind.UNTAG: ("tag",),
}
_ACTIONS = {
    BulkKind.ASSIGN: Action.ASSIGN,
    BulkKind.REPLY: Action.REPLY,
    BulkKind.PLAN: Action.PLAN,
    BulkKind.FINISH: Action.FINISH,
}
_MOST = 5000
_NAMED = _("What stands in braces is filled in for each application: {number} {place} {category} {department}")


class BulkForm:
    """What one kind of work asks for. It shares fields with the actions, whose fields look at these attributes."""

    def __init__(self, request: Request, site: Site, job: BulkJob, kind: BulkKind) -> None:
        self.page: Page = request.page
        self.services: Services = request.services
        self.site = site
        self.job = job
        self.kind = kind
        self.action = _ACTIONS.get(kind, Action.ASSIGN)
        self.part_length = 0
        # Whichever of them a petition is: an outcome that only a petition may have is refused for each other one.
        self.ticket = Values(regime=Regime.PETITION_3071, department=None)

    @property
    def templates(self) -> list[ReplyTemplate]:
        """The ready answers for it, those for any subject first; none that names another body."""
        purposes = PURPOSES.get(self.action, ())
        codes = self.services.bulk.categories(self.job)
        known = (self.site.city.category(code) for code in codes)
        groups = {category.group for category in known if category is not None}
        fitting = [
            template
            for template in self.site.city.reply_templates
            if template.ended_on is None
            and template.purpose in purposes
            and "{body}" not in template.text
            and template.group in ("", *groups)
            and template.category in ("", *codes)
        ]
        return sorted(fitting, key=lambda template: bool(template.category or template.group))

    def schema(self) -> colander.SchemaNode:
        """Build the form's schema."""
        schema = colander.SchemaNode(colander.Mapping(), name=self.kind.value)
        for name in BULK_FIELDS[self.kind]:
            node = _MAKERS.get(name, MAKERS.get(name))(self)  # type: ignore[misc]
            if node is not None:
                schema.add(node)
        schema.add(hidden("islem"))
        return schema

    def initial(self) -> dict[str, str]:
        """Return what the form begins with: what was asked before, where that was the same kind of work."""
        order = self.job.asked
        begun = {"islem": self.kind.value}
        if order is None or order.kind is not self.kind:
            return begun
        return begun | {
            "text": order.text,
            "department": order.department,
            "assignee": order.assignee,
            "category": order.category,
            "outcome": order.outcome,
            "date": order.planned_for.isoformat() if order.planned_for else "",
            "tag": order.tag,
            "follow": "true" if order.follow else "",
        }

    def buttons(self) -> list[Button]:
        """Return the form's buttons, the next sensible one first."""
        found = [Button("look", _("See what would happen"))]
        if self.kind in TELLING and self.templates:
            found.append(Button("use_template", _("Put the ready answer in"), css_class="is-quiet"))
        return found

    def use_template(self, values: dict[str, str]) -> None:
        """Put the chosen ready answer into *values*, with its named fields as they are."""
        found = next((template for template in self.templates if template.code == values.get("template")), None)
        if found is None:
            return
        values["text"] = self._with_day(found.text, values)
        if self.kind is BulkKind.FINISH and not values.get("outcome"):
            values["outcome"] = found.outcome

    def _with_day(self, text: str, values: dict[str, str]) -> str:
        day = values.get("date", "")
        return text.replace("{planned_for}", self.page.day(day)) if day and is_day(day) else text

    def order(self, values: dict[str, str]) -> BulkOrder:
        """Return what the checked values ask for."""
        day = values.get("date")
        return BulkOrder(
            self.kind,
            text=self._with_day(values.get("text") or "", values),
            department=values.get("department") or "",
            assignee=values.get("assignee") or "",
            category=values.get("category") or "",
            outcome=values.get("outcome") or "",
            planned_for=date.fromisoformat(day) if day else None,
            tag=values.get("tag") or "",
            follow=bool(values.get("follow")),
        )


def _text(form: BulkForm) -> colander.SchemaNode:
    tells = form.kind in TELLING
    kw: dict[str, Any] = {"missing_msg": PROBLEMS["required"]} if tells else {"missing": ""}
    return colander.SchemaNode(
        CleanString(),
        name="text",
        title=_("Answer to the applicants") if tells else _("A word for the directorate"),
        widget=text_area(8 if tells else 3),
        description=_NAMED if tells else "",
        validator=colander.Length(max=_MOST, max_err=PROBLEMS["too_long"]),
        **kw,
    )


def _category(form: BulkForm) -> colander.SchemaNode:
    values: list[tuple[str, str]] = [("", _("Choose a subject"))]
    values += [(one.code, f"{one.group}: {one.label}" if one.group else one.label) for one in form.site.city.offered]
    return _choice("category", _("Subject"), values)


def _follow(form: BulkForm) -> colander.SchemaNode:
    return colander.SchemaNode(
        CleanString(),
        name="follow",
        title=_("Directorate"),
        widget=CheckboxWidget(true_val="true", false_val=""),
        label=_("Give them to the directorate of the subject"),
        description=_(
            "Without it each stays with the directorate that has it; what nobody has goes there in any case."
        ),
        missing="",
    )


def _tag(form: BulkForm) -> colander.SchemaNode:
    if form.kind is BulkKind.UNTAG:
        found = form.services.bulk.tags(form.job)
        values: list[tuple[str, str]] = [("", _("Choose a tag"))]
        values += [(words, f"{words} ({count})") for words, count in found]
        return _choice("tag", _("Tag"), values)
    widget = TextInputWidget(attributes={"maxlength": LONGEST_TAG, "list": "b-tags", "autocomplete": "off"})
    return colander.SchemaNode(
        CleanString(),
        name="tag",
        title=_("Tag"),
        widget=widget,
        description=_("A word by which you find them together again, such as “storm 24 November”."),
        missing_msg=PROBLEMS["required"],
    )


def _choice(name: str, title: str, values: list[tuple[str, str]]) -> colander.SchemaNode:
    return colander.SchemaNode(
        CleanString(), name=name, title=title, widget=SelectWidget(values=values), missing_msg=PROBLEMS["required"]
    )


_MAKERS: dict[str, Callable[[BulkForm], colander.SchemaNode | None]] = {
    "text": _text,
    "category": _category,
    "follow": _follow,
    "tag": _tag,
}
