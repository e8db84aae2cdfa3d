from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.deadline import DeadlineMet, DeadlineMissed, DeadlineSet
from events.fact import Fact, Text
from events.phase import PhaseDayBegun, PhasePlanned, RoleRule
from services.deadlines import MissDeadline
from services.volunteers.commands import PlanPhase
from services.volunteers.phase import PHASE, days
from tests.given import Given, lived, state_after

given = partial(Given, PHASE)
NAME = Text(zh="冬奥会", en="Games")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


START, END = utc("2022-02-04T00:00"), utc("2022-02-07T00:00")
SAID: dict[str, Any] = {
    "name": NAME, "starts_at": START, "ends_at": END, "timezone": "Asia/Shanghai",
    "check_in_at": "08:30",
}  # fmt: skip


def plan(at: datetime = START - timedelta(days=1), **said: Any) -> PlanPhase:
    return PlanPhase(site="hq", id="games", at=at, by="ana", **{**SAID, **said})


def planned(first_day_at: datetime | None, **said: Any) -> PhasePlanned:
    return PhasePlanned(**{**SAID, **said}, first_day_at=first_day_at)


def miss(at: datetime, name: str = "day") -> MissDeadline:
    return MissDeadline(kind="phase", site="hq", id="games", at=at, by="service:wheel", name=name)


FIRST, SECOND, THIRD = (utc(f"2022-02-0{day}T00:30") for day in (4, 5, 6))


def begun(due_at: datetime, *passed_over: str) -> PhaseDayBegun:
    day = (due_at + timedelta(hours=8)).date().isoformat()
    return PhaseDayBegun(day=day, due_at=due_at, passed_over=passed_over)


def day_set(due_at: datetime) -> DeadlineSet:
    return DeadlineSet(name="day", due_at=due_at)


def test_a_phase_is_planned_with_the_moment_of_its_first_day() -> None:
    given([]).when(plan()).then(planned(FIRST))


def test_the_same_plan_again_records_nothing() -> None:
    given([planned(FIRST)]).when(plan(at=SECOND)).then()


def test_a_day_begins_and_the_next_one_is_waited_for() -> None:
    given([planned(FIRST)]).when(miss(FIRST)).then(begun(FIRST), day_set(SECOND))


@pytest.mark.parametrize("command", [miss(FIRST - timedelta(seconds=1)), miss(FIRST, "answer")])
def test_no_day_begins_before_its_hour(command: MissDeadline) -> None:
    given([planned(FIRST)]).when(command).then()


def test_after_the_last_day_none_is_waited_for() -> None:
    history: list[Fact] = [planned(FIRST), begun(FIRST), day_set(SECOND), begun(SECOND)]
    given([*history, day_set(THIRD)]).when(miss(THIRD)).then(begun(THIRD), DeadlineMet(name="day"))
    after = [*history, day_set(THIRD), begun(THIRD), DeadlineMet(name="day")]
    given(after).when(miss(THIRD)).then()


def test_of_the_days_missed_only_the_newest_begins_and_says_so() -> None:
    late = THIRD + timedelta(hours=3)
    given([planned(FIRST)]).when(miss(late)).then(
        begun(THIRD, "2022-02-04", "2022-02-05"), DeadlineMet(name="day")
    )


def test_no_day_begins_once_the_phase_is_over() -> None:
    given([planned(FIRST)]).when(miss(END)).then(DeadlineMissed(name="day", due_at=FIRST))


def test_nothing_begins_of_a_phase_nobody_planned() -> None:
    given([]).when(miss(FIRST)).then()


def test_planned_anew_on_the_way_it_goes_on_with_the_next_day() -> None:
    given([planned(FIRST), begun(FIRST), day_set(SECOND)]).when(
        plan(at=FIRST + timedelta(hours=1), check_in_at="09:00")
    ).then(planned(utc("2022-02-05T01:00"), check_in_at="09:00"))


def test_planned_anew_no_day_begins_twice() -> None:
    """The clock that begins a day may be a little behind the one that plans."""
    history = [planned(FIRST), begun(FIRST), day_set(SECOND)]
    given(history).when(plan(at=FIRST - timedelta(minutes=1), work_hours_max=9)).then(
        planned(SECOND, work_hours_max=9)
    )


def test_a_phase_cut_short_waits_for_no_day() -> None:
    cut = START + timedelta(minutes=10)
    given([planned(FIRST)]).when(plan(at=START, ends_at=cut)).then(
        planned(None, ends_at=cut), DeadlineMet(name="day")
    )


