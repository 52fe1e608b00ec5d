"""What a plugin is, and what it needs to live: settings, jobs, changes of its stored data."""

from collections.abc import Mapping
from typing import Any

import colander

from ..domain.steps import Step
from .house import House
from .marker import hookspec
from .values import About, Job, Tried


@hookspec
def halkla_about() -> About:
    """Say what the plugin is, which version of the api it was written for, and what it may do.

    Called: once at start-up, before every other hook of the plugin.
    Not called: again. What it says holds until the next start.
    Transaction: none, no database is open yet.
    Thread: one of its own while the program waits.
    Returns: an ``About``. A plugin without this hook is taken to be written for version 1 and has no powers.
    Errors: the start is refused with a sentence that names the plugin; so is a version this program does not offer, and
        a power it does not know.

    Example::

        from halkla_iliskiler.api import About, hookimpl

        @hookimpl
        def halkla_about() -> About:
            return About("Anket", "Asks how content people are.", keeps="Ratings.", powers=("rate_tickets",))

    .. versionadded:: 0.1
    """


@hookspec
def halkla_settings_schema() -> colander.SchemaNode:
    """Give the schema of the plugin's settings; its page, its checks and the values other hooks are given come from it.

    A node with ``secret=True`` is never shown or logged: it comes from the environment or a credential file, or is
    written once. One that is sent somewhere names the settings that say where, ``sent_to=("host", "port")``: when one
    of them changes, what was written once is forgotten, and what comes from outside is used only while all of them are
    the ini's or the default. A node's ``title`` and ``description`` are message ids of the plugin's catalogue.

    A setting is kept as a text: its type is a plain one of colander (``String``, ``Integer``, ``Boolean``, ``Date``,
    ``Set``, a ``Sequence`` of one of them …), its widget one for which there is a template. What checks it has a budget
    and runs in no transaction; where it fails while the program runs, the setting is its default.

    Called: once at start-up.
    Not called: when a setting is saved; the schema does not change while the program runs.
    Transaction: none, no database is open yet.
    Thread: one of its own while the program waits.
    Returns: a mapping node; every node below it has a default (``missing``) or is asked for.
    Errors: the start is refused with a sentence that names the plugin.

    Example::

        import colander
        from halkla_iliskiler.api import hookimpl

        @hookimpl
        def halkla_settings_schema() -> colander.SchemaNode:
            schema = colander.SchemaNode(colander.Mapping())
            schema.add(colander.SchemaNode(colander.Integer(), name="days", title="Days to wait", missing=3))
            return schema

    .. versionadded:: 0.1
    """


@hookspec
def halkla_try_it(settings: Mapping[str, Any], house: House) -> Tried:
    """Try out whether the plugin works with its settings: send a test message, fetch a mailbox.

    Called: when an administrator presses the button on the plugin's page.
    Not called: by itself, ever.
    Transaction: none.
    Thread: one of its own with a budget of thirty seconds, while the administrator waits.
    Returns: whether it worked, with a sentence for the administrator. No secrets.
    Errors: the administrator reads that it failed, and the plugin is reported.

    Example::

        from halkla_iliskiler.api import House, Tried, hookimpl

        @hookimpl
        def halkla_try_it(settings, house: House) -> Tried:
            return Tried(bool(settings.get("address")), "An address is there.")

    .. versionadded:: 0.1
    """


@hookspec
def halkla_jobs() -> list[Job]:
    """Give what the worker does for the plugin every now and then.

    Called: once at start-up. The jobs it gives are run by the worker when their time has come.
    Not called: again when settings change; a job reads ``house.settings`` when it runs.
    Transaction: none. A job runs outside any, and what it asks of the house is a transaction of its own.
    Thread: one of its own while the program waits. Jobs run one after the other in a lane of the worker's that all
        plugins share, each with a budget of ten minutes.
    Returns: a list of jobs, empty for none; their codes are the plugin's own.
    Errors: the start is refused. A job that fails is reported and run again at its next time.

    Example::

        from datetime import timedelta
        from halkla_iliskiler.api import House, Job, hookimpl

        def count(house: House) -> int:
            house.data.put("seen", [ticket.number for ticket in house.tickets(limit=10)])
            return 0

        @hookimpl
        def halkla_jobs() -> list[Job]:
            return [Job("count", timedelta(hours=1), count)]

    .. versionadded:: 0.1
    """


@hookspec
def halkla_evolve_steps() -> list[Step]:
    """Give the changes that data kept by an earlier version of the plugin needs.

    Called: at start-up, to see whether all of them are finished, and by ``halkla evolve``, which runs those that are
        not.
    Not called: for the core's own steps, which come before the plugins'.
    Transaction: none. A step's ``change`` is called inside a transaction of ``halkla evolve``, object by object; it
        never commits.
    Thread: one of its own while the program waits; a step itself runs in the command's.
    Returns: a list of steps in the order in which they are run, empty for none. Steps are never taken out again.
    Errors: the start is refused with a sentence that names the plugin. A step that fails stops ``halkla evolve``, which
        goes on from there the next time.

    Example::

        from halkla_iliskiler.api import Step, hookimpl

        def keys(room, after):
            return [key for key, _ in room.data.items("rating/") if after is None or key > after]

        def change(room, key):
            value = room.data.get(key)
            if isinstance(value, int):
                room.data.put(key, {"rating": value})

        @hookimpl
        def halkla_evolve_steps() -> list[Step]:
            return [Step("2026_11_ratings_are_mappings", "Ratings say how they were asked for", keys, change)]

    .. versionadded:: 0.1
    """
