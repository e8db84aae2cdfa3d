"""What may happen to a site's test of channels: once a day, judged when its time is over. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from events.alert import Step
from events.deadline import DeadlineMissed
from events.envelope import Event
from events.fact import Fact, Ref, Text
from events.ids import derive
from events.reach import PROVE, ReachFact, ReachJudged, ReachTested
from projections.picture import Picture
from projections.roster import Roster
from services.alerts.commands import RaiseAlert
from services.deadlines import MissDeadline
from services.decider import Decider, Rejected
from services.notifier.commands import (
    TEST_TEXT,
    BeginTest,
    JudgeTest,
    ReachCommand,
    RequestMessage,
)

NAMES_MAX = 20
"""People that an alert names."""
_ANSWER_S = 900
_BY = "service:notifier"


@dataclass(frozen=True, slots=True)
class ReachTest:
    """A test as far as a decision needs it."""

    day: str = ""
    people: tuple[str, ...] = ()
    """Who was asked, while it goes on."""
    prove_by: datetime | None = None
    """None when it has not begun, or is judged."""
    rounds: int = 0
    """How often it was judged."""


def decide(state: ReachTest, command: ReachCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case BeginTest():
            if state.prove_by is not None or (state.rounds and not command.again):
                return []
            return [ReachTested(day=command.day, people=command.people, prove_by=command.prove_by)]
        case JudgeTest():
            return _judge(state, command)
        case MissDeadline():
            return []  # The service makes JudgeTest of it: a rule does not know who answered.
        case unhandled:
            assert_never(unhandled)


def evolve(state: ReachTest, fact: Fact) -> ReachTest:
    """Return the test after one fact."""
    if not isinstance(fact, ReachFact):
        return state
    match fact:
        case ReachTested(day=day, people=people, prove_by=prove_by):
            return ReachTest(day, people, prove_by, state.rounds)
        case ReachJudged(day=day):
            return ReachTest(day, rounds=state.rounds + 1)
        case unhandled:
            assert_never(unhandled)


def _judge(state: ReachTest, command: JudgeTest) -> Sequence[Fact]:
    if state.prove_by is None:
        if state.rounds:
            return []
        raise Rejected(
            "unknown-test",
            zh=f"判定渠道测试 {command.id}：没有这次测试",
            en=f"judge channel test {command.id}: there is no such test",
            field="id",
        )
    if command.at < state.prove_by:
        return []
    return [
        DeadlineMissed(name=PROVE, due_at=state.prove_by),
        ReachJudged(
            day=state.day,
            unproven=command.unproven,
            unreachable=command.unreachable,
            shifts=command.shifts,
        ),
    ]


def over(state: ReachTest) -> bool:
    """Tell whether it is judged."""
    return state.rounds > 0 and state.prove_by is None


REACH: Decider[ReachTest, ReachCommand] = Decider("reach", ReachTest(), decide, evolve, over)


def channel_test(person: str, site: str, about: Ref, round: str, at: datetime) -> RequestMessage:
    """Return the message by which a person's channels are tested. `round` tells it from others."""
    return RequestMessage(
        site=site,
        id=derive(round, person, "channel-test"),
        at=at,
        by=_BY,
        person=person,
        purpose="channel-test",
        about=about,
        text=TEST_TEXT,
    )


def out_of_reach(
    picture: Picture, roster: Roster, event: Event, judged: ReachJudged, at: datetime
) -> RaiseAlert | None:
    """Return the alert to a site's leads and post about shifts whose people cannot be reached."""
    site = event.site
    if not judged.shifts:
        return None
    venues = [key for key, row in picture.places.venues.items() if row.site == site]
    leads = {lead for place in (site, *venues) for lead in roster.leads(place)}
    place = picture.places.sites.get(site)
    name = place.name if place else Text(zh=site, en=site)
    people = len(judged.unreachable)
    return RaiseAlert(
        site=site,
        id=derive(event.id, "out-of-reach"),
        at=at,
        by=_BY,
        severity="moderate",
        title=Text(
            zh=f"{name.zh}：{people} 名当班人员无法联系",
            en=f"{name.en}: {people} people on shift cannot be reached",
        ),
        body=_body(picture, judged),
        about=Ref(kind="reach", id=event.key),
        way_up=(
            Step(to=(*sorted(leads), f"post:{site}"), answer_within_s=_ANSWER_S),
            Step(to=("post:hq",), answer_within_s=_ANSWER_S),
        ),
    )


def _body(picture: Picture, judged: ReachJudged) -> Text:
    volunteers = picture.people.volunteers
    first = judged.unreachable[:NAMES_MAX]
    names = [volunteers[person].name if person in volunteers else person for person in first]
    more = len(judged.unreachable) - len(names)
    zh, en = "、".join(names), ", ".join(names)
    and_more = (f"，另有 {more} 人", f", and {more} more") if more else ("", "")
    return Text(
        zh=f"{judged.day} 的渠道测试：{len(judged.shifts)} 个班次受影响。"
        f"无法联系：{zh}{and_more[0]}。"
        f"可用渠道不足两个的共 {len(judged.unproven)} 人。",
        en=f"Channel test of {judged.day}: {len(judged.shifts)} shifts are at risk. Out of reach: "
        f"{en}{and_more[1]}. Fewer than two channels proven: {len(judged.unproven)} people.",
    )
