"""Many at once equals one by one, wherever it is interrupted: tickets, histories, promises, and who is told what."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from halkla_iliskiler.domain.access import ANONYMOUS, SYSTEM
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.bulk import DONE, BulkKind, BulkOrder, is_so_already, order_for
from halkla_iliskiler.domain.errors import DomainError, InvalidInput
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Location
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, bulk
from halkla_iliskiler.services.bulk_doing import Refused
from halkla_iliskiler.services.consistency import problems
from halkla_iliskiler.services.named_fields import fields_of, filled_in
from halkla_iliskiler.services.unit import Unit
from halkla_iliskiler.testing import STAFF, FakeNow, TestMethod, draft, open_site

PEOPLE = (
    ContactDetails("Ayşe Denek", email="ayse@example.org"),
    ContactDetails("Can Öz", email="can@example.org"),
    ContactDetails("Fatma Ün", phone="0532 111 22 33"),
    ContactDetails(),
)
BEFORE = (
    None,
    Order(Action.TAKE),
    Order(Action.REPLY, "Bakıyoruz."),
    Order(Action.FINISH, "Oldu.", outcome="SOLVED"),
    Order(Action.PLAN, "Yarın.", planned_for=date(2026, 1, 9)),
    Order(Action.NOTE, "Not."),
)

tickets = st.lists(
    st.fixed_dictionaries(
        {
            "category": st.sampled_from(["bench", "tree", "pothole", "hardship", "rubbish", None]),
            "details": st.sampled_from(PEOPLE),
            "place": st.sampled_from([None, "isikli"]),
            "before": st.sampled_from(BEFORE),
        }
    ),
    min_size=1,
    max_size=14,
)
orders = st.sampled_from(
    [
        BulkOrder(BulkKind.REPLY, "{number} için bakıyoruz."),
        BulkOrder(BulkKind.REPLY, "Hepsine bakıyoruz."),
        BulkOrder(BulkKind.FINISH, "{place} onarıldı. {department}", outcome="SOLVED"),
        BulkOrder(BulkKind.FINISH, "Hepsi onarıldı.", outcome="NOT_EXAMINED_6A"),
        BulkOrder(BulkKind.PLAN, "Programa alındı.", planned_for=date(2026, 1, 20)),
        BulkOrder(BulkKind.ASSIGN, "Lütfen bakın.", department="roads", assignee="clerk-roads"),
        BulkOrder(BulkKind.ASSIGN, department="family", assignee="clerk"),
        BulkOrder(BulkKind.CATEGORY, category="pothole", follow=True),
        BulkOrder(BulkKind.CATEGORY, category="hardship"),
        BulkOrder(BulkKind.CLOSE),
        BulkOrder(BulkKind.TAG, tag="fırtına"),
        BulkOrder(BulkKind.UNTAG, tag="fırtına"),
    ]
)
roles = st.sampled_from(["director", "supervisor"])


@contextmanager
def a_city(furnished: Path, filed: list[dict[str, Any]]) -> Iterator[tuple[Assembly, list[int]]]:
    """A site with these tickets, each where it was before."""
    with TemporaryDirectory() as directory:
        assembly = open_site(Path(copytree(furnished, Path(directory) / "site")), FakeNow())
        try:
            yield assembly, [_filed(assembly, place, values) for place, values in enumerate(filed)]
            assert list(problems(assembly.database, assembly.index, deep=False)) == []
        finally:
            assembly.close()


def _filed(assembly: Assembly, place: int, values: dict[str, Any]) -> int:
    location = Location(values["place"])
    asked = draft(
        category=values["category"], details=values["details"], location=location, kind="SUGGESTION",
        intake_key=f"bulk:{place}",
    )  # fmt: skip
    filed = assembly.services(ANONYMOUS).intake.file(asked)
    if values["before"] is not None:
        with suppress(DomainError):
            assembly.services(SYSTEM).handling.act(filed.ticket_id, values["before"], None)
    return filed.ticket_id


def by_hand(assembly: Assembly, role: str, order: BulkOrder, numbers: list[int]) -> set[int]:
    """Do it one by one as the pages would; return with which it was done."""
    services, done = assembly.services(STAFF[role]), set()
    for number in numbers:
        try:
            with services.handling.opened(number) as (site, ticket):
                if not order.kind.is_tagging and is_so_already(order, ticket):
                    continue
                values = fields_of(site, ticket, assembly.extensions.brand.name)
                if "{place}" in order.text and not values["place"]:
                    continue  # nobody sends an answer with a gap in it
                text = filled_in(order.text, values)
                whole = (
                    None
                    if order.kind.is_tagging
                    else order_for(
                        order, ticket, site.city.category(order.category), text, site.city.tree, services.today
                    )
                )
            if whole is not None:
                services.handling.act(number, whole, None)
            elif order.kind is BulkKind.TAG:
                assert services.tagging.add(number, order.tag) is not None
            else:
                if services.tagging.remove(number, order.tag) is None:
                    continue
        except DomainError:
            continue
        done.add(number)
    return done


def at_once(assembly: Assembly, role: str, order: BulkOrder, numbers: list[int], every: int) -> set[int]:
    """Do it as a job that is killed after every *every* tickets, and gone on with by somebody who knows nothing."""
    services = assembly.services(STAFF[role])
    try:
        job_id = services.bulk.choose("liste=open", None, numbers)
    except InvalidInput:
        return set()  # none of them may be seen
    services.bulk.prepare(job_id, order)
    with services.bulk.opened(job_id) as (_, job):
        if not job.groups.values:
            return set()
    services.bulk.start(job_id, 1)
    killed = _Killed(assembly, job_id)
    with patch.object(bulk, "_BATCH", every):
        while killed.goes_on():
            pass
    with services.bulk.opened(job_id) as (_, job):
        assert len(job.results) == len(job.chosen.values), "something became of every ticket"
        return {number for number, (result, _place) in job.results.items() if result == DONE}


class _Killed:
    """A worker that dies in the middle of a transaction: what it did in it is lost, what was committed is not."""

    def __init__(self, assembly: Assembly, job_id: int) -> None:
        self.assembly, self.job_id = assembly, job_id

    def goes_on(self) -> bool:
        desk = self.assembly.services(SYSTEM).bulk

        def dies(unit: Unit) -> None:
            desk._batch(unit, self.job_id, {})
            raise _Kill

        with suppress(_Kill, Refused):
            self.assembly.write(dies, "killed before the commit")
        return bool(desk.advance(self.job_id, 1))


class _Kill(Exception):
    pass


def state_of(assembly: Assembly, numbers: list[int]) -> list[object]:
    """Return all of every ticket but for the messages: what it is, what its history says, what is promised."""
    with assembly.database.reading() as site:
        return [_plain(site.tickets[number]) for number in numbers]


def _plain(ticket: Any) -> object:
    names = (
        "status", "category", "department", "assignee", "outcome", "check_pending", "planned_for", "clocks", "regime",
        "sensitive", "tags", "version", "shared_with", "mentioned", "updated_at",
    )  # fmt: skip
    return [getattr(ticket, name) for name in names], list(ticket.history)


def told(assembly: Assembly) -> list[tuple[str, str]]:
    method = assembly.extensions.feedback_methods["test"]
    assert isinstance(method, TestMethod)
    before = len(method.delivered)
    while assembly.services(SYSTEM).delivery.deliver_due():
        pass
    return [(note.to, note.body) for note in method.delivered[before:]]


def calls(assembly: Assembly) -> list[int]:
    with assembly.database.reading() as site:
        return [entry.ticket_id for entry in site.outbox.entries.values() if entry.state == "TO_BE_TOLD"]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(filed=tickets, order=orders, role=roles, every=st.integers(1, 3))
def test_many_at_once_equals_one_by_one(
    furnished: Path, filed: list[dict[str, Any]], order: BulkOrder, role: str, every: int
) -> None:
    with a_city(furnished, filed) as (one_by_one, numbers):
        told(one_by_one)
        calls_before = len(calls(one_by_one))
        expected = by_hand(one_by_one, role, order, numbers)
        state = state_of(one_by_one, numbers)
        messages = told(one_by_one)
        asked = len(calls(one_by_one)) - calls_before
        met = state_of(one_by_one, numbers)
    with a_city(furnished, filed) as (at_one_go, same):
        assert same == numbers
        told(at_one_go)
        before = len(calls(at_one_go))
        assert at_once(at_one_go, role, order, numbers, every) == expected
        assert state_of(at_one_go, numbers) == state
        sent = told(at_one_go)
        assert state_of(at_one_go, numbers) == met, "the same promises are met when the messages have arrived"
        assert sorted({to for to, _ in sent}) == sorted({to for to, _ in messages})
        assert len({to for to, _ in sent}) == len(sent), "nobody is written to twice"
        assert len(calls(at_one_go)) - before <= asked
        for to, body in messages:
            # The follow link of each ticket is in the one message.
            link = next(line for line in body.splitlines() if "/takip/" in line)
            assert any(other == to and link in text for other, text in sent)
