"""Who may see and do what: one rule, asked by services, web and index alike.

Roles are data: a table of permissions with the reach of each. :func:`visibility` gives the rule for *seeing* as a
value that both :func:`allows` and the index's SQL are made from, so that a list can never show what a page hides.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from .workflow import Permission

__all__ = ["ANONYMOUS", "ROLES", "SYSTEM", "Actor", "Grant", "Reach", "Role", "Visibility", "allows", "visibility"]


class Reach(StrEnum):
    """How far a permission goes."""

    ALL = "all"  # every ticket that is not sensitive
    EVERY = "every"  # every ticket, sensitive ones too
    OWN = "own"  # tickets of the directorates the role was granted for, sensitive ones too
    OWN_ORDINARY = "own_ordinary"  # the same without sensitive ones
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
                resend=_R.ALL, see_contact=_R.ALL,
            ),
            _role("clerk", True, view=_R.OWN, handle=_R.OWN, note=_R.OWN, resend=_R.OWN, see_contact=_R.OWN),
            _role(
                "director", True, view=_R.OWN, route=_R.OWN, handle=_R.OWN, note=_R.OWN, close=_R.OWN,
                resend=_R.OWN, see_contact=_R.OWN,
            ),
            _role("deputy_mayor", True, view=_R.OWN, note=_R.OWN),
            _role(
                "supervisor", view=_R.EVERY, record=_R.SITE, route=_R.EVERY, handle=_R.CENTRE, note=_R.EVERY,
                check=_R.EVERY, close=_R.EVERY, resend=_R.EVERY, see_contact=_R.EVERY, see_outbox=_R.SITE,
            ),
            # A crew sees where and what, never who complained.
            _role("field_crew", True, view=_R.OWN_ORDINARY, note=_R.OWN_ORDINARY),
            _role("auditor", view=_R.ALL, see_outbox=_R.SITE),
            # Runs the system, reads nobody's application.
            _role("administrator", manage_users=_R.SITE, see_outbox=_R.SITE),
        )
    }
)  # fmt: skip


@dataclass(frozen=True)
class Grant:
    """A role given to somebody, for one directorate where the role needs one."""

    role: str
    department: str | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: a staff member, the program itself, or somebody unknown."""

    id: str
    name: str
    grants: tuple[Grant, ...] = ()
    is_system: bool = False

    @property
    def departments(self) -> tuple[str, ...]:
        """The directorates the actor works in, without repetition, in the order granted."""
        return tuple(dict.fromkeys(grant.department for grant in self.grants if grant.department))


SYSTEM = Actor("system", "", is_system=True)
ANONYMOUS = Actor("", "")


class Guarded(Protocol):
    """What the rule needs to know of a ticket."""

    department: str | None
    sensitive: bool


@dataclass(frozen=True)
class Visibility:
    """A set of tickets, as a value: all ordinary ones, all sensitive ones, those of some directorates, the unrouted."""

    all_ordinary: bool = False
    all_sensitive: bool = False
    own: frozenset[str] = frozenset()
    own_ordinary: frozenset[str] = frozenset()
    centre: bool = False

    def includes(self, department: str | None, sensitive: bool) -> bool:
        """Tell whether a ticket of that directorate and sensitivity belongs to the set."""
        if self.all_sensitive if sensitive else self.all_ordinary:
            return True
        if department is None:
            return self.centre and not sensitive
        return department in self.own or (not sensitive and department in self.own_ordinary)

    @property
    def is_empty(self) -> bool:
        """Tell whether no ticket at all belongs to the set."""
        return self == Visibility()


_EVERYTHING = Visibility(all_ordinary=True, all_sensitive=True)


def visibility(actor: Actor, permission: Permission = Permission.VIEW) -> Visibility:
    """Return the set of tickets on which *actor* has *permission*; empty unless a role grants it."""
    if actor.is_system:
        return _EVERYTHING
    reaches: list[tuple[Reach, str | None]] = []
    for grant in actor.grants:
        role = ROLES.get(grant.role)
        if role is not None:
            reaches += [(reach, grant.department) for reach in role.permissions.get(permission, ())]
    kinds = {reach for reach, _ in reaches}
    return Visibility(
        all_ordinary=bool(kinds & {_R.ALL, _R.EVERY}),
        all_sensitive=_R.EVERY in kinds,
        own=frozenset(department for reach, department in reaches if reach is _R.OWN and department),
        own_ordinary=frozenset(department for reach, department in reaches if reach is _R.OWN_ORDINARY and department),
        centre=_R.CENTRE in kinds,
    )


def allows(actor: Actor, permission: Permission, ticket: Guarded | None = None) -> bool:
    """Tell whether *actor* may do *permission*, on *ticket* where it is about one.

    Without a ticket the answer is whether the actor may do it on anything at all (to show a menu entry). Nothing
    may be done to a ticket that may not be seen.
    """
    if actor.is_system:
        return True
    if ticket is None:
        return any(permission in ROLES[grant.role].permissions for grant in actor.grants if grant.role in ROLES)
    if permission is not Permission.VIEW and not visibility(actor).includes(ticket.department, ticket.sensitive):
        return False
    return visibility(actor, permission).includes(ticket.department, ticket.sensitive)
