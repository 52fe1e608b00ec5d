"""Which plugins are on, in which order, and that one which is broken is named instead of half used."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.api import Brand, Category, Channel, Department, FeedbackMethod, hookimpl
from halkla_iliskiler.extension import Extensions, PluginRefused, build_plugins


def plugin(name: str, **hooks: Callable[..., object]) -> ModuleType:
    """Return a module that answers *hooks*, as an installed plugin would."""
    module = ModuleType(f"invented_{name}.plugin_{name}")
    for hook, answer in hooks.items():
        setattr(module, hook, hookimpl(answer))
    return module


def collected(*modules: ModuleType, **settings: str) -> Extensions:
    return Extensions.collect(build_plugins((), settings, modules))


def refused(*modules: ModuleType) -> str:
    with pytest.raises(PluginRefused) as why:
        collected(*modules).city_data()
    return str(why.value)


def brand(name: str) -> Callable[[], Brand]:
    return lambda: Brand(name, "Belediye")


# -- order ---------------------------------------------------------------------------------------------------------


def test_without_a_plugin_the_core_stands_alone() -> None:
    found = collected()
    assert found.brand.name == "Halkla İlişkiler"
    assert "web" in found.channels
    assert list(found.feedback_methods) == ["telephone", "follow_page"]
    assert found.city_data().departments == ()


def test_the_plugin_listed_last_answers_first() -> None:
    one, two = (plugin(name, halkla_choose_brand=brand(name)) for name in ("one", "two"))
    assert collected(one, two).brand.name == "two"
    assert collected(two, one).brand.name == "one"


def test_who_answers_nothing_passes_the_question_on() -> None:
    one, silent = plugin("one", halkla_choose_brand=brand("one")), plugin("silent", halkla_choose_brand=lambda: None)
    assert collected(one, silent).brand.name == "one"


def test_people_are_told_by_the_method_of_the_plugin_listed_last() -> None:
    def method(code: str) -> Callable[..., list[FeedbackMethod]]:
        made = testing.TestMethod()
        made.code = code
        return lambda: [made]

    one, two = (plugin(name, halkla_feedback_methods=method(name)) for name in ("one", "two"))
    assert list(collected(one, two).feedback_methods) == ["two", "one", "telephone", "follow_page"]


def test_what_several_plugins_give_is_put_together() -> None:
    one = plugin("one", halkla_channels=lambda: [Channel("kiosk", "Kiosk")])
    two = plugin("two", halkla_channels=lambda: [Channel("radio", "Radio")])
    assert {"kiosk", "radio", "web"} <= set(collected(one, two).channels)


def test_a_plugin_is_given_its_own_settings_and_nobody_elses() -> None:
    seen: list[dict[str, str]] = []

    def methods(settings: dict[str, str]) -> list[FeedbackMethod]:
        seen.append(settings)
        return []

    collected(
        plugin("one", halkla_feedback_methods=methods),
        **{"invented_one.host": "a", "invented_two.host": "b", "halkla.data": "c"},
    )
    assert seen == [{"host": "a"}]


# -- what is refused -----------------------------------------------------------------------------------------------


def test_a_plugin_that_is_listed_and_not_installed_is_named_with_those_that_are() -> None:
    with pytest.raises(PluginRefused, match=r"'nobody' is listed in halkla\.plugins but not installed"):
        build_plugins(("nobody",), {})


def test_a_plugin_listed_twice_is_refused() -> None:
    with pytest.raises(PluginRefused, match="listed twice"):
        build_plugins(("email", "email"), {})


def test_a_misspelt_hook_is_refused() -> None:
    assert "halkla_chanels" in refused(plugin("one", halkla_chanels=lambda: [Channel("kiosk", "Kiosk")]))


def test_a_plugin_that_fails_is_named_with_the_hook_and_the_cure() -> None:
    sentence = refused(plugin("one", halkla_departments=lambda: 1 / 0))
    assert all(part in sentence for part in ("plugin_one", "halkla_departments", "ZeroDivisionError", "halkla.plugins"))


@pytest.mark.parametrize("answer", [None, 5, "parks", {"a": 1}, [1], [None], [("parks", "Parks")]])
def test_an_answer_of_another_shape_is_refused(answer: object) -> None:
    assert "plugin_one" in refused(plugin("one", halkla_departments=lambda: answer))


def test_a_code_given_twice_is_refused_and_both_are_named() -> None:
    one = plugin("one", halkla_departments=lambda: [Department("parks", "Park")])
    two = plugin("two", halkla_departments=lambda: [Department("parks", "Parklar")])
    sentence = refused(one, two)
    assert all(part in sentence for part in ("plugin_one", "plugin_two", "parks"))


@pytest.mark.parametrize(("department", "body", "missing"), [("gone", None, "gone"), ("parks", "nowhere", "nowhere")])
def test_a_category_that_names_what_nobody_gives_is_refused(department: str, body: str | None, missing: str) -> None:
    one = plugin(
        "one",
        halkla_departments=lambda: [Department("parks", "Park")],
        halkla_categories=lambda: [Category("c", "C", department, timedelta(days=1), often_body=body)],
    )
    assert missing in refused(one)
