"""Directorates learn of new work by e-mail: what is urgent at once, the rest once on the morning of a working day.

Every unit of work ends here, so whatever gives a directorate a ticket (an application, an assignment, a split) is
noticed in one place. Nothing of the citizen is in a notice: no words, no name, and of a sensitive matter not even the
subject.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from BTrees.LLBTree import LLTreeSet
from BTrees.OOBTree import OOBTree

from ..domain.applicant import ContactDetails
from ..domain.calls import CLOSES
from ..domain.city import Department
from ..domain.feedback import FeedbackMethod
from ..domain.outbox import NO_TICKET, DeliveryState, Notification, OutboxEntry, Purpose
from ..domain.ticket import Ticket
from ..i18n import _, translate
from ..storage import Site
from .telling import sending_method
from .unit import Unit

if TYPE_CHECKING:
    from .assembly import Assembly
    from .facade import Services

__all__ = ["Notices", "announce"]

_URGENT_WITHIN = timedelta(days=1)
_LONGEST_NOTICE = 200


def announce(assembly: Assembly, unit: Unit) -> None:
    """Note which directorates have to be told of the tickets that *unit* changes. The end of every unit of work."""
    for ticket in unit.touched:
        if _is_news(ticket):
            _announce(assembly, unit, ticket)


def _is_news(ticket: Ticket) -> bool:
    """Tell whether its directorate has work it does not know of, and remember that it does from now on."""
    known, present = ticket.announced_to, ticket.department or ""
    if ticket.suspicions and known is not None:
        # Perhaps no person wrote it; when staff say that one did, it is news.
        return False
    # What is reopened is news again.
    following = present if ticket.is_open else ""
    if known != following:
        ticket.announced_to = following
    return known is not None and known != following and bool(following)


def _announce(assembly: Assembly, unit: Unit, ticket: Ticket) -> None:
    outbox, now = unit.site.outbox, assembly.now()
    department = unit.site.city.tree.get(ticket.department)
    if department is None or (way := _way_to(assembly, department)) is None:
        return
    if _is_urgent(unit.site, ticket, now):
        if not _joined(unit.site, department.code, ticket.id):
            entry = _enter(unit, way, department, ticket.id, (ticket.id,), now)
            if outbox.gathering is None:
                outbox.gathering = OOBTree()
            outbox.gathering[department.code] = entry.id
        return
    if outbox.news is None:
        outbox.news = OOBTree()
    outbox.news.setdefault(department.code, LLTreeSet()).insert(ticket.id)


def _joined(site: Site, code: str, ticket_id: int) -> bool:
    """Add a ticket to an urgent notice that has not left yet: a burst, or a relay that is down, is one message."""
    entry = site.outbox.entries.get((site.outbox.gathering or {}).get(code, 0))
    if entry is None or entry.state != DeliveryState.PENDING or entry.lease_until is not None:
        return False
    # It is written anew with each ticket that joins, and names no more than this.
    if len(entry.tickets) >= _LONGEST_NOTICE:
        return False
    entry.tickets += (ticket_id,)
    return True


def _way_to(assembly: Assembly, department: Department) -> tuple[FeedbackMethod, str] | None:
    """Return how a directorate is reached; ``None`` when it has no address (and so has switched its notices off)."""
    return sending_method(assembly, ContactDetails(email=department.email)) if department.email else None


def _is_urgent(site: Site, ticket: Ticket, now: datetime) -> bool:
    category = site.city.category(ticket.category)
    if category and (category.urgent or any(category.code in danger.categories for danger in site.city.dangers)):
        return True
    due = ticket.next_due
    return due is not None and due - now <= _URGENT_WITHIN


def _enter(
    unit: Unit,
    way: tuple[FeedbackMethod, str],
    department: Department,
    ticket_id: int,
    tickets: tuple[int, ...],
    now: datetime,
) -> OutboxEntry:
    method, address = way
    entry = OutboxEntry(
        identity=unit.block.next_identity(),
        ticket_id=ticket_id,
        place=0,
        purpose=Purpose.DEPARTMENT_NOTICE.value,
        method=method.code,
        address=address,
        state=DeliveryState.PENDING.value,
        created_at=now,
    )
    entry.reference, entry.tickets = department.code, tickets
    unit.site.outbox.enter(entry)
    unit.has_filled_outbox = True
    return entry


class Notices:
    """Writes the mornings' digests, and puts notices into words."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def write_digests(self) -> int:
        """Once on the morning of a working day: put a digest for each directorate with news into the outbox.

        Killed in the middle nothing has happened; done twice nothing is doubled. Return how many were written.
        """
        if not self._is_time():
            return 0
        with self._services.assembly.database.reading() as site:
            if site.outbox.digest_day == self._services.today:
                return 0
        return self._services.write(self._write, "digests for the directorates")

    def _is_time(self) -> bool:
        services = self._services
        local = services.now().astimezone(services.zone)
        begins = time.fromisoformat(services.assembly.options.digest_at)
        ends = max(CLOSES, begins.replace(hour=min(begins.hour + 1, 23)))
        return services.assembly.calendar.is_working_day(local.date()) and begins <= local.time() < ends

    def _write(self, unit: Unit) -> int:
        outbox, written = unit.site.outbox, 0
        if outbox.digest_day == self._services.today:
            return 0
        outbox.digest_day = self._services.today
        news = {code: list(tickets) for code, tickets in (outbox.news or {}).items()}
        outbox.news = OOBTree()
        for code in dict.fromkeys([*news, *self._given_up(unit.site)]):
            department = unit.site.city.tree.get(code)
            way = _way_to(self._services.assembly, department) if department else None
            tickets = dict.fromkeys([*self._take_up(unit, code), *news.get(code, ())])
            fresh = tuple(number for number in tickets if _is_theirs(unit.site, number, code))
            if department is not None and way is not None and fresh:
                _enter(unit, way, department, NO_TICKET, fresh, self._services.now())
                written += 1
        return written

    def _given_up(self, site: Site) -> list[str]:
        """Return the directorates with notices that did not arrive."""
        entries = (site.outbox.entries[identity] for identity in site.outbox.undeliverable)
        return [entry.reference for entry in entries if entry.purpose == Purpose.DEPARTMENT_NOTICE]

    def _take_up(self, unit: Unit, code: str) -> list[int]:
        """Take the tickets of notices that did not arrive into the next digest, in whose place it comes."""
        outbox = unit.site.outbox
        entries = [outbox.entries[identity] for identity in outbox.undeliverable]
        lost = [e for e in entries if e.purpose == Purpose.DEPARTMENT_NOTICE and e.reference == code]
        for entry in lost:
            outbox.forget(entry)
        return [ticket for entry in lost for ticket in entry.tickets]

    def rendered(self, site: Site, entry: OutboxEntry) -> Notification | None:
        """Return a notice as it leaves, to the directorate's present address; ``None`` when it is no news any more."""
        department = site.city.tree.get(entry.reference)
        way = _way_to(self._services.assembly, department) if department else None
        tickets = [site.tickets[number] for number in entry.tickets if _is_theirs(site, number, entry.reference)]
        if department is None or way is None or not tickets:
            return None
        return self._composed(site, entry, department, tickets, way[1])

    def _composed(
        self, site: Site, entry: OutboxEntry, department: Department, tickets: list[Ticket], address: str
    ) -> Notification:
        options, brand = self._services.assembly.options, self._services.assembly.extensions.brand
        language = options.default_language

        def say(message: str, **values: object) -> str:
            return translate(message, language, **values)

        is_digest = entry.ticket_id == NO_TICKET
        tickets = sorted(tickets, key=lambda ticket: (ticket.next_due is None, ticket.next_due or ticket.created_at))
        if is_digest:
            subject = say(_("New applications for your directorate: ${count}"), count=len(tickets))
            opening = say(_("These applications have come to your directorate, the most urgent first:"))
        elif len(tickets) == 1:
            subject = say(_("Urgent: new application ${number}"), number=tickets[0].number)
            opening = say(_("An application that cannot wait has come to your directorate:"))
        else:
            subject = say(_("Urgent: ${count} new applications"), count=len(tickets))
            opening = say(_("Applications that cannot wait have come to your directorate:"))
        lines = [self._about(site, ticket, language) for ticket in tickets[:_LONGEST_NOTICE]]
        if len(tickets) > _LONGEST_NOTICE:
            lines.append(say(_("And ${count} more."), count=len(tickets) - _LONGEST_NOTICE))
        parts = [department.name, opening, *lines, f"{options.base_url}/panel", f"{brand.name}\n{brand.municipality}"]
        if brand.is_demo:
            parts.append(brand.notice if language == "tr" else brand.notice_en or brand.notice)
        return Notification(
            key=entry.key,
            to=address,
            to_name=department.name,
            subject=subject,
            body="\n\n".join(part.strip() for part in parts if part.strip()) + "\n",
            language=language,
        )

    def _about(self, site: Site, ticket: Ticket, language: str) -> str:
        """Say which ticket it is, and nothing of whose."""

        def say(message: str, **values: object) -> str:
            return translate(message, language, **values)

        category = site.city.category(ticket.category)
        if ticket.sensitive:
            what = [say(_("a matter that only few may see"))]
        else:
            subject = category.label_for(language) if category else say(_("Not sorted yet"))
            what = [subject, site.city.territory.name_of(ticket.location.neighbourhood)]
        due = ticket.next_due
        if due is not None:
            what.append(say(_("due ${when}"), when=_in_figures(due, self._services.zone)))
        link = f"{self._services.assembly.options.base_url}/panel/basvurular/{ticket.address}"
        return f"{ticket.number} · {' · '.join(part for part in what if part)}\n{link}"


def _is_theirs(site: Site, ticket_id: int, code: str) -> bool:
    """Tell whether it is still open, and with the directorate that is to be told of it."""
    ticket = site.tickets.get(ticket_id)
    return ticket is not None and ticket.is_open and ticket.department == code


def _in_figures(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%d.%m.%Y %H.%M")
