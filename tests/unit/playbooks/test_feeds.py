"""A feed that failed is told of, until it is heard again."""

from events.alert import AlertRaised, Step
from events.envelope import Event
from events.fact import Fact, Ref, Text
from events.feed import FeedFailed, FeedRecovered, FeedRegistered, FeedRemoved
from events.volunteer import VolunteerRegistered
from projections.roster import Roster
from services.alerts.commands import CloseAlert, RaiseAlert
from services.decider import Command
from services.playbooks.calls import Turns
from services.playbooks.commands import StartRun
from services.playbooks.follow_up import Open, OpenSteps, follow_up, overtaken
from services.playbooks.playbook import load_playbooks
from services.playbooks.process import react
from services.playbooks.world import World
from tests.unit.projections.build import at, numbered, picture, said, site

BOOKS = load_playbooks()
NOTHING_OPEN = Open(OpenSteps(), Turns())
NAME = Text(zh="北京预警", en="Warnings of Beijing")
WHY = Text(zh="服务器返回 503", en="the server answers 503")


def told(fact: Fact, minutes: float, feed: str = "f1") -> Event:
    return said(fact, feed, minutes, kind="feed", site="hq")


def registered(feed: str = "f1") -> Event:
    fact = FeedRegistered(name=NAME, adapter="atom", interval_s=60, silent_at=at(2.5))
    return told(fact, 0, feed)


def failed(minutes: float = 2, feed: str = "f1") -> Event:
    return told(FeedFailed(trouble="broken", reason=WHY, since=at(0)), minutes, feed)


def recovered(minutes: float = 9) -> Event:
    return told(FeedRecovered(trouble="broken", since=at(0)), minutes)


GROUND = (
    site("hq"), site(),
    said(VolunteerRegistered(name="值班", latin="D", role="duty-officer"), "duty", -9, site="hq"),
)  # fmt: skip


def world(*events: Event) -> tuple[World, list[Event]]:
    log = numbered([*GROUND, *events])
    roster = Roster()
    for event in log:
        roster.apply(event)
    return World(picture(*log), roster, at(10)), log


def commands(*events: Event) -> list[Command]:
    """Return what follows from the last of these events."""
    known, log = world(*events)
    return react(BOOKS, known, log[-1])


def alerts(*events: Event) -> list[RaiseAlert]:
    return [one for one in commands(*events) if isinstance(one, RaiseAlert)]


def test_a_feed_that_failed_is_told_of_in_both_languages() -> None:
    run, alert = commands(registered(), failed())
    assert isinstance(run, StartRun)
    assert isinstance(alert, RaiseAlert)
    assert (run.playbook, alert.about.kind, alert.about.id) == ("feed-silent", "feed", "f1")
    assert alert.way_up[0].to == ("duty", "post:hq")
    assert "北京预警" in alert.title.zh
    assert "无法读取" in alert.title.zh
    assert "Warnings of Beijing (broken)" in alert.title.en
    assert (WHY.zh in alert.body.zh, WHY.en in alert.body.en) == (True, True)


def test_to_be_without_any_feed_is_worse() -> None:
    assert alerts(registered(), failed())[0].severity == "severe"
    assert alerts(registered(), registered("f2"), failed())[0].severity == "moderate"
    both = (registered(), registered("f2"), failed(2, "f2"), failed(3))
    assert alerts(*both)[0].severity == "severe"


def test_each_failure_is_told_once() -> None:
    first = alerts(registered(), failed())[0].id
    assert alerts(registered(), failed())[0].id == first
    assert alerts(registered(), failed(), recovered(), failed(20))[0].id != first


def test_what_is_heard_again_or_gone_meanwhile_is_not_told_of() -> None:
    for end in (recovered(), told(FeedRemoved(), 9)):
        known, log = world(registered(), failed(), end)
        assert react(BOOKS, known, log[-2]) == []


def raised(feed: str = "f1") -> Event:
    fact = AlertRaised(
        severity="severe", title=NAME, body=WHY, about=Ref(kind="feed", id=feed),
        way_up=(Step(to=("duty",), answer_within_s=60),),
    )  # fmt: skip
    return said(fact, f"alert-{feed}", 3, kind="alert", site="hq")


def test_its_alert_is_closed_when_it_is_heard_again_or_removed() -> None:
    for end in (recovered(), told(FeedRemoved(), 9)):
        known, log = world(registered(), registered("f2"), failed(), raised(), raised("f2"), end)
        [close] = follow_up(NOTHING_OPEN, known.picture, log[-1], at(10))
        assert isinstance(close, CloseAlert)
        assert close.id == "alert-f1"


def test_its_alert_stays_when_it_failed_again_meanwhile() -> None:
    known, log = world(registered(), failed(), raised(), recovered(), failed(10))
    assert follow_up(NOTHING_OPEN, known.picture, log[-2], at(10)) == []
    assert overtaken(known.picture, log[-1], at(10)) == []


def test_an_alert_that_is_raised_after_the_feed_was_heard_again_is_closed() -> None:
    known, log = world(registered(), failed(), recovered(), raised())
    assert [type(one) for one in overtaken(known.picture, log[-3], at(10))] == [CloseAlert]
