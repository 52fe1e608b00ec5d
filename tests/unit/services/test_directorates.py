"""Closing a directorate: somebody always takes over, whatever it handled, saw or was asked about."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from halkla_iliskiler.domain.city import Department
from halkla_iliskiler.domain.errors import InvalidInput
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.ticket import Ticket
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.changes import UndoRefused
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.lists import Listed, Queue
from halkla_iliskiler.testing import FakeNow, draft

As = Callable[..., Services]
TODAY = date(2026, 1, 5)


@pytest.fixture
def filed(services: As) -> Filed:
    return services("").intake.file(draft())


@pytest.fixture
def close(services: As) -> Callable[[str, str], int]:
    """Close a directorate for yesterday and hand it over; return how many applications that changed."""

    def closed(code: str, heir: str) -> int:
        desk = services("administrator").directorates
        desk.close(code, TODAY - timedelta(days=1), heir)
        return desk.hand_over(code)

    return closed


Close = Callable[[str, str], int]


def new_one(services: As, name: str) -> str:
    return str(services("administrator").catalogue.put("departments", Department("", name)).code)


def look(assembly: Assembly, filed: Filed) -> Ticket:
    with assembly.database.reading() as site:
        ticket: Ticket = site.tickets[filed.ticket_id]
        list(ticket.history)
        return ticket


def consult(services: As, filed: Filed, code: str) -> None:
    services("clerk").handling.act(filed.ticket_id, Order(Action.CONSULT, "Size mi ait?", department=code), None)


def answer(services: As, filed: Filed, role: str = "clerk-roads") -> None:
    services(role).handling.act(filed.ticket_id, Order(Action.OPINION, "Bize ait."), None)


def last_action(ticket: Ticket) -> tuple[str, str]:
    _, entry = list(ticket.history)[-1]
    return entry.action, entry.detail("department")


# -- somebody always takes over -------------------------------------------------------------------------------------


def test_who_took_over_cannot_be_closed_without_an_heir(services: As, assembly: Assembly, now: FakeNow) -> None:
    heir, desk = new_one(services, "Yeşil Alanlar"), services("administrator").directorates
    desk.close("parks", TODAY - timedelta(days=10), heir)
    with pytest.raises(InvalidInput) as refused:
        desk.close(heir, TODAY, None)
    assert (refused.value.field, refused.value.problem) == ("successor", "successor_needed")
    desk.close(heir, TODAY, "cleaning")
    now.advance(timedelta(days=1))
    assert look(assembly, services("").intake.file(draft())).department == "cleaning"


def test_nor_before_the_one_that_it_will_take_over_from(services: As) -> None:
    heir, desk = new_one(services, "Yeşil Alanlar"), services("administrator").directorates
    desk.close("parks", TODAY + timedelta(days=30), heir)
    with pytest.raises(InvalidInput) as refused:
        desk.close(heir, TODAY + timedelta(days=10), None)
    assert (refused.value.field, refused.value.problem) == ("successor", "successor_needed")


def test_to_which_no_subject_leads_is_closed_without_one(services: As, assembly: Assembly) -> None:
    unused = new_one(services, "Yeşil Alanlar")
    services("administrator").directorates.close(unused, TODAY, None)
    with assembly.database.reading() as site:
        assert site.city.tree.get(unused).valid_until == TODAY


# -- what is open ---------------------------------------------------------------------------------------------------


def test_a_question_to_the_heir_is_over_when_it_takes_the_ticket_over(
    services: As, assembly: Assembly, filed: Filed, close: Close
) -> None:
    consult(services, filed, "roads")
    assert close("parks", "roads") == 1
    ticket = look(assembly, filed)
    assert (ticket.department, ticket.opinion_from, ticket.shared_with) == ("roads", None, ())
    possible = services("clerk-roads").handling.possible_actions(ticket)
    assert not {Action.OPINION, Action.END_CONSULT} & set(possible)
    assert Action.CONSULT in possible


def test_a_question_to_the_closed_one_is_the_heirs(
    services: As, assembly: Assembly, filed: Filed, close: Close
) -> None:
    asked = new_one(services, "Yapı İşleri")
    consult(services, filed, asked)
    assert close(asked, "roads") == 1
    ticket = look(assembly, filed)
    assert (ticket.department, ticket.opinion_from, ticket.shared_with) == ("parks", "roads", ("roads",))
    assert last_action(ticket) == ("seen_by_heir", "roads")
    desk = services("clerk-roads").lists
    assert [row.id for row in desk.look(Listed(Queue.MINE)).rows] == [filed.ticket_id]
    answer(services, filed)
    ticket = look(assembly, filed)
    assert (ticket.opinion_from, ticket.shared_with) == (None, ())


def test_it_is_over_where_the_heir_handles_the_ticket(
    services: As, assembly: Assembly, filed: Filed, close: Close
) -> None:
    asked = new_one(services, "Yapı İşleri")
    consult(services, filed, asked)
    assert close(asked, "parks") == 1
    ticket = look(assembly, filed)
    assert (ticket.department, ticket.opinion_from, ticket.shared_with) == ("parks", None, ())
    assert last_action(ticket) == ("unshared", asked)


@pytest.mark.parametrize("before", ["the heir", "the closed one"])
def test_who_saw_it_before_goes_on_seeing_it_after_the_opinion(
    services: As, assembly: Assembly, filed: Filed, close: Close, before: str
) -> None:
    asked = new_one(services, "Yapı İşleri")
    services("supervisor").sharing.share(filed.ticket_id, "roads" if before == "the heir" else asked)
    consult(services, filed, asked)
    assert close(asked, "roads") == 1
    assert look(assembly, filed).shared_with == ("roads",)
    answer(services, filed)
    ticket = look(assembly, filed)
    assert (ticket.opinion_from, ticket.shared_with) == (None, ("roads",))


def test_what_was_shared_with_the_closed_one_is_shared_with_the_heir(
    services: As, assembly: Assembly, filed: Filed, close: Close
) -> None:
    other = new_one(services, "Yapı İşleri")
    services("supervisor").sharing.share(filed.ticket_id, "cleaning")
    services("supervisor").sharing.share(filed.ticket_id, other)
    desk = services("administrator").directorates
    assert desk.seen_by(other, is_open=True) == 1
    assert close(other, "roads") == 1
    assert look(assembly, filed).shared_with == ("cleaning", "roads")
    assert services("clerk-roads").lists.visible(filed.ticket_id)
    assert (desk.seen_by(other), desk.seen_by("roads"), desk.hand_over(other)) == (0, 1, 0)


# -- taking back the creation ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_asked", [True, False])
def test_what_a_ticket_is_shared_with_is_not_taken_back(
    services: As, assembly: Assembly, filed: Filed, is_asked: bool
) -> None:
    made, desk = new_one(services, "Yapı İşleri"), services("administrator").changes
    with assembly.database.reading() as site:
        change = desk.last(site, "departments", made)
    assert change is not None
    if is_asked:
        consult(services, filed, made)
    else:
        services("supervisor").sharing.share(filed.ticket_id, made)
    with pytest.raises(UndoRefused) as refused:
        desk.undo(change.id)
    assert refused.value.reason == "in_use"
    if is_asked:
        services("clerk").handling.act(filed.ticket_id, Order(Action.END_CONSULT), None)
    else:
        services("supervisor").sharing.unshare(filed.ticket_id, made)
    desk.undo(change.id)
    with assembly.database.reading() as site:
        assert made not in site.city.tree
