"""One account: what it is like, changing it, and what is done when somebody cannot get in or must not any more."""

from collections.abc import Callable, Mapping
from typing import Any

import colander
from deform import Button
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ....domain.errors import InvalidInput
from ....domain.workflow import Permission
from ....i18n import _
from ....services import Services
from ....services.account_rules import account_values
from ....services.changes import EditConflict, revision_of
from ....services.people import AREA, Desired, Person
from ....services.people_import import Handed
from ....storage import Site
from ...contexts import StaffContext
from ...forms import Form, add_problem
from ...labels import PROBLEMS
from ...page import Page
from ...posted import posted
from ...values import Values
from ..own_account import away_fields, away_words, day_said
from .landing import ENTRIES, GROUP_ORGANISATION, Entry, crumbs
from .people_words import STATES
from .person_form import MORE, PersonForm
from .slips import slips_page
from .words import conflict_values, history_of

__all__ = ["new_person", "person"]

ENTRIES.insert(
    0,
    Entry(
        "staff.people",
        _("People"),
        _("Accounts, roles, deputies; who has lost a password or a telephone."),
        Permission.MANAGE_USERS,
        GROUP_ORGANISATION,
        count=lambda site: len(site.users),
    ),
)


def _crumbs(page: Page) -> list[tuple[str, str]]:
    return crumbs(page, (page.say(_("People")), page.url("staff.people")))


# -- a new one ------------------------------------------------------------------------------------------------------


def _new_page(request: Request, form: PersonForm, typed: Mapping[str, Any], error: Any = None) -> dict[str, Any]:
    page: Page = request.page
    page.title = page.say(_("New account"))
    return {"crumbs": _crumbs(page), "form": form.html(typed, error)}


