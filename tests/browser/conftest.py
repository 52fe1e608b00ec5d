"""Fixtures of the browser tests: one demonstration, one chromium, and tickets somebody has filed."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.house import DESK, PHONE, Demonstration, chromium, watching
from tests.browser.walk import Filed, file, finish, log_in

Open = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The running demonstration."""
    with Demonstration(tmp_path_factory.mktemp("demonstration")).served() as running:
        yield running


# Of this folder, not of the session: playwright's loop must not run on beside other tests.
@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def opened(chrome: Browser, demo: Demonstration) -> Open:
    """``with opened(PHONE) as page``: a page of its own that may not complain."""
    return partial(watching, chrome, demo.url)


@pytest.fixture(scope="package")
def filed(opened: Open) -> Filed:
    """An application that stays open."""
    with opened(PHONE) as page:
        return file(page, "Parktaki bank kırık, Evka 3")


@pytest.fixture(scope="package")
def answered(opened: Open, demo: Demonstration) -> Filed:
    """An application that is answered."""
    with opened(PHONE) as page:
        done = file(page, "Parkta çöp kutusu yok")
    with opened(DESK) as page:
        log_in(page, demo)
        finish(page, done)
    return done


@pytest.fixture(scope="package")
def storage(opened: Open, demo: Demonstration) -> Any:
    """The cookies of a clerk who has signed in, for ``storage_state=``."""
    with opened(DESK) as page:
        log_in(page, demo)
        return page.context.storage_state()
