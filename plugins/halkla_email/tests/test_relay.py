"""The password of the relay is not said aloud: over a real connection, to a relay that would take it."""

import socket
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from halkla_email import plugin
from halkla_email.relay import LoginInTheOpen, Relay

PASSWORD = "gizli-kelime-7391"


class Taking:
    """A relay that takes every password and every message, and remembers them."""

    def __init__(self) -> None:
        self.passwords: list[bytes] = []
        self.letters = 0

    def log_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: Any) -> AuthResult:
        assert isinstance(said, LoginPassword)
        self.passwords.append(said.password)
        return AuthResult(success=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.letters += 1
        return "250 kept"


def own_address() -> str:
    """Return an address of this machine that is not the loopback; skip where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent: UDP only chooses the address
        except OSError:
            pytest.skip("this machine has no address but the loopback")
        return str(probe.getsockname()[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def taking(request: pytest.FixtureRequest) -> Iterator[tuple[Taking, str, int]]:
    host, port, relay = request.param(), free_port(), Taking()
    controller = Controller(
        relay, hostname=host, port=port, auth_require_tls=False, authenticator=relay.log_in, auth_required=False
    )
    controller.start()
    yield relay, host, port
    controller.stop()


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "iletisim@city.example", "bt@city.example"
    return message


@pytest.mark.parametrize("taking", [own_address], indirect=True)
def test_nobody_logs_in_at_another_machine_in_the_open(taking: tuple[Taking, str, int]) -> None:
    relay, host, port = taking
    with pytest.raises(LoginInTheOpen):
        Relay(host, port, starttls=False, username="halkla", password=PASSWORD).send(letter())
    assert (relay.passwords, relay.letters) == ([], 0)
    settings = {"host": host, "port": port, "starttls": False, "username": "halkla", "sender": "iletisim@city.example"}
    tried = plugin.halkla_try_it({**settings, "password": PASSWORD})
    assert not tried.ok
    assert "without STARTTLS nobody logs in" in tried.text
    assert relay.passwords == []
    # Who does not log in has nothing to lose.
    Relay(host, port, starttls=False).send(letter())
    assert relay.letters == 1


@pytest.mark.parametrize("taking", [lambda: "127.0.0.1"], indirect=True)
def test_a_relay_on_this_machine_needs_no_tls(taking: tuple[Taking, str, int]) -> None:
    relay, host, port = taking
    Relay(host, port, starttls=False, username="halkla", password=PASSWORD).send(letter())
    assert (relay.passwords, relay.letters) == ([PASSWORD.encode()], 1)
