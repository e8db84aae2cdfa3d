"""Outlines and circles as issuers write them."""

import pytest

from services.weather.cap import CapArea
from tests.unit.weather.documents import changed, codes, read_one

SQUARE = "40.3,115.6 40.3,116.0 40.7,116.0 40.7,115.6 40.3,115.6"
DECIMAL_COMMAS = "40,3 115,6 40,3 116,0 40,7 116,0 40,7 115,6 40,3 115,6"
WELL_KNOWN = "115.6 40.3, 116.0 40.3, 116.0 40.7, 115.6 40.7, 115.6 40.3"
RING = ((40.3, 115.6), (40.3, 116.0), (40.7, 116.0), (40.7, 115.6), (40.3, 115.6))


def outline(text: str) -> bytes:
    return changed((SQUARE, text))


def circle(text: str) -> bytes:
    return changed(("</polygon>", f"</polygon><circle>{text}</circle>"))


def area(body: bytes) -> CapArea:
    return read_one(body).infos[0].areas[0]


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        (SQUARE, set()),
        (SQUARE.replace(" ", "\n\t\t"), set()),
        (f"  {SQUARE}  ", set()),
        (SQUARE.replace(",", ", "), {"polygon-separators"}),
        (SQUARE.replace(",", " , "), {"polygon-separators"}),
        (SQUARE.replace(" ", ", "), {"polygon-separators"}),
        (SQUARE.replace(" ", ","), {"polygon-separators"}),
        (SQUARE.replace(" ", ";"), {"polygon-separators"}),
        (SQUARE.replace(",", " "), {"polygon-separators"}),
        (SQUARE.replace("116.0 40.7", "116.0, 40.7"), {"polygon-separators"}),
        (" ".join(f"{word},0" for word in SQUARE.split()), {"coordinate-extra-value"}),
        (SQUARE.rsplit(" ", 1)[0], {"polygon-not-closed"}),
        (DECIMAL_COMMAS, {"polygon-separators"}),
        (DECIMAL_COMMAS.replace("3 115", "3;115"), {"polygon-separators"}),
        (" ".join(f"({word})" for word in SQUARE.split()), {"polygon-separators"}),
        (f"[[{SQUARE.replace(' ', '], [')}]]", {"polygon-separators"}),
        (f"POLYGON(({WELL_KNOWN}))", {"polygon-separators"}),
        (f"srid=4326; polygon  (({WELL_KNOWN}), (1 2, 3 4))", {"polygon-separators"}),
        ("115.6,40.3 116.0,40.3 116.0,40.7 115.6,40.7 115.6,40.3", {"lat-lon-swapped"}),
        ("+40.3,+115.6 40.30,116. 4.07e1,116.0 40.7,115.6 40.3,115.6", set()),
        (SQUARE.replace("115.6", "475.6").replace("116.0", "476.0"), None),
    ],
)
def test_one_square_in_many_hands(text: str, odd: set[str] | None) -> None:
    if odd is None:
        assert codes(outline(text)) == {"coordinate-out-of-range", "area-without-shape"}
        return
    assert codes(outline(text)) == odd
    assert area(outline(text)).polygons == (RING,)


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("", "polygon-empty"),
        ("40.3,115.6 40.3", "polygon-unreadable"),
        ("40.3,115.6 40.3,1l6.0 40.7,116.0", "polygon-unreadable"),
        ("40.3,115.6 nan,116.0 40.7,116.0", "polygon-unreadable"),
        ("40.3,115.6 1e999,116.0 40.7,116.0", "polygon-unreadable"),
        ("54.54509,-2.95255 54.54498,-2.95268...", "polygon-unreadable"),
        ("40.3,115.6 40.3,116.0", "polygon-too-few-points"),
        ("40.3,115.6 40.3,116.0 40.3,115.6", "polygon-too-few-points"),
        ("40.3,115.6 40.3,115.6 40.3,115.6 40.3,115.6", "polygon-too-few-points"),
        ("95,200 96,200 96,201 95,200", "coordinate-out-of-range"),
        ("POLYGON((1 2, 3 4 5, 6 7))", "polygon-unreadable"),
    ],
)
def test_an_outline_without_a_surface_is_left_out(text: str, odd: str) -> None:
    assert {odd, "area-without-shape"} <= codes(outline(text))
    assert area(outline(text)).polygons == ()


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("0,0 0,2 2,0 2,2 0,0", {"polygon-self-intersecting"}),
        ("40,110 40,120 50,120 50,110 40,110", set()),  # whole degrees, not decimal commas
        ("0,0 0,2 1,1 2,2 2,0 1,1 0,0", {"polygon-vertex-repeated", "polygon-self-intersecting"}),
        ("0,0 0,0 0,2 2,2 0,0", set()),
        ("10,179 10,-179 12,-179 12,179 10,179", {"polygon-crosses-antimeridian"}),
        (
            "10,179 10,181 12,181 12,179 10,179",
            {"longitude-over-180", "polygon-crosses-antimeridian"},
        ),
        ("90,-180 90,180 -90,180 -90,-180 90,-180", set()),
        ("70,0 70,90 70,180 70,-90 70,0", {"polygon-crosses-antimeridian"}),
    ],
)
def test_the_form_of_an_outline_is_named(text: str, odd: set[str]) -> None:
    assert codes(outline(text)) == odd


