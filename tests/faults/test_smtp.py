"""The mail relay is down, slow, refuses or hangs up: nobody notices, and the message arrives later, once."""

import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from webtest import TestApp

from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM
from halkla_iliskiler.domain.outbox import DeliveryState, Notification
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.delivery import DeliveryDesk
from halkla_iliskiler.services.intake import Draft
from halkla_iliskiler.services.unit import Unit
from tests.faults.house import ADDRESS, ANSWER, NAME, House
from tests.faults.relays import BadRelay, Letter, relay_is_well
from tests.faults.running import SENDER, Place

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def open_house(untouched_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    place = Place(tmp_path_factory.mktemp("smtp"), changes={"halkla_email.timeout": "20"})
    shutil.copytree(untouched_site, place.site)
    opened = House(place)
    yield opened
    opened.assembly.close()


@pytest.fixture
def house(open_house: House) -> Iterator[House]:
    """The house with an empty outbox; when the test is over, its outbox is empty again and everything in order."""
    yield open_house
    with open_house.assembly.database.reading() as site:
        assert list(site.outbox.due) == []
    assert list(problems(open_house.assembly.database, open_house.assembly.index)) == []


@pytest.fixture
def impatient(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the sender give up a silent relay at once."""
    method = house.assembly.extensions.feedback_methods["email"]
    monkeypatch.setattr(method, "_settings", {**method._settings, "timeout": 0.3})


def ids_of(letters: list[Letter]) -> Counter[str]:
    return Counter(letter.message_id for letter in letters)


PASSING: dict[str, dict[str, str] | None] = {
    "down": None,
    "hangs up at once": {"greeting": BadRelay.HANG_UP},
    "hangs up at the address": {"RCPT": BadRelay.HANG_UP},
    "too many connections": {"greeting": "421 4.3.2 too many connections"},
    "does not want the sender now": {"MAIL": "451 4.3.0 try again"},
    "greylists": {"RCPT": "450 4.2.0 greylisted"},
    "mailbox full": {"content": "452 4.2.2 mailbox full"},
    "does not know our sender": {"MAIL": "550 5.1.0 sender rejected"},
    "does not want us at all": {"greeting": "554 5.3.2 no service for you"},
}


@pytest.mark.parametrize("answers", PASSING.values(), ids=PASSING)
def test_what_passes_is_tried_again_and_arrives_once(house: House, answers: dict[str, str] | None) -> None:
    port = house.place.mail_port
    with ExitStack() as stack:
        bad = stack.enter_context(BadRelay(port, **answers)) if answers is not None else None
        address = house.citizen_applies()
        assert ANSWER.splitlines()[0] in house.clerk_answers(address)
        for attempt in (1, 2):
            house.work_later()
            for entry in house.messages(address):
                assert (entry.state, entry.attempts, entry.delivered_at) == (DeliveryState.PENDING, attempt, None)
                assert entry.last_error
                assert entry.next_attempt > house.now()
    with relay_is_well(port) as letters:
        house.work_later()
        house.work_later()
    assert [(entry.state, entry.last_error) for entry in house.messages(address)] == [(DeliveryState.DELIVERED, "")] * 2
    assert sorted(ids_of(letters).values()) == [1, 1]
    # What the bad relay may have kept without saying so is the same message by its Message-ID.
    if bad is not None:
        assert set(ids_of(bad.letters)) <= set(ids_of(letters))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("stage", ["greeting", "MAIL", "content"])
def test_a_silent_relay_is_given_up_and_tried_again(house: House, stage: str) -> None:
    with BadRelay(house.place.mail_port, **{stage: BadRelay.SILENCE}):
        address = house.citizen_applies()
        house.work()
        [entry] = house.messages(address)
        assert (entry.state, entry.attempts) == (DeliveryState.PENDING, 1)
        assert "timed out" in entry.last_error
    with relay_is_well(house.place.mail_port) as letters:
        house.work_later()
        house.work_later()
    assert list(ids_of(letters).values()) == [1]


def test_nobody_waits_for_a_slow_relay(house: House) -> None:
    with BadRelay(house.place.mail_port, content=BadRelay.SILENCE) as relay:
        first = house.citizen_applies()
        worker = threading.Thread(target=house.work)
        worker.start()
        assert relay.asked.wait(20)
        # The relay holds the worker. A second worker does not send the same again, citizens and staff go on.
        assert house.assembly.services(SYSTEM).delivery.deliver_due() == 0
        second = house.citizen_applies(words="Park lambası sönük.")
        assert ANSWER.splitlines()[0] in house.clerk_answers(first)
        assert worker.is_alive()
        relay.wake()
        worker.join()
    with relay_is_well(house.place.mail_port) as letters:
        house.work_later()
        house.work_later()
    assert sorted(ids_of(letters).values()) == [1, 1, 1]
    states = [entry.state for address in (first, second) for entry in house.messages(address)]
    assert states == [DeliveryState.DELIVERED] * 3


def test_taken_without_a_reply_is_sent_again_under_the_same_id(house: House) -> None:
    with BadRelay(house.place.mail_port, content=BadRelay.HANG_UP) as relay:
        address = house.citizen_applies()
        house.work_later()
        house.work_later()
    with relay_is_well(house.place.mail_port) as letters:
        house.work_later()
    assert len(relay.letters) == 2
    assert len(set(ids_of(relay.letters + letters))) == 1
    [entry] = house.messages(address)
    assert (entry.state, entry.attempts) == (DeliveryState.DELIVERED, 3)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("goodbye", ["421 4.4.2 going down", BadRelay.HANG_UP, BadRelay.SILENCE])
def test_taken_is_taken_however_the_relay_says_goodbye(house: House, goodbye: str) -> None:
    with BadRelay(house.place.mail_port, QUIT=goodbye) as relay:
        address = house.citizen_applies()
        house.work_later()
        house.work_later()
    assert len(relay.letters) == 1
    [entry] = house.messages(address)
    assert (entry.state, entry.attempts) == (DeliveryState.DELIVERED, 1)


FINAL = {
    "no such mailbox": {"RCPT": "550 5.1.1 no such user"},
    "will not take this message": {"content": "554 5.7.1 refused by policy"},
    "no such mailbox, said late": {"content": "550 5.1.1 no such user"},
    "larger than the mailbox": {"content": "552 5.2.2 mailbox full for good"},
    "does not even listen": {"DATA": "550 5.7.1 not from here"},
}


@pytest.mark.parametrize("answers", FINAL.values(), ids=FINAL)
def test_what_is_final_is_put_before_staff_who_may_send_it_again(house: House, answers: dict[str, str]) -> None:
    with BadRelay(house.place.mail_port, **answers):
        address = house.citizen_applies()
        house.work()
        [entry] = house.messages(address)
        assert (entry.state, entry.attempts, entry.next_attempt) == (DeliveryState.UNDELIVERABLE, 1, None)
        assert entry.last_error in next(iter(answers.values()))
    with relay_is_well(house.place.mail_port) as letters:
        house.work_later()
        assert letters == []
        browser = house.signed_in("supervisor")
        assert entry.last_error in browser.get("/panel/gidenler")
        resend = f"/panel/basvurular/{address}/bildirimler/{entry.id}/tekrar"
        page = browser.get(f"/panel/basvurular/{address}")
        [form] = [form for form in page.forms.values() if form.action == resend]
        form.submit(status=303)
        house.work()
    assert list(ids_of(letters).values()) == [1]
    [entry] = house.messages(address)
    assert entry.state == DeliveryState.DELIVERED


def test_a_worker_that_dies_before_writing_it_down_sends_the_same_once_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    address = house.citizen_applies()
    with relay_is_well(house.place.mail_port) as letters:
        with monkeypatch.context() as patched:
            patched.setattr(DeliveryDesk, "_record", die)
            with pytest.raises(KeyboardInterrupt):
                house.work()
        house.work()
        assert len(letters) == 1, "the claim of the dead worker holds for a while"
        house.work_later()
        house.work_later()
    first, second = (letter.message for letter in letters)
    for header in ("Message-ID", "To", "Subject"):
        assert first[header] == second[header]
    assert first.get_content() == second.get_content()
    [entry] = house.messages(address)
    assert entry.state == DeliveryState.DELIVERED


def test_letters_that_no_mail_system_takes_are_refused_at_the_form(house: House) -> None:
    form = TestApp(house.wsgi).get("/basvuru").forms["apply"]
    form["words"], form["email"] = "Yolda çukur var.", "çağrı@example.org"
    answer = form.submit("send", status=200)
    assert "Türkçe harf" in answer.text
    assert answer.forms["apply"]["email"].value == "çağrı@example.org"


def test_an_address_from_before_the_form_refused_it_is_put_before_staff_at_once(house: House) -> None:
    address = house.citizen_applies(email="cagri@örnek.example")
    with relay_is_well(house.place.mail_port) as letters:
        house.work()
    assert letters[0].message["To"].addresses[0].addr_spec == "cagri@xn--rnek-4qa.example"

    def age(unit: Unit) -> None:
        for entry in unit.site.outbox.entries.values():
            if entry.address.startswith("cagri@xn--"):
                entry.address = "çağrı@örnek.example"
                unit.site.outbox.put(entry, DeliveryState.PENDING, house.now())

    house.assembly.write(age, "as it was accepted once")
    with relay_is_well(house.place.mail_port) as letters:
        house.work()
    assert letters == []
    [entry] = house.messages(address)
    assert entry.state == DeliveryState.UNDELIVERABLE
    assert "ASCII" in entry.last_error


@pytest.mark.parametrize("spelling", [ADDRESS, ADDRESS.upper(), f"<{ADDRESS}>", "baska.biri@example.net"])
def test_no_address_that_a_relay_repeats_is_in_a_log_or_a_list(
    house: House, caplog: pytest.LogCaptureFixture, spelling: str
) -> None:
    caplog.set_level("DEBUG")
    with BadRelay(house.place.mail_port, RCPT=f"550 5.1.1 {spelling} is nobody"):
        address = house.citizen_applies()
        house.work()
    [entry] = house.messages(address)
    assert entry.last_error.startswith("550 5.1.1")
    for text in (caplog.text, entry.last_error):
        assert ADDRESS.lower() not in text.lower()
        assert "baska.biri" not in text


def test_a_fault_of_the_sender_itself_is_logged_without_its_words(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(notification: Notification) -> EmailMessage:
        raise LookupError(f"no way to {notification.to}")

    method = house.assembly.extensions.feedback_methods["email"]
    address = house.citizen_applies()
    with monkeypatch.context() as patched:
        patched.setattr(method, "message", fail)
        house.work()
    assert "the method email failed: LookupError at test_smtp.py:" in caplog.text
    assert ADDRESS not in caplog.text
    [entry] = house.messages(address)
    assert (entry.state, "c•••@example.org" in entry.last_error) == (DeliveryState.PENDING, True)
    with relay_is_well(house.place.mail_port):
        house.work_later()


def test_a_directorate_learns_of_new_work_once_however_often_the_relay_fails(house: House) -> None:
    departments = {}

    def give(unit: Unit) -> None:
        city = unit.site.city
        departments.update({category.code: category.department for category in city.categories})
        city.replace(departments=tuple(replace(d, email=f"{d.code.lower()}@city.example") for d in city.departments))

    def take(unit: Unit) -> None:
        city = unit.site.city
        city.replace(departments=tuple(replace(d, email="") for d in city.departments))

    house.assembly.write(give, "addresses of directorates")
    category = "PRK03"
    draft = Draft("Bank kırık, Ayşe", "COMPLAINT", "web", "notice:1", category=category)
    house.assembly.services(ANONYMOUS).intake.file(draft)
    with BadRelay(house.place.mail_port, greeting="421 later"):
        while not house.assembly.services(SYSTEM).notices.write_digests():
            house.now.advance(timedelta(hours=1))
        house.work()
    with relay_is_well(house.place.mail_port) as letters:
        house.work_later()
        house.work_later()
    addressed = f"{departments[category].lower()}@city.example"
    notices = [letter for letter in letters if letter.message["To"].addresses[0].addr_spec == addressed]
    assert len(notices) == 1
    assert "Ayşe" not in notices[0].message.get_content()
    house.assembly.write(take, "no addresses any more")


def test_an_application_that_is_refused_sends_nothing(house: House) -> None:
    with relay_is_well(house.place.mail_port) as letters:
        form = TestApp(house.wsgi).get("/basvuru").forms["apply"]
        form["words"], form["email"], form["phone"] = "Yolda çukur var.", ADDRESS, "12"
        assert form.submit("send", status="*").location is None
        house.work_later()
    assert letters == []


def test_the_wire(house: House) -> None:
    """CRLF line ends, no line too long, nothing but ASCII to a relay that announces no more, every letter intact."""
    with BadRelay(house.place.mail_port) as relay:
        address = house.citizen_applies()
        house.clerk_answers(address)
        house.work_later()
    assert len(relay.letters) == 2
    for letter in relay.letters:
        lines = letter.content.split(b"\r\n")
        assert not any(b"\r" in line or b"\n" in line for line in lines)
        assert max(len(line) for line in lines) <= 998
        assert letter.content.isascii()
    receipt, answer = (letter.message for letter in relay.letters)
    number = house.assembly.extensions.brand.number_pattern.format(year=int(address[:4]), sequence=int(address[5:]))
    for message in (receipt, answer):
        assert message["To"].addresses[0].display_name == NAME
        assert message["To"].addresses[0].addr_spec == ADDRESS
        assert message["From"].addresses[0].addr_spec == SENDER
        assert number in message["Subject"]
        assert message["Date"].datetime is not None
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Content-Language"] == "tr"
        assert NAME in message.get_content()
        assert house.assembly.extensions.brand.notice in message.get_content()
    assert ANSWER in answer.get_content().replace("\r\n", "\n")
    assert receipt["Message-ID"] != answer["Message-ID"]
