"""An HTTP client that costs little: keep-alive connections, requests made beforehand, only the status looked at."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Figures", "Reply", "ask", "measure"]


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """Return the first header of that name, or an empty string."""
        for line in self.head.decode("latin-1").split("\r\n")[1:]:
            found, _, value = line.partition(":")
            if found.lower() == name.lower():
                return value.strip()
        return ""


@dataclass
class Figures:
    """What a measurement found. Only answers with the expected status count as done."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    errors: Counter[int] = field(default_factory=Counter)
    """Answers of another status; 0 stands for a connection that was lost."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, percent: int) -> float:
        """Return that percentile of the latencies, in milliseconds."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._received = b""
        self._waiting: asyncio.Future[Reply] | None = None
        self.is_open = True
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, problem: Exception | None) -> None:
        self.is_open = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError("hung up"))

    def ask(self, request: bytes) -> "asyncio.Future[Reply]":
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)  # type: ignore[union-attr]
        return self._waiting

    def data_received(self, data: bytes) -> None:
        self._received = self._received + data if self._received else data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._received[:end]
        start = head.lower().find(b"content-length:")
        length = int(head[start + 15 : start + 30].split(b"\r\n")[0]) if start >= 0 else 0
        if len(self._received) >= end + 4 + length and self._waiting is not None:
            body = self._received[end + 4 : end + 4 + length]
            self._received = self._received[end + 4 + length :]
            if not self._waiting.done():
                self._waiting.set_result(Reply(int(head[9:12]), head, body))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def _connect(port: int) -> _Connection:
    _, connection = await asyncio.get_running_loop().create_connection(_Connection, "127.0.0.1", port)
    return connection


def ask(port: int, request: bytes) -> Reply:
    """Send one request on a connection of its own."""

    async def go() -> Reply:
        connection = await _connect(port)
        try:
            return await connection.ask(request)
        finally:
            connection.close()

    return asyncio.run(go())


def measure(port: int, clients: int, seconds: float, expected: int, request_of: Callable[[int], bytes]) -> Figures:
    """Let *clients* send one request after the other for some seconds; ``request_of(client)`` makes the next one."""
    figures = Figures()

    async def one(number: int, until: float) -> None:
        connection = await _connect(port)
        while time.perf_counter() < until:
            request = request_of(number)
            started = time.perf_counter()
            try:
                reply = await connection.ask(request)
            except ConnectionError:
                figures.errors[0] += 1
                connection = await _connect(port)
                continue
            if reply.status == expected:
                figures.latencies.append(time.perf_counter() - started)
            else:
                figures.errors[reply.status] += 1
            if not connection.is_open:
                connection = await _connect(port)
        connection.close()

    async def everybody() -> None:
        started = time.perf_counter()
        await asyncio.gather(*(one(number, started + seconds) for number in range(clients)))
        figures.seconds = time.perf_counter() - started

    asyncio.run(everybody())
    return figures
