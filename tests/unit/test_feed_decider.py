from functools import partial
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.deadline import DeadlineMet, DeadlineMissed
from events.fact import Fact, Text
from events.feed import FeedFailed, FeedHeard, FeedRecovered, FeedRegistered, FeedRemoved, Trouble
from services.deadlines import MissDeadline
from services.weather.commands import (
    AskFeed,
    FeedCommand,
    HearFeed,
    RegisterFeed,
    RemoveFeed,
    TroubleFeed,
)
from services.weather.feeds.decider import FEED, silent_after
from tests.given import Given, lived, state_after
from tests.moments import NOON, at

given = partial(Given, FEED)
NAME = Text(zh="北京预警", en="Warnings of Beijing")
WHY = Text(zh="服务器返回 503", en="the server answers 503")
GRACE = 0.5
"""Minutes: two intervals of a minute, and half of one."""


def who(minutes: float) -> dict[str, Any]:
    return {"site": "hq", "id": "f1", "at": at(minutes), "by": "service:feeds"}


def register(minutes: float = 0, **more: Any) -> RegisterFeed:
    said = {"name": NAME, "adapter": "atom", "url": "https://a.example/cap", "interval_s": 60}
    return RegisterFeed(**who(minutes), **{**said, **more})


def hear(minutes: float, entries: int = 3, taken: int = 1, refused: int = 0) -> HearFeed:
    return HearFeed(**who(minutes), entries=entries, taken=taken, refused=refused)


def trouble(minutes: float, trouble: Trouble = "broken") -> TroubleFeed:
    return TroubleFeed(**who(minutes), trouble=trouble, reason=WHY)


def miss(minutes: float, name: str = "heard-by") -> MissDeadline:
    return MissDeadline(**who(minutes), kind="feed", name=name)


def registered(minutes: float = 0, **more: Any) -> FeedRegistered:
    said: dict[str, Any] = {"name": NAME, "adapter": "atom", "url": "https://a.example/cap"}
    said |= {"interval_s": 60, "silent_at": at(minutes + 2 + GRACE), **more}
    return FeedRegistered(**said)


def heard(minutes: float, entries: int = 3, taken: int = 1, refused: int = 0) -> FeedHeard:
    return FeedHeard(
        entries=entries, taken=taken, refused=refused, silent_at=at(minutes + 2 + GRACE)
    )


def failed(since: float = 0, trouble: Trouble = "broken") -> FeedFailed:
    return FeedFailed(trouble=trouble, reason=WHY, since=at(since))


def test_a_feed_is_registered_and_given_two_intervals_and_a_half() -> None:
    given([]).when(register()).then(registered())


def test_the_grace_of_a_slow_feed_is_half_a_minute() -> None:
    slow = registered(interval_s=3600, silent_at=at(120.5))
    given([]).when(register(interval_s=3600)).then(slow)
    assert silent_after(5).total_seconds() == 12.5


def test_registering_it_again_says_nothing_unless_something_is_different() -> None:
    given([registered()]).when(register(5)).then()
    given([registered()]).when(register(5, url="https://b.example/cap")).then(
        registered(5, url="https://b.example/cap")
    )


def test_a_feed_that_was_removed_can_be_followed_again() -> None:
    given([registered(), FeedRemoved()]).when(register(9)).then(registered(9))


@pytest.mark.parametrize(
    ("adapter", "url"),
    [
        ("push", "https://a.example/cap"), ("atom", ""), ("atom", "ftp://a.example/cap"),
        ("rss", "file:///etc/passwd"), ("cap", "https:///nowhere"), ("index", "a.example/list"),
        ("atom", "https://name:secret@a.example/cap"), ("nws", "https://[::1/cap"),
        ("folder", ""), ("folder", "../outside"), ("folder", "/etc"), ("folder", "a/../../b"),
        ("folder", ".hidden"), ("folder", "a//b"), ("folder", "C:\\x"), ("folder", "a\nb"),
    ],
)  # fmt: skip
def test_an_address_that_does_not_go_with_the_adapter_is_refused(adapter: str, url: str) -> None:
    given([]).when(register(adapter=adapter, url=url)).rejected("feed-address", naming=["f1"])


