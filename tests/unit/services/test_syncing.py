"""``halkla plugins sync``: what the plugins changed comes in, what the city changed stays, nothing is removed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from BTrees.OOBTree import OOBTree
from click.testing import CliRunner

from halkla_iliskiler.api import hookimpl
from halkla_iliskiler.cli import main
from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.domain.errors import Forbidden
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.syncing import What
from halkla_iliskiler.services.unit import Unit
from halkla_iliskiler.testing import START, FakeNow, actor, city, draft, open_site, site_settings

HOOKS = {
    "departments": city.halkla_departments,
    "categories": city.halkla_categories,
    "neighbourhoods": city.halkla_neighbourhoods,
}


class Plugin:
    """The invented city's plugin, which gives something else the next time the site is opened."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.given: dict[str, list[Any]] = {kind: list(hook()) for kind, hook in HOOKS.items()}
        self.assembly: Assembly | None = None

    def open(self) -> Services:
        self.close()
        module = ModuleType("elsewhere")
        for name, value in vars(city).items():
            kind = name.removeprefix("halkla_")
            if kind in self.given:
                setattr(module, name, self._hook(kind))
            elif name.startswith("halkla_"):
                setattr(module, name, value)
        self.assembly = open_site(self.directory, FakeNow(), modules=(module,))
        return self.assembly.services(actor("administrator"))

    def _hook(self, kind: str) -> Callable[[], list[Any]]:
        def answer() -> list[Any]:
            return self.given[kind]

        return hookimpl(specname=f"halkla_{kind}")(answer)

    def close(self) -> None:
        if self.assembly is not None:
            assert list(problems(self.assembly.database, self.assembly.index, deep=False)) == []
            self.assembly.close()
            self.assembly = None

    def change(self, kind: str, code: str, **values: Any) -> None:
        self.given[kind] = [replace(one, **values) if one.code == code else one for one in self.given[kind]]

    def drop(self, kind: str, code: str) -> None:
        self.given[kind] = [one for one in self.given[kind] if one.code != code]


@pytest.fixture
def plugin(site_directory: Path) -> Iterator[Plugin]:
    found = Plugin(site_directory)
    yield found
    found.close()


def value(services: Services, kind: str, code: str) -> Any:
    with services.assembly.database.reading() as site:
        return next((one for one in getattr(site.city, kind) if one.code == code), None)


def sync(services: Services) -> list[tuple[str, str]]:
    return [(one.code, one.what) for one in services.syncing.take_over(services.syncing.differences())]


def test_where_nothing_was_changed_there_is_no_difference(plugin: Plugin) -> None:
    assert plugin.open().syncing.differences() == []


def test_a_changed_value_is_shown_with_before_and_after_and_taken_over(plugin: Plugin) -> None:
    plugin.change("categories", "bench", label="Dinlenme yeri", solve_within=timedelta(days=3))
    services = plugin.open()
    (difference,) = services.syncing.differences()
    assert (difference.kind, difference.code, difference.what) == ("categories", "bench", What.CHANGED)
    assert {name: after for name, _, after in difference.fields} == {
        "label": "Dinlenme yeri",
        "solve_within": timedelta(days=3),
    }
    assert value(services, "categories", "bench").label != "Dinlenme yeri"
    assert sync(services) == [("bench", What.CHANGED)]
    assert value(services, "categories", "bench").label == "Dinlenme yeri"
    assert services.syncing.differences() == []


def test_what_the_city_has_changed_stays_field_by_field(plugin: Plugin) -> None:
    services = plugin.open()
    own = replace(value(services, "categories", "bench"), label="Bizim bank")
    services.catalogue.put("categories", own)
    plugin.change("categories", "bench", label="Dinlenme yeri", solve_within=timedelta(days=3))
    services = plugin.open()
    (difference,) = services.syncing.differences()
    assert difference.own == ("label",)
    assert [name for name, _, _ in difference.fields] == ["solve_within"]
    sync(services)
    assert value(services, "categories", "bench").label == "Bizim bank"
    assert value(services, "categories", "bench").solve_within == timedelta(days=3)
    # Said once; until the plugin changes it again.
    assert services.syncing.differences() == []
    plugin.change("categories", "bench", label="Oturak")
    services = plugin.open()
    assert [(one.what, one.own) for one in services.syncing.differences()] == [(What.KEPT, ("label",))]


def test_a_new_value_is_added_with_what_it_needs(plugin: Plugin) -> None:
    parks = next(one for one in plugin.given["departments"] if one.code == "parks")
    bench = next(one for one in plugin.given["categories"] if one.code == "bench")
    plugin.given["departments"].append(replace(parks, code="lights", name="Aydınlatma Müdürlüğü"))
    plugin.given["categories"].append(replace(bench, code="lamp", label="Sokak lambası", department="lights"))
    services = plugin.open()
    assert sync(services) == [("lights", What.NEW), ("lamp", What.NEW)]
    filed = services.acting_as(ANONYMOUS).intake.file(draft(category="lamp"))
    with services.assembly.database.reading() as site:
        assert site.tickets[filed.ticket_id].department == "lights"


