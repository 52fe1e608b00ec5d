"""The contacts of a day that led to no application."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from pyramid.request import Request
from pyramid.view import view_config

from ...domain.contact_log import LoggedContact
from ...domain.workflow import Permission
from ...i18n import _
from ...services.contacts import LogFilter
from ...storage import City
from ..contexts import StaffContext
from ..labels import CONTACT_OUTCOMES
from ..page import Page
from ..values import Values

__all__ = ["contacts"]

_SHOWN = 300
_FILTERS = ("sonuc", "kanal", "kim")


@view_config(
    route_name="staff.contacts", request_method="GET", renderer="staff/contacts.pt", permission=Permission.RECORD
)
def contacts(context: StaffContext, request: Request) -> dict[str, Any]:
    """List a day's contacts with its totals; everything that narrows it stands in the address."""
    page: Page = request.page
    today = request.services.today
    day = _day(request.GET.get("gun", ""), today)
    chosen = {name: request.GET.get(name, "")[:40] for name in _FILTERS}
    page.title = page.say(_("Contacts without an application"))
    with request.assembly.database.reading() as site:
        found = request.services.contacts.day(site, day, LogFilter(chosen["sonuc"], chosen["kanal"], chosen["kim"]))
        rows = [_row(request, site.city, contact) for contact in found.contacts[:_SHOWN]]
    channels = request.assembly.extensions.channels
    outcomes = [(code, page.say(words)) for code, words in CONTACT_OUTCOMES.items()]
    ways = [(code, page.say(channels[code].label) if code in channels else code) for code in found.channels]
    here = page.url("staff.contacts")

    def address(**changes: str) -> str:
        asked = {"gun": day.isoformat(), **chosen, **changes}
        return f"{here}?{urlencode({name: value for name, value in asked.items() if value})}"

    return {
        "rows": rows,
        "day": day.isoformat(),
        "day_words": page.day(day.isoformat()),
        "today": today.isoformat(),
        "previous_href": address(gun=(day - timedelta(days=1)).isoformat()),
        "next_href": address(gun=(day + timedelta(days=1)).isoformat()) if day < today else None,
        "total": found.total,
        "totals": [
            Values(label=words, count=found.outcomes[code], href=address(sonuc=code), active=chosen["sonuc"] == code)
            for code, words in outcomes
            if found.outcomes[code]
        ],
        "all_href": address(sonuc="") if chosen["sonuc"] else None,
        "filters": [
            Values(name="kanal", label=page.say(_("Channel")), options=_options(ways, chosen["kanal"])),
            Values(name="kim", label=page.say(_("Recorded by")), options=_options(found.staff.items(), chosen["kim"])),
        ],
        "outcome": chosen["sonuc"],
        "shown_note": page.say(_("The newest ${count} are shown."), count=_SHOWN)
        if len(found.contacts) > _SHOWN
        else "",
        "record_href": page.url("staff.record"),
    }


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if date(2000, 1, 1) <= day <= today else today


def _options(values: Any, chosen: str) -> list[tuple[str, str, bool]]:
    return [(value, words, value == chosen) for value, words in values]


def _row(request: Request, city: City, contact: LoggedContact) -> Values:
    page: Page = request.page
    channel = request.assembly.extensions.channels.get(contact.channel)
    category, body = city.category(contact.category), city.body(contact.body)
    about = category.label_for(page.language) if category else body.name_for(page.language) if body else ""
    return Values(
        when=page.moment(contact.at),
        channel=page.say(channel.label) if channel else contact.channel,
        outcome=page.say(CONTACT_OUTCOMES[contact.outcome]),
        about=about,
        note=contact.note,
        staff=contact.staff_name or contact.staff,
    )
