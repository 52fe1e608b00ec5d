"""Messages waiting to leave the building. Written in the transaction that causes them, delivered afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from persistent import Persistent

__all__ = [
    "GIVE_UP_AFTER",
    "NO_TICKET",
    "CallGroup",
    "Delivery",
    "DeliveryState",
    "Notification",
    "OutboxEntry",
    "Purpose",
    "retry_after",
]

GIVE_UP_AFTER = 16
"""Attempts before a message is put before staff: with the delays of :func:`retry_after`, about forty hours."""


class Purpose(StrEnum):
    """Why somebody is told. ``meets the promise`` is a property of the purpose (see :attr:`is_answer`)."""

    RECEIPT = "RECEIPT"
    ANSWER = "ANSWER"
    QUESTION = "QUESTION"
    CODE = "CODE"  # a one-time code; about no ticket
    CONTACT_CHANGED = "CONTACT_CHANGED"  # to the old address: answers go elsewhere from now on
    MORE = "MORE"  # what a plugin tells an applicant besides
    DEPARTMENT_NOTICE = "DEPARTMENT_NOTICE"  # to a directorate: it has new work
    PLUGIN_EVENT = "PLUGIN_EVENT"  # to a plugin: something has happened to a ticket

    @property
    def is_answer(self) -> bool:
        """Tell whether such a message, once accepted by the relay, meets the 48 h promise."""
        return self is Purpose.ANSWER


class DeliveryState(StrEnum):
    """Where a message stands."""

    PENDING = "PENDING"  # the worker will send it at ``next_attempt``
    DELIVERED = "DELIVERED"  # the relay accepted it, or a person has told it
    UNDELIVERABLE = "UNDELIVERABLE"  # refused for good, or tried too often; staff see it
    TO_BE_TOLD = "TO_BE_TOLD"  # a person has to tell it: by telephone, at the desk
    STANDING = "STANDING"  # it stands on the follow page, nothing is sent
    TOGETHER = "TOGETHER"  # it goes with another message to the same person, which names it in ``also``


@dataclass(frozen=True)
class Notification:
    """One rendered message, as a feedback method receives it. ``key`` stays the same over all attempts."""

    key: str
    to: str
    to_name: str
    subject: str
    body: str
    language: str


@dataclass(frozen=True)
class Delivery:
    """What became of one attempt. ``is_permanent`` means that trying again cannot help."""

    is_accepted: bool
    error: str = ""
    is_permanent: bool = False


NO_TICKET = 0
"""The ``ticket_id`` of a message that is about no ticket."""


CallGroup = tuple[str, int, int]
"""The directorate of a ticket ("" for none), and whether (0 or 1) it is sensitive and who applied is hidden."""


class OutboxEntry(Persistent):
    """A message to an applicant or to a directorate, and what has been done to deliver it.

    Only the words of the answer are kept; the tracking code is put in when the message is rendered, so that nothing
    that opens the follow page is stored. A one-time code is put in then, too: ``reference`` names what it proves
    (see :mod:`.onetime`), and ``language`` is the one it was asked for in. Of a notice to a directorate ``reference``
    is the directorate's code and ``tickets`` are those it names.

    ``state`` and the place in a queue belong together: only :class:`~halkla_iliskiler.storage.Outbox` sets them.
    Somebody who has to be called is called from ``call_at`` on; ``caller`` has the call until ``lease_until``;
    ``group`` is what the access rule needs to know of the ticket, by which the list is cut.
    """

    reference = ""
    language = ""
    tickets: tuple[int, ...] = ()

    call_at: datetime | None = None
    caller = ""
    group: CallGroup | None = None
    also: tuple[int, ...] = ()
    """Messages about other tickets of the same person that are told with this one; they are ``TOGETHER``."""
    goes_with = 0
    """The message that one which is ``TOGETHER`` is told with."""

    attempts = 0
    last_error = ""
    lease_until: datetime | None = None
    delivered_at: datetime | None = None
    told_by = ""

    def __init__(
        self,
        identity: int,
        ticket_id: int,
        place: int,
        purpose: str,
        method: str,
        address: str,
        state: str,
        created_at: datetime,
    ) -> None:
        self.id = identity
        self.ticket_id = ticket_id
        self.place = place
        self.purpose = purpose
        self.method = method
        self.address = address
        self.state = state
        self.created_at = created_at
        self.next_attempt: datetime | None = None

    @property
    def key(self) -> str:
        """The idempotency key of this message: the same over every attempt."""
        return f"{self.ticket_id}.{self.id}"

    def caller_at(self, now: datetime) -> str:
        """Return the user name of who has the call at *now*, or an empty string."""
        return self.caller if self.caller and self.lease_until is not None and self.lease_until > now else ""


def retry_after(attempts: int) -> timedelta:
    """Return how long to wait after the *attempts*-th failure: 15 s, doubled each time, at most 8 h."""
    return min(timedelta(seconds=15 * 2 ** (attempts - 1)), timedelta(hours=8))
