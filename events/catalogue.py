"""Every type of event there is, and how each one is read back, in any version it ever had."""

from collections.abc import Callable, Mapping
from typing import Any

from events import (
    access,
    alert,
    bulletin,
    care,
    checkin,
    day,
    deadline,
    details,
    feed,
    incident,
    journey,
    message,
    phase,
    place,
    presence,
    reach,
    report,
    rollcall,
    run,
    swap,
    volunteer,
    weather,
)
from events.fact import Fact
from events.upcasters import UPCASTERS, Upcaster

FACTS: tuple[type[Fact], ...] = (
    *place.FACTS,
    *phase.FACTS,
    *volunteer.FACTS,
    *swap.FACTS,
    *presence.FACTS,
    *checkin.FACTS,
    *day.FACTS,
    *care.FACTS,
    *journey.FACTS,
    *message.FACTS,
    *reach.FACTS,
    *details.FACTS,
    *incident.FACTS,
    *weather.FACTS,
    *feed.FACTS,
    *bulletin.FACTS,
    *alert.FACTS,
    *rollcall.FACTS,
    *run.FACTS,
    *deadline.FACTS,
    *access.FACTS,
    *report.FACTS,
)


class UnknownType(ValueError):
    """An event's type is in no version of the catalogue: this reader is older than the log."""


def reader(wire_type: str) -> Callable[[Any], Fact]:
    """Return what makes the newest fact of a payload written under `wire_type`.

    Raises UnknownType.
    """
    try:
        return _READERS[wire_type]
    except KeyError:
        raise UnknownType(f"read event: type {wire_type!r} is not in the catalogue") from None


def _read_old(model: type[Fact], steps: tuple[Upcaster, ...]) -> Callable[[Any], Fact]:
    def read(payload: Any) -> Fact:
        for step in steps:
            payload = step(payload)
        return model.model_validate(payload)

    return read


def readers_of(
    models: tuple[type[Fact], ...], upcasters: Mapping[str, Upcaster]
) -> dict[str, Callable[[Any], Fact]]:
    """Return a reader per wire type: the newest version as it is, older ones by their steps."""
    readers: dict[str, Callable[[Any], Fact]] = {}
    for model in models:
        readers[model.wire_type()] = model.__pydantic_validator__.validate_python
        name = model.wire_type().rpartition(".v")[0]
        for version in range(1, model.VERSION):
            steps = tuple(upcasters[f"{name}.v{v}"] for v in range(version, model.VERSION))
            readers[f"{name}.v{version}"] = _read_old(model, steps)
    return readers


_READERS = readers_of(FACTS, UPCASTERS)
