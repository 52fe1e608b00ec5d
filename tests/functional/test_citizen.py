"""A citizen writes, is answered on the page at once, and follows what becomes of it."""

import gc
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from webtest import TestResponse, Upload

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.uploads import HEIC, KEPT_FOR, MAX_BYTES, accepted_types
from halkla_iliskiler.storage import GateBusy
from halkla_iliskiler.testing import FakeNow, TestMethod, png
from halkla_iliskiler.web.labels import PROBLEMS
from tests.conftest import Browser
from tests.functional.pages import (
    JPEG,
    alerts,
    errors_of,
    field_error,
    only_ticket,
    photo,
    said,
    soup,
    tickets,
    tr,
    words,
)  # fmt: skip

File = Callable[..., Filed]
WORDS = "Işıklı Mahallesi'nde parktaki bankın tahtası kırılmış, çocuklar için tehlikeli."

PHOTO_TYPE = "photo_type_or_heic" if HEIC in accepted_types() else "photo_type"
"""What is said depends on what can be read here."""


def begin(browser: Browser, text: str = WORDS) -> TestResponse:
    """Go from the first page to the form."""
    home = browser.get("/")
    form = next(form for form in home.forms.values() if "words" in form.fields)
    form["words"] = text
    return form.submit()


def fill(page: TestResponse, **values: Any) -> Any:
    form = page.forms["apply"]
    for name, value in values.items():
        form[name] = value
    return form


def filed_by(browser: Browser, **values: Any) -> TestResponse:
    """Send a whole form and return the receipt."""
    return fill(begin(browser), **values).submit(status=303).follow()


# -- the way through ----------------------------------------------------------------------------------------------


def test_from_the_first_page_to_the_follow_page(testapp: Browser, assembly: Assembly) -> None:
    page = begin(testapp)
    assert page.status_int == 200
    assert not errors_of(page)
    form = page.forms["apply"]
    assert form["words"].value == WORDS
    assert "bench" in [value for value, *_ in form["category"].options], "the words propose a subject"

    form["category"] = "bench"
    form["neighbourhood"] = "isikli"
    form["place"] = "Oyun alanının girişi"
    form["phone"] = "0532 123 45 67"
    receipt = form.submit(status=303).follow()

    ticket = only_ticket(assembly)
    assert said(receipt, ".receipt-big") == [ticket.number]
    code = "".join(said(receipt, ".receipt-group"))
    assert re.fullmatch("[A-Z2-7]{12}", code)
    text = words(receipt)
    assert "Park ve Bahçeler Müdürlüğü" in text, "whose desk it is on"
    assert "0532 ••• •• 67" in text, "how the answer comes, masked"
    assert "7 Ocak Çarşamba" in text, "by when: two days from a Monday"
    assert "Işıklı, Oyun alanının girişi" in text
    assert WORDS in text
    assert (ticket.category, ticket.department, ticket.status) == ("bench", "parks", "ASSIGNED")
    assert ticket.location.neighbourhood == "isikli"

    follow = next(form for form in testapp.get("/takip").forms.values() if "number" in form.fields)
    follow["number"], follow["code"] = ticket.number, code
    page = follow.submit(status=303).follow()
    assert ticket.number in words(page)
    assert "Park ve Bahçeler Müdürlüğü" in words(page)
    assert WORDS in words(page)


def test_the_privacy_notice_that_was_shown_is_recorded(testapp: Browser, assembly: Assembly) -> None:
    page = begin(testapp)
    assert "yalnızca başvurunuz için" in said(page, ".form-note")[0]
    fill(page).submit(status=303)
    assert only_ticket(assembly).contacts[0].privacy_version == "deneme-3"
    notice = testapp.get("/aydinlatma")
    assert "deneme-3" in words(notice)
    assert "Deneme aydınlatma metni." in words(notice)


def test_without_a_subject_people_choose_it(testapp: Browser, assembly: Assembly) -> None:
    receipt = filed_by(testapp, category="")
    ticket = only_ticket(assembly)
    assert (ticket.category, ticket.department, ticket.status) == (None, None, "NEW")
    assert "Park" not in said(receipt, ".next-step")[0]


