"""What an applicant reaches with number and code, and what nobody reaches without."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from halkla_iliskiler.domain.codes import group
from halkla_iliskiler.domain.errors import IllegalMove, InvalidInput, NotFound
from halkla_iliskiler.domain.moves import Order
from halkla_iliskiler.domain.workflow import Action
from halkla_iliskiler.services import Services
from halkla_iliskiler.services.following import TooManyTries
from halkla_iliskiler.services.intake import Filed
from halkla_iliskiler.testing import FakeNow, draft

As = Callable[..., Services]
HERE = "203.0.113.7"


@pytest.fixture
def filed(services: As) -> Filed:
    return services().intake.file(draft())


def status(services: As, filed: Filed) -> str:
    with services("system").handling.opened(filed.ticket_id) as (_, ticket):
        return ticket.status


def finish(services: As, filed: Filed) -> None:
    services("clerk").handling.act(filed.ticket_id, Order(Action.FINISH, "Onarıldı.", outcome="SOLVED"), None)


def test_number_and_whole_code_open_the_ticket(services: As, filed: Filed) -> None:
    with services().following.opened(filed.address, filed.code) as (_, ticket):
        assert ticket.number == filed.number


def test_a_wrong_code_a_short_code_and_a_number_that_does_not_exist_look_alike(services: As, filed: Filed) -> None:
    other = services().intake.file(draft())
    wrong = [
        (filed.address, other.code), (filed.address, filed.code[:12]), (filed.address, ""), (filed.address, "\ud800"),
        ("2026-999999", filed.code), ("2026-000000", filed.code), ("", filed.code), ("x", filed.code),
    ]  # fmt: skip
    for address, code in wrong:
        with pytest.raises(NotFound) as refused, services().following.opened(address, code):
            pass
        assert type(refused.value) is NotFound


@pytest.mark.parametrize("number", ["2026/00001", " 2026/00001 ", "2026-000001", "2026-1"])
def test_number_and_short_code_are_found_as_people_type_them(services: As, filed: Filed, number: str) -> None:
    for code in (group(filed.code), group(filed.code).lower(), filed.code):
        assert services().following.find(number, code, HERE) == (filed.address, filed.code)


def test_who_guesses_codes_has_to_wait_and_the_others_do_not(services: As, filed: Filed, now: FakeNow) -> None:
    waits = 0
    for _ in range(12):
        with pytest.raises((NotFound, TooManyTries)) as refused:
            services().following.find(filed.number, "AAAA AAAA AAAA", HERE)
        waits += isinstance(refused.value, TooManyTries)
    assert waits > 0
    with pytest.raises(TooManyTries) as waiting:
        services().following.find(filed.number, group(filed.code), HERE)
    assert services().following.find(filed.number, group(filed.code), "198.51.100.9")[0] == filed.address
    now.advance(waiting.value.wait)
    assert services().following.find(filed.number, group(filed.code), HERE)[0] == filed.address


def test_who_tries_one_code_on_many_numbers_has_to_wait(services: As) -> None:
    refusals = []
    for sequence in range(1, 40):
        with pytest.raises((NotFound, TooManyTries)) as refused:
            services().following.find(f"2026-{sequence}", "AAAA AAAA AAAA", HERE)
        refusals.append(type(refused.value))
    assert refusals[-1] is TooManyTries


def test_a_raised_generation_revokes_every_copy_of_the_code(services: As, filed: Filed) -> None:
    def revoke(shared: Services) -> None:
        unit = shared.unit
        assert unit is not None
        ticket = unit.site.tickets[filed.ticket_id]
        ticket.code_generation += 1
        unit.touch(ticket)

    services("system").together(revoke, "revoke a code")
    with pytest.raises(NotFound), services().following.opened(filed.address, filed.code):
        pass


def test_an_answer_to_our_question_lets_the_ticket_go_on(services: As, filed: Filed) -> None:
    services("clerk").handling.act(filed.ticket_id, Order(Action.ASK, "Neresi?"), None)
    assert status(services, filed) == "WAITING_FOR_APPLICANT"
    services().following.add_message(filed.address, filed.code, "Okulun önü.")
    assert status(services, filed) == "IN_PROGRESS"


def test_not_solved_asks_for_a_reopening_that_a_person_judges(services: As, filed: Filed) -> None:
    finish(services, filed)
    services().following.ask_to_reopen(filed.address, filed.code, "Hâlâ kırık.")
    assert status(services, filed) == "REOPEN_REQUESTED"
    services("director").handling.act(filed.ticket_id, Order(Action.REFUSE_REOPENING, "Fotoğrafta yeni."), None)
    assert status(services, filed) == "CLOSED"
    services().following.ask_to_reopen(filed.address, filed.code, "Hâlâ kırık.")
    services("director").handling.act(filed.ticket_id, Order(Action.REOPEN, "Bakılsın."), None)
    assert status(services, filed) == "IN_PROGRESS"


def test_what_is_not_finished_cannot_be_reopened(services: As, filed: Filed) -> None:
    with pytest.raises(IllegalMove):
        services().following.ask_to_reopen(filed.address, filed.code, "Ne oldu?")
    assert status(services, filed) == "ASSIGNED"


def test_without_a_word_nothing_is_said(services: As, filed: Filed) -> None:
    finish(services, filed)
    for use in (services().following.add_message, services().following.ask_to_reopen):
        with pytest.raises(InvalidInput):
            use(filed.address, filed.code, " \n ")
        with pytest.raises(NotFound):
            use(filed.address, "A" * 26, "Söz")
    assert status(services, filed) == "DONE"


def test_the_throttle_forgets_after_a_quiet_hour(services: As, filed: Filed, now: FakeNow) -> None:
    for _ in range(6):
        with pytest.raises((NotFound, TooManyTries)):
            services().following.find(filed.number, "AAAA AAAA AAAA", HERE)
    now.advance(timedelta(hours=2))
    assert services().following.find(filed.number, group(filed.code), HERE)
