"""A mail server for demonstrations: it takes everything, sends nothing on, and keeps each message as a file."""

import itertools
import socket
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

__all__ = ["MailCatcher"]


class _Keeper:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._count = itertools.count()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        name = f"{time.time_ns():020d}-{next(self._count):04d}.eml"
        content = envelope.content or b""
        unfinished = self._directory / f".{name}"
        unfinished.write_bytes(content if isinstance(content, bytes) else content.encode())
        unfinished.chmod(0o600)
        unfinished.rename(self._directory / name)
        return "250 kept"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MailCatcher:
    """Listens on a free port of this machine."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.port = _free_port()
        self._controller = Controller(_Keeper(directory), hostname="127.0.0.1", port=self.port)

    def start(self) -> None:
        """Start listening."""
        self._controller.start()

    def stop(self) -> None:
        """Stop."""
        self._controller.stop()
