from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.checkin import CheckInGiven
from events.envelope import Event, decode, encode
from events.fact import Text
from events.incident import IncidentReported
from events.phase import PhasePlanned
from events.presence import PresenceReported, SafetyReported
from events.sealed import Sealed, Topic
from events.volunteer import PersonErased
from events.weather import WeatherObserved
from services.reporting.doubts import Bounds, Reporter
from services.reporting.draft import Draft, Refusal, draft, name
from services.reporting.private import details_of
from services.reporting.report import REPORT
from services.sealing import open_box, seal
from tests.unit.projections.build import NOON, at, picture, said, site, venue, volunteer

KEY = bytes(range(32))
BOUNDS = Bounds(timedelta(minutes=5), timedelta(days=366))
ANYWHERE = Reporter("reporter:gate")
HERE = Reporter("reporter:phone", frozenset({"yanqing"}))
TWO = Reporter("reporter:van", frozenset({"yanqing", "chongli"}))


def people() -> list[Event]:
    return [
        site(),
        site("beijing"),
        venue(),
        venue("oval", "beijing"),
        volunteer("a"),
        volunteer("b", "beijing"),
        volunteer("gone"),
        said(PersonErased(reason="-"), "gone", site="yanqing"),
    ]


WORLD = picture(*people())


def become(reporter: Reporter = ANYWHERE, **said: Any) -> Draft | Refusal:
    report = REPORT.validate_python(said)
    key = KEY if details_of(report) else None
    named = name(report, "r-1", reporter, key)
    return draft(report, named, reporter, WORLD, NOON, BOUNDS, sealing)


def sealing(owner: str, topic: Topic, details: dict[str, Any]) -> Sealed:
    return seal(KEY, owner, topic, details, bytes(12))


def events(reporter: Reporter = ANYWHERE, **said: Any) -> tuple[Event, ...]:
    made = become(reporter, **said)
    assert isinstance(made, Draft), made
    for event in made.events:
        assert decode(encode(event)) == event
    return made.events


@pytest.mark.parametrize(
    ("said", "fact", "key", "expected"),
    [
        ({"kind": "presence", "person": "a", "whereabouts": "left"}, PresenceReported, "a", None),
        ({"kind": "safety", "person": "a", "answer": "safe"}, SafetyReported, "a", None),
        ({"kind": "weather", "venue": "alpine", "wind_ms": 3.0}, WeatherObserved, "alpine", None),
        ({"kind": "incident", "text": "烟"}, IncidentReported, None, 0),
        ({"kind": "need-help"}, IncidentReported, None, 0),
    ],
)
def test_each_kind_becomes_its_fact(said: Any, fact: type, key: str | None, expected: int) -> None:
    made = become(**said)
    assert isinstance(made, Draft)
    assert made.expected == expected
    [event] = made.events
    assert isinstance(event.data, fact)
    assert key in (None, event.key)


@pytest.mark.parametrize("kind", [{"kind": "need-help"}, {"kind": "safety", "answer": "need-help"}])
def test_a_call_opens_an_incident_and_is_evidence_of_the_caller(kind: dict[str, Any]) -> None:
    incident, evidence = events(person="a", venue="alpine", text="救命", **kind)
    assert isinstance(incident.data, IncidentReported)
    assert (incident.data.category, incident.data.severity) == ("need-help", "severe")
    assert (incident.data.person, incident.data.venue) == ("a", "alpine")
    assert (evidence.key, evidence.data) == (
        "a",
        SafetyReported(answer="need-help", venue="alpine", method="self"),
    )
    assert incident.correlation_id == evidence.correlation_id


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"at": at(10)}, ["far-future"]),
        ({"at": at(-400 * 24 * 60)}, ["too-old"]),
        ({"venue": "nowhere"}, ["unknown-venue"]),
        ({"person": "nobody"}, ["unknown-person"]),
        ({"at": at(10), "venue": "nowhere"}, ["far-future", "unknown-venue"]),
    ],
)
def test_a_call_is_taken_without_what_is_doubtful(said: dict[str, Any], codes: list[str]) -> None:
    made = become(kind="need-help", **said)
    assert isinstance(made, Draft)
    assert [note.code for note in made.notes] == codes
    assert made.events[0].occurred_at == NOON
    assert made.events[0].key == events(kind="need-help", **said)[0].key
    refused = become(kind="presence", whereabouts="left", **{"person": "a", **said})
    assert isinstance(refused, Refusal)
    assert refused.problem.code == codes[0]


