"""Acting on tickets: who may, on what, and against what somebody else has just done."""

from collections.abc import Callable
from datetime import date

import pytest

from halkla_iliskiler import testing
from halkla_iliskiler.domain.errors import Forbidden, IllegalMove, InvalidInput, NotFound, RevisionConflict
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Assembly, Services
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.services.lists import Filters, Listed, Queue
from halkla_iliskiler.testing import draft

As = Callable[..., Services]
CATEGORIES = {category.code: category for category in testing.halkla_categories()}


@pytest.fixture
def filed(services: As) -> Filed:
    return services().intake.file(draft())


def snapshot(services: As, filed: Filed) -> tuple[object, ...]:
    with services("system").handling.opened(filed.ticket_id) as (_, ticket):
        return (ticket.status, ticket.department, ticket.assignee, ticket.revision, len(list(ticket.history)))


def act(
    services: As, role: str, filed: Filed, action: Action, text: str = "", seen: int | None = None, **kw: object
) -> int:
    return services(role).handling.act(filed.ticket_id, Order(action, text, **kw), seen)  # type: ignore[arg-type]


# -- who may -------------------------------------------------------------------------------------------------------


def test_what_may_not_be_seen_does_not_exist(services: As, filed: Filed) -> None:
    before = snapshot(services, filed)
    for role in ("clerk-roads", "administrator", ""):
        with pytest.raises(NotFound):
            act(services, role, filed, Action.NOTE, "Merhaba")
        with pytest.raises(NotFound), services(role).handling.opened(filed.ticket_id):
            pass
        assert not services(role).lists.visible(filed.ticket_id)
    with pytest.raises(NotFound):
        services("supervisor").handling.act(filed.ticket_id + 1, Order(Action.NOTE, "x"), None)
    assert snapshot(services, filed) == before


@pytest.mark.parametrize(
    ("role", "action"),
    [
        ("agent", Action.TAKE), ("clerk", Action.ASSIGN), ("clerk", Action.CLOSE), ("director", Action.ACCEPT),
        ("deputy_mayor", Action.TAKE), ("field_crew", Action.REPLY), ("auditor", Action.NOTE),
        ("supervisor", Action.TAKE), ("supervisor", Action.REQUEST_REOPENING), ("clerk", Action.APPLICANT_MESSAGE),
    ],
)  # fmt: skip
def test_what_is_seen_may_still_not_be_done(services: As, filed: Filed, role: str, action: Action) -> None:
    before = snapshot(services, filed)
    with pytest.raises(Forbidden):
        act(services, role, filed, action, "Metin", department="parks", outcome="SOLVED")
    assert snapshot(services, filed) == before


def test_a_page_offers_exactly_what_then_works(services: As, filed: Filed) -> None:
    with services("clerk").handling.opened(filed.ticket_id) as (_, ticket):
        offered = services("clerk").handling.possible_actions(ticket)
    assert set(offered) == {
        "take", "send_back", "note", "ask", "reply", "plan", "refer", "finish", "duplicate", "split", "consult",
    }  # fmt: skip
    with services("auditor").handling.opened(filed.ticket_id) as (_, ticket):
        assert services("auditor").handling.possible_actions(ticket) == []


# -- two people at once --------------------------------------------------------------------------------------------


def test_what_somebody_else_has_just_done_is_not_overwritten(services: As, filed: Filed) -> None:
    with services("clerk").handling.opened(filed.ticket_id) as (_, ticket):
        seen = ticket.revision
    act(services, "director", filed, Action.NOTE, "Ben bakıyorum.")
    before = snapshot(services, filed)
    with pytest.raises(RevisionConflict) as conflict:
        act(services, "clerk", filed, Action.FINISH, "Bitti.", seen, outcome="SOLVED")
    assert (conflict.value.seen, conflict.value.current) == (seen, seen + 1)
    assert snapshot(services, filed) == before
    assert act(services, "clerk", filed, Action.FINISH, "Bitti.", conflict.value.current, outcome="SOLVED") == seen + 2


def test_what_the_applicant_adds_meanwhile_is_not_overlooked_either(services: As, filed: Filed) -> None:
    with services("clerk").handling.opened(filed.ticket_id) as (_, ticket):
        seen = ticket.revision
    services().following.add_message(filed.address, filed.code, "Düzeldi, teşekkürler.")
    with pytest.raises(RevisionConflict):
        act(services, "clerk", filed, Action.PLAN, "Haftaya.", seen, planned_for=date(2026, 2, 1))