@view_config(
    route_name="staff.people_new",
    request_method="GET",
    renderer="staff/admin/person_new.pt",
    permission=Permission.MANAGE_USERS,
)
def new_person(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show an empty form."""
    with request.assembly.database.reading() as site:
        form = PersonForm(request, site)
        return _new_page(request, form, form.shown())


@view_config(
    route_name="staff.people_new",
    request_method="POST",
    renderer="staff/admin/person_new.pt",
    permission=Permission.MANAGE_USERS,
)
def make_person(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Make an account, and show the password to hand out: once, as the answer to this very form."""
    with request.assembly.database.reading() as site:
        form = PersonForm(request, site)
    if MORE in request.POST:
        return _new_page(request, form, form.typed(more=1))
    try:
        wanted = form.wanted()
        password = request.services.people.add(wanted)
    except colander.Invalid as problem:
        return _new_page(request, form, form.typed(), problem)
    except InvalidInput as problem:
        return _new_page(request, form, form.typed(), form.refused(problem))
    page: Page = request.page
    lead = _("The account is there. ${name} signs in with this, once, and then chooses a password.")
    return slips_page(
        request,
        page.say(_("New account")),
        page.say(lead, name=wanted.name),
        [Handed(wanted.username, wanted.name, password)],
        (page.say(wanted.name), page.url("staff.person", username=wanted.username)),
    )


# -- one that is there ------------------------------------------------------------------------------------------------


def _person_page(
    request: Request,
    username: str,
    typed: Callable[[PersonForm], Mapping[str, Any]] | None = None,
    error: Any = None,
    conflict: tuple[EditConflict, Desired] | None = None,
) -> dict[str, Any]:
    page: Page = request.page
    one = request.services.people.one(username)
    page.title = one.name
    with request.assembly.database.reading() as site:
        revision = revision_of(_values(site, username))
        form = PersonForm(request, site, one)
        given = dict(typed(form)) if typed else form.shown(revision)
        if conflict:
            given["revision"] = revision
        names = {user.username: user.name for user in site.users.values()}
        return {
            "crumbs": _crumbs(page),
            "person": _facts(request, one, names),
            "form": form.html(given, error(form) if callable(error) else error),
            "history": history_of(request, site, AREA, username),
            "conflict": conflict_values(request, site, AREA, conflict[0], _plain(conflict[1])) if conflict else None,
        }


def _values(site: Site, username: str) -> dict[str, Any]:
    return account_values(site.users[username])


def _plain(wanted: Desired) -> dict[str, Any]:
    grants = [[grant.role, grant.department, grant.sensitive] for grant in wanted.grants]
    return {"name": wanted.name, "email": wanted.email, "grants": grants}


def _facts(request: Request, one: Person, names: dict[str, str]) -> Values:
    page: Page = request.page
    words, tone = STATES[one.state]
    is_own = one.username == request.identity.id
    return Values(
        username=one.username,
        state=page.say(words),
        tone=tone,
        is_disabled=one.is_disabled,
        is_own=is_own,
        last=page.moment(one.last_log_in) if one.last_log_in else None,
        made=page.moment(one.created_at),
        until=page.moment(one.first_password_until) if one.state == "waiting" and one.first_password_until else None,
        has_factor=one.has_factor,
        lacks_factor=not one.has_factor and request.services.second_factor.is_required(one.grants),
        factor_since=page.moment(one.factor_since) if one.factor_since else None,
        recovery_codes=one.recovery_codes,
        away=away_words(page, one, names, request.services.today),
        sessions=request.services.people.open_sessions(one.username),
        do={deed: page.url("staff.person_do", username=one.username, deed=deed) for deed in _DEEDS},
        away_href=page.url("staff.person_away", username=one.username),
    )


@view_config(
    route_name="staff.person",
    request_method="GET",
    renderer="staff/admin/person.pt",
    permission=Permission.MANAGE_USERS,
)
def person(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show an account with its history."""
    return _person_page(request, request.matchdict["username"])


@view_config(
    route_name="staff.person",
    request_method="POST",
    renderer="staff/admin/person.pt",
    permission=Permission.MANAGE_USERS,
)
def change_person(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Change name, address and roles."""
    page: Page = request.page
    username = request.matchdict["username"]
    people = request.services.people
    with request.assembly.database.reading() as site:
        form = PersonForm(request, site, people.one(username))
    if MORE in request.POST:
        return _person_page(request, username, lambda shown: shown.typed(more=1))
    try:
        wanted = form.wanted()
        people.change(wanted, posted(request, "revision", 40))
    except colander.Invalid as problem:
        return _person_page(request, username, lambda shown: shown.typed(), problem)
    except InvalidInput as problem:
        refused = problem
        return _person_page(request, username, lambda shown: shown.typed(), lambda shown: shown.refused(refused))
    except EditConflict as problem:
        return _person_page(request, username, lambda shown: shown.typed(), conflict=(problem, wanted))
    page.flash("ok", _("The account of ${name} is changed. It counts from their next page on."), name=wanted.name)
    return HTTPSeeOther(page.url("staff.person", username=username))


# -- what is done with it ---------------------------------------------------------------------------------------------


def _disable(services: Services, username: str) -> str:
    services.people.disable(username)
    return _("The account is closed. Whoever was signed in with it is out.")


def _enable(services: Services, username: str) -> str:
    services.people.enable(username)
    return _("The account is open again, with the password it had.")


def _reset_factor(services: Services, username: str) -> str:
    services.people.reset_factor(username)
    return _(
        "The second step is taken away. The next log-in asks for the password, and sets it up anew where it is needed."
    )


def _end_sessions(services: Services, username: str) -> str:
    services.people.end_sessions(username)
    return _("They are signed out everywhere.")


_DEEDS: Mapping[str, Callable[[Services, str], str] | None] = {
    "kapat": _disable,
    "ac": _enable,
    "ikinci-adim": _reset_factor,
    "oturumlar": _end_sessions,
    "parola": None,  # its answer is a page of its own
}


@view_config(
    route_name="staff.person_do",
    request_method="POST",
    renderer="staff/admin/slips.pt",
    permission=Permission.MANAGE_USERS,
)
def do(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Close or open an account, end its sessions, take its second factor away, or make a new password to hand out."""
    page: Page = request.page
    username, deed = request.matchdict["username"], _DEEDS[request.matchdict["deed"]]
    back = page.url("staff.person", username=username)
    one = request.services.people.one(username)
    try:
        if deed is None:
            return _reset_password(request, one, back)
        page.flash("ok", deed(request.services, username))
    except InvalidInput as problem:
        page.flash("error", PROBLEMS[problem.problem])
    return HTTPSeeOther(back)


def _reset_password(request: Request, one: Person, back: str) -> dict[str, Any]:
    page: Page = request.page
    password = request.services.people.reset_password(one.username)
    lead = page.say(_("The password before opens nothing any more. ${name} signs in with this, once."), name=one.name)
    return slips_page(
        request, page.say(_("New password")), lead, [Handed(one.username, one.name, password)], (one.name, back)
    )


# -- away -----------------------------------------------------------------------------------------------------------


def _away_page(
    request: Request, one: Person, typed: Mapping[str, str], schema: colander.SchemaNode, error: Any = None
) -> dict[str, Any]:
    page: Page = request.page
    page.title = page.say(_("When ${name} is away"), name=one.name)
    back = page.url("staff.person", username=one.username)
    form = Form(
        request,
        schema,
        formid="away",
        action=page.url("staff.person_away", username=one.username),
        buttons=[Button("save", _("Save")), Button("back", _("Cancel"), type="link", value=back)],
    )
    return {"crumbs": [*_crumbs(page), (one.name, back)], "form": form.html(typed, error)}


def _away_schema(request: Request, one: Person) -> colander.SchemaNode:
    schema = colander.SchemaNode(colander.Mapping())
    others = [
        (other.username, other.name)
        for other in request.services.people.all()
        if other.username != one.username and not other.is_disabled
    ]
    for field in away_fields(others):
        schema.add(field)
    return schema


@view_config(
    route_name="staff.person_away",
    request_method="GET",
    renderer="staff/admin/person_new.pt",
    permission=Permission.MANAGE_USERS,
)
def away_form(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show when somebody is away."""
    one = request.services.people.one(request.matchdict["username"])
    typed = {
        "start": one.away_from.isoformat() if one.away_from else "",
        "until": one.away_until.isoformat() if one.away_until else "",
        "deputy": one.deputy or "",
    }
    return _away_page(request, one, typed, _away_schema(request, one))


@view_config(
    route_name="staff.person_away",
    request_method="POST",
    renderer="staff/admin/person_new.pt",
    permission=Permission.MANAGE_USERS,
)
def set_away(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Say when somebody is away and who stands in."""
    page: Page = request.page
    one = request.services.people.one(request.matchdict["username"])
    schema = _away_schema(request, one)
    typed = {name: posted(request, name, 60) for name in ("start", "until", "deputy")}
    try:
        values = schema.deserialize(typed)
        days = (day_said(values, "start"), day_said(values, "until"))
        request.services.people.set_away(one.username, *days, values["deputy"] or None)
    except colander.Invalid as problem:
        return _away_page(request, one, typed, schema, problem)
    except InvalidInput as problem:
        return _away_page(request, one, typed, schema, add_problem(schema, problem))
    page.flash("ok", _("It is noted."))
    return HTTPSeeOther(page.url("staff.person", username=one.username))