OWN = {
    "127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1", "LOCALHOST.": "127.0.0.1",
    "127.1": "127.0.0.1", "2130706433": "127.0.0.1", "0x7f.0.0.1": "127.0.0.1",
    "0177.0.0.01": "127.0.0.1", "0x7f000001": "127.0.0.1", "[::1]": "::1",
    "[::ffff:127.0.0.1]": "::ffff", "10.0.0.1": "10.0.0.1", "192.168.1.1": "192.168.1.1",
    "172.16.9": "172.16.0.9", "100.64.0.1": "100.64.0.1", "[fd00::1]": "fd00::1",
}  # fmt: skip
NOBODYS = {
    "169.254.169.254": "169.254.169.254", "0.0.0.0": "0.0.0.0", "224.0.0.1": "224.0.0.1",
    "255.255.255.255": "255.255.255.255", "[fe80::1]": "fe80::1", "[ff02::1]": "ff02::1",
    "0": "0.0.0.0",
}  # fmt: skip


@pytest.mark.parametrize("host", OWN | NOBODYS)
def test_a_public_feed_at_an_address_of_ones_own_is_refused_as_it_would_be_when_asked(
    host: str,
) -> None:
    asked = register(url=f"http://{host}:8080/cap")
    given([]).when(asked).rejected(
        "feed-address", naming=[(OWN | NOBODYS)[host], "an address that it may not lead to"]
    )


@pytest.mark.parametrize("host", OWN)
def test_a_private_feed_may_be_there(host: str) -> None:
    url = f"http://{host}/cap"
    given([]).when(register(url=url, private=True)).then(registered(url=url, private=True))


@pytest.mark.parametrize("host", NOBODYS)
def test_not_even_a_private_feed_may_be_at_nobodys_address(host: str) -> None:
    given([]).when(register(url=f"http://{host}/cap", private=True)).rejected("feed-address")


@pytest.mark.parametrize(
    "host",
    ["8.8.8.8", "[2606:4700::1]", "134744072", "a.example", "127.0.0.1.example", "10", "1.2.3.4.5",
     "0x", "08.1", "256.1.1.1", "0x7f.example", "4294967296", "1.256.1.1", "dead.beef"],
)  # fmt: skip
def test_a_name_and_a_public_address_are_judged_when_they_are_asked(host: str) -> None:
    url = f"http://{host}/cap"
    if host in {"10", "0x"}:  # 0.0.0.10 and 0.0.0.0
        given([]).when(register(url=url)).rejected("feed-address")
    else:
        given([]).when(register(url=url)).then(registered(url=url))


def test_a_port_that_nobody_can_have_is_refused() -> None:
    for port in ("0", "65536", "-1", "x"):
        given([]).when(register(url=f"http://a.example:{port}/")).rejected("feed-address")


@pytest.mark.parametrize(
    ("adapter", "url"), [("push", ""), ("folder", "beijing"), ("folder", "north/beijing")]
)
def test_what_is_pushed_has_no_address_and_a_folder_has_a_name(adapter: str, url: str) -> None:
    given([]).when(register(adapter=adapter, url=url)).then(registered(adapter=adapter, url=url))


def test_an_answer_moves_the_moment_of_silence() -> None:
    given([registered()]).when(hear(1)).then(heard(1))


def test_the_same_answer_again_is_one_fact() -> None:
    given([registered(), heard(1)]).when(hear(1)).then()


def test_what_another_process_heard_a_moment_ago_is_not_told_again() -> None:
    history = [registered(), heard(1)]
    given(history).when(hear(1.2, taken=0)).then()
    given(history).when(hear(1.2, entries=4, taken=0)).then(heard(1.2, entries=4, taken=0))
    given(history).when(hear(1.2, taken=2)).then(heard(1.2, taken=2))
    given(history).when(hear(1.3, taken=0)).then(heard(1.3, taken=0))


def test_an_answer_from_before_it_was_last_heard_is_too_late() -> None:
    given([registered(), heard(2)]).when(hear(1, taken=5)).then()


