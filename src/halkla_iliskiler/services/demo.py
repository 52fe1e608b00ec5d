"""Filling a demonstration site: invented applications travel through the same use cases as real ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from ..domain.access import SYSTEM, Actor, Grant
from ..domain.applicant import ContactDetails
from ..domain.demo import DemoTicket
from ..domain.moves import Order
from ..domain.outbox import DeliveryState
from ..domain.ticket import Location, Ticket
from ..domain.workflow import Action, TicketStatus
from .intake import Draft
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["DEMO_STAFF", "DemoPerson", "fill", "staff_of", "stretches"]

_BATCH = 100
_A_STRETCH = 2000
_HOURS_OF_A_STRETCH = 60 * 24.0
_LONGEST = 12
_SEED = 2021
_LATELY = timedelta(hours=3)
_ALREADY_CALLED = 0.85
_KEPT_PROMISES = 0.9
_USUAL = timedelta(hours=44)
_CALLED_WITHIN = timedelta(days=3)
_SAY_HOW_CONTENT = 0.3
_CONTENT = {
    5: ("", "", "Çok hızlı ilgilendiniz, teşekkür ederim.", "Aynı gün geldiler, ellerine sağlık."),
    4: ("", "", "Sorun giderildi, teşekkürler.", "Biraz beklettiniz ama sonuç iyi."),
    3: ("", "Yarısı yapıldı, kalanını bekliyoruz."),
    2: ("", "İki kez aramam gerekti."),
    1: ("", "Sorun hâlâ sürüyor."),
}
"""What applicants say with each answer, 5 being very content; most say nothing."""
_HOW_OFTEN = (38, 30, 14, 10, 8)
_CENTRE_CHANNELS = frozenset({"telephone", "desk", "field", "social", "email", "cimer", "muhtar", "petition"})


@dataclass(frozen=True)
class DemoPerson:
    """An invented member of staff."""

    username: str
    name: str
    role: str
    department: str | None = None


DEMO_STAFF = (
    DemoPerson("temsilci", "Deniz Aksu", "agent"),
    DemoPerson("sorumlu", "Nermin Karaca", "supervisor"),
    DemoPerson("denetci", "Tahsin Ergin", "auditor"),
    DemoPerson("yonetici", "Bilge Soylu", "administrator"),
)
"""Those every demonstration has; clerks of its directorates are added to them."""

_CLERKS = (
    "Serpil Doğru", "Hakan Yurt", "Gülay Çetinkaya", "Murat Işıksal", "Nazan Uğur", "Tolga Erdem", "Sevgi Ünlü",
    "Kadir Şimşek", "Aylin Koçak", "Orhan Güleç", "Meryem Balcı", "İsmail Öztek", "Pınar Sezer", "Vedat Çakır",
    "Hülya Ateşoğlu", "Rıza Gökmen", "Şule Tanyeri", "Ferit Ilgaz", "Zehra Bulut", "Levent Özgün", "Çiğdem Arıkan",
    "Halil Yalın", "Banu Göksel", "Necati Soyer", "Emine Tuğrul", "Ufuk Dinçer", "Leman Özışık", "Yavuz Kınay",
    "Dilek Sarp", "Cevdet Ünsal", "Esra Yıldıran",
)  # fmt: skip


def staff_of(tickets: Sequence[DemoTicket], department_of: Callable[[str | None], str | None]) -> list[DemoPerson]:
    """Return the demonstration's staff: a clerk for each directorate with work, the busiest one's director."""
    load: dict[str, int] = {}
    for ticket in tickets:
        if department := department_of(ticket.category):
            load[department] = load.get(department, 0) + 1
    busiest = sorted(load, key=lambda code: -load[code])
    clerks = [
        DemoPerson(f"birim-{_ascii(code)}", name, "clerk", code) for code, name in zip(busiest, _CLERKS, strict=False)
    ]
    people = [*DEMO_STAFF, *clerks[:3]]
    if busiest:
        people.append(DemoPerson(f"mudur-{_ascii(busiest[0])}", "Filiz Başaran", "director", busiest[0]))
        people.append(DemoPerson(f"saha-{_ascii(busiest[0])}", "Cemal Taşkın", "field_crew", busiest[0]))
    return people + clerks[3:]


def _ascii(code: str) -> str:
    return "".join(letter for letter in code if letter.isascii() and letter.isalnum()).lower()


def stretches(count: int) -> Iterator[tuple[int, float, float]]:
    """Yield how many applications come between how many and how many hours ago, the oldest first.

    Two thousand are sixty days of a demonstration. More go further back, up to two years, then every day has more.
    """
    hours = _HOURS_OF_A_STRETCH * min(max(1.0, count / _A_STRETCH), _LONGEST)
    parts = max(1, math.ceil(count / _A_STRETCH))
    done = 0
    for part in range(parts):
        until = count * (part + 1) // parts
        yield until - done, hours * (parts - part) / parts, hours * (parts - part - 1) / parts
        done = until


def fill(
    services: Services,
    count: int,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Register *count* invented applications, or as many as the plugins tell, and let each travel as far as it says.

    A batch is a transaction. Seeded: it gives the same site every time, relative to the present. Return how many.
    """
    random = Random(_SEED)  # noqa: S311  (a demonstration, not a secret)
    present = services.now()
    done = 0
    for wanted, oldest, newest in stretches(count):
        tickets = services.assembly.extensions.demo_tickets(present, wanted, oldest, newest)
        report = None if progress is None else lambda of_these, _, done=done: progress(done + of_these, count)
        done += _register(services, tickets, present, random, report)
    services.together(lambda shared: _log_contacts(shared, present), "demonstration contacts")
    return done


