"""A supervisor's day: routes what nobody has, checks what directorates have finished, looks at what is written down."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import DESK, PHONE, Demonstration
from tests.browser.test_accessible import violations
from tests.browser.walk import Filed, file, sign_in

pytestmark = pytest.mark.browser

ROADS = "Fen İşleri Müdürlüğü"
STATUS = ".t-meta .status"


def finished(page: Page, filed: Filed, answer: str) -> None:
    """Finish it, as the directorate does."""
    page.goto(f"{filed.ticket}/islem/finish")
    page.get_by_label("Sonuç", exact=True).select_option("SOLVED")
    page.get_by_label("Başvuru sahibine cevap").fill(answer)
    page.get_by_role("button", name="Önizle").click()
    page.get_by_role("button", name="Bu hâliyle gönder").click()
    expect(page.get_by_role("status").filter(has_text="onayla")).to_be_visible()


def test_what_nobody_has_gets_a_directorate(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as page:
        sign_in(page, demo, "sorumlu")
        page.locator(".s-side").get_by_role("link", name="Havale bekleyen").click()
        assert violations(page) == []
        page.locator(".q-link").last.click()
        expect(page.locator(STATUS)).to_have_text("Yeni")
        number = page.locator(".t-no").inner_text()
        page.keyboard.press("h")
        page.locator("#action").get_by_label("Müdürlük", exact=True).select_option(label=ROADS)
        page.evaluate("scrollTo(0, 0)")  # what the bar covers counts as too small to be touched
        assert violations(page) == []
        page.get_by_role("button", name="Kaydet").click()
        expect(page.locator(STATUS)).to_have_text("Müdürlükte")
        expect(page.get_by_role("status").filter(has_text=ROADS)).to_be_visible()
        page.locator(".s-side").get_by_role("link", name="Havale bekleyen").click()
        expect(page.locator(".q-list")).not_to_contain_text(number)


def test_an_outcome_is_given_back_and_then_accepted(opened: Any, demo: Demonstration) -> None:
    with opened(PHONE) as citizen:
        filed = file(citizen, "Okulun önüne kasis istiyoruz, arabalar hızlı geçiyor", "Kasis isteği")
    with opened(DESK) as page, opened(DESK) as clerk:
        sign_in(clerk, demo, "birim-fen")
        finished(clerk, filed, "Kasis yapıldı.")
        sign_in(page, demo, "sorumlu")
        page.locator(".s-side").get_by_role("link", name="Onay bekleyen").click()
        assert violations(page) == []
        page.locator(f".q-link[href*='{filed.address}']").click()
        expect(page.get_by_role("button", name="Sonucu onayla").first).to_be_visible()
        page.get_by_role("link", name="Müdürlüğe geri gönder").first.click()
        page.get_by_label("Eksik olan nedir?").fill("Levha ne zaman konacak?")
        assert violations(page) == []
        page.get_by_role("button", name="Kaydet").click()
        expect(page.locator(STATUS)).to_have_text("İşlemde")

        clerk.goto(filed.ticket)
        expect(clerk.locator(".t-history")).to_contain_text("Levha ne zaman konacak?")
        finished(clerk, filed, "Kasis yapıldı, levhası da kondu.")
        page.goto(filed.ticket)
        page.get_by_role("button", name="Sonucu onayla").first.click()
        expect(page.locator(STATUS)).to_have_text("Sonuçlandırıldı")
        expect(page.get_by_role("button", name="Sonucu onayla")).to_have_count(0)
        assert violations(page) == []
    with opened(PHONE) as citizen:
        citizen.goto(filed.follow)
        expect(citizen.get_by_role("main")).to_contain_text("levhası da kondu")


def test_what_was_opened_is_read_in_the_log(opened: Any, demo: Demonstration, filed: Filed) -> None:
    with opened(DESK) as page:
        sign_in(page, demo, "sorumlu")
        page.goto(filed.ticket)
        page.get_by_text("Açık göster").click()
        page.get_by_label("Neden gerekiyor?").fill("Yeri soracağım")
        page.get_by_role("button", name="Göster", exact=True).click()
        expect(page.locator("#applicant")).to_contain_text("0599 123 45 67")
        assert violations(page) == []
        page.get_by_role("link", name="Okuma kaydının tamamı").click()
        expect(page.locator("table")).to_contain_text("Yeri soracağım")
        assert violations(page) == []
        page.locator(".s-side").get_by_role("link", name="Giden iletiler").click()
        expect(page.get_by_role("heading", level=1, name="Giden iletiler")).to_be_visible()
        assert violations(page) == []
