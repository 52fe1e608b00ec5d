"""Signing in and out."""

from typing import Any

import colander
from deform import Button
from deform.widget import PasswordWidget, TextInputWidget
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...i18n import _
from ...services.accounts import MAXIMUM_PASSWORD, LogInRefused
from ..contexts import StaffContext
from ..forms import CleanString, Form, hidden
from ..labels import PROBLEMS
from ..posted import posted
from ..security import STAFF, forget
from .browsers import browser_of
from .log_in_steps import go_on, refusal
from .paths import staff_path

__all__ = ["log_in", "log_out"]


def _schema() -> colander.SchemaNode:
    schema = colander.SchemaNode(colander.Mapping())
    name = TextInputWidget(attributes={"autocomplete": "username", "autofocus": "autofocus", "autocapitalize": "none"})
    password = PasswordWidget(attributes={"autocomplete": "current-password"})
    for field, title, widget in (("username", _("User name"), name), ("password", _("Password"), password)):
        schema.add(
            colander.SchemaNode(CleanString(), name=field, title=title, widget=widget, missing_msg=PROBLEMS["required"])
        )
    schema.add(hidden("next"))
    return schema


def _page(request: Request, cstruct: dict[str, str], error: colander.Invalid | None = None) -> dict[str, Any]:
    request.page.title = request.page.say(_("Staff log-in"))
    form = Form(
        request,
        _schema(),
        formid="login",
        action=request.page.url("staff.login"),
        buttons=[Button("log_in", _("Log in"))],
    )
    return {"form": form.html({**cstruct, "password": ""}, error)}


@view_config(
    route_name="staff.login", request_method="GET", renderer="staff/login.pt", permission=NO_PERMISSION_REQUIRED
)
def log_in_form(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Show the log-in page; who is signed in already goes to their work."""
    if request.identity is not None:
        return HTTPSeeOther(request.page.url("staff.queue"))
    return _page(request, {"next": staff_path(request, request.GET.get("next", ""))})


@view_config(
    route_name="staff.login", request_method="POST", renderer="staff/login.pt", permission=NO_PERMISSION_REQUIRED
)
def log_in(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Check name and password and begin a session."""
    schema = _schema()
    cstruct = {name: posted(request, name, 200) for name in ("username", "password", "next")}
    try:
        values = schema.deserialize(cstruct)
        # The typed password, not the tidied one: a blank at its end belongs to it.
        password = cstruct["password"][: MAXIMUM_PASSWORD + 1]
        session_id = request.services.accounts.log_in(
            values["username"], password, request.client_addr or "", browser_of(request)
        )
    except colander.Invalid as problem:
        return _page(request, cstruct, problem)
    except LogInRefused as refused:
        return _page(request, cstruct, colander.Invalid(schema, refusal(request, refused)))
    return go_on(request, session_id, staff_path(request, cstruct["next"]))


@view_config(route_name="staff.logout", request_method="POST", permission=STAFF)
def log_out(context: StaffContext, request: Request) -> Response:
    """End the session, here and in the database."""
    forget(request)
    return HTTPSeeOther(request.page.url("staff.login"))
