"""What a file would change, and what it never does."""

from datetime import date
from typing import Any

import pytest
from halkla_csv_departments.difference import Change, differences, is_alarming, linked
from halkla_csv_departments.wanted import Person, Unit

from halkla_iliskiler.api import AccountView, Department

TODAY = date(2026, 1, 5)
OURS = (
    Department("mayor", "Başkanlık", "mayor"),
    Department("parks", "Park ve Bahçeler Müdürlüğü", parent="mayor", email="park@deneme.invalid"),
    Department("cleaning", "Temizlik İşleri Müdürlüğü", parent="mayor"),
)
FILE = (
    Unit("100", "BAŞKANLIK", level="mayor"),
    Unit("110", "Park ve Bahçeler Müdürlüğü", "100"),
    Unit("120", "Temizlik İşleri Müdürlüğü", "100"),
)
STAFF = (
    AccountView("ayse", "Ayşe Yılmaz", "ayse@deneme.invalid", (("director", "parks"),)),
    AccountView("bilge", "Bilge Soylu", "", (("administrator", ""),)),
)
SAME = (Person("ayse", "Ayşe Yılmaz", "ayse@deneme.invalid", (("director", "110"),)),)
NAMED = {"units": ["mayor", "parks", "cleaning"], "people": ["ayse"]}


def found(
    units: Any = FILE, people: Any = (), *, ours: Any = OURS, staff: Any = STAFF, named: Any = NAMED
) -> list[Change]:
    links = linked(units, ours, LINKS)
    return differences(units, people, ours, staff, links=links, named=named, today=TODAY)


LINKS = linked(FILE, OURS, {})


def test_codes_are_found_by_name_once_and_then_remembered() -> None:
    assert LINKS == {"100": "mayor", "110": "parks", "120": "cleaning"}
    renamed = (Unit("110", "Yeşil Alanlar Müdürlüğü", "100"),)
    assert linked(renamed, OURS, LINKS)["110"] == "parks"
    assert linked(renamed, OURS, {})["110"] == "110", "a stranger"


def test_the_same_file_makes_no_difference_but_the_spelling() -> None:
    assert [(change.what, change.key, change.fields) for change in found(people=SAME)] == [
        ("changed", "mayor", (("name", "Başkanlık", "BAŞKANLIK"),))
    ]


def test_what_has_changed() -> None:
    units = (
        Unit("100", "Başkanlık", level="mayor"),
        Unit("110", "Yeşil Alanlar Müdürlüğü"),
        Unit("130", "Çocuk Şefliği", "140", "unit"),
        Unit("140", "Sosyal Destek Müdürlüğü", "100", valid_from="2026-02-01"),
    )

    changes = found(units)

    assert [(change.what, change.key) for change in changes] == [
        ("changed", "parks"), ("new", "140"), ("new", "130"), ("gone", "cleaning"),
    ]  # fmt: skip
    assert changes[0].fields == (
        ("name", "Park ve Bahçeler Müdürlüğü", "Yeşil Alanlar Müdürlüğü"), ("parent", "mayor", ""),
    )  # fmt: skip
    assert changes[3].fields == (("valid_until", "", "2026-01-05"),)


def test_an_empty_cell_takes_nothing_away() -> None:
    assert not any(field == "email" for change in found() for field, *_ in change.fields)


def test_what_no_file_has_named_is_left_alone() -> None:
    assert [change.key for change in found(FILE[:2], named={}) if change.what == "gone"] == []
    assert [change.key for change in found(people=SAME) if change.subject == "person"] == []


def test_an_empty_list_is_no_list() -> None:
    assert found((), ()) == []


@pytest.mark.parametrize("above", ["parent", "successor"])
def test_units_may_be_nested_deeply(above: str) -> None:
    units = [Unit(f"u{number}", f"Birim {number}", **{above: f"u{number + 1}"}) for number in range(1_200)]
    units.append(Unit("u1200", "Birim 1200"))

    changes = [change.key for change in found(units) if change.what == "new"]

    assert changes == [f"u{number}" for number in range(1_200, -1, -1)], "those above come first"


