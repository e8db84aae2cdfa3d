"""The blizzard as the public is told of it: a real warning's form comes in, one person makes a
bulletin of it, another one agrees, and whoever follows the feed reads it, its update and its end.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from capparselib.parsers import CAPParser  # type: ignore[import-untyped]  # it has no types

from services.weather.cap import CapMessage, colour_of_message
from services.weather.cap.signals import Colour
from services.weather.cap_write import write_cap
from services.weather.cma import Move, Observatory, Signal, cma_message
from tests.integration.edge import SKI, TRACK, Edge, edge
from tests.integration.published import CAP_TYPE, FEED, Desk, desk_of

pytestmark = [pytest.mark.nats, pytest.mark.asyncio]

SENDER = "warnings@yanqing.example"
YANQING = Observatory(
    "11011941600000", "Yanqing Meteorological Observatory", "延庆区气象台",
    "110119000000", "Yanqing District", "延庆区",
)  # fmt: skip


@pytest_asyncio.fixture
async def muster(tmp_path: Path) -> AsyncIterator[Edge]:
    async with edge(tmp_path, cap_sender=SENDER, cap_public=True) as running:
        yield running


def signal(
    colour: Colour, sent: datetime, move: Move = "issue", previous: datetime | None = None
) -> bytes:
    said = Signal(
        "snowstorm", colour, sent + timedelta(hours=6), "10 mm of snow or more", "降雪量十毫米以上",
        "Stay in", "请留在室内", "duty forecaster", "值班预报员",
    )  # fmt: skip
    return write_cap(cma_message(YANQING, said, sent=sent, move=move, previous=previous))


async def takes(muster: Edge, document: bytes) -> str:
    answer = await muster.admin.post("/cap", document, headers={"Content-Type": CAP_TYPE})
    [result] = answer.json()["results"]
    assert result["status"] == "accepted", result
    assert {SKI, TRACK} <= set(result["venues"])
    warning: str = result["warning"]
    return warning


async def test_an_orange_blizzard_is_told_changed_and_taken_back(muster: Edge) -> None:
    desk = await desk_of(muster)
    sent = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    id, alert = await tell(muster, desk, sent)
    update = await tell_worse(muster, desk, sent, id, alert)
    await take_back(muster, desk, sent, id, [alert.identifier, update.identifier])
    await read_as_others_do(muster, desk)


async def tell(muster: Edge, desk: Desk, sent: datetime) -> tuple[str, CapMessage]:
    """The warning comes in, a bulletin is made of it in the issuer's words, and goes out."""
    anyone = muster.anonymous()
    warning = await takes(muster, signal("orange", sent))
    source = {"from": {"kind": "warning", "id": warning}}
    answer = await desk.first.post("/bulletins", source)
    assert answer.status_code == 200, answer.text
    id = answer.json()["id"]
    assert answer.json()["needs_approval"]
    assert await desk.entries() == [], "nothing is told by one person"
    identifier = (await desk.approve(id))["published"]["identifier"]
    feed = await anyone.get(FEED)
    assert feed.status_code == 200
    [entry] = await desk.entries()
    document = (await anyone.http.get(entry.link)).content
    alert = await desk.judged(document)
    assert (alert.identifier, alert.sender) == (identifier, SENDER)
    assert (alert.status, alert.msg_type, alert.references) == ("Actual", "Alert", ())
    chinese, english = alert.infos
    assert chinese.headline == "延庆区气象台发布暴雪橙色预警[Ⅱ级/严重]"
    assert english.headline is not None
    assert "orange" in english.headline
    assert (chinese.severity, colour_of_message(alert)) == ("Severe", "orange")
    assert b"+08:00</sent>" in document
    return id, alert


async def tell_worse(
    muster: Edge, desk: Desk, sent: datetime, id: str, alert: CapMessage
) -> CapMessage:
    """It grows worse: a person is asked whether to update, and nothing goes out by itself."""
    await takes(muster, signal("red", sent + timedelta(minutes=1), "update", sent))
    shown = await desk.shown(id)
    assert shown["source"]["state"] == "changed"
    assert shown["source"]["ask"]["en"] == "source changed its level: update?"
    assert len(await desk.entries()) == 1
    worse = {
        "content": {
            "severity": "extreme",
            "colour": "red",
            "headline": {"zh": "延庆区暴雪红色预警", "en": "Red blizzard warning for Yanqing"},
        },
        "draft": 1,
    }
    answer = await desk.second.post(f"/bulletins/{id}/update", worse)
    assert answer.status_code == 200, answer.text
    assert answer.json()["published"] is None
    approved = await desk.approve(id, 2, desk.first)
    update = await desk.judged(await desk.document(approved["published"]["identifier"]))
    assert (update.msg_type, update.infos[0].severity) == ("Update", "Extreme")
    assert [(r.sender, r.identifier, r.sent) for r in update.references] == [
        (SENDER, alert.identifier, alert.sent)
    ]
    assert (await desk.shown(id))["source"]["state"] == "stands"
    return update


async def take_back(muster: Edge, desk: Desk, sent: datetime, id: str, before: list[str]) -> None:
    """It is lifted: a person is asked, two people take it back."""
    lifted = signal("red", sent + timedelta(minutes=2), "cancel", sent + timedelta(minutes=1))
    await takes(muster, lifted)
    assert (await desk.shown(id))["source"]["ask"]["zh"] == "来源已结束：解除公告？"
    reason = {"zh": "降雪已停。", "en": "The snow has stopped."}
    answer = await desk.first.post(f"/bulletins/{id}/cancel", {"reason": reason})
    assert (answer.status_code, answer.json()["published"]) == (200, None), answer.text
    approved = await desk.approve(id, 3)
    end = await desk.document(approved["published"]["identifier"])
    cancel = await desk.judged(end)
    assert (cancel.msg_type, cancel.infos[1].description) == ("Cancel", reason["en"])
    assert [reference.identifier for reference in cancel.references] == before
    shown = await desk.shown(id)
    assert (shown["status"], shown["in_force"], shown["source"]["ask"]) == (
        "cancelled", False, None,
    )  # fmt: skip


async def read_as_others_do(muster: Edge, desk: Desk) -> None:
    """What everybody may read, an independent library reads; Muster does not take it for news."""
    kinds = []
    for one in await desk.entries():
        published = (await muster.http.get(one.link)).content
        [read] = CAPParser(published.decode()).as_dict()
        kinds.append((str(read["cap_message_type"]), str(read["cap_status"])))
        answer = await muster.admin.post("/cap", published, headers={"Content-Type": CAP_TYPE})
        assert answer.json()["results"][0]["code"] == "own-message"
    assert kinds == [("Cancel", "Actual"), ("Update", "Actual"), ("Alert", "Actual")]
