"""Opening personal data: with a permission, a reason, and a line in the read log.

The log (:mod:`..storage.readlog`) is append-only and not in the database: reading must not write there, and whoever can
change the database must not be able to hide that they looked. Nothing of what was seen or looked for stands in it.
"""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum
from typing import TYPE_CHECKING

from ..domain.applicant import ContactDetails
from ..domain.errors import InvalidInput
from ..domain.text import clean
from ..domain.workflow import Permission
from .handling import require

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Disclosure", "ReadKind"]

_LONGEST_REASON = 200


class ReadKind(StrEnum):
    """What was done with somebody's data."""

    CONTACT_DETAILS = "contact_details"
    NATIONAL_ID = "national_id"
    SEARCH = "search"
    PRINTED = "printed"
    EXPORTED = "exported"
    LOG_READ = "log_read"


class Disclosure:
    """Opens what is masked, and remembers who did."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def contact_details(self, ticket_id: int, reason: str, client: str) -> ContactDetails:
        """Return name, telephone, e-mail and address of a ticket's applicant, unmasked (law 6698, art. 12).

        Raises:
            NotFound, Forbidden: access; where the identity is hidden, the handling directorate has none.
            InvalidInput: no reason was given.
            OSError: the log could not be written; then nothing is shown.
        """
        why = _checked(reason)
        with self._services.handling.opened(ticket_id) as (_, ticket):
            require(self._services, Permission.SEE_CONTACT, ticket)
            details: ContactDetails = ticket.details
            self.note(ReadKind.CONTACT_DETAILS, client, ticket=ticket.address, why=why)
        return details

    def national_id(self, ticket_id: int, reason: str, client: str) -> str:
        """Return the identity number a law asked for, whole; empty where there is none (raises the same)."""
        why = _checked(reason)
        with self._services.handling.opened(ticket_id) as (_, ticket):
            number = self._services.national_ids.decrypted(ticket)
            if number:
                self.note(ReadKind.NATIONAL_ID, client, ticket=ticket.address, why=why)
        return number

    def searched(self, by: str, found: int, reason: str = "", client: str = "", *, value: str = "") -> None:
        """Write down that tickets were looked up by what identifies a person.

        *by* is ``phone``, ``name``, ``email`` or ``national_id``; *found* is how many tickets were shown. Of *value*
        only a keyed mark is kept: it tells whether somebody's number was looked for, and cannot be read back.
        """
        mark = self.mark(by, value) if value else ""
        self.note(ReadKind.SEARCH, client, by=by, found=str(found), why=clean(reason), mark=mark)

    def mark(self, by: str, value: str) -> str:
        """Return the mark under which a search for *value* stands in the log."""
        key = self._services.assembly.secret
        return hmac.new(key, f"search:{by}:{value}".encode(), hashlib.sha256).hexdigest()[:16]

    def printed(self, ticket_id: int, client: str) -> None:
        """Write down that a ticket is printed (raises :class:`NotFound`)."""
        with self._services.handling.opened(ticket_id) as (_, ticket):
            self.note(ReadKind.PRINTED, client, ticket=ticket.address)

    def exported(self, what: str, found: int, reason: str, client: str) -> None:
        """Write down that *found* tickets leave the program as a file (raises :class:`InvalidInput`: no reason)."""
        self.note(ReadKind.EXPORTED, client, by=what, found=str(found), why=_checked(reason))

    def note(self, what: ReadKind, client: str, **said: str) -> None:
        """Write a line about the actor; what is empty is left out, but for the reason."""
        line = {"at": self._services.now().isoformat(timespec="seconds"), "who": self._services.actor.id}
        line |= {"what": what.value, "why": "", "from": client}
        line |= {name: value[:_LONGEST_REASON] for name, value in said.items() if value}
        self._services.assembly.reads.append(line)


def _checked(reason: str) -> str:
    why = clean(reason)[:_LONGEST_REASON]
    # A dot or an invisible sign says nothing to whoever reads the log.
    if not any(sign.isalnum() for sign in why):
        raise InvalidInput("reason", "required")
    return why
