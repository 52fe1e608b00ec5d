"""Where staff are led after something was done."""

from pyramid.request import Request

__all__ = ["staff_path"]


def staff_path(request: Request, wanted: str) -> str:
    """Return *wanted* when it is a page of the back office, otherwise the queue (no open redirect)."""
    home = str(request.route_path("staff.queue"))
    is_ours = wanted == home or wanted.startswith((home + "/", home + "?"))
    # Our own addresses are ASCII, and nothing else may stand in a header.
    return wanted if is_ours and wanted.isascii() and wanted.isprintable() and "\\" not in wanted else home
