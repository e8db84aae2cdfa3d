"""`muster bulletin`."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import CUT, Fake, Reply, no, ok

WAITS = {
    "status": "accepted", "seq": 9, "events": ["e1"], "id": "b1", "published": None, "draft": 1,
    "needs_approval": True,
}  # fmt: skip
OUT = {**WAITS, "needs_approval": False, "published": {"identifier": "muster-b1-1"}}
SOURCE = {"kind": "warning", "id": "w1", "state": "ended",
          "ask": {"zh": "来源已结束：解除公告？", "en": "source ended: cancel?"}}  # fmt: skip
ROW: dict[str, Any] = {
    "id": "b1", "status": "published", "in_force": True, "move": "issue", "draft": 1,
    "needs_approval": False, "headline": {"zh": "暴雪橙色预警", "en": "Orange blizzard"},
    "severity": "severe", "colour": "orange", "cap_status": "Actual",
    "expires": "2022-02-04T18:00:00Z", "drafted_by": "ana", "published": "2022-02-04T12:00:00Z",
    "identifier": "muster-b1-1", "source": SOURCE,
}  # fmt: skip
AGREED = {"by": "bo", "hand": "bo", "at": "2022-02-04T12:00:00Z", "comment": "yes"}
DRAFT = {"draft": 1, "move": "issue", "by": "ana", "hand": "ana", "at": "2022-02-04T11:00:00Z",
         "needs_approval": True, "lacks": 1, "approvals": [], "approved": None, "declined": None,
         "content": {}}  # fmt: skip
FEED = b"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><title>t</title><updated>u</updated>
<entry><id>urn:uuid:1</id><title>Orange blizzard</title><updated>2022-02-04T12:00:00Z</updated>
<link rel="alternate" href="http://muster.example/api/v1/cap/muster-b1-1.xml"/></entry></feed>"""


def test_a_bulletin_is_drafted_of_a_file_and_fields(
    muster: Muster, fake: Fake, nowhere: Path
) -> None:
    (nowhere / "b.yaml").write_text(
        "headline: {zh: 暴雪, en: Blizzard}\nexpires: 2022-02-04T18:00:00+08:00\nvenues: [a]\n"
    )
    fake.on("POST /bulletins", CUT, ok(WAITS))
    ended = muster("bulletin", "draft", "b.yaml", "--set", "headline.en=Snow", "--set", "web=x=y")
    assert ended.code == 0
    assert "muster bulletin approve b1 --draft 1" in ended.out
    assert fake.asked[1].json["content"] == {
        "headline": {"zh": "暴雪", "en": "Snow"}, "venues": ["a"], "web": "x=y",
        "expires": "2022-02-04 18:00:00+08:00",
    }  # fmt: skip
    keys = {asked.headers["idempotency-key"] for asked in fake.asked}
    assert len(keys) == 1, "the same one again"


def test_a_bulletin_made_of_a_warning_names_what_is_missing(muster: Muster, fake: Fake) -> None:
    gaps = {
        "error": {"code": "missing-language", "field": "content.headline.en",
                  "reason": {"zh": "缺", "en": "lacks"}},
        "missing": ["headline.en", "area.en"], "content": {},
    }  # fmt: skip
    fake.on("POST /bulletins", ok(gaps, 422), ok(gaps, 422), ok(OUT))
    ended = muster("bulletin", "draft", "--from-warning", "w1")
    assert (ended.code, fake.asked[0].json["from"]) == (1, {"kind": "warning", "id": "w1"})
    assert "headline.en, area.en" in ended.out
    assert "--set headline.en=" in ended.out
    assert muster("bulletin", "draft", "--from-warning", "w1", "--json").json == gaps
    ended = muster("bulletin", "draft", "--from-alert", "a1", "--set", "area.en=Yanqing")
    assert (ended.code, ended.out) == (0, "bulletin b1 is out: muster-b1-1\n")


def test_what_is_wrong_with_a_draft_is_said(muster: Muster, fake: Fake) -> None:
    fake.on("POST /bulletins", no(422, "missing", "缺少", "is missing", "content.expires"))
    ended = muster("bulletin", "draft", "--set", "web=x")
    assert ended.code == 1
    assert "content.expires: is missing" in ended.err


@pytest.mark.parametrize(
    ("text", "code"), [(None, "no-file"), ("- 1", "not-content"), ("a: [", "not-yaml")]
)
def test_a_file_that_is_none_is_told_before_anybody_is_asked(
    muster: Muster, fake: Fake, nowhere: Path, text: str | None, code: str
) -> None:
    if text is not None:
        (nowhere / "b.yaml").write_text(text)
    ended = muster("bulletin", "draft", "b.yaml", "--json")
    assert (ended.code, fake.asked) == (2, [])
    assert code in ended.err
    assert muster("bulletin", "draft", "--set", "headline").code == 2


