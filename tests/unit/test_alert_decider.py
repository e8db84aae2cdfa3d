from functools import partial
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.alert import AlertAcknowledged, AlertClosed, AlertEscalated, AlertRaised, Step
from events.deadline import DeadlineMet, DeadlineMissed, DeadlineSet
from events.fact import Fact, Ref, Text
from services.alerts.commands import AcknowledgeAlert, AlertCommand, CloseAlert, RaiseAlert
from services.alerts.decider import ALERT
from services.deadlines import MissDeadline
from tests.given import Given, lived, state_after
from tests.moments import at

given = partial(Given, ALERT)
STORM = Ref(kind="warning", id="w1")
SAID: dict[str, Any] = {
    "severity": "severe",
    "title": Text(zh="暴雪橙色预警", en="Blizzard, orange"),
    "body": Text(zh="请撤离", en="leave"),
    "venue": "track",
}
LEADS = Step(to=("ana", "bo"), answer_within_s=300)
POST = Step(to=("post:yanqing",), answer_within_s=600)
CHIEF = Step(to=("post:hq",), answer_within_s=60)
NOBODY = Step(to=(), answer_within_s=30)


def who(by: str = "ana", minutes: float = 0) -> dict[str, Any]:
    return {"site": "yanqing", "id": "a1", "at": at(minutes), "by": by}


def raise_alert(*way_up: Step, about: Ref = STORM) -> RaiseAlert:
    return RaiseAlert(**who("playbook:blizzard"), **SAID, about=about, way_up=way_up)


def acknowledge(by: str = "ana", comment: str = "on my way") -> AcknowledgeAlert:
    return AcknowledgeAlert(**who(by), comment=comment)


def miss(minutes: float, name: str = "answer") -> MissDeadline:
    return MissDeadline(**who("service:alerts", minutes), kind="alert", name=name)


def wait(minutes: float) -> DeadlineSet:
    return DeadlineSet(name="answer", due_at=at(minutes))


def missed(minutes: float) -> DeadlineMissed:
    return DeadlineMissed(name="answer", due_at=at(minutes))


def raised(*way_up: Step, by: float | None = None) -> AlertRaised:
    answer_by = None if by is None else at(by)
    return AlertRaised(**SAID, about=STORM, way_up=way_up, answer_by=answer_by)


met = DeadlineMet(name="answer")
acknowledged = AlertAcknowledged(by="ana", comment="on my way")
closed = AlertClosed(by="ana", reason="the storm is over")
close = CloseAlert(**who(), reason="the storm is over")
OPEN: list[Fact] = [raised(LEADS, POST, CHIEF, by=5)]


def test_an_alert_is_raised_and_waits_for_an_answer() -> None:
    given([]).when(raise_alert(LEADS, POST, CHIEF)).then(*OPEN)


def test_raising_it_twice_records_nothing_even_if_the_roster_moved_on() -> None:
    given(OPEN).when(raise_alert(LEADS, POST, CHIEF)).then()
    given(OPEN).when(raise_alert(POST)).then()


def test_an_id_is_not_taken_for_two_alerts() -> None:
    other = raise_alert(LEADS, about=Ref(kind="incident", id="i1"))
    given(OPEN).when(other).rejected("alert-exists", naming=["a1"])


def test_levels_with_nobody_are_passed_over_at_once() -> None:
    given([]).when(raise_alert(NOBODY, NOBODY, POST)).then(
        raised(NOBODY, NOBODY, POST), AlertEscalated(level=2, to=POST.to), wait(10)
    )


def test_an_alert_for_nobody_at_all_waits_and_goes_on_for_ever() -> None:
    lost: list[Fact] = [raised(NOBODY, NOBODY, by=0.5)]
    given([]).when(raise_alert(NOBODY, NOBODY)).then(*lost)
    given(lost).when(miss(1)).then(missed(0.5), AlertEscalated(level=1, to=()), wait(1.5))


def test_a_person_acknowledges_it_and_owns_it() -> None:
    given(OPEN).when(acknowledge()).then(acknowledged, met)


def test_acknowledging_twice_records_nothing() -> None:
    given([*OPEN, acknowledged, met]).when(acknowledge(comment="again")).then()
    given([*OPEN, acknowledged, met, closed]).when(acknowledge()).then()


@pytest.mark.parametrize("after", [[], [closed]])
def test_a_second_person_is_told_who_owns_it(after: list[Fact]) -> None:
    given([*OPEN, acknowledged, met, *after]).when(acknowledge("bo")).rejected(
        "already-acknowledged", naming=["ana"]
    )


def test_what_is_closed_is_not_acknowledged() -> None:
    given([*OPEN, closed, met]).when(acknowledge()).rejected("alert-closed", naming=["a1"])


@pytest.mark.parametrize("command", [acknowledge(), close])
def test_nobody_answers_what_was_not_raised(command: AlertCommand) -> None:
    given([]).when(command).rejected("unknown-alert", naming=["a1"])


