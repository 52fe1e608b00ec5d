"""Working on a ticket: every action a member of staff can take, checked, recorded, and told where it has to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..domain.access import PersonSeen, allows, person_seen, visibility
from ..domain.calls import CallResult
from ..domain.errors import Forbidden, InvalidInput, NotFound, RevisionConflict
from ..domain.moves import Order, carry_out, tells
from ..domain.outbox import DeliveryState, Notification, OutboxEntry, Purpose
from ..domain.ticket import HistoryEntry, PhotoState, Ticket
from ..domain.undo import settle
from ..domain.workflow import MOVES, Action, Outcome, Permission, allowed_actions
from ..storage import Site
from .linking import checked_order, with_others
from .photos import attach
from .telling import choose_method, compose, reachable, tell
from .together import rejoin
from .unit import Unit
from .uploads import Upload

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["MAX_ANSWER_PHOTOS", "TRUSTED", "Handling", "PhotoFile", "require", "visible_ticket"]

MAX_ANSWER_PHOTOS = 3
TRUSTED = "trusted"
"""The action of the history entry that says that a person wrote it."""

_PERMISSIONS = {move.action: move.permission for move in MOVES}


def visible_ticket(services: Services, site: Site, ticket_id: int) -> Ticket:
    """Return a ticket the actor may see (raises :class:`NotFound`, also for one that exists and is hidden)."""
    ticket = site.tickets.get(ticket_id)
    if ticket is None or not allows(services.actor, Permission.VIEW, ticket):
        raise NotFound(str(ticket_id))
    return ticket


def require(services: Services, permission: Permission | None, ticket: Ticket | None = None) -> None:
    """Raise :class:`Forbidden` unless the actor has the permission (on the ticket)."""
    if permission is None or not allows(services.actor, permission, ticket):
        raise Forbidden(str(permission))


@dataclass(frozen=True)
class PhotoFile:
    """A photo as it is served; ``is_ready`` tells one that was made anew from one that could not be."""

    filename: str
    is_ready: bool
    content: bytes


class Handling:
    """Opens tickets and acts on them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @contextmanager
    def opened(self, ticket_id: int) -> Iterator[tuple[Site, Ticket]]:
        """Give a consistent view of a ticket for the body of the ``with`` statement.

        Raises:
            NotFound: there is none, or the actor may not know that there is.
        """
        with self._services.assembly.database.reading() as site:
            yield site, visible_ticket(self._services, site, ticket_id)

    def possible_actions(self, ticket: Ticket) -> list[Action]:
        """Return what the actor may do with the ticket as it stands, in the table's order."""
        possible = allowed_actions(ticket.status, ticket.check_pending, ticket.facts)
        return [action for action in possible if self._may(action, ticket)]

    def require_action(self, action: Action, ticket: Ticket) -> None:
        """Raise :class:`Forbidden` unless the actor may do this with the ticket, whatever its status."""
        if not self._may(action, ticket):
            raise Forbidden(str(_PERMISSIONS[action]))

    def _may(self, action: Action, ticket: Ticket) -> bool:
        permission = _PERMISSIONS[action]
        if permission is None or not allows(self._services.actor, permission, ticket):
            return False
        # Who shares a ticket may read it; an opinion is given by those who were asked.
        asked = ticket.opinion_from
        return action is not Action.OPINION or asked is None or asked in self._services.actor.departments

    def act(
        self,
        ticket_id: int,
        order: Order,
        seen_revision: int | None,
        uploads: tuple[Upload, ...] = (),
        kept: tuple[str, ...] = (),
    ) -> int:
        """Do what *order* says to a ticket and return its new revision. *uploads* and *kept* are photos of the answer.

        Raises:
            NotFound, Forbidden: access.
            RevisionConflict: somebody changed the ticket after *seen_revision*; nothing was overwritten.
            IllegalMove, InvalidInput: the workflow.
        """

        def change(unit: Unit) -> int:
            ticket = visible_ticket(self._services, unit.site, ticket_id)
            self.require_action(order.action, ticket)
            if seen_revision is not None and seen_revision != ticket.revision:
                raise RevisionConflict(seen_revision, ticket.revision)
            self._check_targets(unit.site, ticket, order)
            whole = checked_order(self._services, unit, ticket, order)
            told = len(ticket.notifications)
            place = carry_out(ticket, whole, self._services.circumstances_of(unit.site, ticket))
            self._check_photos(unit.site, ticket, whole, len(uploads) + len(kept))
            attach(unit, ticket, uploads, kept, self._services.now(), place=place, by_staff=True)
            purpose = tells(ticket, order.action)
            if purpose is not None:
                tell(self._services, unit, ticket, place, purpose)
            others = with_others(self._services, unit, ticket, whole, place)
            settle(ticket, ticket.notifications[told:], tuple((other.id, other.revision - 1) for other in others))
            unit.touch(ticket)
            return ticket.revision

        return self._services.write(change, f"{order.action} by {self._services.actor.id}")

    def _check_photos(self, site: Site, ticket: Ticket, order: Order, new: int) -> None:
        if new > (MAX_ANSWER_PHOTOS if order.action is Action.FINISH else 0):
            raise InvalidInput("photos", "photo_count_answer")
        if order.action is not Action.FINISH or order.outcome != Outcome.SOLVED or new:
            return
        category = site.city.category(ticket.category)
        # What came with an answer that was taken back shows nothing of how it is now.
        withdrawn = ticket.withdrawn_entries
        has_one = any(photo.by_staff and photo.place not in withdrawn for photo in ticket.attachments)
        if category is not None and category.needs_after_photo and not has_one:
            raise InvalidInput("photos", "after_photo_needed")

    def read_mention(self, ticket_id: int) -> None:
        """Say that one has read what mentions one (raises :class:`NotFound`). Nothing of the ticket changes."""

        def change(unit: Unit) -> None:
            ticket, actor = visible_ticket(self._services, unit.site, ticket_id), self._services.actor
            if actor.id in ticket.mentioned:
                ticket.mentioned = tuple(name for name in ticket.mentioned if name != actor.id)
                unit.touch(ticket)

        self._services.write(change, f"a mention read by {self._services.actor.id}")

    def trust(self, ticket_id: int) -> None:
        """Say that a person wrote it after all: it joins the ordinary lists, and its receipt goes out.

        Raises:
            NotFound, Forbidden: access.
            InvalidInput: nobody doubts it.
        """

        def change(unit: Unit) -> None:
            ticket = visible_ticket(self._services, unit.site, ticket_id)
            require(self._services, Permission.NOTE, ticket)
            if not ticket.suspicions:
                raise InvalidInput("suspicions", "unknown")
            ticket.suspicions = ()
            actor = self._services.actor
            ticket.record(
                HistoryEntry(self._services.now(), actor.id, actor.name, TRUSTED, ticket.status, ticket.status)
            )
            tell(self._services, unit, ticket, 0, Purpose.RECEIPT)
            unit.touch(ticket)

        self._services.write(change, f"trusted by {self._services.actor.id}")

    def _check_targets(self, site: Site, ticket: Ticket, order: Order) -> None:
        unit = site.city.tree.get(order.department)
        if order.department and unit is None:
            raise InvalidInput("department", "unknown")
        if unit is not None and not unit.is_valid_on(self._services.today):
            raise InvalidInput("department", "department_closed")
        if order.body and not site.city.is_offered_body(order.body):
            raise InvalidInput("body", "unknown")
        if order.category is not None and order.category.ended_on and order.category.code != ticket.category:
            raise InvalidInput("category", "unknown")
        if order.action is not Action.ASSIGN:
            return
        reach = visibility(self._services.actor, Permission.ROUTE)
        if not reach.includes(order.department, ticket.sensitive):
            raise InvalidInput("department", "out_of_reach")
        if not order.assignee:
            return
        if order.assignee not in {user for user, _ in self.assignees(site, order.department)}:
            raise InvalidInput("assignee", "not_in_department")
        sensitive = order.category.sensitive if order.category else ticket.sensitive
        if not visibility(site.users[order.assignee].as_actor()).includes(order.department, sensitive):
            raise InvalidInput("assignee", "not_entitled")

    def assignees(self, site: Site, department: str | None) -> list[tuple[str, str]]:
        """Return ``(username, name)`` of those who work in a department."""
        return [
            (user.username, user.name)
            for user in site.users.values()
            if not user.is_disabled and any(grant.department == department for grant in user.grants) and department
        ]

    def preview(self, ticket_id: int, order: Order) -> tuple[Notification, OutboxEntry | None] | None:
        """Render what *order* would tell the applicant, exactly as it would be sent; ``None`` when it tells nothing.

        Nothing is changed. The follow link is shown without its code, which is the applicant's alone, and name and
        address are left out where the actor may not know who it is.

        Raises:
            NotFound, Forbidden: access; the message names the applicant.
        """
        purpose = _PREVIEWED.get(order.action)
        if purpose is None:
            return None
        with self.opened(ticket_id) as (_, ticket):
            self.require_action(order.action, ticket)
            assembly = self._services.assembly
            method, address = choose_method(assembly, reachable(ticket, ticket.details), ticket.preferred_method)
            link = f"{assembly.options.base_url}/takip/{ticket.address}/••••"
            is_hidden = person_seen(self._services.actor, ticket) is not PersonSeen.NAME
            address = "" if is_hidden else address
            note = compose(
                assembly, ticket, purpose, order.text, key="", address=address, link=link, is_name_hidden=is_hidden
            )
            pretended = OutboxEntry(
                0, ticket.id, 0, purpose, method.code, address, method.initial_state, self._services.now()
            )
            return note, pretended

    def colleagues(self, site: Site, ticket: Ticket) -> list[tuple[str, str]]:
        """Return ``(username, name)`` of those who may see a ticket, but for whoever asks: who can be mentioned."""
        return [
            (user.username, user.name)
            for user in site.users.values()
            if not user.is_disabled
            and user.username != self._services.actor.id
            and allows(user.as_actor(), Permission.VIEW, ticket)
        ]

    def attachment(self, ticket_id: int, attachment_id: int) -> PhotoFile:
        """Return a photo of a ticket with its content.

        Raises:
            NotFound: there is none, or it has not been made anew yet: what was sent is in nobody's browser.
        """
        with self.opened(ticket_id) as (_, ticket):
            attachment = ticket.photo(attachment_id)
            if attachment is None or attachment.state == PhotoState.RAW:
                raise NotFound(str(attachment_id))
            # As it was sent it may hold the sender's name and where they live.
            is_named = attachment.by_staff or person_seen(self._services.actor, ticket) is PersonSeen.NAME
            if attachment.state != PhotoState.READY and not is_named:
                raise NotFound(str(attachment_id))
            with attachment.blob.open("r") as file:
                return PhotoFile(attachment.filename, attachment.state == PhotoState.READY, file.read())

    def send_again(self, ticket_id: int, entry_id: int) -> None:
        """Send a message once more, whatever became of it before (raises :class:`NotFound`, :class:`Forbidden`)."""

        def change(unit: Unit) -> None:
            ticket, entry = self._entry(unit, ticket_id, entry_id)
            method = self._services.assembly.extensions.feedback_methods.get(entry.method)
            if method is None or method.initial_state is not DeliveryState.PENDING:
                raise InvalidInput("method", "not_sendable")
            entry.attempts = 0
            entry.lease_until = None
            rejoin(unit, entry)
            unit.site.outbox.put(entry, DeliveryState.PENDING, self._services.now())
            unit.has_filled_outbox = True
            unit.touch(ticket)

        self._services.write(change, "send a message again")

    def told(self, ticket_id: int, entry_id: int) -> None:
        """Record that a person has told the applicant, by telephone or at the desk."""
        self._services.calls.record(entry_id, CallResult.TOLD, ticket_id=ticket_id)

    def _entry(self, unit: Unit, ticket_id: int, entry_id: int) -> tuple[Ticket, OutboxEntry]:
        ticket = visible_ticket(self._services, unit.site, ticket_id)
        require(self._services, Permission.RESEND, ticket)
        if entry_id not in ticket.notifications:
            raise NotFound(str(entry_id))
        return ticket, unit.site.outbox.entries[entry_id]


_PREVIEWED = {
    Action.ASK: Purpose.QUESTION,
    Action.REPLY: Purpose.ANSWER,
    Action.PLAN: Purpose.ANSWER,
    Action.REFER: Purpose.ANSWER,
    Action.FINISH: Purpose.ANSWER,
    Action.REFUSE_REOPENING: Purpose.ANSWER,
    Action.DUPLICATE: Purpose.ANSWER,
}
