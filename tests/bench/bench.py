"""Measure: how many requests a second, how long they take, what a ticket costs. Prints ``name value unit`` lines.

Server and clients share this machine's cores. ``share_of_hello`` and ``share_of_page`` say how much of the rate of a
bare Pyramid page (one word; fifty rows of Chameleon) on the same waitress is reached; those are measured right before
and after. Answers of another status than expected, "busy" (503) among them, are counted and do not count as done.
"""

import argparse
import configparser
import contextlib
import itertools
import os
import pickle
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bulk import CLERK, SUPERVISOR, Built, Words, build
from client import Figures, ask, measure

from halkla_iliskiler.extension import Extensions, build_plugins

ROOT = Path(__file__).parents[2]
WARM_UP = 1.0
READERS = 4
WRITERS = 8
PLUGINS = "email survey webhook csv_departments bornova"
"""All that are shipped."""


def main() -> None:
    """Measure every size that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000", help="how many tickets, separated by commas")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each measurement takes")
    parser.add_argument("--only", default="", help="measure only these pages, separated by commas")
    parser.add_argument("--keep", type=Path, help="keep the sites in this directory, and use those that are there")
    options = parser.parse_args()
    only = set(filter(None, options.only.split(",")))
    directory = options.keep or Path(tempfile.mkdtemp(prefix="halkla-bench-"))
    directory.mkdir(parents=True, exist_ok=True)
    try:
        say_fsync(directory)
        for size in (int(text) for text in options.sizes.split(",")):
            Bench(directory / str(size), size, options.seconds, only).run()
    finally:
        if options.keep is None:
            shutil.rmtree(directory)


def say(name: str, value: float, unit: str) -> None:
    """Print a figure."""
    digits = 0 if value >= 100 else 2 if value >= 1 else 3
    print(f"{name} {value:.{digits}f} {unit}", flush=True)


def say_fsync(directory: Path) -> None:
    """Print how long this disk takes to promise a page: every commit waits for that once."""
    figures = Figures()
    path = directory / "fsync"
    with open(path, "wb", buffering=0) as file:
        for _ in range(200):
            file.write(b"x" * 4096)
            started = time.perf_counter()
            os.fsync(file.fileno())
            figures.latencies.append(time.perf_counter() - started)
    path.unlink()
    say("fsync.p50", figures.percentile(50), "ms")
    say("fsync.p95", figures.percentile(95), "ms")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A server as a process of its own."""

    def __init__(self, command: list[str | Path], port: int, path: str, templates: Path) -> None:
        self.port = port
        started = time.perf_counter()
        environment = {**os.environ, "CHAMELEON_CACHE": str(templates)}
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
        while True:
            with contextlib.suppress(OSError):
                if ask(port, get(path)).status == 200:
                    break
            if self._process.poll() is not None:
                raise SystemExit(f"{command[0]} ended with {self._process.returncode}")
            time.sleep(0.01)
        self.seconds_to_start = time.perf_counter() - started

    @property
    def megabytes(self) -> float:
        """The memory it holds."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(timeout=30)


def get(path: str, cookie: str = "") -> bytes:
    """Return a request as it goes over the wire."""
    extra = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{extra}\r\n".encode()


def post(path: str, cookie: str, content_type: str, body: bytes) -> bytes:
    """Return a request with a body as it goes over the wire."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nContent-Type: {content_type}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Visitor:
    """A browser: its cookie and the token of its forms."""

    def __init__(self, port: int, path: str) -> None:
        self._port = port
        reply = ask(port, get(path))
        self.cookie = reply.header("Set-Cookie").partition(";")[0]
        self.written_at = reply.body.partition(b'name="written_at" value="')[2].partition(b'"')[0].decode()
        self.token = reply.body.partition(b'name="csrf_token" value="')[2].partition(b'"')[0].decode()

    def log_in(self, username: str, password: str) -> "Visitor":
        """Sign in."""
        fields = {"csrf_token": self.token, "username": username, "password": password, "__formid__": "login"}
        body = urllib.parse.urlencode(fields).encode()
        reply = ask(self._port, post("/panel/giris", self.cookie, "application/x-www-form-urlencoded", body))
        if reply.status != 303:
            raise SystemExit(f"the log-in was refused: {reply.status}")
        self.cookie = reply.header("Set-Cookie").partition(";")[0]
        return self


