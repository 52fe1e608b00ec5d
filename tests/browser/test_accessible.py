"""No page breaks a rule of WCAG 2.2 A or AA that a machine can judge."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.house import DESK, PHONE, Demonstration
from tests.browser.walk import Filed, preview, start

pytestmark = pytest.mark.browser

RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
}


def violations(page: Page) -> list[str]:
    """Return what axe finds: rule, element and why."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize(
    "path",
    ["/", "/basvuru", "/takip", "/aydinlatma", "/hizmetler", "/basvurularim", "/?lang=ar", "/basvuru?lang=ar"],
)
def test_citizen_pages(opened: Any, path: str) -> None:
    with opened(PHONE, bypass_csp=True) as page:
        page.goto(path)
        assert violations(page) == []


def test_forms_with_proposals_and_errors(opened: Any) -> None:
    with opened(PHONE, bypass_csp=True) as page:
        start(page, "Parktaki bank kırık")
        assert violations(page) == []
        page.get_by_label("Telefon").fill("12")
        page.get_by_role("button", name="Başvurumu gönder").click()
        expect(page.locator(".error-summary")).to_be_visible()
        assert violations(page) == []


@pytest.mark.parametrize("language", ["tr", "ar"])
@pytest.mark.parametrize("subject", ["TEM07", "HUK02"])
def test_a_subjects_questions_and_what_is_wrong_with_them(opened: Any, subject: str, language: str) -> None:
    with opened({"width": 320, "height": 640}, bypass_csp=True) as page:
        page.goto(f"/basvuru?konu={subject}&lang={language}")
        assert violations(page) == []
        if subject == "TEM07":
            page.locator("[name=q-ESYA_YER]").nth(1).check()
            expect(page.locator("[name=q-ESYA_KAT]")).to_be_visible()
        page.locator(".reading summary").click()
        page.locator("#applysend").click()
        expect(page.locator(".error-summary")).to_be_focused()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_small_forms_that_were_refused(opened: Any, filed: Filed) -> None:
    with opened(PHONE, bypass_csp=True, excused="status of 404") as page:
        for path, name, text in (("/takip", "number", "x"), ("/basvurularim", "address", "nobody")):
            page.goto(path)
            page.locator(f"main [name={name}]").fill(text)
            page.locator("main form button[type=submit]").first.click()
            expect(page.locator(".error-summary")).to_be_visible()
            assert (path, violations(page)) == (path, [])
        page.goto(filed.follow)
        page.locator(".say details").first.locator("summary").click()
        page.locator("#follow-messagesend").click()
        expect(page.locator(".error-summary")).to_be_visible()
        assert violations(page) == []
        page.goto("/takip/2026-999999/AAAA")
        assert violations(page) == []


def test_receipt_and_follow_pages(opened: Any, filed: Filed, answered: Filed) -> None:
    with opened(PHONE, bypass_csp=True) as page:
        for path in (filed.receipt, filed.follow, answered.follow):
            page.goto(path)
            assert (path, violations(page)) == (path, [])


def test_staff_pages(opened: Any, storage: Any, filed: Filed, answered: Filed) -> None:
    with opened(DESK, bypass_csp=True, storage_state=storage) as page:
        for path in ("/panel", "/panel/posta", filed.ticket, answered.ticket, f"{filed.ticket}/islem/finish"):
            page.goto(path)
            assert (path, violations(page)) == (path, [])
        preview(page, filed.ticket)
        assert violations(page) == []
        page.goto("/panel/posta")
        page.locator(".s-table a").first.click()
        expect(page.locator(".m-body")).to_be_visible()
        assert violations(page) == []


def test_log_in_and_the_supervisors_pages(opened: Any, demo: Demonstration, filed: Filed) -> None:
    with opened(DESK, bypass_csp=True) as page:
        page.goto("/panel/giris")
        assert violations(page) == []
        page.get_by_label("Kullanıcı adı").fill("sorumlu")
        page.get_by_label("Parola").fill(demo.passwords["sorumlu"])
        page.get_by_role("button", name="Giriş yap").click()
        expect(page.locator(".s-account")).to_be_visible()
        for path in ("/panel/gidenler", f"{filed.ticket}/yazdir", filed.ticket, "/panel/okumalar"):
            page.goto(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert (path, violations(page)) == (path, [])
