"""`muster check-in`, `muster day` and `muster care`."""

from typing import Any

import pytest

from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import Fake, no, ok

ACCEPTED = {"id": "r1", "status": "accepted", "seq": 7, "event": "e1"}
SITE: dict[str, Any] = {
    "id": "games-2022-02-04-yanqing",
    "site": "yanqing",
    "phase": "games",
    "expected": 40,
    "reported": 38,
    "late": 3,
    "missing": 2,
    "level": 1,
    "health": {"fine": 36, "not_fine": 1, "talk": 1, "fever": 0, "unreadable": 0},
    "missing_people": [
        {
            "id": "v017",
            "name": "李娜",
            "last_check_in_at": None,
            "last_evidence_at": "2022-02-03T10:00:00Z",
            "last_venue": "alpine",
        }
    ],
}
DAY: dict[str, Any] = {
    "day": "2022-02-04",
    "sites": [SITE],
    "total": {"expected": 40, "reported": 38, "late": 3, "missing": 2, "health": None},
}


def test_a_check_in_is_a_report(muster: Muster, fake: Fake) -> None:
    fake.on("POST /reports", ok(ACCEPTED))
    ended = muster(
        "check-in", "talk", "睡不着", "--person", "v017", "--temperature", "37.1",
        "--day", "2022-02-04",
    )  # fmt: skip
    assert (ended.code, ended.out) == (0, "v017 has checked in, sequence 7\n")
    sent = fake.asked[0].json
    assert sent.pop("id")
    assert sent == {
        "kind": "check-in",
        "person": "v017",
        "answer": "talk",
        "text": "睡不着",
        "temperature_c": 37.1,
        "day": "2022-02-04",
    }


def test_by_default_it_is_whose_token_it_is(muster: Muster, fake: Fake) -> None:
    fake.on("GET /whoami", ok({"person": "v003"}))
    fake.on("POST /reports", ok(ACCEPTED))
    assert muster("check-in", "fine").code == 0
    assert fake.asked[1].json["person"] == "v003"


def test_a_token_that_is_nobody_s_own_says_who(muster: Muster, fake: Fake) -> None:
    fake.on("GET /whoami", ok({"person": None}))
    ended = muster("check-in", "fine")
    assert ended.code == 2
    assert "--person" in ended.err


def test_what_is_refused_ends_with_one(muster: Muster, fake: Fake) -> None:
    rejected = {
        "id": "r1",
        "status": "rejected",
        "code": "unknown-person",
        "field": "person",
        "reason": {"zh": "没有", "en": "nobody of this id is registered"},
    }
    fake.on("POST /reports", ok(rejected, 422))
    ended = muster("check-in", "fine", "--person", "v999")
    assert ended.code == 1
    assert "nobody of this id" in ended.out


@pytest.mark.parametrize(
    "wrong", [["great"], [], ["fine", "--temperature", "99"], ["fine", "--temperature", "warm"]]
)
def test_what_is_no_check_in(muster: Muster, fake: Fake, wrong: list[str]) -> None:
    assert muster("check-in", *wrong).code == 2
    assert fake.asked == []


@pytest.mark.parametrize("words", [["day", "2022-02-04"], ["day", "show", "2022-02-04"]])
def test_a_day_is_shown_with_who_is_missing(muster: Muster, fake: Fake, words: list[str]) -> None:
    fake.on("GET /days/2022-02-04", ok(DAY))
    ended = muster(*words, "--site", "yanqing")
    assert ended.code == 0
    assert fake.asked[0].query == {"site": "yanqing"}
    for said in ("daily check-in of 2022-02-04", "yanqing", "38", "李娜", "v017", "in all"):
        assert said in ended.out


def test_health_is_shown_to_who_gets_it(muster: Muster, fake: Fake) -> None:
    total = {**DAY["total"], "health": {**SITE["health"], "answers": 38, "withheld": 0}}
    fake.on("GET /days/2022-02-04", ok({**DAY, "total": total}))
    assert "want to talk" in muster("day", "2022-02-04").out
    fake.on("GET /days/2022-02-04", ok(DAY))
    assert "want to talk" not in muster("day", "2022-02-04").out


def test_by_default_it_is_the_newest_day(muster: Muster, fake: Fake) -> None:
    days = [{"day": "2022-02-03"}, {"day": "2022-02-04"}]
    fake.on("GET /picture", ok({"days": days}))
    fake.on("GET /days/2022-02-04", ok(DAY))
    assert muster("day", "--json").json == DAY
    assert muster("day").code == 0


def test_before_any_day_it_says_so(muster: Muster, fake: Fake) -> None:
    fake.on("GET /picture", ok({"days": []}))
    ended = muster("day")
    assert ended.code == 1
    assert "no day of check-ins" in ended.err


def test_the_report_is_a_page_or_data(muster: Muster, fake: Fake) -> None:
    fake.on("GET /days/2022-02-04/report", ok({"day": "2022-02-04"}))
    assert muster("day", "report", "2022-02-04", "--json").json == {"day": "2022-02-04"}
    page = muster("day", "report", "2022-02-04", "--md")
    assert page.code == 0
    assert fake.asked[-1].query == {"format": "md"}


def test_what_people_said_is_read_page_by_page(muster: Muster, fake: Fake) -> None:
    one = {"id": "a", "name": "甲", "site": "yanqing", "details": {"answer": "talk", "text": "x"}}
    two = {"id": "b", "name": "乙", "site": "yanqing", "details": None}
    fake.on(
        "GET /days/2022-02-04/people",
        ok({"people": [one], "next": "a"}),
        ok({"people": [two], "next": None}),
    )
    ended = muster("day", "people", "2022-02-04", "--lane", "mental-health")
    assert ended.code == 0
    assert [asked.query.get("after") for asked in fake.asked] == [None, "a"]
    assert "wants to talk" in ended.out
    assert "cannot be opened" in ended.out


def test_who_has_no_lane_is_told_so(muster: Muster, fake: Fake) -> None:
    fake.on("GET /days/2022-02-04/people", no(403, "details-not-allowed", "无权", "not yours"))
    assert muster("day", "people", "2022-02-04", "--lane", "transport").code == 4


def test_requests_are_listed(muster: Muster, fake: Fake) -> None:
    request = {
        "id": "5f0c",
        "lane": "mental-health",
        "site": "yanqing",
        "asked_at": "2022-02-04T00:10:00Z",
        "taken_by": None,
        "person": "v017",
        "name": "李娜",
        "why": "talk",
    }
    fake.on("GET /care", ok({"requests": [request], "counts": None}))
    ended = muster("care", "list")
    assert "李娜" in ended.out
    assert "wants to talk" in ended.out
    counts = {"mental-health": {"waiting": {"1h": 2, "older": 1}}}
    fake.on("GET /care", ok({"requests": [], "counts": counts}))
    assert "within 1 h 2, longer 1" in muster("care", "list").out
    fake.on("GET /care", ok({"requests": [], "counts": None}))
    assert muster("care", "list").out == "there are no requests for care\n"


def test_a_request_is_taken_and_ended(muster: Muster, fake: Fake) -> None:
    fake.on("POST /care/5f0c/take", ok({"status": "accepted", "seq": 1, "events": []}))
    fake.on("POST /care/5f0c/end", ok({"status": "accepted", "seq": 2, "events": []}))
    assert muster("care", "take", "5f0c").out == "you look after request 5f0c\n"
    assert muster("care", "end", "5f0c").out == "request 5f0c is ended\n"
    fake.on("POST /care/5f0c/take", no(409, "care-taken", "已接手", "taken by liu"))
    assert muster("care", "take", "5f0c").code == 1