def test_a_subject_from_the_whole_catalogue_counts_too(testapp: Browser, assembly: Assembly) -> None:
    filed_by(testapp, category="", category_listed="rubbish")
    assert only_ticket(assembly).category == "rubbish"


def test_a_subject_that_is_not_public_is_refused(testapp: Browser, assembly: Assembly) -> None:
    page = begin(testapp)
    assert "inspection" not in page.text
    form = page.forms["apply"]
    form["category_listed"].force_value("inspection")
    form["category"] = ""
    page = form.submit()
    assert errors_of(page) == [f"{tr('Which of these fits best?')} – {tr(PROBLEMS['unknown'])}"]
    assert tickets(assembly) == []


@pytest.mark.parametrize("name", ["neighbourhood", "kind"])
def test_a_choice_that_is_not_offered_is_refused(testapp: Browser, assembly: Assembly, name: str) -> None:
    form = begin(testapp).forms["apply"]
    form[name].force_value("atlantis")
    assert errors_of(form.submit())
    assert tickets(assembly) == []


def test_proposals_follow_the_words(testapp: Browser) -> None:
    fragment = testapp.send("/basvuru/konular", {"words": "SOKAĞIMIZDAKİ ÇÖPLER ALINMADI"})
    assert "Çöp alınmadı" in fragment.text
    assert "<html" not in fragment.text
    assert testapp.send("/basvuru/konular", {"words": "qwx"}).text.strip() == ""
    assert testapp.send("/basvuru/konular", {}).text.strip() == ""


def test_an_application_in_english_is_answered_in_english(testapp: Browser, assembly: Assembly) -> None:
    testapp.send("/dil/en", {"next": "/"})
    receipt = filed_by(testapp)
    assert "We have your application" in words(receipt)
    assert only_ticket(assembly).language == "en"


# -- the same thing twice -----------------------------------------------------------------------------------------


def test_sent_twice_is_one_ticket(testapp: Browser, assembly: Assembly) -> None:
    form = fill(begin(testapp), category="bench")
    first, second = form.submit(status=303), form.submit(status=303)
    assert first.location == second.location
    assert only_ticket(assembly).words == WORDS


def test_sent_twice_with_a_photo_keeps_one_photo(testapp: Browser, assembly: Assembly) -> None:
    form = fill(begin(testapp), photos=[photo()])
    assert form.submit(status=303).location == form.submit(status=303).location
    assert len(only_ticket(assembly).attachments) == 1


def test_going_back_and_writing_something_else_is_a_new_ticket(testapp: Browser, assembly: Assembly) -> None:
    page = begin(testapp)
    fill(page, category="bench").submit(status=303)
    fill(page, words="Bu kez başka bir şey: çöp alınmadı.", neighbourhood="cayirbasi").submit(status=303)
    assert len(tickets(assembly)) == 2


def test_two_people_who_write_the_same_words_get_two_tickets(
    testapp: Browser, browser_of: Callable[[str], Browser], assembly: Assembly
) -> None:
    assert filed_by(testapp).request.path != filed_by(browser_of("")).request.path
    assert len(tickets(assembly)) == 2


# -- refused, and nothing lost ------------------------------------------------------------------------------------


