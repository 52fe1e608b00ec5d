"""What belongs to the way a matter came by: foreign numbers, registry dates, links, kinds of signature."""

import re
from collections.abc import Mapping
from datetime import date

from .errors import InvalidInput
from .feedback import Channel, ChannelField
from .text import clean, fold_key

__all__ = ["IDENTITY", "MAX_FIELD", "SIGNATURE", "fields_of", "foreign_keys", "received_on", "wants_to_stay_hidden"]

MAX_FIELD = 200
SIGNATURE = "signature"
"""The field in which a channel keeps the kind of signature; ``none`` stands for an unsigned paper."""
IDENTITY = "identity"
"""The field in which a channel keeps whether somebody wants to stay unknown; ``hidden`` says that they do."""
_LINK = re.compile(r"https?://[^\s<>\"]{3,}")


def fields_of(channel: Channel, given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what is kept of a channel's fields, in the channel's order; what nobody gave is left out.

    Raises:
        InvalidInput: a value does not fit its field; the field's code names it.
    """
    kept = [(field.code, _kept(field, clean(given.get(field.code, "")))) for field in channel.fields]
    return tuple((code, value) for code, value in kept if value)


def _kept(field: ChannelField, text: str) -> str:
    if not text:
        return ""
    if len(text) > MAX_FIELD:
        raise InvalidInput(field.code, "too_long")
    if field.kind == "choice" and text not in dict(field.options):
        raise InvalidInput(field.code, "unknown")
    if field.kind == "link" and not _LINK.fullmatch(text):
        raise InvalidInput(field.code, "link")
    if field.kind == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise InvalidInput(field.code, "date") from None
    return " ".join(text.split())


def received_on(channel: Channel, kept: tuple[tuple[str, str], ...], today: date) -> date | None:
    """Return the day on which it reached the municipality, ``None`` when nothing but "now" is known.

    Raises:
        InvalidInput: the day has not come yet, or lies further back than anybody can mean.
    """
    values = dict(kept)
    for field in channel.fields:
        if field.received and field.code in values:
            day = date.fromisoformat(values[field.code])
            if day > today:
                raise InvalidInput(field.code, "in_future")
            if day.year < today.year - 5:
                raise InvalidInput(field.code, "long_ago")
            return day
    return None


def foreign_keys(channel: Channel, kept: tuple[tuple[str, str], ...], year: int) -> list[tuple[str, str]]:
    """Return ``(field, key)`` of each value that only one application may have; spelling does not count.

    *year* is that in which the matter reached the municipality.
    """
    found = []
    for code, value in kept:
        field = channel.field(code)
        if field is not None and field.unique and (key := fold_key(value)):
            found.append((code, f"{channel.code}:{year}:{key}" if field.yearly else f"{channel.code}:{key}"))
    return found


def wants_to_stay_hidden(kept: tuple[tuple[str, str], ...]) -> bool:
    """Tell whether whoever applied has asked that who they are stays hidden (CİMER lets them choose)."""
    return dict(kept).get(IDENTITY) == "hidden"
