"""A director's day: what is late, to a person, another directorate's opinion, finished and closed."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.house import DESK, Demonstration
from tests.browser.test_accessible import violations
from tests.browser.walk import sign_in

pytestmark = pytest.mark.browser

ROADS = "Fen İşleri Müdürlüğü"
CLEANING = "Temizlik İşleri Müdürlüğü"
STATUS = ".t-meta .status"


def test_a_directors_day(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as page, opened(DESK) as asked:
        sign_in(page, demo, "mudur-fen")
        page.locator(".s-side").get_by_role("link", name="Geciken").click()
        expect(page.get_by_role("heading", level=1, name="Geciken")).to_be_visible()
        assert violations(page) == []
        page.locator(".q-row", has_text="İşlemde").locator(".q-link").first.click()
        ticket = page.url.split("?")[0]
        expect(page.locator(".t-clocks")).to_contain_text("gecikti")

        # To a person.
        page.keyboard.press("h")
        expect(page.locator("#action select").first).to_be_focused()
        assert violations(page) == []
        page.locator("#action").get_by_label("Müdürlük", exact=True).select_option(label=ROADS)
        page.locator("#action").get_by_label("Kişi").select_option(label=f"Filiz Başaran – {ROADS}")
        page.get_by_label("Müdürlüğe not").fill("Bugün bakalım.")
        page.get_by_role("button", name="Kaydet").click()
        expect(page.get_by_role("status").filter(has_text=ROADS)).to_be_visible()
        expect(page.locator("aside section", has_text="Kimde")).to_contain_text("Filiz Başaran")
        assert violations(page) == []

        # Another directorate sees it, and is asked.
        page.get_by_text("Başka bir müdürlükle paylaş").click()
        page.locator("#t-share").select_option(label=CLEANING)
        page.get_by_role("button", name="Paylaş").click()
        expect(page.get_by_role("heading", name="Ayrıca görenler")).to_be_visible()
        page.goto(f"{ticket}/islem/consult")
        page.get_by_label("Kime soruyorsunuz?").select_option(label=CLEANING)
        page.get_by_label("Ne öğrenmek istiyorsunuz?").fill("Yol sizin aracınızla mı kapandı?")
        page.get_by_role("button", name="Kaydet").click()
        expect(page.locator(".t-notice", has_text=CLEANING)).to_be_visible()
        assert violations(page) == []

        sign_in(asked, demo, "birim-tem")
        asked.goto(ticket)
        asked.get_by_role("link", name="Görüş ver").first.click()
        asked.get_by_label("Görüşünüz").fill("Hayır, o gün aracımız yoktu.")
        assert violations(asked) == []
        asked.get_by_role("button", name="Kaydet").click()
        expect(asked.get_by_role("status").first).to_be_visible()

        page.goto(ticket)
        expect(page.locator(".t-history")).to_contain_text("Hayır, o gün aracımız yoktu.")

        # Finished, and closed.
        page.keyboard.press("s")
        page.get_by_label("Sonuç", exact=True).select_option("INFORMED")
        page.get_by_label("Başvuru sahibine cevap").fill("Yerinde incelendi, bilgi verildi.")
        page.get_by_role("button", name="Önizle").click()
        page.get_by_role("button", name="Bu hâliyle gönder").click()
        expect(page.locator(STATUS)).to_have_text("Sonuçlandırıldı")
        page.get_by_role("button", name="Kapat").first.click()
        expect(page.locator(STATUS)).to_have_text("Kapandı")
        assert violations(page) == []
