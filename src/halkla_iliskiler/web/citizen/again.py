"""What a form may begin with: a link's subject and place, or the contact details of an application just made."""

import re
from collections.abc import Mapping

from pyramid.request import Request

from ...domain.applicant import mask_email, mask_name, mask_phone
from ...i18n import _
from ...storage import Site
from .subjects import is_known_choice

__all__ = ["AGAIN_FIELDS", "details_note", "first_application", "prefilled", "tidy_sticker"]

AGAIN_FIELDS = ("again_number", "again_code", "sticker")
_STICKER = re.compile(r"[A-Za-z0-9._-]{1,40}")


def tidy_sticker(text: str) -> str:
    """Return the mark of a sticker, or an empty text when it cannot be one."""
    return text if _STICKER.fullmatch(text) else ""


def prefilled(request: Request) -> dict[str, str]:
    """Return what a deep link fills in (``?konu=TEM03&mahalle=EVKA3&etiket=K-0412``). What nobody knows is left out."""
    try:
        asked = dict(request.GET)
    except UnicodeDecodeError:
        return {}
    found = {}
    with request.assembly.database.reading() as site:
        if is_known_choice(site.city, asked.get("konu", "")):
            found["category"] = asked["konu"]
        if site.city.territory.get(asked.get("mahalle", "")):
            found["neighbourhood"] = asked["mahalle"]
    if sticker := tidy_sticker(asked.get("etiket", "")):
        found["sticker"] = sticker
    return found


def first_application(cstruct: Mapping[str, str]) -> tuple[str, str] | None:
    """Return address and code of the application whose contact details are to be used again."""
    number, code = cstruct.get("again_number", ""), cstruct.get("again_code", "")
    return (number, code) if number and code else None


def details_note(request: Request, site: Site, cstruct: Mapping[str, str]) -> str:
    """Say, masked, whose details are used when none are given; empty when the code opens nothing."""
    first = first_application(cstruct)
    ticket = request.services.following.ticket_of(site, *first) if first else None
    if ticket is None or (ticket.details.is_empty and not ticket.details.name):
        return ""
    # The code stands in the form now: this answer must not be made smaller (see compression.py).
    request.holds_secret = True
    details = ticket.details
    known = (
        details.name and mask_name(details.name),
        details.phone and mask_phone(details.phone),
        details.email and mask_email(details.email),
    )
    said: str = request.page.say(
        _("We have them from your application ${number}: ${details}. Leave these empty and we use them again."),
        number=ticket.number,
        details=", ".join(part for part in known if part),
    )
    return said
