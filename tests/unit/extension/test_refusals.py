"""What refuses to start: one sentence that names the plugin and the cure."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import colander
import deform
import pytest
from click.testing import CliRunner
from translationstring import TranslationString

import halkla_iliskiler
from halkla_iliskiler import testing
from halkla_iliskiler.api import About, Channel, Job, Page, hookimpl
from halkla_iliskiler.app import build
from halkla_iliskiler.cli import main
from halkla_iliskiler.extension import Extensions, PluginRefused, build_plugins, loading
from halkla_iliskiler.services.setting_schemas import DRAWN
from halkla_iliskiler.testing import FakeNow, open_site, site_settings

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


@pytest.mark.parametrize("source", ["import sys; sys.exit(0)", "raise BaseException('no')", "raise GeneratorExit"])
def test_one_that_ends_the_program_while_it_is_imported(installed: Callable[..., None], source: str) -> None:
    installed("kiosk", "invented_kiosk", source)
    sentence = refused(enabled=("kiosk",))
    assert "The plugin 'kiosk' cannot be loaded" in sentence
    assert "halkla.plugins" in sentence


def test_whoever_stops_the_program_while_a_plugin_is_imported_is_heard(installed: Callable[..., None]) -> None:
    installed("kiosk", "invented_kiosk", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        build_plugins(("kiosk",), {})


def test_a_program_that_cannot_start_says_so_with_its_exit_code(
    installed: Callable[..., None], site_directory: Path, tmp_path: Path
) -> None:
    installed("kiosk", "invented_kiosk", "import sys; sys.exit(0)")
    ini = tmp_path / "kiosk.ini"
    lines = [f"{name} = {value}" for name, value in site_settings(site_directory, plugins="kiosk").items()]
    ini.write_text("\n".join(["[app:main]", "use = egg:halkla-iliskiler", *lines]), encoding="utf-8")
    ran = CliRunner().invoke(main, ["-c", str(ini), "plugins", "list"])
    assert ran.exit_code == 1
    assert "The plugin 'kiosk' cannot be loaded" in ran.output


def test_the_name_under_which_the_program_keeps_its_own(installed: Callable[..., None]) -> None:
    installed("core", "invented_core", SOURCE.format(code="kiosk"))
    assert "'core' has the name under which the program keeps its own" in refused(enabled=("core",))
    assert "'core' has the name" in refused(ModuleType("invented.core"))


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


def test_a_hook_that_is_misspelt_in_its_first_letters() -> None:
    def haklla_channels() -> list[Channel]:
        return [Channel("kiosk", "Kiosk")]

    sentence = refused(module(haklla_channels=hookimpl(haklla_channels)))
    assert "'kiosk' answers haklla_channels, a hook that does not exist" in sentence
    assert "did its author mean halkla_channels?" in sentence


def test_a_name_given_to_the_mark_is_judged_as_the_hooks_own() -> None:
    def any_name(colour: str) -> list[Channel]:
        return []

    assert "'colour' in halkla_channels" in refused(module(any_name=hookimpl(specname="halkla_channels")(any_name)))
    assert "answers channels, a hook" in refused(module(any_name=hookimpl(specname="channels")(any_name)))


def test_another_plugins_hook_may_be_imported_under_another_name() -> None:
    def halkla_channels() -> list[Channel]:
        return [Channel("kiosk", "Kiosk")]

    found = Extensions.collect(build_plugins((), {}, (module(theirs=hookimpl(halkla_channels)),)))
    assert "kiosk" not in found.channels


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


@pytest.mark.parametrize("code", ['K k/"<', "k" * 100_000, "Kiosk", "ş"])
def test_a_channel_whose_code_cannot_be_kept(code: str) -> None:
    sentence = refused(answering("halkla_channels", [Channel(code, "Kiosk")]))
    assert "'kiosk' answered halkla_channels with the code" in sentence
    assert "small letters, digits, _ and -, 64 at most" in sentence
    assert len(sentence) < 300


@pytest.mark.parametrize("seconds", [0, -5])
def test_a_job_that_would_never_rest(seconds: int) -> None:
    sentence = refused(answering("halkla_jobs", [Job("read", timedelta(seconds=seconds), lambda house: 0)]))
    assert "'kiosk' wants its job 'read' done every" in sentence
    assert "give a time above zero" in sentence


# -- settings -------------------------------------------------------------------------------------------------------


class Bomb:
    def __str__(self) -> str:
        raise ValueError


def setting(typ: Any = None, **more: Any) -> colander.SchemaNode:
    return colander.SchemaNode(typ or colander.String(), **{"name": "x", "title": "X", "missing": "", **more})


@colander.deferred
def later(node: object, values: object) -> str:
    return ""


@pytest.mark.parametrize(
    ("nodes", "says"),
    [
        ([setting(), setting()], "have two called 'x'; rename one"),
        ([setting(colander.Mapping())], "have 'x' of the type Mapping"),
        ([setting(colander.GlobalObject(None))], "have 'x' of the type GlobalObject"),
        ([setting(colander.Sequence())], "have 'x' of the type Sequence"),
        ([setting(widget=deform.widget.RichTextWidget())], "draw 'x' with RichTextWidget"),
        ([setting(widget=deform.widget.MappingWidget())], "draw 'x' with MappingWidget"),
        ([setting(title=TranslationString("${a}", mapping={"a": Bomb()}))], "have a title of 'x' that is no"),
        ([setting(description=Bomb())], "have a description of 'x' that is no plain text"),
        ([setting(name="revision")], "have one called 'revision'"),
        ([setting(name="a b")], "have one called 'a b'"),
        ([setting(name="forget__x")], "have one called 'forget__x'"),
        ([setting(missing=later)], "leave the missing of 'x' for later"),
    ],
)  # fmt: skip
def test_settings_that_have_no_form(site_directory: Path, nodes: list[colander.SchemaNode], says: str) -> None:
    schema = colander.SchemaNode(colander.Mapping())
    for node in nodes:
        schema.add(node)
    with pytest.raises(PluginRefused) as why:
        open_site(site_directory, modules=(testing, answering("halkla_settings_schema", schema)))
    sentence = str(why.value)
    assert sentence.startswith("The settings of the plugin 'kiosk' ")
    assert says in sentence


def test_every_widget_that_is_allowed_has_a_template_and_is_made_from_it() -> None:
    templates = Path(halkla_iliskiler.__file__).parent / "web" / "templates" / "deform"
    assert {f"{name}.pt" for name in DRAWN} <= {path.name for path in templates.iterdir()}
