import pickle
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.envelope import Event
from events.lane import Helper
from events.volunteer import (
    PersonErased,
    ShiftCancelled,
    VolunteerChanged,
    VolunteerRegistered,
)
from projections.roster import Roster
from services.foldable import restore_state, state_of
from tests.unit.projections.build import at, need_help, safe, said, seen, shift, volunteer


def folded(*events: Event) -> Roster:
    roster = Roster()
    for event in events:
        roster.apply(event)
    return roster


def here(*events: Event, minutes: float = 30) -> tuple[str, ...]:
    return folded(volunteer("a"), *events).on_post("alpine", at(minutes))


@pytest.mark.parametrize(
    ("events", "is_here"),
    [
        ([], False),
        ([seen("a", 0)], True),
        ([seen("a", 0, "resting")], True),
        ([seen("a", 0, "on-the-way")], False),
        ([seen("a", 0, "left")], False),
        ([seen("a", 0), seen("a", 1, venue="oval")], False),
        ([seen("a", 0), seen("a", 1, "left", venue=None)], False),
        ([safe("a", 0, venue="alpine")], True),
        ([seen("a", 0), safe("a", 1)], True),
        ([need_help("a", 0)], False),
        ([shift("a", 0, 60)], True),
        ([shift("a", 31, 60)], False),
        ([shift("a", 0, 30)], False),
        ([shift("a", 0, 60), seen("a", -60, "left")], True),
        ([shift("a", 0, 60), seen("a", 10, "left")], False),
        ([shift("a", 0, 60), seen("a", 10, venue="oval")], False),
        ([shift("a", 0, 60), seen("a", 10, "on-the-way", venue=None)], True),
        ([shift("a", 0, 60), said(ShiftCancelled(shift="s1", reason="-"), "a", 1)], False),
        ([shift("a", 0, 60), shift("a", 0, 60, venue="oval")], False),
    ],
)
def test_on_post_is_who_may_be_there(events: list[Event], is_here: bool) -> None:
    assert here(*events) == (("a",) if is_here else ())


@given(
    st.permutations(
        [
            seen("a", 0),
            seen("a", 5, venue="oval"),
            seen("a", 9),
            safe("a", 20),
            seen("a", 15, "left"),
        ]
    )
)
def test_evidence_counts_by_when_it_happened(events: list[Event]) -> None:
    assert here(*events) == ()
    assert here(*[event for event in events if event.occurred_at < at(15)]) == ("a",)


def test_leads_and_duty_officers_follow_what_was_said_last() -> None:
    duty = VolunteerRegistered(name="值班", latin="Duty", role="duty-officer")
    roster = folded(
        volunteer("b", leads=("alpine", "yanqing")),
        volunteer("a", leads=("alpine",)),
        said(duty, "d", site="hq"),
    )
    assert roster.leads("alpine") == ("a", "b")
    assert roster.leads("yanqing") == ("b",)
    assert roster.leads("nowhere") == ()
    assert roster.duty_officers("hq") == ("d",)
    roster.apply(said(VolunteerChanged(name="b", latin="b", role="medical", leads=()), "b"))
    roster.apply(
        said(VolunteerChanged(name="d", latin="d", role="medical", leads=()), "d", site="hq")
    )
    assert roster.leads("alpine") == ("a",)
    assert roster.leads("yanqing") == roster.duty_officers("hq") == ()


def test_two_pieces_of_evidence_of_one_moment_have_one_order() -> None:
    one, two = seen("a", 0), seen("a", 0, venue="oval")._replace(id="zz")
    assert {here(*order) for order in permutations([one, two])} == {()}


def person(id: str, *, site: str = "yanqing", minutes: float = 0, **fields: Any) -> Event:
    of = {"name": id, "latin": id, "role": "medical", **fields}
    return said(VolunteerChanged(**of), id, minutes, site=site)


def test_each_list_has_who_was_said_to_be_on_it_last() -> None:
    roster = folded(
        volunteer("b"),
        volunteer("a"),
        person("b", lanes=("transport", "training"), phases=("games", "return")),
        person("h", site="hq", role="support", lanes=("transport",), phases=("games",)),
    )
    assert roster.everyone() == ("a", "b", "h")
    assert (roster.home("yanqing"), roster.home("hq")) == (("a", "b"), ("h",))
    assert roster.people_of_role("medical") == ("a", "b")
    assert roster.of_lane("transport") == ("b", "h")
    assert roster.in_phase("games") == ("a", "b", "h")
    assert roster.in_phase("return") == ("a", "b")
    assert roster.in_phase("nobody names it") == ("a",)
    roster.apply(person("b", role="media", lanes=("training",), phases=("return",)))
    assert roster.of_lane("transport") == roster.people_of_role("support") == ("h",)
    assert (roster.of_lane("training"), roster.people_of_role("media")) == (("b",), ("b",))
    assert roster.in_phase("games") == ("a", "h")


