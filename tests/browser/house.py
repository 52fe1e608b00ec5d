"""The demonstration as `make serve` starts it, and pages that notice what the browser complains of."""

import contextlib
import http.client
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.faults.running import free_port, until

__all__ = ["CLERK", "DESK", "PHONE", "Demonstration", "Watched", "chromium", "photo", "watching"]

ROOT = Path(__file__).parents[2]
HALKLA = Path(sys.executable).with_name("halkla")
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1366, "height": 768}
CLERK = "birim-prk"
"""The clerk whose directorate mends benches."""

_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""


def chromium() -> str:
    """Return where chromium is."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "the browser tests need chromium: apt-get install chromium"
    return found


def photo(name: str = "bank.jpg") -> Any:
    """Return a real picture, as an input of files takes it."""
    kind = "PNG" if name.endswith("png") else "JPEG"
    written = io.BytesIO()
    Image.new("RGB", (320, 240), (90, 120, 60)).save(written, kind)
    return {"name": name, "mimeType": f"image/{kind.lower()}", "buffer": written.getvalue()}


@dataclass
class Demonstration:
    """A running ``halkla serve development.ini`` with its data in *directory*."""

    directory: Path
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.directory / "server.log"

    @property
    def passwords(self) -> dict[str, str]:
        """Return the password of every user of the demonstration."""
        text = (self.directory / "site" / "demo-passwords.txt").read_text(encoding="utf-8")
        return {line.split()[0]: line.split()[1] for line in text.splitlines() if line.strip()}

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    @contextlib.contextmanager
    def served(self) -> Iterator["Demonstration"]:
        """Serve it for the body of the ``with`` statement."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HALKLA_", "CREDENTIALS_"))}
        settings = {"HALKLA_DATA": str(self.directory / "site"), "HALKLA_PORT": str(self.port)}
        with open(self.log, "ab") as log:
            process = subprocess.Popen(
                [HALKLA, "serve", ROOT / "development.ini"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**kept, **settings},
            )  # fmt: skip
        try:

            def is_up() -> bool:
                assert process.poll() is None, f"the server ended: {self.log.read_text(encoding='utf-8')}"
                return self.answers()

            until(is_up, "the demonstration", patience=120)
            yield self
        finally:
            process.terminate()
            process.wait(timeout=30)


@dataclass
class Watched:
    """A page and what the browser complained of while it was used."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(_TELL_VIOLATIONS)
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))


@contextlib.contextmanager
def watching(browser: Browser, base: str, viewport: Any, *, excused: str = "", **options: Any) -> Iterator[Page]:
    """A page of its own; at the end nothing may have been complained of but for what is *excused*."""
    options = {"locale": "tr-TR", "base_url": base, **options}
    context = browser.new_context(viewport=viewport, **options)
    context.set_default_timeout(10_000)
    try:
        watched = Watched(context.new_page())
        yield watched.page
        assert [said for said in watched.complaints if not excused or excused not in said] == []
    finally:
        context.close()
