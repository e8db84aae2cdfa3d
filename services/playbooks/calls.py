"""How a call for help goes on between its alert and its incident. Pure.

Whoever answers the alert takes the incident, and whoever accepts the incident answers the alert, by
whatever door they came. What was said before the incident was last given to somebody or opened
again is over: doing it again after a restart must not take it back from its new owner.
"""

from datetime import datetime
from typing import ClassVar

from events.alert import AlertAcknowledged
from events.envelope import Event
from events.incident import IncidentAccepted, IncidentAssigned, IncidentReopened
from projections.calls import alerts_about
from projections.incidents import Incident
from projections.picture import Picture
from services.alerts.commands import AcknowledgeAlert, CloseAlert, RaiseAlert
from services.decider import Command
from services.incidents.commands import TakeIncident

_BY = "service:playbooks"


class Turns:
    """When each incident was last given to somebody or opened again, as a sequence. A fold."""

    kinds: ClassVar[frozenset[str]] = frozenset({"incident"})

    def __init__(self) -> None:
        self._last: dict[tuple[str, bool], int] = {}

    def apply(self, event: Event) -> None:
        """Fold one event."""
        if isinstance(event.data, IncidentAssigned | IncidentReopened):
            self._last[event.key, event.drill] = event.seq

    def came_after(self, event: Event, incident: str) -> bool:
        """Tell whether it has changed hands since an event."""
        return self._last.get((incident, event.drill), 0) > event.seq


def takes(
    turns: Turns, picture: Picture, event: Event, fact: AlertAcknowledged, at: datetime
) -> list[Command]:
    """Return what gives a call for help to whoever answered the alert about it."""
    alert = picture.alerts.rows.get(event.key)
    if alert is None or alert.about.kind != "incident" or alert.drill != event.drill:
        return []
    found = _goes_on(picture, alert.about.id)
    if found is None:
        return []
    id, row = found
    is_call = picture.incidents.calls_within(alert.about.id)
    if not is_call or turns.came_after(event, id) or row.owner is not None:
        return []
    return [TakeIncident(site=row.site, id=id, at=at, by=fact.by)]


def answers(
    turns: Turns, picture: Picture, event: Event, fact: IncidentAccepted, at: datetime
) -> list[Command]:
    """Return what answers the alerts about a call for help for whoever accepted it."""
    row = picture.incidents.rows[event.key]
    if turns.came_after(event, event.key) or row.owner != fact.by or row.drill != event.drill:
        return []
    return answered_for(picture, event.key, at)


def answered_for(picture: Picture, incident: str, at: datetime) -> list[Command]:
    """Return what answers, for its owner, every alert about a call that nobody has answered."""
    found = _goes_on(picture, incident)
    if found is None or found[1].owner is None or not picture.incidents.calls_within(found[0]):
        return []
    return [
        AcknowledgeAlert(site=row.site, id=id, at=at, by=found[1].owner)
        for id, row in alerts_about(picture, found[0])
        if row.status == "raised" and row.drill == found[1].drill
    ]


def replaced(
    picture: Picture, event: Event, at: datetime, raised: list[RaiseAlert]
) -> list[Command]:
    """Return what closes the older alerts about a call that has a new one."""
    new = {alert.id for alert in raised}
    if not new:
        return []
    return [
        CloseAlert(site=row.site, id=id, at=at, by=_BY, reason=f"{event.kind}.{event.type}")
        for id, row in alerts_about(picture, event.key)
        if row.status != "closed" and id not in new and row.drill == event.drill
    ]


def _goes_on(picture: Picture, incident: str) -> tuple[str, Incident] | None:
    """Return the incident that one goes on in, and how it stands; None if it is over or lost."""
    incidents = picture.incidents
    id = incidents.goes_on_in(incident)
    if id is None or incidents.ended_at(incident) is not None:
        return None
    return id, incidents.rows[id]
