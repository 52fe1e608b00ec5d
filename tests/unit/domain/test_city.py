"""Departments and places, as the city's data names them."""

from datetime import date

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.domain.city import Category, Department, DepartmentTree, Neighbourhood, Territory


@pytest.fixture
def territory() -> Territory:
    return Territory(tuple(testing.halkla_neighbourhoods()))


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Işıklı", "isikli"), ("ISIKLI", "isikli"), ("isikli mahallesi", "isikli"), ("ESKİ BAĞLAR", "isikli"),
        ("Evler 3", "cayirbasi"), ("evler-3", "cayirbasi"), ("Çayirbaşi", "cayirbasi"), ("tepe", "incirtepe"),
    ],
)  # fmt: skip
def test_a_place_is_found_by_every_name_people_use(territory: Territory, spelling: str, code: str) -> None:
    found = territory.find(spelling)
    assert found is not None
    assert found.code == code


def test_a_place_nobody_knows_is_not_guessed(territory: Territory) -> None:
    assert territory.find("Uzaklar") is None
    assert territory.get("uzaklar") is None
    assert territory.get(None) is None


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Işıkı", ["Işıklı"]), ("ISIKL mah.", ["Işıklı"]), ("Incir tep mahallesi", ["İncirtepe"]),
        ("eski bağla", ["Işıklı"]), ("Olmayan mahalle", []), ("mahalle", []), ("", []), ("…", []),
    ],
)  # fmt: skip
def test_a_name_that_is_nearly_one_finds_what_is_like_it(territory: Territory, typed: str, near: list[str]) -> None:
    assert [place.name for place in territory.like(typed)] == near


def test_a_real_name_wins_over_another_places_alias() -> None:
    one, other = Neighbourhood("a", "Aşağı", ("Yukarı",)), Neighbourhood("b", "Yukarı", ("Aşağı",))
    territory = Territory((one, other))
    assert territory.find("yukari") == other
    assert territory.find("asagi") == one


def test_places_are_listed_in_alphabetical_order(territory: Territory) -> None:
    assert [place.name for place in territory.in_order()] == ["Çayırbaşı", "Işıklı", "İncirtepe"]


def test_a_code_that_is_gone_is_shown_as_it_is(territory: Territory) -> None:
    assert territory.name_of("gone") == "gone"
    assert territory.name_of(None) == ""
    assert DepartmentTree(()).name_of("gone") == "gone"


def test_only_directorates_that_exist_that_day_are_offered() -> None:
    tree = DepartmentTree(
        (
            Department("z", "Zabıta Müdürlüğü"),
            Department("c", "Çevre Müdürlüğü", valid_from=date(2026, 3, 1)),
            Department("b", "Basın Müdürlüğü", valid_until=date(2026, 2, 28)),
            Department("d", "Başkan Yardımcılığı", level="deputy_mayor"),
        )
    )
    assert [unit.code for unit in tree.directorates_on(date(2026, 2, 28))] == ["b", "z"]
    assert [unit.code for unit in tree.directorates_on(date(2026, 3, 1))] == ["c", "z"]
    assert "d" in tree
    assert "x" not in tree


def test_a_label_without_a_translation_is_read_in_turkish() -> None:
    tree, bench = (category for category in testing.halkla_categories() if category.code in ("tree", "bench"))
    assert (tree.label_for("en"), tree.label_for("tr")) == ("Tree pruning", "Ağaç budama")
    assert isinstance(bench, Category)
    assert bench.label_for("en") == "Kırık bank"
