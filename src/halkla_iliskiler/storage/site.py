"""The root of the database: one site is one municipality.

Only what must be exact within a transaction is kept here in a searchable shape; lists, filters, counts and words are
the index's (see :mod:`halkla_iliskiler.index`).
"""

from __future__ import annotations

from datetime import datetime

from BTrees.LLBTree import LLBTree
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent
from ZODB.blob import Blob

from ..domain.account import StaffSession, User
from ..domain.city import (
    Body,
    Category,
    Danger,
    Department,
    DepartmentTree,
    Neighbourhood,
    Question,
    ReplyTemplate,
    Synonym,
    Territory,
)
from ..domain.matching import Alarms, Matcher
from ..domain.onetime import Proof
from ..domain.outbox import OutboxEntry
from ..domain.ticket import Attachment, ticket_id
from .trees import IdentityTree, JournalTree, KeyTree, LookUpTree

__all__ = ["SCHEMA", "City", "NumberBlock", "Outbox", "Site", "StagedUpload"]

_IDENTITIES_A_TICKET = 64
"""More than one application uses (contacts, photos, messages), so that stepping past it is safe."""

SCHEMA = 1
"""The version of the stored data; evolve steps raise it."""


class NumberBlock(Persistent):
    """What one writing process counts: its ticket numbers, its identities, its journal of changes.

    Each process writes its own block, so no two ever compete for a counter, and the journal is in order by
    construction. ``place`` keeps the identities of two processes apart.
    """

    def __init__(self, place: int) -> None:
        self.place = place
        self.year = 0
        self.sequence = 0
        self.block_end = 0
        self.identities = 0
        self.journal: JournalTree = JournalTree()
        self.journal_head = 0

    def next_identity(self) -> int:
        """Return an identity no other object of the site has (applicants, contacts, attachments, messages)."""
        self.identities += 1
        return self.place << 40 | self.identities

    def note_change(self, identity: int) -> int:
        """Write one change of a ticket into the journal and return its place."""
        self.journal_head += 1
        self.journal[self.journal_head] = identity
        return self.journal_head


class Outbox(Persistent):
    """Every message to an applicant, and the order in which the pending ones are due."""

    def __init__(self) -> None:
        self.entries: IdentityTree = IdentityTree()
        self.due: OOTreeSet[tuple[int, int]] = OOTreeSet()
        self.undeliverable: OOTreeSet[int] = OOTreeSet()

    def schedule(self, entry: OutboxEntry, at: datetime) -> None:
        """Let the worker try *entry* at *at*."""
        self.unschedule(entry)
        entry.next_attempt = at
        self.due.insert((int(at.timestamp()), entry.id))

    def unschedule(self, entry: OutboxEntry) -> None:
        """Take *entry* out of the queue."""
        if entry.next_attempt is not None:
            key = (int(entry.next_attempt.timestamp()), entry.id)
            if key in self.due:
                self.due.remove(key)
            entry.next_attempt = None

    def forget(self, entry: OutboxEntry) -> None:
        """Remove a message that is nobody's business any more (a one-time code that is used or over)."""
        self.unschedule(entry)
        self.undeliverable.discard(entry.id)
        del self.entries[entry.id]

    def due_before(self, now: datetime, limit: int) -> list[OutboxEntry]:
        """Return at most *limit* messages whose time has come, the longest waiting first."""
        keys = self.due.keys(max=(int(now.timestamp()), 1 << 62))
        return [self.entries[identity] for _, identity in list(keys)[:limit]]


class StagedUpload(Persistent):
    """A photo of a form that was refused, kept until the form comes back or the time is over."""

    def __init__(self, filename: str, content_type: str, size: int, expires_at: datetime, blob: Blob) -> None:
        self.filename = filename
        self.content_type = content_type
        self.size = size
        self.expires_at = expires_at
        self.blob = blob


