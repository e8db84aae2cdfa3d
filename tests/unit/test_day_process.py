"""What follows from a day that begins, from who is missing, and from a check-in."""

from datetime import timedelta
from functools import reduce
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from events.checkin import CheckInGiven
from events.day import DayChased, DayClosed
from events.deadline import DeadlineSet
from events.fact import Fact
from events.lane import Helper
from events.phase import PhaseDayBegun
from events.sealed import Sealed
from events.volunteer import VolunteerRegistered
from projections.picture import Picture
from projections.roster import Roster
from services.days import process
from services.days.commands import ChaseDay, CloseDay, DayCommand, OpenDay
from services.days.decider import DAY, LENGTH
from tests.unit.projections.build import NOON, at, said
from tests.unit.projections.histories import thorough

TODAY = "2022-02-13"
ID = f"games-{TODAY}-yanqing"
KEY = bytes(range(32))
BEGUN = PhaseDayBegun(day=TODAY, due_at=NOON)


def folded(*people: tuple[str, dict[str, object]]) -> tuple[Picture, Roster]:
    picture, roster = Picture(), Roster()
    for seq, (id, more) in enumerate(people, 1):
        fields = {"name": f"名{id}", "latin": id, "role": "medical", **more}
        site = str(fields.pop("site", "yanqing"))
        event = said(VolunteerRegistered(**fields), id, -100, site=site, seq=seq)  # type: ignore[arg-type]  # rows of a table
        picture.apply(event)
        roster.apply(event)
    return picture, roster


def chased(level: int, *missing: str) -> tuple[Picture, Roster, DayChased]:
    picture, roster = folded(
        ("a", {"lead": "x"}),
        ("b", {"lead": "y", "helpers": (Helper(lane="mental-health", person="h"),)}),
        ("c", {}),
        ("x", {}),
        ("y", {}),
        ("z", {"leads": ("yanqing",)}),
        ("h", {"lanes": ("mental-health",), "role": "support"}),
    )
    opened = DAY.decide(DAY.initial, opening("a", "b", "c"))[0]
    picture.apply(said(opened, ID, seq=50))
    return picture, roster, DayChased(level=level, missing=missing)


def opening(*expected: str) -> OpenDay:
    return OpenDay(
        site="yanqing",
        id=ID,
        at=NOON,
        by=process.BY,
        phase="games",
        day=TODAY,
        due_at=NOON,
        expected=expected,
        chase_at=at(60),
    )


def test_an_id_can_be_read_or_is_derived_where_it_would_be_too_long() -> None:
    assert process.day_id("games", TODAY, "yanqing") == ID
    long = process.day_id("g" * 40, TODAY, "y" * 40)
    assert len(long) <= 64
    assert long != process.day_id("g" * 40, TODAY, "z" * 40)


def test_a_day_opens_where_people_of_the_phase_are_at_home() -> None:
    picture, roster = folded(
        ("a", {}),
        ("b", {"phases": ("games",)}),
        ("c", {"phases": ("para",)}),
        ("d", {"site": "beijing", "role": "support"}),
        ("e", {"site": "beijing"}),
    )
    event = said(BEGUN, "games")
    volunteers = picture.people.volunteers
    days = process.openings(event, BEGUN, roster.in_phase("games"), volunteers, NOON)
    assert [(day.site, day.expected) for day in days] == [
        ("beijing", ("e",)),
        ("yanqing", ("a", "b")),
    ]
    assert {day.chase_at for day in days} == {NOON + timedelta(hours=1)}
    again = process.openings(event, BEGUN, roster.in_phase("games"), volunteers, at(5))
    assert [day.id for day in again] == [day.id for day in days]


def test_the_missing_are_asked_once_a_level() -> None:
    picture, _, fact = chased(1, "a", "b")
    row, volunteers = picture.days.rows[ID], picture.people.volunteers
    first = list(process.asked(said(fact, ID), fact, row, volunteers, NOON))
    assert [(message.person, message.purpose) for message in first] == [
        ("a", "check-in"),
        ("b", "check-in"),
    ]
    second = DayChased(level=2, missing=("a",))
    [more] = process.asked(said(second, ID), second, row, volunteers, NOON)
    assert more.id not in {message.id for message in first}
    assert "再次" in more.text.zh


def test_leads_are_told_of_their_people_and_the_site_s_of_the_rest() -> None:
    picture, roster, fact = chased(3, "a", "b", "c")
    row, volunteers = picture.days.rows[ID], picture.people.volunteers
    alert = process.told(said(fact, ID), fact, row, volunteers, roster, NOON)
    assert [step.to for step in alert.way_up] == [("x", "y", "z"), ("post:yanqing",), ("post:hq",)]
    assert alert.body.zh == "yanqing 应报 3 人，未报：名a（a）、名b（b）、名c（c）。"


def test_at_last_headquarters_is_told() -> None:
    picture, roster, fact = chased(4, "a")
    row, volunteers = picture.days.rows[ID], picture.people.volunteers
    alert = process.told(said(fact, ID), fact, row, volunteers, roster, NOON)
    assert [step.to for step in alert.way_up] == [("post:hq",)]
    assert alert.id != process.alert_id(ID, 3)


