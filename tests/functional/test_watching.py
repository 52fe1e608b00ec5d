"""Two people on the same ticket know of each other, and of what the other did."""

from collections.abc import Callable
from datetime import timedelta

from halkla_iliskiler.services import Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import STAFF, FakeNow
from tests.conftest import Browser
from tests.functional.pages import said

Browsers = Callable[[str], Browser]
Page = Callable[..., Filed]


def asks(browser: Browser, page: object) -> dict[str, str]:
    """What the page asks for by itself."""
    address = page.html.select_one("[data-watching]")["data-watching"]  # type: ignore[attr-defined]
    answer: dict[str, str] = browser.get(address, status=200).json
    return answer


def test_the_second_to_open_a_ticket_is_told_of_the_first_and_the_first_hears_of_the_second(
    browser_of: Browsers, file: Page
) -> None:
    filed = file(category="tree")
    address = f"/panel/basvurular/{filed.address}"
    clerk, director = browser_of("clerk"), browser_of("director")
    first = clerk.get(address)
    assert said(first, ".t-watching") == [""]
    second = director.get(address)
    assert STAFF["clerk"].name in said(second, ".t-watching")[0]
    assert STAFF["director"].name in asks(clerk, first)["others"]


def test_who_went_away_is_forgotten(browser_of: Browsers, file: Page, now: FakeNow) -> None:
    filed = file(category="tree")
    address = f"/panel/basvurular/{filed.address}"
    browser_of("clerk").get(address)
    now.advance(timedelta(minutes=1))
    assert said(browser_of("director").get(address), ".t-watching") == [""]


def test_a_page_learns_that_it_is_not_what_it_was(
    browser_of: Browsers, file: Page, services: Callable[[str], Services]
) -> None:
    filed = file(category="tree")
    clerk = browser_of("clerk")
    page = clerk.get(f"/panel/basvurular/{filed.address}")
    assert asks(clerk, page)["changed"] == ""
    form = browser_of("director").get(f"/panel/basvurular/{filed.address}/islem/note").forms["act-note"]
    form["text"] = "Yarın bakılacak."
    form.submit("do")
    assert asks(clerk, page)["changed"]


def test_asking_by_itself_does_not_keep_anybody_signed_in(browser_of: Browsers, file: Page, now: FakeNow) -> None:
    filed = file(category="tree")
    clerk = browser_of("clerk")
    page = clerk.get(f"/panel/basvurular/{filed.address}")
    address = page.html.select_one("[data-watching]")["data-watching"]
    for _ in range(9):
        now.advance(timedelta(minutes=10))
        clerk.get(address)
    assert clerk.get(address).status_int == 303


def test_a_conflict_is_said_before_anything_is_previewed(browser_of: Browsers, file: Page) -> None:
    filed = file(category="tree")
    address = f"/panel/basvurular/{filed.address}"
    clerk, director = browser_of("clerk"), browser_of("director")
    reply = clerk.get(f"{address}/islem/reply").forms["act-reply"]
    note = director.get(f"{address}/islem/note").forms["act-note"]
    note["text"] = "Bunu ben yazdım."
    note.submit("do")
    reply["text"] = "Yarın geliyoruz."
    shown = reply.submit("do")
    assert "Bunu ben yazdım." in " ".join(said(shown, ".t-changes"))
    assert said(shown, ".t-preview-text") == []
    assert shown.forms["act-reply"]["text"].value == "Yarın geliyoruz."
    assert said(shown.forms["act-reply"].submit("do"), ".t-preview-text"), "read, and sent again, it is previewed"


def test_a_text_of_signs_nobody_sees_is_no_text(browser_of: Browsers, file: Page) -> None:
    filed = file(category="tree")
    form = browser_of("clerk").get(f"/panel/basvurular/{filed.address}/islem/note").forms["act-note"]
    form["text"] = "\u200b\u200b"
    assert said(form.submit("do"), ".error-summary")
