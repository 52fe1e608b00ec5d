"""What whoever runs the centre should look at, told on the first page of the administration."""

from pyramid.request import Request

from ....domain.workflow import Permission
from ....i18n import _
from ....services.unchecked import unchecked_count
from ....storage import Site
from ...page import Page
from ...values import Values

__all__ = ["attention"]


def attention(request: Request, site: Site) -> list[Values]:
    """Return sentences with an address each, the most pressing first."""
    page: Page = request.page
    found = []
    if page.may(Permission.ADMINISTER):
        plugins = request.assembly.extensions.plugins
        for name in plugins.faults.quarantined():
            words = _("The plugin “${plugin}” failed too often and is in quarantine.")
            title = page.say(plugins.about(name).title)
            found.append(Values(words=page.say(words, plugin=title), href=page.url("staff.plugin", plugin=name)))
        today, catalogue = request.services.today, request.services.catalogue
        for unit in site.city.departments:
            if unit.valid_until is not None and unit.valid_until < today:
                count = catalogue.tickets_of("departments", unit.code, is_open=True)
                words = _("${department} is closed, and ${count} open applications still lie there.")
                if not count:
                    count = request.services.directorates.seen_by(unit.code, is_open=True)
                    words = _("${department} is closed, and ${count} open applications are still shared with it.")
                if count:
                    found.append(
                        Values(
                            words=page.say(words, department=unit.name, count=count),
                            href=page.url("staff.admin_edit", kind="mudurlukler", code=unit.code),
                        )
                    )
    if count := unchecked_count(site.city, request.services.actor):
        words = _("${count} entries of the city's data have been checked by nobody yet.")
        found.append(Values(words=page.say(words, count=count), href=page.url("staff.admin_unchecked")))
    return found
