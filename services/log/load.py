"""Reading single aggregates and stretches straight from the server. For tools, retries and the
past:
a decision takes its state from memory, because here the server scans blocks (2 ms in a young log,
237 ms at two million events).
"""

from collections.abc import AsyncIterator

import nats.errors
import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg

from events.envelope import Event, decode
from events.subjects import ALL
from services.log.errors import LogUnavailable

_PAGE = 512


async def load(
    nc: Client, filter: str, *, after: int = 0, stream: str = "EV", timeout_s: float = 2.0
) -> list[Event]:
    """Return the events under a subject filter whose sequence is above `after`, in order.

    Creates no consumer on the server. Raises LogUnavailable.
    """
    pages = stretch(nc, filter, after=after, stream=stream, timeout_s=timeout_s)
    return [event async for event in pages]


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


def _event(message: Msg) -> Event:
    headers = message.headers or {}
    return decode(message.data, int(headers["Nats-Sequence"]))
