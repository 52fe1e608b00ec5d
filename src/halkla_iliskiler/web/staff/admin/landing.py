"""The first page of the administration: what there is to set up, and what waits to be looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from ....domain.workflow import Permission
from ....i18n import _
from ....storage import Site
from ...contexts import StaffContext
from ...page import Page
from ...plugins.pages import ADMINISTRATIVE, menu, route_of
from ...values import Values
from .attention import attention

__all__ = ["ENTRIES", "GROUP_CATALOGUE", "GROUP_ORGANISATION", "GROUP_SYSTEM", "Entry", "crumbs", "landing"]

GROUP_ORGANISATION = _("The organisation")
GROUP_CATALOGUE = _("The catalogue")
GROUP_SYSTEM = _("The system")


@dataclass(frozen=True)
class Entry:
    """A part of the administration: its route, words, who may enter it, and how many things are in it."""

    route: str
    title: str
    text: str
    permission: Permission
    group: str
    count: Callable[[Site], int] | None = None
    matchdict: tuple[tuple[str, str], ...] = ()


def _kind(path: str, kind: str, title: str, text: str, group: str = GROUP_CATALOGUE) -> Entry:
    permission = Permission.ADMINISTER if kind == "departments" else Permission.MANAGE_CATALOGUE
    return Entry(
        "staff.admin_list",
        title,
        text,
        permission,
        group,
        count=lambda site: sum(getattr(one, "ended_on", None) is None for one in getattr(site.city, kind)),
        matchdict=(("kind", path),),
    )


ENTRIES: list[Entry] = [
    _kind(
        "mudurlukler", "departments", _("Directorates"), _("Who there is, from when until when, and who takes over."),
        GROUP_ORGANISATION,
    ),
    Entry(
        "staff.admin_roles", _("Roles"), _("Who may do what. To read, not to change."), Permission.MANAGE_CATALOGUE,
        GROUP_ORGANISATION,
    ),
    _kind("konular", "categories", _("Subjects"), _("What people apply about, who handles it, and how fast.")),
    _kind("sorular", "questions", _("Questions"), _("What is asked about a subject besides words and place.")),
    _kind(
        "es-anlamlilar", "synonyms", _("Synonyms"), _("What people also say, so that the right subject is proposed."),
    ),
    _kind("hazir-cevaplar", "reply_templates", _("Ready answers"), _("Texts that are offered while answering.")),
    _kind("kurumlar", "bodies", _("Other bodies"), _("Institutions a matter may belong to, and their telephones.")),
    _kind("mahalleler", "neighbourhoods", _("Neighbourhoods"), _("Names, other spellings and semts.")),
    Entry(
        "staff.plugins", _("Plugins"), _("What each does and keeps, its settings, its faults."), Permission.ADMINISTER,
        GROUP_SYSTEM,
    ),
    Entry(
        "staff.admin_unchecked", _("To be confirmed"), _("What nobody of the city has confirmed yet."),
        Permission.MANAGE_CATALOGUE, GROUP_SYSTEM,
    ),
    Entry(
        "staff.admin_changes", _("Changes"), _("Who changed what, when, and how it was before."),
        Permission.MANAGE_CATALOGUE, GROUP_SYSTEM,
    ),
]  # fmt: skip
"""What stands on the page, in this order. Who adds a part of the administration adds a line."""


def crumbs(page: Page, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page of the administration: words and address of each step above it."""
    return [(page.say(_("Administration")), page.url("staff.admin")), *more]


@view_config(
    route_name="staff.admin",
    request_method="GET",
    renderer="staff/admin/landing.pt",
    permission=Permission.MANAGE_CATALOGUE,
)
def landing(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show every part one may enter, with how much there is in it."""
    page: Page = request.page
    page.title = page.say(_("Administration"))
    groups: dict[str, list[Values]] = {}
    with request.assembly.database.reading() as site:
        for entry in ENTRIES:
            if page.may(entry.permission):
                count = entry.count(site) if entry.count is not None else 0
                values = Values(
                    title=page.say(entry.title),
                    text=page.say(entry.text),
                    href=page.url(entry.route, **dict(entry.matchdict)),
                    count=str(count) if count else "",
                )
                groups.setdefault(page.say(entry.group), []).append(values)
        waiting = attention(request, site)
    groups.setdefault(page.say(GROUP_SYSTEM), []).extend(_of_plugins(request))
    order = [page.say(group) for group in (GROUP_ORGANISATION, GROUP_CATALOGUE, GROUP_SYSTEM)]
    shown = [
        Values(id=f"a-group-{place}", title=group, entries=groups[group])
        for place, group in enumerate(order)
        if groups.get(group)
    ]
    return {"groups": shown, "attention": waiting}


def _of_plugins(request: Request) -> list[Values]:
    """Return the pages of plugins that belong to the administration."""
    page, plugins = request.page, request.assembly.extensions.plugins
    return [
        Values(
            title=page.say(more.title),
            text=page.say(plugins.about(plugin).summary),
            href=page.url(route_of(plugin, more)),
            count="",
        )
        for plugin, more in menu(request)
        if more.permission in ADMINISTRATIVE
    ]
