"""The pages of plugins: for staff below ``/panel/eklenti``, for everybody and for other programs below ``/eklenti``.

Who may open one is the core's to say, from what the page declares; one that declares nothing is closed to all.
"""

from collections.abc import Callable
from typing import Any

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from ...domain.access import ANONYMOUS
from ...domain.workflow import Permission
from ...extension import PluginRefused
from ...hookspecs.values import Asked, Page, Said
from ...i18n import _
from ...services.plugin_calls import PluginCalls, as_json
from .drawing import LARGEST_BODY, asked_of, draw

__all__ = ["ADMINISTRATIVE", "address_of_page", "includeme", "menu", "route_of"]

_PERMISSIONS = frozenset(Permission)
ADMINISTRATIVE = frozenset({Permission.ADMINISTER, Permission.MANAGE_CATALOGUE, Permission.MANAGE_USERS})
"""Pages that ask for one of these are found in the administration, the others beside every page."""


class PluginFailed(Exception):
    """A plugin's page did not answer; the reader is shown an apology with a reference."""


def route_of(plugin: str, page: Page) -> str:
    """Return the name of the route: the plugin's name is part of it, so that no two clash."""
    return f"{'staff.' if page.permission else ''}plugin.{plugin}.{page.code}"


def address_of_page(plugin: str, page: Page) -> str:
    """Return the path of a page."""
    return f"{'/panel' if page.permission else ''}/eklenti/{plugin}/{page.code}"


def menu(request: Request) -> list[tuple[str, Page]]:
    """Return the plugins' pages that whoever is signed in may open and that want to be found, with their plugins."""
    pages = request.assembly.extensions.pages
    return [
        (plugin, page)
        for plugin, page in pages
        if page.permission and page.in_menu and page.show is not None and request.page.may(page.permission)
    ]


def _refuse_unsound(config: Configurator, plugin: str, page: Page) -> None:
    audiences = [bool(page.permission), page.is_public, page.is_machine]
    if sum(audiences) > 1:
        raise PluginRefused(
            f"The page {page.code!r} of the plugin {plugin!r} is for several kinds of readers at once; make two of it."
        )
    if page.permission and page.permission not in _PERMISSIONS:
        raise PluginRefused(
            f"The page {page.code!r} of the plugin {plugin!r} asks for the permission {page.permission!r}, which does "
            f"not exist; there are {', '.join(sorted(_PERMISSIONS))}."
        )
    if page.template:
        try:
            config.registry.templates[page.template].cook_check()
        except Exception as problem:
            raise PluginRefused(
                f"The template {page.template!r} of the plugin {plugin!r} cannot be used: {problem}. Correct the page "
                f"{page.code!r}."
            ) from problem


class PageViews:
    """The two views of one page."""

    def __init__(self, plugin: str, page: Page) -> None:
        self._plugin = plugin
        self._page = page

    def shown(self, _context: object, request: Request) -> dict[str, Any] | Response:
        """Answer GET."""
        asked = self._asked(request)
        answer = request.services.plugin_calls.page_shown(self._plugin, self._page, asked)
        if answer is None:
            return self._out_of_order(request)
        if isinstance(answer, Said):
            return self._answered(request, answer, asked)
        return self._drawn(request, dict(answer))

    def said(self, _context: object, request: Request) -> dict[str, Any] | Response:
        """Answer POST."""
        asked = self._asked(request)
        if request.page.is_asked_to_speak:
            request.page.keep_choices()
            return self._again(request, Said(values=dict(asked.form)), asked)
        answer = request.services.plugin_calls.page_said(self._plugin, self._page, asked)
        if answer is None:
            return self._out_of_order(request)
        return self._answered(request, answer, asked)

    def _asked(self, request: Request) -> Asked:
        return asked_of(request, Permission(self._page.permission or Permission.VIEW))

    def _answered(self, request: Request, said: Said, asked: Asked) -> dict[str, Any] | Response:
        if said.file is not None:
            return _download(*said.file)
        if said.data is not None:
            return _json(said)
        if said.problem or said.values is not None:
            return self._again(request, said, asked)
        if said.message:
            request.page.flash("ok", said.message)
        pages = request.assembly.extensions.pages
        known = {page.code: page for plugin, page in pages if plugin == self._plugin and not page.is_machine}
        return HTTPSeeOther(request.page.url(route_of(self._plugin, known.get(said.to, self._page))))

    def _out_of_order(self, request: Request) -> dict[str, Any]:
        """Say that a plugin in quarantine is not asked; one that failed just now is an apology with a reference."""
        if not request.assembly.faults.is_quarantined(self._plugin):
            raise PluginFailed(self._plugin)
        page = request.page
        page.title = page.say(self._page.title)
        request.response.status_int = 503
        return {"html": "", "problem": page.say(_("This page is out of order at the moment. Everything else works."))}

    def _again(self, request: Request, said: Said, asked: Asked) -> dict[str, Any] | Response:
        """Show the page once more, with what was typed and what is wrong with it."""
        answer = request.services.plugin_calls.page_shown(self._plugin, self._page, asked)
        if answer is None or isinstance(answer, Said):
            raise PluginFailed(self._plugin)
        return self._drawn(request, {**answer, **(said.values or {})}, said.problem)

    def _drawn(self, request: Request, values: dict[str, Any], problem: str = "") -> dict[str, Any]:
        if not self._page.template:
            raise PluginFailed(self._plugin)
        page = request.page
        page.title = page.say(self._page.title)
        said = page.say(problem) if problem else ""
        own = {
            "problem": said,
            **values,
            "action": page.url(route_of(self._plugin, self._page)),
            "plugin": self._plugin,
        }
        seconds = request.assembly.extensions.plugins.budgets.page
        html = draw(request, self._plugin, self._page.template, own, seconds)
        if html is None:
            raise PluginFailed(self._plugin)
        return {"html": html, "problem": said}


