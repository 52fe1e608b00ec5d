"""What else is known of a ticket: who applied and how they want to be told, what is like it, what is odd about it."""

from collections.abc import Iterable, Iterator
from typing import Any

from pyramid.request import Request

from ...domain.access import PersonSeen, allows, person_seen
from ...domain.applicant import ApplicantKind, mask_name
from ...domain.ticket import PhotoState, Ticket, address_of
from ...domain.workflow import Action, Permission
from ...i18n import _
from ...index import Row
from ...storage import City, Site
from ..labels import APPLICANT_KINDS, CONSENTS, STATUSES, SUSPICIONS
from ..page import Page
from ..values import Values
from .entry_facts import entry_facts, missing_notice

__all__ = ["further", "place_lines"]

_LINKED = 8


def further(request: Request, site: Site, ticket: Ticket) -> dict[str, Any]:
    """Return what the page shows beyond the words, the history and the person."""
    return {
        "person_facts": list(_person(request, ticket)),
        "consents": list(_consents(request.page, ticket)),
        "kin": list(_kin(request, site, ticket)),
        "referrals": list(_referrals(request.page, site, ticket)),
        "oddities": list(_oddities(request.page, ticket)),
        "trust_href": _trust_href(request, ticket),
        "answers": list(_answers(request.page, ticket)),
        "suggestion": _suggestion(request, site, ticket),
        "entry_facts": list(entry_facts(request, ticket)),
        "missing": missing_notice(request, site, ticket),
    }


def place_lines(page: Page, city: City, ticket: Ticket) -> list[str]:
    """Return where it is, from the neighbourhood to the point on the ground."""
    place = ticket.location
    point = place.point
    found = [city.territory.name_of(place.neighbourhood), place.street, place.text]
    if point is not None:
        found.append(page.say(_("Point: ${north}, ${east}"), north=point.latitude, east=point.longitude))
    return [line for line in found if line]


def _answers(page: Page, ticket: Ticket) -> Iterator[Values]:
    """Yield what was answered to the questions of the subject, as it was asked then."""
    for code, label, answer in ticket.answers:
        # What was photographed stands among the photos; here is the way to it.
        photo = next((photo for photo in ticket.attachments if photo.question == code), None)
        is_ready = photo is not None and photo.state == PhotoState.READY
        href = page.url("staff.attachment", number=ticket.address, attachment=photo.id) if is_ready and photo else None
        yield Values(label=label, text=answer, href=href)
    if ticket.sticker:
        yield Values(label=page.say(_("Sticker")), text=ticket.sticker, href=None)


def _suggestion(request: Request, site: Site, ticket: Ticket) -> Values | None:
    """Say whose subject the applicant thinks it is, while it lies here and nobody has decided."""
    body = site.city.body(ticket.suggested_body)
    if body is None or not ticket.is_open or any(referral.body == body.code for referral in ticket.referrals):
        return None
    page: Page = request.page
    may_refer = Action.REFER in request.services.handling.possible_actions(ticket)
    return Values(
        text=page.say(_("The applicant chose ${body} as whose subject it is."), body=body.name),
        href=page.url("staff.action", number=ticket.address, action=Action.REFER.value) + "#action"
        if may_refer
        else None,
    )


def _person(request: Request, ticket: Ticket) -> Iterator[Values]:
    page: Page = request.page
    seen = person_seen(request.identity, ticket)
    if seen is PersonSeen.NOTHING:
        return
    who = ticket.representation
    may_open = seen is PersonSeen.NAME
    if who.kind != ApplicantKind.PERSON:
        yield Values(label=page.say(_("Applies as")), text=page.say(APPLICANT_KINDS[who.kind]))
    if who.organisation:
        yield Values(label=page.say(_("Title")), text=who.organisation if may_open else mask_name(who.organisation))
    if who.on_behalf_of:
        name = who.on_behalf_of if may_open else mask_name(who.on_behalf_of)
        yield Values(label=page.say(_("Writes for")), text=name)
    if may_open and ticket.national_id:
        masked = request.services.national_ids.masked(ticket)
        yield Values(label=page.say(_("Identity number")), text=masked or page.say(_("kept, but not with this key")))
    if who.language_note:
        yield Values(label=page.say(_("Would like to speak")), text=who.language_note)
    if ticket.preferred_method:
        method = request.assembly.extensions.feedback_methods.get(ticket.preferred_method)
        label = page.say(method.label) if method else ticket.preferred_method
        yield Values(label=page.say(_("Wants to be told by")), text=label)


