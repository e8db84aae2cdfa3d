"""What a report may say. Strict: a number is no text, a text is no number."""

from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from events.checkin import Day
from events.fact import Id, Instant, Place, Severity, Words
from events.incident import Category
from events.presence import Method, Whereabouts
from events.weather import Precipitation

Answer: TypeAlias = Literal["fine", "not-fine", "talk"]
Health: TypeAlias = Literal["sick", "isolated"]
Seen: TypeAlias = Literal[Whereabouts, Health]
"""One list of values: with two, a wrong one would be told of the list and not of the field."""
HEALTH: frozenset[str] = frozenset(get_args(Health))
"""Off duty, for a reason that only those who look after it may read."""
Private: TypeAlias = Annotated[str, StringConstraints(max_length=2000)]
"""What a person says of themselves. It must fit into a box."""
Said: TypeAlias = Annotated[str, StringConstraints(max_length=4000, pattern=r"\S")]


class _Report(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Id | None = None
    """Made by the sender. Sent again under the same id, a report is the same report."""
    at: Instant | None = None
    """When it happened, by the sender's clock; now, if it is left out."""
    sent_at: Instant | None = None
    """What the sender's clock showed when it was sent: tells how far that clock is off."""
    device: Id | None = None


class PresenceReport(_Report):
    """Where a person is: seen, badged, or said by themselves or a lead."""

    kind: Literal["presence"]
    person: Id
    whereabouts: Seen
    """`sick` and `isolated` are stored as `off-duty`; which it is lies sealed beside."""
    venue: Id | None = None
    place: Place | None = None
    method: Method = "self"
    text: Private = ""
    """With `sick` or `isolated` only, and sealed with it."""


class CheckInReport(_Report):
    """How a person is today. Everyone may see that they said so, their lane what they said."""

    kind: Literal["check-in"]
    person: Id
    answer: Answer
    temperature_c: Annotated[float, Field(ge=30, le=45, allow_inf_nan=False)] | None = None
    text: Private = ""
    day: Day | None = None
    """The day it is for; the day of `at` where they serve, if it is left out."""


class SafetyReport(_Report):
    """A person is safe, or needs help. Answers every roll call that is open then."""

    kind: Literal["safety"]
    person: Id
    answer: Literal["safe", "need-help"]
    venue: Id | None = None
    place: Place | None = None
    method: Method = "self"
    text: Words = ""


class NeedHelpReport(_Report):
    """Somebody needs help. Everything but the call itself may be missing."""

    kind: Literal["need-help"]
    person: Id | None = None
    venue: Id | None = None
    place: Place | None = None
    text: Words = ""


class IncidentReport(_Report):
    """Somebody saw something."""

    kind: Literal["incident"]
    category: Category = "other"
    severity: Severity = "unknown"
    text: Said
    venue: Id | None = None
    place: Place | None = None
    person: Id | None = None


class WeatherReport(_Report):
    """Somebody or something measured the weather at a venue."""

    kind: Literal["weather"]
    venue: Id
    temperature_c: Annotated[float, Field(ge=-90, le=60, allow_inf_nan=False)] | None = None
    wind_ms: Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)] | None = None
    gust_ms: Annotated[float, Field(ge=0, le=150, allow_inf_nan=False)] | None = None
    visibility_m: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] | None = None
    snow_depth_cm: Annotated[float, Field(ge=0, le=1500, allow_inf_nan=False)] | None = None
    snowfall_mm: Annotated[float, Field(ge=0, le=500, allow_inf_nan=False)] | None = None
    snowfall_h: Annotated[float, Field(gt=0, le=48, allow_inf_nan=False)] | None = None
    road_c: Annotated[float, Field(ge=-90, le=80, allow_inf_nan=False)] | None = None
    dew_point_c: Annotated[float, Field(ge=-100, le=60, allow_inf_nan=False)] | None = None
    humidity_pct: Annotated[float, Field(ge=0, le=110, allow_inf_nan=False)] | None = None
    pressure_hpa: Annotated[float, Field(ge=300, le=1100, allow_inf_nan=False)] | None = None
    precipitation: Precipitation | None = None
    text: Words = ""

    @model_validator(mode="after")
    def _says_something(self) -> "WeatherReport":
        if (self.snowfall_mm is None) != (self.snowfall_h is None):
            raise ValueError("says of snowfall_mm and snowfall_h one without the other")
        if not self.measured() and not self.text.strip():
            raise ValueError("has neither a measurement nor a text")
        return self

    def measured(self) -> dict[str, Any]:
        """Return what was measured, by the names of `WeatherObserved`."""
        return self.model_dump(include=_MEASURED, exclude_none=True)


_MEASURED: set[str] = {*WeatherReport.model_fields} - {
    *_Report.model_fields,
    "kind",
    "venue",
    "text",
}

KINDS: tuple[type[BaseModel], ...] = (
    PresenceReport,
    CheckInReport,
    SafetyReport,
    NeedHelpReport,
    IncidentReport,
    WeatherReport,
)
Report: TypeAlias = Annotated[
    PresenceReport | CheckInReport | SafetyReport | NeedHelpReport | IncidentReport | WeatherReport,
    Field(discriminator="kind"),
]
REPORT: TypeAdapter[Any] = TypeAdapter(Report)
