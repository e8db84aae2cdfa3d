"""Weather: one living warning out of many messages, and what stations and people measured."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.fact import Fact, Id, Instant, Severity, Value, Words

Colour: TypeAlias = Literal["white", "blue", "yellow", "orange", "red"]
CapStatus: TypeAlias = Literal["Actual", "Exercise", "System", "Test", "Draft"]
Degrees: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]


class WarningText(Value):
    """What a warning says, in one language, as it was sent."""

    language: str
    event: str
    headline: str = ""
    description: str = ""
    instruction: str = ""


class WarningArea(Value):
    """Where a warning holds. Positions are WGS-84 (latitude, longitude) in degrees."""

    description: str
    polygons: tuple[tuple[tuple[Degrees, Degrees], ...], ...] = ()
    circles: tuple[tuple[Degrees, Degrees, Degrees], ...] = ()
    """Latitude, longitude in degrees, radius in kilometres."""
    geocodes: tuple[tuple[str, str], ...] = ()


class WarningMessage(Value):
    """One CAP message of a warning's chain. `sent` decides which one speaks for the warning."""

    sender: str
    identifier: str
    sent: Instant
    status: CapStatus
    texts: tuple[WarningText, ...] = ()
    severity: Severity = "unknown"
    urgency: str = "Unknown"
    certainty: str = "Unknown"
    colour: Colour | None = None
    """The colour of the Chinese signal, as sent; none where the sender has no colours."""
    hazard: str = ""
    effective: Instant | None = None
    onset: Instant | None = None
    expires: Instant | None = None
    areas: tuple[WarningArea, ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    """(sender, identifier) of the messages it follows."""
    venues: tuple[Id, ...] = ()
    """The venues its areas take in, as they were registered when the message came."""
    deviations: tuple[str, ...] = ()
    """Names of what is not as CAP 1.2 wants it."""


class WarningIssued(Fact):
    """A sender warned for the first time."""

    NOUN: ClassVar[str] = "warning"
    TYPE: ClassVar[str] = "issued"
    message: WarningMessage


class WarningUpdated(Fact):
    """A sender said how the warning now stands."""

    NOUN: ClassVar[str] = "warning"
    TYPE: ClassVar[str] = "updated"
    message: WarningMessage


class WarningCancelled(Fact):
    """A sender took the warning back."""

    NOUN: ClassVar[str] = "warning"
    TYPE: ClassVar[str] = "cancelled"
    message: WarningMessage


class WarningExpired(Fact):
    """The moment came at which the warning's last word ends by itself."""

    NOUN: ClassVar[str] = "warning"
    TYPE: ClassVar[str] = "expired"
    expires: Instant


class WeatherObserved(Fact):
    """Somebody or something measured the weather at a venue. The aggregate's id is the venue.

    Speeds in m/s, temperature in degrees Celsius, visibility in metres, snow in centimetres.
    """

    NOUN: ClassVar[str] = "observation"
    TYPE: ClassVar[str] = "observed"
    temperature_c: Annotated[float, Field(ge=-90, le=60)] | None = None
    wind_ms: Annotated[float, Field(ge=0, le=120)] | None = None
    gust_ms: Annotated[float, Field(ge=0, le=150)] | None = None
    visibility_m: Annotated[float, Field(ge=0, le=100_000)] | None = None
    snow_depth_cm: Annotated[float, Field(ge=0, le=1500)] | None = None
    text: Words = ""


WarningFact = WarningIssued | WarningUpdated | WarningCancelled | WarningExpired
FACTS: tuple[type[Fact], ...] = (
    WarningIssued,
    WarningUpdated,
    WarningCancelled,
    WarningExpired,
    WeatherObserved,
)
