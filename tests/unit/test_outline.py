"""The outline and the margin a venue is registered with."""

from functools import partial

import pytest
from pydantic import ValidationError

from events.fact import Place, Text
from events.place import VenueRegistered
from services.sites.commands import CORNERS_MAX, RegisterVenue
from services.sites.decider import VENUE
from tests.given import Given
from tests.moments import NOON

given_venue = partial(Given, VENUE)
TRACK = Text(zh="雪车雪橇中心", en="Sliding Centre")
HILL = Place(lat=40.52, lon=115.79)
CORNERS = ((40.51, 115.78), (40.51, 115.80), (40.53, 115.80), (40.53, 115.78))


def places(*corners: tuple[float, float]) -> tuple[Place, ...]:
    return tuple(Place(lat=lat, lon=lon) for lat, lon in corners)


def register(*corners: tuple[float, float], margin_m: float = 0, at: Place = HILL) -> RegisterVenue:
    return RegisterVenue(
        site="yanqing",
        id="track",
        at=NOON,
        by="ana",
        name=TRACK,
        place=at,
        outline=places(*corners),
        margin_m=margin_m,
    )


def registered(*corners: tuple[float, float], margin_m: float = 0) -> VenueRegistered:
    return VenueRegistered(name=TRACK, place=HILL, outline=places(*corners), margin_m=margin_m)


def test_an_outline_is_kept_open_however_it_was_drawn() -> None:
    given_venue([]).when(register(*CORNERS, margin_m=500)).then(registered(*CORNERS, margin_m=500))
    given_venue([]).when(register(*CORNERS, CORNERS[0])).then(registered(*CORNERS))
    given_venue([registered(*CORNERS)]).when(register(*CORNERS, CORNERS[0])).then()


def test_another_margin_is_something_new_and_none_takes_the_outline_away() -> None:
    before = registered(*CORNERS)
    given_venue([before]).when(register(*CORNERS, margin_m=1)).then(
        registered(*CORNERS, margin_m=1)
    )
    given_venue([before]).when(register()).then(registered())


@pytest.mark.parametrize(
    ("corners", "zh", "en"),
    [
        (CORNERS[:2], "现有 2 个", "three different corners, not 2"),
        ((*CORNERS[:2], CORNERS[0]), "现有 2 个", "three different corners, not 2"),
        ((*CORNERS, CORNERS[1]), "第 2 个角", "corner 2, 40.51000,115.80000, is there 2 times"),
        (
            (*CORNERS[:3], (-40.53, 115.78)),
            "第 4 个角",
            "corner 4, -40.53000,115.78000, is 9013 km",
        ),
        (
            (CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3]),
            "40.52000,115.79000 处自相交",
            "crosses or touches itself at 40.52000,115.79000",
        ),
        (((40.5, 115.7), (40.6, 115.8), (40.7, 115.9)), "一条直线", "on one line"),
    ],
)
def test_what_is_no_outline_is_refused_with_the_corner(
    corners: tuple[tuple[float, float], ...], zh: str, en: str
) -> None:
    given_venue([]).when(register(*corners)).rejected("bad-outline", naming=[zh, en])


def test_an_outline_may_lie_across_the_antimeridian() -> None:
    taveuni = Place(lat=-16.85, lon=179.99)
    island = ((-16.7, 179.8), (-16.7, -179.8), (-17.0, -179.8), (-17.0, 179.8))
    command = register(*island, at=taveuni)
    given_venue([]).when(command).then(
        VenueRegistered(name=TRACK, place=taveuni, outline=places(*island))
    )
    given_venue([]).when(register(island[0], island[2], island[1], island[3], at=taveuni)).rejected(
        "bad-outline", naming=["at -16.85000,"]
    )


def test_margins_and_corners_have_limits() -> None:
    for margin_m in (-1, 100_001, float("nan")):
        with pytest.raises(ValidationError):
            register(*CORNERS, margin_m=margin_m)
    with pytest.raises(ValidationError):
        register(*(CORNERS * CORNERS_MAX))
