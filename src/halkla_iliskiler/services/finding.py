"""The one search box: what was typed is a number, a person, or words.

What identifies a person never stands in an address: such a search is remembered here for a while under a token that
says nothing, for the one who searched. It finds only tickets whose applicant the searcher may know; it is written down.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..domain.access import PersonSeen, allows, person_seen, visibility
from ..domain.errors import InvalidInput, NotFound
from ..domain.given_names import holds_a_given_name
from ..domain.national_id import is_national_id, normalise_national_id
from ..domain.text import tokens
from ..domain.workflow import Permission
from ..index import TicketQuery
from ..storage import Site
from .national_ids import national_id_hash
from .numbers import tidy_email, tidy_phone

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Finder", "Found", "PersonSearches"]

_LIFE = timedelta(minutes=30)
_KEPT = 1000
_MOST_OF_A_PERSON = 300
_FEWEST_NAMES, _MOST_NAMES = 2, 4
_LONGEST = 200


@dataclass(frozen=True)
class PersonSearch:
    """A search for a person: ``by`` what, which ``tickets``, or (by name) which folded ``names``.

    ``words`` is a name as it was typed: by ``words``, it is looked for in the texts instead.
    """

    user: str
    by: str
    at: datetime
    tickets: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Found:
    """What was typed turned out to be: a ticket's number, a person (the token of the search), or else words."""

    ticket_id: int | None = None
    person: str = ""
    words: str = ""


class PersonSearches:
    """Searches for persons, in memory, by a token that says nothing. One a process."""

    def __init__(self) -> None:
        self._kept: dict[str, PersonSearch] = {}

    def keep(self, search: PersonSearch) -> str:
        """Remember a search and return its token."""
        known = list(self._kept.items())
        for token, _one in known[: max(0, len(known) - _KEPT)]:
            self._kept.pop(token, None)
        for token, one in known:
            if search.at - one.at > _LIFE:
                self._kept.pop(token, None)
        token = secrets.token_urlsafe(12)
        self._kept[token] = search
        return token

    def of(self, token: str, user: str, now: datetime) -> PersonSearch | None:
        """Return what *user* searched, unless it is forgotten."""
        found = self._kept.get(token)
        return found if found is not None and found.user == user and now - found.at <= _LIFE else None


