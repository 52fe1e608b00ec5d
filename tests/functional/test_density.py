"""How close the rows stand is chosen once, and leads back to the very list."""

from collections.abc import Callable

from tests.conftest import Browser
from tests.functional.pages import soup


def chosen(browser: Browser, address: str) -> str:
    """Press the button of the account menu, and return where that leads."""
    form = next(form for form in browser.get(address).forms.values() if form.action == "/panel/siklik")
    answer = form.submit("siklik")
    return str(answer.location)


def is_dense(browser: Browser) -> bool:
    return "is-dense" in soup(browser.get("/panel")).html["class"]


def test_rows_stand_close_together_until_it_is_taken_back(browser_of: Callable[[str], Browser]) -> None:
    browser = browser_of("clerk")
    assert not is_dense(browser)
    assert chosen(browser, "/panel?liste=directorate&durum=NEW").endswith("/panel?liste=directorate&durum=NEW")
    assert is_dense(browser)
    chosen(browser, "/panel")
    assert not is_dense(browser)
