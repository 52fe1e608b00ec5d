"""A running test city: site, pages, worker and ledger in the process of the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..api import Tried
from ..app import build
from ..domain.access import ANONYMOUS, SYSTEM, allows
from ..domain.moves import Order
from ..domain.workflow import Action, Permission
from ..services import Assembly, Services
from ..services.consistency import problems
from ..services.intake import Filed
from ..work import Runner
from .clock import FakeNow
from .people import STAFF, actor
from .sites import draft, make_site, open_site

if TYPE_CHECKING:
    from .browser import Browser

__all__ = ["RunningCity", "Told"]


@dataclass(frozen=True)
class Told:
    """A line of the ledger: one message to somebody, and what has become of it.

    ``state`` is a :class:`~halkla_iliskiler.api.DeliveryState`; ``number`` is the ticket's, empty where there is none.
    """

    number: str
    purpose: str
    method: str
    address: str
    state: str
    attempts: int
    error: str


class RunningCity:
    """The invented city with *plugins* switched on, as one process runs it. Close it when done.

    *settings* are lines of the ini by their full name, without ``halkla.`` for those of the core:
    ``{"halkla_kiosk.key": "s3cret", "demo": "true"}``. *modules* are plugins that are not installed; the invented city
    is the first of them unless *has_own_city* says that the plugins bring one. Where a plugin has a way of telling
    people, that is the one that is used: the invented city's :class:`~.city.TestMethod` stands back.
    """

    def __init__(
        self,
        directory: Path,
        now: FakeNow | None = None,
        *,
        plugins: Sequence[str] = (),
        settings: Mapping[str, str] | None = None,
        modules: Sequence[ModuleType] = (),
        has_own_city: bool = False,
    ) -> None:
        self.directory = directory
        self.now = now or FakeNow()
        self._settings = dict(settings or {})
        self.plugins = tuple(plugins)
        self._modules = (*(() if has_own_city else (_invented_city(self.plugins),)), *modules)
        self.assembly: Assembly = make_site(
            directory, self.now, modules=self._modules, plugins=" ".join(self.plugins), **self._settings
        )
        self._start()

    def _start(self) -> None:
        self._runner = Runner(self.assembly)
        self._application: Any = None

    def restart(self, *, plugins: Sequence[str] | None = None, modules: Sequence[ModuleType] = ()) -> None:
        """Close the site and open it again, with other *plugins* when they are given: one may be gone, or come back.

        Raises:
            PluginRefused, StorageRefused: the site does not open like this; it stays closed.
        """
        self.assembly.close()
        self.plugins = self.plugins if plugins is None else tuple(plugins)
        self.assembly = open_site(
            self.directory,
            self.now,
            modules=(*self._modules, *modules),
            read_only=False,
            budgets=None,
            plugins=" ".join(self.plugins),
            **self._settings,
        )
        self._start()

    def close(self) -> None:
        """Close the site."""
        self.assembly.close()

    def services(self, role: str = "") -> Services:
        """Return the use cases in the name of a role; ``""`` is a citizen, ``"system"`` the program."""
        return self.assembly.services({"": ANONYMOUS, "system": SYSTEM}.get(role) or actor(role))

    def browser(self, role: str = "") -> Browser:
        """Return a browser in which *role* is signed in; ``""`` is a citizen's. Needs WebTest."""
        from .browser import Browser

        if self._application is None:
            self._application = build(self.assembly)
        browser = Browser(self._application, extra_environ={"REMOTE_ADDR": "203.0.113.7"})
        if role:
            browser.log_in(role)
        return browser

    def file(self, **values: object) -> Filed:
        """File an application, by default as a citizen on the web form; *values* are those of ``draft``."""
        return self.services("agent" if values.get("recorded_by_staff") else "").intake.file(draft(**values))

    def answer(self, number: str, words: str) -> None:
        """Answer an application in the name of somebody of its directorate; ``work`` sends the answer."""
        with self.assembly.database.reading() as site:
            ticket = next(ticket for ticket in site.tickets.values() if ticket.number == number)
            person = next(person for person in STAFF.values() if allows(person, Permission.HANDLE, ticket))
            identity = ticket.id
        self.assembly.services(person).handling.act(identity, Order(Action.REPLY, words), None)

    def work(self) -> int:
        """Let the worker do everything it would do now, and return how much that was."""
        return self._runner.run_due(self.now(), everything=True)

    def try_it(self, plugin: str) -> Tried:
        """Return what the button on the plugin's page says."""
        return self.services("administrator").plugin_calls.try_it(plugin)

    @property
    def ledger(self) -> list[Told]:
        """Everything that was told, or waits to be told, in the order in which it was put down."""
        with self.assembly.database.reading() as site:
            return [
                Told(
                    ticket.number if (ticket := site.tickets.get(entry.ticket_id)) is not None else "",
                    str(entry.purpose),
                    entry.method,
                    entry.address,
                    str(entry.state),
                    entry.attempts,
                    entry.last_error,
                )
                for entry in site.outbox.entries.values()
            ]

    @property
    def ticket_count(self) -> int:
        """How many tickets there are."""
        with self.assembly.database.reading() as site:
            return len(site.tickets)

    @property
    def problems(self) -> list[str]:
        """What ``halkla check`` would find: nothing, when all is well."""
        return [str(problem) for problem in problems(self.assembly.database, self.assembly.index, deep=False)]


def _invented_city(plugins: Sequence[str]) -> ModuleType:
    whole = import_module(__package__)
    method = "halkla_feedback_methods"
    installed = {point.name: point for point in entry_points(group="halkla_iliskiler")}
    if not any(hasattr(installed[name].load(), method) for name in plugins if name in installed):
        return whole
    city = ModuleType(f"{__package__}.city")
    hooks = {name: hook for name, hook in vars(whole).items() if name.startswith("halkla_") and name != method}
    vars(city).update(hooks)
    return city
