"""Documents as they were sent, byte for byte, under the SHA-256 of their bytes.

A document is kept before anything is made of it: whatever Muster made of it can be looked at beside
what was sent, also when it was refused, and made anew.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import nats.errors
import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.log import LogFull, LogUnavailable, Unstorable
from services.provision.documents import DOCUMENTS, MESSAGE_BYTES_MAX, provision_documents

_HEADER_BYTES_MAX = 8 << 10
DOCUMENT_BYTES_MAX = MESSAGE_BYTES_MAX - _HEADER_BYTES_MAX
"""The largest document, so that with its headers it is below what the stream takes."""
_WORDS_MAX = 300
"""Characters of a media type or a source; what is longer is cut."""
_CONFLICTS = {10071, 10164}
"""The first: it is there already. The second: another is writing it at this moment."""
_FULL = {10077, 10047, 10023}
_TIMEOUT_S = 5.0
_TRIES = 4
_FOR_OWN = 0.02
"""Of the room, what only our own documents may use: whatever strangers send, we can still warn."""
_PAUSE_S = 0.2


class DocumentsFull(LogFull):
    """The documents have reached their size limit: no further one is taken, none is dropped."""


class Damaged(Exception):
    """What lies under a digest is not what it is the digest of."""


class KeptDocument(NamedTuple):
    """A document as it was sent."""

    body: bytes
    media_type: str
    source: str
    """What brought it: a feed's id, or who handed it in."""
    kept_at: datetime
    """By the server's clock."""


class Kept:
    """One process's way to the documents. `max_bytes` bounds all of them together; `share` tells
    how much of that is used, as far as is known.
    """

    def __init__(
        self,
        nc: Client,
        *,
        max_bytes: int,
        replicas: int = 1,
        share: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._share = share
        self._nc = nc
        self._max_bytes = max_bytes
        self._replicas = replicas

    async def start(self) -> None:
        """See that the stream is there and loses nothing. Raises WeakerLog, Refused."""
        await provision_documents(self._nc, max_bytes=self._max_bytes, replicas=self._replicas)

    async def keep(self, body: bytes, *, media_type: str, source: str, is_own: bool = False) -> str:
        """Store a document, fsynced, and return its digest; one that is there stays as it is. The
        last of the room is for what is our own.

        Raises DocumentsFull, LogUnavailable, Unstorable.
        """
        digest = hashlib.sha256(body).hexdigest()
        if len(body) > min(DOCUMENT_BYTES_MAX, self._nc.max_payload - _HEADER_BYTES_MAX):
            raise Unstorable(f"keep document {digest}: {len(body)} bytes are too many")
        if not is_own and self._share() > 1 - _FOR_OWN and not await self._is_there(digest):
            raise DocumentsFull(f"keep document {digest}: {self._share():.1%} of the room is used")
        headers = {
            "Nats-Expected-Last-Subject-Sequence": "0",
            "Content-Type": _ascii(media_type),
            "Muster-Source": _ascii(source),
        }
        why = ""
        for attempt in range(_TRIES):
            await asyncio.sleep(_PAUSE_S * attempt)
            try:
                # A fresh copy each time: the client writes into the headers it is given.
                error = await self._publish(digest, body, dict(headers))
            except (nats.errors.Error, TimeoutError, OSError) as failure:
                # It may have been stored all the same: then the next attempt finds it there.
                why = f"{type(failure).__name__}: {failure}"
                continue
            code = int(error.get("err_code", 0))
            if not error or (code in _CONFLICTS and await self._is_there(digest)):
                return digest
            if code in _FULL:
                raise DocumentsFull(f"keep document {digest}: {error.get('description')} ({code})")
            why = f"{error.get('description')} ({code})"
        raise LogUnavailable(f"keep document {digest}: {why}")

    async def read(self, digest: str) -> KeptDocument | None:
        """Return a document, None where there is none. Raises LogUnavailable, Damaged."""
        message = await self._get(digest)
        if message is None:
            return None
        if hashlib.sha256(message.data).hexdigest() != digest:
            raise Damaged(f"read document {digest}: its bytes are not what was stored")
        headers = message.headers or {}
        return KeptDocument(
            message.data,
            unquote(headers.get("Content-Type", "")),
            unquote(headers.get("Muster-Source", "")),
            datetime.fromisoformat(headers["Nats-Time-Stamp"]),
        )

    async def _publish(
        self, digest: str, body: bytes, headers: dict[str, str]
    ) -> Mapping[str, Any]:
        reply = await self._nc.request(f"doc.{digest}", body, timeout=_TIMEOUT_S, headers=headers)
        error: Mapping[str, Any] = orjson.loads(reply.data).get("error") or {}
        return error

    async def _is_there(self, digest: str) -> bool:
        return await self._get(digest) is not None

    async def _get(self, digest: str) -> Msg | None:
        """Return the stored message, with its headers, from whichever server answers."""
        subject = f"$JS.API.DIRECT.GET.{DOCUMENTS}.doc.{digest}"
        try:
            message = await self._nc.request(subject, b"", timeout=_TIMEOUT_S)
        except (nats.errors.Error, TimeoutError, OSError) as error:
            raise LogUnavailable(f"read document {digest}: {type(error).__name__}") from error
        status = (message.headers or {}).get("Status")
        if status == "404":
            return None
        if status:
            raise LogUnavailable(f"read document {digest}: {status}")
        return message


def _ascii(words: str) -> str:
    """Return words as a header may hold them: no line ends, no letters beyond ASCII."""
    return quote(words[:_WORDS_MAX], safe=" /;=+.:,@-_()")
