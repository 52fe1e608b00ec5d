"""One answer a ticket: whether it is asked for, taking it, changing it, and counting it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from halkla_iliskiler.api import House, PluginData, TicketView

from .counts import Bucket, counted
from .settings import Settings

__all__ = ["State", "ask", "count_answer", "method_on_page", "record", "state_of"]


class State(StrEnum):
    """Whether an answer is wanted."""

    CLOSED = "closed"  # not over yet, withdrawn, or too long ago
    OPEN = "open"  # asked, not answered
    CHANGEABLE = "changeable"  # answered, and can still be changed
    ANSWERED = "answered"


class Keeps(Protocol):
    """What answers are kept in: the plugin's data, in the house or while data is being evolved."""

    def get(self, key: str, default: Any = None) -> Any:
        """Return what is kept."""

    def put(self, key: str, value: Any) -> None:
        """Keep a value."""


def state_of(ticket: TicketView, settings: Settings, now: datetime) -> State:
    """Tell whether the applicant is asked. What they said before it was opened again was about something else."""
    if not ticket.can_be_rated:
        return State.CLOSED
    said, ended = ticket.satisfaction, ticket.closed_at
    if said is not None and (ended is None or said.at >= ended):
        return State.CHANGEABLE if now - said.at < settings.changed_for else State.ANSWERED
    return State.OPEN if ended is None or now - ended < settings.asked_for else State.CLOSED


def record(house: House, ticket: TicketView, rating: int, text: str, method: str) -> None:
    """Keep an answer and count it, in one transaction (raises :class:`~halkla_iliskiler.api.Refused`)."""

    def change(data: PluginData) -> None:
        house.rate(ticket.id, rating, text, method, house.actor_id)
        now = house.now()
        month = now.astimezone(house.zone).strftime("%Y-%m")
        bucket = Bucket(month, ticket.department or "", ticket.category or "", method, ticket.is_sensitive)
        count_answer(data, ticket.id, rating, bucket)

    house.write(change)


def count_answer(data: Keeps, ticket_id: int, rating: int, bucket: Bucket) -> None:
    """Count an answer, in the place of the one that the same ticket had before."""
    key = f"answer/{ticket_id}"
    before = data.get(key)
    if before is not None:
        old = Bucket.of(before["bucket"])
        data.put(old.key, counted(data.get(old.key), before["rating"], -1))
    data.put(bucket.key, counted(data.get(bucket.key), rating, 1))
    data.put(key, {"rating": rating, "bucket": bucket.key})


def method_on_page(house: House, ticket: TicketView) -> str:
    """Return how whoever answers on the follow page was asked: by the message that led there, or by the page."""
    return "email" if house.data.get(f"asked/{ticket.id}") else "page"


def ask(house: House, ticket: TicketView, key: str, message: str) -> bool:
    """Ask by a message, once for each *key*; tell whether it is on its way."""

    def change(data: PluginData) -> bool:
        is_told = house.tell(ticket.id, key, message)
        if is_told:
            data.put(f"asked/{ticket.id}", house.now().isoformat())
        return is_told

    return house.write(change)
