"""Reading single aggregates and stretches straight from the server. For tools, retries, the past,
and what has left memory: a decision takes its state from memory, because here the server scans
blocks (2 ms in a young log, 237 ms at two million events).
"""

import asyncio
from collections.abc import AsyncIterator

import nats.errors
import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg

from events.envelope import Event, decode
from events.subjects import ALL
from services.log.errors import LogUnavailable

_PAGE = 512
_LOOKS = 20
_LOOK_AGAIN_S = 0.05


async def load(
    nc: Client, filter: str, *, after: int = 0, stream: str = "EV", timeout_s: float = 2.0
) -> list[Event]:
    """Return the events under a subject filter whose sequence is above `after`, in order.

    Creates no consumer on the server. Raises LogUnavailable.
    """
    pages = stretch(nc, filter, after=after, stream=stream, timeout_s=timeout_s)
    return [event async for event in pages]


async def load_whole(
    nc: Client, filter: str, *, stream: str = "EV", timeout_s: float = 2.0
) -> list[Event]:
    """Return every event under the filter of an aggregate that the server has, in order.

    The leader is asked first how many there are. So no more are asked for and the server does not
    look on to the end of the log for the next one (7 ms at 1.5 million events, not 20 to 200), and
    a replica that lags is noticed. Raises LogUnavailable.
    """
    there = await _count(nc, filter, stream, timeout_s)
    if there == 0:
        return []
    for _ in range(_LOOKS):
        page = min(there, _PAGE)
        pages = stretch(nc, filter, stream=stream, timeout_s=timeout_s, page=page)
        found = [event async for event in pages]
        if len(found) >= there:
            return found
        await asyncio.sleep(_LOOK_AGAIN_S)
    raise LogUnavailable(f"load {filter}: a replica does not show all {there} events")


async def stretch(
    nc: Client,
    filter: str,
    *,
    after: int = 0,
    stream: str = "EV",
    timeout_s: float = 2.0,
    page: int = _PAGE,
) -> AsyncIterator[Event]:
    """Yield events under a filter as `load` returns them, a page at a time."""
    inbox = nc.new_inbox()
    try:
        answers = await nc.subscribe(inbox)
    except nats.errors.Error as error:
        raise LogUnavailable(f"load {filter}: {type(error).__name__}: {error}") from error
    try:
        start = after + 1
        while start:
            ask = {"seq": start, "next_by_subj": filter, "batch": page}
            await nc.publish(f"$JS.API.DIRECT.GET.{stream}", orjson.dumps(ask), reply=inbox)
            start = 0
            while True:
                message = await answers.next_msg(timeout=timeout_s)
                headers = message.headers or {}
                status = headers.get("Status")
                if status == "204" and int(headers.get("Nats-Num-Pending", "0")):
                    start = int(headers["Nats-Last-Sequence"]) + 1
                if status in {"204", "404"}:
                    break
                if status:
                    raise LogUnavailable(f"load {filter}: {status} {headers.get('Description')}")
                yield _event(message)
    except (nats.errors.Error, TimeoutError) as error:
        raise LogUnavailable(f"load {filter}: {type(error).__name__}: {error}") from error
    finally:
        if not nc.is_closed:
            await answers.unsubscribe()


async def first_after(nc: Client, after: int, *, stream: str = "EV") -> Event | None:
    """Return the first event whose sequence is above `after`, None at the end of the log."""
    async for event in stretch(nc, ALL, after=after, stream=stream, page=1):
        return event
    return None


async def _count(nc: Client, filter: str, stream: str, timeout_s: float) -> int:
    """Return how many messages lie under a filter: the server knows without a scan (0.3 ms)."""
    ask = orjson.dumps({"subjects_filter": filter})
    try:
        answer = await nc.request(f"$JS.API.STREAM.INFO.{stream}", ask, timeout=timeout_s)
        state = orjson.loads(answer.data)["state"]
    except (nats.errors.Error, TimeoutError, KeyError) as error:
        raise LogUnavailable(f"count {filter}: {type(error).__name__}: {error}") from error
    return sum((state.get("subjects") or {}).values())


def _event(message: Msg) -> Event:
    headers = message.headers or {}
    return decode(message.data, int(headers["Nats-Sequence"]))
