"""Tracking codes: derived, never stored, revoked by raising the ticket's generation."""

import base64
import hashlib
import hmac

__all__ = ["SHORT_LENGTH", "group", "matches", "normalise", "tracking_code"]

SHORT_LENGTH = 12
"""How much of the code a person types: 60 bits, throttled. Links carry all of it."""

_LOOK_ALIKES = str.maketrans("018", "OIB")


def tracking_code(key: bytes, ticket_id: int, generation: int) -> str:
    """Return the code of a ticket: base32 of 128 bits of HMAC-SHA-256 (26 characters, A–Z and 2–7)."""
    digest = hmac.new(key, f"{ticket_id}:{generation}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:16]).decode().rstrip("=")


def normalise(typed: str) -> str:
    """Return a typed code as it is compared: capitals, no blanks or dashes, 0/1/8 read as O/I/B."""
    kept = "".join(letter for letter in typed if letter.isalnum())
    # "ı" and "İ" come from Turkish keyboards; base32 is ASCII, so this upper() cannot go wrong.
    return kept.replace("ı", "i").replace("İ", "I").upper().translate(_LOOK_ALIKES)


def matches(code: str, given: str, *, short_allowed: bool) -> bool:
    """Compare in constant time. A hand-typed code may be the first twelve characters."""
    typed = normalise(given).encode("utf-8", "replace")
    whole = hmac.compare_digest(code.encode(), typed)
    short = hmac.compare_digest(code[:SHORT_LENGTH].encode(), typed)
    return whole or (short_allowed and short)


def group(code: str) -> str:
    """Return the short code as it is printed: ``K7QM 4T2P XY34``."""
    short = code[:SHORT_LENGTH]
    return " ".join(short[start : start + 4] for start in range(0, SHORT_LENGTH, 4))
