"""The sites and venues as last registered."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from events.envelope import Event
from events.fact import Place, Text
from events.place import SiteRegistered, VenueRegistered
from projections.fold import Binding, on


class Site(NamedTuple):
    """A site's names and the site above it."""

    name: Text
    reports_to: str | None


class Venue(NamedTuple):
    """A venue of `site`; `adcode` as in GB/T 2260, empty where unknown.

    `outline` holds the corners of its ground, none where only the point is known; `margin_m` is in
    metres, as in `VenueRegistered`.
    """

    site: str
    name: Text
    place: Place
    adcode: str
    outline: tuple[Place, ...] = ()
    margin_m: float = 0.0


@dataclass(slots=True)
class Places:
    """Sites and venues by id."""

    sites: dict[str, Site] = field(default_factory=dict)
    venues: dict[str, Venue] = field(default_factory=dict)

    def folds(self) -> Iterator[Binding]:
        yield on(SiteRegistered, self._site)
        yield on(VenueRegistered, self._venue)

    def _site(self, event: Event, fact: SiteRegistered) -> None:
        self.sites[event.key] = Site(fact.name, fact.reports_to)

    def _venue(self, event: Event, fact: VenueRegistered) -> None:
        self.venues[event.key] = Venue(
            event.site, fact.name, fact.place, fact.adcode, fact.outline, fact.margin_m
        )
