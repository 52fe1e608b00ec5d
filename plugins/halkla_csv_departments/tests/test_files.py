"""Whatever the personnel system writes is read, or refused with the number of the line."""

import codecs

import pytest
from halkla_csv_departments.rows import Problem, read_table
from halkla_csv_departments.wanted import UNIT_COLUMNS, Person, Unit, read_people, read_units

UNITS = """Birim Kodu;Birim Adı;Üst Birim Kodu;Tür;Başlangıç;Bitiş;E-posta
100;Başkanlık;;Başkanlık;;;
110;Park ve Bahçeler Müdürlüğü;100;Müdürlük;01.04.2019;;park@deneme.invalid
120;"Temizlik İşleri; Çevre Müdürlüğü";100;MÜDÜRLÜK;2020-01-01;31.12.2026;
"""
PEOPLE = """Kullanıcı adı,Ad soyad,E-posta,Rol,Birim kodu
ayse.yilmaz,Ayşe Yılmaz,AYSE.YILMAZ@deneme.invalid,Müdür,110
isik,Işık Çağlar,isik@deneme.invalid,MEMUR,110
isik,Işık Çağlar,isik@deneme.invalid,Memur,120
,Gülşen İğde,gulsen.igde@deneme.invalid,Temsilci,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1254"])
@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_usual_encoding_and_separator(encoding: str, delimiter: str, end: str) -> None:
    text = "Kod;Ad\n7;Işıklar Şefliği\n".replace(";", delimiter).replace("\n", end)

    table = read_table(text.encode(encoding), UNIT_COLUMNS, ("code", "name"))

    assert (table.encoding, table.delimiter, table.problems) == (encoding, delimiter, ())
    assert table.rows[0].get("name") == "Işıklar Şefliği"


def test_units_are_read() -> None:
    units, problems = read_units(UNITS.encode("windows-1254"))

    assert problems == []
    assert units == [
        Unit("100", "Başkanlık", "", "mayor"),
        Unit("110", "Park ve Bahçeler Müdürlüğü", "100", "directorate", "2019-04-01", email="park@deneme.invalid"),
        Unit("120", "Temizlik İşleri; Çevre Müdürlüğü", "100", "directorate", "2020-01-01", "2026-12-31"),
    ]


def test_people_are_read_and_several_lines_are_several_roles() -> None:
    people, problems = read_people(PEOPLE.encode("utf-8-sig"), {"110", "120"})

    assert problems == []
    assert people == [
        Person("ayse.yilmaz", "Ayşe Yılmaz", "ayse.yilmaz@deneme.invalid", (("director", "110"),)),
        Person("isik", "Işık Çağlar", "isik@deneme.invalid", (("clerk", "110"), ("clerk", "120"))),
        Person("gulsen.igde", "Gülşen İğde", "gulsen.igde@deneme.invalid", (("agent", ""),)),
    ]
    assert [Person.of(person.kept()) for person in people] == people


BROKEN = [
    (b"", Problem(1, "empty")),
    (b"Kod;Ad\n", Problem(1, "empty")),
    (b";;;\n", Problem(1, "empty")),
    (b'""', Problem(1, "empty")),
    (b'"";""\n ; \n', Problem(1, "empty")),
    (b"Kod;Ad" + b";" * 199 + b"\n", Problem(1, "too_wide")),
    (b"PK\x03\x04\x00\x00", Problem(1, "encoding")),
    ("Kod;Ad".encode("utf-16"), Problem(1, "encoding")),
    (codecs.BOM_UTF8 + b"Kod;Ad\n1;\xfe\xff\n", Problem(1, "encoding")),
    (b"Numara;Ad\n1;A\n", Problem(1, "column_missing", "Kod")),
    (b"Kod;Ad;Kod\n1;A;2\n", Problem(1, "column_twice", "code")),
    (b"Kod;Ad\n1;A;B\n", Problem(2, "cells", value="3 / 2")),
    (b"Kod;Ad\n1;A\n\n2\n", Problem(4, "cells", value="1 / 2")),
    (b'Kod;Ad\n1;A\n2;"B\n', Problem(3, "quotes")),
    (b"Kod;Ad\n1;A\n1;B\n", Problem(3, "code_twice", "Kod", "1")),
    (b"Kod;Ad\n1 2;A\n", Problem(2, "code", "Kod", "1 2")),
    (b"Kod;Ad\n1;\n", Problem(2, "name", "Ad", "")),
    (b"Kod;Ad;Tur\n1;A;sinif\n", Problem(2, "level", "Düzey", "sinif")),
    (b"Kod;Ad;Ust kod\n1;A;9\n", Problem(2, "unit_unknown", "Üst kod", "9")),
    (b"Kod;Ad;Bitis\n1;A;31.02.2026\n", Problem(2, "day", "Bitiş", "31.02.2026")),
    (b"Kod;Ad;Baslangic;Bitis\n1;A;2.2.2026;1.2.2026\n", Problem(2, "days", "Bitiş", "1.2.2026")),
    (b"Kod;Ad;e-posta\n1;A;a@b\n", Problem(2, "email", "E-posta", "a@b")),
]


@pytest.mark.parametrize(("content", "problem"), BROKEN)
def test_a_broken_file_says_where(content: bytes, problem: Problem) -> None:
    _, problems = read_units(content)

    assert problem in problems


def test_a_circle_is_found() -> None:
    _, problems = read_units(b"Kod;Ad;Ust kod\n1;A;2\n2;B;3\n3;C;1\n4;D;1\n5;E;5\n")

    assert [(problem.line, problem.code) for problem in problems] == [
        (2, "circle"), (3, "circle"), (4, "circle"), (6, "circle"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("a,A,a@b.invalid,Yönetici,110", "role"),
        ("a,A,a@b.invalid,administrator,110", "role"),
        ("a,A,a@b.invalid,Denetçi,110", "role"),
        ("a,A,a@b.invalid,Memur,", "department"),
        ("a,A,a@b.invalid,Memur,999", "department"),
        ("a,,a@b.invalid,Memur,110", "name"),
        ("a,A,nobody,Memur,110", "email"),
        ("ş,A,a@b.invalid,Memur,110", "username"),
        ("isik,Başkası,b@b.invalid,Memur,110", "person_twice"),
    ],
)
def test_a_person_that_cannot_be_says_where(line: str, code: str) -> None:
    _, problems = read_people(f"{PEOPLE}{line}\n".encode(), {"110", "120"})

    assert [(problem.line, problem.code) for problem in problems] == [(6, code)]


def test_all_that_is_wrong_is_told_at_once() -> None:
    _, problems = read_units(b"Kod;Ad\n;A\n2;\n3;C\n")

    assert [problem.line for problem in problems] == [2, 3]


def test_a_line_break_within_quotes_does_not_shift_the_numbers() -> None:
    _, problems = read_units(b'Kod;Ad\n1;"A\nB"\n;C\n')

    assert [problem.line for problem in problems] == [4]
