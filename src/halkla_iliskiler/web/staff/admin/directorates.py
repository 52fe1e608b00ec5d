"""Closing a directorate: until when, who takes over, and what becomes of what is open there."""

from typing import Any

import colander
from deform import Button
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ....domain.city import Department
from ....domain.errors import InvalidInput
from ....domain.plain import as_plain, revision_of
from ....domain.text import sort_key
from ....domain.workflow import Permission
from ....i18n import _
from ....services.changes import EditConflict
from ....storage import Site
from ...contexts import StaffContext
from ...forms import Form, add_problem
from ...labels import PROBLEMS
from ...page import Page
from ...posted import posted
from .fields import Field, choice, day, schema_of
from .kinds import BY_KIND
from .landing import crumbs
from .state import state_of

__all__ = ["close", "close_form", "hand_over"]


def _unit(site: Site, code: str) -> Department:
    unit = site.city.tree.get(code)
    if unit is None:
        raise HTTPNotFound
    return unit


def _fields(request: Request, site: Site, unit: Department) -> list[Field]:
    page: Page = request.page
    others = [
        (other.code, other.name)
        for other in sorted(site.city.departments, key=lambda one: sort_key(one.name))
        if other.code != unit.code and other.level == unit.level and other.valid_until is None
    ]
    return [
        day(
            "valid_until", _("Last day"), required=True,
            help=_("From the day after on, new work goes to the successor."),
        ),
        choice("successor", _("Successor"), [("", page.say(_("Nobody"))), *others], nothing=None),
    ]  # fmt: skip


def _shown(
    request: Request,
    site: Site,
    unit: Department,
    cstruct: dict[str, str] | None = None,
    error: colander.Invalid | InvalidInput | None = None,
) -> dict[str, Any]:
    page: Page = request.page
    page.title = page.say(_("Close ${department}"), department=unit.name)
    kind = BY_KIND["departments"]
    fields = _fields(request, site, unit)
    schema = schema_of(fields)
    if isinstance(error, InvalidInput):
        error = add_problem(schema, error)
    if cstruct is None:
        last = unit.valid_until or request.services.today
        cstruct = {"valid_until": last.isoformat(), "successor": unit.successor or ""}
    cstruct["revision"] = revision_of(as_plain(unit))
    form = Form(
        request,
        schema,
        formid="close",
        action=page.url("staff.admin_close", code=unit.code),
        buttons=[Button("close", _("Close the directorate"))],
    )
    back = page.url("staff.admin_edit", kind=kind.path, code=unit.code)
    return {
        "crumbs": crumbs(page, (page.say(kind.title), page.url("staff.admin_list", kind=kind.path)), (unit.name, back)),
        "form": form.html(cstruct, error),
        "state": state_of(request, site, kind, unit),
        "back_href": back,
    }


@view_config(
    route_name="staff.admin_close",
    request_method="GET",
    renderer="staff/admin/close.pt",
    permission=Permission.ADMINISTER,
)
def close_form(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show what hangs on a directorate, and ask when it ends and who takes over."""
    with request.assembly.database.reading() as site:
        return _shown(request, site, _unit(site, request.matchdict["code"]))


@view_config(
    route_name="staff.admin_close",
    request_method="POST",
    renderer="staff/admin/close.pt",
    permission=Permission.ADMINISTER,
)
def close(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Close a directorate."""
    page: Page = request.page
    code = request.matchdict["code"]
    typed = {name: posted(request, name, 100) for name in ("valid_until", "successor", "revision")}
    with request.assembly.database.reading() as site:
        unit = _unit(site, code)
        fields = _fields(request, site, unit)
        try:
            said = schema_of(fields).deserialize(typed)
        except colander.Invalid as problem:
            return _shown(request, site, unit, typed, problem)
    values = {field.name: field.from_text(said) for field in fields}
    try:
        request.services.directorates.close(code, values["valid_until"], values["successor"], typed["revision"])
    except (InvalidInput, EditConflict) as problem:
        refused = problem if isinstance(problem, InvalidInput) else InvalidInput("", "changed_meanwhile")
        with request.assembly.database.reading() as site:
            return _shown(request, site, _unit(site, code), typed, refused)
    last = page.day(values["valid_until"].isoformat())
    page.flash("ok", _("${department} exists until ${day}."), department=unit.name, day=last)
    return HTTPSeeOther(page.url("staff.admin_edit", kind="mudurlukler", code=code))


@view_config(route_name="staff.admin_hand_over", request_method="POST", permission=Permission.ADMINISTER)
def hand_over(context: StaffContext, request: Request) -> Response:
    """Give what is open in a closed directorate to its successor."""
    page: Page = request.page
    code = request.matchdict["code"]
    with request.assembly.database.reading() as site:
        heir = site.city.tree.name_of(site.city.tree.taking_over(_unit(site, code).code, request.services.today))
    try:
        count = request.services.directorates.hand_over(code)
    except InvalidInput as problem:
        page.flash("error", PROBLEMS[problem.problem])
    else:
        page.flash("ok", _("${department} has taken over ${count} open applications."), department=heir, count=count)
    return HTTPSeeOther(page.url("staff.admin_edit", kind="mudurlukler", code=code))