@pytest.mark.parametrize(
    ("reporter", "said", "site"),
    [
        (ANYWHERE, {"venue": "oval"}, "beijing"),
        (ANYWHERE, {"person": "b"}, "beijing"),
        (ANYWHERE, {}, "hq"),
        (HERE, {}, "yanqing"),
        (HERE, {"venue": "oval"}, "yanqing"),
        (HERE, {"person": "b"}, "yanqing"),
        (HERE, {"person": "b", "venue": "alpine"}, "yanqing"),
        (TWO, {}, "hq"),
    ],
)
def test_a_call_is_written_where_its_sender_may_write(
    reporter: Reporter, said: dict[str, Any], site: str
) -> None:
    first, *_ = events(reporter, kind="need-help", **said)
    assert first.site == site
    assert isinstance(first.data, IncidentReported)
    assert first.data.venue == said.get("venue")


@pytest.mark.parametrize(
    ("said", "field"),
    [({"person": "b"}, "person"), ({"person": "a", "venue": "oval"}, "venue")],
)
def test_other_reports_stay_within_their_senders_sites(said: Any, field: str) -> None:
    made = become(HERE, kind="presence", whereabouts="present", **said)
    assert isinstance(made, Refusal)
    assert (made.problem.code, made.problem.field) == ("site-not-allowed", field)
    assert events(HERE, kind="presence", whereabouts="present", person="b", venue="alpine")


def test_the_senders_clock_is_noted_and_ours_counts() -> None:
    [event] = events(kind="incident", text="x", at=at(3), sent_at=at(4), device="d")
    assert event.occurred_at == event.recorded_at == NOON
    assert (event.clock_offset_ms, event.device) == (240_000, "d")


def test_the_names_of_a_report_follow_from_its_sender_and_its_id() -> None:
    report = REPORT.validate_python({"kind": "incident", "text": "x"})
    later = report.model_copy(update={"sent_at": at(1)})
    other = report.model_copy(update={"text": "y"})
    one = name(report, "r", ANYWHERE)
    assert one == name(later, "r", ANYWHERE)
    assert one.first_id == name(other, "r", ANYWHERE).first_id
    assert one.digest != name(other, "r", ANYWHERE).digest
    assert one.first_id != name(report, "s", ANYWHERE).first_id
    assert one.first_id != name(report, "r", HERE).first_id


CHECK_IN: dict[str, Any] = {"kind": "check-in", "person": "a", "answer": "fine"}


@pytest.mark.parametrize("state", ["sick", "isolated"])
def test_of_who_is_sick_or_isolated_everyone_sees_that_they_are_off_duty(state: str) -> None:
    [event] = events(kind="presence", person="a", whereabouts=state, text="发烧", venue="alpine")
    assert isinstance(event.data, PresenceReported)
    assert event.data.whereabouts == "off-duty"
    assert event.data.detail is not None
    assert open_box(KEY, event.data.detail) == {"state": state, "text": "发烧"}
    plain = encode(event).decode()
    assert state not in plain
    assert "发烧" not in plain


def test_a_check_in_says_who_and_for_which_day_and_nothing_else() -> None:
    [event] = events(**{**CHECK_IN, "answer": "talk", "temperature_c": 38.5, "text": "夜里睡不着"})
    assert isinstance(event.data, CheckInGiven)
    assert (event.kind, event.key, event.site) == ("checkin", "a", "yanqing")
    assert event.data.day == "2022-02-13"
    assert open_box(KEY, event.data.sealed) == {
        "answer": "talk",
        "temperature_c": 38.5,
        "text": "夜里睡不着",
    }
    plain = encode(event).decode()
    for word in ("talk", "38.5", "夜里睡不着"):
        assert word not in plain


