"""A Muster that is killed in the middle of an import: importing again completes it."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers import Muster, muster

pytestmark = pytest.mark.nats

COUNT = 3000
HEADER = "编号,姓名,拼音,岗位,站点,手机"


def roster() -> bytes:
    rows = (f"v{n:04},王五,Wang Wu,医疗,yanqing,138{n:08}" for n in range(COUNT))
    return "\n".join((HEADER, *rows)).encode()


async def take_in(http: httpx.AsyncClient, **query: Any) -> Any:
    answer = await http.post("/api/v1/roster/import", content=roster(), params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def people(http: httpx.AsyncClient) -> int:
    """Return how many are on the roster, read a page at a time."""
    count = 0
    after: str | None = ""
    while after is not None:
        answer = await http.get("/api/v1/people", params={"limit": 500, "after": after})
        count += len(answer.json()["people"])
        after = answer.json()["next"]
    return count


async def killed_in_the_middle(process: Muster) -> int:
    """Kill Muster while it takes a roster in; return how many were seen on it."""
    async with process.http() as http:
        sending = asyncio.create_task(take_in(http))
        while (seen := await people(http)) < COUNT // 10:
            assert not sending.done()
            await asyncio.sleep(0.02)
        process.kill()
        with pytest.raises(httpx.TransportError):
            await sending
    return seen


async def test_importing_again_completes_what_was_cut_off(tmp_path: Path) -> None:
    with muster(tmp_path) as process:
        seen = await killed_in_the_middle(process)
    assert seen < COUNT
    with muster(tmp_path) as process:
        async with process.http(timeout=60.0) as http:
            said = await take_in(http)
            assert said["counts"]["unchanged"] >= seen
            assert said["counts"]["unchanged"] + said["counts"]["added"] == COUNT
            assert said["counts"]["changed"] == 0
            assert said["events"] == said["counts"]["added"]
            assert await people(http) == COUNT
            assert (await take_in(http))["events"] == 0
            exported = await http.get(
                "/api/v1/roster/export",
                params={"format": "csv", "contacts": True, "purpose": "a look at all of them"},
            )
            assert exported.content.count(b",138") == COUNT
