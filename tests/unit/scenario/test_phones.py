"""The phones of the story: what comes to them, and what does not."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest

from services.scenario.phones import Phones


async def sent(phones: Phones, path: str, body: Any) -> int:
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.post(phones.url + path, content=body)).status_code


async def test_the_newest_link_on_a_phone_is_kept_as_a_path() -> None:
    async with Phones() as phones:
        assert phones.link("v001") is None
        for code in ("old", "new"):
            message = {"title": {}, "body": {}, "link": f"http://127.0.0.1:1/m/{code}/sms"}
            assert await sent(phones, "/v001", orjson.dumps(message)) == 204
        assert await sent(phones, "/v002", orjson.dumps({"link": None})) == 204
        assert phones.link("v001") == "/m/new/sms"
        assert phones.link("v002") is None


@pytest.mark.parametrize("body", [b"", b"not json", b"[1]", b"x" * 70_000])
async def test_what_is_no_message_is_refused(body: bytes) -> None:
    async with Phones() as phones:
        assert await sent(phones, "/v001", body) == 400
        assert phones.link("v001") is None


async def test_whoever_hangs_up_disturbs_nobody() -> None:
    async with Phones() as phones:
        host, port = phones.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /v001 HTTP/1.1\r\nContent-Le")
        writer.close()
        assert await sent(phones, "/v001", orjson.dumps({"link": "http://x/m/c/sms"})) == 204
