"""The moment a picture is looked at, and by whom."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from projections.picture import Picture

RECENT = timedelta(hours=24)
"""How long something that ended stays in view."""


class Moment(NamedTuple):
    """A picture as it is at `at`, for somebody who may see `sites`; None is all of them."""

    picture: Picture
    at: datetime
    sites: frozenset[str] | None = None

    def sees(self, site: str) -> bool:
        return self.sites is None or site in self.sites

    def sees_venue(self, venue: str | None) -> bool:
        """Tell whether a venue lies in a site that is seen; one nobody registered does not."""
        known = self.picture.places.venues.get(venue) if venue is not None else None
        return known is not None and self.sees(known.site)

    def sees_at(self, site: str, venue: str | None) -> bool:
        """Tell whether something written at a site, about a venue perhaps of another, is seen."""
        return self.sees(site) or self.sees_venue(venue)

    def age_s(self, since: datetime) -> float:
        """Return the seconds passed since then, 0 for what is still to come."""
        return max(0.0, seconds(self.at - since))

    def recent(self, ended_at: datetime | None) -> bool:
        """Tell whether something goes on, or ended not long ago."""
        return ended_at is None or self.at - ended_at <= RECENT


def seconds(span: timedelta) -> float:
    """Return a span in seconds, to the millisecond."""
    return round(span.total_seconds(), 3)


def iso(moment: datetime) -> str:
    """Return a moment as RFC 3339 in UTC, as the events have it on the wire."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def iso_or_none(moment: datetime | None) -> str | None:
    """Return `iso` of a moment, if there is one."""
    return None if moment is None else iso(moment)
