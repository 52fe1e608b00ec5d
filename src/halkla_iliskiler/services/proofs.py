"""My applications: somebody proves that an address is theirs with a one-time code, and sees what they sent from it.

There is no account and no password. The code goes only to the address, can be typed only in the browser that asked for
it, and opens a visit of half an hour. An address nobody applied with is answered with the same words, the same write
and in the same time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..domain.applicant import ContactDetails
from ..domain.codes import tracking_code
from ..domain.errors import InvalidInput
from ..domain.onetime import CODE_LIFE, VISIT_LIFE, Proof, hidden_key, new_secret
from ..domain.outbox import OutboxEntry, Purpose
from ..domain.ticket import Ticket
from ..storage import Site
from .telling import send_code, sending_method
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["LISTED_FOR", "MineRow", "Proofs", "TooManyTries", "put_proof", "try_proof"]

LISTED_FOR = timedelta(days=365)


class TooManyTries(Exception):
    """Codes were guessed, or asked for, too often; ``wait`` is how long until the next try."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait.total_seconds():.0f} s")
        self.wait = wait


@dataclass(frozen=True)
class MineRow:
    """One of somebody's own applications, with the code that opens its follow page."""

    number: str
    address: str
    code: str
    category: str | None
    words: str
    status: str
    check_pending: bool
    filed: datetime


class Proofs:
    """Asks for codes, takes them, and lists what the proved address has."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def reaches(self, details: ContactDetails) -> bool:
        """Tell whether the city can send a code there."""
        return sending_method(self._services.assembly, details) is not None

    def ask(self, details: ContactDetails, client: str, language: str) -> str:
        """Send a code to an address and return the secret of the browser that asked.

        Raises:
            InvalidInput: no method of the city can send a code there.
            TooManyTries: for this address, or from this client.
        """
        services = self._services
        if not self.reaches(details):
            raise InvalidInput("address", "code_not_sendable")
        keys = {f"ask:{details.email.casefold()}{details.phone}": 3, f"ask-from:{client}": 12}
        now = services.now()
        if wait := services.assembly.code_throttle.wait(keys, now):
            raise TooManyTries(wait)
        services.assembly.code_throttle.failed(keys, now)
        secret = new_secret()

        def change(unit: Unit) -> None:
            is_known = any(_tickets_of(unit.site, details, now))
            proof = Proof(details.phone, details.email, now + CODE_LIFE, is_known=is_known)
            put_proof(unit.site, hidden_key(secret), proof)
            if is_known:
                send_code(services, unit, details, hidden_key(secret), language)

        services.write(change, "ask for a one-time code")
        return secret

    def asked(self, secret: str) -> bool:
        """Tell whether a code can still be typed for *secret*."""
        with self._services.assembly.database.reading() as site:
            proof = (site.proofs or {}).get(hidden_key(secret))
            return proof is not None and not proof.is_proven and not proof.is_over(self._services.now())

    def confirm(self, secret: str, typed: str, client: str) -> str:
        """Take a code and return the secret of the visit it opens; the code is used up.

        Raises:
            InvalidInput: it is wrong, over, used, or was tried too often; which of these is not said.
            TooManyTries: from this client.
        """
        services = self._services
        keys = {f"confirm-from:{client}": 20}
        now = services.now()
        if wait := services.assembly.code_throttle.wait(keys, now):
            raise TooManyTries(wait)
        visit = new_secret()

        def change(unit: Unit) -> bool:
            proof = try_proof(services, unit.site, hidden_key(secret), typed)
            if proof is None:
                return False
            opened = Proof(proof.phone, proof.email, now + VISIT_LIFE)
            opened.is_proven = True
            put_proof(unit.site, hidden_key(visit), opened)
            return True

        if not services.write(change, "a one-time code was typed"):
            services.assembly.code_throttle.failed(keys, now)
            raise InvalidInput("code", "code_wrong")
        return visit

    def list_of(self, secret: str) -> list[MineRow] | None:
        """Return the last year's applications of the address that *secret* has proved, newest first; or ``None``."""
        services = self._services
        now = services.now()
        with services.assembly.database.reading() as site:
            proof = (site.proofs or {}).get(hidden_key(secret))
            if proof is None or not proof.is_proven or proof.is_over(now):
                return None
            found = _tickets_of(site, ContactDetails(phone=proof.phone, email=proof.email), now)
            return [self._row(ticket) for ticket in sorted(found, key=lambda one: one.id, reverse=True)]

    def _row(self, ticket: Ticket) -> MineRow:
        return MineRow(
            number=ticket.number,
            address=ticket.address,
            code=tracking_code(self._services.assembly.secret, ticket.id, ticket.code_generation),
            category=ticket.category,
            words=ticket.words,
            status=ticket.status,
            check_pending=ticket.check_pending,
            filed=ticket.created_at,
        )

    def leave(self, secret: str) -> None:
        """End a visit; a copy of its cookie opens nothing any more."""
        self._services.write(lambda unit: (unit.site.proofs or {}).pop(hidden_key(secret), None), "end a visit")

    def sweep(self) -> int:
        """Forget codes and visits that are over, and the messages that would bring such codes. Return how many."""
        now = self._services.now()
        with self._services.assembly.database.reading() as site:
            if not _over(site, now) and not _stray_codes(site, now):
                return 0

        def change(unit: Unit) -> int:
            over = _over(unit.site, now)
            for key in over:
                del (unit.site.proofs or {})[key]
            for entry in _stray_codes(unit.site, now):
                unit.site.outbox.forget(entry)
            return len(over)

        return self._services.write(change, "forget one-time codes that are over")


