"""A plugin may draw one of our pages otherwise; the plugin listed last in the ini wins, as it does for hooks."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from webtest import TestApp

from halkla_iliskiler import testing
from halkla_iliskiler.app import build
from halkla_iliskiler.testing import FakeNow, open_site

PAGE = """<html metal:use-macro="load: layout_citizen.pt" xmlns:metal="http://xml.zope.org/namespaces/metal">
<metal:main fill-slot="main"><h1>Drawn by {name}</h1></metal:main></html>"""


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ModuleType]]:
    """``packaged("one", "home.pt")``: a plugin whose package puts a template of its own over ours."""
    made: list[str] = []
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(name: str, *templates: str) -> ModuleType:
        package = tmp_path / f"invented_{name}"
        (package / "overrides").mkdir(parents=True)
        (package / "__init__.py").write_text("", encoding="utf-8")
        for template in templates:
            (package / "overrides" / template).write_text(PAGE.format(name=name), encoding="utf-8")
        made.append(package.name)
        __import__(package.name)
        return ModuleType(f"{package.name}.{name}")

    yield make
    for name in made:
        sys.modules.pop(name, None)


def test_the_last_line_wins_and_what_nobody_draws_is_ours(
    packaged: Callable[..., ModuleType], site_directory: Path, now: FakeNow
) -> None:
    one, two = packaged("one", "home.pt", "privacy.pt"), packaged("two", "home.pt")
    for modules, home in (((one, two), "Drawn by two"), ((two, one), "Drawn by one")):
        assembly = open_site(site_directory, now, modules=(testing, *modules))
        browser = TestApp(build(assembly))
        assert home in browser.get("/")
        # The frame is ours.
        assert "Deneme İletişim Merkezi" in browser.get("/")
        assert "Drawn by one" in browser.get("/aydinlatma")
        assert "Drawn by" not in browser.get("/takip")
        assembly.close()


def test_without_the_plugins_every_page_is_ours_again(
    packaged: Callable[..., ModuleType], site_directory: Path, now: FakeNow
) -> None:
    packaged("one", "home.pt")
    assembly = open_site(site_directory, now)
    assert "Drawn by" not in TestApp(build(assembly)).get("/")
    assembly.close()