def _register(
    services: Services,
    tickets: Sequence[DemoTicket],
    present: datetime,
    random: Random,
    progress: Callable[[int, int], None] | None,
) -> int:
    oldest_first = sorted(tickets, key=lambda ticket: -ticket.hours_ago)
    for start in range(0, len(oldest_first), _BATCH):
        batch = oldest_first[start : start + _BATCH]
        state = random.getstate()

        def travel(shared: Services, batch: Sequence[DemoTicket] = batch, state: object = state) -> None:
            random.setstate(state)  # type: ignore[arg-type]
            for ticket in batch:
                _Journey(shared, ticket, present, random).run()

        services.together(travel, "demonstration applications")
        if progress:
            progress(start + len(batch), len(oldest_first))
    return len(oldest_first)


_CONTACTS = (
    (0.4, "telephone", "ANSWERED", "Nikâh için hangi belgelerin gerektiğini sordu."),
    (0.9, "telephone", "SILENT", ""),
    (1.3, "telephone", "OTHER_BODY", "Su kesintisini sordu, ilgili kurumun numarası verildi."),
    (1.8, "desk", "ANSWERED", "Evrakının hangi birimde olduğunu sordu."),
    (2.2, "telephone", "WRONG_NUMBER", ""),
    (2.9, "telephone", "OTHER_BODY", "Otobüs saatini sordu."),
    (3.4, "social", "INFORMED_US", "Yeni açılan park için teşekkür etti."),
    (25.0, "telephone", "ANSWERED", "Kurs kayıtlarının ne zaman başladığını sordu."),
    (26.5, "telephone", "SILENT", ""),
    (27.0, "telephone", "INFORMED_US", "Dünkü arızanın giderildiğini söyledi."),
)
"""Contacts without an application: hours ago, channel, outcome, note."""


def _log_contacts(services: Services, present: datetime) -> None:
    """Leave a handful of contacts that led to nothing, as every day has them."""
    users = services.unit.site.users.values() if services.unit else ()
    agents = (user.as_actor() for user in users if any(grant.role == "agent" for grant in user.grants))
    agent = next(agents, None)
    if agent is None:
        return
    for hours_ago, channel, outcome, note in _CONTACTS:
        at = present - timedelta(hours=hours_ago)
        services.acting_as(agent, lambda at=at: at).contacts.log(outcome, channel, note)  # type: ignore[misc]