def put_proof(site: Site, key: str, proof: Proof) -> None:
    """Keep a proof; one that was kept under the same key before counts no more."""
    if site.proofs is None:
        site.begin_proofs()
    assert site.proofs is not None  # noqa: S101
    site.proofs[key] = proof


def try_proof(services: Services, site: Site, key: str, typed: str) -> Proof | None:
    """Count a try, and return the proof when it was right: it is used up then."""
    proof: Proof | None = (site.proofs or {}).get(key)
    if proof is None or not proof.accepts(services.assembly.secret, typed, services.now()):
        return None
    del (site.proofs or {})[key]
    return proof


def _spellings(email: str) -> list[str]:
    # Addresses are kept as they were typed, and telephones like to begin them with a capital.
    plain = email.casefold()
    return list(dict.fromkeys((email, plain, plain[:1].upper() + plain[1:]))) if email else []


def _tickets_of(site: Site, details: ContactDetails, now: datetime) -> list[Ticket]:
    """Return the last year's tickets that are answered at this very address: not all of whoever has used it once."""
    people: dict[int, None] = {}
    for spelling in _spellings(details.email):
        people.update(dict.fromkeys(site.by_email.get(spelling, ())))
    people.update(dict.fromkeys(site.by_phone.get(details.phone, ())) if details.phone else {})
    found = []
    for identity in people:
        for ticket_id in site.applicants[identity].tickets:
            ticket = site.tickets[ticket_id]
            is_theirs = (
                ticket.details.email.casefold() == details.email.casefold()
                if details.email
                else ticket.details.phone == details.phone
            )
            if is_theirs and now - ticket.created_at <= LISTED_FOR:
                found.append(ticket)
    return found


def _over(site: Site, now: datetime) -> list[str]:
    return [key for key, proof in (site.proofs or {}).items() if proof.is_over(now)]


def _stray_codes(site: Site, now: datetime) -> list[OutboxEntry]:
    """Return the messages with a code that nobody can use any more."""
    waiting = [*(identity for _, identity in site.outbox.due), *site.outbox.undeliverable]
    entries = (site.outbox.entries[identity] for identity in waiting)
    return [entry for entry in entries if entry.purpose == Purpose.CODE and now - entry.created_at >= CODE_LIFE]
