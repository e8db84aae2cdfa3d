"""Stations publish while nats-server and Muster are killed: what was acknowledged is in the log."""

import asyncio
import collections
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from events.envelope import Event, decode
from events.weather import WeatherObserved
from services.embedded.config import field_user
from tests.faults.test_kill import Site
from tests.servers import connect, messages

pytestmark = [pytest.mark.nats, pytest.mark.timeout(150)]

READINGS = 900
PAUSE_S = 0.004
"""Between two readings, so that the kills fall into the middle of them."""
LOGGED_WITHIN_S = 30.0


class Station:
    """Publishes readings at QoS 1, each with an id, and remembers which were acknowledged."""

    def __init__(self, port: int, password: str) -> None:
        self._ids: dict[int, str] = {}
        self._pubacks: list[int] = []
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id="ski-1", clean_session=False
        )
        self._client.username_pw_set(field_user("yanqing"), password)
        self._client.reconnect_delay_set(1, 1)
        self._client.max_inflight_messages_set(100)
        # Only appended to: the client calls this from its own thread, while it holds its locks.
        self._client.on_publish = lambda _c, _u, mid, *_: self._pubacks.append(mid)
        self._client.connect("127.0.0.1", port, keepalive=5)
        self._client.loop_start()

    @property
    def acknowledged(self) -> set[str]:
        """The readings for which a PUBACK came."""
        return {self._ids[mid] for mid in tuple(self._pubacks) if mid in self._ids}

    def publish(self, number: int) -> None:
        id = f"r-{number}"
        reading = {"id": id, "temperature_c": -(number % 40), "wind_ms": number % 30}
        sent = self._client.publish("obs/yanqing/alpine-ski-centre", json.dumps(reading), qos=1)
        self._ids[sent.mid] = id

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@contextmanager
def publishing(port: int, password: str) -> Iterator[Station]:
    station = Station(port, password)
    try:
        yield station
    finally:
        station.stop()


async def logged(site: Site) -> collections.Counter[str]:
    """Return how often each reading is in the log, as plain nats-py reads it."""
    nc = await connect(site.muster.nats)
    try:
        events: list[Event] = [decode(m.data or b"") for m in await messages(nc)]
    finally:
        await nc.close()
    return collections.Counter(
        event.causation_id for event in events if isinstance(event.data, WeatherObserved)
    )


@pytest.mark.parametrize("killed", ["nats", "muster", "both"])
async def test_what_was_acknowledged_is_in_the_log_once(
    tmp_path: Path, killed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("MUSTER_MQTT_PORT", str(port))
    site = Site(tmp_path / "data")
    passwords = json.loads((tmp_path / "data" / "nats-passwords.json").read_text())
    try:
        with publishing(port, passwords[field_user("yanqing")]) as station:
            acknowledged_before: set[str] = set()
            for number in range(READINGS):
                station.publish(number)
                await asyncio.sleep(PAUSE_S)
                if number in (READINGS // 4, READINGS // 2):
                    acknowledged_before = set(station.acknowledged)
                    await _kill(site, killed)
            assert acknowledged_before
            await _until(lambda: len(station.acknowledged) == READINGS, LOGGED_WITHIN_S)
        await site.ready()
        deadline = time.monotonic() + LOGGED_WITHIN_S
        found = await logged(site)
        while len(found) < READINGS and time.monotonic() < deadline:
            await asyncio.sleep(0.5)
            found = await logged(site)
        acknowledged = station.acknowledged
        print(f"{killed}: {len(acknowledged)} of {READINGS} acknowledged, {len(found)} in the log")
        assert acknowledged - set(found) == set()
        assert [id for id, times in found.items() if times > 1] == []
        assert len(found) == READINGS
    finally:
        if site.muster.process.poll() is None:
            site.muster.stop()


async def _kill(site: Site, what: str) -> None:
    if what == "nats":
        site.kill_nats()  # Muster starts it again
        return
    (site.kill_muster if what == "muster" else site.kill_both)()
    await asyncio.to_thread(site.start_again)


async def _until(done: Callable[[], bool], within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
