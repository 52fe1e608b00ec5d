"""The back office: signing in, the lists, one ticket, everything that can be done with it."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from webtest import TestResponse

from halkla_iliskiler.app import build
from halkla_iliskiler.domain.access import Grant
from halkla_iliskiler.domain.account import IDLE_SESSION_LIFE
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Location, Ticket
from halkla_iliskiler.domain.workflow import Action, TicketStatus
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.uploads import receive
from halkla_iliskiler.testing import PASSWORD, STAFF, FakeNow, TestMethod, draft, make_site, png
from halkla_iliskiler.web.labels import ACTION_DONE, ACTIONS, DELIVERY_STATES, PROBLEMS, STATUSES
from halkla_iliskiler.work.photos import prepare_photos
from tests.conftest import Browser
from tests.functional.pages import alerts, errors_of, field_error, said, soup, tickets, tr, words

File = Callable[..., Filed]
As = Callable[[str], Services]
Browsers = Callable[[str], Browser]
AYSE = ContactDetails("Ayşe Denek", "+905321234567", "ayse@example.org")


def address(filed: Filed, action: str = "") -> str:
    return f"/panel/basvurular/{filed.address}" + (f"/islem/{action}" if action else "")


def ticket_of(assembly: Assembly, filed: Filed) -> Ticket:
    return next(ticket for ticket in tickets(assembly) if ticket.id == filed.ticket_id)


def open_form(browser: Browser, filed: Filed, action: str) -> Any:
    page = browser.get(address(filed, action), status=200)
    return page.forms[f"act-{action}"]


def do(browser: Browser, filed: Filed, action: str, **values: Any) -> TestResponse:
    """Fill an action's form in and send it, through its preview where it has one."""
    form = open_form(browser, filed, action)
    for name, value in values.items():
        form[name] = value
    answer = form.submit("do")
    if answer.status_int == 200 and said(answer, ".t-preview-text"):
        answer = answer.forms[f"act-{action}"].submit("do")
    return answer


def press(browser: Browser, filed: Filed, action: str) -> TestResponse:
    """Press the button of an action that needs no form."""
    page = browser.get(address(filed))
    forms = [form for form in page.forms.values() if form.action.endswith(f"/islem/{action}")]
    return forms[0].submit()


# -- signing in ---------------------------------------------------------------------------------------------------


def test_who_is_not_signed_in_is_led_to_the_log_in_and_back(testapp: Browser, file: File) -> None:
    filed = file()
    answer = testapp.get(address(filed), status=303)
    assert answer.location.startswith("http://localhost/panel/giris?next=")
    form = answer.follow().forms["login"]
    form["username"], form["password"] = "clerk", PASSWORD
    answer = form.submit(status=303)
    assert answer.location == "http://localhost" + address(filed)
    assert "Serpil Doğru" in answer.follow().text


def test_a_search_survives_the_log_in(testapp: Browser) -> None:
    answer = testapp.get("/panel?q=a%C4%9Fa%C3%A7&liste=open", status=303)
    form = answer.follow().forms["login"]
    form["username"], form["password"] = "clerk", PASSWORD
    assert form.submit(status=303).location == "http://localhost/panel?q=a%C4%9Fa%C3%A7&liste=open"


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("clerk", "yanlis-parola-1"),
        ("nobody-at-all", PASSWORD),
        ("clerk", PASSWORD + " "),
        ("CLERK", PASSWORD),
        ("clerk", "x" * 5000),
    ],
)
def test_a_wrong_name_and_a_wrong_password_look_alike(testapp: Browser, username: str, password: str) -> None:
    answer = testapp.send("/panel/giris", {"username": username, "password": password}, status=401)
    assert errors_of(answer) == [tr("User name or password is wrong.")]
    form = answer.forms["login"]
    assert form["username"].value == username
    assert form["password"].value == "", "a password never comes back"
    testapp.get("/panel", status=303)


@pytest.mark.parametrize("missing", ["username", "password"])
def test_an_empty_field_of_the_log_in_is_named(testapp: Browser, missing: str) -> None:
    values = {"username": "clerk", "password": PASSWORD, missing: ""}
    assert field_error(testapp.send("/panel/giris", values, status=200), missing) == tr(PROBLEMS["required"])


def wrong(browser: Browser, username: str = "clerk") -> TestResponse:
    return browser.send("/panel/giris", {"username": username, "password": "yanlis-parola-1"}, status="*")


def test_too_many_wrong_passwords_have_to_wait(testapp: Browser, browser_of: Browsers, now: FakeNow) -> None:
    assert [wrong(testapp).status_int for _ in range(5)] == [401] * 5
    blocked = wrong(testapp)
    assert blocked.status_int == 429
    wait = int(blocked.headers["Retry-After"])
    assert wait >= 1
    # The right one has to wait too, or the answer would tell which it is.
    testapp.send("/panel/giris", {"username": "clerk", "password": PASSWORD}, status=429)
    # Somebody else at the same desk, and the same person elsewhere, need not.
    testapp.send("/panel/giris", {"username": "agent", "password": PASSWORD}, status=303)
    elsewhere = browser_of("")
    elsewhere.extra_environ["REMOTE_ADDR"] = "198.51.100.1"
    elsewhere.send("/panel/giris", {"username": "clerk", "password": PASSWORD}, status=303)
    now.advance(timedelta(seconds=wait))
    testapp.reset()
    testapp.send("/panel/giris", {"username": "clerk", "password": PASSWORD}, status=303)


def test_each_further_try_waits_longer_and_nobody_for_ever(testapp: Browser, now: FakeNow) -> None:
    waits = []
    for _ in range(40):
        answer = wrong(testapp)
        if answer.status_int == 429:
            waits.append(int(answer.headers["Retry-After"]))
            now.advance(timedelta(seconds=waits[-1] + 1))
    assert waits == sorted(waits)
    assert waits[0] <= 4
    assert waits[-1] == 900


def test_guessing_one_account_from_many_addresses_is_slowed_down(testapp: Browser) -> None:
    for number in range(60):
        testapp.extra_environ["REMOTE_ADDR"] = f"198.51.100.{number}"
        answer = wrong(testapp)
    assert answer.status_int == 429


def test_trying_many_names_from_one_address_is_slowed_down(testapp: Browser) -> None:
    assert [wrong(testapp, f"name-{number}").status_int for number in range(40)][-1] == 429


