"""The commands about roll calls and codes."""

import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.cli import roll_call_words
from services.cli.language import Said
from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import CUT, Fake, no, ok

DONE = {"status": "accepted", "seq": 7, "events": ["e1"]}
CALL: dict[str, Any] = {
    "id": "rc1",
    "title": {"zh": "暴雪点名", "en": "Blizzard roll call"},
    "opened_at": "2022-02-13T04:10:00Z",
    "expected": 3,
    "walk_ups": 1,
    "safe": 1,
    "need_help": 1,
    "excused": 1,
    "unaccounted_count": 1,
    "at_closing": None,
    "found_since_count": 0,
    "next": None,
}


def person(id: str, standing: str, age: float | None, venue: str | None = None) -> dict[str, Any]:
    return {
        "id": id,
        "name": f"name {id}",
        "standing": standing,
        "last_evidence_age_s": age,
        "last_venue": venue,
        "last_method": "badge" if age else None,
    }


def test_it_is_opened_once_whatever_becomes_of_the_answer(muster: Muster, fake: Fake) -> None:
    fake.on("POST /roll-calls", CUT, ok({**DONE, "id": "rc1", "expected": 14}))
    ended = muster("roll-call", "open", "--venue", "alpine", "--title", "Blizzard")
    assert ended.out == "roll call rc1 is open for 14 people\n"
    first, second = (asked.json for asked in fake.asked)
    assert first == second
    assert len(first.pop("command_id")) == 36
    assert first == {"venue": "alpine", "title": {"zh": "Blizzard", "en": "Blizzard"}}


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        (("--everyone", "--remind-after", "0"), {"everyone": True, "remind_after_s": 0}),
        (("--site", "yanqing", "--role", "medical"), {"site": "yanqing", "role": "medical"}),
        (("--lane", "transport"), {"lane": "transport"}),
    ],
)
def test_it_is_of_whom_it_is_to_be(
    muster: Muster, fake: Fake, arguments: tuple[str, ...], body: dict[str, Any]
) -> None:
    fake.on("POST /roll-calls", ok({**DONE, "id": "rc1", "expected": 14}))
    assert muster("roll-call", "open", *arguments).code == 0
    asked = fake.asked[0].json
    assert asked.pop("command_id")
    assert asked == body


@pytest.mark.parametrize("arguments", [(), ("--everyone", "--site", "yanqing")])
def test_it_must_say_whom_it_asks_for(
    muster: Muster, fake: Fake, arguments: tuple[str, ...]
) -> None:
    assert muster("roll-call", "open", *arguments).code == 2
    assert fake.asked == []


def test_all_its_people_are_shown_those_to_look_for_first(muster: Muster, fake: Fake) -> None:
    first = [person("a", "safe", 60, "alpine"), person("b", "unaccounted", None)]
    second = [person("c", "need-help", 5), person("d", "unaccounted", 7200, "village")]
    fake.on(
        "GET /roll-calls/rc1",
        ok({**CALL, "people": first, "next": "b"}),
        ok({**CALL, "people": second}),
    )
    ended = muster("roll-call", "show", "rc1")
    lines = [line.split() for line in ended.out.splitlines()]
    assert "3 expected, 1 walked up: 1 safe, 1 need help, 1 unaccounted" in ended.out
    assert [line[-1] for line in lines[-4:]] == ["c", "b", "d", "a"]
    assert "2h00m" in ended.out
    assert [asked.query.get("after") for asked in fake.asked] == [None, "b"]
    assert [row["id"] for row in muster("roll-call", "show", "rc1", "--json").json["people"]]


def test_what_was_counted_when_it_was_closed_is_told(muster: Muster, fake: Fake) -> None:
    closing = {"safe": 1, "need_help": 0, "excused": 0, "unaccounted": 2}
    closed = {**CALL, "at_closing": closing, "found_since_count": 1, "people": []}
    fake.on("GET /roll-calls/rc1", ok(closed))
    ended = muster("roll-call", "show", "rc1", "--standing", "unaccounted")
    assert "2 unaccounted, 0 excused; found since: 1" in ended.out
    assert fake.asked[0].query["standing"] == "unaccounted"


