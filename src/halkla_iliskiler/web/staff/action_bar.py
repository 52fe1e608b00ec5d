"""The buttons at the foot of a ticket: what the actor can do with it, the likeliest first."""

from collections.abc import Sequence

from pyramid.request import Request

from ...domain.ticket import Ticket
from ...domain.workflow import Action, TicketStatus
from ..labels import ACTIONS
from ..page import Page
from ..rendered import filled, mark
from ..values import Values
from .actions import DIRECT
from .shortcuts import ACTION_KEYS

__all__ = ["action_bar"]

_NUMBER = "HALKLA"
"""Stands for the number in the addresses of kept buttons."""


def action_bar(request: Request, ticket: Ticket, active: Action | None = None) -> dict[str, str]:
    """Return the buttons, and their keys for the help dialog, drawn. *active* is the action whose form is open.

    The same buttons stand under thousands of tickets: they are drawn once, and the ticket's own is filled in.
    """
    ordered = tuple(_ordered(request, ticket))
    if not ordered:
        return {"action_bar": "", "action_keys": ""}
    page: Page = request.page
    hangs_on = (page.speech, request.script_name, ordered, active)
    rendered = request.registry.rendered
    bar = rendered.get(("actions", *hangs_on), lambda: _drawn(request, "ticket_bar", ordered, active))
    filled_in = filled(
        bar,
        number=ticket.address,
        suffix=page.list_suffix,
        token=page.csrf_token,
        revision=str(ticket.revision),
    )
    keys = rendered.get(("action keys", *hangs_on), lambda: _drawn(request, "ticket_keys", ordered, active))
    return {"action_bar": filled_in, "action_keys": keys}


def _ordered(request: Request, ticket: Ticket) -> list[Action]:
    possible = request.services.handling.possible_actions(ticket)
    if ticket.status == TicketStatus.IN_PROGRESS and ticket.assignee == request.identity.id:
        # Who has taken it need not be offered to take it.
        possible = [action for action in possible if action is not Action.TAKE]
    ordered = sorted(possible, key=lambda action: _weight(ticket, action))
    if Action.OPINION in ordered:
        # Who was asked is here for nothing else.
        ordered.insert(0, ordered.pop(ordered.index(Action.OPINION)))
    return ordered


_NEXT: dict[str, tuple[Action, ...]] = {
    TicketStatus.NEW: (Action.ASSIGN, Action.REPLY, Action.ASK, Action.REFER),
    TicketStatus.ASSIGNED: (Action.TAKE, Action.FINISH, Action.ASK, Action.PLAN, Action.NOTE),
    TicketStatus.IN_PROGRESS: (Action.FINISH, Action.REPLY, Action.ASK, Action.PLAN, Action.NOTE),
    TicketStatus.WAITING_FOR_APPLICANT: (Action.RESUME, Action.REPLY, Action.FINISH, Action.NOTE),
    TicketStatus.WAITING_FOR_BODY: (Action.RESUME, Action.FINISH, Action.REPLY, Action.NOTE),
    TicketStatus.PLANNED: (Action.RESUME, Action.FINISH, Action.REPLY, Action.NOTE),
    TicketStatus.DONE: (Action.ACCEPT, Action.GIVE_BACK, Action.CLOSE, Action.REOPEN),
    TicketStatus.CLOSED: (Action.REOPEN, Action.NOTE),
    TicketStatus.REOPEN_REQUESTED: (Action.REOPEN, Action.REFUSE_REOPENING, Action.ASSIGN),
}
_PLACE = {action: place for place, action in enumerate(Action)}


def _weight(ticket: Ticket, action: Action) -> int:
    """Order the actions by what usually comes next; the rest keeps the table's order behind them."""
    likely = _NEXT[ticket.status]
    return likely.index(action) if action in likely else len(likely) + _PLACE[action]


def _drawn(request: Request, name: str, ordered: Sequence[Action], active: Action | None) -> str:
    page: Page = request.page
    actions = [
        Values(
            key=action.value,
            label=page.say(ACTIONS[action]),
            href=_address(page, action),
            primary=place == 0,
            active=action is active,
            direct=action in DIRECT,
            shortcut=ACTION_KEYS.get(action),
        )
        for place, action in enumerate(ordered)
    ]
    template = request.registry.templates[f"staff/{name}.pt"]
    marks = {name: mark(name) for name in ("token", "revision")}
    return str(template.render(actions=actions, **marks, target_language=page.speech))


def _address(page: Page, action: Action) -> str:
    address = page.url("staff.action", number=_NUMBER, action=action.value).replace(_NUMBER, mark("number"))
    return address + mark("suffix") + ("" if action in DIRECT else "#action")
