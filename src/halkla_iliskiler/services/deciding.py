"""What plugins, and the core's own through the same hooks, decide about an application that is being registered.

Where a plugin answers, it is asked before the gate is entered, of what can be read at that moment: one that takes its
two seconds holds up its own application and no other. Behind the gate the answers are used when nothing has changed,
and otherwise asked for once more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..domain.errors import InvalidInput
from ..domain.views import ApplicationView
from ..hookspecs.values import Refusal
from ..storage import Site
from .views import application_view

if TYPE_CHECKING:
    from .facade import Services
    from .intake import Draft

__all__ = ["Decided", "decided_ahead", "decided_now", "refuse_what_is_refused"]

CHECK, CHOOSE = "halkla_check_application", "halkla_choose_department"


@dataclass(frozen=True)
class Decided:
    """What was decided about an application as it was shown."""

    application: ApplicationView
    refusal: Refusal | None
    department: str | None


def decided_ahead(services: Services, draft: Draft) -> Decided | None:
    """Ask the plugins before the gate is entered; ``None`` when only the core's own answer, which is quick anyway."""
    plugins = services.assembly.extensions.plugins
    answering = {*plugins.answering(CHECK), *plugins.answering(CHOOSE)}
    if services.unit is not None or all(map(plugins.is_builtin, answering)):
        return None
    with services.assembly.database.reading() as site:
        if draft.intake_key in site.intake_keys:
            return None
        return _decided(services, site, _shown(services, site, draft))


def decided_now(services: Services, site: Site, draft: Draft, ahead: Decided | None) -> Decided:
    """Return what is decided, behind the gate: what was decided ahead where the application still looks the same."""
    application = _shown(services, site, draft)
    if ahead is not None and replace(application, at=ahead.application.at) == ahead.application:
        return ahead
    return _decided(services, site, application)


def _shown(services: Services, site: Site, draft: Draft) -> ApplicationView:
    return application_view(services, site, draft, site.city.offered_category(draft.category))


def _decided(services: Services, site: Site, application: ApplicationView) -> Decided:
    plugins = services.assembly.extensions.plugins
    # What staff record was said to them, and is never refused (penal code, art. 121).
    is_own = not application.is_recorded_by_staff
    refusal = plugins.check(CHECK, application=application) if is_own else None
    if refusal is not None:
        return Decided(application, refusal, None)
    tree, today = site.city.tree, services.today

    def is_there(code: str) -> bool:
        department = tree.get(code)
        return department is not None and department.is_valid_on(today)

    return Decided(application, None, plugins.choose(CHOOSE, is_there, application=application))


def refuse_what_is_refused(decided: Decided) -> None:
    """Raise :class:`InvalidInput` with what a plugin says to the person."""
    if decided.refusal is not None:
        raise InvalidInput(decided.refusal.field, decided.refusal.problem, decided.refusal.sentence)
