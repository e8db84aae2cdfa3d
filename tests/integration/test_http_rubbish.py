"""Rubbish over HTTP is answered with what is wrong with it, and harms nobody else."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.edge import API, SKI, Edge, edge, enrol, is_refusal, soon

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

INCIDENT = {"kind": "incident", "text": "烟"}
DEEP = '{"kind":"incident","text":"x","place":' + "[" * 400 + "]" * 400 + "}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("rubbish")) as running:
        await enrol(running, [("p1", "yanqing", "medical", [])])
        yield running


RUBBISH: dict[str, tuple[str, str]] = {
    "no JSON": ("{torn", ""),
    "nothing": ("", ""),
    "null": ("null", ""),
    "a text": ('"help"', ""),
    "a number": ("7", ""),
    "no kind": ("{}", "kind"),
    "an unknown kind": ('{"kind":"snow"}', "kind"),
    "a list as kind": ('{"kind":["incident"]}', "kind"),
    "a text for a number": (f'{{"kind":"weather","venue":"{SKI}","wind_ms":"1"}}', "wind_ms"),
    "a flag for a number": (f'{{"kind":"weather","venue":"{SKI}","wind_ms":true}}', "wind_ms"),
    "not a number": (f'{{"kind":"weather","venue":"{SKI}","wind_ms":NaN}}', "wind_ms"),
    "infinity": (f'{{"kind":"weather","venue":"{SKI}","gust_ms":1e999}}', "gust_ms"),
    "a number without end": (
        f'{{"kind":"weather","venue":"{SKI}","gust_ms":{"9" * 500}}}',
        "gust_ms",
    ),
    "no measurement": (f'{{"kind":"weather","venue":"{SKI}"}}', ""),
    "colder than the world": (
        f'{{"kind":"weather","venue":"{SKI}","temperature_c":-273}}',
        "temperature_c",
    ),
    "a number for a text": ('{"kind":"incident","text":7}', "text"),
    "an empty text": ('{"kind":"incident","text":"  "}', "text"),
    "a long text": (json.dumps({**INCIDENT, "text": "烟" * 4001}), "text"),
    "an unknown field": ('{"kind":"incident","text":"x","colour":"red"}', "colour"),
    "an unknown category": ('{"kind":"incident","text":"x","category":"ufo"}', "category"),
    "an unknown severity": ('{"kind":"incident","text":"x","severity":"bad"}', "severity"),
    "an id with a dot": ('{"kind":"incident","text":"x","id":"a.b"}', "id"),
    "an id with a star": ('{"kind":"incident","text":"x","id":"*"}', "id"),
    "an id with a line end": ('{"kind":"incident","text":"x","id":"a\\n"}', "id"),
    "an empty id": ('{"kind":"incident","text":"x","id":""}', "id"),
    "a long id": (json.dumps({**INCIDENT, "id": "x" * 65}), "id"),
    "a venue with a dot": ('{"kind":"incident","text":"x","venue":"a.>"}', "venue"),
    "an unknown venue": ('{"kind":"incident","text":"x","venue":"nowhere"}', "venue"),
    "an unknown person": ('{"kind":"presence","person":"nobody","whereabouts":"left"}', "person"),
    "a place off the globe": (
        '{"kind":"incident","text":"x","place":{"lat":91,"lon":0}}',
        "place.lat",
    ),
    "half a place": ('{"kind":"incident","text":"x","place":{"lat":9}}', "place.lon"),
    "no time": ('{"kind":"incident","text":"x","at":"yesterday"}', "at"),
    "a time without offset": ('{"kind":"incident","text":"x","at":"2022-02-04T12:00:00"}', "at"),
    "a number as time": ('{"kind":"incident","text":"x","at":1643976000}', "at"),
    "the far future": (json.dumps({**INCIDENT, "at": soon(hours=1)}), "at"),
    "the far past": (json.dumps({**INCIDENT, "at": soon(days=-400)}), "at"),
    "a clock never set": ('{"kind":"incident","text":"x","at":"0001-01-01T00:00:00+08:00"}', "at"),
    "deeply nested": (DEEP, ""),
    "half a character": ('{"kind":"incident","text":"\\ud800"}', ""),
    "a raw control character": ('{"kind":"incident","text":"a\x00b"}', ""),
}


@pytest.mark.parametrize("what", RUBBISH)
async def test_rubbish_is_refused_with_field_and_reason(muster: Edge, what: str) -> None:
    body, field = RUBBISH[what]
    answer = await muster.admin.post("/reports", body.encode())
    said = answer.json()
    assert answer.status_code == 422
    assert said["status"] == "rejected"
    assert is_refusal(said)
    assert said["field"] == field


@pytest.mark.parametrize("what", [what for what in RUBBISH if what not in {"no JSON", "nothing"}])
async def test_rubbish_in_a_list_keeps_nothing_else_out(muster: Edge, what: str) -> None:
    call = '{"kind":"need-help","text":"[救,命]{\\""}'
    body = f"[{call}, {RUBBISH[what][0]} ,{call}]"
    answer = await muster.admin.post("/reports", body.encode())
    said = answer.json()
    assert answer.status_code == 200
    assert [one["status"] for one in said["results"]] == ["accepted", "rejected", "accepted"]


@pytest.mark.parametrize(
    "body",
    [b"[", b"[1", b'["', b"[]]", b"[}", b"[{]", b"[1][2]", b'[{"kind":"need-help"}', b"[" * 9999],
)
async def test_a_list_that_cannot_be_taken_apart_is_refused_whole(
    muster: Edge, body: bytes
) -> None:
    answer = await muster.admin.post("/reports", body)
    assert answer.status_code == 422 or answer.json()["accepted"] == 0
    assert answer.status_code in (200, 422)


async def test_text_in_another_encoding_is_refused(muster: Edge) -> None:
    answer = await muster.admin.post("/reports", '{"kind":"incident","text":"é"}'.encode("latin-1"))
    assert answer.status_code == 422
    assert is_refusal(answer.json())


async def test_an_escaped_nul_is_kept_and_read_again(muster: Edge) -> None:
    said = await muster.admin.report({**INCIDENT, "text": "a\0b", "severity": "severe"})
    assert said["status"] == "accepted"
    await muster.settle()
    shown = await muster.admin.picture()
    [row] = [row for row in shown["incidents"] if row["id"] == said["incident"]]
    assert row["text"] == "a\0b"
    assert said["incident"] in {alert["about"]["id"] for alert in shown["alerts"]}


async def test_the_longest_text_that_is_taken_alerts_like_any_other(muster: Edge) -> None:
    said = await muster.admin.report(
        {**INCIDENT, "text": "烟" * 4000, "severity": "severe", "venue": SKI}
    )
    await muster.settle()
    shown = await muster.admin.picture()
    assert said["incident"] in {alert["about"]["id"] for alert in shown["alerts"]}
    assert not shown["condition_failures"]


async def test_a_made_up_name_comes_back_shortened(muster: Edge) -> None:
    for body in ({"kind": "x" * 100_000}, {**INCIDENT, "f" * 100_000: 1}):
        answer = await muster.admin.post("/reports", body)
        assert answer.status_code == 422
        assert is_refusal(answer.json())
        assert len(answer.content) < 4000


async def test_ten_thousand_reports_are_too_many_for_one_list(muster: Edge) -> None:
    for body in ([{"kind": "need-help"}] * 10_000, [1] * 10_000):
        answer = await muster.admin.post("/reports", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "too-many-reports")
        assert is_refusal(answer.json())
    lines = b'{"kind":"need-help"}\n' * 10_000
    answer = await muster.admin.post(
        "/reports", lines, headers={"Content-Type": "application/x-ndjson"}
    )
    assert answer.json()["error"]["code"] == "too-many-reports"


@pytest.mark.parametrize("megabytes", [5, 10, 40])
@pytest.mark.parametrize("path", ["/reports", "/cap", "/volunteers"])
async def test_a_body_that_is_too_large_gets_an_answer(
    muster: Edge, path: str, megabytes: int
) -> None:
    answer = await muster.admin.post(
        path, b"x" * (megabytes << 20), headers={"Content-Type": "text/xml"}
    )
    assert answer.status_code == 413
    assert is_refusal(answer.json())
    assert await muster.healthy()


async def test_after_ten_megabytes_the_same_connection_goes_on(muster: Edge) -> None:
    one = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    async with httpx.AsyncClient(limits=one, headers=admin(muster), timeout=20) as http:
        connections = set()
        for body, status in ((b"x" * 10_000_000, 413), (b'{"kind":"need-help"}', 200)):
            answer = await http.post(f"{muster.url}{API}/reports", content=body)
            assert answer.status_code == status
            connections.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
        assert len(connections) == 1


def admin(muster: Edge) -> dict[str, str]:
    return {"Authorization": f"Bearer {muster.admin.token}"}


async def test_a_sender_that_goes_away_midway_harms_nobody(muster: Edge) -> None:
    host, port = muster.url.removeprefix("http://").split(":")
    for _ in range(20):
        _, writer = await asyncio.open_connection(host, int(port))
        head = f"POST {API}/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
        writer.write(head.encode() + b'{"kind":"need')
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    assert await muster.healthy()


TYPES = ["text/plain", "application/xml", "multipart/form-data", "image/png", "", "/", "é"]


@pytest.mark.parametrize("media_type", TYPES)
@pytest.mark.parametrize("path", ["/reports", "/volunteers", "/alerts/acknowledge", "/tokens"])
async def test_a_wrong_media_type_is_no_fault_of_ours(
    muster: Edge, path: str, media_type: str
) -> None:
    headers = [(b"content-type", media_type.encode("latin-1")), *raw(admin(muster))]
    answer = await muster.http.post(
        f"{muster.url}{API}{path}", content=b"\xff\x00{", headers=headers
    )
    assert 400 <= answer.status_code < 500
    assert is_refusal(answer.json())


def raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


BODIES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b"7",
    b"[" * 5000,
    b"\xff\xfe",
    b'{"at":"0001-01-01T00:00:00+08:00"}',
)
PATHS = (
    "/incidents/x/triage",
    "/incidents/x/accept",
    "/incidents/x/merge",
    "/alerts/x/acknowledge",
    "/alerts/acknowledge",
    "/roll-calls",
    "/roll-calls/x/close",
    "/volunteers",
    "/volunteers/x/shifts",
    "/sites",
    "/venues",
    "/tokens",
    "/cap",
)


@pytest.mark.parametrize("path", PATHS)
async def test_commands_refuse_rubbish_too(muster: Edge, path: str) -> None:
    for body in BODIES:
        for media_type in ("application/json", "text/xml"):
            answer = await muster.admin.post(path, body, headers={"Content-Type": media_type})
            if path.startswith("/volunteers") and body == b"[]" and media_type != "text/xml":
                continue
            if path == "/cap" and body == b"[]":
                assert answer.json()["results"] == [], "a list of warnings may have none"
                continue
            assert 400 <= answer.status_code < 500, (path, body, answer.text)
            assert is_refusal(answer.json()), (path, body, answer.text)


QUERIES = (
    f"/events?after={'9' * 30}",
    "/events?after=-1",
    "/events?limit=0",
    "/events?kind=a.b",
    "/events?wait_s=99",
    "/events?correlation=" + "x" * 65,
    "/picture?as_of=yesterday",
    "/picture?known_by=2022-02-04T12:00:00",
    "/picture?site=>",
    "/incidents/a.b/timeline",
    "/incidents/nope/timeline",
    "/people/nope/timeline",
    "/warnings/nope/geometry",
    "/alerts/stream?severity=bad",
    f"/alerts/stream?after={'9' * 30}",
    "/nothing",
    "/reports/7",
)


@pytest.mark.parametrize("path", QUERIES)
async def test_reads_refuse_rubbish_too(muster: Edge, path: str) -> None:
    answer = await muster.admin.get(path)
    assert 400 <= answer.status_code < 500
    assert is_refusal(answer.json())


@pytest.mark.parametrize("as_of", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"])
async def test_the_picture_can_be_asked_for_at_any_moment(muster: Edge, as_of: str) -> None:
    assert (await muster.admin.get(f"/picture?as_of={as_of}")).status_code == 200


FILES = ("%00", "a" * 3000, "../app.py", "..%2f..%2fapp.py", "%2e%2e/app.py", "", "vendor", "%ff")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("folder", ["static", "asyncapi-viewer"])
async def test_only_files_of_the_page_are_served(muster: Edge, folder: str, name: str) -> None:
    answer = await muster.http.get(f"{muster.url}/{folder}/{name}")
    assert answer.status_code == 404
    assert is_refusal(answer.json())


FUZZ = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS: dict[str, list[Any]] = {
    "kind": ["incident", "need-help", "safety", "presence", "weather", "snow"],
    "id": ["f-1", "", "a.b", "é"],
    "at": ["2022-02-04T12:00:00Z", "0001-01-01T00:00:00+08:00", "now", soon(minutes=-1)],
    "sent_at": [soon(), "9999-12-31T23:59:59-08:00"],
    "person": ["p1", "nobody"],
    "venue": [SKI, "nowhere"],
    "answer": ["safe", "need-help", "no"],
    "whereabouts": ["present", "away"],
    "text": ["x", "", " ", "\0"],
    "severity": ["minor", "bad"],
    "category": ["fire", "ufo"],
    "place": [{"lat": 1.5, "lon": 2}, {"lat": "1"}, [1, 2]],
    "wind_ms": [3, -1, "3"],
    "device": ["d-1", "d 1"],
    "method": ["badge", "x"],
    "colour": [1],
}
reports = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) | anything for name, values in FIELDS.items()}
)


@FUZZ
@given(st.lists(reports | anything, min_size=1, max_size=8))
async def test_whatever_comes_is_answered_and_keeps_nothing_else_out(
    muster: Edge, sent: list[Any]
) -> None:
    """Beside each made-up report one that is right: it is accepted whatever stands beside it."""
    right = {"kind": "incident", "text": "烟"}
    body = json.dumps([part for one in sent for part in (right, one)])
    answer = await muster.admin.post("/reports", body.encode())
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert len(results) == 2 * len(sent)
    assert all(result["status"] == "accepted" for result in results[::2])
    for made_up, result in zip(sent, results[1::2], strict=True):
        assert result["status"] in {"accepted", "rejected"}
        alone = await muster.admin.post("/reports", json.dumps(made_up).encode())
        if alone.status_code == 200 and isinstance(made_up, dict):
            assert alone.json()["status"] == "accepted"
        elif not isinstance(made_up, list):
            assert alone.status_code == 422
            assert is_refusal(alone.json())
        if result["status"] == "rejected":
            assert is_refusal(result)


@FUZZ
@given(st.binary(max_size=200))
async def test_whatever_bytes_come_are_answered(muster: Edge, body: bytes) -> None:
    for prefix in (b"", b"[", b'{"kind":"incident",', b'[{"kind":"incident"},'):
        answer = await muster.admin.post("/reports", prefix + body)
        assert answer.status_code in {200, 422}
        assert answer.json()


async def test_after_all_that_everything_still_works(muster: Edge) -> None:
    assert await muster.healthy()
    assert not muster.node.reader.broken
    await muster.settle()
