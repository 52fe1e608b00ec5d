"""Pages that only say something: privacy, the look, robots, health."""

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ...i18n import _
from ...services.health import look
from ..contexts import CitizenContext
from ..page import LANGUAGE_COOKIE, keep_choice
from ..posted import posted
from ..static_files import theme_css

__all__ = ["health", "language", "privacy"]


@view_config(route_name="privacy", request_method="GET", renderer="privacy.pt", permission=NO_PERMISSION_REQUIRED)
def privacy(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Show the privacy notice in its current version (law 6698, art. 10)."""
    page = request.page
    page.title = page.say(_("Privacy notice"))
    paragraphs = [part.strip() for part in page.privacy_text.split("\n\n") if part.strip()]
    return {
        "summary": [page.privacy_summary] if page.privacy_summary else [],
        "paragraphs": [(part, True) if _is_heading(part) else part for part in paragraphs],
        "version": page.brand.privacy_version,
    }


def _is_heading(paragraph: str) -> bool:
    return len(paragraph) < 90 and not paragraph.endswith((".", ":", "!"))


@view_config(route_name="language", request_method="POST", permission=NO_PERMISSION_REQUIRED)
def language(context: CitizenContext, request: Request) -> Response:
    """Remember a language and go back to where one was."""
    response = HTTPSeeOther(safe_path(request, posted(request, "next")))
    keep_choice(request, response, LANGUAGE_COOKIE, request.matchdict["language"])
    return response


def safe_path(request: Request, wanted: str) -> str:
    """Return *wanted* when it is a path of this site, otherwise the first page (no open redirect)."""
    is_path = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    # Our own addresses are ASCII, and nothing else may stand in a header.
    return wanted if is_path and wanted.isascii() and wanted.isprintable() else str(request.route_path("home"))


@view_config(route_name="emblem", request_method="GET", permission=NO_PERMISSION_REQUIRED)
def emblem(context: CitizenContext, request: Request) -> Response:
    """Serve the city's emblem."""
    return _look(request.page.brand.emblem_svg, "image/svg+xml")


@view_config(route_name="theme", request_method="GET", permission=NO_PERMISSION_REQUIRED)
def theme(context: CitizenContext, request: Request) -> Response:
    """Serve the city's colours: custom properties that override the theme's."""
    return _look(theme_css(request.page.brand), "text/css")


def _look(text: str, content_type: str) -> Response:
    return Response(text, content_type=content_type, charset="utf-8", cache_control="public, max-age=3600")


@view_config(route_name="robots", request_method="GET", permission=NO_PERMISSION_REQUIRED)
def robots(context: CitizenContext, request: Request) -> Response:
    """Tell robots where not to go: nowhere in a demonstration."""
    closed = ("/",) if request.assembly.options.demo else ("/panel", "/takip")
    lines = "".join(f"Disallow: {path}\n" for path in closed)
    return Response(f"User-agent: *\n{lines}", content_type="text/plain", charset="utf-8")


@view_config(route_name="health", request_method="GET", renderer="json", permission=NO_PERMISSION_REQUIRED)
def health(context: CitizenContext, request: Request) -> dict[str, Any]:
    """Say whether the parts of the house are well; 503 when one is not. Nothing about anybody."""
    worker = request.registry.worker
    found = look(request.assembly, worker.seen if worker else None)
    request.response.status_int = 200 if found.is_well else 503
    return {
        "ok": found.is_well,
        "database": found.database,
        "index_lag": found.index_lag,
        "outbox_age_seconds": found.outbox_age_seconds,
        "undeliverable": found.undeliverable,
        "worker": found.worker,
        "plugins_in_quarantine": found.quarantined,
        "plugin_faults": found.plugin_faults,
    }
