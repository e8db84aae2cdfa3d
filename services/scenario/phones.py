"""The phones of a story: a server on this machine that messages are sent to, and nobody else's.

Each person's phone keeps where the link in its newest message leads, so that they can follow it.
"""

import asyncio
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import orjson

CHANNELS: Final = "http=16/1000"
"""The setting of a Muster that sends to these phones: nothing else is sent by any channel."""
_BODY_MAX: Final = 64 * 1024
_TAKEN: Final = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
_REFUSED: Final = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Phones:
    """Takes messages on a free port of 127.0.0.1; the path says whose phone it is."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._links: dict[str, str] = {}
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()

    def link(self, person: str) -> str | None:
        """Return the path of the link in somebody's newest message, None without one."""
        return self._links.get(person)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            path, length = _read_head(head)
            message = orjson.loads(await reader.readexactly(length))
            if link := message.get("link"):
                self._links[path.strip("/")] = urlsplit(link).path
            answer = _TAKEN
        except (ValueError, AttributeError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            answer = _REFUSED
        try:
            writer.write(answer)
            await writer.drain()
        except ConnectionError:
            pass  # whoever sent it does not wait for the answer any more
        finally:
            writer.close()


def _read_head(head: bytes) -> tuple[str, int]:
    """Return the path and the length of the body. Raises ValueError."""
    first, *lines = head.decode("latin-1").split("\r\n")
    _, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    length = int(headers.get("content-length", "0"))
    if not 0 < length <= _BODY_MAX:
        raise ValueError(f"read a message of {length} bytes")
    return path, length
