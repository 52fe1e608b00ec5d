"""Six citizens: an old phone, a keyboard, a screen reader, Arabic, many photos on a bad connection, and ill will.

The first two walk in ``test_main_job.py`` as well; here they meet the questions of a subject.
"""

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import DESK, PHONE, Demonstration, photo
from tests.browser.test_accessible import violations
from tests.browser.test_main_job import tab_to
from tests.browser.walk import Filed, on_receipt, send, start

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
SEND = "Başvurumu gönder"


def sideways(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def test_an_old_phone_without_scripts(opened: Any) -> None:
    with opened(NARROW, java_script_enabled=False) as page:
        page.goto("/basvuru?konu=TEM07")
        note = page.get_by_role("group", name="Yalnızca “Eşya nerede duruyor?” sorusuna “Evin içinde” dediyseniz")
        expect(note.get_by_label("Kaçıncı katta?")).to_be_visible()
        page.get_by_label("Ne anlatmak istersiniz?").fill("Eski koltuğu alır mısınız?")
        page.get_by_label("Hangi eşyalar, kaç parça?").fill("bir koltuk")
        page.get_by_role("radio", name="Evin içinde").check()
        page.locator("[name=photo-ESYA_FOTO]").set_input_files(photo("koltuk.jpg"))
        page.get_by_label("Telefon").fill("0599 123 45 67")
        page.get_by_role("button", name=SEND).click()
        expect(page.locator(".error-summary")).to_contain_text("Kaçıncı katta?")
        expect(page.locator("#item-photo-ESYA_FOTO .photo-kept")).to_contain_text("koltuk.jpg")
        assert sideways(page) <= 0
        # In another language, with everything kept, and back.
        page.locator(".reading summary").click()
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", level=1, name="Your application")).to_be_visible()
        expect(page.get_by_label("Which pieces, how many?")).to_have_value("bir koltuk")
        expect(page.locator(".error-summary")).to_have_count(0)
        page.locator(".reading summary").click()
        page.get_by_role("button", name="Türkçe").click()
        page.get_by_label("Kaçıncı katta?").fill("3")
        done = send(page)
        page.goto(done.follow)
        expect(page.get_by_role("main")).to_contain_text("Eski koltuğu alır mısınız?")


def test_a_keyboard_reaches_a_question_only_where_it_is_asked(opened: Any) -> None:
    with opened(DESK) as page:
        page.goto("/basvuru?konu=TEM07")
        floor = page.get_by_label("Kaçıncı katta?")
        expect(floor).to_be_hidden()
        tab_to(page, "[name=words]")
        page.keyboard.type("Eski koltuk")
        tab_to(page, "[name=q-ESYA]")
        page.keyboard.type("koltuk")
        tab_to(page, "[name=q-ESYA_YER]")
        page.keyboard.press("ArrowDown")
        expect(floor).to_be_visible()
        page.keyboard.press("Tab")
        expect(floor).to_be_focused()
        page.keyboard.type("2")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("ArrowDown")
        expect(floor).to_be_hidden()
        tab_to(page, "[name=phone]")
        page.keyboard.type("0599 123 45 67")
        # Enter sends, and does not choose a language.
        page.keyboard.press("Enter")
        on_receipt(page)


def test_a_screen_reader_is_told_names_roles_and_what_is_wrong(opened: Any) -> None:
    with opened(PHONE) as page:
        start(page, "Sokakta plakasız hurda araç var")
        for landmark in ("banner", "main", "contentinfo"):
            expect(page.get_by_role(landmark)).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        levels = page.get_by_role("heading").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
        assert all(after - before <= 1 for before, after in pairwise(levels)), levels
        expect(page.get_by_role("group", name="Konusu hangisi?")).to_be_visible()
        page.get_by_role("radio", name=re.compile("Hurda veya terk edilmiş araç")).check()
        questions = page.get_by_role("group", name="Bu konuyla ilgili birkaç soru")
        plate = questions.get_by_role("textbox", name="Aracın plakası")
        expect(plate).to_be_visible()
        assert nameless(page) == []
        plate.fill("35 QX 1")
        page.get_by_role("button", name=SEND).click()
        summary = page.get_by_role("alert", name="Lütfen şunlara bakın")
        expect(summary).to_be_focused()
        plate = page.get_by_role("textbox", name="Aracın plakası")
        expect(plate).to_have_attribute("aria-invalid", "true")
        described = plate.evaluate(
            "one => one.getAttribute('aria-describedby').split(' ').map(id => document.getElementById(id).innerText)"
        )
        assert any("35 ABC 123" in part for part in described)
        assert nameless(page) == []
        assert page.title().startswith("Başvurunuz")


def nameless(page: Page) -> list[str]:
    """Return the controls that a screen reader could not name."""
    return page.locator("main :is(input, select, textarea, button)").evaluate_all(
        """all => all.filter(one => one.type !== 'hidden' && !one.closest('[aria-hidden=true], [hidden]')
            && !(one.labels?.length && [...one.labels].some(label => label.textContent.trim()))
            && !one.innerText?.trim() && !one.getAttribute('aria-label') && !one.getAttribute('aria-labelledby'))
            .map(one => one.outerHTML.slice(0, 120))"""
    )


def test_a_citizen_who_reads_arabic(opened: Any) -> None:
    with opened(NARROW, bypass_csp=True, locale="ar-EG") as page:
        page.goto("/?lang=ar")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        page.locator("#words").fill("الحاوية مكسورة")
        page.locator(".ask button[type=submit]").click()
        expect(page.locator("form#apply")).to_be_visible()
        page.locator(".category-all summary").click()
        page.locator("[name=category_listed]").select_option("TEM07")
        expect(page.locator("[name=q-ESYA]")).to_be_visible()
        assert sideways(page) <= 0
        page.locator("[name=email]").fill("هذا ليس عنوانا")
        page.locator("#applysend").click()
        expect(page.locator(".error-summary")).to_be_focused()
        assert violations(page) == []
        assert sideways(page) <= 0
        page.locator("[name=email]").fill("ayse@ornek.example")
        page.locator("[name=q-ESYA]").fill("أريكة")
        page.locator("#applysend").click()
        expect(page.locator(".receipt-big")).to_be_visible()
        assert violations(page) == []
        assert sideways(page) <= 0
        number = page.locator(".receipt-big").inner_text()
        follow = page.url.removesuffix("/alindi")
        page.goto(follow)
        expect(page.locator("html")).to_have_attribute("lang", "ar")
        expect(page.get_by_role("main")).to_contain_text(number)
        expect(page.get_by_role("main")).to_contain_text("الحاوية مكسورة")
        assert sideways(page) <= 0


def test_five_photos_on_a_connection_that_drops(opened: Any) -> None:
    with opened(PHONE, excused="ERR_INTERNET_DISCONNECTED") as page:
        start(page, "Parktaki bank kırık, beş fotoğrafım var")
        page.get_by_label("Bank, çöp kutusu veya spor aleti").check()
        page.locator("#apply input[type=file][name=photos]").set_input_files([photo(f"{n}.jpg") for n in range(5)])
        expect(page.locator(".photos-list .photo")).to_have_count(5)
        page.context.set_offline(True)
        page.get_by_role("button", name=SEND).click()
        note = page.locator(".connection")
        expect(note).to_be_visible()
        expect(page.get_by_label("Ne anlatmak istersiniz?")).to_have_value("Parktaki bank kırık, beş fotoğrafım var")
        expect(page.locator(".photos-list .photo")).to_have_count(5)
        page.context.set_offline(False)
        expect(note).to_contain_text("Bağlantı geri geldi")
        note.get_by_role("button").click()
        done = on_receipt(page)
        page.goto(done.follow)
        expect(page.locator(".seen-photo")).to_have_count(5)


def test_a_draft_holds_what_was_typed_and_nothing_nobody_wants_kept(opened: Any) -> None:
    with opened(PHONE) as page:
        page.goto("/basvuru?konu=HUK02")
        page.get_by_label("Ne anlatmak istersiniz?").fill("İhale bedelleri")
        page.locator("[name=national_id]").fill("10000000146")
        page.locator("[name=remarks]").evaluate("one => { one.value = 'trap'; }")
        page.get_by_role("link", name="Geri").click()
        expect(page.get_by_role("heading", level=1, name="Size nasıl yardımcı olalım?")).to_be_visible()
        draft = page.evaluate("sessionStorage.getItem('draft:apply')")
        assert "İhale bedelleri" in draft
        assert "national_id" not in draft
        assert "10000000146" not in draft
        assert "remarks" not in draft
        page.goto("/basvuru?konu=HUK02")
        expect(page.get_by_label("Ne anlatmak istersiniz?")).to_have_value("İhale bedelleri")
        expect(page.locator("[name=national_id]")).to_have_value("")


PLANTED = '"><img src=x onerror=planted=1><script>planted=1</script>'


def test_a_script_planted_in_every_field_never_runs(opened: Any, demo: Demonstration) -> None:
    """Without our Content-Security-Policy, which would hide a mistake."""
    with opened(PHONE, bypass_csp=True) as page:
        page.goto("/basvuru?konu=ZAB09")
        plant(page)
        page.locator("[name=words]").fill(f"Hurda araç {PLANTED}")
        page.locator("[name=email]").fill(PLANTED)
        page.locator("input[name=photos]").set_input_files(photo('"><img src=x onerror=planted=1>.jpg'))
        page.get_by_role("button", name=SEND).click()
        expect(page.locator(".error-summary")).to_be_focused()
        assert inert(page)
        for name in ("email", "phone", "q-PLAKA"):
            page.locator(f"[name={name}]").fill("")
        page.get_by_role("button", name=SEND).click()
        done = on_receipt(page)
        assert inert(page)
        page.goto(done.follow)
        expect(page.get_by_role("main")).to_contain_text("Hurda araç")
        assert inert(page)
        page.locator(".say details").first.locator("summary").click()
        plant(page)
        page.locator("[name=text]:visible").first.fill(PLANTED)
        page.locator("#follow-messagesend").click()
        expect(page.locator(".message.is-ok")).to_be_visible()
        assert inert(page)
    staff_see(opened, demo, done)


def staff_see(opened: Any, demo: Demonstration, done: Filed) -> None:
    with opened(DESK, bypass_csp=True) as page:
        page.goto("/panel/giris")
        page.get_by_label("Kullanıcı adı").fill("sorumlu")
        page.get_by_label("Parola").fill(demo.passwords["sorumlu"])
        page.get_by_role("button", name="Giriş yap").click()
        expect(page.locator(".s-account")).to_be_visible()
        for path in (done.ticket, f"/panel?q={done.number}", "/panel?liste=open", f"{done.ticket}/islem/finish"):
            page.goto(path)
            assert inert(page), path
        page.goto(done.ticket)
        expect(page.locator(".t-quote").first).to_contain_text("planted=1</script>")


def plant(page: Page) -> None:
    """Write a script into every field of the page that takes a text, the hidden ones too."""
    page.evaluate(
        """text => { for (const field of document.querySelectorAll("main :is(input[type=text], input[type=tel], "
            + "input[type=email], input:not([type]), textarea)")) field.value = text; }""",
        PLANTED,
    )


def inert(page: Page) -> bool:
    return bool(page.evaluate("window.planted === undefined && !document.querySelector('img[src=x]')"))