def test_a_refused_form_keeps_every_word_choice_and_photo(testapp: Browser, assembly: Assembly) -> None:
    typed = {
        "words": "  İlk satır\nikinci satır: <b>kalın</b> & ${1+1}",
        "category_listed": "pothole",
        "kind": "SUGGESTION",
        "neighbourhood": "cayirbasi",
        "place": "372/15 sokak, \"köşe\" başı",
        "name": "Ayşe Denek",
        "phone": "12",
        "email": "ayse@example.org",
    }  # fmt: skip
    page = fill(begin(testapp), photos=[photo(1), Upload("bahçe.jpg", JPEG, "image/jpeg")], **typed).submit()
    assert page.status_int == 200
    assert field_error(page, "phone") == tr(PROBLEMS["phone"])
    assert len(errors_of(page)) == 1
    assert soup(page).select_one(".error-summary a")["href"] == "#" + soup(page).find(attrs={"name": "phone"})["id"]
    form = page.forms["apply"]
    # What was chosen from the whole catalogue stands among the proposals now.
    typed["category"] = typed.pop("category_listed")
    for name, value in typed.items():
        assert form[name].value.replace("\r\n", "\n").strip() == value.strip(), name
    assert said(page, ".photo-kept b") == ["foto 1.png", "bahçe.jpg"]

    form["phone"] = "0532 123 45 67"
    receipt = form.submit(status=303).follow()
    ticket = only_ticket(assembly)
    assert [found.filename for found in ticket.attachments] == ["foto 1.png", "bahçe.jpg"]
    assert [found.content_type for found in ticket.attachments] == ["image/png", "image/jpeg"]
    assert said(receipt, ".facts .number") == ["2"]
    with assembly.database.reading() as site:
        for found, content in zip(site.tickets[ticket.id].attachments, (png(1), JPEG), strict=True):
            with found.blob.open("r") as file:
                assert file.read() == content
        assert len(site.staging) == 0


def test_a_kept_photo_can_be_left_out(testapp: Browser, assembly: Assembly) -> None:
    page = fill(begin(testapp), phone="12", photos=[photo(1), photo(2)]).submit()
    tokens = [field["value"] for field in soup(page).select("input[name=kept]")]
    assert len(tokens) == 2
    form = page.forms["apply"]
    form.fields["removed"][0].checked = True
    # Refused once more: what was left out does not come back.
    page = form.submit()
    assert said(page, ".photo-kept b") == ["foto 2.png"]
    fill(page, phone="", photos=[photo(3)]).submit(status=303)
    assert sorted(found.filename for found in only_ticket(assembly).attachments) == ["foto 2.png", "foto 3.png"]


def test_a_kept_photo_waits_half_a_day_and_no_longer(
    testapp: Browser, assembly: Assembly, services: Callable[[str], Services], now: FakeNow
) -> None:
    page = fill(begin(testapp), phone="12", photos=[photo(1)]).submit()
    now.advance(KEPT_FOR - timedelta(minutes=1))
    assert services("system").intake.sweep_staging() == 0
    now.advance(timedelta(minutes=2))
    assert services("system").intake.sweep_staging() == 1
    fill(page, phone="").submit(status=303)
    assert only_ticket(assembly).attachments == ()


def test_another_persons_token_of_a_photo_is_worth_nothing_when_guessed(testapp: Browser, assembly: Assembly) -> None:
    form = begin(testapp).forms["apply"]
    values = [*form.submit_fields(), ("kept", "A" * 24), ("kept", ""), ("kept", "../../etc/passwd")]
    testapp.post("/basvuru", values, status=303)
    assert only_ticket(assembly).attachments == ()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("belge.pdf", b"%PDF-1.7\n...", "photo_type"),
        ("foto.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "photo_type"),
        ("foto.jpg", b"<html><script>alert(1)</script>", "photo_type"),
        ("foto.gif", b"GIF89a\x01\x00\x01\x00", "photo_type"),
        ("bos.png", b"", "photo_type"),
        ("buyuk.png", png() + b"\0" * MAX_BYTES, "photo_size"),
    ],
    ids=["pdf", "svg", "html", "gif", "empty", "too big"],
)
# WebOb leaves the file that holds a large body to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # fmt: skip
def test_what_is_no_photo_is_refused_with_a_sentence(
    testapp: Browser, assembly: Assembly, name: str, content: bytes, problem: str
) -> None:
    page = fill(begin(testapp), photos=[photo(7), Upload(name, content, "image/png")], place="köşe").submit()
    assert field_error(page, "photos") == tr(PROBLEMS[PHOTO_TYPE if problem == "photo_type" else problem])
    assert page.forms["apply"]["place"].value == "köşe"
    assert said(page, ".photo-kept b") == ["foto 7.png"], "the good one is kept"
    assert tickets(assembly) == []
    assert list(assembly.database.files.uploads.iterdir()) == [], "nothing is left lying about"
    del page
    gc.collect()


