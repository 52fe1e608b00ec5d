"""The command group: where the settings come from, and how a refusal is said."""

import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import plaster

# Pyramid 2.1 still imports pkg_resources (Pylons/pyramid#3731); an administrator can do nothing about it.
warnings.filterwarnings("ignore", message="pkg_resources is deprecated")

from ..domain.errors import DomainError  # noqa: E402
from ..extension import PluginRefused  # noqa: E402
from ..index import IndexUnusable  # noqa: E402
from ..services import Assembly  # noqa: E402
from ..settings import SettingRefused  # noqa: E402
from ..storage import StorageRefused  # noqa: E402

__all__ = ["Context", "main", "opened"]


@dataclass(frozen=True)
class Context:
    """What every command is given."""

    ini: Path

    def settings(self) -> dict[str, str]:
        """Return the application's section of the ini; ``HALKLA_DATA`` names another directory for everything."""
        if not self.ini.exists():
            raise click.ClickException(f"{self.ini} does not exist; name another with --config.")
        settings = dict(plaster.get_settings(str(self.ini), "app:main"))
        if directory := os.environ.get("HALKLA_DATA"):
            settings["halkla.data"] = str(Path(directory) / "site")
            if settings.get("halkla.mail_directory"):
                settings["halkla.mail_directory"] = str(Path(directory) / "mail")
        return settings

    def set_up_logging(self) -> None:
        """Log as the ini says."""
        plaster.setup_logging(str(self.ini))


class SentenceGroup(click.Group):
    """A group whose refusals are one sentence on standard error and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (StorageRefused, PluginRefused, SettingRefused, IndexUnusable, DomainError) as refusal:
            raise click.ClickException(str(refusal)) from refusal


@click.group(cls=SentenceGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-c", "--config", "ini", type=click.Path(path_type=Path), default=Path("development.ini"), envvar="HALKLA_INI",
    show_default=True, show_envvar=True, help="The ini file of the site.",
)  # fmt: skip
@click.version_option(package_name="halkla-iliskiler", prog_name="halkla")
@click.pass_context
def main(ctx: click.Context, ini: Path) -> None:
    """Run and look after a municipality's public relations desk.

    Beside a running server, commands that only read work on what it has saved; those that write are refused.
    """
    ctx.obj = Context(ini)


@contextmanager
def opened(settings: Mapping[str, str], *, read_only: bool = False) -> Iterator[Assembly]:
    """Open the site for the body of the ``with`` statement, showing progress when its index is built anew."""
    with progress("Building the index") as report:
        assembly = Assembly.open(settings, read_only=read_only, progress=report)
    try:
        yield assembly
    finally:
        assembly.close()


class Report:
    """Shows how far something is, in place on a terminal and now and then in a log."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._shown = -1

    def __call__(self, done: int, total: int) -> None:
        """Show that *done* of *total* are done."""
        percent = 100 * done // max(total, 1)
        is_terminal = sys.stderr.isatty()
        if percent == self._shown or (not is_terminal and percent < self._shown + 20 and done < total):
            return
        self._shown = percent
        click.echo(
            f"\r{self._label}: {done:,} of {total:,} ({percent} %)", err=True, nl=not is_terminal or done >= total
        )


@contextmanager
def progress(label: str) -> Iterator[Report]:
    """Give something that shows progress."""
    yield Report(label)


# They add their commands to the group.
from . import demo, evolve, new_plugin, plugins, reads, serve, site, users, worker  # noqa: E402, F401
