"""Registering applications: one way in for every channel, and the same thing sent twice is one ticket."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..domain.access import allows
from ..domain.applicant import IN_PERSON, NOBODY, Applicant, ApplicantKind, ContactDetails, Representation
from ..domain.channel_fields import wants_to_stay_hidden
from ..domain.city import Category
from ..domain.clocks import DEFAULT_SOLVE_WITHIN, start_clocks
from ..domain.codes import tracking_code
from ..domain.consent import CONSENT_VERSIONS, Consent
from ..domain.errors import Forbidden, InvalidInput
from ..domain.national_id import REGIMES_ASKING
from ..domain.outbox import Purpose
from ..domain.questions import answers_to, photo_questions
from ..domain.text import clean
from ..domain.ticket import Contact, HistoryEntry, Location, Ticket, address_of
from ..domain.workflow import Kind, Permission, Regime
from ..storage import Site
from .asked import given_to, loose_photos
from .deciding import Decided, decided_ahead, decided_now, refuse_what_is_refused
from .entry import Entry, entry_of
from .floods import Admission, admitted, is_known, remember_words, repeated
from .national_ids import tidy_national_id
from .photos import attach
from .telling import tell
from .unit import Unit
from .uploads import KEPT_FOR, MAX_PHOTOS, Upload, new_token, remove_abandoned, staged

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["MAX_STICKER", "MAX_WORDS", "RECORDED", "Draft", "Filed", "Intake", "KeptPhoto"]

MAX_WORDS = 5000
MAX_PLACE = 500
MAX_STICKER = 40
MAX_STREET = 120
MAX_ADDRESS = 300
_APPLICANT_KINDS = frozenset(ApplicantKind)
_KINDS = frozenset(Kind)
_NOWHERE = Location()
RECORDED = "recorded"
"""The action of a ticket's first history entry."""


@dataclass(frozen=True)
class Draft:
    """An application as it arrives, before anything is known about it but what was said.

    ``intake_key`` is what the channel knows the message by (form nonce, Message-ID, call id); ``kept`` are tokens of
    photos kept from a refusal; ``recorded_by_staff`` says that a member of staff typed it in for somebody. ``client``
    is the network address it came from and ``browser`` what tells one browser from another: they slow floods down and
    are never kept. ``suspicions`` say why it looks as if no person had written it; ``related_to`` is the older
    application it is about the same thing as.

    ``suggested_body`` is whose the applicant thinks it is (only without a category); ``answers`` is what was given to
    the subject's questions; ``sticker`` is the mark of the sticker it came from; ``details_from`` is the address and
    code of an application of the same person, whose contact details are taken where none are given.

    Of what staff record, ``fields`` are the channel's own (code and value) and ``regime`` is the law they say it falls
    under, where the subject and the channel do not; ``documents`` says that the files are scanned papers and no photos.
    ``national_id`` is kept only where the law asks for it.
    """

    words: str
    kind: str
    channel: str
    intake_key: str
    category: str | None = None
    location: Location = _NOWHERE
    details: ContactDetails = NOBODY
    uploads: tuple[Upload, ...] = ()
    kept: tuple[str, ...] = ()
    language: str = "tr"
    recorded_by_staff: bool = False
    representation: Representation = IN_PERSON
    preferred_method: str = ""
    consents: tuple[str, ...] = ()
    related_to: int | None = None
    suspicions: tuple[str, ...] = ()
    client: str = ""
    browser: str = ""
    suggested_body: str | None = None
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sticker: str = ""
    details_from: tuple[str, str] | None = None
    fields: tuple[tuple[str, str], ...] = ()
    regime: str = ""
    documents: bool = False
    national_id: str = field(default="", repr=False)


@dataclass(frozen=True)
class Filed:
    """What the applicant is given: the number, and the code that opens the follow page."""

    ticket_id: int
    number: str
    address: str
    code: str
    is_repeat: bool


