"""How full the documents are is seen before they are, and what is full says so and goes on."""

from pathlib import Path

import httpx
import pytest

from tests.integration.edge import Edge, edge
from tests.integration.published import slippery
from tests.unit.weather.documents import ALERT

pytestmark = [pytest.mark.nats, pytest.mark.timeout(60)]

ROOM = 1 << 20
XML = {"Content-Type": "text/xml"}


async def send(muster: Edge, number: int, kib: int) -> httpx.Response:
    """Hand in a warning that nobody has seen, of so many KiB."""
    filled = f"<!-- {'x' * (kib << 10)} --></alert>"
    body = ALERT.replace("A1", f"full-{number}").replace("</alert>", filled)
    return await muster.admin.post("/cap", body.encode(), headers=XML)


async def readiness(muster: Edge) -> httpx.Response:
    await muster.node.fullness.look()
    return await muster.anonymous().get("/readyz")


async def test_documents_that_fill_are_seen_and_what_is_our_own_still_goes_out(
    tmp_path: Path,
) -> None:
    async with edge(tmp_path, documents_max_bytes=ROOM) as muster:
        assert (await send(muster, 1, 400)).status_code == 200
        assert "filling" not in (await readiness(muster)).json()
        assert (await send(muster, 2, 500)).status_code == 200
        ready = await readiness(muster)
        assert ready.status_code == 200
        assert 0.85 < ready.json()["filling"]["documents"] < 0.95
        metrics = (await muster.anonymous().get("/metrics")).text
        assert 'muster_store_limit_bytes{store="documents"} 1.048576e+06' in metrics
        assert 'muster_store_bytes{store="log"} 1.048576e+06' in metrics  # in whole MiB

        refused = await send(muster, 3, 300)
        assert refused.status_code == 503
        error = refused.json()["error"]
        assert error["code"] == "documents-full"
        assert "MUSTER_DOCUMENTS_MAX_BYTES" in error["reason"]["zh"]
        # Smaller ones still find room, up to what is kept for ourselves.
        assert (await send(muster, 4, 110)).status_code == 200
        await readiness(muster)
        assert (await send(muster, 5, 1)).status_code == 503
        assert (await send(muster, 4, 110)).status_code == 200  # it is there already
        told = await muster.admin.post("/bulletins", {"content": slippery()})
        assert told.json()["published"], told.text


async def test_a_larger_limit_heals_it(tmp_path: Path) -> None:
    async with edge(tmp_path, documents_max_bytes=ROOM) as muster:
        assert (await send(muster, 1, 500)).status_code == 200
        assert (await send(muster, 2, 500)).status_code == 200
        assert (await send(muster, 3, 500)).status_code == 503
    async with edge(tmp_path, documents_max_bytes=4 * ROOM) as muster:
        assert (await send(muster, 3, 500)).status_code == 200
        assert "filling" not in (await readiness(muster)).json()
