"""The numbers of the day as a file: every row of every table, with what the shares are of."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.errors import InvalidInput
from ...domain.workflow import Permission
from ...i18n import _
from ...services.figures import SMALLEST_SHARE, Measures, Report
from ...services.sheets import Cell, Sheet, SheetFormat, open_sheet
from ...storage import City
from ..contexts import StaffContext
from ..labels import BREAK_CAUSES, OUTCOMES, PROBLEMS
from ..page import Page
from ..posted import posted
from .figure_words import GROUP_LABELS, period_words, value_name
from .figures import AskedFigures, scope_words
from .saving import format_of, sent

__all__ = ["figures_export"]

_MEASURES = (
    _("Applications received"), _("The period before"), _("Answered in time"), _("Promise broken"),
    _("Share of answered in time"), _("Finished in time"), _("Not finished in time"), _("Open now"), _("Opened again"),
)  # fmt: skip


@view_config(route_name="staff.figures_export", request_method="POST", permission=Permission.SEE_NUMBERS)
def figures_export(context: StaffContext, request: Request) -> Response:
    """Give the numbers of a period as a file, to whoever says why; that stands in the log of readings."""
    page: Page = request.page
    asked, kind = AskedFigures(request, request.POST), format_of(request)
    services = request.services
    back = f"{page.url('staff.figures')}?{urlencode(asked.pairs())}"
    if asked.problem:
        page.flash("error", asked.problem)
        return HTTPSeeOther(back)
    report = services.figures.report(asked.period, asked.compared, asked.department)
    try:
        services.disclosure.exported(
            "figures", report.total.received, posted(request, "reason"), request.client_addr or ""
        )
    except InvalidInput as problem:
        page.flash("error", PROBLEMS[problem.problem])
        return HTTPSeeOther(back)
    files = services.exports.files
    path = files.part(files.new())
    try:
        with request.assembly.database.reading() as site:
            _write(request, site.city, asked, report, path, kind)
        return sent(path, kind, f"sayilar-{asked.period.first.isoformat()}-{asked.period.last.isoformat()}")
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write(request: Request, city: City, asked: AskedFigures, report: Report, path: Path, kind: SheetFormat) -> None:
    page: Page = request.page
    whole = page.say(_("In this period"))
    sheet = open_sheet(path, kind, whole)
    headings = [page.say(heading) for heading in _MEASURES]
    try:
        sheet.part(whole)
        today = request.services.today
        for label, said in (
            (_("Numbers of the day"), scope_words(page, city, asked.department, request.services.figures.departments)),
            (_("Period"), period_words(page, report.period, today)),
            (_("The period before"), period_words(page, report.compared, today)),
        ):
            sheet.row([page.say(label), said])
        sheet.head(["", *headings])
        sheet.row([whole, *_cells(report.total, report.before.received)])
        for group, title in GROUP_LABELS.items():
            sheet.part(page.say(title))
            sheet.head([page.say(title), *headings])
            for value, numbers, earlier in report.groups[group]:
                sheet.row([value_name(request, city, group, value), *_cells(numbers, earlier)])
        _counts(sheet, page.say(_("Where it lay when the promise broke")), page, BREAK_CAUSES, report.causes)
        _counts(sheet, page.say(_("How finished ones ended")), page, OUTCOMES, report.outcomes)
        sheet.part(page.say(_("Day or month")))
        sheet.head([page.say(_("Day or month")), *headings])
        for days, numbers in report.steps:
            sheet.row([days.first.isoformat(), *_cells(numbers, None)])
    finally:
        sheet.close()


def _cells(numbers: Measures, before: int | None) -> list[Cell]:
    share = round(numbers.kept / numbers.decided, 4) if numbers.decided >= SMALLEST_SHARE else None
    return [
        numbers.received, before, numbers.kept, numbers.broken, share, numbers.solve_kept, numbers.solve_broken,
        numbers.open, numbers.reopened,
    ]  # fmt: skip


def _counts(sheet: Sheet, title: str, page: Page, labels: Mapping[str, str], counts: list[tuple[str, int]]) -> None:
    sheet.part(title)
    sheet.head([title, page.say(_("Applications"))])
    for code, count in counts:
        sheet.row([page.say(labels.get(code, code)), count])
