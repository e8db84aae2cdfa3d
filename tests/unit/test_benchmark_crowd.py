"""The crowd's figures: each answer is timed by the first counts that have it, and errors show."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks import crowd
from tests.benchmarks.crowd import Job, Looks, Result, counted_after
from tests.benchmarks.people import WAYS, _wrong, kilobytes


def job(people: int, per_request: int) -> Job:
    return Job("127.0.0.1", 1, "t", "r", 7, people, 4000, per_request, 1, "x", [], {}, 5)


@pytest.mark.parametrize("per_request", [1, 10])
def test_everyone_answers_once_and_some_need_help(per_request: int) -> None:
    told: list[dict[str, str]] = []
    for whole in crowd.requests(job(23, per_request)):
        head, _, body = whole.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}".encode() in head.splitlines()
        said = orjson.loads(body)
        told.extend(said if per_request > 1 else [said])
    assert [one["person"] for one in told] == [crowd.person_id(n) for n in range(7, 30)]
    assert len({one["id"] for one in told}) == 23
    assert [n for n, one in enumerate(told) if one["answer"] == "need-help"] == [2, 7, 12, 17, 22]


def test_an_answer_is_timed_by_the_first_counts_that_have_it() -> None:
    looks = Looks(at=[1.0, 2.0, 3.0], answered=[0, 2, 3])
    assert counted_after([0.5, 0.5, 2.5, 2.6], looks) == [1.5, 1.5, 0.5]


@given(st.lists(st.integers(0, 9), max_size=9), st.integers(0, 9))
def test_as_many_are_timed_as_the_counts_ever_had(answered: list[int], sent: int) -> None:
    looks = Looks(at=[float(n) for n in range(len(answered))], answered=answered)
    assert len(counted_after([0.0] * sent, looks)) == min(sent, max(answered, default=0))


def result(**values: object) -> Result:
    counts = {"expected": 10, "safe": 5, "need_help": 1, "excused": 0, "unaccounted": 4}
    found = Result(
        sent=4,
        accepted=4,
        refused=[],
        seconds=1.0,
        to_answer=[0.1],
        to_counts=[0.1] * 4,
        counts=[0.1],
        board=[0.1],
        picture=[0.1],
        calm_board=[0.1],
        calm_picture=[0.1],
        picture_bytes=1,
        answered_before=2,
        last=counts,
        cpu={},
    )
    return found._replace(**values)  # type: ignore[arg-type]  # whichever are to be wrong


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, 0),
        ({"accepted": 3}, 1),
        ({"answered_before": 1}, 1),
        ({"to_counts": [0.1] * 2}, 2),
        ({"last": {**result().last, "unaccounted": 3}}, 1),
        ({"last": {**result().last, "safe": 4, "unaccounted": 5}}, 1),
    ],
)
def test_whatever_is_wrong_with_the_counts_shows(values: dict[str, object], wrong: int) -> None:
    figure = _wrong(result(**values))
    assert (figure.value, figure.verdict) == (wrong, "missed" if wrong else "met")


def test_memory_is_read_off_a_status() -> None:
    assert kilobytes("Name:\tx\nVmHWM:\t  2048 kB\nVmRSS:\t 1024 kB\n", "VmRSS") == 1024
    with pytest.raises(ValueError, match="not in its status"):
        kilobytes("Name:\tx\n", "VmRSS")


def test_both_ways_of_answering_are_told() -> None:
    assert [way.per_request for way in WAYS] == [1, 10]
