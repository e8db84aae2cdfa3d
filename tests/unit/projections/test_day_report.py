"""The report of a day, the picture of today's, and what only a lane may see."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from events.alert import AlertRaised, Step
from events.care import CareAsked, CareEnded, CareTaken
from events.day import DayChased, DayClosed
from events.envelope import Event
from events.fact import Ref, Text
from events.incident import IncidentClosed
from events.message import MessageRequested
from events.rollcall import RollCallClosed, RollCallOpened
from events.sealed import Sealed
from events.volunteer import GuardOverridden
from projections.day_report import Asked, report
from projections.day_report_text import markdown
from projections.discreet import Discreet
from projections.picture import Picture
from projections.view import view
from projections.wellbeing import Health
from tests.unit.projections.build import (
    at,
    incident,
    picture,
    roll_call,
    said,
    seen,
    site,
    venue,
    volunteer,
)
from tests.unit.projections.histories import thorough
from tests.unit.projections.test_days import DAY, gave, opened

ID = f"games-{DAY}-yanqing"
FAR = f"games-{DAY}-beijing"
HEALTH = Health(2, 1, 0, 0, 0)
GROUND = (
    site(), site("beijing"), venue(), *(volunteer(id) for id in "abcd"), volunteer("z", "beijing"),
)  # fmt: skip
EVENTS: tuple[Event, ...] = (
    *GROUND,
    opened("a", "b", "c", "d"),
    opened("z", site="beijing"),
    gave("a", -5),
    gave("b", 5),
    gave("c", 10),
    seen("d", -700),
    said(DayChased(level=1, missing=("d",)), ID, 60, id="chase-1"),
    incident("i1", 30),
    said(IncidentClosed(), "i1", 90),
    incident("old", -3000),
    roll_call("r1", 20, "a", "b"),
    said(RollCallClosed(safe=1, need_help=0, unaccounted=("b",)), "r1", 50),
    said(GuardOverridden(shift="s9", guards=("rest",), reason="无人|可替"), "a", 40),
    said(DayClosed(reported=3, missing=("d",)), ID, 700, id="closed"),
)


def made(*events: Event, sites: frozenset[str] | None = None) -> dict[str, object]:
    return report(Asked(picture(*events), DAY, sites), {ID: HEALTH, FAR: Health(0, 0, 0, 0, 0)})


def test_a_report_counts_site_by_site_and_in_all() -> None:
    told = orjson.loads(orjson.dumps(made(*EVENTS)))
    assert [(row["site"], row["reported"], row["missing"]) for row in told["sites"]] == [
        ("beijing", 0, 1),
        ("yanqing", 3, 1),
    ]
    assert told["total"]["expected"] == 5
    assert told["sites"][1]["health"]["not_fine"] == 1
    assert told["sites"][0]["health"]["not_fine"] == "<3"
    assert told["total"]["health"]["answers"] == 3
    assert told["sites"][1]["chases"][0]["event"] == "chase-1"
    assert told["sites"][1]["events"][1] == "closed"


def test_it_says_who_is_missing_and_since_when() -> None:
    told = orjson.loads(orjson.dumps(made(*EVENTS)))
    assert [(row["id"], row["last_evidence_at"]) for row in told["missing"]] == [
        ("z", None),
        ("d", at(-700).isoformat().replace("+00:00", "Z")),
    ]


def test_it_tells_what_happened_that_day_and_not_before() -> None:
    told = orjson.loads(orjson.dumps(made(*EVENTS)))
    assert [(row["id"], row["opened"], row["closed"]) for row in told["incidents"]] == [
        ("i1", True, True)
    ]
    assert [(row["id"], row["counted"], row["unaccounted"]) for row in told["roll_calls"]] == [
        ("r1", 2, 1)
    ]
    assert [(row["shift"], row["person"]) for row in told["overrides"]] == [("s9", "a")]
    assert told["from"] == "2022-02-12T16:00:00Z"


def test_a_site_s_own_report_has_nothing_of_the_others() -> None:
    told = orjson.dumps(made(*EVENTS, sites=frozenset({"beijing"})))
    assert b"yanqing" not in told
    assert b'"z"' in told


def test_the_page_names_what_each_line_is_drawn_from_and_breaks_at_nothing() -> None:
    page = markdown(made(*EVENTS))
    for mark in (
        "日报 / report of the day",
        "chase-1",
        "closed",
        "i1",
        "r1",
        "s9",
        "合计 / in all",
    ):
        assert mark in page
    assert "无人\\|可替" in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)
    assert markdown(made(*GROUND, opened("a"))).count("无 / none") == 4


def test_a_title_that_is_the_same_in_both_languages_stands_there_once() -> None:
    same = RollCallOpened(title=Text(zh="Evening", en="Evening"), venue="alpine", expected=("a",))
    page = markdown(made(*GROUND, said(same, "r1", 20), roll_call("r2", 21, "b")))
    assert "| Evening |" in page
    assert "| 点名 Roll call |" in page


@thorough
@given(st.permutations([event for event in EVENTS if event.kind == "checkin"]))
def test_the_same_facts_give_the_same_bytes_in_whatever_order_they_came(
    given: list[Event],
) -> None:
    rest = [event for event in EVENTS if event.kind != "checkin"]
    assert orjson.dumps(made(*rest, *given)) == orjson.dumps(made(*EVENTS))


def test_the_picture_shows_the_newest_day_of_each_site_with_its_missing() -> None:
    yesterday = opened("a", "b", day="2022-02-12", minutes=-1440)
    shown = view(picture(*EVENTS[:-1], yesterday), at(100))["days"]
    assert [(row["site"], row["expected"], row["reported"], row["level"]) for row in shown] == [
        ("beijing", 1, 0, 0),
        ("yanqing", 4, 3, 1),
    ]
    assert [person["id"] for person in shown[1]["missing_people"]] == ["d"]
    assert [row["site"] for row in _days(frozenset({"beijing"}))] == ["beijing"]
    assert view(picture(*EVENTS), at(700 + 60 * 25))["days"][0]["site"] == "beijing"


def _days(sites: frozenset[str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = view(picture(*EVENTS), at(100), sites=sites)["days"]
    return found


def test_the_longest_silent_come_first() -> None:
    events = (opened("a", "b", "c", "d"), seen("a", -10), seen("b", -500))
    [shown] = view(picture(*GROUND, *events), at(5))["days"]
    assert [person["id"] for person in shown["missing_people"]] == ["c", "d", "b", "a"]


# What only a lane may see.

BOX = Sealed(owner="c1", topic="care", box="QUJD")
WORDS = Text(zh="关怀", en="care")
ASKED = said(CareAsked(lane="mental-health", sealed=BOX), "c1", 10)


def alert(id: str, about: Ref) -> Event:
    step = Step(to=("h",), answer_within_s=60)
    fact = AlertRaised(severity="minor", title=WORDS, body=WORDS, about=about, way_up=(step,))
    return said(fact, id, 11)


def message(id: str, about: Ref) -> Event:
    fact = MessageRequested(person="h", purpose="alert", about=about, channels=(), text=WORDS)
    return said(fact, id, 12)


ABOUT = (
    ASKED,
    said(CareTaken(by="h"), "c1", 20),
    alert("a1", Ref(kind="care", id="c1")),
    message("m1", Ref(kind="alert", id="a1")),
)
OTHERS = (
    alert("a2", Ref(kind="incident", id="i1")),
    message("m2", Ref(kind="alert", id="a2")),
    gave("a", 5),
)


def test_a_request_its_alerts_and_their_messages_are_the_lane_s_alone() -> None:
    discreet = Discreet()
    for event in (*ABOUT, *OTHERS):
        discreet.apply(event)
    for lanes, all_of_it in (((), False), (("transport",), False), (("mental-health",), True)):
        assert [discreet.shows(event, lanes) for event in ABOUT] == [all_of_it] * len(ABOUT)
        assert all(discreet.shows(event, lanes) for event in OTHERS)


def test_a_request_that_is_not_folded_yet_is_nobody_s_to_see() -> None:
    assert not Discreet().shows(ASKED, ("mental-health",))


def test_alerts_about_care_are_not_in_the_picture() -> None:
    shown = view(picture(*GROUND, *ABOUT[:3], OTHERS[0]), at(30))
    assert [row["id"] for row in shown["alerts"]] == ["a2"]
    assert "c1" not in str(shown)


def test_a_request_that_ended_keeps_no_box() -> None:
    folded = picture(ASKED, said(CareTaken(by="h"), "c1", 20), said(CareEnded(by="h"), "c1", 30))
    row = folded.cares.rows["c1"]
    assert (row.sealed, row.taken_by, row.ended_at) == (None, "h", at(30))
    assert Picture.load(folded.snapshot()).cares == folded.cares