class _Journey:
    """One application on its way through the house."""

    def __init__(self, services: Services, ticket: DemoTicket, present: datetime, random: Random) -> None:
        self._services = services
        self._ticket = ticket
        self._random = random
        self._present = present
        self._at = present - timedelta(hours=ticket.hours_ago)
        steps = _steps(ticket)
        # The steps share the time there was, unevenly, as in life; most are done before the promise breaks.
        there_was = timedelta(hours=ticket.hours_ago)
        is_kept = random.random() < _KEPT_PROMISES
        self._pace = (min(there_was, _USUAL) if is_kept else there_was) / (len(steps) + 1)
        self._steps = steps

    def run(self) -> None:
        filed = self._in_name_of("agent").intake.file(self._draft())
        unit = self._services.unit
        ticket = unit.site.tickets[filed.ticket_id] if unit else None
        for order, role in self._steps:
            if order.action is Action.ACCEPT and not (ticket and ticket.check_pending):
                continue
            self._at += self._pace * self._random.uniform(0.3, 0.95)
            if order.action is Action.REQUEST_REOPENING:
                self._in_name_of("").following.ask_to_reopen(filed.address, filed.code, order.text)
            else:
                self._in_name_of(role).handling.act(filed.ticket_id, self._dated(order), seen_revision=None)
            if unit and ticket:
                self._reach_applicant(unit, ticket)
        if ticket and ticket.may_be_rated:
            self._say_how_content(ticket)
        if ticket and self._at < self._present - _LATELY:
            # Its directorate learned of it long ago.
            ticket.announced_to = (ticket.department or "") if ticket.is_open else ""

    def _say_how_content(self, ticket: Ticket) -> None:
        """Let some of those who have their answer say how content they are, on their follow page, within two days."""
        # A chance of its own: whoever answers changes nothing about the rest of the demonstration.
        random = Random(f"{_SEED}:{ticket.id}")  # noqa: S311  (a demonstration, not a secret)
        at = self._at + timedelta(hours=random.uniform(1, 48))
        if random.random() >= _SAY_HOW_CONTENT or at > self._present:
            return
        (rating,) = random.choices(tuple(_CONTENT), weights=_HOW_OFTEN)
        text = random.choice(_CONTENT[rating])
        self._services.acting_as(SYSTEM, lambda: at).satisfaction.record(ticket.id, rating, text, "page")

    def _reach_applicant(self, unit: Unit, ticket: Ticket) -> None:
        """Count older messages as delivered when they would have been; those of the last hours really go out."""
        if self._at > self._present - _LATELY:
            return
        self._at += timedelta(minutes=self._random.uniform(1, 40))
        agent = self._in_name_of("agent")
        for identity in ticket.notifications:
            entry = unit.site.outbox.entries[identity]
            if entry.state == DeliveryState.PENDING:
                agent.delivery.settle(unit, ticket, entry)
            elif entry.state == DeliveryState.TO_BE_TOLD and self._is_called():
                agent.delivery.settle(unit, ticket, entry, told_by=agent.actor.id)

    def _is_called(self) -> bool:
        """Tell whether an agent has reached them: after some days everybody was, or had it from the follow page."""
        return self._at < self._present - _CALLED_WITHIN or self._random.random() < _ALREADY_CALLED

    def _dated(self, order: Order) -> Order:
        if order.action is not Action.PLAN:
            return order
        days = self._random.randint(2, 40)
        return replace(order, planned_for=(self._present + timedelta(days=days)).astimezone(self._services.zone).date())

    def _draft(self) -> Draft:
        ticket = self._ticket
        return Draft(
            words=ticket.text,
            kind=ticket.kind,
            channel=ticket.channel,
            intake_key=f"demo:{self._random.getrandbits(64):016x}",
            category=ticket.category,
            location=Location(ticket.neighbourhood, ticket.place),
            details=ContactDetails(ticket.name, ticket.phone, ticket.email),
            recorded_by_staff=ticket.channel in _CENTRE_CHANNELS,
            answers=tuple((question, (said,)) for question, said in ticket.answers),
        )

    def _in_name_of(self, role: str) -> Services:
        at = self._at
        return self._services.acting_as(self._person(role), lambda: at)

    def _person(self, role: str) -> Actor:
        department = self._department()
        if role == "clerk" and department is None:
            role = "agent"
        with_site = self._services.unit
        if with_site is not None:
            for user in with_site.site.users.values():
                if any(grant.role == role and grant.department in (None, department) for grant in user.grants):
                    return user.as_actor()
        grant = Grant(role, department if role == "clerk" else None, sensitive=role == "clerk")
        return Actor(f"demo-{role}", _NAMES.get(role, ""), (grant,) if role else ())

    def _department(self) -> str | None:
        unit = self._services.unit
        category = unit.site.city.category(self._ticket.category) if unit else None
        return category.department if category else None


_NAMES = {"agent": "Deniz Aksu", "supervisor": "Nermin Karaca", "clerk": "Birim sorumlusu"}


def _steps(ticket: DemoTicket) -> list[tuple[Order, str]]:
    """Return the actions that lead to where the application has got, with the role that takes each."""
    return list(_way(ticket))


def _way(ticket: DemoTicket) -> Iterator[tuple[Order, str]]:
    reaches = ticket.reaches
    if reaches in (TicketStatus.NEW, TicketStatus.ASSIGNED):
        return
    handler = "clerk"
    if ticket.category:
        yield Order(Action.TAKE), handler
    if ticket.note:
        yield Order(Action.NOTE, text=ticket.note), handler
    if reaches == TicketStatus.WAITING_FOR_APPLICANT:
        yield Order(Action.ASK, text=ticket.question or ticket.answer), handler
    elif reaches == TicketStatus.WAITING_FOR_BODY:
        yield Order(Action.REFER, text=ticket.answer, body=ticket.body), handler
    elif reaches == TicketStatus.PLANNED:
        yield Order(Action.PLAN, text=ticket.answer), handler
    elif reaches != TicketStatus.IN_PROGRESS:
        yield Order(Action.FINISH, text=ticket.answer, outcome=ticket.outcome, body=ticket.body), handler
        yield from _ending(ticket)


def _ending(ticket: DemoTicket) -> Iterator[tuple[Order, str]]:
    if ticket.reaches == TicketStatus.DONE:
        return
    yield Order(Action.ACCEPT), "supervisor"
    if ticket.reaches in (TicketStatus.CLOSED, TicketStatus.REOPEN_REQUESTED):
        yield Order(Action.CLOSE), "supervisor"
    if ticket.reaches == TicketStatus.REOPEN_REQUESTED:
        yield Order(Action.REQUEST_REOPENING, text=ticket.reopening), ""
