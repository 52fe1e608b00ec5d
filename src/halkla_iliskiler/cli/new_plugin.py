"""Beginning a plugin: a distribution from the template, which installs and passes its first tests."""

import builtins
import keyword
import re
import subprocess
import sys
from importlib.metadata import entry_points, version
from importlib.util import find_spec
from pathlib import Path

import click
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ..extension import Extensions, build_plugins
from ..extension.loading import RESERVED, built_in_names
from ..hookspecs import PROJECT
from .main import main

__all__ = ["KINDS", "TEMPLATE", "new_plugin"]

PREFIX = "halkla_"
KINDS = ("channel", "feedback", "blank")
LONGEST_NAME, LONGEST_TITLE = 32, 48
TEMPLATE = Path(__file__).with_name("plugin_template")
_IN_THE_TEMPLATE = frozenset({
    "About", "Any", "ContactDetails", "Delivery", "FeedbackMethod", "Gateway", "GatewayError", "Handler", "Iterator",
    "Mapping", "Notification", "RunningCity", "Taken",
})  # fmt: skip
"""Classes beside which the template puts one with the plugin's name."""
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@main.command("new-plugin")
@click.argument("name")
@click.option(
    "--kind", type=click.Choice(KINDS), default="blank", show_default=True,
    help="A way in, a way of telling people, or nothing yet.",
)  # fmt: skip
@click.option("--title", default="", help="What people call it. [default: the name]")
@click.option(
    "--into", "parent", type=click.Path(path_type=Path, file_okay=False), default=Path(), show_default=True,
    help="The folder in which it is made.",
)  # fmt: skip
def new_plugin(name: str, kind: str, title: str, parent: Path) -> None:
    """Begin a plugin called NAME, as the ini will list it, in a folder halkla_NAME of its own."""
    name = name.removeprefix("halkla_").removeprefix("halkla-")
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise click.ClickException(
            f"{name!r} is no name for a plugin: use small letters, digits and single _ between them, "
            f"{LONGEST_NAME} at most."
        )
    if why := _why_not(name):
        raise click.ClickException(f"{name!r} is no name for a plugin: {why}; take another one.")
    title = title or name.replace("_", " ").capitalize()
    if not title.isprintable() or set(title) & set('"\\{}%') or len(title) > LONGEST_TITLE:
        raise click.ClickException(
            f"The title may hold no quotation marks, backslashes, braces or percent signs, and {LONGEST_TITLE} "
            "characters at most."
        )
    folder = parent / f"halkla_{name}"
    if folder.exists():
        raise click.ClickException(f"{folder} is there already; nothing was changed.")
    _fill(folder, {"name": name, "kind": kind, "title": title, "core": version("halkla-iliskiler")})
    _compile_catalogues(folder)
    click.echo(f"Began {folder}. Next:")
    click.echo(f"  pip install --editable {folder}")
    click.echo(f"  cd {folder} && pytest && ruff check . && mypy")
    click.echo(f"  then add {name} to halkla.plugins in the ini, as the last line.")


def _why_not(name: str) -> str:
    """Return why a plugin of that name could not be loaded, or would not pass its own first tests; empty if it can."""
    package, class_name = f"{PREFIX}{name}", name.replace("_", " ").title().replace(" ", "")
    if name == RESERVED or package == PROJECT:
        return "the program itself is called that"
    if name in built_in_names():
        return "a built-in is called that"
    if name in {point.name for point in entry_points(group=PROJECT)} or find_spec(package) is not None:
        return "an installed plugin is called that"
    if keyword.iskeyword(name):
        return "it is a word of Python"
    if class_name in _IN_THE_TEMPLATE or hasattr(builtins, class_name):
        return f"a class {class_name} is there already"
    core = Extensions.collect(build_plugins((), {}))
    if name in core.channels or name in core.feedback_methods:
        return "a channel or a method of the program has that code"
    return ""


def _fill(folder: Path, answers: dict[str, str]) -> None:
    """Let copier fill the template in. It runs as a program of its own: nothing of it is part of ours."""
    if find_spec("copier") is None:
        raise click.ClickException("copier is missing; run: pip install 'halkla-iliskiler[author]'")
    given = [word for name, value in answers.items() for word in ("--data", f"{name}={value}")]
    run = subprocess.run(  # noqa: S603  (our own template, and words that were checked)
        [sys.executable, "-m", "copier", "copy", "--quiet", "--defaults", *given, str(TEMPLATE), str(folder)],
        check=False, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    if run.returncode != 0:
        raise click.ClickException(f"copier could not fill the template in: {run.stderr.strip()}")


def _compile_catalogues(folder: Path) -> None:
    for source in folder.glob("src/*/locales/*/LC_MESSAGES/*.po"):
        with source.open("rb") as written, source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(written))
