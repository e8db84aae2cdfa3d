"""What a day came to, site by site and in all. A fold of the log and nothing else: the same log
gives the same bytes, whoever asks and whenever. How people are is as of the last round.

Every line names what it is drawn from: the events of a check-in's day, or the id of an incident, a
roll call, a journey or a shift, whose timeline has the events.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from projections.days import Day
from projections.health_view import show_health, show_sum
from projections.incidents import Incident
from projections.moment import iso, iso_or_none
from projections.picture import Picture
from projections.wellbeing import Health

DEFAULT_ZONE = "Asia/Shanghai"
"""Where no phase says another one."""

Numbers = Mapping[str, Health | None]
"""By the id of a site's day; None where the day is too long ago."""


class Span(NamedTuple):
    """A calendar day: from its first moment to the first of the next one."""

    start: datetime
    end: datetime

    def holds(self, at: datetime | None) -> bool:
        """Tell whether a moment lies in it."""
        return at is not None and self.start <= at < self.end

    def touches(self, start: datetime, end: datetime) -> bool:
        """Tell whether some time from `start` to `end` lies in it."""
        return start < self.end and self.start < end


class Asked(NamedTuple):
    """Of which day somebody wants a report, and which sites they may see; None is all of them."""

    picture: Picture
    day: str
    sites: frozenset[str] | None = None

    def sees(self, site: str) -> bool:
        return self.sites is None or site in self.sites

    def sees_at(self, site: str, venue: str | None) -> bool:
        """Tell whether something written at a site, about a venue perhaps of another, is seen."""
        place = self.picture.places.venues.get(venue or "")
        return self.sees(site) or (place is not None and self.sees(place.site))

    def rows(self) -> list[tuple[str, Day]]:
        """Return the sites' days, by site and phase."""
        days = self.picture.days
        found = [(id, days.rows[id]) for id in days.ids.get(self.day, ())]
        seen = [(id, row) for id, row in found if self.sees(row.site)]
        return sorted(seen, key=lambda of: (of[1].site, of[1].phase, of[0]))

    def span(self) -> Span:
        """Return when the day begins and ends, in the time zone of its phase."""
        days, phases = self.picture.days, self.picture.phases.rows
        known = (phases.get(days.rows[id].phase) for id in days.ids.get(self.day, ()))
        zone = ZoneInfo(next((phase.timezone for phase in known if phase), DEFAULT_ZONE))
        first = date.fromisoformat(self.day)
        return Span(_midnight(first, zone), _midnight(first + timedelta(days=1), zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def report(asked: Asked, numbers: Numbers) -> dict[str, Any]:
    """Return the report of a day, JSON-ready."""
    span, rows = asked.span(), asked.rows()
    groups = [(_reported(asked, id, row), numbers.get(id)) for id, row in rows]
    return {
        "day": asked.day,
        "from": iso(span.start),
        "to": iso(span.end),
        "sites": [_site(asked, id, row, numbers.get(id)) for id, row in rows],
        "total": {**_total(asked, rows), "health": show_sum(groups)},
        "missing": [person for id, row in rows for person in _missing(asked, id, row)],
        "incidents": list(_incidents(asked, span)),
        "roll_calls": list(_roll_calls(asked, span)),
        "journeys": list(_journeys(asked, span)),
        "overrides": list(_overrides(asked, span)),
    }


def _reported(asked: Asked, id: str, row: Day) -> int:
    return row.expected - len(asked.picture.days.missing[id])


def _counts(asked: Asked, id: str, row: Day) -> dict[str, int]:
    return {
        "expected": row.expected,
        "reported": _reported(asked, id, row),
        "late": len(asked.picture.days.late[id]),
        "missing": len(asked.picture.days.missing[id]),
    }


def _site(asked: Asked, id: str, row: Day, health: Health | None) -> dict[str, Any]:
    counts = _counts(asked, id, row)
    return {
        "id": id,
        "site": row.site,
        "phase": row.phase,
        "due_at": iso(row.due_at),
        "closed_at": iso_or_none(row.closed_at),
        **counts,
        "chases": [
            {"level": one.level, "at": iso(one.at), "missing": one.missing, "event": one.event}
            for one in row.chases
        ],
        "health": show_health(health),
        "events": [event for event in (row.event, row.closed_by) if event],
    }


def _total(asked: Asked, rows: Iterable[tuple[str, Day]]) -> dict[str, int]:
    total = dict.fromkeys(("expected", "reported", "late", "missing"), 0)
    for id, row in rows:
        for name, number in _counts(asked, id, row).items():
            total[name] += number
    return total


def _missing(asked: Asked, id: str, row: Day) -> Iterator[dict[str, Any]]:
    """Yield who never checked in for the day, and since when nothing was heard of them."""
    picture = asked.picture
    for person in sorted(picture.days.missing[id]):
        volunteer = picture.people.volunteers.get(person)
        evidence = picture.people.evidence.get(person)
        yield {
            "id": person,
            "name": volunteer.name if volunteer else person,
            "site": row.site,
            "phase": row.phase,
            "last_check_in_at": iso_or_none(picture.days.last.get(person)),
            "last_evidence_at": iso_or_none(evidence.at if evidence else None),
        }


def _incidents(asked: Asked, span: Span) -> Iterator[dict[str, Any]]:
    rows = asked.picture.incidents.rows.items()
    for id, row in sorted(rows, key=lambda of: (of[1].reported_at, of[0])):
        opened, closed = span.holds(row.reported_at), span.holds(row.ended_at)
        if (opened or closed) and asked.sees_at(row.site, row.venue):
            yield _incident(id, row, opened=opened, closed=closed)


def _incident(id: str, row: Incident, *, opened: bool, closed: bool) -> dict[str, Any]:
    return {
        "id": id,
        "site": row.site,
        "venue": row.venue,
        "category": row.category,
        "severity": row.severity,
        "opened": opened,
        "closed": closed,
        "reported_at": iso(row.reported_at),
        "ended_at": iso_or_none(row.ended_at),
        "status": row.status,
    }


def _roll_calls(asked: Asked, span: Span) -> Iterator[dict[str, Any]]:
    rows = asked.picture.rollcalls.rows.items()
    for id, row in sorted(rows, key=lambda of: (of[1].opened_at, of[0])):
        if not span.holds(row.opened_at) or not asked.sees_at(row.site, row.venue):
            continue
        ended = row.closing
        yield {
            "id": id,
            "site": row.site,
            "venue": row.venue,
            "title": row.title.model_dump(),
            "opened_at": iso(row.opened_at),
            "closed_at": iso_or_none(row.closed_at),
            "counted": row.size,
            "safe": ended.safe if ended else None,
            "need_help": ended.need_help if ended else None,
            "excused": ended.excused if ended else None,
            "unaccounted": len(ended.unaccounted) if ended else None,
        }


def _journeys(asked: Asked, span: Span) -> Iterator[dict[str, Any]]:
    rows = asked.picture.journeys.rows.items()
    for id, row in sorted(rows, key=lambda of: (of[1].plan.departs_at, of[0])):
        if not span.touches(row.plan.departs_at, row.plan.arrives_at) or not asked.sees(row.site):
            continue
        yield {
            "id": id,
            "site": row.site,
            "origin": row.plan.origin,
            "destination": row.plan.destination,
            "departs_at": iso(row.plan.departs_at),
            "departed_at": iso_or_none(row.departed_at),
            "arrives_at": iso(row.plan.arrives_at),
            "ended_at": iso_or_none(row.ended_at),
            "status": row.status,
            "people": len(row.plan.people),
            "missing": len(row.missing),
        }


def _overrides(asked: Asked, span: Span) -> Iterator[dict[str, Any]]:
    """Yield the shifts that were planned against the guards that day."""
    volunteers = asked.picture.people.volunteers
    rows = asked.picture.clearances.overrides.items()
    for key, row in sorted(rows, key=lambda of: (of[1].at, of[0])):
        person = volunteers.get(row.person)
        if not span.holds(row.at) or not (person is None or asked.sees(person.site)):
            continue
        yield {
            "shift": key.removeprefix(f"{row.person}/"),
            "person": row.person,
            "guards": list(row.guards),
            "reason": row.reason,
            "by": row.by,
            "at": iso(row.at),
        }
