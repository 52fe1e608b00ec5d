"""Style sheets and scripts: read once at the start, compressed, served from memory under the print of their content.

``page.static("citizen.css")`` gives ``/static/<print>/citizen.css``, which never changes and may be kept for ever. The
same name without its print, or with that of yesterday, is answered with what there is today and kept by nobody: a page
that was open during an upgrade still finds its style sheet.

A side's style sheet is one file on the wire: the common one, the city's theme and its own, in this order.
"""

import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from ..domain.city import Brand
from .compression import squeezed, understands_gzip
from .contexts import CitizenContext

__all__ = ["StaticFiles", "includeme", "theme_css"]

_HERE = Path(__file__).parent / "static"
_COMMON = "base.css"
_SIDES = ("citizen.css", "staff.css")
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_EVERY_TIME = "no-cache"


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent."""

    content_type: str
    body: bytes
    compressed: bytes
    print: str


def theme_css(brand: Brand) -> str:
    """Return the city's colours: custom properties that override the theme's."""
    lines = "".join(f"  --{name}: {value};\n" for name, value in brand.tokens)
    return f":root {{\n{lines}}}\n"


class StaticFiles:
    """All of them, by name. What is not in this table does not exist, whatever an address says."""

    def __init__(self, directory: Path, theme: str) -> None:
        self._files = {name: _file(name, body) for name, body in _contents(directory, theme)}

    def get(self, name: str) -> StaticFile | None:
        """Return the file of that name, or ``None``."""
        return self._files.get(name)

    def path(self, name: str) -> str:
        """Return the path of a file, with its print; a name that is none of ours is a mistake in a template."""
        return f"/static/{self._files[name].print}/{name}"

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)


def _contents(directory: Path, theme: str) -> Iterator[tuple[str, bytes]]:
    common = (directory / _COMMON).read_bytes()
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            name = path.relative_to(directory).as_posix()
            yield name, b"\n".join((common, theme.encode(), body)) if name in _SIDES else body


def _file(name: str, body: bytes) -> StaticFile:
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return StaticFile(content_type, body, squeezed(body), hashlib.sha256(body).hexdigest()[:16])


@view_config(route_name="static", request_method="GET", permission=NO_PERMISSION_REQUIRED)
def static(context: CitizenContext, request: Request) -> Response:
    """Serve a file: compressed for who understands it, and a few bytes for who has it already."""
    first, *rest = request.matchdict["subpath"] or ("",)
    files: StaticFiles = request.registry.static_files
    name = "/".join((first, *rest))
    found, is_lasting = files.get(name), False
    if found is None and rest:
        found = files.get("/".join(rest))
        is_lasting = found is not None and found.print == first
    if found is None:
        raise HTTPNotFound
    packed = len(found.compressed) < len(found.body) and understands_gzip(request)
    response = Response(
        found.compressed if packed else found.body,
        content_type=found.content_type,
        charset="utf-8" if found.content_type.startswith("text/") else None,
        conditional_response=True,
    )
    # Another encoding is another representation: each has a tag of its own.
    response.etag = f"{found.print}-gzip" if packed else found.print
    response.vary = ("Accept-Encoding",)
    response.headers["Cache-Control"] = _FOR_EVER if is_lasting else _ASK_EVERY_TIME
    if packed:
        response.content_encoding = "gzip"
    return response


def includeme(config: Configurator) -> None:
    """Read and compress all files; the city's theme is that of its brand."""
    config.registry.static_files = StaticFiles(_HERE, theme_css(config.registry.assembly.extensions.brand))
