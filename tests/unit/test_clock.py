import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.clock import ManualClock, ScaledClock, SystemClock
from tests.moments import NOON, at


async def test_a_manual_clock_stands_still_until_it_is_turned() -> None:
    clock = ManualClock(NOON.astimezone(timezone(timedelta(hours=8))))
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC
    await asyncio.sleep(0.01)
    assert clock.now() == NOON
    clock.turn_by(timedelta(minutes=5))
    clock.turn_to(at(1))
    assert clock.now() == at(5)


async def test_sleepers_wake_in_the_order_of_their_moments() -> None:
    clock = ManualClock(NOON)
    woken: list[int] = []

    async def sleep(minutes: int) -> None:
        await clock.sleep_until(at(minutes))
        woken.append(minutes)

    tasks = [asyncio.create_task(sleep(minutes)) for minutes in (3, 1, 2, 9)]
    await asyncio.sleep(0)
    assert clock.next_wake() == at(1)
    clock.turn_to(at(5))
    await asyncio.sleep(0.01)
    assert woken == [1, 2, 3]
    tasks[3].cancel()
    await asyncio.sleep(0)
    assert clock.next_wake() is None


async def test_a_moment_that_is_past_is_not_waited_for() -> None:
    for clock in (ManualClock(NOON), SystemClock(), ScaledClock(NOON, 10)):
        await asyncio.wait_for(clock.sleep_until(at(-1)), 1)


async def test_a_scaled_clock_runs_as_fast_as_it_says() -> None:
    clock = ScaledClock(NOON, 3600)
    began = datetime.now(UTC)
    await asyncio.wait_for(clock.sleep_until(at(3)), 5)
    spent = (datetime.now(UTC) - began).total_seconds()
    assert spent == pytest.approx(180 / 3600, abs=0.5)
    assert clock.now() >= at(3)
