"""What an action does beyond its own ticket: duplicates and their common answer, the second matter of a split."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..domain.access import allows
from ..domain.clocks import DEFAULT_SOLVE_WITHIN, start_clocks
from ..domain.errors import InvalidInput
from ..domain.moves import carry_out, tells
from ..domain.order import Order
from ..domain.outbox import Purpose
from ..domain.text import clean
from ..domain.ticket import Contact, HistoryEntry, Location, Ticket
from ..domain.undo import settle
from ..domain.workflow import Action, Outcome, Permission, TicketStatus, allowed_actions
from ..i18n import _, translate
from ..storage import Site
from .telling import tell
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = [
    "LINKED",
    "MADE_OF",
    "TOGETHER",
    "UNLINKED",
    "answered_together",
    "checked_order",
    "in_words_of",
    "is_answered",
    "likely_mains",
    "main_of",
    "mentioned_in",
    "with_others",
]

TOGETHER = frozenset({Action.REPLY, Action.PLAN, Action.FINISH})
"""Answers that can be given to the open duplicates with the same words."""
_CHECKS = frozenset({Action.ACCEPT, Action.GIVE_BACK})
"""What is decided about the main ticket's answer is decided about the same answer of its duplicates."""

LINKED, UNLINKED, MADE_OF = "linked", "unlinked", "made_of"
"""Actions of the history entries on the other ticket: it has a duplicate, has it no longer, was made of a part."""

_AT_NAME = re.compile(r"(?<![\w.])@([A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9]|[A-Za-z0-9])")
_OFFERED_MAINS = 6


# -- before: is what is named there, and may it be? ---------------------------------------------------------------


def checked_order(services: Services, unit: Unit, ticket: Ticket, order: Order) -> Order:
    """Return *order* with everybody mentioned in it, and the ticket it is a duplicate of or will be split into.

    Raises:
        InvalidInput: a ticket or a colleague is named whom it cannot be about.
    """
    site = unit.site
    if order.action is Action.DUPLICATE:
        order = replace(order, main=_main(services, site, order).id)
    if order.action in (Action.NOTE, Action.CONSULT, Action.OPINION, Action.ASSIGN, Action.SEND_BACK):
        order = replace(order, mentions=tuple(_mentions(services, site, ticket, order)))
    if order.action is Action.SPLIT:
        if order.neighbourhood and not site.city.territory.get(order.neighbourhood):
            raise InvalidInput("neighbourhood", "unknown")
        block = services.assembly.options.number_block
        order = replace(order, main=site.next_ticket_id(unit.block, services.today.year, block))
    return order


def _main(services: Services, site: Site, order: Order) -> Ticket:
    found = main_of(services, site, order.main)
    if found is None:
        raise InvalidInput("main", "no_such_ticket")
    return found


def main_of(services: Services, site: Site, identity: int | None) -> Ticket | None:
    """Return the ticket that one is a duplicate of who is said to be one of *identity*, as far as it may be seen."""
    found = site.tickets.get(identity) if identity is not None else None
    if found is not None and found.duplicate_of is not None:
        # A duplicate of a duplicate is one of the same main ticket.
        found = site.tickets.get(found.duplicate_of)
    return found if found is not None and allows(services.actor, Permission.VIEW, found) else None


def is_answered(ticket: Ticket) -> bool:
    """Tell whether a ticket has its answer, so that a duplicate of it can be given the same."""
    return not ticket.is_open and ticket.outcome != Outcome.WITHDRAWN


def mentioned_in(text: str, site: Site) -> list[str]:
    """Return the user names written as ``@name`` in *text*, as far as somebody has them."""
    return [name for name in dict.fromkeys(_AT_NAME.findall(text)) if name in site.users]


def _mentions(services: Services, site: Site, ticket: Ticket, order: Order) -> Iterator[str]:
    for name in dict.fromkeys((*order.mentions, *mentioned_in(order.text, site))):
        user = site.users.get(name)
        if user is None or user.is_disabled:
            raise InvalidInput("colleague", "unknown")
        if not allows(user.as_actor(), Permission.VIEW, ticket):
            raise InvalidInput("colleague", "may_not_see")
        if name != services.actor.id:
            yield name


# -- duplicates ----------------------------------------------------------------------------------------------------


