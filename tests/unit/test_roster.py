from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.envelope import Event
from events.volunteer import ShiftCancelled, VolunteerChanged, VolunteerRegistered
from projections.roster import Roster
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
