"""How close the rows stand: each browser remembers what somebody chose."""

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ..contexts import StaffContext
from ..page import DENSITY_COOKIE, keep_choice
from ..posted import posted
from ..security import STAFF
from .paths import staff_path

__all__ = ["choose_density"]


@view_config(route_name="staff.density", request_method="POST", permission=STAFF)
def choose_density(context: StaffContext, request: Request) -> Response:
    """Remember whether the rows stand close together, and go back to where one was."""
    answer = HTTPSeeOther(staff_path(request, posted(request, "next")))
    keep_choice(request, answer, DENSITY_COOKIE, "dense" if posted(request, "siklik") == "dense" else "")
    return answer