def test_the_session_is_a_new_one_after_the_log_in(testapp: Browser) -> None:
    token = testapp.csrf()
    before = testapp.cookies["halkla"]
    answer = testapp.post("/panel/giris", {"username": "clerk", "password": PASSWORD, "csrf_token": token}, status=303)
    assert testapp.cookies["halkla"] != before
    assert testapp.csrf() != token, "the token of the time before is worth nothing"
    testapp.post("/panel/cikis", {"csrf_token": token}, status=400)
    # A cookie somebody planted before stays what it was: nobody's.
    planted = Browser(testapp.app, cookiejar=None)
    planted.set_cookie("halkla", before)
    planted.get("/panel", status=303)
    assert answer.location == "http://localhost/panel"


def copied(browser: Browser) -> Browser:
    """Return a thief's browser with a copy of the cookies."""
    thief = Browser(browser.app)
    for name, value in browser.cookies.items():
        thief.set_cookie(name, value.strip('"'))
    return thief


def test_logging_out_kills_a_copied_cookie(browser_of: Browsers) -> None:
    browser = browser_of("clerk")
    thief = copied(browser)
    thief.get("/panel", status=200)
    assert browser.send("/panel/cikis", status=303).location == "http://localhost/panel/giris"
    browser.get("/panel", status=303)
    thief.get("/panel", status=303)


def test_a_disabled_account_is_out_at_once(browser_of: Browsers, services: As) -> None:
    browser = browser_of("clerk")
    browser.get("/panel", status=200)
    services("system").accounts.disable("clerk")
    browser.get("/panel", status=303)
    browser.send("/panel/giris", {"username": "clerk", "password": PASSWORD}, status=401)


def test_a_new_password_ends_every_session(browser_of: Browsers, services: As) -> None:
    first, second = browser_of("clerk"), browser_of("clerk")
    services("system").accounts.change_password("clerk", "yepyeni-bir-parola")
    for browser in (first, second):
        browser.get("/panel", status=303)
    first.send("/panel/giris", {"username": "clerk", "password": PASSWORD}, status=401)
    first.send("/panel/giris", {"username": "clerk", "password": "yepyeni-bir-parola"}, status=303)


def test_a_session_ends_when_nobody_works(browser_of: Browsers, now: FakeNow) -> None:
    browser = browser_of("clerk")
    for _ in range(3):
        now.advance(IDLE_SESSION_LIFE - timedelta(minutes=1))
        browser.get("/panel", status=200)
    now.advance(IDLE_SESSION_LIFE + timedelta(seconds=1))
    browser.get("/panel", status=303)


def test_a_session_ends_after_a_long_day_even_for_the_busy(browser_of: Browsers, now: FakeNow) -> None:
    browser = browser_of("clerk")
    thief = copied(browser)
    for _ in range(24):
        now.advance(timedelta(minutes=30))
        browser.get("/panel", status=200)
    now.advance(timedelta(minutes=1))
    browser.get("/panel", status=303)
    thief.get("/panel", status=303)


def test_a_cookie_somebody_made_up_is_nobodys(testapp: Browser) -> None:
    for value in ("x", "A" * 200, '""', "eyJzaWQiOiAiYWJjIn0"):
        testapp.get("/panel", headers={"Cookie": f"halkla={value}"}, status=303)


def test_who_is_signed_in_need_not_again(browser_of: Browsers) -> None:
    assert browser_of("clerk").get("/panel/giris", status=303).location == "http://localhost/panel"


ELSEWHERE = [
    "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "/takip",
    "/panelx", "/panel\\evil", "/panel\r\nX: y", "/panel?q=\x00", "javascript:alert(1)", " /panel//", "/panel@evil",
    "/panel?q=ağaç", "/PANEL", "/panel\t", "//localhost/panel", "http://localhost.evil/panel", "@evil", "",
]  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_the_log_in_leads_to_the_back_office_only(testapp: Browser, wanted: str) -> None:
    values = {"username": "clerk", "password": PASSWORD, "next": wanted}
    answer = testapp.send("/panel/giris", values, status=303)
    assert answer.location == "http://localhost/panel"
    assert "X" not in answer.headers


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_the_address_of_the_log_in_cannot_plant_another_goal(testapp: Browser, wanted: str) -> None:
    form = testapp.get("/panel/giris", {"next": wanted.encode()}).forms["login"]
    assert form["next"].value == "/panel"


# -- lists --------------------------------------------------------------------------------------------------------


def numbers(answer: TestResponse) -> list[str]:
    return said(answer, ".q-no")


def test_the_clock_that_breaks_first_is_at_the_top(browser_of: Browsers, file: File, now: FakeNow) -> None:
    slow = file(category="tree")
    now.advance(timedelta(hours=1))
    later = file(category="tree")
    now.advance(timedelta(hours=1))
    praise = file(kind="PRAISE")
    clerk = browser_of("clerk")
    assert numbers(clerk.get("/panel")) == [slow.number, later.number, praise.number]
    # Answered: what counts then is the time to solve it.
    do(clerk, slow, "reply", text="Bakıyoruz.")
    assert numbers(clerk.get("/panel")) == [later.number, slow.number, praise.number]


def test_finished_ones_stand_in_a_list_of_their_own_the_newest_first(
    browser_of: Browsers, file: File, now: FakeNow
) -> None:
    first, second, third = file(), file(), file()
    clerk = browser_of("clerk")
    for filed in (second, first):
        now.advance(timedelta(minutes=5))
        do(clerk, filed, "finish", text="Onarıldı.", outcome="SOLVED")
    assert numbers(clerk.get("/panel")) == [third.number]
    assert numbers(clerk.get("/panel?liste=finished")) == [first.number, second.number]


def test_everybody_begins_with_their_own_list(browser_of: Browsers, file: File) -> None:
    filed = file()
    assert numbers(browser_of("clerk").get("/panel")) == [filed.number]
    assert numbers(browser_of("agent").get("/panel")) == [filed.number]
    assert numbers(browser_of("clerk-cleaning").get("/panel")) == []


def test_each_list_holds_what_its_name_says(browser_of: Browsers, file: File, services: As, now: FakeNow) -> None:
    unrouted, mine, waiting, check = file(category=None), file(), file(), file(category="pothole")
    clerk = services("clerk").handling
    clerk.act(mine.ticket_id, Order(Action.TAKE), None)
    clerk.act(waiting.ticket_id, Order(Action.ASK, text="Hangisi?"), None)
    services("clerk-roads").handling.act(
        check.ticket_id, Order(Action.FINISH, text="Kapatıldı.", outcome="SOLVED"), None
    )
    agent, worker, supervisor = browser_of("agent"), browser_of("clerk"), browser_of("supervisor")
    assert numbers(agent.get("/panel?liste=unrouted")) == [unrouted.number]
    assert numbers(worker.get("/panel?liste=mine")) == [mine.number]
    assert numbers(worker.get("/panel?liste=waiting")) == [waiting.number]
    assert numbers(supervisor.get("/panel?liste=check")) == [check.number]
    assert numbers(agent.get("/panel?liste=overdue")) == []
    now.advance(timedelta(hours=48, minutes=1))
    agent.log_in("agent")
    assert set(numbers(agent.get("/panel?liste=overdue"))) == {
        unrouted.number,
        mine.number,
        waiting.number,
        check.number,
    }


