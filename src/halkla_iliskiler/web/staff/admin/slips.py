"""Passwords to be handed out: shown once, on slips that can be cut apart, and as a file."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ....domain.account import FIRST_PASSWORD_LIFE
from ....domain.workflow import Permission
from ....i18n import _
from ....services.people_import import Handed
from ...contexts import StaffContext
from ...page import Page
from ...posted import posted
from .landing import crumbs

__all__ = ["csv_answer", "slips_page"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def slips_page(
    request: Request, title: str, lead: str, handed: Sequence[Handed], onward: tuple[str, str]
) -> dict[str, Any]:
    """Return the page that shows passwords to be handed out. It is the answer to a form: it never comes again."""
    page: Page = request.page
    page.title = title
    request.override_renderer = "staff/admin/slips.pt"
    until = request.services.now() + FIRST_PASSWORD_LIFE
    return {
        "crumbs": crumbs(page, (page.say(_("People")), page.url("staff.people"))),
        "lead": lead,
        "slips": handed,
        "log_in": request.route_url("staff.login"),
        "until": page.times.exact(until),
        "sheet": request.services.people_import.sealed(handed) if len(handed) > 1 else "",
        "onward": onward,
    }


@view_config(route_name="staff.people_sheet", request_method="POST", permission=Permission.MANAGE_USERS)
def sheet(context: StaffContext, request: Request) -> Response:
    """Give the passwords of the page this comes from as a file."""
    page: Page = request.page
    handed = request.services.people_import.opened(posted(request, "sheet"))
    if not handed:
        page.flash("error", _("These passwords cannot be had any more. Make new ones on the pages of the accounts."))
        return HTTPSeeOther(page.url("staff.people"))
    heading = [page.say(words) for words in (_("User name"), _("Name"), _("First password"))]
    return csv_answer([heading, *([one.username, one.name, one.password] for one in handed)], "parolalar.csv")


def csv_answer(lines: Sequence[Sequence[str]], filename: str) -> Response:
    """Return lines as a Turkish spreadsheet opens them; no cell is calculated."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    for cells in lines:
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    answer = Response("\ufeff" + file.getvalue(), content_type="text/csv", charset="utf-8")
    answer.content_disposition = f'attachment; filename="{filename}"'
    return answer
