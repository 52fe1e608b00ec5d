"""Demonstrations: a site full of invented applications and staff."""

import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ..domain.access import SYSTEM, Grant
from ..services import Assembly
from ..services.accounts import Accounts
from ..services.demo import DemoPerson, fill, staff_of
from ..services.evolving import evolve_again
from ..settings import read_options
from .main import Context, main, opened, progress
from .site import create_site

__all__ = ["DEMO_APPLICATIONS", "PASSWORD_FILE", "create_demo", "fill_demo", "password_file"]

DEMO_APPLICATIONS = 2000
"""Sixty days of a district on the quiet side."""
PASSWORD_FILE = "demo-passwords.txt"  # noqa: S105  (a file's name)


@main.command()
@click.option(
    "--applications", "count", type=click.IntRange(1, 2_000_000), default=DEMO_APPLICATIONS, show_default=True,
    help="How many; a thousand take some seconds.",
)  # fmt: skip
@click.pass_obj
def demo(context: Context, count: int) -> None:
    """Fill a demonstration site with invented applications and staff; create it where there is none."""
    settings = context.settings()
    if not read_options(settings).demo:
        raise click.ClickException("halkla.demo is not true in the ini: this is a real site, and it stays empty.")
    if read_options(settings).data.exists():
        with opened(settings) as assembly:
            fill_demo(assembly, count)
    else:
        create_demo(settings, count)
    click.echo(f"Log-ins: {password_file(settings)}")


def password_file(settings: dict[str, str]) -> Path:
    """Return where the passwords of a demonstration are kept."""
    return read_options(settings).data.parent / PASSWORD_FILE


def fill_demo(assembly: Assembly, count: int = DEMO_APPLICATIONS) -> int:
    """Add the demonstration's staff and *count* applications; refuse a site that has some."""
    services = assembly.services(SYSTEM)
    with assembly.database.reading() as reading:
        if len(reading.tickets) or len(reading.users):
            raise click.ClickException("The site is not empty; nothing was added.")
        city = reading.city
        tickets = assembly.extensions.demo_tickets(services.now())
        people = staff_of(tickets, lambda code: found.department if (found := city.category(code)) else None)
        names = {person.username: city.tree.name_of(person.department) for person in people}
        with_sensitive = {category.department for category in city.categories if category.sensitive}
    _add_staff(services.accounts, people, names, with_sensitive, assembly.options.data.parent / PASSWORD_FILE)
    with progress("Filling the demonstration") as report:
        done = fill(services, count, report)
    evolve_again(assembly.database, assembly.extensions, assembly.options, assembly.now)
    return done


def _add_staff(
    accounts: Accounts, people: list[DemoPerson], departments: dict[str, str], with_sensitive: set[str], path: Path
) -> None:
    lines = []
    for person in people:
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        # The only clerk of a directorate with sensitive matters has to see them.
        named = person.role == "clerk" and person.department in with_sensitive
        accounts.add(person.username, person.name, password, (Grant(person.role, person.department, sensitive=named),))
        lines.append(f"{person.username:<14} {password:<22} {person.role:<14} {departments[person.username]}".rstrip())
    path.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def create_demo(settings: dict[str, str], count: int = DEMO_APPLICATIONS) -> None:
    """Create the demonstration beside its place and move it there when whole, so that nothing is left half made."""
    place = read_options(settings).data
    place.parent.mkdir(parents=True, exist_ok=True)
    with _alone_in(place.parent):
        if place.exists():
            return
        click.echo("Creating the demonstration …")
        unfinished = place.with_name(place.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        beside = {**settings, "halkla.data": str(unfinished)}
        create_site(beside)
        with opened(beside) as assembly:
            fill_demo(assembly, count)
        unfinished.rename(place)


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """Keep a second start from creating the same; the lock ends with the process, however that ends."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise click.ClickException("Another process is creating this demonstration; wait for it.") from None
    finally:
        os.close(handle)
