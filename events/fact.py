"""What every event's payload has in common: it is frozen, and names its noun, type and version."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("has no offset from UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        # A clock that was never set says midnight of the year 1, in its own zone.
        return _FIRST if moment.year == 1 else _LAST


Instant: TypeAlias = Annotated[datetime, AfterValidator(_in_utc)]
"""A moment with an offset, kept in UTC."""

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""An id that may stand in a NATS subject: no dot, star, greater-than or space."""

Words: TypeAlias = Annotated[str, StringConstraints(max_length=4000)]
"""What a person wrote. Kept as it is, in whatever language."""

Line: TypeAlias = Annotated[str, StringConstraints(max_length=300, min_length=1)]
"""A short text: a name, a title."""

Severity: TypeAlias = Literal["extreme", "severe", "moderate", "minor", "unknown"]
"""CAP 1.2's severities, in lower case, used for incidents and alerts too."""

SEVERITIES: tuple[Severity, ...] = ("unknown", "minor", "moderate", "severe", "extreme")
"""From the least to the worst. Unknown is not harmless, it is only not ranked."""


class Value(BaseModel):
    """A frozen value inside a fact."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Text(Value):
    """The same words in both languages of the product."""

    zh: Words
    en: Words


class Place(Value):
    """A WGS-84 position in degrees."""

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Ref(Value):
    """Points at another aggregate: its kind and id."""

    kind: Id
    id: Id


class Fact(Value):
    """The payload of an event. Subclasses say `noun`, `type` and, from the second on, `version`."""

    NOUN: ClassVar[str]
    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1

    @classmethod
    def wire_type(cls) -> str:
        """Return the CloudEvents `type`, for example `muster.incident.reported.v1`."""
        return f"muster.{cls.NOUN}.{cls.TYPE}.v{cls.VERSION}"

    def binds(self) -> tuple[str, datetime] | None:
        """Return the deadline that this fact sets by itself, its name and moment, if it does."""
        return None

    @classmethod
    def token(cls) -> str:
        """Return the last token of the event's subject: the type, marked if the noun is shared."""
        return f"deadline-{cls.TYPE}" if cls.NOUN == "deadline" else cls.TYPE
