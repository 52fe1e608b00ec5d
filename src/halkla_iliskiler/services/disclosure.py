"""Opening personal data: with a permission, a reason, and a line in the read log.

The log is an append-only file of this host, one JSON object a line, and not in the database: reading must not write
there, and whoever can change the database must not be able to hide that they looked.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from ..domain.applicant import ContactDetails
from ..domain.errors import InvalidInput
from ..domain.text import clean
from ..domain.workflow import Permission
from .handling import require

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["Disclosure"]


class Disclosure:
    """Opens what is masked, and remembers who did."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def contact_details(self, ticket_id: int, reason: str, client: str) -> ContactDetails:
        """Return name, telephone and e-mail of a ticket's applicant, unmasked (law 6698, art. 12).

        Raises:
            NotFound, Forbidden: access.
            InvalidInput: no reason was given.
        """
        why = clean(reason)[:200]
        if not why:
            raise InvalidInput("reason", "required")
        with self._services.handling.opened(ticket_id) as (_, ticket):
            require(self._services, Permission.SEE_CONTACT, ticket)
            details: ContactDetails = ticket.details
            self._log(ticket.address, why, client)
        return details

    def _log(self, ticket: str, reason: str, client: str) -> None:
        line = {
            "at": self._services.now().isoformat(timespec="seconds"),
            "who": self._services.actor.id,
            "ticket": ticket,
            "what": "contact_details",
            "why": reason,
            "from": client,
        }
        path = self._services.assembly.database.files.directory / "reads.log"
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
