"""JetStream's management API as plain JSON.

The client's own models drop the settings they do not know and send defaults for those left out, so
comparing and updating through them would hide one weakness and create another.
"""

import json
from typing import Any

from nats.aio.client import Client

TIMEOUT_S = 5.0
STREAM_NOT_FOUND = 10059
CONSUMER_NOT_FOUND = 10014


class Refused(Exception):
    """JetStream answered with an error; `err_code` is its number for the reason."""

    def __init__(self, attempt: str, error: dict[str, Any]) -> None:
        self.err_code = int(error.get("err_code", 0))
        reason = error.get("description", "no reason given")
        super().__init__(
            f"{attempt}: {reason} (JetStream error {self.err_code})"
            f" / JetStream 拒绝了请求，错误码 {self.err_code}"
        )


async def request(nc: Client, subject: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask `$JS.API.<subject>` and return its answer.

    Raises Refused on an error in the answer, and the client's NoRespondersError or TimeoutError
    when JetStream is not there.
    """
    payload = b"" if body is None else json.dumps(body).encode()
    message = await nc.request(f"$JS.API.{subject}", payload, timeout=TIMEOUT_S)
    answer: dict[str, Any] = json.loads(message.data)
    if "error" in answer:
        raise Refused(f"request {subject}", answer["error"])
    return answer


async def find(nc: Client, subject: str, missing: int) -> dict[str, Any] | None:
    """Ask for something that may not exist; None when the answer is the error `missing`."""
    try:
        return await request(nc, subject)
    except Refused as error:
        if error.err_code == missing:
            return None
        raise
