"""What the follow page says: where it stands, what we answered, and what has happened until today."""

from collections.abc import Iterator
from typing import Any

from pyramid.request import Request

from ...domain.city import Category
from ...domain.moves import tells_applicant
from ...domain.ticket import Attachment, HistoryEntry, PhotoState, Ticket
from ...domain.workflow import Action
from ...i18n import _
from ...services.linking import MADE_OF
from ...storage import Site
from ..labels import FOLLOW_CHECKING, FOLLOW_STATES, FOLLOW_STEPS, FOLLOW_WITHDRAWN, OUTCOMES, RATINGS
from ..page import Page
from ..plugins.panels import Answered, follow_panels
from ..values import Values
from .consents import consent_values
from .follow_forms import Refused, follow_forms

__all__ = ["follow_page", "matter"]

_FROM_APPLICANT = frozenset(
    {
        "recorded",
        Action.REQUEST_REOPENING,
        Action.APPLICANT_MESSAGE,
        Action.WITHDRAW,
        Action.CHANGE_CONTACT,
        Action.RATE,
    }
)
# Others name a directorate that was asked or may read it, not one it lies with.
_MOVES_IT = frozenset({"recorded", MADE_OF, Action.ASSIGN, Action.SEND_BACK})
_PUBLIC_STEPS = ("assign", "take", "close", "reopen")


def follow_page(
    request: Request,
    site: Site,
    ticket: Ticket,
    code: str,
    refused: Refused | None = None,
    answered: Answered | None = None,
) -> dict[str, Any]:
    """Return everything the follow page shows."""
    page: Page = request.page
    page.title = page.say(_("Application ${number}"), number=ticket.number)
    title, text, tone = _state(ticket)
    photos = _Photos(page, ticket, code)
    entries = list(still_said(ticket))
    steps = (_step(page, site, place, entry, photos) for place, entry in entries)
    return {
        "number": ticket.number,
        "state_title": page.say(title),
        "state_text": page.say(text) if text else "",
        "tone": tone,
        "is_open": ticket.is_open,
        "due": ticket.next_due,
        "question": _question(page, ticket),
        "answers": list(_answers(page, site, ticket, photos))[::-1],
        "steps": [step for step in steps if step],
        "photos": photos.own(None),
        "receipt_url": page.url("receipt", number=ticket.address, code=code),
        "consents": consent_values(page, ticket),
        "consent_url": page.url("follow.consent", number=ticket.address, code=code),
        "panels": follow_panels(request, site, ticket, code, answered),
        **matter(page, site, ticket),
        **follow_forms(request, site, ticket, code, refused),
    }


def _state(ticket: Ticket) -> tuple[str, str, str]:
    if ticket.check_pending:
        return FOLLOW_CHECKING
    if ticket.outcome == "WITHDRAWN" and not ticket.is_open:
        return FOLLOW_WITHDRAWN
    return FOLLOW_STATES[ticket.status]


def matter(page: Page, site: Site, ticket: Ticket) -> dict[str, Any]:
    """Return what follow page and receipt repeat of the application."""
    category: Category | None = site.city.category(ticket.category)
    where = (site.city.territory.name_of(ticket.location.neighbourhood), ticket.location.words)
    return {
        "department_name": site.city.tree.name_for(ticket.department, page.language) or None,
        # What the centre sorts it under for itself is not for the applicant.
        "category": category.label_for(page.language) if category and category.is_public else "",
        "place": ", ".join(part for part in where if part),
        "words": ticket.words,
    }


class _Photos:
    """The photos of a ticket, as its applicant may see them."""

    def __init__(self, page: Page, ticket: Ticket, code: str) -> None:
        self._page = page
        self._ticket = ticket
        self._code = code

    def own(self, place: int | None) -> list[Values]:
        """Return the applicant's own photos that came with the history entry at *place*, or with the application."""
        mine = [photo for photo in self._ticket.attachments if not photo.by_staff]
        return [self._shown(photo) for photo in mine if photo.place == place]

    def before(self) -> list[Values]:
        """Return how it was: the applicant's photos that can be seen."""
        mine = [photo for photo in self._ticket.attachments if not photo.by_staff and photo.state == PhotoState.READY]
        return [self._shown(photo) for photo in mine]

    def after(self, place: int) -> list[Values]:
        """Return how it is now: the photos of the answer at *place*."""
        return [
            self._shown(photo) for photo in self._ticket.photos_of_answer(place) if photo.state != PhotoState.FAILED
        ]

    def _shown(self, photo: Attachment) -> Values:
        is_ready = photo.state == PhotoState.READY
        route = {"number": self._ticket.address, "code": self._code, "photo": photo.id}
        words = {
            PhotoState.RAW: _("This photo is being prepared."),
            PhotoState.FAILED: _("We cannot show this photo."),
            PhotoState.DOCUMENT: _("A paper: we keep it, and do not show it here."),
        }
        return Values(
            href=self._page.url("follow.photo", **route) if is_ready else None,
            name=photo.filename,
            note="" if is_ready else self._page.say(words[PhotoState(photo.state)]),
        )


def _answers(page: Page, site: Site, ticket: Ticket, photos: _Photos) -> Iterator[Values]:
    """Yield what we answered, in the name of the directorate it lay with at that time: never of a person."""
    department = ""
    for place, entry in still_said(ticket):
        if entry.action in _MOVES_IT:
            department = entry.detail("department")
        if not (entry.is_public and tells_applicant(entry.action)):
            continue
        after = photos.after(place)
        if entry.text or after:
            yield Values(
                when=page.moment(entry.at),
                text=entry.text,
                department_name=site.city.tree.name_for(department, page.language) or None,
                before=photos.before() if after else [],
                after=after,
            )


def still_said(ticket: Ticket) -> Iterator[tuple[int, HistoryEntry]]:
    """Yield the history without what was taken back before the applicant could be told."""
    withdrawn = ticket.withdrawn_entries
    return ((place, entry) for place, entry in ticket.history if place not in withdrawn)


def _question(page: Page, ticket: Ticket) -> Values | None:
    asked = ticket.open_question
    if asked is None:
        return None
    return Values(text=asked.text, when=page.moment(asked.at), how=page.say(_("You can answer right here.")))


def _sibling(site: Site, entry: HistoryEntry) -> str:
    """Return the number of the applicant's other ticket, when theirs was split; another person's is never named."""
    if entry.action not in (Action.SPLIT, MADE_OF):
        return ""
    other = site.tickets.get(int(entry.detail("ticket")))
    return other.number if other is not None else ""


def _step(page: Page, site: Site, place: int, entry: HistoryEntry, photos: _Photos) -> Values | None:
    """Return a history entry as the applicant reads it; internal ones are not theirs."""
    label = FOLLOW_STEPS.get(entry.action)
    if label is None or not (entry.is_public or entry.action in _PUBLIC_STEPS):
        return None
    body = site.city.body(entry.detail("body"))
    words = page.say(
        label,
        department=site.city.tree.name_for(entry.detail("department"), page.language),
        body=body.name_for(page.language) if body else "",
        planned_for=page.day(entry.detail("planned_for")),
        outcome=page.say(OUTCOMES[entry.detail("outcome")]) if entry.detail("outcome") else "",
        rating=page.say(RATINGS[entry.detail("rating")]) if entry.detail("rating") else "",
        ticket=_sibling(site, entry),
    )
    is_theirs = entry.action in _FROM_APPLICANT
    return Values(
        when=page.moment(entry.at),
        title=words,
        text=entry.text if is_theirs else "",
        from_us=not is_theirs,
        photos=photos.own(place) if is_theirs else [],
    )
