"""A swap is carried out by several processes that may be killed at any step, while people plan."""

from datetime import datetime
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from events.fact import Fact
from events.swap import SwapAgreed, SwapDone, SwapFailed, SwapProposed
from events.volunteer import LeaveApproved, ShiftAssigned, VolunteerRegistered
from services.decider import Command, Rejected
from services.volunteers.commands import AssignShift, CancelShift
from services.volunteers.decider import VOLUNTEER
from services.volunteers.shift_commands import ExchangeShift, SettleExchange, ShiftRules
from services.volunteers.swap import SWAP
from services.volunteers.swap_process import Parties, next_command
from tests.given import state_after
from tests.moments import at

H = 60


def planned(shift: str, start: float, end: float, venue: str = "track") -> ShiftAssigned:
    return ShiftAssigned(shift=shift, venue=venue, starts_at=at(start * H), ends_at=at(end * H))


def person(role: Any = "media") -> VolunteerRegistered:
    return VolunteerRegistered(name="李娜", latin="Li Na", role=role)


class Log:
    """The log of one swap and two people, and the rules for it."""

    def __init__(self, ana: list[Fact], bo: list[Fact], in_return: str | None = "s2") -> None:
        self.facts: dict[str, list[Fact]] = {
            "ana": [person(), *ana],
            "bo": [person(), *bo],
            "w1": [
                SwapProposed(giver="ana", shift="s1", taker="bo", in_return=in_return),
                SwapAgreed(person="ana"),
                SwapAgreed(person="bo"),
            ],
        }
        self.rules = ShiftRules()

    def parties(self) -> Parties:
        swap = state_after(SWAP, self.facts["w1"])
        ana, bo = (state_after(VOLUNTEER, self.facts[who]) for who in ("ana", "bo"))
        return Parties("w1", swap, ana, bo, "beijing", "yanqing")

    def next(self, now: datetime | None = None) -> Command | None:
        command = next_command(self.parties(), now or at(-48 * H))
        if isinstance(command, ExchangeShift) and command.takes is not None:
            takes = command.takes.model_copy(update={"rules": self.rules})
            return command.model_copy(update={"takes": takes})
        if isinstance(command, SettleExchange):
            return command.model_copy(update={"rules": self.rules})
        return command

    def decide(self, command: Any) -> str:
        decider: Any = SWAP if command.id == "w1" else VOLUNTEER
        state = state_after(decider, self.facts[command.id])
        try:
            self.facts[command.id] += decider.decide(state, command)
        except Rejected as refusal:
            return refusal.code
        return "accepted"

    def carry_out(self) -> Fact:
        for _ in range(10):
            command = self.next()
            if command is None:
                break
            assert self.decide(command) == "accepted"
        else:
            raise AssertionError("it never ends")
        return self.facts["w1"][-1]

    def plans(self, who: str) -> set[tuple[str, datetime]]:
        """Return where somebody serves, and from when on."""
        return {
            (shift.venue, shift.starts_at)
            for shift in state_after(VOLUNTEER, self.facts[who]).shifts
        }

    def shift(self, who: str) -> ShiftAssigned:
        [shift] = state_after(VOLUNTEER, self.facts[who]).shifts
        return shift


MORNING, EVENING = planned("s1", 0, 4), planned("s2", 6, 10, "village")
AS_IT_WAS = {("track", at(0))}, {("village", at(6 * H))}


def test_both_shifts_are_planned_anew() -> None:
    log = Log([MORNING], [EVENING])
    assert log.carry_out() == SwapDone()
    assert log.plans("ana") == {("village", at(6 * H))}
    assert log.plans("bo") == {("track", at(0))}
    assert log.shift("ana").instead_of == "bo"
    assert log.shift("bo").instead_of == "ana"
    assert log.parties().giver.held is None


def test_two_shifts_of_the_same_hours_are_swapped() -> None:
    log = Log([MORNING], [planned("s2", 0, 4, "village")])
    assert log.carry_out() == SwapDone()
    assert log.plans("ana") == {("village", at(0))}


def test_who_stands_in_serves_in_the_place_of_the_other() -> None:
    log = Log([MORNING], [], in_return=None)
    assert log.carry_out() == SwapDone()
    assert log.plans("ana") == set()
    assert log.shift("bo").instead_of == "ana"


def failure(log: Log) -> str:
    ended = log.carry_out()
    assert isinstance(ended, SwapFailed)
    return ended.reason.en


def test_what_the_giver_may_not_take_they_do_not_get() -> None:
    log = Log([MORNING, planned("s3", 12, 14)], [EVENING])
    assert "rest: 2 h 00 min" in failure(log)
    assert log.plans("bo") == AS_IT_WAS[1]
    assert log.plans("ana") == {("track", at(0)), ("track", at(12 * H))}


def test_when_the_taker_may_not_the_giver_has_the_shift_again() -> None:
    log = Log([MORNING], [EVENING, planned("s3", -8, -6)])
    assert "rest: 6 h 00 min" in failure(log)
    assert log.plans("ana") == AS_IT_WAS[0]
    assert log.plans("bo") == {*AS_IT_WAS[1], ("track", at(-8 * H))}
    assert log.parties().giver.held is None


def test_what_comes_back_against_a_guard_says_so_again() -> None:
    """It had been planned against the guard before, or the guard is new."""
    log = Log([MORNING, planned("s3", 5, 6)], [planned("s2", -12, -11), planned("s4", -5, -4)])
    assert "rest" in failure(log)
    ana = state_after(VOLUNTEER, log.facts["ana"])
    assert {shift.venue for shift in ana.shifts} == {"track"}
    assert len(ana.shifts) == 2
    assert ana.overrides == {shift.shift for shift in ana.shifts} - {"s3"}


