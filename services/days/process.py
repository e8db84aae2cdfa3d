"""What follows from a day that begins, from who is missing on it, and from a request for care.

Pure: events in, commands out. Ids follow from what they are about, so that reacting again asks for
the same things under the same ids and changes nothing.
"""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from events.alert import Step
from events.day import DayChased
from events.envelope import Event
from events.fact import Ref, Text
from events.ids import derive
from events.lane import Lane
from events.phase import PhaseDayBegun
from projections.days import Day
from projections.mood import has_fever
from projections.people import Volunteer
from projections.roster import Roster
from projections.terms import LANE, term
from services.alerts.commands import RaiseAlert
from services.days.commands import OpenDay
from services.days.decider import STEP
from services.notifier.commands import RequestMessage

BY = "service:days"
HEADQUARTERS = "hq"
TELLS_LEADS = 3
"""The level of chasing at which their leads are told; the levels before it ask the people."""
NAMED = 10
"""Of so many missing people an alert says the names, then how many more there are."""
_LEADS_ANSWER_S = 30 * 60
_HELPER_ANSWERS_S = 30 * 60
_LANE_ANSWERS_S = 60 * 60
_LANE_SPREAD_S = 45 * 60
_ID_MAX = 64
_TO_MAX = 5000
"""People in one step of an alert's way up."""


def day_id(phase: str, day: str, site: str) -> str:
    """Return the id of a site's day: one that a person can read, where it is short enough."""
    plain = f"{phase}-{day}-{site}"
    return plain if len(plain) <= _ID_MAX else derive("day", phase, day, site)


def openings(
    event: Event,
    fact: PhaseDayBegun,
    people: Sequence[str],
    volunteers: Mapping[str, Volunteer],
    at: datetime,
) -> list[OpenDay]:
    """Return the days that a phase's day opens: one for each site with people of the phase.

    `people` are those of the phase. Whoever supports others checks in with nobody.
    """
    at_home: dict[str, list[str]] = {}
    for person in people:
        row = volunteers.get(person)
        if row is not None and row.role != "support":
            at_home.setdefault(row.site, []).append(person)
    return [
        OpenDay(
            site=site,
            id=day_id(event.key, fact.day, site),
            at=at,
            by=BY,
            phase=event.key,
            day=fact.day,
            due_at=fact.due_at,
            expected=tuple(expected),
            chase_at=fact.due_at + STEP,
        )
        for site, expected in sorted(at_home.items())
    ]


def asked(
    event: Event, fact: DayChased, row: Day, volunteers: Mapping[str, Volunteer], at: datetime
) -> Iterator[RequestMessage]:
    """Yield what the missing are told. Two phases that ask for the same day ask once."""
    again = fact.level > 1
    text = Text(
        zh=f"{'再次提醒：' if again else ''}您尚未完成 {row.day} 的每日打卡，请尽快打卡。",
        en=f"{'Once more: please' if again else 'Please'} check in for {row.day}:"
        " nobody has heard from you yet.",
    )
    for person in fact.missing:
        known = volunteers.get(person)
        yield RequestMessage(
            site=known.site if known else event.site,
            id=derive(f"check-in/{row.day}", person, str(fact.level)),
            at=at,
            by=BY,
            person=person,
            purpose="check-in",
            about=Ref(kind="day", id=event.key),
            text=text,
        )


def alert_id(day: str, level: int) -> str:
    """Return the id of the alert that tells of a day's missing people at a level."""
    return derive(f"day/{day}", "alert", str(level))


def told(
    event: Event,
    fact: DayChased,
    row: Day,
    volunteers: Mapping[str, Volunteer],
    roster: Roster,
    at: datetime,
) -> RaiseAlert:
    """Return the alert to the leads of the missing, or at the last level to headquarters."""
    post, headquarters = (f"post:{row.site}",), (f"post:{HEADQUARTERS}",)
    to_leads = fact.level == TELLS_LEADS
    way = (_leads(fact.missing, row.site, roster), post) if to_leads else ()
    return RaiseAlert(
        site=event.site,
        id=alert_id(event.key, fact.level),
        at=at,
        by=BY,
        severity="minor" if to_leads else "moderate",
        title=Text(
            zh=f"{row.day} 每日打卡：{len(fact.missing)} 人未报",
            en=f"daily check-in of {row.day}: {len(fact.missing)} have not reported",
        ),
        body=_who(fact.missing, row, volunteers),
        about=Ref(kind="day", id=event.key),
        way_up=tuple(
            Step(to=to, answer_within_s=_LEADS_ANSWER_S)
            for to in dict.fromkeys((*way, headquarters))
        ),
    )


