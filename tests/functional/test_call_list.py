"""*Aranacaklar* in a browser without scripts: take a call, say it, write down what became of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.calls import CALL_LEASE
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import FakeNow, draft
from tests.conftest import Browser
from tests.functional.pages import alerts, said, soup, tr, words

Browsers = Callable[[str], Browser]
As = Callable[[str], Services]
LIST = "/panel/aranacaklar"
ANSWER = "Ekibimiz yarın geliyor; <b>dal</b> budanacak."


@pytest.fixture
def call(services: As) -> Callable[..., Filed]:
    """``call()``: somebody who left only a telephone is answered."""

    def make(name: str = "Ayşe Yılmaz", phone: str = "+905990000067", **values: object) -> Filed:
        filed = services("").intake.file(draft(details=ContactDetails(name, phone=phone), **values))
        services("clerk").handling.act(filed.ticket_id, Order(Action.REPLY, ANSWER), None)
        return filed

    return make


def take(browser: Browser) -> str:
    """Take the first call of the list and return the address of its page."""
    page = browser.get(LIST)
    form = next(form for form in page.forms.values() if form.action.endswith("/al"))
    return str(form.submit(status=303).location).replace("http://localhost", "")


def write_down(browser: Browser, address: str, result: str, note: str = "") -> str:
    """Say what became of a call and return what the list says then."""
    page = browser.get(address)
    form = next(form for form in page.forms.values() if form.action == address)
    form["note"] = note
    answer = form.submit("result", value=result, status=303).follow()
    return " ".join(said(answer, ".s-messages .message"))


def test_an_agent_works_down_the_list(browser_of: Browsers, call: Callable[..., Filed], now: FakeNow) -> None:
    first = call()
    now.advance(timedelta(minutes=10))
    call("Can Öz", "+905990000044")
    agent = browser_of("agent")
    page = agent.get(LIST)
    assert said(page, ".c-table tbody td:nth-of-type(2)") == ["Ayşe Yılmaz 0599 ••• •• 67", "Can Öz 0599 ••• •• 44"]
    assert said(page, ".s-side a[aria-current] .s-count") == ["2"]
    assert "0599 000 00 67" not in page.text
    address = take(agent)
    page = agent.get(address)
    assert said(page, "h1") == ["Ayşe Yılmaz"]
    assert soup(page).select_one(".c-phone a")["href"] == "tel:+905990000067"
    assert said(page, ".c-phone") == ["0599 000 00 67"]
    assert said(page, ".c-words")[-1] == ANSWER
    assert f"/panel/basvurular/{first.address}" in page.text
    assert "bildirildi" in write_down(agent, address, "told", "Kızı teşekkür etti.")
    page = agent.get(f"{LIST}?siradaki")
    assert said(page, ".c-table tbody td:nth-of-type(2)") == ["Can Öz 0599 ••• •• 44"]
    assert said(page, ".s-side a[aria-current] .s-count") == ["1"]
    assert soup(page).select_one("[autofocus]") is not None
    ticket = agent.get(f"/panel/basvurular/{first.address}")
    assert "Kızı teşekkür etti." in words(ticket)


def test_a_colleague_sees_who_has_the_call_and_cannot_have_it(browser_of: Browsers, call: Callable[..., Filed]) -> None:
    call()
    agent, clerk = browser_of("agent"), browser_of("clerk")
    seen_before = clerk.get(LIST)
    address = take(agent)
    form = next(form for form in seen_before.forms.values() if form.action.endswith("/al"))
    answer = form.submit(status=303).follow()
    assert said(answer, ".s-messages .is-error") != []
    assert said(answer, ".c-caller") == ["Deniz Aksu arıyor"]
    assert "0599 000 00 67" not in clerk.get(address, status=303).follow().text
    assert said(agent.get(LIST), ".s-do a")[0].startswith("Aramanıza dönün")


def test_a_call_that_was_held_too_long_is_anybodys(
    browser_of: Browsers, call: Callable[..., Filed], now: FakeNow
) -> None:
    call()
    agent = browser_of("agent")
    address = take(agent)
    now.advance(CALL_LEASE)
    answer = agent.get(address, status=303).follow()
    assert "0599 000 00 67" not in answer.text
    assert said(answer, ".s-messages .is-info") != []
    # Who was on the telephone all the time can still say what became of it.
    answer = agent.send(address, {"result": "told"}, status=303).follow()
    assert said(answer, ".s-messages .is-ok") != []


def test_given_back_it_is_on_the_list_as_before(browser_of: Browsers, call: Callable[..., Filed]) -> None:
    call()
    agent = browser_of("agent")
    address = take(agent)
    write_down(agent, address, "give_back")
    assert agent.get(address, status=303).location.endswith(LIST)
    assert take(browser_of("clerk")) == address


def test_three_tries_and_what_is_said_after_each(
    browser_of: Browsers, call: Callable[..., Filed], now: FakeNow
) -> None:
    filed = call()
    agent = browser_of("agent")
    assert "5 Ocak 2026 Pazartesi 11.00" in write_down(agent, take(agent), "not_reached")
    page = agent.get(LIST)
    assert "5 Ocak 2026 Pazartesi 11.00" in words(page)
    assert said(page, ".s-empty h2") == ["Şu anda aranacak kimse yok"]
    now.advance(timedelta(hours=2))
    agent.log_in("agent")
    assert "6 Ocak 2026 Salı 08.30" in write_down(agent, take(agent), "not_reached", "Kapalı")
    now.advance(timedelta(hours=22))
    agent.log_in("agent")
    address = take(agent)
    assert "Kapalı" in words(agent.get(address))
    assert "takip sayfasında" in write_down(agent, address, "not_reached")
    follow = browser_of("").get(f"/takip/{filed.address}/{filed.code}")
    assert "Ekibimiz yarın geliyor" in words(follow)
    assert "Kapalı" not in follow.text


def test_a_wrong_number_is_said_on_the_ticket_and_not_called_again(
    browser_of: Browsers, services: As, call: Callable[..., Filed]
) -> None:
    filed = call()
    agent = browser_of("agent")
    assert "yanlış olarak işaretlendi" in write_down(agent, take(agent), "wrong_number")
    services("clerk").handling.act(filed.ticket_id, Order(Action.REPLY, "Bitti."), None)
    assert said(agent.get(LIST), ".c-table") == []
    assert "Telefon numarasında başkası çıkıyor" in words(agent.get(f"/panel/basvurular/{filed.address}"))


def test_nobody_is_told_what_a_sensitive_matter_is_about_by_accident(browser_of: Browsers, services: As) -> None:
    filed = services("").intake.file(
        draft(category="hardship", details=ContactDetails("Ayşe Yılmaz", phone="+905990000067"))
    )
    services("system").handling.act(filed.ticket_id, Order(Action.REPLY, "Kabul edildi."), None)
    supervisor = browser_of("supervisor")
    page = supervisor.get(take(supervisor))
    assert "yalnızca kişinin kendisine" in " ".join(said(page, ".c-page .message"))
    assert said(browser_of("agent").get(LIST), ".c-table") == []


def test_what_is_no_result_is_refused(browser_of: Browsers, call: Callable[..., Filed]) -> None:
    call()
    agent = browser_of("agent")
    address = take(agent)
    for values in ({"result": "forget it"}, {}):
        answer = agent.send(address, values, status=303).follow()
        assert [tr("Please say what became of the call.")] == alerts(answer)
    agent.send(f"{LIST}/{1 << 58}/al", status=404)
    agent.get(f"{LIST}/{1 << 58}", status=404)
