"""Feeds in the picture: what was heard, how they are at a moment, and what is shown of them."""

from typing import Any

import pytest

from events.fact import Fact, Text
from events.feed import FeedFailed, FeedHeard, FeedRecovered, FeedRegistered, FeedRemoved
from projections.feeds_view import show_feeds
from projections.moment import Moment
from projections.picture import Picture
from tests.unit.projections.build import at, said

NAME = Text(zh="北京预警", en="Warnings of Beijing")
WHY = Text(zh="服务器返回 503", en="the server answers 503")


def registered(**more: Any) -> FeedRegistered:
    said: dict[str, Any] = {"name": NAME, "adapter": "atom", "url": "https://a.example/?key=secret"}
    return FeedRegistered(**{**said, "interval_s": 600, "silent_at": at(0), **more})


def heard(entries: int = 3, taken: int = 0, refused: int = 0) -> FeedHeard:
    return FeedHeard(entries=entries, taken=taken, refused=refused, silent_at=at(0))


def picture(*told: tuple[int, Fact]) -> Picture:
    made = Picture()
    for number, (minutes, fact) in enumerate(told, start=1):
        event = said(fact, "f1", minutes, kind="feed", id=f"e{number}", site="hq")
        made.apply(event._replace(seq=number))
    return made


def shown(made: Picture, minutes: int, *, sites: frozenset[str] | None = None) -> Any:
    return show_feeds(Moment(made, at(minutes), sites))


FAILED = FeedFailed(trouble="broken", reason=WHY, since=at(10))


def test_a_feed_waits_is_well_and_turns_grey_before_anybody_is_told() -> None:
    waits = picture((0, registered()))
    assert [shown(waits, minutes)[0]["state"] for minutes in (5, 14, 16)] == [
        "waiting", "waiting", "late"
    ]  # fmt: skip
    well = picture((0, registered()), (10, heard(taken=2)))
    assert [shown(well, minutes)[0]["state"] for minutes in (10, 24, 26)] == ["ok", "ok", "late"]
    [row] = shown(well, 15)
    assert (row["age_s"], row["taken"], row["entries"]) == (300.0, 2, 3)


def test_a_feed_that_nobody_is_left_to_ask_is_seen_to_be_silent() -> None:
    """Every process that would say so is dead: whoever looks sees it all the same."""
    made = picture((0, registered()), (10, heard()))
    assert [shown(made, minutes)[0]["state"] for minutes in (39, 41)] == ["late", "failed"]
    [row] = shown(made, 41)
    assert (row["trouble"], row["since"]) == ("silent", at(10).isoformat().replace("+00:00", "Z"))
    assert "weather service" in row["reason"]["en"]
    [row] = shown(picture((0, registered()), (10, heard()), (60, heard())), 61)
    assert (row["state"], row["trouble"], row["reason"], row["since"]) == ("ok", None, None, None)


def test_what_it_brought_adds_up_and_what_it_lists_is_of_now() -> None:
    made = picture((0, registered()), (10, heard(3, 3, 1)), (20, heard(5, 2)), (30, heard(5)))
    [row] = shown(made, 31)
    assert (row["entries"], row["taken"], row["refused"]) == (5, 5, 1)
    assert row["brought_at"] == at(20).isoformat().replace("+00:00", "Z")


def test_trouble_is_shown_while_it_lasts_and_remembered_when_it_is_over() -> None:
    made = picture((0, registered()), (10, heard()), (30, FAILED))
    [row] = shown(made, 31)
    assert (row["state"], row["trouble"], row["reason"]["zh"]) == ("failed", "broken", WHY.zh)
    assert row["age_s"] == 21 * 60
    over = (40, FeedRecovered(trouble="broken", since=at(10)))
    [row] = shown(picture((0, registered()), (10, heard()), (30, FAILED), (40, heard()), over), 41)
    assert (row["state"], row["trouble"], row["reason"], row["since"]) == ("ok", None, None, None)
    assert row["last_trouble"]["trouble"] == "broken"
    assert row["last_trouble"]["recovered_at"] is not None


def test_registering_it_again_keeps_what_was_heard() -> None:
    made = picture((0, registered()), (10, heard(taken=2)), (20, registered(interval_s=60)))
    [row] = shown(made, 20)
    assert (row["interval_s"], row["taken"], row["age_s"]) == (60, 2, 0.0)


def test_a_feed_that_was_removed_is_gone() -> None:
    gone = picture((0, registered()), (5, FeedRemoved()), (6, heard()), (7, FAILED))
    assert shown(gone, 8) == []


def test_an_address_may_hold_a_key_and_is_not_shown() -> None:
    assert "secret" not in str(shown(picture((0, registered())), 1))


@pytest.mark.parametrize(
    ("sites", "count"), [({"hq"}, 1), ({"hq", "beijing"}, 1), ({"beijing"}, 0)]
)
def test_feeds_are_headquarters_own(sites: set[str], count: int) -> None:
    assert len(shown(picture((0, registered())), 1, sites=frozenset(sites))) == count
