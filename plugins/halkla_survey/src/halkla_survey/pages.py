"""The rates: never without how many answered and how they were asked, and none where too few did."""

from collections.abc import Mapping
from datetime import date

from halkla_iliskiler.api import Asked, House, fold

from .counts import PREFIX, Tally, tallies
from .settings import Settings
from .words import METHODS, RATINGS, _

__all__ = ["show_rates"]

_PERIODS = {"1": _("This month"), "3": _("3 months"), "12": _("12 months"), "36": _("3 years")}


def show_rates(asked: Asked, house: House) -> Mapping[str, object]:
    """Show how content people are with each directorate and each of its subjects, as far as the viewer may see."""
    settings = Settings.of(house.settings)
    period = asked.query.get("ay", "12")
    period = period if period in _PERIODS else "12"
    today = house.now().astimezone(house.zone).date()
    since = _month_before(today, int(period) - 1)
    total, by_department, by_category = tallies(house.data.items(PREFIX), since, asked.departments)
    names = {department.code: department.name for department in house.departments()}
    subjects = {category.code: category.label for category in house.categories()}

    def row(name: str, tally: Tally) -> dict[str, object]:
        return {"name": name, **_figures(tally, settings.minimum)}

    departments = []
    for code, tally in by_department.items():
        mine = [
            row(subjects.get(category, category) or _("sensitive, or without a subject"), below)
            for (owner, category), below in by_category.items()
            if owner == code
        ]
        name = names.get(code, code) or _("not routed")
        departments.append({**row(name, tally), "categories": sorted(mine, key=_by_name)})
    return {
        "periods": [{"code": code, "words": words, "is_chosen": code == period} for code, words in _PERIODS.items()],
        "since": f"{since[5:]}.{since[:4]}",
        "minimum": settings.minimum,
        "total": row("", total),
        "departments": sorted(departments, key=_by_name),
    }


def _by_name(row: Mapping[str, object]) -> str:
    return fold(str(row["name"]))


def _figures(tally: Tally, minimum: int) -> dict[str, object]:
    rate = tally.rate(minimum)
    methods = [
        {"words": METHODS.get(method, _("asked some other way")), "count": count}
        for method, count in sorted(tally.methods.items(), key=lambda pair: -pair[1])
        if count
    ]
    # Of too few not even how the answers are spread: two of three would tell of the third.
    spread = [
        {"words": words, "count": count}
        for code, words in RATINGS.items()
        if rate is not None and (count := tally.ratings[int(code) - 1])
    ]
    return {"count": tally.count, "rate": rate, "methods": methods, "spread": spread}


def _month_before(day: date, months: int) -> str:
    """Return the month so many months before that of *day*, as ``2026-01``."""
    number = day.year * 12 + day.month - 1 - months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
