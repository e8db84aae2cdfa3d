"""A broken call for help is heard; nothing else that is broken is taken for one."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.hearing import TEXT_MAX, Heard, hear
from services.reporting.report import NeedHelpReport, SafetyReport

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)  # fmt: skip
FIELDS = st.sampled_from(
    ["id", "at", "sent_at", "device", "person", "venue", "place", "text", "method", "location"]
) | st.text(max_size=8)


def heard(**said: Any) -> Heard:
    found = hear(orjson.dumps({"kind": "need-help", **said}))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"venue": ""}, "venue", "venue:"),
        ({"venue": "高山滑雪中心 2 号门"}, "venue", "高山滑雪中心 2 号门"),
        ({"person": "张三"}, "person", "张三"),
        ({"person": 17}, "person", "17"),
        ({"place": {"lat": None, "lon": None}}, "place.lat", "place:"),
        ({"place": {"lat": 95, "lon": 0}}, "place.lat", "95"),
        ({"location": "gate 3"}, "location", "gate 3"),
        ({"at": "yesterday"}, "at", ""),
        ({"id": "not an id"}, "id", ""),
    ],
)
def test_what_is_wrong_is_named_and_kept_as_words(said: Any, field: str, words: str) -> None:
    found = heard(**said)
    assert [note.field for note in found.notes] == [field]
    assert words in found.report.text


def test_what_is_right_stays_what_it_is() -> None:
    found = heard(person="v017", venue="alpine", text="冷", place={"lat": 200, "lon": 0}, id="c-1")
    report = found.report
    assert isinstance(report, NeedHelpReport)
    assert (report.person, report.venue, report.place, report.id) == ("v017", "alpine", None, "c-1")
    assert report.text.startswith("冷\nplace: ")


def test_words_are_cut_where_there_are_too_many_of_them() -> None:
    text = heard(text="救" * (TEXT_MAX - 2), venue="2 号门").report.text
    assert len(text) == TEXT_MAX
    assert hear(orjson.dumps({"kind": "need-help", "text": "救" * (TEXT_MAX + 1)})) is None


@pytest.mark.parametrize("text", [b'"a\\ud83d"', b'"a\nb"', '"救命"'.encode("gb18030")])
def test_a_text_that_is_no_json_is_read_all_the_same(text: bytes) -> None:
    found = hear(b'{"kind":"need-help","person":"v017","text":' + text + b"}")
    assert found is not None
    assert found.report.person == "v017"
    assert found.report.text


def test_an_answer_that_calls_for_help_is_heard_with_its_person_or_without() -> None:
    said = {"kind": "safety", "answer": "need-help", "venue": "?", "method": "lead"}
    whose = hear(orjson.dumps({**said, "person": "v017"}))
    assert whose is not None
    assert isinstance(whose.report, SafetyReport)
    assert (whose.report.person, whose.report.method) == ("v017", "lead")
    nobody = hear(orjson.dumps(said))
    assert nobody is not None
    assert isinstance(nobody.report, NeedHelpReport)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b'{"kind":"need-help"', b'{"kind":"safety","answer":"safe"}',
        b'{"kind":["need-help"]}', b"[" * 100_000, b'{"kind":"presence","text":"need-help"}',
    ],
)  # fmt: skip
def test_nothing_else_is_taken_for_a_call(body: bytes) -> None:
    assert hear(body) is None


@given(st.dictionaries(FIELDS, ANYTHING, max_size=8), st.none() | st.text(max_size=10))
def test_a_call_is_heard_whatever_comes_with_it(said: dict[str, Any], key: str | None) -> None:
    found = hear(orjson.dumps({**said, "kind": "need-help"}), key)
    assert found is not None
    assert found.report.kind == "need-help"
    assert hear(orjson.dumps({**said, "kind": "need-help"}), key) == found
