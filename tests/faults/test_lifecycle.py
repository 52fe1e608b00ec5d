"""Starting, stopping, starting twice, and commands beside a running server."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from ZODB.fsIndex import fsIndex

from halkla_iliskiler.storage import open_database
from tests.faults.citizens import Citizen, Form
from tests.faults.relays import BadRelay
from tests.faults.running import HALKLA, ROOT, Finished, Place, Served, free_port, until

pytestmark = pytest.mark.faults


def is_one_sentence(finished: Finished) -> bool:
    """Tell whether a refusal is what a person reads: a line or two, and nothing of the program's inside."""
    return finished.code == 1 and finished.errors.startswith("Error: ") and "Traceback" not in finished.errors


def index_covers_everything(place: Place) -> bool:
    data = place.site / "Data.fs"
    return int(fsIndex.load(f"{data}.index")["pos"]) == data.stat().st_size


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Where the tests run in the background SIGINT is ignored, and a child would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_it_is_asked_to(place: Place, number: signal.Signals) -> None:
    with place.served() as server:
        citizen = Citizen(place.port)
        assert citizen.send(Form.invented(Random(1), with_photo=1)).number
        assert not index_covers_everything(place)
        assert server.stop(number) == 0
        citizen.close()
    assert index_covers_everything(place)
    assert "Traceback" not in server.said()


def test_it_ends_while_the_relay_is_silent(new_place: Callable[..., Place]) -> None:
    place = new_place(**{"halkla_email.timeout": "3"})
    with BadRelay(place.mail_port, content=BadRelay.SILENCE) as relay, place.served() as server:
        citizen = Citizen(place.port)
        assert citizen.send(Form.invented(Random(1), with_email=1)).number
        citizen.close()
        assert relay.asked.wait(20)
        assert server.stop() == 0
    assert index_covers_everything(place)


def test_beside_a_running_server(place: Place) -> None:
    """What only reads works on what is saved; what would write is refused, and so is a second server."""
    with place.served() as server:
        citizen = Citizen(place.port)
        for number in range(3):
            assert citizen.send(Form.invented(Random(number), with_photo=1)).number
        citizen.close()

        checked = place.run("check")
        assert (checked.code, checked.output) == (0, "Everything is in order.\n"), checked
        listed = place.run("user", "list")
        assert (listed.code, "Nermin Karaca" in listed.output) == (0, True), listed
        named = place.run("plugins")
        assert (named.code, "bornova" in named.output, "email" in named.output) == (0, True, True), named

        for command in (
            ("user", "add", "yeni", "--name", "Yeni Kişi", "--role", "agent"),
            ("user", "passwd", "supervisor"),
            ("user", "disable", "supervisor"),
            ("reindex",),
            ("worker", "--once"),
            ("serve",),
        ):
            refused = place.run(*command, typed="kaldirimdaki-kedi-43\n")
            assert is_one_sentence(refused), (command, refused)
            assert "in use by another process" in refused.errors, (command, refused)
        assert server.health()[0] == 200


def test_a_taken_port_is_one_sentence(place: Place) -> None:
    with socket.create_server(("127.0.0.1", place.port)):
        refused = place.run("serve")
    assert is_one_sentence(refused), refused
    assert "port" in refused.errors
    assert index_covers_everything(place)


def test_two_servers_started_at_once(place: Place) -> None:
    """One serves, the other is refused; nothing is damaged by the race."""
    first, second = Served(place), Served(place)
    try:
        until(lambda: first.health()[0] == 200, "one that serves")
        ended = lambda: next((one for one in (first, second) if one.process.poll() is not None), None)  # noqa: E731
        loser = until(ended, "the other")
        assert loser.process.returncode == 1
        assert "in use by another process" in loser.said() or "port is not free" in loser.said()
        assert "Traceback" not in loser.said()
    finally:
        for server in (first, second):
            if server.process.poll() is None:
                assert server.stop() == 0
    assert place.run("check").code == 0


class Demo:
    """A demonstration in a directory of its own, as ``make serve`` starts it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self._ini = directory / "demo.ini"
        shutil.copy(ROOT / "development.ini", self._ini)

    def start(self) -> subprocess.Popen[str]:
        environment = {**os.environ, "HALKLA_PORT": str(self.port), "HALKLA_DATA": str(self.directory / "var")}
        return subprocess.Popen(
            [HALKLA, "serve", self._ini], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def read_until(self, server: subprocess.Popen[str], mark: str) -> str:
        assert server.stdout is not None
        said = ""
        while mark not in said:
            line = server.stdout.readline()
            assert line, f"it ended: {said}"
            said += line
            assert mark in said or "Ctrl-C stops" not in said, f"it serves, and did not say {mark!r}: {said}"
        return said

    def is_refused(self) -> str:
        """Start it once more and return what it says."""
        refused = self.start()
        said, _ = refused.communicate(timeout=20)
        assert refused.returncode == 1
        assert "Traceback" not in said
        return said

    @property
    def site(self) -> Path:
        return self.directory / "var" / "site"


def test_a_demonstration_whose_creation_was_interrupted_is_created_anew(tmp_path: Path) -> None:
    demo = Demo(tmp_path)
    killed = demo.start()
    demo.read_until(killed, "of 2,000")
    killed.kill()
    killed.communicate(timeout=20)
    assert not demo.site.exists()

    directory = os.open(demo.site.parent, os.O_RDONLY)
    fcntl.flock(directory, fcntl.LOCK_EX)  # as another start does that is creating it
    assert "is creating this demonstration" in demo.is_refused()
    os.close(directory)

    server = demo.start()
    try:
        demo.read_until(server, "Ctrl-C stops the server")
        assert "in use by another process" in demo.is_refused()
    finally:
        server.terminate()
        server.communicate(timeout=20)
    assert server.returncode == 0
    with closing(open_database(demo.site, read_only=True)) as database, database.reading() as site:
        assert len(site.tickets) == 2000
    assert sorted(path.name for path in demo.site.parent.iterdir()) == ["demo-passwords.txt", "mail", "site"]
