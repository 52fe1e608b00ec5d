"""The hooks this plugin answers."""

from datetime import timedelta

import colander

from halkla_iliskiler.api import About, House, Job, Page, Tried, hookimpl

from . import settings
from .applying import pending
from .files import State, read_files
from .pages import said, show
from .settings import Settings
from .words import _


@hookimpl
def halkla_about() -> About:
    """Say what the plugin is."""
    return About(
        _("Units and staff from the personnel system"),
        _("Reads its nightly files and shows what would change; an administrator confirms it."),
        keeps=_("What the last good files said: units, and names, e-mail addresses and roles of staff."),
        powers=("change_departments", "change_accounts"),
    )


@hookimpl
def halkla_settings_schema() -> colander.SchemaNode:
    """Give the schema of the settings."""
    return settings.schema()


@hookimpl
def halkla_jobs() -> list[Job]:
    """Look for new files every ten minutes."""
    return [Job("read_files", timedelta(minutes=10), read_files)]


@hookimpl
def halkla_try_it(house: House) -> Tried:
    """Read the files now, and tell what they would change."""
    if Settings.of(house.settings).is_idle:
        return Tried(False, _("There is no file to read yet."))
    read_files(house)
    broken = [report for report in State(house.data).reports.values() if report["problems"]]
    if broken:
        return Tried(False, _("A file cannot be used; the plugin's page says where."))
    return Tried(True, _("Changes to be confirmed: ${count}.", mapping={"count": len(pending(house).changes)}))


@hookimpl
def halkla_pages() -> list[Page]:
    """Give the page on which the difference is confirmed."""
    template = "halkla_csv_departments:templates/difference.pt"
    return [
        Page(
            "difference", _("Units and staff from the personnel system"), template, show, said, permission="administer"
        )
    ]
