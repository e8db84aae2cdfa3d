"""The picture as it is read: JSON-ready, at a moment, for somebody who may see some sites."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from events.fact import SEVERITIES
from projections import posts, weather
from projections.alerts_view import show_alerts
from projections.aside import REPORTS_KEPT
from projections.calls import Call, alerts_about, open_calls
from projections.days_view import days
from projections.feeds_view import show_feeds
from projections.headcount import Headcount
from projections.incidents import Incident
from projections.journey_view import show_journeys
from projections.live import Live
from projections.moment import Moment, iso, iso_or_none, seconds
from projections.names import names
from projections.phases_view import show_phases
from projections.picture import Picture
from projections.places import Venue
from projections.reach_view import show_reach
from projections.rollcall_view import count_unaccounted, roll_calls, show_roll_call
from projections.runs import Run
from projections.standings import Roll
from projections.swaps_view import show_swaps

PEOPLE_LISTED = 500
"""People that are listed. Of more, those who need help come first, then those who are missing, then
those of whom was heard the longest ago."""

TOLD_LISTED = 50
"""People told of a call for help whom it names; beside them stands how many they are."""


def view(
    picture: Picture,
    at: datetime,
    *,
    sites: frozenset[str] | None = None,
    live: Live | None = None,
) -> dict[str, Any]:
    """Return what `GET /api/v1/picture` answers for the moment `at`; all ages are seconds at `at`.

    `sites` limits what is shown to these sites, their venues, and the people at home in them, last
    seen at them or on shift at them. It holds no order of arrival: two pictures of the same facts
    read the same. `live` is the picture's own index, where one is kept.
    """
    moment = Moment(picture, at, sites)
    live = (live or Live(picture)).refresh(at)
    calls = live.callers.open.values()
    warnings = weather.in_force(moment, live.outlook)
    incidents = _incidents(moment)
    rolls = roll_calls(moment, live.standings)
    shown = {
        "sites": _sites(moment),
        "venues": _venues(moment, live.headcount, warnings, incidents),
        "people": [
            posts.show_person(moment, row.known, needs_help=row.needs_help)
            for row in live.headcount.listed(sites, PEOPLE_LISTED)
        ],
        "need_help": [_show_call(moment, call) for call in open_calls(moment, calls)],
        "warnings": [weather.show_warning(moment, *row) for row in warnings.here],
        "coming": [weather.show_warning(moment, *row) for row in warnings.coming],
        "elsewhere": warnings.elsewhere,
        "warnings_elsewhere": [
            weather.show_warning(moment, *row) for row in warnings.elsewhere_listed
        ],
        "exercises": [weather.show_warning(moment, *row) for row in warnings.exercises],
        "incidents": [_show_incident(moment, key, row) for key, row in incidents],
        "alerts": show_alerts(moment),
        "journeys": show_journeys(moment),
        "roll_calls": [show_roll_call(moment, *roll) for roll in rolls.items()],
        "runs": _runs(moment),
        "days": days(moment),
        "condition_failures": _failures(moment),
        "set_aside": _set_aside(moment),
        "reach": show_reach(moment),
        # Whoever reads warnings must know when none can come, whichever site is theirs.
        "feeds": show_feeds(moment._replace(sites=None)),
        "phases": show_phases(moment),
        "swaps": show_swaps(moment),
    }
    counts = {
        "people": live.headcount.people(sites),
        **_count(shown, rolls),
        "set_aside": sum(n for site, n in picture.aside.total.items() if moment.sees(site)),
    }
    return {
        "at": iso(at),
        "seq": picture.seq,
        "counts": counts,
        "people_total": counts["people"]["total"],
        **shown,
        "names": names(moment, shown),
    }


def _count(shown: dict[str, Any], rolls: dict[str, Roll]) -> dict[str, Any]:
    going_on = [row for row in shown["incidents"] if row["ended_at"] is None]
    severities = Counter(row["severity"] for row in going_on)
    return {
        "need_help": len(shown["need_help"]),
        "unaccounted": count_unaccounted(rolls.values()),
        "open_incidents": {
            "total": len(going_on),
            **{severity: severities[severity] for severity in reversed(SEVERITIES)},
        },
        "unacknowledged_alerts": sum(row["status"] == "raised" for row in shown["alerts"]),
        "warnings_in_force": len(shown["warnings"]),
        "warnings_coming": len(shown["coming"]),
        "running_playbooks": len(shown["runs"]),
    }


def _sites(moment: Moment) -> list[dict[str, Any]]:
    return [
        {"id": key, "name": row.name.model_dump(), "reports_to": row.reports_to}
        for key, row in sorted(moment.picture.places.sites.items())
        if moment.sees(key)
    ]


def _venues(
    moment: Moment,
    headcount: Headcount,
    warnings: weather.Weather,
    incidents: list[tuple[str, Incident]],
) -> list[dict[str, Any]]:
    warned = weather.by_venue(warnings.here)
    strips = weather.ahead(moment, warnings)
    return [
        {
            "id": key,
            "site": row.site,
            "name": row.name.model_dump(),
            "lat": row.place.lat,
            "lon": row.place.lon,
            "adcode": row.adcode,
            **_ground(row),
            "people": headcount.post(key),
            "warnings": warned.get(key, []),
            "ahead": strips.get(key, []),
            "incidents": [
                incident for incident, of in incidents if of.venue == key and of.ended_at is None
            ],
            "observation": weather.show_observation(
                moment, moment.picture.observations.newest.get(key)
            ),
        }
        for key, row in sorted(moment.picture.places.venues.items())
        if moment.sees(row.site)
    ]


def _ground(venue: Venue) -> dict[str, Any]:
    """What is known of its ground beside the point; nothing for most venues."""
    shown: dict[str, Any] = {}
    if venue.outline:
        shown["outline"] = [[corner.lat, corner.lon] for corner in venue.outline]
    if venue.margin_m:
        shown["margin_m"] = venue.margin_m
    return shown


def _show_call(moment: Moment, call: Call) -> dict[str, Any]:
    volunteer = moment.picture.people.volunteers.get(call.person or "")
    alerts = alerts_about(moment.picture, call.incident) if call.incident else ()
    told = sorted({to for _, alert in alerts for to in alert.to})
    return {
        "incident": call.incident,
        "person": call.person,
        "name": volunteer.name if volunteer else call.person,
        "since": iso(call.since),
        "age_s": moment.age_s(call.since),
        "venue": call.venue,
        "taken_by": call.owner,
        "told": told[:TOLD_LISTED],
        "told_count": len(told),
    }


def _incidents(moment: Moment) -> list[tuple[str, Incident]]:
    """Return the open ones, the worst and longest first, then those that ended lately."""
    seen = [
        (key, row)
        for key, row in moment.picture.incidents.rows.items()
        if moment.recent(row.ended_at) and moment.sees_at(row.site, row.venue)
    ]
    return sorted(seen, key=_incident_order)


def _incident_order(incident: tuple[str, Incident]) -> tuple[bool, float, float, str]:
    key, row = incident
    if row.ended_at is None:
        return False, -SEVERITIES.index(row.severity), row.reported_at.timestamp(), key
    return True, -row.ended_at.timestamp(), 0.0, key


def _show_incident(moment: Moment, id: str, row: Incident) -> dict[str, Any]:
    return {
        "id": id,
        "site": row.site,
        "category": row.category,
        "severity": row.severity,
        "status": row.status,
        "text": row.text,
        "venue": row.venue,
        "place": row.place.model_dump() if row.place else None,
        "person": row.person,
        "needs_help": row.needs_help,
        "reported_at": iso(row.reported_at),
        "reported_by": row.reported_by,
        "assigned_to": row.assigned_to,
        "accepted_by": row.accepted_by,
        "notes": row.notes,
        "last_change_at": iso(row.last_change_at),
        "age_s": moment.age_s(row.reported_at),
        "late_by_s": seconds(row.recorded_at - row.reported_at),
        "ended_at": iso_or_none(row.ended_at),
        "merged_into": row.merged_into,
    }


def _runs(moment: Moment) -> list[dict[str, Any]]:
    seen: Iterable[tuple[str, Run]] = (
        (key, row)
        for key, row in moment.picture.runs.rows.items()
        if row.ended_at is None and moment.sees_at(row.site, row.venue)
    )
    return [
        _show_run(key, row) for key, row in sorted(seen, key=lambda of: (of[1].started_at, of[0]))
    ]


def _show_run(id: str, row: Run) -> dict[str, Any]:
    return {
        "id": id,
        "site": row.site,
        "playbook": row.playbook,
        "name": row.name.model_dump(),
        "venue": row.venue,
        "about": row.about.model_dump(),
        "started_at": iso(row.started_at),
        "steps": [
            {
                "name": step.begun.name,
                "action": step.begun.action,
                "target": step.begun.target.model_dump(),
                "outcome": step.outcome,
                "note": step.note,
            }
            for step in row.steps
        ],
    }


def _failures(moment: Moment) -> list[dict[str, Any]]:
    return [
        {**row._asdict(), "at": iso(row.at)}
        for row in moment.picture.runs.failures
        if moment.sees(row.site)
    ]


def _set_aside(moment: Moment) -> list[dict[str, Any]]:
    reports = (
        report
        for site, last in moment.picture.aside.last.items()
        if moment.sees(site)
        for report in last
    )
    newest = sorted(reports, key=lambda report: (report.at, report.id))[-REPORTS_KEPT:]
    return [{**report._asdict(), "at": iso(report.at)} for report in reversed(newest)]
