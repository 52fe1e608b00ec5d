"""The parts of the entry that answer while somebody is speaking: who is calling, what it may be about, what to say."""

from collections.abc import Iterable
from typing import Any

import colander
from pyramid.request import Request

from ...domain.city import Body, Category
from ...domain.errors import InvalidInput
from ...domain.insults import mask_insults
from ...domain.matching import Subject
from ...domain.ticket import Ticket
from ...i18n import _
from ...services.numbers import show_phone
from ...storage import City, Site
from ..citizen.subjects import alarm_values, question_node, questions_cstruct, questions_of, subject_rows
from ..forms import Form
from ..labels import PROBLEMS, STATUSES
from ..page import Page
from ..values import Values
from .record_form import Typed, category_of, location, phone_of

__all__ = ["EMPTY_CALLER", "caller_values", "dangers_of", "help_values"]

_PROPOSED_FROM = 1000
_SNIPPET = 140

EMPTY_CALLER: dict[str, Any] = {
    "caller_note": "", "caller_note_tone": "", "people": [], "caller_tickets": [], "hidden_note": "", "more_note": "",
}  # fmt: skip
"""Nothing has been looked up."""


def caller_values(request: Request, site: Site, entry: Typed) -> dict[str, Any]:
    """Say who is known on the number that was typed; the look-up is written to the read log."""
    page: Page = request.page
    if not entry["phone"].strip() or "phone" in entry.errors:
        return EMPTY_CALLER
    try:
        phone = phone_of(request, entry)
    except InvalidInput as problem:
        return EMPTY_CALLER | {"caller_note": page.say(PROBLEMS[problem.problem]), "caller_note_tone": "soon"}
    known = request.services.contacts.known_on(site, phone, request.client_addr or "")
    shown = show_phone(phone)
    note = "" if known.people else page.say(_("${phone}: nobody is known on this number yet."), phone=shown)
    if known.hidden and not known.people:
        note = ""
    hidden = page.say(_("${count} more that you may not see"), count=known.hidden) if known.hidden else ""
    more = page.say(_("${count} older ones"), count=known.more) if known.more else ""
    return {
        "caller_note": note,
        "caller_note_tone": "none",
        "people": [
            Values(
                id=person.id,
                name=person.name or page.say(_("Name not given")),
                fill_name=person.name,
                fill_email=person.email,
                fill_address=person.address,
                count=person.tickets,
            )
            for person in known.people
        ],
        "caller_tickets": ticket_rows(page, site.city, known.tickets, known.owners, entry),
        "hidden_note": hidden,
        "more_note": more,
    }


def ticket_rows(
    page: Page, city: City, tickets: Iterable[Ticket], owners: Any, entry: Typed, *, owner_shown: bool = True
) -> list[Values]:
    """Return applications as the agent compares them with what is being said."""
    return [
        Values(
            address=ticket.address,
            number=ticket.number,
            href=page.url("staff.ticket", number=ticket.address),
            label=_label(page, city, ticket),
            where=", ".join(
                part for part in (city.territory.name_of(ticket.location.neighbourhood), ticket.location.words) if part
            ),
            status=page.say(STATUSES[ticket.status]),
            status_key=ticket.status.lower().replace("_", "-"),  # an ASCII code, not Turkish
            is_open=ticket.is_open,
            when=page.moment(ticket.created_at),
            snippet=mask_insults(" ".join(ticket.words.split()))[:_SNIPPET],
            owner=(owners.get(ticket.id) or "") if owner_shown else "",
            related=entry["related_to"] == ticket.address,
        )
        for ticket in tickets
    ]


def _label(page: Page, city: City, ticket: Ticket) -> str:
    category = city.category(ticket.category)
    return category.label_for(page.language) if category else str(page.say(_("Not sorted yet")))


def help_values(request: Request, site: Site, entry: Typed) -> dict[str, Any]:
    """Say what the words may be about, what is dangerous about it, what to ask and to say, and what is open there."""
    page: Page = request.page
    desk = request.services.city
    words = entry["words"][:_PROPOSED_FROM]
    chosen = category_of(site.city, entry["category"])
    category = chosen if isinstance(chosen, Category) else None
    proposed: list[Subject] = [one for one in desk.propose(site, words) if one != chosen]
    alarms = desk.dangers(site, words, category.code if category else "")
    named = desk.place_in(site, words)
    near = request.services.nearby.for_staff(site, category.code if category else None, location(entry, site.city))
    return {
        "proposals": subject_rows(page, [*([chosen] if chosen else []), *proposed]),
        "selected": entry["category"] if chosen else None,
        "name": "category",
        "oid": "r-category",
        "alarms": alarm_values(page, site.city, alarms),
        "said_place": named.name if named else "",
        "questions": _questions(request, site.city, entry),
        "guide": _guide(page, site.city, chosen),
        "near": ticket_rows(page, site.city, near, {}, entry, owner_shown=False),
    }


def _questions(request: Request, city: City, entry: Typed) -> str:
    """Draw the questions of the subject, with what was answered."""
    choice = entry["category"]
    asked = questions_of(city, choice, by_staff=True)
    if not asked:
        return ""
    node = question_node(request.page, city, choice, by_staff=True)
    node.widget.chosen = None  # what it says there is said to citizens
    schema = colander.SchemaNode(colander.Mapping(), name="record")
    schema.add(node)
    form = Form(request, schema, formid="record", action=request.page.url("staff.record"), buttons=())
    return form.part("questions", questions_cstruct(asked, entry.answers))


def _guide(page: Page, city: City, chosen: Subject | None) -> Values | None:
    """Return what to ask and what can be said at once about a subject."""
    if chosen is None:
        return None
    if isinstance(chosen, Body):
        return Values(
            title=chosen.name_for(page.language),
            script=[],
            answer=page.say(
                _("This is a matter of ${body}: ${subjects}"),
                body=chosen.name_for(page.language),
                subjects=chosen.subjects_for(page.language),
            ),
            phone=chosen.known_phone,
            note=page.say(_("Tell the caller whose matter it is, or record it: we forward it (law 3071, art. 5).")),
            department="",
            time="",
            documents=[],
            body="",
        )
    body = city.body(chosen.often_body)
    return Values(
        title=chosen.label_for(page.language),
        script=list(chosen.script),
        answer=chosen.first_answer or chosen.about_for(page.language),
        phone="",
        note=page.say(_("Confidential: only those with the named right read it.")) if chosen.sensitive else "",
        department=city.tree.name_of(city.tree.taking_over(chosen.department, page.today)),
        time=page.times.span(chosen.solve_within),
        documents=list(chosen.documents_for(page.language)),
        body=page.say(_("Often a matter of ${body}."), body=body.name_for(page.language)) if body else "",
    )


def dangers_of(page: Page, city: City) -> list[Values]:
    """Return every danger the city has told us of, for the emergency script."""
    return alarm_values(page, city, city.dangers)