def test_a_photo_is_known_by_its_content_and_its_name_is_made_harmless(testapp: Browser, assembly: Assembly) -> None:
    names = ["..\\..\\a/b/kötü<script>.html", "\u202egnp.exe", "x" * 300 + ".png"]
    form = fill(begin(testapp), photos=[Upload(name, png(), "text/html") for name in names])
    form.submit(status=303)
    found = only_ticket(assembly).attachments
    assert [attachment.content_type for attachment in found] == ["image/png"] * 3
    assert [attachment.filename for attachment in found] == ["kötüscript.png", "gnp.png", "x" * 80 + ".png"]


def test_more_than_five_photos_are_refused(testapp: Browser, assembly: Assembly) -> None:
    page = fill(begin(testapp), photos=[photo(shade) for shade in range(7)]).submit()
    assert field_error(page, "photos") == tr(PROBLEMS["photo_count"])
    assert len(said(page, ".photo-kept")) == 5
    page = fill(page, photos=[photo(9)]).submit()
    assert field_error(page, "photos") == tr(PROBLEMS["photo_count"])
    assert len(said(page, ".photo-kept")) == 5, "those that were kept stay"
    page.forms["apply"].submit(status=303)
    assert len(only_ticket(assembly).attachments) == 5


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("words", "", "required"),
        ("words", " \n\t ", "required"),
        ("words", "\x01\x02", "required"),
        ("words", "a" * 5001, "too_long"),
        ("place", "a" * 501, "too_long"),
        ("name", "a" * 121, "too_long"),
        ("email", "ayse@", "email"),
        ("email", "a@b.c\nBcc: x@y.z", "email"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(
    testapp: Browser, assembly: Assembly, name: str, value: str, problem: str
) -> None:
    page = fill(begin(testapp), **{name: value}).submit()
    assert field_error(page, name) == tr(PROBLEMS[problem])
    assert tickets(assembly) == []


def test_a_stale_token_keeps_everything_and_the_photo(testapp: Browser, assembly: Assembly) -> None:
    form = fill(begin(testapp), place="köşe", email="ayse@example.org", photos=[photo(4)])
    form["csrf_token"] = "0" * 40
    page = form.submit(status=400)
    assert errors_of(page) == [tr("The page was open for a long time. Nothing is lost: please send it once more.")]
    again = page.forms["apply"]
    assert (again["words"].value.strip(), again["place"].value, again["email"].value) == (
        WORDS,
        "köşe",
        "ayse@example.org",
    )
    assert said(page, ".photo-kept b") == ["foto 4.png"]
    again.submit(status=303)
    assert [found.filename for found in only_ticket(assembly).attachments] == ["foto 4.png"]


def test_a_session_that_is_gone_keeps_everything(testapp: Browser, assembly: Assembly) -> None:
    form = fill(begin(testapp), place="köşe", photos=[photo(4)])
    testapp.reset()
    page = form.submit(status=400)
    assert page.forms["apply"]["place"].value == "köşe"
    page.forms["apply"].submit(status=303)
    assert len(only_ticket(assembly).attachments) == 1


# -- busy ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def impatient(assembly: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for the gate longer than a moment."""
    monkeypatch.setattr(assembly.database.gate, "_patience", 0.02)
    monkeypatch.setattr(assembly.database.gate, "_short_patience", 0.02)


@pytest.mark.usefixtures("impatient")
def test_a_busy_gate_gives_the_form_back(testapp: Browser, assembly: Assembly) -> None:
    form = fill(begin(testapp), place="köşe", phone="0532 123 45 67", kind="SUGGESTION")
    with assembly.database.gate.entered():
        started = time.monotonic()
        page = form.submit(status=503)
        assert time.monotonic() - started < 2
    assert int(page.headers["Retry-After"]) > 0
    assert errors_of(page) == [
        "Şu anda çok yoğunuz. Yazdıklarınız duruyor; lütfen birkaç saniye sonra yeniden gönderin."
    ]
    again = page.forms["apply"]
    assert (again["words"].value.strip(), again["place"].value, again["kind"].value) == (WORDS, "köşe", "SUGGESTION")
    assert tickets(assembly) == []
    again.submit(status=303)
    assert only_ticket(assembly).location.text == "köşe"


@pytest.mark.usefixtures("impatient")
def test_a_busy_gate_says_so_when_it_could_not_keep_the_photo(testapp: Browser, assembly: Assembly) -> None:
    form = fill(begin(testapp), place="köşe", photos=[photo(4)])
    with assembly.database.gate.entered():
        page = form.submit(status=503)
    assert page.forms["apply"]["place"].value == "köşe"
    assert field_error(page, "photos") == tr(PROBLEMS["photo_not_kept"])
    assert list(assembly.database.files.uploads.iterdir()) == []
    fill(page, photos=[photo(4)]).submit(status=303)
    assert len(only_ticket(assembly).attachments) == 1


@pytest.mark.usefixtures("impatient")
def test_a_wrong_form_is_shown_again_even_when_its_photo_cannot_be_kept(testapp: Browser, assembly: Assembly) -> None:
    form = fill(begin(testapp), phone="12", photos=[photo(4)])
    with assembly.database.gate.entered():
        page = form.submit(status="*")
    assert page.status_int in (200, 503)
    assert field_error(page, "phone")
    assert field_error(page, "photos") == tr(PROBLEMS["photo_not_kept"])


def test_a_photo_survives_a_gate_that_is_busy_for_a_moment(
    testapp: Browser, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = assembly.write
    busy = [True]

    def once(change: Any, note: str, *more: Any) -> Any:
        if busy.pop() if busy else False:
            raise GateBusy("busy")
        return write(change, note, *more)

    monkeypatch.setattr(assembly, "write", once)
    page = fill(begin(testapp), photos=[photo(4)]).submit(status=503)
    assert said(page, ".photo-kept b") == ["foto 4.png"]
    page.forms["apply"].submit(status=303)
    assert len(only_ticket(assembly).attachments) == 1


@pytest.mark.usefixtures("impatient")
def test_reading_goes_on_while_the_gate_is_held(testapp: Browser, assembly: Assembly, file: File) -> None:
    filed = file()
    with assembly.database.gate.entered():
        for address in ("/", "/basvuru", "/takip", f"/takip/{filed.address}/{filed.code}", "/healthz"):
            testapp.get(address, status=200)


# -- anonymous or not ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["SERVICE_REQUEST", "COMPLAINT", "SUGGESTION", "TIP_OFF", "PRAISE"])
def test_who_wants_to_stay_unknown_may(testapp: Browser, assembly: Assembly, kind: str) -> None:
    receipt = filed_by(testapp, kind=kind, category="bench")
    ticket = only_ticket(assembly)
    assert ticket.applicant_id is None
    assert tr("You left no telephone or e-mail, so the answer waits for you on the follow page.") in words(receipt)
    assert bool(ticket.clocks) == (kind != "PRAISE")


def test_a_question_needs_somebody_to_answer(testapp: Browser, assembly: Assembly) -> None:
    page = fill(begin(testapp), kind="QUESTION").submit()
    assert field_error(
        page, "phone"
    ) == "Bunun için size ulaşabilmemiz gerekiyor: telefon ya da e-posta yazın." or field_error(page, "phone")
    assert tickets(assembly) == []
    fill(page, email="ayse@example.org").submit(status=303)
    assert only_ticket(assembly).kind == "QUESTION"


def test_a_service_at_home_needs_somebody_to_visit(testapp: Browser, assembly: Assembly) -> None:
    page = fill(begin(testapp), category="", category_listed="home_visit").submit()
    assert field_error(page, "phone")
    fill(page, phone="0532 123 45 67").submit(status=303)
    assert only_ticket(assembly).category == "home_visit"


@pytest.mark.parametrize(
    "typed", ["0532 123 45 67", "5321234567", "+90 (532) 123-45-67", "0090 532 123 45 67", "0532.123.45.67"]
)
def test_a_telephone_in_any_spelling(testapp: Browser, assembly: Assembly, typed: str) -> None:
    filed_by(testapp, phone=typed)
    with assembly.database.reading() as site:
        assert list(site.by_phone) == ["+905321234567"]


# -- the code -----------------------------------------------------------------------------------------------------


def ask(browser: Browser, number: str, code: str, **kw: Any) -> TestResponse:
    return browser.send("/takip", {"number": number, "code": code}, **kw)


def spellings(code: str) -> list[str]:
    """Return ways in which people type a code, on Turkish keyboards too."""
    parts = [code[:4], code[4:8], code[8:12]]
    small = code[:12].lower()
    return [
        code[:12],
        code,
        " ".join(parts),
        "-".join(parts),
        "–".join(parts).lower(),
        f"  {small}\t",
        small.replace("i", "ı"),
        code[:12].replace("I", "İ"),
        small.replace("i", "İ"),
        code[:12].replace("O", "0").replace("I", "1").replace("B", "8"),
        ".".join(small),
    ]


def test_a_code_may_be_typed_in_any_spelling(testapp: Browser, file: File) -> None:
    filed = next(found for found in (file() for _ in range(200)) if {"I", "O", "B"} <= set(found.code[:12]))
    for typed in spellings(filed.code):
        answer = ask(testapp, filed.number, typed, status=303)
        assert answer.location.endswith(f"/takip/{filed.address}/{filed.code}"), typed


@pytest.mark.parametrize("spell", ["{number}", " {number} ", "{address}", "2026-1", "2026-00000001"])
def test_a_number_may_be_typed_as_printed_or_as_addressed(testapp: Browser, file: File, spell: str) -> None:
    filed = file()
    ask(testapp, spell.format(number=filed.number, address=filed.address), filed.code[:12], status=303)


def test_a_wrong_code_and_an_unknown_number_look_alike(testapp: Browser, file: File) -> None:
    filed = file()
    wrong = ask(testapp, filed.number, "AAAA BBBB CCCC", status=200)
    unknown = ask(testapp, "2026-123456", "AAAA BBBB CCCC", status=200)

    def shape(answer: TestResponse, number: str) -> str:
        text = re.sub(r'(value|nonce)="[^"]*"', "", answer.text)
        return text.replace(number, "")

    assert shape(wrong, filed.number) == shape(unknown, "2026-123456")
    assert tr("We found no application with this number and code.") in words(wrong)
    assert WORDS not in wrong.text
    testapp.get(f"/takip/{filed.address}/{'A' * 26}", status=404)
    testapp.get(f"/takip/2026-123456/{filed.code}", status=404)


@pytest.mark.parametrize(
    "code", [" ", "-", "A" * 11, "A" * 25, "A" * 27, "*", "' OR 1=1 --", "ı" * 12, "İ" * 26, "😀" * 12, "\x00", "a/b"]
)
def test_only_the_whole_code_opens_an_address(testapp: Browser, file: File, code: str) -> None:
    filed = file()
    testapp.get(f"/takip/{filed.address}/{quote(code)}", status=404)
    answer = ask(testapp, filed.number, code, status=200)
    assert tr("We found no application with this number and code.") in words(answer)


def test_the_short_code_opens_no_address(testapp: Browser, file: File) -> None:
    filed = file()
    testapp.get(f"/takip/{filed.address}/{filed.code[:12]}", status=404)
    testapp.get(f"/takip/{filed.address}/{filed.code}", status=200)


def test_guessing_has_to_wait_and_others_do_not(
    testapp: Browser, browser_of: Callable[[str], Browser], file: File, now: FakeNow
) -> None:
    filed = file()
    statuses = [ask(testapp, filed.number, f"AAAA BBBB {n:04}", status="*").status_int for n in range(10)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    blocked = ask(testapp, filed.number, filed.code[:12], status=429)
    assert int(blocked.headers["Retry-After"]) >= 1
    assert tr("That was too many tries. Please wait a little.") in words(blocked)
    assert filed.number in blocked.text, "what was typed stays"

    elsewhere = browser_of("")
    elsewhere.extra_environ["REMOTE_ADDR"] = "198.51.100.9"
    ask(elsewhere, filed.number, filed.code[:12], status=303)

    now.advance(timedelta(seconds=int(blocked.headers["Retry-After"])))
    ask(testapp, filed.number, filed.code[:12], status=303)


def test_the_longest_wait_is_a_quarter_of_an_hour(testapp: Browser, file: File, now: FakeNow) -> None:
    filed = file()
    for _ in range(60):
        answer = ask(testapp, filed.number, "AAAA BBBB CCCC", status="*")
        if "Retry-After" in answer.headers:
            now.advance(timedelta(seconds=int(answer.headers["Retry-After"]) + 1))
            assert int(answer.headers["Retry-After"]) <= 900
    ask(testapp, filed.number, "AAAA BBBB CCCC", status="*")
    now.advance(timedelta(minutes=15, seconds=1))
    ask(testapp, filed.number, filed.code[:12], status=303)


def test_guessing_through_many_addresses_is_slowed_down_for_that_number(
    browser_of: Callable[[str], Browser], file: File
) -> None:
    filed, other = file(), file()
    browser = browser_of("")
    for number in range(80):
        browser.extra_environ["REMOTE_ADDR"] = f"198.51.100.{number}"
        answer = ask(browser, filed.number, "AAAA BBBB CCCC", status="*")
    assert answer.status_int == 429
    browser.extra_environ["REMOTE_ADDR"] = "198.51.100.200"
    ask(browser, other.number, other.code[:12], status=303)


def test_the_receipt_prints_the_code_as_it_is_whatever_was_typed(testapp: Browser, file: File) -> None:
    filed = file()
    for typed in (filed.code.lower(), "-".join(filed.code)):
        receipt = testapp.get(f"/takip/{filed.address}/{typed}/alindi", status=200)
        assert "".join(said(receipt, ".receipt-group")) == filed.code[:12]


# -- what the follow page says --------------------------------------------------------------------------------------


def test_no_personal_data_stands_on_receipt_or_follow_page(testapp: Browser, file: File) -> None:
    filed = file(details=ContactDetails("Ayşe Denek", "+905321234567", "ayse.denek@example.org"))
    for end in ("", "/alindi"):
        text = testapp.get(f"/takip/{filed.address}/{filed.code}{end}").text
        for secret in ("Ayşe", "Denek", "5321234567", "532 123 45 67", "ayse.denek"):
            assert secret not in text


def test_notes_of_colleagues_and_answers_that_wait_are_not_shown(
    testapp: Browser, services: Callable[[str], Services], file: File
) -> None:
    filed = file(category="pothole")
    roads = services("clerk-roads").handling
    roads.act(filed.ticket_id, Order(Action.NOTE, text="GİZLİ-NOT"), seen_revision=None)
    roads.act(filed.ticket_id, Order(Action.FINISH, text="Çukur kapatıldı.", outcome="SOLVED"), seen_revision=None)
    address = f"/takip/{filed.address}/{filed.code}"
    page = testapp.get(address)
    assert "GİZLİ-NOT" not in page.text
    assert "Çukur kapatıldı" not in page.text
    assert "Serpil" not in page.text
    assert tr("The work is done and is being checked.") in words(page)
    services("supervisor").handling.act(filed.ticket_id, Order(Action.ACCEPT), seen_revision=None)
    assert said(testapp.get(address), ".answer-text") == ["Çukur kapatıldı."]
    assert "Murat" not in testapp.get(address).text, "the city answers, not a person"


def test_the_story_is_told_in_order(
    testapp: Browser, services: Callable[[str], Services], file: File, now: FakeNow
) -> None:
    filed = file()
    clerk = services("clerk").handling
    for order in (
        Order(Action.TAKE),
        Order(Action.ASK, text="Hangi bank?"),
        Order(Action.RESUME),
        Order(Action.PLAN, text="Programa alındı.", planned_for=now().date() + timedelta(days=3)),
        Order(Action.FINISH, text="Onarıldı.", outcome="SOLVED"),
    ):
        now.advance(timedelta(hours=1))
        if order.action is Action.RESUME:
            question = testapp.get(f"/takip/{filed.address}/{filed.code}")
            assert said(question, ".question-text") == ["Hangi bank?"]
        clerk.act(filed.ticket_id, order, seen_revision=None)
    page = testapp.get(f"/takip/{filed.address}/{filed.code}")
    assert len(said(page, ".step-title")) == 5
    assert said(page, ".answer-text") == ["Onarıldı.", "Programa alındı."]
    assert not said(page, ".question-text")


def test_a_promise_that_was_broken_is_said(testapp: Browser, file: File, now: FakeNow) -> None:
    filed = file()
    now.advance(timedelta(hours=49))
    page = testapp.get(f"/takip/{filed.address}/{filed.code}")
    assert said(page, ".state-due.is-late")
    assert said(page, ".state-sorry")


def test_the_receipt_is_mailed_with_the_link(
    testapp: Browser, services: Callable[[str], Services], method: TestMethod, assembly: Assembly
) -> None:
    receipt = filed_by(testapp, email="ayse@example.org", name="Ayşe Denek")
    services("system").delivery.deliver_due()
    (message,) = method.delivered
    link = re.search(r"http://localhost(/takip/\S+)", message.body)
    assert link is not None
    assert testapp.get(link[1]).status_int == 200
    assert message.to == "ayse@example.org"
    assert only_ticket(assembly).number in message.subject
    assert "ayse@example.org" not in receipt.text


# -- language ---------------------------------------------------------------------------------------------------


def test_the_language_is_switched_from_any_page_and_remembered(testapp: Browser) -> None:
    assert soup(testapp.get("/takip")).html["lang"] == "tr"
    answer = testapp.send("/dil/en", {"next": "/takip"}, status=303)
    assert answer.location == "http://localhost/takip"
    page = answer.follow()
    assert soup(page).html["lang"] == "en"
    assert soup(testapp.get("/")).html["lang"] == "en"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("value", ["de", "", "tr;x", "<script>", "EN"])
def test_a_language_nobody_speaks_is_turkish(testapp: Browser, value: str) -> None:
    page = testapp.get("/", headers={"Cookie": f"halkla_language={value}"})
    assert soup(page).html["lang"] == "tr"


ELSEWHERE = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
    "https:evil.example", "http:/evil.example", "javascript:alert(1)", "data:text/html,x", "\t//evil.example",
    "/\t/evil.example", "\x0b//evil.example", "/\r\nSet-Cookie: a=b", "/\nX: y", "evil.example", "@evil.example",
    "/\u2028/evil.example", "/\x00", " //evil.example", "/%5cevil.example/..//evil.example", "/ğ", "?x", "", "/\ud7ff",
]  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_a_switch_of_language_leads_nowhere_else(testapp: Browser, wanted: str) -> None:
    answer = testapp.send("/dil/en", {"next": wanted}, status=303)
    assert answer.location.startswith("http://localhost/")
    assert "\r" not in answer.location
    assert "\n" not in answer.location
    assert len(answer.headers.getall("Set-Cookie")) <= 2
    assert answer.headers.get("X") is None


@pytest.mark.parametrize("wanted", ["/", "/takip", "/basvuru?x=1", "/takip?a=b%20c"])
def test_a_switch_of_language_leads_back(testapp: Browser, wanted: str) -> None:
    assert testapp.send("/dil/en", {"next": wanted}, status=303).location == "http://localhost" + wanted


def test_messages_are_shown_once(testapp: Browser) -> None:
    assert alerts(testapp.get("/")) == []
