"""What is true of all rules, whatever they are about."""

import importlib
import pkgutil
import re
from collections.abc import Sequence
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import services
from events import subjects
from events.deadline import FACTS as DEADLINES
from events.fact import Fact
from services.access.decider import TOKEN
from services.alerts.decider import ALERT
from services.days.care_decider import CARE
from services.days.decider import DAY
from services.decider import Command, Decider
from services.incidents.commands import NoteIncident, ReopenIncident
from services.incidents.decider import INCIDENT
from services.journeys.decider import JOURNEY
from services.notifier.decider import MESSAGE
from services.notifier.reach import REACH
from services.playbooks.decider import RUN
from services.sites.decider import SITE, VENUE
from services.volunteers.decider import VOLUNTEER
from services.volunteers.phase import PHASE
from services.volunteers.rollcall import ROLLCALL
from services.volunteers.swap import SWAP
from services.weather.decider import WARNING
from services.weather.feeds.decider import FEED
from services.weather.publishing.decider import BULLETIN
from tests.given import state_after
from tests.moments import NOON
from tests.samples import SAMPLES

DECIDERS: list[Decider[Any, Any]] = [
    SITE, VENUE, TOKEN, VOLUNTEER, ROLLCALL, INCIDENT, WARNING, ALERT, JOURNEY, RUN, DAY, CARE,
    PHASE, SWAP, MESSAGE, REACH, FEED, BULLETIN,
]  # fmt: skip
of_each = pytest.mark.parametrize("decider", DECIDERS, ids=lambda decider: decider.kind)


def commands_of(module: str) -> list[type[Command]]:
    return [
        value
        for value in vars(importlib.import_module(module)).values()
        if isinstance(value, type) and issubclass(value, Command) and "type" in value.model_fields
    ]


COMMANDS = {
    command
    for package in pkgutil.iter_modules(services.__path__, "services.")
    if package.ispkg
    for module in pkgutil.iter_modules(importlib.import_module(package.name).__path__)
    if module.name == "commands"
    for command in commands_of(f"{package.name}.commands")
}


def own(decider: Decider[Any, Any], facts: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in facts if decider.kind == fact.NOUN]


@of_each
@given(facts=st.lists(st.sampled_from(SAMPLES), max_size=12))
def test_it_takes_any_fact_in_any_order(decider: Decider[Any, Any], facts: list[Fact]) -> None:
    of_its_kind = [fact for fact in facts if decider.kind == fact.NOUN or type(fact) in DEADLINES]
    assert state_after(decider, facts) == state_after(decider, of_its_kind)


@of_each
def test_every_fact_of_its_kind_is_remembered(decider: Decider[Any, Any]) -> None:
    state = decider.initial
    for fact in own(decider, SAMPLES):
        after = decider.evolve(state, fact)
        assert after != state, fact.wire_type()
        state = after


@of_each
@given(data=st.data())
def test_its_states_are_values(decider: Decider[Any, Any], data: st.DataObject) -> None:
    """A state may be kept, compared, and used as a key: two folds of one history are equal."""
    facts = data.draw(st.lists(st.sampled_from(SAMPLES), max_size=8))
    once, again = state_after(decider, facts), state_after(decider, facts)
    assert once == again
    assert hash(once) == hash(again)


@of_each
@given(data=st.data())
def test_nothing_is_over_before_it_began(decider: Decider[Any, Any], data: st.DataObject) -> None:
    """And whether it is can be told of any state there may be."""
    lasting = {"site", "venue", "token", "volunteer", "phase", "feed", "bulletin"}
    assert (decider.over is None) == (decider.kind in lasting)
    if decider.over is not None:
        assert decider.over(decider.initial) is False
        facts = data.draw(st.lists(st.sampled_from(own(decider, SAMPLES)), max_size=8))
        assert isinstance(decider.over(state_after(decider, facts)), bool)


LASTS: dict[str, set[str]] = {
    "message": {"delivered", "failed", "unknown", "requested"},
    "reach": {"judged"},
    "day": {"closed"},
    "care": {"ended"},
    "journey": {"arrived", "cancelled", "planned", "replanned"},
    "rollcall": {"closed"},
    "swap": {"declined", "done", "failed"},
    "run": {"ended", "condition-failed", "deadline-met"},
    "alert": {"closed"},
    "incident": {"closed", "merged"},
    "warning": {"cancelled", "expired", "superseded", "issued", "updated"},
}
"""The facts by which each kind may come to its end; a plan may be one of people who arrived, and a
message one of a warning whose end has come.
"""


@of_each
@given(data=st.data())
def test_it_comes_to_its_end_by_what_ends_it(
    decider: Decider[Any, Any], data: st.DataObject
) -> None:
    if decider.over is None:
        return
    facts = data.draw(st.lists(st.sampled_from(own(decider, SAMPLES)), max_size=8))
    before = False
    for number, fact in enumerate(facts, 1):
        now = decider.over(state_after(decider, facts[:number]))
        if now and not before:
            assert fact.token() in LASTS[decider.kind]
        before = now


@pytest.mark.parametrize(
    "command",
    sorted(COMMANDS, key=str),
    ids=lambda command: command.__name__,
)
def test_a_command_is_named_as_it_is_called_and_has_a_kind(command: type[Command]) -> None:
    kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", command.__name__).lower()
    assert get_args(command.model_fields["type"].annotation) == (kebab,)
    assert "kind" in command.model_fields or subjects.command("hq", command.KIND)


@pytest.mark.parametrize("command", [NoteIncident, ReopenIncident], ids=lambda c: c.__name__)
@pytest.mark.parametrize("words", ["", " \n"])
def test_words_that_matter_are_not_left_empty(command: type[Command], words: str) -> None:
    who = {"site": "hq", "id": "i1", "at": NOON, "by": "ana"}
    field = "text" if command is NoteIncident else "reason"
    with pytest.raises(ValidationError, match=field):
        command.model_validate({**who, field: words})


@pytest.mark.parametrize(
    "command",
    sorted(COMMANDS, key=str),
    ids=lambda command: command.__name__,
)
def test_a_command_with_a_field_too_many_is_refused(command: type[Command]) -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        command.model_validate({"colour": "red"})
