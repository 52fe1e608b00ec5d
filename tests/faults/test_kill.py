"""SIGKILL while forms come in: what was acknowledged is there, once, in the citizen's words."""

import http.client
import threading
import time
from email import message_from_bytes
from pathlib import Path
from random import Random

import pytest
from aiosmtpd.controller import Controller
from PIL import Image
from ZODB.scripts.fstest import check as check_file

from halkla_iliskiler.domain.ticket import Ticket
from halkla_iliskiler.services import Assembly
from tests.faults.citizens import Citizen, Form, Ledger
from tests.faults.running import Place

pytestmark = pytest.mark.faults

ROUNDS = 10
CITIZENS = 6
BUSY = 503


class Letterbox:
    """Takes every mail and keeps it."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        self.letters.append(envelope.content)  # type: ignore[attr-defined]
        return "250 kept"


class Crowd:
    """Citizens who send one form after another until nobody answers any more."""

    def __init__(self, place: Place, ledger: Ledger, seed: int) -> None:
        self._place = place
        self._ledger = ledger
        self._seed = seed
        self.unexpected: list[str] = []
        self._threads = [threading.Thread(target=self._send_on, args=(number,)) for number in range(CITIZENS)]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join()

    def _send_on(self, number: int) -> None:
        random = Random(self._seed * CITIZENS + number)
        citizen = Citizen(self._place.port)
        try:
            while True:
                form = Form.invented(random, with_photo=0.2, with_email=0.3)
                self._ledger.sending(form)
                answer = citizen.send(form)
                if answer.number:
                    self._ledger.acknowledged(form, answer.number)
                elif answer.status != BUSY:
                    self.unexpected.append(f"{answer.status}: {answer.page[:300]}")
        except (OSError, http.client.HTTPException):
            return  # the server is gone
        finally:
            citizen.close()


def send_again(place: Place, ledger: Ledger, forms: list[Form]) -> None:
    citizen = Citizen(place.port)
    for form in forms:
        answer = citizen.send(form)
        assert answer.number, f"{answer.status}: {answer.page[:300]}"
        ledger.acknowledged(form, answer.number)
    citizen.close()


def test_a_killed_server_loses_and_doubles_nothing(place: Place, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    letterbox = Letterbox()
    relay = Controller(letterbox, hostname="127.0.0.1", port=place.mail_port)
    relay.start()
    random = Random(20211)
    undecided = 0
    try:
        for number in range(ROUNDS):
            with place.served() as server:
                undecided += len(ledger.unacknowledged)
                send_again(place, ledger, ledger.unacknowledged)
                with Crowd(place, ledger, number) as crowd:
                    time.sleep(random.uniform(0.3, 0.9))
                    server.kill()
                assert crowd.unexpected == []
        with place.served():
            send_again(place, ledger, ledger.unacknowledged)
            send_again(place, ledger, random.sample(list(ledger.forms.values()), 100))
    finally:
        relay.stop()

    assert ledger.contradictions == []
    assert undecided, "no kill hit a form on its way: the test has tried nothing"
    checked = place.run("check")
    assert (checked.code, checked.output) == (0, "Everything is in order.\n"), checked
    check_file(str(place.site / "Data.fs"))
    compare(place, ledger)
    compare_letters(place, letterbox)


def compare(place: Place, ledger: Ledger) -> None:
    """Every form in the book is one ticket with that number, those words, that photo; and there is no other."""
    assembly = Assembly.open(place.settings, read_only=True)
    try:
        with assembly.database.reading() as site:
            found = {ticket.address: ticket for ticket in site.tickets.values()}
            assert sorted(found) == sorted(ledger.numbers.values())
            for key, form in ledger.forms.items():
                ticket = found[ledger.numbers[key]]
                assert ticket.words == form.words
                assert shades_of(ticket) == ([] if form.shade is None else [form.shade])
            trees = (site.tickets, site.applicants, site.by_email, site.intake_keys, site.outbox.entries)
            for tree in (*trees, site.outbox.due, site.writer("main").journal):
                tree._check()
                assert list(tree) == sorted(tree)
    finally:
        assembly.close()


def shades_of(ticket: Ticket) -> list[int]:
    """Return the grey of each photo, whether it is as it was sent or made anew since."""
    shades = []
    for photo in ticket.attachments:
        with photo.blob.open("r") as file, Image.open(file) as image:
            assert image.size == (1, 1)
            shades.append(image.convert("L").getpixel((0, 0)))
    return shades


def compare_letters(place: Place, letterbox: Letterbox) -> None:
    """A letter went out only about a ticket that is there, and the same one was the same every time."""
    assembly = Assembly.open(place.settings, read_only=True)
    by_id: dict[str, set[str]] = {}
    for letter in letterbox.letters:
        message = message_from_bytes(letter)
        by_id.setdefault(message["Message-ID"], set()).add(
            f"{message['To']} {message['Subject']} {message.get_payload()}"
        )
    try:
        with assembly.database.reading() as site:
            for message_id, versions in by_id.items():
                ticket, entry = message_id.lstrip("<").split(".")[:2]
                assert int(entry) in site.tickets[int(ticket)].notifications
                assert len(versions) == 1
    finally:
        assembly.close()
