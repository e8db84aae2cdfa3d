from typing import Any

from events.envelope import Event
from events.incident import IncidentClosed, IncidentReopened
from events.rollcall import (
    Excuse,
    RollCallClosed,
    RollCallExcused,
    RollCallReminded,
    RollCallReopened,
    RollCallWalkUpAdded,
)
from projections.live import Live
from projections.moment import Moment
from projections.rollcall_view import LISTED, page
from projections.view import view
from tests.unit.projections.build import (
    at,
    incident,
    need_help,
    picture,
    roll_call,
    safe,
    said,
    seen,
    site,
    venue,
    volunteer,
)

GROUND = (site(), venue(), volunteer("a"), volunteer("b"), volunteer("c"))
CALL = roll_call("r1", 10, "a", "b", "c")
CLOSED = said(RollCallClosed(safe=1, need_help=0, unaccounted=("b",), note="ok"), "r1", 40)


def walked_up(person: str, name: str | None = None) -> Event:
    return said(RollCallWalkUpAdded(person=person, name=name), "r1", 11, id=f"walk-up-{person}")


def excused(person: str, reason: Excuse = "leave") -> Event:
    return said(RollCallExcused(person=person, reason=reason), "r1", 12, id=f"excuse-{person}")


def result(*events: Event, minutes: float = 60) -> dict[str, Any]:
    rows = view(picture(*GROUND, *events), at(minutes))["roll_calls"]
    shown: dict[str, Any] = rows[0]
    return shown


def standing(*events: Event) -> tuple[int, int, list[str]]:
    row = result(*events)
    return row["safe"], row["need_help"], [person["id"] for person in row["unaccounted"]]


def test_at_first_nobody_is_accounted_for() -> None:
    assert standing(CALL) == (0, 0, ["a", "b", "c"])


def test_an_answer_counts_from_a_little_before_it_was_opened() -> None:
    assert standing(CALL, safe("a", -0.1)) == (0, 0, ["b", "c", "a"])
    assert standing(CALL, safe("a", 0)) == (1, 0, ["b", "c"])
    assert standing(CALL, safe("a", 10)) == (1, 0, ["b", "c"])


def test_an_early_answer_counts_only_if_nothing_newer_is_known_of_the_person() -> None:
    assert standing(CALL, seen("a", 3), safe("a", 5))[0] == 1
    for newer in (seen("a", 6), seen("a", 6, late=90), seen("a", 30, "left")):
        assert standing(CALL, safe("a", 5), newer)[0] == 0
    assert standing(CALL, safe("a", 5), seen("a", 6), safe("a", 11))[0] == 1


def test_an_early_call_for_help_counts_until_a_person_closes_it() -> None:
    call = incident("i1", 4, person="a", cause="plea-a-4")
    assert standing(CALL, need_help("a", 4))[:2] == (0, 1)
    assert standing(CALL, need_help("a", 4), call)[:2] == (0, 1)
    ended = said(IncidentClosed(), "i1", 20)
    assert standing(CALL, need_help("a", 4), call, ended) == (0, 0, ["b", "c", "a"])


def test_an_answer_that_arrived_before_the_opening_counts_if_it_happened_after() -> None:
    assert standing(safe("a", 12), CALL) == (1, 0, ["b", "c"])


def test_an_answer_after_the_closing_changes_nothing_but_a_late_one_does() -> None:
    assert standing(CALL, CLOSED, safe("a", 41))[0] == 0
    assert standing(CALL, CLOSED, safe("a", 39, late=100))[0] == 1
    assert standing(CALL, safe("a", 39), CLOSED, safe("a", 41))[0] == 1


def test_the_newest_answer_counts() -> None:
    assert standing(CALL, need_help("a", 20), safe("a", 30))[:2] == (0, 1)
    assert standing(CALL, safe("a", 30), need_help("a", 31))[:2] == (0, 1)


def test_safe_does_not_take_back_a_call_for_help_that_is_open() -> None:
    call = incident("i1", 12, person="a")
    assert standing(CALL, call, safe("a", 30))[:2] == (0, 1)
    assert standing(CALL, call, safe("a", 30), said(IncidentClosed(), "i1", 35))[:2] == (1, 0)


