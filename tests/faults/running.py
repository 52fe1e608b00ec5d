"""A site with a real server process on it: written down, started, killed, stopped."""

import configparser
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["SENDER", "Finished", "Place", "Served", "free_port", "until"]

ROOT = Path(__file__).parents[2]
HALKLA = Path(sys.executable).with_name("halkla")
SENDER = "iletisim@basvuru.example"
PATIENCE = 20.0
"""How long to wait for what takes a second, on a machine that is busy with something else."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Any, what: str, patience: float = PATIENCE) -> Any:
    """Wait until *condition* returns something and return it."""
    end = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)
    return found


@dataclass
class Finished:
    """What a command said and how it ended."""

    code: int
    output: str
    errors: str


@dataclass
class Place:
    """A site of its own in one directory: its ini is the shipped ``etc/production.ini`` with the paths of the test."""

    directory: Path
    port: int = field(default_factory=free_port)
    mail_port: int = field(default_factory=free_port)
    changes: dict[str, str] = field(default_factory=dict)
    templates: Path | None = None
    """Where compiled templates are kept, so that not every server compiles them anew (as in the systemd unit)."""

    @property
    def site(self) -> Path:
        return self.directory / "site"

    @property
    def ini(self) -> Path:
        return self.directory / "site.ini"

    @property
    def settings(self) -> dict[str, str]:
        """The application's section, for opening the same site in this process."""
        return {
            "halkla.data": str(self.site),
            "halkla.plugins": "email bornova",
            "halkla.base_url": f"http://127.0.0.1:{self.port}",
            "halkla.secure_cookies": "false",
            # Many citizens at one address, who write faster than anybody.
            "halkla.filings_per_address": "1000000",
            "halkla.fastest_form": "0",
            "halkla.answer_grace": "0",
            "halkla_email.host": "127.0.0.1",
            "halkla_email.port": str(self.mail_port),
            "halkla_email.starttls": "false",
            "halkla_email.username": "",
            "halkla_email.sender": SENDER,
            "halkla_email.timeout": "2",
            **self.changes,
        }

    def write_ini(self) -> None:
        parser = configparser.RawConfigParser()
        parser.read(ROOT / "etc" / "production.ini", encoding="utf-8")
        parser["app:main"].update(self.settings)
        parser["server:main"]["listen"] = f"127.0.0.1:{self.port}"
        # Nobody stands in front of this one.
        for name in ("trusted_proxy", "trusted_proxy_headers"):
            parser.remove_option("server:main", name)
        with open(self.ini, "w", encoding="utf-8") as file:
            parser.write(file)

    def run(self, *arguments: str, typed: str = "") -> Finished:
        """Run a ``halkla`` command on the site and wait for its end."""
        done = subprocess.run(
            [HALKLA, "--config", self.ini, *arguments],
            input=typed, capture_output=True, text=True, timeout=60, env=self.environment, check=False,
        )  # fmt: skip
        return Finished(done.returncode, done.stdout, done.stderr)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HALKLA_", "CREDENTIALS_"))}
        if self.templates is not None:
            kept["CHAMELEON_CACHE"] = str(self.templates)
        return {**kept, "PYTHONUNBUFFERED": "1"}

    @contextlib.contextmanager
    def served(self) -> Iterator["Served"]:
        """Serve the site for the body of the ``with`` statement; it has to end cleanly unless it was killed."""
        server = Served(self)
        try:
            server.await_health()
            yield server
        finally:
            server.close()


class Served:
    """A running ``halkla serve``."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.log = place.directory / "server.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [HALKLA, "serve", place.ini],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=place.environment,
            )  # fmt: skip

    def health(self) -> tuple[int, dict[str, Any]]:
        """Return the status of ``/healthz`` and what it says; ``(0, {})`` when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.place.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            return answer.status, json.load(answer)
        except OSError:
            return 0, {}
        finally:
            connection.close()

    def await_health(self) -> None:
        """Wait until it answers."""

        def answers() -> bool:
            assert self.process.poll() is None, f"the server ended: {self.said()}"
            return self.health()[0] != 0

        until(answers, "the server's first answer")

    def said(self) -> str:
        """Return everything the servers of this place have written."""
        return self.log.read_text(encoding="utf-8")

    def kill(self) -> None:
        """End it as a power cut would end the process: nothing is finished, nothing is closed."""
        self.process.kill()
        self.process.wait(timeout=PATIENCE)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE)

    def close(self) -> None:
        """End it if it still runs."""
        if self.process.poll() is None and self.stop() != 0:
            raise AssertionError(f"the server did not end cleanly: {self.said()}")
