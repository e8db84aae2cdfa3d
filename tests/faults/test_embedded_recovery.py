"""What happens when the embedded nats-server, its muster, or both are killed or frozen."""

import asyncio
import os
import resource
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import uvloop
from nats.errors import TimeoutError as NatsTimeout
from structlog.testing import capture_logs

from services.embedded import DataFolderBusy, EmbeddedServer, Endpoint
from services.embedded.config import Folder
from services.embedded.files import find_binary
from services.embedded.lock import FileLock, is_server
from tests.integration.servers import (
    connect,
    count,
    exists,
    is_free,
    parent,
    publish_five,
    running,
    until,
)

pytestmark = [pytest.mark.nats, pytest.mark.timeout(15)]


async def test_a_killed_server_is_back_on_its_port_with_its_data(tmp_path: Path) -> None:
    heard: list[Endpoint] = []
    async with running(tmp_path, on_restart=heard.append) as server:
        first = server.endpoint
        await publish_five(first.url)
        nc = await connect(first.url, max_reconnect_attempts=-1)
        with capture_logs() as logs:
            os.kill(first.pid, signal.SIGKILL)
            await until(lambda: bool(heard))
        await server.wait_ready()
        assert heard == [server.endpoint]
        assert heard[0].pid != first.pid
        assert (heard[0].url, heard[0].monitor_url) == (first.url, first.monitor_url)
        assert server.restarts == 1
        # The client that was connected finds it again by itself.
        info = await nc.jetstream().stream_info("T")
        assert info.state.messages == 5
        await nc.close()
    assert [entry["event"] for entry in logs] == [
        "nats_server_died",
        "nats_server_ready",
        "nats_server_restarted",
    ]
    assert logs[0]["exit_code"] == -signal.SIGKILL
    passwords = server.credentials().values()
    assert not [password for password in passwords if password in repr(logs)]


async def test_it_is_restarted_every_time_whatever_the_listener_does(tmp_path: Path) -> None:
    def fail(_: Endpoint) -> None:
        raise ValueError("not interested")

    async with running(tmp_path, on_restart=fail) as server:
        for kills in range(1, 4):
            os.kill(server.endpoint.pid, signal.SIGKILL)
            await until(partial(has_restarted, server, kills))
        assert server.ready


def has_restarted(server: EmbeddedServer, times: int) -> bool:
    return server.restarts == times


def test_it_is_restarted_under_uvloop_too(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path) as server:
            os.kill(server.endpoint.pid, signal.SIGKILL)
            await until(lambda: server.restarts == 1)

    uvloop.run(main())
    assert is_free(tmp_path)


async def test_a_restart_that_fails_is_tried_again(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        pid, port = server.endpoint.pid, int(server.endpoint.url.rsplit(":", 1)[1])
        with capture_logs() as logs, socket.socket() as thief:
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            os.kill(pid, signal.SIGKILL)
            await until(partial(takes_port, thief, port))
            await until(lambda: "nats_server_restart_failed" in [log["event"] for log in logs])
            assert not server.ready
        await server.wait_ready()
        assert server.endpoint.url.endswith(f":{port}")
    failed = next(log for log in logs if log["event"] == "nats_server_restart_failed")
    assert f"127.0.0.1:{port}: another program already listens there" in failed["reason"]


def takes_port(thief: socket.socket, port: int) -> bool:
    try:
        thief.bind(("127.0.0.1", port))
    except OSError:
        return False
    thief.listen()
    return True


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.1, 0.13, 0.16, 0.2, 0.3])
async def test_stop_during_a_restart_leaves_no_process(tmp_path: Path, delay_s: float) -> None:
    async with running(tmp_path) as server:
        os.kill(server.endpoint.pid, signal.SIGKILL)
        await asyncio.sleep(delay_s)
    assert is_free(tmp_path)


async def test_a_store_that_failed_to_write_is_told_and_healed(tmp_path: Path) -> None:
    async with running(tmp_path, health_interval_s=0.05) as server:
        nc = await connect(server.endpoint.url, max_reconnect_attempts=-1)
        js = nc.jetstream()
        await js.add_stream(name="T", subjects=["t.>"])
        assert (await js.publish("t.x", b"before")).seq == 1
        with capture_logs() as logs:
            limit_files(server.endpoint.pid, 0)
            with pytest.raises(NatsTimeout):
                await js.publish("t.x", b"meanwhile", timeout=0.3)
            # The server that is started in its place has no such limit.
            await until(lambda: server.restarts == 1 and server.ready)
        assert (await js.publish("t.x", b"after", timeout=3)).seq == 2
        await nc.close()
    broken = next(log for log in logs if log["event"] == "nats_store_broken")
    assert "write error" in broken["reason"]
    assert [log["event"] for log in logs].count("nats_store_healing") == 1


