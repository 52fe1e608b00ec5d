"""Lists kept under a name, on one page: renamed, shared, pinned, forgotten."""

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.errors import InvalidInput
from ...domain.workflow import Permission
from ...i18n import _
from ...services.saved_lists import Kept
from ...storage import Site
from ..contexts import StaffContext
from ..labels import PROBLEMS, QUEUES
from ..page import Page
from ..posted import posted
from ..values import Values
from .asked import Asked, no_such_list
from .filter_words import chips

__all__ = ["saved_lists"]


@view_config(
    route_name="staff.saved_lists", request_method="GET", renderer="staff/saved_lists.pt", permission=Permission.VIEW
)
def saved_lists(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show the lists one has kept and those that are shared with one."""
    return _page(request)


@view_config(
    route_name="staff.saved_lists", request_method="POST", renderer="staff/saved_lists.pt", permission=Permission.VIEW
)
def keep(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Keep the list one was looking at under a name, and go back to it."""
    typed = _typed(request)
    asked = Asked.posted(request)
    if asked is None:
        return no_such_list(request)
    if asked.person:
        # What was found by somebody's number is over in half an hour, and nobody's business afterwards.
        return HTTPSeeOther(request.page.url("staff.queue"))
    try:
        request.services.saved_lists.keep(
            typed["name"], asked.query(), typed["department"], is_pinned=bool(typed["pinned"])
        )
    except InvalidInput as problem:
        return _page(request, new=_form(request, typed, problem, asked))
    request.page.flash("ok", _("The list is kept as “${name}”."), name=typed["name"].strip())
    return HTTPSeeOther(asked.narrowed_address())


@view_config(
    route_name="staff.saved_list", request_method="POST", renderer="staff/saved_lists.pt", permission=Permission.VIEW
)
def change(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Rename a list, share it or not, pin it or not."""
    identity, typed = int(request.matchdict["saved"]), _typed(request)
    try:
        request.services.saved_lists.change(
            identity, typed["name"], typed["department"], is_pinned=bool(typed["pinned"])
        )
    except InvalidInput as problem:
        return _page(request, changed=(identity, _form(request, typed, problem)))
    request.page.flash("ok", _("The list is changed."))
    return HTTPSeeOther(request.page.url("staff.saved_lists"))


@view_config(route_name="staff.saved_list_forget", request_method="POST", permission=Permission.VIEW)
def forget(context: StaffContext, request: Request) -> Response:
    """Forget a list; the applications in it stay what they are."""
    request.services.saved_lists.forget(int(request.matchdict["saved"]))
    request.page.flash("ok", _("The list is not kept any more. Its applications stay what they are."))
    return HTTPSeeOther(request.page.url("staff.saved_lists"))


def _typed(request: Request) -> dict[str, str]:
    return {name: posted(request, name, 200) for name in ("name", "department", "pinned")}


def _form(request: Request, typed: dict[str, str], problem: InvalidInput | None, asked: Asked | None = None) -> Values:
    return Values(
        name=typed["name"],
        department=typed["department"],
        is_pinned=bool(typed["pinned"]),
        query=asked.query() if asked else "",
        list_href=asked.narrowed_address() if asked else "",
        problem=request.page.say(PROBLEMS[problem.problem]) if problem else "",
    )


def _page(request: Request, *, new: Values | None = None, changed: tuple[int, Values] | None = None) -> dict[str, Any]:
    page: Page = request.page
    page.title = page.say(_("Kept lists"))
    with request.assembly.database.reading() as site:
        kept = [_values(request, site, one, changed) for one in request.services.saved_lists.all()]
        codes = request.services.saved_lists.shareable(site.city)
        departments = [("", page.say(_("only me")))] + [(code, site.city.tree.name_of(code)) for code in codes]
    return {"kept": kept, "new": new, "departments": departments, "query": ""}


def _values(request: Request, site: Site, one: Kept, changed: tuple[int, Values] | None) -> Values:
    page: Page = request.page
    asked = Asked.kept(request, one.query)
    typed = {"name": one.name, "department": one.department, "pinned": "1" if one.is_pinned else ""}
    form = changed[1] if changed is not None and changed[0] == one.id else _form(request, typed, None)
    owner = site.users.get(one.owner)
    narrowing = [f"{chip.label}: {chip.words}" for chip in chips(request, site, asked, every=True)]
    return Values(
        id=one.id,
        name=one.name,
        href=f"{page.url('staff.queue')}?{one.query}",
        says=" · ".join([page.say(_("Search")) if asked.words else page.say(QUEUES[asked.queue]), *narrowing]),
        owner=owner.name if owner is not None else one.owner,
        department=site.city.tree.name_of(one.department or None),
        is_mine=one.is_mine,
        form=form,
        change_href=page.url("staff.saved_list", saved=one.id),
        forget_href=page.url("staff.saved_list_forget", saved=one.id),
    )
