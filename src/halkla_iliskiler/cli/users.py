"""Accounts from the command line: the first one, and whatever has to be done without a page."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from ..domain.access import ROLES, SYSTEM, Grant
from ..domain.errors import InvalidInput, NotFound
from ..services.passwords import MINIMUM_PASSWORD
from ..services.people import Desired
from .main import Context, main, opened

__all__ = ["user"]


@main.group()
def user() -> None:
    """Add, change, close and list staff accounts."""


_SENTENCES = {
    ("username", "username"): "A user name has letters, digits, dots and dashes only.",
    ("username", "taken"): "This user name is taken.",
    ("password", "password_length"): f"A password has at least {MINIMUM_PASSWORD} characters.",
    ("deputy", "unknown"): "The deputy has no account that is open, or is the person themselves.",
    ("until", "before_start"): "The last day comes before the first one.",
    ("grants", "last_administrator"): "Nobody could look after the accounts: the last administrator with a password.",
    ("department", "unknown"): "There is no such department; its code stands in the city's data.",
}


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn what the service refuses into a sentence."""
    try:
        yield
    except InvalidInput as problem:
        sentence = _SENTENCES.get((problem.field, problem.problem), str(problem))
        raise click.ClickException(sentence) from problem
    except NotFound as problem:
        raise click.ClickException(f"There is no account {problem}.") from problem


def _password(generate: bool) -> str:
    """Return a password: made up, asked for at a terminal, or one line of standard input."""
    if generate:
        return secrets.token_urlsafe(15)
    if sys.stdin.isatty():
        return str(
            click.prompt(
                f"Password (at least {MINIMUM_PASSWORD} characters)", hide_input=True, confirmation_prompt=True
            )
        )
    return sys.stdin.readline().rstrip("\n")


_generate = click.option("--generate", is_flag=True, help="Make up a password and print it once.")
_once = click.option(
    "--once", is_flag=True, help="Make up a password that has to be replaced at the first log-in, and print it once."
)


@user.command()
@click.argument("username")
@click.option("--name", required=True, help="The name colleagues and applicants read.")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice(sorted(ROLES)), help="May be repeated."
)
@click.option(
    "--department",
    "departments",
    multiple=True,
    help="The directorate's code, for roles that need one; may be repeated.",
)
@click.option("--sensitive", is_flag=True, help="Also give the named right to sensitive matters in these roles.")
@_generate
@_once
@click.pass_obj
def add(
    context: Context,
    username: str,
    name: str,
    roles: tuple[str, ...],
    departments: tuple[str, ...],
    sensitive: bool,
    generate: bool,
    once: bool,
) -> None:
    """Create an account."""
    grants: list[Grant] = []
    for role in roles:
        if ROLES[role].needs_department and not departments:
            raise click.UsageError(f"The role {role} needs --department.")
        grants += (
            [Grant(role, department, sensitive) for department in departments]
            if ROLES[role].needs_department
            else [Grant(role, sensitive=sensitive)]
        )
    with opened(context.settings()) as assembly, _said_plainly():
        people = assembly.services(SYSTEM).people
        if once:
            password = people.add(Desired(username, name, tuple(grants)))
        else:
            password = _password(generate)
            people.add_with_password(username, name, password, tuple(grants))
    click.echo(f"Added {username}." + (f" Password (shown once): {password}" if generate or once else ""))


@user.command()
@click.argument("username")
@_generate
@_once
@click.pass_obj
def passwd(context: Context, username: str, generate: bool, once: bool) -> None:
    """Set a new password and end the account's sessions."""
    with opened(context.settings()) as assembly, _said_plainly():
        people = assembly.services(SYSTEM).people
        if once:
            password = people.reset_password(username)
        else:
            password = _password(generate)
            people.set_password(username, password)
    shown = f" Password (shown once): {password}" if generate or once else ""
    click.echo(f"Changed the password of {username}.{shown}")


@user.command()
@click.argument("username")
@click.pass_obj
def disable(context: Context, username: str) -> None:
    """Let nobody sign in with the account any more, and end its sessions."""
    with opened(context.settings()) as assembly, _said_plainly():
        assembly.services(SYSTEM).people.disable(username)
    click.echo(f"Disabled {username}.")


@user.command()
@click.argument("username")
@click.pass_obj
def enable(context: Context, username: str) -> None:
    """Let somebody sign in again, with the password they had."""
    with opened(context.settings()) as assembly, _said_plainly():
        assembly.services(SYSTEM).people.enable(username)
    click.echo(f"Enabled {username}.")


@user.command("reset-second-factor")
@click.argument("username")
@click.pass_obj
def reset_second_factor(context: Context, username: str) -> None:
    """Ask for no code any more (a lost telephone) and end the account's sessions."""
    with opened(context.settings()) as assembly, _said_plainly():
        assembly.services(SYSTEM).people.reset_factor(username)
    click.echo(f"{username} signs in with the password only, until the second factor is set up again.")


@user.command("end-sessions")
@click.argument("username")
@click.pass_obj
def end_sessions(context: Context, username: str) -> None:
    """Sign somebody out everywhere."""
    with opened(context.settings()) as assembly, _said_plainly():
        count = assembly.services(SYSTEM).people.end_sessions(username)
    click.echo(f"Ended {count} sessions of {username}.")


@user.command()
@click.argument("username")
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="The first such day; without it, today.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which they are not at work.")
@click.option("--deputy", help="The user name of who stands in for them.")
@click.pass_obj
def away(context: Context, username: str, start: datetime | None, until: datetime | None, deputy: str | None) -> None:
    """Say when somebody is not at work and who stands in; without options, that they are back."""
    days = (start.date() if start else None, until.date() if until else None)
    with opened(context.settings()) as assembly, _said_plainly():
        assembly.services(SYSTEM).people.set_away(username, *days, deputy)
    click.echo(f"{username} is away until {until:%Y-%m-%d}." if until else f"{username} is at work.")


@user.command("list")
@click.pass_obj
def list_users(context: Context) -> None:
    """List the accounts."""
    with opened(context.settings(), read_only=True) as assembly:
        for account in assembly.services(SYSTEM).people.all():
            grants = ", ".join(_in_words(grant) for grant in account.grants)
            notes = [account.state] if account.state != "active" else []
            notes += ["second factor"] if account.has_factor else []
            ending = f" ({', '.join(notes)})" if notes else ""
            click.echo(f"{account.username:<16} {account.name:<24} {grants}{ending}")


def _in_words(grant: Grant) -> str:
    words = [grant.role, grant.department or "", "+sensitive" if grant.sensitive else ""]
    return " ".join(word for word in words if word)