async def test_a_store_without_room_is_told_and_not_restarted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.embedded.health.ROOM_BYTES", 1 << 62)
    async with running(tmp_path, health_interval_s=0.05) as server:
        nc = await connect(server.endpoint.url)
        await nc.jetstream().add_stream(name="T", subjects=["t.>"])
        limit_files(server.endpoint.pid, 0)
        await nc.publish("t.x", b"lost")
        await until(lambda: server.write_error is not None)
        assert not server.ready
        pid = server.endpoint.pid
        await asyncio.sleep(0.3)
        assert (server.restarts, server.endpoint.pid) == (0, pid)
        assert exists(pid)
        await nc.close()


def limit_files(pid: int, size_bytes: int) -> None:
    """Let a process write no file beyond a size, as on a full disk."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))


ON_LINUX = sys.platform == "linux"


@pytest.mark.skipif(not ON_LINUX, reason="only Linux tells a process of its parent's end")
async def test_the_server_ends_by_itself_when_its_muster_is_killed(tmp_path: Path) -> None:
    with parent(tmp_path) as muster:
        pid = muster.server_pid
    await until(lambda: not exists(pid))
    await until(lambda: is_free(tmp_path))


async def test_a_killed_muster_is_started_again_with_its_data(tmp_path: Path) -> None:
    with parent(tmp_path) as muster:
        await publish_five(muster.url)
    async with running(tmp_path) as server:
        assert not exists(muster.server_pid)
        assert await count(server.endpoint.url) == 5


async def test_both_killed_at_once_and_started_again(tmp_path: Path) -> None:
    with parent(tmp_path) as muster:
        await publish_five(muster.url)
        os.kill(muster.server_pid, signal.SIGKILL)
    async with running(tmp_path) as server:
        assert await count(server.endpoint.url) == 5


async def test_a_frozen_server_that_outlived_its_muster_is_killed(tmp_path: Path) -> None:
    with parent(tmp_path) as muster:
        await publish_five(muster.url)
        os.kill(muster.server_pid, signal.SIGSTOP)
    assert exists(muster.server_pid)
    with capture_logs() as logs:
        async with running(tmp_path, stop_timeout_s=0.5) as server:
            assert not exists(muster.server_pid)
            assert await count(server.endpoint.url) == 5
    stopped = [log for log in logs if log["event"] == "nats_server_orphan_stopping"]
    assert [(log["pid"], log["signal"]) for log in stopped] == [
        (muster.server_pid, "SIGTERM"),
        (muster.server_pid, "SIGKILL"),
    ]


async def test_a_server_left_running_is_asked_to_end(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        await publish_five(server.endpoint.url)
    orphan = start_orphan(Folder(tmp_path))
    await until(lambda: Folder(tmp_path).ports(orphan.pid).exists())
    async with running(tmp_path) as server:
        assert orphan.wait() == 0
        assert await count(server.endpoint.url) == 5


def start_orphan(folder: Folder) -> "subprocess.Popen[bytes]":
    """Start a nats-server as a muster does, without the tie that ends it."""
    lock = FileLock.take(folder.pid)
    assert lock is not None
    orphan = subprocess.Popen([find_binary(), "-c", str(folder.config)], pass_fds=[lock.descriptor])
    lock.name_holder(orphan.pid)
    lock.close()
    return orphan


async def test_a_stale_process_id_of_a_stranger_is_no_obstacle(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.pid.write_text(f"{os.getpid()}\n")
    folder.lock.write_text("1\n")
    assert not is_server(os.getpid(), folder)
    async with running(tmp_path) as server:
        assert server.ready


async def test_a_store_held_by_a_stranger_is_refused_and_the_stranger_lives(tmp_path: Path) -> None:
    lock = FileLock.take(Folder(tmp_path).pid)
    assert lock is not None
    lock.name_holder(os.getpid())
    with pytest.raises(DataFolderBusy, match=f"process {os.getpid()}"):
        await EmbeddedServer(tmp_path, stop_timeout_s=0.1).start()
    lock.close()
    assert is_free(tmp_path)
