"""What every template is given: language, brand, links, messages, times in words."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from pyramid.config import Configurator
from pyramid.csrf import get_csrf_token
from pyramid.request import Request

from ..domain.access import allows
from ..domain.city import Brand
from ..domain.workflow import Permission
from ..i18n import LANGUAGES, translate
from ..services.lists import COUNTED_BY_HAND, COUNTED_UP_TO
from .labels import QUEUES, ROLES
from .timewords import Due, Moment, TimeWords

__all__ = ["LANGUAGE_COOKIE", "NavItem", "Page", "includeme"]

LANGUAGE_COOKIE = "halkla_language"
_STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class NavItem:
    """An entry of the side navigation."""

    key: str
    label: str
    count: str
    href: str
    active: bool


@dataclass(frozen=True)
class PageUser:
    """Who is signed in, as the account menu shows them."""

    name: str
    role_label: str


class Page:
    """The frame of a page. One a request."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.title = ""
        self.active_queue = ""

    @cached_property
    def language(self) -> str:
        """The language chosen, Turkish first."""
        chosen = self._request.cookies.get(LANGUAGE_COOKIE, "")
        return chosen if chosen in LANGUAGES else self._request.assembly.options.default_language

    def say(self, message: str, **values: object) -> str:
        """Translate."""
        return translate(message, self.language, **values)

    @property
    def brand(self) -> Brand:
        """The city's brand."""
        brand: Brand = self._request.assembly.extensions.brand
        return brand

    def _in_language(self, name: str) -> str:
        other = getattr(self.brand, f"{name}_en") if self.language == "en" else ""
        return str(other or getattr(self.brand, name))

    @property
    def notice(self) -> str:
        """A sentence for every page; a demonstration says that it is one."""
        return self._in_language("notice")

    @property
    def slogan(self) -> str:
        """The city's word below the name."""
        return self._in_language("slogan")

    @property
    def privacy_summary(self) -> str:
        """The first layer of the privacy notice."""
        return self._in_language("privacy_summary")

    @property
    def privacy_text(self) -> str:
        """The second layer."""
        return self._in_language("privacy_text")

    @property
    def csrf_token(self) -> str:
        """The token every form carries."""
        return str(get_csrf_token(self._request))

    @property
    def nonce(self) -> str:
        """What lets this answer's scripts run."""
        return str(self._request.csp_nonce)

    @cached_property
    def messages(self) -> list[tuple[str, str]]:
        """What the request before had to say: ``(kind, text)``."""
        return [(kind, text) for kind in ("error", "ok", "info") for text in self._request.session.pop_flash(kind)]

    def flash(self, kind: str, message: str, **values: object) -> None:
        """Leave a message for the next page."""
        self._request.session.flash(self.say(message, **values), kind)

    def url(self, route: str, **matchdict: object) -> str:
        """Return the address of a route."""
        return str(self._request.route_path(route, **matchdict))

    def static(self, name: str) -> str:
        """Return the address of one of our files; it changes when the file does."""
        return f"{self._request.script_name}/static/{name}?v={self._request.registry.static_versions[name]}"

    @property
    def here(self) -> str:
        """The present path."""
        return str(self._request.path)

    @cached_property
    def user(self) -> PageUser | None:
        """Who is signed in."""
        actor = self._request.identity
        if actor is None:
            return None
        tree_name = {grant.role: self.say(ROLES[grant.role]) for grant in actor.grants if grant.role in ROLES}
        return PageUser(actor.name, ", ".join(tree_name.values()))

    def may(self, permission: str) -> bool:
        """Tell whether who is signed in may do that anywhere."""
        return self._request.identity is not None and allows(self._request.identity, Permission(permission))

    @cached_property
    def _times(self) -> TimeWords:
        return TimeWords(self.language, self._request.assembly.now(), self._request.assembly.options.time_zone)

    @property
    def times(self) -> TimeWords:
        """Times in the page's language."""
        return self._times

    def moment(self, at: datetime) -> Moment:
        """Say when something was."""
        return self._times.moment(at)

    def due(self, at: datetime) -> Due:
        """Say how a due time stands."""
        return self._times.due(at)

    def day(self, iso: str) -> str:
        """Say a day that is kept as ``2026-11-24``; an empty one is nothing."""
        return self._times.day(iso) if iso else ""

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many tickets and messages need somebody."""
        counts: dict[str, int] = {str(queue): count for queue, count in self._request.services.lists.counts().items()}
        if self.may(Permission.SEE_OUTBOX):
            with self._request.assembly.database.reading() as site:
                counts["outbox"] = len(site.outbox.undeliverable)
        return counts

    @cached_property
    def nav(self) -> list[NavItem]:
        """The lists, for the side navigation."""
        home = self.url("staff.queue")
        return [
            NavItem(
                queue,
                self.say(QUEUES[queue]),
                self.count_words(queue),
                f"{home}?liste={queue}",
                queue == self.active_queue,
            )
            for queue in self._request.services.lists.queues()
        ]

    def count_words(self, queue: str) -> str:
        """Say a count; what is counted up to a bound only says "999+"."""
        count = self.counts.get(queue)
        if not count:
            return ""
        if queue in COUNTED_BY_HAND and count >= COUNTED_UP_TO:
            return f"{COUNTED_UP_TO - 1}+"
        return f"{count:,}".replace(",", "." if self.language == "tr" else ",")


def _static_versions() -> dict[str, str]:
    files = (path for path in _STATIC.rglob("*") if path.is_file())
    return {str(path.relative_to(_STATIC)): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}


def includeme(config: Configurator) -> None:
    """Give every request its page."""
    config.registry.static_versions = _static_versions()
    config.add_request_method(Page, "page", reify=True)
