"""What the playbooks do about a severe warning of what is still to begin."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from events.fact import Fact, Severity, Text
from events.phase import PhasePlanned
from events.run import RunAwaited, RunStarted
from events.weather import (
    WarningCancelled,
    WarningIssued,
    WarningMessage,
    WarningSuperseded,
    WarningUpdated,
)
from tests.unit.playbooks.town import Town
from tests.unit.projections.build import at, message, said, shift, site, venue, volunteer

GROUND = (
    site(), site("hq"), venue(), venue("oval"), volunteer("lead", leads=("alpine",)),
    volunteer("late"), shift("lead", -60, 600), shift("late", 160, 600),
)  # fmt: skip


def storm(
    identifier: str = "a",
    sent: float = 0,
    *,
    begins: float = 240,
    severity: Severity = "severe",
    venues: tuple[str, ...] = ("alpine",),
) -> WarningMessage:
    """Return a message sent at a minute, of what is expected from another on."""
    return message(identifier, sent, venues=venues).model_copy(
        update={"severity": severity, "onset": at(begins), "effective": at(sent)}
    )


def town(*facts: Fact) -> Town:
    made = Town(*GROUND)
    for fact in facts:
        made.say(fact, "w1")
        made.settle()
    return made


def later(of: Town, minutes: float) -> None:
    of.pass_(minutes)
    of.settle()


def tell(of: Town, fact: Fact) -> None:
    of.say(fact, "w1")
    of.settle()


def calls(of: Town) -> list[tuple[float, str | None]]:
    """Return the minute and the venue of each roll call."""
    opened = [e for e in of.log if (e.kind, e.type) == ("rollcall", "opened")]
    return [(minute(e.occurred_at), getattr(e.data, "venue", None)) for e in opened]


def alerts(of: Town) -> list[tuple[float, str]]:
    """Return the minute and the playbook of each alert."""
    raised = [e for e in of.log if (e.kind, e.type) == ("alert", "raised")]
    return [(minute(e.occurred_at), e.actor.removeprefix("playbook:")) for e in raised]


def minute(moment: datetime) -> float:
    return round((moment - at(0)) / timedelta(minutes=1), 2)


def test_it_is_told_at_once_and_called_half_an_hour_before_it_begins() -> None:
    of = town(WarningIssued(message=storm()))
    assert alerts(of) == [(0, "severe-weather-ahead")]
    later(of, 209)
    assert (len(alerts(of)), calls(of)) == (1, [])
    later(of, 1)
    assert alerts(of)[1:] == [(210, "severe-weather")]
    assert calls(of) == [(210, "alpine")]
    (call,) = of.picture.rollcalls.rows.values()
    assert sorted(call.expected) == ["late", "lead"], "those on post by then, not when it came"
    later(of, 60)
    assert (len(alerts(of)), len(calls(of))) == (2, 1)
    assert of.picture.runs.awaited == {}


def test_the_alert_says_when_it_begins_in_both_languages_and_the_operations_time() -> None:
    of = town(WarningIssued(message=storm()))
    (row,) = of.picture.alerts.rows.values()
    assert "2月13日16:00（UTC+08:00）" in row.title.zh
    assert "2022-02-13 16:00 (UTC+08:00)" in row.title.en
    assert "30 分钟" in row.body.zh
    later(of, 210)
    last = [row for row in of.picture.alerts.rows.values() if "stop outdoor work" in row.body.en]
    assert ["2022-02-13 16:00" in row.body.en for row in last] == [True]


@pytest.mark.parametrize("begins", [-60, 0, 29, 30])
def test_what_has_begun_or_is_about_to_is_called_at_once_and_told_once(begins: float) -> None:
    of = town(WarningIssued(message=storm(begins=begins)))
    assert alerts(of) == [(0, "severe-weather")]
    assert calls(of) == [(0, "alpine")]
    assert not any(isinstance(event.data, RunAwaited) for event in of.log)
    later(of, 600)
    assert (len(alerts(of)), len(calls(of))) == (1, 1)


def test_without_an_onset_it_begins_when_it_takes_effect() -> None:
    of = town(WarningIssued(message=message("a", 0, effective=120)))
    assert calls(of) == []
    later(of, 90)
    assert calls(of) == [(90, "alpine")]


ENDS: dict[str, Fact] = {
    "cancelled": WarningCancelled(message=storm("b", 60)),
    "superseded": WarningSuperseded(by="w2"),
    "lowered": WarningUpdated(message=storm("b", 60, severity="moderate")),
    "drawn elsewhere": WarningUpdated(message=storm("b", 60, venues=())),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_before_it_begins_calls_nobody(end: str) -> None:
    of = town(WarningIssued(message=storm()))
    later(of, 60)
    tell(of, ENDS[end])
    assert of.picture.runs.awaited == {}
    later(of, 400)
    assert calls(of) == []
    assert len(alerts(of)) == 1


def test_what_runs_out_before_it_begins_calls_nobody() -> None:
    """Nobody has said that it goes on; whoever does is heard when the message comes."""
    short = storm(begins=300).model_copy(update={"expires": at(200)})
    of = town(WarningIssued(message=short))
    later(of, 280)
    assert calls(of) == []
    assert of.picture.runs.awaited == {}
    tell(of, WarningUpdated(message=storm("b", 280, begins=300)))
    assert calls(of) == [(280, "alpine")]


@pytest.mark.parametrize(("begins", "called"), [(120, 90), (400, 370), (61, 60), (20, 60)])
def test_another_time_moves_it(begins: float, called: float) -> None:
    of = town(WarningIssued(message=storm()))
    later(of, 60)
    tell(of, WarningUpdated(message=storm("b", 60, begins=begins)))
    for _ in range(45):
        later(of, 10)
    assert calls(of) == [(called, "alpine")]


def test_an_old_message_that_comes_late_moves_and_ends_nothing() -> None:
    of = town(WarningUpdated(message=storm("c", 30)))
    tell(of, WarningIssued(message=storm("a", 0, begins=10)))
    tell(of, WarningCancelled(message=storm("b", 20)))
    later(of, 210)
    assert calls(of) == [(210, "alpine")]


def test_one_that_becomes_worse_before_it_begins_tells_again_and_calls_once() -> None:
    of = town(
        WarningIssued(message=storm()),
        WarningUpdated(message=storm("b", 1, severity="extreme")),
        WarningUpdated(message=storm("c", 2, severity="severe")),
    )
    assert len(alerts(of)) == 2
    later(of, 210)
    assert calls(of) == [(210, "alpine")]


def test_one_that_is_taken_back_and_given_again_is_told_and_called_again() -> None:
    of = town(
        WarningIssued(message=storm()),
        WarningCancelled(message=storm("b", 1)),
        WarningUpdated(message=storm("c", 2)),
    )
    assert len(alerts(of)) == 2
    later(of, 210)
    assert calls(of) == [(210, "alpine")]


def test_each_venue_waits_for_itself() -> None:
    of = town(WarningIssued(message=storm(venues=("alpine", "oval"))))
    tell(of, WarningUpdated(message=storm("b", 1, venues=("oval",))))
    later(of, 210)
    assert calls(of) == [(210, "oval")]


@pytest.mark.parametrize("news", ["cancelled", "moved on", "moved back"])
def test_news_that_come_while_it_is_acted_on_are_what_counts(news: str) -> None:
    """However far the reactions have come, and in whatever order they go on."""
    fact: Fact = {
        "cancelled": WarningCancelled(message=storm("b", 0.5)),
        "moved on": WarningUpdated(message=storm("b", 0.5, begins=300)),
        "moved back": WarningUpdated(message=storm("b", 0.5, begins=100)),
    }[news]
    expected = {"cancelled": [], "moved on": [270], "moved back": [70]}[news]
    for order in sorted(set(permutations([0, 0, 0, 1, 1, 1]))):
        for begun in range(4):
            of = Town(*GROUND)
            of.say(WarningIssued(message=storm()), "w1")
            for _ in range(begun):
                of.step(0)
            of.say(fact, "w1")
            for which in order:
                of.step(which)
            of.settle()
            for _ in range(30):
                later(of, 10)
            assert [when for when, _ in calls(of)] == expected, (order, begun)


def test_news_that_come_as_it_begins_are_what_counts() -> None:
    for begun in range(6):
        of = town(WarningIssued(message=storm()))
        of.pass_(210)
        for _ in range(begun):
            of.step(0)
        of.say(WarningUpdated(message=storm("b", 1, begins=400)), "w1")
        of.settle()
        for _ in range(20):
            later(of, 10)
        assert len(calls(of)) == 1, begun


def test_after_a_restart_it_is_called_once_and_by_the_last_word() -> None:
    of = town(WarningIssued(message=storm()), WarningUpdated(message=storm("b", 1, begins=300)))
    of.restart(0)
    of.settle()
    later(of, 270)
    of.restart(0)
    of.settle()
    assert calls(of) == [(270, "alpine")]
    started = [e.data for e in of.log if isinstance(e.data, RunStarted)]
    assert [fact.playbook for fact in started] == ["severe-weather-ahead", "severe-weather"]


def test_the_moment_is_told_in_the_time_zone_of_the_phase_that_runs() -> None:
    of = Town(*GROUND)
    phase = PhasePlanned(
        name=Text(zh="赛时", en="Games"), starts_at=at(-600), ends_at=at(6000),
        timezone="America/St_Johns", check_in_at="08:00",
    )  # fmt: skip
    of.store(said(phase, "games", -300, site="hq"))
    of.say(WarningIssued(message=storm()), "w1")
    of.settle()
    (row,) = of.picture.alerts.rows.values()
    assert "2022-02-13 04:30 (UTC-03:30)" in row.title.en