def test_bulletins_are_listed_with_what_a_person_is_asked(muster: Muster, fake: Fake) -> None:
    answer = {"at": "x", "total": 1, "bulletins": [ROW]}
    fake.on("GET /bulletins", ok(answer), ok(answer), ok({**answer, "bulletins": []}))
    ended = muster("bulletin", "list")
    assert "Orange blizzard" in ended.out
    assert "source ended: cancel?" in ended.out
    assert muster("bulletin", "list", "--json").json == answer
    assert muster("bulletin", "list").out == "no bulletins\n"


def test_a_bulletin_is_shown_with_who_agreed(
    muster: Muster, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = {"identifier": "muster-b1-1", "sent": "2022-02-04T12:00:00Z"}
    drafts = [
        {**DRAFT, "approvals": [AGREED], "approved": AGREED},
        {**DRAFT, "draft": 2, "declined": AGREED},
        {**DRAFT, "draft": 3},
    ]
    answer = {**ROW, "drafts": drafts, "messages": [message], "cap": "<alert/>\n"}
    fake.on("GET /bulletins/b1", *[ok(answer)] * 4)
    ended = muster("bulletin", "show", "b1")
    for words in ("approved by bo", "declined by bo", "waits for another", "muster-b1-1"):
        assert words in ended.out
    assert "warning w1: source ended: cancel?" in ended.out
    assert muster("bulletin", "show", "b1", "--cap").out == "<alert/>\n"
    assert muster("bulletin", "show", "b1", "--json").json == answer
    monkeypatch.setenv("MUSTER_LANG", "zh")
    assert "已发布" in muster("bulletin", "show", "b1").out


def test_a_draft_is_approved_or_declined_by_its_number(muster: Muster, fake: Fake) -> None:
    answer = {key: value for key, value in OUT.items() if key != "draft"}
    fake.on("POST /bulletins/b1/approve", CUT, ok(answer), no(409, "stale", "旧", "gave way"))
    ended = muster("bulletin", "approve", "b1", "--draft", "2", "--comment", "yes")
    assert (ended.code, ended.out) == (0, "bulletin b1 is out: muster-b1-1\n")
    assert fake.asked[1].json == {"draft": 2, "comment": "yes"}
    ended = muster("bulletin", "approve", "b1", "--draft", "1")
    assert ended.code == 1
    assert "gave way" in ended.err
    assert muster("bulletin", "approve", "b1").code == 2
    fake.on("POST /bulletins/b1/decline", ok(answer))
    ended = muster("bulletin", "decline", "b1", "--draft", "2", "--reason", "范围有误")
    assert (ended.code, ended.out) == (0, "bulletin b1: draft 2 is declined\n")


def test_what_is_published_is_updated_and_cancelled(muster: Muster, fake: Fake) -> None:
    fake.on("POST /bulletins/b1/update", ok({**WAITS, "draft": 2}))
    fields = ("--set", "severity=extreme", "--set", "venues=a,b")
    ended = muster("bulletin", "update", "b1", *fields, "--draft", "1")
    assert "draft 2" in ended.out
    content = {"severity": "extreme", "venues": ["a", "b"]}
    assert fake.asked[0].json == {"content": content, "draft": 1}
    fake.on("POST /bulletins/b1/cancel", ok({**OUT, "published": None}))
    reasons = ("--reason-zh", "雪停", "--reason-en", "it stopped")
    ended = muster("bulletin", "cancel", "b1", *reasons)
    assert (ended.code, ended.out) == (0, "bulletin b1 is going out\n")
    assert fake.asked[1].json["reason"] == {"zh": "雪停", "en": "it stopped"}
    assert muster("bulletin", "cancel", "b1", "--reason-zh", "雪停").code == 2


def test_the_feed_is_listed(muster: Muster, fake: Fake) -> None:
    atom = Reply(200, FEED, "application/atom+xml")
    empty = Reply(200, b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "application/atom+xml")
    fake.on("GET /cap/feed.atom", atom, atom, empty)
    assert "Orange blizzard" in muster("bulletin", "feed").out
    [entry] = muster("bulletin", "feed", "--json").json["entries"]
    assert entry["link"].endswith("/cap/muster-b1-1.xml")
    assert muster("bulletin", "feed").out == "nothing is published\n"
