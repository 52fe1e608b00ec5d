"""What the ticket page shows, turned into words before the template sees it."""

from collections.abc import Iterator
from typing import Any

from pyramid.request import Request

from ...domain.access import PersonSeen, allows, person_seen
from ...domain.applicant import ContactDetails, mask_email, mask_name, mask_phone
from ...domain.clocks import Clock
from ...domain.outbox import Purpose
from ...domain.ticket import Attachment, PhotoState, Ticket
from ...domain.workflow import Action, Permission, TicketStatus
from ...i18n import _
from ...services.delivery import MessageState
from ...services.numbers import show_phone
from ...storage import Site
from ..labels import (
    CLOCKS,
    DELIVERY_STATES,
    KINDS,
    PHOTO_PROBLEMS,
    PURPOSES,
    RATINGS,
    STATUSES,
)
from ..page import Page
from ..plugins.panels import Answered, ticket_panels
from ..values import Values
from .action_bar import action_bar
from .facts import further, place_lines
from .history import history
from .neighbours import list_values
from .sharing import access_values
from .tags import tag_values
from .watching import others_words

__all__ = ["message_values", "ticket_page"]


def ticket_page(
    request: Request,
    site: Site,
    ticket: Ticket,
    *,
    active: Action | None = None,
    details: ContactDetails | None = None,
    reason_missing: bool = False,
    answered: Answered | None = None,
) -> dict[str, Any]:
    """Return everything the page shows. ``details`` are the unmasked ones where they were just opened."""
    page: Page = request.page
    shown = _ticket(request, site, ticket)
    page.title = f"{ticket.number} {shown.title}"
    return {
        "ticket": shown,
        "clocks": [_clock(page, clock) for clock in ticket.clocks],
        "applicant": _applicant(request, site, ticket, details),
        "reason_missing": reason_missing,
        "national_id": "",
        "history": list(history(request, site, ticket)),
        **action_bar(request, ticket, active),
        "action_form": None,
        "action_title": "",
        "conflict": None,
        "preview": None,
        "notifications": _notifications(request, site, ticket),
        **further(request, site, ticket),
        **access_values(request, site, ticket),
        **tag_values(request, ticket),
        "print_href": page.url("staff.print", number=ticket.address),
        **list_values(request, site, ticket),
        "others_here": others_words(request, ticket),
        "panels": ticket_panels(request, site, ticket, answered),
        "watching_href": page.url("staff.watching", number=ticket.address) + f"?surum={ticket.revision}",
    }


def _ticket(request: Request, site: Site, ticket: Ticket) -> Values:
    page: Page = request.page
    city = site.city
    category = city.category(ticket.category)
    channels = request.assembly.extensions.channels
    names = site.users.get(ticket.assignee) if ticket.assignee else None

    def channel(code: str) -> str:
        return page.say(channels[code].label) if code in channels else code

    return Values(
        number=ticket.number,
        href=page.url("staff.ticket", number=ticket.address),
        title=category.label if category else page.say(_("Not sorted yet")),
        status=page.say(STATUSES[ticket.status]),
        status_key=_key(ticket.status),
        kind=page.say(KINDS[ticket.kind]),
        channel=channel(ticket.channel),
        filed=page.moment(ticket.created_at),
        words=ticket.words,
        contacts=[
            Values(when=page.moment(c.at), channel=channel(c.channel), words=c.words) for c in ticket.contacts[1:]
        ],
        photos=[_photo(request, ticket, photo) for photo in ticket.attachments],
        place_lines=place_lines(page, city, ticket),
        department=city.tree.name_of(ticket.department),
        assignee=(names.name if names else ticket.assignee) or "",
        sensitive=ticket.sensitive,
        revision=ticket.revision,
        notices=[*_notices(page, site, ticket), *_said_after(page, ticket)],
        mention_href=page.url("staff.seen", number=ticket.address) if request.identity.id in ticket.mentioned else None,
    )


def _key(code: str) -> str:
    return code.lower().replace("_", "-")  # an ASCII code, not Turkish


