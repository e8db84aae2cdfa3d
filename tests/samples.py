"""One fact of every type, with every field said, so that nothing about its form goes unseen."""

from events.access import TokenCreated, TokenRevoked
from events.alert import AlertAcknowledged, AlertClosed, AlertEscalated, AlertRaised, Step
from events.deadline import DeadlineMet, DeadlineMissed, DeadlineSet
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
from events.place import SiteRegistered, VenueRegistered
from events.presence import PresenceReported, SafetyReported
from events.report import ReportSetAside
from events.rollcall import RollCallClosed, RollCallOpened
from events.run import ConditionFailed, RunEnded, RunStarted, RunStep, RunStepEnded
from events.volunteer import ShiftAssigned, ShiftCancelled, VolunteerChanged, VolunteerRegistered
from events.weather import (
    WarningArea,
    WarningCancelled,
    WarningExpired,
    WarningIssued,
    WarningMessage,
    WarningText,
    WarningUpdated,
    WeatherObserved,
)
from tests.moments import NOON, at

BLIZZARD = Text(zh="暴雪橙色预警", en="Blizzard, orange")
TRACK = Text(zh="国家雪车雪橇中心", en="National Sliding Centre")
HILL = Place(lat=40.5221, lon=115.7856)
STORM = Ref(kind="warning", id="w-cma-1")

MESSAGE = WarningMessage(
    sender="weather@example.org",
    identifier="1.2.156.0.1-202202041130",
    sent=at(-30),
    status="Actual",
    texts=(
        WarningText(
            language="zh-CN",
            event="暴雪",
            headline="延庆区发布暴雪橙色预警",
            description="未来六小时降雪量将达十毫米以上。",
            instruction="请减少外出。",
        ),
    ),
    severity="severe",
    urgency="Expected",
    certainty="Likely",
    colour="orange",
    hazard="blizzard",
    effective=at(-30),
    onset=NOON,
    expires=at(360),
    areas=(
        WarningArea(
            description="延庆区",
            polygons=(((40.4, 115.7), (40.6, 115.7), (40.6, 115.9), (40.4, 115.7)),),
            circles=((40.5, 115.8, 12.5),),
            geocodes=(("areacode", "110119"),),
        ),
    ),
    references=(("weather@example.org", "1.2.156.0.1-202202040900"),),
    venues=("sliding-centre",),
    deviations=("references-without-sent",),
)

SAMPLES: tuple[Fact, ...] = (
    SiteRegistered(name=Text(zh="延庆赛区", en="Yanqing zone"), reports_to="hq"),
    VenueRegistered(name=TRACK, place=HILL, adcode="110119"),
    VolunteerRegistered(name="李娜", latin="Li Na", role="medical", leads=("sliding-centre",)),
    VolunteerChanged(name="李娜", latin="Li Na", role="team-leader", leads=("yanqing",)),
    ShiftAssigned(shift="s-1", venue="sliding-centre", starts_at=NOON, ends_at=at(480)),
    ShiftCancelled(shift="s-1", reason="暴雪停赛"),
    PresenceReported(whereabouts="present", venue="sliding-centre", place=HILL, method="badge"),
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
    WarningIssued(message=MESSAGE),
    WarningUpdated(message=MESSAGE),
    WarningCancelled(message=MESSAGE),
    WarningExpired(expires=at(360)),
    WeatherObserved(
        temperature_c=-18.5,
        wind_ms=12.0,
        gust_ms=19.5,
        visibility_m=400.0,
        snow_depth_cm=35.0,
        text="吹雪",
    ),
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
    ),
    RollCallClosed(safe=1, need_help=1, unaccounted=("p-019",), note="p-019 已离园"),
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
    TokenCreated(role="responder", name="李娜的手机", sites=("yanqing",), sha256="0a" * 32),
    TokenRevoked(reason="手机丢失"),
    ReportSetAside(field="category", reason="未知类别 snow", body='{"category": "snow"}'),
)
