"""The log of changes of the administration, and the button that takes one back."""

from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ....domain.changes import UndoRefused
from ....domain.errors import InvalidInput
from ....domain.workflow import Permission
from ....i18n import _
from ...contexts import StaffContext
from ...labels import PROBLEMS
from ...page import Page
from .landing import crumbs
from .words import AREAS, UNDO_REFUSED, change_values

__all__ = ["changes", "undo"]

_ON_A_PAGE = 40


@view_config(
    route_name="staff.admin_changes",
    request_method="GET",
    renderer="staff/admin/changes.pt",
    permission=Permission.MANAGE_CATALOGUE,
)
def changes(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show what was changed lately, in the areas one may change oneself."""
    page: Page = request.page
    page.title = page.say(_("Changes"))
    area, before = request.GET.get("alan", ""), request.GET.get("once", "")
    log = request.services.changes
    known = [(code, page.say(words.title), code == area) for code, words in AREAS.items() if log.may(code)]
    with request.assembly.database.reading() as site:
        older_than = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
        found = log.latest(site, [area] if area in AREAS else None, older_than, _ON_A_PAGE + 1)
        shown = [change_values(request, site, change) for change in found[:_ON_A_PAGE]]
    here = page.url("staff.admin_changes")
    narrowed = f"alan={area}&" if area in AREAS else ""
    return {
        "crumbs": crumbs(page),
        "history": shown,
        "areas": [("", page.say(_("Everything")), area not in AREAS), *known],
        "here": here,
        "older_href": f"{here}?{narrowed}once={shown[-1].id}" if len(found) > _ON_A_PAGE else None,
        "first_href": f"{here}?{narrowed}".rstrip("?&") if older_than else None,
    }


@view_config(route_name="staff.admin_undo", request_method="POST", permission=Permission.MANAGE_CATALOGUE)
def undo(context: StaffContext, request: Request) -> Response:
    """Take a change back; go to what it was about."""
    page: Page = request.page
    identity = int(request.matchdict["change"])
    with request.assembly.database.reading() as site:
        found = site.change(identity)
    if found is None:
        raise HTTPNotFound
    words = AREAS.get(found.area)
    is_gone = False
    try:
        request.services.changes.undo(identity)
    except UndoRefused as refused:
        page.flash("error", UNDO_REFUSED[refused.reason])
    except InvalidInput as problem:
        page.flash("error", PROBLEMS[problem.problem])
    else:
        is_gone = found.before is None
        page.flash("ok", _("Taken back: “${title}” is as it was before."), title=found.title)
    href = words.href(page, found.key) if words is not None and not is_gone else None
    return HTTPSeeOther(href or page.url("staff.admin_changes"))