_SAVED = (PhotoState.FAILED, PhotoState.DOCUMENT)
"""What is only ever saved, never shown."""


def _photo(request: Request, ticket: Ticket, photo: Attachment) -> Values:
    """Say how a photo stands; what was sent is in nobody's browser before it was made anew.

    What somebody called their photo may name them, and what a camera wrote into one that failed tells where they live.
    """
    page: Page = request.page
    is_named = photo.by_staff or person_seen(request.identity, ticket) is PersonSeen.NAME
    href = page.url("staff.attachment", number=ticket.address, attachment=photo.id)
    note = ""
    if photo.state == PhotoState.RAW:
        note = page.say(_("being prepared"))
    elif photo.state == PhotoState.FAILED:
        why = page.say(PHOTO_PROBLEMS.get(photo.problem, PHOTO_PROBLEMS["killed"]))
        note = page.say(_("could not be prepared: ${why}"), why=why)
    elif photo.state == PhotoState.DOCUMENT:
        note = page.say(_("scanned paper"))
    return Values(
        href=href if photo.state == PhotoState.READY else None,
        download_href=href if photo.state in _SAVED and is_named else None,
        name=photo.filename if is_named else f"{page.say(_('photo'))} {photo.id}",
        size=f"{max(1, photo.size // 1024)} kB",
        note=note,
        of_answer=photo.by_staff,
    )


def _notices(page: Page, site: Site, ticket: Ticket) -> Iterator[Values]:
    if ticket.opinion_from:
        asked = site.city.tree.name_of(ticket.opinion_from)
        text = _("${department} is asked for its opinion and sees this until it has answered.")
        yield Values(tone="info", text=page.say(text, department=asked))
    if ticket.check_pending:
        yield Values(
            tone="soon",
            text=page.say(_("Finished by the directorate; the centre has to accept it before the answer goes out.")),
        )
    if ticket.status == TicketStatus.PLANNED and ticket.planned_for:
        day = page.day(ticket.planned_for.isoformat())
        yield Values(tone="info", text=page.say(_("Planned for ${day}."), day=day))
    if ticket.status == TicketStatus.REOPEN_REQUESTED:
        yield Values(tone="soon", text=page.say(_("The applicant says it is not solved; somebody has to decide.")))


def _said_after(page: Page, ticket: Ticket) -> Iterator[Values]:
    """Yield what the applicant has told on the follow page that is no message."""
    if ticket.satisfaction is not None:
        rating = page.say(RATINGS[str(ticket.satisfaction)])
        tone = "ok" if ticket.satisfaction > 2 else "soon"
        words = page.say(_("How content the applicant is: ${rating} (${points} of 5)"), rating=rating,
                         points=ticket.satisfaction)  # fmt: skip
        yield Values(tone=tone, text=words)
    if ticket.details.phone and ticket.details.phone in ticket.wrong_phones:
        text = _("Somebody else answers on the telephone number: write a letter if you know an address, or ask again.")
        yield Values(tone="soon", text=page.say(text))
    if ticket.phone_is_unproven:
        text = _("The telephone number was changed on the follow page and could not be checked.")
        yield Values(tone="info", text=page.say(text))


def _clock(page: Page, clock: Clock) -> Values:
    label = page.say(CLOCKS[clock.kind])
    if clock.ended_at is None:
        due = page.due(clock.due_at)
        words, tone = page.times.short_due(clock.due_at)
        return Values(label=label, words=words, tone=tone, exact=due.exact, note="")
    is_late = clock.ended_at > clock.due_at
    words = page.say(_("met too late")) if is_late else page.say(_("met"))
    return Values(
        label=label, words=words, tone="late" if is_late else "ok", exact=page.times.exact(clock.ended_at), note=""
    )


