"""Who sees and does what. The expected answers are written by hand, cell by cell."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halkla_iliskiler.domain.access import (
    ANONYMOUS,
    ROLES,
    SYSTEM,
    Actor,
    Grant,
    PersonSeen,
    allows,
    person_seen,
    visibility,
)
from halkla_iliskiler.domain.workflow import Permission
from halkla_iliskiler.testing import actor


@dataclass(frozen=True)
class Case:
    department: str | None
    sensitive: bool
    shared_with: tuple[str, ...] = ()
    hides_identity: bool = False


OWN, OWN_SENSITIVE = Case("parks", False), Case("parks", True)
OTHER, OTHER_SENSITIVE = Case("roads", False), Case("roads", True)
UNROUTED, UNROUTED_SENSITIVE = Case(None, False), Case(None, True)
SHARED, SHARED_SENSITIVE = Case("roads", False, ("cleaning", "parks")), Case("roads", True, ("parks",))
HIDDEN = Case("parks", False, hides_identity=True)
CASES = (
    OWN, OWN_SENSITIVE, OTHER, OTHER_SENSITIVE, UNROUTED, UNROUTED_SENSITIVE, SHARED, SHARED_SENSITIVE, HIDDEN,
)  # fmt: skip
ORDINARY = frozenset({OWN, OTHER, UNROUTED, SHARED, HIDDEN})
MINE_ORDINARY = frozenset({OWN, HIDDEN})
MINE = MINE_ORDINARY | {OWN_SENSITIVE}
SEEN_ORDINARY = MINE_ORDINARY | {SHARED}
SEEN = MINE | {SHARED, SHARED_SENSITIVE}
EVERY = frozenset(CASES)
SECRET = frozenset({HIDDEN})

# role → permission → the tickets it reaches; clerk, director, deputy mayor and crew work in "parks". The second table
# is for grants with the named right to sensitive matters.
MATRIX: dict[str, dict[str, frozenset[Case]]] = {
    "agent": {
        **dict.fromkeys(("view", "route", "note", "resend", "see_contact", "see_identity"), ORDINARY),
        "handle": frozenset({UNROUTED}),
    },
    "clerk": {
        **dict.fromkeys(("view", "note"), SEEN_ORDINARY), **dict.fromkeys(("handle", "resend"), MINE_ORDINARY),
        "see_contact": MINE_ORDINARY - SECRET, "advise": frozenset({SHARED}),
    },
    "director": {
        **dict.fromkeys(("view", "note"), SEEN), **dict.fromkeys(("route", "handle", "close", "resend"), MINE),
        **dict.fromkeys(("see_numbers", "export_people"), MINE),
        "see_contact": MINE - SECRET, "advise": frozenset({SHARED, SHARED_SENSITIVE}),
    },
    "deputy_mayor": {**dict.fromkeys(("view", "note"), SEEN_ORDINARY), "see_numbers": MINE_ORDINARY},
    "supervisor": {
        **dict.fromkeys(
            ("view", "route", "note", "check", "close", "resend", "see_contact", "see_identity"), EVERY
        ),
        **dict.fromkeys(("see_numbers", "export_people"), EVERY),
        "handle": frozenset({UNROUTED}),
    },
    "field_crew": dict.fromkeys(("view", "note"), MINE_ORDINARY),
    "auditor": dict.fromkeys(("view", "see_numbers"), ORDINARY),
    "administrator": {},
}  # fmt: skip
NAMED: dict[str, dict[str, frozenset[Case]]] = {
    **MATRIX,
    "agent": {
        **dict.fromkeys(("view", "route", "note", "resend", "see_contact", "see_identity"), EVERY),
        "handle": frozenset({UNROUTED}),
    },
    "clerk": {
        **dict.fromkeys(("view", "note"), SEEN), **dict.fromkeys(("handle", "resend"), MINE),
        "see_contact": MINE - SECRET, "advise": frozenset({SHARED, SHARED_SENSITIVE}),
    },
    "deputy_mayor": {**dict.fromkeys(("view", "note"), SEEN), "see_numbers": MINE},
    "auditor": dict.fromkeys(("view", "see_numbers"), EVERY),
}  # fmt: skip
SITE_WIDE = {
    "agent": {"record"},
    "supervisor": {"record", "see_outbox", "see_reads", "manage_catalogue"},
    "auditor": {"see_outbox", "see_reads"},
    "administrator": {"manage_users", "manage_catalogue", "administer", "see_outbox"},
}
NOT_ON_TICKETS = [
    Permission.RECORD,
    Permission.SEE_OUTBOX,
    Permission.SEE_READS,
    Permission.MANAGE_USERS,
    Permission.MANAGE_CATALOGUE,
    Permission.ADMINISTER,
]
ON_TICKETS = [permission for permission in Permission if permission not in NOT_ON_TICKETS]


def test_every_role_has_a_row() -> None:
    assert set(MATRIX) == set(ROLES)


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("permission", ON_TICKETS)
@pytest.mark.parametrize("is_named", [False, True], ids=["", "named"])
@pytest.mark.parametrize("role", MATRIX)
def test_what_a_role_may_do_with_a_ticket(role: str, is_named: bool, permission: Permission, case: Case) -> None:
    grant = Grant(role, "parks" if ROLES[role].needs_department else None, sensitive=is_named)
    reached = (NAMED if is_named else MATRIX)[role].get(permission, frozenset())
    assert allows(Actor("p", "P", (grant,)), permission, case) is (case in reached)


@pytest.mark.parametrize("permission", NOT_ON_TICKETS)
@pytest.mark.parametrize("role", MATRIX)
def test_what_a_role_may_do_that_is_about_no_ticket(role: str, permission: Permission) -> None:
    assert allows(Actor("p", "P", (Grant(role, "parks"),)), permission) is (permission in SITE_WIDE.get(role, set()))


@pytest.mark.parametrize(
    ("who", "case", "seen"),
    [
        ("clerk", OWN, PersonSeen.NAME), ("field-crew", OWN, PersonSeen.INITIALS),
        ("deputy-mayor", OWN, PersonSeen.INITIALS), ("auditor", OWN, PersonSeen.INITIALS),
        ("clerk", SHARED, PersonSeen.INITIALS), ("agent", HIDDEN, PersonSeen.NAME),
        ("supervisor", HIDDEN, PersonSeen.NAME), ("clerk", HIDDEN, PersonSeen.NOTHING),
        ("director", HIDDEN, PersonSeen.NOTHING), ("deputy-mayor", HIDDEN, PersonSeen.NOTHING),
        ("field-crew", HIDDEN, PersonSeen.NOTHING), ("auditor", HIDDEN, PersonSeen.NOTHING),
    ],
)  # fmt: skip
def test_how_much_of_a_person_is_seen(who: str, case: Case, seen: PersonSeen) -> None:
    assert person_seen(actor(who), case) is seen


def test_a_grant_of_an_older_version_names_nothing_sensitive() -> None:
    old = Grant.__new__(Grant)
    old.__dict__.update(role="clerk", department="parks")
    assert old == Grant("clerk", "parks")
    assert not allows(Actor("p", "P", (old,)), Permission.VIEW, OWN_SENSITIVE)


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


_grants = st.builds(Grant, st.sampled_from(sorted(ROLES)), st.sampled_from(["parks", "roads", "family"]), st.booleans())
_people = st.builds(Actor, st.just("p"), st.just("P"), st.lists(_grants, max_size=3).map(tuple))
_cases = st.builds(
    Case,
    st.sampled_from([None, "parks", "roads", "family", "gone"]),
    st.booleans(),
    st.lists(st.sampled_from(["parks", "roads", "gone"]), unique=True, max_size=2).map(tuple),
    st.booleans(),
)


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
