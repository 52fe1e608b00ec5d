"""The plugins: which there are, what each does and keeps, its settings, its faults."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import colander
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config
from translationstring import TranslationString

from ....domain.changes import EditConflict
from ....domain.workflow import Permission
from ....extension.faults import CHANGED, ENDED, LARGE, LATE, WRONG
from ....i18n import _
from ....services.plugin_desk import PluginSeen
from ....services.plugin_settings import AREA, SET, SET_AGAIN, SettingsFailed, Shown
from ....storage import Site
from ...contexts import StaffContext
from ...page import Page
from ...values import Values
from ..figure_words import count_words
from .landing import crumbs
from .plugin_form import Typed, form_of, read_typed
from .words import AREAS, AreaWords, conflict_values, history_of

__all__ = ["lift", "plugin", "plugins", "save", "try_it"]

_MB = 1_000_000
POWERS = {
    "file_applications": _("register applications"),
    "tell_applicants": _("write to applicants"),
    "rate_tickets": _("record how content people are"),
    "change_departments": _("change directorates"),
    "change_accounts": _("change accounts"),
}


FAULTS = {
    LATE: _("did not answer in time"),
    WRONG: _("answered with something else than it must"),
    LARGE: _("answered with too much"),
    CHANGED: _("changed what it was given"),
    ENDED: _("ended a transaction that was not its own"),
}
"""What a plugin did wrong, in words; an exception is called by its name."""


_FAILED = _("The plugin ${title} failed while it checked the settings; nothing was saved.")
_NOT_DRAWN = _("The plugin ${title} failed while its settings were drawn; they cannot be changed here.")


class _EveryField(dict[str, str]):
    """The fields of every plugin: in the log of all changes each is called by its own name, as in the ini."""

    def __contains__(self, name: object) -> bool:
        return True

    def get(self, name: str, default: object = None) -> str:
        """Return the name itself, in a catalogue in which no word of ours is translated."""
        return TranslationString(name, domain="plugin-settings")


def _say(page: Page, site: Site, name: str, value: Any) -> str | None:
    said = {SET: _("written"), SET_AGAIN: _("written anew"), "true": _("yes"), "false": _("no")}
    return page.say(said[value]) if isinstance(value, str) and value in said else None


AREAS[AREA] = AreaWords(
    title=_("Settings of plugins"),
    fields=_EveryField(),
    say=_say,
    href=lambda page, key: page.url("staff.plugin", plugin=key),
)


def _size(page: Page, size: int) -> str:
    if size < _MB:
        return page.say(_("${size} kB"), size=count_words(page, max(1, size // 1000)))
    return page.say(_("${size} MB"), size=count_words(page, size // _MB))


def _kept(page: Page, seen: PluginSeen) -> str:
    """Say how much a plugin keeps; an empty text for nothing."""
    if not seen.kept.count:
        return ""
    words = _("${count} entries, ${size}")
    return page.say(words, count=count_words(page, seen.kept.count), size=_size(page, seen.kept.size))


def _hooks(seen: PluginSeen) -> list[str]:
    return [hook.removeprefix("halkla_") for hook in seen.hooks]


def _row(page: Page, seen: PluginSeen) -> Values:
    return Values(
        name=seen.name,
        title=page.say(seen.title),
        summary=page.say(seen.summary),
        href=page.url("staff.plugin", plugin=seen.name),
        place=str(seen.place or ""),
        version=page.say(_("built in")) if seen.is_builtin else seen.version or "—",
        is_builtin=seen.is_builtin,
        is_enabled=seen.is_enabled,
        hooks=_hooks(seen),
        kept=_kept(page, seen),
        keeps=page.say(seen.keeps),
        faults=len(seen.faults),
        is_quarantined=seen.quarantine is not None,
        abroad=page.say(seen.sends_abroad),
        has_settings=seen.has_settings,
    )


@view_config(
    route_name="staff.plugins",
    request_method="GET",
    renderer="staff/admin/plugins.pt",
    permission=Permission.ADMINISTER,
)
def plugins(context: StaffContext, request: Request) -> dict[str, Any]:
    """List the plugins in their order, then what removed ones have left behind."""
    page: Page = request.page
    page.title = page.say(_("Plugins"))
    with request.assembly.database.reading() as site:
        rows = [_row(page, seen) for seen in request.services.plugin_desk.all(site)]
    return {
        "crumbs": crumbs(page),
        "added": [row for row in rows if row.is_enabled and not row.is_builtin],
        "builtin": [row for row in rows if row.is_builtin],
        "left": [row for row in rows if not row.is_enabled],
    }


def _facts(page: Page, seen: PluginSeen) -> Iterator[tuple[str, str]]:
    yield page.say(_("Name in the ini")), seen.name
    yield page.say(_("Version")), page.say(_("built in")) if seen.is_builtin else seen.version or "—"
    yield page.say(_("Place in the order")), str(seen.place)
    yield page.say(_("Provides")), ", ".join(_hooks(seen))
    yield page.say(_("May")), ", ".join(page.say(POWERS.get(power, power)) for power in seen.powers) or "—"
    if seen.keeps:
        yield page.say(_("What it keeps")), page.say(seen.keeps)
    yield page.say(_("Kept now")), _kept(page, seen) or page.say(_("nothing"))
    yield page.say(_("Sends data abroad")), page.say(seen.sends_abroad) or page.say(_("no"))


def _shown_page(
    request: Request,
    name: str,
    typed: Typed | None = None,
    invalid: colander.Invalid | None = None,
    conflict: EditConflict | None = None,
    has_failed: bool = False,
) -> dict[str, Any]:
    page: Page = request.page
    with request.assembly.database.reading() as site:
        seen = request.services.plugin_desk.one(site, name)
        shown = request.services.plugin_settings.shown(site, name) if seen.has_settings else None
        history = _history(request, site, name, shown) if shown is not None else []
        both = conflict_values(request, site, AREA, conflict, typed.texts) if conflict and typed else None
    page.title = page.say(seen.title)
    failed = page.say(_FAILED, title=page.title) if has_failed else ""
    try:
        form = form_of(request, name, shown, typed, invalid) if shown is not None else ""
    except SettingsFailed:
        form, failed = "", page.say(_NOT_DRAWN, title=page.title)
    return {
        "crumbs": crumbs(page, (page.say(_("Plugins")), page.url("staff.plugins"))),
        "lead": page.say(seen.summary),
        "plugin": _row(page, seen),
        "facts": list(_facts(page, seen)) if seen.is_enabled else [],
        "form": form,
        "failed": failed,
        "fixed": _fixed(request, name, shown) if shown is not None else [],
        "outside": _outside(page, shown) if shown is not None else [],
        "history": history,
        "conflict": both,
        "try_href": page.url("staff.plugin_try", plugin=name) if seen.can_be_tried else None,
        "lift_href": page.url("staff.plugin_lift", plugin=name),
        "quarantine": None
        if seen.quarantine is None
        else _fault(page, seen.quarantine.since, seen.quarantine.hook, seen.quarantine.kind),
        "faults": [_fault(page, fault.at, fault.hook, fault.kind, fault.where) for fault in seen.faults],
    }


def _fault(page: Page, at: datetime, hook: str, kind: str, where: str = "") -> Values:
    said = page.say(FAULTS[kind]) if kind in FAULTS else kind
    return Values(when=page.moment(at), hook=hook.removeprefix("halkla_"), kind=said, where=where)


def _history(request: Request, site: Site, name: str, shown: Shown) -> list[Values]:
    """Return the changes of a plugin's settings, each setting called as its form calls it."""
    titles = {node.name: request.page.say(node.title) for node in shown.schema.children}
    history = history_of(request, site, AREA, name)
    for change in history:
        for row in change.rows:
            row.label = titles.get(row.label, row.label)
    return history


