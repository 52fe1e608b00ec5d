"""Making photos anew: the step between claim and record, in a process with limits of its own."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from ..services import Services
from ..services.photos import RawPhoto
from ..services.processor import let_out
from . import reencode

__all__ = ["prepare_photos", "run_reencode"]

log = logging.getLogger(__name__)
WALL_SECONDS = 60.0
AT_ONCE = 2
# By its file and not by its name: the package's own modules are none of its business, and starting is quick.
_PROGRAM = (sys.executable, "-I", "-W", "ignore", str(Path(reencode.__file__)))

Reencoder = Callable[[Path, Path, str], str]


def prepare_photos(services: Services, reencoder: "Reencoder | None" = None) -> int:
    """Make a few waiting photos anew. Return how many were tried."""
    claimed = services.photos.claim(AT_ONCE)
    for raw in claimed:
        _prepare(services, raw, reencoder or run_reencode)
    return len(claimed)


def _prepare(services: Services, raw: RawPhoto, reencoder: Reencoder) -> None:
    result = raw.path.with_name(f"{raw.path.name}-new")
    try:
        problem = reencoder(raw.path, result, raw.content_type)
        if problem:
            log.warning("photo %s could not be made anew: %s", raw.attachment_id, problem)
            services.photos.failed(raw, problem)
        else:
            services.photos.prepared(raw, result)
    finally:
        for path in (raw.path, result):
            path.unlink(missing_ok=True)


def run_reencode(source: Path, target: Path, content_type: str, seconds: float = WALL_SECONDS) -> str:
    """Make a photo anew in a process of its own. Return an empty string, or one of :data:`reencode.PROBLEMS`."""
    with let_out():
        process = subprocess.Popen(  # noqa: S603  (our own program and files)
            [*_PROGRAM, str(source), str(target), content_type],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=source.parent,
            # Nothing of ours: no passwords, no paths.
            env={"LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    try:
        _, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return "timeout"
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode == 0 and target.exists() and target.stat().st_size:
        return ""
    word = said.decode("ascii", "replace").strip()
    return word if word in reencode.PROBLEMS else "killed"
