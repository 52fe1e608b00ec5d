"""Who applies is asked where a law asks it, and for no other subject."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from halkla_iliskiler.services import Assembly
from halkla_iliskiler.services.national_ids import decrypted
from tests.conftest import Browser
from tests.functional.pages import errors_of, field_error, only_ticket, said, soup, tickets, tr, words

NUMBER = "10000000146"


def asking(browser: Browser, **values: str) -> Any:
    form = browser.get("/basvuru?konu=information").forms["apply"]
    person = {"name": "Ayşe Yılmaz", "address": "372/15 Sokak 8", "national_id": NUMBER}
    for name, value in {"words": "Asfalt ihalelerinin bedelleri", **person, **values}.items():
        form[name] = value
    return form


@pytest.mark.parametrize("subject", ["", "bench", "wreck", "petition", "body:power"])
def test_no_other_subject_asks_for_it(testapp: Browser, subject: str) -> None:
    form = testapp.get("/basvuru", {"konu": subject}).forms["apply"]
    assert not {"national_id", "address"} & set(form.fields)


def test_the_law_is_named_and_the_number_is_kept_encrypted(
    testapp: Browser, assembly: Assembly, caplog: pytest.LogCaptureFixture, browser_of: Callable[[str], Browser]
) -> None:
    caplog.set_level(logging.DEBUG)
    page = testapp.get("/basvuru?konu=information")
    assert "4982" in words(page)
    assert soup(page).select_one("#national_id")["autocomplete"] == "off"
    receipt = asking(testapp).submit(status=303).follow()
    ticket = only_ticket(assembly)
    assert decrypted(assembly.secret, ticket.national_id) == NUMBER
    assert ticket.details.address == "372/15 Sokak 8"
    follow = testapp.get(receipt.request.path.removesuffix("/alindi"))
    clerk = browser_of("clerk-roads").get(f"/panel/basvurular/{ticket.address}")
    assert "100******46" in words(clerk)
    shown = [
        receipt.text,
        follow.text,
        clerk.text,
        browser_of("auditor").get(f"/panel/basvurular/{ticket.address}").text,
    ]
    shown += [record.getMessage() for record in caplog.records]
    assert [text for text in shown if NUMBER in text] == []
    assert "100******46" not in shown[3], "an auditor sees no part of it"
    assert said(browser_of("supervisor").get("/panel", {"q": NUMBER}), ".q-no") in ([], [ticket.number])


def test_what_is_missing_is_said_at_its_field(testapp: Browser, assembly: Assembly) -> None:
    page = asking(testapp, name="", address="", national_id="10000000145").submit()
    assert field_error(page, "name") == tr("This is needed.")
    assert field_error(page, "address") == tr("This is needed.")
    wrong = tr("This is not an identity number. Please check its eleven digits.")
    assert field_error(page, "national_id") == wrong
    assert len(errors_of(page)) == 3
    assert page.forms["apply"]["national_id"].value == "10000000145"
    assert tickets(assembly) == []


def test_who_chooses_the_subject_from_the_list_is_asked_before_anything_is_refused(testapp: Browser) -> None:
    form = testapp.get("/basvuru").forms["apply"]
    form["words"], form["category_listed"], form["name"] = "İhale bedelleri", "information", "Ayşe"
    page = form.submit()
    assert errors_of(page) == []
    assert {"national_id", "address"} <= set(page.forms["apply"].fields)


def test_a_script_gets_the_fields_with_the_subject(testapp: Browser) -> None:
    part = soup(testapp.send("/basvuru/sorular", {"category": "information"}))
    assert {field["name"] for field in part.select("input")} >= {"address", "national_id"}
    assert soup(testapp.send("/basvuru/sorular", {"category": "bench"})).select("[name=national_id]") == []


def test_a_company_gives_its_title_and_a_foreigner_the_number_they_have(testapp: Browser, assembly: Assembly) -> None:
    asking(testapp, national_id="", name="", applicant_kind="LEGAL_PERSON", organisation="Deneme A.Ş.").submit(
        status=303
    )
    asking(testapp, words="Başka", national_id="", applicant_kind="FOREIGNER").submit(status=303)
    assert [ticket.national_id for ticket in tickets(assembly)] == ["", ""]


def test_a_form_that_says_another_subject_keeps_no_number(testapp: Browser, assembly: Assembly) -> None:
    testapp.send(
        "/basvuru",
        {"__formid__": "apply", "words": "Bank", "category": "bench", "national_id": NUMBER, "address": "Ev"},
        status=303,
    )
    ticket = only_ticket(assembly)
    assert (ticket.national_id, ticket.details.address) == ("", "")
