"""Serving: the web server with the worker beside it, and for a demonstration everything it needs."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import click
import plaster
import waitress

from ..services.assembly import system_now
from ..services.evolving import evolving
from ..services.processor import keep_to_one
from ..settings import read_options
from .demo import create_demo, password_file
from .evolve import evolve_site
from .main import Context, main

__all__ = ["serve"]

_SHOWN_LOG_INS = 9


@main.command()
@click.argument("ini", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def serve(context: Context, ini: Path | None) -> None:
    """Serve the site.

    A demonstration (halkla.demo = true) is created on the first start and brought up to date after an upgrade, and its
    mail is caught on this machine.
    HALKLA_PORT and HALKLA_DATA in the environment override the port and the directory.
    """
    context = Context(ini) if ini else context
    settings = context.settings()
    context.set_up_logging()
    keep_to_one()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port = os.environ.get("HALKLA_PORT")
    if port and read_options(settings).demo:
        settings["halkla.base_url"] = f"http://127.0.0.1:{port}"
    if read_options(settings).demo:
        _serve_demo(context, settings, port)
    else:
        _run(context, settings, port)


def _serve_demo(context: Context, settings: dict[str, str], port: str | None) -> None:
    from .catcher import MailCatcher

    options = read_options(settings)
    if not (options.data / "site.json").exists():
        create_demo(settings)
    else:
        _evolve_demo(settings)
    catcher = MailCatcher(options.mail_directory or options.data.parent / "mail")
    catcher.start()
    os.environ["HALKLA_EMAIL_PORT"] = str(catcher.port)
    try:
        _run(context, settings, port)
    finally:
        catcher.stop()


def _evolve_demo(settings: dict[str, str]) -> None:
    """Bring the data of a demonstration up to date; a real site is refused until somebody has made a backup."""
    with evolving(settings, now=system_now) as evolver:
        if not evolver.plan():
            return
    evolve_site(settings)


def _run(context: Context, settings: dict[str, str], port: str | None) -> None:
    from ..app import main as make_app

    app: Any = make_app({}, **settings)
    try:
        server = waitress.create_server(app, **_server_settings(context, port))
    except OSError as problem:
        app.close()
        raise click.ClickException(f"The port is not free ({problem.strerror}); choose another with PORT=.") from None
    try:
        _announce(settings)
        server.run()
    finally:
        server.close()
        app.close()


def _server_settings(context: Context, port: str | None) -> dict[str, str]:
    given = dict(plaster.get_settings(str(context.ini), "server:main"))
    given.pop("use", None)
    if port:
        given["listen"] = f"127.0.0.1:{port}"
    return given


def _announce(settings: dict[str, str]) -> None:
    options = read_options(settings)
    if not options.demo:
        click.echo(f"Serving {options.base_url}")
        return
    line = "─" * 78
    path = password_file(settings)
    click.echo(f"\n{line}\n  Citizens   {options.base_url}/\n  Staff      {options.base_url}/panel\n")
    if path.exists():
        log_ins = path.read_text(encoding="utf-8").splitlines()
        for log_in in log_ins[:_SHOWN_LOG_INS]:
            click.echo(f"    {log_in}")
        click.echo(f"\n  All {len(log_ins)} log-ins are kept in {path}")
    click.echo(f"  Mail is caught and never leaves this machine: {options.base_url}/panel/posta")
    click.echo(f"  Ctrl-C stops the server; what was entered stays.\n{line}")
    sys.stdout.flush()
