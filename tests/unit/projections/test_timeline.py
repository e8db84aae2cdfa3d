import pytest
from hypothesis import given

from events.alert import AlertAcknowledged, AlertEscalated, AlertRaised, Step
from events.checkin import CheckInGiven
from events.deadline import DeadlineSet
from events.details import DetailsRead
from events.envelope import Event
from events.fact import Ref, Text
from events.incident import IncidentMerged, IncidentNoted
from events.journey import (
    Itinerary,
    JourneyArrived,
    JourneyDeparted,
    JourneyOverdue,
    JourneyPlanned,
    JourneyReplanned,
)
from events.message import MessageDelivered, MessageRequested
from events.rollcall import RollCallClosed
from events.run import RunEnded, RunStarted
from events.sealed import Sealed
from events.swap import SwapDone, SwapProposed
from projections.picture import StaleSnapshot
from projections.timeline import Timelines, entries
from tests.unit.projections.build import (
    at,
    incident,
    message,
    numbered,
    roll_call,
    safe,
    said,
    seen,
    shift,
    volunteer,
    warned,
)
from tests.unit.projections.histories import logs, thorough

WORDS = Text(zh="词", en="word")


def raised(id: str, about: Ref) -> Event:
    step = Step(to=("b",), answer_within_s=60)
    fact = AlertRaised(severity="minor", title=WORDS, body=WORDS, about=about, way_up=(step,))
    return said(fact, id, 2)


I1, W1 = Ref(kind="incident", id="i1"), Ref(kind="warning", id="w1")
RUN = RunStarted(playbook="p", playbook_version=1, name=WORDS, about=I1, trigger="t", steps=())
LOG = numbered(
    [
        volunteer("a"),  # 1
        shift("a", 0, 60),  # 2
        incident("i1", 1, person="a"),  # 3
        raised("a1", I1),  # 4
        said(DeadlineSet(name="answer", due_at=at(9)), "a1", 2, kind="alert"),  # 5
        said(AlertEscalated(level=1, to=("c",)), "a1", 3),  # 6
        said(AlertAcknowledged(by="c"), "a1", 4),  # 7
        raised("a2", W1),  # 8
        said(RUN, "u1", 5),  # 9
        said(RunEnded(), "u1", 6),  # 10
        roll_call("r1", 7, "a", "b", "a"),  # 11
        safe("a", 0, late=30),  # 12
        said(RollCallClosed(safe=1, need_help=0, unaccounted=("b",)), "r1", 31),  # 13
        incident("i2", 32),  # 14
        said(IncidentMerged(into="i1"), "i2", 33),  # 15
        said(IncidentNoted(text="n"), "i1", 34),  # 16
        seen("b", 35),  # 17
        warned("w1", message("m", 1)),  # 18
    ]
)


def timelines(log: list[Event]) -> Timelines:
    folded = Timelines()
    for event in log:
        folded.apply(event)
    return folded


def test_an_incident_has_its_own_events_its_alerts_its_runs_and_what_was_merged_into_it() -> None:
    assert timelines(LOG).incident("i1") == [3, 4, 6, 7, 9, 10, 15, 16]
    assert timelines(LOG).incident("i2") == [14, 15]
    assert timelines(LOG).incident("i9") == []


def test_a_person_has_shifts_evidence_incidents_about_them_and_roll_calls() -> None:
    assert timelines(LOG).person("a") == [1, 2, 3, 11, 12, 13, 16]
    assert timelines(LOG).person("b") == [11, 13, 17]
    assert timelines(LOG).person("z") == []


def test_entries_are_in_the_order_things_happened() -> None:
    log = [event for event in LOG if event.seq in timelines(LOG).person("a")]
    rows = entries(log)
    assert [row["seq"] for row in rows] == [1, 2, 12, 3, 11, 13, 16]
    late = rows[2]
    assert (late["type"], late["late_by_s"]) == ("presence.safety-reported", 1800)
    assert late["what"] == {"zh": "报平安（本人报告）", "en": "safe (own report)"}
    assert late["subject"] == {"kind": "presence", "id": "a"}
    assert rows[4]["data"] == {"title": {"zh": "点名", "en": "Roll call"}, "venue": "alpine"}


def test_a_person_has_journeys_swaps_messages_check_ins_and_who_read_their_details() -> None:
    plan = Itinerary(
        origin="campus",
        destination="alpine",
        departs_at=at(0),
        arrives_at=at(60),
        people=("a", "b"),
    )
    fewer = plan.model_copy(update={"people": ("a", "c")})
    sealed = Sealed(owner="a", topic="check-in", box="secret")
    asked = MessageRequested(
        person="a", purpose="swap", about=I1, channels=("mail",), text=WORDS, code="k7"
    )
    log = numbered(
        [
            said(JourneyPlanned(plan=plan, overdue_at=at(90)), "j1", 1),  # 1
            said(JourneyReplanned(plan=fewer, overdue_at=at(90), reason="x"), "j1", 2),  # 2
            said(JourneyDeparted(), "j1", 3),  # 3
            said(JourneyArrived(venue="alpine", people=("c",)), "j1", 4),  # 4
            said(JourneyOverdue(due_at=at(90), missing=("a",), last_known=WORDS), "j1", 90),  # 5
            said(SwapProposed(giver="b", shift="s", taker="a"), "s1", 91),  # 6
            said(SwapDone(), "s1", 92),  # 7
            said(SwapDone(), "s1", 93),  # 8
            said(CheckInGiven(day="2022-02-13", sealed=sealed), "a", 94),  # 9
            said(DetailsRead(topic="check-in", purpose="care"), "a", 95),  # 10
            said(asked, "m1", 96),  # 11
            said(MessageDelivered(person="a", channel="mail"), "m1", 97),  # 12
        ]
    )
    found = timelines(log)
    assert found.person("a") == [1, 2, 3, 5, 6, 7, 9, 10, 11, 12]
    assert found.person("b") == [1, 2, 6, 7]
    assert found.person("c") == [2, 3, 4]
    shown = str(entries(log))
    assert "secret" not in shown, "what is sealed is its lane's"
    assert "k7" not in shown, "the code proves that the message came"
    assert Timelines.load(found.snapshot()).snapshot() == found.snapshot()


def test_whom_a_closed_roll_call_asked_for_is_forgotten() -> None:
    assert b'"expected":{"r1":["a","b"]}' in timelines(LOG[:12]).snapshot()
    assert b'"expected":{}' in timelines(LOG).snapshot()


@thorough
@given(logs)
def test_applying_again_and_reading_back_a_snapshot_change_nothing(log: list[Event]) -> None:
    once = timelines(log)
    kept = once.snapshot()
    for event in log:
        once.apply(event)
    assert once.snapshot() == kept
    half = timelines(log[: len(log) // 2])
    resumed = Timelines.load(half.snapshot())
    for event in log:
        resumed.apply(event)
    assert resumed.snapshot() == kept


@thorough
@given(logs)
def test_an_incidents_own_events_are_all_in_its_timeline(log: list[Event]) -> None:
    folded = timelines(log)
    for key in ("i0", "i1"):
        own = {event.seq for event in log if (event.kind, event.key) == ("incident", key)}
        assert own <= set(folded.incident(key))
        assert folded.incident(key) == sorted(set(folded.incident(key)))


@pytest.mark.parametrize("damage", [b"{", b'{"seq": "x"}', b'{"schema": 99}'])
def test_a_snapshot_that_cannot_be_read_says_so(damage: bytes) -> None:
    with pytest.raises(StaleSnapshot, match="load timelines"):
        Timelines.load(damage)
