"""The WSGI application: the only module that sees everything."""

import atexit
from collections.abc import Iterable, Mapping
from typing import Any

from pyramid.config import Configurator
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.wsgi import wsgiapp2

from .services import Assembly
from .work import WorkerThread

__all__ = ["Application", "build", "includeme", "main"]

_PARTS = (
    # Before everything that is a view: who may enter.
    "halkla_iliskiler.web.security",
    "halkla_iliskiler.web.headers",
    "halkla_iliskiler.web.posted",
    # What views draw with.
    "halkla_iliskiler.web.templates",
    "halkla_iliskiler.web.rendered",
    "halkla_iliskiler.web.mapbase",
    "halkla_iliskiler.web.page",
    "halkla_iliskiler.web.staff.frame",
    "halkla_iliskiler.web.staff.navigation",
    "halkla_iliskiler.web.static_files",
    "halkla_iliskiler.web.citizen.apply",
    # Routes before the scan that hangs views on them.
    "halkla_iliskiler.web.routes",
    # The plugins' pages come last: they need the templates, and may not take an address of ours.
    "halkla_iliskiler.web.plugins.pages",
)


class Application:
    """The WSGI callable of an open site, with what has to be closed when the process ends."""

    def __init__(self, assembly: Assembly, worker: WorkerThread | None) -> None:
        self.assembly = assembly
        self.worker = worker
        self.wsgi = build(assembly, worker)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        answer: Iterable[bytes] = self.wsgi(environ, start_response)
        return answer

    def close(self) -> None:
        """Stop the worker and close the site; a saved object index makes the next start quick."""
        if self.worker is not None:
            self.worker.stop()
        self.assembly.close()


def build(assembly: Assembly, worker: WorkerThread | None = None) -> Any:
    """Return the Pyramid application of an open site. Whoever opened the site closes it."""
    config = Configurator()
    config.registry.assembly = assembly
    config.registry.worker = worker
    for part in _PARTS:
        config.include(part)
    config.scan("halkla_iliskiler.web")
    return config.make_wsgi_app()


def main(global_config: Mapping[str, str], **settings: str) -> Application:
    """Open the site, start the worker where the settings want it, and return the application (PasteDeploy)."""
    assembly = Assembly.open(settings)
    worker = WorkerThread(assembly) if assembly.options.worker == "thread" else None
    try:
        application = Application(assembly, worker)
    except BaseException:
        assembly.close()
        raise
    if worker is not None:
        worker.start()
    atexit.register(application.close)
    return application


def includeme(config: Configurator) -> None:
    """Mount the application in a host Pyramid site, below ``halkla.mount`` (``/`` when it is not set).

    It is an application of its own with its own sessions, policies and error pages: nothing of the host is set.
    """
    settings = {key: value for key, value in config.get_settings().items() if isinstance(value, str)}
    mount = settings.pop("halkla.mount", "").rstrip("/")
    application = main({}, **settings)
    config.add_route("halkla_iliskiler", f"{mount}/*subpath")
    # Who may enter, and whose forms are good, ours decides itself: the host's own rules are for the host's pages.
    config.add_view(
        wsgiapp2(application),
        route_name="halkla_iliskiler",
        permission=NO_PERMISSION_REQUIRED,
        require_csrf=False,
    )
