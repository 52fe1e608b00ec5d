"""Tickets driven through the services by everybody at once, against a model that is small enough to be read.

The model knows who sees what, which status follows, which messages there are and what they mean for the 48 h promise.
After every step the house is compared with it; the index is compared with the tickets; and whatever was refused has
left no byte behind.
"""

import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from halkla_iliskiler import testing
from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM, Actor, visibility
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.clocks import ClockKind
from halkla_iliskiler.domain.codes import tracking_code
from halkla_iliskiler.domain.errors import DomainError, Forbidden, IllegalMove, InvalidInput, NotFound, RevisionConflict
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.outbox import GIVE_UP_AFTER, retry_after
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.index import TicketQuery
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.intake import Draft
from halkla_iliskiler.services.lists import Queue
from halkla_iliskiler.testing import STAFF, FakeNow, TestMethod, draft, open_site
from halkla_iliskiler.work import JOBS, Runner

# -- the model: who may what ---------------------------------------------------------------------------------------

HOME = {
    "clerk": {"parks"}, "clerk-cleaning": {"cleaning"}, "clerk-roads": {"roads"}, "clerk-family": {"family"},
    "director": {"parks"}, "deputy-mayor": {"parks", "family"}, "field-crew": {"parks"},
}  # fmt: skip
ROLE = {name: name.partition("-")[0] if name.startswith("clerk") else name for name in STAFF} | {"": ""}
RIGHTS = {
    "agent": {"view", "route", "note", "resend"},
    "clerk": {"view", "handle", "note", "resend"},
    "director": {"view", "route", "handle", "note", "close", "resend"},
    "deputy-mayor": {"view", "note"},
    "supervisor": {"view", "route", "note", "check", "close", "resend"},
    "field-crew": {"view", "note"},
    "auditor": {"view"},
    "administrator": set(),
    "": set(),
}
NEEDED = {
    "assign": "route", "note": "note", "accept": "check", "give_back": "check", "close": "close", "reopen": "close",
    "refuse_reopening": "close",
    "opinion": "advise",
    **dict.fromkeys(
        ("take", "send_back", "ask", "resume", "reply", "plan", "refer", "finish", "duplicate", "not_duplicate",
         "split", "consult", "end_consult"),
        "handle",
    ),
}  # fmt: skip


ENTITLED = {("clerk-family", "family"), ("deputy-mayor", "family"), ("director", "parks")}
"""Who, besides the supervisor, has the right to sensitive matters, and of which directorate."""


def _at_home(who: str, department: str | None, sensitive: bool) -> bool:
    return department in HOME.get(who, ()) and (not sensitive or (who, department) in ENTITLED)


def _owns(who: str, department: str | None, sensitive: bool) -> bool:
    role = ROLE[who]
    if role == "supervisor":
        return True
    if role in ("agent", "auditor"):
        return not sensitive
    return _at_home(who, department, sensitive)


def _is_asked(who: str, asked: str | None, sensitive: bool) -> bool:
    return ROLE[who] != "field-crew" and _at_home(who, asked, sensitive)


def sees(who: str, department: str | None, sensitive: bool, asked: str | None = None) -> bool:
    return _owns(who, department, sensitive) or _is_asked(who, asked, sensitive)


def may(who: str, right: str, department: str | None, sensitive: bool, asked: str | None = None) -> bool:
    role = ROLE[who]
    if not sees(who, department, sensitive, asked):
        return False
    if right == "advise":
        return role in ("clerk", "director") and _is_asked(who, asked, sensitive)
    if right == "note":
        return right in RIGHTS[role]
    if right == "handle" and role in ("agent", "supervisor"):
        return department is None and not sensitive
    return right in RIGHTS[role] and _owns(who, department, sensitive)


# -- the model: what follows ---------------------------------------------------------------------------------------

