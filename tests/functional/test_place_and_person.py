"""Where it is, who applies, how they are told, what they permit: on the form, on the ticket, on the follow page."""

from collections.abc import Callable
from typing import Any

import pytest
from webtest import TestResponse

from halkla_iliskiler.domain.applicant import ContactDetails, Representation
from halkla_iliskiler.domain.ticket import Location
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.testing import draft
from halkla_iliskiler.web.labels import CONSENTS, PROBLEMS
from tests.conftest import Browser
from tests.functional.pages import field_error, only_ticket, photo, soup, tickets, words

As = Callable[[str], Services]


def form_of(browser: Browser, **values: Any) -> Any:
    form = browser.get("/basvuru").forms["apply"]
    for name, value in {"words": "Bank kırık", **values}.items():
        form[name].force_value(value) if name in ("latitude", "longitude", "remarks") else form.set(name, value)
    return form


# -- where ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["Işıklı", "IŞIKLI MAH.", "isikli mahallesi", "ışıklı mh", "eski bağlar", "ESKİ BAĞLAR SEMTİ"]
)
def test_a_typed_neighbourhood_is_understood(testapp: Browser, assembly: Assembly, typed: str) -> None:
    form_of(testapp, neighbourhood_typed=typed).submit(status=303)
    assert only_ticket(assembly).location.neighbourhood == "isikli"


def test_what_is_chosen_wins_over_what_is_typed(testapp: Browser, assembly: Assembly) -> None:
    form_of(testapp, neighbourhood="cayirbasi", neighbourhood_typed="Işıklı").submit(status=303)
    assert only_ticket(assembly).location.neighbourhood == "cayirbasi"


def test_a_name_nobody_knows_is_not_refused_and_not_lost(testapp: Browser, assembly: Assembly) -> None:
    form_of(testapp, neighbourhood_typed="Kuyubaşı", place="fırının yanı").submit(status=303)
    place = only_ticket(assembly).location
    assert (place.neighbourhood, place.text) == (None, "Kuyubaşı, fırının yanı")


def test_street_and_description_are_kept_apart_and_found(testapp: Browser, assembly: Assembly, services: As) -> None:
    from halkla_iliskiler.services.lists import Filters, Listed, Queue

    form_of(testapp, street="372/15 Sokak", place="migrosun arkası").submit(status=303)
    found = only_ticket(assembly)
    assert (found.location.street, found.location.text) == ("372/15 Sokak", "migrosun arkası")
    for query in ("372/15", "migrosun"):
        rows = services("agent").lists.look(Listed(Queue.ALL, Filters(words=query))).rows
        assert [row.id for row in rows] == [found.id]


def test_a_point_is_kept_shown_in_words_and_can_be_taken_away(testapp: Browser, assembly: Assembly) -> None:
    refused = form_of(testapp, latitude="38.461234", longitude="27.221234", phone="12").submit()
    assert "Konumunuz eklendi." in words(refused)
    form = refused.forms["apply"]
    form["phone"] = ""
    form["location_removed"] = True
    form.submit(status=303)
    assert only_ticket(assembly).location.point is None
    form["location_removed"] = False
    form["words"] = "Başka bir şey"
    form.submit(status=303)
    assert tickets(assembly)[-1].location.point is not None
    testapp.log_in("agent")
    assert "38.46123, 27.22123" in testapp.get(f"/panel/basvurular/{tickets(assembly)[-1].address}").text


def test_what_is_no_point_is_passed_over(testapp: Browser, assembly: Assembly) -> None:
    form_of(testapp, latitude="nan", longitude="<script>").submit(status=303)
    assert only_ticket(assembly).location.point is None


def test_the_page_may_ask_for_the_position_and_nothing_else(testapp: Browser) -> None:
    answer = testapp.get("/basvuru")
    assert "geolocation=(self)" in answer.headers["Permissions-Policy"]
    assert not soup(answer).select("svg.map"), "the invented city of the tests has no map"


# -- the same thing -------------------------------------------------------------------------------------------------


@pytest.fixture
def older(services: As) -> Any:
    details = ContactDetails("Gizem Saklı", "+905321112233", "gizem@example.org")
    return services("").intake.file(
        draft(words="Sırlarla dolu sözler", location=Location("isikli", "gizli köşe"), details=details)
    )


def asked(browser: Browser, **values: Any) -> TestResponse:
    """File an application; its receipt asks whether it is the same thing."""
    return form_of(browser, category_listed="bench", neighbourhood="isikli", **values).submit(status=303).follow()


def same_thing_form(page: TestResponse) -> Any:
    return next(form for form in page.forms.values() if form.action.endswith("/ayni"))


def test_it_is_asked_when_the_application_is_safe_and_needs_no_answer(
    testapp: Browser, assembly: Assembly, older: Any
) -> None:
    page = asked(testapp, photos=[photo()])
    newer = tickets(assembly)[-1]
    assert (newer.related_to, len(newer.attachments)) == (None, 1)
    same_thing_form(page).submit(status=303)
    assert tickets(assembly)[-1].related_to is None


def test_what_is_not_offered_cannot_be_joined(testapp: Browser, assembly: Assembly, older: Any) -> None:
    form = same_thing_form(asked(testapp))
    form["same_as"].force_value("A" * 24)
    form.submit(status=303)
    assert tickets(assembly)[-1].related_to is None


