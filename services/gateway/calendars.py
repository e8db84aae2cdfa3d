"""A person's shifts as a calendar that programs on phones follow (RFC 5545)."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Response
from icalendar import Calendar, Event, vText
from icalendar.prop import vGeo

from events.fact import Id
from projections.people import Cancelled, Shift
from projections.picture import Picture
from services.auth import Grant
from services.gateway.homes import not_yours, volunteer_of
from services.gateway.rules import LookingOn, must_see
from services.node import Node

REFRESH = timedelta(minutes=15)
"""How often a program is asked to look again."""
_PRODUCT = "-//Muster//Shifts//EN"
_CALENDAR = "text/calendar; charset=utf-8"


def routes(node: Node) -> APIRouter:
    """Return the endpoint."""
    router = APIRouter(tags=["shifts"])

    @router.get("/people/{id}/shifts.ics", response_class=Response)
    async def calendar(id: Id, grant: LookingOn) -> Response:
        """A person's shifts as an iCalendar feed, for the person themselves and for commanders.

        Calendar programs fetch an address and send no headers, so the token may stand in it as
        `?token=`. It is then as secret as the address: make a token of its own for this, of the
        role reporter and of the person, and revoke it when the phone is lost.
        """
        volunteer = await volunteer_of(node, id)
        _must_be_theirs(grant, id, volunteer.site)
        body = calendar_of(node.picture, id)
        headers = {
            "Content-Disposition": f'inline; filename="{id}.ics"',
            "Cache-Control": "private, no-cache",
        }
        return Response(body, media_type=_CALENDAR, headers=headers)

    return router


def calendar_of(picture: Picture, person: str) -> bytes:
    """Return the calendar of a person: each shift under the same id for ever, also once it is
    cancelled, so that programs take it off. The person is part of it: two people may each have a
    shift of one name, and somebody may follow both.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Muster {person}")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    people = picture.people
    for shift in sorted(people.shifts.get(person, ()), key=_order):
        calendar.add_component(_event(picture, person, shift))
    for cancelled in people.cancelled.get(person, ()):
        calendar.add_component(_cancelled(picture, person, cancelled))
    return bytes(calendar.to_ical())


def _must_be_theirs(grant: Grant, person: str, site: str) -> None:
    if grant.person == person:
        return
    if not grant.may("commander"):
        raise not_yours(person)
    must_see(grant, site)


def _event(picture: Picture, person: str, shift: Shift) -> Event:
    event = _described(picture, person, shift, shift.planned_at or shift.starts_at)
    event.add("sequence", 0)
    event.add("status", "CONFIRMED")
    return event


def _cancelled(picture: Picture, person: str, cancelled: Cancelled) -> Event:
    event = _described(picture, person, cancelled.shift, cancelled.at)
    event.add("sequence", 1)
    event.add("status", "CANCELLED")
    event.add("comment", cancelled.reason)
    return event


def _described(picture: Picture, person: str, shift: Shift, changed_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{shift.id}@{person}")
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("dtstart", shift.starts_at)
    event.add("dtend", shift.ends_at)
    venue = picture.places.venues.get(shift.venue)
    name = f"{venue.name.zh} / {venue.name.en}" if venue is not None else shift.venue
    event.add("summary", name)
    event.add("location", vText(name))
    if venue is not None:
        event.add("geo", vGeo((venue.place.lat, venue.place.lon)))
    if shift.instead_of is not None:
        event.add("description", f"代替 / instead of {shift.instead_of}")
    return event


def _order(shift: Shift) -> tuple[datetime, str]:
    return shift.starts_at, shift.id
