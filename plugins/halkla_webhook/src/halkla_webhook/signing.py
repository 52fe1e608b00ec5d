"""Signing a call, so that the receiver knows who sent it and when (https://www.standardwebhooks.com, version 1)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

__all__ = ["SecretRefused", "keys_of", "signature"]

PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64
"""Bytes of a key, as the specification wants them."""


class SecretRefused(ValueError):
    """The secret is missing or cannot be used; ``str()`` says why and never repeats it."""


def keys_of(secret: str) -> list[bytes]:
    """Return the keys in *secret*: one, or several with white space between them while one replaces another.

    Raises:
        SecretRefused: there is none, or one is not ``whsec_`` and 24 to 64 bytes in base64.
    """
    words = secret.split()
    if not words:
        raise SecretRefused("the signing secret is missing")
    return [_key(word) for word in words]


def _key(word: str) -> bytes:
    try:
        if not word.startswith(PREFIX):
            raise ValueError(word)
        key = base64.b64decode(word[len(PREFIX) :], validate=True)
    except (ValueError, binascii.Error):
        # Without the cause: its text would hold the secret.
        raise SecretRefused("the signing secret must be whsec_ and base64") from None
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise SecretRefused(f"the signing secret must have {_SHORTEST} to {_LONGEST} bytes")
    return key


def signature(keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of ``webhook-signature``: one for each key, so that a key can be replaced without a gap."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digests = (hmac.new(key, signed, hashlib.sha256).digest() for key in keys)
    return " ".join(f"v1,{base64.b64encode(digest).decode('ascii')}" for digest in digests)
