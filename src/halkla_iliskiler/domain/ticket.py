"""A ticket (başvuru) and what hangs on it: contacts, place, clocks, history, attachments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from BTrees.IOBTree import IOBTree
from persistent import Persistent
from ZODB.blob import Blob

from .applicant import IN_PERSON, NOBODY, ContactDetails, Representation
from .clocks import Clock, ClockKind
from .consent import Consent
from .geo import Point
from .outbox import CallGroup
from .undo import UNDO, Undoable
from .workflow import OPEN_STATUSES, Action, Fact, Kind, Outcome, TicketStatus

__all__ = [
    "Attachment",
    "Contact",
    "HistoryEntry",
    "Location",
    "PhotoState",
    "Referral",
    "Ticket",
    "address_of",
    "id_from_address",
    "ticket_id",
]

_SEQUENCES = 10**8


def ticket_id(year: int, sequence: int) -> int:
    """Return the identity of the *sequence*-th ticket of a year; identities sort by age."""
    return year * _SEQUENCES + sequence


def address_of(identity: int) -> str:
    """Return the number as web addresses spell it, whatever the brand prints: ``2026-000123``."""
    year, sequence = divmod(identity, _SEQUENCES)
    return f"{year}-{sequence:06d}"


def id_from_address(address: str) -> int | None:
    """Return the identity that an address names, or ``None`` when it is not one."""
    year, dash, sequence = address.strip().partition("-")
    digits = year + sequence
    if not dash or len(year) != 4 or not 1 <= len(sequence) <= 8 or not (digits.isascii() and digits.isdigit()):
        return None
    return ticket_id(int(year), int(sequence))


@dataclass(frozen=True)
class Location:
    """Where the matter is: a neighbourhood, a street, the citizen's own words, a point. Not where they live."""

    neighbourhood: str | None = None
    text: str = ""
    latitude: float | None = None
    longitude: float | None = None
    street: str = ""

    @property
    def point(self) -> Point | None:
        """The point, where there is one."""
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)

    @property
    def words(self) -> str:
        """Street and description, as one line."""
        return ", ".join(part for part in (self.street, self.text) if part)


@dataclass(frozen=True)
class Contact:
    """One time somebody reached us (görüşme kaydı). ``words`` are kept as they came and never changed.

    ``staff`` is who recorded it, empty when the person wrote it themselves. ``privacy_version`` is the version of
    the privacy notice that was shown (law 6698, art. 10). ``intake_key`` makes the same thing sent twice one ticket.
    ``fields`` are the channel's own, as pairs of a code and a value: foreign number, registry date, link.
    """

    id: int
    at: datetime
    channel: str
    words: str
    intake_key: str
    privacy_version: str
    staff: str = ""
    details: ContactDetails = NOBODY
    fields: tuple[tuple[str, str], ...] = ()

    def field(self, code: str) -> str:
        """Return the value of one of the channel's fields, or an empty string."""
        return dict(self.fields).get(code, "")


@dataclass(frozen=True)
class Referral:
    """The matter was handed to another body (law 3071, art. 5: forward it and tell the applicant)."""

    body: str
    at: datetime
    text: str
    follow_up_on: date | None = None


@dataclass(frozen=True)
class HistoryEntry:
    """Something that happened to a ticket; never changed afterwards.

    ``text`` is what was said. ``is_public`` entries are what the applicant reads on the follow page. ``details`` are
    pairs of a name and a code (department, assignee, outcome, body …), rendered in the reader's language.
    """

    at: datetime
    actor: str
    actor_name: str
    action: str
    from_status: str
    to_status: str
    text: str = ""
    is_public: bool = False
    details: tuple[tuple[str, str], ...] = ()

    def detail(self, name: str) -> str:
        """Return the code recorded under *name*, or an empty string."""
        return dict(self.details).get(name, "")

    def details_of(self, name: str) -> tuple[str, ...]:
        """Return every code recorded under *name* (several colleagues may be mentioned)."""
        return tuple(code for known, code in self.details if known == name)


class PhotoState(StrEnum):
    """Where a photo stands on its way to be seen."""

    RAW = "RAW"  # as it was sent: nobody is shown it before the worker has made it anew
    READY = "READY"  # made anew: upright, of a size to be looked at, with nothing in it but the picture
    FAILED = "FAILED"  # it could not be made anew; kept as it was sent, to be downloaded by staff who want to
    DOCUMENT = "DOCUMENT"  # no photo but a paper that staff have scanned; kept as it is, to be downloaded by staff


