"""NATS is gone for a while, and muster is told to go: it says so, loses nothing, and comes back."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from services.embedded import EmbeddedServer
from tests.faults.load import Follower, Reporters, read_log, report
from tests.servers import Muster, muster, running

pytestmark = [pytest.mark.nats, pytest.mark.timeout(120)]


async def status(http: httpx.AsyncClient, path: str) -> int:
    return (await http.get(path)).status_code


async def until_status(http: httpx.AsyncClient, path: str, wanted: int, within_s: float) -> float:
    """Wait until a path answers with a status; return how long it took, seconds."""
    began = time.monotonic()
    while await status(http, path) != wanted:
        assert time.monotonic() - began < within_s, f"{path} is not {wanted} within {within_s} s"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def test_fifty_streams_and_a_sigterm(tmp_path: Path) -> None:
    with muster(tmp_path / "data") as process:
        reporters = Reporters(process.url, process.headers)
        followers = [Follower(process.url, process.headers) for _ in range(50)]
        following = [asyncio.create_task(follower.run()) for follower in followers]
        reporting = asyncio.create_task(reporters.run(singles=4, lists=1))
        async with asyncio.timeout(20):
            while not all(follower.got for follower in followers):
                await asyncio.sleep(0.05)
        place = process.same_place()
        took = await asyncio.to_thread(process.stop)
        assert process.process.returncode == 0, process.said[-3000:]
        with muster(tmp_path / "data", *place) as again:
            await asyncio.sleep(0.5)
            reporters.stopped = True
            await asyncio.wait_for(reporting, 30)
            severe = sum(each["severity"] == "severe" for each in reporters.sent.values())
            async with asyncio.timeout(75):
                while any(len(follower.got) < severe for follower in followers):
                    await asyncio.sleep(0.1)
            await reporters.send_all_again()
            found = await read_log(again)
            for task in following:
                task.cancel()
            await asyncio.wait(following)
            accepted = {each["event"]: each["seq"] for each in reporters.accepted.values()}
            print(
                f"\nSIGTERM with 50 streams under load: gone after {took:.2f} s; accepted "
                f"{len(accepted)}, in the log {len(found.reported)}, alerts {len(found.alerts)}, "
                f"each told to 50",
                file=sys.stderr,
            )
            assert accepted == {id: found.reported[id] for id in accepted}
            assert set(accepted) == set(found.reported)
            assert not reporters.surprises
            for follower in followers:
                assert [(seq, type) for seq, type, _ in follower.got] == found.alerts
            assert took < 3


@pytest.fixture
async def nats_apart(tmp_path: Path) -> AsyncIterator[EmbeddedServer]:
    """A nats-server that is not muster's own, so that nobody starts it again but the test."""
    async with running(tmp_path / "nats") as server:
        yield server


def beside(server: EmbeddedServer, data: Path) -> Muster:
    return Muster(
        data,
        env={
            "MUSTER_NATS": server.endpoint.url,
            "MUSTER_NATS_MONITOR": server.endpoint.monitor_url,
        },
    )


async def test_without_nats_it_says_so_and_is_back_by_itself(
    nats_apart: EmbeddedServer, tmp_path: Path
) -> None:
    port = int(nats_apart.endpoint.url.rsplit(":", 1)[1])
    with beside(nats_apart, tmp_path / "data") as process:
        async with process.http() as http:
            sent = report(1, severe=False)
            first = (await http.post("/api/v1/reports", json=sent)).json()
            await nats_apart.stop()
            red = await until_status(http, "/readyz", 503, 5)
            refused = await http.post("/api/v1/reports", json=report(2, severe=False))
            assert refused.status_code == 503
            assert refused.headers["retry-after"]
            assert await status(http, "/healthz") == 200
            assert await status(http, "/api/v1/picture") == 200
            began = time.monotonic()
            about = f"/api/v1/incidents/{first['incident']}/note"
            answer = await http.post(about, json={"text": "seen"})
            assert answer.status_code == 503, answer.text
            command_s = time.monotonic() - began
            await asyncio.sleep(2)
            async with running(tmp_path / "nats", port=port):
                green = await until_status(http, "/readyz", 200, 15)
                again = (await http.post("/api/v1/reports", json=sent)).json()
                assert (again["seq"], again["event"]) == (first["seq"], first["event"])
                assert (await http.post(about, json={"text": "seen"})).status_code == 200
                found = await read_log(process)
                assert len(found.ids) == len(set(found.ids))
                print(
                    f"\nNATS gone: red after {red:.2f} s, a command refused after "
                    f"{command_s:.2f} s, green {green:.2f} s after it was back",
                    file=sys.stderr,
                )
                stopped = await asyncio.to_thread(process.stop)
                assert process.process.returncode == 0, process.said[-2000:]
                assert stopped < 3


async def test_without_nats_a_sigterm_is_obeyed(nats_apart: EmbeddedServer, tmp_path: Path) -> None:
    with beside(nats_apart, tmp_path / "data") as process:
        async with process.http() as http:
            await nats_apart.stop()
            await until_status(http, "/readyz", 503, 5)
        took = await asyncio.to_thread(process.stop, 25.0)
        print(f"\nSIGTERM without NATS: gone after {took:.2f} s", file=sys.stderr)
        assert process.process.returncode == 0, process.said[-2000:]
        assert took < 5


async def test_a_frozen_nats_loses_nothing(tmp_path: Path) -> None:
    with muster(tmp_path / "data") as process:
        reporters = Reporters(process.url, process.headers)
        reporting = asyncio.create_task(reporters.run(singles=4, lists=1))
        await asyncio.sleep(0.7)
        pid = process.nats_pid
        os.kill(pid, signal.SIGSTOP)
        async with process.http() as http:
            try:
                red = await until_status(http, "/readyz", 503, 25)
            finally:
                os.kill(pid, signal.SIGCONT)
            green = await until_status(http, "/readyz", 200, 20)
        await asyncio.sleep(0.7)
        reporters.stopped = True
        await asyncio.wait_for(reporting, 60)
        await reporters.send_all_again()
        found = await read_log(process)
        accepted = {each["event"]: each["seq"] for each in reporters.accepted.values()}
        print(
            f"\nNATS frozen: red after {red:.1f} s, green {green:.1f} s after it went on; "
            f"accepted {len(accepted)}, in the log {len(found.reported)}, duplicates "
            f"{len(found.ids) - len(set(found.ids))}; answers {dict(reporters.statuses)}",
            file=sys.stderr,
        )
        assert not reporters.surprises
        assert accepted == found.reported
        assert len(found.ids) == len(set(found.ids))
