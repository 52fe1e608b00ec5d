"""Abuse is covered up in lists; what only looks like it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.domain.insults import mask_insults


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Sizi gidi şerefsizler!", "Sizi gidi ş•••!"),
        ("SEREFSİZLER çöpü almadı", "S••• çöpü almadı"),
        ("gerizekalı mısınız, aptal mısınız", "g••• mısınız, a••• mısınız"),
        ("aptaaaaal", "a•••"),
        ("Hepiniz Yavşaksınız.", "Hepiniz Y•••."),
        ("amk ya", "a••• ya"),
    ],
)
def test_insults_are_cut_to_their_first_letter(written: str, shown: str) -> None:
    assert mask_insults(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "Çöpleri alıp götürün, sık sık kokuyor.",
        "Su sik sik kesiliyor.",
        "Sokak köpeği, eşek ve öküz var.",
        "Köpek boku temizlenmiyor.",
        "Alçak kaldırım, ibre, piknik alanı, pikap, ocak, amca, amin.",
        "Rezalet! Hırsızlık var, yalan söylüyorsunuz.",
        "Kahvehane gürültüsü, fahiş fiyat.",
        "Yarın yarım saat, aptallık değil.",
        "",
    ],
)
def test_a_complaint_stays_as_it_is(written: str) -> None:
    assert mask_insults(written) == written


@given(st.text())
def test_anything_may_be_written_and_covering_up_twice_is_covering_up_once(text: str) -> None:
    once = mask_insults(text)
    assert mask_insults(once) == once
