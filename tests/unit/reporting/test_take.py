import asyncio
import gc
import weakref
from functools import partial
from typing import Any, cast

import pytest

from services.problems import Problem
from services.reporting.doubts import Reporter
from services.reporting.draft import Refusal
from services.reporting.take import SHARE, Taker, Taking, _Sent
from services.reporting.told import Accepted

ME = Reporter("reporter:desk")


class Paper:
    """Begins reports without a log: each is a future its test settles, or a refusal."""

    def __init__(self) -> None:
        self.stored: list[asyncio.Future[list[int]]] = []

    def begin(self, report: Any, _: Reporter) -> Any:
        if report == "bad":
            return Refusal(report, Problem("no", "", "不", "no"))
        stored: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
        self.stored.append(stored)
        return _Sent(Accepted(report, f"event-{report}", None, ()), stored)


def taking(paper: Paper, *reports: str) -> Taking:
    return Taking(cast("Taker", paper), reports, ME)


async def test_reports_are_begun_a_share_at_a_time() -> None:
    paper = Paper()
    long = taking(paper, *map(str, range(SHARE + 3)))
    assert long.go_on(SHARE) == SHARE == len(paper.stored)
    assert not long.all_begun
    assert long.go_on(SHARE) == 3
    assert long.all_begun


async def test_answers_are_there_when_the_last_of_them_is() -> None:
    paper, called = Paper(), []
    some = taking(paper, "a", "bad", "c")
    some.go_on(SHARE)
    some.then(lambda: called.append(1))
    paper.stored[1].set_result([9])
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not called
    paper.stored[0].set_result([8])
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert called == [1]
    answers = some.answers("http")
    assert [answer["status"] for answer in answers] == ["accepted", "rejected", "accepted"]
    assert [answer.get("seq") for answer in answers] == [8, None, 9]


async def test_nothing_to_take_is_answered_at_once() -> None:
    called: list[int] = []
    taking(Paper()).then(lambda: called.append(1))
    assert called == [1]


async def test_what_fails_unforeseen_is_heard_by_whoever_asks_for_the_answers() -> None:
    paper = Paper()
    one = taking(paper, "a")
    one.go_on(SHARE)
    paper.stored[0].set_exception(ZeroDivisionError())
    await one.answered()
    with pytest.raises(ZeroDivisionError):
        one.answers("http")


async def test_what_was_answered_leaves_nothing_to_the_collector() -> None:
    """Thousands a second would: a sixth of the processor's time went there."""
    gc.collect()
    gc.disable()
    try:
        paper = Paper()
        one = taking(paper, "a")
        one.go_on(SHARE)
        called = partial(one.answers, "http")  # as its caller does: refers to what it waits for
        one.then(cast("Any", called))
        del called
        paper.stored[0].set_result([1])
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        gone = weakref.ref(one)
        del one
        assert gone() is None
    finally:
        gc.enable()