@pytest.mark.parametrize(
    ("arguments", "path", "body", "said"),
    [
        (("close", "rc1", "--note", "ok"), "close", {"note": "ok"}, "roll call rc1 is closed"),
        (("reopen", "rc1", "--reason", "one left"), "reopen", {"reason": "one left"}, "open again"),
        (
            ("excuse", "rc1", "p1", "--reason", "leave"),
            "excuse",
            {"person": "p1", "reason": "leave"},
            "p1 is excused",
        ),
        (
            ("add", "rc1", "p1"),
            "walk-ups",
            {"person": "p1", "name": None, "answer": "safe"},
            "added p1 (id w1)",
        ),
        (
            ("add", "rc1", "--name", "王伟", "--need-help"),
            "walk-ups",
            {"person": None, "name": "王伟", "answer": "need-help"},
            "added 王伟 (id w1)",
        ),
        (("remind", "rc1"), "remind", {}, "asked again, round 2"),
    ],
)
def test_what_is_done_to_it(
    muster: Muster,
    fake: Fake,
    arguments: tuple[str, ...],
    path: str,
    body: dict[str, Any],
    said: str,
) -> None:
    fake.on(f"POST /roll-calls/rc1/{path}", ok({**DONE, "person": "w1", "round": 2}))
    ended = muster("roll-call", *arguments)
    assert ended.code == 0
    assert said in ended.out
    assert fake.asked[0].json == body


@pytest.mark.parametrize("arguments", [("add", "rc1"), ("add", "rc1", "p1", "--name", "x")])
def test_a_walk_up_is_one_person(muster: Muster, fake: Fake, arguments: tuple[str, ...]) -> None:
    assert muster("roll-call", *arguments).code == 2
    assert fake.asked == []


def test_a_reminder_that_nobody_needs_says_so(muster: Muster, fake: Fake) -> None:
    fake.on("POST /roll-calls/rc1/remind", ok({**DONE, "events": [], "round": 1}))
    assert muster("roll-call", "remind", "rc1").out == "nobody is missing, nobody is asked\n"


def test_who_was_not_taken_is_named_and_the_exit_status_says_so(muster: Muster, fake: Fake) -> None:
    why = {"code": "not-expected", "field": "person", "reason": {"zh": "不在", "en": "not asked"}}
    results = [
        {"person": "p1", "status": "accepted"},
        {"person": "p2", "status": "rejected", **why},
    ]
    answer = {"accepted": 1, "rejected": 1, "results": results}
    fake.on("POST /roll-calls/rc1/answers", ok(answer))
    ended = muster("roll-call", "answer", "rc1", "p1", "p2", "--venue", "alpine")
    assert ended.code == 1
    assert ended.out == "p1: safe\np2 was not taken: not asked\n"
    assert fake.asked[0].json["answers"][0] == {"person": "p1", "answer": "safe", "venue": "alpine"}


def test_a_refusal_is_told(muster: Muster, fake: Fake) -> None:
    refusal = no(409, "needs-help", "正在求助", "p1 needs help", "person")
    fake.on("POST /roll-calls/rc1/excuse", refusal)
    ended = muster("roll-call", "excuse", "rc1", "p1", "--reason", "leave")
    assert ended.code == 1
    assert "p1 needs help" in ended.err


ADDRESS = "http://10.0.0.5:8080/#check-in=alpine"


def test_a_code_is_drawn_on_the_terminal(muster: Muster, fake: Fake) -> None:
    fake.on("GET /venues/alpine/code.svg", ok({"address": ADDRESS, "svg": "<svg/>"}))
    ended = muster("code", "venue", "alpine")
    assert ended.out.endswith(f"{ADDRESS}\n")
    assert "█" in ended.out
    assert fake.asked[0].query == {"format": "json"}
    assert muster("code", "venue", "alpine", "--json").json == {"address": ADDRESS}


def test_a_code_is_written_to_a_file(muster: Muster, fake: Fake, tmp_path: Path) -> None:
    fake.on("GET /people/p1/code.svg", ok({"address": ADDRESS, "svg": "<svg/>"}))
    out = tmp_path / "p1.svg"
    ended = muster("code", "person", "p1", "--out", str(out))
    assert (ended.code, out.read_text()) == (0, "<svg/>")
    assert str(out) in ended.out
    ended = muster("code", "person", "p1", "--out", str(tmp_path / "nowhere" / "p1.svg"))
    assert ended.code == 1
    assert "No such file" in ended.err


def test_a_code_of_nobody_is_refused(muster: Muster) -> None:
    assert muster("code", "person", "nobody").code == 1


def catalogue() -> Iterator[Said]:
    for value in vars(roll_call_words).values():
        if isinstance(value, Said):
            yield value
        elif isinstance(value, dict):
            yield from (said for said in value.values() if isinstance(said, Said))


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same() -> None:
    said = list(catalogue())
    assert len(said) > 20
    assert [each for each in said if places(each.zh) != places(each.en)] == []
    assert [each for each in said if not any("一" <= c <= "鿿" for c in each.zh)] == []