def test_an_outline_inside_another_is_named() -> None:
    document = changed(
        ("</polygon>", "</polygon><polygon>40.4,115.7 40.4,115.8 40.5,115.8 40.4,115.7</polygon>")
    )
    [deviation] = read_one(document).deviations
    assert (deviation.code, deviation.element) == (
        "polygon-inside-another",
        "alert/info/area/polygon[2]",
    )


@pytest.mark.parametrize(
    ("text", "circles", "odd"),
    [
        ("40.5,115.8 12.5", ((40.5, 115.8, 12.5),), set()),
        ("\n 40.5, 115.8\n 12.5 ", ((40.5, 115.8, 12.5),), set()),
        ("40.5,115.8,12.5", ((40.5, 115.8, 12.5),), set()),
        ("115.8,40.5 12.5", ((40.5, 115.8, 12.5),), {"lat-lon-swapped"}),
        ("40.5,115.8 0", ((40.5, 115.8, 0.0),), {"circle-radius-zero"}),
        ("", (), set()),
        ("40.5,115.8", (), {"circle-unreadable"}),
        ("40.5,115.8 -3", (), {"circle-unreadable"}),
        ("40.5,115.8 12.5km", (), {"circle-unreadable"}),
        ("400.5,115.8 3", (), {"coordinate-out-of-range"}),
    ],
)
def test_circles(text: str, circles: tuple[tuple[float, float, float], ...], odd: set[str]) -> None:
    assert area(circle(text)).circles == circles
    assert codes(circle(text)) == odd


@pytest.mark.parametrize(
    ("heights", "odd"),
    [
        ("<altitude>0</altitude><ceiling>9842.5197</ceiling>", set()),
        ("<altitude>100</altitude><ceiling>100</ceiling>", {"ceiling-below-altitude"}),
        ("<ceiling>100</ceiling>", {"ceiling-without-altitude"}),
        ("<altitude>high</altitude>", {"number-unreadable"}),
    ],
)
def test_heights_are_kept_as_sent(heights: str, odd: set[str]) -> None:
    document = changed(("</area>", heights + "</area>"))
    assert codes(document) == odd
    if not odd:
        assert area(document).ceiling == 9842.5197


@pytest.mark.parametrize(
    ("pair", "kept", "odd"),
    [
        ("<valueName>A</valueName><value>1</value>", (("A", "1"),), set()),
        ("<value>1</value><valueName>A</valueName>", (("A", "1"),), {"element-order"}),
        ("<valueName>A</valueName>", (("A", ""),), {"pair-incomplete"}),
        ("<valueName>A</valueName><value/>", (("A", ""),), set()),
        ("<valueName/><value/>", (), {"pair-incomplete"}),
    ],
)
def test_geocodes(pair: str, kept: tuple[tuple[str, str], ...], odd: set[str]) -> None:
    document = changed(("</area>", f"<geocode>{pair}</geocode></area>"))
    assert area(document).geocodes == kept
    assert codes(document) == odd
