"""The phases of the operation as people write them down, and who serves in which."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from events.fact import Id, Text
from events.phase import Gate
from events.volunteer import Role
from services.scenario.beat import Beat
from services.scenario.datafile import read_data
from services.scenario.people import COUNT, ROLES, Person
from services.scenario.plan import HERE
from services.scenario.stage import OFFICE, Stage

PHASES: Final = HERE / "winter_games" / "phases.yaml"
GAMES: Final = "games"
_Days = Annotated[int, Field(ge=-400, le=400)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Rule(_Entry):
    """What a role needs beside what everybody does."""

    role: Role
    courses: tuple[Id, ...] = ()
    cold_below_c: float | None = None
    cold_hours_max: float = 4.0


class Phase(_Entry):
    """A phase; `first` and `last` are its days, counted from the day of the story."""

    key: Id
    name: Text
    first: Annotated[_Days, Field(alias="from")]
    last: Annotated[_Days, Field(alias="to")]
    some: Annotated[int, Field(ge=1, le=COUNT)]
    gates: tuple[Gate, ...] = ()
    courses: tuple[Id, ...] = ()
    rules: tuple[Rule, ...] = ()

    def courses_of(self, role: Role) -> tuple[str, ...]:
        """Return what somebody of a role must have passed."""
        of_role = (course for rule in self.rules if rule.role == role for course in rule.courses)
        return (*self.courses, *of_role)


class _Phases(_Entry):
    phases: tuple[Phase, ...]


@cache
def phases() -> tuple[Phase, ...]:
    """Return the phases.

    Raises:
        DataRefused: with the file, the field and the reason in both languages.
    """
    return read_data(PHASES, _Phases).phases


def phase(key: str) -> Phase:
    """Return a phase by its key; KeyError if there is none."""
    return {each.key: each for each in phases()}[key]


def served_by(stage: Stage, person: Person) -> Iterator[Phase]:
    """Yield the phases that a person serves in."""
    for each in phases():
        if each.some == COUNT or person in _some(stage, each):
            yield each


def _some(stage: Stage, phase: Phase) -> list[Person]:
    return stage.day.chance("phase", phase.key).sample(stage.people.all, phase.some)


def plan_phases(stage: Stage) -> Beat:
    """Return the planning of all phases, one list."""
    return Beat(
        id=stage.day.id("phases"),
        at=stage.day.start,
        door="phase",
        path="/phases",
        body=[_plan(stage, each) for each in phases()],
        who=OFFICE,
        note=Text(
            zh=f"计划 {len(phases())} 个阶段，今日为赛时",
            en=f"plan {len(phases())} phases; the games run today",
        ),
    )


def _plan(stage: Stage, phase: Phase) -> dict[str, Any]:
    own = {rule.role: rule for rule in phase.rules}
    rules = [
        {
            "role": role,
            "courses": phase.courses_of(role),
            "cold_below_c": own[role].cold_below_c if role in own else None,
            "cold_hours_max": own[role].cold_hours_max if role in own else 4.0,
        }
        for role in ROLES
        if role != "support" and (phase.courses or role in own)
    ]
    return {
        "command_id": stage.day.id("phase", phase.key),
        "id": phase.key,
        "name": phase.name.model_dump(),
        "starts_at": _midnight(stage, phase.first).isoformat(),
        "ends_at": _midnight(stage, phase.last + 1).isoformat(),
        # A day that is set to begin at another hour has its check-in as much later.
        "check_in_at": f"{stage.day.at('08:00'):%H:%M}",
        "gates": phase.gates,
        "rules": rules,
    }


def _midnight(stage: Stage, days: int) -> datetime:
    return stage.day.at("00:00") + timedelta(days=days)
