"""The form in another website's frame, as a browser lets it be used."""

import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from waitress.server import create_server

from halkla_iliskiler.app import build
from halkla_iliskiler.testing import make_site
from tests.browser.house import PHONE, watching
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser


class Around(BaseHTTPRequestHandler):
    """Another website's page, with our form in a frame."""

    framed = ""

    def do_GET(self) -> None:
        frame = f"<iframe title=Form width=360 height=700 src='{self.framed}'></iframe>"
        page = f"<!DOCTYPE html><html lang=tr><title>Around</title><h1>Around</h1>{frame}"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *said: Any) -> None:
        """Nothing."""


@contextlib.contextmanager
def website(framed: str = "") -> Iterator[tuple[int, type[Around]]]:
    """Another website on this machine."""
    handler = type("Here", (Around,), {"framed": framed})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], handler
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Our site, and a website it lists: their ports. 127.0.0.1 and localhost are two sites to a browser."""
    with website() as (port, handler):
        assembly = make_site(tmp_path / "site", embed_origins=f"http://127.0.0.1:{port} http://localhost:{port}")
        server: Any = create_server(build(assembly), host="127.0.0.1", port=0, threads=4)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        handler.framed = f"http://127.0.0.1:{server.effective_port}/basvuru?gomulu=1&konu=bench"
        yield server.effective_port, port
        server.close()
        thread.join(timeout=5)
        assembly.close()


@pytest.fixture
def opened(chrome: Browser, ours: tuple[int, int]) -> Any:
    return partial(watching, chrome, f"http://127.0.0.1:{ours[0]}", PHONE)


def frame_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def test_on_our_own_site_the_form_is_filled_in_in_the_frame(opened: Any, ours: tuple[int, int]) -> None:
    with opened(bypass_csp=False) as page:
        page.goto(f"http://127.0.0.1:{ours[1]}/")
        form = frame_of(page)
        form.locator("[name=words]").fill("Parktaki bank kırık")
        with page.context.expect_page() as opening:
            form.locator("#applysend").click()
        receipt = opening.value
        expect(receipt.locator(".receipt-big")).to_be_visible()
        assert receipt.evaluate("window.top === window")


def test_on_another_site_a_door_opens_it(opened: Any, ours: tuple[int, int]) -> None:
    with opened(bypass_csp=True) as page:
        page.goto(f"http://localhost:{ours[1]}/")
        door = frame_of(page).locator(".door a.button").first
        expect(door).to_be_visible()
        assert frame_of(page).locator("form").count() == 0
        assert violations(page) == []
        with page.context.expect_page() as opening:
            door.click()
        form = opening.value
        form.locator("[name=words]").fill("Parktaki bank kırık")
        form.locator("#applysend").click()
        expect(form.locator(".receipt-big")).to_be_visible()


def test_a_website_the_city_has_not_listed_shows_nothing(chrome: Browser, ours: tuple[int, int]) -> None:
    address = f"http://127.0.0.1:{ours[0]}/basvuru?gomulu=1"
    with website(address) as (port, _handler), watching(chrome, address, PHONE, excused="frame-ancestors") as page:
        page.goto(f"http://127.0.0.1:{port}/")
        page.wait_for_load_state("load")
        assert [frame.url.partition(":")[0] for frame in page.frames[1:]] == ["chrome-error"]
