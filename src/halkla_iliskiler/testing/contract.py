"""What every plugin is held to: a class to inherit from, in the plugin's own ``tests/test_contract.py``.

.. code-block:: python

    from halkla_iliskiler.testing.contract import PluginContract


    class TestContract(PluginContract):
        plugin = "kiosk"
"""

import ast
import re
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.abc import MetaPathFinder
from importlib.metadata import Distribution, EntryPoint, distributions, entry_points
from pathlib import Path
from typing import Any

import pytest

from ..api import ContactDetails, Page
from ..domain.codes import tracking_code
from ..domain.moves import Order
from ..domain.ticket import address_of
from ..domain.workflow import Action
from ..extension import PluginRefused
from ..services.intake import Filed
from .axe import violations_of
from .checklist import QUESTIONS, answers_in, names_in
from .clock import FakeNow
from .gates import address_of_page, markup_problems, page_problems, who_may
from .running import RunningCity
from .words import catalogue_problems

__all__ = ["PluginContract"]

_GROUP = "halkla_iliskiler"
_OWN = frozenset({"halkla_departments", "halkla_categories"})
"""Who answers these brings a city, and needs none invented."""
_CLOSED = frozenset({"persistent", "transaction", "ZODB", "BTrees", "zodbpickle", "sqlite3"})
"""The database's own modules: what a plugin keeps goes through ``house.data``."""


