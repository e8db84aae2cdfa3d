"""Commands that change something: incidents, roll calls, tokens, warnings."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import CUT, Fake, no, ok

DONE = {"status": "accepted", "seq": 12, "events": ["e1"]}


@pytest.mark.parametrize(
    ("verb", "arguments", "body"),
    [
        (
            "triage",
            ("--severity", "severe", "--category", "fire"),
            {"severity": "severe", "category": "fire"},
        ),
        ("assign", ("--to", "team:snow"), {"to": "team:snow"}),
        ("accept", (), {}),
        ("contain", ("--note", "ropes up"), {"note": "ropes up"}),
        ("resolve", (), {"note": ""}),
        ("close", ("--note", "false alarm"), {"note": "false alarm"}),
        ("reopen", ("--reason", "smoke again"), {"reason": "smoke again"}),
        ("merge", ("--into", "i2"), {"into": "i2"}),
        ("note", ("two people seen",), {"text": "two people seen"}),
    ],
)
def test_every_move_of_an_incident(
    muster: Muster, fake: Fake, verb: str, arguments: tuple[str, ...], body: dict[str, Any]
) -> None:
    fake.on(f"POST /incidents/i1/{verb}", ok(DONE))
    ended = muster("incident", verb, "i1", *arguments)
    assert ended.code == 0
    assert ended.out.startswith("incident i1: ")
    assert ended.out.endswith("recorded, sequence 12\n")
    [asked] = fake.asked
    assert asked.json == body
    assert len(asked.headers["idempotency-key"]) == 36
    assert muster("incident", verb, "i1", *arguments, "--json").json == DONE
    assert fake.asked[1].headers["idempotency-key"] != asked.headers["idempotency-key"]


def test_a_move_whose_answer_was_lost_is_the_same_move(muster: Muster, fake: Fake) -> None:
    fake.on("POST /incidents/i1/accept", CUT, ok(DONE))
    assert muster("incident", "accept", "i1").code == 0
    assert len({asked.headers["idempotency-key"] for asked in fake.asked}) == 1


def test_a_move_that_was_made_before(muster: Muster, fake: Fake) -> None:
    fake.on("POST /incidents/i1/accept", ok({**DONE, "events": []}))
    assert muster("incident", "accept", "i1").out == "recorded before, sequence 12\n"


def test_an_illegal_move_ends_with_one(muster: Muster, fake: Fake) -> None:
    fake.on("POST /incidents/i1/close", no(409, "illegal-move", "不可", "the incident is triaged"))
    ended = muster("incident", "close", "i1")
    assert ended.code == 1
    assert "the incident is triaged" in ended.err


TOKEN = {
    **DONE,
    "id": "t1",
    "token": "s3cret",
    "role": "reporter",
    "name": "li",
    "sites": ["yanqing"],
}


def test_a_new_token_is_alone_on_stdout(muster: Muster, fake: Fake) -> None:
    fake.on("POST /tokens", ok(TOKEN))
    ended = muster("token", "create", "--role", "reporter", "--name", "li", "--site", "yanqing")
    assert (ended.code, ended.out) == (0, "s3cret\n")
    assert fake.asked[0].json == {"role": "reporter", "name": "li", "sites": ["yanqing"]}
    made = muster("token", "create", "--role", "reporter", "--name", "li", "--json")
    assert made.json == TOKEN
    assert fake.asked[1].json["sites"] == []


def test_a_token_may_be_of_lanes_and_of_a_person(muster: Muster, fake: Fake) -> None:
    fake.on("POST /tokens", ok(TOKEN))
    lanes = ("--lane", "mental-health", "--lane", "transport")
    who = ("--role", "reporter", "--name", "li", *lanes, "--person", "v017")
    assert muster("token", "create", *who).code == 0
    asked = fake.asked[0].json
    assert (asked["lanes"], asked["person"]) == (["mental-health", "transport"], "v017")


def test_a_token_whose_answer_was_lost_is_not_made_again(muster: Muster, fake: Fake) -> None:
    fake.on("POST /tokens", CUT, ok(TOKEN))
    ended = muster("token", "create", "--role", "reporter", "--name", "li")
    assert ended.code == 3
    assert "carried out or not" in ended.err
    assert len(fake.asked) == 1


def test_a_role_nobody_has(muster: Muster, fake: Fake) -> None:
    ended = muster("token", "create", "--role", "king", "--name", "li")
    assert ended.code == 2
    assert "--role must be one of reporter, responder, commander, monitor, admin" in ended.err


def test_tokens_are_listed(muster: Muster, fake: Fake) -> None:
    rows = [
        {"id": "t1", "role": "admin", "name": "first", "sites": []},
        {"id": "t2", "role": "reporter", "name": "li", "sites": ["yanqing"]},
    ]
    fake.on("GET /tokens", ok({"tokens": rows}))
    out = muster("token", "list").out
    assert out.index("t1") < out.index("all sites") < out.index("t2") < out.index("yanqing")
    assert muster("token", "list", "--json").json == rows


def test_a_token_is_revoked(muster: Muster, fake: Fake) -> None:
    fake.on("DELETE /tokens/t1", ok(DONE))
    assert muster("token", "revoke", "t1").out == "revoked token t1\n"


def test_only_an_admin_may(muster: Muster, fake: Fake) -> None:
    fake.on("GET /tokens", no(403, "forbidden", "需要管理员", "needs admin"))
    assert muster("token", "list").code == 4


TAKEN = {
    "identifier": "cma-1",
    "status": "accepted",
    "seq": 4,
    "warning": "w1",
    "deviations": [{"code": "no-offset", "element": "sent", "detail": "2022-02-13T12:00"}],
    "venues": ["alpine"],
}


def test_warnings_are_sent_as_they_are(muster: Muster, fake: Fake, nowhere: Path) -> None:
    (nowhere / "a.xml").write_bytes(b"<alert/>")
    fake.on("POST /cap", ok({"results": [TAKEN]}))
    ended = muster("cap", "a.xml")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "a.xml: accepted cma-1, warning w1, venues: alpine",
        "  odd: no-offset (sent): 2022-02-13T12:00",
    ]
    assert fake.asked[0].content == b"<alert/>"
    assert fake.asked[0].headers["content-type"] == "application/cap+xml"


def test_of_a_warning_its_level_signature_and_whom_it_affects_is_said(
    muster: Muster, fake: Fake, nowhere: Path
) -> None:
    (nowhere / "a.xml").write_bytes(b"<alert/>")
    more = {
        "severity": "severe", "colour": "orange", "signature": "untrusted", "signer": "CN=cma",
        "superseded": ["w0"],
        "affected": [
            {"venue": "alpine", "cause": "polygon", "distance_m": 0.0, "people": 21},
            {"venue": "track", "cause": "circle", "distance_m": 350.4, "people": 0},
        ],
    }  # fmt: skip
    fake.on("POST /cap", ok({"document": "4c1d", "results": [{**TAKEN, **more}]}))
    assert muster("cap", "a.xml", "--feed", "cma").out.splitlines()[1:6] == [
        "  orange, severe; signature fits, signer not trusted here (CN=cma)",
        "  alpine: 21 on post, by its outline",
        "  track: 0 on post, by a circle, 350 m from its ground",
        "  supersedes w0",
        "  odd: no-offset (sent): 2022-02-13T12:00",
    ]
    assert fake.asked[0].query == {"feed": "cma"}
    said = muster("cap", "a.xml", "--json").json["results"]
    assert said[0]["document"] == "4c1d"


def test_a_refused_warning_does_not_keep_back_the_next(
    muster: Muster, fake: Fake, nowhere: Path
) -> None:
    (nowhere / "a.xml").write_bytes(b"<a/>")
    (nowhere / "b.xml").write_bytes(b"<b/>")
    refused = no(422, "missing", "缺少 identifier", "is missing", "identifier")
    fake.on("POST /cap", refused, ok({"results": [TAKEN]}))
    ended = muster("cap", "a.xml", "b.xml")
    assert ended.code == 1
    assert ended.out.splitlines()[:2] == [
        "a.xml: rejected: identifier: is missing",
        "b.xml: accepted cma-1, warning w1, venues: alpine",
    ]
    fake.on("POST /cap", refused)
    [result] = muster("cap", "a.xml", "--json").json["results"]
    assert (result["file"], result["code"], result["field"]) == ("a.xml", "missing", "identifier")


def test_a_warning_that_is_not_there(muster: Muster, fake: Fake) -> None:
    assert muster("cap", "none.xml").code == 2
    assert fake.asked == []
