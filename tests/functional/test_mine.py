"""My applications: a code instead of an account, and nothing of anybody else's."""

import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from webtest import TestResponse

from halkla_iliskiler.api import hookimpl
from halkla_iliskiler.app import build
from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.i18n import translate
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import FakeNow, TestMethod, draft, make_site
from halkla_iliskiler.web.labels import PROBLEMS
from tests.conftest import Browser
from tests.functional.pages import errors_of, field_error, said, soup, words

As = Callable[..., Services]
Browsers = Callable[[str], Browser]
File = Callable[..., Filed]
AYSE = ContactDetails("Ayşe Denek", "+905321234567", "ayse@example.org")


def tr(message: str) -> str:
    return translate(message, "tr")


def ask(browser: Browser, address: str, status: int = 303) -> TestResponse:
    form = browser.get("/basvurularim?yeni=1").forms["mine"]
    form["address"] = address
    return form.submit(status=status)


def sent_code(services: As, method: TestMethod) -> str:
    method.delivered.clear()
    while services("system").delivery.deliver_due():
        pass
    found = [re.search(r"^(\d{3}) (\d{3})$", note.body, re.MULTILINE) for note in method.delivered]
    codes = [match[1] + match[2] for match in found if match]
    return codes[-1] if codes else ""


def enter(browser: Browser, code: str, status: int = 303) -> TestResponse:
    return browser.send("/basvurularim/kod", {"code": code}, status=status)


def listed(browser: Browser) -> list[str]:
    return said(browser.get("/basvurularim"), ".mine .number")


def test_a_code_shows_the_last_years_applications_with_their_links(
    testapp: Browser, services: As, file: File, method: TestMethod, now: FakeNow
) -> None:
    old = file(details=AYSE, words="Geçen yılki.")
    now.advance(timedelta(days=300))
    first = file(details=AYSE, words="Bank kırık.")
    now.advance(timedelta(days=66))
    second = file(details=AYSE, category=None, words="Başka bir konu. " * 20)
    file(details=ContactDetails("Başkası", email="baska@example.org"))
    page = ask(testapp, "Ayse@Example.org".replace("Example", "EXAMPLE")).follow()
    assert tr("The six digits we sent you") in words(page)
    enter(testapp, sent_code(services, method))
    page = testapp.get("/basvurularim")
    assert said(page, ".mine .number") == [second.number, first.number]
    assert old.number not in page.text
    assert "Başkası" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    links = [link["href"] for link in soup(page).select(".mine a")]
    assert links == [f"/takip/{filed.address}/{filed.code}" for filed in (second, first)]
    assert "Bank kırık." in words(testapp.get(links[1]))


def test_the_message_names_nobody_and_no_application(
    services: As, file: File, testapp: Browser, method: TestMethod
) -> None:
    filed = file(details=AYSE)
    ask(testapp, "ayse@example.org")
    sent_code(services, method)
    note = method.delivered[-1]
    assert note.to == "ayse@example.org"
    assert not [
        word for word in ("Ayşe", filed.number, filed.code, "/takip/", "bank") if word in note.subject + note.body
    ]


def test_neither_a_code_nor_its_message_stays(
    testapp: Browser, services: As, file: File, assembly: Assembly, method: TestMethod, now: FakeNow
) -> None:
    file(details=AYSE)
    sent_code(services, method)
    ask(testapp, "ayse@example.org")
    code = sent_code(services, method)
    data = assembly.database.files.data.read_bytes()
    assert code.encode() not in data
    with assembly.database.reading() as site:
        assert [entry.purpose for entry in site.outbox.entries.values()] == ["RECEIPT"]
        assert len(site.proofs) == 1
    now.advance(timedelta(minutes=10))
    assert services("system").proofs.sweep() == 1
    with assembly.database.reading() as site:
        assert len(site.proofs) == 0


def test_a_code_that_could_not_be_sent_is_forgotten_with_its_time(
    testapp: Browser,
    browser_of: Browsers,
    services: As,
    file: File,
    assembly: Assembly,
    method: TestMethod,
    now: FakeNow,
) -> None:
    file(details=AYSE)
    sent_code(services, method)
    method.break_down("550 no such user", permanent=True)
    ask(testapp, "ayse@example.org")
    services("system").delivery.deliver_due()
    page = browser_of("supervisor").get("/panel/gidenler")
    assert "550" in page.text
    assert "ayse@example.org" not in page.text
    now.advance(timedelta(minutes=10))
    services("system").proofs.sweep()
    with assembly.database.reading() as site:
        assert len(site.outbox.entries) == 1
        assert list(site.outbox.undeliverable) == []


