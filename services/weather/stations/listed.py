"""Which station measures for which venue, as the operator's file lists it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from events.fact import Id
from services.scenario.datafile import read_data

STATIONS_MAX = 10_000
StationName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]


class Stations(BaseModel):
    """The file: `stations:`, and under it a line for each, `ZBAA: national-stadium`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stations: Annotated[dict[StationName, Id], Field(max_length=STATIONS_MAX)]


def listed(file: Path | None) -> Mapping[str, str]:
    """Return the venue of each station; none without a file. Raises DataRefused."""
    return {} if file is None else read_data(file, Stations).stations
