"""An account's first days: it is made, its password replaced, a second step set up, a telephone lost."""

import re
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import DESK, PHONE, Demonstration
from tests.browser.test_accessible import violations
from tests.browser.walk import sign_in

pytestmark = pytest.mark.browser

NEW, NAME = "ayse.yilmaz", "Ayşe Yılmaz"
OWN = "üç kedi bir kapı"


def log_in(page: Page, password: str) -> None:
    page.goto("/panel/giris")
    page.get_by_label("Kullanıcı adı").fill(NEW)
    page.get_by_label("Parola").fill(password)
    page.get_by_role("button", name="Giriş yap").click()


def make(page: Page) -> str:
    """Make an account as an administrator does; return its first password."""
    page.locator(".s-side").get_by_role("link", name="Yönetim").click()
    page.get_by_role("link", name="Kişiler").first.click()
    assert violations(page) == []
    page.get_by_role("link", name="Yeni hesap").click()
    page.get_by_label("Kullanıcı adı").fill(NEW)
    page.get_by_role("button", name="Hesabı aç").click()
    expect(page.get_by_role("alert")).to_contain_text("Bu alanı doldurun")
    assert violations(page) == []
    page.get_by_label("Ad", exact=True).fill(NAME)
    page.get_by_label("Rol 1").select_option(label="Birim sorumlusu")
    page.get_by_label("Müdürlük 1").select_option(label="Park ve Bahçeler Müdürlüğü")
    page.get_by_role("button", name="Hesabı aç").click()
    assert violations(page) == []
    return page.locator(".h-slip-password").inner_text()


def set_up(page: Page) -> str:
    """Set up the second step; return its secret."""
    page.locator(".s-account summary").click()
    page.get_by_role("link", name="Hesabım").click()
    assert violations(page) == []
    page.get_by_role("link", name="Kur").click()
    page.get_by_text("Kareyi okutamıyorum").click()
    assert violations(page) == []
    secret = page.locator(".h-secret").inner_text().replace(" ", "")
    page.get_by_label("Kod", exact=True).fill(pyotp.TOTP(secret).now())
    page.get_by_label("Parolanız").fill(OWN)
    page.get_by_role("button", name="Kur").click()
    expect(page.locator(".h-code-list li")).to_have_count(10)
    assert violations(page) == []
    return secret


def test_from_the_first_password_to_a_lost_telephone(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as administrator, opened(PHONE, excused="status of 401") as page:
        sign_in(administrator, demo, "yonetici")
        log_in(page, make(administrator))
        assert violations(page) == []
        page.get_by_label("Yeni parola", exact=True).fill(OWN)
        page.get_by_label("Yeni parola, bir daha").fill(OWN)
        page.get_by_role("button", name="Kaydet ve devam et").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Müdürlüğüm")
        secret = set_up(page)
        recovery = page.locator(".h-code-list li").first.inner_text()
        page.locator(".s-account summary").click()
        page.get_by_role("button", name="Çıkış yap").click()

        log_in(page, OWN)
        assert violations(page) == []
        page.get_by_label("Kod", exact=True).fill("000000")
        page.get_by_role("button", name="Devam et").click()
        expect(page.get_by_role("alert")).to_contain_text("Bu kod doğru değil")
        page.get_by_text("Telefonum yanımda değil").click()
        page.get_by_label("Kurtarma kodu").fill(recovery)
        page.get_by_role("button", name="Devam et").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Müdürlüğüm")
        assert secret

        administrator.goto("/panel/yonetim/kisiler?q=ayse")
        administrator.get_by_role("link", name=NAME).click()
        assert violations(administrator) == []
        administrator.get_by_text("Telefonunu kaybetti").click()
        administrator.get_by_role("button", name="İki adımlı doğrulamayı kaldır").click()
        expect(administrator.locator(".a-history")).to_contain_text("yönetim kaldırdı")
        page.reload()
        expect(page).to_have_url(re.compile("/panel/giris"))
        log_in(page, OWN)
        expect(page.get_by_role("heading", level=1)).to_have_text("Müdürlüğüm")


def test_a_file_of_accounts_is_tried_before_it_is_carried_out(opened: Any, demo: Demonstration) -> None:
    with opened(DESK) as page:
        sign_in(page, demo, "yonetici")
        page.goto("/panel/yonetim/kisiler/dosyadan")
        assert violations(page) == []
        head = "kullanıcı adı;ad;rol;müdürlük;e-posta\n"

        def choose(lines: str) -> None:
            content = (head + lines).encode("windows-1254")
            page.get_by_label("CSV dosyası").set_input_files(
                {"name": "kisiler.csv", "mimeType": "text/csv", "buffer": content}
            )
            page.get_by_role("button", name="Ne yapacağını göster").click()
            assert violations(page) == []

        choose("can.su;Can Su;Reis;;\n")
        expect(page.get_by_role("alert")).to_contain_text("Hiçbir şey yapılmadı")
        expect(page.locator(".h-plan")).to_contain_text("Böyle bir rol yok")
        choose("can.su;Can Su;Çağrı ve masa görevlisi;;\nela.ay;Ela Ay;Denetçi;;\n")
        page.get_by_role("button", name="Uygula").click()
        expect(page.locator(".h-slips > li")).to_have_count(2)
        assert violations(page) == []
        page.goto("/panel/yonetim/kisiler/dosyadan")
        choose("can.su;Can Su;Çağrı ve masa görevlisi;;\nela.ay;Ela Ay;Denetçi;;\n")
        expect(page.locator(".h-plan")).to_contain_text("Yapılacak bir şey yok")
