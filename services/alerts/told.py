"""Whom an alert is told to by their own channels: each person once, however far it goes up. Pure.

Posts and lanes are no people; who has no channel is told by nobody, and costs nothing.
"""

from collections.abc import Iterator
from datetime import datetime

from events.alert import AlertEscalated, AlertRaised
from events.envelope import Event
from events.fact import Ref, Text
from events.ids import derive
from events.message import Purpose
from projections.alerts import Alert
from projections.picture import Picture
from services.notifier.commands import RequestMessage

_BY = "service:alerts"


def people_told(picture: Picture, event: Event) -> Iterator[str]:
    """Yield the people with channels who are told by an event of an alert; of a drill nobody."""
    match event.data:
        case AlertRaised(way_up=way_up):
            to = way_up[0].to
        case AlertEscalated(to=to):
            pass
        case _:
            return
    if event.drill:
        return
    volunteers = picture.people.volunteers
    for one in to:
        person = volunteers.get(one)
        if person is not None and person.channels:
            yield one


def messages(picture: Picture, event: Event, at: datetime) -> list[RequestMessage]:
    """Return the messages that an event of an alert asks for; none once somebody has answered.

    The id of each follows from the alert and the person: at the next level it is the same message.
    """
    row = picture.alerts.rows.get(event.key)
    if row is None or row.status != "raised":
        return []
    said, purpose = _text(row), _purpose(picture, row)
    return [
        RequestMessage(
            site=picture.people.volunteers[person].site,
            id=derive("alert-message", event.key, person),
            at=at,
            by=_BY,
            person=person,
            purpose=purpose,
            about=Ref(kind="alert", id=event.key),
            text=said,
        )
        for person in people_told(picture, event)
    ]


def _text(row: Alert) -> Text:
    return Text(
        zh=f"{row.title.zh}。{row.body.zh}"[:4000], en=f"{row.title.en}. {row.body.en}"[:4000]
    )


def _purpose(picture: Picture, row: Alert) -> Purpose:
    is_call = row.about.kind == "incident" and picture.incidents.calls_within(row.about.id)
    return "need-help" if is_call else "alert"
