"""The small forms of the follow page: what each asks for, and when it is there."""

import secrets
from dataclasses import dataclass
from typing import Any

import colander
from deform import Button
from deform.widget import HiddenWidget, TextAreaWidget, TextInputWidget, Widget
from pyramid.request import Request

from ...domain.applicant import mask_email, mask_phone
from ...domain.errors import InvalidInput
from ...domain.ticket import Ticket
from ...domain.workflow import Action, Outcome, TicketStatus, allowed_actions
from ...i18n import _
from ...services.intake import MAX_WORDS, KeptPhoto
from ...services.numbers import tidy_email, tidy_phone
from ...services.uploads import MAX_PHOTOS
from ...storage import Site
from ..forms import CleanString, Form, add_problem
from ..labels import PROBLEMS
from ..photos import PhotosWidget, as_rows
from ..values import Values
from .schema import checked

__all__ = ["FIELDS", "Refused", "follow_forms", "follow_schema"]

FIELDS: dict[str, tuple[str, ...]] = {
    "message": ("text", "form_key"),
    "reopen": ("text",),
    "contact": ("phone", "email"),
    "verify": ("code", "what"),
    "withdraw": ("text",),
}


@dataclass(frozen=True)
class Refused:
    """A form that comes back: what was typed, what is wrong, and the photos that were kept."""

    name: str
    cstruct: dict[str, str]
    problem: colander.Invalid | InvalidInput | str | None
    photos: tuple[KeptPhoto, ...] = ()


def follow_schema(
    request: Request, name: str, *, is_answer: bool = False, photos: tuple[KeptPhoto, ...] = (), what: str = "email"
) -> colander.SchemaNode:
    """Return the schema of one form. Every field has an id of its own, because several forms stand on the page."""
    schema = colander.SchemaNode(colander.Mapping(), name=name)

    def add(field: str, title: str, widget: Widget, **kw: Any) -> None:
        kw.setdefault("missing", "")
        schema.add(
            colander.SchemaNode(
                CleanString(), name=field, title=title, widget=widget, oid=f"{name}-{what}-{field}"
                if name == "verify" else f"{name}-{field}", **kw,
            )
        )  # fmt: skip

    def text(title: str, description: str = "", *, is_needed: bool = False, rows: int = 4) -> None:
        widget = TextAreaWidget(rows=rows, attributes={"maxlength": MAX_WORDS})
        # A message may be a photo alone, but nobody should think that words are not wanted.
        widget.optional_mark = name != "message"
        needed = {"missing": colander.required, "missing_msg": PROBLEMS["required"]} if is_needed else {}
        length = colander.Length(max=MAX_WORDS, max_err=PROBLEMS["too_long"])
        add("text", title, widget, description=description, validator=length, **needed)

    if name == "message":
        text(_("Your answer") if is_answer else _("What would you like to tell us?"))
        add("photos", _("Photos"), PhotosWidget(as_rows(list(photos)), MAX_PHOTOS))
        add("form_key", "", HiddenWidget(), validator=colander.Length(max=64))
    elif name == "reopen":
        text(_("What is not solved?"), _("A person reads it and decides whether we go on."), is_needed=True)
    elif name == "withdraw":
        text(_("Would you like to say why?"), rows=2)
    elif name == "contact":
        demo = request.assembly.options.demo
        phone = TextInputWidget(type="tel", attributes={"autocomplete": "tel", "inputmode": "tel"})
        email = TextInputWidget(type="email", attributes={"autocomplete": "email", "inputmode": "email"})
        phone.optional_mark = email.optional_mark = False
        add("phone", _("New telephone"), phone, validator=checked(lambda typed: tidy_phone(typed, demo=demo)))
        add("email", _("New e-mail"), email, validator=checked(tidy_email))
    else:
        digits = TextInputWidget(
            attributes={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12}, css_class="is-code"
        )
        add("code", _("The six digits we sent you"), digits, missing=colander.required,
            missing_msg=PROBLEMS["required"])  # fmt: skip
        add("what", "", HiddenWidget(), validator=colander.OneOf(("phone", "email")))
    return schema


_BUTTONS = {
    "message": _("Send it"),
    "reopen": _("It is not solved: please look again"),
    "contact": _("Change it"),
    "verify": _("Confirm"),
    "withdraw": _("Withdraw my application"),
}


def follow_forms(request: Request, site: Site, ticket: Ticket, code: str, refused: Refused | None) -> dict[str, Any]:
    """Return the forms that fit how the application stands, as HTML; ``None`` for those that do not."""

    def drawn(name: str, what: str = "email") -> str:
        is_this = refused is not None and refused.name == name and refused.cstruct.get("what", what) == what
        again = refused if is_this else None
        return _drawn(request, ticket, code, name, again, what)

    is_over = ticket.status in (TicketStatus.DONE, TicketStatus.CLOSED) and not ticket.check_pending
    actions = allowed_actions(ticket.status, ticket.check_pending)
    waiting = request.services.following.waiting_proofs(site, ticket)
    known = ticket.details
    is_withdrawn = is_over and ticket.outcome == Outcome.WITHDRAWN
    return {
        "message_form": drawn("message") if not is_over else None,
        "reopen_form": drawn("reopen") if Action.REQUEST_REOPENING in actions and not is_withdrawn else None,
        "withdraw_form": drawn("withdraw") if Action.WITHDRAW in actions else None,
        "contact_form": drawn("contact"),
        "verify_forms": [
            Values(to=mask_email(value) if name == "email" else mask_phone(value), form=drawn("verify", name))
            for name, value in waiting.items()
        ],
        "reached_by": [
            part for part in (known.email and mask_email(known.email), known.phone and mask_phone(known.phone)) if part
        ],
        "phone_is_unproven": ticket.phone_is_unproven and bool(known.phone),
        "refused": refused.name if refused else "",
    }


def _drawn(request: Request, ticket: Ticket, code: str, name: str, refused: Refused | None, what: str) -> str:
    page = request.page
    is_answer = ticket.open_question is not None
    photos = refused.photos if refused else ()
    schema = follow_schema(request, name, is_answer=is_answer, photos=photos, what=what)
    cstruct = dict(refused.cstruct) if refused else {}
    if name == "message":
        cstruct["form_key"] = cstruct.get("form_key") or secrets.token_urlsafe(18)
    if name == "verify":
        cstruct["what"] = what
    error: colander.Invalid | None = None
    formid = f"follow-{name}" if name != "verify" else f"follow-verify-{what}"
    if refused is not None:
        page.form_here = formid
        error = _error(schema, refused.problem) if refused.problem is not None else None
    form = Form(
        request,
        schema,
        formid=formid,
        action=page.url(f"follow.{name}", number=ticket.address, code=code),
        buttons=[Button("send", _BUTTONS[name], css_class="is-danger" if name == "withdraw" else "")],
    )
    return form.html(cstruct, error)


def _error(schema: colander.SchemaNode, problem: colander.Invalid | InvalidInput | str) -> colander.Invalid:
    if isinstance(problem, InvalidInput):
        return add_problem(schema, problem, {"address": "email", "contact": "email"})
    if isinstance(problem, str):
        return colander.Invalid(schema, problem)
    error = colander.Invalid(schema, problem.msg)
    places = {child.name: place for place, child in enumerate(schema.children)}
    for child in problem.children:
        error.add(colander.Invalid(schema[child.node.name], child.msg), places[child.node.name])
    return error
