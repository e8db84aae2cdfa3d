"""The rules of a roll call."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.deadline import DeadlineSet
from events.fact import Ref, Text
from events.rollcall import (
    LAST_KNOWN_MAX,
    REMIND,
    LastKnown,
    RollCallClosed,
    RollCallExcused,
    RollCallOpened,
    RollCallReminded,
    RollCallReopened,
    RollCallWalkUpAdded,
    Scope,
)
from services.deadlines import MissDeadline
from services.volunteers.commands import (
    AddWalkUp,
    CloseRollCall,
    ExcuseFromRollCall,
    OpenRollCall,
    PostponeReminder,
    RemindRollCall,
    ReopenRollCall,
    RollCallCommand,
)
from services.volunteers.rollcall import LEADS_EVERY, ROLLCALL
from tests.given import Given, lived
from tests.moments import NOON, at

given = partial(Given, ROLLCALL)
WHO: dict[str, Any] = {"site": "yanqing", "id": "r1", "at": NOON, "by": "ana"}
TITLE = Text(zh="暴雪点名", en="Blizzard roll call")
STORM = Ref(kind="warning", id="w1")
opened = RollCallOpened(
    title=TITLE,
    venue="track",
    expected=("p1", "p2", "p3"),
    about=STORM,
    remind_after_s=300,
    remind_at=at(5),
)
closed = RollCallClosed(safe=1, need_help=1, unaccounted=("p3",), note="p3 went home")
walk_up = RollCallWalkUpAdded(person="p4", name="王伟")
reopened = RollCallReopened(reason="还有一人")


def open_call(
    expected: tuple[str, ...] = ("p1", "p2", "p3"), venue: str = "track", **more: Any
) -> OpenRollCall:
    return OpenRollCall(**WHO, title=TITLE, venue=venue, expected=expected, about=STORM, **more)


def close(safe: int = 1, unaccounted: tuple[str, ...] = ("p3",), by: str = "ana") -> CloseRollCall:
    return CloseRollCall(
        **(WHO | {"by": by}),
        safe=safe,
        need_help=1,
        unaccounted=unaccounted,
        note="p3 went home",
    )


def add(person: str = "p4", name: str | None = "王伟") -> AddWalkUp:
    return AddWalkUp(**WHO, person=person, name=name)


def excuse(person: str = "p3", **more: Any) -> ExcuseFromRollCall:
    return ExcuseFromRollCall(**(WHO | more), person=person, reason="leave")


def remind(round: int = 1, unaccounted: int = 2) -> RemindRollCall:
    return RemindRollCall(**WHO, round=round, unaccounted=unaccounted)


def due(minutes: float, name: str = REMIND) -> MissDeadline:
    said = WHO | {"at": at(minutes), "by": "service:wheel"}
    return MissDeadline(kind="rollcall", name=name, **said)


def reopen(**more: Any) -> ReopenRollCall:
    return ReopenRollCall(**(WHO | more), reason="还有一人")


def test_a_roll_call_is_opened() -> None:
    given([]).when(open_call()).then(opened)


def test_a_person_named_twice_is_expected_once() -> None:
    given([]).when(open_call(("p1", "p2", "p1", "p3"))).then(opened)


def test_opening_twice_records_nothing_even_if_the_roster_moved_on() -> None:
    given([opened]).when(open_call(("p1",))).then()
    given([opened, closed]).when(open_call()).then()


def test_an_id_is_not_taken_for_two_roll_calls() -> None:
    given([opened]).when(open_call(venue="village")).rejected("rollcall-exists", naming=["r1"])


def test_a_person_closes_it() -> None:
    given([opened]).when(close()).then(closed)


def test_closing_with_the_same_result_again_records_nothing() -> None:
    given([opened, closed]).when(close()).then()


def test_its_result_does_not_change() -> None:
    given([opened, closed]).when(close(2, ())).rejected("rollcall-closed")


def test_what_is_not_open_is_not_closed() -> None:
    given([]).when(close()).rejected("unknown-rollcall", naming=["r1"])


@pytest.mark.parametrize("by", ["service:volunteers", "playbook:blizzard"])
def test_no_machine_stops_looking_for_people(by: str) -> None:
    given([opened]).when(close(by=by)).rejected("needs-person", naming=[by])


@pytest.mark.parametrize(("safe", "missing"), [(1, ()), (2, ("p3",)), (0, ("p3", "p3"))])
def test_its_counts_add_up_to_those_expected(safe: int, missing: tuple[str, ...]) -> None:
    given([opened]).when(close(safe, missing)).rejected("counts-differ", naming=["3 expected"])


def test_a_roll_call_of_nobody_can_be_closed() -> None:
    nobody = RollCallOpened(title=TITLE, expected=())
    command = CloseRollCall(**WHO, safe=0, need_help=0, unaccounted=())
    given([nobody]).when(command).then(RollCallClosed(safe=0, need_help=0, unaccounted=()))


def test_what_it_asks_for_is_kept_with_it() -> None:
    scope = Scope(site="yanqing", role="medical")
    facts = ROLLCALL.decide(ROLLCALL.initial, open_call(scope=scope))
    assert [fact.scope for fact in facts if isinstance(fact, RollCallOpened)] == [scope]
    given([opened]).when(open_call(scope=scope)).rejected("rollcall-exists")


def test_nobody_is_asked_again_who_was_not_to_be() -> None:
    silent = opened.model_copy(update={"remind_after_s": None, "remind_at": None})
    given([]).when(open_call(remind_after_s=0)).then(silent)
    given([silent]).when(due(600)).then()
    given([silent]).when(remind()).then(RollCallReminded(round=1))


def test_a_walk_up_counts_from_now_on() -> None:
    given([opened]).when(add()).then(walk_up)
    given([opened, walk_up]).when(close()).rejected("counts-differ", naming=["4 expected"])
    given([opened, walk_up]).when(close(2)).then(closed.model_copy(update={"safe": 2}))


def test_who_is_expected_or_added_already_is_not_added() -> None:
    given([opened]).when(add("p1")).then()
    given([opened, walk_up]).when(add()).then()
    given([opened, walk_up, closed]).when(add()).then()


def test_nobody_is_excused_who_needs_help_or_is_not_asked_for_or_by_a_machine() -> None:
    given([opened]).when(excuse()).then(RollCallExcused(person="p3", reason="leave"))
    given([opened]).when(excuse("p4")).rejected("not-expected", naming=["p4"])
    given([opened, walk_up]).when(excuse("p4")).then(RollCallExcused(person="p4", reason="leave"))
    given([opened]).when(excuse(needs_help=True)).rejected("needs-help", naming=["p3"])
    given([opened]).when(excuse(by="service:volunteers")).rejected("needs-person")


def test_a_reason_to_be_excused_may_change() -> None:
    other = RollCallExcused(person="p3", reason="other-duty")
    given([opened, other]).when(excuse()).then(RollCallExcused(person="p3", reason="leave"))


@pytest.mark.parametrize("command", [add(), excuse(), remind()], ids=lambda c: c.type)
def test_what_is_closed_is_not_changed(command: RollCallCommand) -> None:
    given([opened, closed]).when(command).rejected("rollcall-closed", naming=["r1"])


@pytest.mark.parametrize(
    "command", [add(), excuse(), remind(), close(), reopen()], ids=lambda c: c.type
)
def test_what_nobody_opened_is_unknown(command: RollCallCommand) -> None:
    given([]).when(command).rejected("unknown-rollcall", naming=["r1"])


def test_those_missing_are_asked_again_when_it_is_time() -> None:
    given([opened]).when(due(4.9)).then()
    given([opened]).when(due(6, "answer")).then()
    given([opened]).when(due(5)).then(RollCallReminded(round=1, remind_at=at(10)))


def test_the_leads_are_told_every_half_hour_from_the_third_round_on() -> None:
    twice = RollCallReminded(round=2, remind_at=at(15))
    third = RollCallReminded(round=3, remind_at=at(15) + LEADS_EVERY)
    given([opened, twice]).when(due(15)).then(third)
    given([opened, third]).when(due(45)).then(
        RollCallReminded(round=4, remind_at=at(45) + timedelta(minutes=30))
    )


def test_a_person_reminds_at_once_and_each_round_is_made_once() -> None:
    first = RollCallReminded(round=1, remind_at=at(5))
    given([opened]).when(remind()).then(first)
    given([opened, first]).when(remind()).then()
    given([opened]).when(remind(unaccounted=0)).then()


def test_a_round_nobody_needs_is_looked_at_again_later() -> None:
    later = PostponeReminder(**(WHO | {"at": at(5)}))
    given([opened]).when(later).then(DeadlineSet(name=REMIND, due_at=at(10)))
    given([opened, DeadlineSet(name=REMIND, due_at=at(10))]).when(due(5)).then()
    given([opened, closed]).when(later).then()


def test_a_person_reopens_it_and_closes_it_anew() -> None:
    again = DeadlineSet(name=REMIND, due_at=at(5))
    given([opened, closed]).when(reopen()).then(reopened, again)
    given([opened]).when(reopen()).then()
    given([opened, closed, reopened, again]).when(close(2, ())).then(
        closed.model_copy(update={"safe": 2, "unaccounted": ()})
    )
    given([opened, closed]).when(reopen(by="service:volunteers")).rejected("needs-person")


def test_what_was_last_known_of_somebody_makes_no_other_result() -> None:
    known = tuple(LastKnown(person=f"p{number}") for number in range(LAST_KNOWN_MAX))
    given([opened, closed]).when(close().model_copy(update={"last_known": known})).then()


PERSONS = st.sampled_from(("p1", "p3", "p4", "p5"))
COMMANDS = st.one_of(
    st.builds(open_call, st.sampled_from([("p1", "p2"), ("p1", "p2", "p3")])),
    st.builds(close, st.integers(0, 4), st.sampled_from([(), ("p3",)]), st.just("ana")),
    st.builds(add, PERSONS),
    st.builds(excuse, PERSONS, needs_help=st.booleans()),
    st.builds(remind, st.integers(1, 4), st.integers(0, 1)),
    st.builds(due, st.integers(0, 60)),
    st.builds(reopen),
)


@given_any(st.lists(COMMANDS))
def test_whatever_is_asked_its_counts_add_up_and_its_rounds_rise(
    commands: list[RollCallCommand],
) -> None:
    expected = walk_ups = rounds = 0
    is_open = False
    for fact in lived(ROLLCALL, commands):
        match fact:
            case RollCallOpened():
                assert not expected
                expected, is_open = len(fact.expected), True
            case RollCallWalkUpAdded():
                assert is_open
                walk_ups += 1
            case RollCallReminded(round=round):
                assert is_open
                assert round > rounds
                rounds = round
            case RollCallClosed():
                assert is_open
                counted = fact.safe + fact.need_help + fact.excused + len(fact.unaccounted)
                assert counted == expected + walk_ups
                is_open = False
            case RollCallReopened():
                assert not is_open
                is_open = True
            case _:
                assert isinstance(fact, RollCallExcused | DeadlineSet)
