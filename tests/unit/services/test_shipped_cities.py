"""Every value of a city that is installed can be changed on its page; saving what is shown changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib.metadata import entry_points
from typing import Any

import pytest

from halkla_iliskiler.services.catalogue import KINDS
from halkla_iliskiler.services.catalogue_rules import refuse_what_cannot_be
from halkla_iliskiler.storage import City
from halkla_iliskiler.web.staff.admin.fields import schema_of
from halkla_iliskiler.web.staff.admin.kinds import KIND_PAGES

PLUGINS = {point.name: point.load() for point in entry_points(group="halkla_iliskiler")}
CITIES = {name: module for name, module in PLUGINS.items() if hasattr(module, "halkla_categories")}


class SaysNothing:
    """Stands for a page: what fields are called is of no matter here."""

    @staticmethod
    def say(message: str, **values: object) -> str:
        return message


@pytest.fixture(scope="module", params=CITIES)
def city(request: pytest.FixtureRequest) -> City:
    made, module = City(), CITIES[request.param]
    gives: dict[str, Callable[[], list[Any]]] = {
        kind: getattr(module, f"halkla_{kind}") for kind in KINDS if hasattr(module, f"halkla_{kind}")
    }
    made.replace(**{kind: tuple(give()) for kind, give in gives.items()})
    return made


def test_there_is_one() -> None:
    assert CITIES


@pytest.mark.parametrize("kind", KINDS)
def test_it_keeps_the_rules(city: City, kind: str) -> None:
    for value in getattr(city, kind):
        refuse_what_cannot_be(city, kind, value, date(2026, 1, 5))


@pytest.mark.parametrize("page", KIND_PAGES, ids=lambda page: page.path)
def test_saving_what_is_shown_changes_nothing(city: City, page: Any) -> None:
    for value in getattr(city, page.kind):
        fields = page.fields(SaysNothing(), city, value)
        shown = {"revision": ""}
        for field in fields:
            shown |= field.to_text(getattr(value, field.name))
        # As a browser sends it.
        sent = {name: text.replace("\n", "\r\n") for name, text in shown.items()}
        said = schema_of(fields).deserialize(sent)
        assert replace(value, **{field.name: field.from_text(said) for field in fields}) == value
