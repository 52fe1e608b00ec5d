"""``Services``: every use case, in one person's name, at one time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from ..domain.access import Actor
from ..domain.moves import Circumstances
from .accounts import Accounts
from .city import CityDesk
from .delivery import DeliveryDesk
from .disclosure import Disclosure
from .following import Following
from .handling import Handling
from .intake import Intake
from .lists import Lists
from .nearby import Nearby
from .photos import PhotoDesk
from .proofs import Proofs
from .unit import Unit

if TYPE_CHECKING:
    from .assembly import Assembly

__all__ = ["Services"]

T = TypeVar("T")
_WORKER_PATIENCE = 60.0
"""Seconds: what a job has done outside must not be forgotten because citizens are writing."""


@dataclass(frozen=True)
class Services:
    """The use cases of the house. Cheap to make: one a request, one a job, one a command.

    ``unit`` is set while several uses share one transaction (see :meth:`together`).
    """

    assembly: Assembly
    actor: Actor
    now: Callable[[], datetime]
    unit: Unit | None = None

    def write(self, change: Callable[[Unit], T], note: str) -> T:
        """Run *change* in the transaction under way, or in one of its own. It may be run more than once."""
        if self.unit is not None:
            return change(self.unit)
        return self.assembly.write(change, note, _WORKER_PATIENCE if self.actor.is_system else None)

    def together(self, uses: Callable[[Services], T], note: str) -> T:
        """Let several uses share one transaction: all of them happen, or none."""
        return self.write(lambda unit: uses(replace(self, unit=unit)), note)

    def acting_as(self, actor: Actor, now: Callable[[], datetime] | None = None) -> Services:
        """Return the same services in another's name, at another time."""
        return Services(self.assembly, actor, now or self.now, self.unit)

    @property
    def zone(self) -> tzinfo:
        """The city's time zone."""
        return self.assembly.options.time_zone

    @property
    def today(self) -> date:
        """The day it is in the city."""
        return self.now().astimezone(self.zone).date()

    @property
    def circumstances(self) -> Circumstances:
        """Who acts, when, by which calendar."""
        return Circumstances(self.actor, self.now(), self.assembly.calendar, self.zone)

    @cached_property
    def intake(self) -> Intake:
        """Registering applications."""
        return Intake(self)

    @cached_property
    def handling(self) -> Handling:
        """Working on tickets."""
        return Handling(self)

    @cached_property
    def nearby(self) -> Nearby:
        """What may already be open about the same thing."""
        return Nearby(self)

    @cached_property
    def lists(self) -> Lists:
        """Queues, counts and search."""
        return Lists(self)

    @cached_property
    def following(self) -> Following:
        """What an applicant sees and says."""
        return Following(self)

    @cached_property
    def photos(self) -> PhotoDesk:
        """Photos on their way to be seen."""
        return PhotoDesk(self)

    @cached_property
    def proofs(self) -> Proofs:
        """One-time codes, and what they open."""
        return Proofs(self)

    @cached_property
    def delivery(self) -> DeliveryDesk:
        """Messages on their way to applicants."""
        return DeliveryDesk(self)

    @cached_property
    def accounts(self) -> Accounts:
        """Staff accounts and log-ins."""
        return Accounts(self)

    @cached_property
    def city(self) -> CityDesk:
        """The city's data."""
        return CityDesk(self)

    @cached_property
    def disclosure(self) -> Disclosure:
        """Personal data opened with a reason."""
        return Disclosure(self)
