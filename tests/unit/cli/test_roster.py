"""The roster from a file and as one, and who is found."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import Fake, Reply, no, ok

COUNTS = {"added": 2, "changed": 1, "unchanged": 3, "absent": 1, "errors": 0, "notes": 1}
PROBLEM = {
    "level": "error",
    "code": "bad-phone",
    "sheet": "延庆",
    "row": 12,
    "column": "F",
    "header": "手机",
    "field": "phone",
    "value": None,
    "reason": {"zh": "不是电话号码", "en": "no phone number"},
}
NOTE = {
    **PROBLEM,
    "level": "note",
    "code": "spaces",
    "row": 3,
    "value": "v003",
    "reason": {"zh": "空格", "en": "spaces were taken out"},
}


def answered(**more: Any) -> dict[str, Any]:
    return {
        "status": "accepted",
        "dry_run": False,
        "events": 3,
        "seq": 9,
        "counts": COUNTS,
        "errors": [],
        "notes": [NOTE],
        "changes": [],
        "absent": ["v009"],
        "refused": [],
        **more,
    }


@pytest.fixture
def file(nowhere: Path) -> Path:
    made = nowhere / "名册.xlsx"
    made.write_bytes(b"PK...")
    return made


def test_a_roster_is_sent_as_it_is_and_its_notes_are_told(
    muster: Muster, fake: Fake, file: Path
) -> None:
    fake.on("POST /roster/import", ok(answered()))
    ended = muster("roster", "import", str(file))
    assert ended.code == 0
    [asked] = fake.asked
    assert asked.content == b"PK..."
    assert unquote(asked.headers["x-filename"]) == "名册.xlsx"
    assert asked.query == {"dry_run": "false"}
    for said in ("notes (1)", "延庆", "F 手机", "spaces were taken out", "v003", "v009"):
        assert said in ended.out
    assert ended.out.endswith("1 notes\n3 events written\n")
    assert muster("roster", "import", str(file), "--json").json == answered()


def test_a_file_with_errors_ends_with_one_and_a_table_of_them(
    muster: Muster, fake: Fake, file: Path
) -> None:
    counts = {**COUNTS, "added": 0, "changed": 0, "errors": 5}
    body = answered(status="refused", events=0, counts=counts, errors=[PROBLEM])
    fake.on("POST /roster/import", ok(body, 422))
    ended = muster("roster", "import", str(file), "--dry-run", "--phase", "games")
    assert ended.code == 1
    assert fake.asked[0].query == {"dry_run": "true", "phase": "games"}
    for said in ("errors (5)", "12", "F 手机", "no phone number", "4 more are not listed"):
        assert said in ended.out
    assert "nothing was written" in ended.out
    assert muster("roster", "import", str(file), "--json").code == 1


def test_whoever_was_not_taken_is_told_of(muster: Muster, fake: Fake, file: Path) -> None:
    refused = {"id": "v7", "status": "rejected", "reason": {"zh": "已清除", "en": "erased"}}
    fake.on("POST /roster/import", ok(answered(refused=[refused])))
    ended = muster("roster", "import", str(file))
    assert ended.code == 1
    assert "v7 was not taken: erased" in ended.out


def test_columns_are_named_one_by_one_or_in_a_file(
    muster: Muster, fake: Fake, file: Path, nowhere: Path
) -> None:
    (nowhere / "columns.yaml").write_text("id: 代码\n'helper:transport': 司机\n", "utf-8")
    fake.on("POST /roster/import", ok(answered()))
    muster(
        "roster", "import", str(file), "--map", "phone=联系 电话", "--map", "columns.yaml",
        "--channel", "sms=https://x/{phone}",
    )  # fmt: skip
    assert fake.asked[0].pairs == (
        ("dry_run", "false"),
        ("map", "phone=联系 电话"),
        ("map", "id=代码"),
        ("map", "helper:transport=司机"),
        ("channel", "sms=https://x/{phone}"),
    )


@pytest.mark.parametrize(
    "content", ["- a\n- b\n", "a: [", "\x00", "42"], ids=["list", "cut", "zero", "number"]
)
def test_a_mapping_that_is_none_is_told_of_before_anything_is_sent(
    muster: Muster, fake: Fake, file: Path, nowhere: Path, content: str
) -> None:
    (nowhere / "columns.yaml").write_text(content)
    ended = muster("roster", "import", str(file), "--map", "columns.yaml")
    assert ended.code == 2
    assert "columns.yaml must be YAML" in ended.err
    assert muster("roster", "import", str(file), "--map", "none.yaml").code == 2
    assert muster("roster", "import", "none.xlsx").code == 2
    assert fake.asked == []


def test_a_roster_is_written_to_a_file_of_its_owner(
    muster: Muster, fake: Fake, nowhere: Path
) -> None:
    fake.on("GET /roster/export", Reply(200, b"PKfile", "application/octet-stream"))
    ended = muster("roster", "export", "out.xlsx", "--purpose", "night shift", "--site", "hq")
    assert (ended.code, ended.out) == (0, "wrote out.xlsx, 6 bytes\n")
    assert fake.asked[0].query == {
        "format": "xlsx", "lang": "en", "site": "hq", "contacts": "true", "purpose": "night shift",
    }  # fmt: skip
    made = nowhere / "out.xlsx"
    assert (made.read_bytes(), made.stat().st_mode & 0o777) == (b"PKfile", 0o600)
    assert [path.name for path in nowhere.iterdir()] == ["out.xlsx"]
    muster("roster", "export", "out.csv", "--lang", "zh")
    assert fake.asked[1].query == {"format": "csv", "lang": "zh"}


def test_what_is_refused_leaves_the_file_as_it_was(
    muster: Muster, fake: Fake, nowhere: Path
) -> None:
    (nowhere / "out.csv").write_text("old")
    fake.on("GET /roster/export", no(403, "role-not-allowed", "不行", "not you"))
    ended = muster("roster", "export", "out.csv", "--purpose", "x")
    assert ended.code == 4
    assert (nowhere / "out.csv").read_text() == "old"
    assert muster("roster", "export", "out.txt").code == 2
    assert muster("roster", "export", "gone/out.csv").code == 4
    fake.on("GET /roster/export", Reply(200, b"x", "text/csv"))
    assert muster("roster", "export", "gone/out.csv").code == 2


PERSON = {
    "id": "v001", "name": "王子涵", "latin": "Wang Zihan", "role": "medical", "site": "yanqing",
    "leads": [], "whereabouts": "present", "venue": "alpine", "evidence_age_s": 90.0,
}  # fmt: skip


def test_people_are_found(muster: Muster, fake: Fake) -> None:
    fake.on("GET /people", ok({"people": [PERSON], "next": "v001"}))
    ended = muster("people", "wangzihan", "--venue", "alpine", "--limit", "1")
    assert fake.asked[0].query == {"query": "wangzihan", "venue": "alpine", "limit": "1"}
    for said in ("v001", "王子涵", "Wang Zihan", "present", "alpine", "--after v001"):
        assert said in ended.out
    assert muster("people", "--json").json["people"] == [PERSON]
    fake.on("GET /people", ok({"people": [], "next": None}))
    assert muster("people", "x").out == "nobody is found\n"
