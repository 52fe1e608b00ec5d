"""The providers' data is taken over whole; what points nowhere is refused; an older database opens without the new."""

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.api import Danger
from halkla_iliskiler.domain.city import Category
from halkla_iliskiler.extension import CityData, PluginRefused
from halkla_iliskiler.services import Assembly
from halkla_iliskiler.storage import City


def data(**values: tuple[object, ...]) -> CityData:
    given = {
        "departments": tuple(testing.halkla_departments()),
        "categories": (),
        "neighbourhoods": (),
        "bodies": tuple(testing.halkla_bodies()),
        "reply_templates": (),
    }
    return CityData(**{**given, **values})  # type: ignore[arg-type]


def test_a_category_that_asks_an_unknown_question_is_refused() -> None:
    span = testing.halkla_categories()[0].solve_within
    wrong = data(categories=(Category("tree", "Ağaç", "parks", span, questions=("nobody",)),))
    with pytest.raises(PluginRefused, match="nobody"):
        wrong.refuse_dangling_references()


def test_a_danger_that_names_an_unknown_body_is_refused() -> None:
    wrong = data(dangers=(Danger("fire", ("yangın",), "Yangın mı?", "Uzaklaşın.", body="nobody"),))
    with pytest.raises(PluginRefused, match="nobody"):
        wrong.refuse_dangling_references()


def test_questions_synonyms_and_dangers_are_in_the_database(assembly: Assembly) -> None:
    with assembly.database.reading() as site:
        city = site.city
        assert [question.code for question in city.questions_of(city.category("wreck"))] == [
            "plate", "missing", "since", "wheels",
        ]  # fmt: skip
        assert city.synonyms == tuple(testing.halkla_synonyms())
        assert city.dangers == tuple(testing.halkla_dangers())


def test_a_city_of_an_earlier_version_has_none_of_them() -> None:
    city = City()
    assert (city.questions, city.synonyms, city.dangers) == ((), (), ())
    assert city.matcher.best("çöp", 3) == []
    assert city.alarms.in_text("yangın") == []


def test_a_question_that_was_taken_away_is_not_asked_any_more() -> None:
    city = City()
    city.replace(categories=tuple(testing.halkla_categories()), questions=tuple(testing.halkla_questions()[1:]))
    assert [question.code for question in city.questions_of(city.category("wreck"))] == ["missing", "since", "wheels"]
    city.replace(questions=())
    assert city.questions_of(city.category("wreck")) == []
