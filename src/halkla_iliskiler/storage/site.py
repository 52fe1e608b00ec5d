"""The root of the database: one site is one municipality.

Only what must be exact within a transaction is kept here in a searchable shape; lists, filters, counts and words are
the index's (see :mod:`halkla_iliskiler.index`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, TypeAlias

from BTrees.LLBTree import LLBTree, LLTreeSet
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent
from ZODB.blob import Blob

from ..domain.account import StaffSession, User
from ..domain.bulk import BulkShelf
from ..domain.changes import Change
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
from ..domain.contact_log import LoggedContact
from ..domain.matching import Alarms, Matcher
from ..domain.onetime import Proof
from ..domain.outbox import CallGroup, DeliveryState, OutboxEntry
from ..domain.saved_list import SavedList
from ..domain.ticket import Attachment, ticket_id
from .plugin_store import PluginValues
from .trees import IdentityTree, JournalTree, KeyTree, LookUpTree

__all__ = ["CITY_KINDS", "SCHEMA", "City", "NumberBlock", "Outbox", "Site", "StagedUpload"]

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


Queue: TypeAlias = "OOTreeSet[tuple[int, int]]"
"""Entries in the order of the second at which each is due."""


class Outbox(Persistent):
    """Every message, and the queues of those that somebody has to do something about.

    An entry's state and its place in a queue are changed together by :meth:`put`, and nowhere else: pending ones stand
    in ``due``, those for a person to tell in ``calls`` (a queue for each group of tickets that the access rule treats
    alike), those given up in ``undeliverable``.

    ``news`` are tickets that a directorate has not been told of yet; ``digest_day`` is the last day on which it was;
    ``gathering`` is its last urgent notice, which takes up what comes before it leaves.
    """

    # ``None`` in a database of an earlier version, until its steps are done (``services/core_steps.py``).
    calls: OOBTree[CallGroup, Queue] | None = None
    news: OOBTree[str, LLTreeSet[int]] | None = None
    gathering: OOBTree[str, int] | None = None
    digest_day: date | None = None

    def __init__(self) -> None:
        self.entries: IdentityTree = IdentityTree()
        self.due: Queue = OOTreeSet()
        self.undeliverable: OOTreeSet[int] = OOTreeSet()
        self.calls = OOBTree()
        self.news = OOBTree()

    def enter(self, entry: OutboxEntry, group: CallGroup | None = None) -> None:
        """Keep a new message, due at once; *group* is that of its ticket."""
        self.entries[entry.id] = entry
        entry.group = group
        self.put(entry, DeliveryState(entry.state), entry.created_at)

    def put(self, entry: OutboxEntry, state: DeliveryState, at: datetime | None = None) -> None:
        """Give *entry* a state and its place in the queue of that state, due at *at*."""
        self._take_out(entry)
        entry.state = state.value
        if state is DeliveryState.PENDING and at is not None:
            entry.next_attempt = at
            self.due.insert((int(at.timestamp()), entry.id))
        elif state is DeliveryState.TO_BE_TOLD and at is not None and entry.group is not None:
            entry.call_at = at
            if self.calls is not None:
                self.calls.setdefault(entry.group, OOTreeSet()).insert((int(at.timestamp()), entry.id))
        elif state is DeliveryState.UNDELIVERABLE:
            self.undeliverable.insert(entry.id)

    def _take_out(self, entry: OutboxEntry) -> None:
        if entry.next_attempt is not None:
            _discard(self.due, (int(entry.next_attempt.timestamp()), entry.id))
        if entry.call_at is not None and entry.group is not None and self.calls is not None:
            _discard(self.calls.get(entry.group, ()), (int(entry.call_at.timestamp()), entry.id))
        self.undeliverable.discard(entry.id)
        entry.next_attempt = entry.call_at = None

    def regroup(self, entry: OutboxEntry, group: CallGroup) -> None:
        """Let a call follow its ticket to another directorate."""
        if entry.group != group:
            at, state = entry.call_at, DeliveryState(entry.state)
            self._take_out(entry)
            entry.group = group
            self.put(entry, state, at)

    def forget(self, entry: OutboxEntry) -> None:
        """Remove a message that is nobody's business any more (a one-time code that is used or over)."""
        self._take_out(entry)
        del self.entries[entry.id]

    def due_before(self, now: datetime, limit: int) -> list[OutboxEntry]:
        """Return at most *limit* messages whose time has come, the longest waiting first."""
        keys = self.due.keys(max=(int(now.timestamp()), 1 << 62))
        return [self.entries[identity] for _, identity in list(keys)[:limit]]


def _discard(queue: Any, key: tuple[int, int]) -> None:
    if key in queue:
        queue.remove(key)


