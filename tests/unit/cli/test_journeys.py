"""`muster help`, `muster take` and `muster journey`."""

from typing import Any

import pytest

from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import Fake, no, ok

DONE = {"status": "accepted", "seq": 12, "events": ["e1"]}
CALLED = {"status": "accepted", "id": "r1", "seq": 7, "event": "e7", "incident": "i7"}
PLAN = {
    "origin": "campus",
    "destination": "alpine",
    "departs_at": "2022-02-04T12:00:00Z",
    "arrives_at": "2022-02-04T14:00:00Z",
    "margin_s": 1800,
    "vehicle": "bus 1",
    "driver": "zhao",
    "people": ["v1", "v2"],
}
ROW: dict[str, Any] = {
    "id": "j1",
    "status": "overdue",
    "plan": PLAN,
    "former_plans": 1,
    "people": 2,
    "missing": ["v2"],
    "late_by_s": 4200.0,
    "last_known": {"zh": "v2：在途", "en": "v2: on the way"},
}


def test_a_call_for_help_is_one_line(muster: Muster, fake: Fake) -> None:
    fake.on("POST /reports", ok(CALLED))
    ended = muster("help", "--person", "v017", "--venue", "alpine", "腿断了")
    assert ended.code == 0
    assert ended.out == "the call for help is out: incident i7, sequence 7\n"
    [asked] = fake.asked
    assert {**asked.json, "id": ""} == {
        "id": "", "kind": "need-help", "person": "v017", "venue": "alpine", "text": "腿断了",
    }  # fmt: skip
    assert len(asked.json["id"]) == 36


def test_a_call_needs_no_words_no_place_and_no_name(muster: Muster, fake: Fake) -> None:
    fake.on("POST /reports", ok(CALLED))
    assert muster("help", "--json").json == CALLED
    assert fake.asked[0].json.keys() == {"id", "kind", "text"}


def test_who_takes_it_is_told_that_it_is_theirs(muster: Muster, fake: Fake) -> None:
    fake.on("POST /incidents/i7/take", ok({**DONE, "incident": "i7", "owner": "ana"}))
    ended = muster("take", "i7", "--comment", "我去")
    assert (ended.code, ended.out) == (0, "incident i7 is ana's\n")
    assert fake.asked[0].json == {"comment": "我去"}


def test_who_comes_second_is_told_who_has_it(muster: Muster, fake: Fake) -> None:
    fake.on("POST /incidents/i7/take", no(409, "taken", "ana 已接手", "ana has taken it"))
    ended = muster("take", "i7")
    assert ended.code == 1
    assert "ana has taken it" in ended.err


def test_a_journey_is_planned(muster: Muster, fake: Fake) -> None:
    fake.on("POST /journeys", ok({**DONE, "id": "j1"}))
    ended = muster(
        "journey", "plan", "v1", "v2", "--from", "campus", "--to", "alpine",
        "--departs", "2022-02-04T12:00+00:00", "--arrives", "2022-02-04T14:00+00:00",
        "--driver", "zhao",
    )  # fmt: skip
    assert (ended.code, ended.out) == (0, "journey j1 is planned, sequence 12\n")
    body = fake.asked[0].json
    assert body["people"] == ["v1", "v2"]
    assert (body["origin"], body["destination"], body["driver"]) == ("campus", "alpine", "zhao")
    assert "margin_s" not in body


def test_a_time_that_is_none_is_told(muster: Muster) -> None:
    ended = muster(
        "journey", "plan", "v1", "--from", "a", "--to", "b", "--departs", "noon", "--arrives", "x"
    )
    assert ended.code == 2
    assert "--departs" in ended.err


@pytest.mark.parametrize(
    ("verb", "arguments", "body"),
    [
        ("replan", ("--reason", "snow", "--margin", "60"), {"reason": "snow", "margin_s": 60}),
        (
            "replan",
            ("--reason", "x", "--person", "v1", "--person", "v2"),
            {"reason": "x", "people": ["v1", "v2"]},
        ),
        ("depart", ("--note", "full"), {"note": "full"}),
        ("arrive", (), {"note": ""}),
        (
            "arrive",
            ("v1", "--venue", "village"),
            {"note": "", "people": ["v1"], "venue": "village"},
        ),
        ("cancel", ("--reason", "snow"), {"reason": "snow"}),
    ],
)
def test_every_move_of_a_journey(
    muster: Muster, fake: Fake, verb: str, arguments: tuple[str, ...], body: dict[str, Any]
) -> None:
    fake.on(f"POST /journeys/j1/{verb}", ok(DONE), ok({**DONE, "events": []}))
    ended = muster("journey", verb, "j1", *arguments)
    assert ended.code == 0
    assert ended.out.startswith("journey j1")
    assert fake.asked[0].json == body
    assert muster("journey", verb, "j1", *arguments).out == "recorded before, sequence 12\n"


def test_the_journeys_are_listed(muster: Muster, fake: Fake) -> None:
    fake.on("GET /journeys", ok({"journeys": [ROW]}))
    ended = muster("journey", "list", "--status", "overdue")
    assert ended.code == 0
    for shown in ("overdue", "campus", "alpine", "1h10m", "v2", "j1: v2: on the way"):
        assert shown.split(": ")[-1] in ended.out
    assert muster("journey", "list", "--json").json == {"journeys": [ROW]}
    fake.on("GET /journeys", ok({"journeys": []}))
