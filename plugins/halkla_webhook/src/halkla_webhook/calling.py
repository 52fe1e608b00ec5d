"""One call: connect to a checked address, send, read the status and little more, and be done in time.

No redirect is followed, no proxy of the environment is used, no cookie is kept.
"""

import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any, cast

from .target import Resolver, Target, TargetRefused, look_up, system_resolver

__all__ = ["Answer", "Caller"]

MOST_READ = 16_384
"""Bytes of an answer that are read; what comes after them is nobody's business."""

Connect = Callable[[tuple[str, int], float], socket.socket]


@dataclass(frozen=True)
class Answer:
    """What became of a call: a status, or the code of what went wrong (see ``words.PROBLEMS``)."""

    status: int = 0
    problem: str = ""

    @property
    def is_taken(self) -> bool:
        """Tell whether the other side has taken it."""
        return 200 <= self.status < 300


def _connect(address: tuple[str, int], timeout: float) -> socket.socket:
    return socket.create_connection(address, timeout)


@dataclass(frozen=True)
class Caller:
    """Makes calls. ``timeout`` is in seconds, for everything together: name, connection, TLS, sending and the answer.

    ``context`` checks certificates and the names in them; tests give their own authority.
    """

    timeout: float = 10.0
    resolver: Resolver = system_resolver
    connect: Connect = _connect
    context: ssl.SSLContext | None = None
    monotonic: Callable[[], float] = time.monotonic

    def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send *body* and return what the other side said. Never raises for what another machine does."""
        until = self.monotonic() + self.timeout
        try:
            addresses = self._looked_up(target, until)
            with self._connected(target, addresses, until) as channel:
                channel.settimeout(self._left(until))
                channel.sendall(_request(target, headers, body))
                return Answer(self._status(channel, until))
        except TargetRefused as refused:
            return Answer(problem=str(refused))
        except TimeoutError:
            return Answer(problem="timeout")
        except ssl.SSLError:
            return Answer(problem="certificate")
        except (socket.gaierror, UnicodeError):
            return Answer(problem="name")
        except HTTPException:
            return Answer(problem="answer")
        except OSError:
            return Answer(problem="unreachable")

    def _looked_up(self, target: Target, until: float) -> list[str]:
        """Return the checked addresses. A resolver keeps no time limit of ours: a slow one is left behind."""
        said: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                said.put(look_up(target, self.resolver))
            except Exception as problem:  # noqa: BLE001  (raised again where it is waited for)
                said.put(problem)

        left = self._left(until)
        threading.Thread(target=ask, name="halkla-webhook name", daemon=True).start()
        try:
            answer = said.get(timeout=left)
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _connected(self, target: Target, addresses: list[str], until: float) -> socket.socket:
        """Connect to the first address that answers; the name is used for the certificate alone."""
        for place, address in enumerate(addresses):
            try:
                plain = self.connect((address, target.port), self._left(until))
                break
            except OSError:
                if place == len(addresses) - 1:
                    raise
        if not target.is_secure:
            return plain
        try:
            plain.settimeout(self._left(until))
            context = self.context or ssl.create_default_context()
            return context.wrap_socket(plain, server_hostname=target.host)
        except BaseException:
            plain.close()
            raise

    def _status(self, channel: socket.socket, until: float) -> int:
        reader = _Bounded(channel, lambda: self._left(until), MOST_READ)
        response = HTTPResponse(cast(socket.socket, reader), method="POST")
        response.begin()
        return response.status

    def _left(self, until: float) -> float:
        """Return the seconds that are left (raises ``TimeoutError``)."""
        left = until - self.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Bounded(io.RawIOBase):
    """Reads a socket until a time and up to a length: an answer that drips or never ends holds up nothing."""

    def __init__(self, channel: socket.socket, left: Callable[[], float], most: int) -> None:
        self._channel = channel
        self._left = left
        self._most = most

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return the reader that ``http.client`` wants."""
        return io.BufferedReader(self, 1024)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)[: self._most]
        if not view:
            raise HTTPException("the answer is too long")
        self._channel.settimeout(self._left())
        count = self._channel.recv_into(view)
        self._most -= count
        return count


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    every = {
        "Host": target.authority,
        "User-Agent": "halkla-webhook",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in every.items())
    return f"POST {target.path} HTTP/1.1\r\n{lines}\r\n".encode("ascii") + body
