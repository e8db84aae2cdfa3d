"""Packed files: gzip and zip, opened with a limit on everything they could grow to."""

import io
import zipfile
import zlib
from typing import Final, NamedTuple

from services.weather.cap.model import CapLimits, CapRefused
from services.weather.cap.refusals import quoted, refuse

GZIP: Final = b"\x1f\x8b"
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
GZIP_MEMBERS_MAX: Final = 64
MEMBERS_MAX: Final = 2_000
"""Germany's weather service packs all its warnings in force, a few hundred, into one zip."""
UNPACKED_TIMES_MAX: Final = 4
"""How many of the largest bodies all members together may come to."""
_OTHERS: Final = ((b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"7z\xbc\xaf", "7z"), (b"Rar!", "rar"),
                  (b"\x28\xb5\x2f\xfd", "zstd"))  # fmt: skip


class Member(NamedTuple):
    """A file in an archive; `refused` says why it was not opened."""

    name: str
    body: bytes
    refused: CapRefused | None = None


def packing(body: bytes) -> str | None:
    """`gzip` or `zip`, None for what is not packed.

    Raises:
        CapRefused: it is packed in a way that is not opened.
    """
    if body.startswith(GZIP):
        return "gzip"
    if body.startswith(ZIP):
        return "zip"
    for magic, name in _OTHERS:
        if body.startswith(magic):
            raise refuse("packed-unknown", "", value=name)
    return None


def gunzip(body: bytes, limits: CapLimits) -> bytes:
    """What a gzip file holds; of several members written one behind the other, all.

    Raises:
        CapRefused: it is broken, or would grow past the largest body. Nothing past it is unpacked.
    """
    parts: list[bytes] = []
    left, size = body, 0
    while left.startswith(GZIP):
        if len(parts) >= GZIP_MEMBERS_MAX:
            raise refuse("too-many", "gzip", count=len(parts) + 1, limit=GZIP_MEMBERS_MAX)
        unpacker = zlib.decompressobj(wbits=31)
        try:
            part = unpacker.decompress(left, limits.body_bytes_max + 1 - size)
        except zlib.error as error:
            raise refuse("packed-broken", "", value="gzip", problem=error) from error
        size += len(part)
        if size > limits.body_bytes_max:
            raise refuse("unpacked-too-large", "", limit=limits.body_bytes_max)
        if not unpacker.eof:
            raise refuse("packed-broken", "", value="gzip", problem="cut off")
        parts.append(part)
        left = unpacker.unused_data.lstrip(b"\x00")
    return b"".join(parts)


def unzip(body: bytes, limits: CapLimits) -> list[Member]:
    """The files in a zip. One that cannot be opened is there with the reason.

    Raises:
        CapRefused: the zip itself is broken, or has too many files, or they grow too large.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
        infos = [info for info in archive.infolist() if not info.is_dir()]
    except (
        zipfile.BadZipFile,
        NotImplementedError,  # zipfile: a format version that it does not know
        ValueError,
        EOFError,
        OSError,
    ) as error:
        raise refuse("packed-broken", "", value="zip", problem=str(error)[:120]) from error
    if len(infos) > MEMBERS_MAX:
        raise refuse("too-many", "zip", count=len(infos), limit=MEMBERS_MAX)
    members, left = [], UNPACKED_TIMES_MAX * limits.body_bytes_max
    for info in infos:
        member = _member(archive, info, min(left, limits.body_bytes_max))
        left -= len(member.body)
        members.append(member)
    if not members:
        raise refuse("packed-empty", "")
    return members


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> Member:
    name = info.filename[:200]
    try:
        # What the directory says of a size may be a lie, so it is counted as it is unpacked.
        with archive.open(info) as file:
            body = file.read(most + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,  # a way of packing, or a password, that Python does not know
        RuntimeError,
        ValueError,
        EOFError,
        OSError,
    ) as error:
        problem = str(error)[:120] or type(error).__name__
        return Member(name, b"", refuse("packed-broken", quoted(name)[1:-1], value="zip",
                                        problem=problem))  # fmt: skip
    if len(body) > most:
        return Member(name, b"", refuse("unpacked-too-large", quoted(name)[1:-1], limit=most))
    return Member(name, body)
