"""Who may be put on a shift: each guard at its exact limit, one minute before and after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from events.fact import Fact
from events.volunteer import (
    Guard,
    GuardOverridden,
    LeaveApproved,
    LeaveWithdrawn,
    Role,
    ShiftAssigned,
    TrainingRecorded,
)
from events.volunteer import VolunteerRegistered as Registered
from services.volunteers.commands import (
    ApproveLeave,
    AssignShift,
    CancelShift,
    RecordTraining,
    RegisterVolunteer,
    WithdrawLeave,
)
from services.volunteers.decider import VOLUNTEER
from services.volunteers.shift_commands import ShiftRules
from tests.given import Given, lived, state_after
from tests.moments import at

given = partial(Given, VOLUNTEER)
WHO: dict[str, Any] = {"site": "yanqing", "id": "p1", "at": at(0), "by": "ana"}
registered = Registered(name="李娜", latin="Li Na", role="medical", phases=("games",))
H = 60
"""Minutes of an hour."""


def planned(
    start: float,
    end: float,
    shift: str = "s1",
    air_c: float | None = None,
    role: Role | None = None,
) -> ShiftAssigned:
    """A shift from and to so many minutes after noon."""
    return ShiftAssigned(
        shift=shift, venue="track", starts_at=at(start), ends_at=at(end), air_c=air_c, role=role
    )


def assign(start: float, end: float, shift: str = "s2", **more: Any) -> AssignShift:
    rules = ShiftRules(**more.pop("rules", {}))
    return AssignShift(
        **WHO, shift=shift, venue="track", starts_at=at(start), ends_at=at(end), rules=rules, **more
    )


def history(*facts: Fact) -> list[Fact]:
    return [registered, *facts]


# Hours of work.


def test_ten_hours_in_a_day_are_work_enough() -> None:
    given(history()).when(assign(0, 10 * H)).then(planned(0, 10 * H, "s2"))
    given(history()).when(assign(0, 10 * H + 1)).rejected(
        "guard", naming=["10 小时 01 分", "10 h 01 min within 24 h, the limit is 10 h", "工时"]
    )


def test_hours_of_work_count_in_any_twenty_four_hours() -> None:
    """Six hours until six in the evening, and from eight in the morning on: 24 h from noon on."""
    rest = {"rest_hours_min": 0}
    before = history(planned(0, 6 * H))
    given(before).when(assign(20 * H, 24 * H, rules=rest)).then(planned(20 * H, 24 * H, "s2"))
    given(before).when(assign(20 * H - 1, 24 * H, rules=rest)).rejected(
        "guard", naming=["10 h 01 min"]
    )
    # What lies after the first shift's hours have left the window does not count with them.
    given(before).when(assign(20 * H, 30 * H, rules=rest)).then(planned(20 * H, 30 * H, "s2"))


def test_hours_of_work_count_backwards_as_well() -> None:
    after = history(planned(20 * H, 26 * H))
    given(after).when(assign(2 * H, 6 * H, rules={"rest_hours_min": 0})).then(
        planned(2 * H, 6 * H, "s2")
    )
    given(after).when(assign(2 * H - 1, 6 * H, rules={"rest_hours_min": 0})).then(
        planned(2 * H - 1, 6 * H, "s2")
    )
    given(after).when(assign(2 * H, 6 * H + 1, rules={"rest_hours_min": 0})).rejected("guard")


def test_a_phase_sets_its_own_limit() -> None:
    rules = {"work_hours_max": 7.5}
    given(history()).when(assign(0, 7.5 * H, rules=rules)).then(planned(0, 7.5 * H, "s2"))
    given(history()).when(assign(0, 8 * H, rules=rules)).rejected("guard", naming=["7.5"])


# Rest.


def test_eleven_hours_lie_between_two_shifts() -> None:
    before = history(planned(0, 4 * H))
    given(before).when(assign(15 * H, 19 * H)).then(planned(15 * H, 19 * H, "s2"))
    given(before).when(assign(15 * H - 1, 19 * H)).rejected(
        "guard", naming=["10 h 59 min", "10 小时 59 分", "at least 11 h"]
    )


def test_rest_is_looked_for_before_the_next_shift_as_well() -> None:
    after = history(planned(15 * H, 19 * H))
    given(after).when(assign(0, 4 * H)).then(planned(0, 4 * H, "s2"))
    given(after).when(assign(0, 4 * H + 1)).rejected("guard", naming=["10 h 59 min"])


def test_shifts_without_a_gap_are_one_stretch_of_work() -> None:
    before = history(planned(0, 4 * H))
    given(before).when(assign(4 * H, 8 * H)).then(planned(4 * H, 8 * H, "s2"))
    given(before).when(assign(4 * H + 1, 8 * H)).rejected("guard", naming=["0 h 01 min"])


def test_rest_is_counted_from_the_whole_stretch() -> None:
    before = history(planned(0, 4 * H), planned(4 * H, 5 * H, "s3"))
    given(before).when(assign(15 * H, 17 * H)).rejected("guard", naming=["10 h 00 min"])
    given(before).when(assign(16 * H, 17 * H)).then(planned(16 * H, 17 * H, "s2"))


# Cold.

COLD = {"cold_below_c": -20.0, "cold_hours_max": 4}


def test_four_hours_in_the_cold_are_enough() -> None:
    given(history()).when(assign(0, 4 * H, rules=COLD, air_c=-25.5)).then(
        planned(0, 4 * H, "s2", -25.5)
    )
    given(history()).when(assign(0, 4 * H + 1, rules=COLD, air_c=-25.5)).rejected(
        "guard", naming=["-25.5 °C", "-25.5 C, below -20 C: 4 h 01 min", "低温时长"]
    )


def test_at_the_limit_it_is_not_cold_yet() -> None:
    given(history()).when(assign(0, 8 * H, rules=COLD, air_c=-20.0)).then(
        planned(0, 8 * H, "s2", -20.0)
    )
    given(history()).when(assign(0, 8 * H, rules=COLD)).then(planned(0, 8 * H, "s2"))
    given(history()).when(assign(0, 8 * H, air_c=-40)).then(planned(0, 8 * H, "s2", -40))


def test_only_shifts_in_the_cold_count_with_it() -> None:
    warm, cold = planned(0, 3 * H, air_c=-5), planned(0, 3 * H, air_c=-21)
    more = assign(3 * H, 5 * H, rules=COLD, air_c=-30)
    given(history(warm)).when(more).then(planned(3 * H, 5 * H, "s2", -30))
    given(history(cold)).when(more).rejected("guard", naming=["5 h 00 min"])


# Training, leave, phase.

TRAINED = {"courses": ("first-aid", "cold")}


def passed(course: str, until: float | None = None) -> TrainingRecorded:
    return TrainingRecorded(course=course, valid_until=None if until is None else at(until))


def test_every_course_of_the_role_is_passed_and_holds_until_the_end() -> None:
    command = assign(0, 4 * H, rules=TRAINED)
    shift = planned(0, 4 * H, "s2")
    given(history(passed("cold"), passed("first-aid", 4 * H))).when(command).then(shift)
    given(history(passed("cold"), passed("first-aid", 4 * H - 1))).when(command).rejected(
        "guard", naming=["no longer valid when it ends: first-aid", "培训"]
    )
    given(history(passed("cold"))).when(command).rejected("guard", naming=["not passed: first-aid"])


def test_a_course_taken_again_holds_as_it_was_said_last() -> None:
    command = assign(0, 4 * H, rules={"courses": ("cold",)})
    given(history(passed("cold", 0), passed("cold", 9 * H))).when(command).then(
        planned(0, 4 * H, "s2")
    )
    given(history(passed("cold"), passed("cold", 0))).when(command).rejected("guard")


def leave(start: float, end: float, id: str = "l1") -> LeaveApproved:
    return LeaveApproved(leave=id, starts_at=at(start), ends_at=at(end))


def test_an_approval_covers_the_whole_shift() -> None:
    command = assign(0, 4 * H, rules={"leave": True})
    given(history(leave(0, 4 * H))).when(command).then(planned(0, 4 * H, "s2"))
    for short in (leave(1, 4 * H), leave(0, 4 * H - 1)):
        given(history(short)).when(command).rejected("guard", naming=["离校", "2022-02-04 12:00"])
    halves = (leave(0, 2 * H), leave(2 * H, 4 * H, "l2"))
    given(history(*halves)).when(command).rejected("guard")
    withdrawn = LeaveWithdrawn(leave="l1", reason="closed")
    given(history(leave(0, 4 * H), withdrawn)).when(command).rejected("guard")


def test_where_the_phase_asks_for_no_approval_none_is_needed() -> None:
    given(history()).when(assign(0, 4 * H)).then(planned(0, 4 * H, "s2"))


def test_a_shift_is_for_the_roster_of_its_phase() -> None:
    given(history()).when(assign(0, H, rules={"phase": "games"})).then(planned(0, H, "s2"))
    given(history()).when(assign(0, H, rules={"phase": "para"})).rejected("guard", naming=["para"])
    of_all = Registered(name="李娜", latin="Li Na", role="medical")
    given([of_all]).when(assign(0, H, rules={"phase": "para"})).then(planned(0, H, "s2"))


# All at once, and against them.

EVERYTHING: dict[str, Any] = {
    "rules": {**TRAINED, **COLD, "leave": True, "phase": "para"},
    "air_c": -30.0,
}
WORST = history(planned(0, 9 * H, air_c=-30))
NAMES: tuple[Guard, ...] = ("training", "leave", "work-hours", "rest", "cold", "phase")


def test_all_that_stands_against_it_is_named_at_once() -> None:
    given(WORST).when(assign(10 * H, 15 * H, **EVERYTHING)).rejected(
        "guard",
        naming=[
            "not passed: first-aid, cold", "no approval covers", "14 h 00 min within 24 h",
            "1 h 00 min to the next", "-30 C, below -20 C: 14 h 00 min", "roster of para", "p1",
        ],
    )  # fmt: skip


def test_against_the_guards_it_is_planned_with_a_reason_on_record() -> None:
    given(WORST).when(assign(10 * H, 15 * H, **EVERYTHING, override="nobody else")).then(
        GuardOverridden(shift="s2", guards=NAMES, reason="nobody else"),
        planned(10 * H, 15 * H, "s2", -30),
    )


def test_a_reason_that_is_not_needed_is_not_recorded() -> None:
    given(history()).when(assign(0, H, override="nobody else")).then(planned(0, H, "s2"))


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_says_something(reason: str) -> None:
    with pytest.raises(ValueError, match="override"):
        assign(0, H, override=reason)


def test_no_reason_puts_a_person_on_two_shifts_at_once() -> None:
    given(history(planned(0, 4 * H))).when(assign(3 * H, 5 * H, override="x")).rejected(
        "shift-overlaps"
    )


def test_an_override_of_an_earlier_shift_does_not_open_the_next() -> None:
    long = GuardOverridden(shift="s1", guards=("work-hours",), reason="x")
    given(history(long, planned(0, 12 * H))).when(assign(23 * H, 24 * H)).rejected(
        "guard", naming=["13 h 00 min"]
    )


def test_the_same_shift_again_is_the_same_though_it_got_colder() -> None:
    given(history(planned(0, H, "s2", -5))).when(assign(0, H, air_c=-9)).then()
    given(history(planned(0, H, "s2", role="media"))).when(assign(0, H)).rejected("shift-exists")


# What people passed and what they were allowed.


def test_a_course_is_recorded_once() -> None:
    record = RecordTraining(**WHO, course="cold", valid_until=at(H))
    given(history()).when(record).then(passed("cold", H))
    given(history(passed("cold", H))).when(record).then()
    given([]).when(record).rejected("unknown-volunteer")


def test_leave_is_approved_and_withdrawn_once() -> None:
    approve = ApproveLeave(**WHO, leave="l1", starts_at=at(0), ends_at=at(H))
    withdraw = WithdrawLeave(**WHO, leave="l1", reason="closed")
    withdrawn = LeaveWithdrawn(leave="l1", reason="closed")
    given(history()).when(approve).then(leave(0, H))
    given(history(leave(0, H))).when(approve).then()
    given(history(leave(0, H))).when(withdraw).then(withdrawn)
    given(history(leave(0, H), withdrawn)).when(withdraw).then()
    given(history(leave(0, H), withdrawn)).when(approve).rejected("leave-withdrawn", naming=["l1"])
    given(history(leave(0, 2 * H))).when(approve).rejected("leave-exists", naming=["l1"])
    given(history()).when(withdraw).rejected("unknown-leave", naming=["l1"])
    backwards = ApproveLeave(**WHO, leave="l1", starts_at=at(H), ends_at=at(H))
    given(history()).when(backwards).rejected("leave-ends-before-start", naming=["l1"])


# Any plans at all.

LIMIT = {"work_hours_max": 10, "rest_hours_min": 11}
SHIFTS = st.sampled_from([f"s{n}" for n in range(8)])
PLANS = st.builds(
    lambda start, length, shift, reason: assign(
        start * 15, (start + length) * 15, shift, rules=LIMIT, override=reason
    ),
    st.integers(0, 4 * 72),
    st.integers(1, 4 * 16),
    SHIFTS,
    st.sampled_from([None, None, None, "nobody else"]),
)
CANCELS = st.builds(lambda shift: CancelShift(**WHO, shift=shift, reason="storm"), SHIFTS)


def worked(shifts: Sequence[ShiftAssigned], since: datetime) -> timedelta:
    """Count minute by minute, as nobody would who wants an answer soon."""
    minutes = {
        shift.starts_at + timedelta(minutes=n)
        for shift in shifts
        for n in range(int((shift.ends_at - shift.starts_at).total_seconds() // 60))
    }
    return timedelta(minutes=sum(since <= m < since + timedelta(hours=24) for m in minutes))


@settings(deadline=None, max_examples=60)
@given_any(st.lists(st.one_of(PLANS, PLANS, CANCELS), max_size=14), st.data())
def test_nobody_works_more_than_the_limit_in_any_day_without_an_override_on_record(
    commands: list[Any], data: st.DataObject
) -> None:
    register = RegisterVolunteer(**WHO, name="李娜", latin="Li Na", role="medical")
    facts = lived(VOLUNTEER, [register, *commands])
    state = state_after(VOLUNTEER, facts)
    kept = [shift for shift in state.shifts if shift.shift not in state.overrides]
    edges = {shift.starts_at for shift in kept} | {
        shift.ends_at - timedelta(hours=24) for shift in kept
    }
    some = data.draw(st.integers(-24 * 60, 96 * 60))
    for since in [*edges, at(some)]:
        assert worked(kept, since) <= timedelta(hours=10)
    overridden = [shift for shift in state.shifts if shift.shift in state.overrides]
    for one, other in pairwise(sorted(kept, key=lambda shift: shift.starts_at)):
        between = other.starts_at - one.ends_at
        bridged = any(
            shift.starts_at <= other.starts_at and one.ends_at <= shift.ends_at
            for shift in overridden
        )
        assert between == timedelta(0) or between >= timedelta(hours=11) or bridged
