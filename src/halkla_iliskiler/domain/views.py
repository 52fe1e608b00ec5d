"""What a plugin is shown of an application or a ticket: frozen, made of plain values, without whom it is about."""

from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from .workflow import Action

__all__ = ["EVENT_NAMES", "ApplicationView", "Satisfaction", "TicketEvent", "TicketView"]


@dataclass(frozen=True)
class ApplicationView:
    """An application that is about to be registered, as ``choose_`` and ``check_`` hooks see it.

    ``words`` are the person's own, tidied, and may hold anything; who wrote them is not here: ``has_phone``,
    ``has_email`` and ``has_name`` say only what was left. ``is_recorded_by_staff`` tells what somebody said to a member
    of staff from what they sent themselves. ``category_department`` is the directorate the catalogue names for the
    subject, ``needs_contact`` what it says of anonymous applications. ``answers`` are what was given to the subject's
    questions, by the question's code. ``photos`` counts the files that came with it.
    """

    words: str
    kind: str = "COMPLAINT"
    channel: str = "web"
    language: str = "tr"
    at: datetime | None = None
    category: str | None = None
    category_department: str | None = None
    needs_contact: bool = False
    is_sensitive: bool = False
    neighbourhood: str | None = None
    place: str = ""
    street: str = ""
    latitude: float | None = None
    longitude: float | None = None
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sticker: str = ""
    suggested_body: str | None = None
    photos: int = 0
    has_name: bool = False
    has_phone: bool = False
    has_email: bool = False
    is_recorded_by_staff: bool = False

    @property
    def is_anonymous(self) -> bool:
        """Tell whether there is no way to reach whoever applies."""
        return not (self.has_phone or self.has_email)


@dataclass(frozen=True)
class Satisfaction:
    """How content an applicant said to be: 1 (not at all) to 5; ``method`` is how they were asked."""

    rating: int
    text: str
    at: datetime
    method: str
    by: str = ""


@dataclass(frozen=True)
class TicketView:
    """A ticket as plugins see it: no name, no address, no words of anybody.

    ``id`` and ``number`` name it; ``address`` is the number as web addresses spell it. Of a sensitive matter
    ``category``, ``neighbourhood`` and what belongs to them are empty: that there is one is all a plugin learns.
    ``due_at`` is when the promise that breaks first breaks; ``closed_at`` is when we were done with it. ``is_checked``
    is ``False`` while the centre has not accepted the outcome yet.
    """

    id: int
    number: str
    address: str = ""
    kind: str = "COMPLAINT"
    status: str = "NEW"
    channel: str = "web"
    language: str = "tr"
    regime: str = "SERVICE"
    category: str | None = None
    category_label: str = ""
    department: str | None = None
    department_name: str = ""
    neighbourhood: str | None = None
    neighbourhood_name: str = ""
    outcome: str | None = None
    created_at: datetime | None = None
    due_at: datetime | None = None
    closed_at: datetime | None = None
    planned_for: date | None = None
    is_sensitive: bool = False
    is_open: bool = True
    is_over: bool = False
    can_be_rated: bool = False
    satisfaction: Satisfaction | None = None


@dataclass(frozen=True)
class TicketEvent:
    """Something that happened to a ticket, as it is told to plugins after it was saved.

    ``key`` is the same over every attempt and every restart, and no other event of this plugin has it: let the other
    side notice a repetition by it. ``name`` is one of :data:`EVENT_NAMES`; ``at`` is when it happened, ``attempt``
    counts from 1. ``ticket`` is the ticket as it stands *now*, which may be further on than the event.
    """

    key: str
    name: str
    at: datetime
    ticket: TicketView
    attempt: int = 1


NAME_OF_ACTION = MappingProxyType(
    {
        "recorded": "filed",
        Action.ASSIGN.value: "assigned",
        Action.TAKE.value: "taken",
        Action.SEND_BACK.value: "sent_back",
        Action.ASK.value: "question_asked",
        Action.RESUME.value: "resumed",
        Action.REPLY.value: "answered",
        Action.PLAN.value: "planned",
        Action.REFER.value: "referred",
        Action.FINISH.value: "done",
        Action.ACCEPT.value: "done",
        Action.GIVE_BACK.value: "given_back",
        Action.CLOSE.value: "closed",
        Action.REOPEN.value: "reopened",
        Action.REQUEST_REOPENING.value: "reopening_requested",
        Action.REFUSE_REOPENING.value: "reopening_refused",
        Action.APPLICANT_MESSAGE.value: "applicant_wrote",
        Action.WITHDRAW.value: "withdrawn",
        Action.RATE.value: "rated",
    }
)
"""What the history calls it, and what plugins are told. Notes, opinions and marks are not here: they stay in."""

EVENT_NAMES = tuple(dict.fromkeys(NAME_OF_ACTION.values()))
"""Every name a :class:`TicketEvent` may have. ``done`` comes when the answer is out: an outcome that the centre has to
accept first is done when it is accepted."""