def answered_together(services: Services, site: Site, ticket: Ticket, order: Order) -> list[Ticket]:
    """Return the duplicates of *ticket* that *order* can be given to as well, by whom the actor may do it to."""
    found = (site.tickets.get(identity) for identity in ticket.duplicates)
    return [
        other
        for other in found
        if other is not None
        and _may_follow(services, other, order)
        and (order.action not in _CHECKS or _has_its_answer(site, ticket, other))
    ]


def _has_its_answer(site: Site, main: Ticket, other: Ticket) -> bool:
    """Tell whether *other* was finished with the words and the outcome of *main*: nobody accepts what they never read.

    A duplicate that was given an answer of its own is checked by itself.
    """
    given, own = main.last_entry(Action.FINISH), other.last_entry(Action.FINISH)
    if given is None or own is None or given.detail("outcome") != own.detail("outcome"):
        return False
    return own.text == in_words_of(site, main, other, given.text)


def in_words_of(site: Site, main: Ticket, other: Ticket, text: str) -> str:
    """Return an answer to *main* as the applicant of *other* reads it: with their own number and their own place.

    How somebody has described a place may name their home, or themselves.
    """
    theirs, own = _place_words(site, main), _place_words(site, other)
    if main.location.text and theirs in text:
        text = text.replace(theirs, own or site.city.territory.name_of(main.location.neighbourhood))
    return text.replace(main.number, other.number)


def _place_words(site: Site, ticket: Ticket) -> str:
    """Return the place as a ready answer names it."""
    where = (site.city.territory.name_of(ticket.location.neighbourhood), ticket.location.text)
    return ", ".join(part for part in where if part)


def _may_follow(services: Services, other: Ticket, order: Order) -> bool:
    permission = Permission.CHECK if order.action in _CHECKS else Permission.HANDLE
    if not allows(services.actor, permission, other):
        return False
    if order.action not in allowed_actions(other.status, other.check_pending, other.facts):
        return False
    known = order.outcome in frozenset(Outcome) and Outcome(order.outcome or "").is_for_petitions_only
    return not known or other.regime == "PETITION_3071"


def with_others(services: Services, unit: Unit, ticket: Ticket, order: Order, place: int) -> tuple[Ticket, ...]:
    """Do what *order* means for other tickets, after *ticket* itself; return those that were given the same answer."""
    if order.action is Action.DUPLICATE:
        _link(services, unit, ticket, order, place)
    elif order.action is Action.NOT_DUPLICATE:
        _unlink(services, unit, ticket, int(ticket.entry(place).detail("ticket")))
    elif order.action is Action.SPLIT:
        _split(services, unit, ticket, order)
    elif order.action in _CHECKS or (order.together and order.action in TOGETHER):
        others = answered_together(services, unit.site, ticket, order)
        for other in others:
            text = in_words_of(unit.site, ticket, other, order.text)
            _answer(services, unit, other, replace(order, together=False, mentions=(), text=text))
        return tuple(others)
    return ()


def _answer(services: Services, unit: Unit, ticket: Ticket, order: Order) -> None:
    place = carry_out(ticket, order, services.circumstances_of(unit.site, ticket))
    told = len(ticket.notifications)
    purpose = tells(ticket, order.action)
    if purpose is not None:
        tell(services, unit, ticket, place, purpose)
    settle(ticket, ticket.notifications[told:])
    unit.touch(ticket)


def _link(services: Services, unit: Unit, ticket: Ticket, order: Order, place: int) -> None:
    main: Ticket = unit.site.tickets[order.main]
    main.duplicates += (ticket.id,)
    _note(services, main, LINKED, ticket)
    unit.touch(main)
    if ticket.department is None and main.department is not None:
        # What nobody has routed yet goes where the other one lies.
        ticket.department = main.department
        if ticket.status == TicketStatus.NEW:
            ticket.status = TicketStatus.ASSIGNED.value
    if is_answered(main):
        # The other one has its answer: this one is given it now.
        _answer(services, unit, ticket, Order(Action.FINISH, order.text, outcome=main.outcome))
    elif order.text.strip():
        tell(services, unit, ticket, place, Purpose.ANSWER)


def _unlink(services: Services, unit: Unit, ticket: Ticket, main_id: int) -> None:
    main = unit.site.tickets.get(main_id)
    if main is not None:
        main.duplicates = tuple(identity for identity in main.duplicates if identity != ticket.id)
        _note(services, main, UNLINKED, ticket)
        unit.touch(main)


def _note(services: Services, ticket: Ticket, action: str, other: Ticket) -> None:
    actor, now = services.actor, services.now()
    ticket.updated_at = now
    details = (("ticket", str(other.id)),)
    ticket.record(HistoryEntry(now, actor.id, actor.name, action, ticket.status, ticket.status, details=details))