def test_the_side_shows_how_many_there_are(browser_of: Browsers, file: File) -> None:
    for _ in range(3):
        file()
    page = browser_of("clerk").get("/panel")
    counts = dict(zip(said(page, ".s-first a > span:first-child"), said(page, ".s-first .s-count"), strict=True))
    assert counts[tr("My directorate")] == "3"
    assert counts[tr("All open")] == "3"
    assert counts[tr("Overdue")] == ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("durum=IN_PROGRESS", {"taken"}),
        ("konu=Yollar", {"road"}),
        ("mahalle=isikli", {"place"}),
        ("kanal=telephone", {"phone"}),
        ("durum=IN_PROGRESS&konu=Yollar", set()),
        ("durum=NOSUCH", {"taken", "road", "place", "phone"}),
        ("durum=%3Cscript%3E&konu=%27&mahalle=&kanal=", {"taken", "road", "place", "phone"}),
        ("mahalle=%27&kanal=%27", set()),
        ("vade=late", set()),
        ("vade=week", {"taken", "road", "place", "phone"}),
        ("vade=nonsense", {"taken", "road", "place", "phone"}),
    ],
)
def test_filters_narrow_a_list(browser_of: Browsers, file: File, services: As, query: str, expected: set[str]) -> None:
    filed = {
        "taken": file(),
        "road": file(category="leak"),
        "place": file(location=Location("isikli", "köşe")),
        "phone": file(channel="telephone"),
    }
    services("clerk").handling.act(filed["taken"].ticket_id, Order(Action.TAKE), None)
    page = browser_of("supervisor").get(f"/panel?liste=open&{query}")
    assert set(numbers(page)) == {filed[name].number for name in expected}


def test_a_filter_shows_what_is_chosen_and_can_be_taken_away(browser_of: Browsers, file: File) -> None:
    file()
    page = browser_of("supervisor").get("/panel?liste=open&durum=NEW")
    chosen = soup(page).select_one("select[name=durum] option[selected]")
    assert chosen["value"] == "NEW"
    assert words(page).count(tr("Nothing fits")) == 1
    back = soup(page).select_one(".q-clear")["href"]
    assert back == "/panel?liste=open"


@pytest.mark.parametrize(
    "typed", ["ışıklar", "ISIKLAR", "Işıklar", "isiklar", "IŞIKLAR'ın", "ışık", "ISI KIRIK", "372/15"]
)
def test_search_knows_turkish(browser_of: Browsers, file: File, typed: str) -> None:
    filed = file(words="Sokaktaki IŞIKLAR kırık, 372/15 sokak.")
    file(words="Bambaşka bir konu.")
    assert numbers(browser_of("clerk").get("/panel", {"q": typed.encode()})) == [filed.number]


def test_search_finds_what_is_finished_too_newest_first(browser_of: Browsers, file: File) -> None:
    old, new = file(words="kuyruklu yıldız"), file(words="kuyruklu yıldız")
    clerk = browser_of("clerk")
    do(clerk, old, "finish", text="Geçti.", outcome="SOLVED")
    assert numbers(clerk.get("/panel?q=kuyruklu")) == [new.number, old.number]


@pytest.mark.parametrize(
    "typed",
    ["", " ", "***", "AND OR NOT", '"', "'; DROP TABLE tickets --", "a" * 5000, "NEAR(a b)", "col:x", "😀", "\x00"],
)  # fmt: skip
def test_search_takes_anything(browser_of: Browsers, file: File, typed: str) -> None:
    file()
    browser_of("clerk").get("/panel", {"q": typed.encode()}, status=200)


def test_a_search_that_finds_nothing_says_so(browser_of: Browsers, file: File) -> None:
    file()
    page = browser_of("clerk").get("/panel?q=yokboylebirsey")
    assert tr("Nothing fits") in words(page)
    assert soup(page).find(id="s-q")["value"] == "yokboylebirsey"


@pytest.mark.parametrize("spell", ["{number}", "{address}", " {number} "])
def test_an_exact_number_leads_to_the_ticket(browser_of: Browsers, file: File, spell: str) -> None:
    filed = file()
    typed = spell.format(number=filed.number, address=filed.address)
    assert browser_of("clerk").get("/panel", {"q": typed}, status=303).location == "http://localhost" + address(filed)
    browser_of("clerk-cleaning").get("/panel", {"q": typed}, status=200)


def all_pages(browser: Browser, first: str, direction: str = "next") -> list[list[str]]:
    pages, where = [], first
    while where:
        page = browser.get(where)
        pages.append(numbers(page))
        link = soup(page).select_one(f".s-pages a[rel={direction}]")
        where = link["href"] if link else ""
        if not where:
            all_pages.last = page.request.path_qs  # type: ignore[attr-defined]
    return pages


@pytest.mark.parametrize("query", ["liste=open", "liste=finished", "q=sayfa"])
def test_pages_hold_every_row_once_there_and_back(browser_of: Browsers, services: As, query: str) -> None:
    def many(shared: Services) -> None:
        for _ in range(120):
            filed = shared.intake.file(draft(words="sayfa sayfa"))
            if query == "liste=finished":
                shared.handling.act(filed.ticket_id, Order(Action.FINISH, text="Bitti.", outcome="SOLVED"), None)

    services("system").together(many, "many tickets")
    supervisor = browser_of("supervisor")
    forwards = all_pages(supervisor, f"/panel?{query}")
    assert [len(page) for page in forwards] == [50, 50, 20]
    assert len({number for page in forwards for number in page}) == 120
    backwards = all_pages(supervisor, all_pages.last, "prev")  # type: ignore[attr-defined]
    assert backwards == forwards[::-1]


@pytest.mark.parametrize("cursor", ["x", "1", "1.", ".1", "9" * 400 + ".1", "-1.-1", "1.1.1", "٣.٣", "1e9.1"])
def test_a_place_in_a_list_that_is_none_is_passed_over(browser_of: Browsers, file: File, cursor: str) -> None:
    file()
    browser_of("clerk").get("/panel", {"sonra": cursor.encode()}, status=200)
    browser_of("clerk").get("/panel", {"once": cursor.encode()}, status=200)


# -- one ticket -----------------------------------------------------------------------------------------------------


