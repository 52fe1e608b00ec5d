"""Bringing the stored data up to date after an upgrade."""

from collections.abc import Callable

import click

from ..services.assembly import system_now
from ..services.evolving import NamedStep, evolving
from .main import Context, Report, main, opened

__all__ = ["evolve", "evolve_site"]


@main.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be done; works beside a running server.")
@click.pass_obj
def evolve(context: Context, dry_run: bool) -> None:
    """Bring the data up to date for this version and its plugins, step by step.

    Ended in the middle, by whatever, it goes on where it was the next time. When nothing is left to do, nothing is
    changed. The server is stopped for it.
    """
    settings = context.settings()
    if not dry_run:
        evolve_site(settings)
        return
    with evolving(settings, now=system_now, read_only=True) as evolver:
        plan = evolver.plan()
    for step, left in plan:
        click.echo(f"{step.name}: {step.step.title} ({left:,} to do)")
    click.echo("Nothing was changed." if plan else "The data is up to date.")


def evolve_site(settings: dict[str, str]) -> None:
    """Do every unfinished step, and say which."""
    with evolving(settings, now=system_now) as evolver:
        steps = [step for step, _ in evolver.plan()]
        done = evolver.run(_report)
    # As the server will open it, so that whatever is refused is refused now; the index is brought into step by it.
    with opened(settings):
        pass
    for step in steps:
        click.echo(f"{step.name}: {step.step.title}")
    click.echo(f"The data is up to date; {done:,} objects were looked at." if steps else "The data is up to date.")


def _report(step: NamedStep) -> Callable[[int, int], None]:
    return Report(step.name)
