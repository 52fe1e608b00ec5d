"""The parts of plugins on the follow page and on a ticket's page, and their forms."""

from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.access import allows, visibility
from ...domain.ticket import Ticket
from ...domain.views import TicketView
from ...domain.workflow import Permission
from ...hookspecs.values import Said
from ...i18n import _
from ...services.following import TooManyTries
from ...services.plugin_calls import FOLLOW_PANELS, TICKET_PANELS, PluginPanel
from ...services.views import ticket_view
from ...storage import Site
from ..contexts import CitizenContext, StaffContext
from ..values import Values
from .drawing import asked_of, draw

__all__ = ["Answered", "follow_panels", "ticket_panels"]

Answered = tuple[str, str, Said]
"""A panel's plugin, its code, and what it said to a form that has to be shown again."""

_FAILED = _("This could not be saved. Please try again later; everything else on this page works.")


def follow_panels(
    request: Request, site: Site, ticket: Ticket, code: str, answered: Answered | None = None
) -> list[Values]:
    """Return what plugins add to the follow page, drawn. Needs an open reading."""
    if not _has(request, FOLLOW_PANELS):
        return []
    found = request.services.plugin_calls.panels(FOLLOW_PANELS, ticket_view(site, ticket))

    def action(panel: PluginPanel) -> str:
        where = {"number": ticket.address, "code": code, "plugin": panel.plugin, "panel": panel.panel.code}
        return str(request.page.url("follow.panel", **where))

    return [drawn for one in found if (drawn := _drawn(request, one, action(one), answered)) is not None]


def ticket_panels(request: Request, site: Site, ticket: Ticket, answered: Answered | None = None) -> list[Values]:
    """Return what plugins add to a ticket's page, drawn. Needs an open reading."""
    if not _has(request, TICKET_PANELS):
        return []
    found = request.services.plugin_calls.panels(
        TICKET_PANELS, ticket_view(site, ticket), lambda permission: _may(request, permission, ticket)
    )

    def action(panel: PluginPanel) -> str:
        where = {"number": ticket.address, "plugin": panel.plugin, "panel": panel.panel.code}
        return str(request.page.url("staff.panel", **where))

    return [drawn for one in found if (drawn := _drawn(request, one, action(one), answered)) is not None]


def _has(request: Request, hook: str) -> bool:
    return bool(request.assembly.extensions.plugins.answering(hook))


def _may(request: Request, permission: str, ticket: Ticket) -> bool:
    """Tell whether who is signed in has a permission on the ticket, or one that is about no ticket (to record)."""
    if permission not in Permission.__members__.values():
        return False
    actor, wanted = request.identity, Permission(permission)
    return allows(actor, wanted, ticket) or (visibility(actor, wanted).is_empty and allows(actor, wanted))


def _drawn(request: Request, one: PluginPanel, action: str, answered: Answered | None) -> Values | None:
    said = answered[2] if answered and answered[:2] == (one.plugin, one.panel.code) else None
    values = {
        "problem": request.page.say(said.problem) if said and said.problem else "",
        **one.panel.values,
        **((said.values or {}) if said else {}),
        "action": action,
        "panel": one.panel.code,
        "plugin": one.plugin,
    }
    seconds = request.assembly.extensions.plugins.budgets.panel
    html = draw(request, one.plugin, one.panel.template, values, seconds)
    if html is None:
        return None
    return Values(
        id=f"{one.plugin}-{one.panel.code}",
        title=request.page.say(one.panel.title),
        problem=values["problem"],
        html=html,
    )


@view_config(route_name="follow.panel", request_method="POST", renderer="follow.pt", permission=NO_PERMISSION_REQUIRED)
def follow_panel_said(context: CitizenContext, request: Request) -> dict[str, Any] | Response:
    """Take the form of a plugin's panel on the follow page. The code in the address is the key."""
    from ..citizen.follow_page import follow_page

    plugin, panel = request.matchdict["plugin"], request.matchdict["panel"]
    client = request.client_addr or ""
    with request.services.following.opened(context.address, context.code, client) as (site, ticket):
        view = ticket_view(site, ticket)
    if request.page.is_asked_to_speak:
        request.page.keep_choices()
        said: Said | None = Said(values=dict(asked_of(request).form))
    else:
        said = _said_by_applicant(request, plugin, panel, view)
    if response := _leads_back(request, said, request.page.url("follow", number=context.address, code=context.code)):
        return response
    with request.services.following.opened(context.address, context.code, client) as (site, ticket):
        return follow_page(request, site, ticket, context.code, answered=(plugin, panel, said or Said()))


def _said_by_applicant(request: Request, plugin: str, panel: str, view: TicketView) -> Said | None:
    """Let the plugin take the form, as often as an applicant may say anything."""
    asked = asked_of(request)
    try:
        with request.services.following.saying(view.address):
            return request.services.plugin_calls.panel_said(FOLLOW_PANELS, plugin, panel, view, asked)
    except TooManyTries as refused:
        request.response.status_int = 429
        request.response.headers["Retry-After"] = str(max(1, int(refused.wait.total_seconds())))
        return Said(problem=_("That was too many tries. Please wait a little."), values=dict(asked.form))


@view_config(route_name="staff.panel", request_method="POST", renderer="staff/ticket.pt", permission=Permission.VIEW)
def ticket_panel_said(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Take the form of a plugin's panel on a ticket's page."""
    from ..staff.ticket_page import ticket_page

    plugin, panel = request.matchdict["plugin"], request.matchdict["panel"]
    with request.services.handling.opened(context.ticket_id) as (site, ticket):
        said = request.services.plugin_calls.panel_said(
            TICKET_PANELS,
            plugin,
            panel,
            ticket_view(site, ticket),
            asked_of(request),
            lambda permission: _may(request, permission, ticket),
        )
        if response := _leads_back(request, said, request.page.url("staff.ticket", number=ticket.address)):
            return response
    with request.services.handling.opened(context.ticket_id) as (site, ticket):
        return ticket_page(request, site, ticket, answered=(plugin, panel, said or Said()))


def _leads_back(request: Request, said: Said | None, where: str) -> Response | None:
    """Return the way back to the page; ``None`` when it has to be shown again with what was typed."""
    if said is None:
        request.page.flash("error", _FAILED)
        return HTTPSeeOther(where)
    if said.problem or said.values is not None:
        return None
    if said.message:
        request.page.flash("ok", said.message)
    if said.file is not None or said.data is not None:
        raise HTTPNotFound
    return HTTPSeeOther(where)