def test_a_code_that_waited_too_long_is_not_sent_any_more(
    testapp: Browser, services: As, file: File, assembly: Assembly, method: TestMethod, now: FakeNow
) -> None:
    file(details=AYSE)
    sent_code(services, method)
    method.break_down("relay is down")
    ask(testapp, "ayse@example.org")
    services("system").delivery.deliver_due()
    method.recover()
    now.advance(timedelta(minutes=10))
    assert sent_code(services, method) == ""
    with assembly.database.reading() as site:
        assert len(site.outbox.entries) == 1


def test_a_code_opens_one_browser_once(browser_of: Browsers, services: As, file: File, method: TestMethod) -> None:
    file(details=AYSE)
    mine, thief = browser_of(""), browser_of("")
    ask(mine, "ayse@example.org")
    code = sent_code(services, method)
    page = enter(thief, code, status=200)
    assert field_error(page, "code") == tr(PROBLEMS["code_wrong"])
    cookies = dict(mine.cookies)
    enter(mine, code)
    assert len(listed(mine)) == 1
    copy = browser_of("")
    for name, value in cookies.items():
        copy.set_cookie(name, value.strip('"'))
    enter(copy, code, status=200)
    assert listed(copy) == []


def test_it_is_over_after_ten_minutes_to_the_second(
    browser_of: Browsers, services: As, file: File, method: TestMethod, now: FakeNow
) -> None:
    file(details=AYSE)
    early, late = browser_of(""), browser_of("")
    ask(early, "ayse@example.org")
    first = sent_code(services, method)
    ask(late, "ayse@example.org")
    second = sent_code(services, method)
    now.advance(timedelta(minutes=10) - timedelta(seconds=1))
    enter(early, first)
    now.advance(timedelta(seconds=1))
    enter(late, second, status=200)


def test_five_tries_and_no_more(testapp: Browser, services: As, file: File, method: TestMethod) -> None:
    file(details=AYSE)
    ask(testapp, "ayse@example.org")
    code = sent_code(services, method)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        enter(testapp, wrong, status=200)
    enter(testapp, code, status=200)


def test_a_visit_is_over_after_half_an_hour_and_when_one_leaves(
    testapp: Browser, services: As, file: File, method: TestMethod, now: FakeNow
) -> None:
    file(details=AYSE)
    ask(testapp, "ayse@example.org")
    enter(testapp, sent_code(services, method))
    now.advance(timedelta(minutes=29))
    assert len(listed(testapp)) == 1
    cookies = dict(testapp.cookies)
    now.advance(timedelta(minutes=1))
    assert listed(testapp) == []
    ask(testapp, "ayse@example.org")
    enter(testapp, sent_code(services, method))
    cookies = dict(testapp.cookies)
    testapp.send("/basvurularim/cikis", status=303)
    assert listed(testapp) == []
    for name, value in cookies.items():
        testapp.set_cookie(name, value.strip('"'))
    assert listed(testapp) == [], "a copy of the cookie opens nothing"


