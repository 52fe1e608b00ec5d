"""Mail relays: one that is well (a real aiosmtpd), and one that misbehaves in every way a relay has been seen to."""

import contextlib
import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

__all__ = ["BadRelay", "Letter", "relay_is_well"]


@dataclass(frozen=True)
class Letter:
    """A message as it came over the wire, but for the doubled dots."""

    content: bytes

    @property
    def message(self) -> EmailMessage:
        found = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


class _Keeper:
    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.letters.append(Letter(envelope.content))
        return "250 kept"


@contextlib.contextmanager
def relay_is_well(port: int) -> Iterator[list[Letter]]:
    """Run a relay that takes everything; gives the list of what it was handed."""
    keeper = _Keeper()
    controller = Controller(keeper, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield keeper.letters
    finally:
        controller.stop()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = True


class BadRelay:
    """A relay that answers as it is told.

    ``answers`` gives the answer at a stage (greeting, MAIL, RCPT, DATA, content, QUIT) in the place of the friendly
    one: a line, :data:`SILENCE` (until :meth:`wake`), or :data:`HANG_UP`. ``announces`` are its extensions.
    """

    SILENCE = "silence"
    HANG_UP = "hang up"

    def __init__(self, port: int, announces: tuple[str, ...] = (), **answers: str) -> None:
        self.letters: list[Letter] = []
        self.asked = threading.Event()
        self._answers = answers
        self._announces = announces
        self._woken = threading.Event()
        relay = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    relay._converse(self)

        self._server = _Server(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> "BadRelay":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.wake()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wake(self) -> None:
        """End every silence: who still listens is hung up on."""
        self._woken.set()

    def _say(self, client: socketserver.StreamRequestHandler, stage: str, friendly: str) -> bool:
        """Answer at *stage* and tell whether to go on."""
        answer = self._answers.get(stage, friendly)
        if answer == self.SILENCE:
            self.asked.set()
            self._woken.wait()
        if answer in (self.SILENCE, self.HANG_UP):
            return False
        client.wfile.write(answer.encode() + b"\r\n")
        return True

    def _converse(self, client: socketserver.StreamRequestHandler) -> None:
        if not self._say(client, "greeting", "220 relay.example at your service"):
            return
        while line := client.rfile.readline():
            verb = line[:4].upper().decode("ascii", "replace")
            if verb in ("EHLO", "HELO"):
                lines = ["relay.example", *self._announces]
                joined = [f"250{' ' if place == len(lines) - 1 else '-'}{text}" for place, text in enumerate(lines)]
                client.wfile.write("\r\n".join(joined).encode() + b"\r\n")
            elif verb in ("MAIL", "RCPT", "RSET"):
                if not self._say(client, verb, "250 ok"):
                    return
            elif verb == "DATA":
                if not self._say(client, verb, "354 go on"):
                    return
                if self._answers.get(verb, "354").startswith("354"):
                    self.letters.append(Letter(self._content(client)))
                    if not self._say(client, "content", "250 kept"):
                        return
            else:
                self._say(client, "QUIT", "221 bye")
                return

    @staticmethod
    def _content(client: socketserver.StreamRequestHandler) -> bytes:
        lines = []
        while (line := client.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)
