"""What a log-in may ask for after name and password: a code, a new password, setting up the second factor."""

from io import BytesIO
from typing import Any

import colander
import segno
from deform import Button
from deform.widget import PasswordWidget, TextInputWidget
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.access import allows
from ...domain.account import Step
from ...domain.errors import InvalidInput, NotFound
from ...domain.workflow import Permission
from ...i18n import _
from ...services.accounts import MAXIMUM_PASSWORD, LogInRefused
from ...services.second_factor import Enrolment
from ..contexts import StaffContext
from ..forms import CleanString, Form, add_problem, hidden
from ..labels import PROBLEMS
from ..page import Page
from ..posted import posted
from ..security import remember, session_id_of
from ..values import Values
from .paths import staff_path

__all__ = ["code_field", "enrolment_values", "go_on", "home_of", "new_password_fields", "passwords_agree", "refusal"]

_WANTED = "wanted"
_ROUTES = {Step.CODE: "staff.login_code", Step.PASSWORD: "staff.login_password", Step.ENROL: "staff.login_factor"}


def go_on(request: Request, session_id: str, wanted: str) -> Response:
    """Lead a log-in to its next step, or to the page that was *wanted* when there is none."""
    remember(request, session_id)
    return HTTPSeeOther(_after(request, session_id, wanted))


def _after(request: Request, session_id: str, wanted: str) -> str:
    waiting = request.services.accounts.waiting(session_id)
    if waiting is None:
        return home_of(request, session_id, wanted)
    request.session[_WANTED] = wanted
    return str(request.page.url(_ROUTES[waiting.step]))


def home_of(request: Request, session_id: str, wanted: str) -> str:
    """Return the page that was asked for; who sees no application is not led to a list of them."""
    actor = request.services.accounts.actor_of(session_id)
    if wanted == request.page.url("staff.queue") and actor and not allows(actor, Permission.VIEW):
        return str(request.page.url("staff.admin"))
    return wanted


def _wanted(request: Request) -> str:
    return staff_path(request, str(request.session.get(_WANTED, "")))


def refusal(request: Request, refused: LogInRefused, words: str = "") -> str:
    """Return what is said about a log-in that was refused, and give the answer its status."""
    request.response.status_int = 429 if refused.wait else 401
    if not refused.wait:
        return words or _("User name or password is wrong.")
    seconds = max(1, int(refused.wait.total_seconds()))
    request.response.headers["Retry-After"] = str(seconds)
    return _("That was too many tries. Please wait ${seconds} seconds.", mapping={"seconds": seconds})


def _leave(request: Request) -> Response:
    """Lead whoever is at the wrong step (or at none: it took too long) to where they are."""
    waiting = request.services.accounts.waiting(session_id_of(request))
    return HTTPSeeOther(request.page.url(_ROUTES[waiting.step] if waiting else "staff.login"))


def _is_at(request: Request, step: Step) -> bool:
    waiting = request.services.accounts.waiting(session_id_of(request))
    return waiting is not None and waiting.step is step


def _page(request: Request, title: str, lead: str, form: str = "", **values: Any) -> dict[str, Any]:
    page: Page = request.page
    page.title = page.say(title)
    return {"lead": page.say(lead), "form": form, "enrolment": None, "codes": (), "onward": "", **values}


# -- the code -------------------------------------------------------------------------------------------------------


def code_field(**kw: Any) -> colander.SchemaNode:
    """Return the field for the six digits."""
    widget = TextInputWidget(
        attributes={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "maxlength": "12",
            "autofocus": "autofocus",
        },
        css_class="is-short number",
    )
    return colander.SchemaNode(CleanString(), name="code", title=_("Code"), widget=widget, **kw)


