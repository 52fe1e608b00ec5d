"""Where an application goes when no plugin knows better: to the directorate the catalogue names for its subject."""

from halkla_iliskiler.api import ApplicationView, hookimpl


@hookimpl
def halkla_choose_department(application: ApplicationView) -> str | None:
    """Give the directorate of the subject; without a subject it stands before the centre."""
    return application.category_department
