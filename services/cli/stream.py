"""Follows a live stream, over cuts and restarts, from sequence to sequence."""

import json
import time
from collections.abc import Iterator
from typing import Any

from services.cli import words
from services.cli.client import API, AWAY, import_httpx, refusal
from services.cli.failure import Failure
from services.cli.session import Session

SILENCE_S = 45.0
"""Three of the server's pings missed: the connection is dead, whatever the machine believes."""

_WAIT_FIRST_S = 0.2
_WAIT_MAX_S = 5.0


def follow(
    session: Session, path: str, query: dict[str, Any], after: int
) -> Iterator[dict[str, Any]]:
    """Yield the data of each event after a sequence, once, in order, without end.

    The first connection must succeed, else Failure is raised. After that it is made again for as
    long as it takes, from the last sequence that was seen; a refusal still ends it.
    """
    httpx = import_httpx()
    last = after
    wait_s = _WAIT_FIRST_S
    reached = False
    while True:
        why = "bye"
        try:
            for seq, data in _stream(session, path, query, last):
                reached = True
                wait_s = _WAIT_FIRST_S
                if data is not None and seq > last:
                    last = seq
                    yield data
        except httpx.TransportError as error:
            if not reached:
                raise session.client.unreachable("GET", path, error) from error
            why = str(error) or type(error).__name__
        except _Away as away:
            if not reached:
                raise away.failure from None
            why = str(away.failure)
        session.note(words.CUT.fill(why=why))
        time.sleep(wait_s)
        wait_s = min(2 * wait_s, _WAIT_MAX_S)


class _Away(Exception):
    """Muster answers, and says that it cannot now."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


def _stream(
    session: Session, path: str, query: dict[str, Any], last: int
) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Yield (sequence, data) of one connection; first (`last`, None), when it is made."""
    from httpx_sse import connect_sse

    client = session.client.http()
    headers = {"last-event-id": str(last)}
    asked = {name: value for name, value in query.items() if value is not None}
    httpx = import_httpx()
    timeout = httpx.Timeout(SILENCE_S, connect=5.0)
    with connect_sse(
        client, "GET", API + path, params=asked, headers=headers, timeout=timeout
    ) as source:
        response = source.response
        if not response.is_success:
            response.read()
            answer = session.client.understand("GET", path, response)
            failure = refusal("GET", path, answer)
            raise _Away(failure) if answer.status in AWAY else failure
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            response.read()
            raise session.client.not_muster("GET", path, response)
        yield last, None
        for event in source.iter_sse():
            if event.event == "bye":
                return
            if event.data and event.id.isdigit():
                yield int(event.id), json.loads(event.data)
