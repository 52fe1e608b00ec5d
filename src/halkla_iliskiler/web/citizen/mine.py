"""My applications: a one-time code instead of an account, and what was sent from that address in the last year."""

from collections.abc import Callable
from typing import Any

import colander
from deform import Button
from deform.widget import TextInputWidget
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.applicant import ContactDetails
from ...domain.errors import InvalidInput
from ...i18n import _
from ...services.numbers import tidy_email, tidy_phone
from ...services.proofs import MineRow, TooManyTries
from ...storage import Site
from ..contexts import CitizenContext
from ..forms import CleanString, Form, add_problem
from ..labels import FOLLOW_CHECKING, FOLLOW_STATES, PROBLEMS
from ..posted import posted
from ..values import Values

__all__ = ["code", "leave", "mine", "say_too_often"]

# The secrets of one browser, in its signed cookie: that it asked for a code, that it is visiting.
_ASKED = "mine.asked"
_VISIT = "mine.visit"
_WORDS_SHOWN = 90


@view_config(route_name="mine", request_method="GET", renderer="mine.pt", permission=NO_PERMISSION_REQUIRED)
def mine(context: CitizenContext, request: Request) -> dict[str, Any]:
    """List one's own applications; or ask for the code that was sent; or for the address to send one to."""
    rows = request.services.proofs.list_of(request.session.get(_VISIT, ""))
    if rows is not None:
        with request.assembly.database.reading() as site:
            return _page(request, rows=[_row(request, site, row) for row in rows])
    wants_another = "yeni" in request.GET
    if not wants_another and request.services.proofs.asked(request.session.get(_ASKED, "")):
        return _page(request, form=_code_form(request, {}), is_asked=True)
    return _page(request, form=_address_form(request, {}))


@view_config(route_name="mine", request_method="POST", renderer="mine.pt", permission=NO_PERMISSION_REQUIRED)
def ask(context: CitizenContext, request: Request) -> dict[str, Any] | Response:
    """Send a code to an address. The answer is the same whether anybody has applied with it or not."""
    cstruct = {"address": posted(request, "address", 200)}
    schema = _address_schema(request)
    if request.page.is_asked_to_speak:
        request.page.keep_choices()
        return _page(request, form=_address_form(request, cstruct))
    try:
        details = _details(request, schema.deserialize(cstruct)["address"])
        secret = request.services.proofs.ask(details, request.client_addr or "", request.page.language)
    except colander.Invalid as problem:
        return _page(request, form=_address_form(request, cstruct, problem))
    except InvalidInput as problem:
        return _page(request, form=_address_form(request, cstruct, add_problem(schema, problem, _FIELDS)))
    except TooManyTries as refused:
        error = colander.Invalid(schema, say_too_often(request, refused))
        return _page(request, form=_address_form(request, cstruct, error))
    request.session[_ASKED] = secret
    return HTTPSeeOther(request.page.url("mine"))


@view_config(route_name="mine.code", request_method="POST", renderer="mine.pt", permission=NO_PERMISSION_REQUIRED)
def code(context: CitizenContext, request: Request) -> dict[str, Any] | Response:
    """Take the code and begin a visit of half an hour."""
    cstruct = {"code": posted(request, "code", 40)}
    schema = _code_schema()
    if request.page.is_asked_to_speak:
        request.page.keep_choices()
        return _page(request, form=_code_form(request, cstruct), is_asked=True)
    try:
        typed = schema.deserialize(cstruct)["code"]
        visit = request.services.proofs.confirm(request.session.get(_ASKED, ""), typed, request.client_addr or "")
    except colander.Invalid as problem:
        return _page(request, form=_code_form(request, cstruct, problem), is_asked=True)
    except InvalidInput as problem:
        return _page(request, form=_code_form(request, {}, add_problem(schema, problem)), is_asked=True)
    except TooManyTries as refused:
        error = colander.Invalid(schema, say_too_often(request, refused))
        return _page(request, form=_code_form(request, cstruct, error), is_asked=True)
    request.session.pop(_ASKED, None)
    request.session[_VISIT] = visit
    return HTTPSeeOther(request.page.url("mine"))


