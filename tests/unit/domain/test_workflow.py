"""The state table, read the other way round: for each status, exactly what may be done."""

import pytest

from halkla_iliskiler.domain.errors import DomainError, IllegalMove
from halkla_iliskiler.domain.workflow import (
    MOVES,
    OPEN_STATUSES,
    Action,
    Fact,
    Outcome,
    Permission,
    TicketStatus,
    allowed_actions,
    move_for,
)

# Written down by hand, not derived: whoever changes the workflow changes it here too, and sees what it means.
_ALWAYS = {"note", "applicant_message", "change_contact"}
_LINKS = {"duplicate", "split", "consult"}
EXPECTED: dict[tuple[str, bool], set[str]] = {
    ("NEW", False): _ALWAYS | _LINKS | {"assign", "ask", "reply", "refer", "finish", "withdraw"},
    ("ASSIGNED", False): _ALWAYS
    | _LINKS
    | {"assign", "take", "send_back", "ask", "reply", "plan", "refer", "finish", "withdraw"},
    ("IN_PROGRESS", False): _ALWAYS
    | _LINKS
    | {"assign", "take", "send_back", "ask", "reply", "plan", "refer", "finish", "withdraw"},
    ("WAITING_FOR_APPLICANT", False): _ALWAYS | _LINKS | {"assign", "take", "resume", "reply", "finish", "withdraw"},
    ("WAITING_FOR_BODY", False): _ALWAYS | _LINKS | {"assign", "take", "resume", "reply", "plan", "finish", "withdraw"},
    ("PLANNED", False): _ALWAYS | _LINKS | {"assign", "take", "resume", "ask", "reply", "plan", "finish", "withdraw"},
    ("DONE", False): _ALWAYS | {"close", "reopen", "request_reopening", "rate"},
    ("DONE", True): _ALWAYS | {"accept", "give_back"},
    ("CLOSED", False): _ALWAYS | {"reopen", "request_reopening", "rate"},
    ("REOPEN_REQUESTED", False): _ALWAYS | {"assign", "reopen", "refuse_reopening"},
}
TARGETS = {
    "assign": "ASSIGNED", "take": "IN_PROGRESS", "send_back": "NEW", "ask": "WAITING_FOR_APPLICANT",
    "resume": "IN_PROGRESS", "plan": "PLANNED", "refer": "WAITING_FOR_BODY", "finish": "DONE",
    "give_back": "IN_PROGRESS", "close": "CLOSED", "reopen": "IN_PROGRESS", "refuse_reopening": "CLOSED",
    "request_reopening": "REOPEN_REQUESTED", "withdraw": "DONE",
}  # fmt: skip


def test_every_status_is_in_the_table() -> None:
    assert {status for status, _ in EXPECTED} == set(TicketStatus)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize(("status", "check_pending"), list(EXPECTED))
def test_a_move_is_allowed_or_the_error_says_what_is(status: str, check_pending: bool, action: Action) -> None:
    allowed = EXPECTED[status, check_pending]
    if action in allowed:
        move = move_for(action, status, check_pending)
        assert move.action is action
        assert move.target == TARGETS.get(action)
        return
    with pytest.raises(IllegalMove) as refused:
        move_for(action, status, check_pending)
    assert set(refused.value.allowed) == allowed
    assert all(name in str(refused.value) for name in (action, status, *allowed))
    assert isinstance(refused.value, DomainError)


@pytest.mark.parametrize(("status", "check_pending"), list(EXPECTED))
def test_a_page_offers_what_the_table_allows(status: str, check_pending: bool) -> None:
    assert set(allowed_actions(status, check_pending)) == EXPECTED[status, check_pending]


@pytest.mark.parametrize(("status", "check_pending"), list(EXPECTED))
def test_what_else_is_known_of_a_ticket_decides_too(status: str, check_pending: bool) -> None:
    plain = EXPECTED[status, check_pending]
    duplicate = frozenset({Fact.DUPLICATE})
    assert set(allowed_actions(status, check_pending, duplicate)) == plain - {"duplicate"} | {"not_duplicate"}
    asked = frozenset({Fact.ASKED})
    assert set(allowed_actions(status, check_pending, asked)) == plain - {"consult"} | {"opinion", "end_consult"}


def test_only_the_program_speaks_for_an_applicant() -> None:
    assert {move.action for move in MOVES if move.permission is None} == {
        Action.REQUEST_REOPENING,
        Action.APPLICANT_MESSAGE,
        Action.WITHDRAW,
        Action.CHANGE_CONTACT,
        Action.RATE,
    }
    assert "REOPEN_REQUESTED" not in {move.target for move in MOVES if move.permission is not None}


def test_closing_and_judging_need_another_permission_than_working() -> None:
    by_permission = {permission: {m.action for m in MOVES if m.permission is permission} for permission in Permission}
    assert by_permission[Permission.CHECK] == {Action.ACCEPT, Action.GIVE_BACK}
    assert by_permission[Permission.CLOSE] == {Action.CLOSE, Action.REOPEN, Action.REFUSE_REOPENING}
    assert by_permission[Permission.ROUTE] == {Action.ASSIGN}


def test_planned_is_open_and_finished_is_not() -> None:
    assert TicketStatus.PLANNED in OPEN_STATUSES
    assert set(TicketStatus) - OPEN_STATUSES == {TicketStatus.DONE, TicketStatus.CLOSED}


def test_each_outcome_of_law_3071_is_for_petitions_only() -> None:
    assert {outcome for outcome in Outcome if outcome.is_for_petitions_only} == {
        "NOT_EXAMINED_6A", "NOT_EXAMINED_6B", "NOT_EXAMINED_6C",
    }  # fmt: skip
