"""A list somebody has narrowed and kept under a name, for themselves or for a directorate."""

from datetime import datetime

from persistent import Persistent

__all__ = ["SavedList"]


class SavedList(Persistent):
    """A kept list. ``query`` is what its address says behind the question mark; it holds nothing of a person.

    ``department`` is the directorate whose members see it, too; empty for a private one. ``is_pinned`` lists stand in
    the side navigation of everybody who sees them.
    """

    is_pinned = True

    def __init__(self, identity: int, owner: str, name: str, query: str, department: str, created_at: datetime) -> None:
        self.id = identity
        self.owner = owner
        self.name = name
        self.query = query
        self.department = department
        self.created_at = created_at
