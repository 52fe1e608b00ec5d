"""The numbers of the day: each equals the list it opens, for whoever looks; nobody learns what is not theirs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from webtest import TestResponse

from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Location
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import FakeNow
from tests.conftest import Browser
from tests.functional.pages import alerts, said, soup, tr, words

As = Callable[[str], Services]
Browsers = Callable[[str], Browser]
File = Callable[..., Filed]
PAGE = "/panel/sayilar"


@pytest.fixture
def act(services: As) -> Callable[..., None]:
    def acted(who: str, filed: Filed, action: Action, text: str = "Söz", **values: object) -> None:
        services(who).handling.act(filed.ticket_id, Order(action, text, **values), None)  # type: ignore[arg-type]

    return acted


@pytest.fixture
def month(act: Callable[..., None], file: File, now: FakeNow) -> FakeNow:
    """A month in which everything happened that is counted; the present is its end."""
    places = [Location("isikli"), Location("cayirbasi"), Location()]
    for day in range(12):
        tree = file(category="tree", words=f"Ağaç {day}", location=places[day % 3])
        rubbish = file(category="rubbish", words=f"Çöp {day}")
        if day % 2:
            act("clerk", tree, Action.FINISH, outcome="SOLVED")
        if day % 3 == 0:
            act("clerk-cleaning", rubbish, Action.TAKE)
        file(category=None, words=f"Belirsiz {day}")
        file(category="hardship", words=f"Gizli {day}")
        file(category="tree", kind="PRAISE", words=f"Teşekkürler {day}")
        now.advance(timedelta(days=2))
    late = file(category="pothole", words="Geç biten çukur")
    again = file(category="bench", words="Yine kırılan bank")
    act("clerk", again, Action.FINISH, outcome="SOLVED")
    now.advance(timedelta(days=3))
    act("clerk-roads", late, Action.FINISH, outcome="INFORMED")
    act("director", again, Action.REOPEN)
    file(category="bench", words="Bugünkü bank")
    return now


def length(browser: Browser, address: str) -> int:
    """Return how many rows the list at an address has, on all of its pages."""
    rows, onward = 0, [address]
    while onward:
        page = soup(browser.get(onward[0]))
        rows += len(page.select("[data-rows] > li"))
        onward = [link["href"] for link in page.select(".s-pages a[rel=next]")]
    return rows


def numbers(answer: TestResponse) -> dict[str, int]:
    """Return the lists that the numbers of the page open, and the numbers."""
    links = soup(answer).select("#main a.number")
    return {link["href"]: int(link.get_text().replace(".", "")) for link in links if "/panel?" in link["href"]}


def cards(answer: TestResponse) -> list[str]:
    return said(answer, ".n-cards > div")


@pytest.mark.parametrize("role", ["supervisor", "director", "deputy-mayor", "auditor"])
@pytest.mark.parametrize("query", ["donem=son30&tumu=1", "donem=hafta", "donem=aralik&ilk=2026-01-07&son=2026-01-12"])
def test_each_number_is_the_length_of_its_list(month: FakeNow, browser_of: Browsers, role: str, query: str) -> None:
    browser = browser_of(role)
    found = numbers(browser.get(f"{PAGE}?{query}"))
    assert len(found) > 5
    assert {href: length(browser, href) for href in found} == found


def test_no_number_of_a_table_is_without_its_list(month: FakeNow, browser_of: Browsers) -> None:
    page = soup(browser_of("supervisor").get(f"{PAGE}?donem=son30&tumu=1"))
    cells = page.select(".n-fold td.n-num, .n-by td.n-num, .n-pair td.n-num, .n-cards dd, .n-line dd, .n-now li")
    bare = [
        number.get_text() for cell in cells for number in cell.select(".number")
        if number.name != "a" and "%" not in number.get_text()
    ]  # fmt: skip
    assert set(bare) == {"0"}, "only a zero has none, and the page says so"
    assert tr("A share opens no list: the numbers beside it open theirs. A zero has no list.") in words(
        browser_of("supervisor").get(PAGE)
    )


def test_a_share_of_the_period_before_opens_what_it_is_a_share_of(
    act: Callable[..., None], file: File, now: FakeNow, browser_of: Browsers
) -> None:
    for place in range(11):
        act("clerk", file(category="bench", words=f"Bank {place}"), Action.REPLY)
    now.advance(timedelta(days=1))
    file(category="bench")
    browser = browser_of("supervisor")
    card = soup(browser.get(f"{PAGE}?donem=bugun")).select(".n-cards > div")[1]
    link = card.select("a.number")[-1]
    assert (link.get_text(), length(browser, link["href"])) == ("11", 11)
    assert "%100" in card.get_text()


def test_a_promise_is_kept_broken_or_still_running(
    act: Callable[..., None], file: File, now: FakeNow, browser_of: Browsers
) -> None:
    for place in range(12):
        filed = file(category="bench", words=f"Bank {place}")
        if place < 9:
            act("clerk", filed, Action.REPLY)
    now.advance(timedelta(hours=49))
    file(category="bench")
    page = browser_of("supervisor").get(f"{PAGE}?donem=son30")
    assert cards(page)[0].startswith(f"{tr('Applications received')} 13")
    assert "%75" in cards(page)[1]
    assert "n = 12" in cards(page)[1]
    assert f"{tr('Promise broken')} 3" in cards(page)[2]
    assert f"{tr('In the directorate, not taken on')} 3" in words(page)
    # The hour alone changes it, too.
    now.advance(timedelta(hours=49))
    assert f"{tr('Promise broken')} 4" in cards(browser_of("supervisor").get(f"{PAGE}?donem=son30"))[2]


def test_of_a_few_no_share_is_given(file: File, act: Callable[..., None], browser_of: Browsers) -> None:
    for _ in range(9):
        act("clerk", file(category="bench"), Action.REPLY)
    page = browser_of("director").get(f"{PAGE}?donem=bugun")
    assert "%" not in words(page).partition(tr("What is counted how"))[0]
    assert "n = 9" in words(page)


def test_a_change_shows_at_once(file: File, act: Callable[..., None], browser_of: Browsers, now: FakeNow) -> None:
    director = browser_of("director")
    filed = file(category="bench")
    assert f"{tr('Applications received')} 1" in cards(director.get(PAGE))[0]
    file(category="tree")
    assert f"{tr('Applications received')} 2" in cards(director.get(PAGE))[0]
    act("clerk", filed, Action.FINISH, outcome="DECLINED")
    assert tr("Declined with reason") in words(director.get(PAGE))


def test_a_director_learns_nothing_of_others(month: FakeNow, browser_of: Browsers) -> None:
    director = browser_of("director")
    page = director.get(f"{PAGE}?donem=son30&tumu=1")
    for word in ("Temizlik İşleri", "Sosyal Destek", "Çöp alınmadı", "Sosyal yardım isteği", tr("No directorate")):
        assert word not in words(page)
    others = director.get(f"{PAGE}?donem=son30&tumu=1&birim=cleaning")
    assert words(others) == words(page)


def test_confidential_ones_are_counted_for_who_may_see_them(month: FakeNow, browser_of: Browsers) -> None:
    for role, is_counted in (("supervisor", True), ("deputy-mayor", True), ("auditor", False)):
        page = browser_of(role).get(f"{PAGE}?donem=son30&tumu=1")
        assert ("Sosyal yardım isteği" in words(page)) is is_counted


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("ilk=2026-02-01&son=2026-01-01", "The first day comes after the last one."),
        ("ilk=x&son=", "Give the first and the last day."),
        ("ilk=2020-01-01&son=2026-01-01", "A period has at most ${days} days."),
        ("ilk=0001-01-01&son=0001-01-02", "A period has at most ${days} days."),
        ("ilk=9999-12-30&son=9999-12-31", "A period has at most ${days} days."),
    ],
)
def test_days_that_are_none_are_said_so(browser_of: Browsers, query: str, problem: str) -> None:
    page = browser_of("supervisor").get(f"{PAGE}?donem=aralik&{query}")
    assert alerts(page) == [tr(problem, days=366)]


def test_nothing_came_and_nothing_waits(browser_of: Browsers) -> None:
    page = browser_of("supervisor").get(PAGE)
    assert tr("Nothing came in this time") in words(page)


def test_the_chart_has_a_title_a_description_and_a_table_with_the_same_numbers(
    month: FakeNow, browser_of: Browsers
) -> None:
    page = soup(browser_of("supervisor").get(f"{PAGE}?donem=son30"))
    chart = page.select_one("svg[role=img]")
    assert chart is not None
    assert all(page.find(id=name) is not None for name in chart["aria-labelledby"].split())
    rows = page.select(".n-fold tbody tr")
    assert len(rows) == 30
    assert len(chart.select("text[text-anchor=middle]")) <= 15
    assert sum(int(row.select("td")[0].get_text()) for row in rows) == int(page.select_one(".n-big").get_text())
