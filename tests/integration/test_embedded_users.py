"""What the users of the embedded nats-server may do, and what they are refused."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.embedded import EmbeddedServer
from services.embedded.config import field_inbox
from services.embedded.probe import store_answers
from tests.integration.servers import connect, running, settle

pytestmark = [pytest.mark.nats, pytest.mark.timeout(15)]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedServer]:
    async with running(tmp_path, sites=["beijing", "yanqing"]) as server:
        yield server


async def connect_field(server: EmbeddedServer, **options: object) -> Client:
    prefix = field_inbox("yanqing")
    return await connect(server.url_for("field-yanqing"), inbox_prefix=prefix, **options)


async def test_each_user_has_a_password_of_its_own(server: EmbeddedServer) -> None:
    passwords = server.credentials()
    assert set(passwords) == {"muster", "sys", "field-beijing", "field-yanqing"}
    assert len(set(passwords.values())) == 4
    with pytest.raises(KeyError):
        server.url_for("field-elsewhere")


async def test_a_field_user_reports_and_hears_the_answer(server: EmbeddedServer) -> None:
    async def accept(message: Msg) -> None:
        await message.respond(b"accepted: " + message.data)

    muster = await connect(server.endpoint.url)
    await muster.subscribe("report.yanqing", cb=accept)
    await settle(muster)
    field = await connect_field(server)
    answer = await field.request("report.yanqing", b"smoke", timeout=2)
    assert answer.data == b"accepted: smoke"
    await field.close()
    await muster.close()


async def test_a_field_user_hears_the_alerts_of_its_site(server: EmbeddedServer) -> None:
    muster = await connect(server.endpoint.url)
    field = await connect_field(server)
    alerts = await field.subscribe("alert.yanqing.>")
    await settle(field)
    await muster.publish("alert.yanqing.b2.severe", b"evacuate")
    assert (await alerts.next_msg(timeout=2)).data == b"evacuate"
    await field.close()
    await muster.close()


async def refused(server: EmbeddedServer, attempt: Callable[[Client], Awaitable[object]]) -> str:
    """Do what a field user may not; return what the server says to it."""
    said: asyncio.Queue[str] = asyncio.Queue()

    async def hear(error: Exception) -> None:
        said.put_nowait(str(error).lower())

    field = await connect_field(server, error_cb=hear)
    await attempt(field)
    await settle(field)
    try:
        return await asyncio.wait_for(said.get(), 3)
    finally:
        await field.close()


@pytest.mark.parametrize(
    "subject",
    [
        "ev.yanqing.incident.x.reported",
        "report.beijing",
        "alert.yanqing.b2.severe",
        "$JS.API.STREAM.DELETE.EV",
        "$JS.API.STREAM.MSG.GET.KV_KEYS",
        "$JS.API.DIRECT.GET.KV_KEYS",
        "$JS.API.CONSUMER.CREATE.KV_KEYS",
        "$KV.KEYS.v017.v017",
        # Whoever may write here could tell another reporter "accepted".
        "_INBOX_field_yanqing.x",
    ],
)
async def test_a_field_user_may_not_publish(server: EmbeddedServer, subject: str) -> None:
    said = await refused(server, lambda field: field.publish(subject, b"x"))
    assert "permissions violation for publish" in said
    assert subject.lower() in said


@pytest.mark.parametrize(
    "subject", ["alert.beijing.>", "alert.>", "ev.>", "_INBOX.>", "report.>", "$KV.KEYS.>", "$KV.>"]
)
async def test_a_field_user_may_not_subscribe(server: EmbeddedServer, subject: str) -> None:
    said = await refused(server, lambda field: field.subscribe(subject))
    assert "permissions violation for subscription" in said
    assert subject.lower() in said


async def test_nobody_gets_in_without_the_password(server: EmbeddedServer) -> None:
    port = int(server.endpoint.url.rsplit(":", 1)[1])
    right = server.credentials()["muster"]
    for password, admitted in (("", False), ("guess", False), (right, True)):
        assert await store_answers("127.0.0.1", port, "muster", password, 2) is admitted
    # The account of a field user has a store, but it may not ask for it.
    field = server.credentials()["field-yanqing"]
    assert not await store_answers("127.0.0.1", port, "field-yanqing", field, 2)