class PluginContract:
    """The tests of the contract. A plugin's own class inherits them and says what the plugin is called.

    ``settings`` are lines of the ini without which it does not start: ``("halkla_kiosk.hall = 3",)``. A plugin that has
    its own way of being used overrides :meth:`use`.
    """

    plugin: str
    settings: tuple[str, ...] = ()

    # -- what is tested ---------------------------------------------------------------------------------------------

    @property
    def point(self) -> EntryPoint:
        """The plugin's entry point."""
        (point,) = entry_points(group=_GROUP, name=self.plugin)
        return point

    @property
    def package(self) -> str:
        """The plugin's package."""
        return self.point.value.partition(".")[0]

    @property
    def module(self) -> Any:
        """The module that answers the hooks."""
        return self.point.load()

    @property
    def folder(self) -> Path:
        """Where the package stands."""
        module = __import__(self.package)
        assert module.__file__ is not None
        return Path(module.__file__).parent

    @property
    def distribution(self) -> Distribution:
        """What was installed."""
        name = self.package.replace("_", "-")
        return next(one for one in distributions() if one.metadata["Name"].replace("_", "-") == name)

    @property
    def pages(self) -> list[Page]:
        """The pages the plugin gives."""
        return list(self.module.halkla_pages()) if hasattr(self.module, "halkla_pages") else []

    def city(self, directory: Path) -> RunningCity:
        """Return a running test city in which this plugin alone is switched on."""
        return RunningCity(
            directory / "site",
            FakeNow(),
            plugins=(self.plugin,),
            settings=dict(re.split(r" *= *", line, maxsplit=1) for line in self.settings),
            has_own_city=any(hasattr(self.module, hook) for hook in _OWN),
        )

    def use(self, city: RunningCity) -> None:
        """Use the plugin as a city would: applications come by its channels, and are worked on and told."""
        codes = [channel.code for channel in self.module.halkla_channels()] if self._has("halkla_channels") else []
        person = ContactDetails("Ayşe Deneme", "+905320000000", "ayse@example.org")
        for code in ["web", *codes]:
            channel = city.assembly.extensions.channels[code]
            by_staff = channel.by_staff and code != "web"
            filed = city.file(
                words=f"Parktaki bank kırık ({code}).",
                channel=code,
                category=None,
                details=person,
                recorded_by_staff=by_staff,
            )
            handling = city.services("supervisor").handling
            handling.act(filed.ticket_id, Order(Action.NOTE, "Bakılıyor."), None)
        city.work()

    def _has(self, hook: str) -> bool:
        return callable(getattr(self.module, hook, None))

    # -- the tests --------------------------------------------------------------------------------------------------

    def test_it_is_an_installed_distribution_with_a_name_of_its_own(self) -> None:
        assert self.package == f"halkla_{self.plugin}"
        said = self.distribution.metadata
        assert said["Summary"], "its setup.cfg has a description"
        assert said["License-Expression"] or said["License"], "its setup.cfg has a license"
        needed = {re.split(r"[ <>=!~;\[]", line)[0] for line in self.distribution.requires or ()}
        assert "halkla-iliskiler" in needed, "its setup.cfg requires halkla-iliskiler"

    def test_it_imports_only_what_is_promised(self) -> None:
        wrong = []
        for path in sorted(self.folder.rglob("*.py")):
            for name in _imports(path):
                first = name.partition(".")[0]
                is_inside = first == _GROUP and not f"{name}.".startswith(f"{_GROUP}.api.")
                is_another = first.startswith("halkla_") and first not in (_GROUP, self.package)
                if is_inside or is_another or first in _CLOSED:
                    wrong.append(f"{path.relative_to(self.folder)}: {name}")
        assert wrong == []

    def test_its_names_begin_with_its_own(self) -> None:
        text = "".join(path.read_text(encoding="utf-8") for path in sorted(self.folder.rglob("*.py")))
        variables = set(re.findall(r"\bHALKLA_[A-Z_]+\b", text))
        own = self.package.upper()
        assert {name for name in variables if not name.startswith(own)} == set(), "environment variables"
        loggers = set(re.findall(r"getLogger\(\"(\w+)", text))
        assert loggers <= {self.package}
        templates = [page.template for page in self.pages if page.template]
        assert [name for name in templates if not name.startswith(f"{self.package}:")] == []
        assert [page.code for page in self.pages if not re.fullmatch(r"[a-z][a-z0-9_-]*", page.code)] == []

    def test_it_starts_alone(self, tmp_path: Path) -> None:
        with _closing(self.city(tmp_path)) as city:
            plugins = city.assembly.extensions.plugins
            assert self.plugin in plugins.names
            assert plugins.hooks_of(self.plugin), "it answers at least one hook"
            assert city.file(category=None).number
            assert city.browser().get("/").status_int == 200
            assert city.problems == []

    def test_its_catalogues_say_everything_it_says(self) -> None:
        assert catalogue_problems(self.folder) == []

    def test_it_calls_nobody_inside_a_transaction(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with _closing(self.city(tmp_path)) as city:
            calls = _watch_the_network(city, monkeypatch)
            self.use(city)
            assert calls == []
            assert city.problems == []

    def test_a_site_that_used_it_lives_on_without_it(self, tmp_path: Path) -> None:
        with _closing(self.city(tmp_path)) as city:
            self.use(city)
            before, kept = _written(city), _kept_by(city, self.plugin)
            with _not_installed(self.package):
                city.restart(plugins=())
                assert _written(city) == before
                self._work_on_everything(city)
                assert city.problems == []
            city.restart(plugins=(self.plugin,))
            assert _kept_by(city, self.plugin) == kept, "what it keeps comes back with it"
            self._work_on_everything(city)
            assert city.problems == []

    def _work_on_everything(self, city: RunningCity) -> None:
        staff = city.browser("supervisor")
        assert staff.get("/panel").status_int == 200
        for number, address, identity in _written(city):
            page = staff.get(f"/panel/basvurular/{address}")
            assert number in page.text
            city.services("supervisor").handling.act(identity, Order(Action.NOTE, "Hâlâ yazılıyor."), None)
        city.work()

    def test_its_pages_pass_the_gates(self, tmp_path: Path) -> None:
        with _closing(self.city(tmp_path)) as city:
            assert [problem for page in self.pages for problem in page_problems(city, self.plugin, page)] == []

    def test_what_it_adds_to_other_pages_passes_the_gates(self, tmp_path: Path) -> None:
        if not (self._has("halkla_ticket_panels") or self._has("halkla_follow_panels")):
            pytest.skip("it adds nothing to other pages")
        with _closing(self.city(tmp_path)) as city:
            self.use(city)
            found = []
            for filed in _filed(city):
                for role, address in (
                    ("supervisor", f"/panel/basvurular/{filed.address}"),
                    ("agent", f"/panel/basvurular/{filed.address}"),
                    ("", f"/takip/{filed.address}/{filed.code}"),
                ):
                    answer = city.browser(role).get(address)
                    found += [f"{address} for {role or 'citizens'}: {problem}" for problem in markup_problems(answer)]
            assert found == []

    @pytest.mark.browser
    def test_its_pages_are_accessible(self, tmp_path: Path) -> None:
        drawn = [page for page in self.pages if page.template]
        if not drawn:
            pytest.skip("it draws no pages")
        with _closing(self.city(tmp_path)) as city:
            found = []
            for page in (page for page in drawn if page.is_public or page.permission):
                found += violations_of(city, [address_of_page(self.plugin, page)], who_may(page))
            assert found == []

    def test_its_readme_answers_the_checklist(self) -> None:
        answers = answers_in(self._readme())
        assert [question for question in QUESTIONS if not answers.get(question)] == []
        hooks = {name for name in vars(self.module) if name.startswith("halkla_") and self._has(name)}
        assert names_in(answers["Hooks"]) == hooks
        about = self.module.halkla_about() if self._has("halkla_about") else None
        assert names_in(answers["Powers"]) == set(about.powers if about else ())
        says_none = answers["Sent abroad"].lower().startswith(("nothing", "none", "no "))
        assert says_none == (not (about and about.sends_abroad)), "the checklist and its About say the same"

    def _readme(self) -> str:
        # What was installed may be older than what stands beside the source.
        beside = self.folder.parents[1] / "README.md"
        if beside.with_name("setup.cfg").exists() and beside.exists():
            return beside.read_text(encoding="utf-8")
        said = self.distribution.metadata
        return said.get_payload() or said.get("Description") or ""  # type: ignore[attr-defined]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield f"{node.module}"


class _Missing(MetaPathFinder):
    """Finds nothing of a package, as if it were not installed."""

    def __init__(self, package: str) -> None:
        self._package = package

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] == self._package:
            raise ModuleNotFoundError(f"{name} is not installed", name=name)


