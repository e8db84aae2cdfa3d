"""Personal details in a box that only one key opens. Pure: key and nonce come in.

AES-256-GCM, with topic and owner as associated data: a box that was moved to another person or to
another topic does not open. The plaintext is padded, for the length of "fine" is not that of
"talk", and whoever may see an event may see how long its box is.
"""

from base64 import b64decode, b64encode
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.sealed import Sealed, Topic

KEY_BYTES = 32
NONCE_BYTES = 12
"""NIST SP 800-38D, 5.2.1.1. Chosen by chance, one key may seal 2^32 times (8.3)."""
_SIZES = (256, 1024, 4096, 17_408)
"""What a plaintext is padded to, in bytes. The last still fits into a box of 24,000 characters."""
DETAILS_BYTES_MAX = _SIZES[-1]


class CannotOpen(Exception):
    """The box is not what this key sealed for this owner and topic."""


class TooMuch(ValueError):
    """The details have more bytes than a box holds."""


def seal(key: bytes, owner: str, topic: Topic, details: dict[str, Any], nonce: bytes) -> Sealed:
    """Return details in a box. A key must never see a nonce of 12 bytes twice. Raises TooMuch."""
    plain = _padded(orjson.dumps(details, option=orjson.OPT_SORT_KEYS))
    sealed = AESGCM(key).encrypt(nonce, plain, _bound(owner, topic))
    return Sealed(owner=owner, topic=topic, box=b64encode(nonce + sealed).decode())


def open_box(key: bytes, sealed: Sealed) -> dict[str, Any]:
    """Return what a box holds. Raises CannotOpen, which says nothing of what is in it."""
    try:
        raw = b64decode(sealed.box, validate=True)
        nonce, rest = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
        plain = AESGCM(key).decrypt(nonce, rest, _bound(sealed.owner, sealed.topic))
        details: dict[str, Any] = orjson.loads(plain)
    except (InvalidTag, ValueError):
        # Nothing of the cause goes on: a parser quotes what it could not read.
        raise CannotOpen(f"open the {sealed.topic} details of {sealed.owner}") from None
    return details


def _padded(plain: bytes) -> bytes:
    for size in _SIZES:
        if len(plain) <= size:
            return plain.ljust(size)
    raise TooMuch(f"seal {len(plain)} bytes: a box holds {DETAILS_BYTES_MAX}")


def _bound(owner: str, topic: Topic) -> bytes:
    return f"muster/{topic}/{owner}".encode()