def test_helpers_and_the_lead_are_those_named_last() -> None:
    helpers = (Helper(lane="transport", person="h"), Helper(lane="mental-health", person="g"))
    roster = folded(person("a", lead="x", helpers=helpers), person("c"))
    assert roster.helpers_of("a") == (("transport", "h"), ("mental-health", "g"))
    assert roster.lead_of("a") == "x"
    for other in ("c", "nobody"):
        assert (roster.helpers_of(other), roster.lead_of(other)) == ((), None)
    roster.apply(person("a", lead="y", helpers=helpers[:1]))
    assert (roster.helpers_of("a"), roster.lead_of("a")) == ((("transport", "h"),), "y")


def test_who_was_erased_is_on_no_list_and_stays_off() -> None:
    everywhere: dict[str, Any] = {
        "role": "duty-officer",
        "leads": ("alpine",),
        "lanes": ("transport",),
        "phases": ("games",),
    }
    erased = said(PersonErased(reason="left"), "d")
    helper = (Helper(lane="transport", person="d"),)
    roster = folded(person("a", lead="d", helpers=helper), person("d", **everywhere), seen("d", 0))
    assert roster.leads("alpine") == roster.duty_officers("yanqing") == ("d",)
    for event in (erased, person("d", **everywhere)):
        roster.apply(event)
        lists = (roster.leads("alpine"), roster.duty_officers("yanqing"))
        assert lists == (roster.of_lane("transport"), roster.people_of_role("duty-officer"))
        assert lists == ((), ())
        assert roster.everyone() == roster.home("yanqing") == roster.in_phase("games") == ("a",)
        assert (roster.lead_of("a"), roster.helpers_of("a")) == (None, ())
    assert roster.on_post("alpine", at(1)) == ("d",)


@given(
    st.lists(
        st.one_of(
            st.builds(
                person,
                st.sampled_from("abc"),
                role=st.sampled_from(["medical", "duty-officer", "support"]),
                leads=st.sets(st.sampled_from(["alpine", "yanqing"])).map(tuple),
                lanes=st.sets(st.sampled_from(["transport", "training"])).map(tuple),
                phases=st.sets(st.sampled_from(["games", "return"])).map(tuple),
            ),
            st.sampled_from("abc").map(lambda id: said(PersonErased(reason="-"), id)),
        ),
        max_size=12,
    )
)
def test_the_lists_are_what_a_count_of_the_people_gives(events: list[Event]) -> None:
    roster = folded(*events)
    erased = {event.key for event in events if isinstance(event.data, PersonErased)}
    last = {event.key: event.data for event in events if event.key not in erased}
    facts = {key: fact for key, fact in last.items() if isinstance(fact, VolunteerChanged)}
    assert set(roster.everyone()) == set(facts)
    for role in ("medical", "duty-officer", "support"):
        assert set(roster.people_of_role(role)) == {k for k, f in facts.items() if f.role == role}
    assert roster.duty_officers("yanqing") == roster.people_of_role("duty-officer")
    for place in ("alpine", "yanqing"):
        assert set(roster.leads(place)) == {k for k, f in facts.items() if place in f.leads}
    for lane in ("transport", "training"):
        assert set(roster.of_lane(lane)) == {k for k, f in facts.items() if lane in f.lanes}
    for phase in ("games", "return"):
        serving = {k for k, f in facts.items() if not f.phases or phase in f.phases}
        assert set(roster.in_phase(phase)) == serving


def test_what_is_kept_for_the_next_start_is_all_of_it() -> None:
    events = [person("a", lead="x", lanes=("transport",)), seen("a", 0), shift("a", 0, 60)]
    first, second = folded(*events), Roster()
    restore_state(second, pickle.loads(pickle.dumps(state_of(first))))
    for roster in (first, second):
        roster.apply(person("b", lanes=("transport",)))
    assert first.everyone() == second.everyone() == ("a", "b")
    assert first.on_post("alpine", at(30)) == second.on_post("alpine", at(30)) == ("a",)
    assert list(first.find("b")) == list(second.find("b")) == ["b"]
    assert first.lead_of("a") == second.lead_of("a") == "x"


def test_two_people_may_each_have_a_shift_of_the_same_id() -> None:
    roster = Roster()
    for person in ("a", "b"):
        roster.apply(shift(person, 0, 60, id="today"))
    assert [turn.person for turn in roster.turns("alpine", at(5), at(5))] == ["a", "b"]
    roster.apply(said(ShiftCancelled(shift="today", reason="r"), "a", 6))
    assert [turn.person for turn in roster.turns("alpine", at(5), at(5))] == ["b"]
