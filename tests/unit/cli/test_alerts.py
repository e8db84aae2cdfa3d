from typing import Any

import pytest

from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import CUT, Asked, Fake, Reply, no, ok, sse


def alert(id: str = "a1", status: str = "raised", **other: Any) -> dict[str, Any]:
    return {
        "id": id,
        "site": "yanqing",
        "venue": "alpine",
        "severity": "severe",
        "title": {"zh": "暴雪橙色预警", "en": "Orange blizzard warning"},
        "status": status,
        "age_s": 75.0,
        "acknowledged_by": None,
        "comment": "",
        **other,
    }


def change(seq: int, type: str = "raised", **other: Any) -> tuple[int, dict[str, Any]]:
    return seq, {
        "seq": seq,
        "type": type,
        "occurred_at": "2022-02-13T04:00:00Z",
        "correlation_id": "k",
        "alert": alert(f"a{seq}", **other),
    }


END = no(403, "forbidden", "无", "the token was revoked")
"""A refusal ends a stream that would go on for ever."""


def test_a_stream_goes_on_over_cuts_from_the_last_that_was_seen(muster: Muster, fake: Fake) -> None:
    fake.on(
        "GET /alerts/stream",
        sse(change(5), change(7)),
        CUT,
        no(503, "log-unavailable", "不可用", "away"),
        sse(change(7), change(9), bye=True),
        END,
    )
    ended = muster("alerts", "follow", "--after", "4", "--severity", "severe", "--json")
    assert [told["seq"] for told in ended.jsons] == [5, 7, 9]
    assert ended.code == 4
    assert [asked.headers["last-event-id"] for asked in fake.asked] == ["4", "7", "7", "7", "9"]
    assert {asked.query["severity"] for asked in fake.asked} == {"severe"}
    assert fake.asked[0].headers["authorization"] == "Bearer secret"


def test_without_a_sequence_it_begins_now(muster: Muster, fake: Fake) -> None:
    fake.on("GET /picture", ok({"seq": 40}))
    fake.on("GET /alerts/stream", CUT, sse(change(41)), END)
    ended = muster("alerts", "follow", "--json")
    assert ended.code == 3, "the first connection must succeed"
    fake.on("GET /alerts/stream", sse(), sse(change(41)), END)
    assert [told["seq"] for told in muster("alerts", "follow", "--json").jsons] == [41]
    streams = [asked for asked in fake.asked if asked.path.endswith("/stream")]
    assert [asked.headers["last-event-id"] for asked in streams] == ["40", "40", "40", "41"]


def test_a_change_in_words(muster: Muster, fake: Fake) -> None:
    told = change(5, "acknowledged", acknowledged_by="li", comment="on my way")
    fake.on("GET /alerts/stream", sse(told), END)
    [line] = muster("alerts", "follow", "--after", "0").out.splitlines()
    assert line.startswith("5  2022-02-13 ")
    assert line.endswith(
        "acknowledged  [severe] yanqing/alpine  Orange blizzard warning  a5  li “on my way”"
    )


def test_a_drill_is_called_one(muster: Muster, fake: Fake) -> None:
    seq, told = change(5)
    fake.on("GET /alerts/stream", sse((seq, {**told, "drill": True})), END)
    assert "  DRILL unanswered  " in muster("alerts", "follow", "--after", "0").out


@pytest.mark.parametrize(
    ("reply", "code"),
    [(END, 4), (no(503, "log-unavailable", "不可用", "away"), 3), (ok({}), 3), (CUT, 3)],
)
def test_a_stream_that_never_began_is_a_failure(
    muster: Muster, fake: Fake, reply: Reply, code: int
) -> None:
    fake.on("GET /alerts/stream", reply)
    ended = muster("alerts", "follow", "--after", "0")
    assert (ended.code, ended.out) == (code, "")
    assert len(fake.asked) == 1


def test_alerts_are_listed_by_venue_and_severity(muster: Muster, fake: Fake) -> None:
    alerts = [alert("a1"), alert("a2", severity="minor"), alert("a3", venue="oval")]
    alerts.append(alert("a4", severity="unknown", age_s=5.0))
    fake.on("GET /picture", ok({"alerts": alerts}))
    out = muster("alerts", "list", "--venue", "alpine", "--severity", "moderate").out
    assert out.splitlines() == [
        "unanswered  1m15s  [severe] yanqing/alpine  Orange blizzard warning  a1",
        "unanswered  5s  [unknown] yanqing/alpine  Orange blizzard warning  a4",
    ]
    assert len(muster("alerts", "list", "--json").json) == 4


def test_no_alerts_are_no_failure(muster: Muster, fake: Fake) -> None:
    fake.on("GET /picture", ok({"alerts": []}))
    ended = muster("alerts", "list")
    assert (ended.code, ended.out) == (0, "no alerts\n")
    assert muster("alerts", "list", "--json").json == []


def test_one_alert_is_acknowledged(muster: Muster, fake: Fake) -> None:
    fake.on("POST /alerts/a1/acknowledge", ok({"status": "accepted", "seq": 9, "events": ["e"]}))
    ended = muster("alerts", "acknowledge", "a1", "--comment", "on my way")
    assert (ended.code, ended.out) == (0, "acknowledged a1\n")
    assert fake.asked[0].json == {"comment": "on my way"}


def test_an_alert_of_somebody_else_is_not(muster: Muster, fake: Fake) -> None:
    owned = no(409, "already-acknowledged", "已由李四确认", "li si has acknowledged it")
    fake.on("POST /alerts/a1/acknowledge", owned)
    ended = muster("alerts", "acknowledge", "a1")
    assert (ended.code, ended.out) == (1, "")
    assert "li si has acknowledged it" in ended.err


def test_many_alerts_are_acknowledged_in_one_go(muster: Muster, fake: Fake) -> None:
    def answer(asked: Asked) -> Reply:
        first, second = asked.json["ids"]
        reason = {"zh": "已由李四确认", "en": "li si has acknowledged it"}
        return ok(
            {
                "results": [
                    {"id": first, "status": "accepted", "seq": 9, "events": ["e"]},
                    {"id": second, "status": "rejected", "code": "x", "reason": reason},
                ]
            }
        )

    fake.on("POST /alerts/acknowledge", answer)
    ended = muster("alerts", "acknowledge", "a1", "a2")
    assert ended.code == 1
    assert ended.out.splitlines() == [
        "acknowledged a1",
        "not acknowledged a2: li si has acknowledged it",
    ]


def test_an_id_cannot_become_another_address(muster: Muster, fake: Fake) -> None:
    assert muster("alerts", "close", "../tokens", "--reason", "over").code == 1
    assert fake.asked[0].path == "/api/v1/alerts/..%2Ftokens/close"


def test_an_alert_is_closed(muster: Muster, fake: Fake) -> None:
    fake.on("POST /alerts/a1/close", ok({"status": "accepted", "seq": 9, "events": ["e"]}))
    assert muster("alerts", "close", "a1", "--reason", "over").out == "closed alert a1\n"
    assert fake.asked[0].json == {"reason": "over"}
