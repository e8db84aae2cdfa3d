import json
from datetime import datetime
from typing import Any

import pytest

from events.fact import Text
from events.feed import FeedFailed, FeedHeard, FeedRegistered
from projections.view import view
from services.cli.times import shown
from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import Fake, ok
from tests.unit.projections.build import (
    at,
    incident,
    message,
    need_help,
    picture,
    roll_call,
    safe,
    said,
    seen,
    shift,
    site,
    venue,
    volunteer,
    warned,
)


@pytest.fixture
def blizzard() -> dict[str, Any]:
    """The view of a venue in a blizzard: one safe, one calls for help, one is missing."""
    folded = picture(
        site(),
        venue(),
        volunteer("a"),
        volunteer("b"),
        volunteer("c"),
        shift("a", -60, 300),
        shift("c", -60, 300),
        seen("a", -30),
        warned("w1", message("w1-1", -10)),
        roll_call("rc1", -5, "a", "b", "c"),
        safe("a", -4),
        need_help("b", -3),
        incident("i1", -3, person="b"),
    )
    document: dict[str, Any] = json.loads(json.dumps(view(folded, at(0))))
    return document


def test_the_picture_says_what_matters_first(
    muster: Muster, fake: Fake, blizzard: dict[str, Any]
) -> None:
    fake.on("GET /picture", ok(blizzard))
    out = muster("picture").out
    order = [
        "need help (1)",
        "incidents (1)",
        "warnings in force (1)",
        "roll calls (1)",
        "venues (1)",
    ]
    places = [out.index(heading) for heading in order]
    assert places == sorted(places)
    assert "3 people: 1 present" in out
    assert "alerts (" not in out, "what is empty is left out"
    assert "Orange blizzard warning" in out
    assert "Alpine (alpine)" in out


def test_the_picture_in_chinese(
    muster: Muster, fake: Fake, blizzard: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSTER_LANG", "zh")
    fake.on("GET /picture", ok(blizzard))
    out = muster("picture").out
    for text in ("需要帮助 (1)", "暴雪橙色预警", "高山滑雪", "人员 3：在岗 1", "严重"):
        assert text in out


def test_nothing_is_cut_off_when_it_goes_into_a_file(
    muster: Muster, fake: Fake, blizzard: dict[str, Any]
) -> None:
    blizzard["incidents"][0]["text"] = "smoke " * 100 + "end"
    fake.on("GET /picture", ok(blizzard))
    out = muster("picture").out
    assert "…" not in out
    assert out.count("smoke") == 100
    assert "\033" not in out


def test_json_is_musters_own_answer(muster: Muster, fake: Fake, blizzard: dict[str, Any]) -> None:
    fake.on("GET /picture", ok(blizzard))
    assert muster("picture", "--site", "yanqing", "--json").json == blizzard
    assert fake.asked[0].query == {"site": "yanqing"}


@pytest.mark.parametrize("command", ["picture", "replay"])
def test_the_past_is_asked_for_with_an_offset(
    muster: Muster, fake: Fake, blizzard: dict[str, Any], command: str
) -> None:
    fake.on("GET /picture", ok(blizzard))
    times = ("--as-of", "2022-02-13T12:00:00+08:00", "--known-by", "2022-02-13 13:00+08:00")
    ended = muster(command, *times)
    assert ended.code == 0
    assert "as it was known by" in ended.out
    asked = fake.asked[0].query
    assert datetime.fromisoformat(asked["as_of"]) == at(0)
    assert datetime.fromisoformat(asked["known_by"]) == at(60)


def test_replay_needs_a_moment(muster: Muster, fake: Fake) -> None:
    ended = muster("replay")
    assert ended.code == 2
    assert "--as-of is missing" in ended.err
    assert fake.asked == []


@pytest.fixture
def expected() -> dict[str, Any]:
    """The view while one warning is coming, of two feeds one is silent."""
    feed: dict[str, Any] = {"adapter": "atom", "interval_s": 60, "silent_at": at(0)}
    names = {"f1": Text(zh="延庆气象", en="Yanqing weather"), "f2": Text(zh="民航", en="Aviation")}
    reason = Text(zh="没有回应", en="no answer")
    silent = FeedFailed(trouble="silent", reason=reason, since=at(-30))
    folded = picture(
        site(),
        venue(),
        warned("w2", message("w2-1", -10, effective=120)),
        *(
            said(FeedRegistered(name=name, **feed), id, -60, kind="feed", id=f"e-{id}", site="hq")
            for id, name in names.items()
        ),
        said(FeedHeard(silent_at=at(9)), "f1", -1, kind="feed", id="e1", site="hq"),
        said(silent, "f2", -2, kind="feed", id="e2", site="hq"),
    )
    document: dict[str, Any] = json.loads(json.dumps(view(folded, at(0))))
    return document


def line_of(out: str, words: str) -> str:
    """Return the one line that has these words."""
    [line] = [line for line in out.splitlines() if words in line]
    return line


TOLD = {
    "en": (
        ("warnings that are coming (1)",),
        ("Orange blizzard warning", "severe"),
        ("feeds of warnings (2)",),
        ("Aviation (f2)", "FAILED", "silent: no answer"),
        ("Yanqing weather (f1)", "ok"),
    ),
    "zh": (
        ("即将生效的预警 (1)",),
        ("暴雪橙色预警", "严重"),
        ("预警数据源 (2)",),
        ("民航 (f2)", "失效", "没有回应: 没有回应"),
        ("延庆气象 (f1)", "正常"),
    ),
}
"""What stands in a line together, in the order of the lines: the feed in trouble comes first."""


@pytest.mark.parametrize("language", TOLD)
def test_what_is_coming_and_every_feed_has_a_line(
    muster: Muster,
    fake: Fake,
    expected: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    monkeypatch.setenv("MUSTER_LANG", language)
    fake.on("GET /picture", ok(expected))
    out = muster("picture").out
    lines = [line_of(out, first) for first, *_ in TOLD[language]]
    assert sorted(lines, key=out.index) == lines
    for line, parts in zip(lines, TOLD[language], strict=True):
        assert all(words in line for words in parts)
    assert shown(at(120).isoformat()) in lines[1]