def _consents(page: Page, ticket: Ticket) -> Iterator[Values]:
    for consent in ticket.consents:
        text = page.say(CONSENTS[consent.purpose]) if consent.purpose in CONSENTS else consent.purpose
        moment = page.moment(consent.withdrawn_at or consent.given_at)
        words = _("permitted ${when}") if consent.stands else _("taken back ${when}")
        yield Values(text=text, when=page.say(words, when=moment.words), exact=moment.exact, stands=consent.stands)


def _kin(request: Request, site: Site, ticket: Ticket) -> Iterator[Values]:
    """Yield groups of others: what staff have linked, what the applicants say, those with the same words."""
    page: Page = request.page
    lists = request.services.lists
    yield from _linked(request, site, ticket)
    if ticket.related_to is not None and lists.visible(ticket.related_to):
        older = site.tickets[ticket.related_to]
        yield Values(title=page.say(_("Same thing, the applicant says")), links=[_link(page, site, older)])
    newer = lists.related(ticket, _LINKED)
    if newer:
        title = page.say(_("Added themselves to this one: ${count}"), count=_up_to(newer))
        yield Values(title=title, links=_links(page, site, newer))
    same = lists.same_words(ticket, _LINKED)
    if same:
        title = page.say(_("${count} others with the same words"), count=_up_to(same))
        yield Values(title=title, links=_links(page, site, same))
    shown = {row.id for row in (*newer, *same)}
    named = {ticket.id, ticket.related_to, ticket.duplicate_of, *ticket.duplicates, *ticket.splits, *shown}
    around = request.services.nearby.for_staff(site, ticket.category, ticket.location) if ticket.is_open else []
    near = [_link(page, site, other) for other in around if other.id not in named]
    if near:
        yield Values(title=page.say(_("Open nearby, on the same subject")), links=near)


def _linked(request: Request, site: Site, ticket: Ticket) -> Iterator[Values]:
    page: Page = request.page
    made_of, main = [ticket.split_from] if ticket.split_from else [], ticket.duplicate_of
    groups = (
        (_("Same thing as"), [main] if main else []),
        (_("Duplicates: ${count}"), ticket.duplicates),
        (_("Made of a part of"), made_of),
        (_("Made of parts of this one"), ticket.splits),
    )
    for title, identities in groups:
        found = (site.tickets.get(identity) for identity in identities)
        seen = [other for other in found if other is not None and allows(request.identity, Permission.VIEW, other)]
        if seen:
            links = [_link(page, site, other) for other in seen]
            yield Values(title=page.say(title, count=len(identities)), links=links)


def _referrals(page: Page, site: Site, ticket: Ticket) -> Iterator[Values]:
    """Yield the bodies it was handed to, each with its covering letter."""
    for place, referral in enumerate(ticket.referrals):
        body = site.city.body(referral.body)
        follow_up = page.day(referral.follow_up_on.isoformat()) if referral.follow_up_on else ""
        yield Values(
            body=body.name if body else referral.body,
            when=page.moment(referral.at),
            follow_up=page.say(_("Ask again on ${day}"), day=follow_up) if follow_up else "",
            letter_href=page.url("staff.letter", number=ticket.address, referral=place + 1),
        )


def _up_to(rows: list[Row]) -> str:
    return f"{_LINKED}+" if len(rows) == _LINKED else str(len(rows))


def _links(page: Page, site: Site, rows: Iterable[Row]) -> list[Values]:
    return [_link(page, site, site.tickets[row.id]) for row in rows if row.id in site.tickets]


def _link(page: Page, site: Site, ticket: Ticket) -> Values:
    category = site.city.category(ticket.category)
    return Values(
        number=ticket.number,
        href=page.url("staff.ticket", number=address_of(ticket.id)),
        label=category.label if category else page.say(_("Not sorted yet")),
        status=page.say(STATUSES[ticket.status]),
        status_key=ticket.status.lower().replace("_", "-"),  # an ASCII code, not Turkish
    )


def _oddities(page: Page, ticket: Ticket) -> Iterator[Values]:
    if ticket.suspicions:
        reasons = ", ".join(page.say(SUSPICIONS[code]) for code in ticket.suspicions if code in SUSPICIONS)
        yield Values(tone="soon", text=page.say(_("Perhaps no person wrote this: ${reasons}."), reasons=reasons))
    if ticket.from_slow_lane:
        text = _("It came past the limit of its connection or telephone, in the lane that lets one a minute pass.")
        yield Values(tone="info", text=page.say(text))
    if ticket.repeats:
        text = _("The same sender sent these words ${count} times within a minute; it is one application.")
        yield Values(tone="info", text=page.say(text, count=ticket.repeats + 1))


def _trust_href(request: Request, ticket: Ticket) -> str | None:
    may = bool(ticket.suspicions) and allows(request.identity, Permission.NOTE, ticket)
    return str(request.page.url("staff.trust", number=ticket.address)) if may else None
