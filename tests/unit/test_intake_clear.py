"""What is set aside lies open only where it surely says nothing of how a person is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.clear import is_clear, person_in

OPEN: list[Any] = [
    {"kind": "presence", "person": "p1", "whereabouts": "present", "venue": "nowhere"},
    {"kind": "safety", "person": "p1", "answer": "safe"},
    {"kind": "weather", "venue": "village-hill", "temperature_c": -12.5},
    {"kind": "need-help", "venue": "sliding-centre"},
    [{"kind": "safety", "person": "p1", "answer": "safe"}, {"kind": "need-help"}],
]
SEALED: list[Any] = [
    {"kind": "check-in", "person": "p1", "answer": "fine"},
    {"kind": "check-in", "person": "p1", "answer": "so-so"},
    {"kind": "presence", "person": "p1", "whereabouts": "sick"},
    {"kind": "presence", "person": "p1", "whereabouts": "isolated", "venue": "hotel"},
    {"kind": "presence", "person": "p1", "whereabouts": "present", "venue": "i_have_fever"},
    {"kind": "incident", "text": "张三心情很差"},
    {"kind": "weather", "venue": "v", "text": "cold, and I am unwell"},
    {"kind": "safety", "person": "p1", "answer": "safe", "i am afraid": 1},
    {"kind": "mood"},
    {},
    None,
    5,
    [],
    [{"kind": "need-help"}, {"kind": "check-in", "person": "p1", "answer": "fine"}],
    [{"kind": "need-help"}, "I am sad"],
]


@pytest.mark.parametrize("body", OPEN)
def test_what_surely_says_nothing_of_a_person_is_open(body: Any) -> None:
    assert is_clear(json.dumps(body).encode())


@pytest.mark.parametrize("body", SEALED)
def test_everything_else_is_sealed(body: Any) -> None:
    assert not is_clear(json.dumps(body).encode())


@given(st.binary(max_size=200))
def test_what_cannot_be_read_is_sealed(body: bytes) -> None:
    assert not is_clear(body)


@given(st.sampled_from([json.dumps(one).encode() for one in SEALED]), st.data())
def test_a_torn_report_is_sealed(body: bytes, data: st.DataObject) -> None:
    assert not is_clear(body[: data.draw(st.integers(0, len(body)))])


def test_whom_it_is_about_is_found_where_it_can_be_read() -> None:
    assert person_in(b'{"kind":"mood","person":"p1"}') == "p1"
    for body in (b"{torn", b"[]", b'{"person":5}', b"\xff", b'[{"person":"p1"}]'):
        assert person_in(body) is None
