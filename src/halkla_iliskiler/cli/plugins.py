"""Looking after the plugins: which there are, what their cities have changed, what a removed one has left."""

from typing import Any

import click

from ..domain.access import SYSTEM
from ..services.plugin_desk import PluginSeen, Purged, listed
from ..services.syncing import Difference, What
from ..storage import StorageRefused
from .main import Context, main, opened

__all__ = ["plugins"]

_SHOWN = 60
"""Characters of a value that is shown in a difference."""
_SIGNS = {What.NEW: "+", What.CHANGED: "~", What.ENDED: "-", What.KEPT: "=", What.REFUSED: "!"}


@main.group(invoke_without_command=True)
@click.pass_context
def plugins(ctx: click.Context) -> None:
    """List the plugins, take over what they changed, delete what a removed one has left."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_plugins)


@plugins.command("list")
@click.pass_obj
def list_plugins(context: Context) -> None:
    """List the enabled plugins in their order, and removed ones that have left data. Works beside a running server."""
    settings = context.settings()
    try:
        with opened(settings, read_only=True) as assembly, assembly.database.reading() as site:
            found = assembly.services(SYSTEM).plugin_desk.all(site)
    except StorageRefused as refusal:
        # Which plugins the ini lists can be said without a site.
        found = listed(settings)
        click.echo(f"{refusal} What the plugins keep is not shown.", err=True)
    for plugin in found:
        click.echo("\n".join(_lines(plugin)))


def _lines(plugin: PluginSeen) -> list[str]:
    if not plugin.is_enabled:
        return [f"   {plugin.name} is not enabled and has left {_amount(plugin)}; halkla plugins purge deletes it"]
    version = "built in" if plugin.is_builtin else plugin.version or "not installed"
    lines = [f"{plugin.place:>2} {plugin.name:<14} {version:<12} {', '.join(plugin.hooks)}"]
    if plugin.kept.count:
        lines.append(f"   keeps {_amount(plugin)}")
    if not plugin.is_builtin:
        lines.append(f"   sends data abroad: {plugin.sends_abroad or 'no'}")
    if plugin.faults:
        lines.append(f"   faults in the last day: {len(plugin.faults)}")
    if plugin.quarantine is not None:
        lines.append(f"   in quarantine since {plugin.quarantine.since:%Y-%m-%d %H:%M} UTC: it is not asked any more")
    return lines


def _amount(plugin: PluginSeen) -> str:
    return f"{_counted(plugin.kept.count)} ({plugin.kept.size:,} bytes)"


def _counted(count: int, what: str = "value") -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


@plugins.command()
@click.option("--yes", is_flag=True, help="Take it over without asking.")
@click.option("--dry-run", is_flag=True, help="Only show the difference; works beside a running server.")
@click.pass_obj
def sync(context: Context, yes: bool, dry_run: bool) -> None:
    """Take over what the plugins have changed in the city's data; what the city has changed itself stays.

    The difference is shown first: + is new, ~ changed, - ended, = changed by the plugin but left as the city has it,
    ! not taken, because it does not fit the rest of the city's data.
    """
    with opened(context.settings(), read_only=dry_run) as assembly:
        syncing = assembly.services(SYSTEM).syncing
        found = syncing.differences()
        for difference in found:
            click.echo("\n".join(_words_of(difference)))
        if not found:
            click.echo("The city's data is as the plugins give it, but for what the city has changed itself.")
        if dry_run or not found:
            return
        if not yes and not click.confirm("Take this over?", default=False):
            click.echo("Nothing was changed.")
            return
        click.echo(f"{_counted(len(syncing.take_over(found)))} taken over.")


def _words_of(difference: Difference) -> list[str]:
    lines = [f"{_SIGNS[difference.what]} {difference.kind} {difference.code}: {difference.title}"]
    lines += [f"    {name}: {_short(before)} -> {_short(after)}" for name, before, after in difference.fields]
    if difference.own:
        lines.append(f"    left as the city has it: {', '.join(difference.own)}")
    if difference.refused:
        lines.append(f"    not taken ({difference.refused})")
    return lines


def _short(value: Any) -> str:
    text = " ".join(str("" if value is None else value).split()) or "nothing"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _gone(found: Purged) -> str:
    """Say everything that goes, or would."""
    parts = [f"{_counted(found.kept.count)} ({found.kept.size:,} bytes)"]
    if found.has_settings:
        parts.append("its settings")
    if found.steps:
        parts.append(f"the note that {_counted(found.steps, 'evolve step')} of its own {_was(found.steps)} done")
    if found.events:
        parts.append(f"{_counted(found.events, 'event')} it was not told")
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


@plugins.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Delete it without asking.")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted; works beside a running server.")
@click.pass_obj
def purge(context: Context, name: str, yes: bool, dry_run: bool) -> None:
    """Delete what the removed plugin NAME has kept: its data, its settings, its secrets, steps and events.

    Refused while it is enabled. What it wrote into applications stays. halkla pack takes it off the disk.
    """
    with opened(context.settings(), read_only=dry_run) as assembly:
        desk = assembly.services(SYSTEM).plugin_desk
        found = desk.purge(name, dry_run=True)
        if found.is_nothing:
            click.echo(f"The plugin {name} has left nothing.")
            return
        click.echo(f"{name}: {_gone(found)}.")
        if dry_run:
            click.echo("Nothing was changed.")
            return
        if not yes and not click.confirm("Delete this for good?", default=False):
            click.echo("Nothing was changed.")
            return
        desk.purge(name)
        click.echo("Deleted. 'halkla pack' takes it off the disk; backups keep it.")
