"""``Services``: every use case, in one person's name, at one time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from ..domain.access import Actor
from ..domain.moves import Circumstances
from ..domain.ticket import Ticket
from ..domain.workflow import Regime
from ..storage import Site
from .accounts import Accounts
from .answers import Answers
from .bulk import BulkDesk
from .calls import CallDesk
from .catalogue import Catalogue
from .changes import Changes
from .city import CityDesk
from .contacts import ContactDesk
from .delivery import DeliveryDesk
from .directorates import Directorates
from .disclosure import Disclosure
from .exports import ExportDesk
from .figures import Figures
from .finding import Finder
from .following import Following
from .handling import Handling
from .intake import Intake
from .lists import Lists
from .national_ids import NationalIds
from .nearby import Nearby
from .notices import Notices
from .own_account import OwnAccount
from .people import People
from .people_import import PeopleImport
from .photos import PhotoDesk
from .plugin_calls import PluginCalls
from .plugin_desk import PluginDesk
from .plugin_events import PluginEvents
from .plugin_settings import SettingsDesk
from .proofs import Proofs
from .quarantine import QuarantineDesk
from .reads import Reads
from .satisfaction import SatisfactionDesk
from .saved_lists import SavedLists
from .second_factor import SecondFactor
from .sharing import Sharing
from .syncing import Syncing
from .tagging import Tagging
from .undoing import Undoing
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

    def circumstances_of(self, site: Site, ticket: Ticket) -> Circumstances:
        """Return the same for something that is done to *ticket*: what its category and its channel promise, too."""
        channel = self.assembly.extensions.channels.get(ticket.channel)
        regime = (channel.regime if channel else "") or Regime.SERVICE.value
        return replace(self.circumstances, category=site.city.category(ticket.category), channel_regime=regime)

    @cached_property
    def intake(self) -> Intake:
        """Registering applications."""
        return Intake(self)

    @cached_property
    def handling(self) -> Handling:
        """Working on tickets."""
        return Handling(self)

    @cached_property
    def contacts(self) -> ContactDesk:
        """What an agent does while somebody is on the line."""
        return ContactDesk(self)

    @cached_property
    def undoing(self) -> Undoing:
        """Taking back what one has just done."""
        return Undoing(self)

    @cached_property
    def nearby(self) -> Nearby:
        """What may already be open about the same thing."""
        return Nearby(self)

    @cached_property
    def lists(self) -> Lists:
        """Queues, counts and search."""
        return Lists(self)

    @cached_property
    def exports(self) -> ExportDesk:
        """Lists as files."""
        return ExportDesk(self)

    @cached_property
    def figures(self) -> Figures:
        """The numbers of the day."""
        return Figures(self)

    @cached_property
    def saved_lists(self) -> SavedLists:
        """Lists kept under a name."""
        return SavedLists(self)

    @cached_property
    def finder(self) -> Finder:
        """The one search box."""
        return Finder(self)

    @cached_property
    def following(self) -> Following:
        """What an applicant sees and says."""
        return Following(self)

    @cached_property
    def satisfaction(self) -> SatisfactionDesk:
        """How content applicants are."""
        return SatisfactionDesk(self)

    @cached_property
    def photos(self) -> PhotoDesk:
        """Photos on their way to be seen."""
        return PhotoDesk(self)

    @cached_property
    def answers(self) -> Answers:
        """Answers to the questions of subjects, as a table."""
        return Answers(self)

    @cached_property
    def national_ids(self) -> NationalIds:
        """Identity numbers, where a law asks for them."""
        return NationalIds(self)

    @cached_property
    def proofs(self) -> Proofs:
        """One-time codes, and what they open."""
        return Proofs(self)

    @cached_property
    def delivery(self) -> DeliveryDesk:
        """Messages on their way to applicants."""
        return DeliveryDesk(self)

    @cached_property
    def plugin_events(self) -> PluginEvents:
        """What plugins are told of tickets."""
        return PluginEvents(self)

    @cached_property
    def plugin_calls(self) -> PluginCalls:
        """What plugins are asked for pages, panels and jobs."""
        return PluginCalls(self)

    @cached_property
    def quarantine(self) -> QuarantineDesk:
        """Faults of plugins."""
        return QuarantineDesk(self)

    @cached_property
    def notices(self) -> Notices:
        """Directorates that have new work."""
        return Notices(self)

    @cached_property
    def calls(self) -> CallDesk:
        """Applicants who have to be called."""
        return CallDesk(self)

    @cached_property
    def accounts(self) -> Accounts:
        """Signing in, and staying signed in."""
        return Accounts(self)

    @cached_property
    def directorates(self) -> Directorates:
        """Directorates that close, and who takes over."""
        return Directorates(self)

    @cached_property
    def changes(self) -> Changes:
        """The log of changes of the administration."""
        return Changes(self)

    @cached_property
    def people(self) -> People:
        """The accounts of the house."""
        return People(self)

    @cached_property
    def people_import(self) -> PeopleImport:
        """Accounts from a file."""
        return PeopleImport(self)

    @cached_property
    def own_account(self) -> OwnAccount:
        """What everybody does with their own account."""
        return OwnAccount(self)

    @cached_property
    def second_factor(self) -> SecondFactor:
        """Codes that change every half minute."""
        return SecondFactor(self)

    @cached_property
    def city(self) -> CityDesk:
        """The city's data."""
        return CityDesk(self)

    @cached_property
    def bulk(self) -> BulkDesk:
        """Many tickets at once."""
        return BulkDesk(self)

    @cached_property
    def tagging(self) -> Tagging:
        """A city's free words on tickets."""
        return Tagging(self)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The city's data, changed by its own people."""
        return Catalogue(self)

    @cached_property
    def plugin_desk(self) -> PluginDesk:
        """The plugins, as an administrator sees them."""
        return PluginDesk(self)

    @cached_property
    def plugin_settings(self) -> SettingsDesk:
        """The settings of plugins."""
        return SettingsDesk(self)

    @cached_property
    def syncing(self) -> Syncing:
        """Taking over what the providers have changed."""
        return Syncing(self)

    @cached_property
    def sharing(self) -> Sharing:
        """Tickets that more than one directorate sees."""
        return Sharing(self)

    @cached_property
    def disclosure(self) -> Disclosure:
        """Personal data opened with a reason."""
        return Disclosure(self)

    @cached_property
    def reads(self) -> Reads:
        """Who has looked at personal data."""
        return Reads(self)
