"""Photos of a ticket: attached as they were sent, made anew by the worker, and only then shown to anybody.

The worker's job has three steps, like a delivery: claim (short transaction), work (no transaction, no gate, in a
process of its own, see :mod:`halkla_iliskiler.work.photos`), record (short transaction). An attempt is counted when it
begins, so that a photo that takes the worker down with it is given up, too.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ..domain.errors import InvalidInput
from ..domain.ticket import Attachment, PhotoState, Ticket
from ..storage import Site, StagedUpload
from .unit import Unit
from .uploads import PDF, Upload, as_blob

if TYPE_CHECKING:
    from .facade import Services

__all__ = ["GIVE_UP_AFTER", "MAX_PER_TICKET", "PhotoDesk", "RawPhoto", "attach"]

GIVE_UP_AFTER = 3
MAX_PER_TICKET = 40
_LEASE = timedelta(minutes=2)
_AGAIN_AFTER = (timedelta(minutes=1), timedelta(minutes=10))


@dataclass(frozen=True)
class RawPhoto:
    """A photo this worker has taken on: a file of its own that nobody else changes or removes."""

    ticket_id: int
    attachment_id: int
    content_type: str
    path: Path


def attach(
    unit: Unit,
    ticket: Ticket,
    uploads: Iterable[Upload],
    kept: Iterable[str],
    now: datetime,
    *,
    place: int | None = None,
    by_staff: bool = False,
    documents: bool = False,
    questions: frozenset[str] = frozenset(),
) -> int:
    """Make received files, and those kept from a refused form, part of *ticket*. Return how many there were.

    *questions* are those a photo may answer; one that was sent for another stands with the others. With *documents*
    whatever answers no question is a scanned paper, in whichever format it came: it is kept as it is, never shown, and
    saved only by who may know the applicant.

    Raises:
        InvalidInput: the ticket has so many already.
    """
    site = unit.site
    files: list[tuple[Upload | StagedUpload, object]] = [(upload, as_blob(upload, site)) for upload in uploads]
    staged = (site.staging.pop(token, None) for token in kept)
    files += [(photo, photo.blob) for photo in staged if photo is not None]
    if len(ticket.attachments) + len(files) > MAX_PER_TICKET:
        raise InvalidInput("photos", "photo_count_ticket")
    for file, blob in files:
        attachment = Attachment(unit.block.next_identity(), file.filename, file.content_type, file.size, now, blob)
        attachment.place, attachment.by_staff = place, by_staff
        attachment.question = file.question if file.question in questions else ""
        ticket.attachments += (attachment,)
        if file.content_type == PDF or (documents and not attachment.question):
            attachment.state = PhotoState.DOCUMENT.value
        else:
            site.schedule_photo(ticket.id, attachment, now)
    return len(files)


class PhotoDesk:
    """Hands raw photos to the worker and takes back what it made of them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def has_due(self) -> bool:
        """Tell whether a photo waits to be prepared, without writing."""
        with self._services.assembly.database.reading() as site:
            return site.photos_due is None or bool(_due(site, self._services.now(), 1))

    def claim(self, limit: int) -> list[RawPhoto]:
        """Take on the photos that have waited longest, at most *limit*."""
        claimed = self._services.write(lambda unit: self._claim(unit, limit), "claim photos") if self.has_due() else []
        files = self._services.assembly.database.files
        files.uploads.mkdir(parents=True, exist_ok=True, mode=0o700)
        raw = []
        with self._services.assembly.database.reading() as site:
            for ticket_id, attachment_id in claimed:
                attachment = _find(site, ticket_id, attachment_id)
                if attachment is not None:
                    path = _own_copy(attachment, files.uploads / f"prepare-{secrets.token_hex(8)}")
                    raw.append(RawPhoto(ticket_id, attachment_id, attachment.content_type, path))
        return raw

    def _claim(self, unit: Unit, limit: int) -> list[tuple[int, int]]:
        now = self._services.now()
        if unit.site.photos_due is None:
            _queue_all(unit.site, now)
        claimed = []
        for ticket_id, attachment_id in _due(unit.site, now, limit):
            attachment = _find(unit.site, ticket_id, attachment_id)
            if attachment is None:
                continue
            attachment.attempts += 1
            if attachment.attempts > GIVE_UP_AFTER:
                # The worker has died over it as often as is good for anybody.
                _give_up(unit.site, ticket_id, attachment, attachment.problem or "killed")
                continue
            unit.site.schedule_photo(ticket_id, attachment, now + _LEASE)
            claimed.append((ticket_id, attachment_id))
        return claimed

    def prepared(self, raw: RawPhoto, result: Path) -> None:
        """Put the photo that was made anew in the place of the one that was sent."""
        name = f"{raw.path.name}.jpg"
        upload = Upload(result, name, "image/jpeg", result.stat().st_size)

        def change(unit: Unit) -> None:
            attachment = _find(unit.site, raw.ticket_id, raw.attachment_id)
            if attachment is None or attachment.state != PhotoState.RAW:
                return
            attachment.blob = as_blob(upload, unit.site)
            attachment.size, attachment.content_type = upload.size, upload.content_type
            attachment.filename = f"{attachment.filename.rpartition('.')[0] or 'foto'}.jpg"
            attachment.state, attachment.problem = PhotoState.READY.value, ""
            unit.site.schedule_photo(raw.ticket_id, attachment, None)

        self._services.write(change, "a photo was made anew")

    def failed(self, raw: RawPhoto, problem: str) -> None:
        """Record that a photo could not be made anew: it is tried again, or given up and kept as it was sent."""

        def change(unit: Unit) -> None:
            attachment = _find(unit.site, raw.ticket_id, raw.attachment_id)
            if attachment is None or attachment.state != PhotoState.RAW:
                return
            attachment.problem = problem
            if attachment.attempts >= GIVE_UP_AFTER:
                _give_up(unit.site, raw.ticket_id, attachment, problem)
            else:
                again = self._services.now() + _AGAIN_AFTER[attachment.attempts - 1]
                unit.site.schedule_photo(raw.ticket_id, attachment, again)

        self._services.write(change, "a photo could not be made anew")


def _due(site: Site, now: datetime, limit: int) -> list[tuple[int, int]]:
    keys = site.photos_due.keys(max=(int(now.timestamp()), 1 << 62, 0)) if site.photos_due is not None else ()
    found = []
    for _, ticket_id, attachment_id in keys:
        found.append((ticket_id, attachment_id))
        if len(found) == limit:
            break
    return found


def _find(site: Site, ticket_id: int, attachment_id: int) -> Attachment | None:
    ticket = site.tickets.get(ticket_id)
    return ticket.photo(attachment_id) if ticket is not None else None


def _give_up(site: Site, ticket_id: int, attachment: Attachment, problem: str) -> None:
    attachment.state, attachment.problem = PhotoState.FAILED.value, problem
    site.schedule_photo(ticket_id, attachment, None)


def _queue_all(site: Site, now: datetime) -> None:
    """Queue the photos of a database from before photos were made anew."""
    for ticket in site.tickets.values():
        for attachment in ticket.attachments:
            if attachment.state == PhotoState.RAW:
                site.schedule_photo(ticket.id, attachment, now)


def _own_copy(attachment: Attachment, path: Path) -> Path:
    """Give the file of a blob a second name, which stays when the blob goes; or copy it to where that is impossible."""
    with attachment.blob.open("c") as file:
        try:
            os.link(file.name, path)
        except OSError:
            shutil.copyfile(file.name, path)
    return path
