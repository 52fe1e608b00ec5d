"""Who has searched for a person, for the answer to somebody who asks (law 6698, art. 11)."""

from collections.abc import Callable

import click

from ..domain.access import SYSTEM
from ..domain.text import tokens
from ..services.national_ids import tidy_national_id
from ..services.numbers import tidy_email, tidy_phone
from .main import Context, main, opened

__all__ = ["reads"]

_TIDY: dict[str, Callable[[str], str]] = {
    "phone": lambda typed: tidy_phone(typed, demo=True),
    "email": tidy_email,
    "national_id": tidy_national_id,
    "name": lambda typed: " ".join(dict.fromkeys(tokens(typed))),
}


@main.command()
@click.option("--phone", help="Searches for this telephone number.")
@click.option("--email", help="Searches for this e-mail address.")
@click.option("--national-id", help="Searches for this identity number.")
@click.option("--name", help="Searches for exactly this name.")
@click.pass_obj
def reads(context: Context, /, **asked: str | None) -> None:
    """Print the lines of the read log about searches for a person: of what was typed only a mark is kept there."""
    with opened(context.settings(), read_only=True) as assembly:
        disclosure = assembly.services(SYSTEM).disclosure
        marks = {disclosure.mark(by, _TIDY[by](typed)) for by, typed in asked.items() if typed}
        if not marks:
            raise click.UsageError("Say what was searched for: --phone, --email, --national-id or --name.")
        found = [line.values for line in assembly.reads.forwards() if line.values.get("mark") in marks]
    for values in found:
        click.echo(f"{values['at']}  {values['who']:<16} {values.get('why', '')}".rstrip())
    click.echo(f"{len(found)} searches.")