def test_the_page_says_what_the_citizen_said(browser_of: Browsers, file: File) -> None:
    filed = file(words="Bank kırık.\nİkinci satır.", location=Location("cayirbasi", "köşe başı"), details=AYSE)
    page = browser_of("clerk").get(address(filed))
    text = words(page)
    for expected in (
        filed.number,
        "Kırık bank",
        "Bank kırık. İkinci satır.",
        "Çayırbaşı",
        "köşe başı",
        "Ayşe Denek",
        "Web formu",
    ):
        assert expected in text
    assert said(page, ".t-clocks dd") != []


_FINISHED = Order(Action.FINISH, text="Bitti.", outcome="SOLVED")
WAYS: dict[str, tuple[str, tuple[Order, ...]]] = {
    "NEW": ("none", ()),
    "ASSIGNED": ("bench", ()),
    "IN_PROGRESS": ("bench", (Order(Action.TAKE),)),
    "WAITING_FOR_APPLICANT": ("bench", (Order(Action.ASK, text="Neresi?"),)),
    "WAITING_FOR_BODY": ("bench", (Order(Action.REFER, text="İlettik.", body="water"),)),
    "PLANNED": ("bench", (Order(Action.PLAN, text="Programda.", planned_for=date(2026, 2, 2)),)),
    "DONE": ("bench", (_FINISHED,)),
    "DONE to be checked": ("pothole", (_FINISHED,)),
    "CLOSED": ("bench", (_FINISHED, Order(Action.CLOSE))),
    "REOPEN_REQUESTED": ("bench", (_FINISHED, Order(Action.REQUEST_REOPENING, text="Olmadı."))),
}


@pytest.fixture
def reaching(file: File, services: As) -> Callable[[str], Filed]:
    """``reaching("PLANNED")``: a ticket that stands there."""

    def travel(status: str) -> Filed:
        category, orders = WAYS[status]
        filed = file(category=None if category == "none" else category, details=AYSE)
        for order in orders:
            if order.action is Action.REQUEST_REOPENING:
                services("").following.ask_to_reopen(filed.address, filed.code, order.text)
            else:
                services("system").handling.act(filed.ticket_id, order, None)
        return filed

    return travel


def test_there_is_a_way_to_every_status() -> None:
    assert {status.partition(" ")[0] for status in WAYS} == set(TicketStatus)


@pytest.mark.parametrize("status", WAYS)
def test_the_page_shows_a_ticket_in_each_status_with_what_can_be_done(
    browser_of: Browsers, reaching: Callable[[str], Filed], services: As, assembly: Assembly, status: str
) -> None:
    filed = reaching(status)
    page = browser_of("supervisor").get(address(filed), status=200)
    assert said(page, ".t-meta .status") == [tr(STATUSES[status.partition(" ")[0]])]
    possible = services("supervisor").handling.possible_actions(ticket_of(assembly, filed))
    shown = {
        link.get("href", link.get("action", "")).partition("/islem/")[2].partition("#")[0]
        for link in soup(page).select(".t-bar [href], .t-bar form")
    }
    assert shown == set(possible)
    for action in possible:
        assert tr(ACTIONS[action]) in page.text


@pytest.mark.parametrize("status", WAYS)
@pytest.mark.parametrize("action", ACTIONS)
def test_the_form_of_each_action_opens_in_the_statuses_it_fits(
    browser_of: Browsers, reaching: Callable[[str], Filed], services: As, assembly: Assembly, status: str, action: str
) -> None:
    filed = reaching(status)
    role = "supervisor" if status == "NEW" or action in ("accept", "give_back") else "director"
    if status == "DONE to be checked" and role == "director":
        role = "clerk-roads"
    possible = services(role).handling.possible_actions(ticket_of(assembly, filed))
    answer = browser_of(role).get(address(filed, action), status="*")
    if action in possible and action not in ("take", "accept", "close"):
        assert answer.status_int == 200
        assert answer.forms[f"act-{action}"].fields
        assert answer.forms[f"act-{action}"]["revision"].value == str(ticket_of(assembly, filed).revision)
    else:
        assert answer.location == "http://localhost" + address(filed)


def test_every_history_entry_is_said_in_words(browser_of: Browsers, reaching: Callable[[str], Filed]) -> None:
    for status in WAYS:
        page = browser_of("supervisor").get(address(reaching(status)))
        for entry in said(page, ".t-what"):
            assert "${" not in entry
            assert "None" not in entry
            assert not re.search("[A-Z]{4,}_?[A-Z]*", entry), entry


# -- doing things -----------------------------------------------------------------------------------------------------


def test_an_answer_is_shown_exactly_before_it_is_sent(
    browser_of: Browsers, file: File, assembly: Assembly, services: As, method: TestMethod
) -> None:
    filed = file(details=AYSE)
    clerk = browser_of("clerk")
    form = open_form(clerk, filed, "reply")
    form["text"] = "Bank yarın onarılacak."
    preview = form.submit("do")
    assert preview.status_int == 200
    shown = said(preview, ".t-preview-text")[0]
    assert "Bank yarın onarılacak." in shown
    assert "Ayşe Denek" in shown
    assert "a•••@example.org" in said(preview, ".t-preview-to")[0]
    assert len(ticket_of(assembly, filed).notifications) == 1, "nothing but the receipt is on its way"

    answer = preview.forms["act-reply"].submit("do", status=303).follow()
    assert alerts(answer)[0].startswith(tr(ACTION_DONE["reply"]))
    services("system").delivery.deliver_due()
    sent = method.delivered[-1]
    assert " ".join(sent.body.split()).replace(filed.code, "••••") == shown
    assert sent.subject == said(preview, ".t-preview-subject")[0]
    promise = ticket_of(assembly, filed).clocks[0]
    assert not promise.is_running, "the relay has taken it: the promise is met"


def test_a_text_changed_after_the_preview_is_shown_again(browser_of: Browsers, file: File, assembly: Assembly) -> None:
    filed = file(details=AYSE)
    form = open_form(browser_of("clerk"), filed, "reply")
    form["text"] = "İlk metin."
    form = form.submit("do").forms["act-reply"]
    form["text"] = "İkinci metin."
    again = form.submit("do", status=200)
    assert "İkinci metin." in said(again, ".t-preview-text")[0]
    assert ticket_of(assembly, filed).revision == 1
    again.forms["act-reply"].submit("do", status=303)
    assert [entry.text for _, entry in ticket_of(assembly, filed).history][-1] == "İkinci metin."


