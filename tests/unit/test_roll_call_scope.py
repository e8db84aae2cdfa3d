"""Whom a roll call asks for, what it is called, and what leads are told of those missing."""

from typing import Any

import pytest

from events.envelope import Event
from events.fact import Text
from events.phase import PhasePlanned
from events.rollcall import RollCallReminded, Scope
from events.volunteer import VolunteerRegistered
from projections.answers import result
from projections.picture import Picture
from projections.roster import Roster
from projections.scope import asked_for, title_of
from services.volunteers.missing import LEADS_MAX, NAMED, alert_of
from tests.unit.projections.build import (
    at,
    numbered,
    roll_call,
    safe,
    said,
    seen,
    shift,
    site,
    venue,
)


def person(id: str, of: str = "yanqing", **more: Any) -> Event:
    fact = VolunteerRegistered(
        **{"name": f"李{id}", "latin": f"Li {id}", "role": "medical", **more}
    )
    return said(fact, id, -500, site=of)


def phase(begins: float, ends: float) -> PhasePlanned:
    return PhasePlanned(
        name=Text(zh="赛时", en="Games"),
        starts_at=at(begins),
        ends_at=at(ends),
        timezone="Asia/Shanghai",
        check_in_at="20:00",
    )


GROUND = (
    site(),
    site("beijing"),
    venue(),
    person("a", lead="boss"),
    person("b", role="media", lead="boss"),
    person("c", "beijing", lanes=("transport",)),
    person("boss", leads=("alpine",)),
    person("chief", leads=("yanqing",)),
    person("duty", "hq", role="duty-officer"),
    shift("a", -60, 300),
    shift("b", -60, 300, id="s2"),
)


def world(*events: Event) -> tuple[Picture, Roster]:
    picture, roster = Picture(), Roster()
    for event in numbered([*GROUND, *events]):
        picture.apply(event)
        roster.apply(event)
    return picture, roster


@pytest.mark.parametrize(
    ("scope", "people"),
    [
        (Scope(), ("a", "b", "boss", "c", "chief", "duty")),
        (Scope(venue="alpine"), ("a", "b")),
        (Scope(site="yanqing"), ("a", "b", "boss", "chief")),
        (Scope(role="medical"), ("a", "boss", "c", "chief")),
        (Scope(lane="transport"), ("c",)),
        (Scope(site="yanqing", role="media"), ("b",)),
        (Scope(venue="alpine", site="beijing"), ()),
        (Scope(venue="nowhere"), ()),
    ],
)
def test_it_asks_for_those_who_are_all_that_is_said(scope: Scope, people: tuple[str, ...]) -> None:
    picture, roster = world()
    assert asked_for(roster, picture.phases, scope, at(0)) == people


@pytest.mark.parametrize(
    ("minutes", "people"),
    [(10, ("a", "boss", "c", "chief", "g")), (70, ("a", "boss", "c", "chief", "g", "p"))],
)
def test_while_a_phase_runs_who_serves_in_others_only_is_not_asked_for(
    minutes: float, people: tuple[str, ...]
) -> None:
    picture, roster = world(
        said(phase(0, 60), "games", -100),
        person("g", phases=("games", "para")),
        person("p", phases=("para",)),
        shift("p", 0, 300, id="s3"),
    )
    scope = Scope(role="medical")
    assert asked_for(roster, picture.phases, scope, at(minutes)) == people
    assert "p" in asked_for(roster, picture.phases, Scope(venue="alpine"), at(10))


def test_who_is_off_duty_is_not_on_post() -> None:
    picture, roster = world(seen("b", -10, "off-duty", venue=None))
    assert asked_for(roster, picture.phases, Scope(venue="alpine"), at(0)) == ("a",)


@pytest.mark.parametrize(
    ("scope", "zh", "en"),
    [
        (Scope(), "点名：全体人员", "Roll call: everyone"),
        (Scope(venue="alpine"), "点名：高山滑雪", "Roll call: Alpine"),
        (Scope(site="yanqing", role="medical"), "点名：延庆、医疗", "Roll call: Yanqing, medical"),
        (Scope(lane="transport"), "点名：交通", "Roll call: transport"),
    ],
)
def test_it_is_called_after_whom_it_asks_for(scope: Scope, zh: str, en: str) -> None:
    title = title_of(world()[0].places, scope)
    assert (title.zh, title.en) == (zh, en)


def alert(*events: Event, expected: tuple[str, ...] = ("a", "b", "c")) -> Any:
    picture, roster = world(
        roll_call("r1", 0, *expected), said(RollCallReminded(round=3), "r1", 15), *events
    )
    row = picture.rollcalls.rows["r1"]
    missing = tuple(result(picture.people, row, {}).unaccounted)
    return alert_of(picture, roster, "r1", row, missing, at(20))


def test_the_leads_are_told_who_is_missing_and_for_how_long() -> None:
    told = alert(seen("a", 10), safe("b", 12))
    assert told.title.zh == "点名：2 人无回应"
    assert told.title.en == "Roll call: 2 unaccounted for"
    assert "李c（从无消息）、李a（10 分钟前，高山滑雪）" in told.body.zh
    assert "Li c (never heard of); Li a (10 min ago, Alpine)" in told.body.en
    assert (told.about.kind, told.about.id, told.severity) == ("rollcall", "r1", "severe")


def test_it_goes_up_from_their_leads_to_the_site_and_to_the_centre() -> None:
    steps = [step.to for step in alert().way_up]
    assert steps == [("boss",), ("chief", "post:yanqing"), ("duty", "post:hq")]


def test_of_many_missing_only_the_first_are_named_and_the_leads_of_most_are_told() -> None:
    many = tuple(f"m{number:04}" for number in range(LEADS_MAX + 50))
    people = (person(id, lead=f"lead-{id}") for id in many)
    told = alert(*people, expected=("a", "b", *many))
    assert len(told.way_up[0].to) == LEADS_MAX
    assert told.way_up[0].to[0] == "boss"
    assert f"另有 {len(many) + 2 - NAMED} 人" in told.body.zh


def test_each_round_has_an_alert_of_its_own() -> None:
    assert alert().id == alert(safe("a", 3)).id
    assert alert().id != alert(said(RollCallReminded(round=4), "r1", 45)).id
