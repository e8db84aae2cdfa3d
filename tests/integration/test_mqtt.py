"""Weather stations over MQTT: a real client (paho-mqtt) at nats-server's own listener."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nats
import paho.mqtt.client as paho
import pytest
import pytest_asyncio
from paho.mqtt.enums import CallbackAPIVersion

from services.embedded.config import field_inbox, field_user
from services.weather.stations.streams import CONSUMER, MESSAGES, MESSAGES_BYTES_MAX
from tests.integration.edge import OVAL, SKI, TRACK, Edge, edge
from tests.servers import until

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

WITHIN_S = 10.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    folder = tmp_path_factory.mktemp("mqtt")
    listed = folder / "stations.yaml"
    listed.write_text(f"stations:\n  A1489: {SKI}\n  roof.1: {TRACK}\n  ZBAA: {OVAL}\n")
    async with edge(folder / "data", stations=listed, mqtt_port=0) as running:
        yield running


def password(muster: Edge, site: str) -> str:
    known = json.loads((Path(muster.ready.data) / "nats-passwords.json").read_text())
    return str(known[field_user(site)])


@contextmanager
def station(
    muster: Edge, site: str = "yanqing", *, name: str = "st", secret: str | None = None
) -> Iterator[paho.Client]:
    """Connect as a station of a site does."""
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=name)
    client.username_pw_set(field_user(site), secret or password(muster, site))
    address = urlsplit(muster.ready.mqtt)
    assert address.hostname is not None
    assert address.port is not None
    client.connect(address.hostname, address.port)
    client.loop_start()
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


async def publish(
    client: paho.Client, topic: str, said: Any, *, qos: int = 1, retain: bool = False
) -> None:
    """Publish and wait for the PUBACK, where there is to be one."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    sent = client.publish(topic, body, qos=qos, retain=retain)
    await asyncio.to_thread(sent.wait_for_publish, WITHIN_S)
    assert sent.is_published()


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


async def newest(muster: Edge, venue: str) -> Any:
    await muster.settle()
    return (await muster.admin.get(f"/venues/{venue}/observations")).json()["newest"]


async def set_aside(muster: Edge) -> list[Any]:
    await muster.settle()
    found: list[Any] = (await muster.admin.picture())["set_aside"]
    return found


async def test_what_a_station_publishes_is_in_the_picture(muster: Edge) -> None:
    with station(muster) as client:
        said = {"temperature": {"value": 14, "unit": "degF"}, "gust_kmh": 72, "at": ago(10)}
        await publish(client, "obs/yanqing/A1489", said)
    seen = await newest(muster, SKI)
    assert (seen["temperature_c"], seen["gust_ms"]) == (-10, 20)
    assert (seen["station"], seen["source"]) == ("A1489", "mqtt")
    assert json.loads(seen["original"]) == said


async def test_a_dot_in_a_topic_and_a_topic_for_each_quantity(muster: Edge) -> None:
    with station(muster) as client:
        await publish(client, "obs/yanqing/roof.1/temperature", {"temperature_c": -7})
    seen = await newest(muster, TRACK)
    assert (seen["temperature_c"], seen["station"]) == (-7, "roof.1")


async def test_a_station_called_as_its_venue_needs_no_list_and_metar_is_taken(muster: Edge) -> None:
    time = (datetime.now(UTC) - timedelta(minutes=2)).strftime("%d%H%MZ")
    with station(muster) as client:
        await publish(
            client,
            f"obs/yanqing/{SKI}",
            f"ZBYQ {time} 15012MPS 0800 SN VV004 M09/M10 Q1020".encode(),
        )
    seen = await newest(muster, SKI)
    assert (seen["temperature_c"], seen["station"], seen["source"]) == (-9, "ZBYQ", "metar")


async def test_sent_again_after_a_lost_puback_it_is_the_same(muster: Edge) -> None:
    said = {"temperature_c": -11, "at": ago(0.5), "id": "reading-1"}
    before = (await newest(muster, SKI), await events(muster))[1]
    with station(muster) as client:
        for _ in range(3):
            await publish(client, "obs/yanqing/A1489", said)
    assert (await newest(muster, SKI))["temperature_c"] == -11
    assert await events(muster) == before + 1


async def events(muster: Edge) -> int:
    await muster.settle()
    return muster.node.reader.checkpoint


@pytest.mark.parametrize(
    ("topic", "said", "field"),
    [
        ("obs/yanqing/A1489", b"\xff\x00 rubbish", "-"),
        ("obs/yanqing/A1489", {"temperature": -3}, "temperature"),
        ("obs/yanqing/A1489", {"temperature_c": 999}, "temperature_c"),
        ("obs/yanqing/nobody", {"temperature_c": -3}, "station"),
        ("obs/yanqing/ZBAA", {"temperature_c": -3}, "venue"),
        ("obs/yanqing/北", {"temperature_c": -3}, "venue"),
    ],
)
async def test_what_cannot_be_taken_is_set_aside_once(
    muster: Edge, topic: str, said: Any, field: str
) -> None:
    def mine(rows: list[Any]) -> list[Any]:
        return [row for row in rows if topic in row["reason"] and row["field"] == field]

    with station(muster) as client:
        for _ in range(3):
            await publish(client, topic, said)
        (row,) = mine(await set_aside(muster))
        await publish(client, topic, said)
        assert mine(await set_aside(muster)) == [row]
    assert row["body"]