class Bench:
    """One site of one size."""

    def __init__(self, directory: Path, size: int, seconds: float, only: set[str]) -> None:
        self._directory = directory
        self._size = size
        self._seconds = seconds
        self._only = only
        self._port, self._bare_port = free_port(), free_port()
        self._random = Random(1)

    def _say(self, name: str, value: float, unit: str) -> None:
        say(f"{self._size}.{name}", value, unit)

    @property
    def _settings(self) -> dict[str, str]:
        return {
            "halkla.data": str(self._directory / "site"),
            "halkla.plugins": PLUGINS,
            "halkla.base_url": f"http://127.0.0.1:{self._port}",
            "halkla.secure_cookies": "false",
            "halkla.filings_per_address": "1000000",
            "halkla.fastest_form": "0",
            "halkla.answer_grace": "0",
            "halkla_email.sender": "olcum@basvuru.example",
            "halkla_email.host": "127.0.0.1",
            "halkla_email.port": "9",
        }

    def _write_ini(self, name: str, port: int, plugins: str = PLUGINS) -> Path:
        """Write down the shipped settings with the paths of this site; nobody stands in front of this server."""
        parser = configparser.RawConfigParser()
        parser.read(ROOT / "etc" / "production.ini", encoding="utf-8")
        parser["app:main"].update(self._settings)
        parser["app:main"]["halkla_email.username"] = ""
        parser["app:main"]["halkla.plugins"] = plugins
        if not plugins:
            for option in [name for name in parser["app:main"] if name.startswith("halkla_")]:
                parser.remove_option("app:main", option)
        parser["server:main"]["listen"] = f"127.0.0.1:{port}"
        for option in ("trusted_proxy", "trusted_proxy_headers"):
            parser.remove_option("server:main", option)
        path = self._directory / name
        with open(path, "w", encoding="utf-8") as file:
            parser.write(file)
        return path

    def run(self) -> None:
        """Build, serve, measure."""
        built = self._built()
        templates = self._directory / "templates"
        templates.mkdir(exist_ok=True)
        halkla = Path(sys.executable).with_name("halkla")
        ini = self._write_ini("site.ini", self._port)
        # A site that was kept may be of an earlier version.
        subprocess.run([halkla, "-c", ini, "evolve"], check=True, stdout=subprocess.DEVNULL)
        command: list[str | Path] = [halkla, "serve", ini]
        bare = [sys.executable, Path(__file__).with_name("bare.py"), self._write_ini("bare.ini", self._bare_port)]
        self._bare = Process(bare, self._bare_port, "/hello", templates)
        try:
            server = Process(command, self._port, "/healthz", templates)
            try:
                self._say("start", server.seconds_to_start, "s")
                self._say("memory_idle", server.megabytes, "MB")
                self._measure(built)
                self._say("memory_after", server.megabytes, "MB")
            finally:
                server.stop()
            if not self._only or "plugins" in self._only:
                self._compare_plugins(built, halkla, templates)
        finally:
            self._bare.stop()

    def _compare_plugins(self, built: Built, halkla: Path, templates: Path) -> None:
        """Serve with all shipped plugins and with none, by turns, and say what part of the rate is left with them."""
        rates: dict[tuple[str, str], list[float]] = {}
        for _turn in range(2):
            for name, plugins in (("none", ""), ("all", PLUGINS)):
                command: list[str | Path] = [halkla, "serve", self._write_ini(f"{name}.ini", self._port, plugins)]
                server = Process(command, self._port, "/healthz", templates)
                try:
                    rates.setdefault(("start", name), []).append(1 / server.seconds_to_start)
                    clerk = Visitor(self._port, "/panel/giris").log_in(CLERK, built.passwords[CLERK])
                    queue = get("/panel?liste=directorate", clerk.cookie)
                    forms = Forms(self._port, self._random)
                    for page, clients, expected, request_of in (
                        ("queue", READERS, 200, lambda client, queue=queue: queue),
                        ("file", WRITERS, 303, forms.next),
                    ):
                        measure(self._port, clients, WARM_UP, expected, request_of)
                        found = measure(self._port, clients, self._seconds, expected, request_of)
                        rates.setdefault((page, name), []).append(found.rate)
                finally:
                    server.stop()
        for page in ("start", "queue", "file"):
            share = sum(rates[page, "all"]) / sum(rates[page, "none"])
            self._say(f"plugins.{page}.share_of_none", share, "of 1")

    def _built(self) -> Built:
        kept = self._directory / "built.pickle"
        if kept.exists():
            return pickle.loads(kept.read_bytes())  # noqa: S301  (our own, from the run before)
        shutil.rmtree(self._directory, ignore_errors=True)
        self._directory.mkdir(parents=True)
        built = build(self._settings, self._size, self._progress)
        kept.write_bytes(pickle.dumps(built))
        self._say("load", built.size / built.seconds, "tickets/s")
        self._say("bytes_unpacked", built.bytes_unpacked / built.size, "B/ticket")
        self._say("bytes_packed", built.bytes_packed / built.size, "B/ticket")
        index = (built.directory / "index.sqlite").stat().st_size
        self._say("bytes_index", index / built.size, "B/ticket")
        blobs = sum(path.stat().st_size for path in (built.directory / "blobs").rglob("*") if path.is_file())
        self._say("bytes_blobs", blobs / built.size, "B/ticket")
        return built

    def _progress(self, done: int, total: int) -> None:
        if done % 20_000 == 0 or done == total:
            print(f"# {done:,} of {total:,} tickets", file=sys.stderr, flush=True)

    def _measure(self, built: Built) -> None:
        supervisor = Visitor(self._port, "/panel/giris").log_in(SUPERVISOR.id, built.passwords[SUPERVISOR.id])
        clerk = Visitor(self._port, "/panel/giris").log_in(CLERK, built.passwords[CLERK])
        tickets = itertools.cycle(
            [get(f"/panel/basvurular/{number}", supervisor.cookie) for number, _ in built.addresses]
        )
        follows = itertools.cycle([get(f"/takip/{number}/{code}") for number, code in built.addresses])
        quoted = (urllib.parse.quote_plus(words) for words in built.searches)
        searches = itertools.cycle([get(f"/panel?q={words}", supervisor.cookie) for words in quoted])
        queue = get("/panel?liste=directorate", clerk.cookie)
        all_open = get("/panel?liste=open", supervisor.cookie)
        figures = get("/panel/sayilar?donem=son30", supervisor.cookie)
        my_work = get("/panel?liste=mine", clerk.cookie)
        form = get("/basvuru")
        self._page("queue", lambda client: queue)
        self._page("queue_all", lambda client: all_open)
        self._page("ticket", lambda client: next(tickets))
        self._page("search", lambda client: next(searches))
        self._page("figures", lambda client: figures)
        self._page("my_work", lambda client: my_work)
        self._page("follow", lambda client: next(follows))
        self._page("form", lambda client: form)
        # Last: it makes the site grow.
        forms = Forms(self._port, self._random)
        self._page("file", forms.next, clients=WRITERS, expected=303)

    def _page(
        self, name: str, request_of: Callable[[int], bytes], *, clients: int = READERS, expected: int = 200
    ) -> None:
        if self._only and name not in self._only:
            return
        before = self._floor(clients)
        measure(self._port, clients, WARM_UP, expected, request_of)
        found = measure(self._port, clients, self._seconds, expected, request_of)
        after = self._floor(clients)
        alone = measure(self._port, 1, min(2.0, self._seconds), expected, request_of)
        self._say(f"{name}.rate", found.rate, "requests/s")
        self._say(f"{name}.p50", found.percentile(50), "ms")
        self._say(f"{name}.p95", found.percentile(95), "ms")
        self._say(f"{name}.p50_alone", alone.percentile(50), "ms")
        for floor, values in (("hello", (before[0], after[0])), ("page", (before[1], after[1]))):
            rate = sum(figures.rate for figures in values) / 2
            self._say(f"{name}.bare_{floor}", rate, "requests/s")
            self._say(f"{name}.share_of_{floor}", found.rate / rate, "of 1")
        for status, times in sorted((found.errors + alone.errors).items()):
            self._say(f"{name}.status_{status}", times, "requests")

    def _floor(self, clients: int) -> tuple[Figures, Figures]:
        seconds = min(1.0, self._seconds / 2)
        hello, page = get("/hello"), get("/page")
        return (
            measure(self._bare_port, clients, seconds, 200, lambda client: hello),
            measure(self._bare_port, clients, seconds, 200, lambda client: page),
        )