def _leads(missing: Sequence[str], site: str, roster: Roster) -> tuple[str, ...]:
    """Return the team leads of the missing; the site's for who has none."""
    leads: set[str] = set()
    for person in missing:
        lead = roster.lead_of(person)
        leads.update((lead,) if lead else roster.leads(site))
    return tuple(sorted(leads))[:_TO_MAX]


def _who(missing: Sequence[str], row: Day, volunteers: Mapping[str, Volunteer]) -> Text:
    first = [_name(person, volunteers) for person in missing[:NAMED]]
    more = len(missing) - len(first)
    zh, en = "、".join(first), ", ".join(first)
    rest_zh, rest_en = (f"等 {len(missing)} 人", f" and {more} more") if more else ("", "")
    return Text(
        zh=f"{row.site} 应报 {row.expected} 人，未报：{zh}{rest_zh}。",
        en=f"{row.site}: {row.expected} expected, missing: {en}{rest_en}.",
    )


def _name(person: str, volunteers: Mapping[str, Volunteer]) -> str:
    row = volunteers.get(person)
    return f"{row.name}（{person}）" if row else person


def care_id(key: bytes, check_in: str, lane: Lane) -> str:
    """Return the id of the request that a check-in makes of a lane.

    It is the same whenever it is asked for, and needs the person's own key: an id that follows from
    the check-in's could be computed for every check-in in the log, until one fits.
    """
    digest = hmac.new(key, f"muster/care/{lane}/{check_in}".encode(), sha256)
    return digest.hexdigest()[:32]


def whys(details: Mapping[str, object]) -> Iterator[tuple[Lane, str]]:
    """Yield the lanes that a check-in asks for, and why."""
    answer = details.get("answer")
    if answer in ("talk", "not-fine"):
        yield "mental-health", str(answer)
    if has_fever(details):
        yield "epidemic-prevention", "fever"


def care_alert_id(care: str) -> str:
    """Return the id of the alert that asks a lane to look after somebody."""
    return derive(f"care/{care}", "alert")


def care_alert(
    care: str, site: str, lane: Lane, helpers: tuple[str, ...], roster: Roster, at: datetime
) -> RaiseAlert:
    """Return the alert to the person's helpers of a lane, then to all of it.

    It says the lane and nothing else: not who, not why, not where. How long the lane has differs
    from request to request by what only the lane can see, so that the moment headquarters hears of
    it does not tell when it was asked.
    """
    name = term(LANE, lane)
    everyone = tuple(person for person in roster.of_lane(lane) if person not in helpers)
    return RaiseAlert(
        site=site,
        id=care_alert_id(care),
        at=at,
        by=BY,
        severity="minor",
        title=Text(zh=f"关怀请求：{name.zh}", en=f"care asked for: {name.en}"),
        body=Text(
            zh=f"有人需要{name.zh}支持。请在关怀请求中查看并接手。",
            en=f"somebody needs the {name.en} lane. See the requests for care, and take it.",
        ),
        about=Ref(kind="care", id=care),
        way_up=(
            Step(to=helpers, answer_within_s=_HELPER_ANSWERS_S),
            Step(to=everyone[:_TO_MAX], answer_within_s=_LANE_ANSWERS_S + _spread_s(care)),
        ),
    )


def _spread_s(care: str) -> int:
    return int.from_bytes(care.encode()) % _LANE_SPREAD_S


def waiting_alert(care: str, lane: Lane, at: datetime) -> RaiseAlert:
    """Return the alert to headquarters that a lane has left somebody waiting.

    It is about the lane and not the request, and belongs to headquarters: whoever reads it learns
    of no site and of no check-in.
    """
    name = term(LANE, lane)
    return RaiseAlert(
        site=HEADQUARTERS,
        id=waiting_alert_id(care),
        at=at,
        by=BY,
        severity="moderate",
        title=Text(
            zh=f"关怀请求无人接手：{name.zh}", en=f"a request for care is not taken: {name.en}"
        ),
        body=Text(
            zh=f"{name.zh}专班尚无人接手一项关怀请求，请督促。",
            en=f"nobody of the {name.en} lane has taken a request for care. Please see to it.",
        ),
        about=Ref(kind="lane", id=lane),
        way_up=(Step(to=(f"post:{HEADQUARTERS}",), answer_within_s=_LANE_ANSWERS_S),),
    )


def waiting_alert_id(care: str) -> str:
    """Return the id of the alert to headquarters."""
    return derive(f"care/{care}", "waiting")
