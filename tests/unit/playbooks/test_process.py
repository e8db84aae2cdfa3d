from typing import Any

import pytest

from events.alert import AlertRaised, Step
from events.envelope import Event
from events.fact import Ref, Text
from events.incident import (
    IncidentAccepted,
    IncidentAssigned,
    IncidentClosed,
    IncidentMerged,
    IncidentReopened,
    IncidentTriaged,
)
from events.journey import Itinerary, JourneyArrived, JourneyOverdue, JourneyPlanned
from events.lane import Helper, Lane
from events.volunteer import VolunteerRegistered
from events.weather import WarningCancelled, WarningMessage, WarningUpdated
from projections.roster import Roster
from services.alerts.commands import CloseAlert, RaiseAlert
from services.decider import Command
from services.playbooks.calls import Turns
from services.playbooks.commands import StartRun
from services.playbooks.follow_up import Open, OpenSteps, follow_up, overtaken
from services.playbooks.playbook import load_playbooks
from services.playbooks.process import react
from services.playbooks.world import World
from services.volunteers.commands import OpenRollCall
from tests.unit.projections.build import (
    at,
    incident,
    message,
    numbered,
    picture,
    said,
    seen,
    shift,
    site,
    venue,
    volunteer,
    warned,
)  # fmt: skip

BOOKS = load_playbooks()
NOTHING_OPEN = Open(OpenSteps(), Turns())
DUTY = said(
    VolunteerRegistered(name="值班", latin="Duty", role="duty-officer"), "duty", -500, site="hq"
)
GROUND = (
    site(), site("hq"), site("beijing"), venue(), venue("oval", "beijing"),
    volunteer("lead", leads=("alpine",)), volunteer("boss", leads=("yanqing",)),
    volunteer("a"), volunteer("b", "beijing"), DUTY,
    shift("a", -60, 60), seen("b", -30),
)  # fmt: skip


def reaction(*events: Event, minutes: float = 0) -> list[Command]:
    """Return what follows from the last of these events."""
    log = numbered([*GROUND, *events])
    roster = Roster()
    for event in log:
        roster.apply(event)
    return react(BOOKS, World(picture(*log), roster, at(minutes)), log[-1])


def warn(identifier: str = "w", **more: Any) -> WarningMessage:
    severity = more.pop("severity", "severe")
    return message(identifier, 0, **more).model_copy(update={"severity": severity})


def test_a_severe_warning_alerts_leads_and_everyone_on_post_and_asks_who_is_safe() -> None:
    run, alert, call = reaction(warned("w1", warn()))
    assert isinstance(run, StartRun)
    assert isinstance(alert, RaiseAlert)
    assert isinstance(call, OpenRollCall)
    assert [step.to for step in alert.way_up] == [
        ("lead", "a", "b"),
        ("boss", "post:yanqing"),
        ("duty", "post:hq"),
    ]
    assert call.expected == ("a", "b")
    assert (alert.site, alert.venue, alert.severity) == ("yanqing", "alpine", "severe")
    assert "暴雪橙色预警" in alert.title.zh
    assert [step.target.id for step in run.steps] == [alert.id, call.id]


@pytest.mark.parametrize(
    "quiet",
    [
        warn(severity="moderate"),
        warn(severity="unknown"),
        warn(status="Exercise"),
        warn(status="Test"),
        warn(expires=0),
        warn(venues=()),
    ],
)
def test_other_warnings_set_nothing_off(quiet: WarningMessage) -> None:
    assert reaction(warned("w1", quiet)) == []


def test_each_venue_has_an_alert_of_its_own() -> None:
    commands = reaction(warned("w1", warn(venues=("alpine", "oval"))))
    assert [c.venue for c in commands if isinstance(c, RaiseAlert)] == ["alpine", "oval"]
    assert [c.site for c in commands if isinstance(c, RaiseAlert)] == ["yanqing", "beijing"]


def ids(commands: list[Command]) -> list[str]:
    return [command.id for command in commands]


def test_an_update_asks_for_the_same_again_unless_it_is_worse() -> None:
    first = warned("w1", warn("one"))
    same = warned("w1", warn("two").model_copy(update={"sent": at(1)}), WarningUpdated)
    worse = warned(
        "w1", warn("x", severity="extreme").model_copy(update={"sent": at(1)}), WarningUpdated
    )
    assert ids(reaction(first, same)) == ids(reaction(first))
    assert not set(ids(reaction(first, worse))) & set(ids(reaction(first)))


