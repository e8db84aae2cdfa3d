import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import envelope
from events.envelope import Event, Unreadable
from events.fact import Fact
from tests.golden import event_of
from tests.moments import NOON, at
from tests.samples import SAMPLES

REQUIRED = {"id", "source", "specversion", "type"}
"""The attributes every CloudEvents 1.0 message has, none of them empty."""

ids = st.uuids().map(str)
zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.builds(
    lambda seconds, zone: (NOON + timedelta(seconds=seconds)).astimezone(zone),
    st.floats(-1e9, 1e9),
    zones,
)
tokens = st.text("abcXYZ019_-", min_size=1, max_size=64)
words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=50)
events = st.builds(
    Event,
    id=ids,
    site=tokens,
    kind=tokens,
    key=tokens,
    data=st.sampled_from(SAMPLES),
    occurred_at=moments,
    recorded_at=moments,
    actor=words,
    causation_id=ids,
    correlation_id=ids,
    source=words,
    device=st.none() | words,
    clock_offset_ms=st.none() | st.integers(-(10**9), 10**9),
    drill=st.booleans(),
    digest=st.none() | words,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def body_of(event: Event) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(envelope.encode(event))
    return body


@given(events, st.integers(0, 2**53))
def test_an_event_is_read_as_it_was_written(event: Event, seq: int) -> None:
    assert envelope.decode(envelope.encode(event), seq) == event._replace(seq=seq)


@given(events)
def test_both_clocks_keep_their_moment(event: Event) -> None:
    body = body_of(event)
    assert datetime.fromisoformat(body["time"]) == event.occurred_at
    assert datetime.fromisoformat(body["recordedat"]) == event.recorded_at


@given(events)
def test_it_is_a_cloudevents_message(event: Event) -> None:
    body = body_of(event)
    assert all(isinstance(body[name], str) and body[name] for name in REQUIRED)
    assert body["specversion"] == "1.0"
    assert body["datacontenttype"] == "application/json"
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in body)
    attributes = {name: value for name, value in body.items() if name != "data"}
    assert all(isinstance(value, str | bool | int) for value in attributes.values())


def test_moments_end_in_z_when_they_are_in_utc() -> None:
    body = body_of(event_of(SAMPLES[0])._replace(occurred_at=NOON, recorded_at=at(1)))
    assert body["time"] == "2022-02-04T12:00:00Z"
    assert body["recordedat"] == "2022-02-04T12:01:00Z"


def test_what_is_not_known_is_left_out() -> None:
    bare = event_of(SAMPLES[0])._replace(
        device=None, clock_offset_ms=None, drill=False, digest=None
    )
    left_out = {"device", "clockoffsetms", "drill", "reportdigest"}
    assert left_out.isdisjoint(body_of(bare))
    assert set(body_of(event_of(SAMPLES[0]))) == set(body_of(bare)) | left_out


@pytest.mark.parametrize("fact", SAMPLES, ids=lambda fact: fact.wire_type())
def test_its_subject_is_its_address(fact: Fact) -> None:
    event = event_of(fact)
    assert event.subject == f"ev.yanqing.{event.kind}.k-1.{fact.token()}"
    assert event.type == fact.token()


def test_a_deadline_is_told_apart_from_what_else_happens_to_its_kind() -> None:
    tokens_of = {fact.token() for fact in SAMPLES if fact.NOUN == "deadline"}
    assert tokens_of == {"deadline-set", "deadline-met", "deadline-missed"}


@given(st.binary(max_size=200))
def test_rubbish_is_unreadable(message: bytes) -> None:
    with pytest.raises(Unreadable, match="read event 7"):
        envelope.decode(message, 7)


@given(json_values.map(json.dumps))
def test_json_that_is_no_event_is_unreadable(message: str) -> None:
    with pytest.raises(Unreadable):
        envelope.decode(message.encode())


NEEDED = ["id", "source", "type", "subject", "time", "recordedat", "site", "actor",
          "causationid", "correlationid", "data"]  # fmt: skip


@pytest.mark.parametrize("name", NEEDED)
def test_an_event_without_what_it_needs_is_unreadable(name: str) -> None:
    body = body_of(event_of(SAMPLES[0]))
    del body[name]
    with pytest.raises(Unreadable, match=name):
        envelope.decode(orjson.dumps(body))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "muster.incident.reported.v99"),
        ("type", ["muster.incident.reported.v1"]),
        ("subject", 7),
        ("time", "yesterday"),
        ("time", 1643976000),
        ("recordedat", None),
        ("data", None),
        ("data", {"name": "no text"}),
    ],
)
def test_an_event_that_is_wrong_is_unreadable(name: str, value: object) -> None:
    body = body_of(event_of(SAMPLES[0]))
    with pytest.raises(Unreadable):
        envelope.decode(orjson.dumps({**body, name: value}))


@pytest.mark.parametrize("name", ["time", "recordedat"])
def test_a_moment_without_an_offset_is_unreadable(name: str) -> None:
    body = body_of(event_of(SAMPLES[0]))
    with pytest.raises(Unreadable, match="offset"):
        envelope.decode(orjson.dumps({**body, name: "2022-02-04T12:00:00"}))


@given(st.sampled_from(NEEDED), json_values)
def test_a_wrong_value_is_unreadable_or_harmless(name: str, value: object) -> None:
    body = body_of(event_of(SAMPLES[0]))
    try:
        event = envelope.decode(orjson.dumps({**body, name: value}))
    except Unreadable:
        return
    assert event.occurred_at.tzinfo is not None
    assert isinstance(event.data, Fact)
