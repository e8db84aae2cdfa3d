"""Bodies that were sent compressed, undone no further than a limit."""

import zlib

from services.gateway.errors import Refused
from services.problems import Problem

_MEMBERS_MAX = 100
"""Pieces that were compressed one by one and put behind each other."""


def unpacked(body: bytes, encoding: str, limit: int) -> bytes:
    """Return what a body with this `Content-Encoding` means. Raises Refused.

    Of a body that would become larger than `limit` bytes no more than these are ever made.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return body
    if name not in {"gzip", "x-gzip"}:
        raise Refused(
            415,
            Problem(
                "content-encoding",
                "Content-Encoding",
                f"不支持内容编码 {name[:40]}，只接受 gzip",
                f"content encoding {name[:40]} is not taken, only gzip is",
            ),
        )
    try:
        return _inflated(body, limit)
    except zlib.error:
        raise _damaged() from None


def _inflated(body: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    room = limit
    for _ in range(_MEMBERS_MAX):
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        part = member.decompress(body, room + 1)
        if len(part) > room:
            raise _too_large(limit)
        if not member.eof:
            raise _damaged()
        parts.append(part)
        room -= len(part)
        body = member.unused_data
        if not body:
            return b"".join(parts)
    raise _damaged()


def _damaged() -> Refused:
    return Refused(
        400,
        Problem(
            "damaged-gzip",
            "Content-Encoding",
            "gzip 内容损坏或不完整",
            "what was compressed is damaged, or its end is missing",
        ),
    )


def _too_large(limit: int) -> Refused:
    return Refused(
        413,
        Problem(
            "too-large",
            "body",
            f"解压后超过 {limit} 字节",
            f"uncompressed it has more than {limit} bytes",
        ),
    )
