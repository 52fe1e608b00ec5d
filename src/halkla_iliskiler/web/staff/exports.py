"""Files that are being made or wait to be fetched: how far they are, and who they are for."""

from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.errors import NotFound
from ...domain.workflow import Permission
from ...i18n import _
from ...services.exports import KEPT_FOR, Export, ExportState
from ..contexts import StaffContext
from ..page import Page
from ..values import Values
from .figure_words import count_words
from .saving import sent

__all__ = ["export_file", "export_forget", "export_state", "exported", "exports"]

_STATES = {
    ExportState.WAITING: _("waits its turn"),
    ExportState.RUNNING: _("is being made"),
    ExportState.READY: _("ready"),
    ExportState.FAILED: _("could not be made"),
}


@view_config(route_name="staff.exports", request_method="GET", renderer="staff/exports.pt", permission=Permission.VIEW)
def exports(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show the files of whoever is signed in."""
    page: Page = request.page
    page.title = page.say(_("Files of lists"))
    return _shown(request, [_values(request, one) for one in request.services.exports.mine()], is_one=False)


@view_config(route_name="staff.exported", request_method="GET", renderer="staff/exports.pt", permission=Permission.VIEW)
def exported(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show how far one file is."""
    page: Page = request.page
    page.title = page.say(_("Files of lists"))
    return _shown(request, [_values(request, _export(request))], is_one=True)


@view_config(route_name="staff.export_state", request_method="GET", permission=Permission.VIEW)
def export_state(context: StaffContext, request: Request) -> Response:
    """Tell a page that shows one file how far it is."""
    export = _export(request)
    values = _values(request, export)
    said = {"state": export.state.value, "done": export.done, "total": export.total, "words": values.words}
    return Response(json_body=said, cache_control="no-store")


@view_config(route_name="staff.export_file", request_method="GET", permission=Permission.VIEW)
def export_file(context: StaffContext, request: Request) -> Response:
    """Give a finished file to its owner, and nobody else."""
    export = _export(request)
    try:
        path = request.services.exports.path(export.name)
    except NotFound:
        raise HTTPNotFound from None
    day = export.at.astimezone(request.services.zone).date()
    return sent(path, export.format, f"basvurular-{day.isoformat()}", is_kept=True)


@view_config(route_name="staff.export_forget", request_method="POST", permission=Permission.VIEW)
def export_forget(context: StaffContext, request: Request) -> Response:
    """Delete a file, or stop making it."""
    page: Page = request.page
    request.services.exports.forget(_export(request).name)
    page.flash("ok", _("The file is deleted."))
    return HTTPSeeOther(page.url("staff.exports"))


def _export(request: Request) -> Export:
    try:
        export: Export = request.services.exports.get(request.matchdict["export"])
    except NotFound:
        raise HTTPNotFound from None
    return export


def _shown(request: Request, files: list[Values], *, is_one: bool) -> dict[str, Any]:
    return {
        "files": files,
        "is_one": is_one,
        "is_moving": any(one.is_moving for one in files),
        "hours": int(KEPT_FOR.total_seconds() // 3600),
    }


def _values(request: Request, export: Export) -> Values:
    page: Page = request.page
    is_moving = export.state in (ExportState.WAITING, ExportState.RUNNING)
    done, total = count_words(page, export.done), count_words(page, export.total)
    rows = page.say(_("${done} of ${total} rows"), done=done, total=total)
    state = page.say(_STATES[export.state])
    return Values(
        label=export.label,
        format=export.format.value.upper(),
        when=page.moment(export.at),
        until=page.moment(export.at + KEPT_FOR),
        state=state,
        words=f"{state} · {rows}" if is_moving else state,
        rows=total,
        done=export.done,
        total=export.total,
        size=f"{max(export.size / 1e6, 0.1):.1f} MB",
        reason=export.reason,
        has_people=export.has_people,
        is_moving=is_moving,
        is_ready=export.state is ExportState.READY,
        is_failed=export.state is ExportState.FAILED,
        href=page.url("staff.exported", export=export.name),
        state_href=page.url("staff.export_state", export=export.name),
        file_href=page.url("staff.export_file", export=export.name),
        forget_href=page.url("staff.export_forget", export=export.name),
    )