@dataclass(frozen=True)
class KeptPhoto:
    """A photo of a refused form, under its token, with the code of the question it answers."""

    token: str
    filename: str
    size: int
    question: str = ""


class Intake:
    """Registers applications."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def file(self, draft: Draft) -> Filed:
        """Register an application and return its number.

        Nothing outside the building happens here: the receipt goes to the outbox in the same transaction.

        Raises:
            InvalidInput: something is missing or impossible; nothing was saved.
            Forbidden: the actor may not record for others.
            TooManyFilings: too many came from there; it says how long to wait for one that goes through.
        """
        if draft.recorded_by_staff and not allows(self._services.actor, Permission.RECORD):
            raise Forbidden(Permission.RECORD)
        with admitted(self._services, draft) as admission:
            ahead = decided_ahead(self._services, draft)
            return self._services.write(lambda unit: self._file(unit, draft, admission, ahead), "file an application")

    def is_known(self, draft: Draft) -> bool:
        """Tell whether filing *draft* would only give the number of what was filed before."""
        return is_known(self._services, draft)

    def _file(self, unit: Unit, draft: Draft, admission: Admission, ahead: Decided | None) -> Filed:
        known = unit.site.intake_keys.get(draft.intake_key)
        if known is not None:
            admission.give_back()
            return self._filed(unit.site.tickets[known], is_repeat=True)
        draft = self._with_known_details(unit, draft)
        category = self._check(unit, draft)
        decided = decided_now(self._services, unit.site, draft, ahead)
        refuse_what_is_refused(decided)
        if (again := repeated(self._services, unit, draft)) is not None:
            self._count_again(unit, again, draft)
            return self._filed(again, is_repeat=True)
        entry = entry_of(self._services, unit.site, draft, category)
        ticket = self._new_ticket(unit, draft, category, entry, decided.department)
        for key in entry.foreign_numbers:
            unit.site.note_foreign_number(key, ticket.id)
        ticket.from_slow_lane = admission.is_slow
        unit.site.tickets[ticket.id] = ticket
        unit.site.intake_keys[draft.intake_key] = ticket.id
        asked = photo_questions(unit.site.city.questions_of(category), dict(draft.answers))
        attach(
            unit, ticket, draft.uploads, draft.kept, self._services.now(), documents=draft.documents, questions=asked
        )  # fmt: skip
        number = tidy_national_id(draft.national_id) if ticket.regime in REGIMES_ASKING else ""
        if not draft.details.is_empty or draft.details.name or number:
            ticket.applicant_id = applicant_for(unit, draft.details, ticket.id).id
        if number:
            self._services.national_ids.keep(unit, ticket, number)
        tell(self._services, unit, ticket, place=0, purpose=Purpose.RECEIPT)
        unit.touch(ticket)
        remember_words(self._services, draft, ticket.id)
        return self._filed(ticket, is_repeat=False)

    def _with_known_details(self, unit: Unit, draft: Draft) -> Draft:
        if draft.details_from is None or not draft.details.is_empty or draft.details.name:
            return draft
        first = self._services.following.ticket_of(unit.site, *draft.details_from)
        if first is None:
            return draft
        address = draft.details.address or first.details.address
        return replace(draft, details=replace(first.details, address=address))

    def _count_again(self, unit: Unit, ticket: Ticket, draft: Draft) -> None:
        """Count the same words on the ticket that has them; photos that came only this time are not lost."""
        ticket.repeats += 1
        unit.site.intake_keys[draft.intake_key] = ticket.id
        if not ticket.attachments:
            attach(unit, ticket, draft.uploads, draft.kept, self._services.now(), documents=draft.documents)
        unit.touch(ticket)

    def _filed(self, ticket: Ticket, *, is_repeat: bool) -> Filed:
        code = tracking_code(self._services.assembly.secret, ticket.id, ticket.code_generation)
        return Filed(ticket.id, ticket.number, address_of(ticket.id), code, is_repeat)

    def _check(self, unit: Unit, draft: Draft) -> Category | None:
        words = clean(draft.words)
        if not words:
            raise InvalidInput("words", "required")
        if len(words) > MAX_WORDS:
            raise InvalidInput("words", "too_long")
        if len(draft.location.text) > MAX_PLACE:
            raise InvalidInput("place", "too_long")
        if draft.kind not in _KINDS:
            raise InvalidInput("kind", "unknown")
        if draft.channel not in self._services.assembly.extensions.channels:
            raise InvalidInput("channel", "unknown")
        if draft.location.neighbourhood and not unit.site.city.territory.get(draft.location.neighbourhood):
            raise InvalidInput("neighbourhood", "unknown")
        category = unit.site.city.offered_category(draft.category)
        if loose_photos(unit, draft, category) > MAX_PHOTOS:
            raise InvalidInput("photos", "photo_count")
        if draft.category and category is None:
            raise InvalidInput("category", "unknown")
        if draft.suggested_body and (category is not None or not unit.site.city.is_offered_body(draft.suggested_body)):
            raise InvalidInput("category", "unknown")
        self._check_person(draft)
        return category

    def _check_person(self, draft: Draft) -> None:
        representation = draft.representation
        if representation.kind not in _APPLICANT_KINDS:
            raise InvalidInput("applicant_kind", "unknown")
        if representation.kind == ApplicantKind.LEGAL_PERSON and not representation.organisation:
            raise InvalidInput("organisation", "title_needed")
        longest = {"organisation": 200, "on_behalf_of": 120, "language_note": 60}
        for name, most in longest.items():
            if len(getattr(representation, name)) > most:
                raise InvalidInput(name, "too_long")
        tidy_national_id(draft.national_id)
        if len(draft.details.address) > MAX_ADDRESS:
            raise InvalidInput("address", "too_long")
        if len(draft.location.street) > MAX_STREET:
            raise InvalidInput("street", "too_long")
        if draft.preferred_method and draft.preferred_method not in self._services.assembly.extensions.feedback_methods:
            raise InvalidInput("preferred_method", "unknown")
        if not set(draft.consents) <= CONSENT_VERSIONS.keys():
            raise InvalidInput("consents", "unknown")

    def _new_ticket(
        self, unit: Unit, draft: Draft, category: Category | None, entry: Entry, department: str | None
    ) -> Ticket:
        services = self._services
        now = services.now()
        identity = unit.site.next_ticket_id(unit.block, services.today.year, services.assembly.options.number_block)
        year, sequence = divmod(identity, 10**8)
        contact = Contact(
            id=unit.block.next_identity(),
            at=entry.at,
            channel=draft.channel,
            words=clean(draft.words),
            intake_key=draft.intake_key,
            privacy_version=services.assembly.extensions.brand.privacy_version,
            staff=services.actor.id if draft.recorded_by_staff else "",
            details=draft.details,
            fields=entry.fields,
        )
        regime = category.regime if category else Regime.SERVICE.value
        solve_within = category.solve_within if category else DEFAULT_SOLVE_WITHIN
        ticket = Ticket(
            identity=identity,
            number=services.assembly.extensions.brand.number_pattern.format(year=year, sequence=sequence),
            kind=draft.kind,
            regime=entry.regime,
            contact=contact,
            location=draft.location,
            category=category.code if category else None,
            department=department,
            sensitive=bool(category and category.sensitive),
            # By the subject's law: until the legal clocks are there, the city's promise holds for a petition, too.
            clocks=start_clocks(draft.kind, regime, solve_within, entry.at, services.assembly.calendar),
        )
        ticket.updated_at = now
        ticket.language = draft.language
        ticket.representation = draft.representation
        ticket.preferred_method = draft.preferred_method
        ticket.consents = tuple(Consent(purpose, CONSENT_VERSIONS[purpose], now) for purpose in draft.consents)
        ticket.suspicions = draft.suspicions
        if draft.related_to in unit.site.tickets:
            ticket.related_to = draft.related_to
        ticket.needs_check = bool(category and category.needs_check)
        ticket.names_hidden = bool(category and category.hides_identity) or wants_to_stay_hidden(entry.fields)
        ticket.suggested_body = draft.suggested_body
        ticket.sticker = draft.sticker[:MAX_STICKER]
        # Staff may leave out what a caller could not say.
        questions = unit.site.city.questions_of(category)
        given = given_to(unit, draft, questions)
        ticket.answers = answers_to(questions, given, is_strict=not draft.recorded_by_staff)
        if department:
            ticket.status = "ASSIGNED"
        ticket.record(
            HistoryEntry(
                at=now,
                actor=services.actor.id,
                actor_name=services.actor.name,
                action=RECORDED,
                from_status="",
                to_status=ticket.status,
                is_public=True,
                details=(("department", department),) if department else (),
            )
        )
        return ticket

    def keep(self, uploads: tuple[Upload, ...]) -> list[KeptPhoto]:
        """Keep the photos of a refused form until it comes back."""
        expires_at = self._services.now() + KEPT_FOR

        def change(unit: Unit) -> list[KeptPhoto]:
            kept = [KeptPhoto(new_token(), upload.filename, upload.size, upload.question) for upload in uploads]
            for photo, upload in zip(kept, uploads, strict=True):
                unit.site.staging[photo.token] = staged(upload, expires_at, unit.site)
            return kept

        return self._services.write(change, "keep photos of a refused form") if uploads else []

    def kept(self, tokens: tuple[str, ...]) -> list[KeptPhoto]:
        """Return those of *tokens* that still stand for a photo."""
        if not tokens:
            return []
        with self._services.assembly.database.reading() as site:
            found = [(token, site.staging.get(token)) for token in tokens]
            return [
                KeptPhoto(token, photo.filename, photo.size, photo.question)
                for token, photo in found
                if photo is not None
            ]

    def sweep_staging(self) -> int:
        """Remove kept photos whose form never came back, and files a killed process has left. Return how many."""
        now = self._services.now()
        files = self._services.assembly.database.files
        for directory in (files.uploads, files.blobs / "tmp"):
            remove_abandoned(directory, now)

        def change(unit: Unit) -> int:
            over = [token for token, photo in unit.site.staging.items() if photo.expires_at < now]
            for token in over:
                del unit.site.staging[token]
            return len(over)

        return self._services.write(change, "forget photos of forms that never came back")


def applicant_for(unit: Unit, details: ContactDetails, ticket_id: int) -> Applicant:
    """Return the applicant these details lead to, or a new one: a telephone may serve a household."""
    site = unit.site
    candidates = dict.fromkeys(site.by_phone.get(details.phone, ()) + site.by_email.get(details.email, ()))
    known = (site.applicants[identity] for identity in candidates)
    applicant = next((person for person in known if person.is_named_like(details.name)), None)
    if applicant is None:
        applicant = Applicant(unit.block.next_identity(), details)
        site.applicants[applicant.id] = applicant
    else:
        applicant.learn(details)
    _enter_addresses(unit.site, applicant, details)
    applicant.tickets.insert(ticket_id)
    return applicant


def _enter_addresses(site: Site, applicant: Applicant, details: ContactDetails) -> None:
    for look_up, value in ((site.by_phone, details.phone), (site.by_email, details.email)):
        if value and applicant.id not in look_up.get(value, ()):
            look_up[value] = (*look_up.get(value, ()), applicant.id)


def know(unit: Unit, ticket: Ticket, details: ContactDetails) -> None:
    """Let the applicant of *ticket* be found by changed details; an anonymous one is somebody from now on."""
    if ticket.applicant_id is None:
        ticket.applicant_id = applicant_for(unit, details, ticket.id).id
        return
    applicant = unit.site.applicants[ticket.applicant_id]
    applicant.learn(details)
    _enter_addresses(unit.site, applicant, details)
