"""nats-server is killed while Muster starts: Muster waits for it and goes on, without an outcry."""

import os
import signal
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.servers import muster

pytestmark = [pytest.mark.nats, pytest.mark.timeout(60)]


class Killer(threading.Thread):
    """Kills a folder's nats-server as soon as it has a stream."""

    def __init__(self, data: Path, stream: str) -> None:
        super().__init__(daemon=True)
        self._data = data
        self._stream = stream
        self.killed = 0

    def run(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if any(self._data.glob(f"jetstream/*/streams/{self._stream}")):
                self.killed = int((self._data / "nats.pid").read_text())
                os.kill(self.killed, signal.SIGKILL)
                return
            time.sleep(0.002)


@pytest.mark.parametrize("stream", ["EV", "DOCS", "KV_REACTED"])
def test_a_start_outlives_its_nats_server(tmp_path: Path, stream: str) -> None:
    killer = Killer(tmp_path, stream)
    killer.start()
    with muster(tmp_path, env={"MUSTER_MQTT_PORT": "0"}) as started:
        killer.join(1)
        assert killer.killed
        assert started.nats_pid != killer.killed
        address = f"{started.url}/api/v1/picture"
        shown = httpx.get(address, headers=started.headers, timeout=10).json()
        assert len(shown["sites"]) > 1  # the plan is there, whole
        started.stop()
        assert started.process.returncode == 0
        assert "Traceback" not in started.said
