"""Accounts in words: roles, states, and what the log of changes says about them."""

from collections.abc import Sequence
from typing import Any

from ....domain.access import ROLES as ALL_ROLES
from ....domain.access import Grant
from ....domain.text import fold_key
from ....i18n import _, translate
from ....services.people import AREA
from ....storage import Site
from ...labels import ROLES
from ...page import Page
from .words import AREAS, AreaWords

__all__ = ["STATES", "grant_words", "role_names", "role_of"]

STATES = {
    "active": (_("active"), "ok"),
    "waiting": (_("password handed out"), "soon"),
    "expired": (_("first password too old"), "late"),
    "disabled": (_("account closed"), "none"),
}
"""The state of an account, and its tone."""

_EVENTS = {
    ("password", "reset"): _("made new by the administration"),
    ("password", "changed"): _("changed by themselves"),
    ("factor", "on"): _("on"),
    ("factor", "off"): _("off"),
    ("factor", "renewed"): _("on a new telephone"),
    ("factor", "reset"): _("taken away by the administration"),
    ("sessions", "ended"): _("ended by the administration"),
    ("recovery_codes", "renewed"): _("made anew"),
}


def grant_words(page: Page, site: Site, grant: Grant) -> str:
    """Say a role: ``Birim sorumlusu, Fen İşleri Müdürlüğü, hassas konularla``."""
    words = [page.say(ROLES[grant.role]) if grant.role in ROLES else grant.role]
    if grant.department:
        words.append(site.city.tree.name_of(grant.department) or grant.department)
    if grant.sensitive:
        words.append(page.say(_("with sensitive matters")))
    return ", ".join(words)


def role_of(page: Page, code: str) -> str:
    """Say a role without its directorate."""
    return page.say(ROLES[code]) if code in ROLES else code


def role_names() -> dict[str, str]:
    """Return how a role may be written in a file: its code and its names in the languages of the staff, folded."""
    names = {fold_key(translate(words, language)): code for code, words in ROLES.items() for language in ("en", "tr")}
    return names | {fold_key(code): code for code in ALL_ROLES}


def _say(page: Page, site: Site, name: str, value: Any) -> str | None:
    if name == "grants" and isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(grant_words(page, site, Grant(*one)) for one in value) if value else page.say(_("none"))
    if name == "deputy" and value:
        user = site.users.get(value)
        return str(user.name) if user is not None else str(value)
    if (name, value) in _EVENTS:
        return page.say(_EVENTS[name, value])
    return None


AREAS[AREA] = AreaWords(
    title=_("People"),
    fields={
        "name": _("Name"),
        "email": _("E-mail"),
        "grants": _("Roles"),
        "disabled": _("Account closed"),
        "away_from": _("Away from"),
        "away_until": _("Away until"),
        "deputy": _("Deputy"),
        "password": _("Password"),
        "factor": _("Second step at log-in"),
        "recovery_codes": _("Recovery codes"),
        "sessions": _("Signed-in machines"),
    },
    say=_say,
    href=lambda page, key: page.url("staff.person", username=key),
)