AT_WORK = {"ASSIGNED", "IN_PROGRESS", "WAITING_FOR_APPLICANT", "WAITING_FOR_BODY", "PLANNED"}
ANY = AT_WORK | {"NEW", "DONE", "CLOSED", "REOPEN_REQUESTED"}
FROM = {
    "assign": AT_WORK | {"NEW", "REOPEN_REQUESTED"}, "take": AT_WORK, "send_back": {"ASSIGNED", "IN_PROGRESS"},
    "note": ANY, "ask": {"NEW", "ASSIGNED", "IN_PROGRESS", "PLANNED"},
    "resume": {"WAITING_FOR_APPLICANT", "WAITING_FOR_BODY", "PLANNED"}, "reply": AT_WORK | {"NEW"},
    "plan": {"ASSIGNED", "IN_PROGRESS", "WAITING_FOR_BODY", "PLANNED"}, "refer": {"NEW", "ASSIGNED", "IN_PROGRESS"},
    "finish": AT_WORK | {"NEW"}, "accept": {"DONE"}, "give_back": {"DONE"}, "close": {"DONE"},
    "reopen": {"DONE", "CLOSED", "REOPEN_REQUESTED"}, "refuse_reopening": {"REOPEN_REQUESTED"},
    "request_reopening": {"DONE", "CLOSED"}, "withdraw": AT_WORK | {"NEW"},
    "duplicate": AT_WORK | {"NEW"}, "not_duplicate": ANY, "split": AT_WORK | {"NEW"}, "consult": AT_WORK | {"NEW"},
    "opinion": ANY, "end_consult": ANY,
}  # fmt: skip
TO = {
    "assign": "ASSIGNED", "take": "IN_PROGRESS", "send_back": "NEW", "ask": "WAITING_FOR_APPLICANT",
    "resume": "IN_PROGRESS", "plan": "PLANNED", "refer": "WAITING_FOR_BODY", "finish": "DONE",
    "give_back": "IN_PROGRESS", "close": "CLOSED", "reopen": "IN_PROGRESS", "refuse_reopening": "CLOSED",
    "request_reopening": "REOPEN_REQUESTED", "withdraw": "CLOSED",
}  # fmt: skip
NEEDS_TEXT = {
    "send_back", "note", "ask", "reply", "plan", "refer", "finish", "give_back", "reopen", "refuse_reopening",
    "split", "consult", "opinion",
}  # fmt: skip
OUTCOMES = {"SOLVED", "INFORMED", "DECLINED", "REFERRED", "DUPLICATE", "WITHDRAWN", "MEANINGLESS"}
PETITION_OUTCOMES = {"NOT_EXAMINED_6A", "NOT_EXAMINED_6B", "NOT_EXAMINED_6C"}
CATEGORIES = {category.code: category for category in testing.halkla_categories()}
DEPARTMENTS = {"parks", "cleaning", "roads", "family"}
WEIGHTS = {
    "finish": 4,
    "accept": 4,
    "give_back": 4,
    "close": 3,
    "reopen": 2,
    "refuse_reopening": 4,
    "assign": 2,
    "reply": 3,
    "plan": 2,
    "refer": 2,
}
LINKS = {"duplicate", "not_duplicate", "split", "consult", "opinion", "end_consult"}
UNDOABLE = {"assign", "take", "send_back", "note", "ask", "resume", "reply", "plan", "refer", "finish", "give_back",
            "close"}  # fmt: skip


@dataclass(eq=False)
class Message:
    """What the model knows of a message to an applicant."""

    is_answer: bool
    state: str
    attempts: int = 0
    due: datetime | None = None
    is_question: bool = False

    def stands(self) -> None:
        """Nobody is told any more what has not left yet: it stands on the follow page."""
        if self.state in ("PENDING", "TO_BE_TOLD"):
            self.state, self.due = "STANDING", None


@dataclass
class Point:
    """What the model knows of the last action on a ticket, if it can be taken back."""

    place: int
    at: datetime
    who: str
    before: dict[str, Any]
    messages: list[Message]
    met: bool
    others: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Model:
    """What the model knows of a ticket."""

    identity: int
    address: str
    code: str
    key: str
    method: str
    is_petition: bool
    status: str
    category: str | None
    department: str | None
    sensitive: bool
    needs_check: bool
    has_clocks: bool
    pending: bool = False
    assignee: str | None = None
    outcome: str | None = None
    promise_met: bool = False
    entries: list[object] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    said: int = 0
    is_praise: bool = False
    asked: str | None = None
    duplicate_of: int | None = None
    duplicates: list[int] = field(default_factory=list)
    point: Point | None = None

    _KEPT: ClassVar = (
        "status", "category", "department", "sensitive", "needs_check", "has_clocks", "pending", "assignee", "outcome",
        "promise_met", "is_petition", "asked",
    )  # fmt: skip

    def kept(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self._KEPT}

    def take_back(self) -> None:
        """Stand as before, but for a promise that an earlier answer has met meanwhile."""
        assert self.point is not None
        still_met = self.promise_met and not self.point.met
        for name, value in self.point.before.items():
            setattr(self, name, value)
        self.promise_met = self.promise_met or still_met
        self.messages = [message for message in self.messages if message not in self.point.messages]
        self.point = None

    @property
    def is_open(self) -> bool:
        return self.status not in ("DONE", "CLOSED") or self.pending

    def fits(self, action: str) -> bool:
        if self.status not in FROM[action]:
            return False
        if action in ("duplicate", "not_duplicate") and (self.duplicate_of is None) != (action == "duplicate"):
            return False
        if action in ("consult", "opinion", "end_consult") and (self.asked is None) != (action == "consult"):
            return False
        if action in ("accept", "give_back"):
            return self.pending
        return not (action in ("close", "reopen", "request_reopening") and self.pending)

    def tell(self, is_answer: bool, now: datetime) -> None:
        state = {"test": "PENDING", "telephone": "TO_BE_TOLD", "follow_page": "STANDING"}[self.method]
        self.messages.append(Message(is_answer, state, due=now if state == "PENDING" else None))
        if state == "STANDING" and is_answer:
            self.promise_met = True


