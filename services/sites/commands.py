"""What may be asked about sites and venues. Asking again with other content replaces it."""

from typing import Annotated, ClassVar, Final, Literal, TypeAlias

from pydantic import Field

from events.fact import Id, Place, Text
from services.decider import Command

CORNERS_MAX: Final = 500
"""Of an outline: more than anybody draws, and little enough to judge each time."""


class RegisterSite(Command):
    KIND: ClassVar[str] = "site"
    type: Literal["register-site"] = "register-site"
    name: Text
    reports_to: Id | None = None


class RegisterVenue(Command):
    KIND: ClassVar[str] = "venue"
    type: Literal["register-venue"] = "register-venue"
    name: Text
    place: Place
    adcode: str = ""
    outline: Annotated[tuple[Place, ...], Field(max_length=CORNERS_MAX)] = ()
    """The corners of its ground in WGS-84 degrees; the first may be said again as the last."""
    margin_m: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] = 0.0


SiteCommand: TypeAlias = RegisterSite
VenueCommand: TypeAlias = RegisterVenue
