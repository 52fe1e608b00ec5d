"""The lists. Everything that narrows one stands in its address."""

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.errors import NotFound
from ...domain.workflow import Permission
from ...i18n import _
from ...index import Page as IndexPage
from ...services.lists import COUNTED_UP_TO, Listed, Queue, Urgency
from ...storage import City
from ..contexts import StaffContext
from ..labels import QUEUES, SEARCHED_BY
from ..page import Page
from ..values import Values
from .asked import Asked, ticket_href
from .columns import COLUMNS, columns_hidden
from .filter_words import chips, options_html
from .list_map import list_map
from .navigation import bounded_words
from .queue_rows import rows_html
from .unknown_filters import unknown_filters

__all__ = ["queue"]


@view_config(route_name="staff.queue", request_method="GET", renderer="staff/queue.pt", permission=Permission.VIEW)
def queue(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Show a list, the clock that breaks first at the top; or what a search found."""
    asked = Asked(request)
    page: Page = request.page
    if asked.words and (found := _exact_number(request, asked.words)):
        return HTTPSeeOther(found)
    try:
        return _shown(request, page, asked)
    except NotFound:
        page.flash("info", _("That search is over. Please search once more."))
        return HTTPSeeOther(page.url("staff.queue"))


def _shown(request: Request, page: Page, asked: Asked) -> dict[str, Any]:
    lists = request.services.lists
    page.navigation.list = "" if asked.is_search else asked.queue
    page.navigation.query = asked.query()
    if any(item.active for item in page.navigation.pinned):
        page.navigation.list = ""  # one entry is the present one
    page.title = _title(request, page, asked)
    # Before the rows are read: what comes between is news, never lost.
    generation = request.assembly.index.generation
    with request.assembly.database.reading() as site:
        city = site.city
        listed = asked.listed(city)
        found = lists.look(listed, asked.cursor, backwards=asked.backwards)
        key = lists.asks(listed).key
        drawn = rows_html(request, site, found.rows, asked)
        options = options_html(request, city, asked)
        narrowing = chips(request, site, asked)
        map_shown = list_map(request, city, found.rows, asked)
        saved = _saving(request, page, city, asked)
        unknown = unknown_filters(request, site, asked)
        total = _total(request, asked, listed, found)
    return {
        "rows": drawn,
        "row_count": len(found.rows),
        "options": options,
        "chips": narrowing,
        "unknown": unknown,
        "query": asked.words,
        "summary": _summary(request, asked),
        **_paging(asked, found, key),
        "total": total,
        "clear_href": asked.address() if asked.is_narrowed else None,
        "empty": _empty(page, asked),
        "filters_href": f"{page.url('staff.filters')}?{asked.query()}",
        "names_words": asked.words if asked.words and request.services.finder.may_know_people else "",
        "words_token": asked.person if asked.person and _is_by_name(request, asked) else "",
        "news_href": None if asked.cursor else _news_href(request, page, asked, generation),
        "columns": [(code, page.say(label), code not in columns_hidden(request)) for code, label in COLUMNS.items()],
        "hidden_columns": " ".join(f"hides-{code}" for code in columns_hidden(request)),
        "map": map_shown,
        "map_href": asked.narrowed_address(gorunum="" if asked.is_map else "harita")
        if request.registry.map_base
        else None,
        "here": asked.back,
        **_picking(request, page, asked, listed, found, total),
        "export_query": asked.query(),
        **saved,
    }


def _title(request: Request, page: Page, asked: Asked) -> str:
    if asked.person:
        by = request.services.finder.search(asked.person).by
        return str(page.say(_("Search ${by}"), by=page.say(SEARCHED_BY.get(by, _("by words")))))
    return str(page.say(_("Search")) if asked.words else page.say(QUEUES[asked.queue]))


def _is_by_name(request: Request, asked: Asked) -> bool:
    return bool(request.services.finder.search(asked.person).by == "name")


def _exact_number(request: Request, words: str) -> str | None:
    """Return the page of the ticket whose number was typed, if the actor may see it."""
    identity = request.services.lists.by_number(words)
    if identity is None or not request.services.lists.visible(identity):
        return None
    return ticket_href(request, identity, None)


def _news_href(request: Request, page: Page, asked: Asked, generation: int) -> str:
    """Return where the page asks what is new since it was made."""
    index = request.assembly.index
    known = (("nesil", f"{index.life}.{generation}"), ("son_no", str(index.newest())))
    return f"{page.url('staff.news')}?{asked.query(*known)}"


def _saving(request: Request, page: Page, city: City, asked: Asked) -> dict[str, Any]:
    """Say what the form needs that keeps this list under a name; nothing where it cannot be kept."""
    if asked.person:
        return {"save_query": "", "save_departments": []}
    codes = request.services.saved_lists.shareable(city)
    return {
        "save_query": asked.query(),
        "save_departments": [(code, city.tree.name_of(code)) for code in codes],
    }


_URGENCIES = {
    Urgency.LATE: (_("Late"), "late"),
    Urgency.TODAY: (_("Due today"), "soon"),
    Urgency.WEEK: (_("This week"), "none"),
}


def _summary(request: Request, asked: Asked) -> list[Values]:
    if asked.is_search or asked.queue is Queue.FINISHED:
        return []
    page: Page = request.page
    shown = []
    for urgency, count in request.services.lists.urgencies(asked.queue).items():
        label, tone = _URGENCIES[urgency]
        words = f"{COUNTED_UP_TO - 1}+" if count >= COUNTED_UP_TO else str(count)
        if count:
            shown.append(Values(label=page.say(label), count=words, href=asked.address(vade=urgency), tone=tone))
    return shown


def _total(request: Request, asked: Asked, listed: Listed, found: IndexPage) -> str:
    """Say how many a search has found; of a list that is worked from its own counts say it."""
    if not asked.is_search or not found.rows:
        return ""
    if _is_all(asked, found):
        return str(len(found.rows))
    return bounded_words(request.services.lists.count(listed))


def _is_all(asked: Asked, found: IndexPage) -> bool:
    """Tell whether the whole list is on this page."""
    return not found.has_more and asked.cursor is None


def _picking(
    request: Request, page: Page, asked: Asked, listed: Listed, found: IndexPage, total: str
) -> dict[str, Any]:
    """Say whether applications can be ticked, and how many the whole list holds where that is more than this page."""
    may = page.may(Permission.NOTE)
    if not may or not found.rows or _is_all(asked, found):
        return {"may_bulk": may, "matching": ""}
    if total:
        return {"may_bulk": may, "matching": total}
    lists = request.services.lists
    count = None if asked.is_narrowed else lists.counts().get(asked.queue)
    return {"may_bulk": may, "matching": bounded_words(lists.count(listed) if count is None else count)}


def _paging(asked: Asked, found: IndexPage, key: str) -> dict[str, Any]:
    rows = found.rows
    is_first = asked.cursor is None or (asked.backwards and not found.has_more)
    is_last = not found.has_more and not asked.backwards
    return {
        "previous_href": asked.narrowed_address(once=asked.place(key, rows[0])) if rows and not is_first else None,
        "next_href": asked.narrowed_address(sonra=asked.place(key, rows[-1])) if rows and not is_last else None,
    }


_EMPTY = {
    Queue.MINE: _("Nothing waits for you. What is assigned to you, asked of you or names you appears here."),
    Queue.UNROUTED: _("Every application has a directorate."),
    Queue.OVERDUE: _("No promise is broken."),
    Queue.PLANNED: _("Nothing is planned for today or was left from the days before."),
    Queue.WAITING: _("No applicant owes us an answer."),
    Queue.BODY: _("Nothing lies with another body."),
    Queue.CHECK: _("Nothing waits for the centre's check."),
    Queue.REOPEN: _("Nobody has asked to reopen anything."),
    Queue.SUSPECTED: _("Everything looks as if people had written it."),
    Queue.FINISHED: _("Nothing is finished yet."),
}


def _empty(page: Page, asked: Asked) -> dict[str, Any]:
    if asked.person:
        text = _("Nobody we may show you has applied with that. Check the spelling, or search for words of the matter.")
        return {"title": page.say(_("Nobody found")), "text": page.say(text), "href": None, "action": None}
    if asked.is_narrowed:
        return {
            "title": page.say(_("Nothing fits")),
            "text": page.say(
                _("Use fewer or other words, or take a filter away. Diacritics and capitals do not matter.")
            ),
            "href": asked.address(),
            "action": page.say(_("Show the whole list")),
        }
    text = _EMPTY.get(
        asked.queue, _("New applications appear here by themselves, the one that is due first at the top.")
    )
    return {"title": page.say(_("Nothing to do here")), "text": page.say(text), "href": None, "action": None}
