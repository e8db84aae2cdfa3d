"""Which venues a warning takes in, and that real foreign warnings take in none."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from services.weather.adcode import place_codes, takes_in
from services.weather.cap import CapArea, CapRefused, read_cap
from services.weather.cma import Observatory, Signal, cma_message
from services.weather.match import VenueGround
from services.weather.match.globe import distance_km
from tests.slow_matching import slow_causes
from tests.unit.corpus import WHY_MISSING, folder, needs_corpus, rows
from tests.unit.weather.documents import changed, read_one
from tests.unit.weather.matched import at, causes, venues_in

ADCODES = {
    "national-stadium": "110105",
    "speed-skating-oval": "110105",
    "capital-indoor-stadium": "110108",
    "wukesong": "110108",
    "big-air-shougang": "110107",
    "alpine-ski-centre": "110119",
    "sliding-centre": "110119",
    "genting-snow-park": "130709",
    "biathlon-centre": "130709",
    "ski-jumping-centre": "130709",
}
ALPINE = at("alpine", 40.5418, 115.8026, "110119")
SLIDING = at("sliding", 40.5205, 115.7809, "110119")
STADIUM = at("stadium", 39.9929, 116.3965, "110105")
GENTING = at("genting", 40.9539, 115.4453, "130709")
VENUES = (ALPINE, SLIDING, STADIUM, GENTING)
BOX = ((40.5, 115.7), (40.5, 115.9), (40.6, 115.9), (40.6, 115.7), (40.5, 115.7))


def scenario_venues() -> list[VenueGround]:
    place = folder()
    if place is None or not (place.parent / "scenario" / "venues.tsv").is_file():
        pytest.skip(WHY_MISSING)
    with (place.parent / "scenario" / "venues.tsv").open(encoding="utf-8", newline="") as lines:
        return [
            at(line["id"], float(line["lat"]), float(line["lon"]), ADCODES[line["id"]])
            for line in csv.DictReader(lines, delimiter="\t")
        ]


def around(lat: float, lon: float, km: float = 5.0) -> CapArea:
    return CapArea("", circles=((lat, lon, km),))


def coded(name: str, value: str) -> CapArea:
    return CapArea("", geocodes=((name, value),))


def outlined(*points: tuple[float, float]) -> CapArea:
    return CapArea("", polygons=(points,))


def ids(areas: Sequence[CapArea]) -> tuple[str, ...]:
    return venues_in(areas, VENUES)


# Outlines


def test_a_venue_inside_an_outline_is_taken_in() -> None:
    assert causes([outlined(*BOX)], VENUES) == {"alpine": "polygon", "sliding": "polygon"}


@pytest.mark.parametrize("point", [(40.5, 115.8), (40.55, 115.7), (40.5, 115.7)])
def test_the_edge_counts_as_inside(point: tuple[float, float]) -> None:
    venue = at("edge", *point, "000001")
    assert venues_in([outlined(*BOX)], [venue]) == ("edge",)
    beside = at("beside", point[0] - 1e-6, point[1] - 1e-6, "000001")
    assert venues_in([outlined(*BOX)], [beside]) == ()


def test_an_outline_that_crosses_itself_takes_in_what_it_winds_round() -> None:
    bow = outlined((40.5, 115.7), (40.6, 115.9), (40.6, 115.7), (40.5, 115.9), (40.5, 115.7))
    south, north = at("south", 40.51, 115.8, ""), at("north", 40.59, 115.8, "")
    outside = at("outside", 40.55, 115.71, "000001")
    assert venues_in([bow], [south, north, outside]) == ("north", "south")
    twice = outlined(*BOX[:4], *BOX)
    assert ids([twice]) == ("alpine", "sliding")


def test_an_outline_across_the_antimeridian() -> None:
    fiji = outlined((-20, 177), (-20, -178), (-15, -178), (-15, 177), (-20, 177))
    suva, taveuni = at("suva", -18.1, 178.4, ""), at("taveuni", -16.8, -179.9, "")
    samoa = at("samoa", -13.8, -171.8, "")
    assert venues_in([fiji], [suva, taveuni, samoa, *VENUES]) == ("suva", "taveuni")


def test_an_outline_round_a_pole_and_one_round_the_world() -> None:
    cap = outlined((60, 0), (60, 90), (60, 180), (60, -90), (60, 0))
    north, polar = at("north", 75, 30, ""), at("polar", 90, 0, "")
    assert venues_in([cap], [north, polar, *VENUES]) == ("north", "polar")
    world = outlined((90, -180), (90, 180), (-90, 180), (-90, -180), (90, -180))
    assert venues_in([world], VENUES) == ("alpine", "genting", "sliding", "stadium")


def test_a_swapped_outline_is_matched_where_it_was_meant() -> None:
    document = changed(
        (
            "40.3,115.6 40.3,116.0 40.7,116.0 40.7,115.6 40.3,115.6",
            "115.7,40.5 115.9,40.5 115.9,40.6 115.7,40.6 115.7,40.5",
        )
    )
    assert ids(read_one(document).areas()) == ("alpine", "sliding")


rings_of_few = st.lists(
    st.tuples(st.integers(0, 8).map(float), st.integers(0, 8).map(float)),
    min_size=3,
    max_size=9,
    unique=True,
)


@given(rings_of_few, st.tuples(st.integers(0, 16), st.integers(0, 16)))
def test_a_simple_outline_takes_in_what_shapely_says_it_covers(
    corners: list[tuple[float, float]], halves: tuple[int, int]
) -> None:
    polygon = shapely.Polygon([(lon, lat) for lat, lon in corners])
    assume(polygon.is_valid)
    lat, lon = halves[0] / 2, halves[1] / 2
    found = venues_in([outlined(*corners, corners[0])], [at("v", lat, lon, "")])
    assert (found == ("v",)) == polygon.covers(shapely.Point(lon, lat))


# Circles


def test_circles_go_by_great_circle_distance() -> None:
    assert distance_km((40.0, 116.0), (41.0, 116.0)) == pytest.approx(111.195, abs=0.001)
    assert distance_km((0.0, 179.5), (0.0, -179.5)) == pytest.approx(111.195, abs=0.001)
    assert distance_km((90.0, 0.0), (-90.0, 77.0)) == pytest.approx(20015.1, abs=0.1)


def test_the_edge_of_a_circle_counts_and_a_point_has_only_itself() -> None:
    gap = distance_km((40.5418, 115.8026), (40.5205, 115.7809))
    assert ids([around(40.5418, 115.8026, gap)]) == ("alpine", "sliding")
    assert ids([around(40.5418, 115.8026, gap - 0.01)]) == ("alpine",)
    assert causes([around(40.5418, 115.8026, 0.0)], VENUES) == {"alpine": "circle"}
    assert ids([around(40.5420, 115.8026, 0.0)]) == ()


# Codes


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("110119000000", ("alpine", "sliding")),
        ("110119010203", ("alpine", "sliding")),
        ("110119", ("alpine", "sliding")),
        (" 110119 ", ("alpine", "sliding")),
        ("110100", ("alpine", "sliding", "stadium")),
        ("110000000000", ("alpine", "sliding", "stadium")),
        ("11", ("alpine", "sliding", "stadium")),
        ("1307", ("genting",)),
        ("130700000000", ("genting",)),
        ("130000", ("genting",)),
        ("130709", ("genting",)),
        ("130733", ("genting",)),
        ("110229", ("alpine", "sliding")),
        ("100000", ("alpine", "genting", "sliding", "stadium")),
        ("130602000000", ()),
        ("130708", ()),
        ("11011", ()),
        ("11011900000x", ()),
        ("", ()),
    ],
)
def test_an_administrative_code_takes_in_all_below_it(value: str, found: tuple[str, ...]) -> None:
    assert ids([coded("CPEAS Geographic Code", value)]) == found


@pytest.mark.parametrize("name", ["GB/T 2260", "gb/t2260", "adcode", "ADCODE", "行政区划代码"])
def test_names_that_carry_chinese_codes(name: str) -> None:
    assert ids([coded(name, "110119")]) == ("alpine", "sliding")


@pytest.mark.parametrize(
    "name",
    [
        "SAME",
        "FIPS6",
        "fips6",
        "UGC",
        "EMMA_ID",
        "WARNCELLID",
        "profile:CAP-CP:Location:0.3",
        "",
        "geocode",
        "code",
    ],
)
def test_the_same_digits_under_another_name_mean_something_else(name: str) -> None:
    assert place_codes([(name, "110119"), (name, "110000"), (name, "130709")]) == ()


def test_a_venue_registered_under_its_old_code_is_found() -> None:
    assert takes_in("130709", "130733")
    assert takes_in("130700", "130733")


def test_an_area_with_an_outline_and_a_code_takes_in_both() -> None:
    both = CapArea("", polygons=(BOX,), geocodes=(("adcode", "110105"),))
    assert causes([both], VENUES) == {
        "alpine": "polygon",
        "sliding": "polygon",
        "stadium": "geocode",
    }


areas_of_all_kinds = st.lists(
    st.sampled_from(
        [outlined(*BOX), around(39.99, 116.39), coded("adcode", "1307"), coded("SAME", "110119")]
    ),
    max_size=4,
)


@given(areas_of_all_kinds, st.permutations(VENUES))
def test_the_order_of_areas_and_venues_does_not_matter(
    areas: list[CapArea], venues: Sequence[VenueGround]
) -> None:
    found = venues_in(areas, venues)
    assert found == tuple(sorted(found)) == venues_in(areas[::-1], VENUES)


def test_nothing_is_found_nowhere() -> None:
    assert venues_in([], VENUES) == venues_in([CapArea("Beijing")], VENUES) == ()


# Real warnings


def test_real_foreign_warnings_alert_nobody_and_ours_alert_our_venues() -> None:
    venues = scenario_venues()
    taken = 0
    for row in rows("cap-alert", "wrapped:"):
        try:
            messages = read_cap(row.file.read_bytes())
        except CapRefused:
            continue
        for message in messages:
            taken += 1
            assert causes(message.areas(), venues) == {}, row.path
    assert taken > 300

    sent = datetime(2022, 2, 13, tzinfo=UTC)
    signal = Signal("snowstorm", "orange", sent, "text", "正文", "advice", "建议", "Li", "李")
    for area_code, district in (("110119000000", "110119"), ("130733000000", "130709")):
        observatory = Observatory("1101194160", "Office", "台", area_code, "Area", "区域")
        found = venues_in(cma_message(observatory, signal, sent=sent).areas(), venues)
        assert found == tuple(sorted(name for name, code in ADCODES.items() if code == district))


@needs_corpus
def test_every_real_warning_takes_in_what_it_does_point_by_point() -> None:
    taken = 0
    for row in rows("cap-alert", "wrapped:"):
        try:
            messages = read_cap(row.file.read_bytes())
        except CapRefused:
            continue
        for message in messages:
            rings = [ring for area in message.areas() for ring in area.polygons]
            if not rings or sum(map(len, rings)) > 5_000:
                continue
            spots = [ring[len(ring) // 2] for ring in rings[:20]]
            middles = [
                (sum(lat for lat, _ in ring) / len(ring), sum(lon for _, lon in ring) / len(ring))
                for ring in rings[:20]
            ]
            near = [(lat + 0.1, lon) for lat, lon in spots if lat < 80]
            venues = [at(f"{n:03}", *spot) for n, spot in enumerate([*spots, *middles, *near])]
            assert causes(message.areas(), venues) == slow_causes(message.areas(), venues), row.path
            taken += 1
    assert taken > 150
