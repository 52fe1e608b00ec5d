"""What a job does with one ticket, and what it would do with all of them: found out where nothing is kept."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..domain.access import PersonSeen, person_seen
from ..domain.bulk import TELLING, BulkJob, BulkKind, BulkOrder, is_so_already, order_for
from ..domain.errors import DomainError, Forbidden, IllegalMove, InvalidInput, NotFound, RevisionConflict
from ..domain.outbox import DeliveryState, Notification, OutboxEntry, Purpose
from ..domain.ticket import Ticket
from ..storage import GateBusy, Site, Unreadable
from .handling import visible_ticket
from .named_fields import fields_of, filled_in, names_in
from .telling import compose, spoken
from .together import Part, let_go_together, recipient, told_with
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Foreseen", "Previewed", "Refused", "act_on", "foresee", "previews"]

log = logging.getLogger(__name__)
_MOST_IN_ONE_MESSAGE = 50
_TRIED = 10
"""So many groups are tried for a sample of what is sent; somebody may have moved the first of them meanwhile."""


class Refused(Exception):
    """A ticket was refused when something had been done with it already: the transaction is given up."""

    def __init__(self, ticket_id: int, reason: str) -> None:
        super().__init__(f"{ticket_id}: {reason}")
        self.ticket_id = ticket_id
        self.reason = reason


@dataclass(frozen=True)
class Acted:
    """What was done with a ticket: the place in its history and what its applicant is told; or why nothing was."""

    ticket: Ticket | None = None
    place: int = -1
    messages: tuple[OutboxEntry, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Foreseen:
    """What a job would do: ``groups`` of ``(ticket, revision)``, the refused with their reasons, and who is told how.

    ``told`` counts people by the code of a method; ``standing`` answers that are read on the follow page; ``waits``
    those that the centre has to accept first. ``samples`` are places of groups: for each way of telling the first few
    of one ticket, and of several.
    """

    groups: tuple[tuple[tuple[int, int], ...], ...]
    refused: tuple[tuple[int, str], ...]
    told: tuple[tuple[str, int], ...]
    standing: int
    waits: int
    samples: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Previewed:
    """A message as it would be sent, or said on the telephone, by which method, and about how many tickets."""

    note: Notification
    method: str
    tickets: int


def act_on(services: Services, unit: Unit, order: BulkOrder, ticket_id: int, seen_revision: int | None) -> Acted:
    """Do with a ticket what *order* asks, as by hand, or say why not.

    Raises:
        Refused: it was refused half-way; nothing of this transaction may be kept.
    """
    ticket = None
    try:
        ticket = visible_ticket(services, unit.site, ticket_id)
        if order.kind.is_tagging:
            return _tagged(services, order, ticket)
        if is_so_already(order, ticket):
            return Acted(reason="as_it_is")
        known = len(ticket.notifications)
        city = unit.site.city
        text = _text(services, unit, order, ticket)
        whole = order_for(order, ticket, city.category(order.category), text, city.tree, services.today)
        place = services.handling.act(ticket_id, whole, seen_revision) - 1
    except DomainError as problem:
        reason = _reason(problem, ticket)
        if ticket is not None and ticket._p_changed:
            raise Refused(ticket_id, reason) from problem
        return Acted(reason=reason)
    except (GateBusy, Unreadable):
        # What the database raises, a conflict before all, ends the transaction; it is tried again.
        raise
    except Exception as fault:
        log.exception("a job could do nothing with the ticket %s", ticket_id)
        raise Refused(ticket_id, "failed") from fault
    entries = unit.site.outbox.entries
    return Acted(ticket, place, tuple(entries[identity] for identity in ticket.notifications[known:]))


def _tagged(services: Services, order: BulkOrder, ticket: Ticket) -> Acted:
    tagging = services.tagging
    add = order.kind is BulkKind.TAG
    place = tagging.add(ticket.id, order.tag, ()) if add else tagging.remove(ticket.id, order.tag)
    return Acted(reason="as_it_is") if place is None else Acted(ticket, place)


def _text(services: Services, unit: Unit, order: BulkOrder, ticket: Ticket) -> str:
    """Return the words for this ticket; one that has nothing to say for a named field is not answered with a gap."""
    if order.kind not in TELLING:
        return order.text
    values = fields_of(unit.site, ticket, services.assembly.extensions.brand.name)
    if any(not values.get(name, "-") for name in names_in(order.text)):
        raise InvalidInput("text", "field_empty")
    return filled_in(order.text, values)


def _reason(problem: DomainError, ticket: Ticket | None) -> str:
    if isinstance(problem, NotFound):
        return "hidden"
    if isinstance(problem, Forbidden):
        return "forbidden"
    if isinstance(problem, RevisionConflict):
        return "changed"
    if isinstance(problem, IllegalMove):
        waits = ticket is not None and ticket.check_pending
        return "waits_for_check" if waits or ticket is None else f"status.{ticket.status}"
    return f"input.{problem.problem}" if isinstance(problem, InvalidInput) else "failed"


def foresee(services: Services, site: Site, tickets: Iterable[int], order: BulkOrder) -> Foreseen:
    """Do it with every ticket in a view of the database of which nothing is kept, and say what came of it."""
    groups: dict[object, list[tuple[int, int]]] = {}
    ways: dict[object, str] = {}
    sizes: dict[object, int] = {}
    people: set[object] = set()
    refused: list[tuple[int, str]] = []
    told: dict[str, int] = {}
    standing = waits = 0
    unit, acting = _trying(services, site)
    for ticket_id in tickets:
        before = site.tickets.get(ticket_id)
        revision = before.revision if before is not None else 0
        try:
            acted = act_on(acting, unit, order, ticket_id, None)
        except Refused as refusal:
            acted = Acted(reason=refusal.reason)
        if acted.reason or acted.ticket is None:
            refused.append((ticket_id, acted.reason))
            continue
        message = acted.messages[-1] if acted.messages else None
        to = recipient(acted.ticket, message) if message is not None else None
        key = to or ticket_id
        sizes[key] = sizes.get(key, -1) + 1
        place = (key, sizes[key] // _MOST_IN_ONE_MESSAGE)
        groups.setdefault(place, []).append((ticket_id, revision))
        if message is not None:
            ways[place] = message.method
        if message is not None and to is not None and to[0] not in people:
            people.add(to[0])
            told[message.method] = told.get(message.method, 0) + 1
        standing += message is not None and message.state == DeliveryState.STANDING
        waits += order.kind is BulkKind.FINISH and acted.ticket.check_pending
    return Foreseen(
        tuple(tuple(group) for group in groups.values()),
        tuple(refused),
        tuple(told.items()),
        standing,
        waits,
        _samples(groups, ways),
    )


def _samples(groups: dict[object, list[tuple[int, int]]], ways: dict[object, str]) -> tuple[tuple[int, ...], ...]:
    """Return where the groups are that show what is sent, the first few for each way: one ticket before several."""
    found: dict[tuple[bool, str], list[int]] = {}
    for index, (place, group) in enumerate(groups.items()):
        if place in ways:
            found.setdefault((len(group) > 1, ways[place]), []).append(index)
    return tuple(tuple(places[:_TRIED]) for _way, places in sorted(found.items(), key=lambda one: one[0][0]))


def _trying(services: Services, site: Site) -> tuple[Unit, Services]:
    unit = Unit(site, services.assembly.options.writer)
    return unit, replace(services, unit=unit)


def previews(services: Services, site: Site, job: BulkJob) -> list[Previewed]:
    """Return what is sent, exactly, for each way of telling: to somebody with one ticket, and with several.

    Where somebody has moved the ticket meanwhile that was to show it, the next one that is told the same way does. The
    follow links are shown without their codes, and name and address are left out where the actor may not know them.
    """
    order = job.asked
    if order is None or order.kind not in TELLING:
        return []
    unit, acting = _trying(services, site)
    groups: tuple[tuple[tuple[int, int], ...], ...] = job.groups.values
    found: dict[tuple[bool, str], Previewed] = {}
    for places in job.samples:
        for place in places:
            one = _previewed(acting, unit, order, groups[place])
            if one is not None and (way := (one.tickets > 1, one.method)) not in found:
                found[way] = one
                break
    return list(found.values())


def _previewed(
    services: Services, unit: Unit, order: BulkOrder, group: tuple[tuple[int, int], ...]
) -> Previewed | None:
    told = []
    for ticket_id, _revision in group:
        try:
            acted = act_on(services, unit, order, ticket_id, None)
        except Refused:
            return None
        if acted.ticket is None or not acted.messages:
            return None
        told.append((acted.ticket, acted.messages[-1]))
    let_go_together(unit, told)
    ticket, entry = told[0]
    also = told_with(unit.site, entry)
    actor, assembly = services.actor, services.assembly
    is_hidden = any(
        person_seen(actor, one) is not PersonSeen.NAME for one in (ticket, *(other for other, _one in also))
    )
    purpose, text = Purpose(entry.purpose), ticket.entry(entry.place).text
    if entry.state == DeliveryState.TO_BE_TOLD:
        parts = [Part(other, other.entry(one.place).text) for other, one in also]
        said = spoken(assembly, ticket, purpose, text, parts, is_name_hidden=is_hidden)
        return Previewed(Notification("", "", "", "", "\n\n".join(said), ticket.language), entry.method, len(group))
    note = compose(
        assembly,
        ticket,
        purpose,
        text,
        key="",
        address="" if is_hidden else entry.address,
        link=_hidden_link(services, ticket),
        is_name_hidden=is_hidden,
        also=[Part(other, other.entry(one.place).text, _hidden_link(services, other)) for other, one in also],
    )
    return Previewed(note, entry.method, len(group))


def _hidden_link(services: Services, ticket: Ticket) -> str:
    return f"{services.assembly.options.base_url}/takip/{ticket.address}/••••"
