"""A server on loopback that answers as feeds do, well or badly."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Page = Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Asked:
    """A request: its path, and its headers in lower case."""

    path: str
    headers: dict[str, str]


@dataclass
class FeedServer:
    """Pages by path. What was asked is counted; `last` keeps the last request of each path."""

    port: int = 0
    pages: dict[str, Page] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    last: dict[str, Asked] = field(default_factory=dict)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def says(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> None:
        """Let a path answer so from now on."""
        content = body.encode() if isinstance(body, str) else body

        async def page(_: Asked, writer: asyncio.StreamWriter) -> None:
            answer(writer, status, content, headers)

        self.pages[path] = page

    def changes(self, path: str, body: bytes | str, etag: str) -> None:
        """Let a path answer 304 to whoever has this."""
        content = body.encode() if isinstance(body, str) else body

        async def page(asked: Asked, writer: asyncio.StreamWriter) -> None:
            same = asked.headers.get("if-none-match") == etag
            answer(writer, 304 if same else 200, b"" if same else content, {"ETag": etag})

        self.pages[path] = page


def answer(writer: asyncio.StreamWriter, status: int, body: bytes, headers: dict[str, str]) -> None:
    """Write a whole answer; `_` in a header's name is a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    said = {"Content-Length": str(len(body)), "Connection": "close", **named}
    lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in said.items())]
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)


@asynccontextmanager
async def feed_server(tls: ssl.SSLContext | None = None) -> AsyncIterator[FeedServer]:
    """Run a server until the test ends."""
    served = FeedServer()
    serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_serve(served, reader, writer))
        serving[task] = writer
        task.add_done_callback(lambda done: serving.pop(done).close())

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        for task, writer in list(serving.items()):
            task.cancel()
            writer.transport.abort()
        await asyncio.gather(*serving, return_exceptions=True)
        await asyncio.sleep(0)


async def _serve(
    served: FeedServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("iso-8859-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        asked = Asked(head[0].split(" ")[1], headers)
        served.asked[asked.path] += 1
        served.last[asked.path] = asked
        page = served.pages.get(asked.path)
        if page is None:
            answer(writer, 404, b"nothing here", {})
        else:
            await page(asked, writer)
        await writer.drain()
