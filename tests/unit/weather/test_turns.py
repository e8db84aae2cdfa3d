"""What has something in common takes turns, and nothing else waits."""

import asyncio

import pytest

from services.log import LogUnavailable
from services.weather.turns import Turns


async def test_only_what_has_something_in_common_waits() -> None:
    turns, log, go = Turns(5), [], asyncio.Event()

    async def one(name: str, *things: str) -> None:
        async with turns.of(lambda: set(things)):
            log.append(name)
            await go.wait()

    tasks = [
        asyncio.create_task(one(name, *things))
        for name, *things in (("a", "x"), ("b", "y"), ("c", "x", "z"), ("d", "z"), ("e", "y", "x"))
    ]
    await asyncio.sleep(0.01)
    assert log == ["a", "b", "d"]
    go.set()
    await asyncio.gather(*tasks)
    assert sorted(log) == ["a", "b", "c", "d", "e"]


async def test_what_is_touched_is_asked_again_after_a_wait() -> None:
    turns, wanted, log = Turns(5), {"x"}, []
    release, other = asyncio.Event(), asyncio.Event()

    async def hold(thing: str, until: asyncio.Event) -> None:
        async with turns.of(lambda: {thing}):
            await until.wait()

    async def late() -> None:
        async with turns.of(lambda: set(wanted)):
            log.append("late")

    tasks = [
        asyncio.create_task(hold("x", release)),
        asyncio.create_task(hold("y", other)),
        asyncio.create_task(late()),
    ]
    await asyncio.sleep(0.01)
    wanted.add("y")
    release.set()
    await asyncio.sleep(0.01)
    assert log == []
    other.set()
    await asyncio.gather(*tasks)
    assert log == ["late"]


async def test_who_fails_lets_go() -> None:
    turns = Turns(5)
    with pytest.raises(ValueError, match="broken"):
        async with turns.of(lambda: {"x"}):
            raise ValueError("broken")
    async with turns.of(lambda: {"x"}):
        pass


async def test_nobody_waits_for_ever() -> None:
    turns = Turns(0.05)
    async with turns.of(lambda: {"x"}):
        with pytest.raises(LogUnavailable):
            async with turns.of(lambda: {"x"}):
                raise AssertionError("it was held")
    async with turns.of(lambda: {"x"}):
        pass
