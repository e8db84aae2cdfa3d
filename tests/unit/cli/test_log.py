import json
import subprocess
import sys
from typing import Any

import pytest

from events.envelope import encode
from services.cli.log import said as in_words
from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import Asked, Fake, Reply, no, ok
from tests.unit.projections.build import incident, seen

LATE = incident("i1", 0, person="v017", late=125)
END = no(403, "forbidden", "无", "the token was revoked")


def row(seq: int) -> dict[str, Any]:
    return {"seq": seq, **json.loads(encode(LATE if seq % 2 else seen("v017", seq)))}


def page(*seqs: int, next: int, last: int) -> Reply:
    return ok({"events": [row(seq) for seq in seqs], "next": next, "last": last})


def test_the_log_is_read_page_by_page_over_empty_ones(muster: Muster, fake: Fake) -> None:
    fake.on(
        "GET /events",
        page(1, 2, next=1000, last=2500),
        page(next=2000, last=2500),
        page(2001, next=2500, last=2500),
    )
    ended = muster("log", "show", "--kind", "incident", "--correlation", "k", "--json")
    assert [event["seq"] for event in ended.jsons] == [1, 2, 2001]
    assert [asked.query["after"] for asked in fake.asked] == ["0", "1000", "2000"]
    assert fake.asked[0].query == {
        "after": "0", "limit": "1000", "kind": "incident", "correlation": "k"
    }  # fmt: skip


def test_an_event_is_cloudevents_with_its_sequence(muster: Muster, fake: Fake) -> None:
    fake.on("GET /events", page(1, next=1, last=1))
    assert muster("log", "show", "--json").jsons == [row(1)]


def test_an_event_in_a_line(muster: Muster, fake: Fake) -> None:
    fake.on("GET /events", page(1, next=1, last=1))
    [line] = muster("log", "show").out.splitlines()
    assert line.split()[0] == "1"
    assert line.endswith(
        "yanqing  incident/i1  incident.reported  li  "
        "category=need-help severity=severe “帮忙” venue=alpine person=v017"
    )
    assert "(+2h05m)" in line


def test_no_more_than_was_asked_for(muster: Muster, fake: Fake) -> None:
    fake.on("GET /events", page(1, 2, 3, next=3, last=9))
    ended = muster("log", "show", "--limit", "2", "--json")
    assert [event["seq"] for event in ended.jsons] == [1, 2]
    assert ended.code == 0
    assert len(fake.asked) == 1


def test_an_empty_log_ends(muster: Muster, fake: Fake) -> None:
    fake.on("GET /events", page(next=0, last=0))
    assert muster("log", "show").out == ""


def test_following_waits_for_what_comes(muster: Muster, fake: Fake) -> None:
    fake.on(
        "GET /events",
        page(1, next=1, last=500),
        page(491, next=500, last=500),
        page(next=500, last=500),
        no(503, "log-unavailable", "不可用", "away"),
        page(501, next=501, last=501),
        END,
    )
    ended = muster("log", "follow", "--json")
    assert [event["seq"] for event in ended.jsons] == [491, 501]
    assert ended.code == 4
    assert [asked.query["after"] for asked in fake.asked] == [
        "0",
        "490",
        "500",
        "500",
        "500",
        "501",
    ]
    assert fake.asked[1].query["wait_s"] == "20"


def test_following_from_a_sequence(muster: Muster, fake: Fake) -> None:
    def end(asked: Asked) -> Reply:
        assert asked.query["after"] == "7"
        return END

    fake.on("GET /events", end)
    assert muster("log", "follow", "--after", "7").code == 4


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text": "smoke\nin B2"}, "“smoke in B2”"),
        ({"title": {"zh": "点名", "en": "Roll call"}, "to": ["a", "b"]}, "“Roll call” to[2]"),
        ({"about": {"kind": "warning", "id": "w1"}, "note": ""}, "about=warning/w1"),
        ({"text": "x" * 500}, "“" + "x" * 98 + "…"),
    ],
)  # fmt: skip
def test_a_fact_in_words(data: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_LANG", "en")
    assert in_words(data) == words


def test_a_reader_that_has_enough_is_no_failure(fake: Fake) -> None:
    fake.on("GET /events", page(*range(1, 3000), next=3000, last=10**6))
    code = "from services.cli.main import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "log", "show", "--url", fake.url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert "presence" in process.stdout.readline() + process.stdout.readline()
    process.stdout.close()
    assert (process.wait(timeout=20), process.stderr.read()) == (0, "")
    process.stderr.close()
