"""Opening a site in a temporary directory, and something to file there."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from itertools import count
from pathlib import Path
from types import ModuleType

from argon2 import PasswordHasher

from ..domain.access import SYSTEM
from ..extension import Budgets
from ..services import Assembly, Services, passwords
from ..services.intake import Draft
from ..storage import create_database
from .clock import FakeNow
from .people import PASSWORD, STAFF

__all__ = ["draft", "make_site", "open_site", "png", "site_settings"]


def site_settings(directory: Path, **settings: str) -> dict[str, str]:
    """Return the settings of a site in *directory*; ``writer="b"`` becomes ``halkla.writer``.

    A name with a point in it is taken as it is: ``**{"halkla_email.sender": "a@example.org"}``.
    """
    values = {"data": str(directory), "base_url": "http://localhost", "secure_cookies": "false", "worker": "none"}
    # Tests send forms the moment they get them.
    values["fastest_form"] = "0"
    # They look into the outbox at once, too.
    values["answer_grace"] = "0"
    given = {**values, **settings}
    return {name if "." in name else f"halkla.{name}": value for name, value in given.items()}


def open_site(
    directory: Path,
    now: FakeNow | None = None,
    *,
    modules: Sequence[ModuleType] | None = None,
    read_only: bool = False,
    budgets: Budgets | None = None,
    **settings: str,
) -> Assembly:
    """Open a site that :func:`make_site` made; other keyword arguments are settings. Close it when done.

    *budgets* are how long plugins may take: a test of one that hangs gives it a tenth of a second.
    """
    plugins = (import_module(__package__),) if modules is None else modules
    return Assembly.open(
        site_settings(directory, **settings),
        read_only=read_only,
        now=now or FakeNow(),
        modules=plugins,
        budgets=budgets,
    )


def make_site(
    directory: Path, now: FakeNow | None = None, *, modules: Sequence[ModuleType] | None = None, **settings: str
) -> Assembly:
    """Create a site in *directory* with the city of *modules* (the invented one) and all of :data:`STAFF`; open it.

    A plugin's test gives its own: ``make_site(tmp_path / "site", plugins="email mycity", modules=())``. Passwords
    are hashed so cheaply that they protect nothing.
    """
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    now = now or FakeNow()
    create_database(directory, now())
    assembly = open_site(directory, now, modules=modules, read_only=False, budgets=None, **settings)

    def furnish(services: Services) -> None:
        services.city.take_over()
        known = {department.code for department in assembly.extensions.city_data().departments}
        for person in STAFF.values():
            if all(department in known for department in person.departments):
                services.accounts.add(person.id, person.name, PASSWORD, person.grants)

    assembly.services(SYSTEM).together(furnish, "a site for tests")
    return assembly


_drafts = count(1)


def draft(**values: object) -> Draft:
    """Return a web application that can be filed, changed by *values*; each has its own intake key."""
    plain = Draft("Parktaki bankın tahtası kırılmış.", "COMPLAINT", "web", f"test:{next(_drafts)}", "bench")
    return replace(plain, **values)  # type: ignore[arg-type]


def png(shade: int = 0) -> bytes:
    """Return a picture of one grey point: the smallest photo there is; *shade* (0–255) tells them apart."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes([0, shade]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
