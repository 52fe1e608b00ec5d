"""The lists. Everything that narrows one stands in its address."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.text import sort_key
from ...domain.ticket import address_of
from ...domain.workflow import OPEN_STATUSES, Permission, TicketStatus
from ...i18n import _
from ...index import Page as IndexPage
from ...index import Row
from ...index.rows import NEVER
from ...services.lists import COUNTED_UP_TO, Filters, Queue, Urgency
from ...storage import City
from ..contexts import StaffContext
from ..labels import KINDS, QUEUES, STATUSES
from ..page import Page
from ..values import Values

__all__ = ["queue"]

_FILTERS = ("durum", "konu", "mahalle", "kanal", "vade")


@view_config(route_name="staff.queue", request_method="GET", renderer="staff/queue.pt", permission=Permission.VIEW)
def queue(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Show a list, the clock that breaks first at the top; or what a search found."""
    asked = _Asked(request)
    if asked.words and (found := _exact_number(request, asked.words)):
        return HTTPSeeOther(found)
    page = request.page
    page.active_queue = "" if asked.words else asked.queue
    page.title = page.say(_("Search")) if asked.words else page.say(QUEUES[asked.queue])
    with request.assembly.database.reading() as site:
        city = site.city
        filters = asked.filters(city)
        lists = request.services.lists
        if asked.words:
            found_page = lists.search(filters, asked.cursor, backwards=asked.backwards)
        else:
            found_page = lists.page(asked.queue, filters, asked.cursor, backwards=asked.backwards)
        names = {user.username: user.name for user in site.users.values()}
        rows = _rows(request, city, found_page.rows, names)
        options = _options(page, request, city, asked)
    return {
        "rows": rows,
        "views": page.nav,
        "filters": options,
        "hidden": [("liste", asked.queue)] + ([("q", asked.words)] if asked.words else []),
        "query": asked.words,
        "summary": [] if asked.words or asked.queue is Queue.FINISHED else _summary(request, asked),
        **_paging(asked, found_page),
        "clear_href": asked.address() if asked.is_narrowed else None,
        "empty": _empty(page, asked),
    }


class _Asked:
    """What the address asks for; what it cannot ask for is passed over."""

    def __init__(self, request: Request) -> None:
        self._path = request.page.url("staff.queue")
        get = request.GET
        allowed = request.services.lists.queues()
        wanted = get.get("liste", "")
        first = Queue.MINE
        if not wanted and request.identity is not None:
            first = _first_queue(request)
        self.queue = Queue(wanted) if wanted in set(Queue) and wanted in allowed else first
        self.words = get.get("q", "").strip()[:200]
        self.chosen = {name: get.get(name, "")[:40] for name in _FILTERS}
        self.backwards = "once" in get
        self.cursor = _cursor(get.get("once", "") or get.get("sonra", ""))

    @property
    def is_narrowed(self) -> bool:
        return any(self.chosen.values()) or bool(self.words)

    def filters(self, city: City) -> Filters:
        group = self.chosen["konu"]
        categories = tuple(category.code for category in city.categories if category.group == group) if group else ()
        return Filters(
            words=self.words,
            statuses=_one_of(self.chosen["durum"], set(TicketStatus)),
            categories=categories,
            neighbourhoods=_one(self.chosen["mahalle"]),
            channels=_one(self.chosen["kanal"]),
            urgency=Urgency(self.chosen["vade"]) if self.chosen["vade"] in set(Urgency) else None,
        )

    def address(self, **changes: str) -> str:
        """Return the address of this list with other parameters beside the queue's name."""
        return f"{self._path}?{urlencode({'liste': self.queue, **changes})}"

    def narrowed_address(self, **changes: str) -> str:
        kept = {name: value for name, value in self.chosen.items() if value}
        if self.words:
            kept["q"] = self.words
        return self.address(**kept, **changes)


def _first_queue(request: Request) -> Queue:
    """Return the list somebody begins with: their directorate's, the unrouted ones, or all."""
    actor = request.identity
    if actor.departments:
        return Queue.DIRECTORATE
    return Queue.OPEN


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _one_of(value: str, allowed: Iterable[str]) -> tuple[str, ...]:
    return (value,) if value in allowed else ()


def _cursor(text: str) -> tuple[int, int] | None:
    first, _dot, second = text.partition(".")
    is_number = first.isascii() and second.isascii() and first.isdigit() and second.isdigit()
    return (int(first[:17]), int(second[:17])) if is_number else None


def _exact_number(request: Request, words: str) -> str | None:
    """Return the page of the ticket whose number was typed, if the actor may see it."""
    identity = request.services.lists.by_number(words)
    if identity is None:
        return None
    found = request.services.lists.visible(identity)
    return str(request.route_path("staff.ticket", number=address_of(identity))) if found else None


