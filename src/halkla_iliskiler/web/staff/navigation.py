"""The lists and pages of the back office, as they stand beside every page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request

from ...domain.workflow import Permission
from ...i18n import _
from ...services.lists import COUNTED_BY_HAND, COUNTED_UP_TO
from ..labels import QUEUES
from ..plugins.pages import ADMINISTRATIVE, menu, route_of
from .asked import Asked

__all__ = ["NavItem", "Navigation", "bounded_words", "includeme"]

_CALLS = "calls"


@dataclass(frozen=True)
class NavItem:
    """An entry. ``is_narrow``: only where there is no room for the button that leads there."""

    key: str
    label: str
    count: str
    href: str
    active: bool
    is_narrow: bool = False


class Navigation:
    """What one person finds beside a page, with what waits for them there. One a request.

    ``list`` and ``query`` are set by the page that shows a list: its name, and all that its address asks for.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._page: Any = request.page
        self.list = ""
        self.query: str | None = None

    @cached_property
    def lists(self) -> tuple[NavItem, ...]:
        """The lists everybody works from."""
        home = self._page.url("staff.queue")
        return tuple(
            NavItem(
                queue, self._page.say(QUEUES[queue]), self._words(queue), f"{home}?liste={queue}", queue == self.list
            )
            for queue in self._request.services.lists.queues()
        )

    @cached_property
    def pinned(self) -> tuple[NavItem, ...]:
        """The lists that are kept under a name and pinned."""
        services = self._request.services
        kept = services.saved_lists.pinned() if self._request.identity is not None else []
        if not kept:
            return ()
        home, found = self._page.url("staff.queue"), []
        with self._request.assembly.database.reading() as site:
            for one in kept:
                count = services.lists.count(Asked.kept(self._request, one.query).listed(site.city))
                words, is_active = bounded_words(count), one.query == self.query
                found.append(NavItem(f"kayit-{one.id}", one.name, words, f"{home}?{one.query}", is_active))
        return tuple(found)

    @cached_property
    def pages(self) -> tuple[NavItem, ...]:
        """The pages that are no list of applications."""
        return tuple(self._pages())

    def _pages(self) -> Iterator[NavItem]:
        page = self._page
        if page.may(Permission.RESEND):
            yield self._beside("staff.calls", _("To be called"), _CALLS, is_above_others=True)
        if page.may(Permission.RECORD):
            yield self._beside("staff.record", _("New record"), is_narrow=True)
            yield self._beside("staff.contacts", _("Contacts without an application"))
        if page.may(Permission.SEE_NUMBERS):
            yield self._beside("staff.figures", _("Numbers of the day"), is_above_others=True)
        for plugin, more in menu(self._request):
            # What only those who administer may open stands on the first page of the administration.
            if more.permission not in ADMINISTRATIVE:
                yield self._beside(route_of(plugin, more), more.title)
        if page.may(Permission.SEE_OUTBOX):
            yield self._beside("staff.outbox", _("Outgoing messages"), "outbox")
        if page.may(Permission.SEE_READS):
            yield self._beside("staff.reads", _("Log of readings"))
        if page.may(Permission.MANAGE_CATALOGUE):
            yield self._beside("staff.admin", _("Administration"), is_above_others=True)
        if page.brand.is_demo:
            yield self._beside("staff.mail", _("Caught mail"), is_above_others=True)

    def _beside(
        self, route: str, label: str, key: str = "", *, is_above_others: bool = False, is_narrow: bool = False
    ) -> NavItem:
        page = self._page
        href = page.url(route)
        is_active = page.here.startswith(href) if is_above_others else page.here == href
        count = self._words(key) if key else ""
        return NavItem(key or route.partition(".")[2], page.say(label), count, href, is_active, is_narrow)

    @cached_property
    def _counts(self) -> Mapping[str, int]:
        services = self._request.services
        counts: dict[str, int] = {str(queue): count for queue, count in services.lists.counts().items()}
        if self._page.may(Permission.SEE_OUTBOX):
            counts["outbox"] = services.delivery.undeliverable_count()
        if self._page.may(Permission.RESEND):
            counts[_CALLS] = services.calls.count()
        return counts

    def _words(self, key: str) -> str:
        """Say a count; what is counted up to a bound only says "999+", and nothing says nothing."""
        count = self._counts.get(key, 0)
        if key in (*COUNTED_BY_HAND, _CALLS):
            return bounded_words(count)
        return f"{count:,}".replace(",", "." if self._page.language == "tr" else ",") if count else ""

    def counts(self) -> dict[str, str]:
        """Return every count in words, by the key of its entry."""
        return {item.key: item.count for item in (*self.lists, *self.pinned, *self.pages)}

    def html(self, where: str) -> str:
        """Return it drawn, for the ``side`` of a page or the ``menu`` of a narrow one: anew only when it says more."""
        return str(self._request.registry.rendered.get(("nav", where, *self._says), lambda: self._drawn(where)))

    @cached_property
    def _says(self) -> tuple[object, ...]:
        """All that the entries hang on, so that they need not be made to know whether they were drawn before."""
        request, route = self._request, self._request.matched_route
        # The same route always stands at the same entry; without one only the path is known.
        where = route.name if route is not None else self._page.here
        counts = tuple(self._counts.values())
        pinned = tuple((one.key, one.label, one.count, one.active) for one in self.pinned)
        return (self._page.speech, request.identity, request.script_name, where, self.list, counts, pinned)

    def _drawn(self, where: str) -> str:
        template = self._request.registry.templates["staff/nav.pt"]
        return str(
            template.render(
                where=where,
                lists=self.lists,
                pinned=self.pinned,
                pages=self.pages,
                target_language=self._page.speech,
            )
        )


def includeme(config: Configurator) -> None:
    """Give every request its navigation."""
    config.add_request_method(Navigation, "navigation", reify=True)


def bounded_words(count: int) -> str:
    """Say a count that goes up to a bound only; of nothing, nothing."""
    return f"{COUNTED_UP_TO - 1}+" if count >= COUNTED_UP_TO else str(count or "")
