"""Whatever people write stands on every page as they wrote it, and is never read as markup or as a template."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from webtest import TestResponse, Upload

from halkla_iliskiler.domain.access import Grant
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import PASSWORD, TestMethod, png
from tests.conftest import Browser
from tests.functional.pages import only_ticket, said, soup

CANARIES = {
    "markup": '"><img src=x onerror=alert(1)>',
    "script": "</textarea></title><script>alert(1)</script>",
    "template": "${7*7} ${structure: 1} ${python: 1/0} <?python x?> &lt;b&gt;",
    "format": "{x.__class__} {0.__init__.__globals__} %(name)s %s",
    "attribute": "' onmouseover='alert(1)' x='",
}
FIRST, SECOND = "ilk söz ", " son söz"


def around(canary: str) -> str:
    return f"{FIRST}{canary}{SECOND}"


def check(answer: TestResponse) -> TestResponse:
    """Check that a page holds no element, attribute or result that our own templates did not write."""
    page = BeautifulSoup(answer.text, "html.parser")
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], tag
        assert tag.get("src") != "x", tag
        if tag.name == "script":
            assert tag.get("src", "").startswith("/static/"), tag
    text = page.get_text(" ")
    for result in ("<class ", "__globals__': ", "49 ${", "mappingproxy"):
        assert result not in text
    return answer


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_a_citizens_words_stand_everywhere_as_they_are(
    testapp: Browser,
    browser_of: Callable[[str], Browser],
    assembly: Assembly,
    services: Callable[[str], Services],
    method: TestMethod,
    canary: str,
) -> None:
    written = around(canary)
    form = testapp.get("/basvuru").forms["apply"]
    form["words"], form["place"], form["name"] = written, written, written
    form["phone"] = written
    form["photos"] = [Upload(f"{written}.png", png(), "image/png")]
    refused = check(form.submit(status=200))
    again = refused.forms["apply"]
    for name in ("words", "place", "name", "phone"):
        assert flat(again[name].value) == flat(written), name
    again["phone"], again["email"] = "", "ayse@example.org"
    again["category_listed"] = "bench"
    receipt = check(again.submit(status=303).follow())
    assert flat(said(receipt, ".said")[0]) == flat(written)

    ticket = only_ticket(assembly)
    follow = check(testapp.get(receipt.request.path.removesuffix("/alindi")))
    assert flat(said(follow, ".said")[0]) == flat(written)

    clerk = browser_of("clerk")
    address = f"/panel/basvurular/{ticket.address}"
    page = check(clerk.get(address))
    assert flat(said(page, ".t-quote")[0]) == flat(written)
    assert flat(said(page, ".t-name")[0]).startswith(flat(written)[:40])
    listed = check(clerk.get("/panel"))
    assert FIRST.strip() in soup(listed).get_text()
    check(clerk.get("/panel", {"q": written}))
    check(clerk.get("/panel", {"durum": canary, "konu": canary, "mahalle": canary, "kanal": canary, "liste": canary}))
    check(browser_of("supervisor").get("/panel/gidenler"))

    services("system").delivery.deliver_due()
    (receipt_mail,) = method.delivered
    assert flat(written) in flat(receipt_mail.body), "the greeting names them as they named themselves"
    assert "\n" not in receipt_mail.subject
    assert "49" not in receipt_mail.body.replace(receipt_mail.key, "")


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_every_field_of_the_form_stands_everywhere_as_it_was_filled_in(
    testapp: Browser, browser_of: Callable[[str], Browser], assembly: Assembly, canary: str
) -> None:
    """The further fields: place, person, law, answers to questions; refused, kept, and shown to staff."""
    form = testapp.get("/basvuru?konu=information").forms["apply"]
    texts = ("street", "neighbourhood_typed", "organisation", "on_behalf_of", "language_note", "address")
    filled = {"words": f"İhale {canary}", **dict.fromkeys(texts, f"{canary[:52]} söz"), "national_id": canary[:20]}
    for name, value in filled.items():
        form[name] = value
    form["applicant_kind"] = "LEGAL_PERSON"
    for name in ("form_key", "sticker", "written_at", "same_as", "again_number", "again_code", "asked"):
        if name in form.fields:
            form[name].force_value(canary)
    page = check(form.submit(status=200))
    again = page.forms["apply"]
    for name, value in filled.items():
        assert flat(again[name].value) == flat(value), name
    again["national_id"], again["again_number"], again["again_code"] = "", "", ""
    again["form_key"].force_value("k" * 20)
    again["neighbourhood_typed"] = ""
    receipt = check(again.submit(status=303).follow())
    check(testapp.get(receipt.request.path.removesuffix("/alindi")))
    address = only_ticket(assembly).address
    for role in ("clerk-roads", "supervisor", "auditor"):
        check(browser_of(role).get(f"/panel/basvurular/{address}"))
    shown = flat(soup(browser_of("clerk-roads").get(f"/panel/basvurular/{address}")).get_text(" "))
    for name in ("words", "street", "organisation", "on_behalf_of"):
        assert flat(filled[name]) in shown, name


def test_answers_to_questions_stand_as_they_are(
    testapp: Browser, browser_of: Callable[[str], Browser], assembly: Assembly
) -> None:
    for canary in CANARIES.values():
        values = [("category", "wreck"), *((f"q-{code}", canary) for code in ("plate", "missing", "since", "wheels"))]
        check(testapp.send("/basvuru/sorular", values))
        check(testapp.send("/basvuru", [("__formid__", "apply"), ("words", "Hurda"), ("asked", "wreck"), *values]))
        check(
            testapp.send("/basvuru?lang=en", [("speak", canary), ("__formid__", "apply"), ("words", canary), *values])
        )


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_what_staff_write_stands_everywhere_as_it_is(
    browser_of: Callable[[str], Browser],
    services: Callable[[str], Services],
    assembly: Assembly,
    file: Callable[..., Filed],
    method: TestMethod,
    canary: str,
) -> None:
    written = around(canary)
    accounts = services("system").accounts
    accounts.add("canary", written, PASSWORD, (Grant("director", "parks"), Grant("supervisor")))
    filed = file()
    browser = browser_of("")
    browser.send("/panel/giris", {"username": "canary", "password": PASSWORD}, status=303)
    address = f"/panel/basvurular/{filed.address}"

    def revision() -> str:
        return str(only_ticket(assembly).revision)

    def do(action: str, **values: str) -> TestResponse:
        answer = check(browser.send(f"{address}/islem/{action}", {"revision": revision(), **values}))
        if answer.status_int == 200 and said(answer, ".t-preview-text"):
            assert flat(values["text"]) in said(answer, ".t-preview-text")[0]
            answer = answer.forms[f"act-{action}"].submit("do")
        return answer

    assert do("assign", department="parks", assignee="canary", text=written).status_int == 303
    assert do("note", text=written).status_int == 303
    # Brackets and braces may be something still to fill in, so those answers are refused, and shown as they are.
    answer = do("reply", text=written)
    is_refused = "{" in written or "[" in written
    assert answer.status_int == (200 if is_refused else 303)
    if is_refused:
        assert flat(answer.forms["act-reply"]["text"].value) == flat(written)
    do("send_back", text=written)
    page = check(browser.get(address))
    entries = [flat(text) for text in said(page, ".t-entry")]
    assert sum(flat(written) in entry for entry in entries) >= 3
    assert flat(written) in flat(soup(page).get_text(" ")), "their own name, in the corner and in the history"
    check(browser.get("/panel"))
    check(browser.send(f"{address}/iletisim", {"reason": written}, status="*"))
    check(browser_of("").get(f"/takip/{filed.address}/{filed.code}"))


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_what_a_relay_says_is_shown_as_it_is(
    browser_of: Callable[[str], Browser],
    services: Callable[[str], Services],
    file: Callable[..., Filed],
    method: TestMethod,
    canary: str,
) -> None:
    method.break_down(canary, permanent=True)
    filed = file(details=ContactDetails("Ayşe", email="ayse@example.org"))
    services("system").delivery.deliver_due()
    outbox = check(browser_of("supervisor").get("/panel/gidenler"))
    assert flat(said(outbox, ".s-fault")[0]) == flat(canary)
    check(browser_of("clerk").get(f"/panel/basvurular/{filed.address}"))


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_what_stands_in_an_address_or_a_form_comes_back_as_it_is(
    testapp: Browser, browser_of: Callable[[str], Browser], canary: str
) -> None:
    answer = check(testapp.send("/takip", {"number": canary, "code": canary}))
    form = next(form for form in answer.forms.values() if "number" in form.fields)
    assert form["number"].value == canary[:80]
    answer = check(testapp.send("/panel/giris", {"username": canary, "password": canary}, status=401))
    assert answer.forms["login"]["username"].value == canary
    check(testapp.get("/panel/giris", {"next": canary}))
    check(testapp.get("/basvuru", {"words": canary, "words2": canary, "mahalle": canary, "konu": canary}))
    check(testapp.get("/" + canary.replace("/", "").replace("?", ""), status="4*"))
    check(testapp.send("/basvuru/konular", {"words": canary}))


def test_an_applicants_wish_to_reopen_stands_as_it_is(
    testapp: Browser,
    browser_of: Callable[[str], Browser],
    services: Callable[[str], Services],
    file: Callable[..., Filed],
) -> None:
    filed = file()
    written = around(CANARIES["markup"] + CANARIES["template"])
    services("clerk").handling.act(filed.ticket_id, Order(Action.FINISH, text="Bitti.", outcome="SOLVED"), None)
    services("").following.ask_to_reopen(filed.address, filed.code, written)
    for page in (
        testapp.get(f"/takip/{filed.address}/{filed.code}"),
        browser_of("director").get(f"/panel/basvurular/{filed.address}"),
    ):
        assert flat(written) in flat(soup(check(page)).get_text(" "))
