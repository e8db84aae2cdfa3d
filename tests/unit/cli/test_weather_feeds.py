"""`muster weather feeds`."""

from typing import Any, get_args

import pytest

from events.feed import Adapter, Trouble
from projections.feeds import Health
from services.cli import weather_feeds_words as words
from services.cli.weather_feeds import Adapter as Offered
from tests.unit.cli.ended import Muster
from tests.unit.cli.fake import Fake, no, ok

BEIJING: dict[str, Any] = {
    "id": "beijing",
    "name": {"zh": "北京预警", "en": "Warnings of Beijing"},
    "adapter": "atom",
    "interval_s": 60,
    "state": "ok",
    "heard_at": "2022-02-13T04:00:00Z",
    "age_s": 42.0,
    "entries": 3,
    "taken": 12,
    "refused": 1,
    "trouble": None,
    "reason": None,
    "last_trouble": {
        "trouble": "empty",
        "reason": {"zh": "没有任何条目", "en": "it lists nothing"},
        "since": "2022-02-13T01:00:00Z",
        "recovered_at": "2022-02-13T02:00:00Z",
    },
}
DOWN = {
    **BEIJING,
    "id": "far",
    "state": "failed",
    "age_s": 600.0,
    "last_trouble": {
        "trouble": "broken",
        "reason": {"zh": "服务器返回 503", "en": "the server answers 503"},
        "since": "2022-02-13T03:50:00Z",
        "recovered_at": None,
    },
}


def test_each_feed_is_shown_with_its_age_and_its_last_trouble(
    muster: Muster, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.on("GET /feeds", ok({"failed": 0, "feeds": [BEIJING]}))
    ended = muster("weather", "feeds")
    assert ended.code == 0
    for said in ("beijing", "Warnings of Beijing", "ok", "42s", "12", "it lists nothing"):
        assert said in ended.out
    monkeypatch.setenv("MUSTER_LANG", "zh")
    chinese = muster("weather", "feeds")
    for said in ("北京预警", "正常", "没有任何条目"):
        assert said in chinese.out


def test_one_that_failed_ends_it_with_1(muster: Muster, fake: Fake) -> None:
    fake.on("GET /feeds", ok({"failed": 1, "feeds": [DOWN, BEIJING]}))
    ended = muster("weather", "feeds")
    assert ended.code == 1
    assert "far: broken since" in ended.out
    as_json = muster("weather", "feeds", "--json")
    assert (as_json.code, as_json.json["failed"]) == (1, 1)


def test_without_feeds_it_says_so(muster: Muster, fake: Fake) -> None:
    fake.on("GET /feeds", ok({"failed": 0, "feeds": []}))
    assert "no feeds are followed" in muster("weather", "feeds").out


def test_a_feed_is_added_and_removed(muster: Muster, fake: Fake) -> None:
    fake.on("POST /feeds", ok({"status": "accepted", "seq": 7, "events": ["e"], "id": "beijing"}))
    fake.on("DELETE /feeds/beijing", ok({"status": "accepted", "seq": 8, "events": []}))
    added = muster(
        "weather", "feeds", "add", "beijing", "https://a.example/cap", "--every", "120",
        "--en", "Warnings of Beijing", "--may-be-empty",
    )  # fmt: skip
    assert added.code == 0
    assert fake.asked[-1].json == {
        "id": "beijing", "name": {"zh": "Warnings of Beijing", "en": "Warnings of Beijing"},
        "adapter": "atom", "url": "https://a.example/cap", "interval_s": 120,
        "may_be_empty": True, "private": False,
    }  # fmt: skip
    push = ("weather", "feeds", "add", "beijing", "--as", "push", "--pusher", "the office")
    assert muster(*push).code == 0
    assert fake.asked[-1].json["pushers"] == ["the office"]
    assert muster("weather", "feeds", "remove", "beijing").code == 0
    assert muster("weather", "feeds", "remove", "other").code != 0


def test_a_feed_is_asked_now(muster: Muster, fake: Fake) -> None:
    heard = {"answered": True, "entries": 3, "taken": 2, "refused": 0}
    trouble = {"answered": False, "trouble": "broken", "reason": DOWN["last_trouble"]["reason"]}
    fake.on("POST /feeds/beijing/ask", ok(heard), ok(trouble), ok({"answered": False}))
    ask = ("weather", "feeds", "ask", "beijing")
    first, second, third = muster(*ask), muster(*ask), muster(*ask)
    assert (first.code, second.code, third.code) == (0, 1, 1)
    assert "2 taken" in first.out
    assert "the server answers 503" in second.out


def test_what_is_refused_is_told(muster: Muster, fake: Fake) -> None:
    fake.on("POST /feeds", no(409, "feed-address", "地址不对", "bad address", "url"))
    ended = muster("weather", "feeds", "add", "x", "nowhere")
    assert ended.code != 0
    assert "bad address" in ended.err


@pytest.mark.parametrize(
    ("table", "values"),
    [(words.STATE, Health), (words.ADAPTER, Adapter), (words.TROUBLES, Trouble)],
)
def test_there_is_a_word_for_everything(table: dict[str, Any], values: object) -> None:
    assert set(table) == set(get_args(values))
    assert set(get_args(Offered)) == set(get_args(Adapter))
