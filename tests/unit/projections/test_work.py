"""Incidents, alerts, runs and what was set aside, as they are read."""

from typing import Any

from events.alert import AlertAcknowledged, AlertClosed, AlertEscalated, AlertRaised, Step
from events.deadline import DeadlineMet, DeadlineMissed, DeadlineSet
from events.envelope import Event
from events.fact import Ref, Severity, Text
from events.incident import (
    IncidentAccepted,
    IncidentAssigned,
    IncidentClosed,
    IncidentMerged,
    IncidentNoted,
    IncidentTriaged,
)
from events.report import ReportSetAside
from events.run import ConditionFailed, RunEnded, RunStarted, RunStep, RunStepEnded
from projections.aside import REPORTS_KEPT
from projections.runs import FAILURES_KEPT
from projections.view import view
from tests.unit.projections.build import at, incident, picture, said, site, venue

WORDS = Text(zh="词", en="word")
GROUND = (site(), venue())


def shown(*events: Event, minutes: float = 60) -> dict[str, Any]:
    return view(picture(*GROUND, *events), at(minutes))


def alert(id: str = "a1", minutes: float = 0, severity: Severity = "severe") -> Event:
    fact = AlertRaised(
        severity=severity,
        title=WORDS,
        body=WORDS,
        venue="alpine",
        about=Ref(kind="incident", id="i1"),
        way_up=(Step(to=("a", "b"), answer_within_s=300),),
    )
    return said(fact, id, minutes)


DUE = said(DeadlineSet(name="answer", due_at=at(5)), "a1", 0, kind="alert", id="due")


def test_an_incident_is_shown_as_its_last_event_left_it() -> None:
    of = shown(
        incident("i1", 0, category="fire", late=2),
        said(IncidentTriaged(severity="extreme", category="crowd"), "i1", 5),
        said(IncidentAssigned(to="team-1"), "i1", 6),
        said(IncidentAccepted(by="wang"), "i1", 7),
        said(IncidentNoted(text="more smoke"), "i1", 8),
    )
    (row,) = of["incidents"]
    assert (row["category"], row["severity"], row["status"]) == ("crowd", "extreme", "accepted")
    assert (row["assigned_to"], row["accepted_by"], row["notes"]) == ("team-1", "wang", 1)
    assert (row["age_s"], row["late_by_s"]) == (3600, 120)
    assert row["last_change_at"] == "2022-02-13T04:08:00Z"
    assert of["venues"][0]["incidents"] == ["i1"]
    assert of["counts"]["open_incidents"]["extreme"] == 1


def test_open_incidents_come_first_the_worst_and_oldest_before_others() -> None:
    events = (
        incident("i1", 0),
        incident("i2", 1),
        incident("i3", 2),
        incident("i4", 3),
        said(IncidentClosed(), "i1", 9),
        said(IncidentTriaged(severity="minor", category="other"), "i2", 9),
    )
    assert [row["id"] for row in shown(*events)["incidents"]] == ["i3", "i4", "i2", "i1"]


def test_what_ended_is_shown_for_a_day_and_counts_nowhere() -> None:
    events = (
        incident("i1", 0),
        incident("i2", 0),
        said(IncidentMerged(into="i2"), "i1", 1),
        said(IncidentClosed(), "i2", 1),
    )
    of = shown(*events)
    assert {row["id"]: row["merged_into"] for row in of["incidents"]} == {"i1": "i2", "i2": None}
    assert of["counts"]["open_incidents"]["total"] == 0
    assert of["venues"][0]["incidents"] == []
    assert shown(*events, minutes=2 + 24 * 60)["incidents"] == []


def test_a_note_told_late_does_not_turn_the_last_change_back() -> None:
    late = said(IncidentNoted(text="seen before"), "i1", 3, late=20)
    (row,) = shown(incident("i1"), said(IncidentAccepted(by="wang"), "i1", 7), late)["incidents"]
    assert row["last_change_at"] == "2022-02-13T04:07:00Z"


def test_events_of_an_unknown_incident_change_nothing() -> None:
    assert shown(said(IncidentClosed(), "i9", 1))["incidents"] == []


