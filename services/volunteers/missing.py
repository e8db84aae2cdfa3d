"""What the leads are told of people who do not answer a roll call. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from events.alert import Step
from events.fact import Ref, Text
from events.ids import derive
from projections.answers import least_seen, newest_of
from projections.moment import seconds
from projections.picture import Picture
from projections.rollcalls import RollCall
from projections.roster import Roster
from services.alerts.commands import RaiseAlert
from services.reporting.draft import HEADQUARTERS

NAMED = 10
"""People who are named in an alert; all of them are in the roll call."""
LEADS_MAX = 500
"""Leads who are told: those with the most people missing."""
_TITLE_CHARS = 500
_WITHIN_S = (300, 600, 600)
"""Seconds to answer for the leads, for who leads the site, and for the centre."""


def alert_of(
    picture: Picture, roster: Roster, id: str, row: RollCall, missing: Sequence[str], at: datetime
) -> RaiseAlert:
    """Return the alert about the people missing in a roll call after so many rounds."""
    return RaiseAlert(
        site=row.site,
        id=derive(id, "unaccounted", str(row.rounds)),
        at=at,
        by="service:volunteers",
        severity="severe",
        title=_title(row, len(missing)),
        body=_body(picture, row, missing, at),
        venue=row.venue,
        about=Ref(kind="rollcall", id=id),
        way_up=_way_up(picture, roster, row, missing),
    )


def _title(row: RollCall, count: int) -> Text:
    return Text(
        zh=f"{row.title.zh[:_TITLE_CHARS]}：{count} 人无回应",
        en=f"{row.title.en[:_TITLE_CHARS]}: {count} unaccounted for",
    )


def _body(picture: Picture, row: RollCall, missing: Sequence[str], at: datetime) -> Text:
    first = least_seen(picture.people, missing, NAMED)
    named = [_heard(picture, row, person, at) for person in first]
    more = len(missing) - len(named)
    zh, en = "、".join(one.zh for one in named), "; ".join(one.en for one in named)
    return Text(
        zh=f"已催答 {row.rounds} 次，请派人查找。最久没有消息的：{zh}"
        + (f"，另有 {more} 人" if more else "")
        + "。",
        en=f"Asked again {row.rounds} times: send somebody to look. Not heard of for longest: {en}"
        + (f"; and {more} more" if more else "")
        + ".",
    )


def _heard(picture: Picture, row: RollCall, person: str, at: datetime) -> Text:
    """Return somebody's name, how long ago they were heard of, and where."""
    people = picture.people
    volunteer, newest = people.volunteers.get(person), newest_of(people, person)
    name = row.walk_ups.get(person) or person
    zh, en = (volunteer.name, volunteer.latin) if volunteer else (name, name)
    if newest is None:
        return Text(zh=f"{zh}（从无消息）", en=f"{en} (never heard of)")
    minutes = max(0, round(seconds(at - newest.at) / 60))
    venue = picture.places.venues.get(newest.venue or "")
    where = venue.name if venue else Text(zh=newest.venue or "-", en=newest.venue or "-")
    return Text(
        zh=f"{zh}（{minutes} 分钟前，{where.zh}）", en=f"{en} ({minutes} min ago, {where.en})"
    )


def _way_up(
    picture: Picture, roster: Roster, row: RollCall, missing: Sequence[str]
) -> tuple[Step, ...]:
    """Their own leads and the venue's come first, then who leads the site, then the centre."""
    place = picture.places.venues.get(row.venue or "")
    site = place.site if place else row.site
    levels = (
        _leads(roster, row.venue, missing),
        (*roster.leads(site), f"post:{site}"),
        (*roster.duty_officers(HEADQUARTERS), f"post:{HEADQUARTERS}"),
    )
    return tuple(
        Step(to=to, answer_within_s=within) for to, within in zip(levels, _WITHIN_S, strict=True)
    )


def _leads(roster: Roster, venue: str | None, missing: Sequence[str]) -> tuple[str, ...]:
    theirs = Counter(lead for person in missing if (lead := roster.lead_of(person)) is not None)
    ranked = sorted(theirs, key=lambda lead: (-theirs[lead], lead))
    venues = roster.leads(venue) if venue is not None else ()
    return tuple(dict.fromkeys((*venues, *ranked)))[:LEADS_MAX]
