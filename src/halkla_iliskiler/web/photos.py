"""Photos in forms: received, kept when the form is refused, drawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from deform.widget import Widget
from pyramid.request import Request

from ..domain.errors import InvalidInput
from ..services.intake import KeptPhoto
from ..services.uploads import Upload, accepted_types, discard, receive

__all__ = ["PhotosWidget", "as_rows", "keep", "kept_tokens", "received"]


class PhotosWidget(Widget):
    """A few photos, and those kept from a refusal."""

    template = "photos"
    layout = "group"

    def __init__(self, kept: list[tuple[str, str, str]], limit: int) -> None:
        super().__init__()
        self.kept = kept
        self.limit = limit
        self.accepted = ",".join(accepted_types())

    def serialize(self, field: Any, cstruct: Any, **kw: Any) -> str:
        """Draw it."""
        return str(field.renderer(self.template, field=field, cstruct=cstruct))


@contextmanager
def received(request: Request, limit: int) -> Iterator[tuple[tuple[Upload, ...], InvalidInput | None]]:
    """Write the photos down for the time of the request; the first that is refused is named, the good ones count."""
    uploads: list[Upload] = []
    problem: InvalidInput | None = None
    directory = request.assembly.database.files.uploads
    try:
        for field in request.POST.getall("photos")[: limit and limit + 1]:
            if not getattr(field, "filename", ""):
                continue
            try:
                # A form that is shown again because of what happened later has been read before.
                field.file.seek(0)
                uploads.append(receive(field.file, field.filename, directory))
            except InvalidInput as refused:
                problem = problem or refused
        yield tuple(uploads), problem
    finally:
        discard(uploads)


def kept_tokens(request: Request, limit: int) -> tuple[str, ...]:
    """Return the tokens of the photos that were kept from a refusal and not taken out since."""
    removed = set(request.POST.getall("removed"))
    tokens = [token for token in request.POST.getall("kept") if isinstance(token, str) and token not in removed]
    return tuple(photo.token for photo in request.services.intake.kept(tuple(tokens[: limit + 1])))


def keep(request: Request, uploads: tuple[Upload, ...], kept: tuple[str, ...], limit: int) -> list[KeptPhoto]:
    """Keep the photos of a form that is shown again, with those kept before."""
    photos: list[KeptPhoto] = request.services.intake.kept(kept)
    room = limit - len(photos)
    return photos + (request.services.intake.keep(uploads[:room]) if room > 0 else [])


def as_rows(photos: list[KeptPhoto]) -> list[tuple[str, str, str]]:
    """Return kept photos as the widget shows them: token, name, size."""
    return [(photo.token, photo.filename, f"{max(1, photo.size // 1024)} kB") for photo in photos]
