"""The worker as a process of its own, or once, for cron."""

import signal
import threading

import click

from ..work import Runner, WorkerThread
from .main import Context, main, opened

__all__ = ["worker"]


@main.command()
@click.option("--once", is_flag=True, help="Do what is due and end.")
@click.pass_obj
def worker(context: Context, once: bool) -> None:
    """Deliver messages and do the periodic jobs.

    A site kept in one file is open to one process only: there the worker runs inside the server
    (halkla.worker = thread), and this command is for when the server is stopped.
    """
    context.set_up_logging()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with opened(context.settings()) as assembly:
        if once:
            runner = Runner(assembly)
            done = runner.run_due(assembly.now(), everything=True)
            while more := runner.deliver():
                done += more
            click.echo(f"{done} things done.")
            return
        threads = WorkerThread(assembly)
        threads.start()
        stopping.wait()
        threads.stop()
