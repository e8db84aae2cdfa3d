import asyncio
import time

from services.notifier.lane import Job, Lane


def job(number: int) -> Job:
    return Job(f"m{number}", "sms")


async def done(lane: Lane) -> None:
    while len(lane):
        await asyncio.sleep(0.005)


async def test_no_more_are_worked_on_at_once_than_its_width() -> None:
    busy, most = 0, 0

    async def work(_: Job) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.01)
        busy -= 1

    lane = Lane(3, 1000.0, work)
    for number in range(20):
        lane.put(0, job(number))
    await done(lane)
    assert most == 3


async def test_the_most_urgent_goes_first_and_equals_in_their_order() -> None:
    order: list[str] = []
    free = asyncio.Event()

    async def work(job: Job) -> None:
        await free.wait()
        order.append(job.message)

    lane = Lane(1, 1000.0, work)
    for number, urgency in enumerate([7, 7, 2, 0, 2]):
        lane.put(urgency, job(number))
    free.set()
    await done(lane)
    assert order == ["m3", "m2", "m4", "m0", "m1"]


async def test_sends_keep_the_pace_whoever_asks() -> None:
    async def work(_: Job) -> None:
        await lane.pace()

    lane = Lane(8, 50.0, work)
    began = time.monotonic()
    for number in range(11):
        lane.put(0, job(number))
    await done(lane)
    assert 0.2 <= time.monotonic() - began < 0.6


async def test_what_is_under_way_may_end_and_the_rest_is_left() -> None:
    ended: list[str] = []

    async def work(job: Job) -> None:
        await asyncio.sleep(0.05 if job.message == "m0" else 5)
        ended.append(job.message)

    lane = Lane(2, 1000.0, work)
    for number in range(5):
        lane.put(0, job(number))
    await asyncio.sleep(0.01)
    await lane.stop(0.2)
    assert ended == ["m0"]
    assert len(lane) == 0
