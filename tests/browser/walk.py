"""What citizens and clerks do, step by step, as they see it on the page."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.house import CLERK, Demonstration, photo

__all__ = ["Filed", "file", "fill_in", "finish", "log_in", "on_receipt", "preview", "sign_in", "start", "take"]

EMAIL = "ayse@ornek.example"
BENCH = "Bank, çöp kutusu veya spor aleti"


@dataclass(frozen=True)
class Filed:
    """What the receipt says."""

    number: str
    code: str
    receipt: str
    """The receipt's path."""

    @property
    def follow(self) -> str:
        return self.receipt.removesuffix("/alindi")

    @property
    def address(self) -> str:
        return self.receipt.split("/")[2]

    @property
    def ticket(self) -> str:
        return f"/panel/basvurular/{self.address}"


def start(page: Page, words: str) -> None:
    """Write on the home page and go on to the form."""
    page.goto("/")
    page.get_by_label("Kendi sözlerinizle anlatın").fill(words)
    page.get_by_role("button", name="Devam").click()
    expect(page.get_by_role("heading", level=1, name="Başvurunuz")).to_be_visible()


def fill_in(page: Page, subject: str = BENCH) -> None:
    """Choose what is proposed and leave contact details and a photo."""
    page.get_by_label(subject).check()
    page.get_by_label("Telefon").fill("0599 123 45 67")
    page.get_by_label("E-posta").first.fill(EMAIL)
    page.locator("input[type=file]").set_input_files(photo())


def send(page: Page) -> Filed:
    page.get_by_role("button", name="Başvurumu gönder").click()
    return on_receipt(page)


def on_receipt(page: Page) -> Filed:
    """Read number and code from the receipt."""
    expect(page.get_by_role("heading", level=1, name="Başvurunuz alındı")).to_be_visible()
    number = page.locator(".receipt-big").inner_text()
    groups = page.locator(".receipt-code .receipt-group").all_inner_texts()
    assert re.fullmatch(r"\d{4}[-/]\d+", number)
    assert [len(group) for group in groups] == [4, 4, 4]
    return Filed(number, "".join(groups), urlsplit(page.url).path)


def file(page: Page, words: str, subject: str = BENCH) -> Filed:
    """File an application with everything."""
    start(page, words)
    fill_in(page, subject)
    return send(page)


def log_in(page: Page, demo: Demonstration, user: str = CLERK) -> None:
    page.goto("/panel/giris")
    page.get_by_label("Kullanıcı adı").fill(user)
    page.get_by_label("Parola").fill(demo.passwords[user])
    page.get_by_role("button", name="Giriş yap").click()
    expect(page.get_by_role("heading", level=1, name="Müdürlüğüm")).to_be_visible()


def sign_in(page: Page, demo: Demonstration, user: str) -> None:
    """Sign in as whoever it is, whatever page that leads to."""
    page.goto("/panel/giris")
    page.get_by_label("Kullanıcı adı").fill(user)
    page.get_by_label("Parola").fill(demo.passwords[user])
    page.keyboard.press("Enter")
    expect(page.locator(".s-account-name")).to_be_visible(timeout=30_000)


def take(page: Page) -> None:
    """Take the open ticket, from the bar or from the menu."""
    button = page.locator("form[action$='/islem/take'] button").first
    if not button.is_visible():
        page.locator(".t-more summary").click()
    button.click()
    expect(page.locator(".t-meta .status")).to_have_text("İşlemde")


def preview(page: Page, ticket: str) -> str:
    """Open the form that finishes a ticket, put a ready answer in and ask for the preview; return the answer."""
    page.goto(f"{ticket}/islem/finish")
    page.get_by_label("Sonuç", exact=True).select_option("SOLVED")
    page.get_by_label("Hazır cevap").select_option("cozuldu")
    page.get_by_role("button", name="Hazır cevabı yerleştir").click()
    text = page.get_by_label("Başvuru sahibine cevap")
    expect(text).not_to_have_value("")
    answer = text.input_value()
    assert "[" not in answer
    page.get_by_role("button", name="Önizle").click()
    expect(page.get_by_role("heading", name="Aynen şu gönderilecek")).to_be_visible()
    return answer


def finish(page: Page, filed: Filed) -> str:
    """Finish a ticket through the preview and return the answer."""
    answer = preview(page, filed.ticket)
    page.locator("#act-finishdo").click()
    expect(page.locator(".t-form")).to_have_count(0)
    return answer