def test_whose_call_a_person_closed_is_asked_again_until_they_answer() -> None:
    plea, call = need_help("a", 20), incident("i1", 20, person="a")
    ended = said(IncidentClosed(), "i1", 30)
    assert standing(CALL, plea, call) == (0, 1, ["b", "c"])
    assert standing(CALL, plea, call, ended) == (0, 0, ["b", "c", "a"])
    assert standing(CALL, safe("a", 15), plea, call, ended) == (0, 0, ["b", "c", "a"])
    assert standing(CALL, plea, call, ended, safe("a", 31)) == (1, 0, ["b", "c"])
    again = said(IncidentReopened(reason="r"), "i1", 35)
    assert standing(CALL, plea, call, ended, again)[:2] == (0, 1)
    other = (need_help("a", 40), incident("i2", 40, person="a"))
    assert standing(CALL, plea, call, ended, *other)[:2] == (0, 1)
    row = result(CALL, plea, call, ended, excused("a"))
    assert (row["excused"], row["need_help"], row["unaccounted_count"]) == (1, 0, 2)


def test_whose_call_was_closed_before_the_roll_call_was_is_missing_there_and_not_found() -> None:
    plea, call = need_help("a", 20), incident("i1", 20, person="a")
    missing = said(RollCallClosed(safe=0, need_help=0, unaccounted=("b", "c", "a")), "r1", 40)
    row = result(CALL, plea, call, said(IncidentClosed(), "i1", 30), missing)
    assert (row["need_help"], row["unaccounted_count"], row["found_since_count"]) == (0, 3, 0)
    row = result(CALL, plea, call, said(IncidentClosed(), "i1", 50), CLOSED)
    assert (row["need_help"], row["unaccounted_count"]) == (1, 2)


def test_a_closed_roll_call_keeps_who_needed_help_when_it_was_closed() -> None:
    call, closed = incident("i1", 12, person="a"), said(IncidentClosed(), "i1", 50)
    assert standing(CALL, call, CLOSED, closed)[:2] == (0, 1)
    assert standing(CALL, CLOSED, incident("i1", 45, person="a"))[:2] == (0, 0)


def test_the_unaccounted_are_listed_by_who_was_not_heard_of_for_longest() -> None:
    rows = result(CALL, seen("a", 0), seen("b", 5, venue=None))["unaccounted"]
    assert [(row["id"], row["last_evidence_age_s"], row["last_venue"]) for row in rows] == [
        ("c", None, None),
        ("a", 3600, "alpine"),
        ("b", 3300, None),
    ]


def test_presence_is_no_answer() -> None:
    assert standing(CALL, seen("a", 20))[0] == 0


def test_a_person_listed_twice_is_expected_once() -> None:
    assert result(roll_call("r1", 10, "a", "a"))["expected"] == 1


def test_a_closed_one_stays_a_day() -> None:
    assert result(CALL, CLOSED, minutes=40 + 24 * 60)["note"] == "ok"
    assert view(picture(*GROUND, CALL, CLOSED), at(41 + 24 * 60))["roll_calls"] == []


def test_a_walk_up_is_counted_and_named() -> None:
    row = result(CALL, walked_up("w", "王伟"), walked_up("c"))
    assert (row["expected"], row["walk_ups"]) == (3, 1)
    assert row["walk_up_people"] == [{"id": "w", "name": "王伟"}]
    assert [(each["id"], each["name"]) for each in row["unaccounted"]][-1] == ("w", "王伟")
    assert result(CALL, walked_up("w"), safe("w", 12))["safe"] == 1


def test_whoever_is_excused_need_not_answer_and_may() -> None:
    row = result(CALL, excused("a"), excused("b", "gone-home"), safe("a", 20))
    assert (row["safe"], row["excused"], row["unaccounted_count"]) == (1, 1, 1)
    assert row["excused_people"] == [{"id": "b", "name": "李b", "reason": "gone-home"}]
    assert result(CALL, excused("a"), need_help("a", 20))["need_help_people"] == ["a"]


