"""What a playbook looks at: the world, and what an event is about."""

from datetime import datetime
from typing import NamedTuple

from events.fact import Ref
from projections.picture import Picture
from projections.roster import Roster
from services.playbooks.conditions import Known

HEADQUARTERS = "hq"


class World(NamedTuple):
    """What a playbook may look at."""

    picture: Picture
    roster: Roster
    at: datetime


class Subject(NamedTuple):
    """What an event is about: for the conditions, and for the commands that follow."""

    about: Ref
    site: str
    venue: str | None
    known: Known
    people: tuple[str, ...] = ()
    """The people it is about, whose helpers and team leads may be told."""
    assigned_to: str | None = None
    begins_at: datetime | None = None
    """When it begins, or began; None for what is there with the event."""
    waits: bool = False
    """These people wait for others, and are not told of it themselves."""
