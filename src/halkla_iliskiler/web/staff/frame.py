"""The frame of the back office's pages: what is the same on every page of one person is drawn once and kept."""

from collections.abc import Hashable

from pyramid.config import Configurator
from pyramid.request import Request

from ..rendered import filled, mark

__all__ = ["Frame", "includeme"]

_MARKS = {name: mark(name) for name in ("token", "query", "address", "menu")}


class Frame:
    """What stands around the pages of one person. One a request."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def bar(self, query: str = "") -> str:
        """Return the bar above the page; *query* is what its search field shows."""
        page = self._request.page
        html = self._kept("bar", page.is_dense, self._request.script_name)
        drawn = {"menu": page.navigation.html("menu")}
        return filled(html, drawn, token=page.csrf_token, query=query, address=page.address)

    def keys(self) -> str:
        """Return the lines of the help dialog that stand on every page."""
        return self._kept("keys")

    def _kept(self, piece: str, *hangs_on: Hashable) -> str:
        request = self._request
        key = (piece, request.page.speech, request.identity, *hangs_on)
        return str(request.registry.rendered.get(key, lambda: self._drawn(piece)))

    def _drawn(self, piece: str) -> str:
        page = self._request.page
        template = self._request.registry.templates[f"staff/{piece}.pt"]
        return str(template.render(page=page, **_MARKS, target_language=page.speech))


def includeme(config: Configurator) -> None:
    """Give every request its frame."""
    config.add_request_method(Frame, "frame", reify=True)
