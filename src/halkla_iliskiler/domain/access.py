"""Who may see and do what: one rule, asked by services, web and index alike.

Roles are data: a table of permissions with the reach of each. :func:`visibility` gives the rule for *seeing* as a
value that both :func:`allows` and the index's SQL are made from, so that a list can never show what a page hides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from .workflow import Permission

__all__ = [
    "ANONYMOUS",
    "ROLES",
    "SYSTEM",
    "Actor",
    "Grant",
    "Guarded",
    "PersonSeen",
    "Reach",
    "Role",
    "Visibility",
    "allows",
    "person_seen",
    "visibility",
]


class Reach(StrEnum):
    """How far a permission goes."""

    ALL = "all"  # every ticket; sensitive ones only where the grant names them
    EVERY = "every"  # every ticket, sensitive ones too
    OWN = "own"  # tickets of the directorate the role was granted for; sensitive ones only where the grant names them
    OWN_EVERY = "own_every"  # the same, sensitive ones too
    OWN_ORDINARY = "own_ordinary"  # the same, sensitive ones never
    CENTRE = "centre"  # tickets that lie with the centre because nobody has routed them yet
    SITE = "site"  # not about a ticket at all


@dataclass(frozen=True)
class Role:
    """A named set of permissions, each with its reach."""

    code: str
    permissions: MappingProxyType[Permission, tuple[Reach, ...]]
    needs_department: bool = False


def _role(code: str, needs_department: bool = False, **reaches: Reach | tuple[Reach, ...]) -> Role:
    table = {Permission(name): reach if isinstance(reach, tuple) else (reach,) for name, reach in reaches.items()}
    return Role(code, MappingProxyType(table), needs_department)


_R = Reach
ROLES: MappingProxyType[str, Role] = MappingProxyType(
    {
        role.code: role
        for role in (
            _role(
                "agent", view=_R.ALL, record=_R.SITE, route=_R.ALL, handle=_R.CENTRE, note=_R.ALL,
                resend=_R.ALL, see_contact=_R.ALL, see_identity=_R.ALL,
            ),
            _role(
                "clerk", True, view=_R.OWN, handle=_R.OWN, note=_R.OWN, advise=_R.OWN, resend=_R.OWN,
                see_contact=_R.OWN,
            ),
            _role(
                # Answers for everything there: no matter may lie where nobody sees it.
                "director", True, view=_R.OWN_EVERY, route=_R.OWN_EVERY, handle=_R.OWN_EVERY, note=_R.OWN_EVERY,
                close=_R.OWN_EVERY, advise=_R.OWN_EVERY, resend=_R.OWN_EVERY, see_contact=_R.OWN_EVERY,
                see_numbers=_R.OWN_EVERY, export_people=_R.OWN_EVERY,
            ),
            _role("deputy_mayor", True, view=_R.OWN, note=_R.OWN, see_numbers=_R.OWN),
            _role(
                "supervisor", view=_R.EVERY, record=_R.SITE, route=_R.EVERY, handle=_R.CENTRE, note=_R.EVERY,
                check=_R.EVERY, close=_R.EVERY, resend=_R.EVERY, see_contact=_R.EVERY, see_identity=_R.EVERY,
                see_outbox=_R.SITE, see_reads=_R.SITE, manage_catalogue=_R.SITE, see_numbers=_R.EVERY,
                export_people=_R.EVERY,
            ),
            # A crew sees where and what, never who complained.
            _role("field_crew", True, view=_R.OWN_ORDINARY, note=_R.OWN_ORDINARY),
            _role("auditor", view=_R.ALL, see_outbox=_R.SITE, see_reads=_R.SITE, see_numbers=_R.ALL),
            # Runs the system, reads nobody's application.
            _role(
                "administrator", manage_users=_R.SITE, see_outbox=_R.SITE, manage_catalogue=_R.SITE,
                administer=_R.SITE,
            ),
        )
    }
)  # fmt: skip


@dataclass(frozen=True)
class Grant:
    """A role given to somebody, for one directorate where the role needs one.

    ``sensitive`` is the named right to sensitive matters (violence, hardship, health): working in the directorate that
    handles them is not enough. A director and the centre's supervisor have it by their role, a field crew never.
    """

    role: str
    department: str | None = None
    sensitive: bool = False


@dataclass(frozen=True)
class Actor:
    """Who acts: a staff member, the program itself, or somebody unknown."""

    id: str
    name: str
    grants: tuple[Grant, ...] = ()
    is_system: bool = False

    def __hash__(self) -> int:
        """Return a hash that costs little: what somebody may do is looked up by the actor many times a page."""
        return hash(self.id)

    @property
    def departments(self) -> tuple[str, ...]:
        """The directorates the actor works in, without repetition, in the order granted."""
        return tuple(dict.fromkeys(grant.department for grant in self.grants if grant.department))


SYSTEM = Actor("system", "", is_system=True)
ANONYMOUS = Actor("", "")


class Guarded(Protocol):
    """What the rule needs to know of a ticket."""

    @property
    def department(self) -> str | None:
        """The directorate that handles it."""

    @property
    def sensitive(self) -> bool:
        """Whether it needs the named right."""

    @property
    def shared_with(self) -> tuple[str, ...]:
        """The directorates that see it besides."""

    @property
    def hides_identity(self) -> bool:
        """Whether who complains is known to the centre alone."""


@dataclass(frozen=True)
class Visibility:
    """A set of tickets, as a value: all ordinary ones, all sensitive ones, those of some directorates, the unrouted.

    ``shared`` and ``shared_ordinary`` are directorates of which what others share with them belongs to it too.
    """

    all_ordinary: bool = False
    all_sensitive: bool = False
    own: frozenset[str] = frozenset()
    own_ordinary: frozenset[str] = frozenset()
    centre: bool = False
    shared: frozenset[str] = frozenset()
    shared_ordinary: frozenset[str] = frozenset()

    def includes(self, department: str | None, sensitive: bool, shared_with: tuple[str, ...] = ()) -> bool:
        """Tell whether a ticket of that directorate, sensitivity and sharing belongs to the set."""
        if self.all_sensitive if sensitive else self.all_ordinary:
            return True
        if department is None and self.centre and not sensitive:
            return True
        if department in self.own or (not sensitive and department in self.own_ordinary):
            return True
        return any(other in self.shared or (not sensitive and other in self.shared_ordinary) for other in shared_with)

    @property
    def is_empty(self) -> bool:
        """Tell whether no ticket at all belongs to the set."""
        return self == Visibility()


_EVERYTHING = Visibility(all_ordinary=True, all_sensitive=True)
_SHARED = frozenset({Permission.VIEW, Permission.NOTE, Permission.ADVISE})
"""What a ticket that is shared with one's directorate may be used for: it is read and commented, not handled."""
_SHARED_ONLY = frozenset({Permission.ADVISE})
"""What only those may do with whom it is shared: nobody asks their own directorate for its opinion."""
_NEVER_SHARED = frozenset({"field_crew"})
"""Roles that see what their own directorate does and nothing that others ask it about."""


