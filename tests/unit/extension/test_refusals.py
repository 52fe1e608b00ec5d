"""What refuses to start: one sentence that names the plugin and the cure."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.api import About, Channel, Job, Page, hookimpl
from halkla_iliskiler.app import build
from halkla_iliskiler.extension import Extensions, PluginRefused, build_plugins, loading
from halkla_iliskiler.testing import FakeNow, open_site

SOURCE = """
from halkla_iliskiler.api import Channel, hookimpl

@hookimpl
def halkla_channels():
    return [Channel("{code}", "Kiosk")]
"""


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """``installed("kiosk", "invented_kiosk", SOURCE)``: a package with a plugin, as if it were installed."""
    points: list[EntryPoint] = []
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(loading, "entry_points", lambda group: points)
    made: list[str] = []

    def make(name: str, package: str, source: str) -> None:
        (tmp_path / f"{package}.py").write_text(source, encoding="utf-8")
        points.append(EntryPoint(name, package, "halkla_iliskiler"))
        made.append(package)

    yield make
    for package in made:
        sys.modules.pop(package, None)


def module(**content: Any) -> ModuleType:
    found = ModuleType("invented_kiosk.kiosk")
    for name, value in content.items():
        setattr(found, name, value)
    return found


def refused(*modules: ModuleType, enabled: tuple[str, ...] = ()) -> str:
    with pytest.raises(PluginRefused) as why:
        Extensions.collect(build_plugins(enabled, {}, modules))
    sentence = str(why.value)
    assert "\n" not in sentence
    return sentence


def answering(hook: str, answer: object) -> ModuleType:
    return module(**{hook: hookimpl(lambda: answer)})


def test_an_installed_plugin_is_loaded_by_its_name(installed: Callable[..., None]) -> None:
    installed("kiosk", "invented_kiosk", SOURCE.format(code="kiosk"))
    plugins = build_plugins(("kiosk",), {})
    assert plugins.names[-1] == "kiosk"
    assert "kiosk" in Extensions.collect(plugins).channels


def test_one_that_is_listed_and_not_installed(installed: Callable[..., None]) -> None:
    installed("kiosk", "invented_kiosk", SOURCE)
    sentence = refused(enabled=("kiosq",))
    assert "'kiosq' is listed in halkla.plugins but not installed (installed: kiosk)" in sentence
    assert "correct the name" in sentence


def test_one_that_cannot_be_imported(installed: Callable[..., None]) -> None:
    installed("kiosk", "invented_kiosk", "import nothing_of_that_name")
    sentence = refused(enabled=("kiosk",))
    assert all(part in sentence for part in ("'kiosk'", "nothing_of_that_name", "halkla.plugins"))


def test_two_packages_of_one_name(installed: Callable[..., None]) -> None:
    installed("kiosk", "invented_one", SOURCE.format(code="one"))
    installed("kiosk", "invented_two", SOURCE.format(code="two"))
    sentence = refused(enabled=("kiosk",))
    assert all(part in sentence for part in ("invented_one", "invented_two", "uninstall one"))


def test_one_code_of_two_packages(installed: Callable[..., None]) -> None:
    installed("one", "invented_one", SOURCE.format(code="kiosk"))
    installed("two", "invented_two", SOURCE.format(code="kiosk"))
    sentence = refused(enabled=("one", "two"))
    assert all(part in sentence for part in ("'one'", "'two'", "'kiosk'", "one of them has to change"))


def test_a_built_in_in_the_list() -> None:
    assert "is a built-in and always on; remove the line" in refused(enabled=("routing",))


def test_a_misspelt_hook_says_what_may_have_been_meant() -> None:
    sentence = refused(module(halkla_chanels=hookimpl(lambda: [Channel("kiosk", "Kiosk")])))
    assert (
        "'kiosk' answers halkla_chanels, a hook that does not exist; did its author mean halkla_channels?" in sentence
    )


def test_a_forgotten_mark() -> None:
    assert "defines halkla_channels without @hookimpl" in refused(module(halkla_channels=list))


def test_an_argument_that_the_hook_does_not_have() -> None:
    sentence = refused(module(halkla_channels=hookimpl(lambda colour: [])))
    assert all(part in sentence for part in ("'kiosk'", "halkla_channels", "colour"))


def test_a_wrapper() -> None:
    def halkla_channels() -> Iterator[None]:
        yield

    sentence = refused(module(halkla_channels=hookimpl(wrapper=True)(halkla_channels)))
    assert "wraps halkla_channels" in sentence


@pytest.mark.parametrize(("version", "cure"), [(99, "install a newer program"), (0, "newer version of the plugin")])
def test_a_version_of_the_api_that_does_not_fit(version: int, cure: str) -> None:
    sentence = refused(answering("halkla_about", About("Kiosk", api=version)))
    assert all(part in sentence for part in ("'kiosk'", f"version {version}", cure))


def test_a_power_that_does_not_exist() -> None:
    sentence = refused(answering("halkla_about", About("Kiosk", powers=("everything",))))
    assert all(part in sentence for part in ("'kiosk'", "'everything'", "file_applications"))


def test_an_event_that_does_not_exist() -> None:
    sentence = refused(answering("halkla_about", About("Kiosk", events=("done", "dream"))))
    assert all(part in sentence for part in ("'kiosk'", "'dream'", "reopened"))


@pytest.mark.parametrize(("hook", "value"), [("halkla_pages", Page("hall")), ("halkla_jobs", None)])
def test_one_code_twice_of_one_plugin(hook: str, value: object) -> None:
    from datetime import timedelta

    given = value or Job("hall", timedelta(hours=1), lambda house: 0)
    sentence = refused(answering(hook, [given, given]))
    assert all(part in sentence for part in ("'kiosk'", hook, "'hall' twice"))


def test_a_code_that_no_address_can_be_made_of() -> None:
    assert "'Über uns'" in refused(answering("halkla_pages", [Page("Über uns")]))


def test_two_plugins_may_call_their_pages_alike(site_directory: Path, now: FakeNow) -> None:
    def show(asked: object, house: object) -> dict[str, object]:
        return {"from": "a plugin"}

    one, two = (ModuleType(f"invented_{name}.{name}") for name in ("one", "two"))
    for plugin in (one, two):
        plugin.halkla_pages = hookimpl(lambda: [Page("hall", show=show, is_machine=True)])  # type: ignore[attr-defined]
    assembly = open_site(site_directory, now, modules=(testing, one, two))
    from webtest import TestApp

    browser = TestApp(build(assembly))
    for name in ("one", "two"):
        assert browser.get(f"/eklenti/{name}/hall").json == {"from": "a plugin"}
    assembly.close()


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Page("hall", is_public=True, is_machine=True), "several kinds of readers"),
        (Page("hall", permission="be_king"), "'be_king'"),
        (Page("hall", template="invented_kiosk:none.pt", show=lambda *_: {}, is_public=True), "invented_kiosk:none.pt"),
    ],
)
def test_a_page_that_cannot_be(site_directory: Path, now: FakeNow, page: Page, why: str) -> None:
    assembly = open_site(site_directory, now, modules=(testing, answering("halkla_pages", [page])))
    with closing(assembly), pytest.raises(PluginRefused) as refusal:
        build(assembly)
    assert all(part in str(refusal.value) for part in ("'kiosk'", "'hall'", why))


def test_whoever_gives_no_channel_of_a_kind_is_named() -> None:
    sentence = refused(answering("halkla_channels", [Channel("", "Kiosk")]))
    assert "'kiosk'" in sentence
