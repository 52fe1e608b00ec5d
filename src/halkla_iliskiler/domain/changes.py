"""The log of what was changed in the administration: who, when, what it was before and after."""

from dataclasses import dataclass
from datetime import datetime

from .errors import DomainError
from .plain import Plain

__all__ = ["Change", "EditConflict", "UndoRefused"]


@dataclass(frozen=True)
class Change:
    """One change of one thing, or its creation (``before`` is ``None``), or its removal (``after`` is ``None``).

    ``area`` and ``key`` name the thing, ``title`` is what it was called then. Of a change only the fields that differ
    are kept. ``undoes`` is the change that this one takes back, or 0.
    """

    id: int
    at: datetime
    who: str
    who_name: str
    area: str
    key: str
    title: str
    before: Plain | None
    after: Plain | None
    undoes: int = 0


class UndoRefused(DomainError):
    """A change cannot be taken back: ``reason`` says why, ``newer`` is what has been done to the same thing since.

    ``changed_since``, ``undone_already``, ``in_use`` (what was created is used by now) or ``not_undoable``.
    """

    def __init__(self, reason: str, newer: Change | None = None) -> None:
        super().__init__(f"the change cannot be taken back: {reason}")
        self.reason = reason
        self.newer = newer


class EditConflict(DomainError):
    """Somebody changed the thing while a form with its old values was open; nothing was overwritten.

    ``current`` is how it stands now, ``by`` the last change of it.
    """

    def __init__(self, current: Plain | None, by: Change | None = None) -> None:
        super().__init__("the thing was changed since the form was opened")
        self.current = current
        self.by = by
