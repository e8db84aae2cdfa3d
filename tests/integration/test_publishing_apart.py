"""What the public is told where the gateway and the weather service are processes of their own."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from signxml.verifier import XMLVerifier

from services.ask import Ask
from services.embedded import EmbeddedServer
from services.first_start import admin_token
from services.key_bucket import KeyBucket
from services.node import Node
from services.weather.commands import ShowCertificate
from services.weather.publishing.signing import (
    CERTIFICATE_FILE,
    KEY_FILE,
    SHARED_AS,
    pair_of,
    signer_by,
)
from tests.integration.conftest import MakeNode
from tests.integration.published import slippery
from tests.servers import node

pytestmark = [pytest.mark.nats, pytest.mark.asyncio]


async def test_the_gateway_shows_what_only_the_weather_service_can_sign(
    make_node: MakeNode, tmp_path: Path
) -> None:
    signs = await make_node("access", "sites", "weather")
    token = await admin_token(signs, tmp_path)
    gateway = await make_node("gateway")
    content = slippery(
        venues=[], areas=[{"description": "Yanqing", "geocodes": [["adcode", "110119"]]}]
    )
    async with httpx.AsyncClient(
        base_url=f"{gateway.gateway_url}/api/v1",
        headers={"Authorization": f"Bearer {token}"},
        timeout=20,
    ) as http:
        answer = await http.post("/bulletins", json={"content": content})
        assert answer.status_code == 200, answer.text
        said = answer.json()
        shown = (await http.get(f"/bulletins/{said['id']}")).json()
        assert said["published"]["identifier"] in shown["cap"]
        document = await http.get(f"/cap/{said['published']['identifier']}.xml")
        certificate = (await http.get("/cap/certificate.pem")).text
        XMLVerifier().verify(document.content, x509_cert=certificate)
        assert said["published"]["identifier"] in (await http.get("/cap/feed.atom")).text


async def certificate_of(node: Node) -> str:
    """Return the certificate that this very process signs with."""
    command = ShowCertificate(site="hq", id="c", at=node.clock.now(), by="test")
    detail = (await node.bus.send(Ask(command, "c", "c"))).detail or {}
    shown: str = detail["certificate"]
    return shown


async def test_processes_that_start_at_once_sign_with_one_key(
    nats_server: EmbeddedServer, tmp_path: Path
) -> None:
    url = nats_server.endpoint.url
    async with AsyncExitStack() as stack:
        # Each on a machine of its own: nothing but the log is common to them.
        machines = [node(url, tmp_path / name, ("weather",)) for name in "abc"]
        nodes = await asyncio.gather(*map(stack.enter_async_context, machines))
        shown = {await certificate_of(one) for one in nodes}
        assert len(shown) == 1
        late = await stack.enter_async_context(node(url, tmp_path / "late", ("weather",)))
        assert {await certificate_of(late)} == shown


async def test_the_key_of_an_earlier_muster_becomes_that_of_all(
    make_node: MakeNode, tmp_path: Path
) -> None:
    beside = await make_node("sites")
    data = beside.settings.data
    data.mkdir(parents=True, exist_ok=True)
    earlier = pair_of(tmp_path / "none", datetime.now(UTC))
    key, _, certificate = earlier.partition(b"-----BEGIN CERTIFICATE")
    (data / KEY_FILE).write_bytes(key)
    (data / CERTIFICATE_FILE).write_bytes(b"-----BEGIN CERTIFICATE" + certificate)
    first = await make_node("weather")
    assert first.settings.data == data
    assert await certificate_of(first) == signer_by(earlier).certificate
    assert await KeyBucket(beside.nc).secret(SHARED_AS) == earlier


async def test_no_erasure_reaches_the_key(make_node: MakeNode) -> None:
    signs = await make_node("weather")
    before = await certificate_of(signs)
    assert await KeyBucket(signs.nc).wipe(SHARED_AS) == 0
    assert await certificate_of(await make_node("weather")) == before