# -- where it goes -------------------------------------------------------------------------------------------------


def test_the_centre_assigns_anywhere_and_a_director_only_at_home(services: As) -> None:
    unrouted = services().intake.file(draft(category=None))
    act(services, "agent", unrouted, Action.ASSIGN, department="parks", category=CATEGORIES["tree"])
    with pytest.raises(InvalidInput) as refused:
        act(services, "director", unrouted, Action.ASSIGN, department="roads")
    assert refused.value.problem == "out_of_reach"
    act(services, "director", unrouted, Action.ASSIGN, department="parks", assignee="clerk")
    assert snapshot(services, unrouted)[:3] == ("ASSIGNED", "parks", "clerk")


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (Order(Action.ASSIGN, department="gone"), "department"),
        (Order(Action.ASSIGN, department="parks", assignee="clerk-roads"), "assignee"),
        (Order(Action.ASSIGN, department="parks", assignee="nobody"), "assignee"),
        (Order(Action.SEND_BACK, "Bizim değil", department="gone"), "department"),
        (Order(Action.REFER, "İlettik", body="gone"), "body"),
        (Order(Action.FINISH, "Bitti", outcome="REFERRED", body="gone"), "body"),
    ],
)
def test_who_or_what_does_not_exist_cannot_be_named(services: As, filed: Filed, order: Order, field: str) -> None:
    before = snapshot(services, filed)
    role = "supervisor" if order.action is Action.ASSIGN else "clerk"
    with pytest.raises(InvalidInput) as refused:
        services(role).handling.act(filed.ticket_id, order, None)
    assert refused.value.field == field
    assert snapshot(services, filed) == before


def test_nobody_whose_account_is_disabled_is_given_work(services: As, filed: Filed) -> None:
    services("system").accounts.disable("clerk")
    with pytest.raises(InvalidInput):
        act(services, "director", filed, Action.ASSIGN, department="parks", assignee="clerk")


def test_a_ticket_that_becomes_sensitive_is_out_of_sight_of_who_may_not_see_it(services: As, filed: Filed) -> None:
    assert services("auditor").lists.visible(filed.ticket_id)
    act(services, "agent", filed, Action.ASSIGN, department="family", category=CATEGORIES["hardship"])
    for role in ("agent", "auditor", "clerk"):
        assert not services(role).lists.visible(filed.ticket_id)
        assert services(role).lists.look(Listed(Queue.OPEN)).rows == []
        assert services(role).lists.look(Listed(Queue.ALL, Filters(words="bank"))).rows == []
        assert services(role).lists.counts()[Queue.OPEN] == 0
    assert [row.number for row in services("clerk-family").lists.look(Listed(Queue.OPEN)).rows] == [filed.number]


# -- all or nothing ------------------------------------------------------------------------------------------------


def test_several_uses_happen_together_or_not_at_all(assembly: Assembly, services: As, filed: Filed) -> None:
    before = snapshot(services, filed)

    def two(shared: Services) -> None:
        shared.handling.act(filed.ticket_id, Order(Action.TAKE), None)
        shared.handling.act(filed.ticket_id, Order(Action.GIVE_BACK, "Olmaz"), None)

    with pytest.raises((IllegalMove, Forbidden)):
        services("clerk").together(two, "fails")
    assert snapshot(services, filed) == before


def test_a_refusal_that_somebody_catches_inside_a_transaction_has_changed_nothing(services: As, filed: Filed) -> None:
    # The demonstration, and later imports, go on with the next one; the transaction is committed all the same.
    def tries(shared: Services) -> None:
        for order in (
            Order(Action.FINISH, "Bitti", outcome="NOT_EXAMINED_6A"),
            Order(Action.PLAN, "Dün", planned_for=date(2025, 1, 1)),
            Order(Action.REFER, "İlettik", body="gone"),
        ):
            with pytest.raises(InvalidInput):
                shared.handling.act(filed.ticket_id, order, None)

    before = snapshot(services, filed)
    services("clerk").together(tries, "catches")
    assert snapshot(services, filed) == before