def test_an_unanswered_alert_says_by_how_much_it_is_overdue() -> None:
    (row,) = shown(alert(), DUE)["alerts"]
    assert (row["status"], row["level"], row["to"], row["to_count"]) == ("raised", 0, ["a", "b"], 2)
    assert (row["answer_due_at"], row["overdue_s"]) == ("2022-02-13T04:05:00Z", 3300)
    assert shown(alert(), DUE, minutes=4)["alerts"][0]["overdue_s"] is None


def test_a_missed_deadline_leaves_it_overdue_until_the_next_is_set() -> None:
    missed = said(DeadlineMissed(name="answer", due_at=at(5)), "a1", 5, kind="alert")
    up = said(AlertEscalated(level=1, to=("b", "c")), "a1", 5)
    assert shown(alert(), DUE, missed)["alerts"][0]["overdue_s"] == 3300
    again = said(DeadlineSet(name="answer", due_at=at(90)), "a1", 6, kind="alert")
    (row,) = shown(alert(), DUE, missed, up, again)["alerts"]
    assert (row["level"], row["to"], row["overdue_s"]) == (1, ["a", "b", "c"], None)


def test_an_acknowledged_alert_is_owned_and_comes_after_the_unanswered() -> None:
    events = (
        alert(),
        DUE,
        said(AlertAcknowledged(by="wang", comment="on it"), "a1", 3),
        said(DeadlineMet(name="answer"), "a1", 3, kind="alert"),
        alert("a2", 4, "minor"),
    )
    of = shown(*events)
    assert [row["id"] for row in of["alerts"]] == ["a2", "a1"]
    owned = of["alerts"][1]
    assert (owned["acknowledged_by"], owned["comment"]) == ("wang", "on it")
    assert (owned["overdue_s"], owned["answer_due_at"]) == (None, None)
    assert of["counts"]["unacknowledged_alerts"] == 1


def test_a_closed_alert_is_gone() -> None:
    assert shown(alert(), said(AlertClosed(by="wang"), "a1", 3))["alerts"] == []


def test_a_deadline_of_something_else_is_not_the_alerts() -> None:
    other = said(DeadlineSet(name="expires", due_at=at(1)), "a1", 0, kind="alert")
    namesake = said(DeadlineSet(name="answer", due_at=at(1)), "a1", 0, kind="warning", id="n")
    assert shown(alert(), other, namesake)["alerts"][0]["answer_due_at"] is None


def test_a_run_is_shown_until_it_ends() -> None:
    started = RunStarted(
        playbook="severe-weather",
        playbook_version=1,
        name=WORDS,
        about=Ref(kind="warning", id="w1"),
        trigger="t",
        steps=(
            RunStep(name="tell", action="alert", target=Ref(kind="alert", id="a1")),
            RunStep(name="count", action="open-roll-call", target=Ref(kind="rollcall", id="r1")),
        ),
    )
    events = (said(started, "u1"), said(RunStepEnded(step="tell", outcome="done"), "u1", 5))
    (row,) = shown(*events)["runs"]
    assert [(step["name"], step["outcome"]) for step in row["steps"]] == [
        ("tell", "done"),
        ("count", None),
    ]
    assert shown(*events)["counts"]["running_playbooks"] == 1
    assert shown(*events, said(RunEnded(), "u1", 6))["runs"] == []


def test_the_last_failed_conditions_are_kept() -> None:
    failed = ConditionFailed(playbook="p", trigger="t", reason="no such key")
    rows = shown(*(said(failed, f"f{n}", n) for n in range(30)))["condition_failures"]
    assert [row["id"] for row in rows] == [f"f{n}" for n in range(30 - FAILURES_KEPT, 30)]


def test_the_last_reports_set_aside_are_kept_and_all_are_counted() -> None:
    aside = ReportSetAside(field="kind", reason="unknown", body="{}")
    of = shown(*(said(aside, f"s{n}", n) for n in range(REPORTS_KEPT + 9)))
    assert [row["id"] for row in of["set_aside"]] == [f"s{n}" for n in range(58, 8, -1)]
    assert of["counts"]["set_aside"] == REPORTS_KEPT + 9
