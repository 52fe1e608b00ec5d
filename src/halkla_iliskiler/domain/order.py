"""What somebody asks to be done with a ticket, and the circumstances in which it is done."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from .access import Actor
from .applicant import ContactDetails
from .city import Category
from .clocks import DEFAULT_SOLVE_WITHIN, Calendar
from .ticket import Contact
from .workflow import Action, Regime

__all__ = ["Circumstances", "Details", "Order"]

Details = tuple[tuple[str, str], ...]
"""Pairs of a name and a code, as a history entry keeps them."""


@dataclass(frozen=True)
class Order:
    """What a person asks to be done; only the fields its action needs are filled.

    ``main`` is the ticket this one is a duplicate of; ``together`` gives the same answer to the open duplicates;
    ``mentions`` are user names of colleagues who are to read it; ``category`` and ``neighbourhood`` are also those of
    the second matter of a split; ``method`` is how somebody was asked how content they are.
    """

    action: Action
    text: str = ""
    department: str | None = None
    assignee: str | None = None
    category: Category | None = None
    outcome: str | None = None
    body: str | None = None
    planned_for: date | None = None
    contact: Contact | None = None
    reach: ContactDetails | None = None
    rating: int | None = None
    method: str = ""
    main: int | None = None
    together: bool = False
    mentions: tuple[str, ...] = ()
    neighbourhood: str | None = None


@dataclass(frozen=True)
class Circumstances:
    """Who acts, when, and by which calendar and local time.

    ``category`` is the ticket's own, as it is before anything is done; ``channel_regime`` is the law that holds for
    what comes by the ticket's channel, whatever it is about.
    """

    actor: Actor
    now: datetime
    calendar: Calendar
    zone: tzinfo
    category: Category | None = None
    channel_regime: str = Regime.SERVICE.value

    @property
    def solve_within(self) -> timedelta:
        """The span in which the ticket is to be solved, for a clock that begins anew."""
        return self.category.solve_within if self.category else DEFAULT_SOLVE_WITHIN

    @property
    def today(self) -> date:
        """The day it is in the city."""
        return self.now.astimezone(self.zone).date()