def _fixed(request: Request, name: str, shown: Shown) -> list[Values]:
    """Return what the ini fixes: its line, the setting's title, its value."""
    package = request.assembly.plugin_settings.package_of(name)
    return [
        Values(line=f"{package}.{key}", title=request.page.say(shown.schema[key].title), value=value)
        for key, value in shown.fixed.items()
    ]


def _outside(page: Page, shown: Shown) -> list[str]:
    return [page.say(shown.schema[name].title) for name, place in shown.secrets.items() if place == "outside"]


@view_config(
    route_name="staff.plugin",
    request_method="GET",
    renderer="staff/admin/plugin.pt",
    permission=Permission.ADMINISTER,
)
def plugin(context: StaffContext, request: Request) -> dict[str, Any]:
    """Show one plugin with its settings, faults and history."""
    return _shown_page(request, request.matchdict["plugin"])


@view_config(
    route_name="staff.plugin",
    request_method="POST",
    renderer="staff/admin/plugin.pt",
    permission=Permission.ADMINISTER,
)
def save(context: StaffContext, request: Request) -> dict[str, Any] | Response:
    """Keep the settings; a form that is refused comes back with what was typed (but for secrets)."""
    page, name, desk = request.page, request.matchdict["plugin"], request.services.plugin_settings
    with request.assembly.database.reading() as site:
        shown = desk.shown(site, name)
    typed = None
    try:
        typed = read_typed(request, name, shown)
        is_new = desk.save(name, typed.texts, typed.secrets, typed.seen or None)
    except colander.Invalid as invalid:
        return _shown_page(request, name, typed, invalid)
    except EditConflict as conflict:
        return _shown_page(request, name, typed, conflict=conflict)
    except SettingsFailed:
        return _shown_page(request, name, typed, has_failed=True)
    page.flash("ok", _("Saved. It holds from now on.") if is_new else _("Nothing was different; nothing was changed."))
    with request.assembly.database.reading() as site:
        lost = _lost(page, shown, desk.shown(site, name), typed)
    if lost:
        page.flash("error", _("Not used for the new place, and to be written again: ${titles}."), titles=lost)
    return HTTPSeeOther(page.url("staff.plugin", plugin=name))


