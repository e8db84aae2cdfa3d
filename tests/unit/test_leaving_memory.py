"""What is over leaves memory, and nobody can tell: the same commands have the same outcomes."""

import asyncio
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from events.envelope import Event
from events.fact import Fact, Ref, Text
from events.incident import IncidentClosed, IncidentReopened, IncidentReported
from services.ask import Ask, Outcome
from services.decider import Command, Decider
from services.incidents.commands import (
    AcceptIncident,
    AssignIncident,
    CloseIncident,
    MergeIncident,
    NoteIncident,
    ReopenIncident,
    ReportIncident,
    ResolveIncident,
)
from services.incidents.decider import INCIDENT
from services.notifier.commands import BeginChannel, ConfirmChannel, EndChannel, RequestMessage
from services.notifier.decider import MESSAGE
from tests.moments import NOON
from tests.unit.paper_log import PaperLog, Processes

IDS = ("i-1", "i-2", "i-3")
SITES = ("yanqing", "beijing")


class Say(NamedTuple):
    """A command to one of the processes. `ask` tells a retry from another command."""

    number: int
    ask: Ask


class Lie(NamedTuple):
    """A fact that lies in the log, whoever put it there."""

    event: Event


class Read(NamedTuple):
    """One of the processes reads what is stored."""

    number: int


class Restart(NamedTuple):
    """One of the processes stops and starts from its snapshot."""

    number: int


Move = Say | Lie | Read | Restart


def incident_commands(who: dict[str, Any]) -> st.SearchStrategy[Command]:
    reports = st.just(ReportIncident(**who, category="fire", severity="minor", text="smoke"))
    closings = st.sampled_from(["no fire", "was a drill"]).map(
        lambda note: CloseIncident(**who, note=note)
    )
    others = st.sampled_from(
        [
            AssignIncident(**who, to="p-2"),
            AcceptIncident(**who),
            ResolveIncident(**who, note="out"),
            ReopenIncident(**who, reason="smoke again"),
            MergeIncident(**who, into="i-9"),
            NoteIncident(**who, text="seen"),
        ]
    )
    return reports | closings | closings | others


def message_commands(who: dict[str, Any]) -> st.SearchStrategy[Command]:
    text = Text(zh="请确认", en="please confirm")
    asked = [
        RequestMessage(
            **who,
            person=person,
            purpose="swap",
            about=Ref(kind="swap", id="s-1"),
            text=text,
            channels=channels,
        )
        for person in ("p-1", "p-2")
        for channels in (("page",), ("page", "sms"), ())
    ]
    ended = [
        EndChannel(**who, channel="sms", outcome=outcome, reason="-")
        for outcome in ("delivered", "failed", "unknown")
    ]
    moved = [BeginChannel(**who, channel="sms"), ConfirmChannel(**who, channel="page")]
    return st.sampled_from([*asked, *ended, *moved])


COMMANDS = {INCIDENT: incident_commands, MESSAGE: message_commands}
FACTS: tuple[Fact, ...] = (
    IncidentReported(category="fire", severity="minor", text="smoke"),
    IncidentClosed(note="no fire"),
    IncidentReopened(reason="smoke again"),
)


@st.composite
def says(draw: st.DrawFn, decider: Decider[Any, Any]) -> Say:
    site = draw(st.sampled_from((*SITES[:1] * 4, SITES[1])))
    who = {"site": site, "id": draw(st.sampled_from(IDS)), "at": NOON, "by": "p-2"}
    command = draw(COMMANDS[decider](who))
    id = f"ask-{draw(st.integers(0, 40))}"
    drill = draw(st.sampled_from((False, False, False, True)))
    return Say(draw(st.integers(0, 1)), Ask(command, id, id, drill=drill))


@st.composite
def lies(draw: st.DrawFn) -> Lie:
    id, key = f"lies-{draw(st.integers(0, 1000))}", draw(st.sampled_from(IDS))
    drill = draw(st.booleans())
    fact = draw(st.sampled_from(FACTS))
    return Lie(Event(id, "yanqing", "incident", key, fact, NOON, NOON, "li", id, id, drill=drill))


