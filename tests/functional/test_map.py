"""A city that supplies a map has it on the form, drawn by us; nobody is asked for tiles."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.api import hookimpl
from halkla_iliskiler.app import build
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.testing import FakeNow, open_site
from halkla_iliskiler.web.mapbase import MapRefused
from tests.conftest import Browser
from tests.functional.pages import only_ticket, soup
from tests.unit.test_mapbase import SQUARE


def with_map(text: str) -> SimpleNamespace:
    """Return a plugin whose brand has that map."""

    @hookimpl
    def halkla_choose_brand() -> object:
        return replace(testing.halkla_choose_brand(), map_base=text)

    return SimpleNamespace(__name__="city_with_a_map", halkla_choose_brand=halkla_choose_brand)


@pytest.fixture
def mapped(site_directory: Path, now: FakeNow) -> Iterator[Assembly]:
    modules = (testing, with_map(json.dumps(SQUARE)))
    opened = open_site(site_directory, now, modules=modules)  # type: ignore[arg-type]
    yield opened
    opened.close()


def test_the_map_is_drawn_and_a_point_on_it_is_filed(mapped: Assembly) -> None:
    browser = Browser(build(mapped), extra_environ={"REMOTE_ADDR": "203.0.113.7"})
    page = browser.get("/basvuru")
    (drawn,) = soup(page).select("svg.map")
    assert drawn["tabindex"] == "0"
    assert drawn["aria-label"] == "Şehir haritası"
    assert soup(page).find(id=drawn["aria-describedby"]) is not None
    assert "Işıklı &lt;b&gt;" in page.text
    assert "http" not in str(drawn).replace("http://www.w3.org/2000/svg", "")
    form = page.forms["apply"]
    form["words"] = "Bank kırık"
    form["latitude"].force_value("38.05")
    form["longitude"].force_value("27.05")
    form.submit(status=303)
    assert only_ticket(mapped).location.point is not None


def test_a_map_that_cannot_be_drawn_does_not_start(site_directory: Path, now: FakeNow) -> None:
    opened = open_site(site_directory, now, modules=(testing, with_map("{")))  # type: ignore[arg-type]
    try:
        with pytest.raises(MapRefused):
            build(opened)
    finally:
        opened.close()
