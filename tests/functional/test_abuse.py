"""Programs, floods, the same words from many, abuse: filed, told apart, and nobody shut out."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from halkla_iliskiler.app import build
from halkla_iliskiler.domain.access import SYSTEM
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.testing import FakeNow, TestMethod, draft, open_site
from tests.conftest import Browser
from tests.functional.pages import only_ticket, photo, tickets, words

As = Callable[[str], Services]
AYSE = ContactDetails("Ayşe", email="ayse@example.org")


@pytest.fixture
def strict(site_directory: Path, now: FakeNow) -> Iterator[Assembly]:
    """A site that lets three through in ten minutes, and believes nobody who writes a form in under two seconds."""
    opened = open_site(site_directory, now, filings_per_address="3", fastest_form="2")
    yield opened
    opened.close()


@pytest.fixture
def citizen(strict: Assembly) -> Browser:
    return Browser(build(strict), extra_environ={"REMOTE_ADDR": "203.0.113.7"})


def form_of(browser: Browser, **values: Any) -> Any:
    form = browser.get("/basvuru").forms["apply"]
    for name, value in {"words": "Bank kırık", **values}.items():
        form[name] = value
    return form


# -- floods ---------------------------------------------------------------------------------------------------------


def test_past_the_limit_every_word_comes_back_with_a_way_out(citizen: Browser, strict: Assembly, now: FakeNow) -> None:
    for number in range(3):
        form = form_of(citizen, words=f"Bank {number}")
        now.advance(timedelta(seconds=3))
        form.submit(status=303)
    slow = form_of(citizen, words="Yavaş şerit")
    now.advance(timedelta(seconds=3))
    slow.submit(status=303)
    assert [ticket.from_slow_lane for ticket in tickets(strict)] == [False, False, False, True]

    form = form_of(citizen, words="Sıradaki", place="köşe", photos=[photo()], name="Ayşe")
    now.advance(timedelta(seconds=3))
    refused = form.submit(status=429)
    assert int(refused.headers["Retry-After"]) == 57
    said = words(refused)
    assert "1 dakika sonra" in said
    assert "başvuru masasında" in said
    form = refused.forms["apply"]
    assert (form["words"].value, form["place"].value, form["name"].value) == ("Sıradaki", "köşe", "Ayşe")
    now.advance(timedelta(seconds=57))
    form.submit(status=303)
    last = tickets(strict)[-1]
    assert (last.words, last.from_slow_lane, len(last.attachments), last.suspicions) == ("Sıradaki", True, 1, ())


def test_another_address_is_not_slowed_down(citizen: Browser, strict: Assembly, now: FakeNow) -> None:
    for number in range(5):
        form = form_of(citizen, words=f"Bank {number}")
        now.advance(timedelta(seconds=3))
        form.submit(expect_errors=True)
    citizen.extra_environ["REMOTE_ADDR"] = "203.0.113.8"
    form = form_of(citizen, words="Komşudan")
    now.advance(timedelta(seconds=3))
    form.submit(status=303)
    assert not tickets(strict)[-1].from_slow_lane


# -- programs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "values", "reasons"),
    [
        (3, {}, ()),
        (1, {}, ("too_fast",)),
        (3, {"remarks": "buy now"}, ("hidden_field",)),
        (3, {"written_at": "1.ffff"}, ("no_time",)),
        (3, {"written_at": ""}, ("no_time",)),
        (0, {"remarks": "x", "written_at": "ğ"}, ("hidden_field", "no_time")),
    ],
)
def test_what_a_program_sends_is_filed_and_marked(
    citizen: Browser, strict: Assembly, now: FakeNow, seconds: int, values: dict[str, str], reasons: tuple[str, ...]
) -> None:
    form = form_of(citizen, email="kurban@example.org")
    for name, value in values.items():
        form[name].force_value(value)
    now.advance(timedelta(seconds=seconds))
    receipt = form.submit(status=303).follow()
    found = only_ticket(strict)
    assert found.suspicions == reasons
    assert found.number in words(receipt), "who it wrongly suspects loses nothing"
    method = strict.extensions.feedback_methods["test"]
    assert isinstance(method, TestMethod)
    strict.services(SYSTEM).delivery.deliver_due()
    assert len(method.delivered) == (0 if reasons else 1)


def test_nobody_sees_the_trap(testapp: Browser) -> None:
    trap = testapp.get("/basvuru").html.find(attrs={"name": "remarks"})
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert trap.find_parent(attrs={"aria-hidden": "true"}) is not None


def test_suspected_ones_have_a_list_and_a_badge_of_their_own(
    testapp: Browser, services: As, method: TestMethod
) -> None:
    filed = services("").intake.file(draft(details=AYSE, suspicions=("hidden_field",)))
    testapp.log_in("clerk")
    assert filed.number not in testapp.get("/panel?liste=directorate").text
    listed = testapp.get("/panel?liste=suspected")
    assert filed.number in listed.text
    assert "şüpheli" in listed.text
    page = testapp.get(f"/panel/basvurular/{filed.address}")
    assert "hiçbir insanın görmediği bir alan" in page.text
    form = next(form for form in page.forms.values() if form.action.endswith("/gercek"))
    assert "hiçbir insanın görmediği" not in form.submit(status=303).follow().text
    assert filed.number in testapp.get("/panel?liste=directorate").text
    services("system").delivery.deliver_due()
    assert len(method.delivered) == 1


# -- the same words -------------------------------------------------------------------------------------------------


def test_the_same_words_again_are_one_ticket_with_a_count(testapp: Browser, assembly: Assembly) -> None:
    first = form_of(testapp, words="Lamba yanmıyor", name="Ayşe").submit(status=303)
    again = form_of(testapp, words="lamba YANMIYOR!", name="Ayşe").submit(status=303)
    assert first.location == again.location
    assert only_ticket(assembly).repeats == 1
    testapp.log_in("agent")
    assert "2 kez" in testapp.get(f"/panel/basvurular/{only_ticket(assembly).address}").text
    assert "2 kez gönderildi" in testapp.get("/panel?liste=unrouted").text


def test_the_same_words_from_many_stay_tickets_and_are_shown_as_a_group(testapp: Browser, services: As) -> None:
    filed = [
        services("").intake.file(draft(words=words, details=ContactDetails(email=f"k{number}@example.org")))
        for number, words in enumerate(("Park karanlık!", "PARK KARANLIK", "park karanlık…"))
    ]
    other = services("").intake.file(draft(words="Başka bir şey"))
    assert len({each.number for each in filed}) == 3
    testapp.log_in("clerk")
    page = testapp.get(f"/panel/basvurular/{filed[0].address}")
    assert "Aynı sözlerle 2 başvuru daha" in page.text
    assert filed[1].number in page.text
    assert filed[2].number in page.text
    assert "k1@example.org" not in page.text
    assert "Aynı sözlerle" not in testapp.get(f"/panel/basvurular/{other.address}").text
    assert testapp.get("/panel?liste=directorate").text.count("aynı sözlerle 3") == 3


def test_a_group_shows_only_what_one_may_see(testapp: Browser, services: As) -> None:
    here = services("").intake.file(draft(words="Yardım edin"))
    there = services("").intake.file(draft(words="Yardım edin", category="hardship"))
    for role in ("clerk", "agent"):
        testapp.log_in(role)
        page = testapp.get(f"/panel/basvurular/{here.address}")
        assert "Aynı sözlerle" not in page.text
        assert there.number not in page.text
    testapp.log_in("supervisor")
    assert there.number in testapp.get(f"/panel/basvurular/{here.address}").text


# -- abuse ----------------------------------------------------------------------------------------------------------


def test_insults_are_covered_in_lists_and_kept_word_for_word(
    testapp: Browser, services: As, assembly: Assembly
) -> None:
    said = "Şerefsizler, bank hâlâ kırık!"
    filed = services("").intake.file(draft(words=said))
    assert only_ticket(assembly).words == said
    testapp.log_in("clerk")
    for address in ("/panel?liste=directorate", "/panel?q=bank"):
        listed = testapp.get(address).text
        assert "Ş•••, bank hâlâ kırık!" in listed
        assert "erefsiz" not in listed
    assert said in testapp.get(f"/panel/basvurular/{filed.address}").text