def test_an_unknown_address_is_answered_in_the_same_words_and_no_code_is_right(
    browser_of: Browsers, services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    file(details=AYSE)
    sent_code(services, method)
    known, unknown = browser_of(""), browser_of("")
    pages = [
        ask(browser, who).follow().text for browser, who in ((known, "ayse@example.org"), (unknown, "kim@example.org"))
    ]
    plain = [re.sub(r'nonce="[^"]*"|name="csrf_token"\s+value="[^"]*"', "", page) for page in pages]
    assert plain[0] == plain[1]
    sent_code(services, method)
    assert [note.to for note in method.delivered] == ["ayse@example.org"]
    with assembly.database.reading() as site:
        proof = next(proof for proof in site.proofs.values() if proof.email == "kim@example.org")
        right = proof.code(assembly.secret)
    page = enter(unknown, right, status=200)
    assert field_error(page, "code") == tr(PROBLEMS["code_wrong"])


def test_an_unknown_address_takes_as_long(services: As, file: File, assembly: Assembly) -> None:
    file(details=AYSE)
    took: dict[str, list[float]] = {"ayse@example.org": [], "kim@example.org": []}
    for number in range(120):
        for address, spans in took.items():
            # From a client of its own each time, and past what the address has free it has to wait as any other.
            assembly.code_throttle.succeeded([f"ask:{address}"])
            start = time.perf_counter()
            services().proofs.ask(ContactDetails(email=address), f"client {number}", "tr")
            spans.append(time.perf_counter() - start)
    known, unknown = (statistics.median(spans) for spans in took.values())
    assert abs(known - unknown) < 0.005


def test_asking_is_slowed_down_for_an_address_and_for_a_client(
    browser_of: Browsers, services: As, file: File, method: TestMethod, now: FakeNow
) -> None:
    file(details=AYSE)
    browser = browser_of("")
    for _ in range(3):
        ask(browser, "ayse@example.org")
    page = ask(browser, "ayse@example.org", status=429)
    assert int(page.headers["Retry-After"]) >= 1
    assert page.forms["mine"]["address"].value == "ayse@example.org"
    assert errors_of(page) == [tr("That was too many tries. Please wait a little.")]
    now.advance(timedelta(seconds=5))
    ask(browser, "ayse@example.org")
    for number in range(8):
        ask(browser, f"kimse{number}@example.org")
    ask(browser, "kimse@example.org", status=429)


@pytest.mark.parametrize("typed", ["", "ayse", "0532 123 45 67", "a@b", "x" * 400])
def test_what_is_no_address_is_said_so(testapp: Browser, typed: str) -> None:
    page = ask(testapp, typed, status=200)
    assert field_error(page, "address") in (tr(PROBLEMS["required"]), tr(PROBLEMS["email"]))


def test_only_what_is_answered_at_this_address_is_listed(
    browser_of: Browsers, services: As, file: File, method: TestMethod
) -> None:
    """Whoever types somebody's telephone beside their own e-mail sees nothing of that somebody."""
    theirs = file(details=ContactDetails("", "+905321234567", "ayse@example.org"))
    file(details=ContactDetails("", "+905321234567", "mallory@example.org"))
    mallory = browser_of("")
    ask(mallory, "mallory@example.org")
    enter(mallory, sent_code(services, method))
    assert len(listed(mallory)) == 1
    assert theirs.number not in mallory.get("/basvurularim").text


def test_a_changed_address_takes_the_application_with_it(
    browser_of: Browsers, services: As, file: File, method: TestMethod
) -> None:
    filed = file(details=AYSE)
    services().following.change_contact(filed.address, filed.code, "", "yeni@example.org")
    services().following.confirm_contact(filed.address, filed.code, "email", sent_code(services, method))
    for address, found in (("ayse@example.org", []), ("yeni@example.org", [filed.number])):
        browser = browser_of("")
        ask(browser, address)
        code = sent_code(services, method)
        assert bool(code) == bool(found)
        enter(browser, code or "123456", status=303 if found else 200)
        assert listed(browser) == found


class Sms(TestMethod):
    """A city whose program can send to telephones."""

    code = "sms"
    label = "SMS"

    def address_of(self, details: ContactDetails) -> str:
        return details.phone


@hookimpl
def halkla_feedback_methods(settings: Mapping[str, str]) -> list[TestMethod]:
    """Give the program a way to telephones."""
    return [Sms()]


@pytest.fixture
def with_sms(tmp_path: Path, now: FakeNow) -> Iterator[Assembly]:
    modules = (sys.modules["halkla_iliskiler.testing"], sys.modules[__name__])
    opened = make_site(tmp_path / "with-sms", now, modules=modules)
    yield opened
    opened.close()


def test_where_the_city_can_send_to_telephones_they_open_it_too(with_sms: Assembly) -> None:
    def services(role: str = "") -> Services:
        return with_sms.services(SYSTEM if role else ANONYMOUS)

    sms = with_sms.extensions.feedback_methods["sms"]
    assert isinstance(sms, Sms)
    filed = services().intake.file(draft(details=ContactDetails("Ayşe", "+905321234567")))
    browser = Browser(build(with_sms), extra_environ={"REMOTE_ADDR": "203.0.113.7"})
    ask(browser, "0532 123 45 67")
    enter(browser, sent_code(services, sms))
    assert listed(browser) == [filed.number]
    # And a new telephone is proved before it counts.
    assert services().following.change_contact(filed.address, filed.code, "+905337654321", "") == ("phone",)
    services().following.confirm_contact(filed.address, filed.code, "phone", sent_code(services, sms))
    with with_sms.database.reading() as site:
        ticket = site.tickets[filed.ticket_id]
        assert (ticket.details.phone, ticket.phone_is_unproven) == ("+905337654321", False)
