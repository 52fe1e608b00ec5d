"""What a sentence may be about."""

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.domain.city import Category
from halkla_iliskiler.domain.matching import Matcher


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(testing.halkla_categories())


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Sokağımızdaki çöpler üç gündür alınmadı", "rubbish"),
        ("COPLER ALINMIYOR", "rubbish"),
        ("Evimizin önündeki ağacın dalları kırıldı", "tree"),
        ("AĞAÇLAR BUDANSIN", "tree"),
        ("yolda koskoca bir çukur var", "pothole"),
        ("Parktaki bankı kırmışlar", "bench"),
        ("Sokakta su kaçağı var, her yer su", "leak"),
        ("annem için evde bakım istiyorum", "home_visit"),
    ],
)
def test_the_likeliest_subject_comes_first(matcher: Matcher, words: str, first: str) -> None:
    assert [category.code for category in matcher.best(words, 3)][:1] == [first]


@pytest.mark.parametrize("words", ["", "   ", "!?…", "ve de ya", "merhaba kolay gelsin", "🙂"])
def test_words_about_nothing_propose_nothing(matcher: Matcher, words: str) -> None:
    assert matcher.best(words, 5) == []


def test_a_phrase_needs_all_of_its_words(matcher: Matcher) -> None:
    assert "leak" not in {category.code for category in matcher.best("su istiyorum", 9)}


def test_no_more_than_asked_for(matcher: Matcher) -> None:
    assert len(matcher.best("çöp ağaç çukur yardım bank", 2)) == 2
    assert matcher.best("çöp", 0) == []


@pytest.mark.parametrize("said", ["köpek", "köpeği", "köpeğin", "KÖPEKLER", "kopegi"])
def test_a_consonant_that_softens_still_fits(said: str) -> None:
    dogs = Category("dogs", "Sahipsiz hayvan", "vet", testing.halkla_categories()[0].solve_within, keywords=("köpek",))
    assert Matcher([dogs]).best(said, 1) == [dogs]


def test_a_longer_keyword_is_not_fitted_by_its_beginning() -> None:
    lighting = Category("light", "Sokak", "x", testing.halkla_categories()[0].solve_within, keywords=("aydınlatma",))
    assert Matcher([lighting]).best("aydın bir gün", 1) == []
