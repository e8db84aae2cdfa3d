"""Who is told of an alert by their own channels: each person once, and nobody once it is taken."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events.fact import Ref
from events.ids import derive
from events.message import MessageRequested
from services.alerts.commands import AcknowledgeAlert, CloseAlert
from services.alerts.told import people_told
from services.ask import Ask
from services.clock import ManualClock
from services.decider import Rejected
from services.ids import new_id
from services.incidents.commands import (
    AssignIncident,
    CloseIncident,
    MergeIncident,
    ReportIncident,
    TakeIncident,
)
from services.log.load import load
from services.volunteers.commands import RegisterVolunteer
from tests.integration.edge import SKI, Edge, edge, enrol
from tests.integration.told import enrol_with
from tests.moments import NOON
from tests.receiver import receiver

pytestmark = pytest.mark.nats


async def asked(muster: Edge) -> list[MessageRequested]:
    events = await load(muster.node.nc, "ev.*.message.*.requested")
    return [event.data for event in events if isinstance(event.data, MessageRequested)]


async def leads(muster: Edge, person: str, *places: str) -> None:
    """Say what somebody leads who can be reached already."""
    known = muster.node.picture.people.volunteers[person]
    command = RegisterVolunteer(
        site=known.site,
        id=person,
        at=muster.node.clock.now(),
        by="test",
        name=known.name,
        latin=known.latin,
        role="team-leader",
        leads=places,
        channels=known.channels,
        contact=known.contact,
    )
    outcome = await muster.node.bus.send(Ask(command, new_id(), new_id()))
    await muster.node.reader.reached(outcome.seq)


async def pass_(muster: Edge, clock: ManualClock, minutes: float) -> None:
    await muster.settle()
    end = clock.now() + timedelta(minutes=minutes)
    while (wake := clock.next_wake()) is not None and wake <= end:
        clock.turn_to(wake)
        await muster.settle()
    clock.turn_to(end)
    await muster.settle()


async def test_each_person_is_told_once_and_nobody_after_it_was_taken(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    async with receiver() as server, edge(tmp_path, clock=clock, channels="http") as muster:
        for person in ("lead", "site-lead"):
            await enrol_with(muster.node, person, {"hook": server.at(person)})
        await enrol(muster, [("duty", "hq", "duty-officer", [])])
        await leads(muster, "lead", SKI)
        await leads(muster, "site-lead", "yanqing")
        said = await muster.admin.report(
            {"kind": "need-help", "venue": SKI, "text": "腿断了", "person": "lead"}
        )
        await muster.settle()
        # Who calls is not asked to come; nobody else leads there, so it goes up at once.
        assert [taken.path for taken in server.taken] == ["/site-lead"]
        await pass_(muster, clock, 60)
        assert [taken.path for taken in server.taken] == ["/site-lead"]
        assert "腿断了" in str(server.taken[0].body)
        [message] = await asked(muster)
        [alert] = muster.node.picture.alerts.rows
        assert (message.person, message.purpose) == ("site-lead", "need-help")
        assert message.about == Ref(kind="alert", id=alert)

        again = await muster.admin.report({"kind": "need-help", "venue": SKI, "text": "又一个"})
        await muster.settle()
        assert sorted(taken.path for taken in server.taken) == ["/lead", "/site-lead"]
        answer = await muster.admin.post(f"/incidents/{again['incident']}/take", {})
        assert answer.status_code == 200, answer.text
        await pass_(muster, clock, 60)
        assert len(server.taken) == 2
        assert server.twice == {}
        assert said["status"] == "accepted"


async def test_whoever_is_at_two_levels_is_told_at_the_first_only(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    async with receiver() as server, edge(tmp_path, clock=clock, channels="http") as muster:
        await enrol_with(muster.node, "lead", {"hook": server.at("lead")})
        await leads(muster, "lead", SKI, "yanqing")
        await muster.admin.report(
            {"kind": "incident", "severity": "severe", "text": "烟", "venue": SKI}
        )
        await pass_(muster, clock, 40)
        [message] = await asked(muster)
        assert message.purpose == "alert"
        assert [taken.path for taken in server.taken] == ["/lead"]
        [row] = muster.node.picture.alerts.rows.values()
        assert row.level >= 2


async def test_without_channels_nothing_is_asked_for_and_no_task_is_made(tmp_path: Path) -> None:
    async with edge(tmp_path) as muster:
        await enrol(muster, [("lead", "yanqing", "team-leader", [SKI])])
        await muster.admin.report(
            *[{"kind": "need-help", "venue": SKI, "text": str(n)} for n in range(20)]
        )
        await muster.settle()
        assert len(muster.node.picture.alerts.rows) == 20
        assert await asked(muster) == []
        raised = await load(muster.node.nc, "ev.*.alert.*.raised")
        assert [list(people_told(muster.node.picture, event)) for event in raised] == [[]] * 20


async def test_a_drill_tells_nobody_by_their_own_channels(tmp_path: Path) -> None:
    async with receiver() as server, edge(tmp_path, channels="http") as muster:
        await enrol_with(muster.node, "lead", {"hook": server.at("lead")})
        await leads(muster, "lead", SKI)
        command = ReportIncident(
            site="yanqing", id="drill-1", at=muster.node.clock.now(), by="trainer",
            category="need-help", severity="severe", text="演练", venue=SKI,
        )  # fmt: skip
        await muster.node.bus.send(Ask(command, derive("drill", "1"), "drill", drill=True))
        await muster.settle()
        rows = muster.node.picture.alerts.rows.values()
        assert [(row.drill, row.to) for row in rows] == [(True, ("lead",))]
        assert server.taken == []
        assert await asked(muster) == []


async def test_a_drill_neither_answers_nor_ends_what_is_real(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    async with edge(tmp_path, clock=clock) as muster:
        people: list[tuple[str, str, list[str]]] = [
            ("lead", "team-leader", [SKI]),
            ("p1", "medical", []),
        ]
        await enrol(muster, [(id, "yanqing", role, led) for id, role, led in people])
        said = await muster.admin.report(
            {"kind": "need-help", "venue": SKI, "text": "真的", "person": "p1"}
        )
        await muster.settle()
        before = muster.node.picture.incidents.rows[said["incident"]]
        [(alert, row)] = muster.node.picture.alerts.rows.items()
        await in_a_drill(muster, said["incident"], alert, before.site, row.site)
        await pass_(muster, clock, 20)
        shown = await muster.admin.picture()
        assert [call["incident"] for call in shown["need_help"]] == [said["incident"]]
        assert [(one["status"], one["level"]) for one in shown["alerts"]] == [("raised", 2)]
        after = muster.node.picture.incidents.rows[said["incident"]]
        assert after.status == "reported"


async def in_a_drill(muster: Edge, incident: str, alert: str, site: str, at: str) -> None:
    """Ask in a drill for everything that would answer or end a real call; all of it is refused."""
    who: dict[str, Any] = {"at": muster.node.clock.now(), "by": "trainer"}
    on: dict[str, Any] = {**who, "site": site, "id": incident}
    for number, command in enumerate(
        (
            TakeIncident(**on),
            AssignIncident(**on, to="somebody"),
            CloseIncident(**on, note="演练结束"),
            MergeIncident(**on, into="drill-2"),
            AcknowledgeAlert(**who, site=at, id=alert),
            CloseAlert(**who, site=at, id=alert),
        )
    ):
        ask = Ask(command, derive("drill", str(number)), "drill", drill=True)
        with pytest.raises(Rejected) as refusal:
            await muster.node.bus.send(ask)
        assert refusal.value.code in ("drill", "call-waits")
