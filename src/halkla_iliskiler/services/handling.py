"""Working on a ticket: every action a member of staff can take, checked, recorded, and told where it has to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..domain.access import allows, visibility
from ..domain.errors import Forbidden, InvalidInput, NotFound, RevisionConflict
from ..domain.moves import Order, carry_out, tells
from ..domain.outbox import DeliveryState, Notification, OutboxEntry, Purpose
from ..domain.ticket import Attachment, HistoryEntry, PhotoState, Ticket
from ..domain.workflow import MOVES, Action, Permission, allowed_actions
from ..storage import Site
from .photos import attach
from .telling import choose_method, compose, tell
from .unit import Unit
from .uploads import Upload

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["MAX_ANSWER_PHOTOS", "TRUSTED", "Handling", "require", "visible_ticket"]

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
        possible = allowed_actions(ticket.status, ticket.check_pending)
        return [action for action in possible if self._may(action, ticket)]

    def require_action(self, action: Action, ticket: Ticket) -> None:
        """Raise :class:`Forbidden` unless the actor may do this with the ticket, whatever its status."""
        require(self._services, _PERMISSIONS[action], ticket)

    def _may(self, action: Action, ticket: Ticket) -> bool:
        permission = _PERMISSIONS[action]
        return permission is not None and allows(self._services.actor, permission, ticket)

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
            place = carry_out(ticket, order, self._services.circumstances)
            if len(uploads) + len(kept) > (MAX_ANSWER_PHOTOS if order.action is Action.FINISH else 0):
                raise InvalidInput("photos", "photo_count_answer")
            attach(unit, ticket, uploads, kept, self._services.now(), place=place, by_staff=True)
            purpose = tells(ticket, order.action)
            if purpose is not None:
                tell(self._services, unit, ticket, place, purpose)
            unit.touch(ticket)
            return ticket.revision

        return self._services.write(change, f"{order.action} by {self._services.actor.id}")

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
        if order.department and order.department not in site.city.tree:
            raise InvalidInput("department", "unknown")
        if order.body and site.city.body(order.body) is None:
            raise InvalidInput("body", "unknown")
        if order.action is not Action.ASSIGN:
            return
        reach = visibility(self._services.actor, Permission.ROUTE)
        if not reach.includes(order.department, ticket.sensitive):
            raise InvalidInput("department", "out_of_reach")
        if order.assignee and order.assignee not in {user for user, _ in self.assignees(site, order.department)}:
            raise InvalidInput("assignee", "not_in_department")

    def assignees(self, site: Site, department: str | None) -> list[tuple[str, str]]:
        """Return ``(username, name)`` of those who work in a department."""
        return [
            (user.username, user.name)
            for user in site.users.values()
            if not user.is_disabled and any(grant.department == department for grant in user.grants) and department
        ]

    def preview(self, ticket_id: int, order: Order) -> tuple[Notification, OutboxEntry | None] | None:
        """Render what *order* would tell the applicant, exactly as it would be sent; ``None`` when it tells nothing.

        Nothing is changed. The follow link is shown without its code, which is the applicant's alone.

        Raises:
            NotFound, Forbidden: access; the message names the applicant.
        """
        purpose = _PREVIEWED.get(order.action)
        if purpose is None:
            return None
        with self.opened(ticket_id) as (_, ticket):
            self.require_action(order.action, ticket)
            assembly = self._services.assembly
            method, address = choose_method(assembly, ticket.details, ticket.preferred_method)
            link = f"{assembly.options.base_url}/takip/{ticket.address}/••••"
            note = compose(assembly, ticket, purpose, order.text, key="", address=address, link=link)
            pretended = OutboxEntry(
                0, ticket.id, 0, purpose, method.code, address, method.initial_state, self._services.now()
            )
            return note, pretended

    def attachment(self, ticket_id: int, attachment_id: int) -> tuple[Attachment, bytes]:
        """Return a photo of a ticket with its content.

        Raises:
            NotFound: there is none, or it has not been made anew yet: what was sent is in nobody's browser.
        """
        with self.opened(ticket_id) as (_, ticket):
            attachment = ticket.photo(attachment_id)
            if attachment is None or attachment.state == PhotoState.RAW:
                raise NotFound(str(attachment_id))
            with attachment.blob.open("r") as file:
                return attachment, file.read()

    def send_again(self, ticket_id: int, entry_id: int) -> None:
        """Send a message once more, whatever became of it before (raises :class:`NotFound`, :class:`Forbidden`)."""

        def change(unit: Unit) -> None:
            ticket, entry = self._entry(unit, ticket_id, entry_id)
            method = self._services.assembly.extensions.feedback_methods.get(entry.method)
            if method is None or method.initial_state is not DeliveryState.PENDING:
                raise InvalidInput("method", "not_sendable")
            entry.state = DeliveryState.PENDING.value
            entry.attempts = 0
            entry.lease_until = None
            unit.site.outbox.undeliverable.discard(entry.id)
            unit.site.outbox.schedule(entry, self._services.now())
            unit.has_filled_outbox = True
            unit.touch(ticket)

        self._services.write(change, "send a message again")

    def told(self, ticket_id: int, entry_id: int) -> None:
        """Record that a person has told the applicant, by telephone or at the desk."""

        def change(unit: Unit) -> None:
            ticket, entry = self._entry(unit, ticket_id, entry_id)
            if entry.state != DeliveryState.TO_BE_TOLD:
                raise InvalidInput("method", "already_told")
            self._services.delivery.settle(unit, ticket, entry, told_by=self._services.actor.id)

        self._services.write(change, "an applicant was told in person")

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
}
