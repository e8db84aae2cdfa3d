"""Sites and venues. A site has a command post of its own; a venue belongs to a site."""

from typing import Annotated, ClassVar

from pydantic import Field

from events.fact import Fact, Id, Place, Text


class SiteRegistered(Fact):
    """A place with its own command post. Registering it again replaces what was said of it."""

    NOUN: ClassVar[str] = "site"
    TYPE: ClassVar[str] = "registered"
    name: Text
    reports_to: Id | None = None


class VenueRegistered(Fact):
    """A venue of the site it is written at. Registering it again replaces what was said of it.

    `adcode` is the six-digit code of the Chinese administrative division (GB/T 2260) it lies in.
    """

    NOUN: ClassVar[str] = "venue"
    TYPE: ClassVar[str] = "registered"
    VERSION: ClassVar[int] = 2
    name: Text
    place: Place
    adcode: str = ""
    outline: tuple[Place, ...] = ()
    """The corners of its ground, at least three; none where only the point is known."""
    margin_m: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] = 0.0
    """How near to its ground a warning's area must come to concern it, in metres."""


FACTS: tuple[type[Fact], ...] = (SiteRegistered, VenueRegistered)
