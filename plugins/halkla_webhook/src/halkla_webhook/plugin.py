"""The hooks this plugin answers."""

import colander

from halkla_iliskiler.api import About, Delivery, House, Page, TicketEvent, Tried, hookimpl

from . import delivering, settings
from .calling import Caller
from .pages import show_calls
from .words import _

caller = Caller()
"""Makes the calls; tests put one in its place that knows their own servers."""


@hookimpl
def halkla_about() -> About:
    """Say what the plugin is."""
    return About(
        _("Calls to other systems"),
        _("Tells a city's own systems, signed, when something happens to a ticket."),
        keeps=_("The last 200 calls: time, event, host, answer. No numbers of applications."),
        idle_without="addresses",
    )


@hookimpl
def halkla_settings_schema() -> colander.SchemaNode:
    """Give the schema of the settings."""
    return settings.schema()


@hookimpl
def halkla_on_ticket_event(event: TicketEvent, house: House) -> Delivery | None:
    """Call the addresses that want to know; without any nothing happens."""
    return delivering.deliver(event, house, caller)


@hookimpl
def halkla_try_it(house: House) -> Tried:
    """Send a signed test call."""
    return delivering.try_it(house, caller)


@hookimpl
def halkla_pages() -> list[Page]:
    """Give the page of the last calls."""
    return [
        Page(
            "calls",
            _("Calls to other systems"),
            "halkla_webhook:templates/calls.pt",
            show_calls,
            permission="administer",
        )
    ]
