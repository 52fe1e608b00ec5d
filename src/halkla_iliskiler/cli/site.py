"""Creating a site, filling a demonstration, and proving that everything is in order."""

import click

from ..domain.access import SYSTEM
from ..services.assembly import system_now
from ..services.consistency import problems
from ..services.indexing import rebuild
from ..settings import read_options
from ..storage import create_database
from .main import Context, main, opened, progress

__all__ = ["create_site"]


def create_site(settings: dict[str, str]) -> dict[str, int]:
    """Create an empty site with the city's data. Return how much of each kind there is."""
    create_database(read_options(settings).data, system_now())
    with opened(settings) as assembly:
        return assembly.services(SYSTEM).city.take_over()


@main.command()
@click.pass_obj
def init(context: Context) -> None:
    """Create the site: an empty database, its keys, and the city's data from the plugins."""
    settings = context.settings()
    counts = create_site(settings)
    click.echo(f"Created a site in {read_options(settings).data}.")
    click.echo(", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in counts.items()))
    click.echo('Next: halkla user add USERNAME --name "Name Surname" --role supervisor')


@main.command()
@click.pass_obj
def reindex(context: Context) -> None:
    """Build the index anew from the database."""
    with opened(context.settings()) as assembly, progress("Building the index") as report:
        count = rebuild(assembly.database, assembly.index, report)
    click.echo(f"The index holds {count:,} applications.")


@main.command()
@click.option(
    "--lost", type=click.IntRange(min=1), default=10_000, show_default=True,
    help="At least as many applications as can have been filed since the backup.",
)  # fmt: skip
@click.pass_obj
def restored(context: Context, lost: int) -> None:
    """Say that the site was just restored from a backup, before the server starts again.

    The numbers given since the backup are printed on people's receipts: they are stepped past, so that nobody's old
    receipt opens somebody else's application. Everybody has to sign in again. The index is built anew.
    """
    with opened(context.settings()) as assembly:
        services = assembly.services(SYSTEM)
        year = services.today.year
        services.write(lambda unit: unit.site.step_past_what_was_lost(year, lost), "restored from a backup")
        with progress("Building the index") as report:
            rebuild(assembly.database, assembly.index, report)
    click.echo(f"The next {lost:,} numbers are left out; everything else is as it was at the backup.")


@main.command()
@click.pass_obj
def pack(context: Context) -> None:
    """Make the database smaller: drop old versions of everything, and photos that were replaced or never used.

    What is dropped is gone from this disk, but not from backups. Refused beside a running server.
    """
    with opened(context.settings()) as assembly:
        before, after = assembly.database.pack()
    click.echo(f"Data.fs had {before / 1e6:,.1f} MB and has {after / 1e6:,.1f} MB.")


@main.command()
@click.option("--quick", is_flag=True, help="Do not load every object and file.")
@click.pass_obj
def check(context: Context, quick: bool) -> None:
    """Prove that index and database are equal and that every object can be read. Exit code 1 when not."""
    found = 0
    with opened(context.settings(), read_only=True) as assembly, progress("Comparing") as report:
        for problem in problems(assembly.database, assembly.index, deep=not quick, progress=report):
            click.echo(problem)
            found += 1
    if found:
        raise click.ClickException(f"{found} problems were found; nothing was changed.")
    click.echo("Everything is in order.")