@pytest.mark.parametrize(
    ("action", "values", "change"),
    [
        ("finish", {"outcome": "SOLVED", "text": "Bitti."}, {"outcome": "DECLINED"}),
        ("refer", {"body": "water", "text": "İlettik."}, {"body": "power"}),
        ("plan", {"date": "2026-02-02", "text": "Programda."}, {"date": "2026-03-03"}),
    ],
)
def test_whatever_changed_after_the_preview_is_shown_again(
    browser_of: Browsers, file: File, assembly: Assembly, action: str, values: dict[str, str], change: dict[str, str]
) -> None:
    filed = file(details=AYSE)
    form = open_form(browser_of("clerk"), filed, action)
    for name, value in values.items():
        form[name] = value
    form = form.submit("do").forms[f"act-{action}"]
    for name, value in change.items():
        form[name] = value
    again = form.submit("do", status=200)
    assert said(again, ".t-preview-text")
    assert ticket_of(assembly, filed).status == "ASSIGNED"


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Yarın [tarih] geliriz.", "[tarih] yeri henüz doldurulmamış"),
        ("{number} numaralı", "{number} yeri henüz doldurulmamış"),
        ("Sayın [ad", "“[ad” yerinde açılan köşeli parantez kapanmamış"),
        ("Sayın {adi} ve {number} {place", "{adi} diye bir alan yok"),
        ("Yeri: {place", "“{place” yerinde açılan süslü parantez kapanmamış"),
    ],
)
def test_what_was_left_to_fill_in_is_not_sent(
    browser_of: Browsers, file: File, assembly: Assembly, text: str, refused: str
) -> None:
    filed = file(details=AYSE)
    answer = do(browser_of("clerk"), filed, "reply", text=text)
    assert refused in (field_error(answer, "text") or "")
    assert answer.forms["act-reply"]["text"].value.strip() == text
    assert ticket_of(assembly, filed).revision == 1


def test_a_ready_answer_is_put_in_with_its_fields(browser_of: Browsers, file: File) -> None:
    filed = file(details=AYSE, location=Location("isikli", "köşe"))
    form = open_form(browser_of("clerk"), filed, "finish")
    assert [value for value, *_ in form["template"].options] == ["", "pruned", "done", "no"]
    form["template"], form["outcome"] = "done", "SOLVED"
    page = form.submit("use_template", status=200)
    form = page.forms["act-finish"]
    assert form["text"].value.strip() == f"Işıklı, köşe için {filed.number} numaralı başvurunuzdaki iş tamamlandı."
    assert form["outcome"].value == "SOLVED", "what was chosen stays"
    assert form.submit("do").forms["act-finish"].submit("do").status_int == 303


def test_a_ready_answer_waits_for_what_it_names(browser_of: Browsers, file: File) -> None:
    filed = file(details=AYSE)
    clerk = browser_of("clerk")
    form = open_form(clerk, filed, "refer")
    form["template"] = "theirs"
    form = form.submit("use_template").forms["act-refer"]
    assert "{body}" in form["text"].value
    form["body"] = "water"
    assert field_error(form.submit("do"), "text") == "{body} yeri henüz doldurulmamış."
    form["template"] = "theirs"
    form = form.submit("use_template").forms["act-refer"]
    assert form["text"].value.strip() == "Başvurunuzu Deneme Su İdaresi kurumuna ilettik."


def test_no_ready_answer_chosen_changes_nothing(browser_of: Browsers, file: File) -> None:
    form = open_form(browser_of("clerk"), file(details=AYSE), "reply")
    form["text"] = "Kendi sözüm."
    assert form.submit("use_template").forms["act-reply"]["text"].value.strip() == "Kendi sözüm."


@pytest.mark.parametrize(
    ("action", "values", "field", "problem"),
    [
        ("note", {"text": " "}, "text", "required"),
        ("send_back", {"text": ""}, "text", "required"),
        ("assign", {"department": ""}, "department", "required"),
        ("finish", {"text": "Bitti.", "outcome": ""}, "outcome", "required"),
        ("finish", {"text": "", "outcome": "SOLVED"}, "text", "required"),
        ("finish", {"text": "a" * 5001, "outcome": "SOLVED"}, "text", "too_long"),
        ("finish", {"text": "Bitti.", "outcome": "NOT_EXAMINED_6A"}, "outcome", "petitions_only"),
        ("finish", {"text": "Bitti.", "outcome": "MADE_UP"}, "outcome", "unknown"),
        ("plan", {"text": "Programda.", "date": ""}, "date", "required"),
        ("plan", {"text": "Programda.", "date": "2026-01-05"}, "date", "not_in_future"),
        ("plan", {"text": "Programda.", "date": "yarın"}, "date", "unknown"),
        ("plan", {"text": "Programda.", "date": "2026-02-30"}, "date", "unknown"),
        ("refer", {"text": "İlettik.", "body": "made-up"}, "body", "unknown"),
        ("assign", {"department": "made-up"}, "department", "unknown"),
        ("assign", {"department": "roads"}, "department", "out_of_reach"),
        ("assign", {"department": "parks", "assignee": "clerk-roads"}, "assignee", "not_in_department"),
    ],
)  # fmt: skip
def test_each_field_says_what_is_wrong_with_it(
    browser_of: Browsers, file: File, assembly: Assembly, action: str, values: dict[str, str], field: str, problem: str
) -> None:
    filed = file(details=AYSE)
    answer = browser_of("director").get(address(filed, action))
    for _ in range(2):
        form = answer.forms[f"act-{action}"]
        for name, value in values.items():
            form[name].force_value(value)
        answer = form.submit("do")
        if not said(answer, ".t-preview-text"):
            break
    assert answer.status_int == 200
    assert field_error(answer, field) == tr(PROBLEMS[problem])
    ticket = ticket_of(assembly, filed)
    assert (ticket.status, ticket.revision, ticket.department) == ("ASSIGNED", 1, "parks")


def test_a_petition_may_end_unexamined(browser_of: Browsers, file: File, assembly: Assembly) -> None:
    filed = file(category="petition", details=AYSE)
    do(browser_of("clerk-roads"), filed, "finish", text="Konusu belli değil.", outcome="NOT_EXAMINED_6A")
    assert ticket_of(assembly, filed).outcome == "NOT_EXAMINED_6A"


