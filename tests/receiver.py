"""A server that takes messages over HTTP, well or badly. It listens on loopback only."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple


class Taken(NamedTuple):
    """A request that came in whole."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def key(self) -> str:
        return self.headers.get("idempotency-key", "")


Behave = Callable[[Taken], Awaitable[int | None]]
"""Returns the status to answer with; None hangs up without a word."""


async def well(_: Taken) -> int | None:
    return 200


class Receiver:
    """Takes every POST and remembers it before it answers."""

    def __init__(self, behave: Behave = well) -> None:
        self.behave = behave
        self.taken: list[Taken] = []
        self.port = 0
        self.serving: set[asyncio.Task[Any]] = set()

    def at(self, path: str = "", host: str = "127.0.0.1") -> str:
        """Return an address of it."""
        return f"http://{host}:{self.port}/{path}"

    @property
    def twice(self) -> dict[str, int]:
        """Idempotency keys that came more than once, with how often."""
        counted = Counter(taken.key for taken in self.taken)
        return {key: n for key, n in counted.items() if n > 1}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.serving.add(task)
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.serving.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while taken := await self._read(reader):
            self.taken.append(taken)
            status = await self.behave(taken)
            if status is None:
                return
            writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n".encode())
            await writer.drain()

    async def _read(self, reader: asyncio.StreamReader) -> Taken | None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        lines = (line.partition(":") for line in head[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in lines}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Taken(head[0].split(" ")[1], headers, json.loads(body or b"{}"))


@asynccontextmanager
async def receiver(behave: Behave = well) -> AsyncIterator[Receiver]:
    """Run one."""
    made = Receiver(behave)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in list(made.serving):
            task.cancel()
        if made.serving:
            await asyncio.wait(made.serving, timeout=2)
