"""What axe finds on a page, where playwright, axe and a chromium are installed."""

import shutil
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from ..app import build
from .people import PASSWORD, actor
from .running import RunningCity

__all__ = ["RULES", "violations_of"]

RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
}


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def _served(city: RunningCity) -> Iterator[str]:
    server: WSGIServer = make_server("127.0.0.1", 0, build(city.assembly), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def violations_of(city: RunningCity, addresses: Sequence[str], role: str) -> list[str]:
    """Return what axe finds on pages of a running city, opened by *role* (``""``: a citizen): rule, element and why.

    Skips the test where no browser is installed.
    """
    if not addresses:
        return []
    playwright = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium is installed")
    # In a thread of its own: playwright refuses a second start where a browser of other tests runs already.
    with _served(city) as url, ThreadPoolExecutor(max_workers=1) as beside:
        return beside.submit(_opened, playwright, axe, chromium, url, addresses, role).result()


def _opened(playwright: Any, axe: Any, chromium: str, url: str, addresses: Sequence[str], role: str) -> list[str]:
    found: list[str] = []
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_context(bypass_csp=True).new_page()
        if role:
            page.goto(f"{url}/panel/giris")
            page.locator("[name=username]").fill(actor(role).id)
            page.locator("[name=password]").fill(PASSWORD)
            page.locator("[name=password]").press("Enter")
            page.wait_for_url(lambda now: "/panel/giris" not in now)
        for address in addresses:
            answer = page.goto(url + address)
            if answer is None or answer.status != 200 or not page.url.startswith(url + address):
                found.append(f"{address} was not opened by {role or 'a citizen'}: {page.url}")
                continue
            for rule in axe.Axe().run(page, options=RULES).response["violations"]:
                found += [f"{address} {rule['id']}: {node['target']}" for node in rule["nodes"]]
        browser.close()
    return found