def test_the_work_from_the_centre_to_the_answer(
    browser_of: Browsers, file: File, assembly: Assembly, services: As, method: TestMethod
) -> None:
    filed = file(category=None, details=AYSE)
    agent, clerk = browser_of("agent"), browser_of("clerk")
    assert numbers(clerk.get("/panel")) == []
    answer = do(agent, filed, "assign", department="parks", assignee="clerk", category="tree", text="Acele.")
    assert alerts(answer.follow()) == [tr(ACTION_DONE["assign"], department="Park ve Bahçeler Müdürlüğü")]
    ticket = ticket_of(assembly, filed)
    assert (ticket.department, ticket.assignee, ticket.category, ticket.status) == (
        "parks",
        "clerk",
        "tree",
        "ASSIGNED",
    )
    assert numbers(clerk.get("/panel?liste=mine")) == [filed.number]

    assert alerts(press(clerk, filed, "take").follow()) == [tr(ACTION_DONE["take"])]
    do(clerk, filed, "note", text="Ekip yarın gidiyor.")
    do(clerk, filed, "finish", text="Dal budandı.", outcome="SOLVED")
    services("system").delivery.deliver_due()
    assert "Dal budandı." in method.delivered[-1].body
    assert "Ekip yarın" not in method.delivered[-1].body
    ticket = ticket_of(assembly, filed)
    assert (ticket.status, ticket.outcome) == ("DONE", "SOLVED")
    assert not any(clock.is_running for clock in ticket.clocks)

    director = browser_of("director")
    press(director, filed, "close")
    assert ticket_of(assembly, filed).status == "CLOSED"
    do(director, filed, "reopen", text="Bir dal daha var.")
    assert ticket_of(assembly, filed).status == "IN_PROGRESS"


def test_sent_back_it_lies_with_the_centre(browser_of: Browsers, file: File, assembly: Assembly) -> None:
    filed = file(details=AYSE)
    clerk = browser_of("clerk")
    answer = do(clerk, filed, "send_back", text="Bizim değil.", department="roads")
    assert answer.location == "http://localhost/panel", "out of sight now"
    assert alerts(answer.follow()) == [tr(ACTION_DONE["send_back"])]
    clerk.get(address(filed), status=404)
    ticket = ticket_of(assembly, filed)
    assert (ticket.department, ticket.status) == (None, "NEW")
    page = browser_of("agent").get(address(filed))
    assert "Bizim değil." in words(page)


def test_what_is_checked_is_answered_when_it_is_accepted(
    browser_of: Browsers, file: File, assembly: Assembly, services: As, method: TestMethod
) -> None:
    filed = file(category="pothole", details=AYSE)
    clerk, supervisor = browser_of("clerk-roads"), browser_of("supervisor")
    do(clerk, filed, "finish", text="Çukur kapatıldı.", outcome="SOLVED")
    services("system").delivery.deliver_due()
    assert [message.subject for message in method.delivered] == [message.subject for message in method.delivered[:1]]
    assert ticket_of(assembly, filed).check_pending
    clerk.send(address(filed, "accept"), {"revision": "2"}, status=403)

    do(supervisor, filed, "give_back", text="Fotoğraf eksik.")
    assert ticket_of(assembly, filed).status == "IN_PROGRESS"
    assert "Fotoğraf eksik." in words(clerk.get(address(filed)))
    do(clerk, filed, "finish", text="Çukur kapatıldı, fotoğrafı ekte.", outcome="SOLVED")
    assert alerts(press(supervisor, filed, "accept").follow())[0].startswith(tr(ACTION_DONE["accept"]))
    services("system").delivery.deliver_due()
    assert "Çukur kapatıldı, fotoğrafı ekte." in method.delivered[-1].body
    press(supervisor, filed, "close")
    assert ticket_of(assembly, filed).status == "CLOSED"


def test_a_wish_to_reopen_is_judged(browser_of: Browsers, reaching: Callable[[str], Filed], assembly: Assembly) -> None:
    director = browser_of("director")
    first, second = reaching("REOPEN_REQUESTED"), reaching("REOPEN_REQUESTED")
    assert "Olmadı." in words(director.get(address(first)))
    do(director, first, "refuse_reopening", text="Baktık, iş tamam.")
    assert ticket_of(assembly, first).status == "CLOSED"
    do(director, second, "reopen", text="Haklısınız.")
    assert ticket_of(assembly, second).status == "IN_PROGRESS"


# -- two people at once ---------------------------------------------------------------------------------------------


def test_a_change_meanwhile_is_named_and_the_text_is_kept(browser_of: Browsers, file: File, assembly: Assembly) -> None:
    filed = file(details=AYSE)
    clerk, director = browser_of("clerk"), browser_of("director")
    form = open_form(clerk, filed, "note")
    do(director, filed, "note", text="Ben de bakıyorum.")
    form["text"] = "Uzun uzun yazdım."
    answer = form.submit("do", status=200)
    assert tr("Somebody changed this application while you were writing.") in words(answer)
    assert any("Filiz Başaran" in change for change in said(answer, ".t-changes li"))
    again = answer.forms["act-note"]
    assert again["text"].value.strip() == "Uzun uzun yazdım."
    assert [entry.text for _, entry in ticket_of(assembly, filed).history] == ["", "Ben de bakıyorum."]
    again.submit("do", status=303)
    assert [entry.text for _, entry in ticket_of(assembly, filed).history][-1] == "Uzun uzun yazdım."


def test_a_change_meanwhile_stops_an_answer_that_was_previewed(
    browser_of: Browsers, file: File, assembly: Assembly
) -> None:
    filed = file(details=AYSE)
    form = open_form(browser_of("clerk"), filed, "reply")
    form["text"] = "Yarın onarılacak."
    form = form.submit("do").forms["act-reply"]
    do(browser_of("director"), filed, "note", text="Onarıldı bile.")
    answer = form.submit("do", status=200)
    assert said(answer, ".t-changes li")
    assert answer.forms["act-reply"]["text"].value.strip() == "Yarın onarılacak."
    assert len(ticket_of(assembly, filed).notifications) == 1


def test_a_button_pressed_on_an_old_page_changes_nothing(browser_of: Browsers, file: File, assembly: Assembly) -> None:
    filed = file(details=AYSE)
    clerk = browser_of("clerk")
    old = next(form for form in clerk.get(address(filed)).forms.values() if form.action.endswith("/take"))
    do(browser_of("director"), filed, "note", text="Bekleyelim.")
    answer = old.submit(status=200)
    assert said(answer, ".t-changes li")
    assert ticket_of(assembly, filed).assignee is None
    answer.forms["act-take"].submit("do", status=303)
    assert ticket_of(assembly, filed).assignee == "clerk"


def test_what_is_not_possible_any_more_is_said(browser_of: Browsers, file: File, assembly: Assembly) -> None:
    filed = file(details=AYSE)
    form = open_form(browser_of("clerk"), filed, "send_back")
    form["text"] = "Bizim değil."
    do(browser_of("director"), filed, "finish", text="Onarıldı.", outcome="SOLVED")
    answer = form.submit("do")
    if answer.status_int == 200:  # the conflict comes first; sent again all the same
        answer = answer.forms["act-send_back"].submit("do", status=200)
    sentence = tr("That is not possible any more: the application has moved on. Here is how it stands.")
    assert any(sentence in alert for alert in alerts(answer))
    assert answer.forms["act-send_back"]["text"].value == "Bizim değil.", "what was written is not lost"
    assert ticket_of(assembly, filed).status == "DONE"


