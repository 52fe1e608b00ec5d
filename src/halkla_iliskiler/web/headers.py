"""What every answer carries, and whom we answer at all."""

import re
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPBadRequest
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response

from .compression import compress

__all__ = ["content_security_policy", "includeme"]

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[0-9a-z.-]+)(?::[0-9]*)?", re.ASCII)


def content_security_policy(nonce: str, framed_by: tuple[str, ...] = ()) -> str:
    """Return the policy of a page: nothing but our own files, and scripts only with this answer's nonce.

    *framed_by* are the websites that may show it in a frame: none but for what the city allows.
    """
    ancestors = " ".join(framed_by) or "'none'"
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data: blob:; "
        f"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    )


def headers_tween_factory(handler: Callable[[Request], Response], registry: Registry) -> Callable[[Request], Response]:
    """Set the security headers on every answer, errors and static files too, and refuse unknown hosts."""
    options = registry.assembly.options
    hosts = {urlsplit(options.base_url).hostname, "localhost", "127.0.0.1", "[::1]"}
    fixed = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
    }
    if options.secure_cookies:
        fixed["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    def tween(request: Request) -> Response:
        path = _path(request)
        # Our own words need a path that can be read and a host that is ours.
        response = handler(request) if path is not None and _host(request) in hosts else HTTPBadRequest()
        headers = response.headers
        headers.update(fixed)
        headers.setdefault("Content-Security-Policy", content_security_policy(request.csp_nonce, request.framed_by))
        if request.framed_by:
            # It knows "nobody" and "ourselves" only; old browsers would believe it before the policy.
            del headers["X-Frame-Options"]
        # The follow page's address holds its code: it must never travel as a referrer.
        is_secret = path is None or path.startswith(("/takip", "/basvurularim"))
        headers["Referrer-Policy"] = "no-referrer" if is_secret else "same-origin"
        if options.demo or is_secret or (path or "").startswith("/panel"):
            headers["X-Robots-Tag"] = "noindex, nofollow"
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        compress(request, response)
        return response

    return tween


def _path(request: Request) -> str | None:
    """Return the path that is asked for; ``None`` when it is not UTF-8."""
    try:
        return str(request.path_info)
    except UnicodeDecodeError:
        return None


def _host(request: Request) -> str | None:
    """Return the name in the Host header, without its port; ``None`` when it is not exactly that."""
    found = _HOST.fullmatch((request.host or "").lower())
    return found["name"] if found else None


def includeme(config: Configurator) -> None:
    """Put the tween around everything."""
    config.add_request_method(lambda request: secrets.token_urlsafe(16), "csp_nonce", reify=True)
    # A view sets it; every other page may be shown in nobody's frame.
    config.add_request_method(lambda request: (), "framed_by", reify=True)
    config.add_tween("halkla_iliskiler.web.headers.headers_tween_factory")
