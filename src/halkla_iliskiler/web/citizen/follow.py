"""The receipt and the follow page: what an applicant reads about their own matter. Everything needs the code."""

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...domain.city import Category
from ...domain.clocks import ClockKind
from ...domain.codes import group
from ...domain.errors import NotFound
from ...domain.moves import tells_applicant
from ...domain.outbox import DeliveryState
from ...domain.ticket import HistoryEntry, Ticket
from ...domain.workflow import Action
from ...i18n import _
from ...services.following import TooManyTries
from ...services.telling import choose_method, details_of
from ...storage import Site
from ..contexts import CitizenContext
from ..labels import FOLLOW_CHECKING, FOLLOW_STATES, FOLLOW_STEPS, OUTCOMES
from ..page import Page
from ..values import Values

__all__ = ["follow", "receipt"]


@view_config(route_name="receipt", request_method="GET", renderer="receipt.pt", permission=NO_PERMISSION_REQUIRED)
def receipt(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Say that we have it, and what happens next."""
    page = request.page
    page.title = page.say(_("We have your application"))
    with request.services.following.opened(context.address, context.code) as (site, ticket):
        promise = ticket.clock(ClockKind.PROMISE)
        method, address = choose_method(request.assembly, details_of(site, ticket))
        is_told = method.initial_state is not DeliveryState.STANDING
        return {
            "number": ticket.number,
            "code_groups": group(context.code).split(),
            "due": promise.due_at if promise and promise.is_running else None,
            "told_by": page.say(method.label) if is_told else "",
            "sent_to": method.mask(address) if is_told else "",
            "follow_url": request.route_url("follow", number=ticket.address, code=context.code),
            "filed": ticket.created_at,
            "photo_count": len(ticket.attachments),
            **_matter(page, site, ticket),
        }


@view_config(route_name="follow", request_method="GET", renderer="follow.pt", permission=NO_PERMISSION_REQUIRED)
def follow(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Say where it stands, what we answered, and what has happened until today."""
    page = request.page
    with request.services.following.opened(context.address, context.code) as (site, ticket):
        page.title = page.say(_("Application ${number}"), number=ticket.number)
        title, text, tone = FOLLOW_CHECKING if ticket.check_pending else FOLLOW_STATES[ticket.status]
        entries = [entry for _place, entry in ticket.history]
        return {
            "number": ticket.number,
            "state_title": page.say(title),
            "state_text": page.say(text) if text else "",
            "tone": tone,
            "is_open": ticket.is_open,
            "due": ticket.next_due,
            "question": _question(page, ticket),
            "answers": [_answer(page, site, entry) for entry in reversed(entries) if _is_answer(entry)],
            "steps": [step for entry in entries if (step := _step(page, site, entry))],
            "receipt_url": page.url("receipt", number=ticket.address, code=context.code),
            **_matter(page, site, ticket),
        }


def _matter(page: Page, site: Site, ticket: Ticket) -> dict[str, Any]:
    """Return what both pages repeat of the application."""
    category: Category | None = site.city.category(ticket.category)
    where = (site.city.territory.name_of(ticket.location.neighbourhood), ticket.location.text)
    return {
        "department_name": site.city.tree.name_of(ticket.department) or None,
        # What the centre sorts it under for itself is not for the applicant.
        "category": category.label_for(page.language) if category and category.is_public else "",
        "place": ", ".join(part for part in where if part),
        "words": ticket.words,
    }


def _is_answer(entry: HistoryEntry) -> bool:
    return bool(entry.is_public and entry.text and tells_applicant(entry.action))


def _answer(page: Page, site: Site, entry: HistoryEntry) -> Values:
    return Values(when=page.moment(entry.at), text=entry.text, department_name=None)


def _question(page: Page, ticket: Ticket) -> Values | None:
    asked = ticket.open_question
    if asked is None:
        return None
    how = page.say(_("Answer the message we sent you, or call us and say your application number."))
    return Values(text=asked.text, when=page.moment(asked.at), how=how)


_FROM_APPLICANT = ("recorded", Action.REQUEST_REOPENING, Action.APPLICANT_MESSAGE)
_PUBLIC_STEPS = ("assign", "take", "close", "reopen")


def _step(page: Page, site: Site, entry: HistoryEntry) -> Values | None:
    """Return a history entry as the applicant reads it; internal ones are not theirs."""
    label = FOLLOW_STEPS.get(entry.action)
    if label is None or not (entry.is_public or entry.action in _PUBLIC_STEPS):
        return None
    words = page.say(
        label,
        department=site.city.tree.name_of(entry.detail("department")),
        body=_body_name(site, entry),
        planned_for=page.day(entry.detail("planned_for")),
        outcome=page.say(OUTCOMES[entry.detail("outcome")]) if entry.detail("outcome") else "",
    )
    is_theirs = entry.action in _FROM_APPLICANT
    text = entry.text if entry.action in (Action.REQUEST_REOPENING, Action.APPLICANT_MESSAGE) else ""
    return Values(when=page.moment(entry.at), title=words, text=text, from_us=not is_theirs)


def _body_name(site: Site, entry: HistoryEntry) -> str:
    body = site.city.body(entry.detail("body"))
    return body.name if body else ""


@view_config(
    route_name="follow_form", request_method="GET", renderer="follow_form.pt", permission=NO_PERMISSION_REQUIRED
)
def follow_form(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Ask for number and code."""
    request.page.title = request.page.say(_("Follow my application"))
    return {"number": "", "code": "", "error": ""}


@view_config(
    route_name="follow_form", request_method="POST", renderer="follow_form.pt", permission=NO_PERMISSION_REQUIRED
)
def open_follow_page(context: CitizenContext, request: Request) -> dict[str, Any] | Response:
    """Lead to the follow page. A wrong pair reveals nothing, and too many of them have to wait."""
    page = request.page
    page.title = page.say(_("Follow my application"))
    number, code = (str(request.POST.get(name, ""))[:80] for name in ("number", "code"))
    try:
        address, whole = request.services.following.find(number, code, request.client_addr or "")
    except NotFound:
        return {
            "number": number,
            "code": code,
            "error": page.say(_("We found no application with this number and code.")),
        }
    except TooManyTries as refused:
        request.response.status_int = 429
        request.response.headers["Retry-After"] = str(max(1, int(refused.wait.total_seconds())))
        return {"number": number, "code": code, "error": page.say(_("That was too many tries. Please wait a little."))}
    return HTTPSeeOther(request.route_path("follow", number=address, code=whole))
