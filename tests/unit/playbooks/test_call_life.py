"""Whatever happens: who needs help stays in sight until a person ends it, and as long as nobody has
taken it somebody is asked.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from events.alert import AlertAcknowledged, AlertClosed
from events.fact import Fact
from events.incident import (
    Category,
    IncidentAccepted,
    IncidentAssigned,
    IncidentClosed,
    IncidentMerged,
    IncidentReported,
    IncidentResolved,
    IncidentTriaged,
)
from events.presence import PresenceReported, SafetyReported
from events.volunteer import PersonErased, ShiftCancelled
from projections.calls import calls_for_help
from services.actors import is_person
from services.alerts.commands import AcknowledgeAlert, CloseAlert
from services.incidents.commands import (
    AcceptIncident,
    AssignIncident,
    CloseIncident,
    ContainIncident,
    MergeIncident,
    ReopenIncident,
    ResolveIncident,
    TakeIncident,
    TriageIncident,
)
from tests.unit.playbooks.town import Town
from tests.unit.projections.build import site, venue, volunteer

long = settings(max_examples=150, deadline=None)

Act = Callable[[Town], object]
CALL, OTHER, FIRE = "call", "other-call", "fire"
INCIDENTS = st.sampled_from([CALL, CALL, OTHER, FIRE])
PEOPLE = st.sampled_from(["ana", "bo", "service:x", "playbook:y"])
SITE = {"site": "yanqing"}


def town() -> Town:
    made = Town(site(), site("hq"), venue(), volunteer("a"), volunteer("lead", leads=("alpine",)))
    kinds: list[tuple[str, Category]] = [(CALL, "need-help"), (OTHER, "need-help"), (FIRE, "fire")]
    for id, category in kinds:
        person = "a" if id == CALL else None
        fact = IncidentReported(
            category=category, severity="severe", text="x", venue="alpine", person=person
        )
        made.say(fact, id)
    return made


def commands(incident: str, by: str) -> st.SearchStrategy[Act]:
    def asks(make: Callable[[dict[str, Any]], Any]) -> Act:
        return lambda town: town.ask(make({**SITE, "id": incident, "at": town.now, "by": by}))

    return st.sampled_from(
        [
            asks(lambda who: TakeIncident(**who)),
            asks(lambda who: AssignIncident(**who, to="ana")),
            asks(lambda who: AssignIncident(**who, to="bo")),
            asks(lambda who: AssignIncident(**who, to="team:snow")),
            asks(lambda who: AcceptIncident(**who)),
            asks(lambda who: TriageIncident(**who, severity="severe", category="need-help")),
            asks(lambda who: TriageIncident(**who, severity="minor", category="other")),
            asks(lambda who: ContainIncident(**who)),
            asks(lambda who: ResolveIncident(**who)),
            asks(lambda who: CloseIncident(**who, note="over")),
            asks(lambda who: ReopenIncident(**who, reason="again")),
            asks(lambda who: MergeIncident(**who, into=FIRE)),
            asks(lambda who: MergeIncident(**who, into=CALL)),
        ]
    )


def answers(by: str, which: int) -> st.SearchStrategy[Act]:
    def asks(kind: type[AcknowledgeAlert | CloseAlert]) -> Act:
        def act(town: Town) -> object:
            ids = sorted(town.picture.alerts.rows)
            if not ids:
                return None
            id = ids[which % len(ids)]
            at = town.picture.alerts.rows[id].site
            return town.ask(kind(site=at, id=id, at=town.now, by=by))

        return act

    return st.sampled_from([asks(AcknowledgeAlert), asks(CloseAlert)])


SAID: list[tuple[Fact, str]] = [
    (SafetyReported(answer="safe", method="lead"), "a"),
    (PresenceReported(whereabouts="left"), "a"),
    (PresenceReported(whereabouts="off-duty"), "a"),
    (ShiftCancelled(shift="s", reason="ill"), "a"),
    (PersonErased(reason="asked for it"), "a"),
    (PersonErased(reason="asked for it"), "lead"),
]
"""What may be said of people. None of it ends a call."""
IN_A_DRILL: list[Fact] = [
    IncidentReported(category="other", severity="minor", text="drill", venue="alpine"),
    IncidentTriaged(severity="minor", category="other"),
    IncidentAssigned(to="ana"),
    IncidentAccepted(by="ana"),
    IncidentResolved(),
    IncidentClosed(note="end of the drill"),
    IncidentMerged(into="nowhere"),
]
"""What a drill may have left in the log under the id of a real call."""


def drills(town: Town, fact: Fact) -> None:
    town.say(fact, CALL, drill=True)
    for alert in list(town.picture.alerts.rows):
        town.say(AlertAcknowledged(by="trainer"), alert, drill=True)
        town.say(AlertClosed(by="trainer"), alert, drill=True)
    town.say(SafetyReported(answer="safe"), "a", drill=True)


ACTS: st.SearchStrategy[Act] = st.one_of(
    st.tuples(INCIDENTS, PEOPLE).flatmap(lambda args: commands(*args)),
    st.tuples(INCIDENTS, PEOPLE).flatmap(lambda args: commands(*args)),
    st.tuples(PEOPLE, st.integers(0, 5)).flatmap(lambda args: answers(*args)),
    st.sampled_from(SAID).map(lambda said: lambda town: town.say(*said)),
    st.sampled_from(IN_A_DRILL).map(lambda fact: lambda town: drills(town, fact)),
    st.integers(0, 40).map(lambda n: lambda town: town.step(n)),
    st.integers(0, 40).map(lambda n: lambda town: town.step(n)),
    st.just(lambda town: town.settle()),
    st.sampled_from([1, 6, 30]).map(lambda minutes: lambda town: town.pass_(minutes)),
    st.integers(0, 30).map(lambda floor: lambda town: town.restart(floor)),
)


def ended_by_a_person(town: Town, id: str) -> bool:
    """Tell, from the log alone, whether a call is over: it or what it went into was closed."""
    over, into, merged_at = False, "", 0
    for event in town.log:
        if event.kind != "incident" or event.key != id or event.drill:
            continue
        if event.type == "closed":
            assert is_person(event.actor)
            over = True
        elif event.type == "reopened":
            over, into = False, ""
        elif event.type == "merged":
            into, merged_at = event.data.into, event.seq  # type: ignore[attr-defined]  # it is one
    if not into:
        return over
    closings = [
        event.seq
        for event in town.log
        if (event.kind, event.key, event.drill) == ("incident", into, False)
        and event.type in ("closed", "reopened")
    ]
    return bool(closings) and closings[-1] > merged_at and ended_by_a_person(town, into)


@long
@given(st.lists(ACTS, max_size=40))
def test_who_needs_help_is_in_sight_until_a_person_ends_it(acts: list[Act]) -> None:
    made = town()
    for act in acts:
        act(made)
    shown = {call.incident for call in calls_for_help(made.picture) if call.until is None}
    for id in (CALL, OTHER):
        if not ended_by_a_person(made, id):
            assert id in shown


@long
@given(st.lists(ACTS, max_size=40))
def test_as_long_as_nobody_has_it_somebody_is_asked(acts: list[Act]) -> None:
    made = town()
    for act in acts:
        act(made)
    made.settle()
    incidents, alerts = made.picture.incidents, made.picture.alerts
    for id in (CALL, OTHER):
        last = incidents.goes_on_in(id)
        if last is None or incidents.ended_at(id) is not None:
            continue
        row = incidents.rows[last]
        about = [
            alert for one in incidents.within(last) for _, alert in alerts.about("incident", one)
        ]
        if row.owner is None and row.status != "resolved":
            assert any(alert.status == "raised" for alert in about), row
        assert row.owner is None or is_person(row.owner)


@long
@given(st.lists(ACTS, max_size=40))
def test_a_call_has_one_alert_at_a_time(acts: list[Act]) -> None:
    made = town()
    for act in acts:
        act(made)
    made.settle()
    for id in (CALL, OTHER):
        standing = [
            alert
            for alert, row in made.picture.alerts.about("incident", id)
            if row.status == "raised"
        ]
        assert len(standing) <= 1


@long
@given(st.lists(ACTS, max_size=40))
def test_what_is_unanswered_goes_up_for_ever(acts: list[Act]) -> None:
    made = town()
    for act in acts:
        act(made)
    made.settle()
    before = {
        id: row.level for id, row in made.picture.alerts.rows.items() if row.status == "raised"
    }
    made.pass_(24 * 60)
    for id, level in before.items():
        assert made.picture.alerts.rows[id].level > level
