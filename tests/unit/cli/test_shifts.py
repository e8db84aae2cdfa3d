"""`muster shift`, `board`, `phase`, `training` and `leave`."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import CUT, Fake, no, ok

DONE = {"status": "accepted", "seq": 12, "events": ["e1"]}
FROM, TO = "2022-02-04T12:00:00+00:00", "2022-02-04T16:00:00+00:00"
HOURS = ("--from", FROM, "--to", TO)
SHIFT: dict[str, Any] = {
    "id": "s1", "person": "v1", "name": "李娜", "venue": "alpine", "role": "media",
    "starts_at": FROM, "ends_at": TO, "instead_of": None, "against": ["rest"], "override": "x",
}  # fmt: skip


def test_a_shift_is_planned(muster: Muster, fake: Fake) -> None:
    fake.on("POST /volunteers/v1/shifts", CUT, ok(DONE))
    ended = muster("shift", "assign", "v1", "--venue", "alpine", *HOURS, "--id", "s1")
    assert (ended.code, ended.out) == (0, "shift s1 is v1's, sequence 12\n")
    said = {**fake.asked[1].json}
    assert said.keys() == {"shift", "venue", "starts_at", "ends_at"}
    assert fake.asked[0].json == said


def test_against_the_guards_only_with_a_reason(muster: Muster, fake: Fake) -> None:
    fake.on(
        "POST /volunteers/v1/shifts",
        no(409, "guard", "工时：12 小时", "hours of work: 12 h"),
        ok(DONE),
    )
    arguments = ("shift", "assign", "v1", "--venue", "alpine", *HOURS)
    refused = muster(*arguments)
    assert refused.code == 1
    assert "hours of work: 12 h" in refused.err
    ended = muster(*arguments, "--override", "nobody else", "--instead-of", "v2", "--json")
    assert ended.json["shift"] == fake.asked[1].json["shift"]
    assert fake.asked[1].json["override"] == "nobody else"
    assert fake.asked[1].json["instead_of"] == "v2"


def test_a_shift_is_cancelled_with_a_reason(muster: Muster, fake: Fake) -> None:
    fake.on("DELETE /volunteers/v1/shifts/s1", ok(DONE))
    ended = muster("shift", "cancel", "v1", "s1", "--reason", "暴雪")
    assert (ended.code, ended.out) == (0, "cancelled s1 of v1, sequence 12\n")
    assert muster("shift", "cancel", "v1", "s1").code == 2


def test_shifts_are_listed(muster: Muster, fake: Fake) -> None:
    fake.on(
        "GET /shifts", ok({"shifts": [SHIFT], "more": False}), ok({"shifts": [], "more": False})
    )
    ended = muster("shift", "list", "--venue", "alpine")
    assert "李娜" in ended.out
    assert "rest" in ended.out
    assert muster("shift", "list", "--person", "v1").out == "no shifts\n"
    assert muster("shift", "list").code == 2


SWAP = {
    "id": "w1", "site": "yanqing", "giver": "v1", "shift": "s1", "taker": "v2", "in_return": "s2",
    "proposed_at": FROM, "proposed_by": "ana", "agreed": ["v1"], "status": "proposed",
    "ended_at": None, "reason": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        (("swap", "v1", "s1", "v2", "s2"), {"in_return": "s2"}),
        (("stand-in", "v1", "s1", "v2", "--proposer", "v1"), {"proposer": "v1"}),
    ],
)
def test_a_swap_is_proposed(
    muster: Muster, fake: Fake, arguments: tuple[str, ...], body: dict[str, str]
) -> None:
    fake.on("POST /swaps", ok({**DONE, "id": "w1", "agreed": ["v1"]}))
    ended = muster("shift", *arguments)
    assert (ended.code, ended.out) == (0, "swap w1 is proposed; agreed so far: v1\n")
    assert fake.asked[0].json == {"giver": "v1", "shift": "s1", "taker": "v2", **body}


def test_a_swap_is_agreed_to_or_declined(muster: Muster, fake: Fake) -> None:
    fake.on("POST /swaps/w1/agree", ok({**DONE, "swap": SWAP}))
    fake.on("POST /swaps/w1/decline", ok({**DONE, "swap": SWAP}))
    assert muster("shift", "agree", "w1").out == "swap w1: you agreed\n"
    assert fake.asked[0].json == {}
    ended = muster("shift", "decline", "w1", "--person", "v2", "--reason", "exam")
    assert ended.out == "swap w1: v2 declined\n"
    assert fake.asked[1].json == {"person": "v2", "reason": "exam"}


def test_swaps_are_listed(muster: Muster, fake: Fake) -> None:
    fake.on("GET /swaps", ok({"swaps": [SWAP]}), ok({"swaps": []}))
    out = muster("shift", "swaps", "--person", "v1").out
    assert "v1 s1" in out
    assert "proposed" in out
    assert muster("shift", "swaps").out == "no swaps\n"


ROW = {
    "id": "v1", "name": "李娜", "latin": "Li Na", "role": "media", "whereabouts": "present",
    "venue": "alpine", "evidence_at": FROM, "evidence_age_s": 192.0, "method": "badge",
    "needs_help": False,
    "shift": {"id": "s1", "starts_at": FROM, "ends_at": TO, "instead_of": None, "against": []},
}  # fmt: skip
LATE = {
    "id": "v3", "name": "王芳", "venue": "alpine", "shift": "s3", "ended_at": TO,
    "overdue_s": 60.0, "last_evidence_age_s": 7200.0,
}  # fmt: skip
BOARD: dict[str, Any] = {
    "venue": "alpine", "site": "yanqing", "name": {"zh": "高山", "en": "Alpine"},
    "counts": {"on": 1, "leaving": 1, "arriving": 0, "missing": 0, "gone": 0, "overdue": 1},
    "on": [ROW], "leaving": [ROW], "arriving": [], "missing": [], "gone": [], "overdue": [LATE],
    "later": [{"starts_at": FROM, "ends_at": TO, "people": 4, "roles": {"media": 4}}],
}  # fmt: skip


def test_a_board_says_who_is_on_and_who_leaves(muster: Muster, fake: Fake) -> None:
    fake.on("GET /board", ok({"at": FROM, "soon_s": 1800, "boards": [BOARD]}))
    ended = muster("board", "alpine", "--soon", "30")
    assert ended.code == 0
    assert "on 1, leaving soon 1, arriving soon 0" in ended.out
    assert ended.out.count("李娜") == 1
    assert "3m12s" in ended.out
    assert "王芳" in ended.out
    assert "4 people" in ended.out
    assert fake.asked[0].query["soon_s"] == "1800"
    assert muster("board").code == 2
    fake.on("GET /board", ok({"at": FROM, "soon_s": 0, "boards": []}))
    assert muster("board", "--site", "hq").out == "no venues\n"


PHASES = """
phases:
  - id: games
    name: {zh: 冬奥会, en: Games}
    starts_at: 2022-02-04T00:00:00+08:00
    ends_at: 2022-02-21T00:00:00+08:00
    check_in_at: 10:30
    rules:
      - {role: medical, courses: [first-aid], cold_below_c: -20}
