"""A start that the log's going away cut off is begun anew, and not for ever."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import nats.errors
import pytest

from services import starting
from services.log import LogBroken, LogUnavailable
from services.node import Node
from services.starting import STARTS_MAX, started


class Starts:
    """Nodes whose start fails so many times, and how many of them were let go of."""

    def __init__(self, failures: int, error: Exception) -> None:
        self._left = failures
        self._error = error
        self.made = 0
        self.stopped = 0

    @asynccontextmanager
    async def make(self) -> AsyncIterator[Node]:
        self.made += 1
        try:
            yield cast("Node", self)
        finally:
            self.stopped += 1

    async def start(self) -> None:
        if self._left:
            self._left -= 1
            raise self._error


async def which(node: Any) -> int:
    made: int = node.made
    return made


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "_PAUSE_S", 0)


@pytest.mark.parametrize(
    "error", [nats.errors.OutboundBufferLimitError(), LogUnavailable("append"), TimeoutError()]
)
async def test_it_begins_again_with_nothing_of_before(error: Exception) -> None:
    starts = Starts(2, error)
    async with started(starts.make, which) as (_, made):
        assert (made, starts.made, starts.stopped) == (3, 3, 2)
    assert starts.stopped == 3


async def test_it_gives_up_in_the_end() -> None:
    starts = Starts(STARTS_MAX, nats.errors.NoRespondersError())
    with pytest.raises(nats.errors.NoRespondersError):
        async with started(starts.make, which):
            pass
    assert (starts.made, starts.stopped) == (STARTS_MAX, STARTS_MAX)


async def test_a_broken_log_is_not_tried_again() -> None:
    starts = Starts(1, LogBroken("it was rewound"))
    with pytest.raises(LogBroken):
        async with started(starts.make, which):
            pass
    assert (starts.made, starts.stopped) == (1, 1)


async def test_what_fails_while_it_runs_is_no_start() -> None:
    starts = Starts(0, TimeoutError())
    with pytest.raises(TimeoutError):
        async with started(starts.make, which):
            raise TimeoutError
    assert (starts.made, starts.stopped) == (1, 1)
