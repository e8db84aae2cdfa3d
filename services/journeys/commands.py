"""What may be asked about a journey."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.fact import Id, Line, Text, Words
from events.journey import Itinerary
from services.deadlines import MissDeadline
from services.decider import Command


class _Journey(Command):
    KIND: ClassVar[str] = "journey"


class PlanJourney(_Journey):
    """It arrives after it departs; a person named twice travels once."""

    type: Literal["plan-journey"] = "plan-journey"
    plan: Itinerary


class ReplanJourney(_Journey):
    """Another plan takes the place of the one there is, which stays on record."""

    type: Literal["replan-journey"] = "replan-journey"
    plan: Itinerary
    reason: Line


class DepartJourney(_Journey):
    type: Literal["depart-journey"] = "depart-journey"
    note: Words = ""


class ArriveJourney(_Journey):
    """No people means all who are missing, no venue the one that is planned."""

    type: Literal["arrive-journey"] = "arrive-journey"
    venue: Id | None = None
    people: Annotated[tuple[Id, ...], Field(max_length=1000)] = ()
    note: Words = ""


class DeclareOverdue(_Journey):
    """Its deadline has passed; `last_known` is the last evidence of those who are missing.

    Made of a `MissDeadline` by the service, which looks at the picture.
    """

    type: Literal["declare-overdue"] = "declare-overdue"
    name: Id
    last_known: Text


class CancelJourney(_Journey):
    """Only before it has departed: who is under way arrives, or is missing."""

    type: Literal["cancel-journey"] = "cancel-journey"
    reason: Line


JourneyCommand: TypeAlias = Annotated[
    PlanJourney
    | ReplanJourney
    | DepartJourney
    | ArriveJourney
    | DeclareOverdue
    | CancelJourney
    | MissDeadline,
    Field(discriminator="type"),
]
