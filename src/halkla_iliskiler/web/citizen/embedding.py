"""The form on another website: in a frame where cookies allow it, and otherwise a door that opens it.

A cookie of ours with ``SameSite=Lax`` reaches a frame only on pages of the same site (the municipality's own domain and
those below it), and without it no form can be sent. A browser says in ``Sec-Fetch-Site`` which of the two it is. Where
it says nothing, the door is shown: it works everywhere.
"""

from urllib.parse import urlencode

from pyramid.request import Request

from ...i18n import _
from ..values import Values

__all__ = ["EMBED", "as_door", "framed"]

EMBED = "gomulu"
"""What an address asks for that is put into a frame (``/basvuru?gomulu=1``)."""


def framed(request: Request) -> bool:
    """Tell whether a page is asked for in a frame of a website the city has listed, and let that website show it."""
    origins: tuple[str, ...] = request.assembly.options.embed_origins
    try:
        is_asked = request.GET.get(EMBED) == "1"
    except UnicodeDecodeError:
        return False
    if not origins or not is_asked:
        return False
    request.framed_by = origins
    # Opened by itself it is the ordinary page.
    return bool(request.headers.get("Sec-Fetch-Dest", "iframe") in ("iframe", "frame", "embed", "object"))


def as_door(request: Request) -> Values | None:
    """Return the door to the form, where the form itself could not be sent; ``None`` on our own site's pages."""
    if request.headers.get("Sec-Fetch-Site") in ("same-origin", "same-site"):
        return None
    page = request.page
    asked = [(name, value) for name, value in request.GET.items() if name != EMBED]
    query = f"?{urlencode(asked)}" if asked else ""
    return Values(
        href=page.url("apply") + query,
        follow_href=page.url("follow_form"),
        words=page.say(_("Write to us")),
    )
