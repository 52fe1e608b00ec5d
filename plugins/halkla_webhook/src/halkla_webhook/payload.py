"""What is sent: that something happened to a ticket, and where the ticket stands. Nothing of anybody."""

import hashlib
import json
from datetime import datetime
from typing import Any

from halkla_iliskiler.api import TicketEvent

__all__ = ["body_of", "message_id", "test_body"]


def message_id(key: str) -> str:
    """Return the id of an event, the same over every attempt; by it the receiver notices a repetition.

    What the house calls the event is not told to others.
    """
    return "msg_" + hashlib.sha256(key.encode()).hexdigest()[:32]


def body_of(event: TicketEvent) -> bytes:
    """Return the body of a call (shape of the Standard Webhooks specification: ``type``, ``timestamp``, ``data``).

    Of a sensitive matter the house itself gives neither subject nor neighbourhood.
    """
    ticket = event.ticket
    data = {
        "number": ticket.number,
        "status": ticket.status,
        "kind": ticket.kind,
        "channel": ticket.channel,
        "category": ticket.category,
        "department": ticket.department,
        "neighbourhood": ticket.neighbourhood,
        "outcome": ticket.outcome,
        "is_open": ticket.is_open,
        "is_sensitive": ticket.is_sensitive,
        "created_at": _iso(ticket.created_at),
        "due_at": _iso(ticket.due_at),
        "closed_at": _iso(ticket.closed_at),
    }
    return _json({"type": f"ticket.{event.name}", "timestamp": _iso(event.at), "data": data})


def test_body(now: datetime) -> bytes:
    """Return the body of a test call: about no ticket."""
    return _json({"type": "test", "timestamp": _iso(now), "data": {}})


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