def test_an_old_message_that_comes_late_says_nothing_new() -> None:
    """The warning as it stands is looked at, not the message that came."""
    cancelled = warned("w1", warn("c").model_copy(update={"sent": at(5)}), WarningCancelled)
    assert reaction(cancelled, warned("w1", warn("one")), minutes=6) == []


def test_a_headline_without_end_is_cut_and_alerts_all_the_same() -> None:
    long = warn()
    texts = tuple(text.model_copy(update={"headline": "雪" * 9000}) for text in long.texts)
    _, alert, call = reaction(warned("w1", long.model_copy(update={"texts": texts})))
    assert isinstance(alert, RaiseAlert)
    assert isinstance(call, OpenRollCall)
    assert len(alert.title.zh) == len(call.title.zh) == 4000
    assert alert.title.zh.endswith("…")


def test_a_call_for_help_alerts_the_leads_and_then_goes_up() -> None:
    _, alert = reaction(incident("i1"))
    assert isinstance(alert, RaiseAlert)
    assert alert.about == Ref(kind="incident", id="i1")
    assert [step.to for step in alert.way_up] == [
        ("lead",), ("boss", "post:yanqing"), ("duty", "post:hq"),
    ]  # fmt: skip


def behind(person: str, *helpers: tuple[Lane, str], lead: str | None = None) -> Event:
    """A person with these named helpers."""
    named = tuple(Helper(lane=lane, person=one) for lane, one in helpers)
    fact = VolunteerRegistered(name=person, latin=person, role="medical", helpers=named, lead=lead)
    return said(fact, person, -499)


def way_up(commands: list[Command]) -> list[tuple[str, ...]]:
    [alert] = [command for command in commands if isinstance(command, RaiseAlert)]
    return [step.to for step in alert.way_up]


def test_all_named_helpers_and_the_team_lead_are_told_at_once() -> None:
    a = behind("a", ("mental-health", "mind"), ("fitness", "coach"), ("training", "mind"), lead="b")
    assert way_up(reaction(a, incident("i1", person="a"))) == [
        ("mind", "coach", "b", "lead"),
        ("boss", "post:yanqing"),
        ("duty", "post:hq"),
    ]


def test_who_waits_for_help_is_not_asked_to_bring_it() -> None:
    caller = behind("lead", ("fitness", "lead"))
    commands = reaction(caller, incident("i1", person="lead"))
    assert way_up(commands)[0] == ()


def test_a_call_without_a_place_goes_to_the_leads_where_the_person_was_last_seen() -> None:
    call = incident("i1", person="b")
    nowhere = call._replace(data=call.data.model_copy(update={"venue": None}))
    assert way_up(reaction(nowhere))[0] == ("lead",)
    [_, alert] = reaction(nowhere)
    assert isinstance(alert, RaiseAlert)
    assert alert.venue is None
    assert "b" in alert.body.zh


def test_a_call_that_was_triaged_to_something_else_has_its_one_alert() -> None:
    call = incident("i1")
    worse = said(IncidentTriaged(severity="extreme", category="medical"), "i1", 1)
    assert ids(reaction(call, worse)) == ids(reaction(call))


def test_what_becomes_a_call_is_alerted_as_one() -> None:
    fire = incident("i1", category="fire")
    call = said(IncidentTriaged(severity="minor", category="need-help"), "i1", 1)
    run, _ = reaction(fire, call)
    assert isinstance(run, StartRun)
    assert run.playbook == "call-for-help"


def test_opened_again_it_is_another_alert() -> None:
    over = said(IncidentClosed(note="x"), "i1", 1)
    again = said(IncidentReopened(reason="x"), "i1", 2)
    first, second = reaction(incident("i1")), reaction(incident("i1"), over, again)
    assert len(second) == 2
    assert not set(ids(first)) & set(ids(second))
    assert reaction(incident("i1", category="fire"), over, again) == []


def test_given_to_another_it_is_theirs_to_accept_and_then_everybodys() -> None:
    handed = said(IncidentAssigned(to="b"), "i1", 1, actor="a")
    assert way_up(reaction(incident("i1"), handed)) == [
        ("b",), ("lead", "boss", "post:yanqing"), ("duty", "post:hq"),
    ]  # fmt: skip
    own = said(IncidentAssigned(to="b"), "i1", 1, actor="b")
    assert reaction(incident("i1"), own) == []
    accepted = said(IncidentAccepted(by="b"), "i1", 2)
    log = numbered([*GROUND, incident("i1"), handed, accepted])
    world = World(picture(*log), Roster(), at(3))
    assert react(BOOKS, world, log[-2]) == []


