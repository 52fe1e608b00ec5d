"""Answers that were given before this plugin asked: they stand on their tickets and are counted once."""

from collections.abc import Iterable
from typing import Any

from halkla_iliskiler.api import Step

from .answers import count_answer
from .counts import Bucket
from .words import _

__all__ = ["steps"]


def _keys(room: Any, after: Any) -> Iterable[int]:
    for identity in room.ticket_ids(after):
        if room.ticket(identity).satisfaction is not None:
            yield identity


def _change(room: Any, identity: int) -> None:
    if room.data.get(f"answer/{identity}") is not None:
        return
    ticket = room.ticket(identity)
    month = (ticket.satisfaction_at or ticket.updated_at).strftime("%Y-%m")
    category = "" if ticket.sensitive else ticket.category or ""
    method = ticket.satisfaction_method or "page"
    bucket = Bucket(month, ticket.department or "", category, method, bool(ticket.sensitive))
    count_answer(room.data, identity, ticket.satisfaction, bucket)


def steps() -> list[Step]:
    """Return the steps, in order."""
    return [Step("2026_11_count_answers", _("Count the answers that tickets hold already"), _keys, _change)]
