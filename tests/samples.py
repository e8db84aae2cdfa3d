"""One fact of every type, with every field said, so that nothing about its form goes unseen."""

from events.access import TokenCreated, TokenRevoked
from events.alert import AlertAcknowledged, AlertClosed, AlertEscalated, AlertRaised, Step
from events.care import CareAsked, CareEnded, CareTaken
from events.checkin import CheckInGiven
from events.day import DayChased, DayClosed, DayOpened
from events.deadline import DeadlineMet, DeadlineMissed, DeadlineSet
from events.details import DetailsRead
from events.fact import Fact, Place, Ref, Text
from events.incident import (
    IncidentAccepted,
    IncidentAssigned,
    IncidentClosed,
    IncidentContained,
    IncidentMerged,
    IncidentNoted,
    IncidentReopened,
    IncidentReported,
    IncidentResolved,
    IncidentTriaged,
)
from events.journey import (
    Itinerary,
    JourneyArrived,
    JourneyCancelled,
    JourneyDeparted,
    JourneyOverdue,
    JourneyPlanned,
    JourneyReplanned,
)
from events.lane import Helper
from events.message import (
    MessageBegun,
    MessageConfirmed,
    MessageDelivered,
    MessageFailed,
    MessageRequested,
    MessageUnknown,
)
from events.phase import PhaseDayBegun, PhasePlanned, RoleRule
from events.place import SiteRegistered, VenueRegistered
from events.presence import PresenceReported, SafetyReported
from events.reach import ReachJudged, ReachTested
from events.report import ReportSetAside
from events.rollcall import (
    LastKnown,
    RollCallClosed,
    RollCallExcused,
    RollCallOpened,
    RollCallReminded,
    RollCallReopened,
    RollCallWalkUpAdded,
    Scope,
)
from events.run import ConditionFailed, RunAwaited, RunEnded, RunStarted, RunStep, RunStepEnded
from events.sealed import Sealed, Topic
from events.swap import SwapAgreed, SwapDeclined, SwapDone, SwapFailed, SwapProposed
from events.volunteer import (
    GuardOverridden,
    LeaveApproved,
    LeaveWithdrawn,
    PersonErased,
    ShiftAssigned,
    ShiftCancelled,
    SwapStepTaken,
    TrainingRecorded,
    VolunteerChanged,
    VolunteerRegistered,
)
from tests.moments import NOON, at
from tests.weather_samples import BLIZZARD, HILL, STORM, TRACK, WEATHER


def sealed(topic: Topic) -> Sealed:
    """Return a box that nothing opens: its form is all that counts here."""
    return Sealed(owner="p-017", topic=topic, box="bm9uY2Vub25jZWNpcGhlcnRleHQ=")


COACH = Itinerary(
    origin="海淀校区",
    destination="sliding-centre",
    departs_at=NOON,
    arrives_at=at(150),
    margin_s=1800,
    vehicle="京A·12345",
    driver="王师傅",
    people=("p-017", "p-018"),
)

