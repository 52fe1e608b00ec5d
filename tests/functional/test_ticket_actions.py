"""Linking, splitting, asking colleagues, taking back, referring: what a member of staff sees and does on the page."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from webtest import TestResponse, Upload

from halkla_iliskiler.domain.access import Grant
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.city import ReplyTemplate
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Location
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.unit import Unit
from halkla_iliskiler.testing import PASSWORD, TestMethod, png
from halkla_iliskiler.web.labels import ACTION_DONE, PROBLEMS, UNDO_REFUSED
from tests.conftest import Browser
from tests.functional.pages import alerts, field_error, said, soup, tr, words
from tests.functional.test_staff import address, do, open_form, press, ticket_of

File = Callable[..., Filed]
As = Callable[[str], Services]
Browsers = Callable[[str], Browser]
AYSE = ContactDetails("Ayşe Denek", "+905321234567", "ayse@example.org")
CAN = ContactDetails("Can Öz", email="can@example.org")


def linked(page: TestResponse) -> dict[str, list[str]]:
    """Return the groups of other tickets at the side of the page: title and numbers."""
    groups: dict[str, list[str]] = {}
    for section in soup(page).select(".t-side section"):
        numbers = [number.text for number in section.select(".t-others .number")]
        if numbers:
            groups[section.find(["h2", "h3"]).text.strip()] = numbers
    return groups


def mark(browser: Browser, other: Filed, main: Filed, text: str = "") -> TestResponse:
    return do(browser, other, "duplicate", number=main.number, text=text)


# -- duplicates ------------------------------------------------------------------------------------------------------


def test_the_likely_ones_are_offered_and_the_marked_ones_lead_to_each_other(
    browser_of: Browsers, file: File, assembly: Assembly
) -> None:
    here = Location("isikli", "köşe")
    main, other = file(location=here, details=AYSE), file(location=here, details=CAN)
    clerk = browser_of("clerk")
    form = open_form(clerk, other, "duplicate")
    offered = [value for value, _chosen, _words in form["main"].options]
    assert offered == ["", str(main.ticket_id)]
    form["main"] = str(main.ticket_id)
    preview = form.submit("do", status=200)
    assert tr("Others told us about the same thing. We look at it together, and you get the same answer.") in words(
        preview
    )
    page = preview.forms["act-duplicate"].submit("do", status=303).follow()
    assert alerts(page)[0].startswith(tr(ACTION_DONE["duplicate"]))
    assert linked(page)[tr("Same thing as")] == [main.number]
    assert linked(clerk.get(address(main)))[tr("Duplicates: ${count}", count=1)] == [other.number]
    do(clerk, other, "not_duplicate", text="Öteki bank.")
    assert tr("Same thing as") not in linked(clerk.get(address(other)))


@pytest.mark.parametrize(
    ("number", "problem"), [("", "required"), ("2026-999999", "no_such_ticket"), ("yok", "no_such_ticket")]
)
def test_the_number_of_a_duplicate_has_to_be_one(browser_of: Browsers, file: File, number: str, problem: str) -> None:
    filed = file()
    file(category="leak")
    answer = do(browser_of("clerk"), filed, "duplicate", number=number, text="")
    assert field_error(answer, "number") == tr(PROBLEMS[problem])


def test_another_directorates_ticket_is_no_more_than_one_that_does_not_exist(browser_of: Browsers, file: File) -> None:
    filed, theirs = file(), file(category="leak")
    answer = do(browser_of("clerk"), filed, "duplicate", number=theirs.number, text="")
    assert field_error(answer, "number") == tr(PROBLEMS["no_such_ticket"])
    assert theirs.number not in words(answer)


def test_the_answer_is_given_to_the_duplicates_unless_somebody_takes_the_tick_away(
    browser_of: Browsers, file: File, services: As, assembly: Assembly, method: TestMethod
) -> None:
    main, first, second = file(details=AYSE), file(details=CAN), file(details=CAN)
    clerk = browser_of("clerk")
    for other in (first, second):
        mark(clerk, other, main)
    services("system").delivery.deliver_due()
    method.delivered.clear()

    form = open_form(clerk, main, "reply")
    assert form["together"].checked
    assert tr("Give the same answer to the open duplicates: ${count}", count=2) in words(
        clerk.get(address(main, "reply"))
    )
    form["text"], form["together"] = "Yarın geliyoruz.", False
    form.submit("do").forms["act-reply"].submit("do", status=303)
    services("system").delivery.deliver_due()
    assert [message.to for message in method.delivered] == ["ayse@example.org"]

    form = open_form(clerk, main, "finish")
    form["text"], form["outcome"] = "Onarıldı.", "SOLVED"
    preview = form.submit("do", status=200)
    assert f"{first.number}, {second.number}" in words(preview)
    page = preview.forms["act-finish"].submit("do", status=303).follow()
    assert tr("The same for its duplicates: ${count}.", count=2) in alerts(page)[0]
    method.delivered.clear()
    services("system").delivery.deliver_due()
    assert sorted(message.to for message in method.delivered) == [
        "ayse@example.org",
        "can@example.org",
        "can@example.org",
    ]
    assert {ticket_of(assembly, filed).status for filed in (main, first, second)} == {"DONE"}


def test_a_duplicate_of_something_answered_is_shown_that_answer_first(
    browser_of: Browsers, file: File, assembly: Assembly
) -> None:
    main, other = file(details=AYSE), file(details=CAN)
    clerk = browser_of("clerk")
    do(clerk, main, "finish", text=f"{main.number} numaralı başvurunuzdaki bank onarıldı.", outcome="SOLVED")
    form = open_form(clerk, other, "duplicate")
    form["number"] = main.number
    preview = form.submit("do", status=200)
    assert f"{other.number} numaralı başvurunuzdaki bank onarıldı." in said(preview, ".t-preview-text")[0]
    assert "Ayşe" not in said(preview, ".t-preview-text")[0]
    preview.forms["act-duplicate"].submit("do", status=303)
    assert ticket_of(assembly, other).status == "DONE"


# -- parts -----------------------------------------------------------------------------------------------------------


def test_two_matters_in_one_letter_become_two_applications(
    browser_of: Browsers, file: File, services: As, assembly: Assembly, testapp: Browser
) -> None:
    filed = file(words="Bank kırık. Çöp de alınmadı.", details=AYSE, location=Location("isikli"))
    clerk = browser_of("clerk")
    form = open_form(clerk, filed, "split")
    assert form["text"].value.strip() == "Bank kırık. Çöp de alınmadı."
    assert form["neighbourhood"].value == "isikli"
    form["text"], form["category"] = "Çöp de alınmadı.", "rubbish"
    page = form.submit("do", status=303).follow()
    (identity,) = ticket_of(assembly, filed).splits
    with assembly.database.reading() as site:
        made = site.tickets[identity]
        number, made_address = made.number, made.address
    assert number in alerts(page)[0]
    assert tr("another application") in said(page, ".t-what")[-1], "it lies where this clerk may not look"
    theirs = browser_of("clerk-cleaning").get(f"/panel/basvurular/{made_address}")
    assert "Çöp de alınmadı." in words(theirs)
    agent = browser_of("agent")
    assert linked(agent.get(address(filed)))[tr("Made of parts of this one")] == [number]
    assert linked(agent.get(f"/panel/basvurular/{made_address}"))[tr("Made of a part of")] == [filed.number]
    assert number in words(testapp.get(f"/takip/{filed.address}/{filed.code}"))


# -- opinions and colleagues ------------------------------------------------------------------------------------------


def test_an_opinion_is_asked_and_given_and_whoever_asked_finds_it(
    browser_of: Browsers, file: File, testapp: Browser
) -> None:
    filed = file(details=AYSE)
    clerk, roads = browser_of("clerk"), browser_of("clerk-roads")
    roads.get(address(filed), status=404)
    page = do(clerk, filed, "consult", department="roads", text="Zemin size mi ait?").follow()
    assert alerts(page) == [tr(ACTION_DONE["consult"], department="Fen İşleri Müdürlüğü")]
    assert "parks" not in [
        value for value, *_ in open_form(browser_of("director"), file(), "consult")["department"].options
    ]

    theirs = roads.get(address(filed))
    assert "Zemin size mi ait?" in words(theirs)
    assert "Ayşe Denek" not in theirs.text, "who only advises sees initials"
    assert [form for form in theirs.forms.values() if form.action.endswith("/iletisim")] == []
    answer = do(roads, filed, "opinion", text="Bize ait, haftaya bakarız.")
    assert alerts(answer.follow()) == [tr(ACTION_DONE["opinion"])]
    roads.get(address(filed), status=404)

    page = clerk.get(address(filed))
    assert "Bize ait, haftaya bakarız." in words(page)
    assert tr("A colleague mentions you here.") in words(page)
    form = next(form for form in page.forms.values() if form.action.endswith("/okudum"))
    assert tr("A colleague mentions you here.") not in words(form.submit(status=303).follow())
    assert "Zemin" not in testapp.get(f"/takip/{filed.address}/{filed.code}").text


def test_a_question_can_be_withdrawn(browser_of: Browsers, file: File) -> None:
    filed = file()
    clerk = browser_of("clerk")
    do(clerk, filed, "consult", department="roads", text="Zemin size mi ait?")
    press(clerk, filed, "end_consult")
    browser_of("clerk-roads").get(address(filed), status=404)


def test_a_colleague_is_chosen_or_written_with_an_at_sign(browser_of: Browsers, file: File, assembly: Assembly) -> None:
    filed = file()
    clerk = browser_of("clerk")
    form = open_form(clerk, filed, "note")
    people = [value for value, *_ in form["colleague"].options]
    assert "director" in people
    assert "clerk-roads" not in people
    page = do(clerk, filed, "note", text="Bakar mısınız @supervisor?", colleague="director").follow()
    assert ticket_of(assembly, filed).mentioned == ("director", "supervisor")
    assert "Filiz Başaran, Nermin Karaca" in words(page)
    answer = do(clerk, filed, "note", text="@clerk-roads bakar mısınız?")
    assert field_error(answer, "colleague") == tr(PROBLEMS["may_not_see"])
    assert answer.forms["act-note"]["text"].value.strip() == "@clerk-roads bakar mısınız?"


# -- taking back ------------------------------------------------------------------------------------------------------


def undo_form(page: TestResponse) -> Any:
    found = [form for form in page.forms.values() if form.action.endswith("/geri-al")]
    return found[0] if found else None


def test_beside_what_was_done_stands_undo(
    browser_of: Browsers, file: File, services: As, assembly: Assembly, testapp: Browser, method: TestMethod
) -> None:
    filed = file(details=AYSE)
    services("system").delivery.deliver_due()
    clerk = browser_of("clerk")
    page = do(clerk, filed, "finish", text="Yanlış başvuruya yazdım.", outcome="SOLVED").follow()
    page = undo_form(page).submit(status=303).follow()
    assert alerts(page) == [tr("Taken back. It stands as before.")]
    assert undo_form(page) is None
    assert ticket_of(assembly, filed).status == "ASSIGNED"
    assert soup(page).select_one(".t-entry.is-withdrawn .t-text").text == "Yanlış başvuruya yazdım."
    assert "Yanlış başvuruya" not in testapp.get(f"/takip/{filed.address}/{filed.code}").text
    services("system").delivery.deliver_due()
    assert len(method.delivered) == 1


def test_what_was_sent_out_of_sight_comes_back(browser_of: Browsers, file: File, assembly: Assembly) -> None:
    filed = file()
    clerk = browser_of("clerk")
    page = do(clerk, filed, "send_back", text="Bizim değil.").follow()
    assert page.request.path == "/panel"
    answer = undo_form(page).submit(status=303)
    assert answer.location == "http://localhost" + address(filed)
    assert ticket_of(assembly, filed).department == "parks"


def test_too_late_is_said(browser_of: Browsers, file: File, services: As, assembly: Assembly) -> None:
    filed = file(details=AYSE)
    clerk = browser_of("clerk")
    page = do(clerk, filed, "reply", text="Bakıyoruz.").follow()
    services("system").delivery.deliver_due()
    assert alerts(undo_form(page).submit(status=303).follow()) == [tr(UNDO_REFUSED["has_left"])]
    for place in ("", "x", "-1", "99999", "0"):
        clerk.send(address(filed) + "/geri-al", {"place": place}, status="*")
    assert ticket_of(assembly, filed).revision == 2


# -- people who are away, photos, ready answers, conflicts -------------------------------------------------------------


def test_for_somebody_who_is_away_their_deputy_is_offered(
    browser_of: Browsers, file: File, services: As, assembly: Assembly
) -> None:
    accounts = services("system").accounts
    accounts.add("second", "İkinci Kişi", PASSWORD, (Grant("clerk", "parks"),))
    accounts.set_away("clerk", date(2026, 1, 9), "second")
    filed = file()
    director = browser_of("director")
    answer = do(director, filed, "assign", department="parks", assignee="clerk")
    assert field_error(answer, "assignee") == tr(PROBLEMS["away"])
    form = answer.forms["act-assign"]
    assert form["assignee"].value == "second"
    form.submit("do", status=303)
    assert ticket_of(assembly, filed).assignee == "second"
    form["assignee"] = "clerk"
    form["revision"] = str(ticket_of(assembly, filed).revision)
    form.submit("do", status=303)
    assert ticket_of(assembly, filed).assignee == "clerk", "who is chosen again is meant"


def change_city(services: As, **values: Any) -> None:
    def change(unit: Unit) -> None:
        for name, value in values.items():
            setattr(unit.site.city, name, value)

    services("system").write(change, "another city")


def test_a_photo_of_how_it_is_now_is_asked_for(
    browser_of: Browsers, file: File, services: As, assembly: Assembly
) -> None:
    with assembly.database.reading() as site:
        known = site.city.categories
    change_city(services, categories=tuple(replace(c, needs_after_photo=c.code == "bench") for c in known))
    filed = file()
    answer = do(browser_of("clerk"), filed, "finish", text="Onarıldı.", outcome="SOLVED")
    assert field_error(answer, "photos") == tr(PROBLEMS["after_photo_needed"])
    form = answer.forms["act-finish"]
    form["photos"] = [Upload("sonra.png", png())]
    answer = form.submit("do")
    if answer.status_int == 200:
        answer = answer.forms["act-finish"].submit("do")
    assert answer.status_int == 303
    assert ticket_of(assembly, filed).status == "DONE"


def test_ready_answers_for_the_subject_and_the_outcome_come_first(
    browser_of: Browsers, file: File, services: As
) -> None:
    ready = (
        ReplyTemplate("any", "Herkese", "Teşekkürler."),
        ReplyTemplate("no", "Olmaz", "Yapamıyoruz.", "decline", outcome="DECLINED"),
        ReplyTemplate("bench", "Bank", "Bank onarıldı.", category="bench", outcome="SOLVED"),
        ReplyTemplate("tree", "Ağaç", "Ağaç budandı.", category="tree"),
    )
    change_city(services, reply_templates=ready)
    filed = file(details=AYSE)
    form = open_form(browser_of("clerk"), filed, "finish")
    assert [value for value, *_ in form["template"].options] == ["", "bench", "any", "no"]
    form["outcome"] = "DECLINED"
    form["template"] = "no"
    form = form.submit("use_template").forms["act-finish"]
    assert [value for value, *_ in form["template"].options] == ["", "no", "any", "bench"]
    form["outcome"], form["template"] = "", "bench"
    form = form.submit("use_template").forms["act-finish"]
    assert (form["outcome"].value, form["text"].value.strip()) == ("SOLVED", "Bank onarıldı.")


@pytest.mark.parametrize("part_length", [0, 70])
def test_the_preview_says_how_long_it_is(
    browser_of: Browsers, file: File, method: TestMethod, part_length: int
) -> None:
    method.part_length = part_length
    form = open_form(browser_of("clerk"), file(details=AYSE), "reply")
    form["text"] = "Kısa bir cevap."
    page = form.submit("do", status=200)
    body = soup(page).select_one(".t-preview-text").text.strip()
    count = {"count": len(body)} if not part_length else {"count": len(body), "parts": -(-len(body) // part_length)}
    words_of = "${count} characters, ${parts} parts" if part_length else "${count} characters"
    assert said(page, ".t-preview-length") == [tr(words_of, **count)]
    assert soup(page).select_one("textarea")["data-count"] == str(part_length)


def test_a_conflict_shows_what_the_other_wrote_and_what_one_typed(browser_of: Browsers, file: File) -> None:
    filed = file(details=AYSE)
    clerk, director = browser_of("clerk"), browser_of("director")
    form = open_form(clerk, filed, "reply")
    form["text"] = "Benim uzun cevabım."
    do(director, filed, "note", text="Ekip yarın gidecek.")
    do(director, filed, "plan", text="Programa aldık.", date="2026-02-02")
    answer = form.submit("do", status=200)
    changes = said(answer, ".t-changes li")
    assert len(changes) == 2, "what was there before is no news"
    assert "Ekip yarın gidecek." in changes[0]
    assert "Programa aldık." in changes[1]
    assert answer.forms["act-reply"]["text"].value.strip() == "Benim uzun cevabım."
    assert tr("Planned") in words(answer)


# -- referring --------------------------------------------------------------------------------------------------------


def letter_of(browser: Browser, filed: Filed) -> TestResponse:
    link = soup(browser.get(address(filed))).select_one(".t-sent a[href*='ust-yazi']")
    return browser.get(link["href"], status=200)


def test_a_body_gets_a_letter_that_names_nobody_it_need_not_know(
    browser_of: Browsers, file: File, assembly: Assembly
) -> None:
    filed = file(words="Köşedeki boru patlamış.", details=AYSE, location=Location("isikli", "köşe"))
    clerk = browser_of("clerk")
    answer = do(clerk, filed, "refer", body="water", date="2026-01-04", text="İlettik.")
    assert field_error(answer, "date") == tr(PROBLEMS["not_in_future"])
    do(clerk, filed, "refer", body="water", date="2026-02-10", text="İlettik.")
    page = letter_of(clerk, filed)
    sheet = soup(page).select_one(".letter")
    text = " ".join(sheet.text.split())
    for expected in ("Deneme Belediyesi", "Deneme Su İdaresi", filed.number, "Köşedeki boru patlamış.", "Işıklı, köşe"):
        assert expected in text
    for secret in ("Ayşe", "Denek", "532", "example.org", "3071"):
        assert secret not in text
    log = (assembly.database.files.directory / "reads.log").read_text(encoding="utf-8").splitlines()
    assert json.loads(log[-1])["what"] == "printed"


def test_a_petition_goes_on_with_the_name_of_whoever_is_to_be_answered(browser_of: Browsers, file: File) -> None:
    filed = file(category="petition", details=ContactDetails("Ayşe Denek", "+905321234567", address="Yol Sk. 3"))
    roads = browser_of("clerk-roads")
    do(roads, filed, "refer", body="power", text="Gönderdik.")
    text = " ".join(soup(letter_of(roads, filed)).select_one(".letter").text.split())
    for expected in ("3071", "Ayşe Denek", "Yol Sk. 3"):
        assert expected in text
    assert "532" not in text, "a letter is answered by letter"
    roads.get(address(filed) + "/ust-yazi/2", status=404)


def test_a_referral_comes_back_to_the_top_of_the_list_on_its_day(
    browser_of: Browsers, file: File, services: As
) -> None:
    sooner, later = file(category="tree"), file(category="tree")
    clerk = services("clerk").handling
    for filed, day in ((later, date(2026, 3, 1)), (sooner, date(2026, 2, 1))):
        order = Order(Action.REFER, text="İlettik.", body="water", planned_for=day)
        clerk.act(filed.ticket_id, order, None)
    page = browser_of("clerk").get("/panel?liste=open")
    assert said(page, ".q-no") == [sooner.number, later.number]
