"""What may be asked about a phase of the operation."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.fact import Instant, Line, Text
from events.phase import ClockTime, Gate, RoleRule
from services.deadlines import MissDeadline
from services.decider import Command


class PlanPhase(Command):
    """Planned again with other content, that is what holds. `timezone` is an IANA name."""

    KIND: ClassVar[str] = "phase"
    type: Literal["plan-phase"] = "plan-phase"
    name: Text
    starts_at: Instant
    ends_at: Instant
    timezone: Line
    check_in_at: ClockTime
    gates: Annotated[tuple[Gate, ...], Field(max_length=3)] = ()
    rules: Annotated[tuple[RoleRule, ...], Field(max_length=50)] = ()
    work_hours_max: Annotated[float, Field(gt=0, le=24)] = 10.0
    rest_hours_min: Annotated[float, Field(ge=0, le=24)] = 11.0


PhaseCommand: TypeAlias = Annotated[PlanPhase | MissDeadline, Field(discriminator="type")]