def moves(decider: Decider[Any, Any]) -> st.SearchStrategy[list[Move]]:
    say = says(decider)
    read = st.integers(0, 1).map(Read)
    restart = st.integers(0, 1).map(Restart)
    lie = lies() if decider is INCIDENT else read
    return st.lists(st.one_of(say, say, say, say, read, lie, restart), max_size=40)


def knows(processes: Processes, number: int, id: str) -> bool:
    """Tell whether a process has read that an aggregate has begun: of two that begin one at two
    sites at once, neither could know.
    """
    processes.catch_up(number)
    return any(event.key == id for event in processes.log.events)


async def play(processes: Processes, story: list[Move]) -> list[object]:
    came: list[object] = []
    for move in story:
        match move:
            case Say(number, ask):
                if ask.command.site != SITES[0] and not knows(processes, number, ask.command.id):
                    continue
                came.append(await processes.decide(number, ask))
            case Lie(event):
                processes.log.store(event)
            case Read(number):
                processes.catch_up(number)
            case Restart(number):
                processes.restart(number)
    return came


@pytest.fixture(scope="module", autouse=True)
def _read_from_the_log_of_paper() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.aggregates.load_whole", PaperLog.load_whole)
        patch.setattr("services.aggregates._log", structlog.wrap_logger(structlog.ReturnLogger()))
        yield


@pytest.mark.parametrize("decider", COMMANDS, ids=lambda decider: decider.kind)
@settings(deadline=None, max_examples=100)
@given(data=st.data(), kept_events=st.sampled_from([0, 1, 2, 5]))
def test_the_same_commands_have_the_same_outcomes(
    decider: Decider[Any, Any], data: st.DataObject, kept_events: int
) -> None:
    story = data.draw(moves(decider))
    lean, full = Processes(decider, 2, kept_events), Processes(decider, 2, None)

    async def both() -> None:
        assert await play(lean, story) == await play(full, story)
        assert lean.log.events == full.log.events
        for number in range(2):
            lean.catch_up(number)
            full.catch_up(number)
            for id in IDS:
                there = await lean.members[number][0].current(id)
                assert there == full.members[number][0].state(id)

    asyncio.run(both())


def who(id: str, site: str = "yanqing") -> dict[str, Any]:
    return {"site": site, "id": id, "at": NOON, "by": "p-2"}


def report(id: str, site: str = "yanqing") -> ReportIncident:
    return ReportIncident(**who(id, site), category="fire", severity="minor", text="smoke")


def lying(id: str, key: str, fact: Fact) -> Event:
    return Event(id, "yanqing", "incident", key, fact, NOON, NOON, "li", id, id)


async def one_is_gone(count: int = 1) -> Processes:
    """Return processes with nothing in memory of the incident i-1, which is closed."""
    made = Processes(INCIDENT, count, 0)
    for command in (report("i-1"), CloseIncident(**who("i-1"), note="no fire")):
        await made.decide(0, ask_for(command))
    for number in range(count):
        made.catch_up(number)
        assert not made.members[number][0].rows
    return made


def ask_for(command: Command) -> Ask:
    id = f"{type(command).__name__} {command.id} {command.site}"
    return Ask(command, id, id)


async def test_what_is_open_stays_and_what_is_over_leaves_after_a_while() -> None:
    made = Processes(INCIDENT, 1, 100)
    aggregates, _ = made.members[0]
    await made.decide(0, ask_for(report("open")))
    for number in range(200):
        await made.decide(0, ask_for(report(f"i-{number}")))
        await made.decide(0, ask_for(CloseIncident(**who(f"i-{number}"), note="no fire")))
        assert len(aggregates.rows) <= 1 + 100 / 2
    assert "open" in aggregates.rows
    assert "i-199" in aggregates.rows
    assert aggregates.keep().homes.keys() == aggregates.rows.keys()
    assert len(aggregates.keep().over) <= 100
    assert made.log.reads == 0


async def test_it_is_read_from_the_log_when_it_is_wanted_again_and_then_stays() -> None:
    made = await one_is_gone()
    reopened = await made.decide(0, ask_for(ReopenIncident(**who("i-1"), reason="smoke again")))
    assert isinstance(reopened, Outcome)
    assert reopened.seq == 3
    await made.decide(0, ask_for(NoteIncident(**who("i-1"), text="seen")))
    assert made.members[0][0].state("i-1").status == "reopened"
    assert made.log.reads == 1


