"""What every answer carries, and whom we answer at all."""

import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPBadRequest
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response

__all__ = ["content_security_policy", "includeme"]


def content_security_policy(nonce: str) -> str:
    """Return the policy of a page: nothing but our own files, and scripts only with this answer's nonce."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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
        is_known = (request.host or "").rpartition(":")[0] in hosts or request.host in hosts
        response = handler(request) if is_known else HTTPBadRequest("unknown host")
        headers = response.headers
        headers.update(fixed)
        headers.setdefault("Content-Security-Policy", content_security_policy(request.csp_nonce))
        # The follow page's address holds its code: it must never travel as a referrer.
        is_secret = request.path_info.startswith("/takip")
        headers["Referrer-Policy"] = "no-referrer" if is_secret else "same-origin"
        if options.demo or is_secret or request.path_info.startswith("/panel"):
            headers["X-Robots-Tag"] = "noindex, nofollow"
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        return response

    return tween


def includeme(config: Configurator) -> None:
    """Put the tween around everything."""
    config.add_request_method(lambda request: secrets.token_urlsafe(16), "csp_nonce", reify=True)
    config.add_tween("halkla_iliskiler.web.headers.headers_tween_factory")
