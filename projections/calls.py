"""Who needs help. Only a person who closes the incident takes somebody off this list.

A call for help is an incident that ever was one, whatever triage has called it since and wherever
it was merged. A person who said "need help" is on the list before there is an incident, too: the
list does not depend on the service that opens it being alive.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from projections.alerts import Alert
from projections.incidents import Incident, Incidents
from projections.moment import Moment
from projections.people import Answer
from projections.picture import Picture


class Call(NamedTuple):
    """A call for help, from `since` until a person closed it."""

    incident: str | None
    person: str | None
    site: str
    venue: str | None
    since: datetime
    until: datetime | None
    cause: str
    owner: str | None = None
    """Who has taken it."""
    drill: bool = False

    def lasts(self, at: datetime) -> bool:
        """Tell whether it was heard and not over at a moment."""
        return self.since <= at and (self.until is None or self.until > at)


def calls_for_help(picture: Picture) -> list[Call]:
    """Return every call there was, by incident, and those that have no incident yet."""
    incidents = picture.incidents
    calls = [call_of(incidents, key, row) for key, row in incidents.rows.items() if row.needs_help]
    heard = by_person(calls)
    pleas = picture.people.pleas.items()
    unheard = (unheard_call(person, plea, heard.get(person, ())) for person, plea in pleas)
    return [*calls, *(call for call in unheard if call is not None)]


def call_of(incidents: Incidents, id: str, row: Incident) -> Call:
    """Return the call for help that an incident is."""
    last = incidents.goes_on_in(id)
    return Call(
        id,
        row.person,
        row.site,
        row.venue,
        row.reported_at,
        incidents.ended_at(id),
        row.cause,
        incidents.rows[last].owner if last is not None else None,
        row.drill,
    )


def unheard_call(person: str, plea: Answer, heard: Iterable[Call]) -> Call | None:
    """Return the call of a person that no incident of theirs answers; None when one does."""
    if any(covers(call, plea) for call in heard):
        return None
    return Call(None, person, plea.site, plea.venue, plea.at, None, plea.id)


def calls_of(picture: Picture, person: str) -> list[Call]:
    """Return the calls of one person. It looks at every incident."""
    incidents = picture.incidents
    rows = incidents.rows.items()
    mine = [(id, row) for id, row in rows if row.person == person and row.needs_help]
    calls = [call_of(incidents, id, row) for id, row in mine]
    plea = picture.people.pleas.get(person)
    unheard = unheard_call(person, plea, calls) if plea else None
    return [*calls, unheard] if unheard else calls


def alerts_about(picture: Picture, incident: str) -> Iterator[tuple[str, Alert]]:
    """Yield the alerts about an incident and about all that were merged into it."""
    for one in picture.incidents.within(incident):
        yield from picture.alerts.about("incident", one)


def by_person(calls: Iterable[Call]) -> dict[str, list[Call]]:
    """Return the calls of each person that is named."""
    found: dict[str, list[Call]] = {}
    for call in calls:
        if call.person is not None:
            found.setdefault(call.person, []).append(call)
    return found


def open_calls(moment: Moment, calls: Iterable[Call]) -> list[Call]:
    """Return the calls that are not over and may be seen, the longest waiting first."""
    seen = [call for call in calls if call.until is None and moment.sees_at(call.site, call.venue)]
    return sorted(seen, key=lambda call: (call.since, call.incident or "", call.person or ""))


def covers(call: Call, plea: Answer) -> bool:
    """Tell whether an incident answers a plea: it was made of it, or went on when it came. One of
    a drill answers nothing that is real.

    What is made of one report happened at one moment. The end tells less: by the clock of whoever
    closed the incident it may lie before the plea.
    """
    if call.drill:
        return False
    made_of_it = call.cause == plea.id or call.since == plea.at
    return made_of_it or call.until is None or call.until > plea.at
