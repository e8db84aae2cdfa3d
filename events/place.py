"""Sites and venues. A site has a command post of its own; a venue belongs to a site."""

from typing import ClassVar

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
    name: Text
    place: Place
    adcode: str = ""


FACTS: tuple[type[Fact], ...] = (SiteRegistered, VenueRegistered)
