"""A process that files applications until a plugin ends it (``python -m tests.faults.exiting SITE LEDGER HOOK END``).

The ledger is written as a careful client writes: what is sent before it is sent, what was confirmed after it was.
"""

import ctypes
import faulthandler
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from halkla_iliskiler import testing
from halkla_iliskiler.domain.access import ANONYMOUS
from halkla_iliskiler.testing import FakeNow, draft, open_site
from halkla_iliskiler.work import Runner
from tests.faults.misbehaving import plugin

__all__ = ["ENDINGS", "HOW_MANY", "words"]

HOW_MANY = 4


def _reach_into_nothing() -> None:
    faulthandler.disable()
    ctypes.string_at(0)


def _eat_memory() -> None:
    """Take memory until there is none, and be ended for it as the system ends whoever took it all."""
    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 64_000_000, resource.RLIM_INFINITY))
    eaten = []
    try:
        while True:
            eaten.append(bytearray(8_000_000))
    except MemoryError:
        os.kill(os.getpid(), signal.SIGKILL)


ENDINGS: dict[str, tuple[Callable[[], None], int]] = {
    "exit": (lambda: os._exit(9), 9),
    "segfault": (_reach_into_nothing, -signal.SIGSEGV),
    "memory": (_eat_memory, -signal.SIGKILL),
}
"""How a plugin ends the process, and the code it ends with."""


def words(key: str) -> str:
    """Return what the application of that key says."""
    return f"{key} numaralı başvurunun sözleri."


def _note(ledger: IO[str], *parts: str) -> None:
    ledger.write(" ".join(parts) + "\n")
    ledger.flush()
    os.fsync(ledger.fileno())


def main(site: Path, ledger_path: Path, hook: str, ending: str) -> None:
    """File, and let the worker run after each."""
    asked = 0

    def end(**_: Any) -> None:
        nonlocal asked
        asked += 1
        if asked == HOW_MANY:
            ENDINGS[ending][0]()

    now = FakeNow()
    assembly = open_site(site, now, modules=(testing, plugin("bad", **{hook: end})))
    worker = Runner(assembly)
    with ledger_path.open("a", encoding="utf-8") as ledger:
        for number in range(2 * HOW_MANY):
            key = f"key{number}"
            _note(ledger, "sent", key)
            filed = assembly.services(ANONYMOUS).intake.file(draft(intake_key=key, words=words(key)))
            _note(ledger, "confirmed", key, filed.number)
            worker.run_due(now(), everything=True)
    assembly.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
