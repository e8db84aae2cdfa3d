"""Fetches what `muster weather try` is given an address of, with the limits that feeds have."""

import asyncio
import socket
from typing import Any, Final
from urllib.parse import urlsplit

from services.weather.feeds.fetch import Fetcher, NotFetched
from services.weather.feeds.private import may_lead_to

WITHIN_S: Final = 30.0


class Unfetched(Exception):
    """Nothing was had; `reason` is as a judgement has it."""

    def __init__(self, reason: dict[str, str]) -> None:
        super().__init__(reason["en"])
        self.reason = reason


def fetch(url: str, most: int) -> bytes:
    """The body at `url`, of at most `most` bytes.

    An address of one's own network may be named by a person; one on the web may not lead there.

    Raises:
        Unfetched: there was no answer, or none that is whole and small enough.
    """
    try:
        return asyncio.run(_get(url, most))
    except NotFetched as error:
        reason = {"code": "not-fetched", "element": "", **_both(error)}
        raise Unfetched(reason) from error


async def _get(url: str, most: int) -> bytes:
    async with Fetcher(limit=most, within_s=WITHIN_S) as fetcher:
        return (await fetcher.get(url, private=_is_private(url))).body


def _both(error: NotFetched) -> dict[str, Any]:
    return {"zh": error.reason.zh, "en": error.reason.en}


def _is_private(url: str) -> bool:
    """Whether the host that was named is in a private network itself."""
    try:
        found = socket.getaddrinfo(urlsplit(url).hostname, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError):
        return False
    return not any(may_lead_to(str(address[0]), private=False) for *_, address in found)