def test_what_the_plugin_gives_no_more_is_ended_and_its_tickets_keep_it(plugin: Plugin) -> None:
    services = plugin.open()
    filed = services.acting_as(ANONYMOUS).intake.file(draft(category="bench"))
    plugin.drop("categories", "bench")
    services = plugin.open()
    assert sync(services) == [("bench", What.ENDED)]
    assert value(services, "categories", "bench").ended_on == services.today
    with services.assembly.database.reading() as site:
        assert site.tickets[filed.ticket_id].category == "bench"
    assert services.syncing.differences() == []


def test_what_is_still_needed_or_the_citys_own_is_not_ended(plugin: Plugin) -> None:
    services = plugin.open()
    services.catalogue.put("categories", replace(value(services, "categories", "bench"), label="Bizim bank"))
    plugin.drop("categories", "bench")
    plugin.drop("neighbourhoods", plugin.given["neighbourhoods"][0].code)
    services = plugin.open()
    found = {one.code: one.what for one in services.syncing.differences()}
    assert found["bench"] is What.KEPT
    sync(services)
    assert value(services, "categories", "bench").ended_on is None


def test_what_the_city_has_ended_is_not_taken_up_again(plugin: Plugin) -> None:
    services = plugin.open()
    services.catalogue.end("categories", "bench")
    plugin.change("categories", "bench", label="Dinlenme yeri")
    services = plugin.open()
    sync(services)
    bench = value(services, "categories", "bench")
    assert (bench.label, bench.ended_on) == ("Dinlenme yeri", services.today)


def test_only_what_was_shown_is_taken_over(plugin: Plugin) -> None:
    plugin.change("categories", "bench", label="Dinlenme yeri")
    services = plugin.open()
    shown = services.syncing.differences()
    services.catalogue.put("categories", replace(value(services, "categories", "bench"), label="Bizim bank"))
    assert services.syncing.take_over(shown) == []
    assert value(services, "categories", "bench").label == "Bizim bank"


def test_it_stands_in_the_log_of_changes_and_can_be_taken_back(plugin: Plugin) -> None:
    plugin.change("categories", "bench", label="Dinlenme yeri")
    services = plugin.open()
    before = value(services, "categories", "bench").label
    sync(services)
    with services.assembly.database.reading() as site:
        change = services.changes.of(site, "categories", "bench")[0]
    assert change.after == {"label": "Dinlenme yeri"}
    services.changes.undo(change.id)
    assert value(services, "categories", "bench").label == before
    # And now it is the city's own: the next sync leaves it.
    assert services.syncing.differences() == []


def test_what_cannot_be_is_said_and_not_taken_nor_what_needs_it(plugin: Plugin) -> None:
    parks = next(one for one in plugin.given["departments"] if one.code == "parks")
    bench = next(one for one in plugin.given["categories"] if one.code == "bench")
    plugin.given["departments"].append(replace(parks, code="lights", name="Aydınlatma", parent="nowhere"))
    plugin.given["categories"].append(replace(bench, code="lamp", label="Sokak lambası", department="lights"))
    plugin.change("categories", "bench", solve_within=timedelta(days=4000))
    plugin.change("categories", "rubbish", label="Çöp kaldı")
    services = plugin.open()
    shown = {one.code: (one.what, one.refused) for one in services.syncing.differences()}
    assert shown == {
        "lights": (What.REFUSED, "parent: unknown"),
        "lamp": (What.REFUSED, "department: unknown_department"),
        "bench": (What.REFUSED, "solve_within: target"),
        "rubbish": (What.CHANGED, ""),
    }
    assert sync(services) == [("rubbish", What.CHANGED)]
    assert value(services, "departments", "lights") is None
    assert value(services, "categories", "lamp") is None
    assert value(services, "categories", "bench").solve_within == timedelta(days=5)
    # Not forgotten: it is said until it fits.
    assert {one.code for one in services.syncing.differences()} == {"lights", "lamp", "bench"}
    plugin.change("departments", "lights", parent=None)
    plugin.change("categories", "bench", solve_within=timedelta(days=4))
    assert sorted(sync(plugin.open())) == [("bench", "changed"), ("lamp", "new"), ("lights", "new")]


def test_what_was_left_out_is_not_needed_by_what_is_taken(plugin: Plugin) -> None:
    parks = next(one for one in plugin.given["departments"] if one.code == "parks")
    bench = next(one for one in plugin.given["categories"] if one.code == "bench")
    plugin.given["departments"].append(replace(parks, code="lights", name="Aydınlatma"))
    plugin.given["categories"].append(replace(bench, code="lamp", label="Sokak lambası", department="lights"))
    services = plugin.open()
    agreed = [one for one in services.syncing.differences() if one.code == "lamp"]
    assert services.syncing.take_over(agreed) == []
    assert value(services, "categories", "lamp") is None