@lru_cache(maxsize=4096)
def visibility(actor: Actor, permission: Permission = Permission.VIEW) -> Visibility:
    """Return the set of tickets on which *actor* has *permission*; empty unless a role grants it."""
    if actor.is_system:
        return _EVERYTHING
    kinds: set[Reach] = set()
    sets: dict[str, set[str]] = {"own": set(), "own_ordinary": set(), "shared": set(), "shared_ordinary": set()}
    for grant, reach in _reaches(actor, permission):
        kinds.add(_R.EVERY if reach is _R.ALL and grant.sensitive else reach)
        if reach not in _OWN or not grant.department:
            continue
        ending = "" if reach is _R.OWN_EVERY or (reach is _R.OWN and grant.sensitive) else "_ordinary"
        if permission not in _SHARED_ONLY:
            sets[f"own{ending}"].add(grant.department)
        if permission in _SHARED and grant.role not in _NEVER_SHARED:
            sets[f"shared{ending}"].add(grant.department)
    return Visibility(
        all_ordinary=bool(kinds & {_R.ALL, _R.EVERY}),
        all_sensitive=_R.EVERY in kinds,
        centre=_R.CENTRE in kinds,
        **{name: frozenset(departments) for name, departments in sets.items()},
    )


_OWN = frozenset({_R.OWN, _R.OWN_EVERY, _R.OWN_ORDINARY})


def _reaches(actor: Actor, permission: Permission) -> Iterator[tuple[Grant, Reach]]:
    for grant in actor.grants:
        role = ROLES.get(grant.role)
        if role is not None:
            yield from ((grant, reach) for reach in role.permissions.get(permission, ()))


def allows(actor: Actor, permission: Permission, ticket: Guarded | None = None) -> bool:
    """Tell whether *actor* may do *permission*, on *ticket* where it is about one.

    Without a ticket the answer is whether the actor may do it on anything at all (to show a menu entry). Nothing
    may be done to a ticket that may not be seen, and nobody's telephone is opened whose name is hidden.
    """
    if actor.is_system:
        return True
    if ticket is None:
        return _allows_anywhere(actor, permission)
    of = (ticket.department, ticket.sensitive, ticket.shared_with)
    if permission is not Permission.VIEW and not visibility(actor).includes(*of):
        return False
    if permission is Permission.SEE_CONTACT and ticket.hides_identity:
        return visibility(actor, Permission.SEE_IDENTITY).includes(*of)
    return visibility(actor, permission).includes(*of)


@lru_cache(maxsize=4096)
def _allows_anywhere(actor: Actor, permission: Permission) -> bool:
    return any(permission in ROLES[grant.role].permissions for grant in actor.grants if grant.role in ROLES)


class PersonSeen(StrEnum):
    """How much of who applied somebody is shown before anything is opened with a reason."""

    NOTHING = "nothing"  # not even that it is the same person as in another ticket
    INITIALS = "initials"
    NAME = "name"  # the name; telephone, e-mail, address and numbers masked, to be opened with a reason


def person_seen(actor: Actor, ticket: Guarded) -> PersonSeen:
    """Return how much of the applicant of *ticket* is shown to *actor*: pages, letters, exports and lists alike.

    Who handles a matter sees the name; who only looks, and a field crew, sees initials; where the identity is hidden
    (a tip-off, a complaint about a neighbour or about staff) only the centre sees anything at all.
    """
    if allows(actor, Permission.SEE_CONTACT, ticket):
        return PersonSeen.NAME
    return PersonSeen.NOTHING if ticket.hides_identity else PersonSeen.INITIALS