async def test_of_an_observation_in_part_impossible_the_rest_is_taken_and_the_part_shown(
    muster: Edge,
) -> None:
    said = {"wind_ms": 4, "snow_depth_cm": 99999, "battery": 3.6, "at": ago(0.2)}
    with station(muster) as client:
        await publish(client, "obs/yanqing/A1489", said)
    seen = await newest(muster, SKI)
    assert seen["wind_ms"] == 4
    assert "snow_depth_cm" not in seen
    fields = {row["field"] for row in await set_aside(muster)}
    assert "snow_depth_cm" in fields
    assert "battery" not in fields


async def test_retained_and_qos_0_and_qos_2_are_taken_once_each(muster: Edge) -> None:
    before = await events(muster)
    with station(muster) as client:
        await publish(client, "obs/yanqing/A1489", {"wind_ms": 1}, retain=True)
        await publish(client, "obs/yanqing/A1489", {"wind_ms": 2}, qos=2)
        await publish(client, "obs/yanqing/A1489", {"wind_ms": 3}, qos=0)
        await publish(client, "obs/yanqing/A1489", b"", retain=True)  # clears what is retained
        await until(lambda: muster.node.reader.checkpoint >= before + 3, WITHIN_S)
    assert await events(muster) == before + 3


async def test_a_wrong_password_is_refused(muster: Edge) -> None:
    refused = threading.Event()
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="thief")
    client.username_pw_set(field_user("yanqing"), "guessed")

    def on_connect(_c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        if reason.is_failure:
            refused.set()

    client.on_connect = on_connect
    address = urlsplit(muster.ready.mqtt)
    client.connect(str(address.hostname), int(address.port or 0))
    client.loop_start()
    try:
        assert await asyncio.to_thread(refused.wait, WITHIN_S)
    finally:
        client.loop_stop()


@pytest.mark.parametrize(
    "topic",
    ["obs/beijing/x", "ev/yanqing/observation/x/observed", "report/beijing", "cmd/hq/token", "obs"],
)
async def test_elsewhere_nothing_is_published(muster: Edge, topic: str) -> None:
    """nats-server acknowledges it all the same, keeps nothing of it, and says so in its log."""
    before = await events(muster)
    with station(muster) as client:
        await publish(client, topic, {"wind_ms": 1})
        await publish(client, "obs/yanqing/A1489", {"wind_ms": 5})
    assert await events(muster) == before + 1
    said = (Path(muster.ready.data) / "nats.log").read_text()
    assert f'Publish Violation - Subject "{topic.replace("/", ".")}"' in said


async def test_nobody_of_the_field_hears_others_over_mqtt(muster: Edge) -> None:
    answers: list[Any] = []
    done = threading.Event()

    def on_subscribe(_c: Any, _u: Any, _m: Any, codes: Any, _p: Any) -> None:
        answers.extend(codes)
        done.set()

    with station(muster, name="spy") as client:
        client.on_subscribe = on_subscribe
        client.subscribe([("ev/#", 0), ("obs/yanqing/#", 1), ("#", 0)])
        assert await asyncio.to_thread(done.wait, WITHIN_S)
    assert all(code.is_failure for code in answers)


async def test_over_plain_nats_it_is_answered(muster: Edge) -> None:
    url = urlsplit(muster.ready.nats)
    nc = await nats.connect(
        f"nats://{field_user('yanqing')}:{password(muster, 'yanqing')}@{url.hostname}:{url.port}",
        inbox_prefix=field_inbox("yanqing"),
    )
    try:
        body = json.dumps({"temperature_c": -6}).encode()
        said = json.loads((await nc.request("obs.yanqing.A1489", body, timeout=5)).data)
        assert (said[0]["status"], said[0]["venue"]) == ("accepted", SKI)
        said = json.loads((await nc.request("obs.yanqing.A1489", b"{}", timeout=5)).data)
        assert said[0]["code"] == "nothing-measured"
    finally:
        await nc.close()


async def test_the_streams_of_mqtt_are_bounded(muster: Edge) -> None:
    js = muster.node.nc.jetstream()
    info = await js.stream_info(MESSAGES)
    assert info.config.max_bytes == MESSAGES_BYTES_MAX
    assert str(info.config.discard) == "DiscardPolicy.NEW" or info.config.discard == "new"
    assert (await js.consumer_info(MESSAGES, CONSUMER)).config.max_deliver == -1
