"""What a plugin keeps: plain values, under its own name, as long as nobody deletes it deliberately."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.domain.access import SYSTEM
from halkla_iliskiler.domain.errors import Forbidden
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.plugin_data import MAX_KEY, MAX_VALUE, PluginData, PluginStore, ValueRefused, kept_by
from halkla_iliskiler.services.plugin_desk import PurgeRefused
from halkla_iliskiler.storage import Site
from halkla_iliskiler.testing import START


@pytest.fixture
def store(assembly: Assembly) -> Callable[[str], PluginStore]:
    return lambda name: PluginStore(name, assembly.services(SYSTEM))


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


@given(value=PLAIN)
def test_every_plain_value_comes_back_as_it_was(value: Any) -> None:
    site = Site("x" * 32, START)
    data = PluginData("survey", site)
    try:
        data.put("key", value)
    except ValueRefused:
        # Half a letter (a lone surrogate) is no text that a file can hold.
        assert "\\ud" in repr(value)
        return
    found = data.get("key")
    assert found == value
    assert repr(found) == repr(value) or isinstance(value, dict | list)


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    "value",
    [(1, 2), {1}, b"bytes", date(2026, 11, 24), Colour.RED, object(), ModuleType("x"), {1: "a"}, [{"a": (1,)}]],
    ids=lambda value: type(value).__name__,
)
def test_what_could_not_be_read_without_the_plugin_is_refused(value: Any) -> None:
    data = PluginData("survey", Site("x" * 32, START))
    with pytest.raises(ValueRefused, match=r"keep|dict"):
        data.put("key", value)
    assert data.get("key") is None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_json_cannot_say_is_refused(value: Any) -> None:
    with pytest.raises(ValueRefused):
        PluginData("survey", Site("x" * 32, START)).put("key", value)


def test_a_value_that_is_too_large_or_too_deep_or_holds_itself_is_refused() -> None:
    data = PluginData("survey", Site("x" * 32, START))
    data.put("fits", "x" * (MAX_VALUE - 2))
    with pytest.raises(ValueRefused, match="at most"):
        data.put("key", "x" * (MAX_VALUE - 1))
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ValueRefused, match="nested"):
        data.put("key", endless)


@pytest.mark.parametrize("key", ["", "x" * (MAX_KEY + 1), "line\nbreak", "nul\0", 7, None])
def test_a_key_is_a_short_printable_text(key: Any) -> None:
    with pytest.raises(ValueRefused, match="key"):
        PluginData("survey", Site("x" * 32, START)).put(key, 1)


def test_a_plugin_may_not_fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    from halkla_iliskiler.services import plugin_data

    monkeypatch.setattr(plugin_data, "MAX_KEPT", 100)
    data = PluginData("survey", Site("x" * 32, START))
    data.put("a", "x" * 80)
    with pytest.raises(ValueRefused, match="delete something first"):
        data.put("b", "x" * 80)
    assert data.delete("a")
    data.put("b", "x" * 80)


def test_changing_what_was_read_changes_nothing_that_is_kept(store: Callable[[str], PluginStore]) -> None:
    survey = store("survey")
    given = {"answers": [1, 2]}
    survey.put("key", given)
    given["answers"].append(3)
    survey.get("key")["answers"].clear()
    assert survey.get("key") == {"answers": [1, 2]}


def test_plugins_do_not_see_each_other(store: Callable[[str], PluginStore]) -> None:
    store("survey").put("key", 1)
    store("webhook").put("key", 2)
    assert store("survey").get("key") == 1
    assert list(store("webhook").items()) == [("key", 2)]
    assert store("third").get("key", "nothing") == "nothing"
    assert list(store("third").items()) == []
    assert not store("third").delete("key")


def test_values_are_found_by_the_beginning_of_their_key_in_order(store: Callable[[str], PluginStore]) -> None:
    survey = store("survey")
    survey.write(lambda data: [data.put(f"rating/{n:04d}", n) for n in range(1100)])
    survey.put("rating", "before")
    survey.put("ratings", "behind")
    assert [value for _, value in survey.items("rating/")] == list(range(1100))
    assert [key for key, _ in survey.items("rating/", after="rating/1097")] == ["rating/1098", "rating/1099"]
    assert len(list(survey.items())) == 1102


def test_several_things_are_written_together_or_not_at_all(store: Callable[[str], PluginStore]) -> None:
    survey = store("survey")

    def change(data: PluginData) -> None:
        data.put("a", 1)
        raise LookupError

    with pytest.raises(LookupError):
        survey.write(change)
    assert survey.get("a") is None


def test_how_much_is_kept_is_known_without_reading_it(assembly: Assembly, store: Callable[[str], PluginStore]) -> None:
    survey = store("survey")
    for n in range(5):
        survey.put(f"key{n}", "ş" * n)
    survey.put("key4", "")
    survey.put("key4", "")
    survey.delete("key0")
    survey.delete("key0")
    with assembly.database.reading() as site:
        kept = kept_by(site)["survey"]
        assert kept.count == 4
        assert kept.size == sum(
            len(key.encode()) + len(text.encode()) for key, text in site.plugin_data["survey"].texts.items()
        )


def test_a_removed_plugin_is_purged_deliberately_and_whole(
    assembly: Assembly, services: Callable[[str], Services], store: Callable[[str], PluginStore]
) -> None:
    store("gone").write(lambda data: [data.put(f"key{n}", n) for n in range(2500)])
    store("other").put("key", 1)
    desk = services("administrator").plugin_desk
    would = desk.purge("gone", dry_run=True)
    assert (would.kept.count, would.is_nothing) == (2500, False)
    assert store("gone").get("key1") == 1
    assert desk.purge("gone") == would
    assert desk.purge("gone").is_nothing
    assert list(store("gone").items()) == []
    assert store("other").get("key") == 1


@pytest.mark.parametrize("name", ["core", "channels", "rules"])
def test_the_program_itself_is_not_purged(assembly: Assembly, services: Callable[[str], Services], name: str) -> None:
    for dry_run in (True, False):
        with pytest.raises(PurgeRefused, match="is part of the program"):
            services("administrator").plugin_desk.purge(name, dry_run=dry_run)
    with assembly.database.reading() as site:
        assert [step for step in site.evolved if step.startswith("core.")]


def test_an_enabled_plugin_is_not_purged(
    assembly: Assembly, services: Callable[[str], Services], store: Callable[[str], PluginStore]
) -> None:
    plugins = assembly.extensions.plugins
    name = next(name for name in plugins.names if not plugins.is_builtin(name))
    store(name).put("key", 1)
    for dry_run in (True, False):
        with pytest.raises(PurgeRefused, match="enabled"):
            services("administrator").plugin_desk.purge(name, dry_run=dry_run)
    assert store(name).get("key") == 1


@pytest.mark.parametrize("role", ["agent", "clerk", "supervisor", "auditor", ""])
def test_only_administrators_see_and_purge(assembly: Assembly, services: Callable[[str], Services], role: str) -> None:
    desk = services(role).plugin_desk
    with assembly.database.reading() as site, pytest.raises(Forbidden):
        desk.all(site)
    with pytest.raises(Forbidden):
        desk.purge("gone")
