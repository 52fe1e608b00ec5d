"""The numbers of the day and files of lists, as they look: on a desk, a telephone, in the dark and on paper."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.house import DESK, PHONE, Demonstration
from tests.browser.test_accessible import violations
from tests.browser.walk import sign_in

pytestmark = pytest.mark.browser
A4 = {"width": 718, "height": 1046}
"""What Chromium's usual margins leave of a sheet, in points of a screen."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_numbers_are_accessible_and_fit(opened: Any, demo: Demonstration, size: Any, scheme: str) -> None:
    with opened(size, color_scheme=scheme) as page:
        sign_in(page, demo, "sorumlu")
        for path in (
            "/panel/sayilar?donem=son30&tumu=1",
            "/panel/sayilar?donem=aralik&ilk=x&son=y",
            "/panel/aktarimlar",
        ):
            page.goto(path)
            assert (path, violations(page)) == (path, [])
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


def test_a_number_opens_its_list_with_the_keyboard_alone(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as page:
        sign_in(page, demo, "mudur-fen")
        page.locator(".s-side").get_by_role("link", name="Günün sayıları").click()
        page.get_by_label("Dönem", exact=True).select_option(label="Son 30 gün")
        page.get_by_role("button", name="Göster").press("Enter")
        page.locator("summary", has_text="Grafiğin tablosu").press("Enter")
        expect(page.locator(".n-fold table")).to_be_visible()
        number = page.locator(".n-cards .is-late .n-big a")
        count = int(number.inner_text().replace(".", ""))
        number.press("Enter")
        expect(page.get_by_role("heading", level=1, name="Tüm başvurular")).to_be_visible()
        assert page.locator("[data-rows] > li").count() == min(count, 50)
        assert violations(page) == []


def test_on_paper_it_is_a_sheet_and_nothing_is_lost(opened: Any, demo: Demonstration) -> None:
    with opened(A4) as page:
        sign_in(page, demo, "sorumlu")
        page.goto("/panel/sayilar?donem=son30")
        sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
        assert 1 <= sheets <= 4
        page.emulate_media(media="print")
        for selector in (".s-bar", ".s-side", ".n-filters", "button[data-print]"):
            expect(page.locator(selector).first).to_be_hidden()
        for selector in (".n-cards", ".n-columns", ".n-legend", ".n-by .n-share", ".n-oldest", ".n-scope .print-only"):
            expect(page.locator(selector).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        shades = page.locator(".n-columns").evaluate(
            "svg => ['kept', 'broken', 'rest'].map(kind => {"
            "const part = svg.querySelector('.n-' + kind); return part ? getComputedStyle(part).fill : kind; })"
        )
        assert len(set(shades)) == 3, "told apart in grey"


def test_a_list_and_the_numbers_are_saved_as_files(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as page:
        sign_in(page, demo, "mudur-fen")
        for path, summary in (("/panel?liste=directorate", "Bu liste"), ("/panel/sayilar", "Dosya olarak kaydet")):
            page.goto(path)
            page.locator("summary", has_text=summary).click()
            page.get_by_label("Ne için gerekiyor?").fill("Haftalık toplantı")
            assert violations(page) == []
            with page.expect_download() as download:
                page.get_by_role("button", name="Excel dosyası").click()
            assert download.value.suggested_filename.endswith(".xlsx")
