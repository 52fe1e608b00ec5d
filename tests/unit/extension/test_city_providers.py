"""The city's data comes from any number of plugins; what two of them call by one name is refused."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from halkla_iliskiler.api import (
    Body,
    Category,
    Danger,
    Department,
    Neighbourhood,
    Question,
    ReplyTemplate,
    Synonym,
    hookimpl,
)
from halkla_iliskiler.extension import CityData, Extensions, PluginRefused, build_plugins

PARKS = Department("parks", "Park ve Bahçeler Müdürlüğü")
VALUES: dict[str, Callable[[str], Any]] = {
    "halkla_departments": lambda code: Department(code, "Müdürlük"),
    "halkla_categories": lambda code: Category(code, "Konu", "parks", timedelta(days=1)),
    "halkla_neighbourhoods": lambda code: Neighbourhood(code, "Mahalle"),
    "halkla_bodies": lambda code: Body(code, "Kurum", "su"),
    "halkla_reply_templates": lambda code: ReplyTemplate(code, "Yapıldı", "İş tamamlandı."),
    "halkla_questions": lambda code: Question(code, "Kaçıncı kat?"),
    "halkla_synonyms": lambda code: Synonym(code, "çukur", ("delik",)),
    "halkla_dangers": lambda code: Danger(code, ("yangın",), "Yangın mı var?", "Uzaklaşın."),
}


def plugin(name: str, hook: str, *codes: str) -> ModuleType:
    module = ModuleType(f"halkla_{name}.{name}")
    values = [VALUES[hook](code) for code in codes]
    setattr(module, hook, hookimpl(lambda: values))
    return module


def city_of(*modules: ModuleType) -> CityData:
    parks = ModuleType("halkla_parks.parks")
    parks.halkla_departments = hookimpl(lambda: [PARKS])  # type: ignore[attr-defined]
    return Extensions.collect(build_plugins((), {}, [parks, *modules])).city_data()


@pytest.mark.parametrize("hook", VALUES)
def test_what_several_plugins_give_is_put_together(hook: str) -> None:
    city = city_of(plugin("one", hook, "a", "b"), plugin("two", hook, "c"))
    assert {"a", "b", "c"} <= {value.code for value in getattr(city, hook.removeprefix("halkla_"))}


@pytest.mark.parametrize("hook", VALUES)
def test_one_code_from_two_plugins_is_refused_and_both_are_named(hook: str) -> None:
    with pytest.raises(PluginRefused) as why:
        city_of(plugin("one", hook, "same"), plugin("two", hook, "same"))
    assert all(part in str(why.value) for part in ("'one'", "'two'", "'same'", hook))


@pytest.mark.parametrize("hook", VALUES)
def test_a_provider_that_has_nothing_to_give_is_no_mistake(hook: str) -> None:
    assert city_of(plugin("one", hook)).departments == (PARKS,)
