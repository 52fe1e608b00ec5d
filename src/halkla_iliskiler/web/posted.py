"""Reading what a form has sent. WebOb reads a form with files through ``cgi``, at about three times the cost."""

from typing import Any, BinaryIO

from multipart import MultipartParser, MultipartPart, parse_options_header
from pyramid.config import Configurator
from pyramid.request import Request
from webob.multidict import MultiDict

__all__ = ["FormRequest", "includeme", "posted"]

_MULTIPART = "multipart/form-data"
_PARSED = "webob._parsed_post_vars"
_TEXT_AT_MOST = 4 << 20
"""Bytes of all texts of one form. A file beyond 64 kB goes to the disk, up to the server's own limit for a body."""
_PARTS_AT_MOST = 400


class FormRequest(Request):
    """A request whose forms with files (RFC 7578) are read by ``multipart``."""

    @property
    def POST(self) -> MultiDict[str, Any]:  # noqa: N802  (WebOb's name)
        """The fields in the order they came: a text, or an object with ``file`` and ``filename`` where one was chosen.

        Raises:
            multipart.MultipartError, UnicodeDecodeError: it is no form, is cut off, or is beyond the limits.
        """
        if self.method != "POST" or self.content_type != _MULTIPART:
            return super().POST
        fields, body = self.environ.get(_PARSED, (None, None))
        if fields is None or body is not self.body_file_raw:
            fields = self._read_parts()
            self.environ[_PARSED] = (fields, self.body_file_raw)
        return fields

    def make_tempfile(self) -> BinaryIO:
        """Return the file for a large body; it goes with the request."""
        file: BinaryIO = super().make_tempfile()
        self.add_finished_callback(lambda request: file.close())
        return file

    def _read_parts(self) -> MultiDict[str, Any]:
        # What reads the body once more (a page that says what went wrong) finds it from its beginning.
        self.make_body_seekable()
        self.body_file_raw.seek(0)
        _, options = parse_options_header(self.environ["CONTENT_TYPE"])
        parser = MultipartParser(
            self.body_file_raw,
            options.get("boundary", ""),
            content_length=self.content_length or 0,
            part_limit=_PARTS_AT_MOST,
            memory_limit=_TEXT_AT_MOST,
        )
        fields: MultiDict[str, Any] = MultiDict()
        files: list[MultipartPart] = []
        self.add_finished_callback(lambda request: [part.close() for part in files])
        for part in parser:
            if part.filename:
                files.append(part)
                fields.add(part.name, part)
            else:
                fields.add(part.name, part.value)
                part.close()
        return fields


def posted(request: Request, name: str, at_most: int | None = None) -> str:
    """Return the text of a field, at most so many characters; ``""`` where none was sent, or a file in its place."""
    value = request.POST.get(name, "")
    return value[:at_most] if isinstance(value, str) else ""


def includeme(config: Configurator) -> None:
    """Read every request this way."""
    config.set_request_factory(FormRequest)