def _rows(request: Request, city: City, rows: list[Row], names: dict[str, str]) -> list[Values]:
    """Turn index rows into words, each word looked up once for the whole list."""
    page: Page = request.page
    statuses = {code: page.say(label) for code, label in STATUSES.items()}
    kinds = {code: page.say(label) for code, label in KINDS.items()}
    channels = {code: page.say(channel.label) for code, channel in request.assembly.extensions.channels.items()}
    unsorted_label = page.say(_("Not sorted yet"))
    same = request.services.lists.same_words_counts(rows)
    base = page.url("staff.queue") + "/basvurular/"
    shown = []
    for row in rows:
        category = city.category(row.category)
        words, tone, exact = _due(page, row)
        shown.append(
            Values(
                number=row.number,
                href=base + address_of(row.id),
                label=category.label if category else unsorted_label,
                snippet=row.snippet,
                department=_short(city.tree.name_of(row.department)),
                place=city.territory.name_of(row.neighbourhood),
                channel=channels.get(row.channel, row.channel),
                status=statuses[row.status],
                status_key=row.status.lower().replace("_", "-"),  # an ASCII code, not Turkish
                due_words=words,
                due_tone=tone,
                due_exact=exact,
                badges=_badges(page, row, same.get(row.words_hash, 0)),
                assignee=names.get(row.assignee, row.assignee) if row.assignee else "",
                kind_label=kinds[row.kind],
                sensitive=bool(row.sensitive),
            )
        )
    return shown


def _badges(page: Page, row: Row, same_words: int) -> list[str]:
    """Say what else is to be seen of a row: photos, others like it, what is odd about it."""
    said = []
    if row.photos:
        said.append(f"{row.photos} {page.say(_('photo'))}")
    if same_words > 1:
        said.append(page.say(_("${count} with the same words"), count=same_words))
    if row.repeats:
        said.append(page.say(_("sent ${count} times"), count=row.repeats + 1))
    if row.related_to:
        said.append(page.say(_("same thing as another")))
    if row.suspected:
        said.append(page.say(_("suspected")))
    return said


def _short(department: str) -> str:
    return department.removesuffix(" Müdürlüğü")


def _due(page: Page, row: Row) -> tuple[str, str, str]:
    if row.due == NEVER:
        return "", "none", ""
    at = datetime.fromtimestamp(row.due, UTC)
    words, tone = page.times.short_due(at)
    return words, tone, page.times.exact(at)


def _options(page: Page, request: Request, city: City, asked: _Asked) -> list[Values]:
    groups = dict.fromkeys(category.group for category in city.categories if category.group)
    statuses = [code for code in STATUSES if asked.words or (code in OPEN_STATUSES) is (asked.queue != Queue.FINISHED)]
    choices = (
        ("durum", page.say(_("Status")), [(code, page.say(STATUSES[code])) for code in statuses]),
        ("konu", page.say(_("Subject")), [(group, group) for group in sorted(groups, key=sort_key)]),
        ("mahalle", page.say(_("Neighbourhood")), [(place.code, place.name) for place in city.territory.in_order()]),
        (
            "kanal",
            page.say(_("Channel")),
            [(code, page.say(channel.label)) for code, channel in request.assembly.extensions.channels.items()],
        ),
    )
    return [
        Values(
            name=name,
            label=label,
            options=[("", label, False)] + [(value, words, value == asked.chosen[name]) for value, words in values],
            active=bool(asked.chosen[name]),
        )
        for name, label, values in choices
    ]


_URGENCIES = {
    Urgency.LATE: (_("Late"), "late"),
    Urgency.TODAY: (_("Due today"), "soon"),
    Urgency.WEEK: (_("This week"), "none"),
}


def _summary(request: Request, asked: _Asked) -> list[Values]:
    page: Page = request.page
    shown = []
    for urgency, count in request.services.lists.urgencies(asked.queue).items():
        label, tone = _URGENCIES[urgency]
        words = f"{COUNTED_UP_TO - 1}+" if count >= COUNTED_UP_TO else str(count)
        if count:
            shown.append(Values(label=page.say(label), count=words, href=asked.address(vade=urgency), tone=tone))
    return shown


def _paging(asked: _Asked, found: IndexPage) -> dict[str, Any]:
    rows = found.rows
    is_first = asked.cursor is None or (asked.backwards and not found.has_more)
    is_last = not found.has_more and not asked.backwards
    key = "updated" if asked.queue is Queue.FINISHED and not asked.words else "due"

    def place(row: Row) -> str:
        return f"{getattr(row, key)}.{row.id}"

    return {
        "previous_href": asked.narrowed_address(once=place(rows[0])) if rows and not is_first else None,
        "next_href": asked.narrowed_address(sonra=place(rows[-1])) if rows and not is_last else None,
        "range_words": "",
    }


def _empty(page: Page, asked: _Asked) -> dict[str, Any]:
    if asked.is_narrowed:
        return {
            "title": page.say(_("Nothing fits")),
            "text": page.say(
                _("Use fewer or other words, or take a filter away. Diacritics and capitals do not matter.")
            ),
            "href": asked.address(),
            "action": page.say(_("Show the whole list")),
        }
    text = _("New applications appear here by themselves, the one that is due first at the top.")
    return {"title": page.say(_("Nothing to do here")), "text": page.say(text), "href": None, "action": None}
