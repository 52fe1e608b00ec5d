"""What a city's system learns of its applications, over real sockets, from the change to the call."""

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from halkla_webhook import log, plugin
from halkla_webhook.calling import Caller

from halkla_iliskiler.testing.clock import FakeNow
from halkla_iliskiler.testing.running import RunningCity
from plugins.halkla_webhook.tests.receivers import Received, Receiver, receiver

SECRET = "whsec_bWFkZSB1cCBmb3IgdGVzdHMgb25seSwgbm9ib2R5IHVzZXMgaXQ="
EVENTS = "/panel/eklenti/webhook/calls"
WORDS = "Kanarya Sokağı'nda bank kırık, ben Ayşe Çınar."


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiver() as told:
        yield told


@pytest.fixture
def city(tmp_path: Path, other: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningCity]:
    monkeypatch.setenv("HALKLA_WEBHOOK_SECRET", SECRET)
    opened = open_city(tmp_path, f"http://127.0.0.1:{other.port}/olay")
    yield opened
    assert opened.problems == []
    opened.close()


def open_city(tmp_path: Path, addresses: str, **more: str) -> RunningCity:
    lines = {
        "halkla_webhook.addresses": addresses,
        "halkla_webhook.internal_hosts": "127.0.0.1",
        "halkla_webhook.allow_plain_http": "true",
        "halkla_webhook.timeout": "2",
        **{f"halkla_webhook.{name}": value for name, value in more.items()},
    }
    return RunningCity(tmp_path / "site", FakeNow(), plugins=("webhook",), settings=lines)


