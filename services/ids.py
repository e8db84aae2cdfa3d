"""Ids that follow from nothing: made here, at the edge, never inside a rule."""

import secrets
import time
from uuid import UUID


def new_id() -> str:
    """Return a UUIDv7 (RFC 9562): milliseconds since 1970 in front, so that ids sort by age."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))
