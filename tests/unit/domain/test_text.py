"""Turkish case, folding and order (the vectors are those any Turkish reader would expect)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.domain.text import clean, fold, fold_key, sort_key, tokens, tr_lower, tr_upper


@pytest.mark.parametrize("spelling", ["IŞIKLAR", "Işıklar", "isiklar", "İŞIKLAR", "ISIKLAR"])
def test_a_name_is_found_however_it_is_typed(spelling: str) -> None:
    assert fold(spelling) == "isiklar"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ŞİKÂYET", "sikayet"),
        ("Çöp, ağaç; ÜÇ ÖĞÜN", "cop, agac; uc ogun"),
        ("kâr", "kar"),
        ("hâlâ", "hala"),
        ("DİLÎ", "dili"),
        ("Çınarlı'nın", "cinarli"),
        ("ÇEDAŞ’a", "cedas"),
        ("Café", "cafe"),
        ("", ""),
    ],
)
def test_case_diacritics_and_suffixes_do_not_count(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("text", ["Işıklar İncirli", "ŞİKÂYET ve öneri", "Çağrı Merkezi", "i̇stanbul"])
def test_it_does_not_matter_how_the_letters_were_composed(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZâîûÂÎÛ "))
def test_what_was_shouted_is_found_by_what_is_whispered(text: str) -> None:
    assert fold(tr_upper(text)) == fold(text) == fold(tr_lower(text))
    assert fold(text).isascii()


@pytest.mark.parametrize(
    ("upper", "lower"), [("IĞDIR", "ığdır"), ("İZMİR", "izmir"), ("DİYARBAKIR", "diyarbakır"), ("ŞIRNAK", "şırnak")]
)
def test_dotted_and_dotless_i_stay_apart_when_the_case_changes(upper: str, lower: str) -> None:
    assert tr_lower(upper) == lower
    assert tr_upper(lower) == upper


def test_the_alphabet_is_the_turkish_one() -> None:
    shuffled = "zşoıyrğhavsçlüfmöiebtcnukgdjp"
    assert "".join(sorted(shuffled, key=sort_key)) == "abcçdefgğhıijklmnoöprsştuüvyz"
    assert "".join(sorted(tr_upper(shuffled), key=sort_key)) == "ABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ"


def test_names_stand_where_people_look_for_them() -> None:
    names = ["Şirinyer", "Zafer", "Ümit", "Işıklar", "İnönü", "Çamdibi", "Cumhuriyet", "Ovacık", "Özkanlar", "Doğanlar"]
    assert sorted(names, key=sort_key) == [
        "Cumhuriyet", "Çamdibi", "Doğanlar", "Işıklar", "İnönü", "Ovacık", "Özkanlar", "Şirinyer", "Ümit", "Zafer",
    ]  # fmt: skip


def test_foreign_letters_and_circumflexes_have_a_place_too() -> None:
    assert sorted(["wifi", "vapur", "xenon", "yol", "quiz", "pul", "rıza"], key=sort_key) == [
        "pul", "quiz", "rıza", "vapur", "wifi", "xenon", "yol",
    ]  # fmt: skip
    assert sorted(["kartal", "kâğıt", "kaba"], key=sort_key) == ["kaba", "kâğıt", "kartal"]


@pytest.mark.parametrize("spelling", ["AŞAĞIPINAR", "Aşağı Pınar", "asagi-pinar", "  Aşağı  Pınar "])
def test_blanks_and_hyphens_do_not_count_in_a_key(spelling: str) -> None:
    assert fold_key(spelling) == "asagipinar"


def test_a_street_with_a_slash_stays_one_word() -> None:
    assert tokens("372/15 Sokak'taki ÇÖP!") == ["372/15", "sokak", "cop"]


def test_what_is_kept_has_no_control_signs_and_unix_line_ends() -> None:
    assert clean("  bir\r\niki\x00\x1b[31m\rüç\t.\x7f ") == "bir\niki[31m\nüç\t."
    assert clean(unicodedata.normalize("NFD", "Çöğüş")) == "Çöğüş"
