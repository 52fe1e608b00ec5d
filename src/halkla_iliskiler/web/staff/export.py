"""A list as a file for a spreadsheet: what the list shows, and what was answered to the questions of the subjects."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.errors import InvalidInput, NotFound
from ...domain.ticket import address_of
from ...domain.workflow import Permission
from ...i18n import _
from ...index import Row
from ...index.rows import NEVER
from ...storage import City
from ..contexts import StaffContext
from ..labels import KINDS, PROBLEMS, STATUSES
from ..page import Page
from .asked import Asked

__all__ = ["MOST_EXPORTED", "export"]

MOST_EXPORTED = 10_000
"""Rows of one file; a list is narrowed where it has more."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would calculate instead of showing it (OWASP, CSV injection)."""
_HEADINGS = (
    _("Number"), _("Filed"), _("Subject"), _("Kind"), _("Status"), _("Directorate"), _("Neighbourhood"), _("Channel"),
    _("Due"), _("First words"), _("Address"),
)  # fmt: skip


@view_config(route_name="staff.export", request_method="POST", permission=Permission.VIEW)
def export(context: StaffContext, request: Request) -> Response:
    """Give the list as a file, to whoever says why; that stands in the log of readings. Nobody's name is in it."""
    page: Page = request.page
    asked = Asked.kept(request, str(request.POST.get("sorgu", ""))[:2000])
    services = request.services
    try:
        with request.assembly.database.reading() as site:
            rows = list(_rows(request, asked, site.city))
            services.disclosure.exported(
                "list", len(rows), str(request.POST.get("reason", "")), request.client_addr or ""
            )
            answers = services.answers.table(site, [row.id for row in rows])
            said = dict(answers.rows)
            lines = [(*_cells(request, site.city, row), *said.get(row.id, ())) for row in rows]
    except NotFound:
        page.flash("info", _("That search is over. Please search once more."))
        return HTTPSeeOther(page.url("staff.queue"))
    except InvalidInput as problem:
        page.flash("error", PROBLEMS[problem.problem])
        return HTTPSeeOther(asked.back)
    headings = (*(page.say(heading) for heading in _HEADINGS), *(label for _code, label in answers.columns))
    answer = Response(_csv([headings, *lines]), content_type="text/csv", charset="utf-8")
    answer.content_disposition = f'attachment; filename="basvurular-{services.today.isoformat()}.csv"'
    return answer


def _rows(request: Request, asked: Asked, city: City) -> Iterator[Row]:
    """Yield what the list holds, page by page, up to :data:`MOST_EXPORTED`."""
    lists, listed, cursor = request.services.lists, asked.listed(city), None
    key, given = lists.asks(listed).key, 0
    while given < MOST_EXPORTED:
        found = lists.look(listed, cursor)
        yield from found.rows[: MOST_EXPORTED - given]
        given += len(found.rows)
        if not found.has_more:
            return
        last = found.rows[-1]
        cursor = (getattr(last, key), last.id)


def _cells(request: Request, city: City, row: Row) -> tuple[str, ...]:
    page: Page = request.page
    category, channel = city.category(row.category), request.assembly.extensions.channels.get(row.channel)
    return (
        row.number,
        _time(request, row.created),
        category.label if category else page.say(_("Not sorted yet")),
        page.say(KINDS[row.kind]),
        page.say(STATUSES[row.status]),
        city.tree.name_of(row.department),
        city.territory.name_of(row.neighbourhood),
        page.say(channel.label) if channel else row.channel,
        "" if row.due == NEVER else _time(request, row.due),
        row.snippet,
        request.route_url("staff.ticket", number=address_of(row.id)),
    )


def _time(request: Request, seconds: int) -> str:
    """Return a time as a spreadsheet reads it, in the city's zone."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(request.services.zone).strftime("%Y-%m-%d %H:%M")


def _csv(lines: Iterable[Iterable[str]]) -> str:
    """Return lines as a Turkish spreadsheet opens them: semicolons, and the mark that says UTF-8 in front."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    for cells in lines:
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return "\ufeff" + file.getvalue()
