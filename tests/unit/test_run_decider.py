from functools import partial
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.deadline import DeadlineMet, DeadlineMissed
from events.fact import Fact, Ref, Text
from events.run import (
    ConditionFailed,
    RunAwaited,
    RunEnded,
    RunStarted,
    RunStep,
    RunStepEnded,
)
from services.deadlines import MissDeadline
from services.playbooks.commands import (
    AwaitRun,
    DropRun,
    EndStep,
    NoteFailedCondition,
    RunCommand,
    StartRun,
)
from services.playbooks.decider import RUN
from tests.given import Given, lived, state_after
from tests.moments import NOON, at

given = partial(Given, RUN)
WHO: dict[str, Any] = {"site": "yanqing", "id": "r1", "at": NOON, "by": "service:playbooks"}
ALARM = RunStep(name="alarm", action="alert", target=Ref(kind="alert", id="a1"))
COUNT = RunStep(name="count", action="open-roll-call", target=Ref(kind="rollcall", id="c1"))
SAID: dict[str, Any] = {
    "playbook": "blizzard",
    "playbook_version": 2,
    "name": Text(zh="暴雪", en="Blizzard"),
    "about": Ref(kind="warning", id="w1"),
    "venue": "track",
}
started = RunStarted(**SAID, trigger="e1", steps=(ALARM, COUNT))
alarm_ended = RunStepEnded(step="alarm", outcome="done", note="ana has it")
count_ended = RunStepEnded(step="count", outcome="refused", note="no roster")
failed = ConditionFailed(playbook="blizzard", trigger="e1", reason="no such key: colour")
end_alarm = EndStep(**WHO, step="alarm", outcome="done", note="ana has it")
end_count = EndStep(**WHO, step="count", outcome="refused", note="no roster")


def start(*steps: RunStep, trigger: str = "e1") -> StartRun:
    return StartRun(**WHO, **SAID, trigger=trigger, steps=steps)


def fail(reason: str = "no such key: colour") -> NoteFailedCondition:
    return NoteFailedCondition(**WHO, playbook="blizzard", trigger="e1", reason=reason)


def test_a_run_starts() -> None:
    given([]).when(start(ALARM, COUNT)).then(started)


def test_starting_twice_records_nothing() -> None:
    given([started]).when(start(ALARM, COUNT)).then()
    given([started]).when(start(ALARM)).then()


def test_an_id_is_not_taken_for_two_runs() -> None:
    other = start(ALARM).model_copy(update={"about": Ref(kind="incident", id="another")})
    given([started]).when(other).rejected("run-exists", naming=["r1"])


def test_another_event_that_asks_for_the_same_run_records_nothing() -> None:
    given([started]).when(start(ALARM, trigger="e2")).then()


def test_step_names_are_told_apart() -> None:
    given([]).when(start(ALARM, ALARM)).rejected("duplicate-step", naming=["alarm"])


def test_a_run_without_steps_ends_at_once() -> None:
    given([]).when(start()).then(RunStarted(**SAID, trigger="e1", steps=()), RunEnded())


def test_a_step_ends() -> None:
    given([started]).when(end_alarm).then(alarm_ended)


def test_the_run_ends_with_its_last_step() -> None:
    given([started, alarm_ended]).when(end_count).then(count_ended, RunEnded())


@pytest.mark.parametrize("history", [[started, alarm_ended],
                                     [started, alarm_ended, count_ended, RunEnded()]])  # fmt: skip
def test_a_step_ends_once_however_often_it_is_said(history: list[Fact]) -> None:
    given(history).when(end_alarm).then()
    given(history).when(EndStep(**WHO, step="alarm", outcome="refused")).then()


def test_a_step_it_does_not_have_does_not_end() -> None:
    stranger = EndStep(**WHO, step="sing", outcome="done")
    given([started]).when(stranger).rejected("unknown-step", naming=["sing"])
    given([]).when(end_alarm).rejected("unknown-run", naming=["r1"])


def test_a_failed_condition_is_noted_once() -> None:
    given([]).when(fail()).then(failed)
    given([failed]).when(fail("another reason")).then()


