"""Many applications at once: how many may come from one sender, and the same words sent again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from ..domain.text import fold_key
from ..domain.ticket import Ticket
from .throttle import TooManyFilings
from .unit import Unit

if TYPE_CHECKING:
    from .facade import Services
    from .intake import Draft

__all__ = ["Admission", "admitted", "is_known", "remember_words", "repeated"]


class Admission:
    """An application that was counted against its sender's limits.

    ``is_slow`` tells whether it came through the lane that lets one a minute pass.
    """

    def __init__(self, services: Services, keys: dict[str, int]) -> None:
        self._limits, self._at = services.assembly.filing_limits, services.now()
        self._keys: tuple[str, ...] = ()
        self.is_slow = bool(keys) and self._limits.admit(keys, self._at)
        self._keys = tuple(keys)

    def give_back(self) -> None:
        """Uncount it, once: it was filed before, or was refused."""
        self._limits.give_back(self._keys, self._at)
        self._keys = ()


@contextmanager
def admitted(services: Services, draft: Draft) -> Iterator[Admission]:
    """Count an application against its sender's limits for the body of the ``with`` statement.

    It is uncounted when it is refused for another reason. What staff record is not counted, and what was filed before
    always finds its way to its number.

    Raises:
        TooManyFilings: it has to wait.
    """
    try:
        admission = Admission(services, _limits(services, draft))
    except TooManyFilings:
        if not _is_filed(services, draft.intake_key):
            raise
        admission = Admission(services, {})
    try:
        yield admission
    except BaseException:
        admission.give_back()
        raise


def _limits(services: Services, draft: Draft) -> dict[str, int]:
    """Return what an application counts against, and how many of each may come in ten minutes; 0 counts nothing."""
    if draft.recorded_by_staff or not draft.client:
        return {}
    options = services.assembly.options
    keys = {f"client:{_network(draft.client)}": options.filings_per_address}
    keys |= {f"phone:{draft.details.phone}": options.filings_per_person} if draft.details.phone else {}
    keys |= {f"email:{draft.details.email}": options.filings_per_person} if draft.details.email else {}
    return {key: free for key, free in keys.items() if free}


def _network(client: str) -> str:
    """Return what stands for one connection: an IPv4 address, or the /64 of an IPv6 one (one line has all of those)."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    return str(int(address) >> 64) if isinstance(address, IPv6Address) else str(address)


def _is_filed(services: Services, intake_key: str) -> bool:
    if services.unit is not None:
        return intake_key in services.unit.site.intake_keys
    with services.assembly.database.reading() as site:
        return intake_key in site.intake_keys


def is_known(services: Services, draft: Draft) -> bool:
    """Tell whether this was filed before: the same form sent again, or the same words from the same sender just now."""
    just_now = draft.client and services.assembly.recent_words.find(_sender_and_words(draft), services.now())
    return bool(just_now) or _is_filed(services, draft.intake_key)


def repeated(services: Services, unit: Unit, draft: Draft) -> Ticket | None:
    """Return the ticket this sender filed with the same words within the last minute, or ``None``.

    The same sender is the same browser at the same network address with the same telephone and e-mail: a neighbour
    behind the same address, or whoever knows somebody's telephone, must not be led to another's ticket. Another
    subject or place is another matter.
    """
    if not draft.client:
        return None
    identity = services.assembly.recent_words.find(_sender_and_words(draft), services.now())
    ticket: Ticket | None = unit.site.tickets.get(identity) if identity is not None else None
    if ticket is None or fold_key(ticket.words) != fold_key(draft.words):
        return None
    return ticket


def remember_words(services: Services, draft: Draft, ticket_id: int) -> None:
    """Remember for a minute who said this. If the transaction fails, no ticket will be found under it."""
    if draft.client:
        services.assembly.recent_words.note(_sender_and_words(draft), ticket_id, services.now())


def _sender_and_words(draft: Draft) -> bytes:
    place = draft.location
    said = (
        _network(draft.client), draft.browser, draft.details.phone, draft.details.email, fold_key(draft.details.name),
        fold_key(draft.representation.on_behalf_of), draft.kind, draft.category or "", place.neighbourhood or "",
        place.street, place.text, fold_key(draft.words) or draft.words,
    )  # fmt: skip
    return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).digest()
