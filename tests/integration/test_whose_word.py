"""Who may speak for whom: nobody silences an observatory through our own doors."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.weather.convert import AHEAD_MAX
from tests.integration.edge import Caller, Edge, edge, enrol, is_refusal
from tests.integration.warned import XML, Sender, one, send, warning

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

FEED = {"id": "office", "name": {"zh": "气象台", "en": "Office"}, "adapter": "push",
        "pushers": ["the office"]}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("whose")) as running:
        answer = await running.admin.post("/feeds", {**FEED, "interval_s": 3600})
        assert answer.status_code == 200, answer.text
        await running.settle()
        yield running


async def handed(caller: Caller, body: bytes, **options: Any) -> dict[str, Any]:
    answer = await caller.post("/cap", body, headers=XML, **options)
    assert answer.status_code == 200, answer.text
    [result] = answer.json()["results"]
    return dict(result)


async def in_force(muster: Edge, sender: Sender) -> list[str]:
    await muster.settle()
    rows = (await muster.admin.get("/warnings")).json()["warnings"]
    return [row["identifier"] for row in rows if row["sender"] == sender.name]


async def test_a_reporter_does_not_speak_for_a_sender_that_a_feed_brings(muster: Edge) -> None:
    office = Sender("observatory")
    await send(muster, office.says("Alert", "one", 0), params={"feed": "office"})
    await muster.settle()
    for role in ("reporter", "responder"):
        caller = await muster.caller(role)
        for kind, name in (("Cancel", "two"), ("Update", "three"), ("Alert", "four")):
            said = await handed(caller, office.says(kind, name, 30, "one"))
            assert (said["status"], said["code"]) == ("rejected", "sender-of-a-feed")
            assert is_refusal(said)
    assert await in_force(muster, office) == ["one"]
    commander = await muster.caller("commander")
    said = await handed(commander, office.says("Cancel", "five", 40, "one"))
    assert said["status"] == "accepted"
    assert await in_force(muster, office) == []


async def test_who_pushes_for_the_feed_goes_on_with_it(muster: Edge) -> None:
    office, caller = Sender("pushing"), await muster.caller("reporter", name="the office")
    for kind, name in (("Alert", "one"), ("Update", "two")):
        said = await handed(
            caller, office.says(kind, name, 5 * len(name), "one"), params={"feed": "office"}
        )
        assert said["status"] == "accepted"


async def test_nobody_else_pushes_for_it(muster: Edge) -> None:
    forged = Sender("forging")
    for role in ("reporter", "responder"):
        caller = await muster.caller(role, name="somebody")
        body = forged.says("Alert", role, 0)
        answer = await caller.post("/cap", body, headers=XML, params={"feed": "office"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not-a-pusher")
        assert is_refusal(answer.json())
    assert await in_force(muster, forged) == []
    commander = await muster.caller("commander")
    said = await handed(commander, forged.says("Alert", "a", 0), params={"feed": "office"})
    assert said["status"] == "accepted"


async def test_who_pushes_is_said_anew_with_the_feed(muster: Edge) -> None:
    feed = {**FEED, "id": "moved", "interval_s": 3600, "pushers": ["old"]}
    assert (await muster.admin.post("/feeds", feed)).status_code == 200
    callers = [await muster.caller("reporter", name=name) for name in ("old", "new")]
    for named, statuses in ((["old"], [200, 403]), (["new"], [403, 200]), ([], [403, 403])):
        answer = await muster.admin.post("/feeds", {**feed, "pushers": named})
        assert answer.status_code == 200, answer.text
        body = Sender("moved").says("Alert", "one", 0)
        answers = [
            await caller.post("/cap", body, headers=XML, params={"feed": "moved"})
            for caller in callers
        ]
        assert [answer.status_code for answer in answers] == statuses
    rows = (await muster.admin.get("/feeds")).json()["feeds"]
    [shown] = [row for row in rows if row["id"] == "moved"]
    assert shown["pushers"] == []
    watching = (await (await muster.caller("monitor")).get("/feeds")).json()["feeds"]
    assert all("pushers" not in row for row in watching)


async def test_without_a_feed_whoever_hands_in_a_senders_warnings_ends_them(muster: Edge) -> None:
    office, caller = Sender("by-hand"), await muster.caller("reporter")
    assert (await handed(caller, office.says("Alert", "one", 0)))["status"] == "accepted"
    assert (await handed(caller, office.says("Cancel", "two", 9, "one")))["status"] == "accepted"
    assert await in_force(muster, office) == []


async def test_a_volunteers_own_token_hands_in_no_warnings(muster: Edge) -> None:
    await enrol(muster, [("own-1", "yanqing", "medical", [])])
    said = {"role": "reporter", "name": "own", "person": "own-1"}
    answer = await muster.admin.post("/tokens", said)
    own = Caller(muster.url, answer.json()["token"], muster.http)
    refused = await own.post("/cap", Sender("own").says("Alert", "one", 0), headers=XML)
    assert refused.status_code == 403
    assert is_refusal(refused.json())
    assert await in_force(muster, Sender("own")) == []


async def test_a_clock_years_ahead_silences_nothing_that_is_said_after_it(muster: Edge) -> None:
    office = Sender("ahead")
    await one(muster, office.says("Alert", "one", 0))
    ahead = Sender("ahead")
    ahead.began = datetime(2099, 1, 1, tzinfo=UTC)
    said = await one(muster, ahead.says("Update", "two", 0, "one"))
    assert "sent-ahead" in [odd["code"] for odd in said["deviations"]]
    shown = await warning(muster, said["warning"])
    assert datetime.fromisoformat(shown["sent"]) < datetime.now(UTC) + AHEAD_MAX
    assert await in_force(muster, office) == ["two"]
    office.began = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    assert (await one(muster, office.says("Cancel", "three", 0, "one")))["move"] == "cancel"
    assert await in_force(muster, office) == []
    await one(muster, ahead.says("Update", "two", 0, "one"))
    assert await in_force(muster, office) == []


async def test_other_words_under_a_known_name_are_told_so(muster: Edge) -> None:
    office = Sender("twice")
    first = await one(muster, office.says("Alert", "one", 0))
    again = await one(muster, office.says("Alert", "one", 0))
    other = await one(muster, office.says("Alert", "one", 0, Severe="Minor"))
    assert "identifier-reused" not in [odd["code"] for odd in again["deviations"]]
    assert "identifier-reused" in [odd["code"] for odd in other["deviations"]]
    assert (await warning(muster, first["warning"]))["severity"] == "severe"
