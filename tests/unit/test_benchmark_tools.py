"""What the benchmarks count with is right, whatever pieces the bytes come in."""

from itertools import pairwise

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.answers import (
    Answer,
    Answers,
    Chunks,
    Happening,
    Happenings,
    Malformed,
    accepted_in,
    raised_by,
)
from tests.benchmarks.figures import Figure, quantile
from tests.benchmarks.load import Job, requests


def answer(body: bytes, status: int = 200) -> bytes:
    head = f"HTTP/1.1 {status} x\r\ncontent-type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in pairwise(places)]


@given(st.lists(st.binary(max_size=40), max_size=4), st.lists(st.integers(0, 500), max_size=8))
def test_answers_are_the_same_in_whatever_pieces_they_come(
    bodies: list[bytes], cuts: list[int]
) -> None:
    answers = Answers()
    stream = b"".join(answer(body) for body in bodies)
    found = [one for piece in pieces(stream, cuts) for one in answers.feed(piece)]
    assert found == [Answer(200, body) for body in bodies]


def test_an_answer_without_a_length_is_refused() -> None:
    with pytest.raises(Malformed, match="has no length"):
        Answers().feed(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")


@pytest.mark.parametrize(
    ("status", "body", "accepted"),
    [
        (200, b'{"id":"a","status":"accepted","seq":1}', 1),
        (422, b'{"id":"a","status":"rejected"}', 0),
        (503, b'{"id":"a","status":"unavailable"}', 0),
        (200, b'{"accepted":98,"rejected":2,"results":[{"status":"accepted"}]}', 98),
        (500, b'{"accepted":98}', 0),
    ],
)
def test_only_what_was_accepted_is_counted(status: int, body: bytes, accepted: int) -> None:
    assert accepted_in(Answer(status, body)) == accepted


@given(st.lists(st.integers(0, 500), max_size=8))
def test_alerts_are_read_from_a_chunked_stream_in_whatever_pieces(cuts: list[int]) -> None:
    def told(type: str, id: str) -> bytes:
        data = orjson.dumps({"type": type, "correlation_id": id})
        return b"event: alert\ndata: " + data + b"\nid: 7\n\n"

    blocks = [b": muster\nretry: 1\n\n", told("raised", "a") + told("closed", "a"), b": ping\n\n"]
    stream = b"".join(
        b"%x\r\n%b\r\n" % (len(block), block) for block in [*blocks, told("raised", "b")]
    )
    chunks, happenings = Chunks(), Happenings()
    found = [
        raised_by(happening)
        for piece in pieces(stream, cuts)
        for happening in happenings.feed(chunks.feed(piece))
    ]
    assert found == ["a", None, "b"]


def test_only_alerts_are_alerts() -> None:
    assert raised_by(Happening("bye", b"{}")) is None


def test_a_chunk_without_a_size_is_refused() -> None:
    with pytest.raises(Malformed, match="is no size"):
        Chunks().feed(b"nothing\r\n")


@pytest.mark.parametrize("per_request", [1, 100])
def test_every_request_has_the_length_it_says_and_ids_of_its_own(per_request: int) -> None:
    job = Job("127.0.0.1", 1, "t", 1, per_request, 0, 0, "x", {})
    make = requests(job)
    seen: set[str] = set()
    for number in range(0, 3 * per_request, per_request):
        head, _, body = make(number).partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}".encode() in head.splitlines()
        told = orjson.loads(body)
        seen.update(report["id"] for report in (told if per_request > 1 else [told]))
    assert seen == {f"x-{number:09}" for number in range(3 * per_request)}


def test_a_quantile_is_one_of_the_values() -> None:
    assert quantile([5.0], 0.99) == 5.0
    assert quantile([float(n) for n in range(100, 0, -1)], 0.5) == 50.0
    assert quantile([float(n) for n in range(1, 101)], 0.99) == 99.0
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.5)


def test_a_figure_that_is_missed_says_so() -> None:
    assert Figure("rate", 4_999, "/s", 5_000).verdict == "missed"
    assert Figure("rate", 5_000, "/s", 5_000).verdict == "met"
    assert Figure("p50", 3.1, "ms", 3, at_most=True).verdict == "missed"
    assert Figure("p50", 3.0, "ms", 3, at_most=True).verdict == "met"
    assert Figure("rate", 1, "/s").verdict == ""