@pytest.mark.parametrize("revision", ["", "x", "-1", "0", "999999", "1.0", "٢", "9" * 400])
def test_a_revision_that_is_none_counts_as_old(
    browser_of: Browsers, file: File, assembly: Assembly, revision: str
) -> None:
    filed = file()
    answer = browser_of("clerk").send(address(filed, "note"), {"text": "Not.", "revision": revision}, status=200)
    assert said(answer, ".t-changes li")
    assert ticket_of(assembly, filed).revision == 1


# -- people's data ----------------------------------------------------------------------------------------------------


def reads(assembly: Assembly) -> list[dict[str, str]]:
    log = assembly.database.files.directory / "reads.log"
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []


def test_telephone_and_address_are_masked_until_somebody_says_why(
    browser_of: Browsers, file: File, assembly: Assembly
) -> None:
    filed = file(details=AYSE)
    clerk = browser_of("clerk")
    page = clerk.get(address(filed))
    assert "0532 ••• •• 67" in words(page)
    assert "a•••@example.org" in words(page)
    for secret in ("1234567", "123 45", "ayse@example.org"):
        assert secret not in page.text
    assert reads(assembly) == []

    form = next(form for form in page.forms.values() if form.action.endswith("/iletisim"))
    form["reason"] = "  "
    refused = form.submit(status=200)
    assert "1234567" not in refused.text
    assert reads(assembly) == []

    form["reason"] = "Yeri sormak için\narayacağım"
    opened = form.submit(status=200)
    assert "0532 123 45 67" in words(opened)
    assert "ayse@example.org" in words(opened)
    assert soup(opened).select_one("#applicant a")["href"] == "tel:+905321234567"
    (line,) = reads(assembly)
    assert line["who"] == "clerk"
    assert line["ticket"] == filed.address
    assert line["why"].split() == ["Yeri", "sormak", "için", "arayacağım"]
    assert line["from"] == "203.0.113.7"
    assert line["what"] == "contact_details"
    assert (assembly.database.files.directory / "reads.log").stat().st_mode & 0o777 == 0o600
    assert "1234567" not in clerk.get(address(filed)).text, "masked again at the next look"


@pytest.mark.parametrize("role", ["deputy-mayor", "field-crew", "auditor"])
def test_who_may_not_open_it_is_not_offered_it(browser_of: Browsers, file: File, assembly: Assembly, role: str) -> None:
    filed = file(details=AYSE)
    browser = browser_of(role)
    page = browser.get(address(filed))
    assert not [form for form in page.forms.values() if form.action.endswith("/iletisim")]
    assert "Denek" not in page.text, "initials are enough"
    browser.send(address(filed) + "/iletisim", {"reason": "merak"}, status=403)
    assert reads(assembly) == []


@pytest.mark.parametrize("role", ["deputy-mayor", "field-crew", "auditor"])
@pytest.mark.parametrize("action", ["ask", "reply", "plan", "refer", "finish", "refuse_reopening"])
def test_who_may_not_answer_sees_no_preview_with_the_name(
    browser_of: Browsers, file: File, role: str, action: str
) -> None:
    filed = file(details=AYSE)
    values = {"text": "Merhaba", "outcome": "SOLVED", "date": "2026-02-02", "body": "water"}
    browser = browser_of(role)
    for button in ("do", "use_template"):
        answer = browser.send(address(filed, action), {**values, button: button}, status=403)
        assert "Denek" not in answer.text


def test_another_directorate_finds_nothing_anywhere(
    browser_of: Browsers, file: File, services: As, assembly: Assembly
) -> None:
    upload = receive(BytesIO(png()), "bank.png", assembly.database.files.uploads)
    filed = file(details=AYSE, uploads=(upload,))
    ticket = ticket_of(assembly, filed)
    entry, photo = ticket.notifications[0], ticket.attachments[0].id
    other = browser_of("clerk-cleaning")
    for end in ("", f"/ekler/{photo}", "/islem/note", "/islem/finish"):
        other.get(address(filed) + end, status=404)
    for end in (
        "/islem/note",
        "/islem/finish",
        "/iletisim",
        f"/bildirimler/{entry}/tekrar",
        f"/bildirimler/{entry}/soylendi",
    ):
        other.send(address(filed) + end, {"text": "x", "reason": "x", "outcome": "SOLVED"}, status=404)
    assert numbers(other.get("/panel?q=bank")) == []
    assert filed.number not in other.get("/panel", {"q": filed.number}).text.replace(f'value="{filed.number}"', "")
    assert ticket_of(assembly, filed).revision == 1


def test_a_person_of_two_directorates_works_in_both(browser_of: Browsers, file: File, services: As) -> None:
    services("system").accounts.add(
        "both", "İki Kişilik", PASSWORD, (Grant("clerk", "parks"), Grant("clerk", "cleaning"))
    )
    mine, theirs, neither = file(), file(category="rubbish"), file(category="leak")
    browser = browser_of("")
    browser.send("/panel/giris", {"username": "both", "password": PASSWORD}, status=303)
    assert set(numbers(browser.get("/panel"))) == {mine.number, theirs.number}
    browser.get(address(neither), status=404)


# -- photos, messages ---------------------------------------------------------------------------------------------


def test_a_photo_is_served_so_that_nothing_in_it_can_run(
    browser_of: Browsers, file: File, services: As, assembly: Assembly
) -> None:
    evil = png() + b"<script>alert(1)</script>"
    upload = receive(BytesIO(evil), 'a".html\r\nX: y.png', assembly.database.files.uploads)
    filed = file(uploads=(upload,))
    clerk = browser_of("clerk")
    page = clerk.get(address(filed))
    assert soup(page).select_one(".t-photos a") is None, "what was sent is in nobody's browser"
    clerk.get(f"{address(filed)}/ekler/{ticket_of(assembly, filed).attachments[0].id}", status=404)
    assert prepare_photos(services("system")) == 1
    answer = clerk.get(soup(clerk.get(address(filed))).select_one(".t-photos a")["href"], status=200)
    assert answer.body.startswith(b"\xff\xd8\xff")
    assert b"script" not in answer.body
    assert answer.content_type == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch(r"inline; filename=foto-\d+\.jpg", answer.headers["Content-Disposition"])
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("identity", ["0", "1", "999999999999999999", "9" * 19, "9" * 5000])
def test_a_photo_of_no_number_is_not_found(browser_of: Browsers, file: File, identity: str) -> None:
    browser_of("clerk").get(f"{address(file())}/ekler/{identity}", status=404)


