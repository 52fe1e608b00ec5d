"""What plugins are shown of the stored objects: frozen copies, without whom they are about."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ..domain.city import Category
from ..domain.text import clean
from ..domain.ticket import Ticket
from ..domain.views import ApplicationView, Satisfaction, TicketView
from ..domain.workflow import Action, TicketStatus
from ..storage import Site

if TYPE_CHECKING:
    from .facade import Services
    from .intake import Draft

__all__ = ["application_view", "ended_at", "ticket_view"]

_ENDS = (Action.CLOSE, Action.ACCEPT, Action.FINISH, Action.WITHDRAW)


def application_view(services: Services, site: Site, draft: Draft, category: Category | None) -> ApplicationView:
    """Return what is said in *draft* and what the catalogue knows about it; nothing of who says it."""
    location, details = draft.location, draft.details
    return ApplicationView(
        words=clean(draft.words),
        kind=draft.kind,
        channel=draft.channel,
        language=draft.language,
        at=services.now(),
        category=category.code if category else None,
        category_department=site.city.tree.taking_over(category.department, services.today) if category else None,
        needs_contact=bool(category and category.needs_contact),
        is_sensitive=bool(category and category.sensitive),
        neighbourhood=location.neighbourhood,
        place=location.text,
        street=location.street,
        latitude=location.latitude,
        longitude=location.longitude,
        answers=draft.answers,
        sticker=draft.sticker,
        suggested_body=draft.suggested_body,
        photos=len(draft.uploads) + len(draft.kept),
        has_name=bool(details.name),
        has_phone=bool(details.phone),
        has_email=bool(details.email),
        is_recorded_by_staff=draft.recorded_by_staff,
    )


def ticket_view(site: Site, ticket: Ticket) -> TicketView:
    """Return a ticket without its persons and words; of a sensitive matter that there is one, and whose it is."""
    city = site.city
    is_shown = not ticket.sensitive
    category = city.category(ticket.category) if is_shown else None
    neighbourhood = ticket.location.neighbourhood if is_shown else None
    is_over = ticket.status in (TicketStatus.DONE, TicketStatus.CLOSED) and not ticket.check_pending
    return TicketView(
        id=ticket.id,
        number=ticket.number,
        address=ticket.address,
        kind=ticket.kind,
        status=str(ticket.status),
        channel=ticket.channel,
        language=ticket.language,
        regime=str(ticket.regime),
        category=category.code if category else None,
        category_label=category.label if category else "",
        department=ticket.department,
        department_name=city.tree.name_of(ticket.department) if ticket.department else "",
        neighbourhood=neighbourhood,
        neighbourhood_name=city.territory.name_of(neighbourhood) if neighbourhood else "",
        outcome=str(ticket.outcome) if ticket.outcome else None,
        created_at=ticket.created_at,
        due_at=ticket.next_due,
        closed_at=ended_at(ticket) if is_over else None,
        planned_for=ticket.planned_for,
        is_sensitive=ticket.sensitive,
        is_open=ticket.is_open,
        is_over=is_over,
        can_be_rated=ticket.may_be_rated,
        satisfaction=_satisfaction(ticket),
    )


def ended_at(ticket: Ticket) -> datetime | None:
    """Return when we were done with it: when the answer went out, or when it was closed without one."""
    ends = (entry for action in _ENDS if (entry := ticket.last_entry(action)) is not None)
    return max((entry.at for entry in ends), default=None)


def _satisfaction(ticket: Ticket) -> Satisfaction | None:
    if ticket.satisfaction is None:
        return None
    return Satisfaction(
        rating=ticket.satisfaction,
        text=ticket.satisfaction_text,
        at=ticket.satisfaction_at or ticket.updated_at,
        method=ticket.satisfaction_method,
        by=ticket.satisfaction_by,
    )