def test_closing_ends_the_waiting() -> None:
    given(OPEN).when(close).then(closed, met)
    given([*OPEN, acknowledged, met]).when(close).then(closed)


def test_closing_twice_records_nothing() -> None:
    given([*OPEN, closed, met]).when(close).then()


def test_nothing_is_missed_before_its_time() -> None:
    given(OPEN).when(miss(4.9)).then()


def test_unanswered_it_goes_one_level_up() -> None:
    up: list[Fact] = [missed(5), AlertEscalated(level=1, to=POST.to), wait(15)]
    given(OPEN).when(miss(5)).then(*up)
    given([*OPEN, *up]).when(miss(5)).then()


def test_a_wheel_that_was_down_gives_the_next_level_its_full_time() -> None:
    given(OPEN).when(miss(90)).then(missed(5), AlertEscalated(level=1, to=POST.to), wait(100))


def test_a_level_with_nobody_is_passed_over_on_the_way_up() -> None:
    sparse: list[Fact] = [raised(LEADS, NOBODY, CHIEF), wait(5)]
    given(sparse).when(miss(5)).then(missed(5), AlertEscalated(level=2, to=CHIEF.to), wait(6))


def test_at_the_top_it_goes_on_for_ever() -> None:
    history = [*OPEN]
    for level, minutes, due in [(1, 5, 15), (2, 15, 16), (3, 16, 17), (4, 17, 18), (5, 18, 19)]:
        to = POST.to if level == 1 else CHIEF.to
        up: list[Fact] = [missed(minutes), AlertEscalated(level=level, to=to), wait(due)]
        given(history).when(miss(minutes)).then(*up)
        history += up


def test_above_the_last_level_with_anybody_that_one_is_told_again() -> None:
    headless: list[Fact] = [raised(LEADS, NOBODY), wait(5)]
    given(headless).when(miss(5)).then(missed(5), AlertEscalated(level=1, to=LEADS.to), wait(10))


@pytest.mark.parametrize("ending", [[acknowledged, met], [closed, met]])
def test_what_was_answered_or_closed_is_not_missed(ending: list[Fact]) -> None:
    given([*OPEN, *ending]).when(miss(90)).then()


def test_another_deadline_is_not_its_own() -> None:
    given(OPEN).when(miss(90, "expires")).then()
    given([]).when(miss(90)).then()


WAYS = st.lists(st.sampled_from([LEADS, POST, CHIEF, NOBODY]), min_size=1, max_size=6)
TRIES = st.lists(
    st.one_of(
        st.builds(miss, st.integers(0, 60), st.sampled_from(["answer", "expires"])),
        st.builds(miss, st.integers(0, 60)),
        st.builds(lambda way_up: raise_alert(*way_up), WAYS),
        st.builds(acknowledge, st.sampled_from(["ana", "bo"]), st.sampled_from(["", "coming"])),
        st.just(close),
    ),
    max_size=30,
)


def open_deadlines(facts: list[Fact]) -> list[str]:
    """Names of the deadlines that are set, by their facts alone."""
    names: list[str] = []
    for fact in facts:
        match fact:
            case AlertRaised(answer_by=answer_by) if answer_by is not None:
                names = ["answer"]
            case DeadlineSet(name=name):
                names = [*(other for other in names if other != name), name]
            case DeadlineMet(name=name) | DeadlineMissed(name=name):
                names.remove(name)
    return names


@given_any(WAYS, TRIES)
def test_after_acknowledgement_it_never_escalates(
    way_up: list[Step], tries: list[AlertCommand]
) -> None:
    facts = lived(ALERT, [raise_alert(*way_up), *tries])
    answered = [i for i, fact in enumerate(facts) if isinstance(fact, AlertAcknowledged)]
    assert len(answered) <= 1
    for index in answered:
        assert not any(isinstance(fact, AlertEscalated) for fact in facts[index:])


@given_any(WAYS, TRIES)
def test_while_unanswered_exactly_one_deadline_is_open(
    way_up: list[Step], tries: list[AlertCommand]
) -> None:
    for end in range(len(tries) + 1):
        facts = lived(ALERT, [raise_alert(*way_up), *tries[:end]])
        waiting = not any(isinstance(fact, AlertAcknowledged | AlertClosed) for fact in facts)
        assert open_deadlines(facts) == (["answer"] if waiting else [])
        assert state_after(ALERT, facts).is_unanswered == waiting


@given_any(WAYS, st.integers(1, 40))
def test_unanswered_it_never_stops_and_never_repeats_a_level(
    way_up: list[Step], looks: int
) -> None:
    tries: list[AlertCommand] = [miss(20 * look) for look in range(1, looks + 1)]
    facts = lived(ALERT, [raise_alert(*way_up), *tries])
    levels = [fact.level for fact in facts if isinstance(fact, AlertEscalated)]
    assert len(levels) >= looks
    assert levels == sorted(set(levels))
    if any(step.to for step in way_up):
        assert all(fact.to for fact in facts if isinstance(fact, AlertEscalated))
