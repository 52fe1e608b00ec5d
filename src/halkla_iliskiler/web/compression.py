"""Answers made smaller on the wire, where that gives nothing away (docs/adr holds the reasons).

A compressed answer betrays by its length how alike two parts of it are. So a page is compressed only when nothing
secret stands in it: the routes are named here, one by one, and the token of their forms is masked anew in each answer
(``web/security.py``). Whatever needs a code, a signature or a log-in to be read travels as it is.
"""

import gzip
from functools import lru_cache

from pyramid.request import Request
from pyramid.response import Response

__all__ = ["ROUTES", "compress", "squeezed"]

ROUTES = frozenset(
    {
        "home", "apply", "proposals", "questions", "follow_form", "privacy", "services", "service", "service_sticker",
        "emblem", "theme",
    }
)  # fmt: skip
"""The routes without secrets. The back office, follow pages and receipts are none of them."""

_WORTH_IT = 1024
_TYPES = ("text/", "image/svg+xml", "application/json", "application/javascript")


def compress(request: Request, response: Response) -> None:
    """Compress the answer in place when its route allows it, the browser understands it and it is worth it."""
    route = request.matched_route
    if route is None or route.name not in ROUTES or response.status_int not in (200, 400, 503):
        return
    if getattr(request, "holds_secret", False):
        return
    response.vary = tuple(dict.fromkeys((*(response.vary or ()), "Accept-Encoding")))
    is_open = not response.content_encoding and response.content_type.startswith(_TYPES)
    if not (is_open and understands_gzip(request)):
        return
    if len(response.body) >= _WORTH_IT:
        response.body = (
            squeezed(response.body) if route.name in ("emblem", "theme") else gzip.compress(response.body, 6)
        )
        response.content_encoding = "gzip"


def understands_gzip(request: Request) -> bool:
    """Tell whether the browser takes gzip. One that says nothing is sent what every browser reads."""
    return "Accept-Encoding" in request.headers and bool(request.accept_encoding.acceptable_offers(["gzip"]))


@lru_cache(maxsize=32)
def squeezed(body: bytes) -> bytes:
    """Compress what never changes as far as it goes, once. No time in it: the same bytes every time."""
    return gzip.compress(body, 9, mtime=0)
