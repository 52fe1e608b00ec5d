"""From the first words to the answer, in Turkish, on a telephone and at a desk."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import DESK, PHONE, Demonstration, photo
from tests.browser.walk import EMAIL, file, finish, log_in, on_receipt, send, start, take

pytestmark = pytest.mark.browser


def test_words_become_an_answer(opened: Any, demo: Demonstration) -> None:
    with opened(PHONE) as page:
        done = file(page, "Aşık Veysel parkındaki bank kırılmış")
    with opened(DESK) as page:
        log_in(page, demo)
        row = page.locator(f".q-row a[href*='{done.address}']")
        expect(row).to_be_visible()
        for words in ("Veysel kırılmış", done.number):  # a whole number opens the ticket at once
            page.get_by_role("searchbox").fill(words)
            page.keyboard.press("Enter")
            if words != done.number:
                expect(page).to_have_url(re.compile("ara="))  # half of it is a given name
                expect(row).to_be_visible()
        expect(page).to_have_url(re.compile(done.ticket))
        expect(page.locator(".t-quote").first).to_have_text("Aşık Veysel parkındaki bank kırılmış")
        take(page)
        answer = finish(page, done)
        mail = page.locator("tr", has_text=EMAIL).filter(has_text=done.number)
        for _ in range(100):
            page.goto("/panel/posta")
            if mail.count() >= 2:
                break
            page.wait_for_timeout(100)
        mail.first.locator("a").click()
        expect(page.locator(".m-body")).to_contain_text(answer.split("\n")[0].strip())
    with opened(PHONE) as page:
        page.goto(done.follow)
        expect(page.get_by_role("main")).to_contain_text(answer.split("\n")[0].strip())


def test_a_refused_form_keeps_everything_and_says_why(opened: Any) -> None:
    words = "Parktaki bank kırık; ayağı çıkmış\nİkinci satır"
    with opened(PHONE) as page:
        start(page, words)
        page.get_by_label("Adınız soyadınız").fill("Ayşe Yılmaz")
        page.get_by_label("Sokak ve kapı no").fill("372/15 Sokak, no 8")
        page.get_by_label("E-posta").first.fill("bu adres değil")
        page.locator("input[type=file]").set_input_files([photo("bir.jpg"), photo("iki.png")])
        page.get_by_role("button", name="Başvurumu gönder").click()
        summary = page.locator(".error-summary")
        expect(summary).to_be_focused()
        expect(page.get_by_label("Ne anlatmak istersiniz?")).to_have_value(words)
        expect(page.get_by_label("Adınız soyadınız")).to_have_value("Ayşe Yılmaz")
        expect(page.get_by_label("Sokak ve kapı no")).to_have_value("372/15 Sokak, no 8")
        expect(page.get_by_label("E-posta").first).to_have_value("bu adres değil")
        assert kept_names(page) == ["bir.jpg", "iki.png"]
        summary.get_by_role("link").first.click()
        expect(page.locator("[name=email]")).to_be_focused()
        page.keyboard.press("Control+a")
        page.keyboard.type(EMAIL)
        page.get_by_role("button", name="Başvurumu gönder").click()
        done = on_receipt(page)
        page.goto(done.follow)
        expect(page.get_by_role("main")).to_contain_text("İkinci satır")


def kept_names(page: Page) -> list[str]:
    return page.locator(".photo-kept b").all_inner_texts()


def test_everything_works_without_javascript(opened: Any) -> None:
    with opened(PHONE, java_script_enabled=False) as page:
        start(page, "Parktaki bank kırık")
        page.get_by_label("Bank, çöp kutusu veya spor aleti").check()
        page.locator("input[type=file]").set_input_files(photo())
        done = send(page)
        page.goto("/takip")
        page.get_by_label("Başvuru numarası").fill(done.number)
        page.get_by_label("Takip kodu").fill(done.code)
        page.get_by_role("button", name="Başvurumu göster").click()
        expect(page.get_by_role("main")).to_contain_text("Parktaki bank kırık")


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until what *selector* names has the focus."""
    for _ in range(most):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {selector} with the Tab key")


def test_the_keyboard_is_enough(opened: Any) -> None:
    with opened(DESK) as page:
        page.goto("/")
        tab_to(page, "a.skip", 2)
        tab_to(page, "#words")
        page.keyboard.type("Parktaki bank kırık")
        tab_to(page, ".ask button[type=submit]")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1, name="Başvurunuz")).to_be_visible()
        tab_to(page, "[name=category]")
        page.keyboard.press("Space")
        tab_to(page, "[name=email]")
        page.keyboard.type(EMAIL)
        tab_to(page, "#applysend")
        page.keyboard.press("Enter")
        on_receipt(page)


@pytest.mark.parametrize("path", ["/", "/basvuru", "/takip", "/aydinlatma", "/hizmetler", "/basvurularim"])
def test_nothing_scrolls_sideways(opened: Any, path: str) -> None:
    with opened({"width": 320, "height": 640}) as page:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_an_application_does_not_scroll_sideways(opened: Any, answered: Any) -> None:
    with opened({"width": 320, "height": 640}) as page:
        for path in (answered.receipt, answered.follow):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
