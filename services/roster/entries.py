"""A person as a row of a roster has them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from events.fact import Text
from events.lane import Lane
from events.volunteer import Role
from services.roster.headers import Field, Header
from services.roster.problems import Problems, Spot
from services.roster.vocabulary import Place, Vocabulary, phases_named, sites_named, venues_named


@dataclass(slots=True)
class Entry:
    """None says that the file has no column for it, so that what is known stays as it is."""

    sheet: str
    row: int
    header: Header
    id: str | None = None
    name: str | None = None
    latin: str | None = None
    role: Role | None = None
    site: str | None = None
    venue: str | None = None
    leads: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    lead: str | None = None
    """An id or a name, empty for nobody."""
    helpers: dict[Lane, tuple[str, ...]] = field(default_factory=dict)
    """By the lanes that there is a column for: ids or names."""
    lanes: tuple[Lane, ...] | None = None
    phases: tuple[str, ...] | None = None
    phone: str | None = None
    """Empty for none."""
    addresses: dict[str, str] = field(default_factory=dict)
    """By the channels that there is a column for, empty for none: what is written there."""
    channels: tuple[str, ...] | None = None

    def spot(self, field: Field) -> Spot:
        """Return where a field of this person is in the file."""
        column = self.header.fields.get(field, -1)
        return Spot(self.sheet, self.row, column, self.header.names.get(column, ""), field)


class Words(NamedTuple):
    """What the names in a file may stand for."""

    sites: Vocabulary[str]
    venues: Vocabulary[str]
    phases: Vocabulary[str]
    site_of: Mapping[str, str]
    """Venue to site."""
    any_phase: bool
    """Whether a phase may have a name nobody planned: none is planned yet."""
    names: Collection[str] = frozenset()
    """How people of the roster are called already, tidied: whatever it is, it is a name."""


def words(
    sites: Mapping[str, Text],
    venues: Mapping[str, Place],
    phases: Mapping[str, Text],
    names: Collection[str] = frozenset(),
) -> Words:
    """Return what names may stand for, of the sites, venues, phases and people there are."""
    return Words(
        sites_named(sites),
        venues_named(venues),
        phases_named(phases),
        {id: place.site for id, place in venues.items()},
        not phases,
        names,
    )


class Parsed(NamedTuple):
    """What was read of a file, in its order."""

    entries: list[Entry]
    problems: Problems
