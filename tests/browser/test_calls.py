"""An agent works down the list of those who have to be called, with the keyboard alone and on a telephone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import DESK, PHONE, Demonstration
from tests.browser.test_accessible import violations
from tests.browser.test_main_job import tab_to

pytestmark = pytest.mark.browser


def sign_in(page: Page, demo: Demonstration, user: str) -> None:
    page.goto("/panel/giris")
    page.get_by_label("Kullanıcı adı").fill(user)
    page.get_by_label("Parola").fill(demo.passwords[user])
    page.get_by_role("button", name="Giriş yap").click()
    expect(page.locator(".s-account")).to_be_visible()


def counter(page: Page) -> int:
    """Return the number beside *Aranacaklar* in the navigation."""
    shown = page.locator(".s-side a[href$='/panel/aranacaklar'] .s-count").inner_text()
    return int(shown) if shown else 0


def test_an_agent_works_down_the_list_with_the_keyboard(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as page, opened(DESK) as colleagues:
        sign_in(page, demo, "temsilci")
        page.goto("/panel/aranacaklar")
        waiting = counter(page)
        assert waiting >= 3, "the demonstration has nobody to be called"
        assert page.locator(".c-table tbody tr").count() == waiting
        tab_to(page, ".c-table button")
        page.keyboard.press("Enter")
        expect(page.locator(".c-phone a")).to_have_attribute("href", re.compile(r"tel:\+90\d{10}"))
        name = page.get_by_role("heading", level=1).inner_text()
        # Nobody else gets this call.
        sign_in(colleagues, demo, "sorumlu")
        colleagues.goto("/panel/aranacaklar")
        expect(colleagues.locator(".c-table tbody tr").first).to_contain_text("Deniz Aksu arıyor")
        tab_to(page, "#c-note")
        page.keyboard.type("Eşi açtı, haber verecek.")
        tab_to(page, "button[value=not_reached]")
        page.keyboard.press("Enter")
        expect(page.locator(".s-messages")).to_contain_text("Ulaşılamadı")
        assert counter(page) == waiting - 1
        # The next one is one key away.
        expect(page.locator(".c-table button").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).not_to_have_text(name)
        tab_to(page, "button[value=told]")
        page.keyboard.press("Enter")
        expect(page.locator(".s-messages")).to_contain_text("bildirildi")
        assert counter(page) == waiting - 2


def test_the_pages_of_calls_break_no_rule_and_fit_on_a_telephone(opened: Any, demo: Demonstration) -> None:
    with opened(PHONE, bypass_csp=True) as page:
        sign_in(page, demo, "sorumlu")
        page.goto("/panel/aranacaklar")
        expect(page.locator(".c-table button").first).to_be_visible()
        assert violations(page) == []
        fits(page)
        page.locator(".c-table button").first.click()
        expect(page.locator(".c-phone a")).to_be_visible()
        assert violations(page) == []
        fits(page)
        page.locator("button[value=give_back]").click()
        expect(page.locator(".s-messages")).to_be_visible()
        assert violations(page) == []


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