SAMPLES: tuple[Fact, ...] = (
    SiteRegistered(name=Text(zh="延庆赛区", en="Yanqing zone"), reports_to="hq"),
    VenueRegistered(
        name=TRACK,
        place=HILL,
        adcode="110119",
        outline=(
            Place(lat=40.52, lon=115.78),
            Place(lat=40.53, lon=115.78),
            Place(lat=40.53, lon=115.79),
        ),
        margin_m=1000.0,
    ),
    PhasePlanned(
        name=Text(zh="冬奥会", en="Games"),
        starts_at=at(-1440),
        ends_at=at(14_400),
        timezone="Asia/Shanghai",
        check_in_at="08:00",
        first_day_at=at(-1200),
        gates=("training", "leave", "two-channels"),
        rules=(
            RoleRule(
                role="medical", courses=("first-aid",), cold_below_c=-20.0, cold_hours_max=3.0
            ),
        ),
        work_hours_max=9.0,
        rest_hours_min=12.0,
    ),
    PhaseDayBegun(day="2022-02-04", due_at=at(60), passed_over=("2022-02-03",)),
    VolunteerRegistered(
        name="李娜",
        latin="Li Na",
        role="medical",
        leads=("sliding-centre",),
        languages=("zh", "en"),
        lead="p-001",
        helpers=(Helper(lane="mental-health", person="p-201"),),
        lanes=("training",),
        phases=("games",),
        channels=("sms", "wecom"),
        contact=sealed("contact"),
    ),
    VolunteerChanged(
        name="李娜",
        latin="Li Na",
        role="team-leader",
        leads=("yanqing",),
        languages=("zh", "fr"),
        lead="p-002",
        helpers=(Helper(lane="transport", person="p-202"),),
        lanes=("fitness",),
        phases=("test-events",),
        channels=("mail",),
        contact=sealed("contact"),
    ),
    TrainingRecorded(course="first-aid", valid_until=at(100_000)),
    LeaveApproved(leave="l-1", starts_at=at(-60), ends_at=at(14_400)),
    LeaveWithdrawn(leave="l-1", reason="校园管控"),
    ShiftAssigned(
        shift="s-1",
        venue="sliding-centre",
        starts_at=NOON,
        ends_at=at(480),
        role="information",
        air_c=-18.5,
        instead_of="p-018",
    ),
    ShiftCancelled(shift="s-1", reason="暴雪停赛"),
    GuardOverridden(shift="s-1", guards=("rest", "cold"), reason="无人可替，每小时轮换取暖"),
    SwapStepTaken(
        swap="w-1", step="held", shift="s-1", reason=Text(zh="休息不足", en="too little rest")
    ),
    PersonErased(reason="本人要求"),
    SwapProposed(giver="p-017", shift="s-1", taker="p-018", in_return="s-2"),
    SwapAgreed(person="p-018"),
    SwapDeclined(person="p-018", reason="有课"),
    SwapDone(),
    SwapFailed(reason=Text(zh="休息不足", en="too little rest")),
    PresenceReported(
        whereabouts="off-duty",
        venue="sliding-centre",
        place=HILL,
        method="post-code",
        detail=sealed("presence"),
    ),
    CheckInGiven(day="2022-02-04", sealed=sealed("check-in")),
    DayOpened(
        phase="games",
        day="2022-02-04",
        due_at=NOON,
        expected=("p-017", "p-018"),
        chase_at=at(60),
    ),
    DayChased(level=1, missing=("p-018",)),
    DayClosed(reported=1, missing=("p-018",)),
    CareAsked(lane="mental-health", sealed=sealed("care")),
    CareTaken(by="李老师"),
    CareEnded(by="李老师"),
    JourneyPlanned(plan=COACH, overdue_at=at(180)),
    JourneyReplanned(plan=COACH, overdue_at=at(240), reason="大雪封路"),
    JourneyDeparted(note="人齐发车"),
    JourneyArrived(venue="sliding-centre", people=("p-017",), note="一人中途下车"),
    JourneyOverdue(
        due_at=at(180),
        missing=("p-018",),
        last_known=Text(zh="12:10 在途", en="on the way at 12:10"),
    ),
    JourneyCancelled(reason="停运"),
    MessageRequested(
        person="p-017",
        purpose="channel-test",
        about=Ref(kind="reach", id="r-1"),
        channels=("sms", "wecom"),
        text=Text(zh="请点链接确认收到", en="Tap the link to say that you got this"),
        code="c-1",
    ),
    MessageBegun(person="p-017", channel="sms"),
    MessageDelivered(person="p-017", channel="sms"),
    MessageFailed(person="p-017", channel="wecom", reason="timeout"),
    MessageUnknown(person="p-017", channel="wecom"),
    MessageConfirmed(person="p-017", channel="sms"),
    ReachTested(day="2022-02-04", people=("p-017",), prove_by=at(60)),
    ReachJudged(day="2022-02-04", unproven=("p-017",), unreachable=("p-017",), shifts=("s-1",)),
    DetailsRead(topic="check-in", purpose="发热随访", lane="epidemic-prevention"),
    SafetyReported(answer="need-help", venue="sliding-centre", place=HILL, method="lead"),
    IncidentReported(
        category="fire",
        severity="moderate",
        text="B2 有烟",
        venue="sliding-centre",
        place=HILL,
        person="p-017",
    ),
    IncidentTriaged(severity="severe", category="fire"),
    IncidentAssigned(to="p-017"),
    IncidentAccepted(by="p-017"),
    IncidentContained(note="明火已灭"),
    IncidentResolved(note="现场已清理"),
    IncidentClosed(note="复查无异常"),
    IncidentReopened(reason="又冒烟了"),
    IncidentMerged(into="i-2"),
    IncidentNoted(text="两辆消防车到场", by="p-017"),
    *WEATHER,
    AlertRaised(
        severity="severe",
        title=BLIZZARD,
        body=Text(zh="请立即清点人员", en="Account for everyone now"),
        venue="sliding-centre",
        about=STORM,
        way_up=(
            Step(to=("p-017", "p-018"), answer_within_s=300),
            Step(to=("post:yanqing",), answer_within_s=600),
        ),
        answer_by=at(5),
    ),
    AlertAcknowledged(by="p-017", comment="已收到，正在清点"),
    AlertEscalated(level=1, to=("post:yanqing",)),
    AlertClosed(by="p-017", reason="预警解除"),
    RollCallOpened(
        title=Text(zh="暴雪点名", en="Blizzard roll call"),
        venue="sliding-centre",
        expected=("p-017", "p-018", "p-019"),
        about=STORM,
        scope=Scope(
            venue="sliding-centre", site="yanqing", role="medical", lane="epidemic-prevention"
        ),
        remind_after_s=300,
        remind_at=at(5),
    ),
    RollCallWalkUpAdded(person="p-020", name="张伟"),
    RollCallExcused(person="p-018", reason="leave"),
    RollCallReminded(round=1, remind_at=at(10)),
    RollCallClosed(
        safe=1,
        need_help=1,
        excused=1,
        unaccounted=("p-019",),
        last_known=(
            LastKnown(
                person="p-019",
                at=at(-30),
                venue="sliding-centre",
                whereabouts="left",
                method="badge",
            ),
        ),
        note="p-019 已离园",
    ),
    RollCallReopened(reason="还有一人未到"),
    RunAwaited(
        playbook="severe-weather",
        playbook_version=3,
        name=Text(zh="恶劣天气", en="Severe weather"),
        about=STORM,
        trigger="0191d5a0-0000-7000-8000-000000000001",
        venue="sliding-centre",
        due_at=at(30),
    ),
    RunStarted(
        playbook="severe-weather",
        playbook_version=3,
        name=Text(zh="恶劣天气", en="Severe weather"),
        about=STORM,
        trigger="0191d5a0-0000-7000-8000-000000000001",
        venue="sliding-centre",
        steps=(RunStep(name="alarm", action="alert", target=Ref(kind="alert", id="a-1")),),
    ),
    RunStepEnded(step="alarm", outcome="done", note="p-017 已确认"),
    RunEnded(),
    ConditionFailed(
        playbook="severe-weather",
        trigger="0191d5a0-0000-7000-8000-000000000001",
        reason="no such key: colour",
    ),
    DeadlineSet(name="answer", due_at=at(5)),
    DeadlineMet(name="answer"),
    DeadlineMissed(name="answer", due_at=at(5)),
    TokenCreated(
        role="responder",
        name="李娜的手机",
        sites=("yanqing",),
        sha256="0a" * 32,
        lanes=("mental-health",),
        person="p-017",
    ),
    TokenRevoked(reason="手机丢失"),
    ReportSetAside(field="mood", reason="未知心情", body="", sealed=sealed("set-aside")),
)