def _applicant(request: Request, site: Site, ticket: Ticket, opened: ContactDetails | None) -> Values | None:
    page: Page = request.page
    seen = person_seen(request.identity, ticket)
    if seen is PersonSeen.NOTHING:
        # Whether anybody left a name at all is not said either.
        return Values(is_hidden=True)
    applicant = site.applicants.get(ticket.applicant_id) if ticket.applicant_id is not None else None
    if applicant is None:
        return None
    details = opened or ticket.details
    may_open = seen is PersonSeen.NAME
    is_masked = opened is None
    return Values(
        is_hidden=False,
        is_secret=ticket.hides_identity,
        # A name is what a clerk addresses somebody by; a crew, which may open nothing, sees initials.
        name=(details.name if may_open else mask_name(details.name)) or page.say(_("Name not given")),
        phone_masked=_phone(details.phone, masked=is_masked),
        email_masked=mask_email(details.email) if details.email and is_masked else details.email,
        address_masked="•••" if details.address and is_masked else details.address,
        others=[
            Values(
                number=other.number,
                href=page.url("staff.ticket", number=other.address),
                label=_label(page, site, other),
                status=page.say(STATUSES[other.status]),
                status_key=_key(other.status),
            )
            for other in _others(request, site, applicant.tickets, ticket)
        ],
        opened=not is_masked,
        phone_href=f"tel:{details.phone}" if details.phone and not is_masked else None,
        contact_href=page.url("staff.contact", number=ticket.address)
        if may_open and is_masked and (_reachable(details) or ticket.national_id)
        else None,
    )


def _reachable(details: ContactDetails) -> bool:
    return not details.is_empty or bool(details.address)


def _phone(phone: str, *, masked: bool) -> str:
    if not phone:
        return ""
    return mask_phone(phone) if masked else show_phone(phone)


_LOOKED_THROUGH = 100


def _others(request: Request, site: Site, identities: Any, ticket: Ticket, limit: int = 5) -> list[Ticket]:
    found = []
    # Of somebody who applies every day only the newest are looked through.
    for identity in reversed(list(identities)[-_LOOKED_THROUGH:]):
        other = site.tickets[identity]
        if other.id != ticket.id and _may_be_connected(request, other):
            found.append(other)
        if len(found) == limit:
            break
    return found


def _may_be_connected(request: Request, other: Ticket) -> bool:
    """Tell whether somebody may know that *other* is the same person's."""
    identity = request.identity
    return allows(identity, Permission.VIEW, other) and person_seen(identity, other) is not PersonSeen.NOTHING


def _label(page: Page, site: Site, ticket: Ticket) -> str:
    category = site.city.category(ticket.category)
    return category.label if category else page.say(_("Not sorted yet"))


def _notifications(request: Request, site: Site, ticket: Ticket) -> list[Values]:
    may_send = allows(request.identity, Permission.RESEND, ticket)
    states = request.services.delivery.states_of(site, ticket)
    return [message_values(request, state, ticket.address if may_send else None) for state in states]


def message_values(request: Request, state: MessageState, address: str | None) -> Values:
    """Say what became of a message; with the ticket's *address* it can be sent again or marked as told."""
    page: Page = request.page
    words, tone = DELIVERY_STATES[state.state]
    method = request.assembly.extensions.feedback_methods.get(state.method)
    # A notice to a directorate that did not arrive comes with the next one.
    is_sendable = state.state in ("DELIVERED", "UNDELIVERABLE", "PENDING") and not state.told_by
    is_sendable = is_sendable and state.purpose != Purpose.DEPARTMENT_NOTICE
    route = {"entry": state.entry_id, "number": address}
    return Values(
        what=page.say(PURPOSES[state.purpose]),
        method=page.say(method.label) if method else state.method,
        state=page.say(_("told by telephone")) if state.told_by else page.say(words),
        tone="late" if state.last_error and state.state == "PENDING" else tone,
        when=page.moment(state.delivered_at or state.created_at),
        to_masked=state.masked_address,
        error=state.last_error,
        attempts=str(state.attempts),
        resend_href=page.url("staff.resend", **route) if address and is_sendable else None,
        told_href=page.url("staff.told", **route) if address and state.state == "TO_BE_TOLD" else None,
        next_words=page.due(state.next_attempt).words if state.next_attempt else "",
    )
