"""A process that ends while it publishes: the next one publishes what was agreed, once."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.clock import ManualClock, SystemClock
from services.kept import Kept
from services.weather.publishing import publisher
from services.weather.publishing.publisher import Publisher
from services.weather.publishing.signing import Signer
from tests.integration.edge import edge
from tests.integration.published import desk_of, storm

pytestmark = [pytest.mark.nats, pytest.mark.asyncio]

CUTS: dict[str, tuple[type, str]] = {
    "before it is kept": (Kept, "keep"),
    "before the log says so": (Publisher, "_say"),
}


@pytest.mark.parametrize("where", CUTS)
async def test_what_was_agreed_goes_out_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    owner, name = CUTS[where]
    signed: list[bytes] = []
    sign = Signer.sign
    cut = asyncio.Event()

    def remembers(self: Signer, document: bytes) -> bytes:
        signed.append(sign(self, document))
        return signed[-1]

    async def dies(*_: Any, **__: Any) -> None:
        cut.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(Signer, "sign", remembers)
    monkeypatch.setattr(owner, name, dies)
    monkeypatch.setattr(publisher, "_WAITED_S", 0.2)
    async with edge(tmp_path) as muster:
        desk = await desk_of(muster)
        said = await desk.draft(storm())
        assert (await desk.approve(said["id"]))["published"] is None, "it is told as it is"
        await asyncio.wait_for(cut.wait(), 20)
        assert (await desk.first.get(f"/bulletins/{said['id']}")).json()["messages"] == []
    monkeypatch.undo()
    monkeypatch.setattr(Signer, "sign", remembers)
    async with edge(tmp_path) as muster:
        await muster.settle()
        desk = await desk_of(muster)
        shown = await desk.shown(said["id"])
        assert shown["status"] == "published"
        [message] = shown["messages"]
        [entry] = await desk.entries()
        assert message["identifier"] in entry.link
        document = await desk.document(message["identifier"])
        await desk.judged(document)
        assert set(signed) == {document}, "signed again it is the same, byte for byte"
        again = await desk.approve(said["id"])
        assert again["published"]["identifier"] == message["identifier"]
        assert again["events"] == []
    async with edge(tmp_path) as muster:
        await muster.settle()
        row = muster.node.bulletins.rows[said["id"]]
        assert [out.identifier for out in row.messages] == [message["identifier"]]


async def test_what_expired_while_nobody_ran_does_not_go_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: Any, **__: Any) -> None:
        await asyncio.Event().wait()

    now = SystemClock().now()
    monkeypatch.setattr(Kept, "keep", dies)
    monkeypatch.setattr(publisher, "_WAITED_S", 0.2)
    async with edge(tmp_path, clock=ManualClock(now)) as muster:
        desk = await desk_of(muster)
        said = await desk.draft(storm(expires=(now + timedelta(hours=1)).isoformat()))
        assert (await desk.approve(said["id"]))["published"] is None
    monkeypatch.undo()
    async with edge(tmp_path, clock=ManualClock(now + timedelta(hours=2))) as muster:
        await muster.settle()
        desk = await desk_of(muster)
        shown = await desk.shown(said["id"])
        assert (shown["status"], shown["messages"]) == ("expired", [])
        assert await desk.entries() == []
