from functools import partial, reduce
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.fact import Fact, Place, Severity
from events.incident import (
    Category,
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
from services.incidents.commands import (
    AcceptIncident,
    AssignIncident,
    CloseIncident,
    ContainIncident,
    IncidentCommand,
    MergeIncident,
    NoteIncident,
    ReopenIncident,
    ReportIncident,
    ResolveIncident,
    TakeIncident,
    TriageIncident,
)
from services.incidents.decider import INCIDENT
from services.incidents.status import WORDS, Status
from tests.given import Given, answer, lived, state_after
from tests.moments import NOON

given = partial(Given, INCIDENT)
WHO: dict[str, Any] = {"site": "yanqing", "id": "i1", "at": NOON, "by": "ana"}
HILL = Place(lat=40.5, lon=115.8)

reported = IncidentReported(
    category="fire", severity="minor", text="smoke in B2", venue="track", place=HILL, person="p1"
)
help_wanted = IncidentReported(category="need-help", severity="severe", text="", person="p1")
triaged = IncidentTriaged(severity="severe", category="fire")
assigned = IncidentAssigned(to="ana")
accepted = IncidentAccepted(by="ana")
contained = IncidentContained(note="fire out")
resolved = IncidentResolved(note="cleaned up")
closed = IncidentClosed(note="")
reopened = IncidentReopened(reason="smoke again")
merged = IncidentMerged(into="i2")

report = ReportIncident(
    **WHO, category="fire", severity="minor", text="smoke in B2", venue="track", place=HILL,
    person="p1",
)  # fmt: skip
triage = TriageIncident(**WHO, severity="severe", category="fire")
assign = AssignIncident(**WHO, to="ana")
accept = AcceptIncident(**WHO)
take = TakeIncident(**WHO)
contain = ContainIncident(**WHO, note="fire out")
resolve = ResolveIncident(**WHO, note="cleaned up")
close = CloseIncident(**WHO)
false_alarm = CloseIncident(**WHO, note="it was steam")
reopen = ReopenIncident(**WHO, reason="smoke again")
merge = MergeIncident(**WHO, into="i2")
note = NoteIncident(**WHO, text="two engines on site")

LIVES: dict[Status, list[Fact]] = {
    "unknown": [],
    "reported": [reported],
    "triaged": [reported, triaged],
    "assigned": [reported, triaged, assigned],
    "accepted": [reported, triaged, assigned, accepted],
    "contained": [reported, triaged, assigned, accepted, contained],
    "resolved": [reported, triaged, assigned, accepted, contained, resolved],
    "closed": [reported, triaged, assigned, accepted, contained, resolved, closed],
    "reopened": [reported, triaged, assigned, accepted, contained, resolved, reopened],
    "merged": [reported, merged],
}
"""A history that leads to each status."""

OPEN: set[Status] = {"reported", "triaged", "assigned", "accepted", "contained", "reopened"}
MOVES: list[tuple[IncidentCommand, Fact, set[Status]]] = [
    (
        TriageIncident(**WHO, severity="extreme", category="crowd"),
        IncidentTriaged(severity="extreme", category="crowd"),
        OPEN,
    ),
    (AssignIncident(**WHO, to="bo"), IncidentAssigned(to="bo"), OPEN),
    (accept, accepted, {"assigned"}),
    (
        ContainIncident(**WHO, note="held"),
        IncidentContained(note="held"),
        {"triaged", "assigned", "accepted"},
    ),
    (ResolveIncident(**WHO, note="over"), IncidentResolved(note="over"), {"accepted", "contained"}),
    (
        false_alarm,
        IncidentClosed(note="it was steam"),
        {"reported", "triaged", "reopened", "resolved"},
    ),
    (CloseIncident(**WHO, note=" "), IncidentClosed(note=" "), {"resolved"}),
    (
        ReopenIncident(**WHO, reason="no"),
        IncidentReopened(reason="no"),
        {"resolved", "closed", "merged"},
    ),
    (MergeIncident(**WHO, into="i3"), IncidentMerged(into="i3"), {*OPEN, "resolved"}),
    (note, IncidentNoted(text="two engines on site", by="ana"), set(LIVES) - {"unknown"}),
]
"""A command nobody gave before, what follows, and in which statuses. Elsewhere it is refused."""


@pytest.mark.parametrize("status", [status for status in LIVES if status != "unknown"])
@pytest.mark.parametrize(
    ("command", "fact", "from_"), MOVES, ids=lambda value: type(value).__name__
)
def test_moves(command: IncidentCommand, fact: Fact, from_: set[Status], status: Status) -> None:
    at_hand = given(LIVES[status])
    if status in from_:
        at_hand.when(command).then(fact)
    elif fact in LIVES[status] and status != "reopened":
        at_hand.when(command).then()
    else:
        at_hand.when(command).rejected("illegal-move", naming=[WORDS[status].zh, WORDS[status].en])


@pytest.mark.parametrize("status", LIVES)
def test_a_history_leads_to_its_status(status: Status) -> None:
    assert state_after(INCIDENT, LIVES[status]).status == status


def test_an_incident_is_reported() -> None:
    given([]).when(report).then(reported)


def test_reporting_twice_records_nothing() -> None:
    given(LIVES["closed"]).when(report).then()


def test_an_id_is_not_taken_for_two_incidents() -> None:
    other = report.model_copy(update={"text": "flood in B2"})
    given([reported]).when(other).rejected("incident-exists", naming=["i1"])


@pytest.mark.parametrize("command", [command for command, _, _ in MOVES])
def test_nothing_happens_to_an_incident_nobody_reported(command: IncidentCommand) -> None:
    given([]).when(command).rejected("unknown-incident", naming=["i1"])


GIVEN_BEFORE: list[IncidentCommand] = [report, triage, assign, accept, contain, resolve, close]


@pytest.mark.parametrize("command", GIVEN_BEFORE, ids=lambda command: command.type)
def test_what_is_recorded_already_is_not_recorded_again(command: IncidentCommand) -> None:
    given(LIVES["closed"]).when(command).then()


def test_only_the_one_it_was_given_to_accepts_it() -> None:
    given([reported, IncidentAssigned(to="bo")]).when(accept).rejected("not-yours", naming=["bo"])


@pytest.mark.parametrize("to", ["team:snow", "post:yanqing"])
def test_anyone_of_a_team_or_a_post_accepts_for_it(to: str) -> None:
    given([reported, IncidentAssigned(to=to)]).when(accept).then(accepted)


def test_a_new_owner_must_accept_and_contain_for_themselves() -> None:
    to_bo = IncidentAssigned(to="bo")
    given([*LIVES["contained"], to_bo]).when(contain).then(contained)
    given([*LIVES["accepted"], to_bo, assigned]).when(accept).then(accepted)


def test_triage_after_assignment_changes_what_it_is_and_not_where_it_stands() -> None:
    state = state_after(
        INCIDENT, [*LIVES["accepted"], IncidentTriaged(severity="minor", category="crowd")]
    )
    assert (state.status, state.category) == ("accepted", "crowd")


def test_a_reopened_incident_is_lived_through_again() -> None:
    again: list[Fact] = [*LIVES["reopened"]]
    steps: list[tuple[IncidentCommand, Fact]] = [
        (triage, triaged), (assign, assigned), (accept, accepted), (resolve, resolved),
        (reopen, reopened),
    ]  # fmt: skip
    for command, fact in steps:
        given(again).when(command).then(fact)
        again.append(fact)


def test_an_incident_is_not_merged_into_itself() -> None:
    itself = MergeIncident(**WHO, into="i1")
    given([reported]).when(itself).rejected("merge-into-itself")


def test_a_false_alarm_is_told_to_take_a_note() -> None:
    given([reported]).when(close).rejected("illegal-move", naming=["false alarm", "误报"])


def test_the_same_note_of_the_same_person_right_after_is_a_repeat() -> None:
    noted = IncidentNoted(text="two engines on site", by="ana")
    given([reported, noted]).when(note).then()
    given([reported, noted, triaged]).when(note).then(noted)


def test_two_people_may_say_the_same_words() -> None:
    noted = IncidentNoted(text="two engines on site", by="bo")
    given([reported, noted]).when(note).then(IncidentNoted(text="two engines on site", by="ana"))


MACHINES = ["service:alerts", "playbook:blizzard"]


@pytest.mark.parametrize("by", MACHINES)
@pytest.mark.parametrize(
    "command",
    [false_alarm, merge, TriageIncident(**WHO, severity="minor", category="other")],
    ids=lambda c: c.type,
)
def test_no_machine_ends_a_call_for_help(command: IncidentCommand, by: str) -> None:
    by_machine = command.model_copy(update={"by": by})
    given([help_wanted]).when(by_machine).rejected("needs-person", naming=[by])


@pytest.mark.parametrize("by", MACHINES)
def test_what_was_once_a_call_for_help_is_still_ended_by_a_person(by: str) -> None:
    called_other: list[Fact] = [help_wanted, IncidentTriaged(severity="minor", category="other")]
    given(called_other).when(false_alarm.model_copy(update={"by": by})).rejected("needs-person")


def test_what_became_a_call_for_help_is_ended_by_a_person() -> None:
    worse = IncidentTriaged(severity="severe", category="need-help")
    by_machine = false_alarm.model_copy(update={"by": "service:intake"})
    given([reported, worse]).when(by_machine).rejected("needs-person")
    given([reported, worse]).when(false_alarm).then(IncidentClosed(note="it was steam"))


def test_a_machine_may_close_what_is_no_call_for_help() -> None:
    by_machine = false_alarm.model_copy(update={"by": "service:intake"})
    given([reported]).when(by_machine).then(IncidentClosed(note="it was steam"))


def test_a_machine_may_rank_a_call_for_help() -> None:
    ranked = TriageIncident(**(WHO | {"by": "service:intake"}), severity="extreme",
                            category="need-help")  # fmt: skip
    given([help_wanted]).when(ranked).then(
        IncidentTriaged(severity="extreme", category="need-help")
    )


@pytest.mark.parametrize("status", sorted(OPEN - {"accepted", "contained", "assigned"}))
def test_who_takes_it_is_given_it_and_says_yes_at_once(status: Status) -> None:
    given(LIVES[status]).when(take).then(assigned, accepted)


def test_what_was_given_to_somebody_who_has_not_said_yes_may_be_taken() -> None:
    given([reported, IncidentAssigned(to="bo")]).when(take).then(assigned, accepted)
    given([reported, assigned]).when(take).then(accepted)


def test_taking_it_twice_records_nothing() -> None:
    given(LIVES["accepted"]).when(take).then()
    given(LIVES["contained"]).when(take).then()


@pytest.mark.parametrize("status", ["accepted", "contained"])
def test_a_second_taker_is_told_who_has_it(status: Status) -> None:
    by_bo = TakeIncident(**(WHO | {"by": "bo"}))
    given(LIVES[status]).when(by_bo).rejected("taken", naming=["ana"])


@pytest.mark.parametrize("status", ["resolved", "closed", "merged"])
def test_what_is_over_is_not_taken(status: Status) -> None:
    given(LIVES[status]).when(take).rejected("illegal-move", naming=[WORDS[status].en])


def test_nobody_takes_what_was_not_reported() -> None:
    given([]).when(take).rejected("unknown-incident")


@pytest.mark.parametrize("by", MACHINES)
def test_no_machine_owns_a_call_for_help(by: str) -> None:
    given([help_wanted]).when(take.model_copy(update={"by": by})).rejected("needs-person")
    given([help_wanted, IncidentAssigned(to=by)]).when(
        accept.model_copy(update={"by": by})
    ).rejected("needs-person", naming=[by])


def test_to_give_a_call_for_help_to_oneself_is_to_take_it() -> None:
    given([help_wanted]).when(assign).then(assigned, accepted)
    given([help_wanted, IncidentAssigned(to="bo"), IncidentAccepted(by="bo")]).when(
        assign
    ).rejected("taken", naming=["bo"])


def test_its_owner_hands_a_call_for_help_on_and_the_receiver_accepts() -> None:
    hers: list[Fact] = [help_wanted, assigned, accepted]
    to_bo = IncidentAssigned(to="bo")
    given(hers).when(AssignIncident(**WHO, to="bo")).then(to_bo)
    handed = given([*hers, to_bo])
    handed.when(AcceptIncident(**(WHO | {"by": "bo"}))).then(IncidentAccepted(by="bo"))
    handed.when(take).then(assigned, accepted)


def test_what_was_merged_by_mistake_is_opened_again() -> None:
    given([help_wanted, merged]).when(reopen).then(reopened)


PEOPLE = st.sampled_from(["ana", "bo", "service:intake", "playbook:blizzard"])
WORDS_SAID = st.sampled_from(["a", "b"])
SEVERITY: st.SearchStrategy[Severity] = st.sampled_from(["minor", "severe"])
CATEGORY: st.SearchStrategy[Category] = st.sampled_from(["fire", "need-help"])
ENDS = ("closed", "merged")
who = st.builds(lambda by: WHO | {"by": by}, PEOPLE)
COMMANDS = st.one_of(
    st.builds(
        lambda who, severity, category: ReportIncident(
            **who, severity=severity, category=category, text=""
        ),
        who, SEVERITY, CATEGORY,
    ),
    st.builds(
        lambda who, severity, category: TriageIncident(**who, severity=severity, category=category),
        who, SEVERITY, CATEGORY,
    ),
    st.builds(lambda who, to: AssignIncident(**who, to=to), who, PEOPLE),
    st.builds(lambda who: AcceptIncident(**who), who),
    st.builds(lambda who: TakeIncident(**who), who),
    st.builds(lambda who, note: ContainIncident(**who, note=note), who, WORDS_SAID),
    st.builds(lambda who, note: ResolveIncident(**who, note=note), who, WORDS_SAID),
    st.builds(lambda who, note: CloseIncident(**who, note=note), who, st.sampled_from(["", "a"])),
    st.builds(lambda who, reason: ReopenIncident(**who, reason=reason), who, WORDS_SAID),
    st.builds(lambda who, into: MergeIncident(**who, into=into), who, st.just("i2")),
    st.builds(lambda who, text: NoteIncident(**who, text=text), who, WORDS_SAID),
)  # fmt: skip


@given_any(st.lists(COMMANDS, max_size=40))
def test_a_closed_incident_is_left_only_by_reopening(commands: list[IncidentCommand]) -> None:
    facts = lived(INCIDENT, commands)
    for before, after in pairwise(facts):
        if isinstance(before, IncidentClosed):
            assert isinstance(after, IncidentReopened | IncidentNoted)
        if isinstance(before, IncidentMerged):
            assert isinstance(after, IncidentReopened | IncidentNoted)
    assert sum(isinstance(fact, IncidentReported) for fact in facts) <= 1


@given_any(st.lists(COMMANDS, max_size=40))
def test_a_call_for_help_ends_only_by_a_person(commands: list[IncidentCommand]) -> None:
    state = INCIDENT.initial
    for command in commands:
        outcome = answer(INCIDENT, state, command)
        after = state if isinstance(outcome, str) else reduce(INCIDENT.evolve, outcome, state)
        assert after.need_help or not state.need_help
        if state.need_help and after.status != state.status and after.status in ENDS:
            assert not command.by.startswith(("service:", "playbook:"))
        state = after
