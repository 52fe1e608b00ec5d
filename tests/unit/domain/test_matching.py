"""What a sentence may be about."""

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.domain.city import Body, Category, Neighbourhood
from halkla_iliskiler.domain.matching import Alarms, Matcher, Places


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


# -- bodies, synonyms, English ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def city() -> Matcher:
    return Matcher(
        testing.halkla_categories(),
        testing.halkla_bodies(),
        testing.halkla_synonyms(),
        testing.halkla_neighbourhoods(),
    )


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("elektrik yok", "power"),
        ("SOKAK LAMBASI yanmıyor", "power"),
        ("musluklar kurudu", "water"),
        ("yolda kocaman bir delik var", "pothole"),
        ("there is a pothole", "pothole"),
        ("rubbish everywhere", "rubbish"),
    ],
)
def test_subjects_of_ours_and_of_others_stand_in_one_list(city: Matcher, words: str, first: str) -> None:
    assert [subject.code for subject in city.best(words, 3)][:1] == [first]


def test_a_body_without_keywords_is_known_by_its_subjects() -> None:
    body = Body("dam", "Barajlar", "Baraj, sulama kanalı")
    assert Matcher((), [body]).best("baraj taştı", 1) == [body]


def test_what_is_clearly_for_staff_only_proposes_nothing_else_in_its_place() -> None:
    span = testing.halkla_categories()[0].solve_within
    law = Category("law", "Bilgi edinme", "x", span, keywords=("4982", "ihale bedeli"), is_public=False)
    road = Category("road", "Asfalt", "x", span, keywords=("asfalt",))
    assert Matcher([law, road]).best("4982 uyarınca asfalt ihale bedeli", 3) == []
    assert Matcher([law, road]).best("asfalt bozuk", 3) == [road]


def test_words_far_apart_make_no_phrase() -> None:
    tree = Category("tree", "Ağaç", "x", testing.halkla_categories()[0].solve_within, keywords=("dal kırıldı",))
    near, far = "dal dün gece kırıldı", "dal " + "ve başka bir şey " * 5 + " kırıldı"
    assert Matcher([tree]).best(near, 1) == [tree]
    assert Matcher([tree]).best(far, 1) == []


# -- where is no what ------------------------------------------------------------------------------------------------

PLACES = (
    Neighbourhood("cinar", "Çınar", is_common_word=True),
    Neighbourhood("lights", "Işıklar", is_common_word=True),
    Neighbourhood("evka3", "Evka 3", ("Üçüncü Evka",)),
    Neighbourhood("kazim", "Kazımdirik", ("Kazım Dirik", "Özkanlar")),
)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Çınar Mahallesi 5 sokak", "cinar"),
        ("Çınar'da çöp var", "cinar"),
        ("IŞIKLAR MAH. karanlık", "lights"),
        ("slm evka 3 metronun orda", "evka3"),
        ("evka3te yol bozuk", "evka3"),
        ("kazımdirikte ve özkanlarda", "kazim"),
        ("KAZIM DİRİK'te", "kazim"),
        ("kesik çınarın dalı", None),
        ("sokakta ışıklar yanmıyor", None),
        ("Kazımdirik Caddesi üzerinde", None),
        ("evka 3 ile kazımdirik arasında", None),
        ("hiçbir yer", None),
        ("", None),
    ],
)
def test_a_neighbourhood_is_found_where_it_is_named_for_certain(words: str, code: str | None) -> None:
    found = Places(PLACES).find(words)
    assert (found.code if found else None) == code


def test_the_name_of_a_place_is_no_evidence_of_a_subject() -> None:
    span = testing.halkla_categories()[0].solve_within
    tree = Category("tree", "Ağaç", "x", span, keywords=("çınar",))
    matcher = Matcher([tree], neighbourhoods=PLACES)
    assert matcher.best("Çınar Mahallesi'nde bir derdim var", 3) == []
    assert matcher.best("çınar devrilecek", 3) == [tree]


# -- danger ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("YANGIN VAR", ["fire"]),
        ("evin çatısından alevler çıkıyor, kopan tel de yerde", ["fire", "wire"]),
        ("yangın merdiveni kilitli", []),
        ("bank kırık", []),
    ],
)
def test_danger_is_recognised_from_words(words: str, codes: list[str]) -> None:
    assert [danger.code for danger in Alarms(testing.halkla_dangers()).in_text(words)] == codes


def test_danger_is_recognised_from_a_subject() -> None:
    alarms = Alarms(testing.halkla_dangers())
    assert [danger.code for danger in alarms.of_category("leak")] == ["flood"]
    assert alarms.of_category("bench") == alarms.of_category(None) == []