def _lost(page: Page, before: Shown, after: Shown, typed: Typed) -> str:
    """Return the titles of the secrets that are gone without anybody having asked for it."""
    names = [name for name, place in after.secrets.items() if before.secrets[name] and not place]
    return ", ".join(page.say(after.schema[name].title) for name in names if typed.secrets.get(name, "") is not None)


@view_config(route_name="staff.plugin_try", request_method="POST", permission=Permission.ADMINISTER)
def try_it(context: StaffContext, request: Request) -> Response:
    """Let the plugin try out whether it works with what is saved."""
    page, name = request.page, request.matchdict["plugin"]
    tried = request.services.plugin_calls.try_it(name)
    if tried.ok:
        page.flash("ok", _("It works: ${text}") if tried.text else _("It works."), text=page.say(tried.text))
    else:
        words = _("It does not work: ${text}") if tried.text else _("It does not work.")
        page.flash("error", words, text=page.say(tried.text))
    return HTTPSeeOther(page.url("staff.plugin", plugin=name))


@view_config(route_name="staff.plugin_lift", request_method="POST", permission=Permission.ADMINISTER)
def lift(context: StaffContext, request: Request) -> Response:
    """Let a plugin that was in quarantine be asked again."""
    page, name = request.page, request.matchdict["plugin"]
    request.services.quarantine.lift(name)
    page.flash("ok", _("The quarantine is lifted: the plugin is asked again. Watch its faults for a while."))
    return HTTPSeeOther(page.url("staff.plugin", plugin=name))
