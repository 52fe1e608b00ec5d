"""A supervisor in a storm: many alike are ticked with keys and mouse, looked at, answered together and found again."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import DESK, PHONE, Demonstration
from tests.browser.test_accessible import violations
from tests.browser.walk import sign_in

pytestmark = pytest.mark.browser

WORDS = "Fırtınada sokağımıza kavak devrildi, geçilmiyor"
PARKS = "Park ve Bahçeler Müdürlüğü"
GOES, STAYS = ".b-sums .is-going b", ".b-sums .is-refused b"


@pytest.fixture(scope="module")
def storm(opened: Any, demo: Demonstration) -> int:
    """Four applications about the same tree; two are the same caller's."""
    with opened(DESK) as page:
        page.goto("/panel/giris")  # a server that has just begun draws its first page slowly
        page.get_by_label("Parola").wait_for(timeout=60_000)
        sign_in(page, demo, "temsilci")
        for last in (1, 2, 2, 3):
            page.goto("/panel/kayit")
            page.get_by_label("Telefon numarası").fill(f"0520 999 70 0{last}")
            page.get_by_label("Anlatılan", exact=True).fill(WORDS)
            page.locator("[name=name]").fill(f"Arayan {'ABC'[last - 1]}")
            page.keyboard.press("Control+Enter")
            expect(page.locator(".r-done-number")).to_be_visible()
    return 4


def boxes(page: Page) -> Any:
    return page.locator(".q-pick input")


def test_a_storm_is_answered_together(opened: Any, demo: Demonstration, storm: int) -> None:
    with opened(DESK) as page:
        sign_in(page, demo, "sorumlu")
        page.goto("/panel?liste=open&q=kavak devrildi")
        expect(boxes(page)).to_have_count(storm)
        expect(page.locator("#q-bulk")).to_be_hidden()
        # The first with the key, the rest with Shift and the mouse.
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(page.locator("[data-bulk-count]")).to_have_text("1 seçili")
        boxes(page).last.click(modifiers=["Shift"])
        expect(page.locator("[data-bulk-count]")).to_have_text(f"{storm} seçili")
        assert violations(page) == []
        page.get_by_role("button", name="İşlem seç").click()

        expect(page.get_by_role("heading", level=1)).to_contain_text(str(storm))
        assert violations(page) == []
        page.get_by_role("link", name="Cevapla", exact=True).click()
        page.get_by_label("Başvuru sahiplerine cevap").fill("{number}: ekibimiz yola çıktı.")
        assert violations(page) == []
        page.get_by_role("button", name="Ne olacağını gör").click()

        expect(page.locator(GOES)).to_have_text(str(storm))
        expect(page.locator(".b-sums")).to_contain_text(re.compile(r"3\s*kişiye haber verilecek"))
        expect(page.locator(".b-previews article")).to_have_count(2)
        assert violations(page) == []
        page.get_by_role("button", name=f"{storm} başvuruyu cevapla").click()
        expect(page.locator(GOES)).to_have_text(str(storm))
        expect(page.locator(STAYS)).to_have_count(0)
        assert violations(page) == []

        page.get_by_role("button", name="Tümünü geri al").click()
        expect(page.get_by_role("status").filter(has_text="Geri alındı")).to_be_visible()


def test_what_does_not_go_says_why_and_a_tag_finds_them_again(opened: Any, demo: Demonstration, storm: int) -> None:
    with opened(DESK) as page:
        sign_in(page, demo, "sorumlu")
        page.goto("/panel?liste=open&q=kavak devrildi")
        boxes(page).first.check()
        page.keyboard.press("e")
        page.get_by_role("link", name="Havale et", exact=True).click()
        page.get_by_label("Müdürlük", exact=True).select_option(label=PARKS)
        page.get_by_role("button", name="Ne olacağını gör").click()
        page.get_by_role("button", name="1 başvuruyu havale et").click()
        expect(page.locator(GOES)).to_have_text("1")

        # A directorate has one now: the centre may not answer it.
        page.goto("/panel?liste=open&q=kavak devrildi")
        boxes(page).first.check()
        page.locator("[data-bulk-page]").check()
        page.get_by_role("button", name="İşlem seç").click()
        page.get_by_role("link", name="Cevapla", exact=True).click()
        page.get_by_label("Başvuru sahiplerine cevap").fill("Ekibimiz yola çıktı.")
        page.get_by_role("button", name="Ne olacağını gör").click()
        expect(page.locator(GOES)).to_have_text(str(storm - 1))
        expect(page.locator(STAYS)).to_have_text("1")
        expect(page.locator(".b-reason").last).to_contain_text("Göreviniz")
        page.locator(".b-steps a").click()
        page.get_by_role("link", name="Etiket ekle", exact=True).click()
        page.get_by_label("Etiket", exact=True).fill("Kavak 24 Kasım")
        page.get_by_role("button", name="Ne olacağını gör").click()
        page.get_by_role("button", name=f"{storm} başvuruyu etiketle").click()
        expect(page.locator(GOES)).to_have_text(str(storm))
        page.locator(".b-tickets a").first.click()
        page.locator(".t-tag a").click()
        expect(boxes(page)).to_have_count(storm)
        assert violations(page) == []
        page.goto("/panel/toplu")
        assert violations(page) == []


def test_it_works_on_a_telephone_and_without_scripts(opened: Any, demo: Demonstration, storm: int) -> None:
    with opened(PHONE, java_script_enabled=False) as page:
        sign_in(page, demo, "sorumlu")
        page.goto("/panel?liste=open&q=kavak devrildi")
        boxes(page).first.check()
        page.locator("#q-bulk").get_by_role("button", name="İşlem seç").click()
        page.get_by_role("link", name="Etiketi kaldır").click()
        page.get_by_label("Etiket", exact=True).select_option(index=1)
        page.get_by_role("button", name="Ne olacağını gör").click()
        page.get_by_role("button", name="Etiketi 1 başvurudan kaldır").click()
        expect(page.locator(GOES)).to_have_text("1")