def likely_mains(services: Services, site: Site, ticket: Ticket) -> list[Ticket]:
    """Return what *ticket* may be a duplicate of, the likeliest first, as far as the actor may see it."""
    named = [] if ticket.related_to is None else [ticket.related_to]
    near = [found.id for found in services.nearby.for_staff(site, ticket.category, ticket.location)]
    same = [row.id for row in services.lists.same_words(ticket, _OFFERED_MAINS)]
    newer = [row.id for row in services.lists.related(ticket, _OFFERED_MAINS)]
    return list(_visible_mains(services, site, ticket, [*named, *near, *same, *newer]))[:_OFFERED_MAINS]


def _visible_mains(services: Services, site: Site, ticket: Ticket, identities: Iterable[int]) -> Iterator[Ticket]:
    seen = {ticket.id}
    for identity in identities:
        found = site.tickets.get(identity)
        main = site.tickets.get(found.duplicate_of) if found is not None and found.duplicate_of else found
        if main is None or main.id in seen:
            continue
        seen.add(main.id)
        if allows(services.actor, Permission.VIEW, main):
            yield main


# -- a second matter -----------------------------------------------------------------------------------------------

_MADE_OF = _(
    "You wrote to us about more than one matter. A part of your application ${first} has this number of its own."
)


def _split(services: Services, unit: Unit, ticket: Ticket, order: Order) -> None:
    """Make an application of its own of the second matter: same applicant, counted from when they first wrote."""
    first = ticket.contacts[0]
    identity = order.main or 0
    year, sequence = divmod(identity, 10**8)
    category = order.category
    regime = category.regime if category else ticket.regime
    contact = Contact(
        id=unit.block.next_identity(),
        at=first.at,
        channel=first.channel,
        words=clean(order.text),
        intake_key=f"split:{ticket.id}:{identity}",
        privacy_version=first.privacy_version,
        staff=services.actor.id,
        details=ticket.details,
    )
    solve_within = category.solve_within if category else DEFAULT_SOLVE_WITHIN
    made = Ticket(
        identity=identity,
        number=services.assembly.extensions.brand.number_pattern.format(year=year, sequence=sequence),
        kind=ticket.kind,
        regime=regime,
        contact=contact,
        location=_place_of(ticket, order),
        category=category.code if category else None,
        department=unit.site.city.tree.taking_over(category.department, services.today) if category else None,
        # What a sensitive application says stays among those who may read it, until somebody has sorted it.
        sensitive=category.sensitive if category else ticket.sensitive,
        clocks=start_clocks(ticket.kind, regime, solve_within, ticket.counted_from, services.assembly.calendar),
    )
    for name in ("language", "representation", "preferred_method", "consents", "phone_is_unproven", "wrong_phones"):
        setattr(made, name, getattr(ticket, name))
    made.needs_check = bool(category and category.needs_check)
    made.names_hidden = ticket.names_hidden or bool(category and category.hides_identity)
    made.status = (TicketStatus.ASSIGNED if category else TicketStatus.NEW).value
    made.created_at = ticket.created_at
    made.split_from = ticket.id
    made.updated_at = services.now()
    ticket.splits += (made.id,)
    _enter(services, unit, ticket, made)


def _place_of(ticket: Ticket, order: Order) -> Location:
    """Return where the second matter is: the same place, unless another neighbourhood was chosen."""
    same = order.neighbourhood in (None, ticket.location.neighbourhood)
    return ticket.location if same else Location(order.neighbourhood)


def _enter(services: Services, unit: Unit, ticket: Ticket, made: Ticket) -> None:
    site, actor = unit.site, services.actor
    site.tickets[made.id] = made
    site.intake_keys[made.contacts[0].intake_key] = made.id
    if ticket.applicant_id is not None:
        made.applicant_id = ticket.applicant_id
        site.applicants[ticket.applicant_id].tickets.insert(made.id)
    details = [("ticket", str(ticket.id))]
    if made.department:
        details.append(("department", made.department))
    text = translate(_MADE_OF, made.language, first=ticket.number)
    made.record(
        HistoryEntry(
            services.now(), actor.id, actor.name, MADE_OF, "", made.status, text, is_public=True, details=tuple(details)
        )
    )
    tell(services, unit, made, 0, Purpose.RECEIPT, was_shown=False)
    unit.touch(made)
