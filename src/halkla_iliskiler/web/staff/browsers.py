"""Which browser it was, in words its owner recognises; nobody's machine is told from another by it."""

from pyramid.request import Request

__all__ = ["browser_of"]

# The first that fits: every browser names those before it, too.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("YaBrowser/", "Yandex"),
    ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Pardus", "Pardus"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_of(request: Request) -> str:
    """Return browser and system, as far as they say it of themselves: ``Firefox, Windows``; empty when they do not."""
    said = request.user_agent or ""
    found = [next((name for sign, name in table if sign in said), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name)
