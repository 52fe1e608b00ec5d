"""The first-run list: what nobody of the city has confirmed, with a button that says it was checked."""

from collections.abc import Iterator
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ....domain.workflow import Permission
from ....i18n import _
from ....services.catalogue import KINDS, value_of
from ....services.unchecked import Unchecked, unchecked
from ....storage import Site
from ...contexts import StaffContext
from ...page import Page
from ...posted import posted
from ...values import Values
from .kinds import BY_KIND, field_words
from .landing import crumbs
from .state import said_of

__all__ = ["check", "to_be_checked"]

_MOST_MARKS = 1000
_DANGERS = _("Dangers")


@view_config(
    route_name="staff.admin_unchecked",
    request_method="GET",
    renderer="staff/admin/unchecked.pt",
    permission=Permission.MANAGE_CATALOGUE,
)
def to_be_checked(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show everything that is still marked, what belongs together in one group."""
    page: Page = request.page
    page.title = page.say(_("To be confirmed"))
    with request.assembly.database.reading() as site:
        sections = list(_sections(request, site))
        is_demo = page.brand.is_demo
    return {
        "crumbs": crumbs(page),
        "sections": sections,
        "count": sum(section.count for section in sections),
        "is_demo": is_demo,
        "here": page.url("staff.admin_unchecked"),
    }


def _sections(request: Request, site: Site) -> Iterator[Values]:
    page: Page = request.page
    found: dict[str, dict[str, list[Unchecked]]] = {}
    for one in unchecked(site.city):
        if page.may(KINDS[one.kind].permission):
            found.setdefault(one.kind, {}).setdefault(one.group, []).append(one)
    for kind, groups in found.items():
        title = page.say(BY_KIND[kind].title) if kind in BY_KIND else page.say(_DANGERS)
        shown = [
            Values(
                id=f"a-{kind}-{group or 'all'}",
                is_open=request.GET.get("acik") == f"a-{kind}-{group or 'all'}",
                title=site.city.tree.name_of(group) if group else title,
                rows=[_row(page, site, one) for one in rows],
                marks=[_mark(one) for one in rows],
            )
            for group, rows in groups.items()
        ]
        yield Values(id=f"a-{kind}", title=title, groups=shown, count=sum(len(group.rows) for group in shown))


def _mark(one: Unchecked) -> str:
    return f"{one.kind}:{one.code}:{one.field}"


def _row(page: Page, site: Site, one: Unchecked) -> Values:
    known = BY_KIND.get(one.kind)
    return Values(
        name=one.name,
        href=page.url("staff.admin_edit", kind=known.path, code=one.code) if known is not None else None,
        field=page.say(field_words(one.kind).get(one.field, one.field)),
        value=said_of(page, site, one.kind, one.field, value_of(site.city, one.kind, one.code)),
        mark=_mark(one),
    )


@view_config(route_name="staff.admin_unchecked", request_method="POST", permission=Permission.MANAGE_CATALOGUE)
def check(context: StaffContext, request: Request) -> Response:
    """Say that something was checked: one field, or all of a group."""
    page: Page = request.page
    marks = [mark.split(":") for mark in request.POST.getall("mark")[:_MOST_MARKS] if isinstance(mark, str)]
    wanted: dict[tuple[str, str], list[str]] = {}
    for parts in marks:
        if len(parts) == 3 and parts[0] in KINDS:
            wanted.setdefault((parts[0], parts[1]), []).append(parts[2])
    request.services.catalogue.confirm_all((kind, code, tuple(names)) for (kind, code), names in wanted.items())
    if wanted:
        page.flash("ok", _("Noted as checked: ${count}."), count=len(marks))
    back = posted(request, "next")
    here = page.url("staff.admin")
    is_ours = back.startswith(here) and "//" not in back and "\\" not in back
    return HTTPSeeOther(back if is_ours else page.url("staff.admin_unchecked"))
