"""The house as a plugin sees it: a small door, closed but for what the plugin's description asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, TypeVar

from ..domain.access import ANONYMOUS, SYSTEM, Grant
from ..domain.applicant import ContactDetails
from ..domain.city import Category, Department
from ..domain.errors import DomainError, InvalidInput
from ..domain.ticket import Location, Ticket
from ..domain.views import TicketView
from ..extension import refuse_when_abandoned
from ..extension.answers import plain
from ..hookspecs.house import House, PluginData
from ..hookspecs.values import AccountChange, AccountView, Application, Filed, Refused
from ..storage import GateBusy, Site
from .account_rules import Desired, Person
from .intake import Draft
from .numbers import tidy_email, tidy_phone
from .plugin_data import PluginData as Values
from .plugin_data import PluginStore, ValueRefused
from .telling_more import tell_more
from .unit import Unit
from .views import ticket_view

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["PluginHouse", "house_of"]

T = TypeVar("T")
_MOST_TICKETS = 500
_LARGEST = 8_000_000
"""Characters that the house takes at once: every department of a city."""


def house_of(services: Services, plugin: str) -> House:
    """Return the house for a plugin, in the name of whoever *services* act for."""
    return PluginHouse(services, plugin)


class PluginHouse:
    """Does what :class:`~halkla_iliskiler.hookspecs.house.House` promises. One for each call of a hook.

    What it is given to be saved is made exactly plain first, as answers are: a class that is only derived from a plain
    one could not be read again. What cannot be made plain is the plugin's fault.
    """

    def __init__(self, services: Services, plugin: str) -> None:
        self._all = services
        self.plugin = plugin

    @property
    def _services(self) -> Services:
        """What it works with. A thread that nobody waits for any more is stopped here."""
        refuse_when_abandoned()
        return self._all

    def _needs(self, power: str) -> Services:
        if power not in self._all.assembly.extensions.plugins.about(self.plugin).powers:
            raise Refused(
                f"The plugin {self.plugin!r} does not say that it needs {power}, and may not do this.", "no_power"
            )
        return self._services

    # -- what it is ------------------------------------------------------------------------------------------------

    @property
    def settings(self) -> Mapping[str, Any]:
        return self._all.assembly.extensions.plugins.settings_of(self.plugin)

    @property
    def zone(self) -> tzinfo:
        return self._all.zone

    @property
    def actor_id(self) -> str:
        return "" if self._all.actor.is_system else self._all.actor.id

    @property
    def actor_name(self) -> str:
        return "" if self._all.actor.is_system else self._all.actor.name

    def now(self) -> datetime:
        return self._all.now()

    def secret(self, name: str) -> str:
        return self._all.assembly.plugin_settings.secret(self.plugin, name)

    # -- what it keeps ---------------------------------------------------------------------------------------------

    @property
    def data(self) -> PluginData:
        return PluginStore(self.plugin, self._services)

    def write(self, change: Callable[[PluginData], T]) -> T:
        outside = self._services

        def in_unit(unit: Unit) -> T:
            refuse_when_abandoned()
            self._all = replace(outside, unit=unit)
            return change(Values(self.plugin, unit.site))

        try:
            return outside.write(in_unit, f"plugin {self.plugin}")
        finally:
            self._all = outside

    # -- tickets ---------------------------------------------------------------------------------------------------

    def ticket(self, which: str | int) -> TicketView | None:
        services = self._services
        identity = which if isinstance(which, int) else services.acting_as(SYSTEM).lists.by_number(which)

        def look(site: Site) -> TicketView | None:
            found = site.tickets.get(identity) if identity is not None else None
            return ticket_view(site, found) if found is not None else None

        return self._reading(look)

    def tickets(self, after: int = 0, limit: int = 100) -> list[TicketView]:
        most = min(limit, _MOST_TICKETS)

        def look(site: Site) -> list[TicketView]:
            found = site.tickets.values(min=after + 1)
            return [ticket_view(site, ticket) for _, ticket in zip(range(most), found, strict=False)]

        return self._reading(look)

    def departments(self) -> tuple[Department, ...]:
        return self._reading(lambda site: site.city.departments)

    def categories(self) -> tuple[Category, ...]:
        return self._reading(lambda site: site.city.categories)

    def _reading(self, look: Callable[[Site], T]) -> T:
        services = self._services
        if services.unit is not None:
            return look(services.unit.site)
        with services.assembly.database.reading() as site:
            return look(site)

    # -- what needs a power ----------------------------------------------------------------------------------------

    def file(self, application: Application) -> Filed:
        services = self._needs("file_applications").acting_as(ANONYMOUS)
        application = _plain(application, Application)
        with _refusals():
            draft = _draft(self.plugin, application, is_demo=services.assembly.options.demo)
            filed = services.intake.file(draft)
        return Filed(filed.ticket_id, filed.number, filed.address, filed.code, not filed.is_repeat)

    def tell(self, ticket_id: int, key: str, text: str) -> bool:
        services = self._needs("tell_applicants")
        ticket_id, key, text = _plain(ticket_id, int), _plain(key, str), plain(text, str)

        def change(unit: Unit) -> bool:
            return tell_more(services, unit, _ticket(unit, ticket_id), f"{self.plugin}:{key}", text)

        return services.write(change, f"plugin {self.plugin}: tell an applicant")

    def rate(self, ticket_id: int, rating: int, text: str, method: str, by: str = "") -> None:
        services = self._needs("rate_tickets")
        ticket_id, rating = _plain(ticket_id, int), _plain(rating, int)
        text, method, by = _plain(text, str), _plain(method, str), _plain(by, str)
        # Nobody can write down an answer in somebody else's name.
        who = services.actor if by and by == services.actor.id else SYSTEM
        with _refusals():
            services.satisfaction.record(ticket_id, rating, text, method, who)

    def accounts(self) -> tuple[AccountView, ...]:
        services = self._needs("change_accounts")
        with _refusals():
            return tuple(
                AccountView(
                    person.username,
                    person.name,
                    person.email,
                    tuple((grant.role, grant.department or "") for grant in person.grants),
                    person.is_disabled,
                )
                for person in services.people.all()
            )

    def apply_departments(self, changed: Sequence[Department], note: str) -> None:
        services = self._needs("change_departments")
        departments, note = _plain(list(changed), list[Department]), _plain(note, str)

        def apply(inside: Services) -> None:
            for department in departments:
                inside.catalogue.put("departments", department)

        with _refusals():
            services.together(apply, note)

    def apply_accounts(self, changed: Sequence[AccountChange], note: str) -> Mapping[str, str]:
        services = self._needs("change_accounts")
        accounts, note = _plain(list(changed), list[AccountChange]), _plain(note, str)

        def apply(inside: Services) -> dict[str, str]:
            known = {person.username: person for person in inside.people.all()}
            applied = {wanted.username: _applied(inside, wanted, known.get(wanted.username)) for wanted in accounts}
            # First passwords that nobody waits for any more are lost: then there must be no account, either.
            refuse_when_abandoned()
            return {username: password for username, password in applied.items() if password}

        with _refusals():
            return services.together(apply, note)
        raise AssertionError("unreachable")


def _plain(value: Any, expected: Any) -> Any:
    """Return what the plugin gives, as the exact values that are saved."""
    return plain(value, expected, _LARGEST, keeps_marks=False)


def _applied(services: Services, wanted: AccountChange, person: Person | None) -> str:
    """Make an account what is wanted. Return the first password of a new one, otherwise an empty string."""
    desired = Desired(wanted.username, wanted.name, _grants(wanted, person), wanted.email or None)
    if person is None:
        return "" if wanted.is_disabled else services.people.add(desired)
    services.people.change(desired)
    if person.is_disabled != wanted.is_disabled:
        if wanted.is_disabled:
            services.people.disable(wanted.username)
        else:
            services.people.enable(wanted.username)
    return ""


def _grants(wanted: AccountChange, person: Person | None) -> tuple[Grant, ...]:
    """Return the grants; one that stays keeps the right to sensitive matters, which no plugin gives."""
    kept = {(grant.role, grant.department or ""): grant for grant in person.grants} if person else {}
    return tuple(kept.get((role, department)) or Grant(role, department or None) for role, department in wanted.grants)


def _ticket(unit: Unit, ticket_id: int) -> Ticket:
    found: Ticket | None = unit.site.tickets.get(ticket_id)
    if found is None:
        raise Refused("There is no such application.", "not_found")
    return found


class _refusals:  # noqa: N801  (reads as a statement)
    """Says what the house refuses in a word a plugin can use, and none of its own exceptions leaves the core."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, problem: BaseException | None, _traceback: object) -> None:
        if isinstance(problem, InvalidInput):
            raise Refused(problem.sentence or _in_words(problem), problem.problem) from problem
        if isinstance(problem, (DomainError, ValueRefused)):
            raise Refused(str(problem), type(problem).__name__) from problem
        if isinstance(problem, GateBusy):
            raise Refused("Another change is being written; try again in a moment.", "busy") from problem


_IN_WORDS = {
    "required": "The field {field} is missing.",
    "too_long": "The field {field} is too long.",
    "unknown": "This city has no {field} of that code.",
    "phone": "The telephone number cannot be one.",
    "email": "The e-mail address cannot be one.",
}


def _in_words(problem: InvalidInput) -> str:
    """Say in a sentence for other programs' people what the forms say with their own words."""
    said = _IN_WORDS.get(problem.problem, "The field {field} was refused: {problem}.")
    return said.format(field=problem.field, problem=problem.problem)


def _draft(plugin: str, application: Application, *, is_demo: bool) -> Draft:
    """Return what a plugin's channel hands over, checked as a citizen's form is."""
    if not application.key:
        raise InvalidInput("key", "required")
    return Draft(
        words=application.words,
        kind=application.kind,
        channel=application.channel,
        intake_key=f"plugin:{plugin}:{application.key}",
        category=application.category,
        location=Location(
            application.neighbourhood,
            application.place,
            application.latitude,
            application.longitude,
            application.street,
        ),
        details=ContactDetails(
            application.name.strip()[:120], tidy_phone(application.phone, demo=is_demo), tidy_email(application.email)
        ),
        language=application.language,
    )