def _machine(plugin: str, page: Page) -> Callable[[object, Request], Response]:
    """Return the view of a page for another program: no session, no person, no token, a body of limited size."""

    def answer(_context: object, request: Request) -> Response:
        if (request.content_length or 0) > LARGEST_BODY:
            return _json(Said(status=413, data={"problem": "too_large"}))
        asked = asked_of(request, is_machine=True)
        if len(asked.body) > LARGEST_BODY:
            return _json(Said(status=413, data={"problem": "too_large"}))
        # Whoever happens to be signed in in that browser is not asked.
        calls = PluginCalls(request.assembly.services(ANONYMOUS))
        function = page.said if request.method == "POST" else page.show
        if function is None:
            return _json(Said(status=405, data={"problem": "method"}))
        found: Any = (
            calls.page_said(plugin, page, asked) if request.method == "POST" else calls.page_shown(plugin, page, asked)
        )
        if found is None:
            return _json(Said(status=503, data={"problem": "try_again"}))
        if not isinstance(found, Said):
            return _json(Said(data=found))
        if found.file is not None:
            return _download(*found.file)
        if found.problem and found.data is None:
            status = found.status if found.status >= 400 else 422
            return _json(Said(status=status, data={"problem": found.problem}))
        return _json(found)

    return answer


_WITHOUT_BODY = frozenset({204, 205, 304})
_LONGEST_NAME = 150
"""Characters of a file's name; its end tells what kind it is."""


def _json(said: Said) -> Response:
    if said.status in _WITHOUT_BODY:
        return Response(status=said.status, cache_control="no-store")
    body = as_json(said.data if said.data is not None else {})
    return Response(
        body, status=said.status, content_type="application/json", charset="utf-8", cache_control="no-store"
    )


def _download(name: str, content_type: str, content: bytes) -> Response:
    response = Response(content, content_type=content_type, cache_control="private, no-store")
    safe = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in name[-_LONGEST_NAME:]
    )
    response.content_disposition = f"attachment; filename={safe or 'file'}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def includeme(config: Configurator) -> None:
    """Register a route and its views for each page of each plugin."""
    for plugin, page in config.registry.assembly.extensions.pages:
        _refuse_unsound(config, plugin, page)
        if not (page.permission or page.is_public or page.is_machine):
            continue  # nobody may open it
        name = route_of(plugin, page)
        kind = "staff" if page.permission else "citizen"
        config.add_route(name, address_of_page(plugin, page), factory=f"halkla_iliskiler.web.contexts.{kind}_context")
        if page.is_machine:
            config.add_view(
                _machine(plugin, page),
                route_name=name,
                request_method=("GET", "POST"),
                permission=NO_PERMISSION_REQUIRED,
                require_csrf=False,
            )
            continue
        views = PageViews(plugin, page)
        options = {
            "route_name": name,
            "permission": Permission(page.permission) if page.permission else NO_PERMISSION_REQUIRED,
            "renderer": "staff/plugin_page.pt" if page.permission else "plugin_page.pt",
        }
        if page.show is not None:
            config.add_view(views.shown, request_method="GET", **options)
        if page.said is not None:
            config.add_view(views.said, request_method="POST", **options)
