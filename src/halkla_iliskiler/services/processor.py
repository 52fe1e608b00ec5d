"""Which processor the program's threads run on.

Only one thread of a Python process runs Python at a time. On several processors the threads of the server hand that
right to and fro between them, which costs time of its own (docs/performance.md has what keeping to one brought). What
runs outside Python (hashing a password) is let out for that time; another process on the same machine may take another
processor.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["keep_to_one", "let_out"]

_everywhere: set[int] = set()


def keep_to_one() -> None:
    """Keep this thread, and those it starts from now on, on one of the processors the process may use."""
    if not hasattr(os, "sched_setaffinity"):
        return
    allowed = os.sched_getaffinity(0)
    if len(allowed) < 2:
        return
    # A hardened service may not be allowed to choose; then everything is as it would have been.
    with suppress(OSError):
        os.sched_setaffinity(0, {sorted(allowed)[os.getpid() % len(allowed)]})
        _everywhere.update(allowed)


@contextmanager
def let_out() -> Iterator[None]:
    """Let this thread use every processor for the body of the ``with`` statement."""
    if not _everywhere:
        yield
        return
    kept = os.sched_getaffinity(0)
    os.sched_setaffinity(0, _everywhere)
    try:
        yield
    finally:
        os.sched_setaffinity(0, kept)
