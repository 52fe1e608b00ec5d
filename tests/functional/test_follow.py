"""The follow page: what an applicant reads, and everything they can say there with nothing but its link."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from xml.etree import ElementTree

import pytest
from webtest import TestResponse

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.i18n import translate
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.uploads import receive
from halkla_iliskiler.testing import FakeNow, TestMethod, png
from halkla_iliskiler.web.labels import FOLLOW_STATES, FOLLOW_WITHDRAWN, PROBLEMS
from halkla_iliskiler.work.photos import prepare_photos
from tests.conftest import Browser
from tests.functional.pages import alerts, errors_of, field_error, only_ticket, photo, said, soup, words

As = Callable[..., Services]
Browsers = Callable[[str], Browser]
File = Callable[..., Filed]
AYSE = ContactDetails("Ayşe Denek", email="ayse@example.org")


def tr(message: str) -> str:
    return translate(message, "tr")


def page_of(browser: Browser, filed: Filed) -> TestResponse:
    return browser.get(f"/takip/{filed.address}/{filed.code}")


def act(services: As, filed: Filed, action: Action, role: str = "clerk", **values: object) -> None:
    services(role).handling.act(filed.ticket_id, Order(action, **values), None)  # type: ignore[arg-type]


def finish(services: As, filed: Filed) -> None:
    act(services, filed, Action.FINISH, text="Banklar onarıldı.", outcome="SOLVED")


def messages(services: As, method: TestMethod) -> list[tuple[str, str, str]]:
    method.delivered.clear()
    while services("system").delivery.deliver_due():
        pass
    return [(note.to, note.subject, note.body) for note in method.delivered]


def code_in(body: str) -> str:
    found = re.search(r"^(\d{3}) (\d{3})$", body, re.MULTILINE)
    assert found
    return found[1] + found[2]


# -- messages and questions ---------------------------------------------------------------------------------------


def test_a_question_is_answered_right_there_and_the_work_goes_on(
    testapp: Browser, services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    filed = file(details=AYSE)
    act(services, filed, Action.ASK, text="Hangi bank?")
    asked = messages(services, method)[-1]
    assert f"/takip/{filed.address}/{filed.code}" in asked[2]
    page = page_of(testapp, filed)
    assert said(page, ".question-text") == ["Hangi bank?"]
    form = page.forms["follow-message"]
    form["text"] = "Köşedeki mavi bank."
    form["photos"] = [photo(1), photo(2)]
    page = form.submit(status=303).follow()
    ticket = only_ticket(assembly)
    assert (ticket.status, ticket.open_question) == ("IN_PROGRESS", None)
    assert [contact.words for contact in ticket.contacts[1:]] == ["Köşedeki mavi bank."]
    assert [attachment.place for attachment in ticket.attachments] == [2, 2]
    assert said(page, ".state-title") == [tr(FOLLOW_STATES["IN_PROGRESS"][0])]
    assert "Köşedeki mavi bank." in words(page)
    assert said(page, ".question") == []
    # Staff read it as one more thing the applicant has said.
    testapp.log_in("clerk")
    assert "Köşedeki mavi bank." in testapp.get(f"/panel/basvurular/{filed.address}").text


def test_sent_twice_is_one_message(testapp: Browser, file: File, assembly: Assembly) -> None:
    form = page_of(testapp, file()).forms["follow-message"]
    form["text"] = "Bir şey daha var."
    form["photos"] = [photo(1)]
    form.submit(status=303)
    form["photos"] = [photo(1)]
    form.submit(status=303)
    ticket = only_ticket(assembly)
    assert (len(ticket.contacts), len(ticket.attachments)) == (2, 1)
    form["text"] = "Başka bir şey."
    form["photos"] = []
    form.submit(status=303)
    assert len(only_ticket(assembly).contacts) == 3, "other words are another message"


def test_a_photo_says_enough(testapp: Browser, file: File, assembly: Assembly) -> None:
    form = page_of(testapp, file()).forms["follow-message"]
    form["photos"] = [photo(1)]
    form.submit(status=303)
    assert len(only_ticket(assembly).attachments) == 1


def test_nothing_said_is_said_so_and_a_wrong_file_keeps_the_words(
    testapp: Browser, file: File, assembly: Assembly
) -> None:
    page = page_of(testapp, file()).forms["follow-message"].submit(status=200)
    assert field_error(page, "text") == tr(PROBLEMS["required"])
    form = page.forms["follow-message"]
    form["text"] = "Bakın, <b>burası</b>."
    form["photos"] = [photo(1), photo(0, "virus.exe")]
    form["photos"] = [photo(1), photo_of(b"MZ" + bytes(90))]
    page = form.submit(status=200)
    assert field_error(page, "photos") == tr(PROBLEMS["photo_type_or_heic" if has_heic() else "photo_type"])
    assert page.forms["follow-message"]["text"].value == "Bakın, <b>burası</b>."
    assert said(page, ".photo-kept b") == ["foto 1.png"]
    assert soup(page).select_one("details#message")["open"] is not None
    page.forms["follow-message"].submit(status=303)
    ticket = only_ticket(assembly)
    assert (len(ticket.attachments), ticket.contacts[-1].words) == (1, "Bakın, <b>burası</b>.")
    assert (
        "<b>burası" not in page_of(testapp, Filed(ticket.id, ticket.number, ticket.address, code_of(page), False)).text
    )


def code_of(page: TestResponse) -> str:
    found = re.search(r"/takip/[0-9-]+/([A-Z2-7]{26})", page.text)
    assert found
    return found[1]


def photo_of(content: bytes) -> object:
    from webtest import Upload

    return Upload("virus.jpg", content, "image/jpeg")


def has_heic() -> bool:
    from halkla_iliskiler.services.uploads import HEIC, accepted_types

    return HEIC in accepted_types()


def test_a_stale_token_gives_every_word_and_photo_back(testapp: Browser, file: File, assembly: Assembly) -> None:
    form = page_of(testapp, file()).forms["follow-message"]
    form["text"] = "Uzun uzun yazdım."
    form["photos"] = [photo(3)]
    form["csrf_token"] = "eski"
    page = form.submit(status=400)
    assert page.forms["follow-message"]["text"].value == "Uzun uzun yazdım."
    assert said(page, ".photo-kept b") == ["foto 3.png"]
    page.forms["follow-message"].submit(status=303)
    assert len(only_ticket(assembly).attachments) == 1


def test_writing_without_end_has_to_wait_and_loses_nothing(testapp: Browser, services: As, file: File) -> None:
    filed = file()
    for number in range(30):
        services().following.add_message(filed.address, filed.code, f"Mesaj {number}")
    form = page_of(testapp, filed).forms["follow-message"]
    form["text"] = "Bir daha."
    page = form.submit(status=429)
    assert "Retry-After" in page.headers
    assert page.forms["follow-message"]["text"].value == "Bir daha."
    assert errors_of(page) == [tr("That was too many tries. Please wait a little.")]


# -- answers with photos ------------------------------------------------------------------------------------------


def test_before_and_after_are_seen_side_by_side(
    testapp: Browser, browser_of: Browsers, services: As, file: File, assembly: Assembly
) -> None:
    upload = receive(BytesIO(png(9)), "once.png", assembly.database.files.uploads)
    filed = file(uploads=(upload,))
    clerk = browser_of("clerk")
    form = clerk.get(f"/panel/basvurular/{filed.address}/islem/finish").forms["act-finish"]
    form["outcome"], form["text"], form["photos"] = "SOLVED", "Bank onarıldı.", [photo(200, "sonra.png")]
    preview = form.submit("do", status=200)
    assert said(preview, ".photo-kept b") == ["sonra.png"], "the photo waits with the preview"
    preview.forms["act-finish"].submit("do", status=303)
    assert [a.by_staff for a in only_ticket(assembly).attachments] == [False, True]
    while prepare_photos(services("system")):
        pass
    page = page_of(testapp, filed)
    assert said(page, ".pictures-title") == [tr("Before"), tr("After")]
    pictures = [image["src"] for image in soup(page).select(".pictures img")]
    assert len(pictures) == 2
    for address in pictures:
        answer = testapp.get(address)
        assert answer.content_type == "image/jpeg"
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        testapp.get(address.replace(filed.code, "A" * 26), status=404)
    assert said(page, ".answer-by")[0].startswith("Park ve Bahçeler"), "a directorate, not a person"
    assert "Serpil" not in page.text


def test_a_photo_that_is_being_prepared_says_so(testapp: Browser, file: File, assembly: Assembly) -> None:
    upload = receive(BytesIO(png(9)), "once.png", assembly.database.files.uploads)
    page = page_of(testapp, file(uploads=(upload,)))
    assert said(page, ".seen-note") == [tr("This photo is being prepared.")]
    assert soup(page).select("article img, .copy img") == []


# -- not solved, content, withdrawn -------------------------------------------------------------------------------


def test_not_solved_asks_for_a_reason_and_a_person_decides(
    testapp: Browser, services: As, file: File, assembly: Assembly
) -> None:
    filed = file()
    assert "follow-reopen" not in page_of(testapp, filed).forms
    finish(services, filed)
    page = page_of(testapp, filed).forms["follow-reopen"].submit(status=200)
    assert field_error(page, "text") == tr(PROBLEMS["required"])
    form = page.forms["follow-reopen"]
    form["text"] = "Tahta yine kırık."
    page = form.submit(status=303).follow()
    ticket = only_ticket(assembly)
    assert (ticket.status, [entry.text for _, entry in ticket.history][-1]) == ("REOPEN_REQUESTED", "Tahta yine kırık.")
    assert "follow-reopen" not in page.forms
    again = form.submit(status=303).follow()
    assert len(alerts(again)) == 1, "sent once more it says that it has moved on"
    assert only_ticket(assembly).revision == ticket.revision


def test_without_a_plugin_nobody_is_asked_how_content_they_are_and_old_answers_stay_readable(
    testapp: Browser, browser_of: Browsers, services: As, file: File, assembly: Assembly
) -> None:
    filed = file()
    finish(services, filed)
    act(services, filed, Action.CLOSE, "supervisor")
    assert "memnun" not in words(page_of(testapp, filed))
    services("system").satisfaction.record(only_ticket(assembly).id, 2, "Geç geldiler.", "page")
    assert "Geç geldiler." in words(page_of(testapp, filed))
    shown = words(browser_of("clerk").get(f"/panel/basvurular/{filed.address}"))
    assert "Geç geldiler." in shown
    assert "2" in shown


def test_withdrawn_it_is_closed_and_nothing_is_promised_any_more(
    testapp: Browser, services: As, file: File, assembly: Assembly
) -> None:
    filed = file()
    form = page_of(testapp, filed).forms["follow-withdraw"]
    form["text"] = "Kendileri yapmışlar."
    page = form.submit(status=303).follow()
    ticket = only_ticket(assembly)
    assert (ticket.status, ticket.outcome, ticket.is_open, ticket.next_due) == ("CLOSED", "WITHDRAWN", False, None)
    assert [(e.action, e.to_status) for _, e in ticket.history][-2:] == [("withdraw", "DONE"), ("close", "CLOSED")]
    assert {clock.cause for clock in ticket.clocks} == {"withdrawn"}
    assert said(page, ".state-title") == [tr(FOLLOW_WITHDRAWN[0])]
    assert not {"follow-withdraw", "follow-message"} & {str(name) for name in page.forms}
    form.submit(status=303)
    assert only_ticket(assembly).revision == ticket.revision


def test_what_is_over_cannot_be_withdrawn(testapp: Browser, services: As, file: File, assembly: Assembly) -> None:
    filed = file()
    form = page_of(testapp, filed).forms["follow-withdraw"]
    finish(services, filed)
    assert "follow-withdraw" not in page_of(testapp, filed).forms
    form.submit(status=303)
    assert only_ticket(assembly).outcome == "SOLVED"


# -- how one is reached -------------------------------------------------------------------------------------------


def test_a_new_address_counts_when_it_is_proved_and_the_old_one_is_told(
    testapp: Browser, services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    filed = file(details=AYSE)
    messages(services, method)
    page = page_of(testapp, filed)
    assert "ayse@example.org" not in page.text
    form = page.forms["follow-contact"]
    form["email"] = "yeni@example.org"
    page = form.submit(status=303).follow()
    (sent,) = messages(services, method)
    assert sent[0] == "yeni@example.org"
    assert filed.number not in sent[2], "a stranger's address would learn nothing"
    assert filed.code not in sent[2]
    assert "Ayşe" not in sent[2]
    act(services, filed, Action.REPLY, text="Bakıyoruz.")
    assert [to for to, _, _ in messages(services, method)] == ["ayse@example.org"], "not before it is proved"
    wrong = page.forms["follow-verify-email"]
    wrong["code"] = "000000" if code_in(sent[2]) != "000000" else "000001"
    page = wrong.submit(status=200)
    assert field_error(page, "code") == tr(PROBLEMS["code_wrong"])
    form = page.forms["follow-verify-email"]
    form["code"] = f" {code_in(sent[2])[:3]} {code_in(sent[2])[3:]}"
    page = form.submit(status=303).follow()
    assert "follow-verify-email" not in page.forms
    told = messages(services, method)
    assert [to for to, _, _ in told] == ["ayse@example.org"]
    assert "yeni@example.org" not in told[0][2]
    act(services, filed, Action.REPLY, text="Yarın geliyoruz.")
    assert [to for to, _, _ in messages(services, method)] == ["yeni@example.org"]
    ticket = only_ticket(assembly)
    assert ticket.details == ContactDetails("Ayşe Denek", email="yeni@example.org")
    assert "yeni@example.org" not in "".join(entry.text + str(entry.details) for _, entry in ticket.history)
    form.submit(status=200)
    assert only_ticket(assembly).revision == ticket.revision, "a code is used once"


def test_a_code_is_over_after_ten_minutes_and_after_five_tries(
    testapp: Browser, services: As, file: File, assembly: Assembly, method: TestMethod, now: FakeNow
) -> None:
    filed = file(details=AYSE)
    following = services().following

    def new_code() -> str:
        following.change_contact(filed.address, filed.code, "", "yeni@example.org")
        return code_in(messages(services, method)[-1][2])

    def take(code: str) -> int:
        answer = testapp.send(
            f"/takip/{filed.address}/{filed.code}/dogrulama", {"what": "email", "code": code}, status="*"
        )
        return answer.status_int

    code = new_code()
    for _ in range(5):
        assert take("999999" if code != "999999" else "111111") == 200
    assert take(code) == 200, "right, and too late"
    code = new_code()
    now.advance(timedelta(minutes=10))
    assert take(code) == 200
    code = new_code()
    now.advance(timedelta(minutes=10) - timedelta(seconds=1))
    assert take(code) == 303
    assert only_ticket(assembly).details.email == "yeni@example.org"


def test_the_code_for_one_address_never_goes_to_another(services: As, file: File, method: TestMethod) -> None:
    """Whoever asks for two changes before the first message has left would prove the second with the first."""
    filed = file(details=AYSE)
    messages(services, method)
    for address in ("mallory@example.org", "kurban@example.org"):
        services().following.change_contact(filed.address, filed.code, "", address)
    assert [to for to, _, _ in messages(services, method)] == ["kurban@example.org"]


def test_a_telephone_cannot_be_checked_and_is_marked(
    testapp: Browser, browser_of: Browsers, services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    filed = file(details=AYSE)
    messages(services, method)
    form = page_of(testapp, filed).forms["follow-contact"]
    form["phone"] = "0532 123 45 67"
    page = form.submit(status=303).follow()
    ticket = only_ticket(assembly)
    assert (ticket.details.phone, ticket.details.email, ticket.phone_is_unproven) == (
        "+905321234567",
        "ayse@example.org",
        True,
    )
    assert tr("We could not check the telephone number; please look whether it is right.") in words(page)
    assert [to for to, _, _ in messages(services, method)] == ["ayse@example.org"], "who is reached there is told"
    shown = words(browser_of("clerk").get(f"/panel/basvurular/{filed.address}"))
    assert tr("The telephone number was changed on the follow page and could not be checked.") in shown


def test_an_anonymous_applicant_can_be_reached_later(
    testapp: Browser, services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    filed = file()
    services().following.change_contact(filed.address, filed.code, "", "yeni@example.org")
    code = code_in(messages(services, method)[-1][2])
    services().following.confirm_contact(filed.address, filed.code, "email", code)
    assert messages(services, method) == [], "there was nobody to be told"
    ticket = only_ticket(assembly)
    assert ticket.applicant_id is not None
    assert ticket.details.email == "yeni@example.org"


def test_changing_nothing_says_so(testapp: Browser, file: File) -> None:
    filed = file(details=AYSE)
    page = page_of(testapp, filed).forms["follow-contact"].submit(status=200)
    assert field_error(page, "email") == tr(PROBLEMS["nothing_changed"])
    form = page.forms["follow-contact"]
    form["phone"], form["email"] = "12", "ayse"
    page = form.submit(status=200)
    assert field_error(page, "phone") == tr(PROBLEMS["phone"])
    assert page.forms["follow-contact"]["email"].value == "ayse"


# -- the code -----------------------------------------------------------------------------------------------------


def test_a_wrong_link_reveals_nothing_and_many_have_to_wait_but_never_a_right_one(testapp: Browser, file: File) -> None:
    filed = file()
    seen = set()
    for number in range(60):
        address = filed.address if number % 2 else "2026-000999"
        answer = testapp.get(f"/takip/{address}/{'A' * 26}", status=404)
        seen.add(re.sub(r'nonce="[^"]*"|value="[^"]*"|/takip/[^"]*|2026-\d+', "", answer.text))
    assert len(seen) == 1, "existing and not existing look alike"
    slow = testapp.get(f"/takip/{filed.address}/{'B' * 26}", status=429)
    assert int(slow.headers["Retry-After"]) >= 1
    assert page_of(testapp, filed).status_int == 200


@pytest.mark.parametrize("end", ["mesaj", "cozulmedi", "iletisim", "dogrulama", "vazgec"])
def test_nothing_is_done_without_the_code_or_the_token(
    testapp: Browser, file: File, assembly: Assembly, end: str
) -> None:
    filed = file()
    values = {"text": "x", "rating": "5", "email": "a@example.org", "what": "email", "code": "123456"}
    before = only_ticket(assembly).revision
    testapp.send(f"/takip/{filed.address}/{'A' * 26}/{end}", values, status=404)
    testapp.send(f"/takip/{filed.address}/{filed.code[:12]}/{end}", values, status=404)
    testapp.post(f"/takip/{filed.address}/{'A' * 26}/{end}", values, status=404)
    testapp.post(f"/takip/{filed.address}/{filed.code}/{end}", values, status=400)
    assert only_ticket(assembly).revision == before
    page = page_of(testapp, filed)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]


def test_the_receipt_has_a_picture_of_the_link(testapp: Browser, file: File) -> None:
    filed = file()
    page = testapp.get(f"/takip/{filed.address}/{filed.code}/alindi")
    address = soup(page).select_one("img.receipt-qr")["src"]
    answer = testapp.get(address)
    assert answer.content_type == "image/svg+xml"
    assert "no-store" in answer.headers["Cache-Control"]
    assert ElementTree.fromstring(answer.body).tag.endswith("svg")  # noqa: S314  (our own)
    testapp.get(address.replace(filed.code, "A" * 26), status=404)
