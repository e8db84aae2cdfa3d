"""Documents made to hurt the reader. Each is refused, and before much is made of it."""

import tracemalloc
from collections.abc import Callable

import pytest

from services.weather.cap import CapLimits, CapRefused, read_cap
from tests.unit.weather.documents import ALERT, changed
from tests.unit.weather.matched import at, venues_in

MIB = 1024 * 1024
CENTRE = at("centre", 40.5, 115.3, "")
FAR = at("far", -40.5, 15.3, "")
PEAK_BYTES_MAX = 64 * MIB
"""Generous: sixteen times the largest body. A reader that expands or recurses goes far beyond."""

BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY a0 "ha">'
    + b"".join(
        b'<!ENTITY a%d "%s">' % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 10)
    )
    + b"]><alert><identifier>&a9;</identifier></alert>"
)
EXTERNAL = b'<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/hostname">]><alert>&x;</alert>'
EXTERNAL_DTD = b'<!DOCTYPE alert SYSTEM "http://127.0.0.1:1/cap.dtd"><alert/>'
PARAMETER = b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]><a/>'


def inside(text: str) -> bytes:
    """`text` in the midst of an alert."""
    return changed(("<area>", text + "<area>"))


ATTACKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a billion laughs": (lambda: BILLION_LAUGHS, "dtd-forbidden"),
    "an external entity": (lambda: EXTERNAL, "dtd-forbidden"),
    "an external entity in utf-16": (
        lambda: EXTERNAL.decode().encode("utf-16"),
        "dtd-forbidden",
    ),
    "an external dtd": (lambda: EXTERNAL_DTD, "dtd-forbidden"),
    "a parameter entity": (lambda: PARAMETER, "dtd-forbidden"),
    "100,000 elements in one another": (lambda: b"<a>" * 100_000, "nested-too-deep"),
    "nesting inside an alert": (lambda: inside("<b>" * 5_000 + "</b>" * 5_000), "nested-too-deep"),
    "half a million elements": (
        lambda: b"<alert>" + b"<a/>" * 500_000 + b"</alert>",
        "too-many-elements",
    ),
    "one attribute of 3 MB": (
        lambda: b'<alert x="' + b"y" * (3 * MIB) + b'"/>',
        "markup-too-long",
    ),
    "one attribute of 5 MB": (
        lambda: b'<alert x="' + b"y" * (5 * MIB) + b'"/>',
        "body-too-large",
    ),
    "ten thousand attributes": (
        lambda: b"<alert " + b" ".join(b'a%d="1"' % n for n in range(10_000)) + b"/>",
        "attributes-too-long",
    ),
    "a hundred thousand attributes": (
        lambda: b"<alert " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/>",
        "markup-too-long",
    ),
    "10 MB of text": (
        lambda: inside(f"<description>{'z' * 10 * MIB}</description>"),
        "body-too-large",
    ),
    "3 MB of text": (
        lambda: inside(f"<description>{'z' * 3 * MIB}</description>"),
        "text-too-long",
    ),
    "3 MB of character data": (
        lambda: inside(f"<description><![CDATA[{'<' * 3 * MIB}]]></description>"),
        "text-too-long",
    ),
    "600,000 points": (
        lambda: changed(("40.3,115.6 40.3,116.0", "1,2 " * 600_000)),
        "too-many-points",
    ),
    "points by the million without commas": (
        lambda: changed(("40.3,115.6 40.3,116.0", "1 " * 1_500_000)),
        "too-many-points",
    ),
    "20,000 outlines": (
        lambda: inside("<area>" + "<polygon>1,1 1,2 2,2 1,1</polygon>" * 20_000 + "</area>"),
        "too-many",
    ),
    "1,001 alerts": (
        lambda: b"<x>" + b"<alert><info/><sent/><sender/></alert>" * 1_001 + b"</x>",
        "too-many",
    ),
    "101 infos": (lambda: changed(("</alert>", "<info/>" * 101 + "</alert>")), "too-many"),
    "an encoding that unpacks": (
        lambda: changed(('encoding="UTF-8"', 'encoding="zip"')),
        "encoding-unknown",
    ),
    "an encoding that is slow": (
        lambda: changed(('encoding="UTF-8"', 'encoding="punycode"')),
        "encoding-unknown",
    ),
    "one point for an outline": (
        lambda: changed(("40.3,115.6 40.3,116.0 40.7,116.0 40.7,115.6 40.3,115.6", "40.3,115.6")),
        "polygon-one-point",
    ),
}


@pytest.mark.parametrize(("make", "code"), ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_is_refused_and_costs_little(make: Callable[[], bytes], code: str) -> None:
    body = make()
    tracemalloc.start()
    try:
        with pytest.raises(CapRefused) as refused:
            read_cap(body)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused.value.code == code
    assert len(str(refused.value)) < 600
    assert peak < PEAK_BYTES_MAX


def test_every_limit_can_be_set() -> None:
    for limits, code in (
        (CapLimits(body_bytes_max=100), "body-too-large"),
        (CapLimits(depth_max=3), "nested-too-deep"),
        (CapLimits(elements_max=5), "too-many-elements"),
        (CapLimits(attribute_chars_max=10), "attributes-too-long"),
        (CapLimits(text_chars_max=20), "text-too-long"),
        (CapLimits(infos_max=0), "too-many"),
        (CapLimits(areas_max=0), "too-many"),
        (CapLimits(points_max=2), "too-many-points"),
        (CapLimits(shapes_max=0), "too-many"),
        (CapLimits(alerts_max=0), "too-many"),
    ):
        with pytest.raises(CapRefused) as refused:
            read_cap(ALERT.encode(), limits=limits)
        assert refused.value.code == code


@pytest.mark.parametrize(
    "points",
    [
        pytest.param([(40 + n % 2, 115 + n * 1e-5) for n in range(40_000)], id="a zigzag"),
        pytest.param([(40 + n % 3, 115 + n * 7 % 11) for n in range(40_000)], id="a tangle"),
        pytest.param([(40 + n % 2 * 1e-12, 115 + n * 1e-12) for n in range(40_000)], id="a speck"),
        pytest.param(
            [(40 + n * 7_919 % 1e5 / 1e5, 115 + n * 104_729 % 1e5 / 1e5) for n in range(100_000)],
            id="a star",
        ),
    ],
)
def test_an_outline_made_to_be_slow_is_taken_in_bounded_time(
    points: list[tuple[float, float]],
) -> None:
    outline = " ".join(f"{lat:.12f},{lon:.12f}" for lat, lon in points)
    document = changed(("40.3,115.6 40.3,116.0 40.7,116.0 40.7,115.6 40.3,115.6", outline))
    [message] = read_cap(document)
    assert "polygon-not-closed" in {deviation.code for deviation in message.deviations}
    assert venues_in(message.areas(), [CENTRE, FAR]) in {(), ("centre",)}


def test_many_namespaces_are_no_work() -> None:
    declarations = " ".join(f'xmlns:n{number}="urn:{number}"' for number in range(700))
    deep = "".join(f"<d{n} {declarations}>" for n in range(50))
    ends = "".join(f"</d{n}>" for n in reversed(range(50)))
    [message] = read_cap(inside(deep + "<x xmlns:y='urn:y'/>" * 50_000 + ends))
    assert {deviation.code for deviation in message.deviations} == {"element-unknown"}
