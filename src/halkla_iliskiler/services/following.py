"""What an applicant sees of a ticket, and what they can say: everything needs the code."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from ..domain.access import SYSTEM
from ..domain.applicant import ContactDetails
from ..domain.codes import matches, tracking_code
from ..domain.consent import CONSENT_WITHDRAWN, withdraw
from ..domain.errors import InvalidInput, NotFound
from ..domain.moves import Order, carry_out, tells_applicant
from ..domain.onetime import CODE_LIFE, Proof, new_secret
from ..domain.outbox import Purpose
from ..domain.text import clean
from ..domain.ticket import Attachment, Contact, HistoryEntry, PhotoState, Ticket, id_from_address
from ..domain.workflow import Action
from ..storage import Site
from .intake import MAX_WORDS, know
from .photos import attach
from .proofs import TooManyTries, put_proof, try_proof
from .telling import needs_no_call, send_code, sending_method, tell
from .unit import Unit
from .uploads import MAX_PHOTOS, Upload

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Following", "TooManyTries"]

T = TypeVar("T")
_SAID_FREELY = 30
_LINKS_FREE = 60
"""Wrong links from one client before it has to wait; a right one opens its page all the same."""


class Following:
    """The applicant's side of a ticket."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @contextmanager
    def opened(self, address: str, code: str, client: str = "") -> Iterator[tuple[Site, Ticket]]:
        """Give a consistent view of the ticket that *code* opens, for the body of the ``with`` statement.

        A right link is never refused, however many wrong ones came from the same network address before: nobody finds
        128 bits by trying, and a whole neighbourhood may sit behind one address.

        Raises:
            NotFound: no such number, or another code; the two cannot be told apart.
            TooManyTries: the same, and too many of them from this client.
        """
        with self._services.assembly.database.reading() as site:
            try:
                ticket = self._ticket(site, address, code, short_allowed=False)
            except NotFound:
                self._count_wrong_link(client)
                raise
            yield site, ticket

    def _count_wrong_link(self, client: str) -> None:
        throttle, now, keys = (
            self._services.assembly.code_throttle,
            self._services.now(),
            {f"link:{client}": _LINKS_FREE},
        )
        if wait := throttle.wait(keys, now):
            raise TooManyTries(wait)
        throttle.failed(keys, now)

    def ticket_of(self, site: Site, address: str, code: str) -> Ticket | None:
        """Return the ticket that *code* opens, or ``None``."""
        try:
            return self._ticket(site, address, code, short_allowed=False)
        except NotFound:
            return None

    def _ticket(self, site: Site, address: str, code: str, *, short_allowed: bool) -> Ticket:
        identity = id_from_address(address)
        ticket = site.tickets.get(identity) if identity is not None else None
        # The code of a ticket that does not exist is computed too, so that the time tells nothing.
        generation = ticket.code_generation if ticket is not None else 0
        expected = tracking_code(self._services.assembly.secret, identity or 0, generation)
        if not matches(expected, code, short_allowed=short_allowed) or ticket is None:
            raise NotFound(address)
        return ticket

    def find(self, typed_number: str, typed_code: str, client: str) -> tuple[str, str]:
        """Return ``(address, whole code)`` for a number and the first twelve characters of its code, as typed.

        Raises:
            NotFound: they do not belong together.
            TooManyTries: too many wrong codes for this number or from this client.
        """
        services = self._services
        address = typed_number.strip()
        identity = services.lists.by_number(address)
        keys = {f"number:{identity}:{client}": 5, f"client:{client}": 20, f"number:{identity}": 50}
        if wait := services.assembly.code_throttle.wait(keys, services.now()):
            raise TooManyTries(wait)
        with services.assembly.database.reading() as site:
            try:
                from_index = site.tickets.get(identity) if identity is not None else None
                spelled = from_index.address if from_index is not None else address
                ticket = self._ticket(site, spelled, typed_code, short_allowed=True)
            except NotFound:
                services.assembly.code_throttle.failed(keys, services.now())
                raise
            return ticket.address, tracking_code(services.assembly.secret, ticket.id, ticket.code_generation)

    def photo(self, address: str, code: str, attachment_id: int, client: str) -> bytes:
        """Return a photo the applicant may see: their own, or one of an answer that stands on their page.

        Raises:
            NotFound: none such, not theirs to see, or not made anew yet; or the code is wrong.
            TooManyTries: too many wrong codes from this client.
        """
        with self.opened(address, code, client) as (_, ticket):
            photo = ticket.photo(attachment_id)
            if photo is None or photo.state != PhotoState.READY or not _may_be_shown(ticket, photo):
                raise NotFound(str(attachment_id))
            with photo.blob.open("r") as file:
                content: bytes = file.read()
                return content

    @contextmanager
    def saying(self, address: str) -> Iterator[None]:
        """Count what the body lets an applicant say, unless it raises; very many in a short time have to wait.

        Raises:
            TooManyTries: this application has been written to very often in a short time.
        """
        services = self._services
        # By the identity: one number can be spelled in several ways.
        keys = {f"say:{id_from_address(address)}": _SAID_FREELY}
        if wait := services.assembly.code_throttle.wait(keys, services.now()):
            raise TooManyTries(wait)
        yield
        services.assembly.code_throttle.failed(keys, services.now())

    # -- what an applicant says -----------------------------------------------------------------------------------

    def add_message(
        self,
        address: str,
        code: str,
        text: str,
        *,
        form_key: str = "",
        uploads: tuple[Upload, ...] = (),
        kept: tuple[str, ...] = (),
    ) -> None:
        """Add the applicant's word and photos; a ticket that waits for them goes on by itself.

        The same form sent twice is one message.

        Raises:
            InvalidInput: it says nothing, or too much.
            TooManyTries: this application has been written to very often in a short time.
        """
        words = _checked(text)
        if not words and not uploads and not kept:
            raise InvalidInput("text", "required")
        if len(uploads) + len(kept) > MAX_PHOTOS:
            raise InvalidInput("photos", "photo_count")
        key = f"follow:{hashlib.sha256(f'{address}:{form_key or new_secret()}:{words}'.encode()).hexdigest()}"
        services = self._services

        def change(unit: Unit, ticket: Ticket) -> None:
            if key in unit.site.intake_keys:
                return
            version = services.assembly.extensions.brand.privacy_version
            contact = Contact(unit.block.next_identity(), services.now(), "web", words, key, version)
            place = self._carry_out(ticket, Order(Action.APPLICANT_MESSAGE, text=words, contact=contact))
            needs_no_call(services, unit, ticket, Purpose.QUESTION)
            attach(unit, ticket, uploads, kept, services.now(), place=place)
            unit.site.intake_keys[key] = ticket.id
            unit.touch(ticket)

        self._say(address, code, change, "a message of an applicant")

    def join(self, address: str, code: str, token: str) -> None:
        """Say that it is the same thing as an older open application: staff see both, each keeps number and answer.

        Raises:
            InvalidInput: what *token* stands for is not offered (any more).
        """

        def change(unit: Unit) -> None:
            ticket = self._ticket(unit.site, address, code, short_allowed=False)
            older = self._services.nearby.chosen(unit.site, token, ticket.category, ticket.location)
            if older is None or older == ticket.id:
                raise InvalidInput("same_as", "unknown")
            ticket.related_to = older
            unit.touch(ticket)

        self._services.write(change, "an applicant says it is the same thing")

    def ask_to_reopen(self, address: str, code: str, reason: str) -> None:
        """Record that the applicant does not agree; a person judges it (raises :class:`IllegalMove` and the like)."""
        self._order(address, code, Order(Action.REQUEST_REOPENING, text=_checked(reason)))

    def withdraw_consent(self, address: str, code: str, purpose: str) -> None:
        """Take a permission back; what was permitted until now stays on record, and so does when it ended.

        Raises:
            InvalidInput: it was not given, or has been taken back already.
        """

        def change(unit: Unit, ticket: Ticket) -> None:
            now = self._services.now()
            consents = withdraw(ticket.consents, purpose, now)
            if consents == ticket.consents:
                raise InvalidInput("consent", "unknown")
            ticket.consents = consents
            ticket.record(
                HistoryEntry(
                    at=now,
                    actor="",
                    actor_name="",
                    action=CONSENT_WITHDRAWN,
                    from_status=ticket.status,
                    to_status=ticket.status,
                    is_public=True,
                    details=(("consent", purpose),),
                )
            )
            unit.touch(ticket)

        self._say(address, code, change, "a permission of an applicant was taken back")

    def withdraw(self, address: str, code: str, reason: str) -> None:
        """End the application on its applicant's word, and close it (raises :class:`IllegalMove` once it is over)."""

        def change(unit: Unit, ticket: Ticket) -> None:
            self._carry_out(ticket, Order(Action.WITHDRAW, text=_checked(reason)))
            self._carry_out(ticket, Order(Action.CLOSE))
            needs_no_call(self._services, unit, ticket, Purpose.QUESTION, Purpose.ANSWER)
            unit.touch(ticket)

        self._say(address, code, change, "withdrawn by its applicant")

    def change_contact(self, address: str, code: str, phone: str, email: str) -> tuple[str, ...]:
        """Change how the applicant is reached; an empty value leaves it as it is.

        Where the city can send to the new address it has to be proved with a one-time code first; until then
        everything goes where it went. Where it cannot (a telephone without a method that sends), the new number counts
        at once and is marked as unproven. Whoever was reached until now is told.

        Returns:
            What waits for its code: ``phone``, ``email``, both or nothing.

        Raises:
            InvalidInput: nothing is new, or no code can be sent to an e-mail address.
        """
        services = self._services

        def change(unit: Unit, ticket: Ticket) -> tuple[str, ...]:
            known = ticket.details
            wanted = {"phone": phone, "email": email}
            new = {name: value for name, value in wanted.items() if value and value != getattr(known, name)}
            if not new:
                raise InvalidInput("email", "nothing_changed")
            waiting = []
            for name, value in new.items():
                details = ContactDetails(**{name: value})
                if sending_method(services.assembly, details) is not None:
                    proof = Proof(details.phone, details.email, services.now() + CODE_LIFE)
                    put_proof(unit.site, _proof_key(ticket, name), proof)
                    send_code(services, unit, details, _proof_key(ticket, name), ticket.language)
                    waiting.append(name)
                elif name == "email":
                    raise InvalidInput("email", "code_not_sendable")
                else:
                    self._reach(unit, ticket, replace(known, phone=value), is_proven=False)
            return tuple(waiting)

        return self._say(address, code, change, "contact details of an applicant")

    def confirm_contact(self, address: str, code: str, name: str, typed: str) -> None:
        """Take the one-time code that proves a new telephone or e-mail, which counts from now on.

        Raises:
            InvalidInput: the code is wrong, over, or was tried too often.
        """
        services = self._services

        def change(unit: Unit, ticket: Ticket) -> bool:
            proof = try_proof(services, unit.site, _proof_key(ticket, name), typed)
            if proof is not None:
                changed = {"phone": proof.phone} if proof.phone else {"email": proof.email}
                self._reach(unit, ticket, replace(ticket.details, **changed), is_proven=True)
            return proof is not None

        # What is wrong is counted in the transaction, so it must not be undone by an error.
        if not self._say(address, code, change, "a new address was proved"):
            raise InvalidInput("code", "code_wrong")

    def waiting_proofs(self, site: Site, ticket: Ticket) -> dict[str, str]:
        """Return the new addresses that wait for their code: ``{"email": "ayse@example.org"}``."""
        found = {}
        for name in ("phone", "email"):
            proof = (site.proofs or {}).get(_proof_key(ticket, name))
            if proof is not None and not proof.is_over(self._services.now()):
                found[name] = str(getattr(proof, name))
        return found

    def _reach(self, unit: Unit, ticket: Ticket, details: ContactDetails, *, is_proven: bool) -> None:
        old = ticket.details
        place = self._carry_out(ticket, Order(Action.CHANGE_CONTACT, reach=details))
        if details.phone != old.phone:
            ticket.phone_is_unproven = not is_proven
        know(unit, ticket, details)
        if not old.is_empty:
            tell(self._services, unit, ticket, place, Purpose.CONTACT_CHANGED, old)
        unit.touch(ticket)

    def _carry_out(self, ticket: Ticket, order: Order) -> int:
        return carry_out(ticket, order, self._services.acting_as(SYSTEM).circumstances)

    def _order(self, address: str, code: str, order: Order) -> None:
        def change(unit: Unit, ticket: Ticket) -> None:
            self._carry_out(ticket, order)
            unit.touch(ticket)

        self._say(address, code, change, f"{order.action} by an applicant")

    def _say(self, address: str, code: str, change: Callable[[Unit, Ticket], T], note: str) -> T:
        """Let *change* happen to the ticket the code opens; very many in a short time have to wait."""

        def in_unit(unit: Unit) -> T:
            return change(unit, self._ticket(unit.site, address, code, short_allowed=False))

        with self.saying(address):
            return self._services.write(in_unit, note)


def _checked(text: str) -> str:
    words = clean(text)
    if len(words) > MAX_WORDS:
        raise InvalidInput("text", "too_long")
    return words


def _proof_key(ticket: Ticket, name: str) -> str:
    # Not a secret: the ticket's own code is asked for beside it.
    return f"contact:{ticket.id}:{name}"


def _may_be_shown(ticket: Ticket, photo: Attachment) -> bool:
    """Tell whether the applicant may see a photo: their own, or that of an answer which is public."""
    if not photo.by_staff:
        return True
    withdrawn = ticket.withdrawn_entries
    public = (
        place
        for place, entry in ticket.history
        if entry.is_public and tells_applicant(entry.action) and place not in withdrawn
    )
    return any(photo in ticket.photos_of_answer(place) for place in public)
