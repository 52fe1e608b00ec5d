"""The telephone's side of the house: who is known on a number, a word added to an old application, a call logged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from ..domain.access import allows
from ..domain.applicant import NOBODY, ContactDetails
from ..domain.channel_fields import fields_of, wants_to_stay_hidden
from ..domain.codes import tracking_code
from ..domain.contact_log import MAX_NOTE, ContactOutcome, LoggedContact
from ..domain.errors import Forbidden, InvalidInput, NotFound
from ..domain.feedback import Channel
from ..domain.moves import Order, carry_out
from ..domain.outbox import Purpose
from ..domain.text import clean, fold_key
from ..domain.ticket import Contact, Ticket
from ..domain.workflow import Action, Permission, TicketStatus
from ..storage import Site
from .handling import visible_ticket
from .intake import MAX_WORDS, know
from .photos import attach
from .telling import needs_no_call
from .unit import Unit
from .uploads import MAX_PHOTOS, Upload

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Added", "Addition", "AlreadyFinished", "ContactDesk", "Day", "Known", "LogFilter", "Person"]

_MOST_TICKETS = 8
_LOOKED_AT = 200
_SHORTEST_NUMBER = 4
_RECENT = timedelta(days=90)
_SENT_AGAIN = timedelta(hours=1)
_RECEIPT_FOR = timedelta(hours=12)
_OUTCOMES = frozenset(ContactOutcome)


@dataclass(frozen=True)
class Person:
    """Somebody who has used a number, with how many of their applications may be seen."""

    id: int
    name: str
    email: str
    address: str
    tickets: int


@dataclass(frozen=True)
class Known:
    """What is known on a number: the people of the household, their applications, how many more there are.

    ``tickets`` are those the actor may see, open ones first, then those of the last three months, newest first;
    ``owners`` says whose each is. ``hidden`` counts those the actor may not see: nothing else is said of them.
    """

    people: list[Person]
    tickets: list[Ticket]
    owners: Mapping[int, str]
    hidden: int
    more: int


@dataclass(frozen=True)
class Addition:
    """Something said about an application that is there already.

    ``unsolved`` matters to a finished one alone: ``True`` is the applicant's word that it is not solved, ``False`` says
    that it is only for information, ``None`` that nobody has asked yet. ``documents`` says that the files are scanned
    papers and no photos.
    """

    ticket_id: int
    words: str
    channel: str
    intake_key: str
    details: ContactDetails = NOBODY
    fields: tuple[tuple[str, str], ...] = ()
    uploads: tuple[Upload, ...] = ()
    kept: tuple[str, ...] = ()
    documents: bool = False
    unsolved: bool | None = None


class Added(StrEnum):
    """What comes of an addition."""

    WORKED_ON = "WORKED_ON"  # somebody works on it, or will: they see it
    CHECKED = "CHECKED"  # the directorate is done, the centre's check is not: whoever checks sees it
    REOPENING = "REOPENING"  # somebody judges whether it is opened again
    FINISHED = "FINISHED"  # it is over, and stays so


class AlreadyFinished(InvalidInput):
    """Something is to be added to a finished application, and nobody has asked whether it is solved."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__("ticket", "finished_already")
        self.ticket_id = ticket_id


@dataclass(frozen=True)
class LogFilter:
    """What narrows a day of the log; empty means all."""

    outcome: str = ""
    channel: str = ""
    staff: str = ""


