"""Photos in forms: received, kept when the form is refused, drawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from deform.widget import Widget
from pyramid.request import Request

from ..domain.errors import InvalidInput
from ..services.intake import KeptPhoto
from ..services.uploads import MAX_QUESTION_PHOTOS, Upload, accepted_types, discard, receive

__all__ = ["PHOTO_FIELD", "PhotosWidget", "as_rows", "keep", "kept_tokens", "received"]

PHOTO_FIELD = "photo-"
"""What the name of a field begins with that asks for a photo; the code of the question follows."""
_CODE = 60  # signs, more than any question's code has


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
def received(
    request: Request, limit: int, *, documents: bool = False
) -> Iterator[tuple[tuple[Upload, ...], InvalidInput | None]]:
    """Write the photos down for the time of the request; the first that is refused is named, the good ones count.

    With *documents* scanned papers are taken, too. Those that answer questions come on top of *limit*; what is wrong
    with one is said at its question.
    """
    uploads: list[Upload] = []
    problem: InvalidInput | None = None
    directory = request.assembly.database.files.uploads
    try:
        for name, field in _files(request, limit):
            try:
                # A form that is shown again because of what happened later has been read before.
                field.file.seek(0)
                upload = receive(field.file, field.filename, directory, documents=documents)
                code = "" if name == "photos" else name.removeprefix(PHOTO_FIELD)[:_CODE]
                uploads.append(replace(upload, question=code))
            except InvalidInput as refused:
                problem = problem or InvalidInput(name, refused.problem)
        yield tuple(uploads), problem
    finally:
        discard(uploads)


def _files(request: Request, limit: int) -> Iterator[tuple[str, Any]]:
    """Yield the files of a form with the names of their fields."""
    for field in request.POST.getall("photos")[: limit and limit + 1]:
        if getattr(field, "filename", ""):
            yield "photos", field
    asked = [name for name in dict.fromkeys(request.POST.keys()) if name.startswith(PHOTO_FIELD)]
    for name in asked[: limit and MAX_QUESTION_PHOTOS]:
        sent = [field for field in request.POST.getall(name) if getattr(field, "filename", "")]
        yield from ((name, field) for field in sent[:1])


def kept_tokens(request: Request, limit: int) -> tuple[str, ...]:
    """Return the tokens of the photos that were kept from a refusal and not taken out since."""
    removed = set(request.POST.getall("removed"))
    tokens = [token for token in request.POST.getall("kept") if isinstance(token, str) and token not in removed]
    most = limit + MAX_QUESTION_PHOTOS + 1
    return tuple(photo.token for photo in request.services.intake.kept(tuple(tokens[:most])))


def keep(request: Request, uploads: tuple[Upload, ...], kept: tuple[str, ...], limit: int) -> list[KeptPhoto]:
    """Keep the photos of a form that is shown again, with those kept before."""
    photos: list[KeptPhoto] = request.services.intake.kept(kept)
    room = limit - len(photos)
    return photos + (request.services.intake.keep(uploads[:room]) if room > 0 else [])


def as_rows(photos: list[KeptPhoto]) -> list[tuple[str, str, str]]:
    """Return kept photos as the widget shows them: token, name, size."""
    return [(photo.token, photo.filename, f"{max(1, photo.size // 1024)} kB") for photo in photos]