def test_an_overdue_journey_goes_to_the_lane_that_is_near_and_to_team_leads() -> None:
    def serving(id: str, site: str) -> Event:
        fact = VolunteerRegistered(name=id, latin=id, role="support", lanes=("transport",))
        return said(fact, id, -498, site=site)

    plan = Itinerary(
        origin="campus", destination="alpine", departs_at=at(0), arrives_at=at(60), people=("a",)
    )
    planned = said(JourneyPlanned(plan=plan, overdue_at=at(90)), "j1", 0)
    words = Text(zh="最后在途", en="last seen on the way")
    late = said(JourneyOverdue(due_at=at(90), missing=("a",), last_known=words), "j1", 90)
    people = (serving("near", "yanqing"), serving("far", "beijing"), serving("centre", "hq"))
    known = behind("a", lead="b")
    assert way_up(reaction(*people, known, planned, late, minutes=91)) == [
        ("lead", "centre", "near", "lane:transport", "b"),
        ("boss", "post:yanqing", "duty", "post:hq"),
    ]
    [_, alert] = reaction(*people[1:2], known, planned, late, minutes=91)
    assert isinstance(alert, RaiseAlert)
    assert alert.way_up[0].to == ("lead", "far", "lane:transport", "b")
    assert "最后在途" in alert.body.zh
    arrived = said(JourneyArrived(venue="alpine", people=("a",)), "j1", 95)
    log = numbered([*GROUND, planned, late, arrived])
    assert react(BOOKS, World(picture(*log), Roster(), at(96)), log[-2]) == []


def test_an_incident_is_acted_on_when_it_becomes_serious_and_only_once() -> None:
    first = incident("i1", category="fire")
    mild = first._replace(data=first.data.model_copy(update={"severity": "minor"}))
    worse = said(IncidentTriaged(severity="extreme", category="fire"), "i1", 1)
    assert reaction(mild) == []
    assert ids(reaction(mild, worse)) == ids(reaction(first))


def alert(about: Ref, id: str = "al") -> Event:
    fact = AlertRaised(
        severity="severe",
        title=Text(zh="警", en="A"),
        body=Text(zh="警", en="A"),
        about=about,
        way_up=(Step(to=("lead",), answer_within_s=60),),
    )
    return said(fact, id, 1)


@pytest.mark.parametrize("end", [IncidentClosed(note="好"), IncidentMerged(into="i2")])
def test_the_end_of_an_incident_closes_its_alerts(end: Any) -> None:
    ended = said(end, "i1", 2)
    fire = incident("i1", category="fire")
    over = (said(IncidentClosed(note="x"), "i2", 3), incident("i2", category="fire"))[::-1]
    world = picture(*GROUND, fire, alert(Ref(kind="incident", id="i1")), ended, *over)
    for commands in (
        follow_up(NOTHING_OPEN, world, ended, at(3)),
        overtaken(world, fire, at(3)),
    ):
        [close] = commands
        assert isinstance(close, CloseAlert)
        assert close.id == "al"


def test_what_goes_on_keeps_its_alerts() -> None:
    one = incident("i1")
    raised = alert(Ref(kind="incident", id="i1"))
    other = incident("i2")
    ended = said(IncidentClosed(note="x"), "i2", 2)
    assert overtaken(picture(*GROUND, one, raised), one, at(3)) == []
    world = picture(*GROUND, one, other, raised, ended)
    assert follow_up(NOTHING_OPEN, world, ended, at(3)) == []
    again = said(IncidentReopened(reason="又来"), "i1", 4)
    closed = said(IncidentClosed(note="x"), "i1", 3)
    assert overtaken(picture(*GROUND, one, raised, closed, again), one, at(5)) == []


def test_the_end_of_a_warning_closes_its_alerts_unless_it_lives_on() -> None:
    first, raised = warned("w1", warn("one")), alert(Ref(kind="warning", id="w1"))
    cancel = warned("w1", warn("c").model_copy(update={"sent": at(5)}), WarningCancelled)
    newer = warned("w1", warn("n").model_copy(update={"sent": at(9)}), WarningUpdated)
    over = picture(*GROUND, first, raised, cancel)
    assert ids(follow_up(NOTHING_OPEN, over, cancel, at(6))) == ["al"]
    assert ids(overtaken(over, first, at(6))) == ["al"]
    alive = picture(*GROUND, first, raised, newer, cancel)
    assert follow_up(NOTHING_OPEN, alive, cancel, at(10)) == []
