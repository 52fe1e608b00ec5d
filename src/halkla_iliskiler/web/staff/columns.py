"""Which columns a list shows: each browser remembers what somebody chose to hide."""

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.workflow import Permission
from ...i18n import _
from ..contexts import StaffContext
from ..page import keep_choice
from ..posted import posted
from .paths import staff_path

__all__ = ["COLUMNS", "columns_hidden"]

_COOKIE = "halkla_columns"
COLUMNS = {
    "place": _("Neighbourhood"),
    "dept": _("Directorate"),
    "status": _("Status"),
    "no": _("Application number"),
    "how": _("Kind and channel"),
    "words": _("First words"),
    "who": _("Assigned to"),
    "extra": _("Remarks"),
}
"""The columns that can be hidden; when it is due and what it is about always stand there."""


def columns_hidden(request: Request) -> tuple[str, ...]:
    """Return the columns that are not to be shown, in the order of :data:`COLUMNS`."""
    kept = request.cookies.get(_COOKIE, "").split(".")
    return tuple(code for code in COLUMNS if code in kept)


@view_config(route_name="staff.columns", request_method="POST", permission=Permission.VIEW)
def choose_columns(context: StaffContext, request: Request) -> Response:
    """Remember which columns are shown, and go back to the list."""
    shown = set(request.POST.getall("sutun"))
    answer = HTTPSeeOther(staff_path(request, posted(request, "next")))
    keep_choice(request, answer, _COOKIE, ".".join(code for code in COLUMNS if code not in shown))
    return answer
