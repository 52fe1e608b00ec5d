"""The form of each action, and the order it becomes."""

import hashlib
from dataclasses import replace
from datetime import date

import colander
from deform import Button
from pyramid.request import Request

from ...domain.city import ReplyTemplate
from ...domain.errors import InvalidInput
from ...domain.moves import Order
from ...domain.ticket import Ticket
from ...domain.workflow import Action
from ...i18n import _, translate
from ...services import Services
from ...services.handling import MAX_ANSWER_PHOTOS
from ...services.intake import KeptPhoto
from ...services.linking import TOGETHER, answered_together, in_words_of, is_answered, main_of
from ...services.telling import choose_method, reachable
from ...storage import Site
from ..forms import CleanString, hidden
from ..page import Page
from ..photos import PhotosWidget, as_rows
from .action_fields import MAKERS, TELLS
from .missing import prepared_question
from .ready_answers import filled, ready_answers

__all__ = ["DIRECT", "FIELDS", "TELLS", "ActionForm", "seal"]

DIRECT = frozenset({Action.TAKE, Action.ACCEPT, Action.CLOSE, Action.END_CONSULT})
"""Actions that need nothing but to be done."""

FIELDS: dict[Action, tuple[str, ...]] = {
    Action.ASSIGN: ("department", "assignee", "category", "text", "offered"),
    Action.SEND_BACK: ("text", "department"),
    Action.NOTE: ("text", "colleague"),
    Action.ASK: ("template", "text"),
    Action.RESUME: ("text",),
    Action.REPLY: ("template", "text", "together"),
    Action.PLAN: ("date", "template", "text", "together"),
    Action.REFER: ("body", "date", "template", "text"),
    Action.FINISH: ("outcome", "template", "text", "together"),
    Action.DUPLICATE: ("main", "number", "text"),
    Action.NOT_DUPLICATE: ("text",),
    Action.SPLIT: ("text", "category", "neighbourhood"),
    Action.CONSULT: ("department", "text"),
    Action.OPINION: ("text",),
    Action.GIVE_BACK: ("text",),
    Action.REOPEN: ("text",),
    Action.REFUSE_REOPENING: ("template", "text"),
}

_WILL_BE_ANSWERED = _("Others told us about the same thing. We look at it together, and you get the same answer.")


class ActionForm:
    """What one action asks for on one ticket."""

    def __init__(self, request: Request, site: Site, ticket: Ticket, action: Action) -> None:
        self._request = request
        self.page: Page = request.page
        self.services: Services = request.services
        self.site = site
        self.ticket = ticket
        self.action = action
        self.outcome = ""
        self.kept_photos: list[KeptPhoto] = []

    @property
    def templates(self) -> list[ReplyTemplate]:
        """The ready answers for this action, those that fit the subject and the chosen outcome first."""
        return ready_answers(self.site, self.ticket, self.action, self.outcome)

    @property
    def others(self) -> list[Ticket]:
        """The open duplicates that can be given the same answer."""
        if self.action not in TOGETHER:
            return []
        return answered_together(self.services, self.site, self.ticket, Order(self.action))

    @property
    def part_length(self) -> int:
        """How many characters fit into one part of a message to this applicant; 0 where it does not matter."""
        details = reachable(self.ticket, self.ticket.details)
        method, _address = choose_method(self._request.assembly, details, self.ticket.preferred_method)
        return method.part_length

    def initial(self) -> dict[str, str]:
        """Return what the form begins with."""
        ticket, values = self.ticket, {"revision": str(self.ticket.revision)}
        if self.action is Action.REFER:
            values["body"] = ticket.suggested_body or ""
        elif self.action is Action.ASK:
            values["text"] = prepared_question(self._request, self.site, ticket)
        elif self.action is Action.SPLIT:
            values |= {"text": ticket.words, "neighbourhood": ticket.location.neighbourhood or ""}
        elif self.action is Action.DUPLICATE:
            main = main_of(self.services, self.site, ticket.related_to)
            values |= {"main": str(main.id) if main else "", "text": self._will_be_answered}
        elif self.action in TOGETHER:
            values["together"] = "true"
        return values

    @property
    def _will_be_answered(self) -> str:
        return translate(_WILL_BE_ANSWERED, self.ticket.language)

    def use_template(self, values: dict[str, str]) -> None:
        """Put the chosen ready answer into *values*; the outcome it is written for with it, where none was chosen."""
        found = next((template for template in self.templates if template.code == values.get("template")), None)
        if found is None:
            return
        values["text"] = filled(self.page, self.site, self.ticket, found, values) or values.get("text", "")
        if self.action is Action.FINISH and not values.get("outcome"):
            values["outcome"] = self.outcome = found.outcome

    def schema(self) -> colander.SchemaNode:
        """Build the form's schema."""
        schema = colander.SchemaNode(colander.Mapping(), name=self.action.value)
        for name in FIELDS.get(self.action, ()):
            node = MAKERS[name](self)
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
        """Return what the checked values ask for.

        Raises:
            InvalidInput: they name a ticket that is not there.
        """
        day = values.get("date")
        order = Order(
            self.action,
            text=values.get("text") or "",
            department=values.get("department") or None,
            assignee=values.get("assignee") or None,
            category=self.site.city.category(values.get("category")),
            outcome=values.get("outcome") or None,
            body=values.get("body") or None,
            planned_for=date.fromisoformat(day) if day else None,
            together=bool(values.get("together")),
            mentions=(values["colleague"],) if values.get("colleague") else (),
            neighbourhood=values.get("neighbourhood") or None,
        )
        return self._duplicate(order, values) if self.action is Action.DUPLICATE else order

    def _duplicate(self, order: Order, values: dict[str, str]) -> Order:
        """Find the other ticket; one that has its answer already gives it to this applicant too."""
        typed, chosen = values.get("number", ""), values.get("main", "")
        identity = self.services.lists.by_number(typed) if typed else int(chosen) if chosen.isdecimal() else None
        main = main_of(self.services, self.site, identity)
        if main is None:
            field = "number" if typed or not chosen else "main"
            raise InvalidInput(field, "no_such_ticket" if typed or chosen else "required")
        text = order.text
        if is_answered(main) and text.strip() in ("", self._will_be_answered):
            text = in_words_of(self.site, main, self.ticket, main.answer_given)
        return replace(order, main=main.id, text=text)

    def tells(self, order: Order) -> bool:
        """Tell whether *order* sends something, so that it is shown first."""
        return self.action in TELLS and bool(order.text.strip())

    def deputy_offered(self, order: Order, values: dict[str, str]) -> bool:
        """Put the deputy of somebody who is away into *values*, once: who is chosen again is meant."""
        person = self.site.users.get(order.assignee) if order.assignee else None
        if person is None or not person.is_away(self.services.today) or values.get("offered") == person.username:
            return False
        people = dict(self.services.handling.assignees(self.site, order.department))
        deputy = self.site.users.get(person.deputy) if person.deputy in people else None
        values["offered"] = person.username
        if deputy is not None and not deputy.is_away(self.services.today):
            values["assignee"] = deputy.username
        return True


def seal(order: Order) -> str:
    """Return a mark of what was previewed; a text changed after the preview is shown again before it is sent."""
    parts = (
        order.action, order.text, order.outcome or "", order.body or "", str(order.planned_for or ""),
        str(order.main or ""), str(order.together),
    )  # fmt: skip
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
