"""Whom the playbooks tell of what Muster's own rules measured."""

from typing import Any

import pytest

from events.envelope import Event
from events.weather import Colour, WarningCancelled, WarningIssued, WarningMessage, WarningUpdated
from projections.roster import Roster
from services.alerts.commands import RaiseAlert
from services.playbooks.commands import StartRun
from services.playbooks.playbook import load_playbooks
from services.playbooks.process import react
from services.playbooks.world import World
from services.volunteers.commands import OpenRollCall
from tests.unit.playbooks.town import Town
from tests.unit.projections.build import (
    at,
    message,
    numbered,
    picture,
    seen,
    site,
    venue,
    volunteer,
    warned,
)

BOOKS = load_playbooks()
GROUND = (
    site(), site("hq"), venue(), volunteer("lead", leads=("alpine",)),
    volunteer("boss", leads=("yanqing",)), volunteer("a"), seen("a", -30),
)  # fmt: skip
SEVERITY = {"blue": "minor", "yellow": "moderate", "orange": "severe", "red": "extreme"}


def own(name: str, colour: Colour, sent: float = 0, **more: Any) -> WarningMessage:
    """Return what a rule said; `since` is the minute at which its level was reached."""
    since = at(more.pop("since", sent))
    update: dict[str, Any] = {
        "rule": "gale",
        "sender": "muster",
        "colour": colour,
        "severity": SEVERITY[colour],
    }
    update |= {"onset": since, "effective": at(sent), **more}
    return message(name, sent).model_copy(update=update)


def reaction(*events: Event, minutes: float = 0) -> list[Any]:
    log = numbered([*GROUND, *events])
    roster = Roster()
    for event in log:
        roster.apply(event)
    return list(react(BOOKS, World(picture(*GROUND, *events), roster, at(minutes)), log[-1]))


@pytest.mark.parametrize("colour", ["orange", "red"])
def test_leads_and_everyone_on_post_are_told_and_nobody_is_counted(colour: Colour) -> None:
    run, alert = reaction(warned("w1", own("one", colour)))
    assert isinstance(run, StartRun)
    assert run.playbook == "measured-weather"
    assert isinstance(alert, RaiseAlert)
    assert alert.severity == SEVERITY[colour]
    assert alert.way_up[0].to == ("lead", "a")
    assert alert.way_up[1].to == ("boss", "post:yanqing")


@pytest.mark.parametrize("colour", ["blue", "yellow"])
def test_what_is_less_is_only_shown(colour: Colour) -> None:
    assert reaction(warned("w1", own("one", colour))) == []


def test_a_weather_services_warning_is_answered_as_ever() -> None:
    commands = reaction(warned("w1", message("one", 0)))
    assert [type(command) for command in commands] == [StartRun, RaiseAlert, OpenRollCall]
    assert commands[0].playbook == "severe-weather"


def test_the_alert_says_what_was_measured_in_both_languages() -> None:
    texts = tuple(
        text.model_copy(update={"description": f"{text.language} 29.3", "instruction": "!"})
        for text in message("one", 0).texts
    )
    _, alert = reaction(warned("w1", own("one", "orange", texts=texts)))
    assert alert.body.zh == "zh-CN 29.3!请由一人应答本警报。"
    assert alert.body.en == "en-US 29.3 ! Let one of you answer this alert."


def test_what_is_repeated_or_comes_down_to_orange_tells_nobody_again() -> None:
    raised = warned("w1", own("one", "red", 0))
    renewed = warned("w1", own("two", "red", 60, since=0, effective=at(0)), WarningUpdated)
    first, again = reaction(raised), reaction(raised, renewed, minutes=60)
    assert [command.id for command in again] == [command.id for command in first]
    lowered = warned("w1", own("three", "orange", 90, since=0), WarningUpdated)
    assert reaction(raised, renewed, lowered, minutes=90) == []


def test_what_had_sunk_below_and_rises_again_tells_again() -> None:
    raised = warned("w1", own("one", "orange", 0))
    lowered = warned("w1", own("two", "yellow", 60, since=-10), WarningUpdated)
    rises = warned("w1", own("three", "orange", 120), WarningUpdated)
    first, again = reaction(raised), reaction(raised, lowered, rises, minutes=120)
    assert len(first) == len(again) == 2
    assert first[1].id != again[1].id


def test_the_alert_is_closed_with_the_warning() -> None:
    town = Town(*GROUND)
    town.say(WarningIssued(message=own("one", "orange")), "w1")
    town.settle()
    rows = town.picture.alerts.rows
    assert [row.status for row in rows.values()] == ["raised"]
    town.pass_(30)
    town.say(WarningCancelled(message=own("end", "orange", 30)), "w1")
    town.settle()
    assert [row.status for row in rows.values()] == ["closed"]
