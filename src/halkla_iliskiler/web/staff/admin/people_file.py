"""Accounts from a file: an example, what a file would do, and doing it."""

import base64
from collections.abc import Sequence
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ....domain.access import ROLES as ALL_ROLES
from ....domain.errors import InvalidInput
from ....domain.workflow import Permission
from ....i18n import _
from ....services.people_import import LineProblem, Plan, PlanChanged, Planned, decoded
from ....storage import Site
from ...contexts import StaffContext
from ...labels import PROBLEMS
from ...page import Page
from ...posted import posted
from ...values import Values
from .back import keep_for_going_back
from .landing import crumbs
from .people_words import grant_words, role_names, role_of
from .slips import csv_answer, slips_page

__all__ = ["from_file"]

_COLUMNS = {
    "username": _("User name"),
    "name": _("Name"),
    "role": _("Role"),
    "department": _("Directorate"),
    "email": _("E-mail"),
    "sensitive": _("Sensitive matters"),
}
_FIELDS = {"name": _("Name"), "email": _("E-mail"), "grants": _("Roles")}
_SHOWN_AT_MOST = 200
_CARRIED_AT_MOST = 3 << 20


def _page(request: Request, plan: Plan | None, text: str = "", problem: str = "") -> dict[str, Any]:
    page: Page = request.page
    page.title = page.say(_("Accounts from a file"))
    with request.assembly.database.reading() as site:
        return {
            "crumbs": crumbs(page, (page.say(_("People")), page.url("staff.people"))),
            "problem": page.say(problem) if problem else "",
            "columns": [page.say(words) for words in _COLUMNS.values()],
            "roles": [(role_of(page, code), role.needs_department) for code, role in ALL_ROLES.items()],
            "plan": _plan_values(request, site, plan) if plan is not None else None,
            "carried": base64.b64encode(text.encode()).decode() if plan is not None and plan.is_ready else "",
        }


def _plan_values(request: Request, site: Site, plan: Plan) -> Values:
    page: Page = request.page
    kinds = {kind: plan.of_kind(kind) for kind in ("new", "changed", "same")}
    return Values(
        problems=[_problem_values(page, one) for one in plan.problems[:_SHOWN_AT_MOST]],
        more_problems=max(0, len(plan.problems) - _SHOWN_AT_MOST),
        new=[_planned_values(page, site, one) for one in kinds["new"]],
        changed=[_planned_values(page, site, one) for one in kinds["changed"]],
        counts={kind: len(found) for kind, found in kinds.items()},
        others=plan.others,
        is_ready=plan.is_ready,
        seal=plan.seal,
    )


def _problem_values(page: Page, one: LineProblem) -> Values:
    return Values(
        line=str(one.line) if one.line else "",
        column=page.say(_COLUMNS[one.column]) if one.column in _COLUMNS else "",
        said=one.said,
        words=page.say(one.sentence or PROBLEMS[one.problem]),
    )


def _planned_values(page: Page, site: Site, one: Planned) -> Values:
    user = site.users.get(one.wanted.username)
    return Values(
        username=one.wanted.username,
        name=one.wanted.name,
        roles=_roles(page, site, one.wanted.grants),
        email=one.wanted.email or "",
        lines=", ".join(map(str, one.lines)),
        is_disabled=one.is_disabled,
        differences=[
            Values(
                label=page.say(_FIELDS[field]),
                before=_said(page, site, getattr(user, field)),
                after=_said(page, site, getattr(one.wanted, field)),
            )
            for field in one.fields
        ],
    )


def _said(page: Page, site: Site, value: Any) -> str:
    return _roles(page, site, value) if isinstance(value, tuple) else value or "—"


def _roles(page: Page, site: Site, grants: Sequence[Any]) -> str:
    return "; ".join(grant_words(page, site, grant) for grant in grants) or "—"


@view_config(
    route_name="staff.people_import",
    request_method="GET",
    renderer="staff/admin/people_file.pt",
    permission=Permission.MANAGE_USERS,
)
def from_file(context: StaffContext, request: Request) -> dict[str, Any]:
    """Say what a file has to look like, and ask for one."""
    return _page(request, None)


@view_config(
    route_name="staff.people_import",
    request_method="POST",
    renderer="staff/admin/people_file.pt",
    permission=Permission.MANAGE_USERS,
)
def try_file(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show what a file would do; nothing is done yet."""
    keep_for_going_back(request)
    chosen = request.POST.get("file")
    if getattr(chosen, "file", None) is None:
        return _page(request, None, problem=PROBLEMS["required"])
    try:
        text = decoded(chosen.file.read(2 << 20))
    except InvalidInput as problem:
        return _page(request, None, problem=PROBLEMS[problem.problem])
    return _page(request, request.services.people_import.plan(text, role_names()), text)


@view_config(
    route_name="staff.people_import_do",
    request_method="POST",
    renderer="staff/admin/people_file.pt",
    permission=Permission.MANAGE_USERS,
)
def carry_out(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Do what was shown, and show the passwords to hand out: once, as the answer to this very form."""
    page: Page = request.page
    text = _carried(posted(request, "carried"))
    try:
        handed = request.services.people_import.carry_out(text, role_names(), posted(request, "seal", 80))
    except PlanChanged as changed:
        words = _("The accounts have changed since this was shown, and nothing was done. This is what it would do now.")
        keep_for_going_back(request)
        return _page(request, changed.plan, text, words)
    if not handed:
        page.flash("ok", _("The accounts are changed as the file says."))
        return HTTPSeeOther(page.url("staff.people"))
    lead = page.say(
        _("${count} accounts are new. Each of them signs in with its first password, once."), count=len(handed)
    )
    return slips_page(
        request, page.say(_("First passwords")), lead, handed, (page.say(_("People")), page.url("staff.people"))
    )


def _carried(said: str) -> str:
    """Return the text that the form has carried from the page that showed what it would do."""
    try:
        return base64.b64decode(said[:_CARRIED_AT_MOST], validate=True).decode()
    except ValueError:  # no base64, or no text behind it
        return ""


@view_config(route_name="staff.people_example", request_method="GET", permission=Permission.MANAGE_USERS)
def example(context: StaffContext, request: Request) -> Response:
    """Give a file as it has to look like, with directorates of this city."""
    page: Page = request.page
    with request.assembly.database.reading() as site:
        departments = [one.name for one in site.city.departments][:2]
    where = [*departments, "", ""][:2]
    lines = [
        list(map(page.say, _COLUMNS.values())),
        ["ayse.yilmaz", "Ayşe Yılmaz", role_of(page, "clerk"), where[0], "ayse@example.org", ""],
        ["mehmet.kaya", "Mehmet Kaya", role_of(page, "director"), where[0], "", ""],
        ["mehmet.kaya", "Mehmet Kaya", role_of(page, "director"), where[1], "", ""],
        ["elif.demir", "Elif Demir", role_of(page, "agent"), "", "elif@example.org", page.say(_("yes"))],
    ]
    return csv_answer(lines, "kisiler-ornek.csv")
