"""The picture is made once for all who look at the same time, and never hides what was written."""

from datetime import datetime
from typing import Any, cast

import orjson

from events.envelope import Event
from projections.live import Live
from projections.picture import Picture
from projections.view import PEOPLE_LISTED
from services.gateway.pictures import REUSED_S, Pictures, Shown
from services.node import Node
from tests.unit.projections.build import at, numbered, seen, venue, volunteer


class Clock:
    speed = 1

    def now(self) -> datetime:
        return at(60)


class Fake:
    """What of a node the pictures look at."""

    def __init__(self) -> None:
        self.picture = Picture()
        self.live = Live(self.picture)
        self.clock = Clock()

    def clock_now(self) -> dict[str, Any]:
        return {"now": "", "speed": 1}

    def tell(self, *events: Event) -> None:
        for event in numbered(list(events), self.picture.seq + 1):
            self.picture.apply(event)
            self.live.apply(event)


def present(shown: Shown | str) -> int:
    assert isinstance(shown, Shown)
    count: int = orjson.loads(shown.body)["counts"]["people"]["present"]
    return count


def pictures_of(people: int) -> tuple[Fake, Pictures, list[float]]:
    fake, time = Fake(), [0.0]
    fake.tell(venue(), *(volunteer(f"v{number}") for number in range(people)))
    return fake, Pictures(cast("Node", fake), lambda: time[0]), time


def test_a_picture_of_a_few_people_is_always_of_now() -> None:
    fake, pictures, _ = pictures_of(PEOPLE_LISTED)
    for number in range(3):
        assert present(pictures.show(None)) == number
        fake.tell(seen(f"v{number}", number))


def test_a_picture_of_many_people_is_made_twice_a_second_for_the_same_sites() -> None:
    fake, pictures, time = pictures_of(PEOPLE_LISTED + 1)
    first = pictures.show(None)
    fake.tell(seen("v1", 1))
    assert pictures.show(None) is first
    assert present(pictures.show(frozenset({"yanqing"}))) == 1
    time[0] = REUSED_S
    assert present(pictures.show(None)) == 1


def test_who_has_the_picture_is_told_so() -> None:
    fake, pictures, time = pictures_of(PEOPLE_LISTED + 1)
    first = pictures.show(None)
    assert isinstance(first, Shown)
    assert pictures.show(None, first.tag) == first.tag
    time[0] = 2 * REUSED_S
    assert pictures.show(None, first.tag) == first.tag
    fake.tell(seen("v1", 1))
    assert present(pictures.show(None, first.tag)) == 1


def test_ages_are_told_anew_though_nothing_happened() -> None:
    _, pictures, time = pictures_of(1)
    first = pictures.show(None)
    assert isinstance(first, Shown)
    time[0] = 11.0
    assert isinstance(pictures.show(None, first.tag), Shown)
