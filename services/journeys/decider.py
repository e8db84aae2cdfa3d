"""What may happen to a journey: everyone of its plan has arrived, or is missing until they have."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from events.deadline import DeadlineFact, DeadlineMet, DeadlineMissed, DeadlineSet
from events.fact import Fact, Text
from events.journey import (
    ARRIVE,
    Itinerary,
    JourneyArrived,
    JourneyCancelled,
    JourneyDeparted,
    JourneyFact,
    JourneyOverdue,
    JourneyPlanned,
    JourneyReplanned,
)
from services.deadlines import MissDeadline
from services.decider import Decider
from services.journeys import refusals
from services.journeys.commands import (
    ArriveJourney,
    CancelJourney,
    DeclareOverdue,
    DepartJourney,
    JourneyCommand,
    PlanJourney,
    ReplanJourney,
)

NOTHING = Text(zh="没有任何消息", en="nothing is known")


@dataclass(frozen=True, slots=True)
class Journey:
    """A journey as far as a decision needs it."""

    plan: Itinerary | None = None
    departed: bool = False
    arrived: frozenset[str] = frozenset()
    """Everyone who arrived, whether they are still in the plan or not."""
    alarms: int = 0
    """How often it was overdue."""
    cancelled: bool = False
    due_at: datetime | None = None
    """When it is overdue, as long as it has not been."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Who of the plan has not arrived, in its order."""
        return _missing(self.plan, self.arrived)

    @property
    def is_open(self) -> bool:
        """Somebody is expected."""
        return bool(self.missing) and not self.cancelled


def decide(state: Journey, command: JourneyCommand) -> Sequence[Fact]:
    """Return what follows from a command, or raise Rejected."""
    match command:
        case PlanJourney():
            return _plan(state, command)
        case MissDeadline(name=name, at=at):
            return _miss(state, name, at, NOTHING)
        case DeclareOverdue(name=name, at=at, last_known=last_known):
            return _miss(state, name, at, last_known)
        case _ if state.plan is None:
            raise refusals.unknown(command)
        case ReplanJourney():
            return _replan(state, command)
        case DepartJourney(note=note):
            if state.cancelled:
                raise refusals.cancelled(command)
            return [] if state.departed else [JourneyDeparted(note=note)]
        case ArriveJourney():
            return _arrive(state, state.plan, command)
        case CancelJourney():
            return _cancel(state, command)
        case unhandled:
            assert_never(unhandled)


def evolve(state: Journey, fact: Fact) -> Journey:
    """Return the journey after one fact."""
    if isinstance(fact, DeadlineFact):
        return _bind(state, fact)
    if not isinstance(fact, JourneyFact):
        return state
    match fact:
        case JourneyPlanned(plan=plan, overdue_at=due_at):
            return replace(state, plan=plan, due_at=due_at)
        case JourneyReplanned(plan=plan, overdue_at=due_at):
            return replace(state, plan=plan, due_at=due_at)
        case JourneyDeparted():
            return replace(state, departed=True)
        case JourneyArrived(people=people):
            return replace(state, arrived=state.arrived | frozenset(people))
        case JourneyOverdue():
            return replace(state, alarms=state.alarms + 1)
        case JourneyCancelled():
            return replace(state, cancelled=True)
        case unhandled:
            assert_never(unhandled)


def _plan(state: Journey, command: PlanJourney) -> Sequence[Fact]:
    plan = _sound(command)
    if state.plan is not None:
        if state.plan != plan:
            raise refusals.exists(command)
        return []
    return [JourneyPlanned(plan=plan, overdue_at=_overdue_at(plan))]


def _replan(state: Journey, command: ReplanJourney) -> Sequence[Fact]:
    plan = _sound(command)
    if state.plan == plan:
        return []
    _guard_open(state, command)
    facts: list[Fact] = [
        JourneyReplanned(plan=plan, overdue_at=_overdue_at(plan), reason=command.reason)
    ]
    # Whoever was missing may have been taken out of it.
    return facts if _missing(plan, state.arrived) else [*facts, DeadlineMet(name=ARRIVE)]


def _arrive(state: Journey, plan: Itinerary, command: ArriveJourney) -> Sequence[Fact]:
    if strangers := [one for one in command.people if one not in plan.people]:
        raise refusals.not_aboard(command, strangers)
    missing = state.missing
    wanted = command.people or missing
    came = tuple(one for one in missing if one in wanted)
    if not came:
        return []
    if state.cancelled:
        raise refusals.cancelled(command)
    arrived = JourneyArrived(
        venue=command.venue or plan.destination, people=came, note=command.note
    )
    over = len(came) == len(missing) and state.due_at is not None
    return [arrived, DeadlineMet(name=ARRIVE)] if over else [arrived]


def _cancel(state: Journey, command: CancelJourney) -> Sequence[Fact]:
    if state.cancelled:
        return []
    if state.departed or state.arrived:
        raise refusals.under_way(command, len(state.missing))
    cancelled = JourneyCancelled(reason=command.reason)
    return [cancelled, DeadlineMet(name=ARRIVE)] if state.due_at is not None else [cancelled]


def _miss(state: Journey, name: str, at: datetime, last_known: Text) -> Sequence[Fact]:
    due_at = state.due_at
    if name != ARRIVE or due_at is None or at < due_at or not state.is_open:
        return []
    return [
        DeadlineMissed(name=ARRIVE, due_at=due_at),
        JourneyOverdue(due_at=due_at, missing=state.missing, last_known=last_known),
    ]


def _sound(command: PlanJourney | ReplanJourney) -> Itinerary:
    """Return the plan with everyone once. Raises Rejected for one that ends before it begins."""
    plan = command.plan
    if plan.arrives_at <= plan.departs_at:
        raise refusals.backwards(command)
    return plan.model_copy(update={"people": tuple(dict.fromkeys(plan.people))})


def _guard_open(state: Journey, command: JourneyCommand) -> None:
    if state.cancelled:
        raise refusals.cancelled(command)
    if not state.missing:
        raise refusals.over(command)


def _missing(plan: Itinerary | None, arrived: frozenset[str]) -> tuple[str, ...]:
    return tuple(one for one in plan.people if one not in arrived) if plan else ()


def _overdue_at(plan: Itinerary) -> datetime:
    return plan.arrives_at + timedelta(seconds=plan.margin_s)


def _bind(state: Journey, fact: DeadlineFact) -> Journey:
    match fact:
        case DeadlineSet(name=name, due_at=due_at) if name == ARRIVE:
            return replace(state, due_at=due_at)
        case DeadlineMet(name=name) | DeadlineMissed(name=name) if name == ARRIVE:
            return replace(state, due_at=None)
        case _:
            return state


def over(state: Journey) -> bool:
    """Tell whether it was planned and nobody is expected any more."""
    return state.plan is not None and not state.is_open


JOURNEY: Decider[Journey, JourneyCommand] = Decider("journey", Journey(), decide, evolve, over)
