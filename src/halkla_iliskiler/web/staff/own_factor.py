"""One's own second factor: setting it up, a new telephone, new recovery codes, doing without it."""

from typing import Any

import colander
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.errors import InvalidInput, NotFound
from ...i18n import _
from ...services.accounts import MAXIMUM_PASSWORD, LogInRefused
from ...services.second_factor import Enrolment
from ..contexts import StaffContext
from ..forms import add_problem, hidden
from ..labels import PROBLEMS
from ..posted import posted
from ..security import STAFF, session_id_of
from .log_in_steps import code_field, enrolment_values, refusal
from .own_account import own_form, own_password_field

__all__ = ["factor_form"]


def _factor_schema() -> colander.SchemaNode:
    schema = colander.SchemaNode(colander.Mapping())
    schema.add(hidden("token"))
    code = code_field(description=_("The six digits that the app shows now."), missing_msg=PROBLEMS["required"])
    del code.widget.attributes["autofocus"]
    schema.add(code)
    schema.add(own_password_field())
    return schema


def _factor_page(
    request: Request, offered: Enrolment, schema: colander.SchemaNode, error: colander.Invalid | None = None
) -> dict[str, Any]:
    has_one = request.services.own_account.look().has_factor
    lead = (
        _("The new telephone takes the place of the one before; recovery codes are made anew.")
        if has_one
        else _("From then on whoever knows your password still needs your telephone. It takes a minute.")
    )
    return own_form(
        request,
        _("A new telephone for the second step") if has_one else _("Set up the second step"),
        lead,
        schema,
        "staff.me_factor",
        _("Set it up"),
        {"token": offered.token},
        error,
        enrolment=enrolment_values(offered),
    )


@view_config(route_name="staff.me_factor", request_method="GET", renderer="staff/own_form.pt", permission=STAFF)
def factor_form(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show what has to be scanned."""
    return _factor_page(request, request.services.own_account.offer_factor(), _factor_schema())


@view_config(route_name="staff.me_factor", request_method="POST", renderer="staff/own_form.pt", permission=STAFF)
def enrol(context: StaffContext, request: Request) -> dict[str, Any]:
    """Take the first code, and show the recovery codes: once, as the answer to this very form."""
    schema, own = _factor_schema(), request.services.own_account
    typed = _typed(request, "token", "code", "password")
    try:
        values = schema.deserialize(typed)
        codes = own.enrol(
            values["token"], values["code"], values["password"], session_id_of(request), request.client_addr or ""
        )
    except (colander.Invalid, InvalidInput, LogInRefused) as problem:
        return _factor_page(request, own.offer_factor(typed["token"]), schema, _error(request, schema, problem))
    return _codes_shown(request, codes)


def _typed(request: Request, *names: str) -> dict[str, str]:
    return {name: posted(request, name, 500 if name == "token" else MAXIMUM_PASSWORD + 1) for name in names}


def _error(request: Request, schema: colander.SchemaNode, problem: Exception) -> colander.Invalid:
    if isinstance(problem, LogInRefused):
        return colander.Invalid(schema, refusal(request, problem))
    return add_problem(schema, problem) if isinstance(problem, InvalidInput) else problem


def _codes_shown(request: Request, codes: list[str]) -> dict[str, Any]:
    page = request.page
    page.title = page.say(_("Keep your recovery codes"))
    lead = _("Each of these opens your account once, should your telephone be lost. They are not shown again.")
    return {"lead": page.say(lead), "form": "", "enrolment": None, "codes": codes}


# -- with the password only -------------------------------------------------------------------------------------------


def _password_schema() -> colander.SchemaNode:
    schema = colander.SchemaNode(colander.Mapping())
    schema.add(own_password_field())
    return schema


def _codes_page(request: Request, schema: colander.SchemaNode, error: colander.Invalid | None = None) -> dict[str, Any]:
    return own_form(
        request,
        _("New recovery codes"),
        _("The ones you have now open nothing any more as soon as the new ones are there."),
        schema,
        "staff.me_codes",
        _("Make new codes"),
        error=error,
    )


@view_config(route_name="staff.me_codes", request_method="GET", renderer="staff/own_form.pt", permission=STAFF)
def codes_form(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Ask for the password before new recovery codes."""
    if not request.services.own_account.look().has_factor:
        return HTTPSeeOther(request.page.url("staff.me_factor"))
    return _codes_page(request, _password_schema())


@view_config(route_name="staff.me_codes", request_method="POST", renderer="staff/own_form.pt", permission=STAFF)
def make_codes(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Make new recovery codes and show them once."""
    schema, typed = _password_schema(), _typed(request, "password")
    try:
        values = schema.deserialize(typed)
        codes = request.services.own_account.new_codes(values["password"], request.client_addr or "")
    except (colander.Invalid, InvalidInput, LogInRefused) as problem:
        return _codes_page(request, schema, _error(request, schema, problem))
    except NotFound:
        return HTTPSeeOther(request.page.url("staff.me_factor"))
    return _codes_shown(request, codes)


def _off_page(request: Request, schema: colander.SchemaNode, error: colander.Invalid | None = None) -> dict[str, Any]:
    return own_form(
        request,
        _("Do without the second step"),
        _("Then your password alone opens the account, and your recovery codes open nothing any more."),
        schema,
        "staff.me_factor_off",
        _("Do without it"),
        error=error,
    )


@view_config(route_name="staff.me_factor_off", request_method="GET", renderer="staff/own_form.pt", permission=STAFF)
def off_form(context: StaffContext, request: Request) -> dict[str, Any]:
    """Ask for the password before doing without the second factor."""
    return _off_page(request, _password_schema())


@view_config(route_name="staff.me_factor_off", request_method="POST", renderer="staff/own_form.pt", permission=STAFF)
def drop(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Do without the second factor."""
    schema, typed = _password_schema(), _typed(request, "password")
    try:
        values = schema.deserialize(typed)
        request.services.own_account.drop_factor(values["password"], request.client_addr or "")
    except (colander.Invalid, InvalidInput, LogInRefused) as problem:
        return _off_page(request, schema, _error(request, schema, problem))
    request.page.flash("ok", _("The log-in asks for your password only."))
    return HTTPSeeOther(request.page.url("staff.me"))
