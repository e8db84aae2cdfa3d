"""The story: one from each seed, in order, and every answer it expects is the right one."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from events.fact import Id
from services.decider import Rejected
from services.incidents.commands import IncidentCommand, ReportIncident
from services.incidents.decider import INCIDENT
from services.problems import problem_of
from services.reporting.report import REPORT
from services.scenario.beat import Beat, Story
from services.scenario.day import START
from services.scenario.foreign import ground_of
from services.scenario.references import references
from services.scenario.story import plan, story
from services.volunteers.commands import (
    ApproveLeave,
    AssignShift,
    RecordTraining,
    RegisterVolunteer,
)
from services.volunteers.decider import VOLUNTEER
from services.volunteers.shift_commands import ShiftRules
from services.weather.cap.model import CapMessage
from services.weather.cap.read import read_cap
from services.weather.rules.load import load_rules

SEEDS = st.integers(min_value=0, max_value=2**31 - 1)
POINTS = [ground_of(venue) for venue in plan().venues]
OPENERS = {"incident": "report", "warning": "cap", "rollcall": "rollcall"}


@cache
def told(seed: int = 7) -> Story:
    return story(seed)


def reports(beats: Sequence[Beat], *expect: str) -> Iterator[tuple[Beat, dict[str, Any], bool]]:
    """Every report, with whether it must be accepted."""
    for beat in beats:
        if beat.expect in expect:
            for place, report in enumerate(beat.reports()):
                yield beat, report, beat.expect == "accepted" and place not in beat.rejects


def messages(name: str) -> list[CapMessage]:
    return [
        message
        for beat in told().beats
        if beat.door == "cap" and beat.expect == "accepted" and name in beat.id
        for message in read_cap(beat.body)
    ]


def test_the_same_seed_and_start_give_the_same_bytes() -> None:
    assert story(7).canonical() == story(7).canonical()


def test_another_seed_gives_other_people_and_other_times() -> None:
    one, other = told(7), told(8)
    assert one.canonical() != other.canonical()
    assert roster(one) != roster(other)
    assert [beat.at for beat in one.beats] != [beat.at for beat in other.beats]


def roster(of: Story) -> bytes:
    (body,) = [beat.body for beat in of.beats if beat.id.endswith("roster-taken")]
    return bytes(body)


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_every_story_is_sorted_with_ids_of_its_own_within_its_day(seed: int) -> None:
    of = told(seed)
    assert all(a.at <= b.at for a, b in pairwise(of.beats))
    assert len({beat.id for beat in of.beats}) == len(of.beats)
    ids = TypeAdapter(Id)
    for beat in of.beats:
        ids.validate_python(beat.id)
        assert of.starts_at <= beat.at < of.ends_at
        assert beat.at.microsecond == 0
        assert beat.note.zh
        assert beat.note.en
    assert {beat.who for beat in of.beats} <= {part.name for part in of.cast}
    assert len({part.name for part in of.cast}) == len(of.cast)


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_every_reference_leads_to_what_was_opened_before(seed: int) -> None:
    opened: dict[str, str] = {}
    ids: set[str] = set()
    of = told(seed)
    everyone = {part.person for part in of.cast}
    for beat in of.beats:
        for reference in [*references(beat.path), *references(beat.body)]:
            if reference.kind in OPENERS and reference.name in opened:
                assert opened[reference.name] == OPENERS[reference.kind]
            elif reference.kind == "alert":
                assert _may_be_told_of(reference.name, opened, ids)
            elif reference.kind == "rollcall":
                assert reference.name in {point.id for point in POINTS}
            elif reference.kind in ("care", "link"):
                assert reference.name in everyone
            elif reference.kind == "phones":
                assert reference == ("phones", "sms", "")
            else:
                assert reference == ("alerts", "unanswered", "")
        ids.update(body["id"] for body in [beat.body] if isinstance(body, dict) and "id" in body)
        if beat.opens:
            assert beat.opens not in opened
            opened[beat.opens] = beat.door


WEATHER_RULES = frozenset(rule.id for rule in load_rules())


def _may_be_told_of(name: str, opened: Mapping[str, str], ids: set[str]) -> bool:
    """Tell whether there may be an alert: about what was opened, what the story gave an id, what a
    weather rule measured, a roll call, or the morning's test of channels.
    """
    known = name in opened or name in ids or name in ("rollcall", "2027-02-13-beijing")
    return known or name.removeprefix("rule-") in WEATHER_RULES


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_every_report_is_good_or_bad_as_expected(seed: int) -> None:
    for beat, report, good in reports(told(seed).beats, "accepted", "rejected"):
        if beat.id.endswith("-reused") or beat.id.endswith("rubbish-ahead"):
            REPORT.validate_json(_json(report))  # refused for what the log and clock know
        elif good:
            REPORT.validate_json(_json(report))
        else:
            with pytest.raises(ValidationError) as refused:
                REPORT.validate_json(_json(report))
            if beat.field:
                assert problem_of(refused.value).field == beat.field


def _json(report: Mapping[str, Any]) -> bytes:
    return TypeAdapter(dict[str, Any]).dump_json(dict(report))


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_no_report_is_from_the_future_or_reported_before_it_happened(seed: int) -> None:
    for beat, report, good in reports(told(seed).beats, "accepted"):
        if good:
            assert datetime.fromisoformat(report["at"]) <= beat.at


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_tokens_reach_the_sites_of_what_they_are_used_for(seed: int) -> None:
    of = told(seed)
    sites_of = {part.name: part.sites for part in of.cast}
    site_of_venue = {venue.id: venue.site for venue in plan().venues}
    for beat, report, _ in reports(of.beats, "accepted", "rejected"):
        if venue := report.get("venue"):
            assert site_of_venue[venue] in (sites_of[beat.who] or plan_sites())


def plan_sites() -> set[str]:
    return {site.id for site in plan().sites}


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_the_rules_take_every_shift_once_everybody_is_cleared(seed: int) -> None:
    rules = ShiftRules(phase="games", courses=("induction",), leave=True)
    states: dict[str, Any] = {}
    for beat in told(seed).beats:
        who = beat.path.split("/")[2] if beat.path.startswith("/volunteers/") else ""
        for said in beat.body if isinstance(beat.body, list) else [beat.body]:
            command = _about_a_person(beat, who, said, rules)
            if command is None:
                continue
            state = states.get(who) or _registered(who)
            if beat.expect == "conflict":
                with pytest.raises(Rejected) as refused:
                    VOLUNTEER.decide(state, command)
                assert refused.value.code == "guard"
            else:
                states[who] = _after(VOLUNTEER, state, command)
    assert len(states) == 146
    assert sum(len(state.shifts) for state in states.values()) > 150
    overridden = [beat for beat in told(seed).beats if "override" in str(beat.body)[:600]]
    assert len(overridden) == 1


def _registered(id: str) -> Any:
    command = RegisterVolunteer(
        site="x", id=id, at=START, by="test", name=id, latin=id, role="media"
    )
    return _after(VOLUNTEER, VOLUNTEER.initial, command)


def _about_a_person(beat: Beat, who: str, said: Any, rules: ShiftRules) -> Any:
    about: dict[str, Any] = {"site": "x", "id": who, "at": beat.at, "by": "test"}
    match beat.path.rpartition("/")[2] if who and beat.method == "POST" else "":
        case "training":
            return RecordTraining(**about, **said)
        case "leave":
            return ApproveLeave.model_validate({**about, **said})
        case "shifts":
            plan = {name: value for name, value in said.items() if name != "command_id"}
            return AssignShift.model_validate({**about, **plan, "rules": rules})
        case _:
            return None


def _after(decider: Any, state: Any, command: Any) -> Any:
    facts = decider.decide(state, command)
    assert facts
    for fact in facts:
        state = decider.evolve(state, fact)
    return state


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_the_rules_answer_every_incident_command_as_expected(seed: int) -> None:
    ended = _incidents_at_the_end(told(seed))
    assert Counter(state.status for state in ended.values()) == {
        "closed": 15,
        "merged": 2,
        "accepted": 1,
    }
    assert ended["lost-volunteer"].status == "accepted"


def _incidents_at_the_end(of: Story) -> dict[str, Any]:
    commands: TypeAdapter[Any] = TypeAdapter(IncidentCommand)
    states: dict[str, Any] = {}
    for beat in of.beats:
        if beat.door == "report" and beat.opens:
            said = REPORT.validate_json(beat.content(beat.body) or b"")
            command: Any = ReportIncident(
                site="x",
                id=beat.opens,
                at=beat.at,
                by=beat.who,
                category=getattr(said, "category", "need-help"),
                severity=getattr(said, "severity", "severe"),
                text=said.text,
                venue=said.venue,
                place=said.place,
                person=said.person,
            )
            states[beat.opens] = _after(INCIDENT, INCIDENT.initial, command)
        elif beat.door == "incident":
            (reference,) = references(beat.path)
            verb = beat.path.rsplit("/", 1)[1]
            body = {k: str(v).strip("{}").removeprefix("incident:") for k, v in beat.body.items()}
            command = commands.validate_python(
                {"type": f"{verb}-incident", "site": "x", "id": reference.name, "at": beat.at}
                | {"by": beat.who, **body}
            )
            if beat.expect == "conflict":
                with pytest.raises(Rejected):
                    INCIDENT.decide(states[reference.name], command)
            else:
                states[reference.name] = _after(INCIDENT, states[reference.name], command)
    return states


def test_the_day_has_what_the_scenario_promises() -> None:
    beats = told().beats
    accepted = [report for _, report, good in reports(beats, "accepted") if good]
    kinds = Counter(report["kind"] for report in accepted)
    assert kinds["presence"] > 800
    assert kinds["weather"] == 5 * 33
    assert kinds["safety"] > 40
    assert sum(beat.times > 1 for beat in beats) > 20
    assert max(beat.times for beat in beats) == 10
    late = [
        b for b, r, _ in reports(beats, "accepted") if _told_after(b, r) > timedelta(minutes=50)
    ]
    assert len(late) >= 5
    assert sum(beat.expect == "rejected" for beat in beats) >= 15
    assert sum(beat.expect == "conflict" for beat in beats) == 4
    weather = [report for report in accepted if report["kind"] == "weather"]
    assert all(-25 <= report["temperature_c"] <= -5 for report in weather)
    assert max(report["gust_ms"] for report in weather) > 25
    assert min(report["visibility_m"] for report in weather) < 300


def _told_after(beat: Beat, report: Mapping[str, Any]) -> timedelta:
    return beat.at - datetime.fromisoformat(report["at"])


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_one_is_found_one_was_never_lost_and_one_does_not_return(seed: int) -> None:
    of = told(seed)
    missing = next(beat for beat in of.beats if beat.opens == "lost-volunteer")
    lost = missing.body["person"]
    seen = [r for _, r, good in reports(of.beats, "accepted") if good and r.get("person") == lost]
    last = max((r for r in seen if r["kind"] == "presence"), key=lambda r: str(r["at"]))
    assert last["whereabouts"] == "on-the-way"
    assert not any(report["kind"] == "safety" for report in seen)
    on_shift = {
        beat.path.split("/")[2]
        for beat in of.beats
        if beat.path.endswith("/shifts") and isinstance(beat.body, list)
        for shift in beat.body
        if shift["venue"] == "alpine-ski-centre" and shift["shift"].endswith("afternoon")
    }
    safe_by = {
        r["person"]: beat.at
        for beat, r, _ in reports(of.beats, "accepted")
        if r["kind"] == "safety" and r["answer"] == "safe"
    }
    half_past_two = of.starts_at + timedelta(hours=9)
    unaccounted = {p for p in on_shift if p not in safe_by or safe_by[p] > half_past_two}
    assert len(unaccounted) == 3
    assert on_shift - safe_by.keys() == {lost}


def test_the_day_may_begin_at_any_moment_of_any_zone() -> None:
    of = story(7, datetime(2030, 1, 1, 12, 0, 30, 999, tzinfo=UTC))
    assert of.starts_at == datetime(2030, 1, 1, 12, 0, 30, tzinfo=UTC)
    assert of.ends_at - of.starts_at == timedelta(hours=16, minutes=30)
    assert [b.at - of.starts_at for b in of.beats] == [b.at - START for b in told().beats]


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_a_seed_has_bounds(seed: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        story(seed)


def test_a_start_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no offset"):
        story(7, datetime(2027, 2, 13, 5, 30))  # noqa: DTZ001 - that is what is refused