class StagedUpload(Persistent):
    """A photo of a form that was refused, kept until the form comes back or the time is over."""

    question = ""

    def __init__(self, filename: str, content_type: str, size: int, expires_at: datetime, blob: Blob) -> None:
        self.filename = filename
        self.content_type = content_type
        self.size = size
        self.expires_at = expires_at
        self.blob = blob


CITY_KINDS = (
    "departments",
    "categories",
    "neighbourhoods",
    "bodies",
    "reply_templates",
    "questions",
    "synonyms",
    "dangers",
)
"""What a city consists of: the attributes of :class:`City`, each a tuple of values with a ``code``."""


class City(Persistent):
    """The city's data, as the providers gave it and the city has since changed it."""

    # New kinds of data get their default here, so that a database of an earlier version opens without them.
    questions: tuple[Question, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    dangers: tuple[Danger, ...] = ()
    edition = 0
    """Rises with every change: part of the key of whatever a process keeps that was made of the city's data."""
    relisting: tuple[tuple[str, str, int], ...] = ()
    """Subjects and neighbourhoods with a new name: kind, code, and the last ticket that is found by it already."""
    provided: OOBTree[str, OOBTree[str, Any]] | None = None
    """What the plugins gave last, by kind and code: where the city's own value differs, the city has changed it."""

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
        self.edition += 1
        for derived in [name for name in vars(self) if name.startswith("_v_")]:
            delattr(self, derived)

    def provided_value(self, kind: str, code: str) -> Any:
        """Return the value that a plugin gave under that code when its data was last taken over, or ``None``."""
        return None if self.provided is None else self.provided.get(kind, {}).get(code)

    def remember_provided(self, kind: str, value: Any) -> None:
        """Remember a value as the one that a plugin gave."""
        if self.provided is None:
            self.provided = OOBTree()
        self.provided.setdefault(kind, OOBTree())[value.code] = value

    def forget_provided(self, kind: str, code: str) -> None:
        """Forget a value that no plugin gives any more."""
        if self.provided is not None and code in self.provided.get(kind, {}):
            del self.provided[kind][code]

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

    @property
    def offered(self) -> tuple[Category, ...]:
        """The categories that have not been ended, in the city's order."""
        return self._derived().offered

    @property
    def offered_bodies(self) -> tuple[Body, ...]:
        """The other institutions that have not been ended."""
        return self._derived().offered_bodies

    def category(self, code: str | None) -> Category | None:
        """Return the category of that code, or ``None``."""
        return self._derived().categories.get(code) if code else None

    def offered_category(self, code: str | None) -> Category | None:
        """Return the category of that code, or ``None`` when there is none or it has been ended."""
        found = self.category(code)
        return found if found is not None and found.ended_on is None else None

    def is_offered_body(self, code: str | None) -> bool:
        """Tell whether there is another institution of that code that has not been ended."""
        found = self.body(code)
        return found is not None and found.ended_on is None

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
            synonyms = [synonym for synonym in self.synonyms if synonym.ended_on is None]
            places = self._derived().territory.in_order()
            known = self._v_matcher = Matcher(self.offered, self.offered_bodies, synonyms, places)
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
        self.questions = {question.code: question for question in city.questions if question.ended_on is None}
        self.offered = tuple(category for category in city.categories if category.ended_on is None)
        self.offered_bodies = tuple(body for body in city.bodies if body.ended_on is None)


_LOW_BITS = (1 << 24) - 1


def _thing(area: str, key: str) -> str:
    return f"{area}\0{key}"


def log_key(at: datetime) -> int:
    """Return where a contact of that second begins in the log: keys sort by time."""
    return int(at.timestamp()) << 24


class Site(Persistent):
    """Everything a municipality has: applications, people, city data, accounts."""

    # ``None`` in a database of an earlier version, until the first write that needs it.
    proofs: OOBTree[str, Proof] | None = None
    photos_due: OOTreeSet[tuple[int, int, int]] | None = None
    contact_log: IdentityTree | None = None
    """Contacts that led to no application, by :func:`log_key`."""
    by_national_id: LookUpTree | None = None
    """Applicants by the keyed hash of an identity number (``national_id_hash`` of the services)."""
    bulk: BulkShelf | None = None
    """What was asked to be done with many tickets at once."""
    saved_lists: IdentityTree | None = None
    """Lists that people have kept under a name, by identity."""
    changes: IdentityTree | None = None
    """What was changed in the administration, by :func:`log_key`."""
    changes_by_thing: LookUpTree | None = None
    """The keys of the changes of one thing, by area and key."""
    foreign_numbers: KeyTree | None = None
    """The ticket that has a number of another institution, by channel and folded number."""
    plugin_data: OOBTree[str, PluginValues] | None = None
    """What each plugin keeps, by its name; it stays when the plugin goes."""
    plugin_settings: OOBTree[str, str] | None = None
    """The settings that were saved for each plugin, as JSON text (see ``services/plugin_settings.py``)."""
    plugin_events: Outbox | None = None
    """What has happened to tickets and is to be told to plugins (see ``services/plugin_events.py``)."""
    plugin_faults: OOBTree[str, tuple[tuple[datetime, str, str, str], ...]] | None = None
    """The last faults of each plugin: when, in which hook, of which kind, where."""
    quarantined: OOBTree[str, tuple[datetime, str, str]] | None = None
    """The plugins that are not asked any more: since when, and what they did last."""
    evolved: OOBTree[str, datetime] | None = None
    """The steps that are finished, by name, and when (see ``services/evolving.py``)."""
    evolving: OOBTree[str, int | str] | None = None
    """The last object that was done of each step that is not finished."""

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

    def values_of_plugin(self, name: str) -> PluginValues:
        """Return the values of a plugin, made on its first write."""
        if self.plugin_data is None:
            self.plugin_data = OOBTree()
        values = self.plugin_data.get(name)
        if values is None:
            values = self.plugin_data[name] = PluginValues()
        return values

    def log_contact(self, contact: LoggedContact) -> None:
        """Keep a contact that led to no application."""
        if self.contact_log is None:
            self.contact_log = IdentityTree()
        key = log_key(contact.at) | contact.id & _LOW_BITS
        while key in self.contact_log:
            key += 1
        self.contact_log[key] = contact

    def contacts_between(self, start: datetime, end: datetime) -> Iterator[LoggedContact]:
        """Yield the contacts logged from *start* until before *end*, the oldest first."""
        if self.contact_log is not None:
            yield from self.contact_log.values(log_key(start), log_key(end) - 1)

    def note_national_id(self, key: str, applicant_id: int) -> None:
        """Let the keyed hash of an identity number lead to an applicant."""
        if self.by_national_id is None:
            self.by_national_id = LookUpTree()
        known = self.applicants_of_national_id(key)
        if applicant_id not in known:
            self.by_national_id[key] = (*known, applicant_id)

    def applicants_of_national_id(self, key: str) -> tuple[int, ...]:
        """Return the applicants a keyed hash leads to; none in a database of an earlier version."""
        found: tuple[int, ...] = self.by_national_id.get(key, ()) if self.by_national_id is not None else ()
        return found

    def note_foreign_number(self, key: str, ticket_id: int) -> None:
        """Let a number of another institution lead to its ticket."""
        if self.foreign_numbers is None:
            self.foreign_numbers = KeyTree()
        self.foreign_numbers[key] = ticket_id

    def ticket_of_foreign_number(self, key: str) -> int | None:
        """Return the ticket that has that number, or ``None``."""
        return self.foreign_numbers.get(key) if self.foreign_numbers is not None else None

    def keep_change(self, at: datetime, make: Callable[[int], Change]) -> int:
        """Keep a change of the administration under an identity of its own, which *make* is given; return it."""
        if self.changes is None or self.changes_by_thing is None:
            self.changes, self.changes_by_thing = IdentityTree(), LookUpTree()
        identity = log_key(at)
        if len(self.changes) and self.changes.maxKey() >= identity:
            # In the same second, or a clock that went back: what was done later stands behind.
            identity = self.changes.maxKey() + 1
        change = self.changes[identity] = make(identity)
        thing = _thing(change.area, change.key)
        self.changes_by_thing[thing] = (*self.changes_by_thing.get(thing, ()), identity)
        return identity

    def change(self, identity: int) -> Change | None:
        """Return a change of the administration, or ``None``."""
        return self.changes.get(identity) if self.changes is not None else None

    def changes_of(self, area: str, key: str) -> Iterator[Change]:
        """Yield what was done to one thing, the newest first."""
        if self.changes is not None and self.changes_by_thing is not None:
            for identity in reversed(self.changes_by_thing.get(_thing(area, key), ())):
                yield self.changes[identity]

    def changes_before(self, identity: int | None = None) -> Iterator[Change]:
        """Yield every change, or those before one, the newest first. Reads only as far as it is asked."""
        changes = self.changes
        while changes is not None and len(changes):
            try:
                last = changes.maxKey() if identity is None else changes.maxKey(identity - 1)
            except ValueError:
                return
            yield changes[last]
            identity = last

    def keep_list(self, saved: SavedList) -> None:
        """Keep a list under its name."""
        if self.saved_lists is None:
            self.saved_lists = IdentityTree()
        self.saved_lists[saved.id] = saved

    def forget_list(self, identity: int) -> None:
        """Forget a list that is kept."""
        if self.saved_lists is not None and identity in self.saved_lists:
            del self.saved_lists[identity]

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
