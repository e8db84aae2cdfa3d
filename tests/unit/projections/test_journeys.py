"""The journeys of the picture: plans kept, people arrived or missing, how late."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.envelope import Event
from events.fact import Fact, Text
from events.journey import (
    Itinerary,
    JourneyArrived,
    JourneyCancelled,
    JourneyDeparted,
    JourneyOverdue,
    JourneyPlanned,
    JourneyReplanned,
)
from projections.evidence import last_known, last_known_of
from projections.journey_view import show_history, show_journeys
from projections.moment import Moment
from projections.picture import Picture
from projections.view import view
from tests.unit.projections.build import at, need_help, picture, said, seen, site, venue, volunteer
from tests.unit.projections.histories import thorough

SEEN = Text(zh="最后在途", en="last seen on the way")
GROUND = (site(), venue(), volunteer("a"), volunteer("b"), volunteer("c"))


def plan(*people: str, arrives: float = 60) -> Itinerary:
    return Itinerary(
        origin="campus", destination="alpine", departs_at=at(0), arrives_at=at(arrives),
        people=people or ("a", "b"),
    )  # fmt: skip


def planned(minutes: float = -60, **more: Any) -> Event:
    return said(JourneyPlanned(plan=plan(**more), overdue_at=at(90)), "j1", minutes)


def replanned(minutes: float, *people: str, arrives: float = 60) -> Event:
    changed = plan(*people, arrives=arrives)
    fact = JourneyReplanned(plan=changed, overdue_at=at(arrives + 30), reason="雪")
    return said(fact, "j1", minutes)


def arrived(minutes: float, *people: str) -> Event:
    return said(JourneyArrived(venue="alpine", people=people), "j1", minutes)


DEPARTED = said(JourneyDeparted(), "j1", 1)
OVERDUE = said(JourneyOverdue(due_at=at(90), missing=("a", "b"), last_known=SEEN), "j1", 90)
CANCELLED = said(JourneyCancelled(reason="雪"), "j1", -5)


def shown(*events: Event, minutes: float = 100) -> dict[str, Any]:
    [row] = show_journeys(Moment(picture(*GROUND, *events), at(minutes)))
    return row


@pytest.mark.parametrize(
    ("events", "status", "missing", "late_s"),
    [
        ([planned()], "planned", ["a", "b"], 2400),
        ([planned(), DEPARTED], "under-way", ["a", "b"], 2400),
        ([planned(), arrived(50, "b")], "under-way", ["a"], 2400),
        ([planned(), DEPARTED, OVERDUE], "overdue", ["a", "b"], 2400),
        ([planned(), OVERDUE, arrived(95, "a")], "overdue", ["b"], 2400),
        ([planned(), OVERDUE, arrived(95, "a", "b")], "arrived", [], 2100),
        ([planned(), arrived(50, "a", "b")], "arrived", [], 0),
        ([planned(), OVERDUE, replanned(91, arrives=120)], "planned", ["a", "b"], 0),
        ([planned(), DEPARTED, replanned(2, "a", "c")], "under-way", ["a", "c"], 2400),
        ([planned(), arrived(50, "a"), replanned(55, "a")], "arrived", [], 0),
        ([planned(), CANCELLED], "cancelled", ["a", "b"], 0),
    ],
)
def test_where_it_stands(
    events: list[Event], status: str, missing: list[str], late_s: float
) -> None:
    row = shown(*events)
    assert (row["status"], row["missing"], row["late_by_s"]) == (status, missing, late_s)


def test_every_plan_is_kept_with_who_changed_it_and_why() -> None:
    made = picture(*GROUND, planned(), replanned(-20, "a"), replanned(-10, "a", "c"))
    row = show_history(Moment(made, at(0)), "j1", made.journeys.rows["j1"])
    assert row["former_plans"] == 2
    assert [former["plan"]["people"] for former in row["former"]] == [["a", "b"], ["a"]]
    assert row["plan"]["people"] == ["a", "c"]
    assert [(each["changed_by"], each["reason"]) for each in row["former"]] == [("li", "雪")] * 2


def test_it_leaves_the_view_a_day_after_it_ended_and_what_is_overdue_comes_first() -> None:
    over = [planned(), arrived(50, "a", "b")]
    assert show_journeys(Moment(picture(*GROUND, *over), at(50 + 24 * 60 + 1))) == []
    other = said(JourneyPlanned(plan=plan(), overdue_at=at(20)), "j0", -60)
    rows = show_journeys(Moment(picture(*GROUND, other, planned(), OVERDUE), at(100)))
    assert [row["id"] for row in rows] == ["j1", "j0"]
    assert view(picture(*GROUND, planned()), at(0))["journeys"][0]["id"] == "j1"


def test_who_sees_neither_end_sees_nothing_of_it() -> None:
    made = picture(*GROUND, planned())
    assert show_journeys(Moment(made, at(0), frozenset({"beijing"}))) == []
    assert len(show_journeys(Moment(made, at(0), frozenset({"yanqing"})))) == 1


def test_a_drill_changes_nothing_that_is_real() -> None:
    for event in (CANCELLED, arrived(50, "a", "b"), OVERDUE, replanned(1, "c"), DEPARTED):
        assert shown(planned(), event._replace(drill=True)) == shown(planned())


def test_what_was_last_known_is_said_in_words() -> None:
    made = picture(
        *GROUND,
        seen("a", 0, "on-the-way", method="trip"),
        seen("b", 10, venue=None),
        need_help("b", 20),
    )
    moment = Moment(made, at(130))
    assert last_known(moment, "a") == Text(
        zh="李a（a）：2 小时 10 分钟前在途，前往高山滑雪（行程）",
        en="Li a (a): on the way to Alpine, 2 h 10 min ago (their journey)",
    )
    assert last_known(moment, "b").zh == "李b（b）：1 小时 50 分钟前在岗（本人报告）"
    assert last_known(moment, "c").en == "Li c (c): nothing is known"
    assert last_known(moment, "z") == Text(zh="z：没有任何消息", en="z: nothing is known")
    many = last_known_of(moment, [f"p{n}" for n in range(25)])
    assert many.zh.endswith("；另有 5 人")
    assert many.en.endswith("; and 5 more")


FACTS: st.SearchStrategy[Fact] = st.one_of(
    st.builds(
        lambda people: JourneyReplanned(plan=plan(*people), overdue_at=at(90), reason="x"),
        st.lists(st.sampled_from("abc"), min_size=1, max_size=4),
    ),
    st.builds(
        lambda people: JourneyArrived(venue="alpine", people=tuple(people)),
        st.lists(st.sampled_from("abc"), max_size=3),
    ),
    st.sampled_from([JourneyDeparted(), OVERDUE.data, CANCELLED.data]),
)


@thorough
@given(st.lists(FACTS, max_size=12))
def test_everyone_of_the_plan_has_arrived_or_is_missing(facts: list[Fact]) -> None:
    events = [said(fact, "j1", n, id=f"e{n}") for n, fact in enumerate(facts)]
    made = picture(*GROUND, planned(), *events)
    row = made.journeys.rows["j1"]
    here = [one for one in row.arrived if one in row.plan.people]
    assert sorted([*row.missing, *here]) == sorted(set(row.plan.people))
    assert (row.status == "arrived") <= (not row.missing)
    assert (row.ended_at is None) == (row.status in ("planned", "under-way", "overdue"))
    assert Picture.load(made.snapshot()).canonical() == made.canonical()