class Forms:
    """Citizens with their browsers: each sends one full form after the other, every one of its own."""

    def __init__(self, port: int, random: Random) -> None:
        self._random = random
        plugins = build_plugins(PLUGINS.split(), {"halkla_email.sender": "olcum@basvuru.example"})
        self._demo = Words(Extensions.collect(plugins).demo_tickets(datetime.now(UTC)), random)
        self._visitors = [Visitor(port, "/basvuru") for _ in range(WRITERS)]
        self._categories = [""]
        for category in self._demo.categories:
            # Some are the staff's alone, and some ask a question of their own; a form with those is another form.
            if ask(port, self._filled(self._visitors[0], category)).status == 303:
                self._categories.append(category)

    def next(self, client: int) -> bytes:
        """Return the next form of one of them."""
        category = self._demo.ticket().category if self._random.random() < 0.6 else ""
        return self._filled(self._visitors[client], category if category in self._categories else "")

    def _filled(self, visitor: Visitor, category: str) -> bytes:
        random, about = self._random, self._demo.ticket()
        fields = {
            "_charset_": "UTF-8",
            "__formid__": "apply",
            "csrf_token": visitor.token,
            "words": self._demo.text(about),
            "category": category,
            "category_listed": "",
            "kind": "COMPLAINT",
            "neighbourhood": about.neighbourhood or "",
            "place": about.place,
            "name": self._demo.name(),
            # Nobody is called: the number only has to be one that the form takes.
            "phone": f"0501{random.randrange(10**7):07d}",
            "email": "",
            "form_key": secrets.token_urlsafe(18),
            "send": "send",
            "same_seen": "yes",
            "written_at": visitor.written_at,
        }
        edge = "----halkla" + secrets.token_hex(8)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        photos = 'Content-Disposition: form-data; name="photos"; filename=""\r\nContent-Type: application/octet-stream'
        parts.append(f"--{edge}\r\n{photos}\r\n\r\n\r\n--{edge}--\r\n")
        return post("/basvuru", visitor.cookie, f"multipart/form-data; boundary={edge}", "".join(parts).encode())


if __name__ == "__main__":
    main()
