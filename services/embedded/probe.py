"""Does a nats-server's event store answer? Asked in the NATS protocol itself, in a few lines.

The client library is not used here: it holds on to a cancellation, and a start that is given up, or
a stop in the middle of a restart, must be able to end the question at any point.
"""

import asyncio
import json
from typing import Any

INBOX = "_INBOX.muster.probe"


async def store_answers(host: str, port: int, user: str, password: str, timeout_s: float) -> bool:
    """Tell whether JetStream answers its account's request for information within `timeout_s`."""
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(_question(user, password))
                return "error" not in await _answer(reader)
            finally:
                writer.close()
    except (OSError, EOFError, ValueError, TimeoutError):
        return False


def _question(user: str, password: str) -> bytes:
    options = json.dumps({"verbose": False, "pedantic": False, "user": user, "pass": password})
    lines = (f"CONNECT {options}", f"SUB {INBOX} 1", f"PUB $JS.API.INFO {INBOX} 0", "", "")
    return "\r\n".join(lines).encode()


async def _answer(reader: asyncio.StreamReader) -> dict[str, Any]:
    while True:
        line = (await reader.readuntil(b"\r\n")).decode()
        verb, *words = line.split()
        if verb == "MSG":
            answer: dict[str, Any] = json.loads(await reader.readexactly(int(words[-1])))
            return answer
        if verb not in ("INFO", "PING", "PONG", "+OK"):
            raise ValueError(f"ask the event store: {line.strip()}")
