"""Weather: one living warning out of many messages, and what stations and people measured."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.fact import Fact, Id, Instant, Severity, Value, Words

Colour: TypeAlias = Literal["white", "blue", "yellow", "orange", "red"]
CapStatus: TypeAlias = Literal["Actual", "Exercise", "System", "Test", "Draft"]
Signature: TypeAlias = Literal["none", "good", "untrusted", "weak", "bad", "malformed"]
"""Of an XML signature: it fits and its signer is trusted; fits, but the signer is not known here;
fits by an algorithm no longer thought safe; does not fit; cannot be a signature at all.
"""
Cause: TypeAlias = Literal["polygon", "circle", "geocode"]
Changed: TypeAlias = Literal["area", "venues", "level", "times", "words"]
Precipitation: TypeAlias = Literal["none", "rain", "snow", "mixed"]
ObservationSource: TypeAlias = Literal["person", "station", "metar", "mqtt", "nws"]
Degrees: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]


class WarningText(Value):
    """What a warning says, in one language, as it was sent."""

    language: str
    event: str
    headline: str = ""
    description: str = ""
    instruction: str = ""
    sender_name: str = ""


class WarningArea(Value):
    """Where a warning holds. Positions are WGS-84 (latitude, longitude) in degrees."""

    description: str
    polygons: tuple[tuple[tuple[Degrees, Degrees], ...], ...] = ()
    circles: tuple[tuple[Degrees, Degrees, Degrees], ...] = ()
    """Latitude, longitude in degrees, radius in kilometres."""
    geocodes: tuple[tuple[str, str], ...] = ()


class Affected(Value):
    """A venue that a warning takes in, how, and who was on post there when the message came."""

    venue: Id
    cause: Cause
    distance_m: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    """From the warning's area to the venue's ground, in metres; 0 where they meet. More than 0 only
    within the venue's margin.
    """
    people: Annotated[int, Field(ge=0)] = 0
    ids: tuple[Id, ...] = ()
    """Of these people, 200 at most."""


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
    affected: tuple[Affected, ...] = ()
    """One for each of `venues`, in their order."""
    scope: Literal["Public", "Restricted", "Private"] = "Public"
    responses: tuple[str, ...] = ()
    """CAP's response types, such as Shelter or AllClear."""
    signature: Signature = "none"
    signer: str = ""
    """The subject of the signer's certificate, where there is one."""
    document: str = ""
    """SHA-256 of the document as it was sent, in hex: it is kept byte for byte under this name."""
    feed: Id | None = None
    """The feed that brought it; none where it was handed in."""
    rule: str = ""
    """The rule of Muster's own that raised it out of measurements; empty for all others."""


class WarningIssued(Fact):
    """A sender warned for the first time."""

    NOUN: ClassVar[str] = "warning"
    TYPE: ClassVar[str] = "issued"
    VERSION: ClassVar[int] = 2
    message: WarningMessage


class WarningUpdated(Fact):
    """A sender said how the warning now stands."""

    NOUN: ClassVar[str] = "warning"
    TYPE: ClassVar[str] = "updated"
    VERSION: ClassVar[int] = 2
    message: WarningMessage
    changed: tuple[Changed, ...] = ()
    """What is other than in the message that spoke for the warning until now. Empty too for a
    message that came late and speaks for nothing any more.
    """


class WarningCancelled(Fact):
    """A sender took the warning back."""

    NOUN: ClassVar[str] = "warning"
    TYPE: ClassVar[str] = "cancelled"
    VERSION: ClassVar[int] = 2
    message: WarningMessage


class WarningExpired(Fact):
    """The moment came at which the warning's last word ends by itself."""

    NOUN: ClassVar[str] = "warning"
    TYPE: ClassVar[str] = "expired"
    expires: Instant


class WarningSuperseded(Fact):
    """Another warning speaks in its place: both turned out to be one chain, or the sender warned
    anew of the same hazard at the same place without saying so.
    """

    NOUN: ClassVar[str] = "warning"
    TYPE: ClassVar[str] = "superseded"
    by: Id
    """The warning that speaks now."""


class WeatherObserved(Fact):
    """Somebody or something measured the weather at a venue. The aggregate's id is the venue.

    Speeds in m/s, temperatures in degrees Celsius, visibility in metres, snow depth in centimetres,
    snowfall in millimetres of water, pressure in hPa, humidity in per cent.
    """

    NOUN: ClassVar[str] = "observation"
    TYPE: ClassVar[str] = "observed"
    VERSION: ClassVar[int] = 2
    temperature_c: Annotated[float, Field(ge=-90, le=60)] | None = None
    wind_ms: Annotated[float, Field(ge=0, le=120)] | None = None
    gust_ms: Annotated[float, Field(ge=0, le=150)] | None = None
    visibility_m: Annotated[float, Field(ge=0, le=100_000)] | None = None
    snow_depth_cm: Annotated[float, Field(ge=0, le=1500)] | None = None
    text: Words = ""
    snowfall_mm: Annotated[float, Field(ge=0, le=500)] | None = None
    """What fell in the last `snowfall_h` hours."""
    snowfall_h: Annotated[float, Field(gt=0, le=48)] | None = None
    road_c: Annotated[float, Field(ge=-90, le=80)] | None = None
    """The temperature of the road's surface."""
    dew_point_c: Annotated[float, Field(ge=-100, le=60)] | None = None
    humidity_pct: Annotated[float, Field(ge=0, le=110)] | None = None
    pressure_hpa: Annotated[float, Field(ge=300, le=1100)] | None = None
    precipitation: Precipitation | None = None
    """What falls now; `none` where somebody looked and nothing does."""
    station: Words = ""
    """The station's own name, such as ZBAA; empty where a person looked."""
    source: ObservationSource = "person"
    original: Words = ""
    """What was sent, before any unit was converted, cut after 4,000 characters."""


WarningFact = WarningIssued | WarningUpdated | WarningCancelled | WarningExpired | WarningSuperseded
FACTS: tuple[type[Fact], ...] = (
    WarningIssued,
    WarningUpdated,
    WarningCancelled,
    WarningExpired,
    WarningSuperseded,
    WeatherObserved,
)
