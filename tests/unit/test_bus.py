"""What another process could not do is raised here as it was there."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from nats.aio.client import Client

from services.ask import Ask
from services.bus import Bus
from services.kept import DocumentsFull
from services.log import LogFull, LogUnavailable
from services.weather.commands import AskFeed
from tests.moments import NOON


class Away:
    """A process that decides every command by the same failure."""

    def __init__(self, error: Exception) -> None:
        self._there = Bus(cast("Client", None))
        self._there.serve("feed", self._fail, AskFeed.model_validate)
        self._error = error

    async def _fail(self, _: Ask) -> Any:
        raise self._error

    async def request(self, _: str, body: bytes, **__: Any) -> Any:
        answer = await self._there.answer("feed", body)
        return SimpleNamespace(data=answer.model_dump_json().encode())


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (LogFull("append: maximum bytes"), LogFull),
        (DocumentsFull("keep document: maximum bytes"), DocumentsFull),
        (LogUnavailable("append: timeout"), LogUnavailable),
        (RuntimeError("a defect"), LogUnavailable),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_why_it_was_not_decided_comes_over_nats(error: Exception, raised: type) -> None:
    bus = Bus(cast("Client", Away(error)))
    command = AskFeed(site="hq", id="one", at=NOON, by="somebody")
    with pytest.raises(Exception, match=str(error)) as caught:
        await bus.send(Ask(command, "a", "a"))
    assert caught.type is raised
