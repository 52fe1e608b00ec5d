"""The same words again, many applications at once, and what a program sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from halkla_iliskiler.domain.applicant import ApplicantKind, ContactDetails, Representation
from halkla_iliskiler.domain.errors import InvalidInput
from halkla_iliskiler.domain.ticket import Ticket
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.lists import Filters, Listed, Queue
from halkla_iliskiler.services.throttle import TooManyFilings
from halkla_iliskiler.testing import FakeNow, TestMethod, draft

As = Callable[[str], Services]
AYSE = ContactDetails("Ayşe Yılmaz", phone="+905321234567", email="ayse@example.org")
CLIENT = "203.0.113.7"


def ticket(assembly: Assembly, identity: int) -> Ticket:
    with assembly.database.reading() as site:
        found: Ticket = site.tickets[identity]
        found._p_activate()
        return found


def test_the_same_words_from_the_same_sender_are_one_ticket_with_a_count(services: As, assembly: Assembly) -> None:
    first = services("").intake.file(draft(words="Lamba yanmıyor!", details=AYSE, client=CLIENT))
    again = services("").intake.file(draft(words="LAMBA  yanmıyor", details=AYSE, client=CLIENT))
    assert (again.number, again.code, again.is_repeat) == (first.number, first.code, True)
    found = ticket(assembly, first.ticket_id)
    assert found.repeats == 1
    assert found.words == "Lamba yanmıyor!"
    assert len(assembly.extensions.feedback_methods["test"].tried) == 0
    assert len(found.notifications) == 1, "one receipt"


@pytest.mark.parametrize(
    "change",
    [
        {"words": "Lamba yine yanmıyor!"},
        {"client": "203.0.113.8"},
        {"details": ContactDetails("Ayşe Yılmaz", phone="+905321234568", email="ayse@example.org")},
        {"category": "tree"},
    ],
)
def test_another_sender_or_another_matter_is_another_ticket(services: As, change: dict[str, Any]) -> None:
    plain: dict[str, Any] = {"words": "Lamba yanmıyor!", "details": AYSE, "client": CLIENT}
    first = services("").intake.file(draft(**plain))
    other = services("").intake.file(draft(**(plain | change)))
    assert other.number != first.number
    assert not other.is_repeat


def test_after_a_minute_the_same_words_are_new(services: As, now: FakeNow) -> None:
    first = services("").intake.file(draft(client=CLIENT))
    now.advance(timedelta(minutes=1))
    assert services("").intake.file(draft(client=CLIENT)).number != first.number


def test_a_telephone_past_its_limit_waits_and_is_then_marked(services: As, assembly: Assembly, now: FakeNow) -> None:
    def send(number: int) -> Any:
        return services("").intake.file(draft(words=f"Bank {number}", details=AYSE, client=f"198.51.100.{number}"))

    for number in range(assembly.options.filings_per_person):
        assert not ticket(assembly, send(number).ticket_id).from_slow_lane
    assert ticket(assembly, send(50).ticket_id).from_slow_lane
    with pytest.raises(TooManyFilings) as refused:
        send(51)
    now.advance(refused.value.wait)
    assert ticket(assembly, send(51).ticket_id).from_slow_lane


def test_one_line_has_many_ipv6_addresses(services: As, assembly: Assembly) -> None:
    def send(number: int, client: str) -> Any:
        return services("").intake.file(draft(words=f"Bank {number}", client=client))

    for number in range(assembly.options.filings_per_address):
        send(number, f"2001:db8:1:1::{number:x}")
    send(1000, "2001:db8:1:1::ffff")
    with pytest.raises(TooManyFilings):
        send(1001, "2001:db8:1:1:2::1")
    send(1002, "2001:db8:1:2::1")


def test_what_is_refused_or_was_filed_before_counts_nothing(services: As, assembly: Assembly) -> None:
    known = draft(client=CLIENT)
    first = services("").intake.file(known)
    for _ in range(assembly.options.filings_per_address + 5):
        assert services("").intake.file(known).number == first.number
        with pytest.raises(InvalidInput):
            services("").intake.file(draft(words=" ", client=CLIENT))
    assert not ticket(assembly, services("").intake.file(draft(words="Başka", client=CLIENT)).ticket_id).from_slow_lane


def test_what_staff_record_is_never_slowed_down(services: As, assembly: Assembly) -> None:
    for number in range(assembly.options.filings_per_person + 2):
        filed = services("agent").intake.file(
            draft(words=f"Bank {number}", details=AYSE, client=CLIENT, recorded_by_staff=True)
        )
        assert not ticket(assembly, filed.ticket_id).from_slow_lane


# -- suspected ------------------------------------------------------------------------------------------------------


def test_what_a_program_sent_is_filed_apart_and_sends_no_receipt(
    services: As, assembly: Assembly, method: TestMethod
) -> None:
    filed = services("").intake.file(draft(details=AYSE, suspicions=("hidden_field",)))
    services("system").delivery.deliver_due()
    assert method.tried == []
    lists = services("clerk").lists
    assert [row.id for row in lists.look(Listed(Queue.SUSPECTED)).rows] == [filed.ticket_id]
    for queue in (Queue.DIRECTORATE, Queue.OPEN, Queue.OVERDUE):
        assert lists.look(Listed(queue)).rows == []
    assert (lists.counts()[Queue.SUSPECTED], lists.counts()[Queue.OPEN]) == (1, 0)
    assert [row.id for row in lists.look(Listed(Queue.ALL, Filters(words="bank"))).rows] == [filed.ticket_id]


def test_staff_say_that_a_person_wrote_it(services: As, assembly: Assembly, method: TestMethod) -> None:
    filed = services("").intake.file(draft(details=AYSE, suspicions=("too_fast",)))
    services("clerk").handling.trust(filed.ticket_id)
    services("system").delivery.deliver_due()
    assert [note.to for note in method.delivered] == ["ayse@example.org"]
    assert [row.id for row in services("clerk").lists.look(Listed(Queue.OPEN)).rows] == [filed.ticket_id]
    with pytest.raises(InvalidInput):
        services("clerk").handling.trust(filed.ticket_id)


def test_an_answer_goes_out_even_where_nobody_said_so(services: As, method: TestMethod) -> None:
    from halkla_iliskiler.domain.moves import Order
    from halkla_iliskiler.domain.workflow import Action

    filed = services("").intake.file(draft(details=AYSE, suspicions=("too_fast",)))
    services("clerk").handling.act(filed.ticket_id, Order(Action.REPLY, text="Geliyoruz."), None)
    services("system").delivery.deliver_due()
    assert len(method.delivered) == 1


# -- who, and how they are told -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preferred", "used"), [("", "test"), ("telephone", "telephone"), ("follow_page", "follow_page"), ("test", "test")]
)
def test_people_are_told_the_way_they_asked_for(services: As, assembly: Assembly, preferred: str, used: str) -> None:
    from halkla_iliskiler.domain.moves import Order
    from halkla_iliskiler.domain.workflow import Action

    filed = services("").intake.file(draft(details=AYSE, preferred_method=preferred))
    services("clerk").handling.act(filed.ticket_id, Order(Action.REPLY, text="Geliyoruz."), None)
    with assembly.database.reading() as site:
        newest = site.outbox.entries[site.tickets[filed.ticket_id].notifications[-1]]
        assert newest.method == used


def test_a_way_that_does_not_reach_them_is_replaced(services: As, assembly: Assembly) -> None:
    from halkla_iliskiler.services.telling import choose_method

    only_mail = ContactDetails(email="ayse@example.org")
    assert choose_method(assembly, only_mail, "telephone")[0].code == "test"
    assert choose_method(assembly, only_mail, "carrier_pigeon")[0].code == "test"
    with pytest.raises(InvalidInput):
        services("").intake.file(draft(preferred_method="carrier_pigeon"))


def test_a_legal_person_has_a_title(services: As, assembly: Assembly) -> None:
    with pytest.raises(InvalidInput) as refused:
        services("").intake.file(draft(representation=Representation(ApplicantKind.LEGAL_PERSON.value)))
    assert (refused.value.field, refused.value.problem) == ("organisation", "title_needed")
    who = Representation("LEGAL_PERSON", "Örnek Kooperatifi", "Zeynep Kaya")
    assert ticket(assembly, services("").intake.file(draft(representation=who)).ticket_id).representation == who


def test_permissions_are_kept_with_version_and_time_and_can_be_taken_back(
    services: As, assembly: Assembly, now: FakeNow
) -> None:
    filed = services("").intake.file(draft(consents=("photo",)))
    given = now()
    now.advance(timedelta(hours=2))
    services("").following.withdraw_consent(filed.address, filed.code, "photo")
    (consent,) = ticket(assembly, filed.ticket_id).consents
    assert (consent.purpose, consent.version, consent.given_at, consent.withdrawn_at) == ("photo", "1", given, now())
    for purpose in ("photo", "survey", "nothing"):
        with pytest.raises(InvalidInput):
            services("").following.withdraw_consent(filed.address, filed.code, purpose)
    with pytest.raises(InvalidInput):
        services("").intake.file(draft(consents=("newsletter",)))