"""


def test_phases_are_planned_from_a_file(muster: Muster, fake: Fake, tmp_path: Path) -> None:
    file = tmp_path / "phases.yaml"
    file.write_text(PHASES, encoding="utf-8")
    rejected = {
        "id": "games", "status": "rejected", "code": "x", "field": "",
        "reason": {"zh": "不行", "en": "it cannot be"},
    }  # fmt: skip
    fake.on(
        "POST /phases",
        ok({"accepted": 1, "rejected": 0, "results": [{"id": "games", **DONE}]}),
        ok({"accepted": 0, "rejected": 1, "results": [rejected]}),
    )
    ended = muster("phase", "plan", str(file))
    assert (ended.code, ended.out) == (0, "phase games is planned, sequence 12\n")
    [phase] = fake.asked[0].json
    assert phase["check_in_at"] == "10:30"
    assert phase["starts_at"] == "2022-02-04T00:00:00+08:00"
    refused = muster("phase", "plan", str(file))
    assert (refused.code, refused.out) == (1, "phase games rejected: it cannot be\n")


@pytest.mark.parametrize("text", ["- 1\n- 2", "a: [", "phases: 3"])
def test_a_file_without_phases_is_told(muster: Muster, tmp_path: Path, text: str) -> None:
    file = tmp_path / "phases.yaml"
    file.write_text(text, encoding="utf-8")
    ended = muster("phase", "plan", str(file))
    assert ended.code == 2
    assert "phases.yaml" in ended.err
    assert muster("phase", "plan", str(tmp_path / "none.yaml")).code == 2


def test_phases_are_listed(muster: Muster, fake: Fake) -> None:
    row = {
        "id": "games", "name": {"zh": "冬奥会", "en": "Games"}, "runs": True, "starts_at": FROM,
        "ends_at": TO, "timezone": "Asia/Shanghai", "check_in_at": "08:00", "gates": ["leave"],
    }  # fmt: skip
    fake.on("GET /phases", ok({"at": FROM, "phases": [row]}))
    out = muster("phase", "list").out
    assert "Games" in out
    assert "approval to leave campus" in out


def test_readiness_comes_whole_though_page_by_page(muster: Muster, fake: Fake) -> None:
    def page(id: str, following: str | None) -> dict[str, Any]:
        row = {
            "id": id, "name": id, "latin": id, "site": "yanqing", "role": "medical",
            "fails": ["training"], "courses": ["first-aid"],
        }  # fmt: skip
        return {
            "at": FROM, "phase": "games", "people": 3, "ready": 1, "fails": {"training": 2},
            "unready": [row], "next": following,
        }  # fmt: skip

    fake.on("GET /phases/games/readiness", ok(page("v1", "v1")), ok(page("v2", None)))
    out = muster("phase", "readiness", "games").out
    assert "1 of 3 are ready" in out
    assert "training: 2 are not" in out
    assert "training (first-aid)" in out
    assert fake.asked[1].query["after"] == "v1"
    fake.on("GET /phases/games/readiness", ok(page("v1", None)))
    assert [
        row["id"] for row in muster("phase", "readiness", "games", "--json").json["unready"]
    ] == ["v1"]


def test_training_and_leave_are_recorded(muster: Muster, fake: Fake) -> None:
    fake.on("POST /volunteers/v1/training", ok(DONE))
    fake.on("POST /volunteers/v1/leave", ok(DONE))
    fake.on("DELETE /volunteers/v1/leave/l1", ok(DONE))
    assert muster("training", "v1", "first-aid").out == "v1 passed first-aid, sequence 12\n"
    assert fake.asked[0].json == {"course": "first-aid"}
    ended = muster("leave", "approve", "v1", *HOURS, "--id", "l1")
    assert ended.out == "leave l1 of v1 is approved, sequence 12\n"
    gone = muster("leave", "withdraw", "v1", "l1", "--reason", "closed")
    assert gone.out == "leave l1 of v1 is withdrawn, sequence 12\n"
