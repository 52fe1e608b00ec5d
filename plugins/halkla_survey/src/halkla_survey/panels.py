"""The question on the follow page, and on the ticket's page for whoever has the applicant on the telephone."""

from collections.abc import Mapping

from halkla_iliskiler.api import Asked, House, Panel, Refused, Said, TicketView

from .answers import State, method_on_page, record, state_of
from .settings import Settings
from .words import METHODS, RATINGS, _

__all__ = ["follow_panel", "telephone_panel"]

_MOST_TEXT = 2000


def follow_panel(ticket: TicketView, house: House) -> list[Panel]:
    """Return the question as the applicant sees it, as long as it is open or its answer can be changed."""
    state = state_of(ticket, Settings.of(house.settings), house.now())
    if state is State.CLOSED:
        return []
    title = _("One question, if you like") if state is State.OPEN else _("What you told us")
    return [Panel("rating", title, "halkla_survey:templates/rating.pt", _values(ticket, state), _said_on_page)]


def telephone_panel(ticket: TicketView, house: House) -> list[Panel]:
    """Return the question as an agent asks it on the telephone."""
    settings = Settings.of(house.settings)
    state = state_of(ticket, settings, house.now())
    if not settings.by_telephone or state is State.CLOSED:
        return []
    template = "halkla_survey:templates/telephone.pt"
    values = _values(ticket, state)
    return [Panel("telephone", _("How content the applicant is"), template, values, _said_on_telephone, "record")]


def _values(ticket: TicketView, state: State) -> Mapping[str, object]:
    said = ticket.satisfaction if state is not State.OPEN else None
    return {
        "is_open": state is State.OPEN,
        "can_change": state in (State.OPEN, State.CHANGEABLE),
        "ratings": [{"code": code, "words": words} for code, words in RATINGS.items()],
        "rating": str(said.rating) if said else "",
        "rating_words": RATINGS[str(said.rating)] if said else "",
        "method_words": METHODS.get(said.method, "") if said else "",
        "text": said.text if said else "",
        "is_refused": False,
    }


def _said_on_page(asked: Asked, ticket: TicketView, house: House) -> Said:
    return _said(asked, ticket, house, method_on_page(house, ticket), _("Thank you for telling us."))


def _said_on_telephone(asked: Asked, ticket: TicketView, house: House) -> Said:
    return _said(asked, ticket, house, "telephone", _("Written down. Thank the applicant for the answer."))


def _said(asked: Asked, ticket: TicketView, house: House, method: str, done: str) -> Said:
    rating, text = asked.form.get("rating", ""), asked.form.get("text", "").strip()
    typed = {"rating": rating, "text": text, "is_refused": True}
    if state_of(ticket, Settings.of(house.settings), house.now()) not in (State.OPEN, State.CHANGEABLE):
        return Said(problem=_("The answer cannot be changed any more."), values=typed)
    if rating not in RATINGS:
        return Said(problem=_("Please choose one of the answers."), values=typed)
    if len(text) > _MOST_TEXT:
        return Said(problem=_("That is too long. Please say it in fewer words."), values=typed)
    try:
        record(house, ticket, int(rating), text, method)
    except Refused as refused:
        return Said(problem=str(refused), values=typed)
    return Said(message=done)