def is_signed(got: Received) -> bool:
    """Verify as the README tells a receiver to."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(wanted, one) for one in got.headers["webhook-signature"].split())


def test_a_new_application_is_told_signed_and_without_anybody(city: RunningCity, other: Receiver) -> None:
    filed = city.file(words=WORDS)
    assert other.received == [], "filing waits for nobody"
    city.work()

    (got,) = other.received
    told = json.loads(got.body)
    assert is_signed(got)
    assert got.headers["webhook-timestamp"] == str(int(city.now().timestamp()))
    assert (told["type"], told["data"]["number"], told["data"]["category"]) == ("ticket.filed", filed.number, "bench")
    assert not {"Kanarya", "Ayşe", "example.org", "0532"} & set(got.body.decode().replace('"', " ").split())
    assert "Ayşe" not in got.body.decode()


def test_a_sensitive_matter_is_told_without_what_it_is_about(city: RunningCity, other: Receiver) -> None:
    city.file(category="hardship")
    city.work()

    data = json.loads(other.received[0].body)["data"]
    assert (data["is_sensitive"], data["category"], data["neighbourhood"]) == (True, None, None)


def test_what_failed_is_repeated_with_the_same_key_until_it_is_taken(city: RunningCity, other: Receiver) -> None:
    other.answers[:] = [(500, {}, b""), (302, {"Location": "http://127.0.0.1/"}, b""), (200, {}, b"")]
    city.file()
    city.work()
    city.work()
    assert len(other.received) == 1, "not before its time"
    for _ in range(4):
        city.now.advance(timedelta(minutes=2))
        city.work()

    assert len(other.received) == 3
    assert len({got.headers["webhook-id"] for got in other.received}) == 1
    assert len({got.headers["webhook-timestamp"] for got in other.received}) == 3
    assert all(is_signed(got) for got in other.received)
    page = city.browser("administrator").get(EVENTS).text
    assert page.index(">200<") < page.index(">302<") < page.index(">500<"), "the newest first"


def test_who_wants_no_more_calls_is_not_called_again(city: RunningCity, other: Receiver) -> None:
    other.answers[:] = [(410, {}, b"")]
    city.file()
    for _ in range(4):
        city.work()
        city.now.advance(timedelta(hours=2))

    assert len(other.received) == 1


def test_an_event_nobody_asked_for_is_not_told(
    tmp_path: Path, other: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HALKLA_WEBHOOK_SECRET", SECRET)
    city = open_city(tmp_path, f"http://127.0.0.1:{other.port}/", events="closed")
    city.file()
    city.work()
    city.close()

    assert other.received == []


def test_without_an_address_nothing_is_even_noted(tmp_path: Path) -> None:
    city = RunningCity(tmp_path / "site", FakeNow(), plugins=("webhook",))
    city.file()
    with city.assembly.database.reading() as site:
        assert not (site.plugin_events and len(site.plugin_events.entries))
    assert "Adres girilmediği için" in city.browser("administrator").get(EVENTS).text
    city.close()


def test_two_systems_and_one_of_them_broken(tmp_path: Path, other: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALKLA_WEBHOOK_SECRET", SECRET)
    with receiver((503, {}, b""), (200, {}, b"")) as second:
        addresses = f"http://127.0.0.1:{other.port}/bir\nhttp://127.0.0.1:{second.port}/iki"
        city = open_city(tmp_path, addresses)
        city.file()
        for _ in range(3):
            city.work()
            city.now.advance(timedelta(minutes=5))
        city.close()

        assert len(other.received) == 1, "what was taken is not repeated"
        assert len(second.received) == 2


def test_when_the_time_is_used_up_the_rest_waits_for_the_next_attempt(
    tmp_path: Path, other: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HALKLA_WEBHOOK_SECRET", SECRET)
    seconds, asked = [0.0], list[float]()

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        asked.append(timeout)
        seconds[0] += 30
        raise TimeoutError

    paths = ("bir", "iki", "uc", "dort")
    city = open_city(tmp_path, "\n".join(f"http://127.0.0.1:{other.port}/{path}" for path in paths))
    city.file()
    with monkeypatch.context() as patched:
        patched.setattr(plugin, "caller", Caller(connect=connect, monotonic=lambda: seconds[0]))
        city.work()
    assert len(asked) == 2, "what is left after them is not enough for a third"
    assert other.received == []
    city.now.advance(timedelta(minutes=5))
    city.work()
    assert city.problems == []
    city.close()

    assert [got.path for got in other.received] == [f"/{path}" for path in paths]


def test_a_host_that_is_no_name_keeps_nobody_else_from_being_called(
    tmp_path: Path, other: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolver(host: str, port: int) -> list[str]:
        if host == "hooks.test":
            raise UnicodeError("label too long")
        return ["127.0.0.1"]

    monkeypatch.setenv("HALKLA_WEBHOOK_SECRET", SECRET)
    monkeypatch.setattr(plugin, "caller", Caller(resolver=resolver))
    addresses = f"http://hooks.test/\nhttp://127.0.0.1:{other.port}/"
    city = open_city(tmp_path, addresses, internal_hosts="127.0.0.1 hooks.test")
    city.file()
    city.work()
    page = city.browser("administrator").get(EVENTS).text
    assert city.problems == []
    city.close()

    assert len(other.received) == 1
    assert "hooks.test" in page


def test_without_a_secret_nothing_is_sent(tmp_path: Path, other: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HALKLA_WEBHOOK_SECRET", raising=False)
    city = open_city(tmp_path, f"http://127.0.0.1:{other.port}/")
    city.file()
    city.work()
    page = city.browser("administrator").get(EVENTS).text
    city.close()

    assert other.received == []
    assert "İmza anahtarı yok" in page


def test_the_button_sends_a_signed_test_call(city: RunningCity, other: Receiver) -> None:
    tried = city.services("administrator").plugin_calls.try_it("webhook")

    (got,) = other.received
    assert tried.ok
    assert is_signed(got)
    assert json.loads(got.body) == {"type": "test", "timestamp": city.now().isoformat(), "data": {}}


def test_the_button_says_what_is_wrong(city: RunningCity, other: Receiver) -> None:
    other.answers[:] = [(500, {}, b"")]

    tried = city.services("administrator").plugin_calls.try_it("webhook")

    assert not tried.ok


def test_the_log_holds_the_last_calls_and_nobody(city: RunningCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "KEPT", 3)
    numbers = []
    for _ in range(5):
        numbers.append(city.file(words=WORDS).number)
        city.work()

    shown = city.browser("administrator").get(EVENTS).html.find("tbody")
    assert len(shown.find_all("tr")) == 3
    assert "olay" not in shown.text, "the path of an address may be its secret"
    assert not any(word in shown.text for word in (*numbers, "Kanarya", "Ayşe"))


def test_only_the_administrator_sees_the_calls(city: RunningCity) -> None:
    assert city.browser("clerk").get(EVENTS, status=403)
    assert city.browser("administrator").get(EVENTS).status_int == 200