def sent_states(page: TestResponse) -> list[str]:
    return said(page, ".t-sent .state")


def test_a_message_that_failed_can_be_sent_again(
    browser_of: Browsers, file: File, services: As, method: TestMethod, assembly: Assembly
) -> None:
    method.break_down("550 <ayse@example.org>: kullanıcı yok", permanent=True)
    filed = file(details=AYSE)
    services("system").delivery.deliver_due()
    clerk, supervisor = browser_of("clerk"), browser_of("supervisor")
    page = clerk.get(address(filed))
    assert sent_states(page) == [tr(DELIVERY_STATES["UNDELIVERABLE"][0])]
    assert "550" in said(page, ".t-fault")[0]
    assert "ayse@example.org" not in page.text, "the relay repeated the address; staff read it masked"

    outbox = supervisor.get("/panel/gidenler")
    assert "550" in words(outbox)
    assert "ayse@example.org" not in outbox.text
    assert soup(outbox).select_one(".s-table a")["href"] == address(filed)
    assert said(supervisor.get("/panel"), ".s-second a[href='/panel/gidenler'] .s-count")[0] == "1"

    method.recover()
    form = next(form for form in page.forms.values() if form.action.endswith("/tekrar"))
    assert alerts(form.submit(status=303).follow()) == [tr("The message is on its way again.")]
    services("system").delivery.deliver_due()
    assert [message.to for message in method.delivered] == ["ayse@example.org"]
    assert sent_states(clerk.get(address(filed))) == [tr(DELIVERY_STATES["DELIVERED"][0])]
    assert soup(supervisor.get("/panel/gidenler")).select(".s-table") == []


def test_who_is_told_by_telephone_stands_on_a_list_until_told(
    browser_of: Browsers, file: File, assembly: Assembly
) -> None:
    filed = file(details=ContactDetails("Ayşe", phone="+905321234567"))
    clerk = browser_of("clerk")
    page = do(clerk, filed, "reply", text="Bakıyoruz.").follow()
    assert sent_states(page) == [tr(DELIVERY_STATES["TO_BE_TOLD"][0])]
    assert ticket_of(assembly, filed).clocks[0].is_running, "not yet told"
    form = next(form for form in page.forms.values() if form.action.endswith("/soylendi"))
    page = form.submit(status=303).follow()
    assert alerts(page) == [tr("Noted: the applicant has been told.")]
    assert not ticket_of(assembly, filed).clocks[0].is_running
    # Pressed twice: the second time there is nothing left to note.
    form.submit(status="*")
    assert ticket_of(assembly, filed).revision <= 3


def test_a_message_that_only_stands_on_the_follow_page_cannot_be_sent(
    browser_of: Browsers, file: File, assembly: Assembly
) -> None:
    filed = file()
    clerk = browser_of("clerk")
    page = do(clerk, filed, "reply", text="Bakıyoruz.").follow()
    assert not [form for form in page.forms.values() if form.action.endswith(("/tekrar", "/soylendi"))]
    (entry,) = ticket_of(assembly, filed).notifications
    for end in ("tekrar", "soylendi"):
        clerk.send(f"{address(filed)}/bildirimler/{entry}/{end}", status="4*")


def test_the_outbox_is_empty_when_all_is_well(browser_of: Browsers) -> None:
    assert tr("Every message has gone out") in words(browser_of("auditor").get("/panel/gidenler"))


def test_a_waiting_message_says_when_it_is_tried_again(
    browser_of: Browsers, file: File, services: As, method: TestMethod
) -> None:
    method.break_down("451 later")
    file(details=AYSE)
    services("system").delivery.deliver_due()
    page = browser_of("supervisor").get("/panel/gidenler")
    assert "451 later" in words(page)
    assert said(page, ".s-table .state") == [tr(DELIVERY_STATES["PENDING"][0])]


# -- what is left when something cannot be done ----------------------------------------------------------------------


def test_what_was_written_about_a_ticket_that_has_left_stands_on_the_page_that_says_so(
    file: File, browser_of: Browsers, services: Callable[[str], Services], caplog: pytest.LogCaptureFixture
) -> None:
    filed = file(category="tree")
    clerk, written = browser_of("clerk"), "Salıncak söküldü, zincir bekleniyor.\nSalı günü takılacak."
    clerk.get(address(filed, "note"))
    services("supervisor").handling.act(
        filed.ticket_id, Order(Action.ASSIGN, department="cleaning"), seen_revision=None
    )
    with caplog.at_level("INFO"):
        page = clerk.send(address(filed, "note"), {"text": written}, status=404)
    assert soup(page).select_one("textarea").get_text().splitlines() == written.splitlines()  # type: ignore[union-attr]
    reference = soup(page).select_one(".code").get_text()  # type: ignore[union-attr]
    assert reference in caplog.text
    assert "zincir" not in caplog.text


# -- a demonstration ------------------------------------------------------------------------------------------------


@pytest.fixture
def demo(tmp_path: Path) -> Any:
    """Open a demonstration with two caught messages, and the browser of an auditor."""
    mail = tmp_path / "mail"
    mail.mkdir()
    for name, subject in (("1.eml", "Başvurunuz alındı <b>"), ("2.eml", "Cevap")):
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "iletisim@demo.invalid", "ayse@example.org", subject
        message.set_content(f"Sayın Ayşe,\n<script>alert(1)</script> ğüşiöç {name}")
        (mail / name).write_bytes(bytes(message))
    assembly = make_site(tmp_path / "demo", FakeNow(), demo="true", mail_directory=str(mail))
    browser = Browser(build(assembly))
    browser.log_in("auditor")
    yield browser
    assembly.close()


def test_a_demonstration_shows_the_mail_it_caught(demo: Browser) -> None:
    page = demo.get("/panel/posta")
    assert said(page, ".s-table a") == ["Cevap", "Başvurunuz alındı <b>"]
    message = demo.get("/panel/posta/1.eml")
    assert "ğüşiöç 1.eml" in words(message)
    assert "<script>alert" not in message.text


@pytest.mark.parametrize("name", ["3.eml", "..%2F..%2Fsite.json", "..", "1.eml%00", "%2e%2e%2fData.fs", "1.EML"])
def test_no_other_file_is_read(demo: Browser, name: str) -> None:
    demo.get(f"/panel/posta/{name}", status="4*")


def test_a_demonstration_tells_robots_to_stay_away(demo: Browser) -> None:
    assert demo.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert demo.get("/").headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_real_site_shows_nobody_any_mail(browser_of: Browsers) -> None:
    for role in STAFF:
        browser_of(role).get("/panel/posta", status=404)
        browser_of(role).get("/panel/posta/1.eml", status=404)