@dataclass(frozen=True)
class Day:
    """One day of the log: what fits the filter, newest first, and the whole day's totals."""

    contacts: list[LoggedContact]
    outcomes: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    staff: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many contacts the day had."""
        return sum(self.outcomes.values())


class ContactDesk:
    """What an agent does while somebody is on the line."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def known_on(self, site: Site, phone: str, client: str = "") -> Known:
        """Return who is known on a number. The look-up is written to the read log, with how much it showed.

        Raises:
            Forbidden: the actor may not record.
        """
        self._require_record()
        people: list[Person] = []
        owners: dict[int, str] = {}
        hidden: set[int] = set()
        found: dict[int, Ticket] = {}
        for identity in site.by_phone.get(phone, ()):
            applicant = site.applicants[identity]
            newest_first = sorted(applicant.tickets, reverse=True)[:_LOOKED_AT]
            tickets = [site.tickets[number] for number in newest_first if number in site.tickets]
            visible = [ticket for ticket in tickets if allows(self._services.actor, Permission.VIEW, ticket)]
            hidden |= {ticket.id for ticket in tickets} - {ticket.id for ticket in visible}
            found |= {ticket.id: ticket for ticket in visible}
            owners |= {ticket.id: applicant.name for ticket in visible}
            if visible:
                # What only hidden matters know of somebody stays hidden with them.
                address = next((one.details.address for one in visible if one.details.address), "")
                email = next((one.details.email for one in visible if one.details.email), "")
                people.append(Person(identity, applicant.name, email, address, len(visible)))
        shown = self._in_order(found)
        self._services.disclosure.searched("phone", len(found), reason="caller", client=client, value=phone)
        more = len(found) - len(shown[:_MOST_TICKETS])
        return Known(people, shown[:_MOST_TICKETS], owners, len(hidden), more)

    def _in_order(self, found: Mapping[int, Ticket]) -> list[Ticket]:
        newest_first = sorted(found.values(), key=lambda ticket: ticket.id, reverse=True)
        since = self._services.now() - _RECENT
        recent = [one for one in newest_first if one.is_open or one.updated_at >= since]
        return sorted(recent, key=lambda ticket: not ticket.is_open)

    def by_foreign_number(self, typed: str) -> int | None:
        """Return the ticket that has a number of another institution, whichever way it came, or ``None``."""
        key = fold_key(typed)
        if sum(sign.isdigit() for sign in key) < _SHORTEST_NUMBER:
            return None
        with self._services.assembly.database.reading() as site:
            found = (
                site.ticket_of_foreign_number(f"{channel.code}:{key}")
                for channel in self._services.assembly.extensions.channels.values()
                if any(one.unique for one in channel.fields)
            )
            return next((identity for identity in found if identity is not None), None)

    def add(self, addition: Addition) -> Added:
        """Add what somebody said to their application; one that waits for them goes on. Return what comes of it.

        A finished one of which they say that it is not solved is up for reopening, as if they had asked on their
        follow page. The same form sent twice is one contact.

        Raises:
            NotFound, Forbidden: access.
            AlreadyFinished: it is finished, and it has to be asked first whether it is solved.
            InvalidInput: nothing was said, or a field is wrong.
        """
        self._require_record()
        words = clean(addition.words)
        if not words:
            raise InvalidInput("words", "required")
        if len(words) > MAX_WORDS:
            raise InvalidInput("words", "too_long")
        if len(addition.uploads) + len(addition.kept) > MAX_PHOTOS:
            raise InvalidInput("photos", "photo_count")
        channel = self._channel(addition.channel)
        fields = fields_of(channel, dict(addition.fields))
        services = self._services

        def change(unit: Unit) -> Added:
            ticket = visible_ticket(services, unit.site, addition.ticket_id)
            if addition.intake_key in unit.site.intake_keys:
                return _comes_of(ticket)
            if not ticket.is_open and addition.unsolved is None:
                raise AlreadyFinished(ticket.id)
            version = services.assembly.extensions.brand.privacy_version
            contact = Contact(
                unit.block.next_identity(), services.now(), channel.code, words, addition.intake_key, version,
                staff=services.actor.id, details=addition.details, fields=fields,
            )  # fmt: skip
            action = Action.REQUEST_REOPENING if addition.unsolved and not ticket.is_open else Action.APPLICANT_MESSAGE
            order = Order(action, text=words, contact=contact)
            place = carry_out(ticket, order, services.circumstances)
            # Never the other way round: what was to stay hidden once is not uncovered by a later word.
            ticket.names_hidden = ticket.names_hidden or wants_to_stay_hidden(fields)
            needs_no_call(services, unit, ticket, Purpose.QUESTION)
            attach(
                unit, ticket, addition.uploads, addition.kept, services.now(),
                place=place, documents=addition.documents,
            )  # fmt: skip
            if not addition.details.is_empty:
                know(unit, ticket, addition.details)
            unit.site.intake_keys[addition.intake_key] = ticket.id
            unit.touch(ticket)
            return _comes_of(ticket)

        return services.write(change, f"a word added by {services.actor.id}")

    def log(
        self, outcome: str, channel: str, note: str = "", category: str = "", body: str = "", *, form_key: str = ""
    ) -> None:
        """Write down a contact that leads to no application. The same form sent twice is one contact.

        Raises:
            Forbidden: the actor may not record.
            InvalidInput: something is unknown or too long.
        """
        self._require_record()
        if outcome not in _OUTCOMES:
            raise InvalidInput("outcome", "unknown")
        text = clean(note)
        if len(text) > MAX_NOTE:
            raise InvalidInput("words", "too_long")
        code = self._channel(channel).code
        services = self._services

        def change(unit: Unit) -> None:
            just_now = unit.site.contacts_between(services.now() - _SENT_AGAIN, services.now() + timedelta(seconds=1))
            if form_key and any(known.form_key == form_key for known in just_now):
                return
            contact = LoggedContact(
                id=unit.block.next_identity(),
                at=services.now(),
                channel=code,
                staff=services.actor.id,
                staff_name=services.actor.name,
                outcome=outcome,
                note=text,
                category=category if unit.site.city.category(category) else None,
                body=body if unit.site.city.body(body) else None,
                form_key=form_key,
            )
            unit.site.log_contact(contact)

        services.write(change, f"a contact logged by {services.actor.id}")

    def day(self, site: Site, day: date, narrowed: LogFilter = LogFilter()) -> Day:
        """Return the contacts logged on one day of the city.

        Raises:
            Forbidden: the actor may not record.
        """
        self._require_record()
        zone = self._services.zone
        start, end = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
        logged = list(site.contacts_between(start, end))
        fitting = [
            contact
            for contact in reversed(logged)
            if narrowed.outcome in ("", contact.outcome)
            and narrowed.channel in ("", contact.channel)
            and narrowed.staff in ("", contact.staff)
        ]
        return Day(
            fitting,
            Counter(contact.outcome for contact in logged),
            Counter(contact.channel for contact in logged),
            {contact.staff: contact.staff_name or contact.staff for contact in logged},
        )

    def receipt(self, site: Site, ticket_id: int) -> tuple[Ticket, str]:
        """Return what whoever has just recorded an application can tell the caller: the ticket and its code.

        Only that person, and only for half a day: afterwards a ticket is looked at like any other.

        Raises:
            NotFound: there is none, or somebody else recorded it, or it is too long ago.
        """
        ticket = site.tickets.get(ticket_id)
        if ticket is None:
            raise NotFound(str(ticket_id))
        _place, first = next(ticket.history)
        is_own = ticket.contacts[0].staff == self._services.actor.id and first.actor == self._services.actor.id
        if not is_own or self._services.now() - first.at > _RECEIPT_FOR:
            raise NotFound(str(ticket_id))
        return ticket, tracking_code(self._services.assembly.secret, ticket.id, ticket.code_generation)

    def _channel(self, code: str) -> Channel:
        channel = self._services.assembly.extensions.channels.get(code)
        if channel is None or not channel.by_staff:
            raise InvalidInput("channel", "unknown")
        return channel

    def _require_record(self) -> None:
        if not allows(self._services.actor, Permission.RECORD):
            raise Forbidden(Permission.RECORD)


def _comes_of(ticket: Ticket) -> Added:
    if ticket.status == TicketStatus.REOPEN_REQUESTED:
        return Added.REOPENING
    if ticket.check_pending:
        return Added.CHECKED
    return Added.WORKED_ON if ticket.is_open else Added.FINISHED
