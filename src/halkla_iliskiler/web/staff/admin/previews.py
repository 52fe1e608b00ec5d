"""How a ready answer will look: for an invented application, in each way of telling people, with its length."""

import math
from datetime import timedelta
from typing import Any

from pyramid.request import Request

from ....domain.applicant import ContactDetails
from ....domain.city import Category, ReplyTemplate
from ....domain.feedback import FeedbackMethod
from ....domain.outbox import DeliveryState, Purpose
from ....domain.ticket import Contact, Location, Ticket
from ....i18n import _
from ....services.telling import compose, spoken
from ....storage import City, Site
from ...page import Page
from ...values import Values
from ..ready_answers import filled

__all__ = ["previews"]

_SEQUENCE = 123
_SENTENCES_A_MINUTE = 130  # words a minute, read aloud without haste


def previews(request: Request, site: Site, template: ReplyTemplate) -> list[Values]:
    """Return what an invented applicant would be told, a way of telling each."""
    page: Page = request.page
    ticket = _invented(request, site.city, template)
    planned = request.services.today + timedelta(days=7)
    body = site.city.offered_bodies[0].code if site.city.offered_bodies else ""
    text = filled(page, site, ticket, template, {"date": planned.isoformat(), "body": body})
    purpose = Purpose.QUESTION if template.purpose == "question" else Purpose.ANSWER
    methods = request.assembly.extensions.feedback_methods.values()
    return [_preview(request, ticket, purpose, text, method) for method in methods]


def _preview(request: Request, ticket: Ticket, purpose: Purpose, text: str, method: FeedbackMethod) -> Values:
    page, assembly = request.page, request.assembly
    subject, whole = "", text
    if method.initial_state is DeliveryState.PENDING:
        link = f"{assembly.options.base_url}/takip/{ticket.address}/••••"
        note = compose(assembly, ticket, purpose, text, key="", address="", link=link)
        subject, whole = note.subject, note.body.strip()
    elif method.initial_state is DeliveryState.TO_BE_TOLD:
        whole = "\n\n".join(spoken(assembly, ticket, purpose, text))
    return Values(
        method=page.say(method.label),
        subject=subject,
        text=whole,
        length=_length(page, method, whole),
    )


def _length(page: Page, method: FeedbackMethod, text: str) -> str:
    if method.part_length:
        parts = math.ceil(len(text) / method.part_length)
        return str(page.say(_("${signs} characters, ${parts} message parts"), signs=len(text), parts=parts))
    if method.initial_state is DeliveryState.TO_BE_TOLD:
        seconds = max(5, round(len(text.split()) * 60 / _SENTENCES_A_MINUTE / 5) * 5)
        return str(
            page.say(_("${signs} characters, about ${seconds} seconds to say"), signs=len(text), seconds=seconds)
        )
    return str(page.say(_("${signs} characters"), signs=len(text)))


def _invented(request: Request, city: City, template: ReplyTemplate) -> Ticket:
    """Return an application that nobody has made and that is kept nowhere."""
    services = request.services
    category = _subject(city, template)
    place = next(iter(city.territory.in_order()), None)
    now = services.now()
    year = services.today.year
    contact = Contact(
        id=0,
        at=now,
        channel="web",
        words=request.page.say(_("An invented application, for this preview only.")),
        intake_key="",
        privacy_version="",
        details=ContactDetails("Ayşe Örnek", "", "ayse@example.org"),
    )
    values: dict[str, Any] = {
        "identity": year * 10**8 + _SEQUENCE,
        "number": request.assembly.extensions.brand.number_pattern.format(year=year, sequence=_SEQUENCE),
        "kind": "COMPLAINT",
        "regime": category.regime if category is not None else "SERVICE",
        "contact": contact,
        "location": Location(neighbourhood=place.code if place is not None else None),
        "category": category.code if category is not None else None,
        "department": category.department if category is not None else None,
        "sensitive": False,
        "clocks": (),
    }
    return Ticket(**values)


def _subject(city: City, template: ReplyTemplate) -> Category | None:
    if found := city.category(template.category):
        return found
    fitting = [one for one in city.offered if template.group in ("", one.group) and one.is_public and not one.sensitive]
    return next(iter(fitting), None)
