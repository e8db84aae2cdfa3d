"""A timeline: what people do and when, what must be heard of it and when, and nothing else.

    line = Timeline(muster, clock)
    line.at(0).reports(kind="need-help", venue="alpine-ski-centre")
    line.expect(between(0, 0), raised(venue="alpine-ski-centre", to=["lead"]))
    line.expect(between(5, 5), escalated(level=1))
    await line.run(until=8)

Minutes count from the beginning of the line. What is heard is read from the log afterwards: an
alert that nobody asked for fails the line, as does one that did not come in its time.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from services.clock import ManualClock
from tests.integration.edge import Caller, Edge

HEARD = ("raised", "acknowledged", "escalated", "closed")
SLACK_MIN = 0.02
"""An answer takes a moment even where the clock stands still."""


class Window(NamedTuple):
    """From when until when, in minutes, both included."""

    begins: float
    ends: float

    def holds(self, minute: float) -> bool:
        return self.begins - SLACK_MIN <= minute <= self.ends + SLACK_MIN


class Wanted(NamedTuple):
    """What an event of an alert must say; what is left out may be anything."""

    type: str
    said: Mapping[str, Any]

    def fits(self, heard: "Heard") -> bool:
        return heard.type == self.type and all(
            heard.said.get(name) == value for name, value in self.said.items()
        )


class Heard(NamedTuple):
    """An event of an alert as it came."""

    minute: float
    type: str
    said: Mapping[str, Any]


def between(begins: float, ends: float) -> Window:
    return Window(begins, ends)


def raised(**said: Any) -> Wanted:
    return Wanted("raised", said)


def escalated(**said: Any) -> Wanted:
    return Wanted("escalated", said)


def acknowledged(**said: Any) -> Wanted:
    return Wanted("acknowledged", said)


def closed(**said: Any) -> Wanted:
    return Wanted("closed", said)


@dataclass
class Timeline:
    """What happens to one Muster whose clock is turned by hand."""

    muster: Edge
    clock: ManualClock
    begins: datetime = field(init=False)
    _acts: list[tuple[float, int, Callable[[], Awaitable[None]]]] = field(default_factory=list)
    _expected: list[tuple[Window, Wanted]] = field(default_factory=list)
    _after: int = 0

    def __post_init__(self) -> None:
        self.begins = self.clock.now()

    def at(self, minute: float) -> "Moment":
        return Moment(self, minute)

    def expect(self, window: Window, wanted: Wanted) -> None:
        self._expected.append((window, wanted))

    def do(self, minute: float, act: Callable[[], Awaitable[None]]) -> None:
        self._acts.append((minute, len(self._acts), act))

    async def run(self, until: float) -> None:
        """Play everything, turn the clock to the end, and judge what was heard."""
        self._after = await self.muster.node.reader.catch_up()
        await self.muster.settle()
        for minute, _, act in sorted(self._acts):
            await self._reach(minute)
            await act()
            await self.muster.settle()
        await self._reach(until)
        self._judge(await self._heard())

    async def _reach(self, minute: float) -> None:
        moment = self.begins + timedelta(minutes=minute)
        while (wake := self.clock.next_wake()) is not None and wake <= moment:
            self.clock.turn_to(wake)
            await self.muster.settle()
        self.clock.turn_to(moment)
        await self.muster.settle()

    async def _heard(self) -> list[Heard]:
        page = await self.muster.admin.get(f"/events?kind=alert&after={self._after}&limit=1000")
        rows = self.muster.node.picture.alerts.rows
        found: list[Heard] = []
        for event in page.json()["events"]:
            type = event["type"].split(".")[2]
            if type in HEARD:
                row = rows[event["subject"].partition("/")[2]]
                data = event["data"]
                first = data["way_up"][0]["to"] if type == "raised" else []
                said = {"venue": row.venue, "severity": row.severity, "about": row.about.kind}
                said["to"] = data.get("to", first)
                found.append(Heard(self._minute(event["time"]), type, {**data, **said}))
        return found

    def _minute(self, moment: str) -> float:
        return (datetime.fromisoformat(moment) - self.begins).total_seconds() / 60

    def _judge(self, heard: list[Heard]) -> None:
        left = list(heard)
        story: list[str] = []
        failed = False
        for window, wanted in self._expected:
            match = next((h for h in left if window.holds(h.minute) and wanted.fits(h)), None)
            failed |= match is None
            mark = "✗" if match is None else "✓"
            story.append(
                f"{mark} {window.begins:g} to {window.ends:g} min: {wanted.type} {wanted.said}"
            )
            if match is not None:
                left.remove(match)
        story += [f"✗ nobody asked for: {h.minute:g} min: {h.type} {dict(h.said)}" for h in left]
        assert not failed, "\n" + "\n".join(story)
        assert not left, "\n" + "\n".join(story)


class Moment(NamedTuple):
    """A minute of a line, for what is done then."""

    line: Timeline
    minute: float

    def reports(self, **report: Any) -> None:
        async def act() -> None:
            said = await self.line.muster.admin.report(report)
            assert said["status"] == "accepted", said

        self.line.do(self.minute, act)

    def warns(self, document: Callable[[datetime], bytes]) -> None:
        """A CAP document comes; it is made for the moment at which it is sent."""

        async def act() -> None:
            answer = await self.line.muster.admin.post(
                "/cap", document(self.line.clock.now()), headers={"Content-Type": "text/xml"}
            )
            assert answer.status_code == 200, answer.text

        self.line.do(self.minute, act)

    def acknowledges(self, by: Caller, *, level: int | None = None) -> None:
        """Somebody owns every alert that nobody has answered."""

        async def act() -> None:
            rows = (await by.picture())["alerts"]
            ids = [row["id"] for row in rows if row["status"] == "raised"]
            assert ids, "there is no alert to acknowledge"
            assert level is None or {row["level"] for row in rows} == {level}
            for id in ids:
                answer = await by.post(f"/alerts/{id}/acknowledge", {"comment": "我去"})
                assert answer.status_code == 200, answer.text

        self.line.do(self.minute, act)

    def ends_incidents(self, by: Caller) -> None:
        """Somebody closes every incident that is open; one that is somebody's is resolved first."""

        async def act() -> None:
            for row in (await by.picture())["incidents"]:
                if row["status"] in ("accepted", "contained"):
                    await by.post(f"/incidents/{row['id']}/resolve", {"note": "找到了"})
                if row["ended_at"] is None:
                    answer = await by.post(f"/incidents/{row['id']}/close", {"note": "找到了"})
                    assert answer.status_code == 200, answer.text

        self.line.do(self.minute, act)

    def ends_roll_calls(self) -> None:
        """Somebody closes every roll call that is open: those missing have been found otherwise."""

        async def act() -> None:
            rows = (await self.line.muster.admin.picture())["roll_calls"]
            ids = [row["id"] for row in rows if row["closed_at"] is None]
            assert ids, "there is no roll call to close"
            for id in ids:
                answer = await self.line.muster.admin.post(f"/roll-calls/{id}/close", {})
                assert answer.status_code == 200, answer.text

        self.line.do(self.minute, act)

    def sees(self, look: Callable[[dict[str, Any]], bool], what: str) -> None:
        """The picture then is as it must be."""

        async def act() -> None:
            assert look(await self.line.muster.admin.picture()), f"{self.minute} min: not {what}"

        self.line.do(self.minute, act)
