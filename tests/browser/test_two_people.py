"""Two people on one application: each sees the other, and nothing that was typed is lost."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import CLERK, DESK, PHONE, Demonstration
from tests.browser.test_accessible import violations
from tests.browser.walk import file, sign_in

pytestmark = pytest.mark.browser


def write_note(page: Page, text: str) -> None:
    page.get_by_label("İç not").fill(text)
    page.get_by_role("button", name="Kaydet").click()


def test_two_people_on_one_application(opened: Any, demo: Demonstration) -> None:
    with opened(PHONE) as citizen:
        filed = file(citizen, "Parkın kapısındaki bank kırık, devrilmiş")
    with opened(DESK) as clerk, opened(DESK) as supervisor:
        sign_in(clerk, demo, CLERK)
        sign_in(supervisor, demo, "sorumlu")
        clerk.clock.install()
        clerk.goto(filed.ticket)
        expect(clerk.locator(".t-watching")).to_be_empty()

        # Whoever comes second sees it at once; whoever was there first a little later.
        supervisor.goto(f"{filed.ticket}/islem/note")
        name = clerk.locator(".s-account-name").inner_text()
        expect(supervisor.locator(".t-watching")).to_contain_text(f"{name} bu başvuruya bakıyor")
        assert violations(supervisor) == []
        clerk.clock.fast_forward(21_000)
        expect(clerk.locator(".t-watching")).to_contain_text("Nermin Karaca bu başvuruya bakıyor")
        assert violations(clerk) == []

        # The clerk is quicker.
        supervisor.get_by_label("İç not").fill("Sorumlunun notu: kaldırım tarafına bakın.")
        clerk.goto(f"{filed.ticket}/islem/note")
        write_note(clerk, "Birimin notu: usta çıktı.")
        expect(clerk.locator(".t-history")).to_contain_text("usta çıktı")

        supervisor.get_by_role("button", name="Kaydet").click()
        said = supervisor.get_by_role("alert").filter(has_text="Siz yazarken")
        expect(said).to_be_focused()
        expect(said).to_contain_text("Birimin notu: usta çıktı.")
        expect(supervisor.get_by_label("İç not")).to_have_value("Sorumlunun notu: kaldırım tarafına bakın.")
        assert violations(supervisor) == []
        supervisor.get_by_role("button", name="Kaydet").click()
        for words in ("usta çıktı", "kaldırım tarafına"):
            expect(supervisor.locator(".t-history")).to_contain_text(words)

        # And what is on the clerk's page has become old, which the page says by itself.
        clerk.clock.fast_forward(21_000)
        show = clerk.get_by_role("button", name="Bu arada değişti")
        expect(show).to_be_visible()
        show.click()
        expect(clerk.locator(".t-history")).to_contain_text("kaldırım tarafına")


def test_what_was_begun_is_there_again(opened: Any, demo: Demonstration) -> None:
    with opened(PHONE) as citizen:
        filed = file(citizen, "Parktaki bank kırık, boyası dökülmüş")
    with opened(DESK) as page:
        sign_in(page, demo, CLERK)
        page.goto(f"{filed.ticket}/islem/reply")
        page.get_by_label("Başvuru sahibine cevap").fill("Boya ekibi")
        page.goto("/panel")
        page.goto(f"{filed.ticket}/islem/reply")
        expect(page.get_by_label("Başvuru sahibine cevap")).to_have_value("Boya ekibi")
        expect(page.get_by_role("status").filter(has_text="geri getirildi")).to_be_visible()
        assert violations(page) == []
