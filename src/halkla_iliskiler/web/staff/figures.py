"""The numbers of the day, on one page: for a director theirs, for the supervisor the whole city's."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from pyramid.request import Request
from pyramid.view import view_config

from ...domain.text import sort_key
from ...domain.ticket import address_of
from ...domain.workflow import Permission
from ...i18n import _
from ...index import Row
from ...services.figures import LONGEST_PERIOD, SMALLEST_SHARE, Period, Span, before, period_of
from ...storage import City
from ..contexts import StaffContext
from ..labels import STATUSES
from ..page import Page
from ..values import Values
from .figure_words import drawn_report, now_values, period_words

__all__ = ["AskedFigures", "figures", "scope_words"]

SPANS = {
    "bugun": (Span.TODAY, _("Today")),
    "dun": (Span.YESTERDAY, _("Yesterday")),
    "hafta": (Span.WEEK, _("This week")),
    "son30": (Span.LAST_30, _("Last 30 days")),
    "ay": (Span.MONTH, _("This month")),
    "gecenay": (Span.LAST_MONTH, _("Last month")),
    "aralik": (Span.RANGE, _("From – to")),
}
_FIRST = "hafta"


class AskedFigures:
    """What an address asks for: a period, a directorate, everything or the first rows of each table.

    ``problem`` is a sentence about days that are none; then the usual period is shown.
    """

    def __init__(self, request: Request, params: Any = None) -> None:
        get = request.GET if params is None else params
        page: Page = request.page
        services = request.services
        self.span = get.get("donem", "") if get.get("donem", "") in SPANS else _FIRST
        self.first, self.last = (get.get(name, "").strip()[:10] for name in ("ilk", "son"))
        self.is_whole = get.get("tumu", "") == "1"
        own = services.figures.departments
        wanted = get.get("birim", "")[:80]
        self.department = wanted if wanted and (not own or wanted in own) else ""
        self.problem = ""
        if self.span == "aralik":
            period = _range(self.first, self.last)
            if isinstance(period, str):
                self.problem = page.say(period, days=LONGEST_PERIOD)
            else:
                self.period, self.compared = period, before(period)
        if self.span != "aralik" or self.problem:
            usual = SPANS[_FIRST if self.problem else self.span][0]
            self.period, self.compared = period_of(usual, services.today)

    def pairs(self, **changes: str) -> list[tuple[str, str]]:
        """Return the parameters of this page, with some changed."""
        known = {"donem": self.span, "birim": self.department, "tumu": "1" if self.is_whole else ""}
        if self.span == "aralik":
            known |= {"ilk": self.first, "son": self.last}
        return [(name, value) for name, value in {**known, **changes}.items() if value]


def _range(first: str, last: str) -> Period | str:
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return str(_("Give the first and the last day."))
    if period.first > period.last:
        return str(_("The first day comes after the last one."))
    if period.days > LONGEST_PERIOD or not 1900 < period.first.year < period.last.year + 2 < 9999:
        return str(_("A period has at most ${days} days."))
    return period


@view_config(
    route_name="staff.figures", request_method="GET", renderer="staff/figures.pt", permission=Permission.SEE_NUMBERS
)
def figures(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show how many came, were answered in time, broke their promise and why, and wait."""
    page: Page = request.page
    asked = AskedFigures(request)
    desk = request.services.figures
    page.title = page.say(_("Numbers of the day"))
    report = desk.report(asked.period, asked.compared, asked.department)
    oldest = desk.oldest(asked.department)
    with request.assembly.database.reading() as site:
        city = site.city
        drawn = drawn_report(request, city, report, is_whole=asked.is_whole)
        waiting = [_waiting(request, city, row) for row in oldest]
        offered = _departments(city, desk.departments)
        scope = scope_words(page, city, asked.department, desk.departments)
    return {
        "report": drawn,
        "is_empty": not report.total.received,
        "now": now_values(request, desk.now(asked.department), report.departments),
        "oldest": waiting,
        "spans": [(code, page.say(label), code == asked.span) for code, (_span, label) in SPANS.items()],
        "is_range": asked.span == "aralik",
        "first": asked.first or asked.period.first.isoformat(),
        "last": asked.last or asked.period.last.isoformat(),
        "problem": asked.problem,
        "departments": [(code, name, code == asked.department) for code, name in offered],
        "scope": scope,
        "period": period_words(page, asked.period, request.services.today),
        "is_today": asked.period.last == request.services.today,
        "whole_href": None if asked.is_whole else _here(request, asked, tumu="1"),
        "export_pairs": asked.pairs(),
        "printed": page.times.exact(request.assembly.now()),
        "smallest": SMALLEST_SHARE,
    }


def _here(request: Request, asked: AskedFigures, **changes: str) -> str:
    return f"{request.page.url('staff.figures')}?{urlencode(asked.pairs(**changes))}"


def _departments(city: City, own: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the directorates whose numbers can be looked at one by one; none where there is only one."""
    codes = own or tuple(department.code for department in city.departments)
    named = [(code, city.tree.name_of(code)) for code in codes]
    return sorted(named, key=lambda one: sort_key(one[1])) if len(named) > 1 else []


def scope_words(page: Page, city: City, department: str, own: tuple[str, ...]) -> str:
    """Say whose numbers they are."""
    codes = (department,) if department else own
    return " · ".join(city.tree.name_of(code) for code in codes) or page.say(_("The whole city"))


def _waiting(request: Request, city: City, row: Row) -> Values:
    page: Page = request.page
    category = city.category(row.category)
    days = max((int(request.services.now().timestamp()) - row.created) // 86400, 0)
    return Values(
        number=row.number,
        href=page.url("staff.ticket", number=address_of(row.id)),
        subject=category.label if category else page.say(_("Not sorted yet")),
        department=city.tree.name_of(row.department) if row.department else page.say(_("No directorate")),
        place=city.territory.name_of(row.neighbourhood),
        days=page.say(_("${n} days"), n=days),
        status=page.say(STATUSES[row.status]),
    )