def test_without_a_day_it_is_the_one_it_was_where_they_serve() -> None:
    # 16:30 UTC is half past midnight of the next day in China.
    [event] = events(**CHECK_IN, at=(NOON - timedelta(hours=11, minutes=30)))
    assert isinstance(event.data, CheckInGiven)
    assert event.occurred_at.isoformat() == "2022-02-12T16:30:00+00:00"
    assert event.data.day == "2022-02-13"


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"person": "nobody"}, "unknown-person", "person"),
        ({"person": "gone"}, "erased", "person"),
        ({"day": "2022-02-30"}, "no-such-day", "day"),
        ({"day": "2022-13-01"}, "no-such-day", "day"),
        ({"day": "0000-01-01"}, "no-such-day", "day"),
        ({"day": "2022-02-21"}, "other-day", "day"),
        ({"day": "2022-02-05"}, "other-day", "day"),
        ({"day": "2022-02-13", "at": at(-9 * 1440)}, "other-day", "day"),
        ({"day": "2022-02-13", "at": datetime.max.replace(tzinfo=UTC)}, "far-future", "at"),
        ({"day": "2022-02-13", "at": datetime.min.replace(tzinfo=UTC)}, "too-old", "at"),
    ],
)
def test_a_check_in_that_cannot_be_is_refused_by_field(
    said: dict[str, Any], code: str, field: str
) -> None:
    made = become(**{**CHECK_IN, **said})
    assert isinstance(made, Refusal)
    assert (made.problem.code, made.problem.field) == (code, field)
    assert any("\u4e00" <= character <= "\u9fff" for character in made.problem.zh)


@pytest.mark.parametrize("day", ["2022-02-06", "2022-02-20"])
def test_a_check_in_may_be_for_a_day_of_the_week_around(day: str) -> None:
    assert events(**CHECK_IN, day=day)


def test_words_go_only_with_what_is_sealed() -> None:
    made = become(kind="presence", person="a", whereabouts="present", text="头疼")
    assert isinstance(made, Refusal)
    assert (made.problem.code, made.problem.field) == ("text-not-allowed", "text")
    assert "头疼" not in made.problem.zh + made.problem.en


def test_the_digest_of_what_is_sealed_cannot_be_guessed_without_the_key() -> None:
    report = REPORT.validate_python(CHECK_IN)
    with_key = name(report, "r", ANYWHERE, KEY)
    assert with_key.digest == name(report, "r", ANYWHERE, KEY).digest
    assert with_key.digest != name(report, "r", ANYWHERE, bytes(32)).digest
    assert with_key.digest != name(report, "r", ANYWHERE).digest
    other = REPORT.validate_python({**CHECK_IN, "answer": "talk"})
    assert with_key.digest != name(other, "r", ANYWHERE, KEY).digest


def test_the_day_is_that_of_the_phase_somebody_serves_in() -> None:
    phase = PhasePlanned(
        name=Text(zh="海外", en="Abroad"),
        starts_at=NOON - timedelta(days=1),
        ends_at=NOON + timedelta(days=1),
        timezone="Pacific/Honolulu",
        check_in_at="08:00",
    )
    abroad = picture(*people(), said(phase, "abroad", site="hq"))
    report = REPORT.validate_python(CHECK_IN)
    named = name(report, "r-1", ANYWHERE, KEY)
    for world, day in ((WORLD, "2022-02-13"), (abroad, "2022-02-12")):
        made = draft(report, named, ANYWHERE, world, NOON, BOUNDS, sealing)
        assert isinstance(made, Draft)
        assert isinstance(made.events[0].data, CheckInGiven)
        assert made.events[0].data.day == day


OWN = Reporter("reporter:phone", None, "a")


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "presence", "whereabouts": "present"},
        {"kind": "presence", "whereabouts": "sick"},
        {"kind": "safety", "answer": "safe"},
        {"kind": "check-in", "answer": "fine"},
    ],
)
def test_a_token_of_ones_own_says_nothing_of_others_unless_one_leads(said: dict[str, Any]) -> None:
    assert isinstance(become(OWN, person="a", **said), Draft)
    refused = become(OWN, person="b", **said)
    assert isinstance(refused, Refusal)
    assert (refused.problem.code, refused.problem.field) == ("not-your-own", "person")
    leading = picture(*people(), volunteer("head", leads=("alpine",)))
    report = REPORT.validate_python({"person": "b", **said})
    key = KEY if details_of(report) else None
    head = Reporter("reporter:head", None, "head")
    made = draft(report, name(report, "r-1", head, key), head, leading, NOON, BOUNDS, sealing)
    assert isinstance(made, Draft)


def test_anybody_calls_for_help_for_anybody_and_tells_what_they_saw() -> None:
    assert len(events(OWN, kind="need-help", person="b")) == 2
    assert len(events(OWN, kind="safety", answer="need-help", person="b")) == 2
    assert len(events(OWN, kind="incident", text="fell", person="b")) == 1