class Finder:
    """Finds what somebody typed into the search box."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def may_know_people(self) -> bool:
        """Tell whether the actor may look for persons at all."""
        return allows(self._services.actor, Permission.SEE_CONTACT)

    def find(self, typed: str, client: str = "", *, among_names: bool = False) -> Found:
        """Say what was typed: a number wins over a person, a person over words. With *among_names* it is a name."""
        text = " ".join(typed.split())[:_LONGEST]
        if among_names:
            return self._by_name(text, client, explicit=True) or Found(words=text)
        number = self._services.lists.by_number(text)
        if number is not None and self._services.lists.visible(number):
            return Found(ticket_id=number)
        return self._person(text, client) or Found(words=text)

    def in_texts(self, token: str) -> Found:
        """Look for the words of a search by name in the texts: nobody may have been meant."""
        search = self.search(token)
        return self._keep(replace(search, by="words", names=())) if search.words else Found(person=token)

    def _person(self, text: str, client: str) -> Found | None:
        by, value = _identity(text, demo=self._services.assembly.options.demo)
        if by:
            if not self.may_know_people:
                # What was typed is a person's all the same: it must not become words in an address.
                return self._keep(PersonSearch(self._services.actor.id, by, self._services.now()))
            return self._by_identity(by, value, client)
        names = tokens(text)
        is_like_a_name = _FEWEST_NAMES <= len(names) <= _MOST_NAMES and all(name.isalpha() for name in names)
        found = self._by_name(text, client) if is_like_a_name else None
        if found is None and (_is_nearly_a_number(text) or (is_like_a_name and holds_a_given_name(names))):
            # Nobody is known by it, but it may be somebody's: looked for in the texts, and in no address.
            return self._keep(PersonSearch(self._services.actor.id, "words", self._services.now(), words=text))
        return found

    def _by_identity(self, by: str, value: str, client: str) -> Found:
        services = self._services
        with services.assembly.database.reading() as site:
            applicants = [site.applicants[one] for one in self._applicants(site, by, value)]
            newest = sorted({number for one in applicants for number in one.tickets}, reverse=True)
            tickets = tuple(number for number in newest[:_MOST_OF_A_PERSON] if self._is_known(site, number))
        services.disclosure.searched(by, len(tickets), client=client, value=value)
        return self._keep(PersonSearch(services.actor.id, by, services.now(), tickets))

    def _applicants(self, site: Site, by: str, value: str) -> Iterable[int]:
        if by == "national_id":
            return site.applicants_of_national_id(national_id_hash(self._services.assembly.secret, value))
        return tuple((site.by_phone if by == "phone" else site.by_email).get(value, ()))

    def _is_known(self, site: Site, number: int) -> bool:
        ticket = site.tickets.get(number)
        actor = self._services.actor
        return (
            ticket is not None
            and allows(actor, Permission.VIEW, ticket)
            and person_seen(actor, ticket) is PersonSeen.NAME
        )

    def _by_name(self, text: str, client: str, *, explicit: bool = False) -> Found | None:
        names = tuple(dict.fromkeys(tokens(text)))[:_MOST_NAMES]
        if not names or not self.may_know_people:
            return None
        search = PersonSearch(self._services.actor.id, "name", self._services.now(), names=names, words=text)
        count = self._services.assembly.index.count(self._asks(search), _MOST_OF_A_PERSON)
        if not count and not explicit:
            return None
        self._services.disclosure.searched("name", count, client=client, value=" ".join(names))
        return self._keep(search)

    def _keep(self, search: PersonSearch) -> Found:
        return Found(person=self._services.assembly.person_searches.keep(search))

    def search(self, token: str) -> PersonSearch:
        """Return a search by its token (raises :class:`NotFound` when it is forgotten, or somebody else's)."""
        found = self._services.assembly.person_searches.of(token, self._services.actor.id, self._services.now())
        if found is None:
            raise NotFound(token)
        return found

    def query(self, token: str) -> TicketQuery:
        """Return what a search by person asks of the index (raises :class:`NotFound`)."""
        return self._asks(self.search(token))

    def _asks(self, search: PersonSearch) -> TicketQuery:
        actor = self._services.actor
        query = TicketQuery(visibility(actor, Permission.SEE_CONTACT), is_open=None)
        known = visibility(actor, Permission.SEE_IDENTITY)
        if search.by == "words":
            return TicketQuery(visibility(actor), is_open=None, words=search.words)
        if search.by == "name":
            marked = tuple(self._services.assembly.index.mark(name) for name in search.names)
            return replace(query, names=marked, identity_known=known)
        return replace(query, ids=search.tickets, by_person=True, identity_known=known)


def _identity(text: str, *, demo: bool) -> tuple[str, str]:
    """Return what identifies a person in a text, and the value as it is kept; two empty strings when nothing does."""
    number = normalise_national_id(text)
    if is_national_id(number):
        return "national_id", number
    if "@" in text:
        with suppress(InvalidInput):
            return "email", tidy_email(text)
    if sum(sign.isdigit() for sign in text) >= _FEWEST_DIGITS:
        with suppress(InvalidInput):
            return "phone", tidy_phone(text, demo=demo)
    return "", ""


_FEWEST_DIGITS = 10
_NEARLY = 7


def _is_nearly_a_number(text: str) -> bool:
    """Tell whether a text is a telephone number without its prefix, or an identity number with a mistake."""
    return sum(sign.isdigit() for sign in text) >= _NEARLY and not any(sign.isalpha() for sign in text)
