"""Calls over real sockets: what arrives, and what a receiver cannot do to us."""

import socket
import ssl
import threading
from pathlib import Path

import pytest
from halkla_webhook.calling import MOST_READ, Answer, Caller
from halkla_webhook.target import Policy, Target, read_target

from plugins.halkla_webhook.tests.authority import Authority
from plugins.halkla_webhook.tests.receivers import raw_server, receiver

HERE = Policy(internal_hosts=frozenset({"127.0.0.1", "hooks.test"}), may_be_plain=True)
HEADERS = {"webhook-id": "msg_1"}


def here(port: int, policy: Policy = HERE) -> Target:
    return read_target(f"http://127.0.0.1:{port}/olay", policy)


def test_a_call_arrives_whole() -> None:
    with receiver() as other:
        answer = Caller().post(here(other.port), HEADERS, b'{"a": 1}')

    assert answer == Answer(204)
    assert answer.is_taken
    (got,) = other.received
    assert (got.path, got.body, got.headers["webhook-id"]) == ("/olay", b'{"a": 1}', "msg_1")
    assert got.headers["host"] == f"127.0.0.1:{other.port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with receiver() as secret, receiver((status, {"Location": f"http://127.0.0.1:{secret.port}/"}, b"")) as other:
        answer = Caller().post(here(other.port), HEADERS, b"{}")

    assert (answer.status, answer.is_taken) == (status, False)
    assert len(other.received) == 1
    assert secret.received == []


def test_what_points_inside_is_not_even_connected_to() -> None:
    with receiver() as other:
        policy = Policy(frozenset({"hooks.test"}))
        target = read_target(f"https://hooks.test:{other.port}/", policy)
        answer = Caller(resolver=lambda host, port: ["127.0.0.1"]).post(target, HEADERS, b"{}")

    assert answer == Answer(problem="address")
    assert other.received == []


def test_a_name_that_changes_its_mind_gains_nothing() -> None:
    # DNS rebinding: a public address while it is checked, this machine's own when it is connected to.
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]])
    asked, connected = [], []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError

    with receiver() as other:
        target = read_target(f"https://hooks.test:{other.port}/", Policy(frozenset({"hooks.test"})))
        answer = Caller(resolver=resolver, connect=connect).post(target, HEADERS, b"{}")

    assert answer == Answer(problem="unreachable")
    assert asked == ["hooks.test"], "looked up once"
    assert connected == ["93.184.216.34"], "and connected to what was checked"
    assert other.received == []


def test_the_next_address_is_tried() -> None:
    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        if address[0] == "::1":
            raise ConnectionRefusedError
        return socket.create_connection(address, timeout)

    with receiver() as other:
        caller = Caller(resolver=lambda host, port: ["::1", "127.0.0.1"], connect=connect)
        target = read_target(f"http://hooks.test:{other.port}/", HERE)
        assert caller.post(target, HEADERS, b"{}") == Answer(204)


def test_who_does_not_answer_is_given_up_in_time() -> None:
    with raw_server(lambda channel, over: over.wait(30) and None) as port:
        assert Caller(timeout=0.2).post(here(port), HEADERS, b"{}") == Answer(problem="timeout")


def test_who_drips_is_given_up_in_time() -> None:
    # Each byte comes in time; all of them together do not.
    def drip(channel: socket.socket, over: threading.Event) -> None:
        for sign in b"HTTP/1.1 200 OK\r\nX: " + b"a" * 5000:
            if over.wait(0.03):
                return
            try:
                channel.send(bytes([sign]))
            except OSError:
                return

    with raw_server(drip) as port:
        assert Caller(timeout=0.3).post(here(port), HEADERS, b"{}") == Answer(problem="timeout")


def test_a_long_answer_is_not_read() -> None:
    with receiver((200, {"Content-Length": str(50_000_000)}, b"x" * 5_000_000)) as other:
        answer = Caller().post(here(other.port), HEADERS, b"{}")

    assert answer == Answer(200), "what it says after the status is its own business"
    assert other.received[-1].path == "cut off"


def test_headers_without_an_end_are_refused() -> None:
    def talk(channel: socket.socket, over: threading.Event) -> None:
        try:
            channel.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * (MOST_READ * 2) + b"\r\n\r\n")
        except OSError:
            return
        over.wait(30)

    with raw_server(talk) as port:
        assert Caller(timeout=5).post(here(port), HEADERS, b"{}") == Answer(problem="answer")


@pytest.mark.parametrize("said", [b"", b"220 mail.example ESMTP\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00\xff" * 100])
def test_who_speaks_something_else_is_no_receiver(said: bytes) -> None:
    def talk(channel: socket.socket, over: threading.Event) -> None:
        channel.recv(65536)
        channel.sendall(said)

    with raw_server(talk) as port:
        assert Caller(timeout=5).post(here(port), HEADERS, b"{}") == Answer(problem="answer")


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert Caller(timeout=5).post(here(port), HEADERS, b"{}") == Answer(problem="unreachable")


def test_an_unknown_name() -> None:
    def resolver(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    target = read_target("https://hooks.test/", Policy(frozenset({"hooks.test"})))
    assert Caller(resolver=resolver).post(target, HEADERS, b"{}") == Answer(problem="name")


def test_a_name_that_no_resolver_can_read_is_an_unknown_name() -> None:
    target = Target("https://a..b/", "a..b", 443, "/", is_secure=True, is_internal=False)

    assert Caller().post(target, HEADERS, b"{}") == Answer(problem="name")


def test_a_resolver_that_does_not_answer_is_given_up_in_time() -> None:
    over, answered = threading.Event(), threading.Event()

    def resolver(host: str, port: int) -> list[str]:
        over.wait(10)
        answered.set()
        return ["127.0.0.1"]

    answer = Caller(timeout=0.2, resolver=resolver).post(here(9), HEADERS, b"{}")
    was_waited_for = answered.is_set()
    over.set()

    assert answer == Answer(problem="timeout")
    assert not was_waited_for


# -- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def tls_call(authority: Authority, name: str, trusted: ssl.SSLContext | None) -> tuple[Answer, int]:
    with receiver(context=authority.server(name)) as other:
        caller = Caller(resolver=lambda host, port: ["127.0.0.1"], context=trusted)
        target = read_target(f"https://hooks.test:{other.port}/", HERE)
        return caller.post(target, HEADERS, b"{}"), len(other.received)


def test_a_certificate_of_that_name_is_trusted(authority: Authority) -> None:
    assert tls_call(authority, "hooks.test", authority.trusted()) == (Answer(204), 1)


def test_a_certificate_of_another_name_is_refused(authority: Authority) -> None:
    assert tls_call(authority, "other.test", authority.trusted()) == (Answer(problem="certificate"), 0)


def test_an_unknown_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    assert tls_call(authority, "hooks.test", None) == (Answer(problem="certificate"), 0)
