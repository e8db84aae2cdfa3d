"""Ids of what follows from something else. Ids that follow from nothing are made at the edge."""

from hashlib import sha1
from uuid import UUID

_NAMESPACE = UUID("6d757374-6572-5000-8000-6d7573746572").bytes


def derive(cause: str, *what: str) -> str:
    """Return the id that always follows from `cause`: a retry makes the same event again.

    `what` tells several consequences of one cause apart, for example the name of a step. It is a
    UUIDv5 (RFC 9562), made without `uuid.uuid5`, which takes three times as long: every report
    needs a few of them.
    """
    name = "\x1f".join((cause, *what)).encode()
    digest = bytearray(sha1(_NAMESPACE + name, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
