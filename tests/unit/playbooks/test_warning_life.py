"""What becomes of the alerts about a warning while it rises, sinks, and goes on in another one."""

from itertools import permutations

import pytest

from events.alert import Step
from events.fact import Fact, Ref, Severity, Text
from events.weather import (
    WarningCancelled,
    WarningIssued,
    WarningMessage,
    WarningSuperseded,
    WarningUpdated,
)
from projections.alerts import Alert
from services.alerts.commands import RaiseAlert
from tests.unit.playbooks.town import Town
from tests.unit.projections.build import at, message, shift, site, venue, volunteer

GROUND = (
    site(),
    site("hq"),
    venue(),
    volunteer("lead", leads=("alpine",)),
    shift("lead", -60, 600),
)


def said(identifier: str, sent: float, severity: Severity) -> WarningMessage:
    return message(identifier, sent).model_copy(update={"severity": severity})


def town(*facts: Fact, key: str = "w1") -> Town:
    made = Town(*GROUND)
    for fact in facts:
        made.say(fact, key)
        made.settle()
    return made


def alerts(of: Town, warning: str = "w1") -> list[Alert]:
    return [row for _, row in of.picture.alerts.about("warning", warning)]


def open_alerts(of: Town, warning: str = "w1") -> list[Alert]:
    return [row for row in alerts(of, warning) if row.status != "closed"]


SEVERE = WarningIssued(message=said("a", 0, "severe"))


def update(identifier: str, sent: float, severity: Severity) -> WarningUpdated:
    return WarningUpdated(message=said(identifier, sent, severity))


def test_a_superseded_warning_leaves_no_alert_open() -> None:
    of = town(SEVERE)
    assert len(open_alerts(of)) == 1
    of.say(WarningSuperseded(by="w2"), "w1")
    of.settle()
    assert open_alerts(of) == []
    of.say(WarningIssued(message=said("b", 5, "severe")), "w2")
    of.settle()
    assert len(open_alerts(of, "w2")) == 1


@pytest.mark.parametrize(("severity", "word"), [("moderate", "较重"), ("minor", "一般")])
def test_an_update_that_lowers_it_below_severe_closes_its_alerts_and_says_why(
    severity: Severity, word: str
) -> None:
    of = town(SEVERE, update("b", 5, severity))
    (closed,) = alerts(of)
    assert closed.status == "closed"
    reasons = [event.data for event in of.log if event.type == "closed"]
    (reason,) = [getattr(fact, "reason", "") for fact in reasons]
    assert f"预警已降为{word} / the warning was lowered to {severity}" == reason


@pytest.mark.parametrize("severity", ["severe", "extreme", "unknown"])
def test_what_is_as_bad_or_not_ranked_closes_nothing(severity: Severity) -> None:
    of = town(WarningIssued(message=said("a", 0, "extreme")), update("b", 5, severity))
    assert any(row.severity == "extreme" for row in open_alerts(of))


def test_a_late_message_lowers_nothing() -> None:
    of = town(update("b", 5, "severe"), WarningIssued(message=said("a", 0, "minor")))
    assert len(open_alerts(of)) == 1


def test_an_alert_that_was_raised_about_a_moderate_warning_stays() -> None:
    of = town(WarningIssued(message=said("a", 0, "moderate")))
    raised = RaiseAlert(
        site="yanqing",
        id="own",
        at=of.now,
        by="playbook:own",
        severity="moderate",
        title=Text(zh="题", en="title"),
        body=Text(zh="文", en="body"),
        venue="alpine",
        about=Ref(kind="warning", id="w1"),
        way_up=(Step(to=("lead",), answer_within_s=60),),
    )
    assert of.ask(raised) == ""
    of.say(update("b", 5, "minor"), "w1")
    of.settle()
    assert len(open_alerts(of)) == 1


def test_what_sank_and_rises_again_is_told_again() -> None:
    of = town(SEVERE, update("b", 5, "severe"))
    assert len(alerts(of)) == 1
    for fact in (update("c", 10, "moderate"), update("d", 15, "severe"), update("e", 20, "severe")):
        of.say(fact, "w1")
        of.settle()
    assert (len(alerts(of)), len(open_alerts(of))) == (2, 1)
    assert of.picture.warnings.rows["w1"].rises == 2


def test_a_message_that_comes_late_is_no_rise() -> None:
    of = town(SEVERE, update("c", 10, "severe"), update("b", 5, "moderate"))
    assert of.picture.warnings.rows["w1"].rises == 1
    assert (len(alerts(of)), len(open_alerts(of))) == (1, 1)


ENDS: dict[str, Fact] = {
    "superseded": WarningSuperseded(by="w2"),
    "lowered": update("b", 5, "moderate"),
    "cancelled": WarningCancelled(message=said("b", 5, "severe")),
}


@pytest.mark.parametrize("end", ENDS)
def test_an_end_that_comes_while_it_is_acted_on_leaves_no_alert(end: str) -> None:
    """However far the reaction to the warning has come, and in whatever order both go on."""
    for order in sorted(set(permutations([0, 0, 0, 1, 1]))):
        for begun in range(5):
            of = Town(*GROUND)
            of.say(SEVERE, "w1")
            for _ in range(begun):
                of.step(0)
            of.say(ENDS[end], "w1")
            for which in order:
                of.step(which)
            of.settle()
            assert open_alerts(of) == [], (order, begun)


def test_after_a_restart_the_same_follows() -> None:
    of = town(SEVERE, update("b", 5, "moderate"), update("c", 10, "severe"))
    before = (len(alerts(of)), len(open_alerts(of)))
    of.restart(0)
    of.settle()
    assert (len(alerts(of)), len(open_alerts(of))) == before == (2, 1)
    assert of.now < at(1)
