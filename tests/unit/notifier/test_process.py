from datetime import timedelta
from typing import Any

import pytest

from events.alert import AlertAcknowledged, AlertClosed, AlertRaised, Step
from events.day import DayClosed, DayOpened
from events.fact import Fact, Ref, Text
from events.incident import IncidentAccepted, IncidentClosed, IncidentReported
from events.message import MessageRequested, Purpose
from events.reach import ReachJudged, ReachTested
from events.rollcall import RollCallClosed, RollCallExcused, RollCallOpened
from projections.picture import Picture
from services.notifier.process import (
    Pace,
    is_too_late,
    is_usable,
    lane_of,
    refusal,
    still_needed,
    switched_on,
    title,
    urgency,
)
from tests.unit.projections.build import (
    NOON,
    at,
    incident,
    need_help,
    picture,
    safe,
    said,
    seen,
)

USUAL = Pace(16, 50.0)
TEXT = Text(zh="词", en="word")


def test_channels_are_switched_on_by_their_scheme() -> None:
    assert switched_on("", USUAL) == {}
    assert switched_on(" HTTPS , wecombot=2/0.3,", USUAL) == {
        "https": USUAL,
        "wecombot": Pace(2, 0.3),
    }


@pytest.mark.parametrize("wrong", ["https=2", "https=two/1", "=1/1", "a b", "sms=0/1", "sms=1/0"])
def test_a_setting_that_cannot_be_read_is_named(wrong: str) -> None:
    with pytest.raises(ValueError, match="read channels"):
        switched_on(f"ntfy, {wrong}", USUAL)


@pytest.mark.parametrize(
    ("address", "lane"),
    [
        ("https://hooks.example/a?b=c", ("https", "hooks.example")),
        ("http://10.0.0.1:80/x", ("http", "10.0.0.1:80")),
        ("WeComBot://key", ("wecombot", "")),
        ("mailto://me:secret@example.com", ("mailto", "")),
    ],
)
def test_hosts_have_a_lane_each_and_services_one(address: str, lane: tuple[str, str]) -> None:
    assert is_usable(address)
    assert lane_of(address) == lane


@pytest.mark.parametrize("address", ["", "13800138000", "https://", "http:///path", "http://[::1"])
def test_what_is_no_address_is_not_used(address: str) -> None:
    assert not is_usable(address)
    assert refusal(address, {"https": USUAL, "http": USUAL}, drill=False) == "no address"


def test_a_drill_goes_nowhere_and_neither_does_what_is_not_switched_on() -> None:
    on = {"https": USUAL}
    assert refusal("https://a/b", on, drill=False) is None
    assert refusal("https://a/b", on, drill=True) == "drill"
    assert refusal("ntfy://a/b", on, drill=False) == "channel not switched on"
    assert refusal(None, on, drill=False) == "no address"


def test_who_needs_help_goes_first_and_a_test_last() -> None:
    order: list[Purpose] = ["channel-test", "alert", "need-help", "roll-call"]
    assert sorted(order, key=urgency) == ["need-help", "alert", "roll-call", "channel-test"]
    assert title("roll-call") == Text(zh="Muster 点名", en="Muster: roll call")


def asked(kind: str, purpose: Purpose = "alert") -> MessageRequested:
    about = Ref(kind=kind, id="x")
    return MessageRequested(person="p1", purpose=purpose, about=about, channels=("sms",), text=TEXT)


def needed(picture: Picture, kind: str, purpose: Purpose = "alert") -> bool:
    return still_needed(picture, asked(kind, purpose), at(0))


RAISED = AlertRaised(
    severity="severe",
    title=TEXT,
    body=TEXT,
    about=Ref(kind="x", id="y"),
    way_up=(Step(to=("p1",), answer_within_s=60),),
)
REPORTED = IncidentReported(category="need-help", severity="severe", text="帮忙")
OPENED = RollCallOpened(title=TEXT, expected=("p1", "p2"))
DAY = DayOpened(phase="games", day="2022-02-13", due_at=at(60), expected=("p1",), chase_at=at(120))
TESTED = ReachTested(day="2022-02-13", people=("p1",), prove_by=NOON + timedelta(hours=1))
JUDGED = ReachJudged(day="2022-02-13", unproven=(), unreachable=(), shifts=())


@pytest.mark.parametrize(
    ("first", "ends"),
    [
        (RAISED, AlertAcknowledged(by="p2", comment="")),
        (RAISED, AlertClosed(by="p2", reason="")),
        (REPORTED, IncidentAccepted(by="p2")),
        (REPORTED, IncidentClosed(note="")),
        (OPENED, RollCallClosed(safe=2, need_help=0, unaccounted=())),
        (DAY, DayClosed(reported=1, missing=())),
        (TESTED, JUDGED),
    ],
    ids=lambda fact: fact.wire_type(),
)
def test_nobody_is_told_of_what_is_over_or_owned(first: Fact, ends: Fact) -> None:
    before = [said(first, "x", -5)]
    assert needed(picture(*before), first.NOUN)
    assert not needed(picture(*before, said(ends, "x", -1)), first.NOUN)


def test_who_has_answered_a_roll_call_is_not_asked_again_but_may_be_told_of_others() -> None:
    opened = said(OPENED, "x", -5)
    for more in (safe("p1", -1), said(RollCallExcused(person="p1", reason="leave"), "x", -1)):
        one = picture(opened, more)
        assert not needed(one, "rollcall", "roll-call")
        assert needed(one, "rollcall", "alert")
    for more in (safe("p2", -1), safe("p1", -9)):
        assert needed(picture(opened, more), "rollcall", "roll-call")


def test_who_needs_help_is_not_asked_whether_they_are_safe_until_a_person_closed_their_call() -> (
    None
):
    opened, plea = said(OPENED, "x", -5), need_help("p1", -3)
    call, ended = incident("i1", -3, person="p1"), said(IncidentClosed(note=""), "i1", -1)
    assert not needed(picture(opened, plea), "rollcall", "roll-call")
    assert not needed(picture(opened, plea, call), "rollcall", "roll-call")
    assert needed(picture(opened, plea, call, ended), "rollcall", "roll-call")
    assert not needed(picture(opened, plea, call, ended, safe("p1", 0)), "rollcall", "roll-call")


def test_who_has_left_is_not_asked_to_check_out() -> None:
    assert needed(picture(seen("p1", -5, "left")), "volunteer", "check-out")
    assert not needed(picture(seen("p1", 5, "left")), "volunteer", "check-out")
    assert needed(picture(seen("p1", 5)), "volunteer", "check-out")


@pytest.mark.parametrize("kind", ["alert", "incident", "rollcall", "day", "reach", "care"])
def test_what_is_not_known_here_is_told(kind: str) -> None:
    purposes: list[Any] = ["alert", "roll-call", "check-in"]
    assert all(needed(picture(), kind, purpose) for purpose in purposes)


def test_what_waited_for_a_day_is_not_sent_any_more_but_a_call_for_help_is() -> None:
    assert not is_too_late("alert", at(0), at(24 * 60))
    assert is_too_late("alert", at(0), at(24 * 60 + 1))
    assert not is_too_late("need-help", at(0), at(9 * 24 * 60))
