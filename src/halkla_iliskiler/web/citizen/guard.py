"""Telling a program from a person without asking anybody to prove anything.

A field no person sees, and the time the form was drawn, signed. What looks like a program is filed all the same, marked
for staff, and sends no mail.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

import colander
from deform.widget import Widget

from ..forms import CleanString, hidden

__all__ = ["GUARD_FIELDS", "add_guard", "stamp", "suspicions"]

GUARD_FIELDS = ("written_at", "remarks")


class TrapWidget(Widget):
    """A field that only a program fills in."""

    template = "trap"
    layout = "bare"
    item_css_class = "is-trap"

    def serialize(self, field: object, cstruct: object, **kw: object) -> str:
        """Draw it."""
        return str(field.renderer(self.template, field=field, cstruct=cstruct))  # type: ignore[attr-defined]


def add_guard(schema: colander.SchemaNode) -> None:
    """Add the trap and the signed time to a form."""
    schema.add(colander.SchemaNode(CleanString(), name="remarks", title="", missing="", widget=TrapWidget()))
    schema.add(hidden("written_at"))


def stamp(secret: bytes, now: datetime) -> str:
    """Return when the form was drawn, signed."""
    seconds = str(int(now.timestamp()))
    return f"{seconds}.{_signature(secret, seconds)}"


def _signature(secret: bytes, seconds: str) -> str:
    return hmac.new(secret, f"form:{seconds}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def suspicions(secret: bytes, cstruct: Mapping[str, str], now: datetime, fastest: int) -> tuple[str, ...]:
    """Return why a form looks as if a program had sent it: codes, none for a person's.

    *fastest* is the least number of seconds a person takes; 0 switches the clock off.
    """
    found = []
    if cstruct.get("remarks"):
        found.append("hidden_field")
    if not fastest:
        return tuple(found)
    seconds, _dot, signature = cstruct.get("written_at", "").partition(".")
    expected = _signature(secret, seconds)
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        found.append("no_time")
    elif now.timestamp() - int(seconds) < fastest:
        found.append("too_fast")
    return tuple(found)