def test_a_condition_that_holds_after_all_starts_the_run() -> None:
    given([failed]).when(start(ALARM, COUNT)).then(started)


awaited = RunAwaited(**SAID, trigger="e1", due_at=at(30))
met = DeadlineMet(name="begin")
missed = DeadlineMissed(name="begin", due_at=at(30))


def wait(minutes: float = 30) -> AwaitRun:
    return AwaitRun(**WHO, **SAID, trigger="e1", due_at=at(minutes))


def miss(minutes: float, name: str = "begin") -> MissDeadline:
    return MissDeadline(**{**WHO, "at": at(minutes)}, kind="run", name=name)


def test_a_run_waits_for_its_beginning_and_the_moment_moves() -> None:
    given([]).when(wait()).then(awaited)
    given([awaited]).when(wait()).then()
    given([awaited]).when(wait(40)).then(awaited.model_copy(update={"due_at": at(40)}))


def test_the_moment_comes_once_and_not_before() -> None:
    given([awaited]).when(miss(29)).then()
    given([awaited]).when(miss(30)).then(missed)
    given([awaited, missed]).when(miss(31)).then()
    given([awaited]).when(miss(31, "answer")).then()
    given([awaited, met]).when(miss(31)).then()
    given([]).when(miss(31)).then()


def test_it_starts_from_its_waiting() -> None:
    given([awaited, missed]).when(start(ALARM, COUNT)).then(started)
    given([awaited]).when(start(ALARM, COUNT)).then(met, started)
    given([awaited, met, started]).when(miss(31)).then()


def test_what_is_dropped_can_be_awaited_and_started_again() -> None:
    drop = DropRun(**WHO)
    given([awaited]).when(drop).then(met)
    given([awaited, missed]).when(drop).then(met)
    given([awaited, met]).when(drop).then()
    given([]).when(drop).then()
    given([started]).when(drop).then()
    given([awaited, met]).when(wait()).then(awaited)
    given([awaited, met]).when(start(ALARM, COUNT)).then(started)


def test_what_has_started_waits_no_more() -> None:
    given([started]).when(wait()).then()
    given([awaited]).when(end_alarm).rejected("unknown-run", naming=["r1"])


def test_an_id_that_waits_is_not_taken_for_another_run() -> None:
    other = {"about": Ref(kind="incident", id="another")}
    given([awaited]).when(start(ALARM).model_copy(update=other)).rejected("run-exists")
    given([awaited]).when(wait().model_copy(update=other)).rejected("run-exists")


STEPS = [
    RunStep(name=f"s{number}", action="alert", target=Ref(kind="alert", id=f"a{number}"))
    for number in range(4)
]
COMMANDS = st.lists(
    st.one_of(
        st.builds(lambda n: start(*STEPS[:n]), st.integers(0, 4)),
        st.builds(
            lambda n, outcome: EndStep(**WHO, step=f"s{n}", outcome=outcome),
            st.integers(0, 4),
            st.sampled_from(["done", "refused"]),
        ),
        st.just(fail()),
        st.builds(wait, st.integers(0, 60)),
        st.builds(miss, st.integers(0, 60)),
        st.just(DropRun(**WHO)),
    ),
    max_size=20,
)


@given_any(COMMANDS)
def test_it_ends_exactly_once_and_only_after_all_its_steps(commands: list[RunCommand]) -> None:
    facts = lived(RUN, commands)
    runs = [fact for fact in facts if isinstance(fact, RunStarted)]
    ended_steps = [fact.step for fact in facts if isinstance(fact, RunStepEnded)]
    assert len(runs) <= 1
    assert len(set(ended_steps)) == len(ended_steps)
    all_ended = bool(runs) and {step.name for step in runs[0].steps} == set(ended_steps)
    assert facts.count(RunEnded()) == all_ended
    assert state_after(RUN, facts).ended == all_ended
    if all_ended:
        rest = facts[facts.index(RunEnded()) + 1 :]
        assert not any(isinstance(fact, RunStepEnded) for fact in rest)
