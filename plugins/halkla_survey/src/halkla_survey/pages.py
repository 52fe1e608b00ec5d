"""The rates: never without how many answered and how they were asked, and none where too few did.

Nor where a rate, less those that stand below it, would tell what too few have answered.
"""

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
    kept = house.data.items(PREFIX)
    total, by_department, by_category = tallies(kept, since, asked.departments, asked.sensitive_departments)
    names = {department.code: department.name for department in house.departments()}
    subjects = {category.code: category.label for category in house.categories()}

    departments, told = [], 0
    for code, tally in by_department.items():
        below = {category: one for (owner, category), one in by_category.items() if owner == code}
        told_below = sum(one.count for one in below.values() if one.rate(settings.minimum) is not None)
        mine = [
            _row(subjects.get(category, category) or _("sensitive, or without a subject"), one, settings.minimum)
            for category, one in below.items()
        ]
        row = _row(names.get(code, code) or _("not routed"), tally, settings.minimum, told_below)
        told += tally.count if row["rate"] is not None else told_below
        departments.append({**row, "categories": sorted(mine, key=_by_name)})
    return {
        "periods": [{"code": code, "words": words, "is_chosen": code == period} for code, words in _PERIODS.items()],
        "since": f"{since[5:]}.{since[:4]}",
        "minimum": settings.minimum,
        "total": _row("", total, settings.minimum, told),
        "departments": sorted(departments, key=_by_name),
    }


def _by_name(row: Mapping[str, object]) -> str:
    return fold(str(row["name"]))


def _row(name: object, tally: Tally, minimum: int, told_below: int | None = None) -> dict[str, object]:
    """Return what is shown of a tally; *told_below* is of how many answers the rows below it tell the rates."""
    rate = tally.rate(minimum)
    # The others are what anybody gets who takes the rows below from this one.
    is_withheld = rate is not None and told_below is not None and 0 < tally.count - told_below < minimum
    if is_withheld:
        rate = None
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
    return {
        "name": name,
        "count": tally.count,
        "rate": rate,
        "is_withheld": is_withheld,
        "methods": methods,
        "spread": spread,
    }


def _month_before(day: date, months: int) -> str:
    """Return the month so many months before that of *day*, as ``2026-01``."""
    number = day.year * 12 + day.month - 1 - months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