def _code_schema() -> colander.SchemaNode:
    schema = colander.SchemaNode(colander.Mapping())
    schema.add(code_field(missing="", description=_("Six digits, from the app on your telephone.")))
    widget = TextInputWidget(attributes={"autocomplete": "off", "maxlength": "20", "autocapitalize": "none"})
    widget.fold, widget.optional_mark = _("My telephone is not with me"), False
    schema.add(
        colander.SchemaNode(
            CleanString(),
            name="recovery",
            title=_("Recovery code"),
            description=_("One of the ten you wrote down, like k7qm-4t2p-xw9r. Without them, ask your administrator."),
            widget=widget,
            missing="",
        )
    )
    schema["code"].widget.optional_mark = False
    return schema


def _code_page(request: Request, schema: colander.SchemaNode, error: colander.Invalid | None = None) -> dict[str, Any]:
    form = Form(
        request,
        schema,
        formid="code",
        action=request.page.url("staff.login_code"),
        buttons=[Button("go_on", _("Go on"))],
    )
    return _page(
        request, _("One more step"), _("Your account asks for a code besides the password."), form.html({}, error)
    )


@view_config(
    route_name="staff.login_code",
    request_method="GET",
    renderer="staff/login_step.pt",
    permission=NO_PERMISSION_REQUIRED,
)
def ask_code(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Ask for a code of the second factor."""
    return _code_page(request, _code_schema()) if _is_at(request, Step.CODE) else _leave(request)


@view_config(
    route_name="staff.login_code",
    request_method="POST",
    renderer="staff/login_step.pt",
    permission=NO_PERMISSION_REQUIRED,
)
def take_code(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Take a code and go on."""
    schema, wanted = _code_schema(), _wanted(request)
    typed = next((said for name in ("code", "recovery") if (said := posted(request, name, 40).strip())), "")
    if not typed:
        error = colander.Invalid(schema)
        error.add(colander.Invalid(schema["code"], PROBLEMS["required"]), 0)
        return _code_page(request, schema, error) if _is_at(request, Step.CODE) else _leave(request)
    try:
        session_id = request.services.accounts.enter_code(session_id_of(request), typed, request.client_addr or "")
    except NotFound:
        return _leave(request)
    except LogInRefused as refused:
        words = refusal(request, refused, _("This code is not right, or it has been used. Wait for the next one."))
        return _code_page(request, schema, colander.Invalid(schema, words))
    return go_on(request, session_id, wanted)


# -- a new password -------------------------------------------------------------------------------------------------


def new_password_fields() -> list[colander.SchemaNode]:
    """Return the two fields for a new password."""
    fields = (("password", _("New password")), ("again", _("New password, once more")))
    hints = {"password": _("At least 12 characters. Three or four words in a row are easy to keep and hard to guess.")}
    return [
        colander.SchemaNode(
            colander.String(),
            name=name,
            title=title,
            description=hints.get(name, ""),
            widget=PasswordWidget(attributes={"autocomplete": "new-password", "maxlength": str(MAXIMUM_PASSWORD)}),
            missing_msg=PROBLEMS["required"],
        )
        for name, title in fields
    ]


def passwords_agree(schema: colander.SchemaNode, values: dict[str, Any]) -> None:
    """Refuse two passwords that are not the same (raises :class:`colander.Invalid`)."""
    if values["password"] != values["again"]:
        raise add_problem(schema, InvalidInput("again", "password_again"))


def _password_schema() -> colander.SchemaNode:
    schema = colander.SchemaNode(colander.Mapping())
    for field in new_password_fields():
        schema.add(field)
    return schema


def _password_page(
    request: Request, schema: colander.SchemaNode, error: colander.Invalid | None = None
) -> dict[str, Any]:
    form = Form(
        request,
        schema,
        formid="password",
        action=request.page.url("staff.login_password"),
        buttons=[Button("go_on", _("Keep it and go on"))],
    )
    lead = _("The password you were given opens the account once. From now on only you know yours.")
    return _page(request, _("Choose your password"), lead, form.html({}, error))


@view_config(
    route_name="staff.login_password",
    request_method="GET",
    renderer="staff/login_step.pt",
    permission=NO_PERMISSION_REQUIRED,
)
def ask_password(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Ask for a password in the place of the one that was handed out."""
    return _password_page(request, _password_schema()) if _is_at(request, Step.PASSWORD) else _leave(request)


@view_config(
    route_name="staff.login_password",
    request_method="POST",
    renderer="staff/login_step.pt",
    permission=NO_PERMISSION_REQUIRED,
)
def take_password(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Take the new password and go on."""
    if not _is_at(request, Step.PASSWORD):
        return _leave(request)
    schema, wanted = _password_schema(), _wanted(request)
    typed = {name: posted(request, name, MAXIMUM_PASSWORD + 1) for name in ("password", "again")}
    try:
        values = schema.deserialize(typed)
        passwords_agree(schema, values)
        session_id = request.services.accounts.choose_password(session_id_of(request), values["password"])
    except colander.Invalid as problem:
        return _password_page(request, schema, problem)
    except InvalidInput as problem:
        return _password_page(request, schema, add_problem(schema, problem))
    except NotFound:
        return _leave(request)
    return go_on(request, session_id, wanted)


# -- setting up the second factor -------------------------------------------------------------------------------------


def enrolment_values(offered: Enrolment) -> Values:
    """Return what is shown of a secret on its way to a telephone: a picture, and the same to be typed."""
    drawn = BytesIO()
    segno.make(offered.uri, error="m", micro=False).save(
        drawn,
        kind="svg",
        border=4,
        dark="#000",
        light="#fff",
        xmldecl=False,
        svgclass="l-qr",
        lineclass=None,
        omitsize=True,
    )
    secret = offered.secret
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    return Values(picture=drawn.getvalue().decode(), secret=" ".join(groups), uri=offered.uri)


def _factor_schema() -> colander.SchemaNode:
    schema = colander.SchemaNode(colander.Mapping())
    schema.add(hidden("token"))
    schema.add(code_field(description=_("The six digits that the app shows now."), missing_msg=PROBLEMS["required"]))
    return schema


def _factor_page(
    request: Request, offered: Enrolment, schema: colander.SchemaNode, error: colander.Invalid | None = None
) -> dict[str, Any]:
    form = Form(
        request,
        schema,
        formid="factor",
        action=request.page.url("staff.login_factor"),
        buttons=[Button("go_on", _("Set it up"))],
    )
    return _page(
        request,
        _("Set up the second step"),
        _("Your role signs in with a code of your telephone besides the password. It takes a minute, once."),
        form.html({"token": offered.token}, error),
        enrolment=enrolment_values(offered),
    )


@view_config(
    route_name="staff.login_factor",
    request_method="GET",
    renderer="staff/login_step.pt",
    permission=NO_PERMISSION_REQUIRED,
)
def ask_factor(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Show what has to be scanned."""
    try:
        offered = request.services.accounts.offer_factor(session_id_of(request))
    except NotFound:
        return _leave(request)
    return _factor_page(request, offered, _factor_schema())


@view_config(
    route_name="staff.login_factor",
    request_method="POST",
    renderer="staff/login_step.pt",
    permission=NO_PERMISSION_REQUIRED,
)
def take_factor(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Take the first code, and show the recovery codes: once, as the answer to this very form."""
    schema, wanted, accounts = _factor_schema(), _wanted(request), request.services.accounts
    typed = {name: posted(request, name, 500) for name in ("token", "code")}
    try:
        values = schema.deserialize(typed)
        session_id, codes = accounts.enrol(session_id_of(request), values["token"], values["code"])
    except NotFound:
        return _leave(request)
    except (colander.Invalid, InvalidInput) as problem:
        error = problem if isinstance(problem, colander.Invalid) else add_problem(schema, problem)
        try:
            offered = accounts.offer_factor(session_id_of(request), typed["token"])
        except NotFound:
            return _leave(request)
        return _factor_page(request, offered, schema, error)
    remember(request, session_id)
    onward = _after(request, session_id, wanted)
    lead = _("Each of these opens your account once, should your telephone be lost. They are not shown again.")
    return _page(request, _("Keep your recovery codes"), lead, codes=codes, onward=onward)
