"""What every template is given: language, brand, links, messages, times in words."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from ..domain.access import Actor, allows
from ..domain.city import Brand
from ..domain.workflow import Permission
from ..i18n import EASY, LANGUAGES, RIGHT_TO_LEFT, STAFF_LANGUAGES, _, translate
from .labels import ROLES, SENSITIVE_TOO
from .security import masked_csrf_token
from .timewords import Due, Moment, TimeWords

__all__ = ["DENSITY_COOKIE", "LANGUAGE_COOKIE", "READING_COOKIE", "Page", "includeme", "keep_choice"]

LANGUAGE_COOKIE = "halkla_language"
READING_COOKIE = "halkla_reading"
_UNDO = "undo"  # a queue of flash messages of its own: what can be taken back
DENSITY_COOKIE = "halkla_density"
# How a citizen's page may be read, what asks for it in an address, and what takes it back.
_LARGE, _EASY = "large", "easy"
_READING = {_LARGE: ("yazi", "buyuk", "normal"), _EASY: ("anlatim", "kolay", "normal")}

_IS_PLAIN = re.compile("[A-Za-z0-9_.-]+").fullmatch
_KEEP_THE_LIST = frozenset(
    f"staff.{name}"
    for name in (
        "ticket", "action", "undo", "seen", "trust", "contact", "resend", "told", "share", "unshare", "tag", "untag",
    )
)  # fmt: skip
"""What is done with a ticket leads back to it, and the list one came from is not lost on the way."""


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
        self.next_in_list: str | None = None
        # The id of a form whose words must not be lost when somebody wants to read the page in another way.
        self.form_here = ""
        # Shown in another website's frame: without our head and foot, and everything opens a window of its own.
        self.is_embedded = False

    @cached_property
    def language(self) -> str:
        """The language chosen, Turkish first."""
        allowed = STAFF_LANGUAGES if self.is_staff else tuple(LANGUAGES)
        asked = "" if self.is_staff else self._asked("lang")
        if asked in allowed:
            self._keep(LANGUAGE_COOKIE, asked)
            return asked
        chosen = self._request.cookies.get(LANGUAGE_COOKIE, "")
        return chosen if chosen in allowed else self._request.assembly.options.default_language

    @cached_property
    def _query(self) -> list[tuple[str, str]]:
        """What the address asks for; nothing where it cannot be read, so that even that can be said on a page."""
        try:
            return list(self._request.GET.items())
        except UnicodeDecodeError:
            return []

    def _asked(self, key: str) -> str:
        return next((value for name, value in self._query if name == key), "")

    @property
    def direction(self) -> str:
        """Which way the language is written."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    @property
    def is_staff(self) -> bool:
        """Tell whether this is a page of the back office."""
        return bool(self._request.path_info.startswith("/panel"))

    @cached_property
    def _reading(self) -> frozenset[str]:
        """What the citizen has asked for: ``large`` letters, ``easy`` words."""
        if self.is_staff:
            return frozenset()
        before = frozenset(self._request.cookies.get(READING_COOKIE, "").split("."))
        now = set(before & _READING.keys())
        for name, (key, on, off) in _READING.items():
            asked = self._asked(key)
            if asked == on:
                now.add(name)
            elif asked == off:
                now.discard(name)
        if now != before & _READING.keys():
            self._keep(READING_COOKIE, ".".join(sorted(now)))
        return frozenset(now)

    @property
    def is_asked_to_speak(self) -> bool:
        """Tell whether a form was sent only to be read in another language or way, with everything in it."""
        return "speak" in self._request.POST

    def keep_choices(self) -> None:
        """Remember what a form's own buttons have asked for: its token has been checked, as an address has none."""
        for cookie, value in ((LANGUAGE_COOKIE, self.language), (READING_COOKIE, ".".join(sorted(self._reading)))):
            keep_choice(self._request, self._request.response, cookie, value)

    def _keep(self, cookie: str, value: str) -> None:
        """Remember a choice that was made in the address, unless the browser has told us that it knows."""
        if self._request.method in ("GET", "HEAD") and self._request.cookies.get(cookie) != value:
            self._request.add_response_callback(lambda request, response: keep_choice(request, response, cookie, value))

    @property
    def is_dense(self) -> bool:
        """Tell whether the rows of the staff's lists are to stand close together."""
        return self.is_staff and self._request.cookies.get(DENSITY_COOKIE) == "dense"

    @property
    def is_large(self) -> bool:
        """Tell whether letters are to be larger."""
        return _LARGE in self._reading

    @property
    def speech(self) -> str:
        """The catalogue that is read: the language's own, or its easy one."""
        easy = EASY.get(self.language, "") if _EASY in self._reading else ""
        return easy or self.language

    @property
    def language_links(self) -> list[tuple[str, str, str, str, bool]]:
        """The languages: code, own name, writing direction, address of this page in it, whether it is this one."""
        return [
            (
                code,
                name,
                "rtl" if code in RIGHT_TO_LEFT else "ltr",
                self._here_with("lang", code),
                code == self.language,
            )
            for code, name in LANGUAGES.items()
        ]

    @property
    def reading_links(self) -> list[tuple[str, str]]:
        """The other ways to read this page: words and address. Easy words only where somebody has written them."""
        links = [
            (_("Normal text size"), self._here_with("yazi", "normal"))
            if self.is_large
            else (_("Larger text"), self._here_with("yazi", "buyuk"))
        ]
        if self.language in EASY:
            is_easy = self.speech != self.language
            links.append(
                (_("Usual wording"), self._here_with("anlatim", "normal"))
                if is_easy
                else (_("Easy to read"), self._here_with("anlatim", "kolay"))
            )
        return [(self.say(words), address) for words, address in links]

    def _here_with(self, key: str, value: str) -> str:
        """Return this page's address with one choice changed; what else it asks for stays."""
        choices = {"lang", *(key for key, _on, _off in _READING.values())}
        others = [(name, said) for name, said in self._query if name not in choices]
        return f"{self.here}?{urlencode([*others, (key, value)])}"

    def say(self, message: str, **values: object) -> str:
        """Translate."""
        return translate(message, self.speech, **values)

    @property
    def brand(self) -> Brand:
        """The city's brand."""
        brand: Brand = self._request.assembly.extensions.brand
        return brand

    def _in_language(self, name: str) -> str:
        return str((self._is_in_english(name) and getattr(self.brand, f"{name}_en")) or getattr(self.brand, name))

    def _is_in_english(self, name: str) -> bool:
        return self.language != "tr" and bool(getattr(self.brand, f"{name}_en"))

    def brand_language(self, name: str) -> str | None:
        """Return the language a text of the city is in, where it is not the page's own."""
        language = "en" if self._is_in_english(name) else "tr"
        return language if language != self.language else None

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

    @cached_property
    def csrf_token(self) -> str:
        """The token every form carries, masked anew for each answer."""
        return masked_csrf_token(self._request)

    @property
    def nonce(self) -> str:
        """What lets this answer's scripts run."""
        return str(self._request.csp_nonce)

    @cached_property
    def messages(self) -> list[tuple[str, str]]:
        """What the request before had to say: ``(kind, text)``."""
        session = self._request.session
        # Only taking a message away changes the session, and with it the cookie.
        waiting = [kind for kind in ("error", "ok", "info") if session.peek_flash(kind)]
        return [(kind, text) for kind in waiting for text in session.pop_flash(kind)]

    def flash(self, kind: str, message: str, **values: object) -> None:
        """Leave a message for the next page."""
        self._request.session.flash(self.say(message, **values), kind)

    def offer_undo(self, address: str, place: int) -> None:
        """Let the next page of the back office offer to take back what was just done to a ticket."""
        self._request.session.flash((address, place), _UNDO)

    @cached_property
    def undo(self) -> tuple[str, int] | None:
        """Where and what can be taken back: the address to post to, and the place of the action; or ``None``."""
        session = self._request.session
        waiting = session.pop_flash(_UNDO) if session.peek_flash(_UNDO) else []
        return next(((self.url("staff.undo", number=address), place) for address, place in waiting[-1:]), None)

    def url(self, route: str, **matchdict: object) -> str:
        """Return the address of a route."""
        if matchdict:
            exact = self._address(route, matchdict)
            is_same_ticket = "number" in matchdict and matchdict["number"] == self._request.matchdict.get("number")
            return exact + self.list_suffix if is_same_ticket and route in _KEEP_THE_LIST else exact
        # A page names two dozen of them, and they are the same for as long as the application runs.
        known: dict[tuple[str, ...], str] = self._request.registry.plain_addresses
        key = (route, self._request.script_name)
        address = known.get(key)
        if address is None:
            address = known[key] = str(self._request.route_path(route))
        return address

    def _address(self, route: str, matchdict: dict[str, object]) -> str:
        """Return the address of a route with its parts; those of plain parts are made from one made before."""
        parts = {name: str(value) for name, value in matchdict.items()}
        if not all(map(_IS_PLAIN, parts.values())):
            return str(self._request.route_path(route, **matchdict))
        known: dict[tuple[str, ...], str] = self._request.registry.plain_addresses
        key = (route, self._request.script_name, *parts)
        pattern = known.get(key)
        if pattern is None:
            stands_for = {name: f"HALKLA-{place}-PART" for place, name in enumerate(parts)}
            pattern = str(self._request.route_path(route, **stands_for)).replace("%", "%%")
            for name, mark in stands_for.items():
                pattern = pattern.replace(mark, f"%({name})s")
            known[key] = pattern
        return pattern % parts

    @cached_property
    def list_suffix(self) -> str:
        """The list from which one came to this ticket, as its addresses carry it; empty when one came otherwise."""
        if not self.is_staff or not self._asked("liste"):
            return ""
        from .staff.asked import Asked  # a page of the back office only

        return Asked(self._request).suffix

    def static(self, name: str) -> str:
        """Return the address of one of our files; it changes when the file does."""
        return f"{self._request.script_name}{self._request.registry.static_files.path(name)}"

    @property
    def here(self) -> str:
        """The present path."""
        return str(self._request.path)

    @property
    def address(self) -> str:
        """The present path with what it asks for: where a choice of how things are shown leads back to."""
        return str(self._request.path_qs if self._request.method in ("GET", "HEAD") else self._request.path)

    @cached_property
    def user(self) -> PageUser | None:
        """Who is signed in."""
        actor = self._request.identity
        if actor is None:
            return None
        tree_name = {grant.role: self.say(ROLES[grant.role]) for grant in actor.grants if grant.role in ROLES}
        words = list(tree_name.values())
        if any(grant.sensitive for grant in actor.grants):
            words.append(self.say(SENSITIVE_TOO))
        return PageUser(actor.name, ", ".join(words))

    def may(self, permission: str) -> bool:
        """Tell whether who is signed in may do that anywhere."""
        return self._actor is not None and allows(self._actor, Permission(permission))

    @cached_property
    def _actor(self) -> Actor | None:
        actor: Actor | None = self._request.identity
        return actor

    @cached_property
    def _times(self) -> TimeWords:
        return TimeWords(self.language, self._request.assembly.now(), self._request.assembly.options.time_zone)

    @property
    def times(self) -> TimeWords:
        """Times in the page's language."""
        return self._times

    @property
    def today(self) -> date:
        """The day it is in the city."""
        today: date = self._request.services.today
        return today

    def moment(self, at: datetime) -> Moment:
        """Say when something was."""
        return self._times.moment(at)

    def due(self, at: datetime) -> Due:
        """Say how a due time stands."""
        return self._times.due(at)

    def day(self, iso: str) -> str:
        """Say a day that is kept as ``2026-11-24``; an empty one is nothing."""
        return self._times.day(iso) if iso else ""

    @property
    def navigation(self) -> Any:
        """The lists and pages beside a page of the back office (see :mod:`.staff.navigation`)."""
        return self._request.navigation

    @property
    def frame(self) -> Any:
        """What is the same around every page of one person (see :mod:`.staff.frame`)."""
        return self._request.frame


def keep_choice(request: Request, response: Response, cookie: str, value: str) -> None:
    """Let the browser remember for a year how somebody wants to read."""
    response.set_cookie(
        cookie,
        value,
        max_age=365 * 24 * 3600,
        path="/",
        secure=request.assembly.options.secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def includeme(config: Configurator) -> None:
    """Give every request its page."""
    config.registry.plain_addresses = {}
    config.add_request_method(Page, "page", reify=True)