class City(Persistent):
    """The city's data, as the providers gave it and the city has since changed it."""

    # New kinds of data get their default here, so that a database of an earlier version opens without them.
    questions: tuple[Question, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    dangers: tuple[Danger, ...] = ()

    def __init__(self) -> None:
        self.departments: tuple[Department, ...] = ()
        self.categories: tuple[Category, ...] = ()
        self.neighbourhoods: tuple[Neighbourhood, ...] = ()
        self.bodies: tuple[Body, ...] = ()
        self.reply_templates: tuple[ReplyTemplate, ...] = ()

    def replace(self, **values: tuple[object, ...]) -> None:
        """Put new tuples in the place of the old ones (``categories=…``)."""
        for name, value in values.items():
            setattr(self, name, value)
        for derived in [name for name in vars(self) if name.startswith("_v_")]:
            delattr(self, derived)

    # The look-ups are rebuilt in each connection when the stored value changes: ``_v_`` attributes are not stored.
    def _derived(self) -> _LookUps:
        known: _LookUps | None = getattr(self, "_v_look_ups", None)
        if known is None:
            known = self._v_look_ups = _LookUps(self)
        return known

    @property
    def tree(self) -> DepartmentTree:
        """The departments with their parents."""
        return self._derived().tree

    @property
    def territory(self) -> Territory:
        """The neighbourhoods."""
        return self._derived().territory

    def category(self, code: str | None) -> Category | None:
        """Return the category of that code, or ``None``."""
        return self._derived().categories.get(code) if code else None

    def body(self, code: str | None) -> Body | None:
        """Return the body of that code, or ``None``."""
        return self._derived().bodies.get(code) if code else None

    def questions_of(self, category: Category | None) -> list[Question]:
        """Return what is asked about a subject; a question that has been taken away is not asked any more."""
        known = self._derived().questions
        return [known[code] for code in category.questions if code in known] if category else []

    @property
    def matcher(self) -> Matcher:
        """What finds the subject of a citizen's words."""
        known: Matcher | None = getattr(self, "_v_matcher", None)
        if known is None:
            known = self._v_matcher = Matcher(self.categories, self.bodies, self.synonyms, self.neighbourhoods)
        return known

    @property
    def alarms(self) -> Alarms:
        """What recognises immediate danger."""
        known: Alarms | None = getattr(self, "_v_alarms", None)
        if known is None:
            known = self._v_alarms = Alarms(self.dangers)
        return known


class _LookUps:
    def __init__(self, city: City) -> None:
        self.tree = DepartmentTree(city.departments)
        self.territory = Territory(city.neighbourhoods)
        self.categories = {category.code: category for category in city.categories}
        self.bodies = {body.code: body for body in city.bodies}
        self.questions = {question.code: question for question in city.questions}


class Site(Persistent):
    """Everything a municipality has: applications, people, city data, accounts."""

    # ``None`` in a database of an earlier version, until the first write that needs it.
    proofs: OOBTree[str, Proof] | None = None
    photos_due: OOTreeSet[tuple[int, int, int]] | None = None

    def __init__(self, database_id: str, created_at: datetime) -> None:
        self.database_id = database_id
        self.journal_epoch = 1
        self.schema = SCHEMA
        self.created_at = created_at
        self.city = City()
        self.tickets: IdentityTree = IdentityTree()
        self.applicants: IdentityTree = IdentityTree()
        self.by_phone: LookUpTree = LookUpTree()
        self.by_email: LookUpTree = LookUpTree()
        self.intake_keys: KeyTree = KeyTree()
        self.outbox = Outbox()
        self.users: OOBTree[str, User] = OOBTree()
        self.sessions: OOBTree[str, StaffSession] = OOBTree()
        self.staging: OOBTree[str, StagedUpload] = OOBTree()
        self.proofs = OOBTree()
        self.photos_due = OOTreeSet()
        self.writers: OOBTree[str, NumberBlock] = OOBTree()
        self.places = 0
        self.years: LLBTree[int, int] = LLBTree()

    def begin_proofs(self) -> None:
        """Make room for one-time codes in a database of an earlier version."""
        self.proofs = OOBTree()

    def schedule_photo(self, ticket_id: int, attachment: Attachment, at: datetime | None) -> None:
        """Let the worker prepare a photo at *at*; ``None`` takes it out of the queue."""
        if self.photos_due is None:
            self.photos_due = OOTreeSet()
        if attachment.next_attempt is not None:
            key = (int(attachment.next_attempt.timestamp()), ticket_id, attachment.id)
            if key in self.photos_due:
                self.photos_due.remove(key)
        attachment.next_attempt = at
        if at is not None:
            self.photos_due.insert((int(at.timestamp()), ticket_id, attachment.id))

    def writer(self, name: str) -> NumberBlock:
        """Return the block of the writing process *name*, made on its first write."""
        block = self.writers.get(name)
        if block is None:
            # Counted on the site itself: of two processes that begin at once one is repeated, whereas a BTree would
            # take both keys and give both the same place.
            self.places += 1
            block = self.writers[name] = NumberBlock(self.places)
        return block

    def step_past_what_was_lost(self, this_year: int, lost: int) -> None:
        """After a restore: let no number, identity or code of the lost time ever be given again.

        What was filed after the backup is gone, but its numbers are printed on receipts. Every counter jumps by *lost*,
        the journals begin a new epoch (so no index of the lost time is believed), and nobody stays signed in.
        """
        for year in {*self.years, this_year}:
            self.years[year] = self.years.get(year, 0) + lost
        for block in self.writers.values():
            block.block_end = block.sequence
            block.identities += lost * _IDENTITIES_A_TICKET
        self.journal_epoch += 1
        self.sessions.clear()

    def next_ticket_id(self, block: NumberBlock, year: int, block_size: int) -> int:
        """Return the next number of *year*, from the process's own block; a used-up block is replaced by the next.

        Taking a block is the only moment at which two processes can meet; the loser's transaction is repeated.
        """
        if block.year != year or block.sequence >= block.block_end:
            start = self.years.get(year, 0)
            self.years[year] = start + block_size
            block.year, block.sequence, block.block_end = year, start, start + block_size
        block.sequence += 1
        return ticket_id(year, block.sequence)