def test_what_a_check_in_asks_for() -> None:
    def lanes(**details: object) -> list[tuple[str, str]]:
        return [(str(lane), why) for lane, why in process.whys(details)]

    assert lanes(answer="fine", temperature_c=36.5) == []
    assert lanes(answer="talk") == [("mental-health", "talk")]
    assert lanes(answer="not-fine", temperature_c=37.3) == [
        ("mental-health", "not-fine"),
        ("epidemic-prevention", "fever"),
    ]


def test_an_id_of_a_request_is_the_same_again_and_needs_the_key() -> None:
    id = process.care_id(KEY, "e1", "mental-health")
    assert id == process.care_id(KEY, "e1", "mental-health")
    others = {
        process.care_id(KEY, "e2", "mental-health"),
        process.care_id(KEY, "e1", "epidemic-prevention"),
        process.care_id(KEY[::-1], "e1", "mental-health"),
    }
    assert len(others | {id}) == 4


def test_a_request_goes_to_the_helper_then_to_the_lane_and_names_nobody() -> None:
    _, roster, _ = chased(1)
    alert = process.care_alert("5f0c", "yanqing", "mental-health", ("h2",), roster, NOON)
    assert [step.to for step in alert.way_up] == [("h2",), ("h",)]
    assert alert.venue is None
    waits = {
        process.care_alert(id, "yanqing", "mental-health", (), roster, NOON)
        .way_up[1]
        .answer_within_s
        for id in ("5f0c", "5f0d", "a001")
    }
    assert len(waits) == 3
    waiting = process.waiting_alert("5f0c", "mental-health", NOON)
    assert "5f0c" not in waiting.model_dump_json()


# Check-ins, deadlines and restarts in any order.

PEOPLE = ("a", "b", "c", "d")
moves = st.lists(
    st.one_of(
        st.tuples(st.just("check-in"), st.sampled_from(PEOPLE), st.integers(-90, 300)),
        st.tuples(st.just("wheel"), st.just(""), st.integers(0, 90)),
    ),
    max_size=24,
)


class Morning:
    """A site's day as its service lives it: facts in a log, the picture they come to, a state."""

    def __init__(self) -> None:
        self.picture = Picture()
        self.state = DAY.initial
        self.now = -100.0
        self.log: list[Fact] = []
        self.asked: set[tuple[str, int]] = set()

    def check_in(self, person: str, minutes: float) -> None:
        """Somebody checks in; it is told now, wherever on the clock it happened."""
        sealed = Sealed(owner=person, topic="check-in", box="QUJD")
        self._store(CheckInGiven(day=TODAY, sealed=sealed), person, min(minutes, self.now))

    def turn(self, minutes: float) -> None:
        """Let time pass, and fire what falls due as the service does: who is missing comes in."""
        self.now += minutes
        moment, missing = at(self.now), tuple(self.picture.days.missing.get(ID, ()))
        who: Any = {"site": "yanqing", "id": ID, "by": process.BY, "at": moment}
        if self.state.chase_at is not None and self.state.chase_at <= moment:
            self.decide(ChaseDay(**who, missing=missing))
        if self.state.close_at is not None and self.state.close_at <= moment:
            self.decide(CloseDay(**who, missing=missing))

    def decide(self, command: DayCommand) -> None:
        """Decide a command, judge what follows, and decide it once more for nothing."""
        missing = set(self.picture.days.missing.get(ID, ()))
        facts = DAY.decide(self.state, command)
        self.state = reduce(DAY.evolve, facts, self.state)
        for fact in facts:
            self._store(fact, ID, self.now)
            if isinstance(fact, DayChased):
                self._chased(fact, missing)
            if isinstance(fact, DayClosed):
                assert fact.reported + len(fact.missing) == len(PEOPLE)
        assert DAY.decide(self.state, command) == []

    def _chased(self, fact: DayChased, missing: set[str]) -> None:
        assert set(fact.missing) == missing != set()
        told = {(person, fact.level) for person in fact.missing}
        assert not told & self.asked
        self.asked |= told

    def _store(self, fact: Fact, key: str, minutes: float) -> None:
        self.log.append(fact)
        number = len(self.log)
        self.picture.apply(said(fact, key, minutes, id=f"e{number}", seq=number))

    def adds_up(self) -> bool:
        """Tell whether everyone is reported or missing, and the late are among the reported."""
        days = self.picture.days
        if ID not in days.rows:
            return True
        missing = days.missing[ID]
        whole = days.reported(ID) + len(missing) == len(PEOPLE)
        return whole and not missing.keys() & days.late[ID].keys()


@thorough
@given(moves, st.integers(0, 12))
def test_whatever_happens_the_chased_are_those_missing_then_and_nobody_is_asked_twice(
    happenings: list[tuple[str, str, int]], opens_after: int
) -> None:
    morning = Morning()
    for number, (what, person, minutes) in enumerate(happenings):
        if number == opens_after:
            morning.now = max(morning.now, 0)
            morning.decide(opening(*PEOPLE))
        if what == "check-in":
            morning.check_in(person, minutes)
        else:
            morning.turn(minutes)
        assert morning.adds_up()
    levels = [fact.level for fact in morning.log if isinstance(fact, DayChased)]
    assert levels == list(range(1, len(levels) + 1))
    due = [fact.due_at for fact in morning.log if isinstance(fact, DeadlineSet)]
    assert all(moment <= NOON + LENGTH for moment in due)
