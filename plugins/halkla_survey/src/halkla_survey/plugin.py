"""The hooks this plugin answers."""

import colander

from halkla_iliskiler.api import About, Delivery, House, Page, Panel, Step, TicketEvent, TicketView, hookimpl

from . import evolve, settings
from .answers import State, ask, state_of
from .pages import show_rates
from .panels import follow_panel, telephone_panel
from .settings import Settings
from .words import _


@hookimpl
def halkla_about() -> About:
    """Say what the plugin is."""
    return About(
        _("How content people are"),
        _("Asks one question after the end: by e-mail, on the follow page, or on the telephone."),
        keeps=_("Of each answer its number and where it is counted. The answer itself stands on its application."),
        powers=("tell_applicants", "rate_tickets"),
        events=("closed",),
    )


@hookimpl
def halkla_settings_schema() -> colander.SchemaNode:
    """Give the schema of the settings."""
    return settings.schema()


@hookimpl
def halkla_follow_panels(ticket: TicketView, house: House) -> list[Panel]:
    """Ask on the follow page."""
    return follow_panel(ticket, house)


@hookimpl
def halkla_ticket_panels(ticket: TicketView, house: House) -> list[Panel]:
    """Let an agent ask on the telephone."""
    return telephone_panel(ticket, house)


@hookimpl
def halkla_on_ticket_event(event: TicketEvent, house: House) -> Delivery | None:
    """Ask by e-mail when an application is closed. Who cannot be reached that way is asked on the page alone."""
    chosen, ticket = Settings.of(house.settings), event.ticket
    if event.name != "closed" or not chosen.by_email or ticket.is_sensitive:
        return None
    if state_of(ticket, chosen, house.now()) is State.OPEN:
        ask(
            house,
            ticket,
            event.key,
            _(
                "Your application ${number} is closed. How content are you with what we did? Please tell us on your "
                "follow page: it is one question, and your answer is read by people."
            ),
        )
    return None


@hookimpl
def halkla_pages() -> list[Page]:
    """Give the page of the rates."""
    template = "halkla_survey:templates/rates.pt"
    return [Page("rates", _("How content people are"), template, show_rates, permission="see_numbers")]


@hookimpl
def halkla_evolve_steps() -> list[Step]:
    """Count what was answered before."""
    return evolve.steps()
