"""The settings of the ini, declared: name, type, default. A misspelt one is an error, not a surprise.

Secrets are not settings: keys are files of the site, a password comes from the environment or a credentials file.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["Options", "SettingRefused", "read_options"]

_PREFIX = "halkla."
_ISTANBUL = ZoneInfo("Europe/Istanbul")


class SettingRefused(Exception):
    """A setting is unknown or cannot be understood; ``str()`` is one sentence."""


@dataclass(frozen=True)
class Options:
    """What the administrator decided.

    ``base_url`` begins the links in messages and is the only host the application answers to in production;
    ``writer`` names this process's counters and journal and must differ between processes on one database;
    ``worker`` is ``thread`` (inside the web process) or ``none``; ``filings_per_address`` and
    ``filings_per_person`` are how many applications may come from one network address, and under one telephone or
    e-mail address, in ten minutes before they slow down (0: any number); ``fastest_form`` is the number of seconds
    below which no person can have filled the form in (0: not asked); ``answer_grace`` is the number of seconds for
    which what we write to an applicant waits, so that it can be taken back (0: it goes out at once); ``digest_at`` is
    the time of the working day at which directorates are told what is new; ``embed_origins`` are the websites that may
    show the citizen's form in a frame of theirs (none); ``second_factor`` are the roles that sign in with a code of a
    telephone, too (none: whoever wants to). ``without`` are the built-ins that are switched off.
    """

    data: Path
    plugins: tuple[str, ...] = ()
    base_url: str = "http://127.0.0.1:6543"
    secure_cookies: bool = True
    worker: str = "thread"
    writer: str = "main"
    time_zone: ZoneInfo = _ISTANBUL
    default_language: str = "tr"
    threads: int = 8
    number_block: int = 100
    filings_per_address: int = 120
    filings_per_person: int = 12
    fastest_form: int = 2
    answer_grace: int = 30
    digest_at: str = "08:30"
    embed_origins: tuple[str, ...] = ()
    second_factor: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    demo: bool = False
    mail_directory: Path | None = None


_READERS: dict[str, Callable[[str], object]] = {
    "data": lambda text: Path(text).resolve(),
    "plugins": lambda text: tuple(text.split()),
    "base_url": lambda text: text.rstrip("/"),
    "secure_cookies": lambda text: _boolean(text),
    "worker": lambda text: _one_of(text, ("thread", "none")),
    "writer": str,
    "time_zone": ZoneInfo,
    "default_language": lambda text: _one_of(text, ("tr", "en")),
    "threads": lambda text: max(4, int(text)),
    "number_block": lambda text: max(1, int(text)),
    "fastest_form": lambda text: max(0, int(text)),
    "digest_at": lambda text: time.fromisoformat(text).strftime("%H:%M"),
    "answer_grace": lambda text: max(0, int(text)),
    "filings_per_address": lambda text: max(0, int(text)),
    "filings_per_person": lambda text: max(0, int(text)),
    "embed_origins": lambda text: tuple(_origin(word) for word in text.split()),
    "second_factor": lambda text: tuple(text.split()),
    "without": lambda text: tuple(text.split()),
    "demo": lambda text: _boolean(text),
    "mail_directory": lambda text: Path(text).resolve() if text else None,
}


def read_options(settings: Mapping[str, str]) -> Options:
    """Return the options an ini section holds.

    Raises:
        SettingRefused: a ``halkla.`` key is unknown, missing or wrong.
    """
    given = {key[len(_PREFIX) :]: str(value).strip() for key, value in settings.items() if key.startswith(_PREFIX)}
    unknown = sorted(set(given) - set(_READERS))
    if unknown:
        raise SettingRefused(f"halkla.{unknown[0]} is not a setting; known are {', '.join(sorted(_READERS))}.")
    if not given.get("data"):
        raise SettingRefused("halkla.data is missing: the directory that holds the site.")
    values: dict[str, object] = {}
    for name, text in given.items():
        try:
            values[name] = _READERS[name](text)
        except (ValueError, OSError, ZoneInfoNotFoundError) as problem:
            raise SettingRefused(f"halkla.{name} = {text!r} is not understood: {problem}") from problem
    return Options(**values)  # type: ignore[arg-type]


_ORIGIN = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)


def _origin(text: str) -> str:
    """Return one website's origin; anything that would let in more than it says is refused (``*``, a path)."""
    origin = text.lower().rstrip("/")
    if not _ORIGIN.fullmatch(origin):
        raise ValueError(f"{text} is no origin like https://www.example.org")
    return origin


def _boolean(text: str) -> bool:
    return _one_of(text, ("true", "false")) == "true"


def _one_of(text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise ValueError(f"it must be one of {', '.join(allowed)}")
    return text
