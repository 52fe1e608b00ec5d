"""Who may do what, read out of the table of roles: to be read, not to be changed."""

from collections import Counter
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from ....domain.access import ROLES as TABLE
from ....domain.access import Reach, Role
from ....domain.workflow import Permission
from ....i18n import _
from ....storage import Site
from ...contexts import StaffContext
from ...labels import ROLES
from ...page import Page
from ...values import Values
from .landing import crumbs

__all__ = ["PERMISSIONS", "REACHES", "roles"]

PERMISSIONS = {
    "view": _("see applications"),
    "record": _("record applications and calls"),
    "route": _("assign to directorates and people"),
    "handle": _("answer, plan, forward, finish"),
    "note": _("write notes"),
    "advise": _("give an opinion that was asked for"),
    "check": _("accept outcomes before they go out"),
    "close": _("close and reopen"),
    "resend": _("call applicants and send again"),
    "see_contact": _("open telephone and address, with a reason"),
    "see_identity": _("know who complained where that is hidden"),
    "see_reads": _("read the log of readings"),
    "see_outbox": _("see outgoing messages"),
    "see_numbers": _("see the numbers of the day"),
    "export_people": _("save lists with the applicants' data"),
    "manage_users": _("manage accounts"),
    "manage_catalogue": _("change subjects, ready answers and places"),
    "administer": _("change directorates and plugins"),
}
REACHES = {
    Reach.ALL: _("In all applications, sensitive ones with the named right only"),
    Reach.EVERY: _("In all applications, sensitive ones too"),
    Reach.OWN: _("In their own directorate, sensitive ones with the named right only"),
    Reach.OWN_EVERY: _("In their own directorate, sensitive ones too"),
    Reach.OWN_ORDINARY: _("In their own directorate, never sensitive ones"),
    Reach.CENTRE: _("In what nobody has assigned yet"),
    Reach.SITE: _("Besides"),
}
_SHORT = {
    Reach.ALL: _("all"),
    Reach.EVERY: _("all, sensitive too"),
    Reach.OWN: _("own"),
    Reach.OWN_EVERY: _("own, sensitive too"),
    Reach.OWN_ORDINARY: _("own, no sensitive"),
    Reach.CENTRE: _("unassigned"),
    Reach.SITE: _("yes"),
}


@view_config(
    route_name="staff.admin_roles",
    request_method="GET",
    renderer="staff/admin/roles.pt",
    permission=Permission.MANAGE_CATALOGUE,
)
def roles(context: StaffContext, request: Request) -> dict[str, Any]:
    """Explain every role, and say who may do each thing."""
    page: Page = request.page
    page.title = page.say(_("Roles"))
    with request.assembly.database.reading() as site:
        people = _people(site)
    return {
        "crumbs": crumbs(page),
        "lead": page.say(
            _("What a person may do hangs on their roles. A role with a directorate holds for that directorate alone.")
        ),
        "roles": [_role(page, role, people[role.code]) for role in TABLE.values()],
        "names": [page.say(ROLES[code]) for code in TABLE],
        "rows": [
            (page.say(words), [_cell(page, role, Permission(code)) for role in TABLE.values()])
            for code, words in _permissions().items()
        ],
    }


def _permissions() -> dict[str, str]:
    """Return every permission some role has; one that has no words yet stands under its own name."""
    used = [
        str(permission) for permission in Permission if any(permission in one.permissions for one in TABLE.values())
    ]
    return {code: PERMISSIONS.get(code, code) for code in used}


def _people(site: Site) -> Counter[str]:
    return Counter(
        role for user in site.users.values() if not user.is_disabled for role in {grant.role for grant in user.grants}
    )


def _role(page: Page, role: Role, people: int) -> Values:
    reaches: dict[Reach, list[str]] = {}
    for permission, granted in role.permissions.items():
        for reach in granted:
            reaches.setdefault(reach, []).append(page.say(PERMISSIONS.get(str(permission), str(permission))))
    return Values(
        name=page.say(ROLES[role.code]),
        code=role.code,
        people=people,
        needs_department=role.needs_department,
        lines=[(page.say(words), ", ".join(reaches[reach])) for reach, words in REACHES.items() if reach in reaches],
    )


def _cell(page: Page, role: Role, permission: Permission) -> str:
    return ", ".join(page.say(_SHORT[reach]) for reach in role.permissions.get(permission, ()))
