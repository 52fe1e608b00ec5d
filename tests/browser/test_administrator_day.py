"""An administrator's day: what came with the program is checked, a subject changes, a directorate closes."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import DESK, PHONE, Demonstration
from tests.browser.test_accessible import violations
from tests.browser.walk import sign_in, start

pytestmark = pytest.mark.browser

HOME = "/panel/yonetim"
VETERINARY = "details:has(> summary:text('Veteriner İşleri Müdürlüğü'))"
PAGES = (
    "",
    "/mudurlukler",
    "/mudurlukler/FEN",
    "/mudurlukler/FEN/kapat",
    "/mudurlukler/yeni",
    "/roller",
    "/konular",
    "/konular?q=zzyzx",
    "/konular/TEM01",
    "/sorular",
    "/sorular/COP_GUN",
    "/es-anlamlilar",
    "/es-anlamlilar/COP",
    "/hazir-cevaplar",
    "/hazir-cevaplar/cozuldu",
    "/kurumlar",
    "/kurumlar/IZSU",
    "/mahalleler",
    "/mahalleler/KAZIMDIRIK",
    "/denetlenecekler",
    "/deneme",
    "/degisiklikler",
)


def said(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone-dark"])
def test_every_page_is_for_everybody(opened: Any, demo: Demonstration, size: Any, scheme: str) -> None:
    with opened(size, color_scheme=scheme) as page:
        sign_in(page, demo, "yonetici")
        for path in PAGES:
            page.goto(HOME + path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert (path, violations(page)) == (path, [])
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path


def test_what_came_with_the_program_is_checked(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as page:
        sign_in(page, demo, "yonetici")
        expect(page.get_by_role("heading", level=1, name="Yönetim")).to_be_visible()
        page.get_by_role("link", name="kimsenin doğrulamadığı").click()
        group = page.locator(VETERINARY)
        group.locator("summary").click()
        assert violations(page) == []
        rows = group.get_by_role("row").count()
        group.get_by_role("button", name="Bu doğru").first.click()
        said(page, "Doğrulandı: 1.")
        # The group one is working on is still open.
        expect(group.get_by_role("row")).to_have_count(rows - 1)
        group.get_by_role("button", name="hepsi doğru").click()
        said(page, "Doğrulandı:")
        expect(page.locator(VETERINARY)).to_have_count(0)


def test_a_subject_is_changed_tried_and_taken_back(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as page, opened(PHONE) as citizen:
        sign_in(page, demo, "yonetici")
        page.goto(HOME)
        page.get_by_role("link", name="Konular").click()
        page.get_by_label("Bu listede ara").fill("hurda")
        page.keyboard.press("Enter")
        page.locator(".a-table a").first.click()
        name = page.get_by_label("Ad", exact=True).input_value()
        page.get_by_label("Arama sözcükleri").fill("zımbırtı")
        page.get_by_label("Cümle", exact=True).fill("sokakta bir zımbırtı duruyor")
        page.get_by_role("button", name="Önce dene").click()
        results = page.locator(".a-results section")
        expect(results.nth(0)).to_contain_text("Konu önerilmiyor")
        expect(results.nth(1)).to_contain_text(name)
        assert violations(page) == []
        page.get_by_label("Ad", exact=True).fill("Sokakta bırakılmış zımbırtı")
        page.get_by_role("button", name="Kaydet").click()
        said(page, "değişti. Her yerde hemen geçerli.")
        expect(page.locator(".a-history")).to_contain_text("Bilge Soylu")
        expect(page.locator(".a-history")).to_contain_text(name)
        assert violations(page) == []
        start(citizen, "sokakta bir zımbırtı duruyor")
        expect(citizen.get_by_label("Sokakta bırakılmış zımbırtı")).to_be_visible()
        page.get_by_role("button", name="Geri al").first.click()
        said(page, "Geri alındı")
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
        citizen.goto("/hizmetler")
        expect(citizen.get_by_role("main")).to_contain_text(name)


def test_two_people_change_the_same(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as page, opened(DESK) as other:
        sign_in(page, demo, "yonetici")
        sign_in(other, demo, "sorumlu")
        for one in (page, other):
            one.goto(f"{HOME}/konular/PRK01")
        other.get_by_label("Hizmetin açıklaması", exact=True).fill("Onların sözü.")
        other.get_by_role("button", name="Kaydet").click()
        said(other, "değişti")
        page.get_by_label("Hizmetin açıklaması", exact=True).fill("Benim sözüm.")
        page.get_by_role("button", name="Kaydet").click()
        conflict = page.get_by_role("alert").filter(has_text="Sayfa sizde açıkken")
        expect(conflict).to_contain_text("Onların sözü.")
        expect(conflict).to_contain_text("Benim sözüm.")
        assert violations(page) == []
        page.get_by_role("button", name="Kaydet").click()
        said(page, "değişti")


def test_a_ready_answer_is_read_before_it_is_kept(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as page:
        sign_in(page, demo, "sorumlu")
        page.locator(".s-side").get_by_role("link", name="Yönetim").click()
        page.get_by_role("link", name="Hazır cevaplar").click()
        page.get_by_role("link", name="Yeni hazır cevap").click()
        page.get_by_label("Ad", exact=True).fill("Fırtına")
        page.get_by_label("Metin").fill("{place} için {planned_for} günü geliyoruz. {kişi}")
        page.get_by_role("button", name="Ekle").click()
        expect(page.locator(".error-summary")).to_contain_text("diye bir alan yok")
        assert violations(page) == []
        page.get_by_label("Metin").fill("{place} için {planned_for} günü geliyoruz.")
        page.get_by_role("button", name="Nasıl görüneceğini göster").click()
        expect(page.locator(".a-preview").filter(has_text="E-posta")).to_contain_text("karakter")
        expect(page.locator(".a-preview").filter(has_text="Telefon")).to_contain_text("saniye")
        assert violations(page) == []
        page.get_by_role("button", name="Ekle").click()
        said(page, "“Fırtına” eklendi")


def test_a_directorate_closes_and_opens_again(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as page:
        sign_in(page, demo, "yonetici")
        page.goto(f"{HOME}/mudurlukler/ETP")
        page.get_by_role("link", name="Müdürlüğü kapat").click()
        page.get_by_label("Son gün").fill("2026-01-02")
        page.get_by_label("Yerine geçen").select_option(label="Plan ve Proje Müdürlüğü")
        assert violations(page) == []
        page.get_by_role("button", name="Müdürlüğü kapat").click()
        expect(page.locator(".a-facts").first).to_contain_text("Plan ve Proje Müdürlüğü")
        assert violations(page) == []
        page.goto(f"{HOME}/mudurlukler")
        expect(page.locator(".a-table")).not_to_contain_text("Etüt Proje")
        page.get_by_role("link", name="Sonlanan").click()
        page.get_by_role("link", name="Etüt Proje Müdürlüğü").click()
        page.get_by_role("button", name="Kapatmaktan vazgeç").click()
        said(page, "yeniden kullanımda")
        page.goto(f"{HOME}/degisiklikler")
        expect(page.locator(".a-log")).to_contain_text("Etüt Proje Müdürlüğü")
        assert violations(page) == []
