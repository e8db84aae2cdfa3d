import json
from pathlib import Path
from typing import Any

import pytest

from services.cli.report_file import PIECE_REPORTS
from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import CUT, Asked, Fake, Reply, ndjson, no, ok

ACCEPTED = {"id": "r1", "status": "accepted", "seq": 7, "event": "e", "incident": "i1", "notes": []}
REJECTED = {
    "id": "r1",
    "status": "rejected",
    "code": "unknown-venue",
    "field": "venue",
    "reason": {"zh": "没有这个场馆", "en": "there is no such venue"},
}


def accept_all(asked: Asked) -> Reply:
    return ndjson([{"id": one["id"], "status": "accepted", "seq": 1} for one in asked.lines])


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        (
            ("smoke in B2", "--venue", "b2", "--severity", "severe", "--category", "fire"),
            {"kind": "incident", "text": "smoke in B2", "venue": "b2", "severity": "severe",
             "category": "fire"},
        ),
        (
            ("--present", "v017", "--venue", "b2"),
            {"kind": "presence", "person": "v017", "whereabouts": "present", "method": "self",
             "venue": "b2"},
        ),
        (
            ("--present", "v017", "--whereabouts", "on-the-way", "--method", "lead"),
            {"kind": "presence", "person": "v017", "whereabouts": "on-the-way", "method": "lead"},
        ),
        (
            ("--safe", "v017"),
            {"kind": "safety", "person": "v017", "answer": "safe", "method": "self"},
        ),
        (
            ("--need-help", "broken leg", "--person", "v017", "--place", "40.5,115.8"),
            {"kind": "need-help", "person": "v017", "text": "broken leg",
             "place": {"lat": 40.5, "lon": 115.8}},
        ),
        (("--need-help",), {"kind": "need-help"}),
    ],
)  # fmt: skip
def test_each_kind_of_report_is_sent_as_it_is(
    muster: Muster, fake: Fake, arguments: tuple[str, ...], sent: dict[str, Any]
) -> None:
    fake.on("POST /reports", ok(ACCEPTED))
    ended = muster("report", *arguments)
    assert ended.code == 0
    assert ended.out == "accepted, sequence 7, incident i1\n"
    [asked] = fake.asked
    report = asked.json
    assert len(report.pop("id")) == 36
    assert report == sent
    assert asked.headers["authorization"] == "Bearer secret"


def test_a_time_without_an_offset_is_sent_with_one(muster: Muster, fake: Fake) -> None:
    fake.on("POST /reports", ok(ACCEPTED))
    muster("report", "x", "--at", "2022-02-13T12:00:00", "--id", "mine")
    sent = fake.asked[0].json
    assert sent["id"] == "mine"
    assert sent["at"][-6] in "+-"


def test_a_rejected_report_ends_with_one_and_says_which_field(muster: Muster, fake: Fake) -> None:
    fake.on("POST /reports", ok(REJECTED, 422))
    ended = muster("report", "x")
    assert ended.code == 1
    assert ended.out == "rejected: venue: there is no such venue\n"


def test_a_rejection_is_told_in_chinese(
    muster: Muster, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSTER_LANG", "zh_CN.UTF-8")
    fake.on("POST /reports", ok(REJECTED, 422))
    assert muster("report", "x").out == "被拒绝：venue: 没有这个场馆\n"


@pytest.mark.parametrize(("reply", "code"), [(ok(ACCEPTED), 0), (ok(REJECTED, 422), 1)])
def test_json_is_musters_own_answer(muster: Muster, fake: Fake, reply: Reply, code: int) -> None:
    fake.on("POST /reports", reply)
    ended = muster("report", "x", "--json")
    assert (ended.code, ended.err) == (code, "")
    assert reply.content is not None
    assert ended.json == json.loads(reply.content)


def test_a_lost_answer_is_asked_for_again_with_the_same_id(muster: Muster, fake: Fake) -> None:
    away = no(503, "log-unreachable", "日志不可用", "the log is unreachable")
    fake.on("POST /reports", CUT, away, ok(ACCEPTED))
    assert muster("report", "x").code == 0
    assert len({asked.json["id"] for asked in fake.asked}) == 1
    assert len({asked.headers["idempotency-key"] for asked in fake.asked}) == 1
    assert len(fake.asked) == 3


@pytest.mark.parametrize(
    "arguments", [(), ("x", "--safe", "v017"), ("--present", "v017", "--safe", "v017")]
)
def test_a_report_is_about_one_thing(
    muster: Muster, fake: Fake, arguments: tuple[str, ...]
) -> None:
    ended = muster("report", *arguments)
    assert ended.code == 2
    assert "give one of these, and only one" in ended.err
    assert fake.asked == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--at", "noon"), "'noon' is no time"),
        (("--place", "here"), "'here' is no place"),
        (("--severity", "bad"), "--severity must be one of extreme, severe"),
    ],
)
def test_a_value_that_cannot_be_is_not_sent(
    muster: Muster, fake: Fake, arguments: tuple[str, ...], said: str
) -> None:
    ended = muster("report", "x", *arguments)
    assert ended.code == 2
    assert said in ended.err
    assert fake.asked == []


def lines(count: int) -> list[dict[str, Any]]:
    return [{"kind": "presence", "person": f"v{n}"} for n in range(count)]


