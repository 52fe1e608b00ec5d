"""Many tickets at once: the same rules as by hand, one message a person, nothing twice, a reason for each refused."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from ZODB.POSException import ConflictError

from halkla_iliskiler.domain.access import Grant
from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.bulk import DONE, MOST_TRIES, BulkJob, BulkKind, BulkOrder, BulkState
from halkla_iliskiler.domain.calls import CallResult
from halkla_iliskiler.domain.city import Department
from halkla_iliskiler.domain.errors import Forbidden, InvalidInput, NotFound
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Location, Ticket
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services, bulk
from halkla_iliskiler.services.bulk import UNDONE
from halkla_iliskiler.services.bulk_doing import previews
from halkla_iliskiler.services.bulk_fitting import fittings
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.lists import Filters, Listed, Queue
from halkla_iliskiler.services.unit import Unit
from halkla_iliskiler.storage import GateBusy
from halkla_iliskiler.testing import FakeNow, TestMethod, draft

As = Callable[..., Services]
AYSE = ContactDetails("Ayşe Denek", email="ayse@example.org")
CAN = ContactDetails("Can Öz", email="can@example.org")
FATMA = ContactDetails("Fatma Ün", phone="0532 111 22 33")
NOBODY = ContactDetails()


@pytest.fixture
def file(services: As) -> Callable[..., Filed]:
    return lambda **values: services().intake.file(draft(**{"details": AYSE, **values}))


File = Callable[..., Filed]


def look(assembly: Assembly, filed: Filed) -> Ticket:
    with assembly.database.reading() as site:
        ticket: Ticket = site.tickets[filed.ticket_id]
        list(ticket.history)
        return ticket


def kept(assembly: Assembly, job_id: int) -> BulkJob:
    with assembly.database.reading() as site:
        assert site.bulk is not None
        job: BulkJob = site.bulk.jobs[job_id]
        list(job.results.items()), job.groups.values, job.foreseen.values
        return job


def prepared(who: Services, filed: list[Filed], order: BulkOrder) -> int:
    job_id = who.bulk.choose("liste=open", None, [one.ticket_id for one in filed])
    who.bulk.prepare(job_id, order)
    return job_id


def run(who: Services, job_id: int) -> None:
    with who.bulk.opened(job_id) as (_, job):
        version = job.version
    who.bulk.start(job_id, version)
    while who.bulk.advance(job_id, 10):
        pass


def done(who: Services, filed: list[Filed], order: BulkOrder) -> int:
    job_id = prepared(who, filed, order)
    run(who, job_id)
    return job_id


def results(assembly: Assembly, job_id: int) -> dict[int, str]:
    return {identity: result for identity, (result, _place) in kept(assembly, job_id).results.items()}


def delivered(services: As, method: TestMethod) -> list[tuple[str, str]]:
    before = len(method.delivered)
    while services("system").delivery.deliver_due():
        pass
    return [(message.to, message.body) for message in method.delivered[before:]]


ANSWER_WITHOUT_PLACE = BulkOrder(BulkKind.FINISH, "{number} onarıldı.", outcome="SOLVED")
ANSWER = BulkOrder(BulkKind.FINISH, "{number}: {place} onarıldı.", outcome="SOLVED")


# -- choosing ------------------------------------------------------------------------------------------------------


def test_a_list_is_asked_anew_by_the_service(services: As, file: File) -> None:
    mine = [file(location=Location("isikli")) for _ in range(3)]
    file(category="rubbish")
    listed = Listed(Queue.DIRECTORATE, Filters(neighbourhoods=("isikli",)))
    clerk = services("clerk")
    job_id = clerk.bulk.choose("liste=directorate", listed)
    with clerk.bulk.opened(job_id) as (_, job):
        assert sorted(job.chosen.values) == [one.ticket_id for one in mine]


def test_what_may_not_be_seen_is_passed_over_wherever_it_came_from(services: As, file: File) -> None:
    own, other = file(), file(category="rubbish")
    clerk = services("clerk")
    job_id = clerk.bulk.choose("", None, [own.ticket_id, other.ticket_id, 5, own.ticket_id])
    with clerk.bulk.opened(job_id) as (_, job):
        assert job.chosen.values == (own.ticket_id,)
    with pytest.raises(InvalidInput, match="nothing_selected"):
        clerk.bulk.choose("", None, [other.ticket_id])


def test_who_can_do_nothing_with_any_ticket_chooses_none(services: As, file: File) -> None:
    filed = file()
    for role in ("auditor", "administrator", ""):
        with pytest.raises(Forbidden):
            services(role).bulk.choose("", None, [filed.ticket_id])
    assert services("field-crew").bulk.kinds == [BulkKind.TAG, BulkKind.UNTAG]
    assert BulkKind.ASSIGN not in services("clerk").bulk.kinds


def test_a_job_is_its_owners_alone(services: As, file: File) -> None:
    job_id = prepared(services("clerk"), [file()], BulkOrder(BulkKind.TAG, tag="fırtına"))
    for use in (
        lambda other: other.bulk.opened(job_id).__enter__(),
        lambda other: other.bulk.prepare(job_id, BulkOrder(BulkKind.TAG, tag="x")),
        lambda other: other.bulk.start(job_id, 1),
        lambda other: other.bulk.cancel(job_id),
        lambda other: other.bulk.take_back(job_id),
    ):
        with pytest.raises(NotFound):
            use(services("director"))


# -- looking at what would happen ------------------------------------------------------------------------------------


def test_looking_changes_nothing_and_says_what_would_happen(
    services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    filed = [file(), file(details=CAN), file(details=CAN), file(details=FATMA), file(details=NOBODY, kind="SUGGESTION")]
    services("clerk").handling.act(filed[0].ticket_id, Order(Action.FINISH, "Oldu.", outcome="SOLVED"), None)
    delivered(services, method)
    before = [(look(assembly, one).revision, look(assembly, one).version) for one in filed]
    clerk = services("clerk")
    job_id = prepared(clerk, filed, BulkOrder(BulkKind.REPLY, "{number} için bakıyoruz."))
    job = kept(assembly, job_id)
    assert job.state == BulkState.READY
    assert job.foreseen.values == ((filed[0].ticket_id, "status.DONE"),)
    assert job.total == 4
    assert dict(job.told) == {"test": 1, "telephone": 1}, "one message to Can, one call"
    assert job.standing == 1
    assert [(look(assembly, one).revision, look(assembly, one).version) for one in filed] == before
    assert delivered(services, method) == []
    with clerk.bulk.opened(job_id) as (site, opened):
        shown = previews(clerk, site, opened)
    assert [(one.method, one.tickets) for one in shown] == [("telephone", 1), ("follow_page", 1), ("test", 2)]
    assert filed[1].number in shown[2].note.body
    assert filed[2].number in shown[2].note.body
    assert "••••" in shown[2].note.body
    assert [(look(assembly, one).revision, look(assembly, one).version) for one in filed] == before


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (BulkOrder(BulkKind.REPLY, " - "), "text"),
        (BulkOrder(BulkKind.REPLY, "Sayın {name}"), "text"),
        (BulkOrder(BulkKind.REPLY, "[tarih] günü"), "text"),
        (BulkOrder(BulkKind.PLAN, "Programa alındı."), "date"),
        (BulkOrder(BulkKind.PLAN, "Programa alındı.", planned_for=date(2026, 1, 5)), "date"),
        (BulkOrder(BulkKind.FINISH, "Oldu."), "outcome"),
        (BulkOrder(BulkKind.ASSIGN), "department"),
        (BulkOrder(BulkKind.ASSIGN, department="nowhere"), "department"),
        (BulkOrder(BulkKind.CATEGORY), "category"),
        (BulkOrder(BulkKind.CATEGORY, category="nothing"), "category"),
        (BulkOrder(BulkKind.TAG, tag=" # "), "tag"),
    ],
)
def test_what_is_wrong_for_every_ticket_is_said_at_once(services: As, file: File, order: BulkOrder, field: str) -> None:
    director = services("director")
    job_id = director.bulk.choose("", None, [file().ticket_id])
    with pytest.raises(InvalidInput) as problem:
        director.bulk.prepare(job_id, order)
    assert problem.value.field == field


@pytest.mark.parametrize(
    ("text", "problem"),
    [("Sayın {name}, oldu.", "field_unknown"), ("{number} {", "field_unknown"), ("[tarih] günü", "placeholder")],
)
def test_an_unknown_field_is_not_taken_for_something_in_brackets(
    services: As, file: File, text: str, problem: str
) -> None:
    director = services("director")
    job_id = director.bulk.choose("", None, [file().ticket_id])
    with pytest.raises(InvalidInput, match=problem):
        director.bulk.prepare(job_id, BulkOrder(BulkKind.REPLY, text))


def test_of_a_call_is_shown_what_is_said(services: As, file: File) -> None:
    filed = [file(details=FATMA), file(details=FATMA)]
    clerk = services("clerk")
    job_id = prepared(clerk, filed, BulkOrder(BulkKind.REPLY, "{number} için bakıyoruz."))
    with clerk.bulk.opened(job_id) as (site, job):
        (shown,) = previews(clerk, site, job)
    run(clerk, job_id)
    (call,) = clerk.calls.waiting().calls
    clerk.calls.take(call.entry_id, "", "söyleyeceğim")
    opened = clerk.calls.opened(call.entry_id)
    assert opened is not None
    assert (shown.method, shown.tickets, shown.note.subject) == ("telephone", 2, "")
    assert shown.note.body.split("\n\n")[1:] == opened.script[1:], "the greeting hides a name the clerk may not see"
    assert "/takip/" not in shown.note.body


def test_each_way_of_telling_is_shown_once(services: As, file: File) -> None:
    filed = [file(details=FATMA), file(details=ContactDetails("Nur Ak", phone="0532 444 55 66")), file(), file()]
    clerk = services("clerk")
    job_id = prepared(clerk, filed[:3], BulkOrder(BulkKind.REPLY, "{number} için bakıyoruz."))
    with clerk.bulk.opened(job_id) as (site, job):
        shown = {one.method: one.note for one in previews(clerk, site, job)}
    assert list(shown) == ["telephone", "test"]
    assert shown["telephone"].subject == ""
    assert filed[2].number in shown["test"].subject
    assert filed[2].number in shown["test"].body


def test_where_the_first_cannot_be_shown_any_more_the_next_is(services: As, file: File) -> None:
    filed = [file(), file(details=CAN)]
    clerk = services("clerk")
    job_id = prepared(clerk, filed, BulkOrder(BulkKind.REPLY, "{number} için bakıyoruz."))
    services("director").handling.act(filed[0].ticket_id, Order(Action.FINISH, "Oldu.", outcome="SOLVED"), None)
    with clerk.bulk.opened(job_id) as (site, job):
        (shown,) = previews(clerk, site, job)
    assert filed[1].number in shown.note.body


def fits(who: Services, filed: list[Filed]) -> dict[str, tuple[int, int]]:
    job_id = who.bulk.choose("", None, [one.ticket_id for one in filed])
    with who.bulk.opened(job_id) as (_, job):
        return {one.kind.value: (one.covered, one.fit) for one in fittings(who, job)}


def test_with_how_many_something_can_be_done_is_known_before_it_is_written(services: As, file: File) -> None:
    fresh, routed, secret, finished = file(category=None), file(), file(category="hardship"), file(category=None)
    supervisor = services("supervisor")
    supervisor.handling.act(finished.ticket_id, Order(Action.FINISH, "Oldu.", outcome="INFORMED"), None)
    found = fits(supervisor, [fresh, routed, secret, finished])
    assert found["assign"] == (4, 3)
    assert found["reply"] == (2, 1), "what lies with the centre"
    assert found["plan"] == (2, 0), "nobody plans what nobody has"
    assert found["close"] == (4, 1)
    assert found["tag"] == (4, 4)
    assert fits(supervisor, [routed, secret])["reply"] == (0, 0)
    assert "assign" not in fits(services("clerk"), [routed]), "what a role may never do is not offered at all"


def test_what_fits_is_what_would_go(services: As, file: File, assembly: Assembly) -> None:
    filed = [file(category=None), file(), file(category="hardship"), file(category="pothole")]
    services("clerk-roads").handling.act(filed[3].ticket_id, Order(Action.FINISH, "Oldu.", outcome="SOLVED"), None)
    plan = BulkOrder(BulkKind.PLAN, "Programa alındı.", planned_for=date(2030, 1, 2))
    asked = [BulkOrder(BulkKind.REPLY, "Bakıyoruz."), plan, BulkOrder(BulkKind.CLOSE), ANSWER_WITHOUT_PLACE]
    for role in ("supervisor", "director", "clerk", "clerk-roads"):
        who = services(role)
        seen = [one for one in filed if _sees(who, one)]
        expected = fits(who, seen)
        for order in asked:
            if order.kind in who.bulk.kinds:
                assert kept(assembly, prepared(who, seen, order)).total == expected[order.kind.value][1], (role, order)


def _sees(who: Services, filed: Filed) -> bool:
    try:
        with who.handling.opened(filed.ticket_id):
            return True
    except NotFound:
        return False


def test_what_a_role_may_never_do_is_not_even_looked_at(services: As, file: File) -> None:
    clerk = services("clerk")
    job_id = clerk.bulk.choose("", None, [file().ticket_id])
    with pytest.raises(Forbidden):
        clerk.bulk.prepare(job_id, BulkOrder(BulkKind.ASSIGN, department="roads"))


def test_a_ticket_without_a_word_for_a_field_is_not_answered_with_a_gap(
    services: As, file: File, assembly: Assembly
) -> None:
    somewhere, nowhere = file(location=Location("isikli")), file()
    job_id = prepared(services("clerk"), [somewhere, nowhere], ANSWER)
    assert kept(assembly, job_id).foreseen.values == ((nowhere.ticket_id, "input.field_empty"),)


# -- doing it --------------------------------------------------------------------------------------------------------


def test_each_person_gets_one_message_with_every_number(
    services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    filed = [file(details=who, location=Location("isikli")) for who in (AYSE, CAN, AYSE, CAN, AYSE)]
    delivered(services, method)
    job_id = done(services("clerk"), filed, ANSWER)
    assert set(results(assembly, job_id).values()) == {DONE}
    messages = delivered(services, method)
    assert sorted(to for to, _ in messages) == ["ayse@example.org", "can@example.org"]
    bodies = dict(messages)
    for place, to in enumerate(["ayse", "can", "ayse", "can", "ayse"]):
        body = bodies[f"{to}@example.org"]
        assert f"{filed[place].number}: Işıklı onarıldı." in body
        assert f"/takip/{filed[place].address}/{filed[place].code}" in body
    for one in filed:
        ticket = look(assembly, one)
        assert (ticket.status, ticket.outcome, ticket.next_due) == ("DONE", "SOLVED", None), "every promise is met"


def test_the_same_words_are_said_once(services: As, file: File, method: TestMethod) -> None:
    filed = [file() for _ in range(3)]
    delivered(services, method)
    done(services("clerk"), filed, BulkOrder(BulkKind.REPLY, "Elektrik kesintisi giderildi."))
    ((_, body),) = delivered(services, method)
    assert body.count("Elektrik kesintisi giderildi.") == 1
    assert all(one.number in body for one in filed)


def test_what_could_not_be_delivered_is_so_for_every_ticket_and_can_be_sent_again(
    services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    filed = [file(), file()]
    delivered(services, method)
    done(services("clerk"), filed, BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    method.break_down(permanent=True)
    delivered(services, method)
    with assembly.database.reading() as site:
        last = [site.tickets[one.ticket_id].notifications[-1] for one in filed]
        assert [site.outbox.entries[identity].state for identity in last] == ["UNDELIVERABLE"] * 2
    method.recover()
    services("clerk").handling.send_again(filed[0].ticket_id, last[0])
    ((_, body),) = delivered(services, method)
    assert filed[1].number in body
    with assembly.database.reading() as site:
        assert [site.outbox.entries[identity].state for identity in last] == ["DELIVERED"] * 2


def test_one_call_tells_everything(services: As, file: File, assembly: Assembly) -> None:
    filed = [file(details=FATMA), file(details=FATMA)]
    done(services("clerk"), filed, BulkOrder(BulkKind.REPLY, "{number} için bakıyoruz."))
    clerk = services("clerk")
    (call,) = clerk.calls.waiting().calls
    clerk.calls.take(call.entry_id, "", "söyleyeceğim")
    opened = clerk.calls.opened(call.entry_id)
    assert opened is not None
    assert all(any(f"{one.number} için" in said for said in opened.script) for one in filed)
    clerk.calls.record(call.entry_id, CallResult.TOLD)
    assert clerk.calls.waiting().calls == []
    for one in filed:
        with assembly.database.reading() as site:
            entry = site.outbox.entries[site.tickets[one.ticket_id].notifications[-1]]
            assert (entry.state, entry.told_by) == ("DELIVERED", "clerk")


@pytest.mark.parametrize("result", [CallResult.WRONG_NUMBER, CallResult.NOT_REACHED])
def test_whom_no_call_reaches_reads_all_of_it_on_the_follow_page(
    services: As, file: File, assembly: Assembly, now: FakeNow, result: CallResult
) -> None:
    filed = [file(details=FATMA), file(details=FATMA)]
    done(services("clerk"), filed, BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    (call,) = services("clerk").calls.waiting().calls
    for _ in range(3 if result is CallResult.NOT_REACHED else 1):
        services("clerk").calls.take(call.entry_id, "", "söyleyeceğim")
        services("clerk").calls.record(call.entry_id, result)
        now.advance(timedelta(days=4))
    assert services("clerk").calls.waiting().calls == []
    with assembly.database.reading() as site:
        tickets = [site.tickets[one.ticket_id] for one in filed]
        states = [site.outbox.entries[ticket.notifications[-1]].state for ticket in tickets]
        assert states == ["STANDING", "STANDING"]
        assert all(not clock.is_running for ticket in tickets for clock in ticket.clocks if clock.kind == "PROMISE")


@pytest.mark.parametrize("result", [CallResult.WRONG_NUMBER, CallResult.NOT_REACHED])
def test_whom_no_call_reaches_is_written_to_where_each_ticket_says(
    services: As, file: File, assembly: Assembly, method: TestMethod, now: FakeNow, result: CallResult
) -> None:
    addresses = ["fatma@example.org", "isyeri@example.org", "fatma@example.org", ""]
    filed = [
        file(details=ContactDetails(FATMA.name, FATMA.phone, address), preferred_method="telephone")
        for address in addresses
    ]
    delivered(services, method)
    clerk = services("clerk")
    done(clerk, filed, BulkOrder(BulkKind.REPLY, "{number} için bakıyoruz."))
    (call,) = clerk.calls.waiting().calls
    for _ in range(3 if result is CallResult.NOT_REACHED else 1):
        clerk.calls.take(call.entry_id, "", "söyleyeceğim")
        recorded = clerk.calls.record(call.entry_id, result)
        now.advance(timedelta(days=4))
    assert recorded.other_way == "test"
    messages = dict(delivered(services, method))
    assert set(messages) == {"fatma@example.org", "isyeri@example.org"}
    for one, own in zip(filed, addresses, strict=True):
        for address, body in messages.items():
            assert (one.code in body) == (one.number in body) == (address == own)
    assert clerk.calls.waiting().calls == []
    tickets = [look(assembly, one) for one in filed]
    assert all(not clock.is_running for ticket in tickets for clock in ticket.clocks if clock.kind == "PROMISE")


@pytest.mark.parametrize("result", [CallResult.TOLD, CallResult.WRONG_NUMBER])
@pytest.mark.parametrize("changed", [0, 1])
def test_on_a_number_that_was_changed_nothing_is_said_of_another_ticket(
    services: As, file: File, assembly: Assembly, changed: int, result: CallResult
) -> None:
    filed = [file(details=FATMA), file(details=FATMA)]
    clerk = services("clerk")
    done(clerk, filed, BulkOrder(BulkKind.REPLY, "{number} için bakıyoruz."))
    (call,) = clerk.calls.waiting().calls

    def changes(unit: Unit) -> None:
        ticket = unit.site.tickets[filed[changed].ticket_id]
        ticket.reach = ContactDetails(FATMA.name, phone="0532 444 55 66")
        unit.touch(ticket)

    assembly.write(changes, "another number")
    for number in range(2):
        (call,) = clerk.calls.waiting().calls
        clerk.calls.take(call.entry_id, "", "söyleyeceğim")
        opened = clerk.calls.opened(call.entry_id)
        assert opened is not None
        assert opened.phone == ("0532 444 55 66" if changed == number else FATMA.phone)
        said = " ".join(opened.script)
        assert [one.number in said for one in filed] == [number == 0, number == 1]
        clerk.calls.record(call.entry_id, result)
    assert clerk.calls.waiting().calls == []


@pytest.mark.parametrize(
    "names", [("Fatma Ün", ""), ("", "Fatma Ün"), ("Fatma Ün", "Hasan Ün"), ("Иван Петров", "Анна Петрова")]
)
def test_who_shares_a_telephone_is_told_alone(services: As, file: File, names: tuple[str, str]) -> None:
    filed = [file(details=ContactDetails(name, FATMA.phone)) for name in (*names, names[0])]
    clerk = services("clerk")
    job_id = done(clerk, filed, BulkOrder(BulkKind.REPLY, "{number} için bakıyoruz."))
    with clerk.bulk.opened(job_id) as (_, job):
        assert dict(job.told) == {"telephone": 2}
    scripts = []
    for call in clerk.calls.waiting().calls:
        clerk.calls.take(call.entry_id, "", "söyleyeceğim")
        opened = clerk.calls.opened(call.entry_id)
        assert opened is not None
        scripts.append({place for place, one in enumerate(filed) if one.number in " ".join(opened.script)})
    assert sorted(scripts, key=len) == [{1}, {0, 2}]


def test_somebody_with_very_many_gets_few_messages_and_is_one_person(
    services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    filed = [file() for _ in range(53)]
    delivered(services, method)
    job_id = done(services("clerk"), filed, BulkOrder(BulkKind.REPLY, "{number} için bakıyoruz."))
    assert dict(kept(assembly, job_id).told) == {"test": 1}
    bodies = [body for _, body in delivered(services, method)]
    assert sorted(sum(f"/{one.address}/" in body for one in filed) for body in bodies) == [3, 50]


def test_a_ticket_that_moved_meanwhile_is_refused(services: As, file: File, assembly: Assembly) -> None:
    filed = [file(), file(details=CAN)]
    job_id = prepared(services("clerk"), filed, BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    services("director").handling.act(filed[0].ticket_id, Order(Action.NOTE, "Dur."), None)
    run(services("clerk"), job_id)
    assert results(assembly, job_id) == {filed[0].ticket_id: "changed", filed[1].ticket_id: DONE}


def test_the_rights_are_those_of_the_moment(services: As, file: File, assembly: Assembly) -> None:
    filed = [file(details=ContactDetails(f"Kişi {n}", email=f"k{n}@example.org")) for n in range(15)]
    clerk = services("clerk")
    job_id = prepared(clerk, filed, BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    clerk.bulk.start(job_id, 1)
    services("system").bulk.advance(job_id, 10)

    def moved(unit: Unit) -> None:
        unit.site.users["clerk"].grants = (Grant("clerk", "roads"),)

    assembly.write(moved, "a clerk moves")
    while services("system").bulk.run_due():
        pass
    found = results(assembly, job_id)
    assert [found[one.ticket_id] for one in filed] == [DONE] * 10 + ["hidden"] * 5


def test_who_is_disabled_does_nothing_any_more(services: As, file: File, assembly: Assembly) -> None:
    filed = [file(), file(details=CAN)]
    job_id = prepared(services("clerk"), filed, BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    services("clerk").bulk.start(job_id, 1)

    def disabled(unit: Unit) -> None:
        unit.site.users["clerk"].is_disabled = True

    assembly.write(disabled, "somebody has left")
    services("system").bulk.run_due()
    assert set(results(assembly, job_id).values()) == {"actor_gone"}
    assert kept(assembly, job_id).state == BulkState.FINISHED


def test_each_ticket_is_refused_for_its_own_reason(services: As, file: File, assembly: Assembly) -> None:
    supervisor = services("supervisor")
    fresh, routed = file(category=None), file()
    secret = file(category="hardship")
    closed = file(category=None)
    supervisor.handling.act(closed.ticket_id, Order(Action.FINISH, "Oldu.", outcome="INFORMED"), None)
    job_id = done(supervisor, [fresh, routed, secret, closed], BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    assert results(assembly, job_id) == {
        fresh.ticket_id: DONE,
        routed.ticket_id: "forbidden",
        secret.ticket_id: "forbidden",
        closed.ticket_id: "status.DONE",
    }


def test_an_answer_that_needs_the_check_waits_for_it(
    services: As, file: File, assembly: Assembly, method: TestMethod
) -> None:
    filed = [file(category="pothole"), file(category="pothole")]
    delivered(services, method)
    job_id = done(services("clerk-roads"), filed, BulkOrder(BulkKind.FINISH, "Oldu.", outcome="SOLVED"))
    assert kept(assembly, job_id).waits == 2
    assert delivered(services, method) == []
    closing = prepared(services("supervisor"), filed, BulkOrder(BulkKind.CLOSE))
    assert {reason for _, reason in kept(assembly, closing).foreseen.values} == {"waits_for_check"}
    with pytest.raises(InvalidInput, match="nothing_to_do"):
        run(services("supervisor"), closing)


def test_assigning_leaves_alone_what_is_there_already(services: As, file: File, assembly: Assembly) -> None:
    there, elsewhere = file(), file(category="rubbish")
    services("clerk").handling.act(there.ticket_id, Order(Action.TAKE), None)
    order = BulkOrder(BulkKind.ASSIGN, department="parks")
    job_id = done(services("supervisor"), [there, elsewhere], order)
    assert results(assembly, job_id) == {there.ticket_id: "as_it_is", elsewhere.ticket_id: DONE}
    assert look(assembly, there).assignee == "clerk"
    assert look(assembly, elsewhere).department == "parks"


@pytest.mark.parametrize(("follow", "department"), [(False, "parks"), (True, "roads")])
def test_another_subject(services: As, file: File, assembly: Assembly, follow: bool, department: str) -> None:
    routed, unrouted = file(), file(category=None)
    order = BulkOrder(BulkKind.CATEGORY, category="pothole", follow=follow)
    done(services("supervisor"), [routed, unrouted], order)
    first, second = look(assembly, routed), look(assembly, unrouted)
    assert (first.category, first.department) == ("pothole", department)
    assert (second.category, second.department) == ("pothole", "roads"), "what is nowhere goes to the subject's own"


def test_what_a_closed_directorate_had_goes_to_its_successor(services: As, file: File, assembly: Assembly) -> None:
    elsewhere, there = file(category="rubbish"), file(category="tree")
    administrator = services("administrator")
    administrator.catalogue.put("departments", Department("gardens", "Bahçeler Müdürlüğü"))
    administrator.directorates.close("parks", services("system").today - timedelta(days=1), "gardens")
    done(services("supervisor"), [elsewhere], BulkOrder(BulkKind.CATEGORY, category="tree", follow=True))
    done(services("supervisor"), [there], BulkOrder(BulkKind.CATEGORY, category="pothole"))
    first, second = look(assembly, elsewhere), look(assembly, there)
    assert (first.category, first.department) == ("tree", "gardens")
    assert (second.category, second.department) == ("pothole", "gardens")


def test_a_job_that_is_cancelled_stops_before_its_next_ticket(services: As, file: File, assembly: Assembly) -> None:
    filed = [file(details=ContactDetails(f"Kişi {n}", email=f"k{n}@example.org")) for n in range(25)]
    clerk = services("clerk")
    job_id = prepared(clerk, filed, BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    clerk.bulk.start(job_id, 1)
    clerk.bulk.advance(job_id, 10)
    clerk.bulk.cancel(job_id)
    assert clerk.bulk.advance(job_id, 10) == 0 == services("system").bulk.run_due()
    job = kept(assembly, job_id)
    assert (job.state, job.done, len(results(assembly, job_id))) == (BulkState.CANCELLED, 10, 10)


def test_starting_twice_does_it_once(services: As, file: File, assembly: Assembly) -> None:
    filed = [file()]
    clerk = services("clerk")
    job_id = done(clerk, filed, BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    clerk.bulk.start(job_id, 1)
    assert clerk.bulk.advance(job_id, 10) == 0
    assert [entry.action for _, entry in look(assembly, filed[0]).history] == ["recorded", "reply"]


def test_what_was_asked_anew_must_be_looked_at_anew(services: As, file: File) -> None:
    clerk = services("clerk")
    job_id = prepared(clerk, [file()], BulkOrder(BulkKind.REPLY, "Bir."))
    clerk.bulk.prepare(job_id, BulkOrder(BulkKind.REPLY, "İki."))
    with pytest.raises(InvalidInput, match="bulk_changed"):
        clerk.bulk.start(job_id, 1)
    clerk.bulk.start(job_id, 2)
    with pytest.raises(InvalidInput, match="bulk_begun"):
        clerk.bulk.prepare(job_id, BulkOrder(BulkKind.REPLY, "Üç."))


def test_a_small_job_can_be_taken_back_within_its_minute(
    services: As, file: File, assembly: Assembly, now: FakeNow
) -> None:
    filed = [file(details=who) for who in (FATMA, FATMA, NOBODY)]
    clerk = services("clerk")
    job_id = done(clerk, filed, BulkOrder(BulkKind.FINISH, "Oldu.", outcome="SOLVED"))
    with clerk.bulk.opened(job_id) as (site, job):
        assert clerk.bulk.may_be_taken_back(site, job)
    assert clerk.bulk.take_back(job_id) == 3
    assert set(results(assembly, job_id).values()) == {UNDONE}
    assert {look(assembly, one).status for one in filed} == {"ASSIGNED"}
    assert clerk.calls.waiting().calls == []
    again = done(clerk, filed, BulkOrder(BulkKind.FINISH, "Oldu.", outcome="SOLVED"))
    now.advance(timedelta(minutes=2))
    with pytest.raises(InvalidInput):
        clerk.bulk.take_back(again)
    assert {look(assembly, one).status for one in filed} == {"DONE"}


@pytest.mark.parametrize("first", [0, 1])
def test_one_of_those_told_together_can_be_taken_back_by_hand(
    services: As, file: File, method: TestMethod, first: int, now: FakeNow, assembly: Assembly
) -> None:
    filed = [file(), file()]
    delivered(services, method)
    clerk = services("clerk")
    object.__setattr__(assembly.options, "answer_grace", 30)
    done(clerk, filed, BulkOrder(BulkKind.REPLY, "{number} için bakıyoruz."))
    clerk.undoing.undo(filed[first].ticket_id, 1)
    now.advance(timedelta(seconds=29))
    assert delivered(services, method) == [], "the other can still be taken back"
    now.advance(timedelta(seconds=1))
    ((to, body),) = delivered(services, method)
    assert to == "ayse@example.org"
    assert filed[1 - first].number in body
    assert filed[first].number not in body


def test_jobs_are_forgotten_after_their_time(services: As, file: File, now: FakeNow) -> None:
    clerk = services("clerk")
    over = done(clerk, [file()], BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    begun = clerk.bulk.choose("", None, [file().ticket_id])
    now.advance(timedelta(days=2))
    assert services("system").bulk.sweep() == 1
    with pytest.raises(NotFound), clerk.bulk.opened(begun):
        pass
    with clerk.bulk.opened(over) as (site, job):
        assert clerk.bulk.mine(site) == [job]
    now.advance(timedelta(days=6))
    assert services("system").bulk.sweep() == 1
    assert services("system").bulk.sweep() == 0


@pytest.mark.parametrize("fault", [ValueError, RuntimeError, OSError])
def test_a_fault_of_ours_costs_one_ticket_not_the_job(
    services: As, file: File, assembly: Assembly, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    filed = [file(details=ContactDetails(f"Kişi {n}", email=f"k{n}@example.org")) for n in range(4)]
    clerk = services("clerk")
    job_id = prepared(clerk, filed, BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    from halkla_iliskiler.services import handling

    def fails(ticket: Ticket, *rest: Any) -> Any:
        place = original(ticket, *rest)
        if ticket.id == filed[1].ticket_id:
            raise fault("broken")
        return place

    original = handling.carry_out
    monkeypatch.setattr(handling, "carry_out", fails)
    run(clerk, job_id)
    assert [results(assembly, job_id)[one.ticket_id] for one in filed] == [DONE, "failed", DONE, DONE]
    assert look(assembly, filed[1]).revision == 1


def test_a_conflict_is_no_fault_of_the_ticket(
    services: As, file: File, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = [file()]
    job_id = prepared(services("clerk"), filed, BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    from halkla_iliskiler.services import handling

    def comes_too_late(*given: Any) -> Any:
        monkeypatch.setattr(handling, "carry_out", original)
        raise ConflictError

    original = handling.carry_out
    monkeypatch.setattr(handling, "carry_out", comes_too_late)
    run(services("clerk"), job_id)
    assert results(assembly, job_id) == {filed[0].ticket_id: DONE}


def test_a_job_that_fails_holds_up_no_other(
    services: As, file: File, assembly: Assembly, monkeypatch: pytest.MonkeyPatch, now: FakeNow
) -> None:
    clerk = services("clerk")
    filed = [file(), file(details=CAN)]
    jobs = [prepared(clerk, [one], BulkOrder(BulkKind.REPLY, "Bakıyoruz.")) for one in filed]
    for job_id in jobs:
        clerk.bulk.start(job_id, 1)

    def fails(unit: Unit, told: list[tuple[Ticket, Any]]) -> None:
        if told[0][0].id == filed[0].ticket_id:
            raise RuntimeError("broken")
        original(unit, told)

    original = bulk.let_go_together
    monkeypatch.setattr(bulk, "let_go_together", fails)
    services("system").bulk.run_due()
    assert [kept(assembly, job_id).state for job_id in jobs] == [BulkState.RUNNING, BulkState.FINISHED]
    monkeypatch.undo()
    now.advance(timedelta(seconds=15))
    services("system").bulk.run_due()
    assert [results(assembly, job_id)[one.ticket_id] for job_id, one in zip(jobs, filed, strict=True)] == [DONE, DONE]


def breaks(monkeypatch: pytest.MonkeyPatch, after: int = 0) -> list[int]:
    """Let the round itself fail after it has gone well *after* times; return where each failure is counted."""
    seen: list[int] = []
    original = bulk.let_go_together

    def fails(unit: Unit, told: list[tuple[Ticket, Any]]) -> None:
        seen.append(len(seen))
        if len(seen) > after:
            raise RuntimeError("broken")
        original(unit, told)

    monkeypatch.setattr(bulk, "let_go_together", fails)
    return seen


def test_a_job_that_fails_again_and_again_is_tried_less_and_less_and_then_stops(
    services: As, file: File, assembly: Assembly, monkeypatch: pytest.MonkeyPatch, now: FakeNow, method: TestMethod
) -> None:
    filed = [file(), file(details=CAN)]
    delivered(services, method)
    job_id = prepared(services("clerk"), filed, BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    services("clerk").bulk.start(job_id, 1)
    tries = breaks(monkeypatch)
    pauses = []
    while kept(assembly, job_id).state == BulkState.RUNNING:
        services("system").bulk.run_due()
        known = len(tries)
        services("system").bulk.run_due()
        assert len(tries) == known, "it is not tried before its time"
        again = kept(assembly, job_id).next_try
        assert again is not None
        pauses.append((again - now()).total_seconds())
        now.value = again
    assert len(tries) == MOST_TRIES == len(pauses)
    assert pauses == sorted(set(pauses)), "each pause is longer"
    assert kept(assembly, job_id).state == BulkState.STUCK
    now.advance(timedelta(hours=5))
    assert services("system").bulk.run_due() == 0
    assert len(tries) == MOST_TRIES
    monkeypatch.undo()
    services("clerk").bulk.start(job_id, 1)
    services("system").bulk.run_due()
    job = kept(assembly, job_id)
    assert (job.state, job.failures) == (BulkState.FINISHED, 0)
    assert set(results(assembly, job_id).values()) == {DONE}
    assert len(delivered(services, method)) == 2


def test_failures_with_work_done_in_between_do_not_add_up(
    services: As, file: File, assembly: Assembly, monkeypatch: pytest.MonkeyPatch, now: FakeNow
) -> None:
    filed = [file(details=ContactDetails(f"Kişi {n}", email=f"k{n}@example.org")) for n in range(15)]
    job_id = prepared(services("clerk"), filed, BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    services("clerk").bulk.start(job_id, 1)
    with monkeypatch.context() as broken:
        breaks(broken)
        services("system").bulk.run_due()
    assert kept(assembly, job_id).failures == 1
    now.advance(timedelta(minutes=1))
    with monkeypatch.context() as broken:
        breaks(broken, after=10)
        services("system").bulk.run_due()
    job = kept(assembly, job_id)
    assert (job.failures, job.done, job.state) == (1, 10, BulkState.RUNNING)


def test_what_is_stuck_can_be_left_and_is_forgotten_after_a_week(
    services: As, file: File, assembly: Assembly, monkeypatch: pytest.MonkeyPatch, now: FakeNow
) -> None:
    jobs = [prepared(services("clerk"), [file()], BulkOrder(BulkKind.REPLY, "Bakıyoruz.")) for _ in range(2)]
    for job_id in jobs:
        services("clerk").bulk.start(job_id, 1)
    breaks(monkeypatch)
    for _ in range(MOST_TRIES):
        services("system").bulk.run_due()
        now.advance(timedelta(minutes=5))
    assert {kept(assembly, job_id).state for job_id in jobs} == {BulkState.STUCK}
    services("clerk").bulk.cancel(jobs[0])
    assert kept(assembly, jobs[0]).state == BulkState.CANCELLED
    now.advance(timedelta(days=2))
    assert services("system").bulk.sweep() == 0
    now.advance(timedelta(days=6))
    assert services("system").bulk.sweep() == 2


def test_a_busy_gate_leaves_the_job_as_it_was(
    services: As, file: File, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = services("clerk")
    job_id = prepared(clerk, [file()], BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    clerk.bulk.start(job_id, 1)
    with assembly.database.gate.entered():
        monkeypatch.setattr(assembly.database.gate, "_patience", 0.01)
        with pytest.raises(GateBusy):
            clerk.bulk.advance(job_id, 10)
    assert results(assembly, job_id) == {}
    services("system").bulk.run_due()
    assert set(results(assembly, job_id).values()) == {DONE}


def test_two_workers_at_one_job_take_turns(services: As, file: File, assembly: Assembly, method: TestMethod) -> None:
    filed = [file(details=ContactDetails(f"Kişi {n}", email=f"k{n}@example.org")) for n in range(60)]
    delivered(services, method)
    job_id = prepared(services("clerk"), filed, BulkOrder(BulkKind.REPLY, "Bakıyoruz."))
    services("clerk").bulk.start(job_id, 1)
    workers = [Thread(target=services("system").bulk.advance, args=(job_id, 100)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert set(results(assembly, job_id).values()) == {DONE}
    assert kept(assembly, job_id).done == 60
    assert {look(assembly, one).revision for one in filed} == {2}
    assert len(delivered(services, method)) == 60
