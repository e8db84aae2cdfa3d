"""What the public is told where the gateway and the weather service are processes of their own."""

from pathlib import Path

import httpx
import pytest
from signxml.verifier import XMLVerifier

from services.first_start import admin_token
from services.weather.publishing.signing import KEY_FILE
from tests.integration.conftest import MakeNode
from tests.integration.published import slippery

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
    assert (tmp_path / KEY_FILE).exists() or any(tmp_path.rglob(KEY_FILE))
