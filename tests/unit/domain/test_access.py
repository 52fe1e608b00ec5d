"""Who sees and does what. The expected answers are written by hand, cell by cell."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.domain.access import ANONYMOUS, ROLES, SYSTEM, Actor, Grant, allows, visibility
from halkla_iliskiler.domain.workflow import Permission
from halkla_iliskiler.testing import actor


@dataclass(frozen=True)
class Case:
    department: str | None
    sensitive: bool


OWN, OWN_SENSITIVE = Case("parks", False), Case("parks", True)
OTHER, OTHER_SENSITIVE = Case("roads", False), Case("roads", True)
UNROUTED, UNROUTED_SENSITIVE = Case(None, False), Case(None, True)
CASES = (OWN, OWN_SENSITIVE, OTHER, OTHER_SENSITIVE, UNROUTED, UNROUTED_SENSITIVE)
ORDINARY = frozenset({OWN, OTHER, UNROUTED})
MINE = frozenset({OWN, OWN_SENSITIVE})
MINE_ORDINARY = frozenset({OWN})
EVERY = frozenset(CASES)

# role → permission → the tickets it reaches; clerk, director, deputy mayor and crew work in "parks".
MATRIX: dict[str, dict[str, frozenset[Case]]] = {
    "agent": {
        "view": ORDINARY, "route": ORDINARY, "note": ORDINARY, "resend": ORDINARY, "see_contact": ORDINARY,
        "handle": frozenset({UNROUTED}),
    },
    "clerk": dict.fromkeys(("view", "handle", "note", "resend", "see_contact"), MINE),
    "director": dict.fromkeys(("view", "route", "handle", "note", "close", "resend", "see_contact"), MINE),
    "deputy_mayor": dict.fromkeys(("view", "note"), MINE),
    "supervisor": {
        **dict.fromkeys(("view", "route", "note", "check", "close", "resend", "see_contact"), EVERY),
        "handle": frozenset({UNROUTED}),
    },
    "field_crew": dict.fromkeys(("view", "note"), MINE_ORDINARY),
    "auditor": {"view": ORDINARY},
    "administrator": {},
}  # fmt: skip
SITE_WIDE = {
    "agent": {"record"},
    "supervisor": {"record", "see_outbox"},
    "auditor": {"see_outbox"},
    "administrator": {"manage_users", "see_outbox"},
}
ON_TICKETS = [
    permission
    for permission in Permission
    if permission not in (Permission.RECORD, Permission.SEE_OUTBOX, Permission.MANAGE_USERS)
]


def test_every_role_has_a_row() -> None:
    assert set(MATRIX) == set(ROLES)


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("permission", ON_TICKETS)
@pytest.mark.parametrize("role", MATRIX)
def test_what_a_role_may_do_with_a_ticket(role: str, permission: Permission, case: Case) -> None:
    person = Actor("p", "P", (Grant(role, "parks" if ROLES[role].needs_department else None),))
    assert allows(person, permission, case) is (case in MATRIX[role].get(permission, frozenset()))


@pytest.mark.parametrize("permission", [Permission.RECORD, Permission.SEE_OUTBOX, Permission.MANAGE_USERS])
@pytest.mark.parametrize("role", MATRIX)
def test_what_a_role_may_do_that_is_about_no_ticket(role: str, permission: Permission) -> None:
    assert allows(Actor("p", "P", (Grant(role, "parks"),)), permission) is (permission in SITE_WIDE.get(role, set()))


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("person", [ANONYMOUS, Actor("x", "X", (Grant("mayor"),)), Actor("y", "Y", (Grant("clerk"),))])
def test_nobody_unknown_and_no_role_without_its_directorate_may_do_anything(
    person: Actor, permission: Permission
) -> None:
    assert not any(allows(person, permission, case) for case in CASES)
    assert visibility(person).is_empty


def test_the_program_itself_may_do_everything() -> None:
    assert all(allows(SYSTEM, permission, case) for permission in Permission for case in CASES)


def test_a_sensitive_ticket_that_nobody_has_is_the_supervisors_alone() -> None:
    people = [actor(role) for role in ROLES]
    assert [p.id for p in people if allows(p, Permission.VIEW, UNROUTED_SENSITIVE)] == ["supervisor"]


_grants = st.builds(Grant, st.sampled_from(sorted(ROLES)), st.sampled_from(["parks", "roads", "family"]))
_people = st.builds(Actor, st.just("p"), st.just("P"), st.lists(_grants, max_size=3).map(tuple))
_cases = st.builds(Case, st.sampled_from([None, "parks", "roads", "family", "gone"]), st.booleans())


@given(_people, _cases, st.sampled_from(ON_TICKETS))
def test_nothing_can_be_done_to_what_cannot_be_seen(person: Actor, case: Case, permission: Permission) -> None:
    if allows(person, permission, case):
        assert allows(person, Permission.VIEW, case)
        assert allows(person, permission)


@given(_people, _grants, _cases, st.sampled_from(ON_TICKETS))
def test_another_grant_never_takes_anything_away(
    person: Actor, grant: Grant, case: Case, permission: Permission
) -> None:
    more = Actor("p", "P", (*person.grants, grant))
    assert allows(more, permission, case) or not allows(person, permission, case)


@given(_people, _cases)
def test_two_grants_see_what_each_of_them_sees(person: Actor, case: Case) -> None:
    each = [Actor("p", "P", (grant,)) for grant in person.grants]
    assert allows(person, Permission.VIEW, case) == any(allows(one, Permission.VIEW, case) for one in each)