def test_reminders_are_counted() -> None:
    assert (result(CALL)["rounds"], result(CALL)["reminded_at"]) == (0, None)
    row = result(CALL, said(RollCallReminded(round=2), "r1", 20))
    assert (row["rounds"], row["reminded_at"]) == (2, "2022-02-13T04:20:00Z")


def test_what_was_written_at_the_closing_stays_and_who_was_found_since_stands_beside() -> None:
    fact = RollCallClosed(safe=1, need_help=0, unaccounted=("b", "c"))
    missing = said(fact, "r1", 40)
    row = result(CALL, safe("a", 12), missing, safe("b", 39, late=30), safe("c", 55))
    assert row["at_closing"] == {"safe": 1, "need_help": 0, "excused": 0, "unaccounted": 2}
    assert (row["safe"], row["unaccounted_count"]) == (2, 1)
    assert [(one["id"], one["answer"], one["after_closing"]) for one in row["found_since"]] == [
        ("c", "safe", True),
        ("b", "safe", False),
    ]
    assert result(CALL, safe("a", 12))["at_closing"] is None
    assert result(CALL, safe("a", 12), missing)["found_since"] == []


def test_a_reopened_one_counts_all_answers_since_it_was_first_opened() -> None:
    again = said(RollCallReopened(reason="c"), "r1", 50)
    answers = safe("a", 12), safe("b", 45), safe("c", 55)
    row = result(CALL, CLOSED, again, *answers)
    assert (row["safe"], row["closed_at"], row["at_closing"]) == (3, None, None)
    assert row["reopened_at"] == "2022-02-13T04:50:00Z"
    second = said(RollCallClosed(safe=2, need_help=0, unaccounted=("c",)), "r1", 54, id="again")
    row = result(CALL, CLOSED, again, second, *answers)
    assert (row["safe"], row["at_closing"]["safe"], row["found_since_count"]) == (2, 2, 1)


def test_long_lists_are_cut_and_counted() -> None:
    many = roll_call("r1", 10, *(f"p{number:04}" for number in range(LISTED + 50)))
    row = result(many, safe("p0003", 12), seen("p0001", 0))
    assert row["unaccounted_count"] == LISTED + 49
    assert len(row["unaccounted"]) == LISTED
    assert "p0001" not in {person["id"] for person in row["unaccounted"]}
    counts = view(picture(*GROUND, many), at(60))["counts"]
    assert counts["unaccounted"] == LISTED + 50


def test_every_page_of_a_roll_call_has_the_next_people() -> None:
    folded = picture(*GROUND, CALL, walked_up("w", "王伟"), safe("b", 12), excused("c"))
    roll = Live(folded).refresh(at(60)).standings.of("r1")
    moment = Moment(folded, at(60))
    first, after = page(moment, roll, standing=None, after="", limit=3)
    assert [(one["id"], one["standing"]) for one in first] == [
        ("a", "unaccounted"),
        ("b", "safe"),
        ("c", "excused"),
    ]
    assert (first[1]["method"], first[2]["excuse"], after) == ("self", "leave", "c")
    rest, after = page(moment, roll, standing=None, after="c", limit=3)
    assert ([one["name"] for one in rest], rest[0]["walk_up"], after) == (["王伟"], True, None)
    some, after = page(moment, roll, standing="unaccounted", after="", limit=1)
    assert ([one["id"] for one in some], after) == (["a"], "a")
    full, after = page(moment, roll, standing="unaccounted", after="", limit=2)
    assert ([one["id"] for one in full], after) == (["a", "w"], None)


def test_only_open_ones_count_as_unaccounted_and_each_person_once() -> None:
    two = (CALL, roll_call("r2", 20, "a", "b"))
    assert view(picture(*GROUND, *two), at(60))["counts"]["unaccounted"] == 3
    assert view(picture(*GROUND, CALL, CLOSED), at(60))["counts"]["unaccounted"] == 0
