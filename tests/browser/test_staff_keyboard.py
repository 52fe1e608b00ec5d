"""A clerk without a mouse: through the list, onto an application and to its answer."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.house import CLERK, DESK, PHONE, Demonstration
from tests.browser.test_accessible import violations
from tests.browser.test_main_job import tab_to
from tests.browser.walk import file, sign_in

pytestmark = pytest.mark.browser


def test_from_the_list_to_the_answer(opened: Any, demo: Demonstration) -> None:
    with opened(PHONE) as citizen:
        filed = file(citizen, "Parktaki bank kırık, tahtası çürümüş")
    with opened(DESK) as page:
        sign_in(page, demo, CLERK)
        page.keyboard.press("/")
        page.keyboard.type("tahtası çürümüş")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("q="))
        page.keyboard.press("j")
        expect(page.locator(".q-link").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".t-no")).to_have_text(filed.number)
        page.keyboard.press("t")
        expect(page.locator(".t-meta .status")).to_have_text("İşlemde")

        page.keyboard.press("s")
        expect(page.get_by_label("Sonuç", exact=True)).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_label("Sonuç", exact=True)).to_have_value("SOLVED")
        tab_to(page, "textarea")
        # Letters that are keys elsewhere are letters here.
        page.keyboard.type("Bank test edildi, csp mht onarıldı.")
        expect(page.locator("textarea")).to_have_value("Bank test edildi, csp mht onarıldı.")
        tab_to(page, "#act-finishdo")
        page.keyboard.press("Enter")
        expect(page.locator(".t-preview")).to_be_focused()
        tab_to(page, "#act-finishdo")
        page.keyboard.press("Enter")
        expect(page.locator(".t-meta .status")).to_have_text("Sonuçlandırıldı")
        page.keyboard.press("u")
        expect(page).to_have_url(re.compile(r"/panel(\?.*)?$"))


def test_the_help_sheet_says_the_keys_and_switches_them_off(opened: Any, storage: Any, filed: Any) -> None:
    with opened(DESK, storage_state=storage) as page:
        page.goto(filed.ticket)
        page.keyboard.press("?")
        sheet = page.get_by_role("dialog", name="Klavye kısayolları")
        for letter, action in (("t", "Üstlen"), ("s", "Sonuçlandır"), ("m", "Not ekle")):
            expect(sheet.locator("div", has_text=action).locator("kbd")).to_have_text(letter)
        assert violations(page) == []
        sheet.get_by_label("Bu bilgisayarda tek tuşlu kısayollar açık olsun").uncheck()
        page.keyboard.press("Escape")
        expect(page.locator(".t-bar kbd").first).to_be_hidden()
        page.keyboard.press("m")
        expect(page.locator(".t-form")).to_have_count(0)
        page.reload()
        page.keyboard.press("m")
        expect(page.locator(".t-form")).to_have_count(0)
        page.locator("[data-help]").click()
        sheet.get_by_label("Bu bilgisayarda tek tuşlu kısayollar açık olsun").check()
        page.keyboard.press("Escape")
        page.keyboard.press("m")
        expect(page.get_by_label("İç not")).to_be_focused()