def write(path: Path, reports: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(report) + "\n" for report in reports))
    return path.name


def test_a_file_goes_in_pieces_and_every_report_has_an_id(
    muster: Muster, fake: Fake, nowhere: Path
) -> None:
    fake.on("POST /reports", accept_all)
    ended = muster("report", "--file", write(nowhere / "r.ndjson", lines(2 * PIECE_REPORTS + 1)))
    assert (ended.code, ended.out) == (0, "accepted 1001, rejected 0\n")
    assert [len(asked.lines) for asked in fake.asked] == [500, 500, 1]
    sent = [report for asked in fake.asked for report in asked.lines]
    assert [report["person"] for report in sent] == [f"v{n}" for n in range(1001)]
    assert len({report["id"] for report in sent}) == 1001
    assert {asked.headers["content-type"] for asked in fake.asked} == {"application/x-ndjson"}


@pytest.mark.parametrize("name", ["list.json", "list.ndjson"])
def test_a_json_list_is_a_file_of_reports_too(
    muster: Muster, fake: Fake, nowhere: Path, name: str
) -> None:
    fake.on("POST /reports", accept_all)
    (nowhere / name).write_text(json.dumps(lines(3), indent=2))
    ended = muster("report", "--file", name, "--json")
    assert ended.json == {"accepted": 3, "rejected": 0, "rejections": []}


def test_one_report_over_several_lines_of_a_json_file(
    muster: Muster, fake: Fake, nowhere: Path
) -> None:
    fake.on("POST /reports", accept_all)
    (nowhere / "one.json").write_text(json.dumps(lines(1)[0], indent=2))
    assert muster("report", "--file", "one.json").out == "accepted 1, rejected 0\n"


def test_rejected_lines_are_named_by_number_field_and_reason(
    muster: Muster, fake: Fake, nowhere: Path
) -> None:
    (nowhere / "r.ndjson").write_text(
        '{"kind":"presence"}\n\n{"kind":\n[1]\n{"kind":"x","id":"b"}\n'
    )

    def answer(asked: Asked) -> Reply:
        first, second = asked.lines
        return ndjson([{"id": first["id"], "status": "accepted"}, {**REJECTED, "id": second["id"]}])

    fake.on("POST /reports", answer)
    ended = muster("report", "--file", "r.ndjson")
    assert ended.code == 1
    told = ended.out.splitlines()
    assert told[0].startswith("line 3 rejected: is not JSON")
    assert told[1:] == [
        "line 4 rejected: a report is a JSON object, not list",
        "line 5 rejected: venue: there is no such venue",
        "accepted 1, rejected 3",
    ]


def test_rejected_lines_in_json(muster: Muster, fake: Fake, nowhere: Path) -> None:
    fake.on("POST /reports", ndjson([REJECTED]))
    name = write(nowhere / "r.ndjson", lines(1))
    ended = muster("report", "--file", name, "--json")
    assert ended.code == 1
    assert ended.json == {"accepted": 0, "rejected": 1, "rejections": [{"line": 1, **REJECTED}]}


@pytest.mark.parametrize("text", ['{"n":NaN}', "[" * 100_000 + "\n" + '{"a":' * 100_000])
def test_what_no_parser_should_take_is_rejected_here(
    muster: Muster, fake: Fake, nowhere: Path, text: str
) -> None:
    (nowhere / "r.ndjson").write_text(text)
    ended = muster("report", "--file", "r.ndjson")
    assert ended.code == 1
    assert "is not JSON" in ended.out
    assert fake.asked == []


def test_what_has_no_answer_is_kept_with_its_ids(muster: Muster, fake: Fake, nowhere: Path) -> None:
    def accept_then_refuse(asked: Asked) -> Reply:
        return accept_all(asked) if len(fake.asked) == 1 else CUT

    fake.on("POST /reports", accept_then_refuse)
    name = write(nowhere / "r.ndjson", lines(1200))
    ended = muster("report", "--file", name, "--patience", "0.2")
    assert ended.code == 3
    assert "no answer for line 501" in ended.err
    [unsent] = nowhere.glob("muster-unsent-*.ndjson")
    assert unsent.name in ended.err
    kept = [json.loads(line) for line in unsent.read_text().splitlines()]
    assert [report["person"] for report in kept] == [f"v{n}" for n in range(500, 1200)]
    in_doubt = fake.asked[-1].lines
    assert kept[:500] == in_doubt

    fake.on("POST /reports", accept_all)
    assert muster("report", "--file", unsent.name).out == "accepted 700, rejected 0\n"
    assert fake.asked[-2].lines == in_doubt


def test_a_file_that_is_not_there(muster: Muster) -> None:
    ended = muster("report", "--file", "none.ndjson")
    assert ended.code == 2
    assert "read none.ndjson: No such file or directory" in ended.err


def test_fewer_answers_than_reports_are_not_taken_for_all(
    muster: Muster, fake: Fake, nowhere: Path
) -> None:
    fake.on("POST /reports", ndjson([ACCEPTED]))
    ended = muster("report", "--file", write(nowhere / "r.ndjson", lines(2)))
    assert ended.code == 3
    assert "1 answers to 2 reports" in ended.err
