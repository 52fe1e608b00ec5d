"""Every citizen's page in every language of theirs, large and in easy words; the staff's stays with two."""

from collections.abc import Callable

import pytest
from webtest import TestResponse, Upload

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.i18n import LANGUAGES, RIGHT_TO_LEFT, translate
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.following import Following  # noqa: F401  (the pages below are its)
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import TestMethod, draft
from tests.conftest import Browser
from tests.functional.pages import errors_of, photo, said, tickets


@pytest.fixture
def filed(services: Callable[[str], Services]) -> Filed:
    return services("").intake.file(draft())


@pytest.fixture
def addresses(filed: Filed) -> list[str]:
    follow = f"/takip/{filed.address}/{filed.code}"
    return ["/", "/basvuru", "/takip", "/aydinlatma", "/hizmetler", "/basvurularim", follow, f"{follow}/alindi"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_its_language_and_direction(testapp: Browser, addresses: list[str], language: str) -> None:
    for address in addresses:
        root = testapp.get(address, {"lang": language}).html.html
        assert root["lang"] == language, address
        assert root["dir"] == ("rtl" if language in RIGHT_TO_LEFT else "ltr"), address


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_choice_is_kept_and_the_chooser_names_languages_in_their_own_words(testapp: Browser, language: str) -> None:
    testapp.get("/", {"lang": language})
    page = testapp.get("/takip")

    links = page.html.select(".reading-link[hreflang]")
    assert {link["hreflang"]: link.get_text(strip=True) for link in links} == LANGUAGES
    assert [link["hreflang"] for link in links if link.get("aria-current")] == [language]
    assert page.html.html["lang"] == language
    assert page.html.h1.get_text(strip=True) == translate("Follow my application", language)


def test_a_link_of_the_chooser_keeps_what_else_the_address_asks_for(testapp: Browser) -> None:
    page = testapp.get("/hizmetler?q=a%26b&lang=ru")

    link = page.html.select_one(".reading-link[hreflang=ar]")
    assert link is not None
    assert link["href"] == "/hizmetler?q=a%26b&lang=ar"


@pytest.mark.parametrize("asked", ["xx", "tr_easy", "../en", "", "%FF"])
def test_a_language_nobody_speaks_changes_nothing(testapp: Browser, asked: str) -> None:
    page = testapp.get(f"/?lang={asked}", status="*")

    assert page.html.html["lang"] == "tr"
    assert "halkla_language" not in testapp.cookies


def test_a_post_keeps_no_choice(testapp: Browser) -> None:
    testapp.send("/takip?lang=ar", {"number": "1", "code": "1"}, status="*")

    assert "halkla_language" not in testapp.cookies


def test_a_page_that_does_not_exist_speaks_arabic_too(testapp: Browser) -> None:
    page = testapp.get("/yok?lang=ar", status=404)

    assert page.html.html["dir"] == "rtl"
    assert page.html.h1.get_text(strip=True) == translate("We could not find this page", "ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ticket_keeps_the_language_it_came_in_and_messages_follow_it(
    testapp: Browser, services: Callable[[str], Services], assembly: Assembly, method: TestMethod, language: str
) -> None:
    testapp.get("/basvuru", {"lang": language})
    form = testapp.get("/basvuru").forms["apply"]
    form["words"], form["email"] = "Bank kırık", "kisi@example.org"
    number = form.submit("send").follow().html.select_one(".receipt-big").get_text(strip=True)
    services("system").delivery.deliver_due()

    with assembly.database.reading() as site:
        (ticket,) = site.tickets.values()
        assert ticket.language == language
    (message,) = method.delivered
    assert message.language == language
    assert message.subject == translate("Your application ${number} has been received", language, number=number)


def test_staff_read_turkish_or_english(browser_of: Callable[[str], Browser]) -> None:
    clerk = browser_of("clerk")
    clerk.set_cookie("halkla_language", "ar")

    assert clerk.get("/panel").html.html["lang"] == "tr"
    assert clerk.get("/panel?lang=en").html.html["lang"] == "tr"


def test_what_the_city_says_in_another_language_is_marked_as_such(testapp: Browser) -> None:
    page = testapp.get("/aydinlatma?lang=ar")

    assert [part["lang"] for part in page.html.select("main [lang]")] == ["en", "en"]
    assert testapp.get("/basvuru").html.select_one(".form-note span")["lang"] == "en"
    assert not testapp.get("/aydinlatma?lang=tr").html.select("main [lang]")


def test_no_english_stands_on_a_turkish_page(testapp: Browser, addresses: list[str]) -> None:
    english = {"application", "your", "please", "with", "choose", "follow", "the", "answer"}
    for address in addresses:
        body = testapp.get(address).html.body
        for elsewhere in body.select("[lang]"):
            elsewhere.decompose()
        words = {word.strip(".,:;?!()").lower() for word in body.get_text(" ").split()}
        assert words & english == set(), address


# -- easy words and large letters --------------------------------------------------------------------------------------


def test_easy_words_are_a_link_away_and_stay(testapp: Browser, addresses: list[str]) -> None:
    page = testapp.get("/")
    way = page.html.find("a", string=translate("Easy to read", "tr"))
    testapp.get(way["href"])

    for address in ("/", "/basvuru", "/takip", addresses[-1]):
        page = testapp.get(address)
        assert page.html.html["lang"] == "tr"
    assert testapp.get("/").html.h1.get_text(strip=True) == "Size nasıl yardım edelim?"
    assert testapp.get(addresses[-1]).html.h1.get_text(strip=True) == "Başvurunuzu aldık"
    assert translate("Follow my application", "tr_easy") in testapp.get(addresses[-2]).text

    back = testapp.get("/").html.find("a", string=translate("Usual wording", "tr_easy"))
    assert testapp.get(back["href"]).html.h1.get_text(strip=True) == translate("How can we help you?", "tr")


def test_easy_words_are_offered_only_where_there_are_any(testapp: Browser) -> None:
    testapp.set_cookie("halkla_reading", "easy")

    for language in set(LANGUAGES) - {"tr"}:
        page = testapp.get("/", {"lang": language})
        assert len(page.html.select(".reading-list")[1].select("a")) == 1
        assert page.html.h1.get_text(strip=True) == translate("How can we help you?", language)


def test_large_letters_stay_beside_easy_words(testapp: Browser) -> None:
    assert "is-large" not in testapp.get("/").html.html["class"]
    testapp.get("/?yazi=buyuk")
    testapp.get("/?anlatim=kolay")

    page = testapp.get("/takip")
    assert "is-large" in page.html.html["class"]
    assert page.html.h1.get_text(strip=True) == translate("Follow my application", "tr_easy")
    assert "is-large" not in testapp.get("/takip?yazi=normal").html.html["class"]
    assert "is-large" not in testapp.get("/takip").html.html["class"]


def test_a_cookie_somebody_made_up_changes_nothing(testapp: Browser) -> None:
    testapp.set_cookie("halkla_reading", "huge.<b>.easy2")

    assert testapp.get("/").html.html["class"] == ["citizen"]


# -- the privacy notice ----------------------------------------------------------------------------------------------


def test_the_notice_has_two_layers_and_its_version_is_kept_with_the_contact(
    testapp: Browser, assembly: Assembly, services: Callable[[str], Services]
) -> None:
    brand = assembly.extensions.brand
    form = testapp.get("/basvuru")
    note = form.html.select_one(".form-note")
    assert brand.privacy_summary in note.get_text()
    full = testapp.get(note.a["href"])
    assert brand.privacy_text in full.text
    assert brand.privacy_version in full.html.select_one(".version").get_text()

    filed = services("").intake.file(draft(details=ContactDetails("Ayşe", email="ayse@example.org")))
    with assembly.database.reading() as site:
        (contact,) = site.tickets[filed.ticket_id].contacts
        assert (contact.privacy_version, contact.at) == (brand.privacy_version, assembly.now())


# -- another language in the middle of it ------------------------------------------------------------------------------


def switched(page: TestResponse, form: str, language: str) -> TestResponse:
    """Press the button of a language as a browser without JavaScript does."""
    button = page.html.select_one(f"button[name=speak][lang={language}]")
    assert button is not None
    assert button["form"] == form
    fields = page.forms[form].submit_fields()
    uploads = [(name, upload.filename, upload.content) for name, upload in fields if isinstance(upload, Upload)]
    values = [(name, value) for name, value in fields if not isinstance(value, Upload)]
    address = page.request.relative_url(button["formaction"])
    return page.test_app.post(address, [*values, ("speak", language)], upload_files=uploads)


def test_a_refused_form_keeps_every_word_when_it_is_read_in_another_language(
    testapp: Browser, assembly: Assembly
) -> None:
    form = testapp.get("/basvuru?konu=wreck").forms["apply"]
    form["words"], form["name"], form["email"], form["q-wheels"] = "Hurda araç", "Ayşe", "nobody", "3"
    form["photos"] = [photo()]
    refused = form.submit()
    assert errors_of(refused)

    page = switched(refused, "apply", "ar")
    assert (page.html.html["lang"], page.html.html["dir"]) == ("ar", "rtl")
    assert errors_of(page) == [], "nobody has sent it"
    again = page.forms["apply"]
    kept = {name: again[name].value for name in ("words", "name", "email", "q-wheels", "category")}
    assert kept == {"words": "Hurda araç", "name": "Ayşe", "email": "nobody", "q-wheels": "3", "category": "wreck"}
    assert said(page, ".photo-kept b") == ["foto 0.png"]
    assert tickets(assembly) == []

    again["email"], again["q-plate"] = "a@example.org", "35 ABC 123"
    again.submit("send", status=303)
    (ticket,) = tickets(assembly)
    assert (ticket.language, len(ticket.attachments)) == ("ar", 1)


def test_larger_letters_keep_what_was_typed_too(testapp: Browser) -> None:
    page = testapp.get("/basvuru")
    button = page.html.select_one("button[name=speak][formaction*='yazi=buyuk']")
    page.forms["apply"]["words"] = "Bank kırık"
    fields = [(name, value) for name, value in page.forms["apply"].submit_fields() if not isinstance(value, Upload)]
    page = testapp.post(button["formaction"], [*fields, ("speak", "")])
    assert "is-large" in page.html.html["class"]
    assert page.forms["apply"]["words"].value == "Bank kırık"
    assert "is-large" in testapp.get("/takip").html.html["class"]


def test_what_enter_presses_sends_the_form_and_is_no_button_for_anybody(testapp: Browser) -> None:
    page = testapp.get("/basvuru").html
    first = next(button for button in page.select("button") if button.get("form", "") == "apply")
    # Without a name, so that whoever looks for the button called "send" finds the one that is seen.
    assert (first.get("name"), first["tabindex"], first["aria-hidden"]) == (None, "-1", "true")


def test_a_message_that_was_refused_is_kept_in_another_language(testapp: Browser, filed: Filed) -> None:
    address = f"/takip/{filed.address}/{filed.code}"
    form = testapp.get(address).forms["follow-message"]
    form["text"] = "x" * 5001
    refused = form.submit()
    assert errors_of(refused)
    page = switched(refused, "follow-message", "ru")
    assert page.html.html["lang"] == "ru"
    assert page.forms["follow-message"]["text"].value == "x" * 5001
    assert errors_of(page) == []


def test_number_and_code_stay_in_another_language(testapp: Browser) -> None:
    form = testapp.get("/takip").forms["follow-form"]
    form["number"], form["code"] = "2026/1", "AAAABBBBCCCC"
    page = switched(form.submit(), "follow-form", "en")
    assert page.html.html["lang"] == "en"
    assert (page.forms["follow-form"]["number"].value, page.forms["follow-form"]["code"].value) == (
        "2026/1",
        "AAAABBBBCCCC",
    )


def test_an_address_that_was_refused_stays_in_another_language(testapp: Browser) -> None:
    form = testapp.get("/basvurularim").forms["mine"]
    form["address"] = "nobody"
    page = switched(form.submit(), "mine", "ar")
    assert page.html.html["lang"] == "ar"
    assert page.forms["mine"]["address"].value == "nobody"


def test_departments_and_other_institutions_are_named_in_the_readers_language(
    testapp: Browser, services: Callable[[str], Services]
) -> None:
    filed = services("").intake.file(draft())
    page = testapp.get(f"/takip/{filed.address}/{filed.code}?lang=en")
    assert "Parks and Gardens" in page.text
    assert "Park ve Bahçeler" not in page.text
    assert "Test Waterworks" in testapp.get("/hizmetler/leak?lang=en").text
    assert "Parks and Gardens" in testapp.get("/hizmetler/tree?lang=ar").text, "English where there is no Arabic"
