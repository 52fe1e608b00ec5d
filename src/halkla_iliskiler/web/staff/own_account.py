"""One's own account: what it is like, where one is signed in, one's password, and who stands in when one is away."""

from datetime import date
from typing import Any

import colander
from deform import Button
from deform.widget import PasswordWidget, SelectWidget, TextInputWidget
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.errors import InvalidInput, NotFound
from ...domain.text import sort_key
from ...i18n import _
from ...services.accounts import MAXIMUM_PASSWORD, LogInRefused
from ...services.people import Person
from ..contexts import StaffContext
from ..forms import CleanString, Form, add_problem
from ..labels import PROBLEMS
from ..page import Page
from ..posted import posted
from ..security import STAFF, session_id_of
from ..values import Values
from .log_in_steps import new_password_fields, passwords_agree, refusal

__all__ = ["away_fields", "away_words", "day_said", "own_form", "own_password_field"]

_OTHERS = "others"


@view_config(route_name="staff.me", request_method="GET", renderer="staff/own_account.pt", permission=STAFF)
def own_account(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show one's own account."""
    page: Page = request.page
    page.title = page.say(_("My account"))
    own = request.services.own_account
    person = own.look()
    names = dict(own.colleagues())
    return {
        "name": person.name,
        "username": person.username,
        "email": person.email,
        "factor": _factor_words(request, person),
        "away": away_words(page, person, names, request.services.today),
        "is_away": person.away_until is not None and person.away_until >= request.services.today,
        "sessions": [
            Values(
                handle=one.handle,
                browser=one.browser or page.say(_("Unknown browser")),
                client=one.client,
                since=page.moment(one.started_at),
                is_this=one.is_this,
            )
            for one in own.sessions(session_id_of(request))
        ],
        "log_ins": [
            Values(when=page.moment(at), exact=page.times.exact(at), client=client, browser=browser)
            for at, client, browser in own.log_ins()
        ],
    }


def _factor_words(request: Request, person: Person) -> Values:
    page: Page = request.page
    required = request.services.second_factor.is_required(person.grants)
    if not person.has_factor:
        words = page.say(_("Off. Your password alone opens the account."))
    elif person.recovery_codes:
        words = page.say(_("On. ${count} recovery codes are left.", mapping={"count": person.recovery_codes}))
    else:
        words = page.say(_("On. No recovery code is left: make new ones."))
    return Values(
        is_on=person.has_factor,
        is_required=required,
        words=words,
        since=page.moment(person.factor_since) if person.factor_since else None,
        is_short=person.has_factor and person.recovery_codes < 3,
    )


def away_words(page: Page, person: Person, names: dict[str, str], today: date) -> str:
    """Say when somebody is away and who stands in; empty when they are not, and will not be."""
    if person.away_until is None or person.away_until < today:
        return ""
    until = page.day(person.away_until.isoformat())
    if person.away_from and person.away_from > today:
        words = page.say(
            _("Away from ${start} until ${until}."), start=page.day(person.away_from.isoformat()), until=until
        )
    else:
        words = page.say(_("Away until ${until}."), until=until)
    if person.deputy:
        words += " " + page.say(_("${name} stands in."), name=names.get(person.deputy, person.deputy))
    return words


@view_config(route_name="staff.me_session", request_method="POST", permission=STAFF)
def end_session(context: StaffContext, request: Request) -> Response:
    """Sign out another machine, or all the others."""
    page: Page = request.page
    own, handle = request.services.own_account, posted(request, "handle", 40)
    if handle == _OTHERS:
        own.end_others(session_id_of(request))
        page.flash("ok", _("You are signed in here only."))
    else:
        try:
            own.end_session(handle)
        except NotFound:
            page.flash("info", _("That machine was signed out already."))
        else:
            page.flash("ok", _("That machine is signed out."))
    return HTTPSeeOther(page.url("staff.me"))


# -- forms ----------------------------------------------------------------------------------------------------------


def own_form(
    request: Request,
    title: str,
    lead: str,
    schema: colander.SchemaNode,
    route: str,
    button: str,
    typed: dict[str, str] | None = None,
    error: colander.Invalid | None = None,
    **values: Any,
) -> dict[str, Any]:
    """Return the values of a page with one form about one's own account."""
    page: Page = request.page
    page.title = page.say(title)
    form = Form(
        request,
        schema,
        formid="own",
        action=page.url(route),
        buttons=[Button("save", button), Button("back", _("Cancel"), type="link", value=page.url("staff.me"))],
    )
    given = {"lead": page.say(lead), "form": form.html(typed, error), "enrolment": None, "codes": ()}
    return {**given, **values}


def own_password_field(name: str = "password", title: str = "") -> colander.SchemaNode:
    """Return the field that asks once more for one's password."""
    return colander.SchemaNode(
        colander.String(),
        name=name,
        title=title or _("Your password"),
        widget=PasswordWidget(attributes={"autocomplete": "current-password", "maxlength": str(MAXIMUM_PASSWORD)}),
        missing_msg=PROBLEMS["required"],
    )


def _password_schema() -> colander.SchemaNode:
    schema = colander.SchemaNode(colander.Mapping())
    schema.add(own_password_field("old", _("Your present password")))
    for field in new_password_fields():
        schema.add(field)
    return schema


def _password_page(
    request: Request, schema: colander.SchemaNode, error: colander.Invalid | None = None
) -> dict[str, Any]:
    return own_form(
        request,
        _("Change my password"),
        _("Every other machine on which you are signed in is signed out."),
        schema,
        "staff.me_password",
        _("Change the password"),
        error=error,
    )


@view_config(route_name="staff.me_password", request_method="GET", renderer="staff/own_form.pt", permission=STAFF)
def password_form(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show the form for a new password."""
    return _password_page(request, _password_schema())


@view_config(route_name="staff.me_password", request_method="POST", renderer="staff/own_form.pt", permission=STAFF)
def change_password(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Change the password; the old one is asked for."""
    schema = _password_schema()
    typed = {name: posted(request, name, MAXIMUM_PASSWORD + 1) for name in ("old", "password", "again")}
    try:
        values = schema.deserialize(typed)
        passwords_agree(schema, values)
        request.services.own_account.change_password(
            values["old"], values["password"], session_id_of(request), request.client_addr or ""
        )
    except colander.Invalid as problem:
        return _password_page(request, schema, problem)
    except InvalidInput as problem:
        return _password_page(request, schema, add_problem(schema, problem))
    except LogInRefused as refused:
        return _password_page(request, schema, colander.Invalid(schema, refusal(request, refused)))
    request.page.flash("ok", _("Your password is changed. Everywhere else you are signed out."))
    return HTTPSeeOther(request.page.url("staff.me"))


def away_fields(colleagues: list[tuple[str, str]]) -> list[colander.SchemaNode]:
    """Return the fields that say from when until when somebody is away, and who stands in."""
    fields = []
    for name, title, hint in (
        ("start", _("First day away"), ""),
        ("until", _("Last day away"), _("Without a day: at work.")),
    ):
        widget = TextInputWidget(css_class="is-short")
        widget.type, widget.optional_mark = "date", False
        fields.append(
            colander.SchemaNode(CleanString(), name=name, title=title, description=hint, widget=widget, missing="")
        )
    people = sorted(colleagues, key=lambda person: sort_key(person[1]))
    widget = SelectWidget(
        values=[("", _("Nobody")), *((username, f"{name} ({username})") for username, name in people)]
    )
    widget.optional_mark = False
    fields.append(
        colander.SchemaNode(
            CleanString(),
            name="deputy",
            title=_("Who stands in"),
            description=_("Whoever assigns work is offered this person instead."),
            widget=widget,
            missing="",
        )
    )
    return fields


def day_said(values: dict[str, str], name: str) -> date | None:
    """Return the day of a field, ``None`` where there is none (raises :class:`InvalidInput`)."""
    try:
        return date.fromisoformat(values[name]) if values[name] else None
    except ValueError:
        raise InvalidInput(name, "date") from None


def _away_schema(request: Request) -> colander.SchemaNode:
    schema = colander.SchemaNode(colander.Mapping())
    for field in away_fields(request.services.own_account.colleagues()):
        schema.add(field)
    return schema


def _away_page(
    request: Request, schema: colander.SchemaNode, typed: dict[str, str], error: colander.Invalid | None = None
) -> dict[str, Any]:
    return own_form(
        request,
        _("When I am away"),
        _("Your work stays yours. New work for you is offered to whoever stands in."),
        schema,
        "staff.me_away",
        _("Save"),
        typed,
        error,
    )


@view_config(route_name="staff.me_away", request_method="GET", renderer="staff/own_form.pt", permission=STAFF)
def away_form(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show when one is away."""
    person = request.services.own_account.look()
    is_over = person.away_until is None or person.away_until < request.services.today
    typed = {
        "start": "" if is_over or not person.away_from else person.away_from.isoformat(),
        "until": "" if is_over or not person.away_until else person.away_until.isoformat(),
        "deputy": person.deputy or "",
    }
    return _away_page(request, _away_schema(request), typed)


@view_config(route_name="staff.me_away", request_method="POST", renderer="staff/own_form.pt", permission=STAFF)
def set_away(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Say when one is away and who stands in; without a last day, that one is at work."""
    page: Page = request.page
    schema = _away_schema(request)
    typed = {name: posted(request, name, 60) for name in ("start", "until", "deputy")}
    try:
        values = schema.deserialize(typed)
        until = day_said(values, "until")
        request.services.own_account.set_away(day_said(values, "start"), until, values["deputy"] or None)
    except colander.Invalid as problem:
        return _away_page(request, schema, typed, problem)
    except InvalidInput as problem:
        return _away_page(request, schema, typed, add_problem(schema, problem))
    page.flash("ok", _("It is noted when you are away.") if until else _("It is noted that you are at work."))
    return HTTPSeeOther(page.url("staff.me"))