def test_trouble_is_told_after_two_intervals_and_once() -> None:
    given([registered()]).when(trouble(1.9)).then()
    given([registered()]).when(trouble(2)).then(failed())
    given([registered(), failed()]).when(trouble(3)).then()
    given([registered(), failed()]).when(trouble(3, "silent")).then()
    given([registered(), heard(1)]).when(trouble(2.5)).then()
    given([registered(), heard(1)]).when(trouble(3)).then(failed(1))


def silence(since: float = 0) -> list[Fact]:
    why = Text(zh="两个周期内没有收到任何内容", en="nothing was heard of it for two intervals")
    return [
        DeadlineMissed(name="heard-by", due_at=at(since + 2 + GRACE)),
        FeedFailed(trouble="silent", reason=why, since=at(since)),
    ]


def test_a_feed_that_nobody_asks_any_more_falls_silent_by_its_deadline() -> None:
    given([registered()]).when(miss(2.4)).then()
    given([registered()]).when(miss(2.5)).then(*silence())
    given([registered(), heard(1)]).when(miss(3.5)).then(*silence(1))
    given([registered(), *silence()]).when(miss(4)).then()
    given([registered()]).when(miss(9, "answer")).then()


def test_of_what_failed_already_the_deadline_tells_nothing_more() -> None:
    given([registered(), failed()]).when(miss(2.5)).then(
        DeadlineMissed(name="heard-by", due_at=at(2.5))
    )


def test_it_recovers_with_the_next_answer() -> None:
    given([registered(), heard(1), failed(1)]).when(hear(9, taken=0)).then(
        heard(9, taken=0), FeedRecovered(trouble="broken", since=at(1))
    )
    given([registered(), *silence()]).when(hear(9)).then(
        heard(9), FeedRecovered(trouble="silent", since=at(0))
    )


def test_what_is_removed_is_neither_heard_nor_missed() -> None:
    met = DeadlineMet(name="heard-by")
    given([registered()]).when(RemoveFeed(**who(1), reason="old")).then(
        FeedRemoved(reason="old"), met
    )
    gone = [registered(), FeedRemoved(), met]
    for command in (hear(1), trouble(9), miss(9), RemoveFeed(**who(1))):
        given(gone).when(command).then()


def test_what_nobody_registered_is_not_there() -> None:
    given([]).when(RemoveFeed(**who(0))).rejected("unknown-feed", naming=["f1"])
    for command in (hear(1), trouble(9), miss(9), AskFeed(**who(0))):
        given([]).when(command).then()


COMMANDS = st.one_of(
    st.builds(register, interval_s=st.sampled_from([60, 120])),
    st.builds(lambda: RemoveFeed(**who(0))),
    st.builds(hear, st.just(0), st.integers(0, 2), st.integers(0, 1)),
    st.builds(trouble, st.just(0), st.sampled_from(["silent", "empty", "broken"])),
    st.builds(miss, st.just(0)),
)


@st.composite
def days(draw: st.DrawFn) -> list[FeedCommand]:
    """Commands at moments that never go back, as one clock gives them."""
    steps = draw(st.lists(st.tuples(COMMANDS, st.floats(0, 3)), max_size=20))
    minutes = 0.0
    commands: list[FeedCommand] = []
    for command, step in steps:
        minutes += step
        commands.append(command.model_copy(update={"at": at(minutes)}))
    return commands


@given_any(days())
def test_it_fails_once_until_it_recovers_and_recovers_only_what_failed(
    commands: list[FeedCommand],
) -> None:
    down = False
    for fact in lived(FEED, commands):
        if isinstance(fact, FeedFailed):
            assert not down
            down = True
        elif isinstance(fact, FeedRecovered):
            assert down
            down = False
        elif isinstance(fact, FeedRemoved):
            down = False


@given_any(days(), st.floats(0, 5))
def test_whoever_is_blind_for_two_intervals_and_a_half_is_told(
    commands: list[FeedCommand], later: float
) -> None:
    """Whatever happened before: after the deadline no feed that is followed looks well."""
    facts = lived(FEED, commands)
    state = state_after(FEED, facts)
    if state.followed is None or state.due_at is None:
        assert state.failed or state.followed is None
        return
    end = max(state.due_at, NOON) + (at(later) - NOON)
    last = MissDeadline(**(who(0) | {"at": end}), kind="feed", name="heard-by")
    assert state_after(FEED, lived(FEED, [*commands, last])).failed is not None
