"""A list that tells what is new, is kept under a name, and is not lost on the way to a ticket and back."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.house import DESK, PHONE, Demonstration
from tests.browser.test_accessible import violations
from tests.browser.walk import file, log_in

pytestmark = pytest.mark.browser
_PAUSE = 20_000  # how long news.js waits


def test_what_is_new_is_said_and_shown_when_somebody_wants_it(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as page:
        page.clock.install()
        log_in(page, demo)
        page.goto("/panel?liste=directorate")
        first = page.locator(".q-row").first.inner_text()
        with opened(PHONE) as citizen:
            done = file(citizen, "Parkta yeni bir bank daha kırıldı")
        page.clock.fast_forward(_PAUSE + 1000)
        news = page.get_by_role("status").get_by_role("button", name=re.compile("yeni başvuru – göster"))
        expect(news).to_be_visible()
        assert page.locator(".q-row").first.inner_text() == first, "no row moves by itself"
        assert page.locator(f".q-row a[href*='{done.address}']").count() == 0
        news.click()
        expect(page.locator(f".q-row a[href*='{done.address}']")).to_be_visible()


def test_a_list_is_narrowed_kept_walked_through_and_found_again(opened: Any, demo: Demonstration) -> None:
    with opened(DESK, bypass_csp=True) as page:
        log_in(page, demo)
        page.goto("/panel?liste=directorate")
        page.get_by_role("link", name="Tüm süzgeçler").click()
        page.get_by_role("group", name="Tür").get_by_label("İstek").check()
        page.get_by_role("group", name="Tür").get_by_label("Şikâyet").check()
        # All of it at once: what the buttons that stay in view half cover is a question of how far one has scrolled.
        page.set_viewport_size({"width": DESK["width"], "height": 3000})
        assert violations(page) == []
        page.set_viewport_size(DESK)
        page.get_by_role("button", name="Listeyi göster").click()
        expect(page.locator(".q-chips a")).to_have_count(2)
        page.locator(".q-menu summary").click()
        assert violations(page) == []
        page.get_by_label("Ad", exact=True).fill("İstek ve şikâyetler")
        page.get_by_role("button", name="Kaydet", exact=True).click()
        kept = page.locator(".s-side .s-kept a")
        expect(kept).to_contain_text("İstek ve şikâyetler")
        expect(page.locator(".q-chips a")).to_have_count(2)
        here = page.url

        page.locator(".q-link").nth(0).click()
        expect(page.locator(".t-bar, .t-head, main").first).to_contain_text(re.compile(r"1 / \d+"))
        page.locator("a.t-step[rel=next]").click()
        expect(page.get_by_role("main")).to_contain_text(re.compile(r"2 / \d+"))
        page.locator("a.t-step[rel=prev]").click()
        expect(page.get_by_role("main")).to_contain_text(re.compile(r"1 / \d+"))
        page.locator("a.t-back").click()
        expect(page).to_have_url(here)

        page.goto("/panel/listelerim")
        assert violations(page) == []
        page.locator(".k-list summary").click()
        page.get_by_role("button", name="Listeyi sil").click()
        expect(page.get_by_role("heading", name="Henüz kayıtlı liste yok")).to_be_visible()
        expect(kept).to_have_count(0)
