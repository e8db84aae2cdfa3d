"""What the benchmark of weather matches: the busiest hour, spread, with venues near it."""

from services.weather.cap import read_cap
from services.weather.cap_write import write_cap
from tests.benchmarks.busy_hour import busiest_hour, spread, venues_among
from tests.unit.corpus import needs_corpus


@needs_corpus
def test_the_busiest_hour_is_spread_the_same_every_time_and_keeps_its_shapes() -> None:
    hour = busiest_hour()
    assert hour is not None
    assert len(hour.documents) > 50
    copies = spread(hour, 200)
    assert copies == spread(hour, 200)
    assert sum(len(message.areas()) for message in copies) >= 200
    assert len({message.identifier for message in copies}) == len(copies)
    for number, message in enumerate(copies):
        [first] = read_cap(hour.documents[number % len(hour.documents)])
        for before, after in zip(first.areas(), message.areas(), strict=True):
            assert [len(ring) for ring in before.polygons] == [len(ring) for ring in after.polygons]
        [back] = read_cap(write_cap(message))
        assert back.areas() == message.areas()


@needs_corpus
def test_venues_have_grounds_and_margins_of_all_kinds() -> None:
    hour = busiest_hour()
    assert hour is not None
    venues = venues_among(spread(hour, 200), 50)
    assert len({venue.id for venue in venues}) == 50
    assert {bool(venue.outline) for venue in venues} == {True, False}
    assert {venue.margin_m > 0 for venue in venues} == {True, False}