class Attachment(Persistent):
    """A photo that came with a contact or an answer. The content is a blob; the name is only ever shown.

    ``place`` is the place in the history of what it came with, ``None`` for the application itself; ``by_staff``
    tells the photos of an answer from the applicant's own. ``problem`` says why it could not be made anew;
    ``question`` is the code of the subject's question it answers.
    """

    state: str = PhotoState.RAW.value
    attempts = 0
    problem = ""
    place: int | None = None
    by_staff = False
    question = ""
    next_attempt: datetime | None = None

    def __init__(self, identity: int, filename: str, content_type: str, size: int, at: datetime, blob: Blob) -> None:
        self.id = identity
        self.filename = filename
        self.content_type = content_type
        self.size = size
        self.at = at
        self.blob = blob


class Ticket(Persistent):
    """One matter that a directorate answers in time. Its number never changes and is never given twice."""

    # New attributes get their default here, so that tickets written by an earlier version need no migration.
    applicant_id: int | None = None
    language: str = "tr"
    assignee: str | None = None
    outcome: str | None = None
    planned_for: date | None = None
    needs_check = False
    check_pending = False
    referrals: tuple[Referral, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    notifications: tuple[int, ...] = ()
    duplicate_of: int | None = None
    duplicates: tuple[int, ...] = ()
    """The tickets that are about the same thing as this one, oldest mark first."""
    split_from: int | None = None
    splits: tuple[int, ...] = ()
    """The tickets that were made of a part of this one."""
    opinion_from: str | None = None
    """The directorate that was asked for its opinion and has not given it; it is in ``shared_with`` until it has."""
    mentioned: tuple[str, ...] = ()
    """User names of those who were mentioned and have not read it."""
    undoable: Undoable | None = None
    """What the last action changed, as long as it might be taken back."""
    # The identity number a law asked for, encrypted (services/national_ids.py); empty where none did.
    national_id = ""
    suggested_body: str | None = None
    answers: tuple[tuple[str, str, str], ...] = ()
    sticker: str = ""
    # The older application that this one's writer says is about the same thing.
    related_to: int | None = None
    representation: Representation = IN_PERSON
    # The code of the way the applicant asked to be told by; empty leaves it to us.
    preferred_method: str = ""
    consents: tuple[Consent, ...] = ()
    # Why it looks as if no person had written it; codes. Emptied when staff say it is real.
    suspicions: tuple[str, ...] = ()
    # It came past the limit of its sender, through the lane that lets one a minute pass.
    from_slow_lane = False
    # How often the same sender sent the same words again within a minute.
    repeats = 0
    shared_with: tuple[str, ...] = ()
    """Directorates that see it besides the one that handles it."""
    names_hidden = False
    """Set when its category hides who complains; it stays hidden when the ticket is sorted elsewhere."""
    # Numbers somebody else answered on: nobody calls them again.
    wrong_phones: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """A city's free words on it (see :mod:`.tagging`), in the order given."""
    announced_to: str | None = None
    """The directorate that was last told that it has this; ``None`` in data of a version that told nobody."""
    reach: ContactDetails | None = None
    """How the applicant wants to be reached since they have changed it on the follow page."""
    phone_is_unproven = False
    """Set when a telephone was changed where nothing can prove that it is theirs."""
    reopenings = 0
    """How often it was opened again; counted since the numbers of the day ask for it."""
    satisfaction: int | None = None
    satisfaction_text = ""
    satisfaction_at: datetime | None = None
    satisfaction_method = ""
    """How they were asked; empty in data of a version that asked on the follow page alone."""
    satisfaction_by = ""
    """The user name of who wrote the answer down; empty when the applicant did."""
    version = 0
    """Rises with every change, a delivered message too: by it the index knows what is newer."""

    def __init__(
        self,
        identity: int,
        number: str,
        kind: str,
        regime: str,
        contact: Contact,
        location: Location,
        category: str | None,
        department: str | None,
        sensitive: bool,
        clocks: tuple[Clock, ...],
    ) -> None:
        self.id = identity
        self.number = number
        self.kind = kind
        self.regime = regime
        self.status: str = TicketStatus.NEW.value
        self.created_at = contact.at
        self.updated_at = contact.at
        self.code_generation = 1
        self.contacts: tuple[Contact, ...] = (contact,)
        self.location = location
        self.category = category
        self.department = department
        self.sensitive = sensitive
        self.clocks = clocks
        self._history: IOBTree[int, HistoryEntry] = IOBTree()
        self.announced_to = ""

    @property
    def address(self) -> str:
        """The number as web addresses spell it."""
        return address_of(self.id)

    @property
    def words(self) -> str:
        """What the applicant said first."""
        return self.contacts[0].words

    @property
    def details(self) -> ContactDetails:
        """How the applicant wants to be reached about this matter.

        Not what else is known of them: anybody may type anybody's telephone number into another application.
        """
        if self.reach is not None:
            return self.reach
        said = (contact.details for contact in reversed(self.contacts) if not contact.details.is_empty)
        return next(said, self.contacts[0].details)

    @property
    def call_group(self) -> CallGroup:
        """What the access rule needs to know of it, as the list of calls keeps it."""
        return self.department or "", int(self.sensitive), int(self.hides_identity)

    @property
    def channel(self) -> str:
        """The channel of the first contact."""
        return self.contacts[0].channel

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to do something about it."""
        return self.status in OPEN_STATUSES or self.check_pending

    @property
    def hides_identity(self) -> bool:
        """Tell whether who complains is known to the centre alone: a tip-off always is."""
        return self.names_hidden or self.kind == Kind.TIP_OFF

    @property
    def is_praise(self) -> bool:
        """Tell whether it is a thank-you, on which no clock runs."""
        return self.kind == Kind.PRAISE

    @property
    def may_be_rated(self) -> bool:
        """Tell whether the applicant can say how content they are: when we are done with it."""
        is_over = self.status in (TicketStatus.DONE, TicketStatus.CLOSED) and not self.check_pending
        return is_over and self.outcome != Outcome.WITHDRAWN

    def photo(self, identity: int) -> Attachment | None:
        """Return the attachment of that identity, or ``None``."""
        return next((attachment for attachment in self.attachments if attachment.id == identity), None)

    def photos_of_answer(self, place: int) -> list[Attachment]:
        """Return the photos of the answer at *place*; an acceptance repeats what was finished before it."""
        entry = self._history[place]
        if entry.action == Action.ACCEPT:
            place = max(
                (at for at, one in self._history.items() if one.action == Action.FINISH and at < place), default=-1
            )
        return [photo for photo in self.attachments if photo.by_staff and photo.place == place]

    def clock(self, kind: ClockKind) -> Clock | None:
        """Return the newest clock of that kind, or ``None``."""
        return next((clock for clock in reversed(self.clocks) if clock.kind == kind), None)

    @property
    def counted_from(self) -> datetime:
        """When the first promise began: when it was made, or when it reached the municipality."""
        return min((clock.started for clock in self.clocks), default=self.created_at)

    def replace_clock(self, old: Clock, new: Clock) -> None:
        """Put *new* in the place of *old*."""
        self.clocks = tuple(new if clock is old else clock for clock in self.clocks)

    @property
    def next_due(self) -> datetime | None:
        """When the clock that breaks first breaks; ``None`` when no promise is open."""
        return min((clock.due_at for clock in self.clocks if clock.is_running), default=None)

    @property
    def revision(self) -> int:
        """How often somebody has done something with it: what a form has seen, and must not overwrite unseen."""
        return int(self._history.maxKey()) + 1 if self._history else 0

    def record(self, entry: HistoryEntry) -> int:
        """Append to the history and return the entry's place in it."""
        place = self.revision
        self._history[place] = entry
        # Not stored: what this transaction adds, for whoever tells others of it.
        self._v_recorded = (*getattr(self, "_v_recorded", ()), place)
        return place

    def take_recorded(self) -> tuple[int, ...]:
        """Return the places that this transaction has added to the history, once."""
        places: tuple[int, ...] = getattr(self, "_v_recorded", ())
        if places:
            self._v_recorded = ()
        return tuple(place for place in dict.fromkeys(places) if place in self._history)

    @property
    def history(self) -> Iterator[tuple[int, HistoryEntry]]:
        """The history with each entry's place, oldest first."""
        return iter(self._history.items())

    def entry(self, place: int) -> HistoryEntry:
        """Return the history entry at *place* (raises ``KeyError``)."""
        return self._history[place]

    def last_entry(self, action: str) -> HistoryEntry | None:
        """Return the newest history entry of that action, or ``None``."""
        return next((entry for entry in reversed(self._history.values()) if entry.action == action), None)

    @property
    def withdrawn_entries(self) -> frozenset[int]:
        """The places of entries that were taken back: kept, marked for staff, and no longer the applicant's."""
        undone = (entry.detail("undone") for entry in self._history.values() if entry.action == UNDO)
        return frozenset(int(place) for place in undone)

    @property
    def answer_given(self) -> str:
        """What it was finished with, or an empty string."""
        finished = self.last_entry(Action.FINISH)
        return finished.text if finished else ""

    @property
    def facts(self) -> frozenset[Fact]:
        """What else decides about what can be done, besides the status."""
        known = ((Fact.DUPLICATE, self.duplicate_of is not None), (Fact.ASKED, self.opinion_from is not None))
        return frozenset(fact for fact, holds in known if holds)

    @property
    def open_question(self) -> HistoryEntry | None:
        """The question the applicant has not answered yet, or ``None``."""
        if self.status != TicketStatus.WAITING_FOR_APPLICANT:
            return None
        asked = (entry for entry in reversed(self._history.values()) if entry.action == Action.ASK)
        return next(asked, None)
