"""Danger first, another body's subject, discretion, the questions of a subject, links that fill the form in."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from webtest import TestResponse

from halkla_iliskiler.domain.access import visibility
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.index import TicketQuery
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import STAFF, draft
from tests.conftest import Browser
from tests.functional.pages import alerts, errors_of, field_error, only_ticket, photo, said, soup, tickets, tr, words

File = Callable[..., Filed]
WRECK = "Sokakta plakasız hurda bir araç duruyor"


def begin(browser: Browser, text: str) -> TestResponse:
    return browser.send("/basvuru", {"words": text})


def fill(page: TestResponse, **values: Any) -> Any:
    form = page.forms["apply"]
    for name, value in values.items():
        form[name] = value
    return form


def subjects(page: TestResponse) -> list[str]:
    return [value for value, *_ in page.forms["apply"]["category"].options]


# -- danger ----------------------------------------------------------------------------------------------------------


def test_danger_in_the_words_comes_first_and_the_application_can_still_be_sent(
    testapp: Browser, assembly: Assembly
) -> None:
    page = begin(testapp, "Yangın var, çöp konteyneri yanıyor")
    assert said(page, ".alarm-title") == ["Yangın mı var?"]
    assert [link["href"] for link in soup(page).select(".alarm a")] == ["tel:112"]
    main = page.text
    assert main.index('class="alarm"') < main.index('name="words"'), "before anything is to be typed"
    page.forms["apply"].submit(status=303).follow()
    assert only_ticket(assembly).words.startswith("Yangın var")


def test_the_right_line_is_shown_once_somebody_has_checked_it(testapp: Browser) -> None:
    page = begin(testapp, "kopan tel yerde duruyor")
    assert [link["href"] for link in soup(page).select(".alarm a")] == ["tel:112", "tel:05990000002"]


def test_an_unchecked_number_is_shown_nowhere(testapp: Browser) -> None:
    page = testapp.get("/basvuru?konu=leak")
    assert said(page, ".alarm-title") == ["Su mu basıyor?"]
    assert [link["href"] for link in soup(page).select(".alarm a")] == ["tel:112"]
    assert "0599 000 00 01" not in page.text
    assert "0599 000 00 01" not in testapp.get("/basvuru?konu=body:water").text


def test_danger_is_told_while_somebody_types(testapp: Browser) -> None:
    answer = testapp.send("/basvuru/konular", {"words": "Işıklı'da yangın çıktı"})
    assert said(answer, ".alarm-title") == ["Yangın mı var?"]
    assert soup(answer).select_one(".alarms")["data-neighbourhood"] == "isikli"


def test_danger_is_said_in_english_too(testapp: Browser) -> None:
    page = testapp.get("/basvuru?konu=leak&lang=en")
    assert said(page, ".alarm-calls a") == ["Call 112"]
    assert "Is there a fire?" in testapp.send("/basvuru", {"words": "yangın"}).text


# -- another body's subject ------------------------------------------------------------------------------------------


def test_another_bodys_subject_says_whose_it_is_and_can_be_chosen(
    testapp: Browser, assembly: Assembly, browser_of: Callable[[str], Browser]
) -> None:
    page = begin(testapp, "Evde elektrik yok")
    assert subjects(page)[0] == "body:power"
    (hint,) = said(page, "[data-sort=body] .choice-hint")
    assert tr("Another institution's subject; we forward it and tell you.") in hint
    assert "0599 000 00 02" in hint
    fill(page, category="body:power").submit(status=303).follow()

    ticket = only_ticket(assembly)
    assert (ticket.category, ticket.department, ticket.status) == (None, None, "NEW")
    assert ticket.suggested_body == "power"

    supervisor = browser_of("supervisor")
    shown = supervisor.get(f"/panel/basvurular/{ticket.address}")
    (notice,) = said(shown, ".t-dock > .t-notice")
    assert "Deneme Elektrik Dağıtım" in notice
    href = soup(shown).select_one(".t-dock > .t-notice a")["href"]
    refer = supervisor.get(urlsplit(href).path)
    assert soup(refer).select_one("select[name=body] option[selected]")["value"] == "power"


def test_a_chosen_body_is_explained_when_the_form_comes_back(testapp: Browser) -> None:
    form = fill(begin(testapp, "elektrik yok"), category="body:power", email="nobody")
    page = form.submit()
    assert field_error(page, "email")
    assert page.forms["apply"]["category"].value == "body:power"
    assert any("Deneme Elektrik Dağıtım" in message for message in alerts(page))
    assert soup(page).select_one(".asked a.call")["href"] == "tel:05990000002"


def test_the_other_bodies_can_be_browsed(testapp: Browser) -> None:
    listed = testapp.get("/basvuru").forms["apply"]["category_listed"]
    assert {"body:water", "body:power"} <= {value for value, *_ in listed.options}


@pytest.mark.parametrize("choice", ["body:", "body:nobody", "inspection", "<script>", "body:wreck"])
def test_what_cannot_be_chosen_is_refused(testapp: Browser, assembly: Assembly, choice: str) -> None:
    form = begin(testapp, "elektrik yok").forms["apply"]
    form["category"].force_value(choice)
    assert errors_of(form.submit())
    assert tickets(assembly) == []


# -- discretion ------------------------------------------------------------------------------------------------------


def test_a_sensitive_subject_promises_discretion_before_and_after_it_is_chosen(testapp: Browser) -> None:
    page = begin(testapp, "Erzak yardımı istiyorum")
    assert said(page, "[data-sort=discreet] .choice-hint") == [tr("Handled with discretion")]
    promise = tr(
        "We handle this with discretion: only the directorate in charge reads it, "
        "and our messages to you name no details."
    )
    assert promise not in words(page)
    assert promise in words(testapp.get("/basvuru?konu=hardship"))
    assert promise in testapp.send("/basvuru/sorular", {"category": "hardship"}).text
    assert promise not in testapp.send("/basvuru/sorular", {"category": "bench"}).text


# -- questions -------------------------------------------------------------------------------------------------------


def test_required_questions_are_asked_once_and_as_no_error(testapp: Browser, assembly: Assembly) -> None:
    form = fill(begin(testapp, WRECK), category="wreck")
    assert "q-plate" not in form.fields
    page = form.submit(upload_files=[("photos", photo().filename, photo().content)])
    assert not errors_of(page)
    assert tr("A few questions about this subject") in words(page)
    form = page.forms["apply"]
    assert form["words"].value == WRECK
    assert "kept" in form.fields, "the photo has been kept meanwhile"

    refused = fill(page, **{"q-plate": "12 QX 1", "q-wheels": "3"}).submit()
    assert "35 ABC 123" in field_error(refused, "q-plate")
    assert any(tr("This is not a number plate. Write it like 35 ABC 123.") in line for line in errors_of(refused))
    form = refused.forms["apply"]
    assert (form["q-plate"].value, form["q-wheels"].value) == ("12 QX 1", "3")

    form["q-plate"] = "35 abc 123"
    form["q-since"] = "2026-01-02"
    form.set("q-missing", True, 0)
    form.set("q-missing", True, 2)
    form.submit(status=303).follow()
    ticket = only_ticket(assembly)
    assert ticket.answers == (
        ("plate", "Aracın plakası", "35 ABC 123"),
        ("missing", "Neleri eksik?", "Tekerlek, Kapı"),
        ("since", "Ne zamandan beri?", "02.01.2026"),
        ("wheels", "Kaç tekerleği var?", "3"),
    )
    assert len(ticket.attachments) == 1


def test_a_required_answer_left_out_after_it_was_asked_is_an_error(testapp: Browser, assembly: Assembly) -> None:
    page = fill(begin(testapp, WRECK), category="wreck").submit()
    refused = page.forms["apply"].submit()
    assert field_error(refused, "q-plate") == tr("This is needed.")
    assert tickets(assembly) == []


def test_other_errors_are_shown_together_with_the_questions(testapp: Browser) -> None:
    page = fill(begin(testapp, WRECK), category="wreck", email="nobody").submit()
    assert len(errors_of(page)) == 1
    assert field_error(page, "email")
    assert "q-plate" in page.forms["apply"].fields


def test_changing_ones_mind_asks_the_other_subjects_questions(testapp: Browser, assembly: Assembly) -> None:
    page = testapp.get("/basvuru?konu=wreck")
    assert "q-plate" in page.forms["apply"].fields
    form = fill(page, words="Bank kırık", category_listed="bench")
    form["category"].force_value("")
    form.submit(status=303)
    assert (only_ticket(assembly).category, only_ticket(assembly).answers) == ("bench", ())


def test_questions_nobody_must_answer_hold_nothing_back(testapp: Browser, assembly: Assembly) -> None:
    fill(begin(testapp, "Ağacın dalı uzamış"), category="tree").submit(status=303)
    assert only_ticket(assembly).answers == ()


def test_a_script_gets_the_questions_of_a_subject_with_what_was_answered(testapp: Browser) -> None:
    answer = testapp.send("/basvuru/sorular", [("category", "wreck"), ("q-plate", "35 A"), ("q-missing", "Cam")])
    page = soup(answer)
    assert page.select_one("input[name=asked]")["value"] == "wreck"
    assert page.select_one("input[name=q-plate]")["value"] == "35 A"
    assert [box["value"] for box in page.select("input[name=q-missing][checked]")] == ["Cam"]
    for choice in ("", "nothing", "inspection", "body:nobody"):
        empty = soup(testapp.send("/basvuru/sorular", {"category": choice}))
        assert empty.select("input[type=text]") == []


def test_questions_are_asked_in_english(testapp: Browser) -> None:
    page = testapp.get("/basvuru?konu=wreck&lang=en")
    assert "Number plate" in words(page)
    assert "Wheels" in words(page)


def test_answers_are_shown_to_staff_and_found(
    testapp: Browser, assembly: Assembly, browser_of: Callable[[str], Browser]
) -> None:
    page = testapp.get("/basvuru?konu=wreck&etiket=K-0412")
    fill(page, words=WRECK, **{"q-plate": "35 ABC 123"}).submit(status=303)
    ticket = only_ticket(assembly)
    shown = browser_of("clerk-cleaning").get(f"/panel/basvurular/{ticket.address}")
    assert said(shown, ".t-answers dd") == ["35 ABC 123", "K-0412"]
    everything = visibility(STAFF["supervisor"])
    for search in ("35 ABC", "K-0412"):
        found = assembly.index.find(TicketQuery(everything, words=search))
        assert [row.id for row in found.rows] == [ticket.id]


# -- questions that ask for a photo, or depend on another answer -------------------------------------------------------


def furniture(browser: Browser) -> Any:
    return fill(browser.get("/basvuru?konu=furniture"), words="Eski koltuğu alın")


def test_without_a_script_it_is_said_when_a_question_is_asked(testapp: Browser) -> None:
    page = testapp.get("/basvuru?konu=furniture&lang=en")
    note = soup(page).select_one("[data-only-if=q-heavy]")
    assert note is not None
    assert note["role"] == "group"
    assert "Only if you answered “Inside” to “Where is it?”" in note.get_text()
    assert note["aria-labelledby"] == note.p["id"]


def test_a_question_is_needed_only_where_another_answer_calls_for_it(testapp: Browser, assembly: Assembly) -> None:
    form = furniture(testapp)
    form["q-heavy"] = "Evin içinde"
    form["photo-picture"] = photo()
    page = form.submit()
    assert field_error(page, "q-floor") == tr("This is needed.")
    again = fill(page, **{"q-floor": "3"})
    assert again["q-heavy"].value == "Evin içinde"
    again.submit(status=303)
    assert only_ticket(assembly).answers == (
        ("heavy", "Nerede duruyor?", "Evin içinde"),
        ("floor", "Kaçıncı kat?", "3"),
        ("picture", "Eşyanın fotoğrafı", "Fotoğraf"),
    )


def test_a_photo_somebody_must_send_is_kept_at_its_question(
    testapp: Browser, assembly: Assembly, browser_of: Callable[[str], Browser], services: Callable[[str], Services]
) -> None:
    page = furniture(testapp).submit()
    assert field_error(page, "photo-picture") == tr("This is needed.")
    form = fill(page, email="nobody", **{"photo-picture": photo(1), "photos": [photo(2)]})
    page = form.submit()
    assert field_error(page, "email")
    assert said(page, "#item-photo-picture .photo-kept b") == ["foto 1.png"]
    assert said(page, ".photo-kept b") == ["foto 1.png", "foto 2.png"]
    fill(page, email="a@example.org").submit(status=303)
    ticket = only_ticket(assembly)
    assert {one.filename: one.question for one in ticket.attachments} == {"foto 1.png": "picture", "foto 2.png": ""}
    shown = browser_of("clerk-cleaning").get(f"/panel/basvurular/{ticket.address}")
    assert said(shown, ".t-answers dd") == ["Fotoğraf"]
    assert len(soup(shown).select(".t-photos li")) == 2


def test_a_photo_for_a_question_comes_on_top_of_the_others(testapp: Browser, assembly: Assembly) -> None:
    form = furniture(testapp)
    form["photos"] = [photo(shade) for shade in range(5)]
    form["photo-picture"] = photo(9)
    form.submit(status=303)
    assert len(only_ticket(assembly).attachments) == 6


def test_a_file_that_is_no_photo_is_refused_at_its_question(testapp: Browser) -> None:
    page = fill(testapp.get("/basvuru?konu=furniture"), words="Eski koltuk").submit(
        upload_files=[("photo-picture", "not.txt", b"no photo")]
    )
    assert "JPEG" in field_error(page, "photo-picture")


def test_only_a_photo_answers_a_question_for_one(testapp: Browser, assembly: Assembly) -> None:
    values = [("__formid__", "apply"), ("words", "Koltuk"), ("category", "furniture"), ("asked", "furniture")]
    page = testapp.send("/basvuru", [*values, ("q-picture", "photo")])
    assert field_error(page, "photo-picture")
    assert tickets(assembly) == []


def test_a_photo_stays_when_somebody_changes_the_subject(testapp: Browser, assembly: Assembly) -> None:
    page = fill(furniture(testapp).submit(), email="nobody", **{"photo-picture": photo(1)}).submit()
    form = fill(page, email="", category_listed="bench")
    form["category"].force_value("")
    form.submit(status=303)
    ticket = only_ticket(assembly)
    assert [(one.filename, one.question) for one in ticket.attachments] == [("foto 1.png", "")]


# -- a second application --------------------------------------------------------------------------------------------


def test_a_second_application_uses_the_contact_details_of_the_first(testapp: Browser, assembly: Assembly) -> None:
    page = begin(testapp, "Bank kırık")
    receipt = fill(page, category="bench", name="Ayşe Yılmaz", phone="0532 123 45 67").submit(status=303).follow()
    again = next(form for form in receipt.forms.values() if "again_number" in form.fields)
    page = again.submit()
    assert "0532 ••• •• 67" in words(page)
    assert "Ayşe Yılmaz" not in page.text
    assert "532 123" not in page.text
    form = fill(page, words="Annem için evde bakım istiyorum", category_listed="home_visit")
    form["category"].force_value("")
    form.submit(status=303)
    first, second = tickets(assembly)
    assert second.details == first.details == replace(first.details, name="Ayşe Yılmaz", phone="+905321234567")
    assert second.applicant_id == first.applicant_id


def test_a_wrong_code_opens_no_contact_details(testapp: Browser, assembly: Assembly, file: File) -> None:
    filed = file(details=ContactDetails("Ayşe Yılmaz", "+905321234567"))
    page = testapp.send("/basvuru", {"again_number": filed.address, "again_code": "A" * 26})
    assert "••••" not in words(page)
    fill(page, words="Bank kırık").submit(status=303)
    assert tickets(assembly)[-1].details.is_empty


def test_other_details_may_be_given_the_second_time(testapp: Browser, assembly: Assembly, file: File) -> None:
    filed = file(details=ContactDetails("Ayşe Yılmaz", "+905321234567"))
    page = testapp.send("/basvuru", {"again_number": filed.address, "again_code": filed.code})
    fill(page, words="Bank kırık", email="baska@example.org").submit(status=303)
    assert tickets(assembly)[-1].details == ContactDetails(email="baska@example.org")


# -- links that fill the form in -------------------------------------------------------------------------------------


def test_a_link_fills_in_subject_place_and_sticker(testapp: Browser, assembly: Assembly) -> None:
    page = testapp.get("/basvuru?konu=rubbish&mahalle=cayirbasi&etiket=K-0412&lang=en")
    form = page.forms["apply"]
    assert (form["category"].value, form["neighbourhood"].value) == ("rubbish", "cayirbasi")
    assert soup(page).html["lang"] == "en"
    fill(page, words="It is full").submit(status=303)
    ticket = only_ticket(assembly)
    assert (ticket.category, ticket.location.neighbourhood, ticket.sticker) == ("rubbish", "cayirbasi", "K-0412")
    assert ticket.language == "en"


@pytest.mark.parametrize(
    "query", ["konu=inspection", "konu=<script>", "mahalle=nowhere", "etiket=<b>", "konu=%ff", "etiket=" + "x" * 41]
)
def test_a_link_with_nonsense_is_the_empty_form(testapp: Browser, query: str) -> None:
    form = testapp.get(f"/basvuru?{query}").forms["apply"]
    assert (form["category"].value or "", form["neighbourhood"].value, form["sticker"].value) == ("", "", "")


def test_a_neighbourhood_named_in_the_words_is_chosen_already(testapp: Browser) -> None:
    assert begin(testapp, "Işıklı Mahallesi'nde bank kırık").forms["apply"]["neighbourhood"].value == "isikli"
    assert begin(testapp, "bank kırık").forms["apply"]["neighbourhood"].value == ""


@pytest.mark.parametrize("path", ["/", "/basvuru", "/takip", "/aydinlatma", "/hizmetler", "/hizmetler/bench"])
def test_a_link_chooses_the_language_of_any_page(testapp: Browser, path: str) -> None:
    assert soup(testapp.get(f"{path}?lang=en")).html["lang"] == "en"
    assert soup(testapp.get(path)).html["lang"] == "en", "it is remembered"


# -- services --------------------------------------------------------------------------------------------------------


def test_every_public_service_is_listed_in_its_group(testapp: Browser) -> None:
    page = testapp.get("/hizmetler")
    links = {link["href"] for link in soup(page).select(".services a")}
    assert "/hizmetler/wreck" in links
    assert "/hizmetler/inspection" not in links
    assert said(page, ".services h2") == ["Parklar", "Temizlik", "Yollar", "Destek"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("AGAC", ["Ağaç budama"]),
        ("ağac bud", ["Ağaç budama"]),
        ("scrap", ["Hurda araç"]),
        ("oturak", ["Kırık bank"]),
        ("<script>", []),
    ],
)
def test_services_are_searched_in_folded_words(testapp: Browser, typed: str, found: list[str]) -> None:
    page = testapp.get("/hizmetler", {"q": typed})
    assert said(page, ".services li") == found
    assert page.forms[0]["q"].value == typed if "q" in page.forms[0].fields else True
    assert "<script>" not in page.text


def test_a_service_shows_its_standard(testapp: Browser) -> None:
    page = testapp.get("/hizmetler/tree")
    text = words(page)
    for part in ("Ağaç budama", "Sokak ağaçları budanır.", "48 saat", "10 gün", "Tapu", "Tele değiyor mu?"):
        assert part in text
    assert said(page, ".standard ol li") == [
        "Park ve Bahçeler Müdürlüğü",
        "Deneme İletişim Merkezi, Deneme Belediyesi",
    ]
    href = soup(page).select_one("a.button")["href"]
    assert parse_qs(urlsplit(href).query) == {"konu": ["tree"]}
    assert testapp.get(href).forms["apply"]["category"].value == "tree"
    assert "Title deed" in words(testapp.get("/hizmetler/tree?lang=en"))


def test_a_service_that_is_not_public_is_not_there(testapp: Browser) -> None:
    for code in ("inspection", "nothing", "body:power"):
        testapp.get(f"/hizmetler/{code}", status=404)
        testapp.get(f"/hizmetler/{code}/kare.svg", status=404)


def test_the_service_pages_are_linked_from_every_page(testapp: Browser) -> None:
    assert soup(testapp.get("/")).select_one(".foot a[href='/hizmetler']")


def test_a_sticker_is_drawn_for_a_service_and_place(testapp: Browser) -> None:
    answer = testapp.get("/hizmetler/rubbish/kare.svg?mahalle=isikli&etiket=K-1")
    assert answer.content_type == "image/svg+xml"
    other = testapp.get("/hizmetler/rubbish/kare.svg?mahalle=nowhere&etiket=<b>")
    assert answer.text != other.text == testapp.get("/hizmetler/rubbish/kare.svg").text
    assert re.search(r"<path[^>]* d=", answer.text)


# -- staff record, too -----------------------------------------------------------------------------------------------


def test_what_staff_record_may_leave_questions_open(services: Callable[[str], Services], assembly: Assembly) -> None:
    services("agent").intake.file(
        draft(category="wreck", channel="telephone", recorded_by_staff=True, answers=(("wheels", ("4",)),))
    )
    assert only_ticket(assembly).answers == (("wheels", "Kaç tekerleği var?", "4"),)