# -- the house -----------------------------------------------------------------------------------------------------


# One number a step, from which everything in it follows: it costs hypothesis little, so that long stories fit.
_seeds = st.integers(0, 2**32 - 1)


def any_order(random: Random) -> Order:
    """Return something to be done, sensible or not."""
    return Order(
        action=random.choice(list(Action)),
        text=random.choice(["", "  \n", "Metin.", "Ünlü İ'ş: 372/15 🙂", "Uzun " * 50]),
        department=random.choice([None, "parks", "roads", "family", "gone"]),
        assignee=random.choice([None, None, "clerk", "clerk-roads", "nobody"]),
        category=random.choice([None, None, CATEGORIES["pothole"], CATEGORIES["hardship"], CATEGORIES["bench"]]),
        outcome=random.choice([None, "SOLVED", "DECLINED", "NOT_EXAMINED_6B", "FORGOTTEN"]),
        body=random.choice([None, None, None, "water", "gone"]),
        planned_for=random.choice([None, date(2025, 1, 1), date(2030, 1, 1)]),
    )


_texts = st.sampled_from(["", "  \n", "Metin.", "Ünlü İ'ş: 372/15 🙂"])
_details = st.sampled_from(
    [
        ContactDetails(),
        ContactDetails("Ayşe Yılmaz"),
        ContactDetails("Ayşe Yılmaz", "+905990000001"),
        ContactDetails("Mehmet Yılmaz", "+905990000001"),
        ContactDetails("", "+905990000001", "can@example.org"),
        ContactDetails("Ayşe Yılmaz", email="ayse@example.org"),
        ContactDetails("Can Öz", email="can.oz@example.org"),
    ]
)


