"""The house, as a hook that asks for an argument ``house`` sees it: small, and closed by default."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Protocol, TypeAlias, TypeVar

from ..domain.city import Category, Department
from ..domain.steps import KeptValues
from ..domain.views import TicketView
from .values import AccountChange, AccountView, Application, Filed

__all__ = ["House", "PluginData"]

T = TypeVar("T")
PluginData: TypeAlias = KeptValues
"""What a plugin keeps in the database, under its own name. Values are plain; no other plugin sees them."""


class House(Protocol):
    """What a plugin may ask of the house. It is never given inside a transaction of somebody else's.

    Everything is default deny: what changes something needs a power that the plugin's :class:`~.values.About` names,
    and raises :class:`~.values.Refused` without it.
    """

    @property
    def plugin(self) -> str:
        """The plugin's name, as the ini lists it."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """The plugin's validated settings; those of the ini as text where it has no schema."""

    @property
    def zone(self) -> tzinfo:
        """The city's time zone."""

    @property
    def actor_id(self) -> str:
        """The user name of the member of staff on whose page this happens; empty elsewhere."""

    @property
    def actor_name(self) -> str:
        """Their name."""

    @property
    def data(self) -> PluginData:
        """The plugin's own data; each ``put`` and ``delete`` is a transaction of its own."""

    def now(self) -> datetime:
        """Return the moment it is, in UTC."""

    def secret(self, name: str) -> str:
        """Return a secret (environment ``HALKLA_<PLUGIN>_<NAME>``, credential file, or written once on its page)."""

    def write(self, change: Callable[[PluginData], T]) -> T:
        """Run *change* in one transaction, together with what it asks of the house. It may run more than once."""

    def ticket(self, which: str | int) -> TicketView | None:
        """Return a ticket by its identity, its number or its address."""

    def tickets(self, after: int = 0, limit: int = 100) -> list[TicketView]:
        """Return the next tickets whose identity is above *after*, in order."""

    def departments(self) -> tuple[Department, ...]:
        """Return the departments of the city."""

    def categories(self) -> tuple[Category, ...]:
        """Return the subjects of the city, those that are not offered any more among them."""

    def file(self, application: Application) -> Filed:
        """Register an application (power ``file_applications``).

        Raises:
            Refused: it cannot be registered as it is; nothing was saved.
        """

    def tell(self, ticket_id: int, key: str, text: str) -> bool:
        """Put a message to the applicant into the outbox (power ``tell_applicants``).

        At most one for each *key*, by a way that needs nobody's time. ``False``: nothing reaches them that way.
        """

    def rate(self, ticket_id: int, rating: int, text: str, method: str, by: str = "") -> None:
        """Record how content the applicant is, 1 to 5 (power ``rate_tickets``)."""

    def accounts(self) -> tuple[AccountView, ...]:
        """Return the staff accounts (power ``change_accounts``)."""

    def apply_departments(self, changed: Sequence[Department], note: str) -> None:
        """Put departments in the place of those with the same code, or beside them (power ``change_departments``)."""

    def apply_accounts(self, changed: Sequence[AccountChange], note: str) -> Mapping[str, str]:
        """Make accounts what *changed* says (power ``change_accounts``).

        Returns:
            The first password of each new account, by user name: shown once, kept nowhere.
        """
