from datetime import timedelta
from functools import partial
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.volunteer import PersonErased, Role, ShiftAssigned, ShiftCancelled, VolunteerChanged
from events.volunteer import VolunteerRegistered as Registered
from services.volunteers.commands import (
    AssignShift,
    CancelShift,
    ErasePerson,
    RegisterVolunteer,
    VolunteerCommand,
)
from services.volunteers.decider import VOLUNTEER
from services.volunteers.shift_commands import ShiftRules
from tests.given import Given, lived, state_after
from tests.moments import at

given = partial(Given, VOLUNTEER)
WHO: dict[str, Any] = {"site": "yanqing", "id": "p1", "at": at(0), "by": "ana"}
registered = Registered(name="李娜", latin="Li Na", role="medical", leads=("track",))
cancelled = ShiftCancelled(shift="s1", reason="storm")
cancel = CancelShift(**WHO, shift="s1", reason="storm")


def register(role: Role = "medical") -> RegisterVolunteer:
    return RegisterVolunteer(**WHO, name="李娜", latin="Li Na", role=role, leads=("track",))


def planned(start: int, end: int, shift: str = "s1", venue: str = "track") -> ShiftAssigned:
    """A shift from and to so many minutes after noon."""
    return ShiftAssigned(shift=shift, venue=venue, starts_at=at(start), ends_at=at(end))


def assign(
    start: int, end: int, shift: str = "s1", venue: str = "track", **more: Any
) -> AssignShift:
    return AssignShift(
        **WHO, shift=shift, venue=venue, starts_at=at(start), ends_at=at(end), **more
    )


NO_LIMITS: Any = {"rules": ShiftRules(work_hours_max=24, rest_hours_min=0)}
"""What this file is about holds whatever the guards say."""


def test_a_volunteer_is_registered() -> None:
    given([]).when(register()).then(registered)


def test_registering_the_same_again_records_nothing() -> None:
    given([registered]).when(register()).then()


def test_registering_other_content_changes_the_person() -> None:
    changed = VolunteerChanged(name="李娜", latin="Li Na", role="media", leads=("track",))
    given([registered]).when(register("media")).then(changed)
    given([registered, changed]).when(register("media")).then()


@pytest.mark.parametrize("command", [assign(0, 60), cancel])
def test_nobody_plans_for_a_stranger(command: VolunteerCommand) -> None:
    given([]).when(command).rejected("unknown-volunteer", naming=["p1"])


def test_a_shift_is_assigned() -> None:
    given([registered]).when(assign(0, 480)).then(planned(0, 480))


def test_the_same_shift_again_records_nothing() -> None:
    given([registered, planned(0, 480)]).when(assign(0, 480)).then()


def test_a_shift_id_stands_for_one_plan() -> None:
    given([registered, planned(0, 480)]).when(assign(600, 700)).rejected(
        "shift-exists", naming=["s1"]
    )


@pytest.mark.parametrize("end", [0, -60])
def test_a_shift_ends_after_it_starts(end: int) -> None:
    given([registered]).when(assign(0, end)).rejected("shift-ends-before-start")


def test_a_shift_is_at_most_sixteen_hours_long() -> None:
    given([registered]).when(assign(0, 16 * 60, **NO_LIMITS)).then(planned(0, 16 * 60))
    given([registered]).when(assign(0, 16 * 60 + 1, **NO_LIMITS)).rejected(
        "shift-too-long", naming=["16 h"]
    )


@pytest.mark.parametrize(("start", "end"), [(-30, 1), (479, 500), (60, 120), (-30, 500)])
def test_a_person_is_not_on_two_shifts_at_once(start: int, end: int) -> None:
    given([registered, planned(0, 480)]).when(assign(start, end, "s2", "village")).rejected(
        "shift-overlaps", naming=["s1", "p1"]
    )


@pytest.mark.parametrize(("start", "end"), [(-60, 0), (480, 500)])
def test_one_shift_may_follow_another_at_once(start: int, end: int) -> None:
    given([registered, planned(0, 480)]).when(assign(start, end, "s2")).then(
        planned(start, end, "s2")
    )


def test_a_shift_is_cancelled_once() -> None:
    given([registered, planned(0, 480)]).when(cancel).then(cancelled)
    given([registered, planned(0, 480), cancelled]).when(cancel).then()


def test_what_was_never_planned_is_not_cancelled() -> None:
    given([registered]).when(cancel).rejected("unknown-shift", naming=["s1"])


def test_a_late_repeat_does_not_bring_a_cancelled_shift_back() -> None:
    given([registered, planned(0, 480), cancelled]).when(assign(0, 480)).rejected(
        "shift-cancelled", naming=["s1"]
    )


def test_the_time_of_a_cancelled_shift_is_free_again() -> None:
    given([registered, planned(0, 480), cancelled]).when(assign(0, 480, "s2")).then(
        planned(0, 480, "s2")
    )


erase = ErasePerson(**WHO, reason="left us")
erased = PersonErased(reason="left us")


def test_a_person_is_erased_once() -> None:
    given([registered]).when(erase).then(erased)
    given([registered, erased]).when(erase).then()
    given([]).when(erase).rejected("unknown-volunteer", naming=["p1"])


def test_who_is_erased_is_never_registered_or_planned_again() -> None:
    for command in (register(), register("media"), assign(0, 60)):
        given([registered, erased]).when(command).rejected("erased", naming=["p1"])
    given([registered, planned(0, 480), erased]).when(cancel).then(cancelled)


SHIFTS = st.sampled_from(["s1", "s2", "s3", "s4"])
COMMANDS = st.one_of(
    st.builds(register, st.sampled_from(["medical", "media"])),
    st.builds(
        lambda start, length, shift: assign(start * 60, (start + length) * 60, shift, **NO_LIMITS),
        st.integers(0, 24),
        st.integers(-1, 18),
        SHIFTS,
    ),
    st.builds(lambda shift: CancelShift(**WHO, shift=shift, reason="storm"), SHIFTS),
)


@given_any(st.lists(COMMANDS, max_size=30))
def test_shifts_never_overlap(commands: list[VolunteerCommand]) -> None:
    facts = lived(VOLUNTEER, [register(), *commands])
    for end in range(len(facts)):
        shifts = state_after(VOLUNTEER, facts[: end + 1]).shifts
        for one, other in combinations(shifts, 2):
            assert one.ends_at <= other.starts_at or other.ends_at <= one.starts_at
        assert all(
            timedelta(0) < shift.ends_at - shift.starts_at <= timedelta(hours=16)
            for shift in shifts
        )