def test_a_shift_that_is_gone_is_not_swapped() -> None:
    for ana, bo in (([], [EVENING]), ([MORNING], [])):
        log = Log(list(ana), list(bo))
        assert "has no shift" in failure(log)
        assert log.plans("ana") | log.plans("bo") == {
            (shift.venue, shift.starts_at) for shift in (*ana, *bo)
        }


def test_a_shift_that_is_over_is_not_swapped() -> None:
    log = Log([MORNING], [EVENING])
    command = log.next(now=at(4 * H))
    assert log.decide(command) == "accepted"
    assert "ended at 2022-02-04 16:00" in failure(log)


def test_leave_is_asked_of_both() -> None:
    log = Log([MORNING], [EVENING, LeaveApproved(leave="l", starts_at=at(0), ends_at=at(4 * H))])
    log.rules = ShiftRules(leave=True)
    assert "no approval covers" in failure(log)


def test_while_a_swap_is_under_way_nothing_takes_the_time_that_is_held() -> None:
    log = Log([MORNING], [EVENING, planned("s3", -8, -6)])
    assert log.decide(log.next()) == "accepted"
    who: Any = {"site": "beijing", "id": "ana", "at": at(-H), "by": "cy"}
    plan = AssignShift(**who, shift="s9", venue="track", starts_at=at(0), ends_at=at(H))
    assert log.decide(plan) == "swap-under-way"
    assert log.decide(CancelShift(**who, shift="s1", reason="storm")) == "swap-under-way"
    failure(log)
    assert log.decide(plan) == "shift-overlaps"


def test_nothing_is_done_before_both_agreed() -> None:
    log = Log([MORNING], [EVENING])
    log.facts["w1"].pop()
    assert log.next() is None


# Any interleaving, any kill.

WHO = st.sampled_from(["ana", "bo"])
IDS = st.sampled_from(["s1", "s2", "s3", "s4"])
PLANS = st.builds(
    lambda who, shift, start, length: AssignShift(
        site="x", id=who, at=at(-H), by="cy", shift=shift, venue="third",
        starts_at=at(start * H), ends_at=at((start + length) * H),
    ),
    WHO, IDS, st.integers(-20, 30), st.integers(1, 5),
)  # fmt: skip
CANCELS = st.builds(
    lambda who, shift: CancelShift(site="x", id=who, at=at(-H), by="cy", shift=shift, reason="-"),
    WHO, IDS,
)  # fmt: skip
LOOK, ACT, DIE = "look", "act", "die"
"""What a process does next: it reads what to do, or does what it read, or is killed and forgets."""
STEPS = st.one_of(
    st.tuples(st.integers(0, 2), st.sampled_from([LOOK, ACT, ACT, LOOK, DIE])),
    st.tuples(st.just(0), PLANS),
    st.tuples(st.just(0), CANCELS),
)


@settings(deadline=None, max_examples=300)
@given(
    ana=st.lists(PLANS, max_size=4),
    bo=st.lists(PLANS, max_size=4),
    in_return=st.sampled_from(["s2", None]),
    steps=st.lists(STEPS, max_size=30),
)
def test_no_interleaving_and_no_kill_loses_or_doubles_a_shift(
    ana: list[Any], bo: list[Any], in_return: str | None, steps: list[tuple[int, Any]]
) -> None:
    log = Log([MORNING], [EVENING], in_return)
    for plan in (*ana, *bo):
        log.decide(plan)
    crowd = Crowd(log)
    for process, step in steps:
        crowd.does(process, step)
        nobody_is_twice_on_shift(log)
    ended = log.carry_out()
    crowd.ends()
    assert log.carry_out() == ended
    nobody_is_twice_on_shift(log)
    assert isinstance(ended, SwapDone | SwapFailed)
    assert log.parties().giver.held is None
    swapped = isinstance(ended, SwapDone)
    morning, evening = ("track", at(0)), ("village", at(6 * H))
    if ("ana", "s1") not in crowd.cancelled:
        assert (morning in log.plans("bo"), morning in log.plans("ana")) == (swapped, not swapped)
    if ("bo", "s2") not in crowd.cancelled:
        gone = swapped and in_return is not None
        assert (evening in log.plans("ana"), evening in log.plans("bo")) == (gone, not gone)


class Crowd:
    """Processes that carry the swap out, and people who plan meanwhile."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._read: dict[int, Command] = {}
        self.cancelled: set[tuple[str, str]] = set()

    def does(self, process: int, step: Any) -> None:
        if step == LOOK:
            if (command := self._log.next()) is not None:
                self._read[process] = command
        elif step == ACT:
            self._act(process)
        elif step == DIE:
            self._read.pop(process, None)
        elif self._log.decide(step) == "accepted" and isinstance(step, CancelShift):
            self.cancelled.add((step.id, step.shift))

    def ends(self) -> None:
        """What a process had read before the end, it may still do."""
        for process in list(self._read):
            self._act(process)

    def _act(self, process: int) -> None:
        command = self._read.pop(process, None)
        assert command is None or self._log.decide(command) == "accepted"


def nobody_is_twice_on_shift(log: Log) -> None:
    for who in ("ana", "bo"):
        shifts = state_after(VOLUNTEER, log.facts[who]).shifts
        for one, other in pairwise(sorted(shifts, key=lambda shift: shift.starts_at)):
            assert one.ends_at <= other.starts_at