@contextmanager
def _not_installed(package: str) -> Iterator[None]:
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == package}
    missing = _Missing(package)
    sys.meta_path.insert(0, missing)
    try:
        yield
    finally:
        sys.meta_path.remove(missing)
        sys.modules.update(kept)


@contextmanager
def _closing(city: RunningCity) -> Iterator[RunningCity]:
    try:
        yield city
    finally:
        with suppress(PluginRefused):
            city.close()


def _written(city: RunningCity) -> list[tuple[str, str, int]]:
    return [(filed.number, filed.address, filed.ticket_id) for filed in _filed(city)]


def _filed(city: RunningCity) -> list[Filed]:
    with city.assembly.database.reading() as site:
        secret = city.assembly.secret
        return [
            Filed(
                ticket.id,
                ticket.number,
                address_of(ticket.id),
                tracking_code(secret, ticket.id, ticket.code_generation),
                is_repeat=False,
            )
            for ticket in site.tickets.values()
        ]


def _kept_by(city: RunningCity, plugin: str) -> dict[str, Any]:
    from ..services.plugin_data import PluginStore

    return dict(PluginStore(plugin, city.services("system")).items())


def _watch_the_network(city: RunningCity, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let no call out, and return the list in which those stand that were tried while the database was being used."""
    calls: list[str] = []
    inside = 0

    def counted(open_one: Callable[..., Any]) -> Callable[..., Any]:
        @contextmanager
        def opened(*arguments: Any, **named: Any) -> Iterator[Any]:
            nonlocal inside
            with open_one(*arguments, **named) as given:
                inside += 1
                try:
                    yield given
                finally:
                    inside -= 1

        return opened

    def refuse(name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **_named: Any) -> Any:
            if inside:
                calls.append(name)
            raise OSError("no network in this test")

        return call

    database = city.assembly.database
    monkeypatch.setattr(database, "reading", counted(database.reading))
    monkeypatch.setattr(database.gate, "entered", counted(database.gate.entered))
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse(name))
    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse(name))
    return calls
