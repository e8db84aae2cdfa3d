"""What a journey says of its people: who left is on the way, who arrived is there. Pure."""

from collections.abc import Iterable

from events.envelope import Event
from events.ids import derive
from events.journey import JourneyArrived, JourneyDeparted
from events.presence import PresenceReported, Whereabouts
from projections.picture import Picture


def evidence(picture: Picture, event: Event) -> list[Event]:
    """Return the evidence that follows from a departure or an arrival, one event a person.

    It happened when the journey left or came, whenever that was told, and its ids follow from the
    event: made again, it is the same evidence.
    """
    row = picture.journeys.rows.get(event.key)
    if row is None or row.drill != event.drill:
        return []
    match event.data:
        case JourneyDeparted():
            return _seen(event, row.aboard, "on-the-way", row.bound_for)
        case JourneyArrived(people=people, venue=venue):
            return _seen(event, people, "present", venue)
        case _:
            return []


def _seen(event: Event, people: Iterable[str], where: Whereabouts, venue: str) -> list[Event]:
    fact = PresenceReported(whereabouts=where, venue=venue, method="trip")
    return [
        event._replace(
            id=derive(event.id, "presence", person),
            kind="presence",
            key=person,
            data=fact,
            causation_id=event.id,
            digest=None,
            seq=0,
        )
        for person in people
    ]
