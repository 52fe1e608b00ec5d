"""A day on the telephone, with the keyboard alone: who is calling, an application, an addition, calls that are none."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import DESK, PHONE, Demonstration
from tests.browser.test_accessible import violations
from tests.faults.running import until

pytestmark = pytest.mark.browser

AGENT = "temsilci"
NUMBER = "0520 999 10 20"


@pytest.fixture(scope="module")
def agent(opened: Any, demo: Demonstration) -> Any:
    """The cookies of an agent who has signed in."""
    with opened(DESK) as page:
        sign_in(page, demo)
        return page.context.storage_state()


def sign_in(page: Page, demo: Demonstration, who: str = AGENT) -> None:
    page.goto("/panel/giris")
    page.get_by_label("Kullanıcı adı").fill(who)
    page.get_by_label("Parola").fill(demo.passwords[who])
    page.get_by_role("button", name="Giriş yap").click()
    expect(page.locator(".s-account-name")).to_be_visible()


def begin(page: Page) -> None:
    """Open an empty entry from anywhere, with one key."""
    page.goto("/panel")
    expect(page.get_by_role("link", name="Yeni kayıt").first).to_be_visible()
    page.locator("#main").focus()
    page.keyboard.press("n")
    expect(page.get_by_label("Telefon numarası")).to_be_focused()


def type_call(page: Page, number: str, words: str) -> None:
    page.keyboard.type(number)
    page.keyboard.press("Alt+2")
    expect(page.get_by_label("Anlatılan", exact=True)).to_be_focused()
    page.keyboard.type(words)


def kept(page: Page) -> str:
    """Return what this computer keeps of what was typed."""
    return str(page.evaluate("JSON.stringify(localStorage)"))


def filed_number(page: Page) -> str:
    expect(page.get_by_role("link", name=re.compile("Sıradaki (çağrı|kayıt)"))).to_be_focused()
    return page.locator(".r-done-number").inner_text()


def test_a_call_with_the_keyboard_alone(opened: Any, agent: Any) -> None:
    with opened(DESK, storage_state=agent) as page:
        begin(page)
        type_call(page, NUMBER, "Evka 3'te metronun orada kaldırımda çukur var, dün annem düştü")
        expect(page.get_by_text("bu numarada henüz kimse bilinmiyor")).to_be_visible()
        expect(page.get_by_label("Kaldırım, parke bozuk")).to_be_visible()
        expect(page.get_by_label("Mahalle", exact=True)).to_have_value("Evka 3")
        page.keyboard.press("Alt+3")
        page.keyboard.press("Space")
        expect(page.locator("[data-part=guide]")).to_contain_text("Fen İşleri Müdürlüğü")
        expect(page.locator("[data-part=guide]")).to_contain_text("yaralanan")
        page.keyboard.press("Alt+4")
        page.keyboard.press("Tab")
        page.keyboard.type("372/15 Sokak")
        page.keyboard.press("Alt+1")
        page.keyboard.press("Tab")
        page.keyboard.type("Ayşe Örnek")
        page.keyboard.press("Control+Enter")
        number = filed_number(page)
        expect(page.locator(".r-done")).to_contain_text(re.compile("Fen İşleri Müdürlüğü size .* kadar dönecek"))

        # The next call comes from the same telephone: it is about the same thing.
        page.keyboard.press("Enter")
        expect(page.get_by_label("Telefon numarası")).to_be_focused()
        type_call(page, NUMBER.replace(" ", ""), "Bir de taş kaymış, yol daraldı.")
        expect(page.get_by_role("button", name="Ayşe Örnek")).to_be_visible()
        expect(page.locator("[data-part=caller]")).to_contain_text(number)
        page.keyboard.press("Alt+8")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text="eklendi")).to_be_visible()
        expect(page.get_by_label("Anlatılan", exact=True)).to_have_value("")


def test_not_solved_is_two_keys(opened: Any, agent: Any, demo: Demonstration) -> None:
    with opened(DESK, storage_state=agent) as page:
        begin(page)
        type_call(page, "0520 999 10 33", "Salıncağın zinciri kopmuş")
        page.keyboard.press("Control+Enter")
        number = filed_number(page)
    with opened(DESK) as page:
        sign_in(page, demo, "sorumlu")
        page.goto(f"/panel/basvurular/{number}/islem/finish")
        page.locator("[name=outcome]").first.select_option("SOLVED")
        page.locator("textarea[name=text]").first.fill("Onarıldı.")
        page.locator("form:has(textarea[name=text]) button[type=submit]").first.click()
        page.get_by_role("button", name="Bu hâliyle gönder").click()
        expect(page).to_have_url(re.compile(f"/panel/basvurular/{number}$"))
    with opened(DESK, storage_state=agent) as page:
        begin(page)
        type_call(page, "0520 999 10 33", "Hâlâ kopuk, kimse gelmedi.")
        expect(page.locator("[data-part=caller]")).to_contain_text("Sonuçlanmış:")
        page.keyboard.press("Alt+8")
        expect(page.get_by_role("button", name="Çözülmedi diyor")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text="Yeniden açma isteği")).to_be_visible()


def test_a_silent_call_is_one_key_and_enter(opened: Any, agent: Any) -> None:
    with opened(DESK, storage_state=agent) as page:
        begin(page)
        page.keyboard.press("Alt+7")
        for _ in range(4):
            page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Sessiz çağrı")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text="sessiz çağrı")).to_be_visible()
        expect(page.get_by_label("Telefon numarası")).to_be_focused()
        page.goto("/panel/temaslar")
        expect(page.get_by_role("cell", name="Sessiz çağrı").first).to_be_visible()


def test_the_emergency_script_is_on_one_key(opened: Any, agent: Any) -> None:
    with opened(DESK, storage_state=agent) as page:
        begin(page)
        page.keyboard.type("0520")
        page.keyboard.press("F2")
        expect(page.get_by_text("Gaz kokusu mu var?")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_text("Gaz kokusu mu var?")).to_be_hidden()
        expect(page.get_by_label("Telefon numarası")).to_have_value("0520")


@pytest.mark.parametrize("width", [1366, 1280, 1024, 360])
def test_the_emergency_covers_no_channel(opened: Any, agent: Any, width: int) -> None:
    with opened({"width": width, "height": 768}, storage_state=agent) as page:
        page.goto("/panel/kayit")
        button = page.locator("#r-emergency summary").bounding_box()
        channels = [one.bounding_box() for one in page.locator(".r-channel").all()]
        assert len(channels) > 5
        for box in channels:
            is_beside = box["x"] + box["width"] <= button["x"] or box["y"] >= button["y"] + button["height"]
            assert is_beside, (box, button)


def test_enter_in_a_field_files_nothing(opened: Any, agent: Any) -> None:
    with opened(DESK, storage_state=agent) as page:
        begin(page)
        type_call(page, NUMBER, "yarım")
        page.keyboard.press("Alt+4")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Anlatılan", exact=True)).to_have_value("yarım")
        page.keyboard.press("Alt+0")
        expect(page.get_by_label("Anlatılan", exact=True)).to_have_value("")


def test_what_was_typed_outlives_the_browser(opened: Any, agent: Any) -> None:
    with opened(DESK, storage_state=agent) as page:
        begin(page)
        type_call(page, NUMBER, "Parktaki bank kırık, hâlâ anlatıyor")
        page.keyboard.press("Alt+5")
        page.keyboard.press("Tab")
        page.keyboard.type("Deneme Sokak 1")
        expect(page.get_by_label("Bank, çöp kutusu")).to_be_visible()
        page.get_by_label("Bank, çöp kutusu").check()
        expect(page.locator("[data-kept]")).not_to_be_empty()
        until(lambda: "PRK06" in kept(page), "the draft")
        closed = page.context.storage_state()
    with opened(DESK, storage_state=closed) as page:
        page.goto("/panel/kayit")
        expect(page.get_by_text("Yarım kalan kayıt geri getirildi.")).to_be_visible()
        expect(page.get_by_label("Telefon numarası")).to_have_value(NUMBER)
        expect(page.get_by_label("Anlatılan", exact=True)).to_have_value("Parktaki bank kırık, hâlâ anlatıyor")
        expect(page.get_by_label("Yazışma adresi")).to_have_value("Deneme Sokak 1")
        expect(page.get_by_label("Bank, çöp kutusu")).to_be_checked()
        page.keyboard.press("Control+Enter")
        filed_number(page)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Anlatılan", exact=True)).to_have_value("")
        assert "hâlâ anlatıyor" not in kept(page)


def test_signing_out_leaves_nothing_behind(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as page:
        sign_in(page, demo)
        begin(page)
        type_call(page, NUMBER, "Yarıda kalan söz")
        until(lambda: "Yarıda" in kept(page), "the draft")
        page.locator(".s-account summary").click()
        page.get_by_role("button", name="Çıkış").click()
        expect(page.get_by_label("Parola")).to_be_visible()
        assert "Yarıda" not in kept(page)


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_entry_is_accessible(opened: Any, agent: Any, size: Any) -> None:
    # So high that the foot, which stays in sight, covers no field.
    with opened({**size, "height": 2600}, bypass_csp=True, storage_state=agent) as page:
        page.goto("/panel/kayit")
        assert violations(page) == []
        type_call(page, NUMBER, "Gaz kokusu var, Evka 3'te kaldırım çökmüş")
        expect(page.locator(".r-alarm").first).to_be_visible()
        page.get_by_label("CİMER", exact=True).check(force=True)
        expect(page.get_by_label("CİMER numarası")).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("F2")
        assert violations(page) == []
        page.keyboard.press("F2")
        page.keyboard.press("Control+Enter")
        filed_number(page)
        assert violations(page) == []
        page.goto("/panel/temaslar")
        assert violations(page) == []