@pytest.mark.parametrize(
    ("said", "code", "naming"),
    [
        ({"ends_at": START}, "phase-ends-before-start", "games"),
        ({"ends_at": START + timedelta(days=1001)}, "phase-too-long", "1000"),
        ({"timezone": "Mars/Base"}, "unknown-timezone", "Mars/Base"),
        ({"timezone": "../../etc"}, "unknown-timezone", "games"),
        ({"timezone": "Europe"}, "unknown-timezone", "Europe"),
        ({"rules": (RoleRule(role="media"), RoleRule(role="media"))}, "role-twice", "media"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(said: dict[str, Any], code: str, naming: str) -> None:
    given([]).when(plan(**said)).rejected(code, naming=[naming])


def dues(zone: str, hour: str, starts: str, ends: str) -> list[datetime]:
    said = {"timezone": zone, "check_in_at": hour, "starts_at": utc(starts), "ends_at": utc(ends)}
    found = planned(None, **said)
    return [each.at.astimezone(ZoneInfo(zone)) for each in days(found, found.starts_at)]


def test_the_hour_stays_where_the_clocks_change() -> None:
    """In Europe they changed on 27 March 2022 at 01:00 UTC, and back on 30 October."""
    spring = dues("Europe/Berlin", "08:00", "2022-03-26T00:00", "2022-03-29T00:00")
    assert [f"{due:%d %R %z}" for due in spring] == [
        "26 08:00 +0100", "27 08:00 +0200", "28 08:00 +0200",
    ]  # fmt: skip
    autumn = dues("Europe/Berlin", "08:00", "2022-10-29T00:00", "2022-11-01T00:00")
    assert [f"{due:%d %R %z}" for due in autumn] == [
        "29 08:00 +0200", "30 08:00 +0100", "31 08:00 +0100",
    ]  # fmt: skip


def test_an_hour_that_there_is_not_or_twice_is_due_once() -> None:
    gap = dues("Europe/Berlin", "02:30", "2022-03-26T00:00", "2022-03-29T00:00")
    assert [f"{due:%d %R}" for due in gap] == ["26 02:30", "27 03:30", "28 02:30"]
    twice = dues("Europe/Berlin", "02:30", "2022-10-29T00:00", "2022-11-01T00:00")
    assert [f"{due:%d %R %z}" for due in twice] == [
        "29 02:30 +0200", "30 02:30 +0200", "31 02:30 +0100",
    ]  # fmt: skip


def test_a_day_that_a_zone_left_out_has_no_check_in() -> None:
    """Samoa went from 29 to 31 December 2011."""
    found = dues("Pacific/Apia", "08:00", "2011-12-28T00:00", "2012-01-01T12:00")
    assert [f"{due:%m-%d %R}" for due in found] == [
        "12-28 08:00", "12-29 08:00", "12-31 08:00", "01-01 08:00",
    ]  # fmt: skip


ZONES = st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"]
)
HOURS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
MOMENTS = st.datetimes(datetime(2011, 12, 1), datetime(2012, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis puts the zone to it


@given_any(ZONES, HOURS, MOMENTS, st.integers(1, 500))
def test_the_hours_are_a_day_apart_give_or_take_a_change_of_clocks(
    zone: str, hour: str, starts: datetime, length: int
) -> None:
    said = {"timezone": zone, "check_in_at": hour, "starts_at": starts}
    found = list(days(planned(None, **said, ends_at=starts + timedelta(days=length)), starts))
    assert abs(len(found) - length) <= 1
    for one, next_one in pairwise(found):
        assert timedelta(hours=21) <= next_one.at - one.at <= timedelta(hours=27)
        assert one.day < next_one.day


@given_any(
    st.lists(
        st.one_of(
            st.builds(
                lambda at, hour, length: plan(
                    START + timedelta(hours=at),
                    check_in_at=hour,
                    ends_at=START + timedelta(hours=length),
                ),
                st.integers(-30, 120),
                HOURS,
                st.integers(1, 100),
            ),
            st.builds(lambda at: miss(START + timedelta(hours=at)), st.integers(-30, 150)),
        ),
        max_size=12,
    )
)
def test_days_begin_in_order_and_each_once(commands: list[Any]) -> None:
    facts = lived(PHASE, commands)
    started = [fact.due_at for fact in facts if isinstance(fact, PhaseDayBegun)]
    assert started == sorted(set(started))
    state = state_after(PHASE, facts)
    assert state.due_at is None or state.last is None or state.due_at > state.last.due_at
