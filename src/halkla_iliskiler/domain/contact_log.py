"""Contacts that lead to no application: answered at once, another body's, a wrong number, a silent call.

Only a small part of those who call apply for anything; the day's work is both.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["MAX_NOTE", "ContactOutcome", "LoggedContact"]

MAX_NOTE = 300


class ContactOutcome(StrEnum):
    """What came of a contact without a ticket."""

    ANSWERED = "ANSWERED"  # asked something, and was told at once
    OTHER_BODY = "OTHER_BODY"  # another body's matter, and was told whose
    INFORMED_US = "INFORMED_US"  # told us something, and expects nothing
    WRONG_NUMBER = "WRONG_NUMBER"
    SILENT = "SILENT"


@dataclass(frozen=True)
class LoggedContact:
    """One contact without a ticket. No telephone and no name: nothing is kept that nobody needs."""

    id: int
    at: datetime
    channel: str
    staff: str
    staff_name: str
    outcome: str
    note: str = ""
    category: str | None = None
    body: str | None = None
    form_key: str = ""
    """What the form was known by: the same form sent twice is one contact."""
