"""A day of check-ins from its opening to its end, with real servers and a clock turned by hand."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events.alert import AlertRaised
from events.day import DayChased, DayClosed, DayOpened
from events.envelope import Event, decode, encode
from projections.alerts import Alert
from services.ask import Ask
from services.clock import ManualClock
from services.days.commands import TakeCare
from services.embedded import EmbeddedServer
from services.ids import new_id
from services.node import Node
from services.reactor import BUCKET
from tests.integration.mornings import (
    DAY,
    DUE,
    Told,
    begin,
    check_in,
    enrol,
    morning,
    turn,
)
from tests.servers import connect, messages

pytestmark = pytest.mark.nats

YANQING = f"games-{DAY}-yanqing"


@pytest.fixture
async def told() -> Told:
    return Told()


@pytest.fixture
async def node(nats_server: EmbeddedServer, tmp_path: Path, told: Told) -> AsyncIterator[Node]:
    async with morning(nats_server.endpoint.url, tmp_path, told) as running:
        await enrol(running, "lead", role="team-leader", leads=("yanqing",))
        yield running


async def logged(node: Node, kind: type[Any]) -> list[tuple[Event, Any]]:
    events = [decode(message.data or b"") for message in await messages(node.nc)]
    return [(event, event.data) for event in events if isinstance(event.data, kind)]


def event_text(event: Event) -> str:
    return encode(event).decode()


def alerts(node: Node) -> list[tuple[str, Alert]]:
    rows = node.picture.alerts.rows.values()
    return sorted((row.about.id, row) for row in rows if row.about.kind == "day")


async def test_a_day_opens_at_each_site_with_the_people_of_the_phase(node: Node) -> None:
    await enrol(node, "a", "b")
    await enrol(node, "c", phases=("games",))
    await enrol(node, "d", phases=("recruitment",))
    await enrol(node, "e", role="support")
    await enrol(node, "f", site="beijing")
    await begin(node)
    opened = {event.key: (event.site, fact) for event, fact in await logged(node, DayOpened)}
    assert {key: (site, fact.expected) for key, (site, fact) in opened.items()} == {
        YANQING: ("yanqing", ("a", "b", "c", "lead")),
        f"games-{DAY}-beijing": ("beijing", ("f",)),
    }
    fact = opened[YANQING][1]
    assert (fact.due_at, fact.chase_at) == (DUE, DUE + timedelta(hours=1))


async def test_a_whole_day_with_a_restart_in_the_middle(
    nats_server: EmbeddedServer, tmp_path: Path, told: Told
) -> None:
    clock = ManualClock(DUE)
    url = nats_server.endpoint.url
    async with morning(url, tmp_path, told, clock) as node:
        await enrol(node, "lead", role="team-leader", leads=("yanqing",))
        await enrol(node, "a", "b", "c", lead="lead")
        await check_in(node, "a", at=DUE - timedelta(hours=1))
        await begin(node)
        assert node.picture.days.reported(YANQING) == 1
        await check_in(node, "lead")
        await turn(node, 1)
        assert told.people() == ["b", "c"]
        await check_in(node, "b")
    clock.turn_to(DUE + timedelta(hours=2))
    async with morning(url, tmp_path, told, clock) as node:
        await node.settle()
        assert told.people() == ["b", "c", "c"]
        assert [request.purpose for request in told.requests] == ["check-in"] * 3
        await turn(node, 3)
        [(_, alert)] = alerts(node)
        assert alert.to == ("lead",)
        assert "1" in alert.title.en
        assert "志愿者c" in alert.body.zh
        await turn(node, 4)
        assert sorted(row.to[-1] for _, row in alerts(node)) == ["post:hq", "post:yanqing"]
        assert told.people() == ["b", "c", "c"]
        await turn(node, 15.9)
        assert not await logged(node, DayClosed)
        await turn(node, 16)
        [(_, closed)] = await logged(node, DayClosed)
        assert (closed.reported, closed.missing) == (3, ("c",))
        chased = [fact for _, fact in await logged(node, DayChased)]
        assert [(fact.level, fact.missing) for fact in chased] == [
            (1, ("b", "c")), (2, ("c",)), (3, ("c",)), (4, ("c",))
        ]  # fmt: skip
        assert len(node.wheels[-1]) == 0 or not [
            key for key in node.wheels[-1].keep()[0] if key[0] == "day"
        ]


async def test_when_everyone_has_reported_nobody_is_chased_and_the_day_still_ends(
    node: Node, told: Told
) -> None:
    await begin(node)
    await check_in(node, "lead")
    for hours in (1, 2, 5):
        await turn(node, hours)
    assert await logged(node, DayChased) == []
    assert told.requests == []
    await turn(node, 16)
    [(_, closed)] = await logged(node, DayClosed)
    assert (closed.reported, closed.missing) == (1, ())


async def test_the_last_one_to_report_closes_the_alerts_of_the_day(node: Node) -> None:
    await begin(node)
    for hours in (1, 2, 3, 4):
        await turn(node, hours)
    assert [row.status for _, row in alerts(node)] == ["raised", "raised"]
    await check_in(node, "lead")
    await node.settle()
    assert [row.status for _, row in alerts(node)] == ["closed", "closed"]
    assert node.picture.days.late[YANQING] == {"lead": True}


async def test_one_given_before_the_chase_and_told_after_it_finds_its_place(
    node: Node, told: Told
) -> None:
    await begin(node)
    await turn(node, 1)
    assert told.people() == ["lead"]
    await check_in(node, "lead", at=DUE - timedelta(minutes=1))
    assert node.picture.days.late[YANQING] == {}
    await turn(node, 2)
    assert told.people() == ["lead"]


async def test_two_phases_that_ask_for_one_day_ask_once(node: Node, told: Told) -> None:
    await begin(node)
    await begin(node, phase="para")
    await turn(node, 1)
    assert told.people() == ["lead"]


async def test_leads_of_a_large_site_get_one_alert_with_the_first_names(node: Node) -> None:
    await enrol(node, *(f"v{n:02}" for n in range(30)), lead="lead")
    await enrol(node, "other", role="team-leader")
    await enrol(node, "w", lead="other")
    await begin(node)
    for hours in (1, 2, 3):
        await turn(node, hours)
    [(_, alert)] = alerts(node)
    assert alert.to == ("lead", "other")
    assert "33" in alert.title.en
    assert alert.body.en.count("志愿者") == 10
    assert "and 23 more" in alert.body.en


async def test_a_lane_that_leaves_somebody_waiting_is_told_to_headquarters(
    node: Node, told: Told
) -> None:
    await enrol(node, "zhang", "zhao", role="support", lanes=("mental-health",))
    await enrol(node, "a", helpers=[("mental-health", "zhang")])
    await check_in(node, "a", "talk")
    await turn(node, 0.5)
    [(id, care)] = node.picture.cares.rows.items()

    def waiting() -> list[Alert]:
        rows = node.picture.alerts.rows.values()
        return [row for row in rows if row.about.kind == "lane"]

    [asked] = [row for row in node.picture.alerts.rows.values() if row.about.id == id]
    assert (asked.to, asked.site, care.site) == (("zhang",), "yanqing", "yanqing")
    await turn(node, 1.1)
    [asked] = [row for row in node.picture.alerts.rows.values() if row.about.id == id]
    assert asked.to == ("zhang", "zhao")
    assert waiting() == []
    await turn(node, 3)
    [alert] = waiting()
    assert (alert.site, alert.about.id, alert.to) == ("hq", "mental-health", ("post:hq",))
    [raised] = [event for event, _ in await logged(node, AlertRaised) if event.site == "hq"]
    said = event_text(raised)
    assert id not in said
    assert "yanqing" not in said
    taken = TakeCare(site="yanqing", id=id, at=node.clock.now(), by="zhao")
    await node.bus.send(Ask(taken, new_id(), new_id()))
    await node.settle()
    assert [row.status for row in waiting()] == ["closed"]


async def test_who_is_not_fine_where_nobody_serves_the_lane_is_told_to_headquarters(
    node: Node,
) -> None:
    await check_in(node, "lead", "talk")
    await turn(node, 0.5)
    assert [row.to for row in node.picture.alerts.rows.values() if row.site == "hq"] == [
        ("post:hq",)
    ]


async def test_a_check_in_is_looked_after_once_however_often_it_is_reacted_to(
    nats_server: EmbeddedServer, tmp_path: Path, told: Told
) -> None:
    url, clock = nats_server.endpoint.url, ManualClock(DUE)
    for _ in range(2):
        async with morning(url, tmp_path, told, clock) as node:
            if not node.picture.people.volunteers:
                await enrol(node, "a")
                await check_in(node, "a", "not-fine", temperature_c=39.0)
            await turn(node, 0.5)
            assert sorted(row.lane for row in node.picture.cares.rows.values()) == [
                "epidemic-prevention",
                "mental-health",
            ]
            assert len(node.picture.alerts.rows) == 4
        nc = await connect(url)
        await nc.jetstream().delete_key_value(BUCKET)  # as if nothing had been reacted to yet
        await nc.close()


async def test_reacting_again_changes_nothing(
    nats_server: EmbeddedServer, tmp_path: Path, told: Told
) -> None:
    url, clock = nats_server.endpoint.url, ManualClock(DUE)
    async with morning(url, tmp_path / "1", told, clock) as one:
        await enrol(one, "a", "b")
        await begin(one)
        async with morning(url, tmp_path / "2", told, clock) as two:
            await two.settle()
            clock.turn_to(DUE + timedelta(hours=1))
            for node in (one, two):
                await node.settle()
            assert told.people() == ["a", "b"]
            assert [fact.level for _, fact in await logged(one, DayChased)] == [1]
            assert len(await logged(one, DayOpened)) == 1
