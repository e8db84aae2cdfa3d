"""Events that tests of the log append, and a connection that loses answers."""

from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from events.envelope import Event
from events.fact import Fact
from events.ids import derive
from events.incident import IncidentNoted
from events.presence import PresenceReported
from services.ids import new_id
from tests.moments import NOON


def event(kind: str, key: str, data: Fact, id: str | None = None, site: str = "yanqing") -> Event:
    id = id or new_id()
    return Event(id, site, kind, key, data, NOON, NOON, "test", id, id)


def note(key: str, text: str = "seen", *, id: str | None = None, site: str = "yanqing") -> Event:
    """Return an event of an incident, which is decided on."""
    return event("incident", key, IncidentNoted(text=text), id, site)


def notes(key: str, count: int, command: str | None = None) -> list[Event]:
    """Return events that one command made of an incident."""
    command = command or new_id()
    return [note(key, str(n), id=derive(command, str(n))) for n in range(count)]


def presence(person: str, *, id: str | None = None) -> Event:
    """Return an observation, which nobody decides on."""
    return event("presence", person, PresenceReported(whereabouts="present"), id)


class Deaf:
    """A connection on which answers are lost: what was asked was done, but nobody heard of it."""

    def __init__(self, nc: Client, answers: int = 1) -> None:
        self._nc = nc
        self.answers = answers
        self.lost = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._nc, name)

    async def request(self, *args: Any, **options: Any) -> Msg:
        answer = await self._nc.request(*args, **options)
        if self.lost < self.answers:
            self.lost += 1
            raise nats.errors.TimeoutError
        return answer


def deaf(nc: Client, answers: int = 1) -> Any:
    """Return a connection that loses its first answers, to be handed to what wants a Client."""
    return Deaf(nc, answers)
