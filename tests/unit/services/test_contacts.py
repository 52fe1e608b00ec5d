"""The telephone's side: who is known on a number, additions, contacts without a ticket, what came by other ways."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from halkla_iliskiler.domain.applicant import ContactDetails
from halkla_iliskiler.domain.contact_log import ContactOutcome
from halkla_iliskiler.domain.errors import Forbidden, InvalidInput, NotFound
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.contacts import Added, Addition, AlreadyFinished, Known, LogFilter
from halkla_iliskiler.services.entry import KnownForeignNumber
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import START, FakeNow, draft

PHONE = "+905321234567"
As = Callable[[str], Services]


def filed(services: As, name: str = "Ayşe Denek", **kw: object) -> Filed:
    return services("").intake.file(draft(details=ContactDetails(name, phone=PHONE), **kw))


def known(services: As, role: str = "agent", phone: str = PHONE) -> Known:
    asking = services(role)
    with asking.assembly.database.reading() as site:
        return asking.contacts.known_on(site, phone)


def recorded(services: As, **kw: object) -> Filed:
    return services("agent").intake.file(draft(recorded_by_staff=True, **kw))


# -- who is calling -----------------------------------------------------------------------------------------------


def test_a_household_is_everybody_who_has_used_the_number(services: As) -> None:
    filed(services, "Ayşe Denek")
    filed(services, "Ali Denek", words="Lamba yanmıyor.")
    found = known(services)
    assert {person.name for person in found.people} == {"Ayşe Denek", "Ali Denek"}
    assert sorted(found.owners.values()) == ["Ali Denek", "Ayşe Denek"]
    assert found.hidden == 0


def test_open_ones_come_first_and_old_answered_ones_are_counted(services: As, now: FakeNow) -> None:
    old = filed(services, words="Eski konu.")
    services("system").handling.act(old.ticket_id, Order(Action.FINISH, text="Bitti.", outcome="SOLVED"), None)
    open_one = filed(services, words="Açık konu.")
    closed = filed(services, words="Yeni biten konu.")
    now.advance(timedelta(days=100))
    services("system").handling.act(closed.ticket_id, Order(Action.FINISH, text="Bitti.", outcome="SOLVED"), None)
    found = known(services)
    assert [ticket.id for ticket in found.tickets] == [open_one.ticket_id, closed.ticket_id]
    assert found.more == 1


def test_what_may_not_be_seen_is_counted_and_nothing_else_is_said_of_it(services: As) -> None:
    filed(services, "Gizli Kişi", category="hardship")
    found = known(services)
    assert (found.people, found.tickets, found.hidden) == ([], [], 1)
    assert [person.name for person in known(services, "supervisor").people] == ["Gizli Kişi"]


def test_an_address_that_only_a_hidden_matter_knows_stays_hidden(services: As) -> None:
    filed(services)
    hidden = ContactDetails("Ayşe Denek", phone=PHONE, email="yalniz-gizli@example.org")
    services("").intake.file(draft(details=hidden, category="hardship"))
    (person,) = known(services).people
    assert (person.name, person.email) == ("Ayşe Denek", "")


def test_a_look_up_is_written_down_without_the_number(services: As, assembly: Assembly) -> None:
    filed(services)
    known(services)
    lines = (assembly.database.files.directory / "reads.log").read_text(encoding="utf-8")
    last = json.loads(lines.splitlines()[-1])
    assert last["who"] == "agent"
    assert PHONE not in lines
    assert "4567" not in lines


@pytest.mark.parametrize("role", ["clerk", "director", "auditor", "administrator", "field-crew", ""])
def test_only_who_records_may_ask_who_is_calling(services: As, role: str) -> None:
    with pytest.raises(Forbidden):
        known(services, role)
    with pytest.raises(Forbidden):
        services(role).contacts.log(ContactOutcome.SILENT, "telephone")
    with pytest.raises(Forbidden):
        services(role).contacts.add(Addition(1, "söz", "telephone", "k"))


# -- additions ----------------------------------------------------------------------------------------------------


def test_an_addition_is_a_contact_and_a_waiting_ticket_goes_on(services: As, assembly: Assembly) -> None:
    first = filed(services)
    services("clerk").handling.act(first.ticket_id, Order(Action.ASK, text="Hangi bank?"), None)
    addition = Addition(first.ticket_id, "Havuzun yanındaki.", "telephone", "add:1")
    services("agent").contacts.add(addition)
    services("agent").contacts.add(addition)  # sent twice
    with assembly.database.reading() as site:
        ticket = site.tickets[first.ticket_id]
        assert [contact.words for contact in ticket.contacts[1:]] == ["Havuzun yanındaki."]
        assert (ticket.contacts[1].staff, ticket.contacts[1].channel) == ("agent", "telephone")
        assert ticket.status == "IN_PROGRESS"


def test_whether_a_finished_one_is_solved_is_asked_before_anything_is_added(services: As, assembly: Assembly) -> None:
    first = filed(services)
    services("clerk").handling.act(first.ticket_id, Order(Action.FINISH, text="Bitti.", outcome="SOLVED"), None)
    addition = Addition(first.ticket_id, "Hâlâ kırık.", "telephone", "add:1")
    with pytest.raises(AlreadyFinished) as asked:
        services("agent").contacts.add(addition)
    assert asked.value.ticket_id == first.ticket_id
    assert services("agent").contacts.add(replace(addition, unsolved=False)) is Added.FINISHED
    unsolved = replace(addition, unsolved=True, intake_key="add:2")
    for _ in range(2):  # sent twice
        assert services("agent").contacts.add(unsolved) is Added.REOPENING
    with assembly.database.reading() as site:
        ticket = site.tickets[first.ticket_id]
        assert ticket.status == "REOPEN_REQUESTED"
        assert [contact.words for contact in ticket.contacts[1:]] == ["Hâlâ kırık.", "Hâlâ kırık."]
        assert [entry.action for _, entry in ticket.history][-2:] == ["applicant_message", "request_reopening"]
        promises = [clock for clock in ticket.clocks if clock.kind == "PROMISE"]
        assert len(promises) == 2
        assert promises[-1].is_running
    # Said again, or of one that is open, it is a word like any other.
    again = replace(unsolved, intake_key="add:3")
    assert services("agent").contacts.add(again) is Added.REOPENING
    other = filed(services, words="Lamba yanmıyor.")
    assert services("agent").contacts.add(replace(again, ticket_id=other.ticket_id, intake_key="b")) is Added.WORKED_ON


def test_nothing_is_added_to_what_may_not_be_seen(services: As) -> None:
    hidden = filed(services, category="hardship")
    with pytest.raises(NotFound):
        services("agent").contacts.add(Addition(hidden.ticket_id, "söz", "telephone", "k"))


def test_an_addition_says_something_and_comes_by_a_way_staff_write_down(services: As) -> None:
    first = filed(services)
    for addition, field in (
        (Addition(first.ticket_id, "  ", "telephone", "k"), "words"),
        (Addition(first.ticket_id, "söz", "web", "k"), "channel"),
        (Addition(first.ticket_id, "söz", "nowhere", "k"), "channel"),
    ):
        with pytest.raises(InvalidInput) as refused:
            services("agent").contacts.add(addition)
        assert refused.value.field == field


# -- contacts without a ticket ------------------------------------------------------------------------------------


def test_contacts_are_listed_by_day_with_totals(services: As, assembly: Assembly, now: FakeNow) -> None:
    agent = services("agent").contacts
    agent.log("SILENT", "telephone", form_key="a")
    agent.log("SILENT", "telephone", form_key="a")  # sent twice
    agent.log("ANSWERED", "desk", "Nikâh saatini sordu.", category="bench")
    services("supervisor").contacts.log("OTHER_BODY", "telephone", body="water")
    now.advance(timedelta(days=1))
    agent.log("WRONG_NUMBER", "telephone")
    with assembly.database.reading() as site:
        day = agent.day(site, START.date())
        assert day.total == 3
        assert day.outcomes == {"SILENT": 1, "ANSWERED": 1, "OTHER_BODY": 1}
        assert [contact.outcome for contact in day.contacts] == ["OTHER_BODY", "ANSWERED", "SILENT"]
        assert [one.note for one in agent.day(site, START.date(), LogFilter(channel="desk")).contacts] == [
            "Nikâh saatini sordu."
        ]
        assert [one.body for one in agent.day(site, START.date(), LogFilter(staff="supervisor")).contacts] == ["water"]
        assert agent.day(site, now().date()).total == 1


def test_many_contacts_of_one_second_are_all_kept(services: As, assembly: Assembly) -> None:
    for _ in range(5):
        services("agent").contacts.log("SILENT", "telephone")
    with assembly.database.reading() as site:
        assert services("agent").contacts.day(site, START.date()).total == 5


# -- other ways in ------------------------------------------------------------------------------------------------


def test_a_petition_counts_from_the_day_of_the_registry(services: As, assembly: Assembly) -> None:
    paper = recorded(services, channel="petition", fields=(("registry_number", "1453"), ("received", "2026-01-02")))
    with assembly.database.reading() as site:
        ticket = site.tickets[paper.ticket_id]
        # Midnight in the city is 21.00 of the day before in UTC.
        reached_us = datetime(2026, 1, 1, 21, tzinfo=UTC)
        assert ticket.created_at == reached_us
        assert {clock.started for clock in ticket.clocks} == {reached_us}
        assert ticket.regime == "PETITION_3071"
        assert next(ticket.history)[1].at == START
        assert dict(ticket.contacts[0].fields)["registry_number"] == "1453"


def test_a_day_that_has_not_come_is_refused_and_nothing_is_kept(services: As, assembly: Assembly) -> None:
    with pytest.raises(InvalidInput) as refused:
        recorded(services, channel="petition", fields=(("received", "2026-01-06"),))
    assert refused.value.problem == "in_future"
    with assembly.database.reading() as site:
        assert len(site.tickets) == 0


def test_a_number_of_the_registry_is_one_petition_of_its_year(services: As) -> None:
    def petition(day: str) -> Filed:
        return recorded(
            services,
            channel="petition",
            words=f"Dilekçe, {day}",
            fields=(("registry_number", "14/53"), ("received", day)),
        )

    petition("2026-01-02")
    with pytest.raises(KnownForeignNumber):
        petition("2026-01-04")
    petition("2025-12-30")


def test_a_foreign_number_leads_to_the_first_ticket(services: As) -> None:
    first = recorded(services, channel="cimer", fields=(("foreign_number", "2600-1234"),))
    with pytest.raises(KnownForeignNumber) as known_number:
        recorded(services, channel="cimer", words="Aynı yazı.", fields=(("foreign_number", "2600 1234"),))
    assert known_number.value.ticket_id == first.ticket_id
    other = recorded(services, channel="muhtar", words="Başka yol.", fields=(("foreign_number", "26001234"),))
    assert other.ticket_id != first.ticket_id
    assert services("agent").lists.by_number("2600 1234") == first.ticket_id


def test_what_is_missing_is_no_reason_to_refuse(services: As) -> None:
    assert recorded(services, channel="petition").number
    assert recorded(services, channel="cimer", words="Numarasız.").number
    assert recorded(services, category="home_visit", words="Kimliksiz.").number


def test_a_citizen_says_nothing_about_law_and_channel(services: As, assembly: Assembly) -> None:
    sent = services("").intake.file(draft(regime="COURT", fields=(("received", "2020-01-01"),)))
    with assembly.database.reading() as site:
        ticket = site.tickets[sent.ticket_id]
        assert (ticket.regime, ticket.created_at, ticket.contacts[0].fields) == ("SERVICE", START, ())


def test_the_receipt_is_for_whoever_has_just_recorded_it(services: As, assembly: Assembly, now: FakeNow) -> None:
    mine = recorded(services, category="hardship")
    with assembly.database.reading() as site:
        assert services("agent").contacts.receipt(site, mine.ticket_id)[1] == mine.code
        with pytest.raises(NotFound):
            services("supervisor").contacts.receipt(site, mine.ticket_id)
        now.advance(timedelta(hours=13))
        with pytest.raises(NotFound):
            services("agent").contacts.receipt(site, mine.ticket_id)
