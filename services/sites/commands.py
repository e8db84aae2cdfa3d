"""What may be asked about sites and venues. Asking again with other content replaces it."""

from typing import ClassVar, Literal, TypeAlias

from events.fact import Id, Place, Text
from services.decider import Command


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


SiteCommand: TypeAlias = RegisterSite
VenueCommand: TypeAlias = RegisterVenue
