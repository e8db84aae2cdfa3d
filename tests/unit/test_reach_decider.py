from functools import partial
from typing import Any

from hypothesis import given as given_any
from hypothesis import strategies as st

from events.deadline import DeadlineMissed
from events.fact import Fact
from events.reach import ReachJudged, ReachTested
from services.deadlines import MissDeadline
from services.notifier.commands import BeginTest, JudgeTest, ReachCommand
from services.notifier.reach import REACH
from tests.given import Given, lived
from tests.moments import at

given = partial(Given, REACH)
DAY = "2022-02-04"


def who(minutes: float = 0) -> dict[str, Any]:
    return {"site": "yanqing", "id": f"{DAY}-yanqing", "at": at(minutes), "by": "service:notifier"}


def ask(minutes: float = 0, *, again: bool = False) -> BeginTest:
    return BeginTest(
        **who(minutes), day=DAY, people=("ana", "bo"), prove_by=at(minutes + 60), again=again
    )


def judge(minutes: float = 60) -> JudgeTest:
    return JudgeTest(**who(minutes), unproven=("ana", "bo"), unreachable=("bo",), shifts=("s1",))


def asked(by: float = 60) -> ReachTested:
    return ReachTested(day=DAY, people=("ana", "bo"), prove_by=at(by))


def judged() -> ReachJudged:
    return ReachJudged(day=DAY, unproven=("ana", "bo"), unreachable=("bo",), shifts=("s1",))


def missed(by: float = 60) -> DeadlineMissed:
    return DeadlineMissed(name="prove", due_at=at(by))


OVER: list[Fact] = [asked(), missed(), judged()]


def test_a_site_is_tested_once_a_day() -> None:
    given([]).when(ask()).then(asked())
    given([asked()]).when(ask(5)).then()
    given([asked()]).when(ask(5, again=True)).then()
    given(OVER).when(ask(70)).then()


def test_a_person_may_have_it_tested_again_when_it_is_over() -> None:
    given(OVER).when(ask(70, again=True)).then(asked(130))
    given([*OVER, asked(130)]).when(ask(71, again=True)).then()


def test_it_is_judged_when_its_time_is_over_and_not_before() -> None:
    given([asked()]).when(judge(59)).then()
    given([asked()]).when(judge(60)).then(missed(), judged())
    given(OVER).when(judge(61)).then()


def test_what_was_not_tested_is_not_judged() -> None:
    given([]).when(judge()).rejected("unknown-test", naming=[DAY])


def test_the_deadline_alone_says_nothing_of_who_answered() -> None:
    miss = MissDeadline(**who(60), kind="reach", name="prove")
    given([asked()]).when(miss).then()


TRIES: st.SearchStrategy[ReachCommand] = st.one_of(
    st.builds(ask, st.integers(0, 200), again=st.booleans()), st.builds(judge, st.integers(0, 300))
)


@given_any(st.lists(TRIES, max_size=30))
def test_each_test_is_judged_at_most_once(tries: list[ReachCommand]) -> None:
    facts = lived(REACH, tries)
    order = [type(fact) for fact in facts if not isinstance(fact, DeadlineMissed)]
    assert order[::2] == [ReachTested] * len(order[::2])
    assert order[1::2] == [ReachJudged] * len(order[1::2])
