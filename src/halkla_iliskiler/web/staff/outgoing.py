"""What goes out of the house: messages that wait or failed, and in a demonstration the caught mail."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from ...domain.workflow import Permission
from ...i18n import _
from ...services.plugin_events import GivenUp
from ..contexts import StaffContext
from ..labels import EVENTS
from ..security import STAFF
from ..values import Values
from .ticket_page import message_values

__all__ = ["caught_mail", "caught_message", "outbox"]

_SHOWN = 200


@view_config(
    route_name="staff.outbox", request_method="GET", renderer="staff/outbox.pt", permission=Permission.SEE_OUTBOX
)
def outbox(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show the messages that wait or could not be delivered, and what plugins could not be told."""
    page = request.page
    page.title = page.say(_("Outgoing messages"))
    entries = []
    for state in request.services.delivery.troubled(_SHOWN):
        values = message_values(request, state, state.ticket)
        values.number = state.ticket or "–"
        values.href = page.url("staff.ticket", number=state.ticket) if state.ticket else None
        values.last_error = values.error
        entries.append(values)
    return {
        "entries": entries,
        "events": [_event(request, one) for one in request.services.plugin_events.given_up(_SHOWN)],
    }


def _event(request: Request, one: GivenUp) -> Values:
    page = request.page
    return Values(
        what=page.say(EVENTS[one.name]) if one.name in EVENTS else one.name,
        plugin=one.plugin,
        number=one.ticket or "–",
        href=page.url("staff.ticket", number=one.ticket) if one.ticket else None,
        when=page.moment(one.created_at),
        attempts=str(one.attempts),
        last_error=one.last_error,
        again_href=page.url("staff.event_again", entry=one.entry_id),
    )


@view_config(route_name="staff.event_again", request_method="POST", permission=Permission.SEE_OUTBOX)
def tell_again(context: StaffContext, request: Request) -> Response:
    """Let a plugin be told once more of what it could not be told."""
    request.services.plugin_events.try_again(int(request.matchdict["entry"]))
    request.page.flash("ok", _("It is told again within a few seconds."))
    return HTTPSeeOther(request.page.url("staff.outbox"))


def _mail_directory(request: Request) -> Path:
    options = request.assembly.options
    if not options.demo or options.mail_directory is None:
        raise HTTPNotFound
    return Path(options.mail_directory)


@view_config(route_name="staff.mail", request_method="GET", renderer="staff/mail.pt", permission=STAFF)
def caught_mail(context: StaffContext, request: Request) -> dict[str, Any]:
    """List the mail a demonstration has caught instead of sending it."""
    page = request.page
    page.title = page.say(_("Caught mail"))
    files = sorted(_mail_directory(request).glob("*.eml"), reverse=True)[:_SHOWN]
    return {"messages_caught": [_listed(request, file) for file in files]}


def _listed(request: Request, file: Path) -> Values:
    message = _read(file)
    return Values(
        name=file.name,
        href=request.page.url("staff.mail_message", name=file.name),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        when=request.page.moment(datetime.fromtimestamp(file.stat().st_mtime, UTC)),
    )


def _read(file: Path) -> EmailMessage:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101  (policy.default makes nothing else)
    return message


@view_config(route_name="staff.mail_message", request_method="GET", renderer="staff/mail_message.pt", permission=STAFF)
def caught_message(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show one caught message as its receiver would read it."""
    wanted = request.matchdict["name"]
    file = next((found for found in _mail_directory(request).glob("*.eml") if found.name == wanted), None)
    if file is None:
        raise HTTPNotFound
    message = _read(file)
    request.page.title = str(message["Subject"])
    body = message.get_body(("plain",))
    shown = {"From": _("From"), "To": _("To"), "Date": _("Date"), "Message-ID": _("Message-ID")}
    return {
        "headers": [(request.page.say(label), str(message[name])) for name, label in shown.items() if message[name]],
        "body": body.get_content() if body else "",
        "attachments": [],
    }
