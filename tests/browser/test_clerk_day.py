"""A clerk's day: find it in the directorate, take it, ask, plan, finish it with a preview, and on to the next."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import CLERK, DESK, PHONE, Demonstration
from tests.browser.test_accessible import violations
from tests.browser.walk import file, sign_in

pytestmark = pytest.mark.browser

STATUS = ".t-meta .status"


def send_as_shown(page: Page, text: str) -> None:
    """Read what will be sent, and send it like that."""
    page.get_by_role("button", name="Önizle").click()
    # What must be read first has the focus.
    expect(page.locator(".t-preview")).to_be_focused()
    expect(page.locator(".t-preview-text")).to_contain_text(text)
    assert violations(page) == []
    page.get_by_role("button", name="Bu hâliyle gönder").click()
    expect(page.locator(".s-messages")).to_be_visible()
    expect(page.locator(".t-form")).to_have_count(0)


def test_a_clerks_day(opened: Any, demo: Demonstration) -> None:
    with opened(PHONE) as page:
        filed = file(page, "Çocuk parkındaki salıncağın zinciri kopmuş, bank da kırık")
    with opened(DESK) as page:
        sign_in(page, demo, CLERK)
        expect(page.get_by_role("heading", level=1, name="Müdürlüğüm")).to_be_visible()
        assert violations(page) == []

        # Found by its words, as they are typed in a hurry.
        page.keyboard.press("/")
        page.keyboard.type("salincagin zinciri")
        page.keyboard.press("Enter")
        row = page.locator(f".q-row a[href*='{filed.address}']")
        expect(row).to_be_visible()
        assert violations(page) == []
        row.click()
        expect(page.locator(STATUS)).to_have_text("Müdürlükte")

        page.get_by_role("button", name="Üstlen").first.click()
        expect(page.locator(STATUS)).to_have_text("İşlemde")
        expect(page.get_by_role("status").filter(has_text="üstlendiniz")).to_be_visible()
        expect(page.locator(".s-messages")).to_be_focused()
        assert violations(page) == []

        page.get_by_role("link", name="Soru sor").first.click()
        expect(page.get_by_label("Hazır cevap")).to_be_focused()
        assert violations(page) == []
        page.get_by_label("Başvuru sahibine soru").fill("Salıncak hangi parkta, parkın hangi köşesinde?")
        send_as_shown(page, "Salıncak hangi parkta")
        expect(page.locator(STATUS)).to_have_text("Bilgi bekleniyor")

        # The answer came by telephone.
        page.get_by_role("link", name="İşleme devam et").first.click()
        page.get_by_label("Gelen bilgi").fill("Telefonla bildirdi: göletin yanında.")
        page.get_by_role("button", name="Kaydet").click()
        expect(page.locator(STATUS)).to_have_text("İşlemde")

        page.get_by_role("link", name="Programa al").first.click()
        page.get_by_label("Planlanan gün").fill((datetime.now(UTC).date() + timedelta(days=9)).isoformat())
        page.get_by_label("Başvuru sahibine cevap").fill("Salıncak önümüzdeki hafta değiştirilecek.")
        send_as_shown(page, "önümüzdeki hafta")
        expect(page.locator(STATUS)).to_have_text("Programa alındı")
        expect(page.locator(".t-notice").first).to_contain_text("günü için programa alındı")

        page.get_by_role("link", name="Sonuçlandır").first.click()
        page.get_by_label("Sonuç", exact=True).select_option("SOLVED")
        page.get_by_label("Başvuru sahibine cevap").fill("Salıncağın zinciri değiştirildi, bank onarıldı.")
        send_as_shown(page, "zinciri değiştirildi")
        expect(page.locator(STATUS)).to_have_text("Sonuçlandırıldı")
        assert violations(page) == []


def test_from_one_to_the_next_and_back_to_the_list(opened: Any, storage: Any) -> None:
    with opened(DESK, storage_state=storage) as page:
        page.goto("/panel?liste=directorate&durum=IN_PROGRESS")
        narrowed = page.url
        page.locator(".q-link").first.click()
        first = page.locator(".t-no").inner_text()
        expect(page.locator(".t-way .number")).to_have_text(re.compile(r"^1 / \d"))
        page.locator("a[rel=next]").click()
        expect(page.locator(".t-no")).not_to_have_text(first)
        page.keyboard.press("ArrowLeft")
        expect(page.locator(".t-no")).to_have_text(first)
        page.keyboard.press("u")
        expect(page).to_have_url(narrowed)
        expect(page.locator(".q-row.is-last .q-link")).to_have_attribute("href", re.compile(first))
