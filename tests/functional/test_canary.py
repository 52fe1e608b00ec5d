"""Personal data of one application appears in no page, address, log or message of another."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails, Representation
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Location
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import TestMethod, draft
from tests.conftest import Browser
from tests.functional.pages import tickets

As = Callable[[str], Services]
PLACE = Location("isikli", "Kanaryakapı önü", 38.46, 27.22, "987/65 Kanaryasokak")
PERSON = ContactDetails("Kanaryaad Kanaryasoyad", "+905321119988", "kanarya@canary.example")
WHO = Representation("LEGAL_PERSON", "Kanaryaşirket A.Ş.", "Kanaryayakın Kişi")
CANARIES = (
    "kanaryaad", "Kanaryasoyad", "5321119988", "532 111 99 88", "kanarya@canary", "canary.example", "Kanaryaşirket",
    "Kanaryayakın", "Kanaryakapı", "Kanaryasokak", "kanaryasözü", "38.46", "27.22",
)  # fmt: skip


def canaries_in(text: str) -> list[str]:
    folded = text.casefold()
    return [canary for canary in CANARIES if canary.casefold() in folded]


@pytest.fixture
def canary(services: As) -> Filed:
    return services("").intake.file(
        draft(
            words="kanaryasözü: bank kırık", location=PLACE, details=PERSON, representation=WHO,
            consents=("photo",), client="203.0.113.7",
        )
    )  # fmt: skip


def apply(browser: Browser, **values: Any) -> Any:
    form = browser.get("/basvuru").forms["apply"]
    for name, value in {"category_listed": "bench", "neighbourhood": "isikli", **values}.items():
        form[name] = value
    form["latitude"].force_value("38.4601")
    form["longitude"].force_value("27.2201")
    sent = form.submit(status=303)
    page = sent.follow()
    form = next(form for form in page.forms.values() if form.action.endswith("/ayni"))
    form["same_as"] = next(value for value, _chosen, _label in form["same_as"].options if value)
    form.submit(status=303)
    return page, sent


def test_a_neighbour_who_adds_themselves_learns_nothing(
    testapp: Browser, assembly: Assembly, services: As, canary: Filed, method: TestMethod,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    page, sent = apply(testapp, words="Bank yine kırık", email="komsu@example.org")
    seen = [page.text.replace("38.4601", "").replace("27.2201", ""), sent.location, sent.follow().text]
    newer = tickets(assembly)[-1]
    assert newer.related_to == canary.ticket_id
    services("clerk").handling.act(newer.id, Order(Action.REPLY, text="Geliyoruz."), None)
    seen.append(testapp.get(sent.location.removesuffix("/alindi")).text)
    services("system").delivery.deliver_due()
    mine = [note for note in method.delivered if note.to == "komsu@example.org"]
    assert len(mine) == 2
    seen += [f"{note.subject}\n{note.body}" for note in mine]
    seen += [record.getMessage() for record in caplog.records]
    for text in seen:
        assert canaries_in(text.replace(canary.number, "!")) == []
        assert canary.code not in text
        assert canary.address not in text
        assert canary.number not in text


def test_staff_see_of_a_related_ticket_only_its_number_and_subject(
    testapp: Browser, assembly: Assembly, services: As, canary: Filed
) -> None:
    newer = services("").intake.file(
        draft(words="kanaryasız", related_to=canary.ticket_id, location=Location("isikli"))
    )
    testapp.log_in("clerk")
    assert canaries_in(testapp.get(f"/panel/basvurular/{newer.address}").text) == []


def test_no_address_holds_personal_data(testapp: Browser, canary: Filed) -> None:
    testapp.log_in("clerk")
    addresses = [canary.address, canary.code]
    for path in (
        "/panel?liste=directorate",
        f"/panel/basvurular/{canary.address}",
        f"/takip/{canary.address}/{canary.code}",
    ):
        page = testapp.get(path)
        addresses += [tag.get("href") or tag.get("src") or tag.get("action") or "" for tag in page.html.find_all(True)]
    assert canaries_in(" ".join(addresses)) == []


def test_who_sends_the_same_words_from_the_same_place_is_not_led_to_anothers_page(
    browser_of: Callable[[str], Browser], assembly: Assembly
) -> None:
    def send(browser: Browser) -> str:
        form = browser.get("/basvuru").forms["apply"]
        form["words"] = "Sokak karanlık"
        return str(form.submit(status=303).location)

    assert send(browser_of("")) != send(browser_of(""))
    assert len(tickets(assembly)) == 2


@pytest.mark.parametrize("role", ["clerk-cleaning", "clerk-roads", "clerk-family", "administrator"])
def test_no_page_that_leads_on_from_another_directorates_desk_tells_of_it(
    browser_of: Callable[[str], Browser], services: As, canary: Filed, role: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Every page within two steps of where they begin, and whatever is logged meanwhile."""
    services("clerk").handling.act(canary.ticket_id, Order(Action.NOTE, text="kanaryasözü sorulacak"), None)
    services("clerk").disclosure.contact_details(canary.ticket_id, "geri arama", "")
    caplog.set_level(logging.DEBUG)
    browser = browser_of(role)
    seen: dict[str, str] = {}
    ahead = ["/panel", "/panel?q=kanaryas", "/panel?q=" + canary.number, "/panel?liste=open", "/panel/gidenler"]
    for _step in range(2):
        found = []
        for address in ahead:
            answer = browser.get(address, status="*", expect_errors=True)
            seen[address] = answer.text
            if answer.content_type == "text/html":
                found += [link["href"].partition("#")[0] for link in answer.html.select("a[href^='/panel']")]
        ahead = [address for address in dict.fromkeys(found) if address not in seen]
    assert len(seen) > 3
    for address, text in seen.items():
        assert canaries_in(text.replace("kanaryas", "")) == [], address
        assert canary.address not in text, address
    assert canaries_in("\n".join(record.getMessage() for record in caplog.records)) == []