async def test_it_stays_for_a_while_also_when_it_was_only_looked_at() -> None:
    made = await one_is_gone()
    aggregates, _ = made.members[0]
    for number in range(30):
        await made.decide(0, ask_for(report(f"other-{number}")))
    aggregates.kept_events = 10
    await aggregates.current("i-1")
    for number in range(30, 39):
        await made.decide(0, ask_for(report(f"other-{number}")))
    assert "i-1" in aggregates.rows
    await made.decide(0, ask_for(report("other-39")))
    assert "i-1" not in aggregates.rows


async def test_a_new_one_a_retry_and_a_wrong_id_cost_no_look_into_the_log() -> None:
    made = await one_is_gone()
    assert await made.decide(0, ask_for(report("i-1"))) == Outcome((made.log.events[0].id,), 1)
    await made.decide(0, ask_for(report("i-2")))
    refused = await made.decide(0, ask_for(NoteIncident(**who("i-3"), text="nowhere")))
    assert isinstance(refused, tuple)
    assert refused[0] == "unknown-incident"
    assert made.log.reads == 0


async def test_what_left_memory_is_refused_at_another_site_as_before() -> None:
    made = await one_is_gone()
    refused = await made.decide(0, ask_for(report("i-1", "beijing")))
    assert refused == (
        "other-site",
        "decide incident i-1 at beijing: it belongs to site yanqing",
    )
    assert len(made.log.events) == 2


async def test_an_event_of_another_process_is_not_folded_onto_nothing() -> None:
    made = await one_is_gone(2)
    await made.decide(1, ask_for(ReopenIncident(**who("i-1"), reason="smoke again")))
    made.catch_up(0)
    here, there = (aggregates for aggregates, _ in made.members)
    assert "i-1" not in here.rows
    assert await here.current("i-1") == there.state("i-1")
    assert here.rows == there.rows


async def test_what_is_stored_while_it_is_being_read_is_not_missed() -> None:
    made = await one_is_gone()
    made.log.readers = [made.members[0][1]]
    made.log.meanwhile = [lying("later", "i-1", IncidentReopened(reason="smoke again"))]
    outcome = await made.decide(0, ask_for(NoteIncident(**who("i-1"), text="seen")))
    assert isinstance(outcome, Outcome)
    assert outcome.seq == 4
    assert made.members[0][0].state("i-1").status == "reopened"


async def test_a_snapshot_knows_what_left_memory_and_what_is_about_to() -> None:
    made = await one_is_gone()
    await made.decide(0, ask_for(report("i-2")))
    made.members[0][0].kept_events = 1
    await made.decide(0, ask_for(CloseIncident(**who("i-2"), note="no fire")))
    made.restart(0)
    again, _ = made.members[0]
    again.kept_events = 1
    assert again.rows.keys() == {"i-2"}
    await made.decide(0, ask_for(report("i-3")))
    assert again.rows.keys() == {"i-3"}
    assert isinstance(await made.decide(0, ask_for(report("i-1", "beijing"))), tuple)
    assert made.log.reads == 1


async def test_what_a_drill_began_is_part_of_it_also_after_it_left_memory() -> None:
    made = Processes(INCIDENT, 1, 0)
    for command in (report("i-1"), CloseIncident(**who("i-1"), note="no fire")):
        await made.decide(0, ask_for(command)._replace(drill=True))
    assert not made.members[0][0].keep().drills
    await made.decide(0, ask_for(ReopenIncident(**who("i-1"), reason="smoke again")))
    assert made.log.reads == 1
    assert [event.drill for event in made.log.events] == [True, True, True]
    await made.decide(0, ask_for(report("i-2")))
    await made.decide(0, ask_for(CloseIncident(**who("i-2"), note="no fire")))
    late = ask_for(ReopenIncident(**who("i-2"), reason="smoke again"))
    refused = await made.decide(0, late._replace(drill=True))
    assert isinstance(refused, tuple)
    assert refused[0] == "drill"
