import asyncio
from typing import Any

import pytest

from events.alert import AlertAcknowledged, AlertRaised, Step
from events.fact import Ref, Severity, Text
from projections.picture import Picture
from services.gateway.hub import Hub, Listener, Notice, Topics, Wanted
from tests.unit.projections.build import said, seen


def told(
    seq: int, site: str = "yanqing", venue: str | None = "alpine", severity: Severity = "severe"
) -> Notice:
    return Notice(seq, site, venue, severity, b"", "c")


@pytest.mark.parametrize(
    ("wanted", "takes"),
    [
        (Wanted(), True),
        (Wanted(frozenset({"yanqing"})), True),
        (Wanted(frozenset({"beijing"})), False),
        (Wanted(frozenset()), False),
        (Wanted(venue="alpine"), True),
        (Wanted(venue="oval"), False),
        (Wanted(severity="extreme"), False),
        (Wanted(severity="severe"), True),
        (Wanted(severity="unknown"), True),
    ],
)
def test_a_listener_gets_what_was_asked_for(wanted: Wanted, takes: bool) -> None:
    assert wanted.takes(told(1)) is takes


async def test_a_listener_that_falls_behind_gets_what_came_before_the_gap_and_no_more() -> None:
    listener = Listener(Wanted(), backlog=3)
    for seq in range(1, 6):
        listener.offer(told(seq))
    assert listener.dropped
    assert [one.seq for one in await listener.next(0)] == [1, 2, 3]


async def test_a_listener_is_woken_without_news() -> None:
    listener = Listener(Wanted(), backlog=3)
    waiting = asyncio.create_task(listener.next(10))
    await asyncio.sleep(0)
    listener.wake()
    assert await asyncio.wait_for(waiting, 1) == []


def raised(id: str, seq: int) -> Any:
    fact = AlertRaised(
        severity="severe",
        title=Text(zh="暴雪", en="Blizzard"),
        body=Text(zh="避险", en="Shelter"),
        venue="alpine",
        about=Ref(kind="warning", id="w"),
        way_up=(Step(to=("a",), answer_within_s=60),),
    )
    return said(fact, id, seq=seq)


def test_what_is_no_longer_kept_must_be_read_from_the_log() -> None:
    picture = Picture()
    hub = Hub(picture, keep=3)
    for seq in range(1, 6):
        event = raised(f"a{seq}", seq)
        picture.apply(event)
        hub.apply(event)
    assert [one.seq for one in hub.recent_after(2) or []] == [3, 4, 5]
    assert hub.recent_after(1) is None
    assert hub.recent_after(5) == []
    hub.begin_at(4)
    assert hub.recent_after(3) is None


async def test_the_hub_tells_of_alerts_only_and_to_who_asked() -> None:
    picture = Picture()
    hub = Hub(picture, keep=3)
    near, far = hub.join(Wanted(), 9), hub.join(Wanted(frozenset({"beijing"})), 9)
    gone = hub.join(Wanted(), 9)
    hub.leave(gone)
    for event in (
        raised("a", 1),
        seen("a", 1)._replace(seq=2),
        said(AlertAcknowledged(by="li"), "a", 2, seq=3),
    ):
        picture.apply(event)
        hub.apply(event)
    assert [one.seq for one in await near.next(0.01)] == [1, 3]
    assert await far.next(0.01) == await gone.next(0.01) == []
    assert len(hub) == 2


async def test_topics_say_what_changed_since() -> None:
    topics = Topics()
    topics.apply(seen("a", 0)._replace(seq=5))
    topics.apply(raised("a", 9))
    assert topics.since(0) == ["alerts", "people"]
    assert topics.since(5) == ["alerts"]
    assert topics.since(9) == []
    waiting = asyncio.create_task(topics.wait(9, 10))
    await asyncio.sleep(0)
    assert not waiting.done()
    topics.wake()
    await asyncio.wait_for(waiting, 1)