class House(RuleBasedStateMachine):
    """Everybody does something, in a copy of the closed site *furnished*."""

    furnished: Path
    workspace: Path

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(mkdtemp(dir=self.workspace))
        shutil.copytree(self.furnished, self.directory / "site")
        self.now = FakeNow()
        self.models: dict[int, Model] = {}
        self.drafts: dict[str, Draft] = {}
        self._open()

    def _open(self) -> None:
        self.assembly: Assembly = open_site(self.directory / "site", self.now)
        method = self.assembly.extensions.feedback_methods["test"]
        assert isinstance(method, TestMethod)
        self.method = method

    def teardown(self) -> None:
        assert list(problems(self.assembly.database, self.assembly.index)) == []
        self.assembly.close()
        shutil.rmtree(self.directory)

    def as_(self, who: str) -> Services:
        return self.assembly.services(STAFF.get(who, ANONYMOUS))

    @contextmanager
    def refused(self, expected: type[Exception]) -> Iterator[None]:
        """Expect a refusal of exactly this kind that leaves not a byte behind."""
        data = self.assembly.database.files.data
        size, positions = data.stat().st_size, self.assembly.index.positions()
        with pytest.raises(DomainError) as why:
            yield
        assert type(why.value) is expected
        assert data.stat().st_size == size
        assert self.assembly.index.positions() == positions
        if isinstance(why.value, IllegalMove):
            assert why.value.allowed

    @initialize(details=st.tuples(_details, _details))
    def first_morning(self, details: tuple[ContactDetails, ContactDetails]) -> None:
        """Begin with a ticket that a directorate finishes by itself and one that the centre checks."""
        for category, known in zip(("bench", "pothole"), details, strict=True):
            self.apply("Kırık.", "COMPLAINT", category, known, index_fails=False)

    # -- applying ---------------------------------------------------------------------------------------------

    @rule(
        words=_texts,
        kind=st.sampled_from(["COMPLAINT", "COMPLAINT", "PRAISE", "QUESTION"]),
        category=st.sampled_from([None, "bench", "pothole", "hardship", "home_visit", "petition"]),
        details=_details,
        index_fails=st.sampled_from([False, False, False, True]),
    )
    def apply(self, words: str, kind: str, category: str | None, details: ContactDetails, index_fails: bool) -> None:
        application = draft(words=words, kind=kind, category=category, details=details)
        services = self.as_("")
        if not words.strip() or (details.is_empty and (kind == "QUESTION" or category == "home_visit")):
            with self.refused(InvalidInput):
                services.intake.file(application)
            return
        with self._stumbling_index() if index_fails else _nothing():
            filed = services.intake.file(application)
        assert not filed.is_repeat
        known = CATEGORIES.get(category or "")
        model = Model(
            filed.ticket_id,
            filed.address,
            filed.code,
            application.intake_key,
            "test" if details.email else "telephone" if details.phone else "follow_page",
            category == "petition",
            "ASSIGNED" if known else "NEW",
            category,
            known.department if known else None,
            bool(known and known.sensitive),
            bool(known and known.needs_check),
            has_clocks=kind != "PRAISE" and category != "petition",
            is_praise=kind == "PRAISE",
        )
        if model.method == "test":
            model.tell(is_answer=False, now=self.now())
        self._remember(model)
        self.models[filed.ticket_id] = model
        self.drafts[application.intake_key] = application

    @contextmanager
    def _stumbling_index(self) -> Iterator[None]:
        """Let the index fail once; afterwards the worker makes it good."""
        really, log = self.assembly.index.follow, logging.getLogger("halkla_iliskiler")
        level = log.level

        def fail(rows: object, positions: object) -> None:
            raise sqlite3.OperationalError("disk is full")

        log.setLevel(logging.CRITICAL)
        self.assembly.index.follow = fail  # type: ignore[method-assign]
        try:
            yield
        finally:
            self.assembly.index.follow = really  # type: ignore[method-assign]
            log.setLevel(level)
        assert self.assembly.index.is_stale
        Runner(self.assembly, tuple(job for job in JOBS if job.name == "catch_up_index")).run_due(self.now())

    @rule(seed=_seeds)
    def apply_again(self, seed: int) -> None:
        model = self.models[Random(seed).choice(sorted(i for i, m in self.models.items() if m.key in self.drafts))]
        again = self.as_("").intake.file(self.drafts[model.key])
        assert (again.ticket_id, again.code, again.is_repeat) == (model.identity, model.code, True)

    # -- working ----------------------------------------------------------------------------------------------

    @rule(seed=_seeds, attempts=st.integers(3, 12))
    def act(self, seed: int, attempts: int) -> None:
        """Do anything at all, in anybody's name or in that of somebody who sees the ticket."""
        random = Random(seed)
        for _ in range(attempts):
            model = self.models[random.choice(sorted(self.models))]
            colleagues = [who for who in sorted(ROLE) if sees(who, model.department, model.sensitive, model.asked)]
            who = random.choice(sorted(ROLE) if random.random() < 0.3 else colleagues)
            seen = random.choice([None, 0, 0, 0, -1, 1])
            order = replace(
                any_order(random),
                main=random.choice([None, 7, *sorted(self.models)]),
                together=random.random() < 0.5,
            )
            self._act(model, who, order, None if seen is None else len(model.entries) + seen)

    @rule(seed=_seeds, steps=st.integers(2, 8))
    def carry_on(self, seed: int, steps: int) -> None:
        """Do what fits, by somebody who may: chance alone seldom gets a ticket to its end."""
        random = Random(seed)
        mains = [identity for identity, model in self.models.items() if model.duplicates]
        model = self.models[random.choice(sorted(mains if mains and random.random() < 0.6 else self.models))]
        for _ in range(steps):
            if model.fits("request_reopening") and random.random() < 0.4:
                self._say(model, "request_reopening", "Olmadı.", knows_code=True)
                continue
            able = {
                action: [
                    who
                    for who in sorted(ROLE)
                    if may(who, NEEDED[action], model.department, model.sensitive, model.asked)
                ]
                for action in sorted(NEEDED.keys() - LINKS)
                if model.fits(action)
            }
            # What ends something is drawn more often than what goes round in circles.
            fitting = [action for action, people in able.items() if people for _ in range(WEIGHTS.get(action, 1))]
            action = random.choice(fitting)
            who, order = random.choice(able[action]), any_order(random)
            sensible = replace(
                order,
                action=Action(action),
                text=order.text.strip() or "Metin.",
                department=random.choice(sorted(HOME.get(who, DEPARTMENTS))),
                assignee=None,
                outcome=order.outcome if order.outcome in OUTCOMES else "SOLVED",
                body="water" if action == "refer" else None,
                planned_for=date(2030, 1, 1),
                together=random.random() < 0.7,
            )
            self._act(model, who, sensible, len(model.entries))
            if random.random() < 0.2:
                self.undo(random.getrandbits(32))
            if random.random() < 0.5:
                self.deliver(random.choice(["works", "works", "is down"]))

    def _act(self, model: Model, who: str, order: Order, seen: int | None) -> None:
        act: Callable[[], int] = lambda: self.as_(who).handling.act(model.identity, order, seen)  # noqa: E731
        refusal = self._refusal(model, who, order, seen)
        if refusal is not None:
            with self.refused(refusal):
                act()
            return
        before = model.kept(), len(model.messages)
        was_answered = self._is_answered(self._main_of(order))
        done = act()
        self._follow(model, who, order)
        self._mark(model, who, order, *before)
        self._follow_others(model, who, order, was_answered=was_answered)
        assert done == len(model.entries)

    def _mark(self, model: Model, who: str, order: Order, before: dict[str, Any], told: int) -> None:
        """Read the history again, and remember what the action has changed."""
        self._remember(model)
        place = len(model.entries) - 1
        model.point = None
        if order.action in UNDOABLE:
            met = model.promise_met and not before["promise_met"]
            model.point = Point(place, self.now(), who, before, model.messages[told:], met)

    def _main_of(self, order: Order) -> Model | None:
        main = self.models.get(order.main or 0)
        return self.models[main.duplicate_of] if main is not None and main.duplicate_of is not None else main

    def _is_answered(self, main: Model | None) -> bool:
        over = main is not None and main.status in ("DONE", "CLOSED") and not main.pending
        return main is not None and over and main.outcome != "WITHDRAWN"

    def _follow_others(self, model: Model, who: str, order: Order, *, was_answered: bool) -> None:
        action = order.action.value
        if action == "duplicate":
            main = self._main_of(order)
            assert main is not None
            main.duplicates.append(model.identity)
            self._remember(main)
            model.duplicate_of = main.identity
            if model.department is None and main.department is not None:
                model.department = main.department
                model.status = "ASSIGNED" if model.status == "NEW" else model.status
            if was_answered:
                finish, before = (
                    Order(Action.FINISH, order.text, outcome=main.outcome),
                    (model.kept(), len(model.messages)),
                )
                self._follow(model, who, finish)
                self._mark(model, who, finish, *before)
            elif order.text.strip():
                model.tell(is_answer=True, now=self.now())
        elif action == "not_duplicate":
            main = self.models[model.duplicate_of or 0]
            main.duplicates.remove(model.identity)
            model.duplicate_of = None
            self._remember(main)
        elif action == "split":
            self._remember_part(model, order)
        elif action in ("accept", "give_back") or (order.together and action in ("reply", "plan", "finish")):
            for identity in model.duplicates:
                other = self.models[identity]
                right = NEEDED[action] if action in ("accept", "give_back") else "handle"
                if other.fits(action) and may(who, right, other.department, other.sensitive, other.asked):
                    if order.outcome in PETITION_OUTCOMES and not other.is_petition:
                        continue
                    before = other.kept(), len(other.messages)
                    self._follow(other, who, order)
                    self._mark(other, who, order, *before)
                    if model.point is not None:
                        model.point.others.append((other.identity, len(other.entries) - 1))

    def _remember_part(self, model: Model, order: Order) -> None:
        with self.assembly.database.reading() as site:
            made = site.tickets[site.tickets[model.identity].splits[-1]]
            code = tracking_code(self.assembly.secret, made.id, 1)
            category = order.category
            part = Model(
                made.id, made.address, code, made.contacts[0].intake_key, model.method,
                model.is_petition and category is None, "ASSIGNED" if category else "NEW",
                category.code if category else None, category.department if category else None,
                category.sensitive if category else model.sensitive, bool(category and category.needs_check),
                has_clocks=not model.is_praise and not (model.is_petition and category is None),
                is_praise=model.is_praise,
            )  # fmt: skip
        part.tell(is_answer=False, now=self.now())
        self._remember(part)
        self.models[part.identity] = part

    @rule(seed=_seeds, steps=st.integers(1, 5))
    def link(self, seed: int, steps: int) -> None:
        """Mark, split, ask: by somebody who may, as it makes sense."""
        random = Random(seed)
        for _ in range(steps):
            model = self.models[random.choice(sorted(self.models))]
            fitting = [action for action in sorted(LINKS) if model.fits(action)]
            # A house of parts of parts tells nothing new.
            if len(self.models) > 12:
                fitting = [action for action in fitting if action != "split"]
            if not fitting:
                continue
            action = "duplicate" if "duplicate" in fitting and random.random() < 0.5 else random.choice(fitting)
            alike = [i for i, m in self.models.items() if m.department == model.department and m is not model]
            able = [
                who for who in sorted(ROLE) if may(who, NEEDED[action], model.department, model.sensitive, model.asked)
            ]
            if able:
                order = replace(
                    any_order(random),
                    action=Action(action),
                    text=random.choice(["Metin.", "Metin.", ""]),
                    department=random.choice(sorted(DEPARTMENTS)),
                    main=random.choice(sorted(alike or self.models)),
                )
                self._act(model, random.choice(able), order, len(model.entries))

    @rule(seed=_seeds)
    def undo(self, seed: int) -> None:
        """Take back what was just done; whoever has not done it finds nothing there."""
        random = Random(seed)
        model = self.models[random.choice(sorted(i for i, m in self.models.items() if m.point) or sorted(self.models))]
        if model.point is None:
            return
        point = model.point
        who = point.who if random.random() < 0.8 else random.choice(sorted(ROLE))
        undo = lambda: self.as_(who).undoing.undo(model.identity, point.place)  # noqa: E731
        together = [model, *(self.models[identity] for identity, _ in point.others)]
        places = [point.place, *(place for _, place in point.others)]
        refusal: type[Exception] | None = None
        if who != point.who:
            refusal = NotFound
        elif not all(self._can_be_taken_back(one, place) for one, place in zip(together, places, strict=True)):
            refusal = InvalidInput
        if refusal is not None:
            with self.refused(refusal):
                undo()
            return
        assert undo() == model.entries[point.place].action  # type: ignore[attr-defined]
        for one in together:
            one.take_back()
            self._remember(one)

    def _can_be_taken_back(self, model: Model, place: int) -> bool:
        point = model.point
        if point is None or point.place != place or len(model.entries) != place + 1:
            return False
        if self.now() - point.at > timedelta(minutes=1):
            return False
        return all(m.state != "DELIVERED" and m.state != "UNDELIVERABLE" and not m.attempts for m in point.messages)

    def _remember(self, model: Model) -> None:
        """Read the history again: what was in it is in it still, word for word."""
        with self.assembly.database.reading() as site:
            ticket = site.tickets[model.identity]
            history = [entry for _, entry in ticket.history]
            assert history[: len(model.entries)] == model.entries
            assert ticket.revision == len(history)
            model.entries = history

    def _refusal(self, model: Model, who: str, order: Order, seen: int | None) -> type[Exception] | None:
        action = order.action.value
        if not sees(who, model.department, model.sensitive, model.asked):
            return NotFound
        if action not in NEEDED or not may(who, NEEDED[action], model.department, model.sensitive, model.asked):
            return Forbidden
        if seen is not None and seen != len(model.entries):
            return RevisionConflict
        if order.department == "gone" or order.body == "gone":
            return InvalidInput
        if action == "assign":
            at_home = order.department in HOME.get(who, DEPARTMENTS | {None})
            works_there = order.assignee is None or order.department in HOME.get(order.assignee, ())
            if not at_home or not works_there:
                return InvalidInput
            sensitive = order.category.sensitive if order.category else model.sensitive
            if order.assignee and not sees(order.assignee, order.department, sensitive):
                return InvalidInput
        main = self._main_of(order)
        if action == "duplicate" and (main is None or not sees(who, main.department, main.sensitive, main.asked)):
            return InvalidInput
        if not model.fits(action):
            return IllegalMove
        return InvalidInput if self._is_incomplete(model, order) else None

    def _is_incomplete(self, model: Model, order: Order) -> bool:
        action = order.action.value
        return (
            (action in NEEDS_TEXT and not order.text.strip())
            or (action == "assign" and not order.department)
            or (action == "refer" and not order.body)
            or (action == "refer" and order.planned_for is not None and order.planned_for < self.now().date())
            or (action == "consult" and order.department in (None, model.department))
            or (action == "duplicate" and not self._may_be_duplicate(model, order))
            or (action == "plan" and (order.planned_for is None or order.planned_for < self.now().date()))
            or (
                action == "finish"
                and order.outcome not in OUTCOMES | (PETITION_OUTCOMES if model.is_petition else frozenset())
            )
        )

    def _may_be_duplicate(self, model: Model, order: Order) -> bool:
        main = self._main_of(order)
        if main is None or main is model or model.duplicates:
            return False
        if not self._is_answered(main):
            return True
        return bool(order.text.strip()) and (main.outcome in OUTCOMES or model.is_petition)

    def _follow(self, model: Model, who: str, order: Order) -> None:
        """Let the model do what the house has done."""
        action, category = order.action.value, order.category
        if action in ("assign", "give_back", "reopen") and (action != "assign" or model.status == "REOPEN_REQUESTED"):
            model.outcome = None
        model.status = TO.get(action, model.status)
        if action == "assign":
            model.department, model.assignee = order.department, order.assignee
            if category is not None and category.code != model.category:
                if model.category == "petition":
                    # Under another law other promises run, from the beginning.
                    model.is_petition, model.has_clocks, model.promise_met = False, not model.is_praise, False
                model.category, model.sensitive, model.needs_check = (
                    category.code, category.sensitive, category.needs_check,
                )  # fmt: skip
        elif action == "take":
            model.assignee = who
        elif action == "send_back":
            model.department = model.assignee = None
        elif action == "finish":
            model.outcome, model.pending = order.outcome, model.needs_check
        elif action in ("accept", "give_back"):
            model.pending = False
        elif action == "consult":
            model.asked = order.department
        if action in ("opinion", "end_consult") or not model.is_open or model.asked == model.department:
            model.asked = None
        if action == "ask":
            model.tell(is_answer=False, now=self.now())
            model.messages[-1].is_question = True
        elif action in ("reply", "plan", "refer", "refuse_reopening", "accept") or (
            action == "finish" and not model.pending
        ):
            model.tell(is_answer=True, now=self.now())

    # -- what applicants say ----------------------------------------------------------------------------------

    @rule(seed=_seeds, text=_texts, what=st.sampled_from(["message", "request_reopening", "withdraw", "rate"]))
    def say(self, seed: int, text: str, what: str) -> None:
        random = Random(seed)
        model = self.models[random.choice(sorted(self.models))]
        self._say(model, what, text, knows_code=random.random() < 0.8)

    def _say(self, model: Model, what: str, text: str, *, knows_code: bool) -> None:
        following, code = self.as_("").following, model.code if knows_code else "A" * 26
        uses: dict[str, Callable[[], object]] = {
            "message": lambda: following.add_message(model.address, code, text),
            "request_reopening": lambda: following.ask_to_reopen(model.address, code, text),
            "withdraw": lambda: following.withdraw(model.address, code, text),
            "rate": lambda: self.as_("").satisfaction.record(model.identity, 4, text, "page"),
        }
        if model.said > 25:
            return
        model.said += 1
        is_over = model.status in ("DONE", "CLOSED") and not model.pending
        refusal: type[Exception] | None = None
        if what == "message" and not text.strip():
            refusal = InvalidInput
        elif what == "rate":
            # A plugin asks, and has found out who answers.
            refusal = None if is_over else IllegalMove
            if is_over and model.outcome == "WITHDRAWN":
                refusal = InvalidInput
        elif not knows_code:
            refusal = NotFound
        elif what != "message" and not model.fits(what):
            refusal = IllegalMove
        elif what == "request_reopening" and not text.strip():
            refusal = InvalidInput
        if refusal is not None:
            with self.refused(refusal):
                uses[what]()
            return
        uses[what]()
        self._remember(model)
        model.point = None
        for message in model.messages:
            if what in ("message", "withdraw") and (message.is_question or (what == "withdraw" and message.is_answer)):
                message.stands()
        if what == "message" and model.status == "WAITING_FOR_APPLICANT":
            model.status = "IN_PROGRESS"
        elif what == "withdraw":
            model.status, model.outcome, model.asked = "CLOSED", "WITHDRAWN", None
            model.promise_met = True
        elif what == "request_reopening":
            model.status, model.promise_met = "REOPEN_REQUESTED", False

    # -- messages ---------------------------------------------------------------------------------------------

    @rule(how=st.sampled_from(["works", "works", "is down", "refuses", "crashes"]))
    def deliver(self, how: str) -> None:
        {
            "works": self.method.recover,
            "is down": self.method.break_down,
            "refuses": lambda: self.method.break_down("no such user", permanent=True),
            "crashes": lambda: self.method.crash(OSError("no route")),
        }[how]()
        log = logging.getLogger("halkla_iliskiler")
        level = log.level
        log.setLevel(logging.CRITICAL)
        before = len(self.method.tried)
        while self.assembly.services(SYSTEM).delivery.deliver_due():
            pass
        log.setLevel(level)
        expected = 0
        for model in self.models.values():
            for message in model.messages:
                if message.state != "PENDING" or message.due is None or message.due > self.now():
                    continue
                expected += 1
                self._settle(model, message, how)
        assert len(self.method.tried) - before == expected

    def _settle(self, model: Model, message: Message, how: str) -> None:
        message.attempts += 1
        if how == "works":
            message.state = "DELIVERED"
            if message.is_answer:
                model.promise_met = True
        elif how == "refuses" or message.attempts >= GIVE_UP_AFTER:
            message.state = "UNDELIVERABLE"
        else:
            message.due = self.now() + retry_after(message.attempts)

    @precondition(lambda self: any(model.messages for model in self.models.values()))
    @rule(seed=_seeds, again=st.booleans())
    def tell_or_send_again(self, seed: int, again: bool) -> None:
        random = Random(seed)
        model = self.models[random.choice(sorted(i for i, known in self.models.items() if known.messages))]
        who = random.choice(sorted(ROLE))
        place = random.randrange(len(model.messages))
        message = model.messages[place]
        with self.assembly.database.reading() as site:
            entry = site.tickets[model.identity].notifications[place]
        handling = self.as_(who).handling
        use = handling.send_again if again else handling.told
        if not sees(who, model.department, model.sensitive, model.asked):
            refusal: type[Exception] | None = NotFound
        elif not may(who, "resend", model.department, model.sensitive, model.asked):
            refusal = Forbidden
        elif again:
            refusal = None if model.method == "test" else InvalidInput
        else:
            refusal = None if message.state == "TO_BE_TOLD" else InvalidInput
        if refusal is not None:
            with self.refused(refusal):
                use(model.identity, entry)
            return
        use(model.identity, entry)
        self._remember(model)
        if again:
            message.state, message.attempts, message.due = "PENDING", 0, self.now()
        else:
            message.state = "DELIVERED"
            if message.is_answer:
                model.promise_met = True

    # -- the house itself -------------------------------------------------------------------------------------

    @rule(span=st.sampled_from([timedelta(seconds=20), timedelta(minutes=11), timedelta(hours=9), timedelta(days=3)]))
    def time_passes(self, span: timedelta) -> None:
        self.now.advance(span)

    @rule()
    def restart(self) -> None:
        self.assembly.close()
        self._open()

    # -- what always holds ------------------------------------------------------------------------------------

    @invariant()
    def the_index_equals_the_tickets(self) -> None:
        assert list(problems(self.assembly.database, self.assembly.index, deep=False)) == []

    @invariant()
    def every_ticket_stands_where_the_model_says(self) -> None:
        with self.assembly.database.reading() as site:
            assert sorted(site.tickets) == sorted(self.models)
            for identity, model in self.models.items():
                ticket = site.tickets[identity]
                assert (
                    ticket.status, ticket.check_pending, ticket.department, ticket.assignee, ticket.sensitive,
                    ticket.outcome, ticket.category, ticket.is_open, ticket.opinion_from, ticket.duplicate_of,
                    list(ticket.duplicates),
                ) == (
                    model.status, model.pending, model.department, model.assignee, model.sensitive,
                    model.outcome, model.category, model.is_open, model.asked, model.duplicate_of, model.duplicates,
                )  # fmt: skip
                assert (ticket.outcome is not None) == (ticket.status in ("DONE", "CLOSED", "REOPEN_REQUESTED"))
                assert [entry for _, entry in ticket.history] == model.entries
                assert ticket.shared_with == ((model.asked,) if model.asked else ())

    @invariant()
    def promises_are_kept_as_the_messages_say(self) -> None:
        with self.assembly.database.reading() as site:
            for identity, model in self.models.items():
                ticket = site.tickets[identity]
                states = [site.outbox.entries[entry].state for entry in ticket.notifications]
                assert states == [message.state for message in model.messages]
                promise, solve = ticket.clock(ClockKind.PROMISE), ticket.clock(ClockKind.SOLVE)
                assert (promise is not None) == (solve is not None) == model.has_clocks
                if promise is not None and solve is not None:
                    assert promise.is_running == (not model.promise_met)
                    assert solve.is_running == (model.status not in ("DONE", "CLOSED", "REOPEN_REQUESTED"))

    @invariant()
    def nobody_reads_what_is_not_told_yet(self) -> None:
        with self.assembly.database.reading() as site:
            for identity, model in self.models.items():
                if model.pending:
                    entries = [entry for _, entry in site.tickets[identity].history if entry.action == Action.FINISH]
                    assert not entries[-1].is_public

    @invariant()
    def everybody_sees_exactly_what_they_may(self) -> None:
        index = self.assembly.index
        for who in ROLE:
            actor: Actor = STAFF.get(who, ANONYMOUS)
            expected = {i for i, m in self.models.items() if sees(who, m.department, m.sensitive, m.asked)}
            everything = TicketQuery(visibility(actor), is_open=None, limit=1000)
            assert {row.id for row in index.find(everything).rows} == expected
            counts = self.assembly.services(actor).lists.counts()
            if Queue.OPEN in counts:
                assert counts[Queue.OPEN] == sum(self.models[identity].is_open for identity in expected)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def test_whatever_everybody_does_the_house_stays_in_order(furnished: Path, tmp_path: Path) -> None:
    House.furnished, House.workspace = furnished, tmp_path
    run_state_machine_as_test(House, settings=settings(max_examples=25, stateful_step_count=25))