def test_only_administrators_sync(plugin: Plugin) -> None:
    services = plugin.open().acting_as(actor("supervisor"))
    with pytest.raises(Forbidden):
        services.syncing.differences()
    with pytest.raises(Forbidden):
        services.syncing.take_over([])


# -- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def halkla(tmp_path: Path) -> Callable[..., Any]:
    ini = tmp_path / "site.ini"

    def run(*arguments: str, answer: str = "") -> Any:
        settings = {**site_settings(tmp_path / "bornova"), "halkla.plugins": "bornova"}
        ini.write_text(
            "[app:main]\nuse = egg:halkla-iliskiler\n"
            + "".join(f"{key} = {value}\n" for key, value in settings.items())
        )
        return CliRunner().invoke(main, ["-c", str(ini), "plugins", *arguments], input=answer)

    return run


@pytest.fixture
def shipped(tmp_path: Path, halkla: Callable[..., Any]) -> Path:
    """A site of the shipped city, one value of which its plugin gives otherwise than it did."""
    halkla("list")
    made = CliRunner().invoke(main, ["-c", str(tmp_path / "site.ini"), "init"])
    assert made.exit_code == 0, made.output
    assembly = Assembly.open(site_settings(tmp_path / "bornova", plugins="bornova"))

    def older(unit: Any) -> None:
        first, *rest = unit.site.city.categories
        past = replace(first, label="Eski ad")
        unit.site.city.replace(categories=(past, *rest))
        unit.site.city.remember_provided("categories", past)

    assembly.write(older, "an older plugin")
    assembly.close()
    return tmp_path / "bornova"


def test_the_command_shows_asks_and_takes_over(shipped: Path, halkla: Callable[..., Any]) -> None:
    shown = halkla("sync", "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert "~ categories" in shown.output
    assert "label: Eski ad ->" in shown.output
    assert "Nothing was changed." in halkla("sync", answer="n\n").output
    assert "1 value taken over." in halkla("sync", "--yes").output
    assert "as the plugins give it" in halkla("sync").output


def test_the_bare_command_still_lists_with_and_without_a_site(
    shipped: Path, halkla: Callable[..., Any], tmp_path: Path
) -> None:
    listed = halkla()
    assert listed.exit_code == 0, listed.output
    lines = [line for line in listed.output.splitlines() if line[:2].strip().isdigit()]
    assert lines[-1].split()[1] == "bornova"
    assert "halkla_departments" in lines[-1]
    (tmp_path / "bornova").rename(tmp_path / "away")
    without = halkla("list")
    assert without.exit_code == 0
    assert "bornova" in without.output


def test_beside_a_running_server_only_what_reads_works(shipped: Path, halkla: Callable[..., Any]) -> None:
    running = Assembly.open(site_settings(shipped, plugins="bornova"))
    try:
        for arguments in (("list",), ("sync", "--dry-run"), ("purge", "survey", "--dry-run")):
            assert halkla(*arguments).exit_code == 0, arguments
        for arguments in (("sync", "--yes"), ("purge", "survey", "--yes")):
            refused = halkla(*arguments)
            assert refused.exit_code == 1
            assert "in use by another process" in refused.output
    finally:
        running.close()


def test_purging_names_steps_and_settings_too(shipped: Path, halkla: Callable[..., Any]) -> None:
    assembly = Assembly.open(site_settings(shipped, plugins="bornova"))

    def leave(unit: Unit) -> None:
        unit.site.evolved["gone.2026_11_one"] = START
        unit.site.evolved["gone.2026_11_two"] = START
        unit.site.plugin_settings = OOBTree({"gone": "{}"})

    assembly.write(leave, "a plugin")
    assembly.close()
    says = "gone: 0 values (0 bytes), its settings and the note that 2 evolve steps of its own were done."
    assert says in halkla("purge", "gone", "--dry-run").output
    assert says in halkla("purge", "gone", answer="n\n").output
    refused = halkla("purge", "core", "--yes")
    assert refused.exit_code == 1
    assert "'core' is part of the program; nothing of it can be deleted." in refused.output
    assert halkla("list").exit_code == 0


def test_purging_says_what_goes_and_asks(shipped: Path, halkla: Callable[..., Any]) -> None:
    assert "has left nothing" in halkla("purge", "gone").output
    assembly = Assembly.open(site_settings(shipped, plugins="bornova"))
    assembly.write(lambda unit: unit.site.values_of_plugin("gone").put("key", '"value"'), "a plugin")
    assembly.close()
    assert "gone is not enabled and has left 1 value (" in halkla("list").output
    assert "1 value (10 bytes)" in halkla("purge", "gone", "--dry-run").output
    assert "Nothing was changed." in halkla("purge", "gone", answer="n\n").output
    assert "Deleted." in halkla("purge", "gone", answer="y\n").output
    assert "has left nothing" in halkla("purge", "gone").output
    refused = halkla("purge", "bornova", "--yes")
    assert refused.exit_code == 1
    assert "is enabled; take it out of halkla.plugins first." in refused.output
