"""The bar above the staff's pages is drawn once and kept: what is one's own in it must be one's own all the same."""

from collections.abc import Callable

import pytest

from halkla_iliskiler.services import Services
from halkla_iliskiler.testing import draft
from tests.conftest import Browser
from tests.functional.pages import soup

Browsers = Callable[[str], Browser]


def name_in_bar(browser: Browser) -> str:
    return soup(browser.get("/panel")).select_one(".s-account-name").get_text()  # type: ignore[union-attr]


def test_everybody_sees_their_own_name_and_what_they_may_do(browser_of: Browsers) -> None:
    agent, auditor = browser_of("agent"), browser_of("auditor")
    names = {name_in_bar(agent), name_in_bar(auditor)}
    assert len(names) == 2
    assert soup(agent.get("/panel")).select(".s-new")
    assert not soup(auditor.get("/panel")).select(".s-new")


def test_the_forms_of_the_bar_carry_a_token_that_works_and_is_masked_anew(browser_of: Browsers) -> None:
    agent = browser_of("agent")
    first, second = (
        [one["value"] for one in soup(agent.get("/panel")).select(".s-bar input[name=csrf_token]")] for _ in range(2)
    )
    assert len(first) >= 4
    assert not set(first) & set(second)
    page = agent.get("/panel")
    form = next(one for one in page.forms.values() if one.action.endswith("/ara"))
    form["q"] = "bank"
    assert form.submit(status=303).location.endswith("q=bank")


@pytest.mark.parametrize("typed", ['"><b>kalın</b>', "{token}", "a & b", "şçöğüı"])
def test_the_search_field_shows_what_was_searched_for_and_nothing_else(browser_of: Browsers, typed: str) -> None:
    page = browser_of("agent").get("/panel", {"q": typed})
    assert soup(page).select_one("#s-q")["value"] == typed  # type: ignore[index]
    assert not soup(page).select(".s-bar b:not(.s-who b)")
    assert soup(browser_of("agent").get("/panel")).select_one("#s-q")["value"] == ""  # type: ignore[index]


def test_the_way_back_of_the_language_button_is_the_page_one_is_on(
    browser_of: Browsers, services: Callable[[str], Services]
) -> None:
    filed, agent = services("").intake.file(draft()), browser_of("agent")
    for address in (f"/panel/basvurular/{filed.address}", "/panel?liste=open"):
        backs = {one["value"] for one in soup(agent.get(address)).select(".s-bar input[name=next]")}
        assert backs == {address}


def test_the_lists_beside_a_page_follow_the_language_and_the_place(browser_of: Browsers) -> None:
    agent = browser_of("agent")
    before = soup(agent.get("/panel?liste=open"))
    assert [one.get_text() for one in before.select(".s-side a[aria-current=page] span:first-child")] != []
    here = {one["href"] for one in before.select(".s-side a[aria-current=page]")}
    assert here == {"/panel?liste=open"}
    assert not soup(agent.get("/panel?liste=unrouted")).select(".s-side a[aria-current=page][href$=open]")
    agent.send("/dil/en", {"next": "/panel"}, status=303)
    after = soup(agent.get("/panel?liste=open"))
    assert before.select_one(".s-side").get_text() != after.select_one(".s-side").get_text()  # type: ignore[union-attr]
    assert before.select_one(".s-bar").get_text() != after.select_one(".s-bar").get_text()  # type: ignore[union-attr]
