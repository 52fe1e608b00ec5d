"""Files for a spreadsheet on their way to whoever asked for them."""

from collections.abc import Iterator
from pathlib import Path

from pyramid.request import Request
from pyramid.response import Response

from ...services.sheets import CONTENT_TYPES, SheetFormat
from ..posted import posted

__all__ = ["format_of", "sent"]

_SLICE = 64 << 10


def format_of(request: Request) -> SheetFormat:
    """Return the file that a form asks for; the one every spreadsheet reads unless it says otherwise."""
    wanted = posted(request, "format")
    return SheetFormat(wanted) if wanted in set(SheetFormat) else SheetFormat.CSV


def sent(path: Path, kind: SheetFormat, name: str, *, is_kept: bool = False) -> Response:
    """Return a file as an answer that is read slice by slice; unless it *is_kept*, it is gone from the disk already."""
    answer = Response(content_type=CONTENT_TYPES[kind])
    if kind is SheetFormat.CSV:
        answer.charset = "utf-8"
    size = path.stat().st_size
    answer.content_disposition = f'attachment; filename="{name}.{kind}"'
    slices = _Slices(path)
    if not is_kept:
        path.unlink()
    answer.app_iter = slices
    answer.content_length = size
    return answer


class _Slices:
    """A file's content; closed by the server when it was sent or nobody wants it any more."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._file.read(_SLICE):
            yield piece
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
