"""Whatever comes, in whatever format: a judgement goes out that can be printed, never an error."""

import gzip
import io
import json
import zipfile
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.weather.trial import judge
from tests.unit.corpus import rows
from tests.unit.weather.documents import ALERT
from tests.unit.weather.signing import signed, signer, trust

LARGEST = 30_000
OFFICE = signer()
KINDS = ("cap-alert", "wrapped:", "atom-feed", "rss-feed", "meteoalarm", "weather-json", "nws-a")
often = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def packed(body: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", body)
        archive.writestr("b.xml", body)
    return held.getvalue()


PAGE = b"<html><body><a href='a.cap'>A</a><a title=x href=b.xml>B</a></body></html>"
SEEDS = [
    ALERT.encode(),
    signed(OFFICE),
    gzip.compress(ALERT.encode()),
    packed(ALERT.encode()),
    PAGE,
    *(
        body
        for row in rows(*KINDS)
        if row.file.is_file() and len(body := row.file.read_bytes()) <= LARGEST
    ),
]
NWS = {
    "type": "Feature",
    "geometry": {"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [5, 6], [1, 2]]]},
    "properties": {
        "id": "a", "sender": "b", "sent": "2022-02-13T08:00:00Z", "status": "Actual",
        "messageType": "Alert", "event": "e", "areaDesc": "d", "geocode": {"SAME": ["1"]},
        "references": [{"sender": "x", "identifier": "y", "sent": "z"}], "parameters": {"a": ["b"]},
    },
}  # fmt: skip
CMA = [{"alertid": "110000416000_20260307070000", "issuetime": "2026/03/07 07:00",
        "title": "北京市气象台发布大风蓝色预警信号"}]  # fmt: skip
SHENZHEN = [{"keyId": 1, "issued": "深圳市气象台", "issueTime": "2026-07-24 19:00", "life": True,
             "wLevel": "黄色", "matter": "【雷电预警信号】", "subCategory": "雷电"}]  # fmt: skip
AREA = {"areaDesc": "d", "polygon": "1,1"}
CAP = {"identifier": "1", "sender": "a", "sent": "2022-02-13T08:00:00Z", "status": "Actual",
       "msgType": "Alert", "info": [{"event": "e", "area": [AREA]}]}  # fmt: skip
GERMANY = {"alerts": [{"alert_id": "a", "effective": "2026-03-06T11:37:00+00:00", "event_en": "x",
                       "event_de": "y", "status": "actual"}]}  # fmt: skip
LISTS: list[Any] = [NWS, {"features": [NWS]}, CMA, SHENZHEN, CAP, {"warnings": [{"alert": CAP}]},
                    GERMANY]  # fmt: skip
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Polygon", "2022-02-13T08:00:00Z", "1,1 1,2 2,2 1,1", "#text", "valueName"]),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "coordinates", "geometries", "value", "valueName", "#text", "a"]
            )
            | st.text(max_size=4),
            below,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def judged(body: bytes) -> dict[str, Any]:
    """Judge `body`, and hold the judgement to what it promises."""
    found = judge(body, trust=trust(OFFICE))
    assert json.dumps(found, ensure_ascii=False).encode()
    assert isinstance(found["taken"], bool)
    for reason in [*filter(None, [found["reason"]]), *found.get("refused", ())]:
        assert reason["code"]
        assert reason["zh"]
        assert reason["en"]
    assert found["taken"] == (found["reason"] is None)
    for warning in found.get("warnings", [found["warning"]]):
        if warning is not None:
            assert warning["identifier"]
            assert warning["live"] <= (warning["status"] == "Actual")
    return found


@given(st.binary(max_size=500))
@often
def test_random_bytes(body: bytes) -> None:
    judged(body)


@given(st.data())
@often
def test_real_documents_damaged(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body)))
        length = data.draw(st.sampled_from((0, 0, 1, 1, 2, 7, 40)))
        body[at : at + length] = data.draw(st.binary(max_size=4))
    judged(bytes(body))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in keys:
        found += places(value[key], (*path, key))
    return found


@given(st.data())
@often
def test_any_value_anywhere_in_a_list(data: st.DataObject) -> None:
    whole = {"top": json.loads(json.dumps(data.draw(st.sampled_from(LISTS))))}
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(places(whole)[1:]))
        holder: Any = whole
        for key in path:
            holder = holder[key]
        holder[last] = data.draw(values)
    judged(json.dumps(whole["top"]).encode())


@given(st.data())
@often
def test_a_signature_damaged_is_never_good(data: st.DataObject) -> None:
    body = signed(OFFICE)
    at = data.draw(st.integers(body.index(b"<identifier"), len(body) - 1))
    other = data.draw(st.binary(min_size=1, max_size=1))
    found = judged(body[:at] + other + body[at + 1 :])
    if found["warning"] and found["warning"]["signature"] == "good":
        # What is good says what was signed; blanks in base64 are the only freedom there is.
        undamaged = judged(body)["warning"]
        assert {**found["warning"], "deviations": []} == {**undamaged, "deviations": []}
