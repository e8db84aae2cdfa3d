"""Whatever bytes come in: a strict message goes out, or a refusal, and never another error."""

from math import isfinite

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.weather.cap import DEVIATIONS, CapMessage, CapRefused, read_cap
from tests.unit.corpus import rows
from tests.unit.weather.documents import ALERT
from tests.unit.weather.matched import at, venues_in

LARGEST = 30_000
VENUE = at("v", 40.5, 115.8, "110119")
SEEDS = [ALERT.encode()] + [
    body
    for row in rows("cap-alert", "wrapped:", "atom-feed")
    if len(body := row.file.read_bytes()) <= LARGEST
]
often = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
SPLICES = (
    b"<", b">", b"&", b"&#0;", b"&#x41;", b"<info>", b"</info>", b"<alert>", b"\x00", b"\xff",
    b"1e999,nan", b"-0", b"<![CDATA[", b"]]>", b"<!--", b"xmlns=", b'"', b",", b" ", b"0",
    b"99999999999", "\u202e二".encode(), b"<polygon>", b"0000-00-00T00:00:00+99:99",
    b"<derefUri>", b"9999-12-31T24:00:00-14:00", b"2199-12-31T24:00:00-14:00", b"<x:y/>",
)  # fmt: skip


def read_strictly(body: bytes) -> None:
    """Read `body`, and hold every message that comes out to what a message promises."""
    try:
        messages = read_cap(body)
    except CapRefused as refused:
        messages = []
        told = (refused.code, refused.reason, refused.reason_zh)
        assert all(told), told
    else:
        assert messages
    for message in messages:
        assert_strict(message)


def assert_strict(message: CapMessage) -> None:
    assert message.identifier
    assert message.sender
    assert message.sent.utcoffset() is not None
    assert all(deviation.code in DEVIATIONS for deviation in message.deviations)
    for info in message.infos:
        assert info.event
    for area in message.areas():
        for ring in area.polygons:
            assert ring[0] == ring[-1]
            assert len(set(ring)) >= 3
            assert all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in ring)
        for lat, lon, radius_km in area.circles:
            assert abs(lat) <= 90
            assert abs(lon) <= 180
            assert radius_km >= 0
            assert isfinite(radius_km)
    assert venues_in(message.areas(), [VENUE]) in {(), ("v",)}


@given(st.binary(max_size=2_000))
@often
def test_random_bytes(body: bytes) -> None:
    read_strictly(body)


@given(st.data())
@often
def test_real_documents_damaged(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body)))
        length = data.draw(st.sampled_from((0, 0, 1, 1, 2, 7, 40)))
        body[at : at + length] = data.draw(st.sampled_from(SPLICES) | st.binary(max_size=4))
    read_strictly(bytes(body))


@given(st.data())
@often
def test_any_text_in_any_element(data: st.DataObject) -> None:
    parts = ALERT.split(">")
    ends = [number for number, part in enumerate(parts) if "</" in part]
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.sampled_from(ends))
        alphabet = st.characters(codec="utf-8", exclude_characters="<&\x00") | st.sampled_from(
            ",.-+0123456789T: "
        )
        text = data.draw(st.text(alphabet, max_size=40))
        parts[number] = text + parts[number][parts[number].index("</") :]
    read_strictly(">".join(parts).encode())


@given(st.data())
@often
def test_parts_dropped_doubled_and_moved(data: st.DataObject) -> None:
    lines = ALERT.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        source = data.draw(st.integers(2, len(lines) - 1))
        target = data.draw(st.integers(2, len(lines) - 1))
        lines[target:target] = [lines[source]]
        if data.draw(st.booleans()):
            del lines[source]
    read_strictly("\n".join(lines).encode())
