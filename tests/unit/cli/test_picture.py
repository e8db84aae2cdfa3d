import json
from datetime import datetime
from typing import Any

import pytest

from projections.view import view
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
    shown: dict[str, Any] = json.loads(json.dumps(view(folded, at(0))))
    return shown


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