def test_units_that_name_each_other_come_once() -> None:
    changes = found((Unit("1", "Bir", successor="2"), Unit("2", "İki", successor="1")), named={})

    assert [change.key for change in changes] == ["2", "1"]


@pytest.mark.parametrize(
    ("before", "after", "opens"),
    [
        ("", "clerk:parks", False),
        ("clerk:parks", "clerk:cleaning clerk:parks", False),
        ("director:parks supervisor", "director:parks", False),
        ("", "director:parks", True),
        ("clerk:parks", "agent clerk:parks", True),
        ("clerk:parks", "supervisor", True),
        ("director:parks", "director:cleaning", True),
        ("clerk:parks", "deputy_mayor:parks", True),
    ],
)
def test_who_would_see_more_is_looked_at(before: str, after: str, opens: bool) -> None:
    assert Change("person", "changed", "ayse", "Ayşe", (("grants", before, after),)).opens_more is opens


def test_what_is_over_is_not_gone_again_and_can_come_back() -> None:
    ours = (
        *OURS[:2],
        Department("cleaning", "Temizlik İşleri Müdürlüğü", parent="mayor", valid_until=date(2025, 12, 31)),
    )
    plain = Unit("100", "Başkanlık", level="mayor")

    assert found((plain, FILE[1]), ours=ours) == []
    assert [(change.what, change.fields) for change in found((plain, *FILE[1:]), ours=ours)] == [
        ("back", (("valid_until", "2025-12-31", ""),))
    ]


def test_what_was_over_before_we_heard_of_it_is_nothing_to_us() -> None:
    assert found((Unit("100", "Başkanlık"), *FILE[1:], Unit("9", "Eski Müdürlük", valid_until="2019-01-01"))) == []


def test_people_come_change_and_go() -> None:
    people = (
        Person("ayse", "Ayşe Yılmaz Kaya", "", (("director", "110"), ("clerk", "120"))),
        Person("can", "Can Er", "can@deneme.invalid", (("clerk", "120"),)),
    )
    gone = AccountView("zehra", "Zehra Taş", "", (("clerk", "parks"),))

    changes = found((), people, staff=(*STAFF, gone), named={"people": ["ayse", "zehra"]})

    assert [(change.what, change.key) for change in changes] == [("changed", "ayse"), ("new", "can"), ("gone", "zehra")]
    assert changes[0].fields == (
        ("name", "Ayşe Yılmaz", "Ayşe Yılmaz Kaya"),
        ("grants", "director:parks", "clerk:cleaning director:parks"),
    )


def test_a_file_neither_gives_nor_takes_the_right_to_run_the_system() -> None:
    both = AccountView("bilge", "Bilge Soylu", "", (("administrator", ""), ("clerk", "parks")))
    people = (Person("bilge", "Bilge Soylu", "", (("clerk", "120"),)),)

    (change,) = found((), people, staff=(both,), named={})

    assert change.after("grants") == "administrator clerk:cleaning"


def test_somebody_who_is_back() -> None:
    away = AccountView("ayse", "Ayşe Yılmaz", "ayse@deneme.invalid", (("director", "parks"),), is_disabled=True)

    (change,) = found((), SAME, staff=(away,))

    assert (change.what, change.fields) == ("back", (("disabled", "1", ""),))


def test_a_change_is_the_same_as_long_as_nothing_about_it_is_different() -> None:
    assert found()[0].id == found()[0].id
    other = found((Unit("100", "Belediye Başkanlığı", level="mayor"), *FILE[1:]))
    assert other[0].id != found()[0].id


@pytest.mark.parametrize(("gone", "known", "alarms"), [(2, 4, False), (3, 10, True), (3, 100, False), (25, 100, True)])
def test_a_file_that_was_cut_off_alarms(gone: int, known: int, alarms: bool) -> None:
    changes = [Change("person", "gone", str(number), "") for number in range(gone)]

    assert is_alarming(changes, "person", known) is alarms