@view_config(route_name="mine.leave", request_method="POST", permission=NO_PERMISSION_REQUIRED)
def leave(context: CitizenContext, request: Request) -> Response:
    """End the visit, here and in the database."""
    visit = request.session.pop(_VISIT, "")
    request.session.pop(_ASKED, None)
    if visit:
        request.services.proofs.leave(visit)
    request.page.flash("ok", _("You have left. Nobody who uses this device after you sees your applications."))
    return HTTPSeeOther(request.page.url("mine"))


_FIELDS = {"email": "address", "phone": "address"}


def say_too_often(request: Request, refused: TooManyTries) -> str:
    """Answer 429 and return the sentence for it."""
    request.response.status_int = 429
    request.response.headers["Retry-After"] = str(max(1, int(refused.wait.total_seconds())))
    return _("That was too many tries. Please wait a little.")


def _details(request: Request, typed: str) -> ContactDetails:
    if "@" in typed:
        return ContactDetails(email=tidy_email(typed))
    if not _sends_to_phones(request):
        raise InvalidInput("address", "email")
    return ContactDetails(phone=tidy_phone(typed, demo=request.assembly.options.demo))


def _sends_to_phones(request: Request) -> bool:
    # Any number will do: the question is whether the city has a method that can send to one.
    return bool(request.services.proofs.reaches(ContactDetails(phone="+905000000000")))


def _address_schema(request: Request) -> colander.SchemaNode:
    has_both = _sends_to_phones(request)
    widget = (
        TextInputWidget(attributes={"autocomplete": "email", "maxlength": 200})
        if has_both
        else TextInputWidget(type="email", attributes={"autocomplete": "email", "inputmode": "email", "maxlength": 200})
    )
    schema = colander.SchemaNode(colander.Mapping(), name="mine")
    schema.add(
        colander.SchemaNode(
            CleanString(), name="address", title=_("E-mail or telephone") if has_both else _("E-mail"), widget=widget,
            missing_msg=PROBLEMS["required"], description=_("The one you wrote in your application"),
        )
    )  # fmt: skip
    return schema


def _code_schema() -> colander.SchemaNode:
    digits = TextInputWidget(
        attributes={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12}, css_class="is-code"
    )
    schema = colander.SchemaNode(colander.Mapping(), name="code")
    schema.add(
        colander.SchemaNode(
            CleanString(), name="code", title=_("The six digits we sent you"), widget=digits,
            missing_msg=PROBLEMS["required"],
        )
    )  # fmt: skip
    return schema


def _address_form(request: Request, cstruct: dict[str, str], error: colander.Invalid | None = None) -> str:
    button = Button("send", _("Send me a code"))
    return _form(request, _address_schema, "mine", cstruct, error, button)


def _code_form(request: Request, cstruct: dict[str, str], error: colander.Invalid | None = None) -> str:
    return _form(request, lambda _request: _code_schema(), "mine.code", cstruct, error, Button("send", _("Go on")))


def _form(
    request: Request,
    make: Callable[[Request], colander.SchemaNode],
    route: str,
    cstruct: dict[str, str],
    error: colander.Invalid | None,
    button: Button,
) -> str:
    formid = route.replace(".", "-")
    if request.method == "POST":
        request.page.form_here = formid
    form = Form(request, make(request), formid=formid, action=request.page.url(route), buttons=[button])
    return form.html(cstruct, error)


def _page(
    request: Request, *, form: str | None = None, rows: list[Values] | None = None, is_asked: bool = False
) -> dict[str, Any]:
    page = request.page
    page.title = page.say(_("My applications"))
    return {"form": form, "rows": rows, "is_asked": is_asked}


def _row(request: Request, site: Site, row: MineRow) -> Values:
    page = request.page
    category = site.city.category(row.category)
    title, _text, tone = FOLLOW_CHECKING if row.check_pending else FOLLOW_STATES[row.status]
    words = " ".join(row.words.split())
    return Values(
        number=row.number,
        href=page.url("follow", number=row.address, code=row.code),
        subject=category.label_for(page.language)
        if category and category.is_public
        else page.say(_("Your application")),
        words=words if len(words) <= _WORDS_SHOWN else f"{words[:_WORDS_SHOWN].rstrip()}…",
        state=page.say(title),
        tone=tone,
        filed=page.moment(row.filed),
    )
