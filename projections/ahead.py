"""What a venue faces: the time to come, cut wherever the warnings that hold there change.

It knows only what has been sent by now. A later message may change every bit of it.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any, NamedTuple, get_args

from events.fact import SEVERITIES
from events.weather import Colour
from projections.moment import iso
from projections.warnings import Warned

AHEAD = timedelta(hours=24)
"""How far is looked ahead."""
COLOURS: tuple[str, ...] = get_args(Colour)
"""From the least to the worst."""

_EVER = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)
_SEVERITY = {severity: rank for rank, severity in enumerate(SEVERITIES)}
_COLOUR: dict[str | None, int] = {None: -1, **{colour: n for n, colour in enumerate(COLOURS)}}


class Span(NamedTuple):
    """When a warning holds, and how bad it is; the greatest of some is the worst."""

    severity: int
    colour: int
    id: str
    starts_at: datetime
    ends_at: datetime
    hits_at: datetime
    """When what it warns of is expected to begin: CAP's `onset`, else when the warning holds."""


class Interval(NamedTuple):
    """From one change to the next, the second one not in it. It is calm without warnings."""

    starts_at: datetime
    ends_at: datetime
    warnings: tuple[str, ...]
    """Those that hold, the worst first."""
    begun: bool
    """Whether what one of them warns of is expected to have begun."""
    severity: str | None
    """The worst one's."""
    colour: str | None
    """The worst one that was sent with any of them."""


def span(id: str, row: Warned) -> Span:
    """Return when a warning holds by its last word."""
    message = row.message
    starts_at = row.starts_at
    return Span(
        _SEVERITY[message.severity],
        _COLOUR[message.colour],
        id,
        starts_at,
        message.expires or _NEVER,
        max(starts_at, message.onset or starts_at),
    )


def intervals(spans: Iterable[Span], since: datetime, until: datetime) -> tuple[Interval, ...]:
    """Return how a venue that lies in these warnings fares from `since` to `until`, which comes
    later: intervals that follow one another without a gap. At any moment exactly those hold that
    are in force then.
    """
    course = _course(tuple(sorted(spans, reverse=True)))
    found = [one for one in course if one.starts_at < until and since < one.ends_at]
    found[0] = found[0]._replace(starts_at=since)
    found[-1] = found[-1]._replace(ends_at=until)
    return tuple(found)


@lru_cache(maxsize=1024)
def _course(worst_first: tuple[Span, ...]) -> tuple[Interval, ...]:
    """Return the intervals of all time. They stay as they are while the moment that is looked from
    moves on, and venues that lie in the same warnings share them.
    """
    cuts = sorted({_EVER, _NEVER, *(moment for one in worst_first for moment in one[3:])})
    return tuple(
        _interval(start, end, [one for one in worst_first if one.starts_at <= start < one.ends_at])
        for start, end in pairwise(cuts)
    )


def _interval(start: datetime, end: datetime, there: list[Span]) -> Interval:
    colour = max((one.colour for one in there), default=-1)
    return Interval(
        start,
        end,
        warnings=tuple(one.id for one in there),
        begun=any(one.hits_at <= start for one in there),
        severity=SEVERITIES[there[0].severity] if there else None,
        colour=COLOURS[colour] if colour >= 0 else None,
    )


def show_interval(interval: Interval) -> dict[str, Any]:
    """Return an interval with the ids of its warnings."""
    return {
        "from": iso(interval.starts_at),
        "to": iso(interval.ends_at),
        "severity": interval.severity,
        "colour": interval.colour,
        "begun": interval.begun,
        "warnings": list(interval.warnings),
    }


def in_short(found: Iterable[Interval]) -> list[dict[str, Any]]:
    """Return the intervals as a strip shows them: by how bad it is, with how many warnings hold at
    most; none at all where it stays calm.
    """
    strip = []
    for (severity, colour, begun), group in groupby(found, _look):
        alike = list(group)
        strip.append(
            {
                "from": iso(alike[0].starts_at),
                "to": iso(alike[-1].ends_at),
                "severity": severity,
                "colour": colour,
                "begun": begun,
                "warnings": max(len(one.warnings) for one in alike),
            }
        )
    return strip if any(part["warnings"] for part in strip) else []


def _look(interval: Interval) -> tuple[str | None, str | None, bool]:
    return interval.severity, interval.colour, interval.begun


def strips(
    spans: Mapping[str, Iterable[Span]], since: datetime, until: datetime
) -> dict[str, list[dict[str, Any]]]:
    """Return the strip of each venue."""
    return {venue: in_short(intervals(there, since, until)) for venue, there in spans.items()}
