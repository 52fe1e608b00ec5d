"""The numbers of the day in words: each with the address of the list that has exactly so many rows."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from pyramid.request import Request

from ...domain.workflow import TicketStatus
from ...i18n import _
from ...services.figures import SMALLEST_SHARE, Measures, Now, Period, Report
from ...services.lists import Queue
from ...storage import City
from ..charts import columns, shares
from ..labels import BREAK_CAUSES, OUTCOMES, STATUSES
from ..page import Page
from ..values import Values
from .asked import NOBODY
from .filter_words import LABELS

__all__ = [
    "GROUP_LABELS",
    "Links",
    "count_words",
    "drawn_report",
    "now_values",
    "period_words",
    "share_words",
    "value_name",
]

GROUP_LABELS = {
    "department": _("By directorate"),
    "category": _("By category"),
    "neighbourhood": _("By neighbourhood"),
    "channel": _("By channel"),
}
_FILTER = {"department": "birim", "category": "kategori", "neighbourhood": "mahalle", "channel": "kanal"}
_NOTHING = {
    "department": _("No directorate"),
    "category": _("Not sorted yet"),
    "neighbourhood": _("No neighbourhood"),
}
_DRAWN_KEPT = 4
SHOWN_FIRST = 10
"""Rows of a table before somebody asks for all; directorates and channels are always shown."""
_KEPT, _BROKEN, _RUNNING = ("soz", "tutuldu"), ("soz", "tutulmadi"), ("soz", "suruyor")
_UNPROMISED = ("soz", "yok")
_FINISHED_IN_TIME, _FINISHED_LATE = ("cozum", "tutuldu"), ("cozum", "tutulmadi")


class Links:
    """Addresses of lists of what is counted: the same directorates, and of a period the same days."""

    def __init__(self, page: Page, departments: Sequence[str]) -> None:
        self._home = f"{page.url('staff.queue')}?liste={Queue.ALL.value}"
        self._own = "".join(_pair("birim", code) for code in departments)

    def at_all(self, *filters: tuple[str, str]) -> str:
        """Return the list of all that is counted, whenever it came, narrowed."""
        own = "" if any(name == "birim" for name, _ in filters) else self._own
        return self._home + own + "".join(_pair(name, value) for name, value in filters)

    def of(self, period: Period, *filters: tuple[str, str]) -> str:
        """Return the list of what was filed in *period*, narrowed."""
        return f"{self.at_all(*filters)}&ilk={period.first.isoformat()}&son={period.last.isoformat()}"


@lru_cache(maxsize=4096)
def _pair(name: str, value: str) -> str:
    """Return a filter as it stands in an address; a page has hundreds of them."""
    return f"&{urlencode({name: value})}"


def count_words(page: Page, number: int) -> str:
    """Say a number: 1.204 in Turkish, 1,204 in English."""
    return f"{number:,}".replace(",", "." if page.language == "tr" else ",")


def share_words(page: Page, part: int, whole: int) -> str:
    """Say a share; nothing where the whole is too small for one. Only all of them are 100 per cent."""
    if whole < SMALLEST_SHARE:
        return ""
    percent = round(100 * part / whole)
    if part < whole:
        percent = min(percent, 99)
    if part:
        percent = max(percent, 1)
    return f"%{percent}" if page.language == "tr" else f"{percent}%"


def period_words(page: Page, period: Period, today: date) -> str:
    """Say the days of a period, with the year where it is another one."""
    first, last = (_day(page, day, today) for day in (period.first, period.last))
    return first if period.days == 1 else f"{first} – {last}"


def _day(page: Page, day: date, today: date) -> str:
    words = page.day(day.isoformat())
    return words if day.year == today.year else f"{words} {day.year}"


def value_name(request: Request, city: City, group: str, value: str | None) -> str:
    """Return the name of a directorate, category, neighbourhood or channel."""
    page: Page = request.page
    if value is None:
        return str(page.say(_NOTHING[group]))
    if group == "department":
        return city.tree.name_of(value)
    if group == "neighbourhood":
        return city.territory.name_of(value)
    if group == "channel":
        channel = request.assembly.extensions.channels.get(value)
        return str(page.say(channel.label)) if channel else value
    category = city.category(value)
    return category.label if category else value


def drawn_report(request: Request, city: City, report: Report, *, is_whole: bool) -> str:
    """Return a report as HTML; the same numbers are drawn once."""
    page: Page = request.page
    key = (page.speech, is_whole, city.edition, request.script_name, request.services.today)
    made = report.drawn.get(key)
    if made is None:
        if len(report.drawn) >= _DRAWN_KEPT:
            report.drawn.clear()
        values = _report_values(request, city, report, is_whole)
        template = request.registry.templates["staff/figures_report.pt"]
        made = report.drawn[key] = str(template.render(target_language=page.speech, **values))
    return made


def _report_values(request: Request, city: City, report: Report, is_whole: bool) -> dict[str, object]:
    page: Page = request.page
    links, total = Links(page, report.departments), report.total

    def number(count: int, *filters: tuple[str, str], period: Period = report.period) -> Values:
        return Values(words=count_words(page, count), href=links.of(period, *filters) if count else None)

    return {
        "compared": period_words(page, report.compared, request.services.today),
        "received": number(total.received),
        "received_before": number(report.before.received, period=report.compared),
        "answered": _share(page, total.kept, total.decided, number, _KEPT, _BROKEN),
        "answered_before": _share_before(
            page, report.before.kept, report.before.decided,
            number(report.before.decided, _KEPT, _BROKEN, period=report.compared),
        ),
        "broken": number(total.broken, _BROKEN),
        "broken_before": number(report.before.broken, _BROKEN, period=report.compared),
        "running": number(total.running, _RUNNING),
        "unpromised": number(total.received - total.decided - total.running, _UNPROMISED),
        "finished": _share(page, total.solve_kept, total.solve_decided, number, _FINISHED_IN_TIME, _FINISHED_LATE),
        "finished_before": _share_before(
            page, report.before.solve_kept, report.before.solve_decided,
            number(report.before.solve_decided, _FINISHED_IN_TIME, _FINISHED_LATE, period=report.compared),
        ),
        "finished_late": number(total.solve_broken, _FINISHED_LATE),
        "still_open": number(total.open, ("acik", "var")),
        "reopened": number(total.reopened, ("yeniden", "var")),
        "reopened_before": number(report.before.reopened, ("yeniden", "var"), period=report.compared),
        "causes": [
            Values(name=page.say(BREAK_CAUSES.get(code, code)), number=number(count, _BROKEN, ("neden", code)),
                   bar=shares([("broken", count)], total.broken))
            for code, count in report.causes
        ],
        "outcomes": [
            Values(name=page.say(OUTCOMES.get(code, code)), number=number(count, ("sonuc", code)))
            for code, count in report.outcomes
        ],
        "tables": [_table(request, city, report, links, group, is_whole) for group in GROUP_LABELS],
        "steps": [_step(page, links, days, numbers, request.services.today) for days, numbers in report.steps],
        "chart": columns(
            [_step_label(page, days) for days, _ in report.steps],
            [_pieces(numbers) for _, numbers in report.steps],
        ) if len(report.steps) > 1 else None,
        "smallest": SMALLEST_SHARE,
    }  # fmt: skip


def _share(
    page: Page, part: int, whole: int, number: Callable[..., Values], kept: tuple[str, str], broken: tuple[str, str]
) -> Values:
    return Values(share=share_words(page, part, whole), part=number(part, kept), whole=number(whole, kept, broken))


def _share_before(page: Page, part: int, whole: int, number: Values) -> Values | None:
    """Return the share of the period before and the *number* it is of; nothing where there were too few."""
    share = share_words(page, part, whole)
    return Values(share=share, whole=number) if share else None


def _pieces(numbers: Measures) -> list[tuple[str, int]]:
    rest = numbers.received - numbers.kept - numbers.broken
    return [("kept", numbers.kept), ("broken", numbers.broken), ("rest", rest)]


def _step_label(page: Page, days: Period) -> str:
    if days.days > 1:
        return days.first.strftime("%m.%Y")
    return f"{days.first.day}.{days.first.month}" if page.language == "tr" else f"{days.first.day}/{days.first.month}"


def _step(page: Page, links: Links, days: Period, numbers: Measures, today: date) -> Values:
    def number(count: int, *filters: tuple[str, str]) -> Values:
        return Values(words=count_words(page, count), href=links.of(days, *filters) if count else None)

    return Values(
        name=period_words(page, days, today),
        received=number(numbers.received),
        kept=number(numbers.kept, _KEPT),
        broken=number(numbers.broken, _BROKEN),
        rest=number(numbers.received - numbers.decided, _RUNNING, _UNPROMISED),
    )


def _table(request: Request, city: City, report: Report, links: Links, group: str, is_whole: bool) -> Values:
    page: Page = request.page
    rows = report.groups[group]
    shown = rows if is_whole or group in ("department", "channel") else rows[:SHOWN_FIRST]
    return Values(
        code=group,
        title=page.say(GROUP_LABELS[group]),
        label=page.say(LABELS[_FILTER[group]]),
        rows=[_row(request, city, report, links, group, row) for row in shown],
        more=len(rows) - len(shown),
        total=len(rows),
    )


def _row(
    request: Request, city: City, report: Report, links: Links, group: str, row: tuple[str | None, Measures, int]
) -> Values:
    page: Page = request.page
    value, numbers, earlier = row
    this = (_FILTER[group], NOBODY if value is None else value)

    def number(count: int, *filters: tuple[str, str], period: Period = report.period) -> Values:
        return Values(words=count_words(page, count), href=links.of(period, this, *filters) if count else None)

    return Values(
        name=value_name(request, city, group, value),
        received=number(numbers.received),
        before=number(earlier, period=report.compared),
        kept=number(numbers.kept, _KEPT),
        share=share_words(page, numbers.kept, numbers.decided),
        decided=number(numbers.decided, _KEPT, _BROKEN),
        broken=number(numbers.broken, _BROKEN),
        open=number(numbers.open, ("acik", "var")),
        bar=shares([("kept", numbers.kept), ("broken", numbers.broken)], numbers.decided),
    )


_NOW = ("acik", "var")


def now_values(request: Request, now: Now, departments: Sequence[str]) -> list[Values]:
    """Return what is open at this moment, each with its list; what is nothing is left out but for the first two."""
    page: Page = request.page
    links = Links(page, departments)
    shown = [
        (_("Open now"), now.open, (_NOW,), "none"),
        (_("Past a promised time"), now.late, (_NOW, ("vade", "late")), "late"),
        (_("No directorate"), now.unrouted, (_NOW, ("birim", NOBODY)), "soon"),
    ]
    tones = {TicketStatus.REOPEN_REQUESTED.value: "soon"}
    shown += [
        (STATUSES[status], count, (_NOW, ("durum", status)), tones.get(status, "none"))
        for status, count in now.by_status
    ]
    found = [
        Values(label=page.say(label), words=count_words(page, count), tone=tone,
               href=links.at_all(*filters) if count else None)
        for place, (label, count, filters, tone) in enumerate(shown)
        if count or place < 2
    ]  # fmt: skip
    if now.check:
        own = [("birim", code) for code in departments]
        address = f"{page.url('staff.queue')}?{urlencode([('liste', Queue.CHECK.value), *own])}"
        check = page.say(_("To be checked"))
        found.append(Values(label=check, words=count_words(page, now.check), tone="none", href=address))
    return found
