"""Two people on the same ticket, and the same matter told by two people."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import DESK, PHONE, Demonstration
from tests.browser.test_accessible import violations
from tests.browser.walk import file, log_in

pytestmark = pytest.mark.browser

SUPERVISOR = "sorumlu"


def sign_in(page: Page, demo: Demonstration, user: str) -> None:
    page.goto("/panel/giris")
    page.get_by_label("Kullanıcı adı").fill(user)
    page.get_by_label("Parola").fill(demo.passwords[user])
    page.get_by_role("button", name="Giriş yap").click()
    expect(page.locator(".s-account-name")).to_be_visible()


def write_note(page: Page, ticket: str, words: str) -> None:
    page.goto(f"{ticket}/islem/note")
    page.get_by_label("İç not").fill(words)


def test_two_people_write_at_once_and_both_words_are_kept(opened: Any, demo: Demonstration) -> None:
    with opened(PHONE) as page:
        filed = file(page, "Parktaki bankın ayağı kırık")
    with opened(DESK) as clerk, opened(DESK) as supervisor:
        log_in(clerk, demo)
        sign_in(supervisor, demo, SUPERVISOR)
        write_note(clerk, filed.ticket, "Ekip perşembe gidecek.")
        write_note(supervisor, filed.ticket, "Başkan soruyor, öne alalım. @birim-prk")
        supervisor.get_by_role("button", name="Kaydet").click()
        expect(supervisor.get_by_role("button", name="Geri al")).to_be_visible()

        clerk.get_by_role("button", name="Kaydet").click()
        conflict = clerk.get_by_role("alert").filter(has_text="Siz yazarken")
        expect(conflict).to_contain_text("Başkan soruyor, öne alalım.")
        expect(clerk.get_by_label("İç not")).to_have_value("Ekip perşembe gidecek.")
        expect(clerk.get_by_text("Bir çalışma arkadaşınız burada sizden söz ediyor.")).to_be_visible()
        assert violations(clerk) == []
        clerk.get_by_role("button", name="Kaydet").click()
        history = clerk.locator(".t-entries")
        expect(history).to_contain_text("Ekip perşembe gidecek.")
        expect(history).to_contain_text("Başkan soruyor, öne alalım.")

        # Somebody has acted since: the supervisor is too late to take the note back.
        supervisor.get_by_role("button", name="Geri al").click()
        expect(supervisor.locator(".message.is-error")).to_contain_text("Artık geri alınamaz")
        # What one has just done oneself can be taken back, with the keyboard too.
        clerk.get_by_role("button", name="Geri al").focus()
        clerk.keyboard.press("Enter")
        expect(clerk.locator(".message.is-ok")).to_contain_text("Geri alındı")
        expect(clerk.locator(".t-entry.is-withdrawn")).to_contain_text("Ekip perşembe gidecek.")
        assert violations(clerk) == []


def test_the_same_matter_twice_is_answered_together(opened: Any, demo: Demonstration) -> None:
    with opened(PHONE) as page:
        main, other = file(page, "Parktaki bank kırık, sallanıyor"), file(page, "Parktaki bank kırık, devrilecek")
    with opened(DESK) as page:
        log_in(page, demo)
        page.goto(f"{other.ticket}/islem/duplicate")
        page.get_by_label("Diğer başvurunun numarası").fill(main.number)
        page.get_by_role("button", name="Önizle").click()
        page.get_by_role("button", name="Bu hâliyle gönder").click()
        expect(page.locator(".t-side")).to_contain_text(main.number)

        page.goto(f"{main.ticket}/islem/finish")
        page.get_by_label("Sonuç", exact=True).select_option("SOLVED")
        answer = page.get_by_label("Başvuru sahibine cevap")
        answer.fill("Bank yerine sabitlendi.")
        expect(page.locator(".t-count")).to_contain_text("23")
        expect(page.get_by_label("Açık mükerrerlere de aynı cevap verilsin: 1")).to_be_checked()
        page.get_by_role("button", name="Önizle").click()
        expect(page.locator(".t-preview")).to_contain_text(other.number)
        assert violations(page) == []
        page.get_by_role("button", name="Bu hâliyle gönder").click()
        expect(page.locator(".message.is-ok")).to_contain_text("Mükerrerlerine de uygulandı: 1")
    with opened(PHONE) as page:
        for filed in (main, other):
            page.goto(filed.follow)
            expect(page.get_by_role("main")).to_contain_text("Bank yerine sabitlendi.")