def test_adding_oneself_gives_a_number_of_ones_own_and_staff_see_both_ways(
    testapp: Browser, assembly: Assembly, older: Any
) -> None:
    form = same_thing_form(asked(testapp))
    form["same_as"] = next(value for value, _chosen, _label in form["same_as"].options if value)
    receipt = form.submit(status=303).follow()
    assert "aynı konu" in words(receipt)
    assert not [form for form in receipt.forms.values() if form.action.endswith("/ayni")]
    newer = tickets(assembly)[-1]
    assert newer.related_to == older.ticket_id
    assert newer.number in words(receipt)
    assert older.number not in receipt.text
    testapp.log_in("clerk")
    assert older.number in testapp.get(f"/panel/basvurular/{newer.address}").text
    assert newer.number in testapp.get(f"/panel/basvurular/{older.address}").text


def test_only_subject_neighbourhood_day_and_status_are_shown(testapp: Browser, older: Any) -> None:
    page = asked(testapp)
    fragment = testapp.send("/basvuru/benzer", {"category": "bench", "neighbourhood_typed": "ışıklı mah."})
    for answer in (page, fragment):
        assert "Kırık bank, Işıklı" in answer.text
        for hidden in (
            "Sırlarla",
            "gizli köşe",
            "Gizem",
            "5321112233",
            "gizem@",
            older.number,
            older.address,
            older.code,
        ):
            assert hidden not in answer.text
    assert "<html" not in fragment.text


def test_discreet_subjects_offer_nothing(testapp: Browser, assembly: Assembly, services: As) -> None:
    services("").intake.file(draft(category="hardship", location=Location("isikli")))
    form_of(testapp, category_listed="hardship", neighbourhood="isikli").submit(status=303)
    fragment = testapp.send("/basvuru/benzer", {"category": "hardship", "neighbourhood": "isikli"})
    assert fragment.text.strip() == ""


@pytest.mark.parametrize("values", [{}, {"category": "atlantis"}, {"category": "bench"}, {"latitude": "x"}])
def test_without_subject_and_place_nothing_is_offered(testapp: Browser, older: Any, values: dict[str, str]) -> None:
    assert testapp.send("/basvuru/benzer", values).text.strip() == ""


# -- who ------------------------------------------------------------------------------------------------------------


def test_a_company_needs_a_title(testapp: Browser, assembly: Assembly) -> None:
    page = form_of(testapp, applicant_kind="LEGAL_PERSON").submit()
    assert PROBLEMS["title_needed"] is not None
    assert "unvan" in field_error(page, "organisation")
    assert soup(page).select_one("details.form-fold[open] [name=organisation]"), "what is wrong is not folded away"
    form = page.forms["apply"]
    form["organisation"] = "Örnek Kooperatifi"
    form.submit(status=303)
    assert only_ticket(assembly).representation == Representation("LEGAL_PERSON", "Örnek Kooperatifi")


def test_for_somebody_else_and_in_another_language(testapp: Browser, assembly: Assembly) -> None:
    values = {"applicant_kind": "FOREIGNER", "language_note": "العربية", "on_behalf_of": "Zeynep Kaya"}
    form_of(testapp, category_listed="bench", **values, email="a@example.org").submit(status=303)
    who = only_ticket(assembly).representation
    assert (who.kind, who.language_note, who.on_behalf_of) == ("FOREIGNER", "العربية", "Zeynep Kaya")
    address = f"/panel/basvurular/{only_ticket(assembly).address}"
    testapp.log_in("clerk")
    assert "Zeynep Kaya" in testapp.get(address).text
    testapp.log_in("field_crew")
    crew = testapp.get(address)
    assert "Zeynep" not in crew.text
    assert "Z••• K•••" in crew.text


def test_the_ways_of_being_told_are_those_the_city_has(testapp: Browser, assembly: Assembly) -> None:
    form = form_of(testapp, category_listed="bench", phone="0532 111 22 33", email="a@example.org")
    offered = [value for value, _chosen, _label in form["preferred_method"].options]
    assert offered == ["", *assembly.extensions.feedback_methods]
    form["preferred_method"] = "telephone"
    form.submit(status=303)
    assert only_ticket(assembly).preferred_method == "telephone"
    testapp.log_in("clerk")
    assert "Nasıl haber verilsin" in testapp.get(f"/panel/basvurular/{only_ticket(assembly).address}").text


def test_nobody_is_asked_for_an_identity_number(testapp: Browser) -> None:
    page = testapp.get("/basvuru").text
    assert "T.C." not in page
    assert "national_id" not in page


# -- permissions ----------------------------------------------------------------------------------------------------


def test_nothing_has_to_be_permitted_and_nothing_is_ticked(testapp: Browser, assembly: Assembly) -> None:
    form = form_of(testapp)
    assert [form[f"consent_{purpose}"].checked for purpose in CONSENTS] == [False] * len(CONSENTS)
    form.submit(status=303)
    found = only_ticket(assembly)
    assert found.consents == ()
    assert found.contacts[0].privacy_version == "deneme-3"


def test_what_was_permitted_is_taken_back_on_the_follow_page(testapp: Browser, assembly: Assembly) -> None:
    receipt = form_of(testapp, category_listed="bench", consent_photo=True).submit(status=303)
    follow = testapp.get(receipt.location.removesuffix("/alindi"))
    assert "Fotoğraflarımı adım olmadan yayımlayabilirsiniz." in words(follow)
    form = next(form for form in follow.forms.values() if form.action.endswith("/izin"))
    after = form.submit("consent").follow()
    assert "İzniniz geri alındı." in after.text
    assert "İzin verdikleriniz" not in after.text
    (consent,) = only_ticket(assembly).consents
    assert not consent.stands
    assert "artık" in form.submit("consent").follow().text
    testapp.log_in("clerk")
    assert "geri alındı" in testapp.get(f"/panel/basvurular/{only_ticket(assembly).address}").text
